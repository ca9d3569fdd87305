"""Events that are kept as rollups only: what people see stays, and what comes in again is not counted twice."""

from contextlib import closing
from datetime import date

import polars as pl
import pytest

from data.erasure.erasing import FIGURES, erase
from data.erasure.retention import Kept, RetentionRefused, first_day, kept, months_of, reduce, set_months
from data.erasure.subjects import PERSON, Subject
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from tests.erased import EMAIL, bring, company

TODAY = date(2023, 12, 28)
NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})
OLD = 3 * 27  # events of October in one file: of three users, one a day from the 1st to the 27th


@pytest.fixture
def store(tmp_path):
    with closing(company(tmp_path / "own.duckdb")) as opened:
        yield opened


def seen(store: Store) -> list[pl.DataFrame]:
    """All that a view says of usage."""
    days, end = (date(2023, 1, 1), date(2023, 12, 31)), date(2023, 12, 31)
    with View(store) as view:
        starts = view.accounts().select("account_id", started_on=pl.lit(date(2023, 1, 1)))
        return [
            view.usage_months(*days), view.feature_months(*days), view.usage_days(*days), view.usage_daily(*days), view.usage_span(end),
            view.usage_seen_in(end), view.usage_told_days(*days), view.user_first_days(starts, end), view.usage_by_contract(),
            view.event_first_days(starts, ["open", "export"], end), view.feeds(), view.reused_event_ids(), view.waiting(),
        ]  # fmt: skip


def same(one: list[pl.DataFrame], other: list[pl.DataFrame]) -> bool:
    return all(a.equals(b) for a, b in zip(one, other, strict=True))


def test_the_first_day_that_is_kept():
    assert first_day(2, TODAY) == date(2023, 10, 1)
    assert first_day(12, TODAY) == date(2022, 12, 1)
    assert first_day(1, date(2024, 1, 31)) == date(2023, 12, 1)


@pytest.mark.parametrize("nonsense", [0, -3, "abc", 1.5, "", "1e3", 1201, "²", None])
def test_nonsense_is_refused(store, nonsense):
    with pytest.raises(RetentionRefused):
        set_months(store, EVERYONE, nonsense)
    assert months_of("ALL") is None
    with pytest.raises(RetentionRefused, match="All events are kept"):
        reduce(store, EVERYONE, TODAY)


def test_a_preview_counts_and_changes_nothing(store):
    found = kept(store, EVERYONE, TODAY, 1)
    assert found == Kept(1, date(2023, 11, 1), 2 * OLD, 2, 2 * OLD * 12)
    assert kept(store, EVERYONE, TODAY).months is None


def test_what_people_see_is_the_same_and_the_store_is_whole(store):
    before, batches = seen(store), store.imports().filter(pl.col("table") == "usage_events")["batch"].to_list()
    set_months(store, EVERYONE, 1)
    assert reduce(store, EVERYONE, TODAY).events == 2 * OLD
    assert kept(store, EVERYONE, TODAY).events == 0
    assert store.check() == []
    assert same(seen(store), before)
    assert reduce(store, EVERYONE, TODAY).events == 0
    later, earlier = batches
    store.undo(earlier)
    assert same(seen(store)[:3], before[:3])  # the other file has the same events
    store.undo(later)
    assert seen(store)[2].is_empty()
    store.redo(earlier)
    assert same(seen(store)[:3], before[:3])
    assert store.check() == []


def test_an_old_file_that_comes_again_is_counted_once(store, tmp_path):
    before = seen(store)
    set_months(store, EVERYONE, 1)
    reduce(store, EVERYONE, TODAY)
    again = bring(store, tmp_path / "files")[-1]
    row = store.imports().filter(pl.col("batch") == again).to_dicts()[0]
    assert (row["read"], row["accepted"], row["duplicate"], row["too_old"]) == (3 * OLD, 0, 2 * OLD, OLD)
    assert same(seen(store)[:5], before[:5])
    old = tmp_path / "old.csv"
    old.write_text("account_id,user_id,event,occurred_at\nB,new,open,2023-10-05T10:00:00Z\n")
    batch = import_file(store, old, table="usage_events").batch
    assert batch and (batch.accepted, batch.too_old) == (0, 1)
    assert store.check() == []


def test_a_changed_rollup_of_events_that_are_gone_is_found(store):
    set_months(store, EVERYONE, 1)
    reduce(store, EVERYONE, TODAY)
    with store.writing() as cursor:
        cursor.execute("update usage_bits set bits = bits + 1 where month = date '2023-10-01' and subject = 1 and batch = 6")
    assert store.check() != []


def test_a_person_is_erased_from_rollups_whose_events_are_gone(store):
    set_months(store, EVERYONE, 1)
    reduce(store, EVERYONE, TODAY)
    counts = seen(store)[2]
    erase(store, EVERYONE, Subject(PERSON, EMAIL), lambda _store, _accounts: NO_CLOSES)
    assert store.check() == []
    months, _, days, *_ = seen(store)
    assert EMAIL not in months["user_id"].to_list()
    old = pl.col("day") < date(2023, 11, 1)
    assert days.filter(old).equals(counts.filter(old))  # counts of a day name nobody, and stay
