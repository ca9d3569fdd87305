"""Large text in slices: the same rows, lines and ragged rows as were written, whatever stands between them."""

import json
import random
from contextlib import closing
from datetime import UTC, datetime

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.reader import delimited, formats
from data.importing.reader.event_numbers import Coding
from data.importing.reader.headings import Heading
from data.importing.reader.left_out import LeftOut
from data.importing.reader.validation import check

HEADER = ["account_id", "user_id", "event", "at"]
CELLS = ["A", "é", "", "x y", 'say "hi"', "a,b", "two\nlines", "three\n\nlines", "Total", "#3", "0"]


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\n') else cell


def written(seed: int, cells: list[str], extras: list[str]) -> tuple[str, list[tuple[int, list[str]]], list[int]]:
    """A text with its rows (line, cells) and the lines of its ragged rows, known as they are written."""
    rng, parts, rows, ragged, line = random.Random(seed), [",".join(HEADER)], [], [], 2
    for number in range(400):
        extra = rng.choice([None] * 30 + extras)
        if extra is not None:
            if extra.startswith("#,"):
                rows.append((line, extra.split(",")))  # what begins with # is a row
            elif extra.startswith(("ragged", "#")):
                ragged.append(line)
            parts.append(extra)
            line += 1
        row = [f"a{number}", *(rng.choice(cells) for _ in range(2)), "end"]
        rows.append((line, row))
        parts.append(",".join(map(quoted, row)))
        line += 1 + sum(cell.count("\n") for cell in row)
    return "\n".join(parts) + "\n", rows, ragged


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("cells", "extras"),
    [
        (["A", "b c", "0"], []),
        (CELLS, []),
        (CELLS, ["", "# note", " , ,,", "Total,,,", "ragged", "ragged,1,2,3,4,5"]),
        (["A", "0"], ["", "#,,,", ",,,", "grand total,7,,", "ragged,1,2,3,x"]),
    ],
)
def test_rows_and_lines_are_those_of_the_file(tmp_path, monkeypatch, seed, end, cells, extras):
    monkeypatch.setattr(formats, "BEGINNING", 300)
    monkeypatch.setattr(delimited, "BLOCK", 700)
    text, rows, ragged = written(seed, cells, extras)
    path = tmp_path / "file.csv"
    path.write_bytes(text.replace("\n", end).encode())
    source = formats.open_source(path, tmp_path, rows=50)
    found = pl.concat(list(source.slices))
    assert source.header == HEADER
    assert found["line"].to_list() == [line for line, _ in rows]
    assert [[cell.replace("\r\n", "\n") for cell in row] for row in found.select(HEADER).rows()] == [row for _, row in rows]
    assert [line for line, _ in source.ragged] == ragged


def test_plain_text_is_read_by_the_fast_reader(tmp_path):
    (tmp_path / "f").write_text('a,b\n1,"x\ny"\n3,4\n')
    blocks = delimited.Blocks(tmp_path / "f", ",")
    with closing(blocks):
        [(_, frame)] = blocks.frames(Heading(["one", "two"], [["one", "two"]], 0), LeftOut())
    assert frame.rows() == [("a", "b", 1), ("1", "x\ny", 2), ("3", "4", 4)]


def test_other_encodings_and_packed_files_are_read_in_slices(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "PART", 7)
    text = "account_id,name\n" + "".join(f"{n},Zürich ß {n}\n" for n in range(300))
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        path = tmp_path / encoding
        path.write_bytes(text.encode(encoding))
        found = pl.concat(list(formats.open_source(path, tmp_path, encoding=encoding if encoding == "cp1252" else None).slices))
        assert found["name"].to_list() == [f"Zürich ß {n}" for n in range(300)], encoding


def test_json_lines_come_in_slices_with_every_name(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "JSON_ROWS", 10)
    lines = [json.dumps({"account_id": n} | ({"late": {"x": True}} if n == 24 else {})) for n in range(25)]
    lines.insert(3, "not json")
    (tmp_path / "f").write_text("\n".join(lines))
    source = formats.open_source(tmp_path / "f", tmp_path)
    slices = list(source.slices)
    assert [part.height for part in slices] == [10, 10, 5]
    assert source.header == ["account_id", "late.x"]
    assert slices[2].row(-1) == ("24", "true", 26)
    assert source.ragged == [(4, ["not json"])]


