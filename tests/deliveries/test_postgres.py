"""PostgreSQL: exact amounts in columns of their own types, read by a program of its own; and a connection that breaks doubles nothing."""

import json
import subprocess
import sys
from decimal import Decimal

import pytest

from data.viewer import EVERYONE
from deliveries import tables
from reports.catalogue import run
from reports.report import Question
from tests.outward.postgres import postgres

KEYED = 'report = "arr"\nkey = ["account_id"]\n'
READS = """
import json, sys
from adbc_driver_postgresql import dbapi
with dbapi.connect(sys.argv[1]) as there, there.cursor() as asked:
    asked.execute("select account_id, arr::text, seats, currency, as_of::text from cs.scores order by 1")
    print(json.dumps([list(row) for row in asked.fetchall()]))
"""


@pytest.fixture(scope="module")
def server():
    with postgres() as found:
        found.run("create schema cs")
        yield found


@pytest.fixture(autouse=True)
def secret(monkeypatch, server):
    monkeypatch.setenv("HOLDFAST_SECRET_DB", f"postgresql+psycopg://postgres@127.0.0.1:{server.port}/postgres")


def table(name: str, more: str = "") -> str:
    return f'[target]\nkind = "table"\nsecret = "DB"\nschema = "cs"\ntable = "{name}"\n{more}'


def test_a_second_program_reads_the_figures_of_the_report(store, server, deliver):
    told = [deliver("scores", KEYED + table("scores")).outcome for _ in range(2)]
    read = subprocess.run([sys.executable, "-I", "-c", READS, server.url], capture_output=True, check=True, text=True)
    report = run("arr", store, EVERYONE, Question())
    expected = [[row["account_id"], str(Decimal(row["arr"]) / 100), row["seats"], "USD", "2023-12-28"] for row in report.rows.to_dicts()]
    found = json.loads(read.stdout)
    assert told == ["delivered", "delivered"]
    assert [[row[0], Decimal(row[1]), *row[2:]] for row in found] == [[row[0], Decimal(row[1]), *row[2:]] for row in sorted(expected)]
    assert [row[1:3] for row in found] == [["1201.20", 5], ["9993.24", 9], ["0.00", None]]  # as tests/deliveries/test_tables.py reckons
    kinds = "select data_type from information_schema.columns where table_name = 'scores' and column_name in ('arr', 'as_of', 'seats') order by column_name"
    assert server.run(kinds).splitlines() == ["numeric", "date", "bigint"]


@pytest.mark.parametrize("write", ["append", "replace", "upsert"])
def test_a_connection_that_breaks_within_the_transaction_is_made_anew(server, deliver, monkeypatch, write):
    real, broken = tables._mark, []

    def mark(connection, *given, **named):
        if not broken:
            broken.append(connection.exec_driver_sql("select pg_backend_pid()").scalar())
            server.run(f"select pg_terminate_backend({broken[0]})")
        real(connection, *given, **named)

    monkeypatch.setattr(tables, "_mark", mark)
    told = deliver(f"broken_{write}", KEYED + table(f"broken_{write}", f'write = "{write}"\n'))
    assert (told.outcome, told.rows, told.attempts) == ("delivered", 3, 2)
    assert server.run(f"select count(*), count(distinct account_id), count(distinct delivery_id) from cs.broken_{write}") == "3|3|1"


def test_a_commit_whose_answer_was_lost_is_not_made_again(server, deliver, monkeypatch):
    """The transaction is in, and the connection breaks before it says so: the second try finds the marker of this delivery."""
    real, lost = tables._write, []

    def write(connection, *given, **named):
        sent = real(connection, *given, **named)
        if not lost:
            lost.append(sent)
            connection.exec_driver_sql("commit")
            connection.exec_driver_sql("select pg_terminate_backend(pg_backend_pid())")
        return sent

    monkeypatch.setattr(tables, "_write", write)
    told = deliver("lost", KEYED + table("lost", 'write = "append"\n'))
    assert (told.outcome, told.rows) == ("delivered", 3)
    assert server.run("select count(*), count(distinct delivery_id) from cs.lost") == "3|1"


def test_who_may_not_write_is_told_so_and_a_table_of_another_shape_stays(server, deliver, monkeypatch):
    server.run("create table cs.other (account_id text primary key, arr integer)", "insert into cs.other values ('A', 1)")
    told = deliver("other", KEYED + 'trace = []\n[columns]\naccount_id = "account_id"\narr = "arr"\n' + table("other"))
    assert "arr is INTEGER there and would have to be NUMERIC(18, 2)" in told.problem
    assert server.run("select * from cs.other") == "A|1"
    monkeypatch.setenv("HOLDFAST_SECRET_DB", f"postgresql+psycopg://reader@127.0.0.1:{server.port}/postgres")
    told = deliver("reader", KEYED + table("scores_of_reader"))
    assert told.problem.startswith("The database refused it. It says: “permission denied")
    assert "needs the right to create" in told.what_to_do
