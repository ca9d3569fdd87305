"""The options of an import: each one's name, kind, allowed values, the tables that it is for, and what it means. Described here once:
the command line's help, the API, the docs and every check take it from here."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import available_timezones

from data.schema import IMPORTED_TABLES

CONFIRMED = "confirmed"  # a snapshot, once a person has looked at what it ends
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
WRITTEN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
KEYED = tuple(table for table in IMPORTED_TABLES if table != "usage_events")
READING = ("encoding", "sheet", "header_row")  # what a file must be opened with, before anything is known of it
OptionValue = str | bool | int | tuple[date, date]
Options = dict[str, OptionValue]
# Registered and checked already, but refused until reading does something with them: to switch one on, take its name out here.
NOT_YET: frozenset[str] = frozenset()


class MappingError(ValueError):
    """A mapping, or an option beside it, that cannot be used; the message says which entry and what to write instead."""


@dataclass(frozen=True)
class Option:
    """One option: `kind` says what a value is, `choices` which there are, `tables` for which tables it is (empty: for all)."""

    name: str
    kind: str  # choice, flag, days, text, encoding, zone or count: the keys of CHECKS
    meaning: str
    choices: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """What may be given, as the end of a sentence."""
        listed = ", ".join(self.choices[:-1]) + f" or {self.choices[-1]}" if self.choices else ""
        return listed or ALLOWED[self.kind]

    def checked(self, value: object, table: str | None = None) -> OptionValue:
        """The value in the one form that reading knows. Raises MappingError that says what is allowed; `table` is where it is known."""
        try:
            found = CHECKS[self.kind](self, value.strip() if isinstance(value, str) and self.kind != "text" else value)
        except (ValueError, TypeError, LookupError):
            found = None
        if found is None:
            raise MappingError(f"options.{self.name}: {shown(value)} is not allowed. Give {self.allowed}.")
        if table and self.tables and table not in self.tables and found is not False:
            raise MappingError(f"options.{self.name} is for {', '.join(self.tables)}, not for {table}. Leave it out.")
        return found


def shown(value: object) -> str:
    """A wrong value as it is told: shortened, and in quotes."""
    text = value if isinstance(value, str) else repr(value)
    return f"'{text if len(text) <= 60 else text[:59] + '…'}'"


def _choice(option: Option, value: object) -> str | None:
    return value.lower() if isinstance(value, str) and value.lower() in option.choices else None


def _flag(option: Option, value: object) -> bool | str | None:
    if isinstance(value, bool):
        return value
    word = str(value).lower() if isinstance(value, str | int) else ""
    if word in TRUE or word in FALSE:
        return word in TRUE
    return word if word in option.choices else None


def _days(option: Option, value: object) -> tuple[date, date] | None:
    if isinstance(value, str):
        value = value.replace("..", ",").split(",")
    days = [_day(one) for one in (value if isinstance(value, list | tuple) else [value])]
    return (days[0], days[-1]) if len(days) in (1, 2) and days[0] <= days[-1] else None


def _day(value: object) -> date:
    """A day, given as one or as text. Raises ValueError or TypeError."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and WRITTEN_DAY.fullmatch(value.strip()):
        return date.fromisoformat(value.strip())
    raise ValueError


def _text(option: Option, value: object) -> str | None:
    named = isinstance(value, str | int) and not isinstance(value, bool) and bool(str(value).strip())
    return str(value) if named else None


def _encoding(option: Option, value: object) -> str | None:
    if not isinstance(value, str):
        return None
    b"a".decode(codecs.lookup(value).name, "replace")  # raises LookupError for what is no encoding of text
    return value


def _zone(option: Option, value: object) -> str | None:
    return next((name for name in zone_names() if isinstance(value, str) and name.lower() == value.lower()), None)


@cache
def zone_names() -> frozenset[str]:
    """The time zones that there are, but for those that are of the machine."""
    return frozenset(available_timezones() - {"Factory", "localtime"})


def _count(option: Option, value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).isascii() or not str(value).isdigit():
        return None
    return int(value) or None


