"""Service levels as a team sets them on a page: targets, calendars of business hours, and their holidays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.viewer import Viewer
from data.work.writing import NOTHING, write

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Target:
    """What is promised: empty priority or plan means every one, empty calendar around the clock, no hours that none is promised."""

    priority: str = ""
    plan: str = ""
    first_reply_hours: float | None = None
    resolution_hours: float | None = None
    calendar: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Calendar:
    """Business hours by the clock of a zone: of each of DAYS its hours as they are written, empty where it is closed."""

    name: str
    zone: str
    hours: Mapping[str, str]


def target_row(target: Target, target_id: str = "") -> dict[str, Any]:
    """A target as a row of the table; a new id where it has none. Raises EditRefused for one that promises nothing, or on no day."""
    hours = (target.first_reply_hours, target.resolution_hours)
    if all(one is None for one in hours):
        raise EditRefused("Say within how many hours a ticket is answered, or resolved.")
    if any(one is not None and one <= 0 for one in hours):
        raise EditRefused("Hours are above zero.")
    if target.starts_on and target.ends_on and target.ends_on < target.starts_on:
        raise EditRefused("The last day lies before the first.")
    said = {name: getattr(target, name).strip() or None for name in ("priority", "plan", "calendar")}
    told = {name: getattr(target, name) for name in ("first_reply_hours", "resolution_hours", "starts_on", "ends_on")}
    return {"target_id": target_id or uuid4().hex, **said, **told, "is_removed": False}


def set_target(
    store: Store, viewer: Viewer, target: Target, target_id: str = "", seen: int = NOTHING, way: str = "browser"
) -> BatchResult:  # fmt: skip
    """Add a target, or say otherwise what one promises. seen: the batch of the one that was looked at."""
    return write(store, viewer, "sla_targets", [target_row(target, target_id)], seen=[seen], way=way)


def remove_target(store: Store, viewer: Viewer, target_id: str, seen: int, way: str = "browser") -> BatchResult:
    """Take a target out, for tickets of all days; one that is to end on a day is changed instead."""
    return write(store, viewer, "sla_targets", [{"target_id": target_id, "is_removed": True}], seen=[seen], way=way)


def calendar_row(calendar: Calendar) -> dict[str, Any]:
    """A calendar as a row of the table. Raises EditRefused without a name, and for a zone that is not known."""
    name, zone = calendar.name.strip(), calendar.zone.strip()
    if not name:
        raise EditRefused("Give the calendar a name.")
    if not _is_zone(zone):
        raise EditRefused("Choose a time zone, as Europe/Berlin or Asia/Shanghai.")
    hours = {day: (calendar.hours.get(day) or "").strip() or None for day in DAYS}
    return {"calendar": name, "time_zone": zone, **hours, "is_removed": False}


def _is_zone(name: str) -> bool:
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (OSError, ValueError, LookupError):
        return False


def set_calendar(store: Store, viewer: Viewer, calendar: Calendar, seen: int = NOTHING, way: str = "browser") -> BatchResult:
    """Add a calendar, or change its zone and hours."""
    return write(store, viewer, "support_calendars", [calendar_row(calendar)], seen=[seen], way=way)


def remove_calendar(store: Store, viewer: Viewer, name: str, zone: str, seen: int, way: str = "browser") -> BatchResult:
    """Take a calendar out. Targets that name it give no verdict until they name another one."""
    row = {"calendar": name, "time_zone": zone, "is_removed": True}
    return write(store, viewer, "support_calendars", [row], seen=[seen], way=way)


def set_holiday(
    store: Store, viewer: Viewer, calendar: str, day: date, name: str = "", *, is_removed: bool = False, seen: int = NOTHING,
    way: str = "browser",
) -> BatchResult:  # fmt: skip
    """Say that a calendar is closed on a day of its zone, or (is_removed) that it is not."""
    row = {"calendar": calendar, "day": day, "name": name.strip() or None, "is_removed": is_removed}
    return write(store, viewer, "holidays", [row], seen=[seen], way=way)
