"""An account whose money has no exchange rate pays all the same."""

from datetime import date

import pytest

from metrics.rules import preset
from metrics.unrated import NO_RATE, all_states
from tests.metrics.books import effective, lines

DAY = date(2021, 2, 10)
RUNS = {"starts_on": date(2021, 1, 1), "ends_on": None}
ENDED = RUNS | {"ends_on": date(2020, 12, 1), "starts_on": date(2020, 6, 1)}


@pytest.mark.parametrize(
    ("told", "apart", "state", "since"),
    [
        ([], [RUNS], NO_RATE, date(2021, 1, 1)),
        ([], [RUNS | {"ends_on": date(2021, 2, 1)}], NO_RATE, date(2021, 2, 1)),  # in grace: as good as paying
        ([], [ENDED], "churned", date(2020, 12, 1)),
        ([], [RUNS | {"is_trial": True}], "trial", date(2021, 1, 1)),
        ([RUNS], [RUNS | {"contract_id": "d"}], "paying", date(2021, 1, 1)),  # what can be told counts
        ([ENDED], [RUNS | {"contract_id": "d"}], NO_RATE, date(2021, 1, 1)),  # moved from one currency to the other
        ([RUNS], [], "paying", date(2021, 1, 1)),
    ],
)
def test_states_with_money_that_cannot_be_told(told, apart, state, since):
    rules = preset("house")
    books = (lines(*told, rules="house"), effective(*told, rules="house", as_of=DAY), lines(*apart, rules="house"))
    seen = all_states(*books, day=DAY, rules=rules).collect()
    assert seen.select("state", "since").rows() == [(state, since)]
