"""How a file's columns become a table's: a mapping, kept as TOML."""

import tomllib
from dataclasses import asdict, dataclass, field
from datetime import date, time

import tomli_w

from data.importing import options as import_options
from data.importing.options import MappingError, OptionValue, shown
from data.schema import IMPORTED_TABLES, TABLES

__all__ = ["Condition", "Mapping", "MappingError", "Span"]
MONTH_COLUMNS = ("starts_on", "amount")  # what columns of months say, in the layout `months`
OF_A_STATUS = ("is_trial", "has_ended")  # what the status of a subscription says beside itself


IDENTIFIES = "$identify"  # the event, held for all rows, of a file that only says which ids are one person's


@dataclass(frozen=True)
class Condition:
    """A column that is taken only where another one says so: `column` counts in rows in which the text of `where` is `equals`."""

    column: str
    where: str
    equals: str


@dataclass(frozen=True)
class Span:
    """How long after another moment of its row a moment is: the number in `column` counts `unit`, by the calendar, since the table's
    column `since`. counted: a column that says how many such moments there were, so that 0 of none is no moment; empty where none does.

    Hours of business are no such span: from them no moment can be told.
    """

    column: str
    unit: str
    since: str
    counted: str = ""


@dataclass(frozen=True)
class Mapping:
    """Where each target column comes from: source columns, several joined, constants, translated values, conditions and options.

    otherwise: what stands in where a column is empty, row by row: other columns, or columns under a condition; the first that says
    something counts. after: moments that are told by how long after another one they are, where the row does not tell them itself. The statuses of a subscription are translated however they are spelt: non_renewing is "Non Renewing".

    Every entry is checked when a mapping is made; values of options are in the one form that reading knows. Raises MappingError that
    names the entry at fault and says what is allowed.
    """

    table: str
    feed: str = ""
    key: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    when: dict[str, Condition] = field(default_factory=dict)
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)  # the cells of several columns, with blanks between
    options: dict[str, OptionValue] = field(default_factory=dict)
    otherwise: dict[str, tuple[str | Condition, ...]] = field(default_factory=dict)
    after: dict[str, Span] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known_table(self.table)
        if not isinstance(self.feed, str):
            raise MappingError(f"feed: {shown(self.feed)} is not text. Write it in quotes.")
        for name, check in _ENTRIES.items():
            object.__setattr__(self, name, check(name, getattr(self, name)))
        object.__setattr__(self, "options", import_options.checked(_table("options", self.options), self.table))
        names = TABLES[self.table].names
        for name in sorted({*self.given, *self.key, *self.values, *(span.since for span in self.after.values())} - {*names}):
            raise MappingError(f"{name}: the table {self.table} has no such column. Columns: {', '.join(names)}.")
        moments = {column.name for column in TABLES[self.table].columns if column.kind == "instant"}
        for name in sorted({*self.after, *(span.since for span in self.after.values())} - moments):
            raise MappingError(f"after.{name}: only moments are told so. Moments of {self.table}: {', '.join(sorted(moments)) or 'none'}.")

    @classmethod
    def from_toml(cls, text: str) -> "Mapping":
        """Read a mapping; raises MappingError that names the entry at fault."""
        try:
            raw = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MappingError(f"The mapping is not valid TOML: {error}.") from None
        known = {"table", "feed", "key", "columns", "joined", "constants", "values", "when", "otherwise", "after", "options"}
        if "table" not in raw or set(raw) - known:
            raise MappingError(
                f"A mapping has a table and may have {', '.join(sorted(known - {'table'}))}; found {', '.join(sorted(raw)) or 'nothing'}."
            )
        return cls(**raw)

    def to_toml(self) -> str:
        """The mapping as TOML; from_toml gives it back."""
        when = {name: _written(rule) for name, rule in self.when.items()}
        otherwise = {name: [one if isinstance(one, str) else _written(one) for one in others] for name, others in self.otherwise.items()}
        after = {name: {part: text for part, text in asdict(span).items() if text} for name, span in self.after.items()}
        named = {name: getattr(self, name) for name in ("key", "columns", "joined", "constants", "options", "values")}
        return tomli_w.dumps(
            {"table": self.table, "feed": self.feed}
            | {k: v for k, v in (named | {"when": when, "otherwise": otherwise, "after": after}).items() if v}
        )

    @property
    def sources(self) -> set[str]:
        """Every source column that the mapping reads."""
        others = [one for told in self.otherwise.values() for one in told]
        rules = [*self.when.values(), *(one for one in others if isinstance(one, Condition))]
        conditions = {name for rule in rules for name in (rule.column, rule.where)}
        return {
            *self.columns.values(),
            *conditions,
            *(one for one in others if isinstance(one, str)),
            *(name for names in self.joined.values() for name in names),
            *(name for span in self.after.values() for name in (span.column, span.counted) if name),
        }

    @property
    def persons_alone(self) -> bool:
        """Whether the rows say nothing but which ids are one person's, as the calls that identify users do; they are no use."""
        return self.table == "usage_events" and self.constants.get("event") == IDENTIFIES

    @property
    def given(self) -> set[str]:
        """The columns of the table that the mapping fills, whatever from."""
        months = MONTH_COLUMNS if self.options.get("layout") == "months" else ()
        term = ("ends_on",) if "term_from" in self.options else ()
        found = {*self.columns, *self.constants, *self.when, *self.joined, *self.otherwise, *self.after, *months, *term}
        return found | ({*OF_A_STATUS} if self.table == "contracts" and "status" in found else set())


