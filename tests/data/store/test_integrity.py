"""A check finds what is not as it was written: a row changed, lost or doubled, a rollup that does not follow, a log with a gap."""

from datetime import UTC, date, datetime, timedelta

import pytest

from data.store.store import Store
from tests.data.log.stagings import staged


@pytest.fixture
def store(tmp_path):
    (tmp_path / "staging").mkdir()
    opened = Store.open(tmp_path / "own.duckdb", timezone="America/New_York")
    first, moment = tmp_path / "staging", datetime(2024, 1, 31, 20, tzinfo=UTC)
    opened.commit(staged(first, "accounts", [{"row_key": key, "account_id": key, "name": key} for key in "AB"]))
    opened.commit(staged(first, "contracts", [{"row_key": "1", "contract_id": "1", "account_id": "A", "starts_on": date(2024, 1, 1)}]))
    for users in (2, 3):  # the second holds what the first has, and more
        rows = [
            {
                "account_id": "A",
                "user_id": str(user),
                "event": "open",
                "occurred_at": moment + timedelta(hours=hour),
                "event_id": f"{user}-{hour}",
            }
            for user in range(users)
            for hour in range(30)
        ]
        opened.commit(staged(first, "usage_events", rows))
    yield opened
    opened.close()


def test_a_sound_store_is_whole_and_says_what_was_looked_at(store):
    found = store.checked()
    assert found.faults == []
    # 2 accounts, 1 contract, 60 and 90 events
    assert (found.batches, found.rows, found.summed, found.rolled_up) == (4, 153, 4, 2)
    assert found.in_words() == "4 imports, 153 rows, 4 checksums, 2 rollups worked out anew. The store is whole."
    assert store.checked(quick=True).in_words() == "4 imports, 153 rows. The store is whole."
    store.undo(3)
    assert store.check() == []


@pytest.mark.parametrize(
    ("damage", "told", "quickly"),
    [
        ("update rows_accounts set name = 'x' where row_key = 'A'", "Batch 1: the rows in rows_accounts are not", False),
        ("delete from rows_contracts", "Batch 2 (contracts): 1 rows were written, 0 are there.", True),
        ("insert into usage_events from usage_events where batch = 3 and line = 2", "Batch 3 (usage_events): 60 rows were written, 61", True),
        ("update usage_events set quantity = 7 where batch = 4 and line = 5", "Batch 4: the rows in usage_events are not", False),
        ("update event_ids set event_id = '0' where batch = 4 and line = 5", "Batch 4: the rows in event_ids are not", False),
        ("delete from held_events where batch = 4 and line = 5", "Batch 4: the counts per day are not", False),
        ("update usage_counts set n = n + 1 where batch = 3", "Batch 3: the counts per day are not", True),
        ("update usage_bits set bits = 1 where batch = 3", "Batch 3: the active days are not", False),
        ("delete from usage_spans where batch = 4", "Batch 4: the first and last days are not", False),
        ("delete from log where seq = 2", "The log has 3 entries, numbered up to 4", True),
        ("insert into log select seq + 1, action, 9, logged_at, who from log where seq = 4", "Batch 9 is in the log, and its file is not", True),
    ],
)  # fmt: skip
def test_damage_is_found(store, damage, told, quickly):
    with store.writing() as cursor:
        cursor.execute(damage)
    assert any(sentence.startswith(told) for sentence in store.check())
    assert bool(store.checked(quick=True).faults) == quickly
