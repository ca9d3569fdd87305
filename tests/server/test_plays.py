"""Plays that start by themselves: once a night, those that are on, up to their limit, in nobody's name."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from data.store import open_stores
from data.store.edits import commit_frame
from data.store.view import View
from data.viewer import EVERYONE
from data.work.holdouts import release
from data.work.templates import plays, save
from server.nights import AGAIN
from server.plays import PlayNights, start_tonight
from tests.books import company

DAY = date(2023, 12, 28)  # the last day of the company's usage
NIGHT = datetime(2023, 12, 29, 3, tzinfo=UTC)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A (1,201.20 ARR) and B (9,993.24) went live in the last 30 days; so did C, which has churned."""
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    company(tmp_path / "own.duckdb").close()
    opened = open_stores.store("own")
    live = {"account_id": ["A", "B", "C"], "live_on": [DAY - timedelta(days=8), DAY, DAY - timedelta(days=8)]}
    commit_frame(opened, "accounts", pl.DataFrame(live), "crm", "analyst")
    yield opened
    open_stores.close_all()


def set_on(store, **said) -> None:
    with View(store) as view:
        known = plays(view)["onboarding"]
    save(store, EVERYONE, replace(known, **{"is_on": True, **said}), seen=known.batch)


def started(store) -> list[tuple[str, str, str, date]]:
    with View(store) as view:
        return view.table("play_runs").select("account_id", "reason", "started_by", "started_on").sort("account_id").rows()


def test_none_starts_that_is_not_on(store):
    assert start_tonight(store) == 0
    assert started(store) == []


def test_a_limit_holds_for_the_day_of_the_data_however_many_nights_it_lasts(store):
    set_on(store, most_a_day=1)
    told: list[str] = []
    watching = PlayNights(lambda: store, 2, told.append)
    assert watching.look(NIGHT.replace(hour=1)) == 0  # not yet night
    assert watching.look(NIGHT) == 1
    assert watching.look(NIGHT + timedelta(minutes=1)) == 0
    assert watching.look(NIGHT + timedelta(days=1)) == 0  # no newer data: the limit of that day is used up
    assert started(store) == [("B", "went_live 2023-12-28", "by itself", DAY)]
    assert told == ["1 play started for accounts where a trigger held."]
    with View(store) as view:
        assert store.written(view.table("play_runs")["batch"][0])[0] == "holdfast"
    set_on(store, most_a_day=5)
    assert watching.look(NIGHT + timedelta(days=2)) == 1
    assert [row[:2] for row in started(store)] == [("A", "went_live 2023-12-20"), ("B", "went_live 2023-12-28")]


def test_what_fails_is_told_and_tried_again_an_hour_later(store, monkeypatch):
    told: list[str] = []

    def broken():
        raise OSError("no disk")

    watching = PlayNights(broken, 2, told.append)
    assert watching.look(NIGHT) == 0
    assert "tried again in an hour: no disk" in told[0] and watching._waits == AGAIN
    set_on(store, most_a_day=5)
    watching.store = lambda: store
    assert watching.look(NIGHT + timedelta(hours=1)) == 2


def test_before_there_is_a_store_nothing_is_done(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "none.duckdb"))
    assert PlayNights(lambda: pytest.fail("it was opened"), 2, print).look(NIGHT) == 0


def test_chance_holds_out_its_share_in_place_of_starting_and_the_same_again(store):
    # The first 32 bits of sha256 of "held out", account, play and reason, of 2^32: A 0.02, B 0.95.
    set_on(store, most_a_day=5, held_out=0.5)
    assert start_tonight(store) == 1
    assert start_tonight(store) == 0
    assert [account for account, *_ in started(store)] == ["B"]
    with View(store) as view:
        rows = view.table("play_holdouts").select("account_id", "play_id", "held_out_on", "released_on").rows()
    assert rows == [("A", "onboarding", DAY, None)]


def test_who_was_released_is_started_and_not_held_out_again(store):
    set_on(store, most_a_day=5, held_out=0.5)
    start_tonight(store)
    with View(store) as view:
        row = view.table("play_holdouts").row(0, named=True)
    release(store, EVERYONE, row["holdout_id"], seen=row["batch"], day=DAY)
    assert start_tonight(store) == 1
    assert [account for account, *_ in started(store)] == ["A", "B"]
    with View(store) as view:
        assert view.table("play_holdouts").height == 1
