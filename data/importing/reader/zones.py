"""Time zones as they are written behind a moment and in a header, and local times brought to UTC.

A zone is the name of one (Europe/Berlin), or an offset from UTC written +05:30.
"""

import re
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

# Letters that mean one zone wherever they are written. Others (IST, CST, BST, AST) are known only where the zone that is given has them.
LETTERS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180,
    "PST": -480, "PDT": -420, "MST": -420, "MDT": -360, "CDT": -300, "EST": -300, "EDT": -240, "AKST": -540, "AKDT": -480, "HST": -600,
    "BRT": -180, "SAST": 120, "SGT": 480, "HKT": 480, "JST": 540, "KST": 540, "AWST": 480, "ACST": 570, "ACDT": 630, "AEST": 600,
    "AEDT": 660, "NZST": 720, "NZDT": 780,
}  # fmt: skip
SEVERAL = ("AST", "BST", "CST", "IST")
TIME = r"\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?"
NAMED = rf"^(.*{TIME})\s*([A-Z][A-Z]{{1,4}})$"
WRITTEN = r"(?:Z|(?:UTC|GMT)?\s?[+-]\d{1,2}(?::?\d\d)?|[A-Z]{2,5})"  # what may stand behind a time
IN_HEADER = re.compile(r"[(\[]([^)\]]+)[)\]]\s*$")
OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2}):?(\d\d)?$", re.IGNORECASE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def with_offsets(text: pl.Series, zone: str) -> pl.Series:
    """Moments with the zone behind the time as an offset like +09:00; what names no zone, or an unknown one, stays as it is.

    zone: the one whose own letters are known too.
    """
    text = text.str.replace(rf"^(.*{TIME}.*?)\s*[(\[][^)\]]*[)\]]$", "$1")
    text = text.str.replace(rf"^(.*{TIME})\s*(?:UTC|GMT)?\s?([+-])(\d{{1,2}})$", "$1$2$3:00").str.replace(
        rf"^(.*{TIME})\s*(?:UTC|GMT)?\s?([+-])(\d{{1,2}}):?(\d\d)$", "$1$2$3:$4"
    )
    text = text.str.replace(r"([+-])(\d:\d\d)$", "${1}0$2").str.replace(rf"^(.*{TIME})\s*Z$", "$1+00:00")
    letters = text.str.extract(NAMED, 2)
    if letters.null_count() == len(letters):
        return text
    known = {name: _offset(minutes) for name, minutes in (LETTERS | _letters_of(zone)).items()}
    offset = letters.replace_strict(known, default=None, return_dtype=pl.String)
    return (text.str.extract(NAMED, 1) + offset).zip_with(offset.is_not_null(), text)


def several_zones(text: pl.Series) -> pl.Series:
    """Whether letters stand behind a time that several zones go by."""
    return text.str.extract(NAMED, 2).is_in(SEVERAL).fill_null(False)


def in_header(name: str) -> str | None:
    """The zone that a header names: `Timestamp (GMT+9)`, `Created at (UTC)`, `created_at_utc`; None where it names none."""
    found = IN_HEADER.search(name)
    written = found[1].strip() if found else ""
    if offset := OFFSET.match(written):
        return f"{offset[1]}{int(offset[2]):02}:{offset[3] or '00'}"
    if written.upper() in LETTERS or re.search(r"[\s_](utc|gmt)$", name, re.IGNORECASE):
        return _offset(LETTERS.get(written.upper(), 0))
    return written if written in _names() else None


def to_utc(local: pl.Series, zone: str) -> pl.Series:
    """Naive local times of a zone as naive times in UTC.

    A time that comes twice, when clocks are set back, is the first of the two. One that clocks skip is read with the offset before: 02:30
    where 02:00 became 03:00 is 03:30. So none is lost.
    """
    if zone == "UTC":
        return local
    if zone[0] in "+-":
        return local - timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[4:]))
    found = _localised(local, zone)
    for step in (HOUR, DAY):
        if found.null_count() > local.null_count():
            found = found.zip_with(found.is_not_null(), _localised(local - step, zone) + step)
    return found


def _localised(local: pl.Series, zone: str) -> pl.Series:
    zoned = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


@cache
def _names() -> set[str]:
    return available_timezones()


@cache
def _letters_of(zone: str) -> dict[str, int]:
    """The letters that a zone goes by in winter and summer, with the minutes from UTC."""
    if zone[0] in "+-":
        return {}
    seen = [datetime(2024, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7)]
    return {str(one.tzname()): int((one.utcoffset() or timedelta()).total_seconds() // 60) for one in seen if str(one.tzname()).isalpha()}


def _offset(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
