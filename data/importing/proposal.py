"""The mapping proposed for a file: from a known shape, else from the names of its columns, held against their first values."""

import re
from collections.abc import Callable

import polars as pl

from data.importing.headers import header_words
from data.importing.known_exports import by_shape
from data.importing.mapping import Mapping
from data.schema import TABLES, Column, Table

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
MOST_MUST_FIT = 0.5
WORDS = {"true", "false", "yes", "no", "1", "0", "y", "n", "t", "f", "wahr", "falsch"}
LOOKS = {
    "day": r"\d{1,4}[-/.]\d{1,2}|^\d{8,13}(\.\d+)?$|^[1-6]\d{4}(\.\d+)?$|[^\W\d]{3,}\.? \d{1,2},? \d{4}|\d{1,2}\.? [^\W\d]{3,}\.? \d{4}",
    "money": r"^[^@]*\d[\d.,\s']*[^@\d]*$",
    "integer": r"^\s*[-+]?[\d.,\s']+$",
    "fraction": r"^\s*[-+]?[\d.,\s]+%?\s*$",
    "currency": r"^\s*[A-Za-z]{3}\s*$",
}
LOOKS |= {"month": LOOKS["day"], "instant": LOOKS["day"], "number": LOOKS["integer"]}
LETTERS = re.compile(r"[^\W\d_]{4,}")
Believes = Callable[[Column, str], bool]


def proposed(header: list[str], sample: pl.DataFrame, table: str | None = None) -> Mapping | None:
    """The mapping that fits a file best, of one table or of any; None where nothing fits. `sample` is its first rows as text."""

    def believes(column: Column, source: str) -> bool:
        return believable(column, sample[source].to_list() if source in sample.columns else [])

    return by_shape(header, table, sample) or propose(header, table, believes=believes)


def believable(column: Column, cells: list[str | None]) -> bool:
    """Whether values can be meant for a column: an e-mail is no day, a name no amount. Without values, anything is."""
    found = [cell.strip() for cell in cells if cell and cell.strip()]
    if not found:
        return True
    return sum(_fits(column, cell) for cell in found) >= MOST_MUST_FIT * len(found)


def _fits(column: Column, cell: str) -> bool:
    if column.kind == "bool":
        return cell.lower() in WORDS
    if column.kind == "money" and LETTERS.search(cell):
        return False
    look = LOOKS.get(column.kind)
    return look is None or bool(re.search(look, cell))


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
    named = mapping.table != "accounts" or header_words(mapping.columns.get("account_id", "")) not in BARE_IDS or "name" in given
    return not table.lacking(given) and bool(one_of) and own and telling and named


def _fit(table: Table, header: list[str], believes: Believes = lambda column, source: True) -> Mapping:
    free = {header_words(name): name for name in reversed(header)}
    columns: dict[str, str] = {}
    for exact in (True, False):
        for name in table.names:
            names = [header_words(name)] if exact else SYNONYMS.get(name, ())
            if not exact and OWN_ID.get(table.name) == name:
                names = (*names, *BARE_IDS)
            fitting = (option for option in names if option in free and name not in columns)
            found = next((option for option in fitting if believes(table.column(name), free[option])), None)
            if found:
                columns[name] = free.pop(found)
    constants = {}
    if table.name == "contracts" and "period" not in columns and "amount" in columns:
        money = next((word for word in MONEY_PERIODS if word in header_words(columns["amount"]).split()), None)
        constants = {"period": MONEY_PERIODS[money]} if money else {}
    return Mapping(table.name, columns=columns, constants=constants)
