"""Deliveries by themselves: what is due is made, one that hangs or cannot be used holds up no other, and API and command line do the same."""

import json
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import cli
from data.store import open_stores
from server.api import api
from server.deliveries import Deliveries
from server.tokens import keep_token
from tests.books import company
from tests.deliveries.crm import endpoint

FOLDER = 'report = "arr"\nschedule = "after import"\n[target]\nkind = "folder"\n'
NOW = datetime(2024, 1, 2, 6, tzinfo=UTC)


@pytest.fixture
def own(tmp_path, monkeypatch) -> Iterator[Path]:
    path = tmp_path / "own.duckdb"
    company(path).close()
    (tmp_path / "deliveries").mkdir()
    monkeypatch.setenv("HOLDFAST_STORE", str(path))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "none.duckdb"))
    yield path
    open_stores.close_all()


def describe(own: Path, name: str, text: str) -> None:
    (own.parent / "deliveries" / f"{name}.toml").write_text(text)


def test_one_that_hangs_holds_up_no_other_and_is_not_begun_twice(own):
    said: list[str] = []
    with endpoint() as there:
        there.faults = ["hang"]
        describe(own, "hangs", f'report = "arr"\nschedule = "after import"\n[target]\nkind = "endpoint"\nurl = "{there.url}"\n')
        describe(own, "broken", "report = 1")
        describe(own, "file", FOLDER)
        describe(own, "paused", "paused = true\n" + FOLDER)
        thread = Deliveries(lambda: open_stores.store("own"), said.append)
        begun = thread.look(NOW)
        assert len(begun) == 2
        (first,) = wait(begun, 20, FIRST_COMPLETED).done
        assert first.result().delivery == "file"
        assert thread.look(NOW) == []  # the one that hangs is on its way, the other is done
        there.free.set()
        assert sorted(one.result(20).outcome for one in begun) == ["delivered", "delivered"]
        thread.stop()
    assert [row["account_id"] for row in there.events] == ["B", "A", "C"]
    assert sorted(line.partition(":")[0] for line in said) == ["Delivery file", "Delivery hangs"]
    assert not (own.parent / "delivered" / "paused.csv").exists()


def test_a_store_without_deliveries_is_not_opened(own):
    (own.parent / "deliveries").rmdir()
    thread = Deliveries(lambda: pytest.fail("opened"), print)
    assert thread.look(NOW) == []
    thread.stop()


def test_the_api_describes_tries_runs_pauses_and_takes_away(own):
    with TestClient(api, root_path="/api", headers={"Authorization": f"Bearer {keep_token(own)}"}) as asked:
        assert asked.put("/deliveries/file", json={"toml": FOLDER}).json() == {"delivery": "file", "report": "arr"}
        assert asked.put("/deliveries/file", json={"toml": 'report = "none"'}).status_code == 422
        tried = asked.get("/deliveries/file/check").json()
        assert (tried["outcome"], tried["rows"], tried["first"][0]["account_id"]) == ("would be delivered", 3, "B")
        assert asked.post("/deliveries/file/run").json()["outcome"] == "delivered"
        assert asked.post("/deliveries/file/pause").json() == {"delivery": "file", "paused": True}
        (row,) = asked.get("/deliveries").json()["deliveries"]
        assert (row["delivery"], row["paused"], row["outcome"], row["rows"], row["next_at"]) == ("file", True, "delivered", 3, None)
        assert asked.delete("/deliveries/file").json() == {"delivery": "file", "removed": True}
        assert asked.get("/deliveries").json() == {"deliveries": []}
        assert asked.post("/deliveries/file/run").status_code == 422
        assert (own.parent / "delivered" / "file.csv").exists()


def test_the_command_line_does_the_same_in_the_store_itself(own):
    describe(own, "file", FOLDER)
    describe(own, "down", 'report = "arr"\n[target]\nkind = "table"\nsecret = "NONE"\ntable = "x"\nwrite = "append"\n')

    def done(*asked: str):
        return CliRunner().invoke(cli.app, ["deliveries", *asked])

    assert "would be delivered, 3 of 3 rows" in done("run", "file", "--dry-run").output
    assert not (own.parent / "delivered").exists()
    assert "file: delivered, 3 of 3 rows" in done("run", "file").output
    failed = done("check", "down")
    assert failed.exit_code == 1 and "HOLDFAST_SECRET_NONE" in failed.output
    assert done("run", "nothing").exit_code == 2
    assert done("pause", "file").output == "file is paused.\n"
    rows = {row["delivery"]: row for row in json.loads(done("list", "--json").output)["deliveries"]}
    assert (rows["file"]["paused"], rows["file"]["outcome"], rows["down"]["outcome"]) == (True, "delivered", None)
    assert "next: paused" in done("list").output
    assert done("resume", "file").exit_code == 0
