"""Where too little is known to say how long customers stay, or what one is worth, a sentence stands in place of the figure."""

from datetime import date
from pathlib import Path

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from metrics.months import months_later
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 12, 31)
HEAD = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n"
COSTS = "month,kind,amount\n" + "".join(
    f"2024-{month:02d}-01,{kind}\n" for month in range(1, 13) for kind in ("cost of revenue,9999", "sales,100")
)
REPORTS = (
    "survival", "survival-groups", "survival-tests", "lifetime-accounts", "lifetime", "lifetime-curve", "lifetime-value",
    "cohort-lifetime-value", "cohort-payback",
)  # fmt: skip


def years(account: str, count: int, first: date) -> str:
    starts = [months_later(first, 12 * n) for n in range(count + 1)]
    return "".join(f"{account}-{n},{account},Basic,{starts[n]},{starts[n + 1]},1200,1 year,USD\n" for n in range(count))


def monthly(account: str, start: str, end: str = "", amount: int = 100) -> str:
    return f"{account}-{start},{account},Basic,{start},{end},{amount},1 month,USD\n"


BOOKS = {
    "nothing": "",
    "a single account": years("A", 3, date(2020, 1, 1)) + years("B", 6, date(2021, 1, 1)),
    "no churn": "".join(years(f"A-{n}", 7, months_later(date(2020, 1, 1), n)) for n in range(24)),
    "everyone churned": "".join(years(f"A-{n}", 1 + n % 4, date(2018, 1, 1)) for n in range(40)),
    "twelve renewals": "".join(years(f"A-{n}", 1 + n % 2, date(2023, 1, 1)) for n in range(12)),
    "contracts without ends": "".join(monthly(f"A-{n}", f"2022-{1 + n % 12:02d}-01") for n in range(30)),
    "less than nothing": monthly("A", "2022-01-01") + monthly("A", "2022-02-01", amount=-300) + monthly("B", "2023-01-01", amount=-50),
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    opened = {name: _made(tmp_path_factory.mktemp("book"), rows) for name, rows in BOOKS.items()}
    yield opened
    for store in opened.values():
        store.close()


def _made(folder: Path, rows: str) -> Store:
    store = Store.open(folder / "own.duckdb")
    for table, text in (("contracts", HEAD + rows), ("costs", COSTS)) if rows else ():
        (folder / f"{table}.csv").write_text(text)
        options = {"rows": "records"} if table == "contracts" else None
        assert import_file(store, folder / f"{table}.csv", table=table, options=options).batch is not None
    return store


def asked(store: Store, name: str, **question):
    return run(name, store, EVERYONE, Question(**{"as_of": DAY} | question))


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_answers(stores, book, name):
    report = asked(stores[book], name, per="quarter") if name.startswith("cohort") else asked(stores[book], name)
    assert report.rows.schema == asked(stores["nothing"], name).rows.schema


@pytest.mark.parametrize(
    ("book", "why"),
    [
        ("nothing", "no account was followed for any time"),
        ("a single account", "fewer than 10 accounts were followed"),
        ("no churn", "no account was followed for any time, and a list of those who are there does not say who had left"),
        ("contracts without ends", "nobody was lost, so that nothing says how long customers stay"),
    ],
)
def test_no_curve_of_survival_says_why(stores, book, why):
    """Contracts without ends as they stand years after their file came; before it, they are a list of who is there."""
    report = asked(stores[book], "survival-groups", as_of=date(2030, 12, 31) if book == "contracts without ends" else DAY)
    assert report.totals["why_null"].startswith(why)
    assert [report.totals[name] for name in ("median_months", "year_1", "year_1_low")] == [None] * 3
    assert asked(stores[book], "survival").rows.is_empty()


@pytest.mark.parametrize(
    ("book", "why"),
    [
        ("everyone churned", "everybody who was followed was lost, so that nobody is left to look ahead for"),
        ("twelve renewals", "fewer than 30 renewals came up"),
        ("contracts without ends", "nobody was lost"),
    ],
)
def test_no_curve_of_renewals_says_why_and_no_value_comes_of_it(stores, book, why):
    day = {"as_of": date(2030, 12, 31) if book == "contracts without ends" else DAY}
    fits = asked(stores[book], "lifetime", **day).rows
    assert fits.height == 1 and fits["why_null"].item().startswith(why) and fits["lifetime"].item() is None
    assert asked(stores[book], "lifetime-curve", **day).rows.is_empty()
    worth = asked(stores[book], "lifetime-value", **day)
    assert worth.totals["ltv_discounted"] is None and worth.totals["revenue_discounted"] is None
    assert any("Discounted nothing is told" in note and why in note for note in worth.notes) or book == "everyone churned"


def test_who_was_never_followed_is_said_to_be_missing_in_place_of_a_curve(stores):
    found = asked(stores["no churn"], "lifetime")
    assert found.rows.is_empty() and found.notes[0].startswith("There is no curve of renewals: no account was followed for any time")
    assert any(note.startswith("24 accounts are left out") for note in found.notes)


def test_everyone_churned_has_a_curve_that_ends_and_no_customer_to_value(stores):
    groups = asked(stores["everyone churned"], "survival-groups")
    # Ten each stay one, two, three and four years: half are lost after the second, 730 days.
    assert groups.totals["median_months"] == pytest.approx(730 / (365.25 / 12)) and groups.totals["lost"] == 40
    worth = asked(stores["everyone churned"], "lifetime-value").totals
    assert {worth[name] for name in ("ltv", "ltv_by_renewal", "ltv_discounted", "arpa")} == {None}


def test_a_margin_below_zero_is_told_as_revenue_and_pays_nothing_back(stores):
    """24 customers at 100.00 a month bring 2,400.00 and cost 9,999.00."""
    worth = asked(stores["no churn"], "lifetime-value")
    assert worth.totals["gross_margin"] < 0 and worth.totals["why_no_margin"] == "there is no margin: revenue cost more than it brought"
    paid = asked(stores["no churn"], "cohort-payback").rows
    assert {*paid["payback_is"]} == {"unknown"} and paid["payback_month"].null_count() == paid.height


def test_one_group_is_not_compared_and_accounts_without_one_are_a_group(stores):
    alone = asked(stores["everyone churned"], "survival-tests")
    assert alone.totals["groups_are"] == "too_few" and alone.notes[0].startswith("One group cannot be compared")
    split = asked(stores["everyone churned"], "survival-tests", by="cohort_year")
    assert split.totals["groups_are"] == "too_few" and split.rows.height == 1 and "two" in split.rows["why_null"].item()


def test_a_company_that_all_begins_on_one_day_is_said_to_be_perhaps_older(stores):
    notes = asked(stores["everyone churned"], "survival-groups").notes
    assert any("40 of 40 accounts begin on 2018-01-01" in note and "may be older" in note for note in notes)