MAPPINGS = [
    Mapping("usage_events", columns={"account_id": "a", "user_id": "u", "event": "e", "occurred_at": "t", "quantity": "q"}),
    Mapping("usage_events", columns={"contract_id": "a", "account_id": "u", "event": "e", "occurred_at": "t", "event_id": "q"}),
    Mapping("usage_events", columns={"account_id": "a", "event": "e", "occurred_at": "t"}, values={"event": {"open": "Opened"}}),
    Mapping("usage_events", columns={"account_id": "a", "occurred_at": "t"}, constants={"event": "seen"}),
]


@pytest.mark.parametrize("mapping", MAPPINGS)
@pytest.mark.parametrize("moment", ["2024-01-02 03:04:05", "2024-01-02T03:04:05Z", "2024-01-02", "13/01/2024", "1704164645"])
def test_plain_rows_are_typed_as_the_thorough_check_types_them(mapping, moment):
    rng = random.Random(moment)
    times = [moment] * 9 + ["2024-02-30", "", "1969-12-31", " 2024-01-02 03:04 ", "never"]
    columns = {
        "a": ["1", " 1", "", "-", None],
        "u": ["x", "", "y"],
        "e": ["open", "close", " "],
        "t": times,
        "q": ["1", "2.5", "", "n/a", "x"],
    }
    cells = pl.DataFrame(
        {name: [rng.choice(values) for _ in range(500)] for name, values in columns.items()}, schema=dict.fromkeys(columns, pl.String)
    )
    cells = cells.with_columns(line=pl.int_range(2, 502, dtype=pl.Int64))
    coding = Coding()
    halves = [coding.split(half, mapping) for half in (cells.head(250), cells.tail(250))]
    left = [check(unsure, mapping, {}) for _, unsure in halves]
    rows = pl.concat([rows for rows, _ in halves if rows.height] + [coding.code(checked.rows) for checked in left])
    decoded = rows.join(coding.people.known.rename({"number": "person"}), on="person").join(
        coding.names.known.rename({"number": "name"}), on="name"
    )
    whole = check(cells, mapping, {})
    owner = (
        pl.when(pl.col("account_id").is_null()).then("contract_id") if "contract_id" in mapping.columns else pl.lit(None, dtype=pl.String)
    )
    wanted = whole.rows.with_columns(contract_id=owner, occurred_at=pl.col("occurred_at").dt.replace_time_zone(None))
    wanted = wanted if "user_id" in wanted.columns else wanted.with_columns(user_id=pl.lit(None, dtype=pl.String))
    assert decoded.select(sorted(wanted.columns)).sort("line").equals(wanted.select(sorted(wanted.columns)).sort("line"))
    assert pl.concat([checked.problems for checked in left]).sort("line", "column").equals(whole.problems.sort("line", "column"))


def test_moments_of_a_zone_are_kept_in_utc():
    cells = pl.DataFrame({"a": ["1"], "e": ["open"], "t": [datetime(2024, 1, 1, 12, tzinfo=UTC)], "line": [1]})
    cells = cells.with_columns(pl.col("t").dt.convert_time_zone("America/New_York"))
    rows, unsure = Coding().split(cells, Mapping("usage_events", columns={"account_id": "a", "event": "e", "occurred_at": "t"}))
    assert (rows["occurred_at"].item(), unsure.height) == (datetime(2024, 1, 1, 12), 0)


@pytest.mark.parametrize(
    "odd", ["2024-01-02T03:04:05", "2024-02-30 03:04:05", "1969-12-31 23:59:59", "2024-01-02 03:04+01", "2024-01-02 25:04:05"]
)
def test_whole_seconds_mean_what_the_thorough_check_says(odd):
    mapping = Mapping("usage_events", columns={"account_id": "a", "event": "e", "occurred_at": "t"})
    for times in (["2024-02-29 23:59:59", "2031-12-01 00:00:00"], ["2024-02-29 23:59:59", odd], [odd]):
        cells = pl.DataFrame({"a": "1", "e": "open", "t": times}).with_columns(line=pl.int_range(2, 2 + len(times), dtype=pl.Int64))
        rows, unsure = Coding().split(cells, mapping)
        wanted = check(cells, mapping, {}).rows.select("line", pl.col("occurred_at").dt.replace_time_zone(None))
        assert rows.select("line", "occurred_at").equals(wanted.filter(pl.col("line").is_in(rows["line"].implode())))
        assert rows.height + unsure.height == len(times)
        if times[1:] and odd not in times:
            assert rows["occurred_at"].to_list() == [datetime(2024, 2, 29, 23, 59, 59), datetime(2031, 12, 1)]
