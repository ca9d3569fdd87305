"""The sample company shows every state that the pages speak of, the same on every machine."""

import shutil
from datetime import date, timedelta

import polars as pl
import polars.testing
import pytest
from typer.testing import CliRunner

from cli import app
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from sample import load as load_module
from sample.company import LAST_DAY, generate
from sample.load import load
from tests.companies import sample_company


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Loaded, its model trained, with the files' company that is made once for all tests of a run."""
    filled, path = sample_company(tmp_path_factory.mktemp("filled") / "own.duckdb"), tmp_path_factory.mktemp("sample") / "own.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load_module, "generate", lambda *_, **__: None)
        patch.setattr(load_module, "_fill", lambda made, *_: shutil.copytree(filled.parent, made.parent))
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


def test_the_day_after_no_feed_has_stopped_and_renewals_lie_ahead(store):
    after = Question(as_of=LAST_DAY + timedelta(days=1))
    assert run("feeds", store, EVERYONE, after).totals["stopped"] == 0
    assert run("feeds", store, EVERYONE, after).totals["fresh"] == 1  # usage; the others have no days to be late for
    assert run("renewals", store, EVERYONE, Question()).rows["days_left"].min() >= 0


def test_another_last_day_gives_the_same_company_so_many_days_later(tmp_path):
    made = {}
    for last_day in (LAST_DAY, date(2027, 2, 11)):
        (tmp_path / str(last_day)).mkdir()
        generate(tmp_path / str(last_day), accounts=40, last_day=last_day)
        made[last_day] = tmp_path / str(last_day)
    shift = date(2027, 2, 11) - LAST_DAY
    for name, days in (("contracts", ["starts_on", "ends_on", "cancelled_on", "booked_on"]), ("accounts", ["created_on", "live_on"])):
        one, other = (pl.read_csv(folder / f"{name}.csv", try_parse_dates=True) for folder in made.values())
        polars.testing.assert_frame_equal(one.with_columns(pl.col(days) + shift), other)
    used = pl.read_parquet(made[date(2027, 2, 11)] / "usage_events.parquet")["occurred_at"].dt.date()
    assert (used.min(), used.max()) == (date(2027, 2, 11) - timedelta(days=900), date(2027, 2, 10))  # the last day is covered, and quiet
    assert (used.dt.weekday() <= 5).mean() > 0.85  # workdays, whichever day it ends on
    costs = pl.read_csv(made[date(2027, 2, 11)] / "costs.csv", try_parse_dates=True)["month"]
    assert (costs.min(), costs.max()) == (date(2024, 8, 1), date(2027, 1, 1))  # thirty months, the last that has ended


def test_the_making_tells_how_far_it_is(tmp_path):
    told, until = [], date(2025, 3, 9)
    load(
        tmp_path / "sample.duckdb", trained=False, last_day=until, accounts=40, events=100_000, told=lambda share, _: told.append(share)
    )  # fmt: skip
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    made = Store.open(tmp_path / "sample.duckdb")
    assert run("arr", made, EVERYONE, Question()).parameters["as_of"] == date(2025, 3, 9)
    made.close()


def test_the_command_makes_it_up_to_yesterday_or_the_day_given(monkeypatch):
    asked = []
    monkeypatch.setattr(load_module, "load", lambda path, *, last_day, told: asked.append(last_day))
    monkeypatch.setattr(load_module, "yesterday", lambda: date(2026, 1, 31))
    for more in ([], ["--last-day", "2025-06-30"]):
        assert CliRunner().invoke(app, ["demo", *more]).exit_code == 0
    assert asked == [date(2026, 1, 31), date(2025, 6, 30)]
    assert CliRunner().invoke(app, ["demo", "--last-day", "soon"]).exit_code == 2


def test_it_is_the_same_each_time(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        generate(tmp_path / name, accounts=40)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name
