"""What the sample company expects, and that the forecasts it kept are those that the product would have kept on their days."""

from contextlib import closing
from datetime import date, timedelta

import polars as pl
import pytest

from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.forecast.keeping import keep, made_on
from reports.report import Question
from sample.company import LAST_DAY, OWNERS, generate
from sample.expected import CALLED_AHEAD, eves, expected
from sample.load import FILES, _import
from tests.companies import sample_company


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    with closing(Store.open(sample_company(tmp_path_factory.mktemp("sample") / "sample.duckdb"))) as store:
        expected(store, LAST_DAY, kept=False)
        yield store


def test_csms_have_called_renewals_that_are_due_and_one_who_logs_nothing_has_not(sample):
    rows = run("renewal-calls", sample, EVERYONE, Question()).rows
    due = rows.filter(renewal="due")
    assert set(due["standing"]) == {"holds"} and set(due["called_by"]) == set(OWNERS[:-1])
    assert (due["called_by"] == due["owner"]).all()
    assert due["due_on"].is_between(LAST_DAY + timedelta(days=1), LAST_DAY + timedelta(days=CALLED_AHEAD)).all()
    assert (rows["called_on"] < rows["due_on"]).all() and rows["called_on"].max() < LAST_DAY
    assert set(due["call"]) >= {"commit", "likely", "at_risk"}


def test_targets_are_of_the_current_quarter_and_the_next(sample):
    rows = run("forecast-gap", sample, EVERYONE, Question()).rows
    whole = rows.filter(owner="*")
    quarters = [date(2026, 10, 1), date(2027, 1, 1)]
    assert whole.select("quarter", "measure").rows() == [(quarter, measure) for quarter in quarters for measure in ("arr", "nrr")]
    assert set(rows.filter(pl.col("owner") != "*").select("quarter", "owner", "measure").rows()) == {
        (quarters[1], owner, "renewed_arr") for owner in OWNERS[:2]
    }


def test_the_forecasts_are_of_the_eves_of_the_last_three_quarters():
    assert eves(LAST_DAY) == [date(2026, 9, 30), date(2026, 6, 30), date(2026, 3, 31)]
    assert eves(date(2026, 12, 31)) == [date(2026, 9, 30), date(2026, 6, 30), date(2026, 3, 31)]


@pytest.mark.long
def test_a_forecast_of_an_eve_is_the_one_that_the_product_would_have_kept_on_that_day(sample, tmp_path):
    """A store of what files had said by the eve, from which the forecast is kept as of its newest day."""
    eve = eves(LAST_DAY)[0]
    generate(tmp_path)
    cut(tmp_path, eve)
    with closing(Store.open(tmp_path / "then.duckdb")) as then:
        for name in FILES:
            _import(then, tmp_path / name, eve)
        assert keep(then, day=eve) > 0
        kept = made_on(then, eve)
    by_rates = made_on(sample, eve).filter(pl.col("source") != "calls")
    order = ["quarter", "owner"]
    told = [name for name in kept.columns if name in by_rates.columns]
    assert kept.select(told).sort(order).equals(by_rates.select(told).sort(order))


def cut(folder, eve: date) -> None:
    """Leave in the files what was known on a day: what had happened, was booked, opened or answered by then."""
    dated = {"contracts": "booked_on", "tickets": "opened_at", "surveys": "answered_at"}
    for name, column in dated.items():
        rows = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
        rows = rows.filter(pl.col(column).str.slice(0, 10) <= str(eve))
        gone = {"contracts": ["cancelled_on"], "tickets": ["resolved_at"]}.get(name, [])
        rows.with_columns(pl.when(pl.col(one).str.slice(0, 10) <= str(eve)).then(one).alias(one) for one in gone).write_csv(
            folder / f"{name}.csv"
        )
    held = pl.read_csv(folder / "activities.csv", infer_schema=False)
    held.filter(pl.coalesce("done_on", pl.lit("9999")) <= str(eve)).write_csv(folder / "activities.csv")
    used = pl.read_parquet(folder / "usage_events.parquet")
    used.filter(pl.col("occurred_at").dt.date() <= eve).write_parquet(folder / "usage_events.parquet")
