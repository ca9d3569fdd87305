"""How long accounts have paid, and how many renewals that is: by hand on few lines, and against the churns of random books."""

import random
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from metrics.churns import CHURNED, churns
from metrics.grace import with_grace
from metrics.lifetimes import feeds_told, followed_until, lifetimes
from metrics.lines import contract_lines
from metrics.months import months_later
from metrics.rules import preset
from reports.checks.published_cases import SCHEMA

HOUSE = preset("house")
SEEN = date(2024, 6, 30)
MADE = SCHEMA | {"said_on": pl.Date, "end_agreed": pl.Boolean}
PLAIN = {"account_id": "A", "kind": "recurring", "starts_on": date(2021, 1, 1), "amount": "100", "period": "1 month"}


def effective(*rows: dict, as_of: date = SEEN) -> pl.LazyFrame:
    full = [
        dict.fromkeys(MADE) | PLAIN | {"row_key": str(n), "batch": 1, "line": n + 1, "end_agreed": "ends_on" in row} | row
        for n, row in enumerate(rows)
    ]
    contracts = pl.DataFrame([row | {"amount": Decimal(row["amount"])} for row in full], schema=MADE).lazy()
    return with_grace(contract_lines(contracts, rules=HOUSE, as_of=as_of), as_of=as_of, rules=HOUSE)


def lives(*rows: dict, as_of: date = SEEN, feeds: dict[str, str] | None = None) -> dict[str, dict]:
    lines = effective(*rows, as_of=as_of)
    accounts = lines.select("account_id").unique().collect()["account_id"]
    named = pl.LazyFrame({"account_id": accounts, "feed": [(feeds or {}).get(one, "billing") for one in accounts]})
    until = followed_until(as_of, grace_days=HOUSE.grace_days)
    found = lifetimes(lines, named, feeds_told(lines, named, until=until), until=until).collect()
    return {row["account_id"]: row for row in found.to_dicts()}


@pytest.mark.parametrize(
    ("as_of", "grace", "until"),
    [
        (date(2024, 6, 30), 30, date(2024, 5, 31)), (date(2024, 6, 29), 30, date(2024, 4, 30)), (date(2024, 6, 30), 0, date(2024, 6, 30)),
        (date(2024, 6, 29), 0, date(2024, 5, 31)), (date(2024, 3, 1), 30, date(2024, 1, 31)),
    ],
)  # fmt: skip
def test_accounts_are_followed_to_the_last_close_that_grace_cannot_change(as_of, grace, until):
    """30 days of grace after 31 May end with 29 June: on 30 June it is known what became of every end by 31 May."""
    assert followed_until(as_of, grace_days=grace) == until


def test_a_lifetime_ends_with_its_loss_or_as_far_as_it_is_followed():
    found = lives(
        {"account_id": "lost", "ends_on": date(2023, 1, 1)},
        {"account_id": "there"},
        {"account_id": "late", "starts_on": date(2024, 6, 2)},
        {"account_id": "in grace", "ends_on": date(2024, 6, 15)},
    )
    assert "late" not in found  # first paid after 31 May, up to which accounts are followed
    assert (found["lost"]["lost"], found["lost"]["seen_to"], found["lost"]["days"]) == (True, date(2023, 1, 1), 730)
    for name in ("there", "in grace"):  # what ended in June may still be renewed
        assert (found[name]["lost"], found[name]["seen_to"], found[name]["days"]) == (False, date(2024, 5, 31), 1246)


def test_who_came_back_within_the_month_was_not_lost_and_who_came_back_later_keeps_the_first_lifetime():
    cancelled = {"cancelled_on": date(2022, 1, 10)}  # no grace
    found = lives(
        {"account_id": "within", "ends_on": date(2022, 3, 5), **cancelled}, {"account_id": "within", "starts_on": date(2022, 3, 25)},
        {"account_id": "over the close", "ends_on": date(2022, 3, 25), **cancelled},
        {"account_id": "over the close", "starts_on": date(2022, 4, 5)},
        {"account_id": "in grace", "ends_on": date(2022, 3, 25)}, {"account_id": "in grace", "starts_on": date(2022, 4, 20)},
    )  # fmt: skip
    assert not found["within"]["lost"] and not found["in grace"]["lost"]
    over = found["over the close"]
    assert (over["lost"], over["seen_to"], over["came_back"]) == (True, date(2022, 3, 25), True)


def test_who_is_lost_by_a_list_of_those_there_counts_from_the_first_file_on():
    """Feed `running` has nobody who left before its first file, of 2022-07-10: it lists who is there. Feed `all` has one who did."""
    first = {"said_on": date(2022, 7, 10)}
    feeds = {"old": "running", "gone": "running", "new": "running", "one": "all", "left": "all"}
    found = lives(
        {"account_id": "old", **first}, {"account_id": "gone", "ends_on": date(2023, 1, 1), **first},
        {"account_id": "new", "starts_on": date(2022, 8, 20), "said_on": date(2022, 9, 1)},
        {"account_id": "one", **first}, {"account_id": "left", "ends_on": date(2022, 3, 1), **first}, feeds=feeds,
    )  # fmt: skip
    # 2021-01-01 to 2022-07-10 are 555 days; 2022-08-20 to 2022-09-01 are 12.
    assert {name: row["days_before"] for name, row in found.items()} == {"old": 555, "gone": 555, "new": 12, "one": 0, "left": 0}
    assert found["gone"]["days"] == 730


def test_a_list_of_after_all_that_is_followed_leaves_nobody_to_follow():
    row = lives({"account_id": "A", "said_on": date(2024, 6, 20)})["A"]
    assert row["days"] <= row["days_before"]