def known_table(name: object) -> str:
    """The name of a table that files can be imported into. Raises MappingError where it is none, with those that are."""
    if isinstance(name, str) and name in IMPORTED_TABLES:
        return name
    raise MappingError(f"table: there is no table {shown(name)} to import into. Tables: {', '.join(IMPORTED_TABLES)}.")


def _key(entry: str, given: object) -> tuple[str, ...]:
    if isinstance(given, list | tuple) and all(isinstance(name, str) for name in given):
        return tuple(given)
    raise MappingError(f'{entry}: {shown(given)} is not a list of columns. Write it as key = ["contract_id"].')


def _table(entry: str, given: object) -> dict[str, object]:
    if isinstance(given, dict) and all(isinstance(name, str) for name in given):
        return given
    raise MappingError(
        f"{entry}: {shown(given)} is not a table of entries. Write a line [{entry}], and a line NAME = VALUE for each below it."
    )


def _columns(entry: str, given: object) -> dict[str, str]:
    found = {}
    for name, source in _table(entry, given).items():
        if not isinstance(source, str) or not source:
            raise MappingError(f"{entry}.{name}: {shown(source)} is not the name of a column of the file. Write it in quotes.")
        found[name] = source
    return found


def _constants(entry: str, given: object) -> dict[str, str]:
    return {name: _text(f"{entry}.{name}", value) for name, value in _table(entry, given).items()}


def _values(entry: str, given: object) -> dict[str, dict[str, str]]:
    return {name: _constants(f"{entry}.{name}", translated) for name, translated in _table(entry, given).items()}


def _when(entry: str, given: object) -> dict[str, Condition]:
    return {name: _condition(f"{entry}.{name}", rule) for name, rule in _table(entry, given).items()}


def _otherwise(entry: str, given: object) -> dict[str, tuple[str | Condition, ...]]:
    found: dict[str, tuple[str | Condition, ...]] = {}
    for name, told in _table(entry, given).items():
        if not isinstance(told, list | tuple) or not told:
            raise MappingError(f'{entry}.{name}: {shown(told)} is not a list of columns. Write it as ["start_date", "created_at"].')
        found[name] = tuple(_other(f"{entry}.{name}", one) for one in told)
    return found


def _other(entry: str, told: object) -> str | Condition:
    return _columns(entry, {"column": told})["column"] if isinstance(told, str) else _condition(entry, told)


def _after(entry: str, given: object) -> dict[str, Span]:
    return {name: _span(f"{entry}.{name}", told) for name, told in _table(entry, given).items()}


def _span(entry: str, told: object) -> Span:
    if isinstance(told, Span):
        return told
    if not isinstance(told, dict) or {*told} - {"counted"} != {"column", "unit", "since"} or told["unit"] not in UNITS:
        raise MappingError(
            f"{entry}: {shown(told)} is not how long after a moment. Write it as "
            f'{{ column = "First reply time in minutes", unit = "minutes", since = "opened_at" }}; units: {", ".join(UNITS)}.'
        )
    named = _columns(entry, {name: told[name] for name in ("column", "counted") if told.get(name)})
    return Span(named["column"], told["unit"], _text(f"{entry}.since", told["since"]), named.get("counted", ""))


def _written(rule: Condition) -> dict[str, str]:
    return {_KEYS[key]: text for key, text in asdict(rule).items()}


def _condition(entry: str, rule: object) -> Condition:
    if isinstance(rule, Condition):
        return rule
    if not isinstance(rule, dict) or {*rule} != {*_KEYS.values()}:
        raise MappingError(f'{entry}: {shown(rule)} is no condition. Write it as {{ column = "quantity", if = "unit", equals = "users" }}.')
    names = {ours: rule[written] for ours, written in _KEYS.items()}
    return Condition(
        **_columns(entry, {"column": names["column"], "where": names["where"]}), equals=_text(f"{entry}.equals", names["equals"])
    )


def _text(entry: str, value: object) -> str:
    """A value that stands for cells, as the text that a cell would have. Raises MappingError for what no cell holds."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    raise MappingError(f"{entry}: {shown(value)} is not one value. Write text in quotes, a number or a day.")


def _joined(entry: str, given: object) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, sources in _table(entry, given).items():
        if not isinstance(sources, list | tuple) or len(sources) < 2:
            raise MappingError(f'{entry}.{name}: {shown(sources)} is not a list of columns. Write it as ["interval_count", "interval"].')
        found[name] = tuple(_columns(f"{entry}.{name}", {str(place): source for place, source in enumerate(sources, start=1)}).values())
    return found


UNITS = ("seconds", "minutes", "hours")
_KEYS = {"column": "column", "where": "if", "equals": "equals"}  # of a condition: the name here, and the one in TOML
_ENTRIES = {
    "key": _key,
    "columns": _columns,
    "constants": _constants,
    "values": _values,
    "when": _when,
    "joined": _joined,
    "otherwise": _otherwise,
    "after": _after,
}
