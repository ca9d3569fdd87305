"""Sources on the command line: what it prints, and with which code it ends."""

import sqlite3
from contextlib import closing

import pytest
from typer.testing import CliRunner

from cli import app
from tests.new_store import new_store

WRITTEN = (
    'kind = "sql"\nurl = "sqlite:///{folder}/crm.sqlite"\nquery = "select * from lines"\ntable = "contracts"\nschedule = "0 6 * * *"\n'
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as con, con:
        con.execute(
            "create table lines (contract_id text, account_id text, starts_on text, ends_on text, amount text, period text, currency text)"
        )
        con.execute("insert into lines values ('1', 'A', '2024-01-01', '2024-12-31', '1200.50', '1 year', 'USD')")
    new_store(tmp_path / "own.duckdb").close()
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "billing.toml").write_text(WRITTEN.format(folder=tmp_path))

    def told(*words):
        found = CliRunner().invoke(app, ["sources", *words])
        return found.exit_code, found.output

    return told


def test_a_source_is_listed_checked_pulled_answered_and_paused(run):
    assert run("list")[1].startswith("billing  sql -> contracts  last: not pulled yet  next: ")
    code, said = run("check", "billing")
    assert code == 0 and said.startswith("billing: can be pulled\n") and "contract_id, account_id" in said
    code, said = run("pull", "billing")
    assert (
        code == 3 and said.startswith("billing: waiting, 1 rows\n") and "Answer: sources answer billing ends_on=inclusive|exclusive" in said
    )
    code, said = run("answer", "billing", "ends_on=inclusive")
    assert code == 0 and said.startswith("billing: imported, 1 rows, batch ")
    assert run("pull", "billing") == (0, "billing: nothing new, 1 rows\n")
    assert run("pause", "billing") == (0, "billing is paused.\n") and "next: paused" in run("list")[1]
    assert run("resume", "billing")[0] == 0 and '"paused": false' in run("list", "--json")[1]


def test_what_cannot_be_done_is_said_and_no_answer_kept_that_is_none(run, tmp_path):
    folder = tmp_path / "sources"
    assert run("pull", "other") == (2, "There is no source 'other'. Sources: billing.\n")
    assert run("answer", "billing", "inclusive")[0] == 2
    code, said = run("answer", "billing", "date_order=nonsense")
    assert code == 2 and "date_order" in said and "nonsense" not in (folder / "billing.toml").read_text()