def years(account: str, count: int, *, first: date = date(2020, 1, 1), months: int = 12, **more: object) -> list[dict]:
    """Lines of so many terms in a row, their ends agreed."""
    starts = [months_later(first, months * n) for n in range(count + 1)]
    return [
        {"account_id": account, "starts_on": starts[n], "ends_on": starts[n + 1], "amount": "1200", "period": f"{months} month", **more}
        for n in range(count)
    ]


def test_renewals_are_whole_terms_and_a_loss_is_of_the_renewal_it_came_at():
    found = lives(
        *years("lost at 2", 2), *years("there", 6), *years("thirteen", 1, months=13),
        *years("quarterly", 5, months=3), *years("three years", 1, months=36),
        {"account_id": "monthly", "ends_on": date(2021, 8, 1), "end_agreed": False},
    )  # fmt: skip
    told = {name: (row["term_months"], row["lost"], row["renewals"]) for name, row in found.items()}
    # "there" began on 2020-01-01 and is followed to 2024-05-31, 52.97 months; less 1.5 that a loss may be late, four terms are whole.
    assert told == {
        "lost at 2": (12, True, 2), "there": (12, False, 4), "thirteen": (12, True, 1), "quarterly": (3, True, 5),
        "three years": (36, True, 1), "monthly": (1, True, 7),
    }  # fmt: skip


def test_a_renewal_is_in_curves_only_once_nobody_can_be_lost_at_it_any_more():
    """Followed to 2024-05-31, a loss may be 1.5 months late: of who renewed, or left, on 1 May none is in any curve; of 1 April, both."""
    may, april = {"first": date(2022, 5, 1)}, {"first": date(2022, 4, 1)}
    found = lives(*years("left in May", 2, **may), *years("went on in May", 3, **may), *years("left in April", 2, **april),
                  *years("went on in April", 3, **april), *years("left early", 1, first=date(2024, 1, 1), months=2))  # fmt: skip
    told = {name: (row["lost"], row["renewals_certain"], row["lost_certain"]) for name, row in found.items()}
    assert told == {
        "left in May": (True, 1, False), "went on in May": (False, 1, False), "left in April": (True, 2, True),
        "went on in April": (False, 2, False), "left early": (True, 1, True),
    }  # fmt: skip
    assert (found["left in May"]["renewals"], found["left in April"]["renewals"]) == (2, 2)  # in the list of accounts, the one it left at


def test_ends_of_who_left_are_no_terms_where_those_who_stay_have_none():
    """Priced by the month, three run without an end, one left after seven months; priced by the year, all have their ends."""
    open_ones = [{"account_id": f"open {n}", "starts_on": date(2021, 1, 1)} for n in range(3)]
    found = lives(*open_ones, {"account_id": "left", "ends_on": date(2021, 8, 1)}, *years("yearly", 6), *years("lost", 2))
    assert {name: row["term_months"] for name, row in found.items()} == {
        "open 0": 1, "open 1": 1, "open 2": 1, "left": 1, "yearly": 12, "lost": 12,
    }  # fmt: skip
    assert (found["left"]["renewals"], found["lost"]["renewals"]) == (7, 2)


def test_renewals_before_an_account_was_seen_are_no_risk():
    """First seen 18 months in: (18 - 1.5) / 12 = 1.4, so that the second, part of which was not seen, does not count either."""
    said = {"said_on": date(2021, 7, 1)}
    found = lives(*years("A", 4, **said))["A"]
    assert (found["renewals"], found["renewals_before"], found["lost"]) == (4, 2, True)


def test_steps_of_a_ramp_are_one_term_and_who_changes_terms_has_none():
    booked = {"contract_id": "r", "booked_on": date(2019, 12, 1)}
    changed = [
        {"account_id": "changed", "starts_on": date(2020, 1, 1), "ends_on": date(2022, 1, 1)},
        *years("changed", 3, first=date(2022, 1, 1)),
    ]
    beside = [*years("beside", 6), {"account_id": "beside", "product": "Add-on", "starts_on": date(2020, 1, 1), "end_agreed": False}]
    found = lives(*years("ramp", 3, **booked), *changed, *beside)
    assert (found["ramp"]["term_months"], found["ramp"]["renewals"]) == (36, 1)
    assert found["changed"]["term_months"] is None and found["changed"]["renewals"] is None
    assert found["beside"]["term_months"] == 12


def random_book(seed: int) -> list[dict]:
    """Accounts of one to four lines, with gaps, notice and overlaps."""
    rng, rows = random.Random(seed), []
    for account in range(60):
        day = date(2021, 1, 1) + timedelta(days=rng.randrange(700))
        for _ in range(rng.randrange(1, 5)):
            ends = day + timedelta(days=rng.choice([20, 31, 90, 365, 400]))
            notice = rng.choice([None, None, ends - timedelta(days=10)])
            rows.append({"account_id": f"A-{account}", "starts_on": day, "ends_on": rng.choice([ends, ends, None]), "cancelled_on": notice})
            day = ends + timedelta(days=rng.choice([-5, 0, 0, 3, 20, 29, 30, 45]))
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_losses_are_the_first_churns_of_each_account_to_the_day(seed):
    rows = random_book(seed)
    lines, until = effective(*rows), followed_until(SEEN, grace_days=HOUSE.grace_days)
    every = churns(lines, start=date(2020, 12, 31), end=until).sort("churned_on").collect()
    first = every.unique("account_id", keep="first", maintain_order=True)
    found = lives(*rows)
    assert {name: row["seen_to"] for name, row in found.items() if row["lost"]} == dict(first.select("account_id", "churned_on").rows())
    assert {name: row["first_paid"] for name, row in found.items() if row["lost"]} == dict(first.select("account_id", "first_paid").rows())
    assert every.filter(kind=CHURNED).height > 20
