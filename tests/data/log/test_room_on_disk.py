"""How much room the store takes: what was looked at and not kept is given back, and many small files cost little more than one large."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from data.importing.run import import_file
from data.store.store import Store

BLOCK = 262_144  # bytes in which the engine's file grows


def events(path: Path, count: int, first: datetime, seed: int) -> Path:
    """A file of events within a day, by 20 users of each of 500 accounts."""
    drawn = np.random.default_rng(seed)
    moments = pl.Series(drawn.integers(0, 86_400, count)).cast(pl.Int64)
    pl.DataFrame(
        {
            "account_id": pl.Series(drawn.integers(0, 500, count)).cast(pl.String),
            "user_id": pl.Series(drawn.integers(0, 20, count)).cast(pl.String),
            "event": pl.Series(drawn.integers(0, 10, count)).cast(pl.String),
            "occurred_at": pl.select(pl.lit(first) + pl.duration(seconds=moments)).to_series(),
        }
    ).write_parquet(path)
    return path


def test_what_a_preview_took_is_given_back(tmp_path):
    first = datetime(2024, 1, 1)
    kept, seen, more = (
        events(tmp_path / f"{name}.parquet", count, first + timedelta(days=number), number)
        for number, (name, count) in enumerate((("kept", 200_000), ("seen", 800_000), ("more", 100)))
    )
    taken, left = {}, {}
    for name in ("with", "without"):
        path = tmp_path / name / "own.duckdb"
        store = Store.open(path)
        import_file(store, kept)
        if name == "with":
            assert import_file(store, seen, dry_run=True).batch.accepted == 800_000
        import_file(store, more)
        taken[name] = path.stat().st_size
        store.close()
        left[name] = path.stat().st_size
    assert taken["with"] > 2 * taken["without"]
    assert left["with"] <= left["without"] + 4 * BLOCK


def test_many_small_files_take_little_more_room_than_one(tmp_path):
    days = [events(tmp_path / f"{day}.parquet", 20_000, datetime(2024, 1, 1) + timedelta(days=day), day) for day in range(10)]
    whole = tmp_path / "whole.parquet"
    pl.concat([pl.read_parquet(day) for day in days]).write_parquet(whole)
    sizes = []
    for name, files in (("many", days), ("one", [whole])):
        store = Store.open(tmp_path / name / "own.duckdb")
        for file in files:
            import_file(store, file)
        store.close()
        sizes.append((tmp_path / name / "own.duckdb").stat().st_size)
    assert sizes[0] <= 1.5 * sizes[1] + 2 * BLOCK
    assert sizes[0] <= 20 * 200_000 + 4 * BLOCK  # 20 bytes an event, and the engine's own blocks
