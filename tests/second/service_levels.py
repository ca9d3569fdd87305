"""Open tickets that are past what was promised, minute by minute. Written from the entries *Support calendar*, *Target that holds* and *Met,
breached, running* of docs/GLOSSARY.md alone."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.second.support import as_of

Row = dict[str, Any]
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTE = timedelta(minutes=1)


class Promises:
    """What is promised: rows of the three tables."""

    def __init__(self, targets: list[Row], calendars: list[Row], holidays: list[Row]) -> None:
        self.targets = targets
        self.calendars = {row["calendar"]: row for row in calendars}
        self.closed = {(row["calendar"], row["day"]) for row in holidays}

    def past_due(self, tickets: Iterable[Row], plan: str | None, day: date) -> int:
        """How many of an account's tickets are open and past a promise when the day is over."""
        end = datetime.combine(day + timedelta(days=1), time(), UTC)
        return sum(self._is_late(row, plan, end) for row in as_of(tickets, day).values())

    def _is_late(self, ticket: Row, plan: str | None, end: datetime) -> bool:
        opened, reply = utc(ticket["opened_at"]), ticket["first_reply_at"]
        target = self._target(ticket, plan, opened)
        if ticket["resolved_at"] or target is None or (reply and utc(reply) < opened):
            return False
        promised = [None if reply else target["first_reply_hours"], target["resolution_hours"]]
        return any(self._passed(target["calendar"], opened, end, hours) for hours in promised if hours)

    def _target(self, ticket: Row, plan: str | None, opened: datetime) -> Row | None:
        ranked: dict[int, list[Row]] = {}
        for one in self.targets:
            fits = [same(one["priority"], ticket["priority"]), same(one["plan"], plan)]
            zone = ZoneInfo(self.calendars[one["calendar"]]["time_zone"]) if one["calendar"] else UTC
            on = opened.astimezone(zone).date()
            if all(fits) and (one["starts_on"] or on) <= on <= (one["ends_on"] or on):
                ranked.setdefault(2 * bool(one["priority"]) + bool(one["plan"]), []).append(one)
        best = ranked[max(ranked)] if ranked else []
        return best[0] if len(best) == 1 else None

    def _passed(self, calendar: str | None, since: datetime, end: datetime, hours: float) -> bool:
        """Whether more time than was promised has passed."""
        at, minutes = since, 0
        while at < end and minutes <= hours * 60:
            minutes, at = minutes + self._is_open(calendar, at), at + MINUTE
        return minutes > hours * 60 or (minutes == hours * 60 and at < end)

    def _is_open(self, calendar: str | None, at: datetime) -> bool:
        if calendar is None:
            return True
        row = self.calendars[calendar]
        clock = at.astimezone(ZoneInfo(row["time_zone"]))
        spans = [part.strip().split("-") for part in (row[WEEK[clock.weekday()]] or "").split(",") if part.strip()]
        return (calendar, clock.date()) not in self.closed and any(one <= f"{clock:%H:%M}" < two for one, two in spans)


def utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def same(asked: str | None, told: str | None) -> bool:
    return not asked or asked.strip().lower() == (told or "").strip().lower()
