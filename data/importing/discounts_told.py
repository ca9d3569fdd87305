"""What the rows of a file say of amounts beside discounts: whether these are taken off already, or still come off as a share or as money."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

TAKEN_OFF, SHARE, MONEY, PAID = "taken_off", "share", "money", "share_paid"
A_CENT, ROUNDED = 0.011, 0.0006  # how far an amount may be from what it is worked out to be, absolutely and of itself
TO_WHOLE_UNITS = 0.002  # of a price: where amounts are rounded to whole units
TENTHS = 10
SEVERAL = 2  # rows that must agree where a column's name does not say that it is money


@dataclass(frozen=True)
class Lines:
    """The rows of a file in numbers. amount, off, seats (1 where there is none), more (add-ons, 0 where there are none); within: what a
    price goes by, as text; percent: whether shares are written as per cent."""

    rows: pl.DataFrame
    within: tuple[str, ...] = ()
    percent: bool = False

    def less(self, unit: str, gross: pl.Expr) -> pl.Expr:
        """What is left of an amount."""
        off = pl.col("off").fill_null(0)
        if unit == PAID:
            return gross * share_paid(pl.col("off").fill_null(1))
        return gross - off if unit == MONEY else gross * (1 - off / (100 if self.percent else 1))

    @property
    def reduced(self) -> "Lines":
        """The rows with a discount."""
        return Lines(self.rows.filter((pl.col("off") > 0) & (pl.col("amount") > 0)), self.within, self.percent)


def share_paid(written: pl.Expr) -> pl.Expr:
    """The share of a price that is paid, as 折扣 gives it: 0.85, 8.5 (of ten) or 85 (of a hundred)."""
    return written / pl.when(written <= 1).then(1).when(written <= TENTHS).then(TENTHS).otherwise(100)


def by_another_column(lines: Lines, others: dict[str, pl.Series], units: Collection[str], named: Collection[str]) -> str:
    """Which reading another column settles: a price, times the quantity or not, of which the discount leaves the amount (taken off), or
    what the discount leaves of the amount. Empty where none does, or two contradict.

    others: numbers of the file's other columns, along the rows; named: those whose names speak of money.
    """
    found = set()
    for name, values in others.items():
        reduced = Lines(lines.rows.with_columns(values.alias("other")), lines.within, lines.percent).reduced.rows.drop_nulls("other")
        enough = 1 if name in named else SEVERAL
        found |= {reading for reading in (TAKEN_OFF, *units) if _agrees(lines, reduced, reading, units, enough)}
    return found.pop() if len(found) == 1 else ""


def _agrees(lines: Lines, reduced: pl.DataFrame, reading: str, units: Collection[str], enough: int) -> bool:
    """Whether most reduced rows, and enough of them, are as a reading says."""
    amount, other, more = (pl.col(name) for name in ("amount", "other", "more"))
    fits = []
    for times in (pl.lit(1), pl.col("seats")):
        if reading == TAKEN_OFF:
            fits += [_near(lines.less(unit, other * times + more), amount) for unit in units]
        else:
            fits.append(_near(lines.less(reading, amount * times + more), other))
    told = reduced.select(one.sum().alias(str(at)) for at, one in enumerate(fits)).row(0) if reduced.height else (0,)
    return max(told) >= enough and 2 * max(told) > reduced.height


def _near(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return ((one - other).abs() <= pl.max_horizontal(pl.lit(A_CENT), other.abs() * ROUNDED)).fill_null(False)


def by_product(lines: Lines, units: Sequence[str]) -> tuple[int, int]:
    """How many rows with a discount cost what the same product costs without one, and how many just less by it."""
    whole = lines.rows.filter((pl.col("off").fill_null(0) == 0) & (pl.col("amount") > 0))
    prices = whole.group_by(*lines.within, "seats").agg(price=pl.col("amount").first(), prices=pl.col("amount").n_unique())
    known = lines.reduced.rows.join(prices.filter(pl.col("prices") == 1), on=[*lines.within, "seats"], nulls_equal=True)
    apart = [((lines.less(unit, pl.col("price")) - pl.col("amount")).abs() <= pl.col("price") * TO_WHOLE_UNITS) for unit in units]
    full, less = _near(pl.col("price"), pl.col("amount")), pl.any_horizontal(apart)
    counts = known.select((pl.col("times").filter(full)).sum(), (pl.col("times").filter(less & ~full)).sum().alias("less"))
    return counts.row(0)
