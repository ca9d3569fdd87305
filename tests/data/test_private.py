"""What is kept on disk is closed to others, whatever the umask, and whatever it was before."""

import os
import stat
from pathlib import Path

import pytest

from data import private
from data.importing import saved_mappings, uploads
from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.store import backups
from data.store.dump import dump
from data.store.store import Store
from tests.books import ACCOUNTS, CONTRACTS


@pytest.fixture(params=[0o000, 0o002, 0o022])
def open_umask(request):
    """The test runs under an umask that lets others in, as a process does that nobody has told otherwise."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_others(folder: Path) -> list[str]:
    """All within a folder that another user could read, write or enter."""
    return sorted(f"{path.relative_to(folder)} {rights(path):o}" for path in folder.rglob("*") if rights(path) & 0o077)


def test_all_that_belongs_to_a_store_is_closed_as_it_is_made(tmp_path, open_umask):
    path = tmp_path / "home" / "own.duckdb"
    store = Store.open(path)
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    import_file(store, tmp_path / "accounts.csv")
    saved_mappings.save(path, "crm", Mapping("accounts", feed="crm"))
    uploads.keep(path, "1", "contracts.csv", memoryview(CONTRACTS.encode())).inspected()
    backups.backup(store, tmp_path / "elsewhere" / "monday.duckdb")
    dump(store, tmp_path / "dumped")
    kept = {entry.name for entry in path.parent.iterdir()}
    assert {"own.duckdb", "own.duckdb.wal", "staging", "mappings"} <= kept
    store.close()
    for folder in ("home", "elsewhere", "dumped"):
        assert rights(tmp_path / folder) == 0o700
        assert open_to_others(tmp_path / folder) == []
    assert rights(path) == rights(tmp_path / "elsewhere" / "monday.duckdb") == rights(tmp_path / "dumped" / "accounts.parquet") == 0o600


def test_what_was_open_before_is_closed_when_the_store_is_opened(tmp_path):
    path = tmp_path / "own.duckdb"
    store = Store.open(path)
    saved_mappings.save(path, "crm", Mapping("accounts", feed="crm"))
    uploads.keep(path, "1", "contracts.csv", memoryview(CONTRACTS.encode()))
    store.close()
    (tmp_path / "own.replaced-1.duckdb").write_bytes(b"")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "own-1.skops").write_bytes(b"")
    for found in (tmp_path, *tmp_path.rglob("*")):
        found.chmod(0o777 if found.is_dir() else 0o666)
    Store.open(path).close()
    assert open_to_others(tmp_path) == []
    assert rights(path) == 0o600 and rights(tmp_path / "models") == 0o700


def test_a_folder_that_was_there_keeps_its_rights_and_what_is_not_ours_in_it_too(tmp_path):
    chosen = tmp_path / "shared"
    chosen.mkdir(mode=0o755)
    chosen.chmod(0o755)
    for name in ("own.csv", "report.xlsx", "own.duckdb.txt"):
        (chosen / name).write_text("the user's")
        (chosen / name).chmod(0o644)
    Store.open(chosen / "own.duckdb").close()
    assert rights(chosen) == 0o755
    assert open_to_others(chosen) == ["own.csv 644", "own.duckdb.txt 644", "report.xlsx 644"]


def test_the_folder_that_nobody_chose_is_closed(tmp_path, monkeypatch):
    home = tmp_path / ".holdfast"
    home.mkdir()
    home.chmod(0o755)
    monkeypatch.setattr(private, "HOME", home)
    Store.open(home / "own.duckdb").close()
    assert rights(home) == 0o700


def test_links_and_what_is_gone_are_left(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_text("")
    (tmp_path / "elsewhere" / "file").chmod(0o644)
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "link").symlink_to(tmp_path / "elsewhere" / "file")
    (tmp_path / "ours" / "folder").symlink_to(tmp_path / "elsewhere")
    private.close(tmp_path / "ours")
    private.close(tmp_path / "nowhere")
    assert rights(tmp_path / "elsewhere" / "file") == 0o644


def test_rights_are_only_taken_away(tmp_path):
    (tmp_path / "kept").write_text("")
    (tmp_path / "kept").chmod(0o444)
    private.close(tmp_path / "kept")
    assert rights(tmp_path / "kept") == 0o400


def test_a_file_takes_the_place_of_one_that_others_could_read(tmp_path):
    path = tmp_path / "kept" / "roles.toml"
    path.parent.mkdir()
    path.write_text("before")
    path.chmod(0o644)
    private.write_whole(path, "Rôle")
    assert path.read_text(encoding="utf-8") == "Rôle"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["roles.toml"]
