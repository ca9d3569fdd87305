"""Usage is read month by month, and a month that no batch touched is not read again: what is kept is what would be read anew."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.readings import Readings
from data.store.store import Store
from data.store.view import View
from data.usage.view import UsageView
from data.viewer import EVERYONE, Viewer
from data.work.writing import write
from tests.books import company

FIRST, LAST = date(2023, 10, 1), date(2024, 1, 31)
VIEWERS = (Viewer("one@example.com"), EVERYONE, Viewer("two@example.com"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(company(tmp_path / "own.duckdb")) as opened:
        yield opened


def read(store: Store, viewer: Viewer) -> list[pl.DataFrame]:
    with View(store, viewer) as view:
        starts = view.accounts().select("account_id", started_on=pl.lit(date(2023, 11, 15)))
        first = view.user_first_days(starts, LAST).sort("account_id", "user_id", nulls_last=True)
        frames = [view.usage_months(FIRST, LAST), view.usage_months(FIRST, LAST, ids=True), view.feature_months(FIRST, LAST)]
        return [*frames, view.usage_daily(FIRST, date(2023, 12, 20)), first]


def imported(store: Store, tmp_path: Path, *rows: str) -> int:
    (tmp_path / "more.csv").write_text("\n".join(["account_id,user_id,event,occurred_at", *rows, ""]))
    done = import_file(store, tmp_path / "more.csv", table="usage_events").batch
    assert done
    return done.batch


def test_what_is_kept_of_months_is_what_would_be_read_anew(store, tmp_path):
    batches: list[int] = []
    deeds = [
        lambda: None,
        lambda: batches.append(imported(store, tmp_path, "A,ann,open,2023-11-30T10:00:00Z", "B,bob,open,2023-12-01T10:00:00Z")),
        lambda: batches.append(imported(store, tmp_path, "B,bob,open,2023-12-01T10:00:00Z", "B,eve,open,2024-01-02T10:00:00Z")),
        lambda: store.undo(batches[0]),
        lambda: write(store, EVERYONE, "accounts", [{"account_id": "A", "owner": "two@example.com"}]),
        lambda: store.redo(batches[0]),
        lambda: store.undo(batches[1]),
    ]
    for deed in deeds:
        deed()
        kept = [read(store, viewer) for viewer in VIEWERS]
        store.readings, before = Readings(), store.readings
        assert all(one.equals(other) for viewer, frames in zip(VIEWERS, kept, strict=True) for one, other in zip(frames, read(store, viewer), strict=True))  # fmt: skip
        store.readings = before


def test_days_are_counted_as_they_are_written_down_here(store, tmp_path):
    imported(store, tmp_path, "A,ann,open,2023-11-30T10:00:00Z", "A,ann,open,2023-11-30T11:00:00Z", "A,amy,open,2024-01-02T10:00:00Z")
    months, _, _, daily, first = read(store, Viewer("one@example.com"))
    december = sum(1 << day - 1 for day in range(1, 29))
    assert months.sort("month", "user_id").rows() == [
        ("A", "ann", date(2023, 11, 1), 1 << 29), ("A", "ann", date(2023, 12, 1), december), ("A", "amy", date(2024, 1, 1), 2),
    ]  # fmt: skip
    assert daily.rows()[0] == ("A", date(2023, 11, 30), 2)
    assert daily.height == 1 + 20
    assert first.rows() == [("A", "amy", date(2024, 1, 2)), ("A", "ann", date(2023, 11, 30))]


def test_only_the_months_that_an_import_touched_are_read_again(store, tmp_path, monkeypatch):
    read(store, EVERYONE)
    asked: list[date] = []
    real = UsageView._usage_now
    monkeypatch.setattr(UsageView, "_usage_now", lambda self, query, named, more: (asked.extend(named), real(self, query, named, more))[1])
    imported(store, tmp_path, "A,ann,open,2024-01-30T10:00:00Z")
    for viewer in VIEWERS:
        with View(store, viewer) as view:
            view.usage_months(FIRST, LAST)
            view.usage_daily(FIRST, LAST)
    assert {*asked} == {date(2024, 1, 1)}
