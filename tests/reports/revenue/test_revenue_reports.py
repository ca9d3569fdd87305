"""Reports behind the revenue page, on a book small enough to reckon by hand: every figure opens to rows that add up to it."""

from contextlib import closing
from datetime import date

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import Viewer
from metrics.grace import paid_spells
from metrics.movements import PARTS
from reports.books import opened_books
from reports.catalogue import run
from reports.report import Question

ACCOUNTS = "account_id,name,owner,parent_id,segment\nA,Alder,one,,SMB\nA2,Alder Sub,one,A,SMB\nB,Birch,one,,Large\nC,Cedar,two,,Large\nD,Dogwood,two,,SMB\n"
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,discount,discount_ends_on,cancelled_on
a1,A,Basic,2022-01-01,2023-01-01,1200,1 year,USD,,,
a2,A,Basic,2023-01-10,2024-01-10,2400,1 year,USD,,,
s1,A2,Basic,2022-03-01,2023-02-01,50,1 month,USD,,,2023-01-15
b1,B,Basic,2022-01-01,,100,1 month,EUR,,,
b2,B,Extra,2022-06-01,,33.33,1 month,GBP,,,
c1,C,Basic,2022-05-01,2023-06-15,80,1 month,USD,,,
d1,D,Basic,2023-03-01,,100,1 month,USD,0.5,2023-09-01,2023-06-20
"""
RATES = "day,currency,rate\n2022-01-01,EUR,1.1\n2023-03-15,EUR,1.2\n2022-01-01,GBP,1.3\n"
LOOK = Question(as_of=date(2023, 6, 30), start=date(2022, 12, 31), end=date(2023, 6, 30))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("revenue")
    with closing(Store.open(folder / "own.duckdb")) as opened:
        for name, text in (("accounts", ACCOUNTS), ("contracts", CONTRACTS), ("fx_rates", RATES)):
            (folder / f"{name}.csv").write_text(text)
            agreed = {"ends_are": "agreed"} if name == "contracts" else {}  # most of the lines that run have no end; somebody says so
            assert import_file(opened, folder / f"{name}.csv", table=name, options=agreed).batch is not None
        yield opened


def ask(store: Store, name: str, **changes: object):
    return run(name, store, Viewer(), Question(**{**LOOK.__dict__, **changes}))


@pytest.mark.parametrize("every", ["month", "quarter", "year"])
@pytest.mark.parametrize("by", [None, "segment"])
@pytest.mark.parametrize("level", ["account", "parent"])
def test_every_cell_of_the_bridge_is_the_sum_of_its_accounts(store, every, by, level):
    asked = {"every": every, "by": by, "level": level, "end": date(2023, 12, 31), "as_of": date(2023, 12, 31)}
    cells, accounts = (ask(store, name, **asked).rows for name in ("movements", "movement-accounts"))
    summed = accounts.group_by("group", "month").agg(pl.col(PARTS).sum()).sort("month", "group")
    assert cells.height and cells.filter(pl.any_horizontal(pl.col(PARTS) != 0)).select(summed.columns).sort("month", "group").equals(summed)


def test_the_figures_of_a_quarter_by_hand(store):
    """From 2022-12-31 to 2023-03-31. A 100.00 -> 200.00, ten days late and in grace between; A2 50.00 ends; D comes at half price.

    B: 100 EUR and 33.33 GBP, 110.00 + 43.33 = 153.33, then 120.00 + 43.33.
    """
    row = ask(store, "movements", every="quarter", end=date(2023, 3, 31)).rows.row(0, named=True)
    assert (row["opening"], row["new"], row["expansion"], row["churn"], row["fx"]) == (10000 + 5000 + 15333 + 8000, 5000, 10000, 5000, 1000)
    assert (row["reactivation"], row["contraction"], row["closing"], row["accounts"]) == (0, 0, 20000 + 16333 + 8000 + 5000, 4)
    one = ask(store, "movements", every="quarter", end=date(2023, 3, 31), level="parent").rows.row(0, named=True)
    assert (one["expansion"], one["churn"], one["accounts"]) == (5000, 0, 4)  # Alder with its subsidiary: 150.00 -> 200.00


def test_arr_by_parent_has_the_money_of_all_below_it(store):
    """On 15 January A is in grace no more: 200.00 a month; its subsidiary A2 pays 50.00. Alder: 250.00, and one logo for the two."""
    day = {"as_of": date(2023, 1, 15), "start": None, "end": None}
    own, parents = ask(store, "arr", **day), ask(store, "arr", level="parent", **day)
    assert {row["account_id"]: row["mrr"] for row in parents.rows.iter_rows(named=True)} == {"A": 25000, "B": 15333, "C": 8000, "D": 0}
    assert own.totals["accounts_paying"] == 4 and parents.totals["accounts_paying"] == 3
    assert all(own.totals[name] == parents.totals[name] for name in ("arr", "mrr", "arr_without_grace", "carr", "seats"))
    assert parents.parameters["level"] == "parent"
    assert dict(ask(store, "arr", level="parent", segments="then", filters=(("segment", ("Large",)),), **day).rows.select("account_id", "mrr").rows()) == {
        "B": 15333, "C": 8000,
    }  # fmt: skip


def test_an_account_opens_to_lines_with_file_and_line_number(store):
    lines = ask(store, "movement-lines").rows
    accounts = ask(store, "movement-accounts").rows
    opening = accounts.filter(pl.col("month") == date(2023, 1, 1)).group_by("account_id").agg(pl.col("opening").sum())
    closing_ = accounts.filter(pl.col("month") == date(2023, 6, 1)).group_by("account_id").agg(pl.col("closing").sum())
    for figure, of in (("opening", opening), ("closing", closing_)):
        summed = lines.group_by("account_id").agg(pl.col(figure).sum()).filter(pl.col(figure) != 0).sort("account_id")
        assert summed.equals(of.filter(pl.col(figure) != 0).sort("account_id"))
    assert lines.filter(pl.col("contract_id") == "a2").select("file", "line").row(0) == ("contracts.csv", 3)


def test_trailing_twelve_months_are_the_windows_one_by_one(store):
    series = ask(store, "retention-series", end=date(2023, 6, 30), start=date(2023, 2, 28)).rows
    assert series["day"].to_list() == [date(2023, 3, 31), date(2023, 4, 30), date(2023, 5, 31), date(2023, 6, 30)]
    for row in series.iter_rows(named=True):
        alone = ask(store, "retention", start=row["opened_on"], end=row["day"]).rows.row(0, named=True)
        assert {name: row[name] for name in alone} == alone


def test_renewals_late_lost_and_in_grace(store):
    """A renewed ten days late, from 1,200 to 2,400: all of 1,200 kept. A2 is lost. C ended on 15 June and may still renew."""
    report = ask(store, "renewal-rate")
    states = dict(report.rows.select("account_id", "state").rows())
    assert states == {"A": "late", "A2": "lost", "C": "in_grace"}
    assert report.totals["rate_by_count"] == 1 / 2
    assert report.totals["rate_by_value"] == 120_000 / (120_000 + 60_000)
    assert ask(store, "renewal-rate", rules="strict").totals["rate_by_count"] == 0.0
    assert report.totals["rate_by_count_without_grace"] == report.totals["rate_by_value_without_grace"] == 0.0  # as under strict
    assert report.totals["due_in_grace"] == 96_000  # C: 80 a month
    assert ask(store, "renewal-rate", start=date(2021, 12, 31), end=date(2022, 6, 30)).totals["rate_by_count"] is None


@pytest.mark.parametrize("rules", ["house", "strict", "chartmogul", "stripe"])
@pytest.mark.parametrize("day", [date(2023, 1, 9), date(2023, 2, 20), date(2023, 6, 30), date(2023, 12, 31)])
def test_the_renewal_rate_is_that_of_the_spells_of_paid_time(store, rules, day):
    """A second computation: lost are the renewals on whose day the account's paid time, grace included, lapses. A day on which paid time
    stops since notice was given, of a line without an end (D, as Stripe counts), is no renewal."""
    report = ask(store, "renewal-rate", rules=rules, as_of=day, start=date(2021, 12, 31), end=day)
    with opened_books(store, Viewer(), Question(as_of=day, rules=rules)) as books:
        spells = paid_spells(books.effective).filter(pl.col("lapsed_on") <= day).select("account_id", ends_on="lapsed_on").collect()
    lost = report.rows.filter(pl.col("state") == "lost").select("account_id", "ends_on")
    written = {date(2023, 1, 1), date(2023, 2, 1), date(2023, 6, 15), date(2024, 1, 10)} | (
        {date(2023, 1, 15)} if rules == "stripe" else set()
    )
    assert set(lost.rows()) == {(account, day) for account, day in spells.rows() if day in written}


@pytest.mark.parametrize("rules", ["house", "strict", "chartmogul", "stripe"])
@pytest.mark.parametrize("against", ["house", "strict", "chartmogul", "stripe"])
def test_the_difference_of_two_rules_is_that_of_its_lines(store, rules, against):
    for day in (date(2023, 1, 5), date(2023, 6, 30)):
        report = ask(store, "compare-rules", rules=rules, against=against, as_of=day)
        assert report.rows["difference"].sum() == report.totals["difference"]
        assert report.totals["arr_other"] == ask(store, "arr", rules=against, as_of=day, end=day).totals["arr"]


def test_the_switchboard_names_the_cause(store):
    """On 30 June: C's 960 a year are in grace under house. D pays 600 at half price; Stripe sees notice given on 20 June."""
    causes = {row["contract_id"]: (row["cause"], row["difference"]) for row in ask(store, "compare-rules").rows.iter_rows(named=True)}
    assert causes == {"c1": ("in grace", -96_000)}
    stripe = ask(store, "compare-rules", rules="strict", against="stripe", as_of=date(2023, 6, 10)).rows
    assert stripe.select("contract_id", "cause", "difference").rows() == [("d1", "discount that ends", 60_000)]
    later = ask(store, "compare-rules", rules="strict", against="stripe").rows
    assert later.select("contract_id", "cause", "difference").rows() == [("d1", "notice given", -60_000)]


