"""What a delivery is, and the rows that it becomes: by what Segment and Stripe have published, or as a source says of its own.

Segment: every call is a row as in the raw archive, of which track, page and screen are use, and identify and alias say who is one person; a
group call says how an account is, an identify call that names its account how a person there is.
https://segment.com/docs/connections/spec
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from operator import itemgetter
from typing import Any

from data.importing.mapping import Mapping as ColumnMapping
from data.kept_webhooks import Event, Row
from sources.webhooks.signatures import Shown

Json = dict[str, Any]
CALLS = ("track", "page", "screen", "identify", "alias", "group")


class NoEvent(ValueError):
    """A body that is no event; the text says what it lacks."""


@dataclass(frozen=True)
class Part:
    """Rows of one table that come of events.

    rows: of one event; a column that a row does not have is said nothing about. kinds: of which events; empty for all. mapping: how its
    columns are read; None where its names tell that. feed: where it is not the source's own. latest: they say how something is now, so
    that of one key the newest event counts. each: what tells such rows apart, so that of each row the newest counts, column by column;
    None where all rows of an event go together. late: what an event says however late it comes. after: whether the second of two events of
    one moment comes straight after the first; None where only the order tells in which they came.
    """

    name: str
    table: str
    rows: Callable[[Json, Row], list[Json]]
    kinds: tuple[str, ...] = ()
    mapping: ColumnMapping | None = None
    feed: str = ""
    latest: bool = False
    each: Callable[[Json], Any] | None = None
    late: Callable[[Json, Row], list[Json]] | None = None
    after: Callable[[Json, Json], bool] | None = None


@dataclass(frozen=True)
class Told:
    """Where an event of a source's own says what it is: paths of names with points between, empty where nothing says so.

    rows: where its rows are, one or a list; the whole of it where that is empty. key: of what it says how that is now.
    """

    id: str = ""
    key: str = ""
    made: str = ""
    rows: str = ""


def read(body: bytes) -> Json | list:
    """A body as JSON; half of a character, as where a text was cut within one, becomes a question mark. Raises NoEvent."""
    try:
        found = json.loads(body, parse_constant=_no_number, parse_float=_number)
        if b"\\ud" in body.lower():
            found = json.loads(json.dumps(found, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        raise NoEvent("The body is no JSON.") from None
    if not isinstance(found, dict | list) or not found:
        raise NoEvent("The body is no JSON object.")
    return found


def _no_number(written: str) -> float:
    raise ValueError(f"{written} is in no JSON")


def _number(written: str) -> float | str:
    """A number with a fraction; as it is written where it is too great for one."""
    found = float(written)
    return found if isfinite(found) else written


def event_of_segment(body: bytes, shown: Shown) -> Event | None:
    """One call of Segment; None for one that is not used, as a deletion. Raises NoEvent."""
    found = read(body)
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise NoEvent("The body is no call of Segment: it has no type.")
    kind = found["type"].lower()
    if kind not in CALLS:
        return None
    key = {"group": _text(found, "groupId"), "identify": _text(found, "userId")}.get(kind, "")
    return Event(kind, body, _text(found, "messageId"), key, moment(at(found, "timestamp")) or moment(at(found, "receivedAt")))


def event_as_told(body: bytes, shown: Shown, told: Told) -> Event:
    """One event of a source's own. Raises NoEvent where it has no id at the place that is said to have one."""
    found = read(body)
    event = shown.event or _said(found, told.id)
    if told.id and not event:
        raise NoEvent(f"The body has nothing at {told.id}, where its id is said to be.")
    return Event("event", body, event, _said(found, told.key), moment(_said(found, told.made)))


def segment_parts() -> tuple[Part, ...]:
    """What calls of Segment become."""
    return (
        Part("usage", "usage_events", _use, CALLS[:-1], feed="segment"),  # the feed of its files, whose events are these
        Part("accounts", "accounts", _account, ("group",), feed="segment groups", latest=True, each=itemgetter("group_id")),
        Part("contacts", "contacts", _contact, ("identify",), CONTACTS, CONTACTS.feed, latest=True, each=itemgetter("userId")),
    )


