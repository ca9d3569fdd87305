"""What another score would change, what accounts have of measures, and what of a score holds for nobody; of a small company, by hand."""

from contextlib import closing

import polars as pl
import pytest

from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from metrics.scorecard import Variant
from reports.health.preview import first_curve, in_product, values_now, warnings, would_move
from reports.health.scorecard import from_toml
from reports.report import Question
from tests.books import company

CARD = """
least_known = 0
[bands]
at_risk = {first}
watch = 75
healthy = 100
[groups.usage]
weight = 1
[groups.usage.seat_use]
scale = [[0, 0], [0.4, 100]]
"""
BEFORE, AFTER = from_toml(CARD.format(first=20)), from_toml(CARD.format(first=30))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with closing(company(tmp_path_factory.mktemp("preview") / "own.duckdb")) as opened:
        yield opened


def test_whose_band_would_be_another_one(store):
    """A has 1 of 5 seats in use, half of the 40 % that give all points; B 1 of 9: 27.8 points. C left and has no score."""
    found = would_move(store, EVERYONE, Question(), BEFORE, AFTER)
    rows = found.rows.sort("account_id").select("account_id", "band_now", "band_then", pl.col("score_then").round(1)).rows()
    assert rows == [("A", "watch", "watch", 50.0), ("B", "watch", "at_risk", 27.8)]
    assert found.shown("arr", dict(found.rows.select("account_id", "arr").rows())["B"]) == pytest.approx(12 * (777.77 + 55))
    assert (found.currency, found.parameters["as_of"].isoformat()) == ("USD", "2023-12-28")


def test_a_viewer_is_told_of_their_own(store):
    assert would_move(store, Viewer("one@example.com"), Question(), BEFORE, AFTER).rows["account_id"].to_list() == ["A"]
    assert values_now(store, Viewer("one@example.com"), Question())["account_id"].to_list() == ["A"]


def test_what_customers_have_of_each_measure(store):
    found = values_now(store, EVERYONE, Question()).sort("account_id")
    assert found["account_id"].to_list() == ["A", "B"]
    assert found["seat_use"].to_list() == pytest.approx([1 / 5, 1 / 9]) and found["nps_answer"].null_count() == 2


def test_nothing_is_told_of_an_empty_store(empty_store):
    assert would_move(empty_store, EVERYONE, Question(), BEFORE, AFTER).rows.is_empty()
    values = values_now(empty_store, EVERYONE, Question())
    assert values.is_empty() and warnings(in_product(), [], values) == ()


def test_what_holds_for_nobody_is_named(store):
    card = from_toml(CARD.format(first=20) + "[groups.sentiment]\n[groups.sentiment.nps_answer]\nscale = [[0, 0], [10, 100]]\n")
    values = values_now(store, EVERYONE, Question())
    one = type(card)(**{**vars(card), "variants": (Variant("x", "Tiny"), Variant("y", "SMB"))})
    assert warnings(one, ["SMB", "Large"], values) == (
        "No account is of the segment Tiny: what counts otherwise for it holds for nobody.",
        "Known of no account today, so that the weight goes to the others: NPS answer.",
    )
    assert warnings(BEFORE, ["SMB"], values) == ()


def test_a_measure_begins_with_the_product_s_curve_else_through_what_accounts_have():
    assert first_curve("open_tickets", pl.Series([1.0])) == ((0, 100), (2, 70), (6, 0))
    days = pl.Series(range(11), dtype=pl.Float64)
    assert first_curve("days_since_conversation", days) == ((1, 100), (9, 0)), "fewer are better"


@pytest.fixture
def empty_store(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        yield opened
