"""Killed at any moment of an import, its reading child included: nothing acknowledged is lost, nothing is there twice or by half."""

import pytest

from benchmarks.crashes import kill_many


def test_killed_a_few_times(tmp_path):
    tally = kill_many(tmp_path, kills=4, seed=6)
    assert (tally.faults, tally.kills) == ((), 4)
    assert tally.found >= tally.acknowledged >= 3 + 2  # undisturbed, and by every other kill, which waits until one more is acknowledged


@pytest.mark.long
def test_killed_25_times(tmp_path):
    tally = kill_many(tmp_path, kills=25, seed=5)
    assert tally.faults == ()
    assert tally.kills == 25
    assert tally.left_half_way > 0  # some struck in the midst of a file, and the next start removed what they left
    assert tally.found >= tally.acknowledged >= 3 + 12  # undisturbed, and by every other kill, which waits until one more is acknowledged
