"""Support calendars as people write them: what is open when, and what is wrong with those that cannot be used."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from language import InLanguage, mark, tr
from language.formats import listed
from metrics.business_hours import Calendar, Stretch

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_NAMES = InLanguage(
    {
        "monday": mark("Monday"), "tuesday": mark("Tuesday"), "wednesday": mark("Wednesday"), "thursday": mark("Thursday"),
        "friday": mark("Friday"), "saturday": mark("Saturday"), "sunday": mark("Sunday"),
    }
)  # fmt: skip
ALWAYS = "around the clock"
"""Where a target names no calendar."""
WHOLE_DAY: Stretch = (0, 1440)
STRETCH = re.compile(r"(\d{1,2})(?:[:.：](\d{2}))?\s*(?:-|–|—|~|～|to|至|到)\s*(\d{1,2})(?:[:.：](\d{2}))?")


@dataclass(frozen=True)
class Problem:
    """Something that gives no verdict, or that nothing falls under: what it is of, its kind, what is wrong and what to do, in words."""

    of: str
    kind: str
    told: str
    todo: str


@dataclass
class Calendars:
    """The calendars that can be used, by their name, and what is wrong with the others."""

    usable: dict[str, Calendar] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def calendars(rows: Sequence[Mapping[str, Any]], holidays: Sequence[Mapping[str, Any]], zone: str) -> Calendars:
    """Every calendar of support_calendars with its holidays, and the one around the clock, whose days are those of `zone`."""
    found = Calendars({ALWAYS: Calendar(zone, ((WHOLE_DAY,),) * 7)})
    named = {row["calendar"] for row in rows}
    for row in rows:
        closed = frozenset(one["day"] for one in holidays if one["calendar"] == row["calendar"])
        _add(found, row, closed)
    found.problems += [_without_calendar(name) for name in sorted({one["calendar"] for one in holidays} - named)]
    return found


def _add(found: Calendars, row: Mapping[str, Any], closed: frozenset[date]) -> None:
    own = _wrong(row, bool(closed))
    found.problems += own
    if not own:
        found.usable[row["calendar"]] = Calendar(row["time_zone"].strip(), tuple(stretches(row[day]) for day in DAYS), closed)


def _wrong(row: Mapping[str, Any], has_holidays: bool) -> list[Problem]:
    """What keeps a calendar from being used."""
    name, zone = row["calendar"], (row["time_zone"] or "").strip()
    told = [_no_zone(name, zone, has_holidays)] if not is_zone(zone) else []
    told += [Problem(name, "hours", why, tr("Write it as 09:00-12:00, 13:00-17:00.")) for why in _unreadable(row)]
    if not told and not any(stretches(row[day]) for day in DAYS):
        told.append(Problem(name, "never_open", tr("It is open on no day of the week."), tr("Give at least one day its hours.")))
    return told


def _no_zone(name: str, zone: str, has_holidays: bool) -> Problem:
    without = tr("It has holidays and no time zone.") if has_holidays else tr("It has no time zone.")
    told = tr("There is no time zone {zone!r}.", zone=zone) if zone else without
    return Problem(name, "zone", told, tr("Give it a zone of the time-zone database, as Europe/Berlin or Asia/Shanghai."))


def _without_calendar(name: str) -> Problem:
    told = tr("Holidays name this calendar, and there is none of that name: it has no time zone and no hours.")
    return Problem(name, "holidays_without_calendar", told, tr("Add the calendar, or correct its name in the holidays."))


def _unreadable(row: Mapping[str, Any]) -> list[str]:
    return [f"{DAY_NAMES[day]}: {why}" for day in DAYS if (why := what_is_wrong(row[day]))]


def is_zone(name: str) -> bool:
    """Whether the time-zone database knows a name."""
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (OSError, ValueError, LookupError):
        return False


def zones() -> list[str]:
    """The names of time zones that can be chosen: those of places, and UTC."""
    return sorted(name for name in available_timezones() if ("/" in name and not name.startswith(("Etc/", "SystemV/"))) or name == "UTC")


def stretches(told: str | None) -> tuple[Stretch, ...]:
    """The hours of a day as they are written, those that can be read; empty means closed."""
    found = [_read(part) for part in _parts(told)]
    return tuple(sorted(one for one in found if one))


def what_is_wrong(told: str | None) -> str:
    """What is wrong with the hours of a day, in words; empty where nothing is."""
    strange = [part for part in _parts(told) if not STRETCH.fullmatch(part)]
    if strange:
        return tr("{what} cannot be read.", what=listed(repr(part) for part in strange))
    backwards = [part for part in _parts(told) if _read(part) is None]
    if backwards:
        return tr("{what} ends before it begins. A night is two days' hours: until 24:00, and from 00:00.", what=listed(backwards))
    return ""


def _parts(told: str | None) -> list[str]:
    return [part.strip() for part in re.split(r"[,;，；、]", told or "") if part.strip()]


def _read(part: str) -> Stretch | None:
    found = STRETCH.fullmatch(part)
    if not found:
        return None
    begins, ends = (int(found[at]) * 60 + int(found[at + 1] or 0) for at in (1, 3))
    return (begins, ends) if begins < ends <= WHOLE_DAY[1] else None
