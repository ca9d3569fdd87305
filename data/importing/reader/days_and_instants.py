"""Cells of days and of moments, typed: a day is the one that is written, a moment is brought to UTC."""

import polars as pl

from data.importing.reader.dates import from_serials
from data.importing.reader.zones import TIME, WRITTEN, to_utc, with_offsets

BARE_DAY = r"^\d{4}-\d{1,2}-\d{1,2}$"
MONTH = r"^(\d{4}-\d{1,2})$"
DAY = rf"^(\d{{4}}-\d{{1,2}}-\d{{1,2}})(?:,?(?:\s+|\s*T\s*){TIME}\s*{WRITTEN}?(?:\s*[(\[][^)\]]*[)\]])?)?$"
CLOCK = r"^(\d{4}-\d{1,2}-\d{1,2}),?(?:\s+|\s*T\s*)(\d{1,2}:)"
BEHIND = rf"{TIME}\s*[^\d\s:.]"
FIRST_SECONDS, LAST_SECONDS = 1e8, 1e11  # more are thousandths of seconds


def days(raw: pl.Series, zone: str) -> pl.Series:
    """The days of cells, as dates: the day that is written, whatever offset or zone stands behind its time; a month is its first day.

    zone: where seconds since 1970 are cut into days. Text must be year-month-day, as as_iso and in_order leave it.
    """
    if raw.dtype == pl.Date or isinstance(raw.dtype, pl.Datetime):
        return raw.dt.date()
    if raw.dtype != pl.String:
        return _counted_day(raw.cast(pl.Float64, strict=False), zone)
    text = raw.str.replace(MONTH, "$1-01")
    written = text.str.extract(DAY, 1).str.to_date("%Y-%m-%d", strict=False)
    if written.null_count() == raw.null_count():
        return written
    return written.zip_with(written.is_not_null(), _counted_day(text.cast(pl.Float64, strict=False), zone))


def whole_months(raw: pl.Series) -> pl.Series:
    """Which cells name a month and no day."""
    return raw.str.contains(MONTH).fill_null(False) if raw.dtype == pl.String else raw.is_null() & False


def instants(raw: pl.Series, zone: str, store_zone: str, *, epoch_zone: str = "UTC") -> tuple[pl.Series, pl.Series]:
    """The moments of cells as naive times in UTC, and which of them had a time of day and no zone of their own: they are in `zone`.

    A day without a time begins in the store's zone, so that it stays that day. epoch_zone: the clock of seconds since 1970.
    """
    if raw.dtype == pl.Date:
        return to_utc(raw.cast(pl.Datetime("us")), store_zone), raw.is_null() & False
    if isinstance(raw.dtype, pl.Datetime):
        zoned = raw.dtype.time_zone is not None
        plain = raw.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zoned else raw
        plain = plain.cast(pl.Datetime("us"))
        return (plain, raw.is_null() & False) if zoned else (to_utc(plain, zone), raw.is_not_null())
    if raw.dtype != pl.String:
        return _counted(raw.cast(pl.Float64, strict=False), zone, epoch_zone), raw.is_null() & False
    return _of_text(raw, zone, store_zone, epoch_zone)


def _of_text(raw: pl.Series, zone: str, store_zone: str, epoch_zone: str) -> tuple[pl.Series, pl.Series]:
    text = raw.str.replace(MONTH, "$1-01").str.replace(CLOCK, "$1 $2").str.replace(r"^(\S+ \d{1,2}:\d\d)([^\d:].*)?$", "$1:00$2")
    bare = text.str.contains(BARE_DAY).fill_null(False)
    if text.str.contains(BEHIND).any():
        text = with_offsets(text, zone)
    zoned = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%z", time_unit="us", time_zone="UTC", strict=False).dt.replace_time_zone(None)
    local = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    day = text.set(~bare, None).str.to_datetime("%Y-%m-%d", time_unit="us", strict=False)
    counted = _counted(text.cast(pl.Float64, strict=False), zone, epoch_zone)
    found = pl.select(pl.coalesce(zoned, to_utc(local, zone), to_utc(day, store_zone), counted)).to_series()
    return found, local.is_not_null()


def _counted(number: pl.Series, zone: str, epoch_zone: str) -> pl.Series:
    """Seconds or milliseconds since 1970, and Excel's day numbers, which are local times, as naive times in UTC."""
    epoch, serial = to_utc(_epoch(number), epoch_zone), to_utc(from_serials(number), zone)
    return epoch.zip_with(epoch.is_not_null(), serial)


def _counted_day(number: pl.Series, zone: str) -> pl.Series:
    epoch = _epoch(number).dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()
    return epoch.zip_with(epoch.is_not_null(), from_serials(number).dt.date())


def _epoch(number: pl.Series) -> pl.Series:
    seconds = number.zip_with((number <= LAST_SECONDS).fill_null(False), number / 1000) * 1_000_000
    inside = number.is_between(FIRST_SECONDS, LAST_SECONDS * 1000).fill_null(False)
    epoch = pl.select(pl.from_epoch(seconds.set(~inside, None), time_unit="us")).to_series()
    return epoch.cast(pl.Datetime("us"))
