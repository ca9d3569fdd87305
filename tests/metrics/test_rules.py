"""Each choice of the rules, on a book where it makes the difference; and that each is documented."""

from dataclasses import fields, replace
from datetime import date

import polars as pl
import pytest

from metrics.balances import balances
from metrics.movements import movements
from metrics.retention import retention, retention_series
from metrics.rules import CHOICES, PRESETS, Rules, as_closed, choices, preset
from tests.metrics.books import effective, lines

JAN, JUN = date(2021, 1, 1), date(2021, 6, 1)
PAID = {"starts_on": JAN, "ends_on": JUN}
FREE = {"starts_on": JUN, "contract_id": "f", "discount": 1.0}


def month(rules: str, *rows: dict, at: int = 5) -> dict:
    bridge = movements(effective(*rows, rules=rules), start=date(2020, 12, 31), end=date(2021, 12, 31)).collect()
    return bridge.row(at, named=True)


def test_every_choice_is_documented_and_every_preset_named():
    assert [choice.field for choice in CHOICES] == [field.name for field in fields(Rules) if field.name != "name"]
    assert all(PRESETS[name].name == name for name in PRESETS)
    with pytest.raises(ValueError, match="Presets: house, strict, chartmogul, stripe"):
        preset("mine")


@pytest.mark.parametrize(("rules", "mrr"), [("house", 10000), ("strict", 10000), ("chartmogul", 10000), ("stripe", 0)])
def test_stripe_takes_a_subscription_out_when_notice_is_given(rules, mrr):
    """support.stripe.com, Impact of subscription cancellations on MRR: it no longer counts after the call, not at the period's end."""
    money = effective(PAID | {"cancelled_on": date(2021, 3, 10)}, rules=rules)
    assert balances(money, days=[date(2021, 3, 10)]).collect()["mrr"].sum() == mrr
    assert balances(money, days=[date(2021, 3, 9)]).collect()["mrr"].sum() == 10000


@pytest.mark.parametrize(("as_of", "ends"), [(date(2021, 3, 9), JUN), (date(2021, 3, 10), date(2021, 3, 10))])
def test_stripe_knows_of_a_notice_from_the_day_on_which_it_is_given(as_of, ends):
    """Notice on 10 March for a line to 1 June: on the 9th the line still ends on 1 June, on the 10th it has ended."""
    told = lines(PAID | {"cancelled_on": date(2021, 3, 10)}, rules="stripe", as_of=as_of).collect()
    assert (told["ends_on"].to_list(), told["line_ends_on"].to_list()) == ([ends], [ends])


@pytest.mark.parametrize(
    ("rules", "churn", "contraction", "logos"),
    [("house", 0, 10000, 1.0), ("strict", 0, 10000, 1.0), ("chartmogul", 0, 10000, 1.0), ("stripe", 10000, 0, 0.0)],
)
def test_chartmogul_keeps_a_customer_who_becomes_free(rules, churn, contraction, logos):
    """chartmogul.com, Choose how you classify 100 % discounts: a downgrade, by default, and no customer churn."""
    june = month(rules, PAID, FREE)
    assert (june["churn"], june["contraction"], june["closing"]) == (churn, contraction, 0)
    kept = retention(effective(PAID, FREE, rules=rules), start=date(2021, 5, 1), end=date(2021, 7, 1)).collect().row(0, named=True)
    assert (kept["logo_retention"], kept["nrr"]) == (logos, 0.0)


@pytest.mark.parametrize(("rules", "left"), [("house", ["free"]), ("stripe", [])])
def test_who_has_all_taken_off_is_lost_where_free_customers_are(rules, left):
    """100 a month from January, and 100 off from February to April: nothing is left of February and March, and in April it is back."""
    off = {"amount": "-100", "starts_on": date(2021, 2, 1), "ends_on": date(2021, 4, 1)}
    money = effective(PAID, off, rules=rules)
    days = [date(2021, 1, 31), date(2021, 2, 1), date(2021, 3, 31), date(2021, 4, 1)]
    assert balances(money, days=days).sort("day").collect().group_by("day", maintain_order=True).agg(pl.col("mrr").sum()).filter(
        pl.col("mrr") > 0
    )["day"].to_list() == [days[0], days[3]]
    assert [state for state in money.filter(pl.col("starts_on") <= days[1], pl.col("ends_on") > days[1]).collect()["account_id"]] == (
        ["A", "A"] if left else []
    )


@pytest.mark.parametrize(("name", "free_is_churn"), [("house", True), ("strict", True), ("chartmogul", False), ("stripe", True)])
def test_a_close_that_kept_no_choices_was_made_as_the_presets_were(name, free_is_churn):
    """Before closes kept their choices, only chartmogul kept free customers, lines below zero were never there, and pauses not told."""
    before, now = as_closed(name, None), preset(name)
    assert (before.free_is_churn, before.reductions, before.count_paused, before.count_unpaid) == (free_is_churn, False, "all", True)
    same = {field: getattr(now, field) for field in ("free_is_churn", "reductions", "count_paused", "count_unpaid")}
    assert replace(before, **same) == now


def test_a_close_that_kept_its_choices_is_told_by_them():
    assert as_closed("house", choices(preset("house"))) == preset("house")
    assert as_closed("house", {"grace_days": 45, "of a later version": 1}).grace_days == 45


def test_a_customer_who_never_paid_is_none_under_any_rules():
    for rules in PRESETS:
        assert balances(effective(FREE, rules=rules), days=[date(2021, 7, 1)]).collect()["live"].sum() == 0


@pytest.mark.parametrize(("rules", "arr"), [("strict", 200000), ("chartmogul", 200004)])
def test_chartmogul_multiplies_the_rounded_month(rules, arr):
    """help.chartmogul.com, glossary: annual run rate = MRR x 12; 2,000 / 12 = 166.67, times 12 = 2,000.04."""
    money = effective({"amount": "2000", "period": "1 year"}, rules=rules)
    assert balances(money, days=[JAN]).collect()["arr"].sum() == arr


def test_windows_that_cannot_be():
    money = effective(PAID)
    with pytest.raises(ValueError, match="lies before"):
        retention(money, start=JUN, end=JAN)
    with pytest.raises(ValueError, match="last day"):
        retention_series(money, ends=[JUN])
    assert retention_series(money, ends=[]).collect().height == 0
    same = retention(money, start=JAN, end=JAN).collect().row(0, named=True)
    assert (same["nrr"], same["grr"], same["logo_retention"]) == (1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="month, quarter, year"):
        movements(money, start=JAN, end=JUN, every="week")
