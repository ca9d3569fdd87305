"""Survival against published tables and against a plainly written computation."""

import math
import random

import numpy as np
import polars as pl
import pytest

from models.survival import chi_squared_tail, ended_by, kaplan_meier, log_rank, log_rank_of_groups, median, pace


def spells(text: str) -> pl.DataFrame:
    """Durations with blanks between; an e marks those that ended."""
    words = text.split()
    return pl.DataFrame({"duration": [float(word.strip("e")) for word in words], "event": [word.endswith("e") for word in words]})


# lifelines tests, g3: two treatments of a tumour
RIT = spells("25e 28 50 51 53e 54 57 57 58 61 69")
CONTROL = spells("9e 19e 32e 34e 48 50")


def at(frame: pl.DataFrame, duration: float) -> float:
    return frame.filter(pl.col("duration") <= duration)["survival"][-1]


def test_two_treatments_as_published():
    treated, control = kaplan_meier(RIT), kaplan_meier(CONTROL)
    assert [round(at(treated, day), 3) for day in (25, 53)] == [0.909, 0.779]
    assert control.filter(pl.col("events") > 0)["survival"].to_list() == pytest.approx([0.833, 0.667, 0.5, 0.333], abs=5e-4)


def test_log_rank_as_published():
    # lifelines tests, g3
    for pair in ((RIT, CONTROL), (CONTROL, RIT)):
        found = log_rank(*pair)
        assert found.chi2 == pytest.approx(6.063, abs=5e-4)
        assert found.p == pytest.approx(0.0138, abs=5e-5)


def test_ends_at_the_very_beginning_count():
    # lifelines documentation: T = 0 3 3 2 1 2, E = 1 1 0 0 1 1
    found = kaplan_meier(pl.DataFrame({"duration": [0, 3, 3, 2, 1, 2], "event": [1, 1, 0, 0, 1, 1]}))
    assert found["survival"].to_list() == pytest.approx([5 / 6, 5 / 6 * 4 / 5, 5 / 6 * 4 / 5 * 3 / 4, 5 / 6 * 4 / 5 * 3 / 4 / 2])
    assert found["survival"].round(4).to_list() == [0.8333, 0.6667, 0.5, 0.25]
    assert found["at_risk"].to_list() == [6, 5, 4, 2]


def test_an_account_first_seen_mid_life_is_at_risk_only_from_then():
    # lifelines tests, late entry
    late = pl.DataFrame({"entry": [1.9, 0, 0, 0, 0], "duration": [2, 10, 5, 4, 3], "event": [True] * 5})
    assert kaplan_meier(late)["survival"].to_list() == pytest.approx([0.8, 0.6, 0.4, 0.2, 0.0])


def test_ignoring_late_entry_inflates_survival():
    late = pl.DataFrame({"entry": [0.0, 3.0, 3.0], "duration": [2.0, 5.0, 6.0], "event": [True, True, False]})
    # Before 2 only the first was seen, and it ended: nothing is left of the estimate.
    assert kaplan_meier(late)["survival"][0] == 0.0
    assert kaplan_meier(late.drop("entry"))["survival"][0] == pytest.approx(2 / 3)


def test_without_anybody_still_there_it_is_the_plain_share():
    lengths = [3, 1, 4, 1, 5, 9, 2, 6]
    found = kaplan_meier(pl.DataFrame({"duration": lengths, "event": [True] * 8}))
    assert dict(found.select("duration", "survival").rows()) == pytest.approx({t: sum(x > t for x in lengths) / 8 for t in lengths})


def test_random_spells_agree_with_a_naive_count():
    rng = random.Random(5)
    for _ in range(20):
        rows = [(round(rng.random() * 3, 1), rng.random() < 0.6) for _ in range(40)]
        rows = [(entry, round(entry + 0.1 + rng.random() * 5, 1), ended) for entry, ended in rows]
        found = kaplan_meier(pl.DataFrame(rows, schema=["entry", "duration", "event"], orient="row"))
        share = 1.0
        for length, survival in found.select("duration", "survival").rows():
            risk = sum((entry == 0 or entry < length) and duration >= length for entry, duration, _ in rows)
            share *= 1 - sum(duration == length and ended for _, duration, ended in rows) / risk
            assert survival == pytest.approx(share)


