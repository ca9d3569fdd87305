"""What a rollup of usage events is: one SQL text, of the subset that DuckDB and Spark read alike. Names and texts are quoted as each wants them.

From the columns of the files (`raw`) to the table `events`, as an import would take them: cells trimmed, one account or contract, days cut in
the store's zone; then `days` (which days of a month a user was active, as bits) and `counts` (per account, event and day: how often, and
the sums of quantities).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from data.importing.mapping import Mapping
from data.importing.reader.cells import BLANKS, ERRORS
from data.importing.reader.reasons import ERROR, REASONS, REQUIRED
from data.importing.reader.rounded_ids import REASON as ROUNDED
from data.importing.reader.zones import in_header
from data.log.quantities import DECIMAL, exactly, has_quantity
from data.rollups.refused import RollupRefused
from data.rollups.zone_steps import FIRST, LAST
from data.usage.active_days import bit_of

VERSION = 2  # rises where the same events come to other rollups
ALL = "all"
IDS = ("account_id", "contract_id", "user_id", "event_id")
COLUMNS = (*IDS, "event", "occurred_at", "quantity")
OPTIONS = ("timezone", "date_order", "decimal", "encoding", "header_row")  # all but the first are about text, of which Parquet has none
SHORTENED = "^[ ]*[0-9]([.,][0-9]+)?E[+][0-9][0-9]+[ ]*$"  # an id that a spreadsheet rounded, see reader/rounded_ids.py
TOLD = ": "  # between the column of a fault and what is wrong with it
OF_EVENTS = ("account_id", "contract_id", "user_id", "event", "moment", "quantity", "on_day", "month")


class Dialect(Protocol):
    """How an engine writes names, texts, moments in nanoseconds, and moments in a zone. Of times that come twice, or that clocks skip, see
    zone_steps.py."""

    def name(self, name: str) -> str: ...
    def text(self, text: str) -> str: ...
    def of_nanoseconds(self, column: str) -> str: ...
    def to_local(self, moment: str, zone: str, span: "Span") -> str: ...
    def to_utc(self, local: str, zone: str, span: "Span") -> str: ...


@dataclass(frozen=True)
class Definition:
    """mapping: of the files' columns; zone: in which the store cuts days; apart: the events of which active days are told apart, or ALL;
    parts: whether the files are parts of one whole, so that no event is in two of them; else each is an export that may overlap others,
    and an event counts as often as the one file has it most often, as in imports."""

    mapping: Mapping
    zone: str
    apart: tuple[str, ...] = ()
    parts: bool = False

    def __post_init__(self) -> None:
        _check(self.mapping)

    def says(self) -> dict[str, Any]:
        """What it is, as JSON: rollups under another definition are others."""
        return {"version": VERSION, "mapping": self.mapping.to_toml(), "zone": self.zone, "apart": list(self.apart), "parts": self.parts}

    @property
    def says_zone_of_files(self) -> bool:
        return "timezone" in self.mapping.options or bool(in_header(self.mapping.columns["occurred_at"]))

    @property
    def zone_of_files(self) -> str:
        """The zone of moments that name none."""
        source = self.mapping.columns["occurred_at"]
        return in_header(source) or str(self.mapping.options.get("timezone", self.zone))


def _check(mapping: Mapping) -> None:
    """Raises RollupRefused for a mapping that says more than columns, values that hold for all rows, and translations."""
    if mapping.table != "usage_events":
        raise RollupRefused(f"The mapping is for {mapping.table}. Rollups are made of usage_events alone.")
    more = [name for name in ("when", "joined", "otherwise", "after") if getattr(mapping, name)]
    more += [f"options.{name}" for name in mapping.options if name not in OPTIONS]
    more += sorted({*mapping.columns, *mapping.constants} - {*COLUMNS})
    more += [f"values.{name}" for name in mapping.values if name not in (*IDS, "event")]
    if more:
        raise RollupRefused(
            f"Rollups know nothing of {', '.join(more)} in the mapping. Leave it out, or write the files so that it is not needed."
        )
    lacking = [name for name in ("event", "occurred_at") if name not in mapping.given]
    if lacking or "occurred_at" in mapping.constants or not {"account_id", "contract_id"} & mapping.given:
        needed = "an event, the moment at which it occurred, and an account_id or contract_id"
        raise RollupRefused(f"Rollups need {needed} of every event. The mapping has {', '.join(sorted(mapping.given)) or 'none of them'}.")


@dataclass(frozen=True)
class Raw:
    """A table of files whose columns are of the same types. kinds: of each source column, as files.py tells them."""

    table: str
    kinds: dict[str, str]


@dataclass(frozen=True)
class Span:
    """Between which moments those of the files lie, as they are written."""

    first: datetime = FIRST
    last: datetime = LAST

    def within(self) -> "Span":
        """The part of it that may be taken."""
        return Span(min(max(self.first, FIRST), LAST), max(min(self.last, LAST), FIRST))


def judged(definition: Definition, dialect: Dialect, raws: Sequence[Raw], span: Span) -> str:
    """SQL for all rows as typed, with what is wrong with each (fault: column and reason, null where nothing is), the local time, and the
    month: file, columns, fault, on_day, month."""
    typed = " union all ".join(_typed(definition, dialect, raw, span.within()) for raw in raws)
    local = dialect.to_local("moment", definition.zone, span.within())
    return f"""select *, cast(local as date) as on_day, cast(date_trunc('month', local) as date) as month from (
        select *, case when moment >= timestamp '{FIRST}' and moment < timestamp '{LAST}' then {local} end as local,
            {_fault(definition, dialect)} as fault from ({typed}) t) j"""


def _typed(definition: Definition, dialect: Dialect, raw: Raw, span: Span) -> str:
    ids = [f"{_text(definition, dialect, raw, name)} as {name}" for name in (*IDS, "event")]
    moment = _moment(definition, dialect, raw, span)
    source = definition.mapping.columns.get("quantity")
    constant = definition.mapping.constants.get("quantity")
    quantity = (
        f"cast({dialect.name(source)} as double)"
        if source
        else "cast(null as double)"
        if constant is None
        else f"{float(constant)!r}::double"
    )
    spelt = _misspelt(definition, dialect, raw)
    return f"select file, {', '.join(ids)}, {moment} as moment, {quantity} as quantity, {spelt} as misspelt from {raw.table}"


def _text(definition: Definition, dialect: Dialect, raw: Raw, name: str) -> str:
    """A column of text as an import reads it: trimmed, empty is none, translated."""
    mapping = definition.mapping
    source = mapping.columns.get(name)
    if source is None:
        constant = mapping.constants.get(name)
        return "cast(null as string)" if constant is None else dialect.text(constant)
    column = dialect.name(source)
    written = (
        f"cast({column} as string)" if raw.kinds[source] == "whole" else f"nullif(trim(both {dialect.text(BLANKS)} from {column}), '')"
    )
    if name == "event" and raw.kinds[source] == "text":
        written = f"case when {_is_error(written, dialect)} then null else {written} end"
    words = mapping.values.get(name, {})
    if words and raw.kinds[source] == "whole" and all(word.isascii() and word.isdigit() and str(int(word)) == word for word in words):
        cases = " ".join(f"when {word} then {dialect.text(meaning)}" for word, meaning in words.items())
        return f"case {column} {cases} else {written} end"
    return _translated(written, words, dialect)


def _is_error(written: str, dialect: Dialect) -> str:
    """SQL condition: a text is an error of a spreadsheet. What most texts are not is looked at first."""
    return f"({written} like '#%' and lower({written}) in ({_texts(dialect, ERRORS)}))"


def _misspelt(definition: Definition, dialect: Dialect, raw: Raw) -> str:
    """SQL for what is wrong with ids as they are spelt; null where nothing is. Whole numbers are spelt as they are."""
    cases = []
    for name in ("account_id", "contract_id", "user_id"):
        source = definition.mapping.columns.get(name)
        if source and raw.kinds[source] == "text":
            written = _text(definition, dialect, raw, name)
            rounded = f"({written} like '%E+%' and regexp_like({written}, {dialect.text(SHORTENED)}))"
            faults = ((_is_error(written, dialect), ERROR), (rounded, ROUNDED))
            cases += [f"when {wrong} then {dialect.text(source + TOLD + reason)}" for wrong, reason in faults]
    return f"case {' '.join(cases)} end" if cases else "cast(null as string)"


def _translated(written: str, words: dict[str, str], dialect: Dialect) -> str:
    if not words:
        return written
    found = f"coalesce({written}, '')" if "" in words else written
    cases = " ".join(f"when {dialect.text(word)} then {dialect.text(meaning)}" for word, meaning in words.items())
    return f"case {found} {cases} else {written} end"


def _texts(dialect: Dialect, words: Sequence[str]) -> str:
    return ", ".join(dialect.text(word) for word in words)


def _moment(definition: Definition, dialect: Dialect, raw: Raw, span: Span) -> str:
    """The moment in UTC. A day without a time begins in the store's zone, so that it stays that day."""
    source = definition.mapping.columns["occurred_at"]
    column, kind = dialect.name(source), raw.kinds[source]
    plain = dialect.of_nanoseconds(column) if kind.endswith("nanoseconds") else f"cast({column} as timestamp)"
    if kind.startswith("utc"):
        return plain
    return dialect.to_utc(plain, definition.zone if kind == "day" else definition.zone_of_files, span)


