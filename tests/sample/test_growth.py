"""The sample company has something of each that the page of growth shows, and no offer that counts nowhere."""

from datetime import timedelta

import polars as pl
import pytest

from data.store.store import Store
from data.viewer import EVERYONE
from metrics.today import GROWTH
from reports.catalogue import run
from reports.report import Question
from sample.company import LAST_DAY
from tests.companies import sample_company


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = Store.open(sample_company(tmp_path_factory.mktemp("growth") / "own.duckdb"))
    yield opened
    opened.close()


def test_it_shows_signals_but_none_of_headcount_since_all_of_it_is_told_at_once(store):
    totals = run("growth-signals", store, EVERYONE, Question()).totals
    assert {kind for kind in GROWTH if totals[kind]} == {*GROWTH} - {"headcount_grew"}
    assert totals["not_known"] > 0


def test_today_is_not_flooded(store):
    rows = run("today", store, EVERYONE, Question()).rows
    assert 0 < rows.filter(pl.col("kind").is_in(GROWTH), pl.col("kind") != "seats_full").height <= 30


def test_offers_are_open_won_and_lost_and_none_is_faulty(store):
    offers = run("offers", store, EVERYONE, Question())
    assert all(offers.totals[state] >= 5 for state in ("open", "won", "lost"))
    assert offers.rows["fault"].null_count() == offers.rows.height
    assert offers.rows["made_on"].max() <= LAST_DAY and offers.rows["made_on"].min() > LAST_DAY - timedelta(days=500)
    came = run("offer-conversion", store, EVERYONE, Question()).totals
    assert came["took"] > 5 and came["too_young"] > 0


def test_plans_and_referrals_are_there(store):
    assert run("upgrade-plans", store, EVERYONE, Question()).rows["median_arr"].null_count() == 0
    referrals = run("referrals", store, EVERYONE, Question()).totals
    assert min(referrals[name] for name in ("asked", "given", "won", "lost", "open")) > 0
