"""The sample company shows every state that the pages speak of, the same on every machine."""

from datetime import timedelta

import pytest

from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from sample.company import LAST_DAY, generate
from sample.load import load


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "sample.duckdb"
    load(path)
    opened = Store.open(path)
    yield opened
    opened.close()


def test_it_is_looked_at_on_its_last_day_and_is_whole(store):
    assert run("arr", store, EVERYONE, Question()).parameters["as_of"] == LAST_DAY
    assert store.check() == []


@pytest.mark.parametrize("state", ["activated", "on_the_way", "not_started", "not_tracked"])
def test_activation_has_every_state(store, state):
    assert run("activation", store, EVERYONE, Question()).totals[state] > 5


def test_some_bought_and_did_not_start_and_some_renewals_are_at_risk(store):
    assert run("not-started", store, EVERYONE, Question()).totals["accounts"] > 3
    renewals = run("renewals", store, EVERYONE, Question()).totals
    assert renewals["renewals_at_risk"] > 2
    assert 0 < renewals["renewals_unprepared"] < renewals["renewals"]


def test_champions_and_open_tasks_are_there(store):
    with View(store) as view:
        contacts, activities = view.table("contacts"), view.table("activities")
    champions = contacts.filter("is_champion")
    assert champions["account_id"].n_unique() == champions.height > 150
    assert (activities["due_on"].drop_nulls() > LAST_DAY - timedelta(days=10)).all()


def test_it_is_the_same_each_time(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        generate(tmp_path / name, accounts=40)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name
