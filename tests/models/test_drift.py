"""How far columns have moved, by hand."""

from math import log

import polars as pl
import pytest

from models.drift import drifts, spreads

THEN = pl.DataFrame({"used": [float(n) for n in range(1, 101)], "flat": [1.0] * 100, "unknown": [None] * 100}, schema_overrides={"unknown": pl.Float64})  # fmt: skip


def test_nothing_has_moved_on_the_same_day():
    found = drifts(spreads(THEN, ["used", "flat", "unknown"]), THEN)
    assert [one.psi for one in found] == pytest.approx([0.0, 0.0, 0.0])
    assert {one.name: one.by_chance for one in found}["used"] == pytest.approx(4 * 2 / 100)


def test_what_moved_by_hand():
    """Fifths then; now half of 50 rows in the lowest fifth, half in the highest."""
    now = pl.DataFrame({"used": [1.0] * 25 + [100.0] * 25})
    (found,) = drifts(spreads(THEN, ["used"]), now)
    gone = (0.001 - 0.2) * log(0.001 / 0.2)  # of a pile that nobody is in any more
    assert found.psi == pytest.approx(2 * (0.5 - 0.2) * log(0.5 / 0.2) + 3 * gone)
    assert found.by_chance == pytest.approx(4 * (1 / 100 + 1 / 50))


def test_that_something_is_not_known_any_more_is_a_move():
    now = pl.DataFrame({"flat": [None] * 10}, schema={"flat": pl.Float64})
    (found,) = drifts(spreads(THEN, ["flat"]), now)
    assert found.psi == pytest.approx(2 * (1 - 0.001) * log(1 / 0.001))


def test_the_calendar_moves_nothing():
    """Half-yearly terms that end from July on began in winter, and are shorter by two days than those that end from October on."""
    winter = pl.DataFrame({"term_months": [181 * 12 / 365] * 30, "season_sin": [0.0] * 30, "season_cos": [-1.0] * 30})
    summer = pl.DataFrame({"term_months": [183 * 12 / 365, 184 * 12 / 365] * 15, "season_sin": [-1.0] * 30, "season_cos": [0.0] * 30})
    found = drifts(spreads(winter, ["term_months", "season_sin", "season_cos"]), summer)
    assert {one.name: one.psi for one in found} == {"term_months": pytest.approx(0.0)}
    (found,) = drifts(spreads(winter, ["term_months"]), winter.with_columns(term_months=pl.lit(12.0)))
    assert found.psi == pytest.approx(2 * (1 - 0.001) * log(1 / 0.001))


def test_without_rows_nothing_is_told():
    assert drifts(spreads(THEN, ["used"]), THEN.clear()) == () == spreads(THEN.clear(), ["used"])
