"""The server's own backup of the night: made when it is due, told, and tried again where it failed."""

from datetime import UTC, datetime, timedelta

import pytest

from data.store import open_stores
from data.store.store import Store
from server import nightly
from server.nightly import AGAIN, Nightly
from tests.books import company
from tests.waiting import PATIENCE

EVENING = datetime(2026, 3, 4, 22, tzinfo=UTC)


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    yield tmp_path / "own.duckdb"
    open_stores.close_all()


def watch(folder, told) -> Nightly:
    return Nightly(lambda: open_stores.store("own"), folder, 2, 2, told.append)


def test_one_a_night_and_no_more(own, tmp_path):
    company(own).close()
    told: list[str] = []
    watching = watch(tmp_path / "nights", told)
    made = [watching.look(EVENING + timedelta(hours=hours)) for hours in range(0, 60, 2)]  # 22:00, 0:00, 2:00, ... of three nights
    assert [path.name for path in made if path] == [
        f"own-{at}0000Z.duckdb" for at in ("20260304T22", "20260305T02", "20260306T02", "20260307T02")
    ]
    assert len(told) == 4 and "1 older ones were removed" in told[-1]
    kept = sorted(path.name for path in (tmp_path / "nights").iterdir())
    assert kept == ["own-20260306T020000Z.duckdb", "own-20260307T020000Z.duckdb"]
    copy = Store.open(tmp_path / "nights" / kept[-1])
    assert copy.check() == []
    copy.close()


def test_before_there_is_a_store_none_is_made(own, tmp_path):
    assert watch(tmp_path / "nights", []).look(EVENING) is None and not own.exists()


def test_one_that_fails_is_told_and_tried_again_an_hour_later(own, tmp_path):
    company(own).close()
    (tmp_path / "nights").write_text("in the way")
    told: list[str] = []
    watching = watch(tmp_path / "nights", told)
    assert watching.look(EVENING) is None
    assert "tried again in an hour" in told[0] and watching._waits == AGAIN
    (tmp_path / "nights").unlink()
    assert watching.look(EVENING + timedelta(hours=1)) is not None


def test_it_works_by_itself_where_a_folder_is_set(own, tmp_path, monkeypatch):
    assert nightly.begin(print) is None
    company(own).close()
    monkeypatch.setenv("HOLDFAST_BACKUPS", str(tmp_path / "nights"))
    monkeypatch.setattr(nightly.Nightly.__init__, "__defaults__", (0.05,))
    told: list[str] = []
    begun = nightly.begin(told.append)
    assert begun
    end = datetime.now(UTC) + timedelta(seconds=PATIENCE)
    while not told and datetime.now(UTC) < end:
        begun.ended.wait(0.05)
    begun.stop()
    begun.join(PATIENCE)
    assert [path.suffix for path in (tmp_path / "nights").iterdir()] == [".duckdb"] and "The night's backup is" in told[0]