def rows_as_told(event: Json | list, told: Told, called: str = "") -> list[Json]:
    """The rows of an event of a source's own; none where nothing is at the place of its rows. called: its id, which tells each of them
    from others like it, where they have no event_id of their own."""
    found = at(event, told.rows) if told.rows else event
    rows = [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]
    if not called:
        return rows
    return [{"event_id": f"{called}#{number}" if number else called} | row for number, row in enumerate(rows)]


CONTACTS = ColumnMapping(
    "contacts", feed="segment contacts", columns={"contact_id": "userId", "account_id": "groupId", "name": "name", "email": "email"}
)
# As in the shape of the raw archive, most trusted first.
ACCOUNT_OF_A_CALL = ("context.groupId", "context.group_id", "groupId", "properties.account_id", "properties.company_id")


def _use(call: Json, row: Row) -> list[Json]:
    """A call as the raw archive has it, with all columns that tell that."""
    came = row.received.isoformat()
    account = next(filter(None, (_text(call, name) for name in ACCOUNT_OF_A_CALL)), None)
    names = ("messageId", "anonymousId", "userId", "previousId", "event", "name", "timestamp", "originalTimestamp")
    said = {name: _text(call, name) or None for name in names}
    return [{"type": row.kind, **said, "receivedAt": _text(call, "receivedAt") or came, "context.groupId": account}]


def _account(call: Json, row: Row) -> list[Json]:
    """An account as the warehouse's table of group calls has it."""
    if not row.key:
        return []
    traits: Json = call["traits"] if isinstance(call.get("traits"), dict) else {}
    named = {"name": "name", "plan": "plan", "industry": "industry", "createdAt": "created_at", "created_at": "created_at"}
    said = {column: traits[trait] for trait, column in named.items() if trait in traits}
    return [{"anonymous_id": _text(call, "anonymousId") or None, "group_id": row.key, "received_at": row.made.isoformat(), **said}]


def _contact(call: Json, row: Row) -> list[Json]:
    """A person at an account, where the call says which account."""
    traits: Json = call["traits"] if isinstance(call.get("traits"), dict) else {}
    account = _text(call, "context.groupId") or _text(call, "context.group_id") or _text(traits, "company.id")
    whole = " ".join(filter(None, (_text(traits, "firstName"), _text(traits, "lastName"))))
    said = {"email": traits["email"]} if "email" in traits else {}
    said |= {"name": traits["name"]} if "name" in traits else {"name": whole} if whole else {}
    return [{"userId": row.key, "groupId": account, **said}] if row.key and account and said else []


def at(found: Any, path: str) -> Any:
    """What lies at a path of names with points between; None where nothing does."""
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _text(found: Any, path: str) -> str:
    said = at(found, path)
    return str(said).strip() if isinstance(said, str | int | float) and not isinstance(said, bool) else ""


def _said(found: Json | list, path: str) -> str:
    return _text(found, path) if path else ""


def moment(said: Any) -> datetime | None:
    """A moment as vendors write it: ISO 8601, in UTC where no zone is said, or seconds since 1970; None for any other."""
    try:
        if isinstance(said, str) and not said.isdecimal():
            found = datetime.fromisoformat(said)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        return datetime.fromtimestamp(int(said), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def latest(told: Iterable[tuple[str, datetime, list[Json]]], each: Callable[[Json], Any] | None = None) -> list[Json]:
    """The rows that count of (key, when, rows of one event). each: what tells rows apart, of which the newest says of each of its columns
    how that is; without it all rows of the newest event of a key count, and events without a key all."""
    found: dict[object, list[Json]] = {}
    for at, (key, _, rows) in enumerate(sorted(told, key=lambda one: one[1])):
        if each is None:
            found[("", at) if not key else (key, 0)] = rows
        else:
            found |= {each(row): [{**found.get(each(row), [{}])[0], **row}] for row in rows}
    return [row for rows in found.values() for row in rows]


def by_columns(rows: Iterable[Json]) -> list[list[Json]]:
    """Rows in lists of those with the same columns, since a file says something of each of its columns in every row."""
    found: dict[tuple[str, ...], list[Json]] = {}
    for row in rows:
        found.setdefault(tuple(sorted(row)), []).append(row)
    return list(found.values())
