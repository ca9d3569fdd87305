"""A book with leaving drawn by chance keeps its rates and its shape, and no model passes on it."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from metrics.grace import paid_spells, with_grace
from metrics.rules import preset
from models.null_world import redrawn, tried_by_chance
from models.observations import observations
from tests.models.worlds import BEGAN, GRACE, NULL_WORLDS, PLANTED, company, looks_of

HOUSE = preset("house")
YEARLY = next(world for world in NULL_WORLDS if world.name == "yearly")


@pytest.fixture(scope="module", params=[PLANTED, YEARLY], ids=lambda world: world.name)
def book(request):
    made = company(request.param, 0)
    looked = looks_of(made)
    return made, looked, redrawn(made.history.lines, looked, until=made.until, rules=HOUSE, rng=np.random.default_rng(1))


def looks(lines: pl.DataFrame, until: date) -> pl.DataFrame:
    effective = with_grace(lines.lazy(), as_of=until, rules=HOUSE).collect()
    return observations(lines, effective, since=BEGAN, until=until, grace_days=GRACE)


def test_as_many_leave_as_did(book):
    made, looked, drawn = book
    again = looks(drawn, made.until)
    assert set(again["kind"]) == set(looked["kind"])
    assert again["churned"].mean() == pytest.approx(looked["churned"].mean(), rel=0.25)


def test_others_leave_and_everybody_begins_as_before(book):
    made, _, drawn = book
    begins, ends = pl.col("paid_from").min(), pl.col("lapsed_on").max()
    before, after = (
        paid_spells(lines.lazy()).group_by("account_id").agg(begins, ends).sort("account_id").collect()
        for lines in (made.history.lines, drawn)
    )
    assert after["paid_from"].to_list() == before["paid_from"].to_list()
    assert (after["lapsed_on"] != before["lapsed_on"]).mean() > 0.2


def test_nobody_is_cut_within_a_term_that_was_paid_for():
    made = company(YEARLY, 0)
    drawn = redrawn(made.history.lines, looks_of(made), until=made.until, rules=HOUSE, rng=np.random.default_rng(2))
    years = drawn.select((pl.col("ends_on") - pl.col("starts_on")).dt.total_days()).to_series()
    assert years.is_between(365, 366).all()


@pytest.mark.long
def test_no_model_passes_and_progress_is_told():
    made, told = company(PLANTED, 0), list[int]()
    found = tried_by_chance(made.history, looks_of(made), since=BEGAN, until=made.until, rules=HOUSE, tries=3, progress=told.append)
    assert (found.tries, found.passed, told) == (3, 0, [1, 2, 3])