def test_the_band_by_hand():
    # Two of four end at 1: S = 1/2, Greenwood sum = 2 / (4 * 2) = 1/4, on the log-log scale 1.96 * 0.5 / ln 2.
    found = kaplan_meier(pl.DataFrame({"duration": [1, 1, 2, 2], "event": [True, True, False, False]})).row(0, named=True)
    wide = 1.959964 * 0.5 / math.log(2)
    assert found["low"] == pytest.approx(0.5 ** math.exp(wide), abs=1e-6)
    assert found["high"] == pytest.approx(0.5 ** math.exp(-wide), abs=1e-6)


def test_nothing_gives_nothing_and_nonsense_is_refused():
    assert kaplan_meier(RIT.clear()).is_empty()
    assert np.isnan(log_rank(RIT.with_columns(event=False), CONTROL.with_columns(event=False)).chi2)
    with pytest.raises(ValueError, match="duration"):
        kaplan_meier(pl.DataFrame({"entry": [3.0], "duration": [2.0], "event": [True]}))


# Six accounts: A ends at 2, B at 5, C is seen to 5, D first seen at 3 ends at 8, E first seen at 4 is seen to 10, F first seen at 1 ends at 7.
SIX = pl.DataFrame(
    [(None, 2, True), (None, 5, True), (None, 5, False), (3, 8, True), (4, 10, False), (1, 7, True)],
    schema=["entry", "duration", "event"], orient="row",
)  # fmt: skip


def test_six_accounts_by_hand():
    """At 2: A, B, C, F, 3 of 4 stay. At 5: B, C, D, E, F, 4 of 5. At 7: D, E, F, 2 of 3. At 8: D, E, 1 of 2. At 10 E alone is seen."""
    curve = kaplan_meier(SIX)
    assert curve.select("duration", "at_risk", "events").rows() == [(2, 4, 1), (5, 5, 1), (7, 3, 1), (8, 2, 1), (10, 1, 0)]
    assert curve["survival"].to_list() == pytest.approx([3 / 4, 3 / 5, 2 / 5, 1 / 5, 1 / 5])
    # Greenwood at 5: 1/(4 x 3) + 1/(5 x 4) = 2/15; in log(-log): 1.959964 x root(2/15) / ln(3/5) = -1.401021.
    low, high = curve.filter(pl.col("duration") == 5).select("low", "high").row(0)
    assert (low, high) == pytest.approx((0.6 ** math.exp(1.401021), 0.6 ** math.exp(-1.401021)), abs=1e-6)
    assert ended_by(curve, 1) == (0, None, None) and ended_by(curve, 6)[0] == pytest.approx(2 / 5)
    assert ended_by(curve, 10)[0] == pytest.approx(4 / 5) and ended_by(curve, 11) is None
    assert median(curve).half == 7


def test_half_is_not_reached_yet():
    few = kaplan_meier(spells("3e 10 10 10"))
    assert median(few).half is None
    assert ended_by(kaplan_meier(spells("3e 4e")), 100) == (1.0, None, None)  # nobody is left
    assert median(kaplan_meier(SIX.clear())).half is None and ended_by(kaplan_meier(SIX.clear()), 3) is None


def by_definition(pairs: list[tuple[list, list]]) -> tuple[float, float]:
    """O - E of the first and V, from rows (entry, duration, ended), written from the definition."""
    difference = spread = 0.0
    for first, second in pairs:
        for length in {row[1] for row in first + second if row[2]}:
            risk = [[row for row in own if (row[0] == 0 or row[0] < length) and row[1] >= length] for own in (first, second)]
            n, n_one = len(risk[0]) + len(risk[1]), len(risk[0])
            d_one, d = (sum(row[2] and row[1] == length for row in own) for own in (risk[0], risk[0] + risk[1]))
            difference += d_one - d * n_one / n
            spread += d * n_one * (n - n_one) * (n - d) / (n**2 * (n - 1)) if n > 1 else 0
    return difference, spread


