"""What a deed of the day's work costs, and reading after it, as deeds add up: each is a batch of its own in the log.

    python -m benchmarks.deeds [COUNTS] [STORE]     0,2000,10000,50000 deeds

A team of fifty does about a thousand a day. Seconds of processor, which hold on a machine that others use too: for writing one more task,
for opening a view and reading the table of activities after it, for reading accounts, and for the report Today. The deeds are planted by
copying the rows of one that was written as all are. The company is made up (300 accounts); a store that is given is copied instead.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from data.work.writing import write
from reports.catalogue import run
from reports.report import Question
from sample.load import load

DAY = date(2026, 1, 15)
COPIED = ("log", "batches", "rows_activities", "checksums")
OTHERWISE = {"batch": "batch + n", "seq": "seq + n", "row_key": "row_key || n", "activity_id": "activity_id || n"}


def deed(store: Store, account: str) -> int:
    """Write one task; its batch."""
    row = {"account_id": account, "kind": "task", "owner": "csm1@example.com", "status": "open", "due_on": DAY, "body": "Ask for the plan"}
    return write(store, EVERYONE, "activities", [row]).batch


def plant(store: Store, batch: int, count: int) -> None:
    """Copy what one deed has written so many times, each as a batch of its own after it."""
    with store.writing() as cursor:
        for table in COPIED:
            names = [row[0] for row in cursor.execute("select column_name from duckdb_columns() where table_name = ?", [table]).fetchall()]
            chosen = ", ".join(OTHERWISE.get(name, f'"{name}"') for name in names)
            cursor.execute(f"insert into {table} select {chosen} from {table}, range(1, {count + 1}) copies(n) where batch = {batch}")


def spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def read(store: Store, table: str) -> None:
    with View(store) as view:
        view.table(table) if table != "accounts" else view.accounts()


def measured(store: Store, account: str, count: int) -> None:
    run("today", store, EVERYONE, Question())  # all that does not depend on the deeds has been worked out
    writing = spent(lambda: deed(store, account))
    accounts, activities = spent(lambda: read(store, "accounts")), spent(lambda: read(store, "activities"))
    today = spent(lambda: run("today", store, EVERYONE, Question()))
    print(
        f"{count:6d} deeds: one more {writing:6.2f} s, then accounts {accounts:6.2f}, activities {activities:6.2f}, Today {today:6.2f} s",
        flush=True,
    )


def main(counts: str = "0,2000,10000,50000", store: str = "") -> None:
    with tempfile.TemporaryDirectory() as place:
        own = Path(place) / "own.duckdb"
        shutil.copy(store, own) if store else load(own, accounts=300, events=200_000, trained=False)
        opened, there = Store.open(own), 0
        with View(opened) as view:
            account = view.accounts()["account_id"][0]
        for count in map(int, counts.split(",")):
            if count > there:
                plant(opened, deed(opened, account), count - there)
            there = count
            measured(opened, account, count)
        opened.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
