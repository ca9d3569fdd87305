"""The disk runs full in the midst of imports: it is said, what was there is read, and once there is room all goes on by itself."""

import contextlib
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.importing.run import import_file
from data.store.store import DiskFull, Store
from data.store.view import View
from tests.data.log.stagings import staged

ROOM = (0, 100, 600, 1000, 1500, 2500, 3500, 4000)  # kilobytes left: staging runs out of them, then the write, then tidying up
EVENTS = 130_000


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int):
    """A disk of that size at `folder`, for as long as the context lasts; skips where this process may not mount one."""
    folder.mkdir(exist_ok=True)
    if sys.platform != "linux" or shutil.which("mount") is None:
        pytest.skip("there is no `mount` here to make a small disk with")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {made.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def export(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("export") / "events.csv"
    lines = (f"A,u{n * 7919 % 30011},e{n % 97},2024-0{1 + n % 9}-{1 + n % 28:02d}T{n % 24:02d}:{n % 60:02d}:00Z\n" for n in range(EVENTS))
    path.write_text("account_id,user_id,event,occurred_at\n" + "".join(lines))
    return path


@pytest.mark.parametrize("kilobytes", ROOM)
def test_full_and_on_again(tmp_path, export, kilobytes):
    with small_disk(tmp_path / "disk", 60):
        store, ballast = Store.open(tmp_path / "disk" / "own.duckdb"), tmp_path / "disk" / "ballast"
        (tmp_path / "accounts.csv").write_text("account_id,name\nA,One\n")
        assert import_file(store, tmp_path / "accounts.csv").batch
        ballast.write_bytes(bytes(shutil.disk_usage(tmp_path / "disk").free - kilobytes * 1000))
        refused = import_file(store, export)
        assert [problem.reason[:17] for problem in refused.problems] == ["The disk is full."]
        with View(store) as view:
            assert view.accounts()["name"].to_list() == ["One"]
        ballast.unlink()
        assert import_file(store, export).batch.accepted == EVENTS
        assert (store.imports().height, store.check()) == (2, [])
        assert list((tmp_path / "disk" / "staging").iterdir()) == []
        store.close()


@pytest.mark.parametrize("megabytes", (14, 15))  # here the engine gives up while tidying up, and answers nothing more until opened anew
def test_an_engine_that_gave_up_is_opened_anew(tmp_path, megabytes):
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    with small_disk(tmp_path / "disk", megabytes):
        folder = tmp_path / "disk" / "staging"
        folder.mkdir()
        store, done = Store.open(tmp_path / "disk" / "own.duckdb"), 0
        first = store._connection
        with pytest.raises(DiskFull, match="Nothing of this was kept"):
            while True:
                rows = [
                    {
                        "account_id": str(n % 977), "user_id": str(n * 7919 % 100003), "event": f"e{n % 97}",
                        "occurred_at": begin + timedelta(microseconds=n * 7919 * (done + 1) * 104729 % 10**12),
                    }
                    for n in range(20_000 + megabytes * 3000)
                ]  # fmt: skip
                store.commit(staged(folder, "usage_events", rows))
                done += 1
                for path in folder.iterdir():
                    path.unlink()
        assert store.imports().height == done
        assert store._connection is not first
        for path in folder.iterdir():
            path.unlink()
        assert store.commit(staged(folder, "accounts", [{"row_key": "A", "account_id": "A"}])).batch == done + 1
        assert store.check() == []
        store.close()
