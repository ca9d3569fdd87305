"""Kills and outages in the middle: what comes after ends as if nothing had happened, and nothing is there twice."""

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from data.importing.run import import_file
from data.store.store import Store
from deliveries import delivering, description, files, journal, log
from tests.books import company
from tests.deliveries.conftest import NOW
from tests.deliveries.crm import endpoint, said

KEYED = 'report = "arr"\nkey = ["account_id"]\n'
TABLE = '[target]\nkind = "table"\nsecret = "DB"\ntable = "there"\n'
FOLDER = '[target]\nkind = "folder"\nfile = "each run"\n'


class Killed(BaseException):
    """The process ends here: nothing after it is done, and nothing catches it."""


def kill(monkeypatch, where: object, name: str, *, after: bool) -> None:
    """End the process before a step, or after it, once."""
    real = getattr(where, name)

    def end(*given, **named):
        monkeypatch.setattr(where, name, real)
        if after:
            real(*given, **named)
        raise Killed

    monkeypatch.setattr(where, name, end)


STEPS: list[tuple[object, str, bool]] = [
    (delivering, "hand_out", False),
    (journal.Journal, "begin", True),
    (delivering, "_to_target", False),
    (journal.Journal, "arrived", False),  # the target has all of it, and nothing here knows
    (journal.Journal, "arrived", True),
    (journal.Journal, "ended", False),
    (journal.Journal, "ended", True),
    (log, "add", False),
    (log, "add", True),
    (journal.Journal, "written", True),
]


def ids(store, name: str) -> list[tuple[str, int]]:
    return [(one.outcome, one.rows) for one in log.runs(store, name, 9)[::-1]]


@pytest.fixture
def database(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_DB", f"sqlite:///{tmp_path / 'there.db'}")

    def asked(query: str) -> list[tuple]:
        with closing(sqlite3.connect(tmp_path / "there.db")) as there:
            return there.execute(query).fetchall()

    return asked


@pytest.mark.parametrize(("where", "step", "after"), STEPS, ids=[f"{name} {'after' if after else 'before'}" for _, name, after in STEPS])
def test_a_kill_at_any_step_doubles_nothing_that_is_appended(store, database, deliver, monkeypatch, where, step, after):
    name = f"append_{step.strip('_')}_{after}"
    kill(monkeypatch, where, step, after=after)
    with pytest.raises(Killed):
        deliver(name, 'report = "arr"\n' + TABLE + 'write = "append"\n')
    told = deliver(name)
    assert database("select account_id, count(*) from there group by 1 order by 1") == [("A", 1), ("B", 1), ("C", 1)]
    assert database("select count(distinct delivery_id) from there") == [(1,)]
    delivered = [one for one in log.runs(store, name, 9) if one.outcome == "delivered"]
    assert [(one.delivery_id,) for one in delivered] == database("select distinct delivery_id from there")
    assert told.outcome in ("delivered", "nothing new") and delivered[0].rows == 3


@pytest.mark.parametrize(("where", "step", "after"), STEPS, ids=[f"{name} {'after' if after else 'before'}" for _, name, after in STEPS])
def test_a_kill_at_any_step_leaves_one_file_of_changes(store, deliver, monkeypatch, where, step, after):
    name = f"file_{step.strip('_')}_{after}"
    kill(monkeypatch, where, step, after=after)
    with pytest.raises(Killed):
        deliver(name, KEYED + "only_changes = true\n" + FOLDER)
    deliver(name)
    found = sorted(files.root(store.path).glob(f"{name}_*"))
    assert len(found) == 1
    assert sorted(row["account_id"] for row in csv.DictReader(found[0].read_text().splitlines())) == ["A", "B", "C"]
    assert deliver(name).outcome == "nothing new"


def changed(store, tmp_path, text: str) -> None:
    (tmp_path / "more.csv").write_text(text)
    assert import_file(store, tmp_path / "more.csv", table="contracts").batch


def test_what_changed_meanwhile_is_appended_once_beside_what_had_arrived(tmp_path, database, monkeypatch):
    """The kill comes once the table has the rows; before the next run Alder pays 50.00 more a month, so 1801.20 a year."""
    with closing(company(tmp_path / "own.duckdb")) as store:
        description.folder(store.path).mkdir()
        (description.folder(store.path) / "log.toml").write_text(KEYED + "only_changes = true\n" + TABLE + 'write = "append"\n')
        kill(monkeypatch, journal.Journal, "arrived", after=False)
        with pytest.raises(Killed):
            delivering.deliver(store, "log", NOW)
        changed(
            store,
            tmp_path,
            "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n9,A,More,2023-12-01,,50.00,1 month,USD\n",
        )
        told = delivering.deliver(store, "log", NOW)
        assert (told.outcome, told.rows) == ("delivered", 1)
        assert database("select account_id, arr from there order by 1, 2") == [("A", 1201.2), ("A", 1801.2), ("B", 9993.24), ("C", 0.0)]
        assert ids(store, "log") == [("delivered", 3), ("delivered", 1)]


ROWS = KEYED + '[target]\nkind = "endpoint"\nrows_a_request = 1\nurl = "{url}"\n'


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_endpoint_that_is_down_in_the_middle_has_every_event_once(store, deliver, at, answered):
    """It takes some rows, one of them perhaps without saying so, is down, and comes back: five tries fail, the next run does the rest."""
    with endpoint() as there:
        name = f"down_{at}_{answered}"
        there.faults = ["ok"] * at + ([said(503)] * 5 if answered else ["break"] + [said(502)] * 4)
        told = deliver(name, ROWS.format(url=there.url))
        assert (told.outcome, told.rows) == ("failed", at)
        assert deliver(name).outcome == "delivered"
        assert sorted(row["account_id"] for row in there.events) == ["A", "B", "C"]
        assert len({one.body["delivery_id"] for one in there.asked}) == 1
        assert ids(store, name) == [("failed", at), ("delivered", 3 - at)]


CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from data.store.store import Store
from deliveries import delivering
print(delivering.deliver(Store.open(Path(sys.argv[1])), "crm", datetime.now(UTC)), flush=True)
"""


def until(what: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_process_that_is_killed_while_the_endpoint_has_a_row_but_has_not_said_so(tmp_path):
    """SIGKILL, in the middle of the second of three requests; the next run ends it, and the endpoint has each row once."""
    path = tmp_path / "own.duckdb"
    company(path).close()
    with endpoint() as there:
        description.folder(path).mkdir()
        (description.folder(path) / "crm.toml").write_text(ROWS.format(url=there.url))
        there.faults = ["ok", "hang"]
        begun = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE)
        try:
            until(lambda: len(there.asked) == 2)
        finally:
            os.kill(begun.pid, signal.SIGKILL)
            begun.communicate()
        there.free.set()
        until(lambda: len(there.events) == 2)
        with closing(Store.open(path)) as store:
            told = delivering.deliver(store, "crm", NOW)
        assert (told.outcome, told.rows) == ("delivered", 2)
        assert sorted(row["account_id"] for row in there.events) == ["A", "B", "C"]
        assert len({one.key for one in there.asked}) == 3 and len(there.asked) == 4
