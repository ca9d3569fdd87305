"""How often the churn model is called usable where leaving is pure chance, and where a signal is planted; figures of both.

python -m benchmarks.null_models [COMPANIES WITHOUT A SIGNAL] [COMPANIES WITH ONE], 200 and 100 unless told otherwise; seeds are fixed.
"""

import sys
import time

import numpy as np

from models.card import Card
from tests.models.worlds import FRESH, LEAST_USABLE, MOST_USABLE, NULL_WORLDS, PLANTED, TRUE_AUC, TRUE_LIFT, card_of


def main(without: int = 200, with_signal: int = 100) -> None:
    began = time.monotonic()
    companies = [*_spread(null_companies(without)), *_spread([(PLANTED, seed) for seed in range(FRESH, FRESH + with_signal)])]
    cards = [
        (world, _told(f"{world.name}, {seed}", card_of(world, seed))) for _, world, seed in sorted(companies, key=lambda each: each[0])
    ]
    fooled = [card.usable for world, card in cards if world is not PLANTED]
    print(f"without a signal: {sum(fooled)} of {len(fooled)} called usable (at most {MOST_USABLE:.0%} are allowed)")
    found = [card for world, card in cards if world is PLANTED]
    if tried := [card.model for card in found if card.model]:
        lift, area = np.mean([score.lift for score in tried]), np.mean([score.auc for score in tried])
        usable = sum(card.usable for card in found)
        print(f"with a signal of AUC {TRUE_AUC}: {usable} of {len(found)} called usable (at least {LEAST_USABLE:.0%} are asked for)")
        print(f"mean AUC {area:.3f}; mean lift at the top tenth {lift:.2f}, in truth {TRUE_LIFT} ({lift / TRUE_LIFT - 1:+.0%})")
    print(f"{time.monotonic() - began:,.0f} s")


def _spread(companies: list) -> list:
    """Each company with how far down its list it stands: sorted by that, a run that is cut short has some of each."""
    return [(at / len(companies), world, seed) for at, (world, seed) in enumerate(companies)]


def null_companies(count: int) -> list:
    """So many pairs of a design and a seed, the designs in turn."""
    return [(NULL_WORLDS[number % len(NULL_WORLDS)], FRESH + number // len(NULL_WORLDS)) for number in range(count)]


def _told(name: str, card: Card) -> Card:
    tried = f"AUC {card.model.auc:.3f}, lift {card.model.lift:.2f}, " if card.model else ""
    print(f"{name}: {card.outcomes} losses, {tried}{card.verdict}", flush=True)
    return card


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
