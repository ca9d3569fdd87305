"""Cohorts and unit economics from files to report: who may see costs, what filters do, and what is said to be missing."""

from contextlib import closing
from datetime import date

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.report import Question
from tests.books import CONTRACTS, company

COSTS = "month,kind,amount\n" + "".join(
    f"2023-{month:02d},{kind},{amount}\n" for month in range(1, 13) for kind, amount in (("cost of revenue", 100), ("sales", 60))
)
DAY = Question(as_of=date(2023, 12, 31), start=date(2023, 9, 30))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("economics")
    opened = company(folder / "own.duckdb")
    (folder / "costs.csv").write_text(COSTS)
    assert import_file(opened, folder / "costs.csv").batch
    yield opened
    opened.close()


def test_the_first_cohort_in_december(store):
    """January: A 100.10, B 777.77, C 33.33 = 911.20. In December C is gone, and B pays 55.00 more."""
    report = run("cohorts", store, EVERYONE, DAY)
    last = report.rows.row(-1, named=True)
    assert (last["cohort"], last["size"], last["period"], last["retained_accounts"]) == (date(2023, 1, 1), 3, 11, 2)
    assert (last["opening_mrr"], last["retained_mrr"], last["closing_mrr"]) == (91120, 87787, 93287)
    assert (last["gross"], last["net"], last["logo"]) == (87787 / 91120, 93287 / 91120, 2 / 3)
    # Billed: 7 x 911.20, 3 x 877.87 and 2 x 932.87 (the add-on came in November), less 12 x 100.00, for three accounts.
    assert last["margin_per_account"] == round((7 * 91120 + 3 * 87787 + 2 * 93287 - 12 * 10000) / 3)
    assert run("cohort-averages", store, EVERYONE, DAY).rows["net"][-1] == last["net"]


def test_quarters_and_groups(store):
    rows = run("cohorts", store, EVERYONE, Question(as_of=date(2023, 12, 31), by="segment", per="quarter")).rows
    assert rows.group_by("group").len().sort("group").rows() == [("Large", 4), ("SMB", 4)]
    with pytest.raises(ValueError, match="month, quarter"):
        run("cohorts", store, EVERYONE, Question(per="decade"))


def test_unit_economics_of_december(store):
    report = run("unit-economics", store, EVERYONE, DAY)
    assert report.rows["month"].to_list() == [date(2023, 10, 1), date(2023, 11, 1), date(2023, 12, 1)]
    last = report.totals
    assert last["arpa"] == 46644  # 932.87 / 2, half a cent up
    assert last["gross_margin"] == (93287 - 10000) / 93287
    # Openings: 0 in January, 3 in February to August, 2 from September on.
    assert last["customer_churn"] == 1 / (7 * 3 + 4 * 2)
    assert last["cac"] == 12 * 6000 // 3
    # C's only line ended on 1 August, and none of the lines that run on 1 November, the last start, has an end: no term was agreed.
    assert (last["due"], last["renewed"], last["renewal_rate"]) == (0, 0, None)
    assert (last["ltv"], last["ltv_to_cac"]) == (None, None)
    assert last["ltv_low"] < 46644 * last["gross_margin"] * 29 < last["ltv_high"]
    assert report.notes == (
        "LTV is not told: it would rest on 1 churn in 29 account-months, and 5 churns are needed; the bounds beside it say what they allow.",
        "No renewal was decided in the last 12 months.",
    )


def test_a_csm_sees_no_costs_and_is_told_so(store):
    viewer = Viewer("two@example.com")
    report = run("unit-economics", store, viewer, DAY)
    assert report.totals["arpa"] == 83277
    assert [report.totals[name] for name in ("gross_margin", "ltv", "cac", "payback_months", "spent")] == [None] * 5
    assert "people who see all" in report.notes[0]
    assert run("cohorts", store, viewer, DAY).rows["margin"].count() == 0


def test_with_a_filter_the_margin_is_the_companys_and_what_is_spent_on_growth_is_left_out(store):
    report = run("unit-economics", store, EVERYONE, Question(as_of=DAY.as_of, filters=(("segment", ("SMB",)),)))
    assert report.totals["gross_margin"] == (93287 - 10000) / 93287
    assert report.totals["cac"] is None
    assert "clear the filters" in report.notes[0]


