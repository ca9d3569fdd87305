"""PostgreSQL: every type comes as it is or is refused in words, nothing is written there, and kills lose and double nothing."""

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
import tomli_w

from data.store.dump import dump
from data.store.store import Store
from data.work import pulls
from sources.description import parsed, write
from sources.fetched import Cursor, SourceFailed
from sources.sql import fetch
from tests.new_store import new_store
from tests.outward.postgres import postgres

NOW = datetime(2024, 6, 10, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def server():
    with postgres() as found:
        found.run(
            "create table lines (id bigint primary key, name char(8), amount numeric(12,3), changed timestamptz)",
            "insert into lines select n, 'n' || n, n * 1.5, timestamptz '2024-06-10 00:00:00Z' + n * interval '1 second' from generate_series(1, 50000) n",
            "insert into lines values (0, 'never', 1, null)",
            "create table secret_lines as select 1 as id",
            "revoke pg_read_all_data from reader",
            "grant select on lines to reader",
        )
        yield found


def rows(server, folder, query="select * from lines", since=None, ended=lambda: False, **keys):
    asked = {"kind": "sql", "url": server.url, "query": query} | keys
    source = parsed("billing", tomli_w.dumps(asked))
    folder.mkdir(exist_ok=True)
    return fetch(source, since, folder, now=NOW, ended=ended)


def test_values_come_as_they_are(server, tmp_path):
    query = """select 1.500::numeric(12,3) as amount, 2.50::numeric as free, '12.34'::money as cash, 'NaN'::numeric as none, 7::int2 as small,
        1.1::float4 as single, date '2024-06-10' as day, timestamp '2024-06-10 06:00' as local, timestamptz '2024-06-10 06:00+02' as moment,
        '{"a": 1}'::jsonb as told, 'c56a4180-65aa-42ec-a945-5fd21dec0538'::uuid as id, array['a', 'b'] as tags, interval '1 day' as length,
        inet '127.0.0.1' as host, 'USD   '::char(6) as currency, true as yes, date 'infinity' as ends_on, timestamp '-infinity' as ever"""
    found = rows(server, tmp_path / "out", query)
    [row] = pl.read_parquet(found.path).to_dicts()
    assert row == {
        "amount": Decimal("1.500"), "free": "2.50", "cash": Decimal("12.3400"), "none": None, "small": 7, "single": "1.1",
        "day": datetime(2024, 6, 10).date(), "local": datetime(2024, 6, 10, 6), "moment": datetime(2024, 6, 10, 4, tzinfo=UTC),
        "told": '{"a": 1}', "id": "c56a4180-65aa-42ec-a945-5fd21dec0538", "tags": "{a,b}", "length": "1 day", "host": "127.0.0.1/32",
        "currency": "USD", "yes": True, "ends_on": None, "ever": None,
    }  # fmt: skip
    assert found.fields["amount"] == "numeric" and found.fields["moment"] == "timestamptz" and found.fields["tags"] == "_text"
    assert "Values of ends_on outside the years 1 to 9999: 1. They count as empty." in found.notes


def test_it_goes_on_at_the_cursor_and_rows_without_one_come_again(server, tmp_path):
    first = rows(server, tmp_path / "out", cursor="changed")
    assert first.rows == 50_001 and first.cursor == Cursor("instant", "2024-06-10T13:53:20+00:00")  # 50,000 seconds are 13:53:20
    assert abs(first.clock - datetime.now(UTC)) < timedelta(minutes=1)
    assert first.notes == ("Rows without changed: 1. They are read with every pull, since nothing tells which of them are new.",)
    later = rows(server, tmp_path / "more", cursor="changed", since=Cursor("instant", "2024-06-10T13:53:19+00:00"))
    assert pl.read_parquet(later.path)["id"].to_list() == [0, 49_999, 50_000]


def test_numbers_count_as_numbers_also_where_they_come_as_text(server, tmp_path):
    query = "select n::numeric as n from generate_series(8, 11) n"
    assert rows(server, tmp_path / "out", query, cursor="n").cursor == Cursor("number", "11")
    found = rows(server, tmp_path / "more", query, cursor="n", since=Cursor("number", "10"))
    assert pl.read_parquet(found.path)["n"].to_list() == ["10", "11"]


@pytest.mark.parametrize(
    ("kind", "values", "cursor"), [("real", (0.5, 0.7), "0.7"), ("money", (10, 12.5), "12.5000"), ("float8", (0.1, 0.7), "0.7")]
)
def test_a_cursor_is_compared_as_its_column_is_kept(server, tmp_path, kind, values, cursor):
    """0.7 as real is 0.699999988, which lies below 0.7; and money is compared with money alone. The row of the cursor is read again."""
    query = " union all ".join(f"select {n} as id, {value}::numeric::{kind} as c" for n, value in enumerate(values))
    first = rows(server, tmp_path / "out", query, cursor="c")
    assert first.cursor == Cursor("number", cursor)
    assert pl.read_parquet(rows(server, tmp_path / "more", query, cursor="c", since=first.cursor).path)["id"].to_list() == [1]


@pytest.mark.parametrize(
    ("keys", "said", "to_do"),
    [
        (
            {"query": "select lacking from lines"},
            'The database refused the query. It says: “column "lacking" does not exist”.',
            "Mend the columns of the query.",
        ),
        (
            {"query": "select * from nowhere"},
            'The database refused the query. It says: “relation "nowhere" does not exist”.',
            "write the schema",
        ),
        (
            {"query": "select * from secret_lines"},
            "The database refused the query. It says: “permission denied for table secret_lines”.",
            "grant select",
        ),
        (
            {"query": "select pg_sleep(5)", "timeout_seconds": 1},
            "The database refused the query. It says: “canceling statement due to statement timeout”.",
            "timeout_seconds",
        ),
        (
            {"query": "with gone as (delete from lines returning *) select * from gone"},
            "The database refused the query. It says: “WITH clause containing",
            "Mend",
        ),
        ({"query": "select 1) q; delete from lines; --"}, "The database refused the query. It says: “syntax error at or near", "Mend"),
        (
            {"query": "select nextval('counted')"},
            "The database refused the query. It says: “cannot execute nextval() in a read-only",
            "only reads",
        ),
        ({"query": "select id, id from lines"}, "The query has two columns named id.", "Give one of them another name"),
        ({"query": "select 'x'::bytea as picture"}, "The column picture holds binary data", "encode()"),
        ({"query": "select 1 / (id - 7) from lines"}, "The database refused the query. It says: “division by zero”.", "Mend"),
        (
            {"cursor": "changed", "since": Cursor("number", "7")},
            "The column changed holds moments now, and held numbers before.",
            "read everything again",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_do_and_nothing_is_written(server, tmp_path, keys, said, to_do):
    server.run("create sequence if not exists counted", "grant all on counted to reader", "grant delete on lines to reader")
    with pytest.raises(SourceFailed) as failed:
        rows(server, tmp_path / "out", **keys)
    assert failed.value.reason.startswith(said) and to_do in failed.value.what_to_do
    assert server.run("select count(*) from lines") == "50001"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://reader@127.0.0.1:1/postgres", "The database cannot be reached. The driver says: “"),
        (
            "postgresql://nobody@127.0.0.1:{port}/postgres",
            'The database cannot be reached. The driver says: “role "nobody" does not exist”.',
        ),
        ("postgresql://reader@127.0.0.1:{port}/none", 'The database cannot be reached. The driver says: “database "none" does not exist”.'),
    ],
)
def test_a_database_that_does_not_answer_is_tried_three_times_and_its_password_is_not_told(server, tmp_path, monkeypatch, url, said):
    monkeypatch.setattr("sources.sql.WAIT", 0)
    monkeypatch.setenv("HOLDFAST_SECRET_BILLING", "hunter2")
    with pytest.raises(SourceFailed) as failed:
        rows(server, tmp_path / "out", url=url.format(port=server.port), secret="BILLING")
    assert failed.value.reason.startswith(said) and failed.value.retries == 2
    assert "hunter2" not in str(failed.value) + failed.value.what_to_do


def test_a_connection_that_breaks_half_way_is_begun_anew_and_what_came_of_it_is_whole(server, tmp_path, monkeypatch):
    monkeypatch.setattr("sources.sql.WAIT", 0)
    monkeypatch.setattr("sources.postgres.BATCH_BYTES", 1 << 14)
    calls = itertools.count()

    def broken():
        if next(calls) == 3:
            server.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast'")
        return False

    found = rows(server, tmp_path / "out", "select l.*, repeat('x', 1000) as filler from lines l", ended=broken)
    assert found.rows == 50_001 and found.retries == 1 and pl.read_parquet(found.path)["id"].n_unique() == 50_001


def test_a_pull_is_given_up_between_two_batches(server, tmp_path):
    with pytest.raises(SourceFailed, match="given up"):
        rows(server, tmp_path / "out", ended=lambda: True)


EVENTS = """select account_id, user_id, event, at as occurred_at, changed from happened"""
GROW = """insert into happened select 'A-' || n % 7, 'u' || n % 50, 'open', timestamptz '2024-06-01 00:00Z' + n * interval '7 seconds',
    now() - (n % 40) * interval '1 minute' from generate_series({first}, {last}) n, generate_series(1, 1 + (n % 3 = 0)::int)"""


def told(store):
    """Events by account and day, as the store counts them."""
    found = pl.scan_parquet(next(path for path in dump(store, store.path.parent / "dump") if path.stem == "usage_events"))
    counted = found.group_by("account_id", pl.col("occurred_at").dt.date().alias("day")).len().collect()
    return {(account, str(day)): n for account, day, n in counted.rows()}


@pytest.mark.long
def test_twenty_kills_at_any_moment_lose_no_event_and_double_none(server, tmp_path):
    """Events have no ids, every third of them is there twice, and rows are committed up to 40 minutes late: each counts as often as it is
    in the database, though every pull reads again what came in the last hour. A kill is the signal that no process sees."""
    server.run(
        "create table happened (account_id text, user_id text, event text, at timestamptz, changed timestamptz)",
        "grant select on happened to reader",
    )
    server.run(GROW.format(first=1, last=3000))
    path = tmp_path / "own.duckdb"
    new_store(path).close()
    write(
        path,
        "app",
        tomli_w.dumps(
            {
                "kind": "sql",
                "url": server.url,
                "query": EVENTS,
                "table": "usage_events",
                "cursor": "changed",
                "overlap": "1 hour",
                "answers": {"repeats": "new"},
            }  # which is asked where the two of a pair come in different pulls
        ),
    )
    chance, kills, tries = random.Random(25), 0, itertools.count()
    with helper(path) as puller:
        window = min(whole(puller) for _ in range(2))
        while kills < 20 and next(tries) < 60:  # one that ends before it is killed is none
            server.run(GROW.format(first=3001 + 300 * kills, last=3300 + 300 * kills))
            child = started(puller)
            time.sleep(chance.uniform(0, window))
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            killed = ended(puller) == -signal.SIGKILL
            kills, window = kills + killed, window if killed else window * 0.7
        assert whole(puller) > 0
    with closing(Store.open(path)) as store:
        there = server.run("select account_id, (at at time zone 'UTC')::date, count(*) from happened group by 1, 2").splitlines()
        assert told(store) == {(account, day): int(n) for account, day, n in (line.split("|") for line in there)}
        assert kills == 20 and not store.check()
        batches = [one.batch for one in pulls.pulls(store, "app") if one.batch]
        assert sorted(batches) == store.imports().filter(pl.col("table") == "usage_events")["batch"].sort().to_list()


@contextmanager
def helper(store):
    command = [sys.executable, "-m", "tests.outward.killed", str(store), "app"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        yield process
        process.stdin.close()
        assert process.wait(30) == 0


def started(puller):
    puller.stdin.write("\n")
    return int(puller.stdout.readline())


def ended(puller):
    return int(puller.stdout.readline())


def whole(puller):
    """Seconds of a pull that nobody kills."""
    begun = time.monotonic()
    started(puller)
    assert ended(puller) == 0
    return time.monotonic() - begun
