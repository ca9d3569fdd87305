"""Whether in 03/04/2026 the day or the month comes first: one answer for all days of a file."""

from dataclasses import dataclass

import polars as pl

from data.importing.findings import Question, Unanswered
from data.importing.reader.dates import full_year

NUMERIC = r"^(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(\D.*)?$"
DMY, MDY, YMD = "dmy", "mdy", "ymd"
WHICH = {  # what is asked, by the orders that are left
    (DMY, MDY): "Are they day first (dmy) or month first (mdy)?",
    (DMY, MDY, YMD): "Are they day first (dmy) or month first (mdy) or year first (ymd)?",
    (DMY, YMD): "Are they day first (dmy) or year first (ymd)?",
    (DMY,): "Are they day first (dmy)?",
}
FEW = 0.1  # so small a share of a column's days that shows another order is in error, not an order
YEARS = (15, 40)  # first numbers that may be years, where all of a file's lie between


@dataclass(frozen=True)
class Shown:
    """What one column's days show: how many can only be day first, and month first; whether all are written with points, and so may be
    year first; one of them."""

    day_first: int
    month_first: int
    points: bool
    years: bool
    example: str

    @property
    def order(self) -> str | None:
        """The order that the days show; None where none does, or both."""
        if min(self.day_first, self.month_first) > FEW * (self.day_first + self.month_first):
            return None
        return DMY if self.day_first > self.month_first else MDY if self.month_first else None

    @property
    def both(self) -> bool:
        return self.order is None and self.day_first > 0


def in_order(text: pl.Series, order: str | None) -> pl.Series:
    """Days of numbers as year-month-day; without an order they stay as they are."""
    if order is None or not text.str.contains(NUMERIC).any():
        return text
    first, second, third, rest = (text.str.extract(NUMERIC, group) for group in (1, 3, 4, 5))
    year, month, day = {DMY: (third, second, first), MDY: (third, first, second), YMD: (first, second, third)}[order]
    if order == YMD:  # 03/04/2026 cannot be: its year stands last
        year = year.set(third.str.len_bytes() == len("2026"), None)
    written = full_year(year.str.zfill(2)) + "-" + month + "-" + day + rest.fill_null("")
    return written.zip_with(written.is_not_null(), text)


def order_of(texts: dict[str, pl.Series], known: dict[str, str]) -> str | None:
    """The order of a file's days, by its columns' names; None where no day is of numbers alone, or all are year first.

    known: what earlier rows of each column have shown; added to. Raises Unanswered where nothing shows the order, or columns contradict
    each other.
    """
    shown = {name: found for name, text in texts.items() if (found := _shown(text))}
    for name, found in shown.items():
        if found.both and name not in known:
            raise _asked(name, f"Days in {name} are written day first as well as month first.")
        if found.order and not all(one.years for one in shown.values()):
            known.setdefault(name, found.order)
    orders = {order: name for name, order in reversed(known.items())}
    if len(orders) > 1:
        raise _asked(orders[MDY], f"{orders[DMY]} shows days with the day first, {orders[MDY]} with the month first.")
    if orders or not shown:
        return next(iter(orders), None)
    if all(found.points for found in shown.values()):
        return DMY  # nobody who writes months first parts them by points
    name, found = next((name, found) for name, found in shown.items() if not found.points)
    choices = [DMY, MDY] if not any(one.day_first for one in shown.values()) else [DMY]
    raise _asked(name, f"{found.example} in {name} may be more than one day.", [*choices, YMD] if found.years else choices)


def _shown(text: pl.Series) -> Shown | None:
    days = text.filter(text.str.contains(NUMERIC).fill_null(False))
    if days.is_empty():
        return None
    first, second, third = (days.str.extract(NUMERIC, group).cast(pl.Int64) for group in (1, 3, 4))
    points = days.str.extract(NUMERIC, 2) == "."
    years = first.is_between(*YEARS) & (second <= 12) & third.is_between(1, 31) & ~points
    return Shown(
        int(((first > 12) & (second <= 12)).sum()), int(((second > 12) & (first <= 12)).sum()), bool(points.all()), bool(years.all()), days[0]
    )  # fmt: skip


def _asked(name: str, text: str, choices: list[str] | None = None) -> Unanswered:
    choices = choices or [DMY, MDY]
    return Unanswered(Question("date_order", name, f"{text} {WHICH[tuple(choices)]}", tuple(choices)))
