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
ABOUT_A_MONTH = {"month", "period", "date"}
AROUND_MONTHS = {"end", "billing", "revenue", "service", "invoice"}
OF_MONEY = {"mrr", "arr", "revenue", "amount", "price", "total", "recurring", "month"}


def month_columns(header: Sequence[str]) -> dict[str, date]:
    """The columns of a header that each stand for a month, with its first day, in the order of the months; empty where there are none.

    They are columns of months only if there are several, each another month, and none between them is left out.
    """
    found = {name: month for name in header if (month := month_of(name) or month_of(_less_money(name)))}
    ordered = sorted(found.items(), key=lambda one: one[1])
    months = [month for _, month in ordered]
    whole = len(months) >= FEWEST_MONTHS and all(step == 1 for step in steps(months))
    return dict(ordered) if whole else {}


def _less_money(name: str) -> str:
    """A header less the words at its begin or end that speak of money: MRR Jan-25 is Jan-25."""
    words = name.replace("_", " ").split()
    while words and meanings(words[0]) and meanings(words[0]) <= OF_MONEY:
        words = words[1:]
    while words and meanings(words[-1]) and meanings(words[-1]) <= OF_MONEY:
        words = words[:-1]
    return " ".join(words)


def figure_of_months(names: Sequence[str]) -> str | None:
    """What the headers of columns of months say beside the month, where all say the same: MRR; None where they say nothing."""
    beside = {" ".join(word for word in name.replace("_", " ").split() if word not in _less_money(name).split()) for name in names}
    return next(iter(beside)) or None if len(beside) == 1 else None


def _of_a_month(said: frozenset[str]) -> bool:
    return bool(said & ABOUT_A_MONTH) and said <= ABOUT_A_MONTH | AROUND_MONTHS


def steps(months: Sequence[date]) -> list[int]:
    """How many months lie between each month and the one after it."""
    places = [month.year * 12 + month.month for month in months]
    return [after - before for before, after in pairwise(places)]


def month_column(header: Sequence[str], sample: pl.DataFrame) -> str | None:
    """The column that says which month a row of a log is about; None where there is none.

    Its header speaks of a month, a period or a date, and every cell of it is a month, or a first or last day of one.
    """
    named = [name for name in header if _of_a_month(meanings(name)) and name in sample.columns]
    return next((name for name in named if _months(filled(sample[name]))), None)


def _months(cells: list[str]) -> bool:
    return bool(cells) and all(month_of(cell) for cell in cells)
