"""How a file's columns become a table's: a mapping, kept as TOML, and the proposal of one from header names."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field

from data.schema import TABLES, Column, Table

OPTIONS = ("ends_on", "date_order", "decimal", "encoding", "sheet", "snapshot", "covers", "covers_all_accounts", "amount_per", "newest_by")

# Other names under which exports carry a column, in the order of trust.
SYNONYMS = {
    "account_id": ("account id", "customer id", "company id", "organization id", "accountid", "customer"),
    "name": ("account name", "company name", "customer name"),
    "parent_id": ("parent account id", "parentid"),
    "plan": ("plan tier", "plan name", "edition"),
    "region": ("country", "country region", "billingcountry"),
    "owner": ("csm", "account owner", "company owner", "customer success manager"),
    "created_on": ("signup date", "create date", "created at", "created date", "date of birth"),
    "live_on": ("go live date", "onboarded on"),
    "seats": ("users", "quantity", "licenses"),
    "contract_id": ("subscription id", "contract", "subscription"),
    "line_id": ("subscription item id", "line item id"),
    "product": ("product name", "plan tier", "plan name", "plan", "plan id"),
    "starts_on": ("start date", "start", "contract start", "current term start", "start date utc"),
    "ends_on": ("end date", "end", "contract end", "renewal date", "current term end"),
    "amount": ("mrr amount", "mrr", "arr amount", "arr", "price", "unit amount"),
    "auto_renew": ("auto renew flag", "auto renewal"),
    "cancelled_on": ("cancelled at", "canceled at", "cancelled at utc", "canceled at utc", "cancel date"),
    "churn_event_id": ("churn id",),
    "churned_on": ("churn date",),
    "reason": ("reason code", "churn reason"),
    "refund": ("refund amount usd", "refund amount"),
    "comment": ("feedback text", "feedback", "body"),
    "event_id": ("usage id", "insert id", "uuid", "message id"),
    "user_id": ("visitor id", "distinct id", "userid"),
    "event": ("feature name", "event name", "event type", "feature", "event type id"),
    "occurred_at": ("timestamp", "usage date", "event time", "time", "event date"),
    "quantity": ("usage count", "count", "num events", "event value"),
    "ticket_id": ("ticket",),
    "opened_at": ("submitted at", "created at", "opened"),
    "resolved_at": ("closed at", "solved at", "resolved"),
    "first_reply_at": ("first response at",),
    "csat": ("satisfaction score", "csat score"),
    "survey_id": ("response id",),
    "score": ("rating", "nps score"),
    "answered_at": ("date received", "responded at", "date"),
    "contact_id": ("person id",),
    "is_champion": ("champion",),
}
OWN_ID = {"accounts": "account_id", "contacts": "contact_id", "tickets": "ticket_id", "surveys": "survey_id", "contracts": "contract_id"}
BARE_IDS = ("id", "record id")
MONEY_PERIODS = {"mrr": "1 month", "arr": "1 year"}


class MappingError(ValueError):
    """A mapping that cannot be used; the message says which entry and what to write instead."""


@dataclass(frozen=True)
class Mapping:
    """Where each target column comes from: source columns, constants, translated values, and options."""

    table: str
    feed: str = ""
    key: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    when: dict[str, dict[str, str]] = field(default_factory=dict)
    options: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.table not in TABLES:
            raise MappingError(f"table: there is no table {self.table!r}. Tables: {', '.join(TABLES)}.")
        named = {*self.columns, *self.constants, *self.when, *self.key, *self.values}
        for name in sorted(named - set(TABLES[self.table].names)):
            raise MappingError(f"{name}: the table {self.table} has no such column. Columns: {', '.join(TABLES[self.table].names)}.")
        for name in sorted(set(self.options) - set(OPTIONS)):
            raise MappingError(f"options.{name}: there is no such option. Options: {', '.join(OPTIONS)}.")

    @classmethod
    def from_toml(cls, text: str) -> "Mapping":
        """Read a mapping; raises MappingError that names the entry at fault."""
        try:
            raw = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MappingError(f"The mapping is not valid TOML: {error}.") from None
        known = {"table", "feed", "key", "columns", "constants", "values", "when", "options"}
        if "table" not in raw or set(raw) - known:
            raise MappingError(
                f"A mapping has a table and may have {', '.join(sorted(known - {'table'}))}; found {', '.join(sorted(raw)) or 'nothing'}."
            )
        return cls(**{**raw, "key": tuple(raw.get("key", ()))})

    def to_toml(self) -> str:
        """The mapping as TOML; from_toml gives it back."""
        lines = [f"table = {_quoted(self.table)}", f"feed = {_quoted(self.feed)}"]
        lines += [f"key = [{', '.join(map(_quoted, self.key))}]"] if self.key else []
        for title in ("columns", "constants", "options"):
            entries = getattr(self, title)
            lines += [f"[{title}]", *(f"{_quoted(name)} = {_literal(value)}" for name, value in entries.items())] if entries else []
        for column, values in self.values.items():
            lines += [f"[values.{column}]", *(f"{_quoted(name)} = {_quoted(value)}" for name, value in values.items())]
        if self.when:
            lines += [
                "[when]",
                *(f"{name} = {{ {', '.join(f'{k} = {_quoted(v)}' for k, v in rule.items())} }}" for name, rule in self.when.items()),
            ]
        return "\n".join(lines) + "\n"

    @property
    def sources(self) -> set[str]:
        """Every source column that the mapping reads."""
        return {*self.columns.values(), *(rule["column"] for rule in self.when.values()), *(rule["if"] for rule in self.when.values())}


def _quoted(text: object) -> str:
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"[{', '.join(map(_literal, value))}]" if isinstance(value, list | tuple) else _quoted(value)


def plain(name: str) -> str:
    """A header as people say it: lower case, words apart, no signs."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())


