"""Which candidate is taken."""

import numpy as np

from models.comparing import simplest_of_the_best

# Eight rows. The second is better by 0.2 on average: by 0.3, 0.1, 0.3, 0.1 and so on.
LOSSES = {"simple": np.array([0.8, 0.6] * 4), "better": np.full(8, 0.5)}


def test_what_is_surely_better_is_taken():
    # Eight rows of their own: the standard error is 0.1 / sqrt(8), far below 0.2.
    assert simplest_of_the_best(LOSSES, np.arange(8)) == "better"


def test_many_looks_at_one_account_prove_no_more_than_one():
    # Two accounts, one better by 0.9 in each of its four looks, the other worse by 0.5: as if there were two rows, 0.2 +- 0.5.
    losses = {"simple": np.array([1.4] * 4 + [0.0] * 4), "better": np.full(8, 0.5)}
    assert simplest_of_the_best(losses, np.repeat([0, 1], 4)) == "simple"
    # Told apart as eight accounts the standard error would be 0.7 / sqrt(8) = 0.25: also simple; with 32 of them 0.12: better.
    many = {name: np.tile(each, 4) for name, each in losses.items()}
    assert simplest_of_the_best(many, np.arange(32)) == "better"
    assert simplest_of_the_best(many, np.tile(np.repeat([0, 1], 4), 4)) == "simple"
