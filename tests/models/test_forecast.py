"""The forecast of four quarters: by hand without any shock, by binomial quantiles, and where something is not known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from models.common_shock import LEVELS, SPREADS, Shock
from models.forecast import Change, Growth, Shocks, Stakes, forecast


def shock(level=0.0, spread=0.0):
    weights = np.zeros((len(LEVELS), len(SPREADS)))
    weights[np.abs(LEVELS - level).argmin(), np.abs(SPREADS - spread).argmin()] = 1
    return Shock(weights, 20, 1000)


NONE = Shocks(shock())


def growing(pieces, up=0.0, down=0.0, capped=(0.0,) * 4, spread=0.0, quarters=12):
    """The first piece grows and shrinks by these shares in each quarter; the others do not."""
    first = np.zeros((pieces, 4))
    first[0] = 1
    return Growth(first * up, first * down, first * np.array(capped), spread, np.zeros(4), quarters)


def still(stakes):
    return growing(len(stakes.segment))


def pieces(*told):
    """Each piece: segment (0 or 1), cents, the quarter in which it is due (0: never), the loss in each quarter."""
    segment, cents, due, loss = zip(*told, strict=True)
    comes = np.array([[money if quarter == at + 1 else 0 for at in range(4)] for money, quarter in zip(cents, due, strict=True)])
    has_term = np.array([one > 0 for one in due])
    told_loss = np.array(loss, dtype=float)
    return Stakes(("big", "small"), np.array(segment), np.array(cents), comes, told_loss, np.zeros(told_loss.shape, bool), has_term)


def test_what_renews_and_what_is_lost_by_hand():
    """1,000 due in quarter 1 at 20 %, 500 due in quarter 2 at 10 %, 300 without a term at 5 % a quarter, 200 that nothing comes up for.

    Renewing 800 and 450. Lost: 200 + 15; 50 + 0.05 x 285 = 64.25; 0.05 x 270.75 = 13.54; 0.05 x 257.2125 = 12.86.
    """
    stakes = pieces(
        (0, 100000, 1, (0.2, 0, 0, 0)), (0, 50000, 2, (0, 0.1, 0, 0)), (1, 30000, 0, (0.05,) * 4), (1, 20000, 0, (0.0,) * 4)
    )  # fmt: skip
    found = forecast(stakes, NONE, still(stakes))
    assert found.opening == 200000
    assert [one.due for one in found.quarters] == [100000, 50000, 0, 0]
    assert [one.renewing for one in found.quarters] == [80000, 45000, 0, 0]
    assert [one.lost for one in found.quarters] == [21500, 6425, 1354, 1286]
    assert [one.expected for one in found.quarters] == [178500, 172075, 170721, 169435]
    last = found.quarters[3]
    assert last.nrr == pytest.approx(169435 / 200000)
    assert last.grr == pytest.approx(169435 / 200000, abs=1e-5)
    assert found.lost.sum(axis=0).tolist() == [21500, 6425, 1354, 1286]
    assert found.renewing.sum(axis=0).tolist() == [80000, 45000, 0, 0]


def test_growth_of_those_who_stay_by_hand():
    """1,000 due in quarter 1 at 20 %: 800 stay, +10 % - 4 % a quarter: 80 and 32, then of 848: 84.80 and 33.92, and so on; GRR of the
    first quarter 800 x 0.98 = 784."""
    stakes = pieces((0, 100000, 1, (0.2, 0, 0, 0)))
    found = forecast(stakes, NONE, growing(1, 0.1, 0.04, (0.02, 0.03, 0.04, 0.05)))
    first, second = found.quarters[:2]
    assert (first.expansion, first.contraction, first.expected) == (8000, 3200, 84800)
    assert (second.opening, second.expansion, second.contraction, second.expected) == (84800, 8480, 3392, 89888)
    assert first.grr == pytest.approx(0.784)
    assert second.grr == pytest.approx(0.8 * 0.97)


def test_what_is_lost_later_takes_its_growth_along():
    """1,000 due in quarter 2 at 50 %, +10 % - 4 % before: 1,060 are there, 530 go."""
    found = forecast(pieces((0, 100000, 2, (0, 0.5, 0, 0))), NONE, growing(1, 0.1, 0.04))
    assert found.quarters[1].lost == 53000
    for one in found.quarters:
        assert one.opening + one.expansion - one.contraction - one.lost == one.expected


def test_terms_that_come_up_twice_and_notice():
    """A term of two quarters: 90 % stay in quarter 1, of those 90 % in quarter 3. Notice: all of it goes."""
    stakes = pieces((0, 100000, 1, (0.1, 0, 0.1, 0)), (1, 40000, 1, (1, 0, 0, 0)))
    found = forecast(stakes, NONE, still(stakes))
    assert [one.expected for one in found.quarters] == [90000, 90000, 81000, 81000]
    assert found.quarters[0].renewing == 90000
    assert found.quarters[0].renewing_range.high <= 100000


def test_the_range_without_a_shock_is_that_of_a_binomial():
    """100 renewals of 10.00 at 20 %: the number that renews is binomial, 10th and 90th of a hundred 75 and 85."""
    stakes = pieces(*[(0, 1000, 1, (0.2, 0, 0, 0))] * 100)
    found = forecast(stakes, NONE, still(stakes))
    low, high = (stats.binom(100, 0.8).ppf(share) for share in (0.1, 0.9))
    told = found.quarters[0].renewing_range
    assert (low, high) == (75, 85)
    assert (told.low / 1000, told.high / 1000) == pytest.approx((low, high), abs=1)


def test_the_range_with_a_shock_is_that_of_the_shock_where_pieces_are_many():
    """2,000 small renewals at 20 % on average, spread 0.5: the share lost is sigmoid(c + 0.5 z), z = -1.2816 and 1.2816, with the c of which
    the average is 20 %; without a shock it would be 18.9 % to 21.2 %."""
    stakes = pieces(*[(0, 1000, 1, (0.2, 0, 0, 0))] * 2000)
    found = forecast(stakes, Shocks(shock(spread=0.5)), still(stakes))
    told, total = found.quarters[0].renewing_range, 2000 * 1000

    def lost(middle, z):
        return 1 / (1 + np.exp(-(middle + 0.5 * z)))

    middle = optimize.brentq(lambda c: integrate.quad(lambda z: stats.norm.pdf(z) * lost(c, z), -8, 8)[0] - 0.2, -4, 0)
    low, high = (lost(middle, z) for z in (-1.2816, 1.2816))
    assert found.quarters[0].renewing == total * 0.8
    assert 1 - told.high / total == pytest.approx(low, abs=0.01)
    assert 1 - told.low / total == pytest.approx(high, abs=0.012)


def test_growth_that_varies_widens_the_range_as_a_t_distribution_does():
    """Nothing can be lost: ARR at the end of quarter 1 is 1 + t x 2 % x sqrt(1 + 1/9) of 9 quarters, 8 degrees of freedom: 1.397."""
    found = forecast(pieces((0, 1000000, 0, (0,) * 4)), NONE, growing(1, spread=0.02, quarters=9)).quarters[0]
    half = 1.397 * 0.02 * np.sqrt(1 + 1 / 9)
    assert found.expected_range.high / 1000000 - 1 == pytest.approx(half, rel=0.1)
    assert 1 - found.expected_range.low / 1000000 == pytest.approx(half, rel=0.1)


def test_what_is_not_known_is_no_figure():
    stakes = pieces((0, 100000, 1, (0.2, 0, 0, 0)), (1, 30000, 0, (float("nan"),) * 4))
    first = forecast(stakes, NONE, still(stakes)).quarters[0]
    assert (first.renewing, first.lost, first.expected, first.nrr, first.expected_range) == (80000, None, None, None, None)
    without = forecast(pieces((0, 100000, 1, (0.2, 0, 0, 0))), NONE, None).quarters[0]
    assert (without.renewing, without.lost, without.expansion, without.expected, without.grr) == (80000, 20000, None, None, None)
    nobody = forecast(pieces((0, 0, 0, (0,) * 4)), NONE, growing(1)).quarters[0]
    assert (nobody.expected, nobody.nrr, nobody.grr) == (0, None, None)


def test_a_model_that_says_too_much_is_drawn_to_what_happened():
    """At a level of -0.525 the odds 0.25 become 0.1479: 12.9 % instead of 20 %."""
    stakes = pieces((0, 100000, 1, (0.2, 0, 0, 0)))
    by_model = replace(stakes, by_model=np.ones((1, 4), dtype=bool))
    assert forecast(by_model, Shocks(shock(), shock(level=-0.525)), still(stakes)).quarters[0].renewing == pytest.approx(87116, abs=20)
    assert forecast(stakes, Shocks(shock(), shock(level=-0.525)), still(stakes)).quarters[0].renewing == 80000


def test_what_if_by_hand():
    """Five points more renew of 1,000 at 20 %: 850. A price of 10 % more on what renews: 85 expansion. Churn halved of 300 at 10 %: 15."""
    stakes = pieces((0, 100000, 1, (0.2, 0, 0, 0)), (1, 30000, 0, (0.1, 0, 0, 0)), (1, 5000, 1, (1, 0, 0, 0)))
    found = forecast(
        stakes, NONE, still(stakes), changes=(Change("big", renewal=0.05, price=0.1), Change("small", churn=0.5, renewal=0.05))
    )
    first = found.quarters[0]
    assert (first.renewing, first.expansion, first.lost) == (85000, 8500, 15000 + 1500 + 5000)
    assert found.quarters[1].expected == 85000 + 8500 + 28500
    assert first.grr == pytest.approx((85000 + 28500) / 135000)
    cheaper = forecast(stakes, NONE, still(stakes), changes=(Change(price=-0.1),)).quarters[0]
    assert (cheaper.expansion, cheaper.contraction) == (0, 8000 + 2700)
    assert cheaper.grr == pytest.approx((72000 + 24300) / 135000)
    late = forecast(stakes, NONE, still(stakes), changes=(Change(renewal=0.05, since=2),))
    assert late.quarters[0].renewing == 80000
    assert (
        forecast(stakes, NONE, still(stakes), changes=(Change("nowhere", renewal=0.5),)).quarters
        == forecast(stakes, NONE, still(stakes)).quarters
    )


def test_a_what_if_that_makes_no_sense_is_refused():
    stakes = pieces((0, 100000, 1, (0.2, 0, 0, 0)))
    for change in (Change(price=-1.0), Change(since=5), Change(since=0)):
        with pytest.raises(ValueError, match="change of price"):
            forecast(stakes, NONE, still(stakes), changes=(change,))


def test_the_same_input_gives_the_same_figures():
    stakes = pieces(*[(0, 1000, 1, (0.2, 0, 0, 0))] * 50, (1, 1000, 0, (0.05,) * 4))
    once, again = (forecast(stakes, Shocks(shock(spread=0.3)), growing(51, 0.1, 0.04)) for _ in range(2))
    assert once.quarters == again.quarters


def test_points_of_renewals_are_points_of_what_is_expected_by_a_model_too():
    """A model whose odds are known to be off: five points more of a hundred due renew, as expected; twenty fewer are twenty fewer."""
    made = pieces((0, 1_000_000, 1, (0.4, 0, 0, 0)), (0, 1_000_000, 1, (0.3, 0, 0, 0)))
    by_model, shocks = replace(made, by_model=made.loss > 0), Shocks(shock(), shock(level=0.8, spread=0.5))
    plain, more, less = (
        forecast(by_model, shocks, still(made), changes=[Change(None, renewal=by)] if by else ()).quarters[0] for by in (0.0, 0.05, -0.2)
    )
    assert plain.renewing < 1_200_000  # fewer than the model itself says
    assert more.renewing - plain.renewing == pytest.approx(0.05 * plain.due, abs=2)
    assert plain.renewing - less.renewing == pytest.approx(0.2 * plain.due, abs=2)
    assert plain.renewing_range.low <= plain.renewing <= plain.renewing_range.high


def random_book(seed):
    """Sixty pieces of any size, due or not, that grow and shrink by anything, with windows that say another thing than quarters do."""
    random = np.random.default_rng(seed)
    told = [
        (0, int(random.lognormal(9, 2)), int(random.integers(0, 5)), random.choice([0.0, 0.05, 0.3, 1.0], 4).tolist()) for _ in range(60)
    ]
    up, down, less = (random.choice([0.0, 0.02, 0.3], (60, 4)) for _ in range(3))
    spread = random.choice([0.0, 0.03, 0.2])
    return pieces(*told), Growth(up, down, less, spread, random.choice([0.0, 0.02, 0.3], 4), int(random.integers(2, 15)))


@pytest.mark.parametrize("seed", range(30))
def test_grr_is_never_above_nrr_nor_above_one_and_neither_are_its_ranges(seed):
    stakes, growth = random_book(seed)
    for changes in ((), (Change(price=-0.3),), (Change(renewal=0.1, price=0.5, since=2),)):
        for one in forecast(stakes, Shocks(shock(spread=0.3)), growth, changes=changes, draws=200, seed=seed).quarters:
            assert one.grr <= min(one.nrr, 1)
            assert one.grr_range.low <= one.nrr_range.low
            assert one.grr_range.high <= min(one.nrr_range.high, 1)
            assert one.grr_range.low <= one.grr <= one.grr_range.high


def test_where_nothing_ever_grows_grr_is_nrr():
    """Every quarter a tenth less, and windows that say a fifth of that: 1,000 of which 900, 810, 729, 656.10 are paid, new and old alike; what
    quarters and windows vary by is one thing, 3 % of a quarter, so that the ranges are the same, too."""
    stakes = pieces((0, 100000, 0, (0,) * 4))
    found = forecast(stakes, NONE, growing(1, 0, 0.1, (0.02,) * 4)).quarters
    assert [one.grr for one in found] == [one.nrr for one in found] == [0.9, 0.81, 0.729, 0.6561]
    varies = replace(growing(1, 0, 0.1, (0.1, 0.19, 0.271, 0.3439), spread=0.03), capped_spread=np.full(4, 0.03))
    first = forecast(stakes, NONE, varies).quarters[0]
    assert first.grr_range.low == pytest.approx(first.nrr_range.low, abs=1e-6)
    assert first.grr_range.high == pytest.approx(first.nrr_range.high, abs=1e-6)


def test_parts_of_a_book_add_up_to_the_cent():
    """Of three parts each, every figure in cents of a quarter that is a sum."""
    stakes, growth = random_book(1)
    whole = forecast(stakes, NONE, growth, draws=2).quarters
    parts = [forecast(*part_of(stakes, growth, np.arange(60) % 3 == part), draws=2).quarters for part in range(3)]
    for at, one in enumerate(whole):
        for name in ("opening", "renewing", "lost", "expansion", "contraction", "expected"):
            assert sum(getattr(part[at], name) for part in parts) == getattr(one, name), name
        assert one.opening - one.lost + one.expansion - one.contraction == one.expected


def part_of(stakes, growth, chosen):
    arrays = {name: getattr(stakes, name)[chosen] for name in ("segment", "at_stake", "due", "loss", "by_model", "has_term")}
    grown = {name: getattr(growth, name)[chosen] for name in ("expansion", "contraction", "capped")}
    return replace(stakes, **arrays), NONE, replace(growth, **grown)