def test_the_pace_of_two_groups_by_the_definition_in_strata():
    rng = random.Random(11)
    for _ in range(10):
        pairs = []
        for pace_of in (1.0, 3.0):  # strata that end at other paces
            own = []
            for faster in (2.0, 1.0):
                rows = [(rng.choice([0, 0, 2]), rng.random() * 20 / pace_of / faster) for _ in range(25)]
                own.append([(entry, entry + 1 + round(length), rng.random() < 0.7) for entry, length in rows])
            pairs.append(tuple(own))
        frames = [tuple(pl.DataFrame(own, schema=["entry", "duration", "event"], orient="row") for own in pair) for pair in pairs]
        found, (difference, spread) = pace(frames), by_definition(pairs)
        assert found.ratio == pytest.approx(math.exp(difference / spread))
        assert found.low == pytest.approx(math.exp(difference / spread - 1.959963985 / math.sqrt(spread)))
        assert found.p == pytest.approx(math.erfc(abs(difference) / math.sqrt(2 * spread)))
        assert (found.low > 1 or found.high < 1) is (found.p < 0.05)
        ends = sum(row[2] for pair in pairs for own in pair for row in own)
        expected = sum(row[2] for pair in pairs for row in pair[0]) - difference
        assert found.least == pytest.approx(min(expected, ends - expected))


def test_one_stratum_is_the_log_rank_test_and_without_anybody_nothing_is_said():
    assert pace([(RIT, CONTROL)]).p == pytest.approx(log_rank(RIT, CONTROL).p)
    for nobody in ([], [(RIT, CONTROL.clear())], [(spells("3 4"), spells("5 6"))]):
        assert pace(nobody).p is None and pace(nobody).least == 0


def drawn(rng: random.Random, rate: float) -> pl.DataFrame:
    """Sixty that end at a rate, each seen for 10 to 200 days, a third of them from a later day on."""
    rows = []
    while len(rows) < 60:
        entry, seen, ends = rng.choice([0, 0, rng.randrange(1, 30)]), rng.randrange(10, 200), rng.expovariate(rate)
        if ends > entry and seen > entry:  # who had ended before is never looked at
            rows.append((float(entry), min(ends, seen), ends <= seen))
    return pl.DataFrame(rows, schema=["entry", "duration", "event"], orient="row")


def test_chance_alone_is_no_difference_and_a_planted_one_is_found():
    """Of 200 pairs that are alike about 5 % differ by chance; of pairs of which one ends twice as soon nearly all are found."""
    rng = random.Random(2)
    alike = [pace([(drawn(rng, 0.02), drawn(rng, 0.02))]) for _ in range(200)]
    assert sum(one.p < 0.05 for one in alike) <= 20
    apart = [pace([(drawn(rng, 0.04), drawn(rng, 0.02))]) for _ in range(50)]
    assert sum(one.p < 0.05 and one.ratio > 1 for one in apart) >= 43


# Twelve spells in three groups, entered late, with ties and weights; figures of lifelines 0.30.3 and statsmodels 0.15.0 on them.
TWELVE = pl.DataFrame(
    {
        "duration": [3, 5, 5, 6, 8, 8, 8, 11, 13, 13, 15, 20], "event": [True, True, False, True, True, True, False, True, False, True, True, False],
        "entry": [0, 0, 2, 0, 4, 0, 1, 7, 0, 3, 9, 2], "weight": [2.0, 1.0, 4.0, 1.5, 3.0, 1.0, 2.0, 0.5, 1.0, 2.5, 1.0, 3.0],
    }
)  # fmt: skip
ENDS = (3, 5, 6, 8, 11, 13, 15)


def test_late_entry_ties_and_weights_as_lifelines_has_them():
    """KaplanMeierFitter().fit(T, E, entry=N, weights=W); its band without weights, which is Greenwood's on the log-log scale."""
    weighted, plain = kaplan_meier(TWELVE), kaplan_meier(TWELVE.drop("weight"))
    assert [at(weighted, day) for day in ENDS] == pytest.approx(
        [0.870968, 0.825127, 0.736721, 0.510038, 0.478160, 0.318773, 0.239080], abs=1e-6
    )
    assert [at(plain, day) for day in ENDS] == pytest.approx([0.875, 0.777778, 0.666667, 0.476190, 0.380952, 0.285714, 0.142857], abs=1e-6)
    told = plain.filter(pl.col("events") > 0)
    assert told["low"].to_list() == pytest.approx([0.387000, 0.364751, 0.281682, 0.165135, 0.111983, 0.065742, 0.009614], abs=1e-6)
    assert told["high"].to_list() == pytest.approx([0.981393, 0.939296, 0.878307, 0.736645, 0.653506, 0.561826, 0.442521], abs=1e-6)
    assert weighted.select("duration", "at_risk", "events").equals(plain.select("duration", "at_risk", "events"))


