"""What of a subscription's life is paid for: trials, pauses, unpaid time, and what the rules make of them. A line is 100 a month."""

from datetime import date

import pytest

from metrics.balances import account_states, balances
from metrics.movements import movements
from metrics.rules import PRESETS, preset
from tests.metrics.books import effective, lines

JAN, FEB, MAR, APR, MAY, JUN = (date(2021, month, 1) for month in range(1, 7))
PAUSE = {"paused_on": MAR, "resumes_on": MAY}


def mrr(day: date, *rows: dict, rules: str = "strict") -> int:
    return balances(effective(*rows, rules=rules), days=[day]).collect()["mrr"].sum() // 100


def moved(*rows: dict, rules: str = "strict", as_of: date = date(2030, 1, 1)) -> dict[str, dict]:
    bridge = movements(effective(*rows, rules=rules, as_of=as_of), start=date(2020, 12, 31), end=date(2021, 6, 30)).collect()
    return {row["month"].isoformat()[:7]: row for row in bridge.to_dicts()}


@pytest.mark.parametrize("rules", PRESETS)
@pytest.mark.parametrize(("day", "pays"), [(date(2021, 1, 31), 0), (FEB, 100)])
def test_a_trial_pays_from_the_day_on_which_it_ends(day, pays, rules):
    assert mrr(day, {"starts_on": JAN, "trial_ends_on": FEB}, rules=rules) == pays


@pytest.mark.parametrize("rules", PRESETS)
@pytest.mark.parametrize("status", ["trial", "not_begun", "never_paid", "ended"])
def test_what_never_paid_is_never_a_customer_and_never_churns(status, rules):
    bridge = moved({"account_id": "X"}, {"status": status, "trial_ends_on": FEB, "starts_on": JAN, "ends_on": APR}, rules=rules)
    assert all(month["new"] == month["churn"] == 0 and month["closing"] == 10000 for month in bridge.values())


def test_a_trial_that_ends_with_its_line_never_paid():
    assert moved({"starts_on": JAN, "trial_ends_on": FEB, "ends_on": FEB}) == {}


def test_a_trial_is_the_state_of_the_account_until_it_ends():
    row = {"starts_on": JAN, "trial_ends_on": FEB}
    states = [account_states(lines(row), effective(row), day=day).collect().row(0, named=True) for day in (date(2021, 1, 31), FEB)]
    assert [(state["state"], state["since"]) for state in states] == [("trial", JAN), ("paying", FEB)]


@pytest.mark.parametrize(
    ("rules", "system", "status", "counts"),
    [
        ("house", None, "paused", False),
        ("strict", "chargebee", "paused", False),
        ("chartmogul", "chargebee", "paused", True),  # Handling paused subscriptions: past due, continues to generate MRR
        ("chartmogul", "recurly", "paused", False),  # the same page: does not contribute to MRR
        ("chartmogul", None, "paused", False),
        ("stripe", "stripe", "paused", True),
        ("stripe", "recurly", "paused", False),
        ("house", "stripe", "unpaid", False),
        ("stripe", "stripe", "unpaid", False),  # billing metric definitions: unpaid is churn
        ("chartmogul", "chargebee", "unpaid", False),
    ],
)
def test_whether_a_pause_counts_is_a_choice_of_the_rules(rules, system, status, counts):
    row = {"starts_on": JAN, "status": status, "paused_on": MAR, "billing_system": system}
    assert [mrr(day, row, rules=rules) for day in (date(2021, 2, 28), MAR, JUN)] == [100, 100 * counts, 100 * counts]


def test_a_pause_without_grace_is_churn_and_its_end_a_return():
    """30 days of grace are for a late renewal; who pauses has said so."""
    bridge = moved({"starts_on": JAN, **PAUSE}, rules="house")
    assert [bridge[month]["churn"] for month in ("2021-02", "2021-03", "2021-04")] == [0, 10000, 0]
    assert [bridge[month][kind] for month in ("2021-05",) for kind in ("new", "reactivation", "closing")] == [0, 10000, 10000]


def test_a_line_that_ends_in_its_pause_ends_no_second_time():
    bridge = moved({"starts_on": JAN, "ends_on": APR, "paused_on": MAR, "resumes_on": JUN})
    assert [(month, row["churn"]) for month, row in bridge.items() if row["churn"]] == [("2021-03", 10000)]


def test_grace_after_the_pause_is_as_after_any_line():
    """Paused in March and April, on until 1 June, unrenewed: in grace on 2 June, as far as 2 June knows."""
    row = {"starts_on": JAN, "ends_on": JUN, **PAUSE}
    money = effective(row, rules="house", as_of=date(2021, 6, 2))
    assert balances(money, days=[date(2021, 3, 15), date(2021, 6, 2)]).collect()["mrr"].to_list() == [0, 10000]


def test_a_resumption_before_the_pause_says_nothing_of_it():
    assert mrr(JUN, {"starts_on": JAN, "paused_on": MAY, "resumes_on": MAR}) == 0


def test_a_line_is_one_line_whatever_is_cut_out_of_it():
    found = lines({"starts_on": JAN, "ends_on": JUN, "trial_ends_on": FEB, "discount": 0.5, "discount_ends_on": date(2021, 4, 15), **PAUSE})
    told = found.sort("starts_on").select("starts_on", "ends_on", "mrr", "paying", "line_key", "line_ends_on").collect()
    assert told["line_key"].unique().to_list() == ["0"]
    assert told.select("starts_on", "ends_on", "mrr", "paying").rows() == [
        (JAN, FEB, 5000, False),
        (FEB, MAR, 5000, True),
        (MAR, date(2021, 4, 15), 5000, False),
        (date(2021, 4, 15), MAY, 10000, False),
        (MAY, JUN, 10000, True),
    ]


def test_the_choices_are_named_in_every_preset():
    assert {name: (preset(name).count_paused, preset(name).count_unpaid) for name in PRESETS} == {
        "house": ("none", False),
        "strict": ("none", False),
        "chartmogul": ("stripe, gocardless, chargebee, maxio", False),
        "stripe": ("stripe", False),
    }
