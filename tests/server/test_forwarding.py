"""The command line beside a running server: its work goes through the server, and ends as it would have alone."""

import json
import os
import stat

import polars as pl
import pytest

from data.access import sessions
from data.store import open_stores
from data.store.store import Store
from server.tokens import token_path
from tests.books import ACCOUNTS, CONTRACTS
from tests.server.running import server
from tests.server.team import PROVIDER, team, token


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    Store.open(folder / "own.duckdb").close()
    (folder / "accounts.csv").write_text(ACCOUNTS)
    (folder / "contracts.csv").write_text(CONTRACTS)
    with server(folder) as started:
        yield started


@pytest.fixture(scope="module")
def imported(running):
    folder = running.store.parent
    done = running.command("import", folder / "accounts.csv", folder / "contracts.csv", "--json")
    assert done.returncode == 0, done.stderr
    return done


def test_import_works_while_the_server_runs_and_says_how(running, imported):
    assert f"held by the server at {running.url}" in imported.stderr
    batches = json.loads(imported.stdout)["batches"]
    assert [(one["table"], one["read"], one["accepted"], one["problems"]) for one in batches] == [
        ("accounts", 3, 3, []),
        ("contracts", 4, 4, []),
    ]
    assert list(batches[0]) == [
        "batch", "file", "table", "feed", "read", "accepted", "rejected", "duplicate", "waiting", "problems", "questions", "erased", "too_old",
    ]  # fmt: skip


@pytest.mark.long
def test_every_command_goes_through(running, imported, tmp_path):
    answer = running.command(
        "report", "arr", "--as-of", "2023-12-28", "--json", "--csv", tmp_path / "arr.csv", "--xlsx", tmp_path / "arr.xlsx"
    )
    # A 100.10 x 12 + B (777.77 + 55.00) x 12
    assert json.loads(answer.stdout)["totals"]["arr"] == 11194.44
    assert (tmp_path / "arr.csv").read_text().startswith("account_id,name,arr")
    assert (tmp_path / "arr.xlsx").read_bytes()[:2] == b"PK"
    assert running.command("undo", 2).stdout == "Batch 2: undo done.\n"
    assert json.loads(running.command("report", "arr", "--json").stdout)["totals"]["arr"] == 0
    assert running.command("undo", 2).returncode == 3
    assert running.command("redo", 2).returncode == 0
    assert running.command("undo", 77).returncode == 3
    assert [row["batch"] for row in json.loads(running.command("imports", "--json").stdout)["imports"]][-2:] == [2, 1]
    assert "The store is whole." in running.command("check").stdout
    assert "The audit is as it was written." in running.command("audit", "verify").stdout
    assert running.command("backup", tmp_path / "b.duckdb").returncode == 0
    refused = running.command("restore", tmp_path / "b.duckdb")
    assert refused.returncode == 1 and "stop the server first" in refused.stderr
    copy = Store.open(tmp_path / "b.duckdb")
    assert copy.imports()["batch"].max() == 2 and copy.check() == []
    copy.close()
    assert running.command("dump", tmp_path / "dump").returncode == 0
    assert pl.read_parquet(tmp_path / "dump" / "accounts.parquet")["account_id"].to_list() == ["A", "B", "C"]


def test_wrong_use_has_the_same_exit_codes_as_without_a_server(running, imported, tmp_path):
    (tmp_path / "other.csv").write_text("colour,taste\nred,sweet\n")
    refused = running.command("import", tmp_path / "other.csv", "--json")
    assert refused.returncode == 3
    assert "matches no table" in json.loads(refused.stdout)["batches"][0]["problems"][0]["reason"]
    assert running.command("report", "nothing").returncode == 2
    assert running.command("report", "arr", "--as-of", "yesterday").returncode == 2
    assert running.command("import", tmp_path / "other.csv", "--mapping", "nowhere").returncode == 2
    assert running.command("import", tmp_path / "other.csv", "--set", "nonsense=1", "--table", "accounts").returncode == 2


