"""The last look at a source: whatever the clock said, and what was brought in by hand meanwhile."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from data.importing.run import import_file
from data.viewer import EVERYONE
from sources import deeds, description, listing, looks, waiting
from sources.description import parsed
from sources.fetched import Cursor, Fetched
from sources.pulling import pull
from tests.new_store import new_store

NOW = datetime(2024, 6, 10, 6, tzinfo=UTC)
BILLING = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "contracts"\ncursor = "updated_at"\n'
ROW = {"contract_id": "1", "account_id": "A", "starts_on": "2024-01-01", "ends_on": "2024-12-31", "amount": "1200", "period": "1 year",
       "currency": "USD", "updated_at": NOW.isoformat()}  # fmt: skip


@pytest.fixture
def store(tmp_path):
    opened = new_store(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def test_what_waited_and_was_brought_in_by_hand_waits_no_more(store):
    asked = []

    def fetch(source, since, folder, *, now, ended):
        asked.append(since)
        (folder / "rows.jsonl").write_text(json.dumps(ROW) + "\n")
        return Fetched(folder / "rows.jsonl", 1, Cursor.of(NOW))

    source = parsed("billing", BILLING)
    description.save(store.path, source)
    assert pull(store, source, lambda: NOW, fetch=fetch).outcome == "waiting"
    assert listing.listed(store, EVERYONE, NOW)[0].state == "waiting"
    brought = import_file(
        store, waiting.file(store.path, "billing"), table="contracts", feed="billing", options={"ends_on": "inclusive", "rows": "records"}
    )
    assert brought.batch is not None
    (told,) = listing.listed(store, EVERYONE, NOW)
    assert (told.state, told.asked, told.last.pulled.batch) == ("fine", {}, brought.batch.batch)
    assert deeds.listed(store, EVERYONE, NOW)[0].asked == () and looks.kept(store.path, "billing").pulled.outcome == "imported"
    store.undo(brought.batch.batch)
    store.redo(brought.batch.batch)
    found = pull(store, source, lambda: NOW + timedelta(hours=1), fetch=fetch)
    assert (found.outcome, found.cursor_to, len(asked)) == ("nothing new", f"instant:{NOW.isoformat()}", 1)
    assert waiting.file(store.path, "billing") is None
