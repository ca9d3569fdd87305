"""A server and a command line under an umask that lets everybody in: what they leave on disk is their owner's alone."""

import stat
from pathlib import Path

import pytest

from data.store.store import Store
from tests.books import ACCOUNTS
from tests.server.running import server


def open_to_others(folder: Path) -> list[str]:
    """All within a folder, and itself, that another user could read, write or enter."""
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}
    return sorted(f"{path.relative_to(folder)} {mode:o}" for path, mode in modes.items() if mode & 0o077)


@pytest.fixture
def folder(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    return tmp_path


@pytest.mark.long
def test_everything_that_a_server_keeps_is_closed(folder):
    home = folder / "home"
    home.mkdir(mode=0o700)
    Store.open(home / "own.duckdb").close()
    (home / "inbox" / "done").mkdir(parents=True)
    (home / "inbox" / "done" / "old.csv").write_text(ACCOUNTS)
    for path in (home / "inbox", home / "inbox" / "done"):
        path.chmod(0o777)
    with server(home, umask=0) as running:
        (home / "server.log").chmod(0o600)  # the test's own
        assert running.command("import", folder / "accounts.csv").returncode == 0
        assert running.command("backup", folder / "backups" / "monday.duckdb").returncode == 0
        assert running.command("dump", folder / "dumped").returncode == 0
        assert running.command("report", "arr", "--csv", folder / "arr.csv").returncode == 0
        names = {path.name for path in home.iterdir()}
        assert {"own.duckdb", "own.duckdb.wal", "own.token", "own.server.json", "inbox", "staging"} <= names
        assert [open_to_others(place) for place in (home, folder / "backups", folder / "dumped")] == [[], [], []]
        assert stat.S_IMODE((folder / "arr.csv").stat().st_mode) == 0o666  # asked for at a place of the user's own: as the umask says
    assert open_to_others(home) == []


@pytest.mark.long
def test_without_a_server_too(folder):
    home, inbox = folder / "home", folder / "dropped here"
    inbox.mkdir()
    inbox.chmod(0o775)
    with server(
        folder,
        umask=0,
        HOLDFAST_STORE=str(home / "own.duckdb"),
        HOLDFAST_SAMPLE_STORE=str(home / "sample.duckdb"),
        HOLDFAST_INBOX=str(inbox),
    ) as running:
        pass
    assert stat.S_IMODE(inbox.stat().st_mode) == 0o775  # chosen by the user, and perhaps shared with whoever drops files
    for command in (("import", folder / "accounts.csv"), ("train",), ("backup", home / "b.duckdb"), ("restore", home / "b.duckdb")):
        assert running.command(*command).returncode == 0, command
    assert {"sample.duckdb", "own.duckdb", "own.replaced-1.duckdb", "models"} <= {path.name for path in home.iterdir()}
    assert open_to_others(home) == []