def _fault(definition: Definition, dialect: Dialect) -> str:
    """SQL for what is wrong with a row, as `column: reason`; null where nothing is. One thing is told of each row."""
    source = {name: definition.mapping.columns.get(name, name) for name in COLUMNS}
    owner = source["account_id" if "account_id" in definition.mapping.given else "contract_id"]
    faults = [
        ("moment is null", source["occurred_at"], REQUIRED),
        (f"moment < timestamp '{FIRST}' or moment >= timestamp '{LAST}'", source["occurred_at"], REASONS["instant"]),
        ("event is null", source["event"], REQUIRED),
        ("account_id is null and contract_id is null", owner, REQUIRED),
        ("isnan(quantity - quantity)", source["quantity"], REASONS["number"]),
    ]
    cases = [f"when {wrong} then {dialect.text(column + TOLD + reason)}" for wrong, column, reason in faults]
    return f"case {' '.join(cases)} else misspelt end"


def surveyed(rows: str) -> str:
    """SQL for how many rows each file has by month and fault, of rows as `judged`: file, month, fault, n."""
    return f"select file, cast(month as string) as month, fault, count(*) as n from ({rows}) r group by file, cast(month as string), fault"


def events(definition: Definition, rows: str, months: Sequence[str], *, overlap: bool) -> str:
    """SQL for the events of some months: OF_EVENTS, and n, how often each counts. overlap: whether a file may have what another one has."""
    wanted = ", ".join(f"date '{month}-01'" for month in months)
    good = f"""select file, event_id, account_id, case when account_id is null then contract_id end as contract_id, user_id, event, moment,
        quantity, on_day, month from ({rows}) r where fault is null and month in ({wanted})"""
    names = ", ".join(OF_EVENTS)
    if not overlap:
        return f"select {names}, 1 as n from ({good}) g"
    return f"""select {names}, max(n) as n from (
        select file, event_id, {names}, case when event_id is null then count(*) else 1 end as n from ({good}) g group by file, event_id, {names}) o
        group by event_id, {names}"""


