"""What deliveries are, and the rows that they become."""

import json
from datetime import UTC, datetime, timedelta
from operator import itemgetter

import pytest

from data.importing.run import import_file
from data.kept_webhooks import Row
from data.store.store import Store
from sources.webhooks import events
from sources.webhooks.events import NoEvent, Told
from sources.webhooks.signatures import Shown

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
# The calls of https://segment.com/docs/connections/destinations/catalog/webhooks, with the fields that all calls have
COMMON = {"messageId": "m-1", "anonymousId": None, "receivedAt": "2026-11-28T08:00:01.000Z", "timestamp": "2026-11-28T08:00:00.000Z"}
TRACK = COMMON | {"version": 1, "type": "track", "userId": "019mr8mf4r", "event": "Purchased an Item", "context": {"groupId": "A"}}
IDENTIFY = COMMON | {
    "type": "identify", "messageId": "m-2", "anonymousId": "device", "userId": "019mr8mf4r", "context": {"groupId": "A"},
    "traits": {"email": "achilles@segment.com", "name": "Achilles", "friendCount": 29},
}  # fmt: skip
GROUP = COMMON | {
    "type": "group", "messageId": "m-3", "groupId": "A", "userId": "019mr8mf4r",
    "traits": {"name": "Initech", "industry": "Technology", "employees": 329, "plan": "Enterprise"},
}  # fmt: skip
ALIAS = COMMON | {"type": "alias", "messageId": "m-4", "previousId": "before", "userId": "019mr8mf4r"}


def row(call: dict) -> Row:
    found = events.event_of_segment(json.dumps(call).encode(), Shown(()))
    assert found is not None
    return Row(1, found.kind, found.id, found.key, found.body, found.made or NOW, NOW)


def rows(part: str, *calls: dict) -> list[dict]:
    (found,) = [one for one in events.segment_parts() if one.name == part]
    return [one for call in calls if call["type"] in (found.kinds or (call["type"],)) for one in found.rows(call, row(call))]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = Store.open(tmp_path_factory.mktemp("events") / "own.duckdb")
    yield opened
    opened.close()


def imported(store: Store, tmp_path, part: str, *calls: dict):
    (found,) = [one for one in events.segment_parts() if one.name == part]
    path = tmp_path / f"{part}.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in rows(part, *calls)))
    return import_file(store, path, mapping=found.mapping, table=None if found.mapping else found.table, once=True, ask=True)


def test_a_call_of_segment_is_known_by_its_message_and_says_when_it_was_made():
    found = events.event_of_segment(json.dumps(GROUP).encode(), Shown(()))
    assert found and (found.kind, found.id, found.key, found.made) == ("group", "m-3", "A", NOW - timedelta(hours=1))
    assert (row(TRACK).key, row(IDENTIFY).key) == ("", "019mr8mf4r")


@pytest.mark.parametrize("call", [{"type": "delete", "userId": "u"}, {"type": "Something new"}])
def test_calls_that_are_no_use_are_no_events(call):
    assert events.event_of_segment(json.dumps(call).encode(), Shown(())) is None


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b"1", b'"x"', b"null", b'[{"type":"track"}]', b'{"type":1}', b"\xff\xfe", b"[" * 9_999]
)
def test_a_body_that_is_no_call_is_said_to_be_none(body):
    with pytest.raises(NoEvent):
        events.event_of_segment(body, Shown(()))


def test_calls_become_use_accounts_and_people(store, tmp_path):
    """Of four calls one is use; identify and alias say who is one person, and are no use; two say how an account and a person are."""
    accounts = imported(store, tmp_path, "accounts", TRACK, IDENTIFY, GROUP, ALIAS)
    contacts = imported(store, tmp_path, "contacts", TRACK, IDENTIFY, GROUP, ALIAS)
    use = imported(store, tmp_path, "usage", TRACK, IDENTIFY, GROUP, ALIAS)
    assert not (accounts.refused or contacts.refused or use.refused)
    assert (accounts.batch.table, accounts.batch.accepted) == ("accounts", 1)
    assert (contacts.batch.table, contacts.batch.accepted) == ("contacts", 1)
    assert (use.batch.table, use.batch.feed, use.batch.read, use.batch.rejected, use.batch.accepted) == ("usage_events", "segment", 1, 0, 1)


