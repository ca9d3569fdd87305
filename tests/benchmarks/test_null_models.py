"""One company of each design without a signal, and ten with one: the figures that 200 and 100 of them have to meet."""

import numpy as np
import pytest

from models.card import Card
from tests.models.worlds import FRESH, LEAST_USABLE, NULL_WORLDS, PLANTED, TRUE_AUC, TRUE_LIFT, World, card_of, truth

SEEDS = range(FRESH, FRESH + 10)
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def planted() -> list[Card]:
    return [card_of(PLANTED, seed) for seed in SEEDS]


@pytest.mark.parametrize("world", NULL_WORLDS, ids=lambda world: world.name)
def test_where_leaving_is_chance_no_model_is_used(world: World):
    assert not card_of(world, FRESH).usable


def test_a_planted_signal_is_used_and_its_lift_is_the_truth(planted):
    assert sum(card.usable for card in planted) >= LEAST_USABLE * len(planted)
    assert np.mean([card.model.lift for card in planted if card.model]) == pytest.approx(TRUE_LIFT, rel=0.2)


def test_the_truth_is_what_it_is_said_to_be():
    area, lift = truth(PLANTED)
    assert (round(area, 2), lift) == (TRUE_AUC, pytest.approx(TRUE_LIFT, abs=0.05))