def test_what_is_missing_is_said(tmp_path):
    bare = company(tmp_path / "own.duckdb")
    notes = run("unit-economics", bare, EVERYONE, Question(as_of=date(2023, 2, 28))).notes
    bare.close()
    assert [words for note in notes for words in ("cost of revenue", "sales or marketing", "3 closed months") if words in note] == [
        "cost of revenue",
        "sales or marketing",
        "3 closed months",
    ]
    empty = Store.open(tmp_path / "empty.duckdb")
    assert run("unit-economics", empty, EVERYONE, Question()).notes == ("No month has closed yet in the period.",)
    assert run("cohorts", empty, EVERYONE, Question()).rows.is_empty()
    empty.close()


def test_the_renewal_rate_is_that_of_the_report_on_it(store, tmp_path):
    """Where a person says that the ends of the feed are agreed ones, C's seven months were a term, and not renewed: 0 of 1."""
    year = Question(as_of=date(2023, 12, 31))
    assert run("renewal-rate", store, EVERYONE, year).totals["renewals"] == 0
    with closing(Store.open(tmp_path / "own.duckdb")) as said:
        (tmp_path / "contracts.csv").write_text(CONTRACTS)
        assert import_file(said, tmp_path / "contracts.csv", options={"ends_are": "agreed"}).batch
        of_months, by_count = run("unit-economics", said, EVERYONE, year).totals, run("renewal-rate", said, EVERYONE, year).totals
    assert of_months["due"] == by_count["renewals"] == 1
    assert of_months["renewal_rate"] == by_count["rate_by_count"] == 0
    assert of_months["term_months"] == 7  # 1 January to 1 August


def test_ltv_without_grace_has_the_margin_without_grace(tmp_path):
    """On 31 October A pays 100.00, and L's 300.00 are in grace since the 25th; five small ones left in March. Cost of revenue 40.00: of
    400.00 with grace 90 % remain, of 100.00 without it 60 %."""
    left = "".join(f"{n},S{n},Core,2025-01-01,2025-03-15,1,1 month,USD\n" for n in range(3, 8))
    (tmp_path / "contracts.csv").write_text(
        "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n"
        "1,A,Core,2025-01-01,,100,1 month,USD\n2,L,Core,2025-01-01,2025-10-25,300,1 month,USD\n" + left
    )
    (tmp_path / "costs.csv").write_text("month,kind,amount\n2025-10,cost of revenue,40\n")
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        assert all(import_file(opened, tmp_path / name).batch for name in ("contracts.csv", "costs.csv"))
        house, strict = (
            run("unit-economics", opened, EVERYONE, Question(as_of=date(2025, 10, 31), rules=rules)).totals for rules in ("house", "strict")
        )
    assert (house["gross_margin"], strict["gross_margin"]) == ((40000 - 4000) / 40000, (10000 - 4000) / 10000)
    # Openings: 7 in February and March, 2 in April to October; lost are five, and without grace L.
    assert house["customer_churn_without_grace"] == 6 / (2 * 7 + 7 * 2)
    assert house["ltv_without_grace"] == strict["ltv"] == round(10000 * 0.6 * 28 / 6)
    assert house["ltv"] == round(20000 * 0.9 * 28 / 5)


@pytest.mark.parametrize("other", ["2025-03-01", "2025-03-11", "2025-03-30"])
def test_the_renewal_rate_without_grace_leaves_out_what_is_open(tmp_path, other):
    """Four years end on 1 March 2025: A renews on the day, B ten days later, C not at all, and of D another product starts within the 30
    days of grace, of which nobody said what it is: 2 of 3, and without grace 1 of 3, in both reports."""
    ended = "".join(f"{account},{account},Core,2024-03-01,2025-03-01,1200,1 year,USD\n" for account in "ABCD")
    (tmp_path / "contracts.csv").write_text(
        "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n" + ended + "A2,A,Core,2025-03-01,2026-03-01,1200,1 year,USD\n"
        f"B2,B,Core,2025-03-11,2026-03-01,1200,1 year,USD\nD2,D,Plus,{other},2026-03-01,1200,1 year,USD\n"
    )  # fmt: skip
    asked = Question(as_of=date(2025, 6, 30))
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        assert import_file(opened, tmp_path / "contracts.csv", options={"ends_are": "agreed"}).batch
        of_months, of_all = run("unit-economics", opened, EVERYONE, asked).totals, run("renewal-rate", opened, EVERYONE, asked).totals
    assert (of_months["renewal_rate"], of_months["renewal_rate_without_grace"]) == (2 / 3, 1 / 3)
    assert (of_all["open"], of_all["rate_by_count"], of_all["rate_by_count_without_grace"]) == (1, 2 / 3, 1 / 3)
