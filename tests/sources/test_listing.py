"""How each source is at a moment, and what is read when somebody asks."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from data import kept_webhooks
from data.kept_webhooks import Event
from data.viewer import EVERYONE, Grant, NotAllowed, Viewer
from sources import deeds, description, listing, running, trying
from sources.fetched import Cursor, Fetched
from sources.pulling import pull
from tests.new_store import new_store

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
API = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "accounts"\ncursor = "at"\nschedule = "0 6 * * *"\n'
HOOK = 'kind = "webhook"\nsignature = "segment"\nsecret = "SEGMENT"\n'


@pytest.fixture
def store(tmp_path):
    opened = new_store(tmp_path / "own.duckdb")
    yield opened
    kept_webhooks.close_all()
    opened.close()


def rows(_source, _since, folder, *, now, ended):
    path = folder / "rows.jsonl"
    path.write_text('{"account_id": "A", "name": "Alder"}\n')
    return Fetched(path, 1, Cursor.of(NOW - timedelta(hours=3)), requests=1)


def test_a_source_says_when_it_was_read_how_far_behind_it_is_and_when_it_is_read_next(store):
    """Read at 09:00 up to 06:00: three hours behind. Daily at 06:00: next on the 29th."""
    description.write(store.path, "crm", API)
    pull(store, description.load(store.path, "crm"), lambda: NOW, fetch=rows)
    (one,) = listing.listed(store, EVERYONE, NOW)
    assert (one.state, one.imported.rows, one.behind(NOW)) == ("fine", 1, timedelta(hours=3))
    later = datetime.now(UTC)  # the file was written now, from when on its schedule counts
    assert listing.listed(store, EVERYONE, later)[0].next_at.hour == 6


def test_a_webhook_says_what_came_and_is_not_imported_and_a_missing_secret_is_told(store, monkeypatch):
    description.write(store.path, "segment", HOOK)
    kept_webhooks.of(store.path, "segment").keep(Event("track", b"{}"), NOW)
    (one,) = listing.listed(store, EVERYONE, NOW)
    assert (one.state, one.missing, one.came.events, one.next_at) == ("no secret", ("SEGMENT",), 1, None)
    assert one.parts == ("segment usage", "segment accounts", "segment contacts")
    monkeypatch.setenv("HOLDFAST_SECRET_SEGMENT", "x")
    assert listing.listed(store, EVERYONE, NOW)[0].state == "never"
    rolling = HOOK + 'secret_before = "GONE"\n'
    description.write(store.path, "segment", rolling)
    assert listing.listed(store, EVERYONE, NOW)[0].state == "never"  # the one before need not be there any more


def test_what_is_asked_for_is_read_beside_and_told(store):
    description.write(store.path, "segment", HOOK)
    call = b'{"type": "track", "messageId": "m", "userId": "ann", "event": "open", "timestamp": "2026-11-28T08:00:00Z", "context": {"groupId": "A"}}'
    kept_webhooks.of(store.path, "segment").keep(Event("track", call, id="m"), NOW)
    assert trying.run(store, EVERYONE, "segment")
    until = time.monotonic() + 60
    while running.is_under_way(store.path, "segment") and time.monotonic() < until:
        time.sleep(0.05)
    found = running.last(store.path, "segment")
    assert [(one.source, one.outcome) for one in found.pulled] == [("segment usage", "imported")] and not found.problem
    assert kept_webhooks.of(store.path, "segment").waiting().events == 0


def test_who_may_not_bring_in_rows_sees_none_and_who_may_not_configure_tries_none(store):
    nobody, brings = Viewer(rights=()), Viewer(rights=(Grant("import", "imports"),))
    with pytest.raises(NotAllowed):
        listing.listed(store, nobody, NOW)
    assert listing.listed(store, brings, NOW) == []
    for deed in (lambda: trying.tried(store, brings, "x", API), lambda: deeds.write(store, brings, "x", API)):
        with pytest.raises(NotAllowed):
            deed()
    with pytest.raises(NotAllowed):
        trying.run(store, nobody, "crm")


def test_what_was_undone_is_told_until_it_stands_again_or_all_is_read_anew(store):
    """Three pulls, of which the second goes on after the first: undoing either is told. Reading from the start brings the rows again."""
    description.write(store.path, "crm", API)
    described = description.load(store.path, "crm")
    first = pull(store, described, lambda: NOW, fetch=named("A")).batch
    second = pull(store, described, lambda: NOW + timedelta(hours=1), fetch=named("B")).batch
    assert listing.listed(store, EVERYONE, NOW)[0].undone == ()
    for batch in (first, second):
        store.undo(batch, "local")
    assert listing.listed(store, EVERYONE, NOW)[0].undone == (second, first)
    assert deeds.listed(store, EVERYONE, NOW)[0].as_json(NOW)["undone"] == [second, first]
    store.redo(second, "local")
    assert listing.listed(store, EVERYONE, NOW)[0].undone == (first,)
    pull(store, described, lambda: NOW + timedelta(hours=2), from_start=True, fetch=named("A"))
    assert listing.listed(store, EVERYONE, NOW)[0].undone == ()


def named(account: str):
    def read(_source, _since, folder, *, now, ended):
        path = folder / "rows.jsonl"
        path.write_text(f'{{"account_id": "{account}", "name": "Alder"}}\n')
        return Fetched(path, 1, Cursor.of(NOW - timedelta(hours=3) + timedelta(minutes=ord(account))), requests=1)

    return read
