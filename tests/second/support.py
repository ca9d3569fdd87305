"""Tickets and answers to surveys as they were on a day. Written from docs/GLOSSARY.md and docs/FILES.md alone."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from data.schema import OPEN_STATUSES, RESOLVED_STATUSES

Row = dict[str, Any]


def word(ticket: Row) -> str:
    """Its status, in lower case and without a pipeline in brackets."""
    return (ticket["status"] or "").split("(")[0].strip().lower()


def resolved_at(ticket: Row) -> datetime | None:
    """The moment at which it was resolved, as far as anything says so."""
    if word(ticket) in OPEN_STATUSES:
        return None
    if ticket["resolved_at"]:
        return ticket["resolved_at"]
    updated = ticket.get("updated_at") or ticket["opened_at"]
    return max(ticket["opened_at"], updated) if word(ticket) in RESOLVED_STATUSES else None


def as_of(tickets: Iterable[Row], day: date) -> dict[str, Row]:
    """Those opened by the day, as they stood at its end: without a reply, a resolution and what was rated then, or an update that came later,
    and without the status of being resolved before that."""
    return {row["ticket_id"]: row | _then(row, day) for row in tickets if row["opened_at"].date() <= day}


def _then(ticket: Row, day: date) -> Row:
    done = resolved_at(ticket)
    comes = done is not None and done.date() > day
    told = {name: ticket.get(name) for name in ("first_reply_at", "updated_at")} | {"resolved_at": done}
    row = {name: moment if moment and moment.date() <= day else None for name, moment in told.items()}
    hides = comes and word(ticket) in RESOLVED_STATUSES
    return row | {"csat": None if comes else ticket["csat"], "status": None if hides else ticket["status"]}


def ratings(tickets: Iterable[Row], day: date, *, resolutions: bool) -> list[tuple[date, float]]:
    """What was rated by the day: once a ticket is resolved, or where nobody records resolutions, since it was opened."""
    found = []
    for row in as_of(tickets, day).values():
        rated = row["resolved_at"] if resolutions else row["opened_at"]
        found += [(rated.date(), row["csat"])] if rated and row["csat"] is not None else []
    return found


def answers(surveys: Iterable[Row], day: date) -> dict[str, Row]:
    return {row["survey_id"]: row for row in surveys if row["answered_at"].date() <= day}


def opened_within(tickets: Iterable[Row], first: date, last: date) -> int:
    return sum(first <= ticket["opened_at"].date() <= last for ticket in tickets)
