"""A query of any database by its URL, shown on SQLite: what comes, from where it goes on, and what is said where it cannot."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
import tomli_w
from sqlalchemy.dialects import mysql

from data.importing.mapping import Mapping
from data.importing.reader import formats
from data.importing.reader.staging import stage
from data.work import pulls
from sources import waiting
from sources.alchemy import ONLY_READS, _check_rounds, spoken
from sources.description import parsed
from sources.fetched import Cursor, SourceFailed
from sources.keys import SourceError
from sources.pulling import pull
from sources.sql import address, fetch
from sources.sql_keys import limited_by
from tests.new_store import new_store

NOW = datetime(2024, 6, 10, 6, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "crm.sqlite"
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("create table accounts (account_id text, name text, plan text, mrr numeric, changed integer)")
        con.executemany(
            "insert into accounts values (?, ?, ?, ?, ?)",
            [("A", "Alder: 100%", None, 10, 1), ("B", "Birch", None, 2.5, 2), ("C", "Cedar", None, 3, None)],
        )
    return path


def source(database, **keys):
    asked = {"kind": "sql", "url": f"sqlite:///{database}", "query": "select * from accounts", "table": "accounts"} | keys
    return parsed("crm", "".join(f"{key} = {value!r}\n" for key, value in asked.items()))


def fetched(of, folder, since=None, ended=False):
    folder.mkdir(exist_ok=True)
    return fetch(of, since, folder, now=NOW, ended=lambda: ended)


def change(database, *statements):
    with closing(sqlite3.connect(database)) as con, con:
        for statement in statements:
            con.execute(statement)


def test_rows_come_oldest_first_with_those_that_have_no_cursor_and_the_greatest_is_the_cursor(database, tmp_path):
    found = fetched(source(database, cursor="changed"), tmp_path / "out")
    rows = pl.read_parquet(found.path)
    assert rows["account_id"].to_list() == ["C", "A", "B"] and rows["mrr"].to_list() == ["3", "10", "2.5"]
    assert (found.rows, found.cursor, found.requests) == (3, Cursor("number", "2"), 1)
    assert found.notes == ("Rows without changed: 1. They are read with every pull, since nothing tells which of them are new.",)
    assert found.fields == {"account_id": "text", "name": "text", "plan": "", "mrr": "number", "changed": "number"}


def test_the_next_one_goes_on_at_the_cursor_and_rows_without_one_come_again(database, tmp_path):
    found = fetched(
        source(database, cursor="changed", query="select * from accounts where name <> 'a:b %' -- why"),
        tmp_path / "out",
        Cursor("number", "2"),
    )
    assert pl.read_parquet(found.path)["account_id"].to_list() == ["C", "B"]


def test_a_cursor_may_be_a_number_with_a_fraction(database, tmp_path):
    change(
        database,
        "update accounts set changed = 1700000000.25 where account_id = 'A'",
        "update accounts set changed = 1 where changed is null",
    )
    first = fetched(source(database, cursor="changed"), tmp_path / "out")
    change(database, "update accounts set changed = 1700000000.5 where account_id = 'C'")
    found = fetched(source(database, cursor="changed"), tmp_path / "again", first.cursor)
    assert first.cursor == Cursor("number", "1700000000.25") and found.cursor == Cursor("number", "1700000000.5")
    assert pl.read_parquet(found.path)["account_id"].to_list() == ["A", "C"]


def test_nothing_new_is_no_file(database, tmp_path):
    change(database, "delete from accounts where changed is null")
    found = fetched(source(database, cursor="changed"), tmp_path / "out", Cursor("number", "9"))
    assert (found.path, found.rows, found.cursor) == (None, 0, None)


@pytest.mark.parametrize(
    ("keys", "said", "to_do"),
    [
        (
            {"query": "select lacking from accounts"},
            "The database did not answer the query. It says: “no such column: lacking”.",
            "whether URL and query are right",
        ),
        (
            {"cursor": "updated_at"},
            "cursor: the query has no column updated_at. It has: account_id, name, plan, mrr, changed.",
            "Add that column",
        ),
        (
            {"query": "select x'00' as picture, * from accounts"},
            "The column picture holds binary data, which no table has.",
            "Leave it out",
        ),
        (
            {"cursor": "name"},
            "The column name holds texts, which do not stand in the order in which they were written: “9” comes after “10”.",
            "Cast it",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_do(database, tmp_path, monkeypatch, keys, said, to_do):
    monkeypatch.setattr("sources.sql.WAIT", 0)
    with pytest.raises(SourceFailed) as failed:
        fetched(source(database, **keys), tmp_path / "out")
    assert failed.value.reason == said and to_do in failed.value.what_to_do


def test_a_query_that_writes_is_refused(database, tmp_path, monkeypatch):
    monkeypatch.setattr("sources.sql.WAIT", 0)
    with pytest.raises(SourceError, match="Write one query that reads"):
        source(database, query="delete from accounts")
    for hidden in ("with x as (select 1) delete from accounts", "select 1) q; delete from accounts; --"):
        with pytest.raises(SourceFailed):
            fetched(source(database, query=hidden), tmp_path / "out")
    with closing(sqlite3.connect(database)) as con:
        assert con.execute("select count(*) from accounts").fetchone() == (3,)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "snowflake://reader@acme/crm",
            "The driver for snowflake is not installed. Install it where Holdfast runs: pip install snowflake-sqlalchemy.",
        ),
        (
            "mysql+pymysql://reader@db.example/crm",
            "The driver for mysql is not installed. Install it where Holdfast runs: pip install pymysql.",
        ),
        ("sqlite:////no/such/file", "crm.toml: url: there is no file /no/such/file."),
        (
            "bigquery://project",
            "The driver for bigquery is not installed. Install it where Holdfast runs: pip install sqlalchemy-bigquery.",
        ),
    ],
)
def test_a_driver_or_a_file_that_is_not_there_is_said_and_nothing_is_made(database, tmp_path, url, said):
    with pytest.raises(SourceError) as refused:
        fetched(source(database, url=url), tmp_path / "out")
    assert str(refused.value).startswith(said)


def test_the_password_comes_from_the_secret_and_is_in_no_description(database, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_CRM", "p@ss/word")
    found = source(database, url="mysql://reader@db.example:3306/crm", secret="CRM")
    assert address(found) == ("mysql://reader:p%40ss%2Fword@db.example:3306/crm", ("p@ss/word",))
    assert "p@ss" not in repr(found)
    with pytest.raises(SourceError, match="names no user"):
        address(source(database, url="mysql://db.example/crm", secret="CRM"))


def test_a_pull_brings_rows_once_and_then_what_is_new(database, tmp_path):
    crm = source(database, cursor="changed")
    store = new_store(tmp_path / "own.duckdb")
    with closing(store):
        first = pull(store, crm, lambda: NOW)
        assert (first.outcome, first.rows, first.cursor_to) == ("imported", 3, "number:2") and "Rows without changed: 1." in first.problem
        change(
            database,
            "insert into accounts values ('D', 'Dogwood', 'Team', 1, 3)",
            "update accounts set name = 'Birch Ltd', changed = 4 where account_id = 'B'",
        )
        second = pull(store, crm, lambda: NOW + timedelta(hours=1))
        assert (second.outcome, second.rows, second.cursor_to) == ("imported", 3, "number:4")  # C, B, D; A lies before the cursor
        with store.reading() as cursor:
            assert cursor.execute("select accepted from batches where batch = ?", [second.batch]).fetchall() == [(2,)]
        change(database, "update accounts set changed = 5, mrr = 'lots' where account_id = 'A'")
        third = pull(store, crm, lambda: NOW + timedelta(hours=2))
        assert third.outcome == "waiting" and third.problem.startswith("The column mrr was number, and is number or text now.")
        assert pulls.read_up_to(store, "crm").cursor_to == "number:4"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("select * from accounts order by changed limit 1000", "limit"),
        ("select * from accounts\nLIMIT (10) -- all", "limit"),
        ("select * from accounts order by changed offset 5 rows", "offset"),
        ("select * from accounts order by changed fetch first 1000 rows only", "fetch"),
        ("with new as (select 1) select distinct top (1000) * from accounts", "top"),
        ("select * from accounts where rownum <= 1000", "rownum"),
        ("select 'limit 1' as said, \"limit 2\" from accounts -- limit 3", ""),
        ("select a, (select name from b where b.id = a.id order by at limit 1) as name from a", ""),
        ("select * from accounts where limit <> 5 and top <> (1)", ""),
        ("select limit, top, offset_days, $$ limit 4 $$ as note from accounts /* limit 5 */", ""),
    ],
)
def test_a_query_that_takes_so_many_rows_alone_has_no_cursor(query, word):
    assert limited_by(query) == word
    if word:
        with pytest.raises(SourceError, match=f"takes the first rows alone \\({word}\\)"):
            parsed("crm", tomli_w.dumps({"kind": "sql", "url": "sqlite:////a", "query": query, "cursor": "changed"}))
    parsed("crm", tomli_w.dumps({"kind": "sql", "url": "sqlite:////a", "query": query}))


def test_a_cursor_that_is_shown_otherwise_than_it_is_kept_is_refused():
    """pymysql tells a column of type FLOAT as 4, one of DOUBLE as 5. SQLite keeps what it shows."""
    with pytest.raises(SourceFailed, match="the column c holds numbers of single precision"):
        _check_rounds("mysql", 4, "c")
    for database, kind in (("mysql", 5), ("sqlite", None), ("sqlite", 4)):
        _check_rounds(database, kind, "c")


def test_a_column_that_is_named_back_is_read_anew(database, tmp_path):
    crm = source(database, cursor="changed")
    with closing(new_store(tmp_path / "own.duckdb")) as store:
        pull(store, crm, lambda: NOW)
        change(database, "alter table accounts rename column plan to tier", "alter table accounts rename column mrr to fee")
        waits = pull(store, crm, lambda: NOW + timedelta(hours=1))
        assert waits.outcome == "waiting" and "The column mrr (number) is gone." in waits.problem and "reads it anew" in waits.what_to_do
        change(database, "alter table accounts rename column tier to plan", "alter table accounts rename column fee to mrr")
        change(database, "update accounts set name = 'Alder', changed = 3 where account_id = 'A'")
        found = pull(store, crm, lambda: NOW + timedelta(hours=2))
        assert (found.outcome, found.cursor_to) == ("imported", "number:3")
        assert waiting.file(store.path, "crm") is None


def test_a_mariadb_behind_a_url_of_mysql_is_asked_in_its_own_words():
    """max_execution_time is MySQL's alone: MariaDB refuses it, and has max_statement_time."""
    dialect = mysql.dialect()
    assert "max_execution_time" in "".join(ONLY_READS[spoken(dialect)])
    dialect.is_mariadb = True  # as SQLAlchemy finds out when it connects
    assert "max_execution_time" not in "".join(ONLY_READS[spoken(dialect)])
    assert "max_statement_time" in "".join(ONLY_READS[spoken(dialect)])


def test_numbers_of_a_database_have_a_point_whatever_its_texts_have(tmp_path):
    path = tmp_path / "crm.sqlite"
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("create table used (account_id text, event text, occurred_at text, quantity real)")
        con.executemany("insert into used values ('A', 'export', '2024-01-01 10:00:00', ?)", [(1.125,), (5.0,), (1234.5,)])
    text = f'kind = "sql"\nurl = "sqlite:///{path}"\nquery = "select * from used"\ntable = "usage_events"\n'
    fetched = fetch(parsed("crm", text), None, tmp_path, now=NOW, ended=lambda: False)
    columns = {name: name for name in ("account_id", "event", "occurred_at", "quantity")}
    mapping = Mapping("usage_events", columns=columns, options={"decimal": "comma"})
    stage(formats.open_source(fetched.path, tmp_path, wanted=frozenset(mapping.sources)), mapping, tmp_path)
    assert sorted(pl.read_parquet(tmp_path / "part0.parquet")["quantity"]) == [1.125, 5.0, 1234.5]
