"""Grace on its edges. The line ends on 2021-02-01; the house grants 30 days, so grace covers 02-01 to 03-02."""

from datetime import date

import pytest

from metrics.balances import account_states, balances
from tests.metrics.books import effective, lines

LINE = {"starts_on": date(2021, 1, 1), "ends_on": date(2021, 2, 1)}


def paid(day: date, *rows: dict, as_of: date) -> bool:
    return balances(effective(*rows, rules="house", as_of=as_of), days=[day]).collect()["mrr"].sum() > 0


def again(day: date) -> dict:
    return {"contract_id": "d", "starts_on": day}


@pytest.mark.parametrize(
    ("day", "as_of", "renewal", "counts"),
    [
        (date(2021, 2, 1), date(2021, 2, 1), None, True),  # the first day of grace
        (date(2021, 3, 2), date(2021, 3, 2), None, True),  # its last, e + 29
        (date(2021, 3, 3), date(2021, 3, 3), None, False),  # grace has run out
        (date(2021, 2, 10), date(2021, 3, 3), None, False),  # and it churned on e, seen from afterwards
        (date(2021, 2, 10), date(2021, 3, 31), date(2021, 3, 2), True),  # renewed on e + 29: it never lapsed
        (date(2021, 2, 10), date(2021, 3, 31), date(2021, 3, 3), False),  # renewed on e + 30: churned, then came back
    ],
)
def test_grace_edges(day, as_of, renewal, counts):
    rows = [LINE, *([again(renewal)] if renewal else [])]
    assert paid(day, *rows, as_of=as_of) is counts


@pytest.mark.parametrize(("cancelled", "counts"), [(date(2021, 1, 20), False), (date(2021, 2, 5), False), (date(2021, 2, 20), True)])
def test_a_line_cancelled_by_the_day_of_looking_gets_no_grace(cancelled, counts):
    assert paid(date(2021, 2, 10), LINE | {"cancelled_on": cancelled}, as_of=date(2021, 2, 10)) is counts


def test_a_line_that_ends_beside_a_live_one_gets_no_grace():
    other = {"contract_id": "d", "starts_on": date(2021, 1, 15), "amount": "7"}
    money = effective(LINE, other, rules="house", as_of=date(2021, 2, 10))
    assert balances(money, days=[date(2021, 2, 10)]).collect()["mrr"].sum() == 700


def test_only_the_lines_that_ended_last_are_in_grace():
    earlier = {"contract_id": "d", "starts_on": date(2021, 1, 1), "ends_on": date(2021, 1, 20), "amount": "7"}
    money = effective(LINE, earlier, rules="house", as_of=date(2021, 2, 10))
    assert balances(money, days=[date(2021, 2, 10)]).collect()["mrr"].sum() == 10000


@pytest.mark.parametrize(
    ("rows", "state", "since"),
    [
        ([LINE | {"ends_on": None}], "paying", date(2021, 1, 1)),
        ([LINE], "in_grace", date(2021, 2, 1)),
        ([LINE | {"cancelled_on": date(2021, 1, 5)}], "churned", date(2021, 2, 1)),
        ([LINE | {"is_trial": True, "ends_on": None}], "trial", date(2021, 1, 1)),
        ([LINE, again(date(2021, 2, 8))], "paying", date(2021, 1, 1)),
    ],
)
def test_states(rows, state, since):
    day = date(2021, 2, 10)
    seen = account_states(lines(*rows, rules="house"), effective(*rows, rules="house", as_of=day), day=day).collect()
    assert seen.select("state", "since").row(0) == (state, since)


@pytest.mark.parametrize(
    ("booked_on", "next_end"),
    [(None, date(2021, 3, 3)), (date(2021, 2, 11), date(2021, 3, 3)), (date(2021, 2, 10), date(2021, 2, 20)), (date(2021, 1, 5), date(2021, 2, 20))],
)  # fmt: skip
def test_grace_ends_with_what_is_booked_and_not_with_what_nobody_knew_of(booked_on, next_end):
    """What ended on 1 February counts for 30 days, to 3 March; on the 10th a line from the 20th ends that sooner if it was booked by then."""
    day, rows = date(2021, 2, 10), (LINE, again(date(2021, 2, 20)) | {"booked_on": booked_on})
    seen = account_states(lines(*rows, rules="house"), effective(*rows, rules="house", as_of=day), day=day).collect()
    assert seen.select("state", "next_end").row(0) == ("in_grace", next_end)


def test_cents_that_rounding_leaves_make_no_payer():
    """1,000.00 a year less 999.98: ARR 0.02, and 83.33 - 83.33 = 0.00 a month. Who pays nothing a month is free."""
    year = {"starts_on": date(2024, 1, 1), "ends_on": date(2025, 1, 1), "period": "1 year"}
    rows = (year | {"amount": "1000"}, year | {"amount": "-999.98", "starts_on": date(2024, 3, 1)})
    for day, state in ((date(2024, 2, 29), "paying"), (date(2024, 3, 1), "free")):
        seen = account_states(lines(*rows, rules="house"), effective(*rows, rules="house", as_of=day), day=day).collect()
        assert seen["state"].to_list() == [state]
