"""What was asked and decided, as events that are only ever added, and the state of a request that they fold into."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from data.approvals.rules import OBJECTS, Level
from data.audit.entries import record
from data.store.store import Store
from data.viewer import Actor

ASK, CONSENT, REFUSE, WITHDRAW, REMIND, OUTDATE, DO = ACTIONS = ("ask", "consent", "refuse", "withdraw", "remind", "outdate", "do")
WAITING, CONSENTED, DONE, REFUSED, WITHDRAWN, OUTDATED = STATES = ("waiting", "consented", "done", "refused", "withdrawn", "outdated")
OF_AUDIT = {ASK: "ask", CONSENT: "consent", REFUSE: "refuse", WITHDRAW: "withdraw", REMIND: "remind", OUTDATE: "outdated"}
ENDS = {REFUSE: REFUSED, WITHDRAW: WITHDRAWN, OUTDATE: OUTDATED, DO: DONE}


@dataclass(frozen=True)
class Effect:
    """What a deed would change, on a day. No name and no account is kept in it.

    fingerprint: tells it from every other one. accounts: whose ARR changes. arr_before, arr_after, amount (what the conditions of rules are
    about) in currency units; share: of all ARR. None: not known, and then no condition of a rule is taken as unmet. segments: of accounts
    that change; None: any. day: on which it was worked out, ISO. most_on: the day on which amount is, where it is more than on that day.
    """

    fingerprint: str
    day: str | None = None
    accounts: int | None = None
    rows: int | None = None
    arr_before: float | None = None
    arr_after: float | None = None
    amount: float | None = None
    share: float | None = None
    segments: tuple[str, ...] | None = None
    currency: str = ""
    most_on: str | None = None


@dataclass(frozen=True)
class Event:
    """One thing that was asked or decided. who: the address of a person."""

    request: int
    action: str
    at: datetime
    who: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Voice:
    """A consent: at which level (from 0), whose, in whose place where it was a deputy's, and when."""

    level: int
    who: str
    instead_of: str = ""
    at: datetime | None = None

    @property
    def persons(self) -> tuple[str, ...]:
        return tuple(one for one in (self.who, self.instead_of) if one)


@dataclass(frozen=True)
class Request:
    """A request as its events make it. about: what the deed is, in words of its kind. why: of who ended it. came_of: what the deed made,
    such as the number of a batch."""

    number: int
    kind: str
    about: dict[str, Any]
    asked_by: str
    asked_at: datetime
    reason: str
    levels: tuple[Level, ...]
    effect: Effect
    state: str = WAITING
    voices: tuple[Voice, ...] = ()
    ended_by: str = ""
    ended_at: datetime | None = None
    why: str = ""
    came_of: str = ""
    reminded_at: datetime | None = None

    @property
    def level(self) -> int:
        """The level that it waits at, from 0."""
        return len(self.voices)

    @property
    def waits_since(self) -> datetime:
        """Since when it waits at its level."""
        return max(one for one in (self.asked_at, *(voice.at for voice in self.voices)) if one)

    @property
    def is_open(self) -> bool:
        return self.state in (WAITING, CONSENTED)


def folded(events: Iterable[Event]) -> dict[int, Request]:
    """The requests that events make, by number. What comes after the end of a request changes nothing of it."""
    found: dict[int, Request] = {}
    for one in events:
        if one.action == ASK and one.request not in found:
            found[one.request] = _asked(one)
        elif one.request in found and found[one.request].is_open:
            found[one.request] = _after(found[one.request], one)
    return found


def _asked(one: Event) -> Request:
    said = one.detail
    levels = tuple(Level(tuple(level["roles"]), tuple(level["people"])) for level in said["levels"])
    effect: dict[str, Any] = dict(said["effect"])
    effect["segments"] = None if effect["segments"] is None else tuple(effect["segments"])
    return Request(one.request, said["kind"], said["about"], one.who, one.at, said["reason"], levels, Effect(**effect))


def _after(request: Request, one: Event) -> Request:
    if one.action == CONSENT and request.state == WAITING:
        voices = (*request.voices, Voice(request.level, one.who, one.detail.get("instead_of", ""), one.at))
        return replace(request, voices=voices, state=CONSENTED if len(voices) == len(request.levels) else WAITING)
    if one.action == REMIND:
        return replace(request, reminded_at=one.at)
    if one.action in ENDS:
        ended = {"ended_by": one.who, "ended_at": one.at, "why": one.detail.get("why", ""), "came_of": one.detail.get("came_of", "")}
        return replace(request, state=ENDS[one.action], **ended)
    return request


def requests(store: Store) -> dict[int, Request]:
    """Every request by its number, as it stands now."""
    with store.reading() as cursor:
        rows = cursor.execute("select request, action, event_at, who, detail from approvals order by seq").fetchall()
    return folded(Event(number, action, at.replace(tzinfo=UTC), who, json.loads(detail)) for number, action, at, who, detail in rows)


def next_number(cursor: duckdb.DuckDBPyConnection) -> int:
    return cursor.execute("select coalesce(max(request), 0) + 1 from approvals").fetchall()[0][0]


def add(cursor: duckdb.DuckDBPyConnection, event: Event, kind: str, who: Actor, store: Path) -> None:
    """Add an event, and its entry of the audit, within a transaction of the store. kind: what the request is about."""
    said = json.dumps(event.detail, default=str, sort_keys=True, ensure_ascii=False)
    values = [event.request, event.action, event.at.astimezone(UTC).replace(tzinfo=None), event.who, said]
    cursor.execute("insert into approvals select coalesce(max(seq), 0) + 1, ?, ?, ?, ?, ? from approvals", values)
    if event.action in OF_AUDIT:
        told = _sealed(event, kind)
        record(cursor, OF_AUDIT[event.action], who, kind=OBJECTS.get(kind, ""), object=str(event.request), detail=told, store=store)


def _sealed(event: Event, kind: str) -> dict[str, Any]:
    """What the audit says of an event: nothing that a person has written, and no address."""
    told: dict[str, Any] = {"request_of": kind}
    if event.action == ASK:
        about = {name: event.detail["about"][name] for name in ("action", "batch", "table") if name in event.detail["about"]}
        told |= {"about": about, "levels": len(event.detail["levels"]), "effect": event.detail["effect"]["fingerprint"]}
    if event.action == CONSENT:
        told |= {"level": event.detail["level"], "as_deputy": "instead_of" in event.detail}
    return told


def asked(
    number: int, kind: str, about: dict[str, Any], levels: tuple[Level, ...], effect: Effect, reason: str, who: str, at: datetime
) -> Event:
    """The event with which a request begins."""
    said = {"kind": kind, "about": about, "levels": [asdict(one) for one in levels], "effect": asdict(effect), "reason": reason}
    return Event(number, ASK, at, who, said)
