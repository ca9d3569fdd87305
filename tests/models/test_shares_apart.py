"""Shares of two groups: the exact test of published tables, and what may be said of many that were compared at once."""

from random import Random

import pytest

from models.shares_apart import FEWER, MORE, NOTHING, TOO_FEW, Table, exact_p, least_p, together


def test_the_lady_tasting_tea():
    """Fisher 1935: of 70 ways 1, 16, 36, 16 and 1 have 0 to 4 cups right; three of four were: (1 + 16 + 16 + 1) / 70."""
    tea = Table(3, 4, 1, 4)
    assert exact_p(tea) == pytest.approx(34 / 70)
    assert least_p(tea) == pytest.approx(2 / 70)


@pytest.mark.parametrize(
    ("table", "p"),
    [
        (Table(0, 5, 0, 9), 1.0),  # nobody has it
        (Table(5, 5, 9, 9), 1.0),  # everybody has
        (Table(1, 1, 0, 3), 1 / 4),
        (Table(2, 2, 0, 3), 1 / 10),  # one of the ten ways to choose two of five
        (Table(0, 2, 3, 3), 1 / 10),
    ],
)
def test_small_tables_by_hand(table, p):
    assert exact_p(table) == pytest.approx(p)


def test_what_cannot_be_shown_is_not_counted_among_what_was_tried():
    """Six of six against none of six: p = 2 / 924, as C(12, 6) = 924. Of two tables of which one cannot come below a fourth, one was
    tried: it is not corrected at all (Tarone)."""
    told = together([Table(6, 6, 0, 6), Table(1, 1, 0, 3)])
    assert [one.finding for one in told] == [MORE, TOO_FEW]
    assert told[0].corrected == pytest.approx(2 / 924) and told[1].corrected is None


def test_p_is_multiplied_by_all_that_could_have_been_shown():
    """Four of five against none of five, C(10, 4) = 210: 5 + 5 of them are as unlikely. Alone p = 10 / 210 is beyond chance, twice it is
    not; and the least that these sums can have is the same, so that among two nothing could be shown of either."""
    table = Table(4, 5, 0, 5)
    assert together([table])[0].finding == MORE and together([table])[0].corrected == pytest.approx(10 / 210)
    assert [one.finding for one in together([table, table])] == [TOO_FEW, TOO_FEW]
    assert [one.finding for one in together([Table(0, 6, 6, 6), Table(3, 6, 3, 6)])] == [FEWER, NOTHING]


def test_nothing_is_compared():
    assert together([]) == []
    assert together([Table(0, 0, 0, 0)])[0].finding == TOO_FEW


def test_by_luck_alone_no_more_than_a_twentieth_of_lists_call_something_beyond_chance():
    """400 lists of eight things that 12 and 60 accounts share by chance alone; 5 of 100 lists, with three standard errors: 8.3 %."""
    random, wrong = Random(5), 0
    for _ in range(400):
        shares = [random.uniform(0.05, 0.6) for _ in range(8)]
        tables = [Table(_dealt(random, share, 12), 12, _dealt(random, share, 60), 60) for share in shares]
        wrong += any(one.finding in (MORE, FEWER) for one in together(tables))
    assert wrong <= 33


def _dealt(random: Random, share: float, accounts: int) -> int:
    return sum(random.random() < share for _ in range(accounts))
