"""Monthly exports of one billing system, brought in as people do: with a wrong one in the middle, one twice, the first one late."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import date
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import Viewer
from reports.catalogue import run
from reports.report import Question

HEADER = "id,Customer ID,Customer Email,Plan,Product,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start Date (UTC),Current Period Start (UTC),Current Period End (UTC),Canceled At (UTC),Ended At (UTC)"  # fmt: skip
AMOUNTS = {"2025-01-31": (100, 100), "2025-02-28": (180, 70), "2025-03-31": (250, 40)}  # of Alder and Birch, on the day of each export
JAN, FEB, MAR = AMOUNTS
LATE_FIRST = (FEB, MAR, JAN)
ORDERS = [
    pytest.param(one, id=" ".join(day[5:7] for day in one), marks=() if one == LATE_FIRST else pytest.mark.long)
    for one in permutations(AMOUNTS)
]
ASKED = Question(as_of=date(2025, 4, 30), start=date(2025, 1, 31), end=date(2025, 3, 31))


def export(folder: Path, day: str, *, name: str = "subscriptions") -> Path:
    """Stripe's list of what runs on a day."""
    rows = [
        f"sub_{at},cus_{at},ops@{at}.example,price,Pro,1,usd,month,{amount}.00,active,2025-01-05 09:00,2025-01-05 09:00,{day} 09:00,{day} 10:00,,"
        for at, amount in zip("ab", AMOUNTS[day], strict=True)
    ]
    path = folder / f"{name}-{day}.csv"
    path.write_text("\n".join([HEADER, *rows]))
    return path


@contextmanager
def brought_in(folder: Path, *days: str, undone: str = "", again: str = "") -> Generator[Store]:
    """A store with the exports of these days in this order; `again` is exported and brought in once more, `undone` is then taken back."""
    place = folder / f"{'-'.join(days)}-{undone}-{again}"
    place.mkdir(parents=True)
    with closing(Store.open(place / "own.duckdb")) as store:
        files = [export(place, day) for day in days] + ([export(place, again, name="again")] if again else [])
        batches = {file.name: batch.batch for file in files if (batch := import_file(store, file).batch)}
        assert len(batches) == len(files)
        if undone:
            store.undo(batches[f"subscriptions-{undone}.csv"], "test")
        yield store


def figures(store: Store) -> tuple[list[dict], dict]:
    """The bridge by month, and retention over both months, in units of the currency."""
    months = run("movements", store, Viewer(), ASKED).rows.select("month", "opening", "new", "expansion", "contraction", "churn", "closing")
    kept = run("retention", store, Viewer(), ASKED).rows.select("opening_mrr", "closing_mrr", "retained_mrr", "nrr", "grr")
    money = [name for name in months.columns if name != "month"]
    return months.with_columns(pl.col(money) // 100).to_dicts(), kept.row(0, named=True)


def test_three_exports_show_what_changed_between_them_and_what_was_kept(tmp_path):
    with brought_in(tmp_path, JAN, FEB, MAR) as store:
        months, kept = figures(store)
    february, march = months
    assert (february["opening"], february["expansion"], february["contraction"], february["closing"]) == (200, 80, 30, 250)
    assert (march["opening"], march["expansion"], march["contraction"], march["closing"]) == (250, 70, 30, 290)
    assert all(month["new"] == month["churn"] == 0 for month in months)
    assert (kept["nrr"], kept["grr"]) == pytest.approx((290 / 200, (100 + 40) / 200))  # 145 % and 70 %


def test_without_the_middle_one_all_changes_in_march(tmp_path):
    with brought_in(tmp_path, JAN, FEB, MAR, undone=FEB) as store:
        months, kept = figures(store)
    with brought_in(tmp_path, JAN, MAR) as never_there:
        assert (months, kept) == figures(never_there)
    assert (months[0]["expansion"], months[0]["contraction"]) == (0, 0)
    assert (months[1]["expansion"], months[1]["contraction"]) == (150, 60)
    assert (kept["nrr"], kept["grr"]) == pytest.approx((1.45, 0.70))


@pytest.mark.parametrize("again", [FEB, *(pytest.param(day, marks=pytest.mark.long) for day in (JAN, MAR))])
def test_an_export_that_comes_twice_changes_nothing_and_stands_when_one_of_the_two_is_undone(tmp_path, again):
    with brought_in(tmp_path, JAN, FEB, MAR) as once:
        wanted = figures(once)
    with brought_in(tmp_path, JAN, FEB, MAR, again=again) as twice:
        assert figures(twice) == wanted
    with brought_in(tmp_path, JAN, FEB, MAR, again=again, undone=again) as taken_back:
        assert figures(taken_back) == wanted


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_in_which_they_come_does_not_matter(tmp_path, order):
    with brought_in(tmp_path / "a", JAN, FEB, MAR) as straight, brought_in(tmp_path / "b", *order) as other:
        assert figures(other) == figures(straight)
    with brought_in(tmp_path / "c", JAN, MAR) as straight, brought_in(tmp_path / "d", *order, undone=FEB) as other:
        assert figures(other) == figures(straight)
