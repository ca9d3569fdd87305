"""Survival, lifetimes and what customers are worth, of a company whose leaving was planted: beside computations that know its lives alone."""

from datetime import date, timedelta
from math import ceil

import numpy as np
import polars as pl
import pytest
from scipy import optimize, special

from data.viewer import EVERYONE, Viewer
from models.lifetime import Lifetime
from reports.catalogue import run
from reports.files.tables import to_table
from reports.report import Question
from tests.long_company import LAST, OWNERS, PAID, PLANTED, lives, long_company

UNTIL = date(2024, 11, 30)  # 30 days of grace before 31 December 2024, the last day


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = long_company(tmp_path_factory.mktemp("long") / "own.duckdb")
    yield opened
    opened.close()


def asked(store, name: str, viewer: Viewer = EVERYONE, **question):
    return run(name, store, viewer, Question(**{"as_of": LAST} | question))


def spells(segment: str | None, until: date = UNTIL) -> list[tuple[int, bool]]:
    """Days and whether it left, of each account that had begun by a day, as seen on it."""
    begun = [one for one in lives() if one[2] <= until and segment in (None, one[1])]
    return [((left if left and left <= until else until) - start, bool(left and left <= until)) for _, _, start, left in begun]


def share_after(segment: str | None, day: int, until: date = UNTIL) -> float:
    """Kaplan and Meier, one end after the other."""
    rows, share = [(time.days, gone) for time, gone in spells(segment, until)], 1.0
    for length in sorted({time for time, gone in rows if gone and time <= day}):
        share *= 1 - sum(time == length and gone for time, gone in rows) / sum(time >= length for time, _ in rows)
    return share


@pytest.mark.parametrize("until", [UNTIL, date(2022, 11, 30)])
def test_survival_is_that_of_the_lives_whatever_came_later(store, until):
    """As of 2022-12-31 two more years of lines are in the store, and none of what they say enters."""
    day = until + timedelta(days=31)
    groups = asked(store, "survival-groups", by="segment", as_of=day)
    assert groups.parameters["followed_until"] == until
    for row in groups.rows.to_dicts():
        own = spells(row["group"], until)
        assert (row["followed"], row["lost"]) == (len(own), sum(gone for _, gone in own))
        for year in (1, 2, 3):
            if row[f"year_{year}"] is not None:
                assert row[f"year_{year}"] == pytest.approx(share_after(row["group"], int(year * 365.25), until))
    assert groups.rows["year_2"].null_count() == 0 and groups.total("followed") == len(spells(None, until))


def test_the_median_is_the_first_day_by_which_half_are_lost(store):
    smb = asked(store, "survival-groups", by="segment").rows.filter(group="SMB").row(0, named=True)
    day = round(smb["median_months"] * 365.25 / 12)
    assert share_after("SMB", day) <= 0.5 < share_after("SMB", day - 1)
    curve = asked(store, "survival", by="segment").rows.filter(group="SMB")
    assert curve.filter(pl.col("low") <= 0.5)["months"].min() == pytest.approx(smb["median_months_low"])


def test_lost_accounts_are_the_churned_ones_and_every_account_is_listed(store):
    accounts = asked(store, "lifetime-accounts")
    churned = asked(store, "churned-accounts", start=date(2018, 12, 31), end=UNTIL)
    told = accounts.rows.filter(life="lost").select("account_id", "seen_to")
    assert dict(told.rows()) == dict(churned.rows.select("account_id", "churned_on").rows())
    gone = {one: left for one, _, _, left in lives() if left and left <= UNTIL}
    assert dict(told.rows()) == gone and accounts.totals == {"accounts": len(spells(None)), "lost": len(gone)}


