"""The forecast as a report: it agrees with renewals and ARR, opens to the cent, knows nothing of what comes later, and says where it cannot."""

from contextlib import closing
from datetime import date, timedelta

import polars as pl
import pytest

from benchmarks.forecast_coverage import FIRST, company
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from metrics.months import months_later
from reports.catalogue import run
from reports.report import Question

DAY = months_later(FIRST, 48) - timedelta(days=1)
MADE = company(seed=1, shock=0.3, accounts=150)
MONEY = ["due_arr", "renewing_arr", "expected_loss"]


def stored(path, contracts, accounts=None):
    opened = Store.open(path)
    known = contracts["account_id"].unique().sort()
    contracts = contracts if "line_id" in contracts.columns else contracts.with_columns(line_id=pl.lit("1"))
    listed = accounts if accounts is not None else pl.DataFrame({"account_id": known, "name": known, "segment": ["SMB"] * len(known)})
    commit_frame(opened, "accounts", listed, "crm", "analyst")
    commit_frame(opened, "contracts", contracts, "billing", "analyst")
    return opened


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Half of the accounts are one owner's, half another's."""
    accounts = MADE.accounts.with_columns(owner=pl.Series(["dana", "kim"] * 75))
    with closing(stored(tmp_path_factory.mktemp("forecast") / "own.duckdb", MADE.known_by(DAY).drop("a_year"), accounts)) as opened:
        yield opened


def asked(store, name="forecast", day=DAY, **more):
    return run(name, store, EVERYONE, Question(as_of=day, **more))


def test_four_quarters_that_close_and_open_to_the_cent(store):
    report, behind = asked(store), asked(store, "forecast-renewals")
    assert report.rows["quarter"].to_list() == [date(2023, 1, 1), date(2023, 4, 1), date(2023, 7, 1), date(2023, 10, 1)]
    assert report.rows["ends_on"].to_list()[-1] == date(2023, 12, 31)
    closing_arr = report.rows.select(
        pl.col("opening_arr") - pl.col("expected_loss") + pl.col("expected_expansion") - pl.col("expected_contraction")
    ).to_series()
    assert closing_arr.to_list() == report.rows["expected_arr"].to_list()
    assert report.rows["opening_arr"].to_list()[1:] == report.rows["expected_arr"].to_list()[:-1]
    summed = behind.rows.group_by("quarter").agg(pl.col(MONEY).sum()).sort("quarter")
    assert summed.equals(report.rows.select("quarter", *MONEY))
    last = report.rows.row(-1, named=True)
    assert last["nrr"] == pytest.approx(last["expected_arr"] / report.totals["today_arr"])
    assert last["nrr_low"] < last["nrr"] < last["nrr_high"]
    assert last["grr"] < 1


def test_it_agrees_with_arr_and_with_renewals_of_the_same_days(store):
    report, arr = asked(store), asked(store, "arr")
    assert report.rows["opening_arr"][0] == report.totals["today_arr"] == arr.totals["arr"]
    before = 0
    for quarter in report.rows.iter_rows(named=True):
        coming = asked(store, "renewals", within=(quarter["ends_on"] - DAY).days)
        assert quarter["due_arr"] == coming.totals["arr"] - before
        before = coming.totals["arr"]


def test_the_first_quarter_is_what_is_left_of_the_one_under_way(store):
    report = asked(store, day=date(2022, 11, 20))
    first = report.rows.row(0, named=True)
    assert (first["quarter"], first["starts_on"], first["ends_on"]) == (date(2022, 10, 1), date(2022, 11, 21), date(2022, 12, 31))


def test_an_account_has_the_same_probability_whoever_looks_and_parts_add_up(store):
    everybody = asked(store, "forecast-renewals").rows
    parts = [asked(store, "forecast-renewals", filters=(("owner", (owner,)),)).rows for owner in ("dana", "kim")]
    together = pl.concat(parts).sort("quarter", "account_id", "kind", "ends_on")
    assert together.drop("rests_on").equals(everybody.sort("quarter", "account_id", "kind", "ends_on").drop("rests_on"))
    in_cents = ["renewing_arr", "expected_loss", "expected_expansion", "expected_contraction", "expected_arr"]
    of_owners = [asked(store, filters=(("owner", (owner,)),)).rows.select(in_cents) for owner in ("dana", "kim")]
    assert (of_owners[0] + of_owners[1]).equals(asked(store).rows.select(in_cents)), "every quarter to the cent"


def test_nothing_after_the_day_enters(store, tmp_path):
    """The same store with all that was written later, three further years of it, gives the same forecast."""
    later = MADE.known_by(date(2024, 1, 1)).filter(pl.col("booked_on") > DAY).drop("a_year")
    assert later.height > 50
    accounts = MADE.accounts.with_columns(owner=pl.Series(["dana", "kim"] * 75))
    with closing(stored(tmp_path / "own.duckdb", MADE.known_by(DAY).drop("a_year"), accounts)) as other:
        commit_frame(other, "contracts", later, "billing", "analyst")
        assert asked(other, "arr", day=date(2023, 12, 31)).totals["arr"] != asked(store, "arr", day=date(2023, 12, 31)).totals["arr"]
        assert asked(other).rows.equals(asked(store).rows)
        assert asked(other, "forecast-renewals").rows.equals(asked(store, "forecast-renewals").rows)


def test_it_says_what_it_rests_on(store):
    report, behind = asked(store), asked(store, "forecast-renewals")
    assert set(report.rows["source"]) == {"past_rates"}
    assert "No churn model has been trained" in report.rows["rests_on"][0]
    renewals = behind.rows.filter(pl.col("kind") == "renewal", pl.col("source") == "past_rates")
    words = renewals["rests_on"].unique().to_list()
    assert any(one.startswith("SMB: ") for one in words)
    row = renewals.filter(pl.col("rests_on").str.starts_with("SMB: ")).row(0, named=True)
    lost, of = (int(word) for word in row["rests_on"].removeprefix("SMB: ").split(" lost")[0].split(" of "))
    assert row["renewal_probability"] == pytest.approx(1 - (lost + 0.5) / (of + 1))
    noticed = behind.rows.filter(pl.col("source") == "notice")
    assert noticed.height > 0
    assert noticed["renewing_arr"].sum() == 0


def test_what_it_rests_on_tells_renewals_and_all_else_apart(tmp_path):
    """A lapse of a week ago, another month's renewals, and terms of three months that end again: 36 renewals are what stands beside them."""
    lapsed = a_year_from_june(1000.0) | {"contract_id": "lapsed", "account_id": "lapsed", "ends_on": date(2022, 12, 24)}
    rows = found(tmp_path, quarterly(lapsed), day=date(2022, 12, 31)).rows
    assert rows["renewals"].to_list() == [36, 0, 0, 0]
    assert rows["rests_on"][0].startswith("36 renewals by past rates; 1 account in grace by past rates. No churn model")
    assert rows["rests_on"][1].startswith("36 terms that end again by past rates. No churn model")


