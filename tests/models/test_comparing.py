"""Which candidate is taken."""

import numpy as np
import polars as pl
import pytest

from models.comparing import compared, simplest_of_the_best
from models.table import Roles, prepared

# Eight rows. The second is better by 0.2 on average: by 0.3, 0.1, 0.3, 0.1 and so on.
LOSSES = {"simple": np.array([0.8, 0.6] * 4), "better": np.full(8, 0.5)}


def test_what_is_surely_better_is_taken():
    # Eight rows of their own: the standard error is 0.1 / sqrt(8), far below 0.2.
    assert simplest_of_the_best(LOSSES, np.arange(8)) == "better"


def test_many_looks_at_one_account_prove_no_more_than_one():
    # Two accounts, one better by 0.9 in each of its four looks, the other worse by 0.5: as if there were two rows, 0.2 +- 0.5.
    losses = {"simple": np.array([1.4] * 4 + [0.0] * 4), "better": np.full(8, 0.5)}
    assert simplest_of_the_best(losses, np.repeat([0, 1], 4)) == "simple"
    # Told apart as eight accounts the standard error would be 0.7 / sqrt(8) = 0.25: also simple; with 32 of them 0.12: better.
    many = {name: np.tile(each, 4) for name, each in losses.items()}
    assert simplest_of_the_best(many, np.arange(32)) == "better"
    assert simplest_of_the_best(many, np.tile(np.repeat([0, 1], 4), 4)) == "simple"


def test_an_input_that_tells_nothing_in_early_time_is_no_fault():
    # It has one value in the first half, so that the first stretch can only go by the rate: 1 of 4 rows had the outcome, odds 1 : 3.
    days = pl.DataFrame({"day": range(400), "late": [day % 4 == 0 for day in range(400)]})
    table = days.with_columns(told=pl.when(pl.col("day") >= 200).then((pl.col("day") % 7).cast(pl.Float64)).otherwise(1.0))
    rows = prepared(table, Roles(["told"], "late", "day"))
    found = compared("logistic regression", rows, ["told"], None)
    first = found.rows.table["day"].to_numpy() < 200
    assert found.odds[first] == pytest.approx(np.log(1 / 3), abs=0.05)
    assert len(set(found.odds[~first])) > 1
