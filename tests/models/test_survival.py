"""Survival against published tables and against a plainly written computation."""

import math
import random

import numpy as np
import polars as pl
import pytest

from models.survival import kaplan_meier, log_rank


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