def test_by_what_was_paid_the_share_is_that_of_money(store):
    """Of all accounts a Large one weighs 1,200 and an SMB one 100, so that the share lies between those of the two, near Large."""
    both = {row["group"]: row["year_3"] for row in asked(store, "survival-groups", by="segment", weigh="mrr").rows.to_dicts()}
    plain = {row["group"]: row["year_3"] for row in asked(store, "survival-groups", by="segment").rows.to_dicts()}
    assert both == pytest.approx(plain)  # within a segment all pay alike
    whole, alike = (asked(store, "survival-groups", weigh=weigh).total("year_3") for weigh in ("mrr", "accounts"))
    assert both["SMB"] < alike < whole < both["Large"] and both["Large"] - whole < 0.05


def test_segments_differ_and_say_which_are_lost_soonest(store):
    tests = asked(store, "survival-tests", by="segment")
    assert tests.totals["groups_are"] == "differ" and tests.totals["degrees"] == 1
    assert "SMB is lost soonest" in tests.notes[0]
    assert sum(tests.rows["lost"]) == pytest.approx(sum(tests.rows["expected_lost"]))
    cohorts = asked(store, "survival-tests", by="cohort_year")
    assert cohorts.totals["groups_are"] == "no_difference" and "2024: left out" in cohorts.notes[0]


def months_between(start: date, end: date) -> float:
    whole = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return whole + (end.day - start.day) * 12 / 365 * (end.day > start.day)


