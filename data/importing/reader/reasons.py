"""What is wrong with a cell, and what to do about it, in words."""

import polars as pl

from data.importing.reader.cells import errors
from data.importing.reader.periods import two_meanings
from data.importing.reader.zones import several_zones
from data.schema import Column

REQUIRED = "is required; give a value"
ERROR = "is an error of the spreadsheet; mend the formula, and export again"
SEVERAL_ZONES = "has letters that several time zones go by; write the offset, as in 2024-01-31T09:30:00+01:00, or give the option timezone"
STATUS = (
    "is no status of which it is known what it means for revenue; write paying, trial, planned, not_begun, never_paid, paused, unpaid or ended, "
    "or give a mapping that translates it under [values.status]"
)
REASONS = {
    "day": "is no day between 1970 and 2099; write it as 2024-01-31",
    "month": "is no month between 1970 and 2099; write it as 2024-01",
    "instant": "is no moment between 1970 and 2099; write it as 2024-01-31T09:30:00Z",
    "money": "is no amount of money; write it as 1234.50",
    "number": "is no number; write it as 1234.5",
    "fraction": "is no share; write it as 0.2, or 20%",
    "integer": "is no whole number; write it as 12",
    "bool": "is neither true nor false; write one of them",
    "currency": "is no currency code; write it as USD",
    "period": "is no period; write 1 month, 3 month, 1 year, 1 week, 1 day or term",
}


def reasons(raw: pl.Series, column: Column, wrong: pl.Series) -> list[tuple[str, pl.Series]]:
    """The reasons for which cells are wrong, each with the cells that it is told of. `wrong`: the cells that could not be read."""
    failed = errors(raw)
    left, told = wrong & ~failed, [(ERROR, failed)] if failed.any() else []
    if column.kind == "instant" and left.any() and raw.dtype == pl.String:
        several = left & several_zones(raw)
        told, left = [*told, (SEVERAL_ZONES, several)], left & ~several
    if column.kind == "period" and left.any():
        meanings = two_meanings(raw.cast(pl.String).set(~left, None))
        told += [(reason, meanings.eq_missing(reason)) for reason in meanings.drop_nulls().unique().to_list()]
        left &= meanings.is_null()
    if column.name == "status" and column.kind == "choice":
        return [*told, (STATUS, left)]
    return [*told, (REASONS.get(column.kind, f"is none of {', '.join(column.choices)}; write one of them"), left)]
