"""What the page of the churn model says of its card, and what it does not where nothing is told."""

import polars as pl
import pytest

from pages.parts import churn_model
from reports.report import Report


def card(auc: tuple[float, float], slope: tuple[float, float], said: float = 0.034, left: float = 0.069) -> Report:
    rows = pl.DataFrame([{"section": "model", "auc_low": auc[0], "auc_high": auc[1]}])
    totals = {"predicted": said, "observed": left, "slope_low": slope[0], "slope_high": slope[1]}
    return Report("churn-model", "Churn model", {}, "house", "USD", 1, rows, totals, {name: "number" for name in totals})


TOLD = "Over all held-out observations it says 3.4% on average; 6.9% left."


@pytest.mark.parametrize(
    ("auc", "ends"),
    [
        ((0.6, 0.8), " That is too little: it tells who is more at risk than others better than how many will leave."),
        ((0.5, 0.8), " That is too little."),  # its range holds a coin
        ((0.29, 0.54), " That is too little."),
    ],
)
def test_only_a_model_that_beats_a_coin_is_said_to_tell_who_is_more_at_risk(auc, ends):
    assert churn_model.on_average(card(auc, (0.5, 1.5))) == TOLD + ends


def test_what_was_said_too_often_is_said_likewise():
    said = churn_model.on_average(card((0.4, 0.6), (0.5, 1.5), said=0.4, left=0.1))
    assert said == "Over all held-out observations it says 40.0% on average; 10.0% left. That is too much."


@pytest.mark.parametrize(
    ("slope", "told"),
    [
        ((0.4, 1.5), "right, 0.4 to 1.5"),
        ((1.2, 2.0), "too timid, 1.2 to 2.0"),
        ((-2.0, 0.8), "too sure, −2.0 to 0.8"),
        ((-6.1, 1.2), "not known, −6.1 to 1.2"),  # as well none at all as a right one
    ],
)
def test_a_slope_that_may_be_none_is_not_called_right(slope, told):
    assert churn_model.calibrated(card((0.5, 0.6), slope)) == told