def renewals(segment: str) -> list[tuple[int, bool]]:
    """How many renewals came up of each account of a segment, as the glossary counts them, and whether it left at the last."""
    term, found = PLANTED[segment][0], []
    late = max(0.5, term / 8)
    for _, own, start, left in lives():
        if own == segment and start <= UNTIL:
            over = int((months_between(start, UNTIL) - late) // term)  # renewals at which nobody can be lost any more
            lost_at = max(1, ceil((months_between(start, left) - late) / term)) if left and left <= UNTIL else over + 1
            found.append((min(lost_at, over), lost_at <= over))
    return [(count, gone) for count, gone in found if count]


@pytest.mark.parametrize("segment", PLANTED)
def test_curves_of_all_cohorts_equal_a_second_fit(store, segment):
    rows = renewals(segment)

    def unlikely(logs: np.ndarray) -> float:
        alpha, beta = np.exp(logs)
        told = [special.betaln(alpha + gone, beta + count - gone) - special.betaln(alpha, beta) for count, gone in rows]
        return -sum(told)

    fits = asked(store, "lifetime", by="segment").rows
    found = fits.filter(group=segment).row(0, named=True)
    second = np.exp(optimize.minimize(unlikely, [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9}).x)
    assert (found["alpha"], found["beta"]) == pytest.approx(second, rel=1e-3)
    term = PLANTED[segment][0]
    assert (found["term_months"], found["renewals_due"]) == (term, sum(count for count, _ in rows))
    assert found["lost"] == sum(gone for _, gone in rows)
    discount = 1.1 ** (term / 12) - 1
    worth = 1 + Lifetime(*second, 0.0).residual_lifetime(0, discount=discount) / (1 + discount)
    assert found["lifetime"] == pytest.approx(worth, rel=1e-3)
    assert found["lifetime_low"] < worth < found["lifetime_high"] and found["curve_fits"] == "well"


def test_renewals_seen_are_counted_one_by_one(store):
    rows = renewals("Large")
    curve, share = asked(store, "lifetime-curve", by="segment").rows.filter(group="Large").to_dicts(), 1.0
    assert curve[0]["came_up"] is None and curve[-1]["came_up"] is None  # told of what was not seen: by the curve alone
    for row in curve[1:6]:
        up, lost = (
            sum(count >= row["renewals_passed"] for count, _ in rows),
            sum(count == row["renewals_passed"] and gone for count, gone in rows),
        )
        share *= 1 - lost / up
        assert (row["came_up"], row["lost"], row["still_there"]) == (up, lost, pytest.approx(share))
    # What an account is still worth: the terms times 12 months of 1,200.00 at the margin, (139,700.00 - 9,000.00) / 139,700.00.
    value = curve[2]["residual"] * 12 * 120_000 * (139_700 - 9_000) / 139_700
    assert curve[2]["residual_value"] == pytest.approx(value, abs=1) and curve[2]["arpa"] == 120_000


def test_two_of_the_three_ways_are_those_of_unit_economics_to_the_cent(store):
    worth, economics = asked(store, "lifetime-value"), asked(store, "unit-economics")
    for name in (
        "arpa",
        "gross_margin",
        "ltv",
        "ltv_by_renewal",
        "ltv_without_margin",
        "customer_churn",
        "renewal_rate",
        "lost_accounts",
        "due",
    ):
        assert worth.totals[name] == economics.totals[name], name
    assert worth.totals["months_by_churn"] == pytest.approx(1 / economics.totals["customer_churn"])
    earlier = {"end": date(2023, 6, 30)}
    assert asked(store, "lifetime-value", **earlier).totals["ltv"] == asked(store, "unit-economics", **earlier).totals["ltv"]


def test_the_third_way_is_arithmetic_on_the_curves_and_the_steps_to_it_add_up(store):
    fits = {row["group"]: row["lifetime"] for row in asked(store, "lifetime", by="segment").rows.to_dicts()}
    worth = asked(store, "lifetime-value", by="segment")
    large, smb = worth.rows.filter(group="Large").row(0, named=True), worth.rows.filter(group="SMB").row(0, named=True)
    margin = (139_700 - 9_000) / 139_700
    assert large["ltv_discounted"] == pytest.approx(1_200_00 * 12 * fits["Large"] * margin, abs=1)
    assert smb["ltv_discounted"] == pytest.approx(100_00 * fits["SMB"] * margin, abs=1)
    of = worth.totals
    # Of both, by what is paid under each term: 111 x 1,200 and 65 x 100.
    months = (111 * 1200 * 12 * fits["Large"] + 65 * 100 * fits["SMB"]) / (111 * 1200 + 65 * 100)
    assert of["months_discounted"] == pytest.approx(months)
    churn, monthly = of["customer_churn"], 1.1 ** (1 / 12)
    assert of["months_by_churn_discounted"] == pytest.approx(sum(((1 - churn) / monthly) ** t for t in range(5000)))
    said = next(note for note in worth.notes if note.startswith("From by churn to discounted"))
    first, discounted, curve, total = (
        of["months_by_churn"],
        of["months_by_churn_discounted"],
        of["months_discounted"],
        of["months_discounted"],
    )
    assert (
        f"{first:.1f}; at 10 %" in said
        and f"{discounted - first:+.1f};" in said
        and f"{curve - discounted:+.1f}; together {total:.1f}" in said
    )


def test_a_higher_discount_makes_less_and_other_ways_stay(store):
    plain, dear = asked(store, "lifetime-value").totals, asked(store, "lifetime-value", discount=15).totals
    assert dear["ltv_discounted"] < plain["ltv_discounted"] and dear["ltv"] == plain["ltv"]


def test_what_cohorts_have_brought_is_what_the_page_cohorts_says(store):
    value = asked(store, "cohort-lifetime-value", per="quarter").rows.filter(~pl.col("is_projected"))
    cohorts = asked(store, "cohorts", per="quarter").rows
    closes = {(row["cohort"], 3 * (row["period"] + 1)): row["margin_per_account"] for row in cohorts.to_dicts()}
    seen = {(row["cohort"], row["month_of_life"]): row["margin_per_account"] for row in value.to_dicts()}
    assert closes and {key: seen[key] for key in closes} == closes


def test_what_is_foreseen_of_a_cohort_by_hand(store):
    """The last month's margin, times the share of those still there who go on: by each account's renewals to come."""
    begun, size = date(2023, 1, 1), None
    rows = asked(store, "cohort-lifetime-value", per="quarter").rows.filter(cohort=begun)
    fits = {row["group"]: Lifetime(row["alpha"], row["beta"], 0.0) for row in asked(store, "lifetime", by="segment").rows.to_dicts()}
    there = [(segment, start) for _, segment, start, left in lives() if begun <= start < date(2023, 4, 1) and not (left and left <= UNTIL)]
    size = sum(begun <= start < date(2023, 4, 1) for _, _, start, _ in lives())
    paying = [segment for _, segment, start, left in lives() if begun <= start < date(2023, 4, 1) and not (left and left <= LAST)]
    earned = sum(PAID[segment] for segment in paying) * 100 * (139_700 - 9_000) / 139_700
    total = rows.filter(month_of_life=24)["margin_per_account"].item() * size
    for ahead in (1, 2, 13):
        share = 0.0
        for segment, start in there:
            term = PLANTED[segment][0]
            held = (2024 - start.year) * 12 + 11 - start.month + 29 * 12 / 365 - max(0.5, term / 8)
            behind, passed = int(held // term), int((held + ahead) // term)
            share += float(fits[segment].survival([passed])[0] / fits[segment].survival([behind])[0]) / len(there)
        if ahead <= 2:
            total += earned * share
            assert rows.filter(month_of_life=24 + ahead)["margin_per_account"].item() == pytest.approx(total / size, abs=2)
        else:
            step = rows.filter(pl.col("month_of_life").is_in([36, 37]))["margin_per_account"].to_list()
            assert step[1] - step[0] == pytest.approx(earned * share / size, abs=3)
    last = rows.row(-1, named=True)
    assert last["month_of_life"] == 60 and last["margin_low"] < last["margin_per_account"] < last["margin_high"]


def test_payback_is_the_first_month_that_covers_what_winning_an_account_cost(store):
    paid, value = asked(store, "cohort-payback", per="quarter"), asked(store, "cohort-lifetime-value", per="quarter").rows
    economics = asked(store, "unit-economics", start=date(2018, 12, 31), end=LAST).rows
    cac = dict(economics.select("month", "cac").rows())
    for row in paid.rows.to_dicts():
        own = value.filter(cohort=row["cohort"])
        assert row["cac"] == cac[date(row["cohort"].year, row["cohort"].month + 2, 1)]
        month = next((one["month_of_life"] for one in own.to_dicts() if one["margin_per_account"] >= row["cac"]), None)
        assert row["payback_month"] == month
        assert row["payback_is"] == ("not_within" if month is None else "seen" if month <= row["months_seen"] else "foreseen")
    assert {*paid.rows["payback_is"]} == {"seen", "foreseen"}
    monthly = to_table(asked(store, "cohort-payback", per="month"))
    assert monthly.height > paid.rows.height


def test_a_segment_alone_is_told_like_its_row_of_the_split(store):
    narrowed = {"filters": (("segment", ("SMB",)),)}
    alone, split = asked(store, "survival-groups", **narrowed), asked(store, "survival-groups", by="segment")
    assert alone.rows.drop("group").equals(split.rows.filter(group="SMB").drop("group"))
    worth, row = (
        asked(store, "lifetime-value", **narrowed).totals,
        asked(store, "lifetime-value", by="segment").rows.filter(group="SMB").row(0, named=True),
    )
    for name in ("ltv", "ltv_discounted", "ltv_discounted_low", "months_by_churn", "lost_accounts"):
        assert worth[name] == row[name], name


def test_an_owner_sees_the_own_accounts_as_everybody_does_and_no_costs(store):
    own = Viewer(OWNERS["SMB"])
    every, mine = asked(store, "lifetime-accounts").rows, asked(store, "lifetime-accounts", own).rows
    assert mine.equals(every.filter(pl.col("account_id").str.starts_with("S-"))) and mine.height
    worth = asked(store, "lifetime-value", own)
    assert worth.totals["ltv_discounted"] is None and worth.totals["gross_margin"] is None
    assert (
        worth.totals["revenue_discounted"]
        == asked(store, "lifetime-value", by="segment").rows.filter(group="SMB")["revenue_discounted"].item()
    )
    assert any("told as revenue" in note for note in worth.notes)
    paid = asked(store, "cohort-payback", own)
    assert "people who see all accounts" in paid.notes[0] and {*paid.rows["payback_is"]} == {"unknown"}