CHECKS: dict[str, Callable[[Option, object], OptionValue | None]] = {
    "choice": _choice, "flag": _flag, "days": _days, "text": _text, "encoding": _encoding, "zone": _zone, "count": _count,
}  # fmt: skip
ALLOWED = {
    "flag": "true or false",
    "days": "one day or two, the first not after the last, like 2024-01-31 or 2024-01-01..2024-01-31",
    "text": "a name as text",
    "encoding": "the name of a text encoding, like utf-8, cp1252 or utf-16",
    "zone": "the name of a time zone, like Europe/Berlin, America/Los_Angeles or UTC",
    "count": "a whole number from 1",
}
CONTRACTS = ("contracts",)
OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        Option("ends_on", "choice", "Whether the day on which a line ends is the last day that is paid for (inclusive) or the first that is not (exclusive).", ("inclusive", "exclusive"), CONTRACTS),
        Option("date_order", "choice", "Whether the day (dmy) or the month (mdy) comes first in days like 03/04/2026, or the year (ymd) in days like 24/05/06.", ("dmy", "mdy", "ymd")),
        Option("decimal", "choice", "Which sign parts the whole from the rest in numbers written as text.", ("comma", "point")),
        Option("encoding", "encoding", "The encoding of a text file, where it is not found out rightly by itself."),
        Option("sheet", "text", "The sheet of a workbook, where several may be the list."),
        Option("snapshot", "flag", "Whether these are all lines of the feed, so that a line that is missing has ended; confirmed also takes one that ends much.", ("true", "false", CONFIRMED), CONTRACTS),
        Option("covers", "days", "The days that the file speaks for, first and last; without it, those that its rows show."),
        Option("covers_all_accounts", "flag", "Whether every account's use is in the file, so that an account without any used nothing.", tables=("usage_events",)),
        Option("covers_accounts", "choice", "Whether the feed tells of every account (all), so that one without an event used nothing, or of those alone that it names (listed).", ("all", "listed"), ("usage_events",)),
        Option("amount_per", "choice", "Whether an amount is for the whole line or for each of its seats.", ("line", "seat"), CONTRACTS),
        Option("discounts", "choice", "Whether amounts have the discounts of the file taken off already (taken_off), or these still come off, as a share of the amount or as money; or whether they are the share of it that is paid (share_paid), as in Chinese lists.", ("taken_off", "share", "money", "share_paid"), CONTRACTS),
        Option("newest_by", "text", "The column that tells which of several versions of one row is the newest; only that one counts.", tables=KEYED),
        Option("rows", "choice", "Whether rows are records with days of their own, or say what holds on the day of the export (state).", ("records", "state"), ("contracts", "accounts")),
        Option("timezone", "zone", "The time zone of moments that are written without one; without it, the store's."),
        Option("epoch", "choice", "Whether seconds since 1970 are counted in UTC, or on the clock of `timezone` (local), as Mixpanel's older projects do.", ("utc", "local")),
        Option("amount_unit", "choice", "Whether amounts are in units of the currency or in cents, its smallest part.", ("units", "cents"), CONTRACTS),
        Option("layout", "choice", "Whether a row is a contract line (lines), what an account paid in one month (log), or in several months, a column each (months).", ("lines", "log", "months"), CONTRACTS),
        Option("term_from", "text", "The column that says how long a line runs from its start, where it gives no end: months as a number, or like 2 years.", tables=CONTRACTS),
        Option("ends_are", "choice", "Whether the days on which lines of this feed end were agreed beforehand (agreed), or are written when a customer has left (afterwards).", ("agreed", "afterwards"), CONTRACTS),
        Option("add_from", "text", "The column of what a line pays beside its amount, such as add-ons; it is added to it.", tables=CONTRACTS),
        Option("less_from", "text", "The column of money off the amount of a line; it is taken from it.", tables=CONTRACTS),
        Option("total_from", "text", "The column of what a line pays in all; where it differs from its parts, the row is turned away.", tables=CONTRACTS),
        Option("effort_unit", "choice", "What efforts of requests count: days of a person, hours (8 to a day), weeks (5 days), or points, which say no days, so that the effort stays empty.", ("days", "hours", "weeks", "points"), ("feature_requests",)),
        Option("header_row", "count", "The line on which the header stands, where it is not found by itself."),
    )
}  # fmt: skip


def offered() -> tuple[Option, ...]:
    """The options that can be given."""
    return tuple(option for option in OPTIONS.values() if option.name not in NOT_YET)


def in_words() -> list[str]:
    """All options that can be given: of each, in one sentence or two, what it means and what is allowed."""
    return [f"{option.name}: {option.meaning} Give {option.allowed}." for option in offered()]


def checked(given: dict[str, object], table: str | None = None) -> dict[str, OptionValue]:
    """Options with every value checked and in the one form that reading knows; those that are off are left out.

    table: which one the file is for, None while that is not known. Raises MappingError that says what is allowed.
    """
    known = {option.name: option for option in offered()}
    for name in given:
        if name not in known:
            raise MappingError(f"options.{name}: there is no such option. Options: {', '.join(known)}.")
    found = {name: known[name].checked(value, table) for name, value in given.items()}
    return {name: value for name, value in found.items() if value is not False}
