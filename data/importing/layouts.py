"""Files that tell months instead of contract lines: a row for each month, or a column for each."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import polars as pl

from data.importing.believing import filled
from data.importing.headers import meanings
from data.importing.month_names import month_of

LAYOUTS = ("log", "months")  # of the option `layout`: a row for each month, a column for each
FEWEST_MONTHS = 2
MONTH_WORDS = ({"month"}, {"period"}, {"date"}, {"month", "date"}, {"month", "period"}, {"month", "revenue"}, {"month", "service"})


def month_columns(header: Sequence[str]) -> dict[str, date]:
    """The columns of a header that each stand for a month, with its first day, in the order of the months; empty where there are none.

    They are columns of months only if there are several, each another month, and none between them is left out.
    """
    found = {name: month for name in header if (month := month_of(name))}
    ordered = sorted(found.items(), key=lambda one: one[1])
    months = [month for _, month in ordered]
    whole = len(months) >= FEWEST_MONTHS and all(step == 1 for step in steps(months))
    return dict(ordered) if whole else {}


def steps(months: Sequence[date]) -> list[int]:
    """How many months lie between each month and the one after it."""
    places = [month.year * 12 + month.month for month in months]
    return [after - before for before, after in pairwise(places)]


def month_column(header: Sequence[str], sample: pl.DataFrame) -> str | None:
    """The column that says which month a row of a log is about; None where there is none.

    Its header speaks of a month, a period or a date, and every cell of it is a month, or a first or last day of one.
    """
    named = [name for name in header if meanings(name) in MONTH_WORDS and name in sample.columns]
    return next((name for name in named if _months(filled(sample[name]))), None)


def _months(cells: list[str]) -> bool:
    return bool(cells) and all(month_of(cell) for cell in cells)
