"""Which cells of a moment say a day alone, without a time: such a moment may be any of that day."""

from datetime import time

import polars as pl

DAY = r"^\d{4}-\d{1,2}-\d{1,2}$"
MIDNIGHT = r"^\d{4}-\d{1,2}-\d{1,2}[ T]0?0:00(?::00(?:\.0+)?)?$"


def days_alone(raw: pl.Series, *, midnight: bool) -> pl.Series:
    """Which cells, as year-month-day or as a spreadsheet has them, say a day without a time.

    midnight: whether the first moment of a day, in no zone, counts as one, since spreadsheets write days so.
    """
    if raw.dtype == pl.String:
        return (raw.str.contains(DAY) | (raw.str.contains(MIDNIGHT) & midnight)).fill_null(False)
    if raw.dtype == pl.Date:
        return raw.is_not_null()
    return (raw.dt.time() == time(0)).fill_null(False) if raw.dtype == pl.Datetime and midnight else raw.is_null() & False


def whole_days(raw: pl.Series) -> pl.Series:
    """As days_alone; midnights count where the column has nothing else."""
    spreadsheet = days_alone(raw, midnight=True)
    return spreadsheet if (spreadsheet | raw.is_null()).all() else days_alone(raw, midnight=False)