def test_of_several_places_an_account_is_read_from_the_most_trusted():
    both = TRACK | {"properties": {"account_id": "B"}}
    (first, second) = rows("usage", both, both | {"context": {}})
    assert (first["context.groupId"], second["context.groupId"]) == ("A", "B")


def test_a_call_says_nothing_of_what_it_does_not_name():
    assert rows("accounts", GROUP | {"traits": {"plan": None}}) == [
        {"anonymous_id": None, "group_id": "A", "received_at": "2026-11-28T08:00:00+00:00", "plan": None}
    ]
    assert rows("accounts", GROUP | {"groupId": ""}) == []
    assert rows("contacts", IDENTIFY | {"context": {}}) == []  # whose person it is, nobody says
    named = IDENTIFY | {"context": {}, "traits": {"firstName": "Ada", "lastName": "Byron", "company": {"id": 7}}}
    assert rows("contacts", named) == [{"userId": "019mr8mf4r", "groupId": "7", "name": "Ada Byron"}]


def test_of_one_key_the_newest_event_says_how_it_is():
    """With rows told apart by k, the newest of each column; else all rows of the newest event of a key, and of events without a key all."""
    said = [
        ("A", NOW, [{"k": "A", "plan": "new"}]), ("A", NOW - timedelta(1), [{"k": "A", "plan": "old", "name": "One"}]), ("B", NOW, [{"k": "B"}]),
    ]  # fmt: skip
    found = events.latest(said, itemgetter("k"))
    assert found == [{"k": "A", "plan": "new", "name": "One"}, {"k": "B"}]
    assert events.by_columns(found) == [[{"k": "A", "plan": "new", "name": "One"}], [{"k": "B"}]]
    lines = [("A", NOW, [{"l": 1}, {"l": 2}]), ("A", NOW + timedelta(1), [{"l": 2}]), ("", NOW, [{"l": 9}]), ("", NOW, [{"l": 9}])]
    assert sorted(one["l"] for one in events.latest(lines)) == [2, 9, 9]


def test_an_event_of_one_s_own_is_read_where_it_is_said_to_be():
    told = Told(id="event.id", key="data.account", made="event.at", rows="data.items")
    body = {"event": {"id": 7, "at": 1_764_320_400}, "data": {"account": "A", "items": [{"n": 1}, {"n": 2}, "no row"]}}
    found = events.event_as_told(json.dumps(body).encode(), Shown(()), told)
    assert (found.id, found.key, found.made) == ("7", "A", datetime(2025, 11, 28, 9, tzinfo=UTC))
    assert events.rows_as_told(body, told) == [{"n": 1}, {"n": 2}]
    assert events.rows_as_told([{"n": 1}], Told()) == [{"n": 1}] and events.rows_as_told({"n": 1}, Told()) == [{"n": 1}]
    assert events.rows_as_told([{"n": 1}, {"event_id": "own"}, {}], Told(), "e") == [
        {"event_id": "e", "n": 1},
        {"event_id": "own"},
        {"event_id": "e#2"},
    ]
    assert events.event_as_told(b'{"n": 1}', Shown((), event="msg_1"), Told()).id == "msg_1"
    with pytest.raises(NoEvent, match=r"nothing at event\.id"):
        events.event_as_told(b'{"n": 1}', Shown(()), told)


@pytest.mark.parametrize(
    ("said", "expected"),
    [("2026-11-28T09:00:00.000Z", NOW), ("2026-11-28T10:00:00+01:00", NOW), ("2026-11-28T09:00:00", NOW), (1_795_856_400, NOW),
     ("1795856400", NOW), ("yesterday", None), (None, None), ({}, None), (10**30, None), ("", None)],
)  # fmt: skip
def test_moments_are_read_as_vendors_write_them(said, expected):
    assert events.moment(said) == expected
