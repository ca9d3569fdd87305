"""The page Lifetime: what it finds of a company of six years, how it is split, and what it says where too little is known."""

import pytest

from data.store import open_stores
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from tests.long_company import LAST, long_company
from tests.pages.showing import everything, grids, shown


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    path = tmp_path_factory.mktemp("long") / "own.duckdb"
    long_company(path).close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_STORE", str(path))
        yield open_stores.store("own")
        open_stores.close_all()


def page(**query):
    test = shown("lifetime", as_of=f"{LAST}", **query)
    assert not test.exception
    return test


def test_it_says_what_it_finds_with_tables_as_the_reports_have_them(long):
    test = page()
    groups = run("survival-groups", long, EVERYONE, Question(as_of=LAST, by="segment"))
    found = grids(test)
    assert test.header[0].value.startswith(f"Half of the customers are lost after {groups.totals['median_months']:.0f} (")
    assert found["survival-groups"]["group"].to_list() == ["Large", "SMB"]
    assert found["survival-groups"]["lost"].to_list() == groups.rows["lost"].to_list()
    worth = run("lifetime-value", long, EVERYONE, Question(as_of=LAST, by="segment"))
    assert found["lifetime-value"]["ltv_discounted"].to_list() == [cents / 100 for cents in worth.rows["ltv_discounted"]]
    assert found["lifetime-fits"]["renewals_due"].sum() == run("lifetime", long, EVERYONE, Question(as_of=LAST)).rows["renewals_due"].sum()
    said = [caption.value for caption in test.caption]
    assert any("SMB is lost soonest" in one for one in said) and any("From by churn to discounted" in one for one in said)
    assert {metric.label for metric in test.metric} >= {"Followed", "By renewals", "By churn", "By the curve, discounted"}
    assert any("is foreseen to pay back" in one.value or "had paid back" in one.value for one in test.subheader)


def test_it_is_split_counted_and_discounted_otherwise_and_looks_at_any_cohort(long):
    test = page(by="cohort_year", weigh="What they paid", discount="15 %", cohort="2022 Q1", per="Quarter")
    assert grids(test)["survival-groups"]["group"].to_list() == [str(year) for year in range(2019, 2025)]
    worth = run("lifetime-value", long, EVERYONE, Question(as_of=LAST, discount=15))
    assert (
        next(metric.value for metric in test.metric if metric.label == "By the curve, discounted")
        == f"${worth.totals['ltv_discounted'] / 1e5:.1f}K"
    )
    assert any(one.value.startswith("2022 Q1") for one in test.subheader)


def test_it_speaks_chinese(long):
    test = page(language="zh_Hans")
    assert test.header[0].value.startswith("48") and "客户留存多久" in [one.value for one in test.subheader]


def test_where_nobody_was_lost_for_long_it_says_so(small):
    """Three accounts of which one was lost: no curve, no value, no cohort to be told."""
    test = shown("lifetime")
    assert not test.exception
    assert test.header[0].value == "How long customers stay cannot be told: fewer than 10 accounts were followed"
    assert "costs" in everything(test)
