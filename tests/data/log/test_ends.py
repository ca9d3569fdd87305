"""Since when the log has known an end: the day of the file that first said it; a state's own day; nothing where no file did."""

from datetime import UTC, date, datetime

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View

HEAD = "contract_id,account_id,starts_on,ends_on,amount,period,currency\n"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def put(store, tmp_path, name: str, text: str, feed: str | None = None, **options: object):
    (tmp_path / name).write_text(HEAD + text)
    done = import_file(store, tmp_path / name, feed=feed, options={"ends_on": "exclusive"} | options)
    assert done.batch, done.questions


def ends(store) -> dict[str, tuple]:
    with View(store) as view:
        rows = view.contracts().select("contract_id", "ends_on", "end_said_on", "feed").rows()
        return {contract: tuple(rest) for contract, *rest in rows}


def test_a_record_says_its_end_on_the_day_of_its_import(store, tmp_path):
    put(store, tmp_path, "contracts.csv", "1,A,2024-01-01,2024-06-01,10,1 month,USD\n2,B,2024-01-01,,10,1 month,USD\n")
    assert ends(store) == {"1": (date(2024, 6, 1), TODAY, "contracts"), "2": (None, None, "contracts")}


def test_a_state_says_its_ends_on_its_own_day(store, tmp_path):
    put(store, tmp_path, "subs_2024-01-31.csv", "1,A,2024-01-01,,10,1 month,USD\n", rows="state", snapshot="yes", feed="subs")
    put(store, tmp_path, "subs_2024-02-29.csv", "1,A,2024-01-01,2024-06-01,10,1 month,USD\n", rows="state", feed="subs")
    put(store, tmp_path, "subs_2024-03-31.csv", "1,A,2024-01-01,2024-06-01,10,1 month,USD\n", rows="state", feed="subs")
    assert ends(store)["1"] == (date(2024, 6, 1), date(2024, 2, 29), "subs")


def test_an_end_that_was_moved_is_known_since_the_file_that_moved_it(store, tmp_path):
    put(store, tmp_path, "subs_2024-01-31.csv", "1,A,2024-01-01,2025-01-01,10,1 month,USD\n", rows="state", snapshot="yes", feed="subs")
    put(store, tmp_path, "subs_2024-03-31.csv", "1,A,2024-01-01,2024-06-01,10,1 month,USD\n", rows="state", feed="subs")
    assert ends(store)["1"][:2] == (date(2024, 6, 1), date(2024, 3, 31))


def test_what_goes_missing_ends_without_a_word(store, tmp_path):
    put(
        store,
        tmp_path,
        "subs_2024-01-31.csv",
        "1,A,2024-01-01,,10,1 month,USD\n2,B,2024-01-01,,10,1 month,USD\n",
        rows="state",
        snapshot="yes",
        feed="subs",
    )
    put(store, tmp_path, "subs_2024-03-31.csv", "2,B,2024-01-01,,10,1 month,USD\n", rows="state", feed="subs")
    assert ends(store)["1"][:2] == (date(2024, 3, 31), None)


def test_a_person_says_what_the_ends_of_a_feed_are(store, tmp_path):
    put(store, tmp_path, "contracts.csv", "1,A,2024-01-01,2024-06-01,10,1 month,USD\n", ends_are="afterwards")
    with View(store) as view:
        found = view.ends_in_feeds()
    assert found.select("feed", "starts_on", "ends_on", "states_more", "newest", "ends_are").rows() == [
        ("contracts", date(2024, 1, 1), date(2024, 6, 1), False, TODAY, "afterwards")
    ]
