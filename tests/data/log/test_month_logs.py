"""Logs of months: whatever files tell them, in whatever order, lines say what the newest standing file says of each month."""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.store.store import Store
from data.store.view import View
from tests.data.log.stagings import staged
from tests.new_store import new_store

FIRST = date(2024, 1, 1)
AMOUNTS = st.sampled_from([0, 0, 100, 100, 150, 80])
ACCOUNTS = ("A", "B")


def month(place: int) -> date:
    return date(2024 + place // 12, place % 12 + 1, 1)


def last_day(place: int) -> date:
    return date.fromordinal(month(place + 1).toordinal() - 1)


@st.composite
def files(draw: st.DrawFn) -> dict:
    """A file of a log: the months that it covers, what each account paid in each, and whether it is undone in the end."""
    begin = draw(st.integers(0, 8))
    months = range(begin, begin + draw(st.integers(1, 5)))
    paid = {(account, place): draw(AMOUNTS) for account in ACCOUNTS for place in months}
    return {"months": months, "paid": paid, "undone": draw(st.booleans())}


def put(store: Store, folder: Path, file: dict, feed: str = "log") -> int:
    rows = [
        {"account_id": account, "starts_on": month(place), "amount": Decimal(amount), "period": "1 month", "row_key": f"account_id={account}|starts_on={month(place)}"}
        for (account, place), amount in file["paid"].items()
    ]  # fmt: skip
    covers = month(file["months"][0]), last_day(file["months"][-1])
    return store.commit(staged(folder, "contracts", rows, feed=feed, log=True, covers=covers), "test").batch


def lines(store: Store) -> list[tuple]:
    with View(store) as view:
        return view.contracts().select("account_id", "starts_on", "ends_on", pl.col("amount").cast(pl.Int64)).rows()


def expected(standing: list[dict]) -> list[tuple]:
    """The lines by going through the months one by one, in the order of import."""
    covered = sorted({place for file in standing for place in file["months"]})
    found = []
    for account in ACCOUNTS:
        running = None
        for place in covered:
            amount = next(file["paid"][account, place] for file in reversed(standing) if place in file["months"])
            if running and running[2] != amount:
                found.append((account, running[1], month(place), running[2]))
                running = None
            if amount and not running:
                running = (account, month(place), amount)
        found += [(account, running[1], None, running[2])] if running else []
    return sorted(found, key=lambda line: line[:2])


@pytest.mark.long
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(files(), min_size=1, max_size=4))
def test_lines_are_what_importing_only_what_stands_gives(told):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "files"
        folder.mkdir()
        store = new_store(Path(place) / "own.duckdb")
        try:
            numbers = [put(store, folder, file) for file in told]
            assert sorted(lines(store), key=lambda line: line[:2]) == expected(told)
            for number, file in zip(numbers, told, strict=True):
                if file["undone"]:
                    store.undo(number, "test")
            assert sorted(lines(store), key=lambda line: line[:2]) == expected([file for file in told if not file["undone"]])
            with View(store, known_at=numbers[0]) as view:
                assert view.contracts().height == len(expected(told[:1]))
            assert store.check() == []
        finally:
            store.close()


def test_feeds_do_not_decide_on_each_other_and_a_longer_log_says_only_what_is_new(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    store = Store.open(tmp_path / "own.duckdb")
    first = {"months": range(2), "paid": {("A", 0): 100, ("A", 1): 100}}
    longer = {"months": range(4), "paid": first["paid"] | {("A", 2): 100, ("A", 3): 150}}
    put(store, folder, first)
    batch = put(store, folder, longer)
    put(store, folder, {"months": range(2), "paid": {("B", 0): 80, ("B", 1): 80}}, feed="other")
    counted = store.imports().filter(pl.col("batch") == batch).row(0, named=True)
    assert (counted["read"], counted["accepted"], counted["duplicate"]) == (4, 2, 2)
    assert lines(store) == [("A", FIRST, month(3), 100), ("A", month(3), None, 150), ("B", FIRST, None, 80)]
    store.close()