def test_each_kind_is_as_many_as_behind_it(store):
    rows, behind = asked(store).rows, asked(store, "forecast-renewals").rows
    for quarter in rows.iter_rows(named=True):
        pieces = behind.filter(pl.col("quarter") == quarter["quarter"])
        said = [int(part.strip().split(" ")[0]) for part in quarter["rests_on"].split(".")[0].split(";")]
        assert sum(said) == pieces.height
        loose = pieces.filter(pl.col("kind") == "no term").height
        assert f"{loose} accounts without a term by past rates" in quarter["rests_on"]


# Growth where nothing comes up.


def quarterly(*more):
    """Forty accounts with terms of three months from January 2020 on, of 1,000 and 1,200 a year in turns; every tenth left in 2021 or 2022."""
    rows = [
        {"contract_id": f"{account}-{number}", "account_id": f"A{account}", "product": "Core", "starts_on": months_later(date(2020, 1, 1), 3 * number),
         "ends_on": months_later(date(2020, 1, 1), 3 * number + 3), "amount": 1000.0 if (account + number) % 2 else 1200.0, "period": "1 year",
         "currency": "USD"}
        for account in range(40) for number in range(12 if account % 10 else 5 + account // 10)
    ]  # fmt: skip
    return pl.DataFrame([*rows, *more])


def a_year_from_june(amount):
    return {"contract_id": "year", "account_id": "year", "product": "Core", "starts_on": date(2022, 6, 1), "ends_on": date(2023, 6, 1),
            "amount": amount, "period": "1 year", "currency": "USD"}  # fmt: skip


def test_growth_of_renewals_waits_until_something_comes_up(tmp_path):
    """On 15 November nothing comes up before 1 January: nothing grows or shrinks, and GRR and NRR are 100 %: 20 customers pay 1,200, and 16 (the
    four that left had even numbers) 1,000. Then those fall to 1,000 and these rise, and so in turns before: on average 3,600 each a quarter,
    of those who stay."""
    rows = found(tmp_path, quarterly(), day=date(2022, 11, 15)).rows
    first = rows.row(0, named=True)
    assert (first["due_arr"], first["expected_expansion"], first["expected_contraction"], first["expected_loss"]) == (0, 0, 0, 0)
    assert (first["expected_arr"], first["nrr"], first["grr"]) == (20 * 120000 + 16 * 100000, 1, 1)
    for name in ("expected_expansion", "expected_contraction"):
        assert rows[name].to_list()[1:] == pytest.approx([360000] * 3, rel=0.12)


def test_growth_without_a_renewal_is_not_known_where_no_past_window_was_without_one(tmp_path):
    """A customer by the year among those by the quarter, of 1,000 of 41,000 (2.4 %): held at what it pays. Of 20,000 of 60,000 (33.3 %): not known."""
    small = found(tmp_path, quarterly(a_year_from_june(1000.0)), day=date(2022, 12, 31))
    assert small.rows["expected_arr"].null_count() == 0
    assert [note for note in small.notes if "They are taken to pay on what they pay" in note and "2.4%" in note]
    (tmp_path / "large").mkdir()
    large = found(tmp_path / "large", quarterly(a_year_from_june(20000.0)), day=date(2022, 12, 31))
    assert large.rows.select("expected_arr", "expected_expansion", "nrr", "grr", "grr_low").null_count().row(0) == (4,) * 5
    assert large.rows["renewing_arr"].null_count() == 0
    assert [note for note in large.notes if "From that quarter on neither ARR" in note and "33.3%" in note]


# Bad input: a plain explanation instead of a figure.


def yearly(accounts, years, lost, *, amount=1000.0, first=2018, months=12):
    """So many accounts with a line a year; `lost(account, year)` says whether the one of that year is the last."""
    rows = []
    for account in range(accounts):
        for year in range(first, first + years):
            begins = date(year, 1 + account % 12, 1)
            rows.append(
                {"contract_id": f"{account}-{year}", "account_id": f"A{account}", "product": "Core", "starts_on": begins,
                 "ends_on": months_later(begins, months), "amount": amount, "period": "1 year", "currency": "USD", "booked_on": begins}
            )  # fmt: skip
            if lost(account, year):
                break
    return pl.DataFrame(rows)


def found(tmp_path, contracts, day=date(2022, 12, 31)):
    with closing(stored(tmp_path / "own.duckdb", contracts)) as opened:
        return asked(opened, day=day)


def without_figures(report):
    figures = ["renewing_arr", "expected_arr", "nrr", "grr", "renewing_low", "expected_arr_high"]
    assert report.rows.height == 4
    assert report.rows.select(pl.all_horizontal(pl.col(figures).is_null())).to_series().all()
    return report.notes[-1]


def test_no_churn_at_all_is_said(tmp_path):
    report = found(tmp_path, yearly(40, 5, lambda account, year: False))
    assert "Nobody has been lost yet" in without_figures(report)
    assert report.rows["due_arr"].sum() == 40 * 100000


def test_everybody_lost_is_said(tmp_path):
    contracts = pl.concat([yearly(40, 1, lambda account, year: True), yearly(12, 1, lambda account, year: True, first=2022)])
    told = without_figures(found(tmp_path, contracts.with_columns(account_id=pl.col("account_id") + pl.col("contract_id"))))
    assert "ended in a loss" in told


def test_twelve_renewals_are_too_few(tmp_path):
    newest = yearly(1, 1, lambda account, year: False, first=2022).with_columns(account_id=pl.lit("new"), starts_on=date(2022, 12, 31))
    contracts = pl.concat([yearly(12, 2, lambda account, year: account < 2 and year == 2021, first=2021), newest])
    told = without_figures(found(tmp_path, contracts))
    assert "12 past renewals" in told
    assert "fewer than 30" in told


def test_a_single_account_is_no_rate(tmp_path):
    """Ten products, each from another month on, renewed four times each but for one: forty renewals of one account."""
    ten = yearly(10, 5, lambda account, year: account == 3 and year == 2020).with_columns(product="account_id", account_id=pl.lit("A"))
    assert "There has been 1 customer at a time" in without_figures(found(tmp_path, ten))


def test_one_segment_is_told_by_its_own_rate(tmp_path):
    """60 renewals a year for four years, of which every tenth is lost: there is a figure, of that segment."""
    report = found(tmp_path, yearly(60, 5, lambda account, year: account % 10 == 0 and year == 2018 + account % 5))
    assert report.rows["renewing_arr"].null_count() == 0
    assert report.rows["nrr"].null_count() == 0


def test_contracts_without_ends_leave_month_by_month(tmp_path):
    """80 accounts without ends, of which every fifth left: nothing is due, and what leaves is told by the share that left in a quarter."""
    rows = [
        {"contract_id": f"{n}", "account_id": f"A{n}", "product": "Core", "starts_on": date(2020, 1 + n % 12, 1), "amount": 100.0,
         "ends_on": date(2021, 1 + n % 12, 15) if n % 5 == 0 else None, "period": "1 month", "currency": "USD"}
        for n in range(80)
    ]  # fmt: skip
    report = found(tmp_path, pl.DataFrame(rows, infer_schema_length=None))
    assert report.rows["due_arr"].to_list() == [0, 0, 0, 0]
    assert report.rows["renewing_arr"].to_list() == [0, 0, 0, 0]
    assert all(loss > 0 for loss in report.rows["expected_loss"])
    assert report.rows["expected_arr"][3] < report.totals["today_arr"]


def test_who_is_in_grace_has_not_stayed_yet(tmp_path):
    """40 without a term since January, 4 left in April: of 40, 36 and 36 at the beginning of the quarters up to 1 December, on which it is
    certain who stayed. 3 that lapsed on 20 December, and 10 that came in September, are in none of them."""
    ends = {**dict.fromkeys(range(4), date(2022, 4, 20)), **dict.fromkeys(range(4, 7), date(2022, 12, 20))}
    rows = [
        {"contract_id": f"{n}", "account_id": f"A{n}", "product": "Core", "starts_on": date(2022, 1, 10) if n < 40 else date(2022, 9, 15),
         "amount": 100.0, "ends_on": ends.get(n), "period": "1 month", "currency": "USD"}
        for n in range(50)
    ]  # fmt: skip
    with closing(stored(tmp_path / "own.duckdb", pl.DataFrame(rows, infer_schema_length=None))) as opened:
        told = asked(opened, name="forecast-renewals", day=date(2022, 12, 31)).rows.filter(pl.col("kind") == "no term")
    assert told["account_id"].n_unique() == 43
    assert all("4 of 112 lost" in one for one in told["rests_on"])


def test_credits_that_leave_nothing_are_no_forecast(tmp_path):
    """Every account has a credit larger than what it pays: nobody pays anything, and no ARR below zero is told."""
    paid = yearly(40, 5, lambda account, year: False)
    credits = paid.with_columns(amount=pl.lit(-2500.0), contract_id=pl.col("contract_id"), line_id=pl.lit("credit"))
    report = found(tmp_path, pl.concat([paid.with_columns(line_id=pl.lit("1")), credits]))
    assert "nothing to forecast" in without_figures(report)


def test_an_empty_store_has_no_rows(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        assert run("forecast", opened, EVERYONE, Question()).rows.is_empty()
        assert run("forecast-renewals", opened, EVERYONE, Question()).rows.is_empty()