def days(definition: Definition, dialect: Dialect) -> str:
    """SQL for the days of a month on which each user was active, of the table `events`: month, account_id, contract_id, user_id, event (one
    that is told apart; null for all others together), bits."""
    apart = "event" if ALL in definition.apart else f"case when event in ({_texts(dialect, definition.apart)}) then event end"
    apart = apart if definition.apart else "cast(null as string)"
    return f"""select month, account_id, contract_id, user_id, event, bit_or(bit) as bits from (
        select month, account_id, contract_id, user_id, {apart} as event, {bit_of("on_day")} as bit from events) e
        group by month, account_id, contract_id, user_id, event"""


def counts() -> str:
    """SQL for how often each event of an account happened on a day, of the table `events`: month, account_id, contract_id, event, on_day, n,
    and of those that say a quantity: told (how many), total and below (the sums of all and of the negative ones)."""
    exact, often = exactly("quantity"), "n::decimal(9, 0)"
    return f"""select month, account_id, contract_id, event, on_day, sum(n)::bigint as n, coalesce(sum(n) filter (where quantity is not null), 0)::bigint as told,
        sum({exact} * {often}) filter (where quantity is not null)::{DECIMAL} as total,
        sum({exact} * {often}) filter (where quantity < 0)::{DECIMAL} as below
        from (select month, account_id, contract_id, event, on_day, n, case when {has_quantity("quantity")} then quantity end as quantity from events) e
        group by month, account_id, contract_id, event, on_day"""


TABLES = ("days", "counts")


def bounds(months: Sequence[str]) -> tuple[datetime, datetime]:
    """Between which moments in UTC those of some months lie, whatever the zone."""
    first, last = (datetime.fromisoformat(f"{month}-01") for month in (min(months), max(months)))
    return first - timedelta(days=2), last + timedelta(days=34)