def test_the_cause_is_the_choice_that_makes_all_the_difference(store):
    """On 5 January A's 1,200 a year are in grace. Under chartmogul, whose year is twelve months, they are gone for the grace alone. On 10 June
    D's 50.00 a month come to 600 a year under house, and 100.00 to 1,200 under Stripe, for the discount that ends; on 30 June to nothing,
    for the notice of 20 June, whatever the discount. C's 960 are in grace then."""
    lapsed = ask(store, "compare-rules", against="chartmogul", as_of=date(2023, 1, 5)).rows
    assert ("a1", "in grace", -120_000) in lapsed.select("contract_id", "cause", "difference").rows()
    june = ask(store, "compare-rules", against="stripe", as_of=date(2023, 6, 10)).rows
    assert june.select("contract_id", "cause", "difference").rows() == [("d1", "discount that ends", 60_000)]
    end = ask(store, "compare-rules", against="stripe").rows.select("contract_id", "cause", "difference").rows()
    assert end == [("c1", "in grace", -96_000), ("d1", "notice given", -60_000)]


def test_wrong_words_are_answered_with_the_right_ones(store):
    for changes, words in (
        ({"level": "group"}, "account, parent"),
        ({"every": "week"}, "month, quarter, year"),
        ({"end": date(2020, 1, 1)}, "before"),
    ):
        with pytest.raises(ValueError, match=words):
            ask(store, "movements", **changes)
    with pytest.raises(ValueError, match="against: 'mine' is none of house, strict, chartmogul, stripe"):
        ask(store, "compare-rules", against="mine")
