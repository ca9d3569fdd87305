"""How often the outcome came among looks from the same distance."""

import polars as pl
import pytest

from models.card import Card, Split, Verdict

CARD = Card(Verdict.USABLE, "", 30, 300, 1000, splits=(Split("held out", "", "", 200, 30, 0, 0),), rates=((30.0, 0.02), (90.0, 0.1)))


def rates(card: Card) -> list[float]:
    return pl.DataFrame({"lead": [10, 30, 45, 90, 120]}).with_columns(rate=card.rates_of(pl.col("lead")))["rate"].to_list()


def test_each_look_is_compared_with_looks_from_as_far():
    assert rates(CARD) == [0.02, 0.02, 0.1, 0.1, 0.1]


def test_a_card_of_before_has_one_rate_for_all():
    told = CARD.to_json().replace('"rates": [[30.0, 0.02], [90.0, 0.1]]', '"rates": []')
    assert rates(Card.from_json(told)) == pytest.approx([30 / 200] * 5)


def test_what_a_card_says_of_its_limits_survives_being_written_down():
    card = Card(Verdict.USABLE, "", 30, 300, 1000, slope_range=(0.8, 1.2), limits=(0.01, 0.9), rates=((30.0, 0.02),))
    assert Card.from_json(card.to_json()) == card


def test_what_was_said_on_average_weighs_fifths_by_their_looks():
    fifths = (
        {"rows": 30, "outcomes": 3, "predicted": 0.2, "observed": 0.1},
        {"rows": 10, "outcomes": 5, "predicted": 0.6, "observed": 0.5},
    )
    # (30 x 0.2 + 10 x 0.6) / 40 = 0.3, and 8 of 40 had the outcome.
    assert Card(Verdict.USABLE, "", 8, 32, 40, reliability=fifths).on_average == pytest.approx((0.3, 0.2))
    assert CARD.on_average is None
