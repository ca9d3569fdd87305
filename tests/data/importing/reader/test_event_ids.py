"""Events with ids in one file: exact repeats go once, reused ids are told, and rows without an id are left alone."""

from collections import Counter

import numpy as np
import polars as pl
import pytest

from data.importing.reader import event_ids
from data.importing.reader.event_ids import without_repeats


def drawn(count: int, seed: int) -> list[tuple]:
    """Rows of which many share an id, some all they say, and some have none."""
    random = np.random.default_rng(seed)
    ids = [None if number % 7 == 0 else f"e{number}" for number in random.integers(0, count // 2, count)]
    return [(line, event_id, int(person)) for line, (event_id, person) in enumerate(zip(ids, random.integers(0, 2, count), strict=True))]


def test_the_same_as_row_by_row(tmp_path):
    rows = drawn(3_000, 1)
    frame = pl.DataFrame(rows, schema={"line": pl.Int64, "event_id": pl.String, "person": pl.Int32}, orient="row")
    parts = [tmp_path / f"part{number}.parquet" for number in range(3)]
    for number, part in enumerate(parts):
        frame.slice(number * 1_000, 1_000).write_parquet(part)
    repeats, reused = without_repeats(parts, tmp_path)
    met, wanted = set(), []
    for line, event_id, person in rows:
        if event_id is None or (event_id, person) not in met:
            wanted.append((line, event_id, person))
        met.add((event_id, person))
    stand_for = Counter(event_id for event_id, _ in met)
    assert pl.concat(map(pl.read_parquet, parts)).rows() == wanted
    assert 0 < repeats == len(rows) - len(wanted)
    assert reused.rows() == [(line, event_id) for line, event_id, _ in wanted if event_id and stand_for[event_id] > 1]
    assert reused.height > 0


@pytest.mark.parametrize("few", [0, event_ids.FEW_ROWS])
def test_a_file_without_repeats_stays_as_it_is(tmp_path, monkeypatch, few):
    """Whether all its ids are looked at at once, or the engine looks through them."""
    monkeypatch.setattr(event_ids, "FEW_ROWS", few)
    part = tmp_path / "part0.parquet"
    pl.DataFrame({"line": [2, 3, 4], "event_id": ["a", None, None], "person": [1, 1, 1]}).write_parquet(part)
    before = part.read_bytes()
    repeats, reused = without_repeats([part], tmp_path)
    assert (repeats, reused.height, part.read_bytes()) == (0, 0, before)
    assert reused.schema == event_ids.REUSED
