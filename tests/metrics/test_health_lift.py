"""What would lift a score, by hand, and held against every other value."""

from datetime import date
from random import Random

import polars as pl
import pytest

from metrics.health import components, scores
from metrics.health_lift import STEPS, lifts, needed, values_of
from metrics.scorecard import Group, Measure, Scorecard, Variant

BANDS = (("at_risk", 50.0), ("watch", 75.0), ("healthy", 100.0))
SEATS, TICKETS, NPS = ((0.0, 0.0), (1.0, 100.0)), ((0.0, 100.0), (5.0, 0.0)), ((0.0, 0.0), (10.0, 100.0))


def card(seats: float = 60, tickets: float = 20, nps: float = 20) -> Scorecard:
    weights = {"seat_use": (seats, SEATS), "open_tickets": (tickets, TICKETS), "nps_answer": (nps, NPS)}
    measures = tuple(Measure(name, "g", weight, scale) for name, (weight, scale) in weights.items())
    return Scorecard((Group("g", 1),), measures, BANDS)


def measured(seat_use: float | None, open_tickets: float | None, nps_answer: float | None, account: str = "A") -> pl.DataFrame:
    row = {
        "account_id": account,
        "day": date(2024, 1, 31),
        "segment": None,
        "seat_use": seat_use,
        "open_tickets": open_tickets,
        "nps_answer": nps_answer,
    }
    floats = dict.fromkeys(("seat_use", "open_tickets", "nps_answer"), pl.Float64)
    return pl.DataFrame([row], schema_overrides=floats | {"segment": pl.String})


def told(rows: pl.DataFrame, of: Scorecard, **need: float) -> list[tuple]:
    found = lifts(rows, of, need)
    return [(*row[:-1], round(row[-1], 6)) for row in found.drop("account_id").rows()]


@pytest.mark.parametrize(
    ("score", "expected"),
    [(62, ("healthy", 13.5)), (75.4, ("healthy", 0.1)), (75.5, None), (50.49, ("watch", 0.01)), (0, ("watch", 50.5)), (100, None)],
)
def test_what_is_missing_to_the_next_band(score, expected):
    """Watch reaches to 75, as shown: 75.5 is shown as 76."""
    found = needed(score, BANDS)
    assert found == (expected and (expected[0], pytest.approx(expected[1])))


def test_one_measure_is_enough():
    """0.34 x 60 + 60 x 0.2 + 50 x 0.2 = 42.4 (2 tickets, an answer of 5); 8.1 to 50.5. Seats: 8.1 / 60 = 0.135, so 0.475, in whole percent
    0.48 (+8.4). An answer of 10 gives +10, one of 9 +8, one of 9 is too little: 10. Tickets can give 8: not enough."""
    found = told(measured(0.34, 2, 5), card(), A=8.1)
    assert found == [(1, "seat_use", 0.34, 0.48, 8.4), (1, "nps_answer", 5.0, 10.0, 10.0)]


def test_where_no_single_measure_does_those_that_can_gain_the_most_share_it():
    """Weights 40, 30, 30; seats 0.8 can give 8, tickets (4) 24, the answer (1) 27. 45 need two: of 51 each regains 45/51. 27 x 45/51 = 23.82:
    an answer of 9 gives 24. 24 x 45/51 = 21.18: no ticket gives 24, one gives 18."""
    found = told(measured(0.8, 4, 1), card(40, 30, 30), A=45.0)
    assert sorted(found) == [(2, "nps_answer", 1.0, 9.0, 24.0), (2, "open_tickets", 4.0, 0.0, 24.0)]


def test_what_is_out_of_reach_and_what_is_not_known():
    assert told(measured(0.5, 0, 10), card(), A=30.1) == [], "half of the seats can give 30"
    assert told(measured(None, 5, 10), card(), A=10.0) == [(1, "open_tickets", 5.0, 4.0, 10.0)], "weights 50 and 50 without the seats"
    assert lifts(measured(0.5, 0, 10), card(), {}).height == 0


def test_a_value_beyond_the_curve_comes_back_to_it():
    """9 tickets give as little as 5: one less than 5 gives 4 of 20."""
    assert told(measured(1.0, 9, 10), card(), A=3.0) == [(1, "open_tickets", 9.0, 4.0, 4.0)]


@pytest.mark.parametrize(
    ("name", "curve", "first", "last", "count"),
    [("seat_use", SEATS, 0.0, 1.0, 101), ("nps_answer", NPS, 0.0, 10.0, 11), ("csat_rating", ((0.0, 0.0), (5.0, 100.0)), 1.0, 5.0, 41),
     ("days_since_conversation", ((0.0, 100.0), (365.0, 0.0)), 0.0, 363.0, 122), ("another", ((0.0, 0.0), (2.0, 100.0)), 0.0, 2.0, 101)],
)  # fmt: skip
def test_values_are_tried_in_their_steps(name, curve, first, last, count):
    found = values_of(name, [curve])
    assert (found[0], found[-1], len(found)) == (first, last, count)


def test_the_values_of_a_curve_that_counts_for_some_are_tried_too():
    longer = Variant("v", segment="Large", scales={"seat_use": ((0.0, 0.0), (2.0, 100.0))})
    assert values_of("seat_use", [SEATS, longer.scales["seat_use"]])[-1] == 2.0


def shown(rows: pl.DataFrame, of: Scorecard) -> float:
    return scores(components(rows.lazy(), of), of).collect()["score"].item()


@pytest.mark.parametrize("seed", range(15))
def test_the_change_is_enough_and_nothing_nearer_is(seed):
    draw = Random(seed)
    of = card(*(draw.choice((10, 20, 50)) for _ in range(3)))
    rows = measured(draw.randint(0, 100) / 100, draw.randint(0, 6), draw.randint(0, 10))
    score, need = shown(rows, of), draw.uniform(1, 30)
    found = lifts(rows, of, {"A": need})
    together = rows.with_columns(pl.lit(to).alias(name) for name, to in found.select("name", "to").rows())
    for one in found.filter(together=1).iter_rows(named=True):
        assert shown(rows.with_columns(pl.lit(one["to"]).alias(one["name"])), of) >= score + need - 1e-5
        nearer = one["to"] + (1 if one["to"] < one["value"] else -1) * STEPS[one["name"]][2]
        assert shown(rows.with_columns(pl.lit(nearer).alias(one["name"])), of) < score + need
    assert not found.height or shown(together, of) >= score + need - 1e-5
    best = shown(measured(1.0, 0, 10), of)
    assert (found.height == 0) == (best < score + need - 1e-6)
