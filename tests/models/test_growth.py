"""Shares of growth from past windows, and how far windows differ, by hand."""

import numpy as np
import polars as pl
import pytest

from metrics.those_who_stay import GROWN
from models.growth import past_growth


def windows(*told, steps=1, group="SMB", renewed=True):
    """A window a row: accounts, base, expansion, contraction; each of its accounts alike."""
    rows = []
    for number, (accounts, base, up, down) in enumerate(told):
        net = (up - down) / accounts
        size = base / accounts
        rows.append(
            {"steps": steps, "day": f"2021-0{1 + number * 3 if number < 3 else 9}-01", "group": group, "renewed": renewed, "accounts": accounts,
             "base": base, "expansion": up, "contraction": down, "capped": down, "base_squares": accounts * size**2,
             "net_squares": accounts * net**2, "net_by_base": accounts * net * size, "capped_squares": accounts * (down / accounts) ** 2,
             "capped_by_base": accounts * down / accounts * size}
        )  # fmt: skip
    return pl.DataFrame(rows).with_columns(pl.col("day").str.to_date()).select(pl.col(name).cast(kind) for name, kind in GROWN.items())


FOUR = windows((10, 1000, 100, 20), (10, 1000, 60, 20), (10, 1000, 120, 20), (10, 1000, 80, 20))


def test_shares_are_sums_over_sums():
    found = past_growth(FOUR, ["SMB"])
    shares = found.of(1, "SMB", True)
    assert (shares.expansion, shares.contraction, shares.capped) == pytest.approx((0.09, 0.02, 0.02))
    assert found.quarters == 4


def test_the_spread_between_windows_is_their_standard_deviation():
    """Net 8, 4, 10, 6 %, mean 7 %: squares 1, 9, 9, 1 = 20 points, over 3: 6.67, so 2.58 points, of a book as concentrated: accounts alike
    leave nothing to chance beyond what they share but a part of it: own = mean square of the same deviations, over ten accounts a tenth."""
    found = past_growth(FOUR, ["SMB"])
    assert found.own == pytest.approx(5.0e-4)
    assert found.spread(0.1) == pytest.approx(np.sqrt(20e-4 / 3))
    assert found.spread(1.0) == pytest.approx(np.sqrt(20e-4 / 3 - 0.5e-4 + 5e-4))


def test_too_few_windows_or_accounts_are_not_known():
    assert past_growth(FOUR.filter(pl.col("day") < pl.date(2021, 9, 1)), ["SMB"]) is None
    assert past_growth(windows((2, 1000, 100, 20), (2, 1000, 60, 20), (2, 1000, 120, 20), (2, 1000, 80, 20)), ["SMB"]) is None
    assert past_growth(FOUR.clear(), []) is None


def test_a_segment_with_few_accounts_has_the_shares_of_all_and_longer_windows_those_of_shorter_ones():
    few = windows((1, 100, 50, 0), group="Large")
    still = windows((10, 1000, 0, 10), (10, 1000, 0, 10), (10, 1000, 0, 10), renewed=False)
    found = past_growth(pl.concat([FOUR, few, still]), ["SMB", "Large"])
    assert found.of(1, "Large", True).expansion == pytest.approx((360 + 50) / 4100)
    assert found.of(1, "SMB", False).contraction == pytest.approx(0.01)
    assert found.of(2, "SMB", False).contraction == pytest.approx(0.02)
    assert found.of(4, "SMB", False).contraction == pytest.approx(0.04)
    assert found.of(4, "SMB", True).expansion == pytest.approx(0.09), "who renewed once a year grew once"


def test_where_every_window_held_a_renewal_growth_without_one_is_not_known():
    """Forty accounts that renewed, and three that did not: what the forty grew by says nothing of the three, over one quarter or four."""
    found = past_growth(pl.concat([FOUR, windows((3, 300, 90, 0), renewed=False)]), ["SMB"])
    assert found.of(1, "SMB", True).expansion == pytest.approx(0.09)
    for steps in (1, 4):
        shares = found.of(steps, "SMB", False)
        assert np.isnan([shares.expansion, shares.contraction, shares.capped]).all()
        assert shares.accounts == 0
    assert np.isfinite([found.spread(0.1), *found.capped_spread(0.1)]).all()


def test_how_windows_differ_does_not_depend_on_the_segments_that_somebody_sees():
    """Two segments that grow by 5 % and 20 % in every window: nothing differs, also for who sees the one alone."""
    slow, fast = windows(*[(40, 4000, 200, 0)] * 4), windows(*[(40, 4000, 800, 0)] * 4, group="Large")
    for segments in (["SMB", "Large"], ["SMB"], ["Large"]):
        found = past_growth(pl.concat([slow, fast]), segments)
        assert found.spread(0.1) == pytest.approx(0, abs=1e-6)
