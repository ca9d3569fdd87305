"""How often the churn model is called usable where leaving is pure chance, and where a signal is planted; figures of both.

python -m benchmarks.null_models [COMPANIES WITHOUT A SIGNAL] [COMPANIES WITH ONE], 220 and 100 unless told otherwise; seeds are fixed.
On the same companies it tries the inputs that the model looks at first alone, too: what was added since must not raise how often
chance passes.
"""

import sys
import time
from collections.abc import Sequence

import numpy as np

from models.card import Card
from models.features import FIRST, INPUTS
from tests.models.worlds import FRESH, LEAST_USABLE, MOST_USABLE, NULL_WORLDS, PLANTED, TRUE_AUC, TRUE_LIFT, cards_of


def main(without: int = 220, with_signal: int = 100) -> None:
    began = time.monotonic()
    companies = [*_spread(null_companies(without)), *_spread([(PLANTED, seed) for seed in range(FRESH, FRESH + with_signal)])]
    tried = [
        (world, _told(f"{world.name}, {seed}", cards_of(world, seed, INPUTS, FIRST)))
        for _, world, seed in sorted(companies, key=lambda each: each[0])
    ]
    for at, words in enumerate(("all inputs", "the first inputs alone")):
        print(f"{words}:")
        _summed_up([(world, cards[at]) for world, cards in tried])
    print(f"{time.monotonic() - began:,.0f} s")


def _summed_up(cards: Sequence[tuple]) -> None:
    fooled = [card.usable for world, card in cards if world is not PLANTED]
    print(f"  without a signal: {sum(fooled)} of {len(fooled)} called usable (at most {MOST_USABLE:.0%} are allowed)")
    found = [card for world, card in cards if world is PLANTED]
    if tried := [card.model for card in found if card.model]:
        lift, area = np.mean([score.lift for score in tried]), np.mean([score.auc for score in tried])
        usable = sum(card.usable for card in found)
        print(f"  with a signal of AUC {TRUE_AUC}: {usable} of {len(found)} called usable (at least {LEAST_USABLE:.0%} are asked for)")
        print(f"  mean AUC {area:.3f}; mean lift at the top tenth {lift:.2f}, in truth {TRUE_LIFT} ({lift / TRUE_LIFT - 1:+.0%})")


def _spread(companies: list) -> list:
    """Each company with how far down its list it stands: sorted by that, a run that is cut short has some of each."""
    return [(at / len(companies), world, seed) for at, (world, seed) in enumerate(companies)]


def null_companies(count: int) -> list:
    """So many pairs of a design and a seed, the designs in turn."""
    return [(NULL_WORLDS[number % len(NULL_WORLDS)], FRESH + number // len(NULL_WORLDS)) for number in range(count)]


def _told(name: str, cards: list[Card]) -> list[Card]:
    both = [
        f"AUC {card.model.auc:.3f}, lift {card.model.lift:.2f}, {card.verdict}, {card.chosen}" if card.model else card.verdict
        for card in cards
    ]
    print(f"{name}: {cards[0].outcomes} losses, {both[0]}; first inputs: {both[1]}", flush=True)
    return cards


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
