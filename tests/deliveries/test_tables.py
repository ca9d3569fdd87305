"""Tables of a database: made where missing, refused where they have other columns, and never half written; read by a program that knows
nothing of Holdfast."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from data.viewer import EVERYONE
from deliveries import delivering
from reports.catalogue import run
from reports.files.tables import as_json
from reports.report import Question
from tests.deliveries.conftest import NOW

KEYED = 'report = "arr"\nkey = ["account_id"]\n'
READS = """
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("select account_id, arr, seats, currency, as_of from scores order by account_id").fetchall()
print(json.dumps(rows))
"""


@pytest.fixture
def database(tmp_path, monkeypatch):
    path = tmp_path / "there.db"
    monkeypatch.setenv("HOLDFAST_SECRET_DB", f"sqlite:///{path}")
    return path


def table(name: str, more: str = "") -> str:
    return f'[target]\nkind = "table"\nsecret = "DB"\ntable = "{name}"\n{more}'


def asked(path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as there:
        return there.execute(query).fetchall()


def test_a_second_program_reads_the_figures_of_the_report(store, database, deliver):
    deliver("scores", KEYED + table("scores"))
    read = subprocess.run([sys.executable, "-I", "-c", READS, str(database)], capture_output=True, check=True, text=True)
    report = as_json(run("arr", store, EVERYONE, Question()))
    expected = [[row["account_id"], row["arr"], row["seats"], "USD", "2023-12-28"] for row in report["rows"]]
    assert json.loads(read.stdout) == sorted(expected)
    # 12 times 100.10; 12 times 777.77 and 55.00; left, so that nothing is paid, and of whose seats nothing is known
    assert [row[1:3] for row in sorted(expected)] == [[1201.2, 5], [9993.24, 9], [0.0, None]]


def test_every_row_says_which_delivery_it_is_of_and_a_marker_which_came_last(database, deliver):
    told = deliver("marked", KEYED + table("marked"))
    assert asked(database, "select distinct delivery_id, as_of from marked") == [(told.delivery_id, "2023-12-28")]
    assert asked(database, "select delivery, delivery_id, rows from holdfast_deliveries") == [("marked", told.delivery_id, 3)]


def test_upsert_changes_rows_and_leaves_columns_and_rows_of_others(database, deliver):
    with closing(sqlite3.connect(database)) as there:
        there.execute("create table notes (account_id text primary key, arr real, note text)")
        there.executemany("insert into notes values (?, ?, ?)", [("A", 1.0, "mine"), ("Z", 2.0, "yours")])
        there.commit()
    text = 'trace = []\nkey = ["account_id"]\nreport = "arr"\n[columns]\naccount_id = "account_id"\narr = "arr"\n' + table("notes")
    assert deliver("notes", text).outcome == "delivered"
    expected = [("A", 1201.2, "mine"), ("B", 9993.24, None), ("C", 0.0, None), ("Z", 2.0, "yours")]
    assert asked(database, "select account_id, arr, note from notes order by 1") == expected


def test_rows_that_the_report_has_no_more_go_where_that_is_said(database, deliver):
    kept = [("A", 1201.2), ("B", 9993.24), ("C", 0.0), ("Z", None)]
    for name, more, n, left in (
        ("kept", 'gone = "keep"\n', 2, kept), ("gone", 'gone = "delete"\n', 2, kept[1:]), ("emptied", "", 3, [("A", None), *kept[1:]]),
    ):  # fmt: skip
        deliver(name, KEYED + table(name, more))
        with closing(sqlite3.connect(database)) as there:
            there.execute(f"insert into {name} (account_id) values ('Z')")  # of somebody else
            there.commit()
        assert deliver(name, KEYED + '[parameters]\nviewer = "two@example.com"\n' + table(name, more)).rows == n
        assert asked(database, f"select account_id, arr from {name} order by 1") == left


def test_replace_is_all_rows_at_once_and_append_never_the_same_twice(database, deliver):
    for _ in range(2):
        replaced = deliver("whole", 'report = "arr"\n' + table("whole", 'write = "replace"\n'))
    assert (replaced.outcome, asked(database, "select count(*), count(distinct delivery_id) from whole")) == ("delivered", [(3, 1)])
    outcomes = [deliver("log", 'report = "arr"\n' + table("log", 'write = "append"\n')).outcome for _ in range(3)]
    assert outcomes == ["delivered", "nothing new", "nothing new"]
    assert asked(database, "select count(*) from log") == [(3,)]
    assert deliver("log", everything=True).outcome == "delivered"
    assert asked(database, "select count(*), count(distinct delivery_id) from log") == [(6, 2)]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("account_id text primary key, arr real", "delivery_id is missing (alter table ... add column delivery_id TEXT)"),
        ("account_id text primary key, arr integer, delivery_id text", "arr is INTEGER there and would have to be DOUBLE"),
        (
            "account_id text primary key, arr real, delivery_id text, owner text not null",
            "owner must have a value there, and is not delivered",
        ),
        ("account_id integer primary key, arr real, delivery_id text", "account_id is INTEGER there and would have to be TEXT"),
        ("account_id text, arr real, delivery_id text", "has no unique key on account_id"),
    ],
)
def test_a_table_of_another_shape_is_refused_with_what_to_do_and_left_as_it_is(database, deliver, columns, said):
    with closing(sqlite3.connect(database)) as there:
        there.execute(f"create table other ({columns})")
    text = 'trace = ["delivery_id"]\n' + KEYED + '[columns]\naccount_id = "account_id"\narr = "arr"\n' + table("other")
    told = deliver("other", text)
    assert told.outcome == "failed" and said in told.problem
    assert told.what_to_do.startswith("Nothing was written.")
    assert asked(database, "select count(*) from other") == [(0,)]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "The secret is no URL of a database."),
        ("nosuch://user:s3cret@host/db", "The database's driver is not installed here."),
        ("sqlite:////nowhere/at/all.db", "The database did not do it. It says: “unable to open database file”."),
        ("postgresql+psycopg://user:s3cret@127.0.0.1:1/db?connect_timeout=1", "The database did not do it. It says: "),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(monkeypatch, store, deliver, url, said):
    monkeypatch.setenv("HOLDFAST_SECRET_DB", url)
    told = deliver("unreached", KEYED + table("x"))
    assert told.outcome == "failed" and told.problem.startswith(said)
    assert "s3cret" not in str(told)


def test_a_try_sees_the_table_and_writes_nothing(store, database, describe):
    name = describe("tried", KEYED + table("tried"))
    assert delivering.dry_run(store, name, NOW).outcome == "would be delivered"
    assert asked(database, "select count(*) from sqlite_master") == [(0,)]
    with closing(sqlite3.connect(database)) as there:
        there.execute("create table tried (x int)")
    assert "has other columns" in delivering.dry_run(store, name, NOW).problem


@pytest.mark.parametrize("write", ["upsert", "append"])
def test_a_table_that_is_another_one_by_now_has_all_rows_again(database, deliver, monkeypatch, tmp_path, write):
    """Only what changed would leave the rest out: of a table that was dropped, and of one in another database."""
    text, name = "only_changes = true\n" + KEYED + table(f"moved_{write}", f'write = "{write}"\n'), f"moved_{write}"
    assert [deliver(name, text).rows, deliver(name).rows] == [3, 0]
    with closing(sqlite3.connect(database)) as there:
        there.execute(f"drop table {name}")
    deliver(name)
    assert asked(database, f"select count(*) from {name}") == [(3,)]
    monkeypatch.setenv("HOLDFAST_SECRET_DB", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    deliver(name)
    assert asked(tmp_path / "elsewhere.db", f"select count(*) from {name}") == [(3,)]
    assert deliver(name).outcome == "nothing new"


def changed(path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as there, there:
        for statement in statements:
            there.execute(statement)


@pytest.mark.parametrize("statement", ["delete from kept", "delete from kept where account_id = 'A'"])
def test_rows_that_somebody_deleted_come_again_with_the_next_delivery(database, deliver, statement):
    text = KEYED + "only_changes = true\n" + table("kept")
    assert deliver("kept", text).rows == 3
    assert deliver("kept").outcome == "nothing new"
    changed(database, statement)
    assert deliver("kept").rows == 3
    assert asked(database, "select count(*) from kept") == [(3,)]
    assert deliver("kept").outcome == "nothing new"


def test_a_row_is_not_written_over_that_of_another_key_which_the_database_takes_for_the_same(database, deliver):
    changed(
        database,
        "create table cased (account_id text collate nocase primary key, arr real, note text)",
        "insert into cased values ('a', 5, 'of another account')",
    )
    text = 'trace = []\nkey = ["account_id"]\nreport = "arr"\n[columns]\naccount_id = "account_id"\narr = "arr"\n' + table("cased")
    told = deliver("cased", text)
    assert (told.outcome, told.problem) == ("failed", "The table cased does not have the row A after it was written.")
    assert asked(database, "select * from cased") == [("a", 5.0, "of another account")]


def test_a_trigger_that_leaves_rows_out_is_no_success(database, deliver):
    changed(
        database,
        "create table left_out (account_id text primary key, arr real)",
        "create trigger without_b before insert on left_out when new.account_id = 'B' begin select raise(ignore); end",
    )
    text = 'trace = []\nkey = ["account_id"]\nreport = "arr"\n[columns]\naccount_id = "account_id"\narr = "arr"\n' + table("left_out")
    told = deliver("left_out", text)
    assert (told.outcome, told.problem) == ("failed", "The table left_out does not have the row B after it was written.")
    assert asked(database, "select * from left_out") == []