def test_the_weighted_band_by_hand_and_equal_weights_change_nothing():
    """Of weights 3, 1, 1 the 3 ends: S = 2/5. As many alike as they are worth: 25 / 11. Spread: 3/5 / (2/5 x 25/11) = 0.66."""
    found = kaplan_meier(pl.DataFrame({"duration": [1, 2, 2], "event": [True, False, False], "weight": [3, 1, 1]})).row(0, named=True)
    wide = 1.959963985 * math.sqrt(0.66) / math.log(0.4)
    assert found["survival"] == pytest.approx(0.4)
    assert (found["low"], found["high"]) == pytest.approx((0.4 ** math.exp(-wide), 0.4 ** math.exp(wide)), abs=1e-9)
    for weight in (1, 7.5):
        alike = kaplan_meier(TWELVE.with_columns(weight=pl.lit(weight)))
        plain = kaplan_meier(TWELVE.drop("weight"))
        assert all(alike[name].to_list() == pytest.approx(plain[name].to_list()) for name in ("survival", "low", "high"))
    with pytest.raises(ValueError, match="weight"):
        kaplan_meier(TWELVE.with_columns(weight=pl.lit(0)))


def groups_of_twelve(frame: pl.DataFrame) -> list[pl.DataFrame]:
    return [frame.slice(first, 4) for first in (0, 4, 8)]


def test_log_rank_of_three_groups_as_lifelines_and_statsmodels_have_it():
    """multivariate_logrank_test(T, G, E); survdiff(T, E, G, entry=N)."""
    plain, late = log_rank_of_groups(groups_of_twelve(TWELVE.drop("entry"))), log_rank_of_groups(groups_of_twelve(TWELVE))
    assert (plain.chi2, plain.p, plain.degrees) == (pytest.approx(12.829419396566), pytest.approx(0.001637295148746), 2)
    assert (late.chi2, late.p, late.degrees) == (pytest.approx(9.444147655051), pytest.approx(0.008896709163550), 2)
    assert plain.observed == (3, 3, 2) and sum(plain.expected) == pytest.approx(8)


def test_log_rank_of_two_groups_is_the_one_of_two_and_does_not_hang_on_their_order():
    two = log_rank_of_groups([RIT, CONTROL])
    assert (two.chi2, two.p, two.degrees) == (pytest.approx(log_rank(RIT, CONTROL).chi2), pytest.approx(log_rank(RIT, CONTROL).p), 1)
    assert round(two.chi2, 3) == 6.063 and round(two.p, 4) == 0.0138  # lifelines tests, g3
    turned = log_rank_of_groups(groups_of_twelve(TWELVE)[::-1])
    assert turned.chi2 == pytest.approx(9.444147655051)


def test_groups_that_cannot_be_compared_say_so():
    for groups in (
        [],
        [RIT],
        [RIT.with_columns(event=False)] * 3,
        [spells("1e 2e"), pl.DataFrame({"entry": [5.0], "duration": [9.0], "event": [True]})],
    ):
        found = log_rank_of_groups(groups)
        assert (found.chi2, found.p, found.degrees) == (None, None, 0)
    with_nobody = log_rank_of_groups([RIT, RIT.clear(), CONTROL])
    assert (with_nobody.degrees, round(with_nobody.chi2, 3)) == (1, 6.063)


def test_three_groups_that_are_alike_differ_by_chance_as_often_as_said():
    rng = random.Random(4)
    found = [log_rank_of_groups([drawn(rng, 0.02) for _ in range(3)]).p for _ in range(200)]
    assert sum(p < 0.05 for p in found) <= 20


def test_the_tail_of_chi_squared_as_in_its_tables():
    """Upper 5 % and 1 % points (NIST handbook, 1.3.6.7.4)."""
    for degrees, five, one in ((1, 3.841, 6.635), (2, 5.991, 9.210), (3, 7.815, 11.345), (6, 12.592, 16.812), (9, 16.919, 21.666)):
        assert chi_squared_tail(five, degrees) == pytest.approx(0.05, abs=5e-5)
        assert chi_squared_tail(one, degrees) == pytest.approx(0.01, abs=2e-5)