Believes = Callable[[Column, str], bool]


def propose(
    header: list[str], table: str | None = None, feed: str = "", believes: Believes = lambda column, source: True
) -> Mapping | None:
    """The mapping that fits a header best, of one table or of any; None where no table's required columns are found.

    `believes` says of a column and a source whether the source's values can be meant for it.
    """
    candidates = [_fit(TABLES[name], header, believes) for name in ([table] if table else TABLES) if not TABLES[name].by_program]
    fitting = [(len(mapping.columns), mapping) for mapping in candidates if table or _complete(mapping)]
    if not fitting:
        return None
    best = max(fitting, key=lambda found: (found[0] / len(TABLES[found[1].table].required or (1,)) ** 0.5, found[0]))[1]
    return Mapping(**{**best.__dict__, "feed": feed or best.table})


def _complete(mapping: Mapping) -> bool:
    table, given = TABLES[mapping.table], {*mapping.columns, *mapping.constants}
    one_of = not table.required_one_of or given & set(table.required_one_of)
    own = mapping.table != "contracts" or "amount" in given
    telling = mapping.table != "accounts" or "starts_on" not in _fit(TABLES["contracts"], list(mapping.columns.values())).columns
    # Nearly every export has an id: by itself it does not make a list of accounts.
    named = mapping.table != "accounts" or plain(mapping.columns.get("account_id", "")) not in BARE_IDS or "name" in given
    return not table.lacking(given) and bool(one_of) and own and telling and named


def _fit(table: Table, header: list[str], believes: Believes = lambda column, source: True) -> Mapping:
    free = {plain(name): name for name in reversed(header)}
    columns: dict[str, str] = {}
    for exact in (True, False):
        for name in table.names:
            names = [plain(name)] if exact else SYNONYMS.get(name, ())
            if not exact and OWN_ID.get(table.name) == name:
                names = (*names, *BARE_IDS)
            fitting = (option for option in names if option in free and name not in columns)
            found = next((option for option in fitting if believes(table.column(name), free[option])), None)
            if found:
                columns[name] = free.pop(found)
    constants = {}
    if table.name == "contracts" and "period" not in columns and "amount" in columns:
        money = next((word for word in MONEY_PERIODS if word in plain(columns["amount"]).split()), None)
        constants = {"period": MONEY_PERIODS[money]} if money else {}
    return Mapping(table.name, columns=columns, constants=constants)