def test_two_imports_at_once_end_like_one_after_the_other(running, imported, tmp_path):
    for name, ids in (("left", range(100, 160)), ("right", range(130, 190))):
        (tmp_path / f"{name}.csv").write_text("account_id,name\n" + "".join(f"N{number},{name} {number}\n" for number in ids))
    both = [running.begin("import", tmp_path / f"{name}.csv", "--json") for name in ("left", "right")]
    answers = [json.loads(process.communicate()[0])["batches"][0] for process in both]
    assert {answer["accepted"] for answer in answers} == {60}
    last = max(answers, key=lambda answer: answer["batch"])["file"].removesuffix(".csv")
    rows = json.loads(running.command("report", "arr", "--json").stdout)["rows"]
    names = {row["account_id"]: row["name"] for row in rows if row["account_id"].startswith("N")}
    # 100..129 from the left alone, 160..189 from the right alone, 130..159 from whichever came last
    assert names == {
        f"N{number}": f"{'left' if number < 130 else 'right' if number >= 160 else last} {number}" for number in range(100, 190)
    }


def test_the_token_is_the_owners_alone(running, imported):
    assert stat.S_IMODE(os.stat(token_path(running.store)).st_mode) == 0o600


def test_a_name_is_matched_through_the_server_and_taken_back(running, imported):
    done = running.command("match", "C", "B")
    assert done.returncode == 0, done.stderr
    batch = json.loads(running.command("imports", "--json").stdout)["imports"][0]["batch"]
    assert f"`undo {batch}`" in done.stdout

    def accounts() -> set[str]:
        rows = json.loads(running.command("report", "arr", "--json").stdout)["rows"]
        return {row["account_id"] for row in rows} & {"A", "B", "C"}

    assert accounts() == {"A", "B"}
    refused = running.command("match", "x", "Nobody")
    assert refused.returncode == 3 and "no account 'Nobody'" in refused.stderr
    assert running.command("undo", batch).returncode == 0
    assert accounts() == {"A", "B", "C"}


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """A server whose people sign in, and a token of its analyst with which reports are read and files imported."""
    folder = tmp_path_factory.mktemp("signed")
    with pytest.MonkeyPatch.context() as here:
        for name, value in (PROVIDER | {"HOLDFAST_STORE": str(folder / "own.duckdb")}).items():
            here.setenv(name, value)
        team(folder / "own.duckdb").close()
        shown = token("analyst@example.com", [("view", "revenue"), ("import", "imports")])
        open_stores.close_all()  # in which it is written that the token was made
        with server(folder, **PROVIDER) as started:
            yield started, shown
        sessions.close()


@pytest.mark.long
def test_with_a_personal_token_the_work_is_done_as_its_owner_and_no_more(signed, monkeypatch):
    running, shown = signed
    (running.store.parent / "more.csv").write_text("account_id,name\nD,Dogwood\n")
    monkeypatch.setitem(running.environment, "HOLDFAST_TOKEN", shown)
    done = running.command("import", running.store.parent / "more.csv")
    assert done.returncode == 0 and "with your token" in done.stderr
    for refused in (
        running.command("imports"),
        running.command("undo", 1),
        running.command("check"),
        running.command("backup", "b.duckdb"),
    ):
        assert refused.returncode == 3 and "no more than it was made for" in refused.stderr
    assert running.command("report", "arr", "--json").returncode == 0
    assert running.command("report", "arr").returncode == 3, "as a file it takes the right to export"
    monkeypatch.setitem(running.environment, "HOLDFAST_TOKEN", "hf_none")
    unknown = running.command("report", "arr", "--json")
    assert unknown.returncode == 3 and "There is no such token" in unknown.stderr
    monkeypatch.delitem(running.environment, "HOLDFAST_TOKEN")
    log = {row["file"]: row["who"] for row in json.loads(running.command("imports", "--json").stdout)["imports"]}
    assert log["more.csv"] == "analyst@example.com"
    assert running.command("import", running.store.parent / "contracts.csv").returncode == 0
    newest = json.loads(running.command("imports", "--json").stdout)["imports"][0]
    assert newest["who"] == "command line"
