"""A spreadsheet user's company, saved twice: every report says the same of both saves, and tells of the dirt that is in them."""

from datetime import date

import polars as pl
import pytest

from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import REPORTS, run
from reports.files import tables
from reports.report import Question
from tests.companies import ravenstack
from tests.datasets import FOLDER, needs_datasets

# The one save writes flags as True, the other as TRUE, and one file has another name; all else is the same.
SPELT = ("file",)


@pytest.fixture(scope="module")
def saves(tmp_path_factory):
    found = {}
    for save in ("ravenstack_iso", "ravenstack_dmy"):
        found[save] = Store.open(ravenstack(save, tmp_path_factory.mktemp(save) / "own.duckdb"))
    yield found
    for store in found.values():
        store.close()


def answer(store: Store, name: str, by: str | None) -> dict:
    said = tables.as_json(run(name, store, EVERYONE, Question(by=by)))
    # Where a file came in: the two saves call one of theirs otherwise.
    spelt = lambda row: {*SPELT, *(("what",) if name == "timeline" and row["kind"] == "imports" else ())}  # noqa: E731
    rows = [{key: value for key, value in row.items() if key not in spelt(row)} for row in said["rows"]]
    return {"rows": sorted(rows, key=str), "totals": said["totals"], "parameters": said["parameters"]}


@needs_datasets
@pytest.mark.long
@pytest.mark.parametrize("name", sorted({*REPORTS} - {"migration"}))  # which says at what minute each file came in
@pytest.mark.parametrize("by", [None, "industry"])
def test_both_saves_give_the_same_report(saves, name, by):
    iso, dmy = (answer(store, name, by) for store in saves.values())
    assert iso == dmy


def raw(name: str) -> pl.DataFrame:
    return pl.read_csv(FOLDER / "ravenstack_iso" / f"ravenstack_{name}.csv", try_parse_dates=True)


@needs_datasets
def test_the_dirt_is_told(saves):
    """Counted from the raw files in plain joins: usage outside its subscription, ids that stand twice, churns that did not happen."""
    told = run("quality", saves["ravenstack_iso"], EVERYONE, Question()).totals
    lines, usage, churns = raw("subscriptions"), raw("feature_usage"), raw("churn_events")
    dated = usage.join(lines.select("subscription_id", "start_date", "end_date"), on="subscription_id", how="left")
    outside = dated.filter((pl.col("usage_date") < pl.col("start_date")) | (pl.col("usage_date") >= pl.col("end_date")).fill_null(False))
    assert told["usage outside its contract"] == outside["subscription_id"].n_unique() > 1000
    assert told["reused event ids"] == usage["usage_id"].value_counts().filter(pl.col("count") > 1).height == 21
    later = pl.col("churn_date").dt.offset_by("30d")
    held = lines.filter(~pl.col("is_trial"))  # a trial that runs on contradicts no churn
    ran_on = churns.join(held.select("account_id", "start_date", "end_date"), on="account_id").filter(
        pl.col("start_date") <= pl.col("churn_date"), (pl.col("end_date") > later).fill_null(True)
    )
    assert told["churn record against contract"] == ran_on["churn_event_id"].n_unique() > 100


@needs_datasets
def test_figures_are_those_of_the_raw_file(saves):
    """MRR at the end of 2024: the lines that have begun and not ended, trials left out, straight from the file."""
    day = date(2024, 12, 31)
    lines = raw("subscriptions").filter(
        pl.col("start_date") <= day, (pl.col("end_date") > day).fill_null(True), ~pl.col("is_trial"), pl.col("mrr_amount") > 0
    )
    strict = run("arr", saves["ravenstack_iso"], EVERYONE, Question(as_of=day, rules="strict"))
    assert strict.totals["mrr"] == lines["mrr_amount"].sum() * 100
    assert strict.totals["accounts_paying"] == lines["account_id"].n_unique()
