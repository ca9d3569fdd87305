"""Which cells of a moment say a day alone, without a time: such a moment may be any of that day."""

from datetime import time

import polars as pl


def days_alone(raw: pl.Series) -> pl.Series:
    """Which cells, as year-month-day or as a spreadsheet has them, say a day without a time."""
    if raw.dtype == pl.String:
        return raw.str.contains(r"^\d{4}-\d{1,2}-\d{1,2}$").fill_null(False)
    if raw.dtype == pl.Date:
        return raw.is_not_null()
    return (raw.dt.time() == time(0)).fill_null(False) if raw.dtype == pl.Datetime else raw.is_null() & False
