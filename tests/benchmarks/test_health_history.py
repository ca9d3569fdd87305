"""The store with ten times the events is what an import of them all would have made, as far as reports can see."""

from contextlib import closing
from datetime import date

import polars as pl

from benchmarks.health_history import events_in, multiplied
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from tests.books import company_at


def usage(path) -> pl.DataFrame:
    with closing(Store.open(path)) as store:
        return run("usage", store, EVERYONE, Question(as_of=date(2023, 12, 28))).rows


def test_every_event_happens_so_many_times_on_its_day_and_to_the_same_users(tmp_path):
    """28 events of each of two accounts, one a day: ten times as many, by the same one user on the same days."""
    path = company_at(tmp_path / "own.duckdb")
    before, events = usage(path), events_in(path)
    assert (events, multiplied(path, 10), events_in(path)) == (56, 560, 560)
    after = usage(path)
    assert after["events"].to_list() == [280, 280, None] == [events and events * 10 for events in before["events"]]
    assert after.drop("events", "events_before").equals(before.drop("events", "events_before"))
