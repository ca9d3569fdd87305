"""What an account's contract says by itself, and a book of trials and plans that looks good only as long as nobody counts that."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.account_model import BOOKKEEPING, KNOWN, said_then, with_traits
from models.card import Card, Verdict
from models.churn import train
from models.features import INPUTS
from models.observations import outlook, with_outcomes
from tests.metrics.books import lines
from tests.models.worlds import NULL_WORLDS, PLANTED, company, looks_of

TRIALS = next(world for world in NULL_WORLDS if world.name == "trial and plans")
ROLES = {"outcome": "churned", "time": "as_of", "matured": "matured_on", "group": "account_id", "case": "case", "within": "lead_days"}


def test_traits_are_those_of_the_day():
    book = lines(
        {"product": "Basic", "starts_on": date(2021, 1, 1), "ends_on": date(2021, 7, 1)},
        {"contract_id": "d", "product": "Pro", "starts_on": date(2021, 7, 1), "ends_on": date(2022, 7, 1)},
        rules="house",
    ).collect()
    looked = pl.DataFrame(
        {
            "account_id": ["A", "A"], "as_of": [date(2021, 6, 1), date(2022, 4, 2)], "due_on": [date(2021, 7, 1), date(2022, 7, 1)],
            "term_days": [None, 365], "tenure_days": [151, 456],
        }
    )  # fmt: skip
    found = with_traits(looked, book).select("trait_plan", "trait_term", "trait_month", "trait_tenure")
    # 151 days are nearly five months: three are over. 456 days are a few hours short of fifteen: twelve, the fourth of the steps.
    assert found.rows() == [("Basic", None, 7, 1), ("Pro", 12, 7, 4)]


@pytest.mark.long
def test_a_book_of_trials_and_plans_looks_good_until_its_plans_are_counted():
    made = company(TRIALS, 1)
    looked = with_traits(looks_of(made), made.history.lines)
    blind: Card = train(looked, features=INPUTS, **ROLES).card
    assert blind.usable and blind.alone[0].name in BOOKKEEPING  # the price tells the plan, and the plan how many leave
    seeing = train(looked, features=INPUTS, known=KNOWN, bookkeeping=BOOKKEEPING, **ROLES).card
    assert seeing.verdict == Verdict.NO_BETTER_THAN_BASELINES
    assert "“rate by plan”" in seeing.words
    assert seeing.model == blind.model


def test_what_would_have_been_said_rests_on_that_day_s_past_alone():
    made = company(PLANTED, 0)
    looked, early, day = looks_of(made), date(2020, 4, 1), date(2022, 10, 1)
    said = said_then(looked, made.history, [early, day], baselines={})
    assert said.filter(pl.col("as_of") == early)["verdict"].unique().to_list() == [Verdict.TOO_FEW_OUTCOMES]
    assert said.filter(pl.col("as_of") == early)["probability"].null_count() == said.filter(pl.col("as_of") == early).height > 0
    then = said.filter(pl.col("as_of") == day)
    assert then["probability"].null_count() == 0 and then["probability"].n_unique() > 100
    assert set(then["account_id"]) == set(outlook(made.history.lines, as_of=day)["account_id"])
    turned = looked.with_columns(churned=pl.col("churned") ^ (pl.col("matured_on") > day))
    assert_frame_equal(said_then(turned, made.history, [day], baselines={}), then)
    happened = with_outcomes(then, made.effective, until=made.until, grace_days=30)
    real = looked.filter(pl.col("as_of") == day, pl.col("lead_days") == 90).select("account_id", "churned").sort("account_id")
    assert_frame_equal(happened.filter(pl.col("lead_days") == 90).select("account_id", "churned").sort("account_id"), real)
    assert said_then(looked, made.history, [], baselines={}).is_empty()
