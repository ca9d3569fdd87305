"""What a report is asked and what it answers; shared by pages, API, command line and files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl


@dataclass(frozen=True)
class Question:
    """The parameters of a report. Days are balance days; `filters` are (account column, accepted values) pairs."""

    as_of: date | None = None
    known_at: int | str | None = None  # a batch number, or a UTC instant in ISO form
    start: date | None = None
    end: date | None = None
    by: str | None = None
    rules: str = "house"
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    per: str = "month"  # what makes a cohort: a month or a quarter
    within: int = 90  # days ahead, for what is coming up
    every: str = "month"  # the step of movements: month, quarter or year
    level: str = "account"  # who counts as one customer in movements and retention: the account, or its topmost parent
    segments: str = "now"  # movements and retention count accounts in the segments of now, or of then
    against: str = "strict"  # the rules that compare-rules sets beside `rules`


@dataclass(frozen=True)
class Report:
    """A typed answer. Money in `rows` and `totals` is integer cents; `units` names each column's unit.

    Units: money, ratio, count, number, decimal (shown with one place), day, month, score, text, list, flag.
    """

    name: str
    title: str
    parameters: Mapping[str, object]
    rules: str
    currency: str
    data_version: int
    rows: pl.DataFrame
    totals: Mapping[str, object]
    units: Mapping[str, str]
    notes: tuple[str, ...] = field(default=())

    def total(self, name: str) -> float | int | None:
        """A total as people see it: money in currency units. None where there is none."""
        value = self.totals.get(name)
        return value / 100 if value is not None and self.units.get(name) == "money" else value
