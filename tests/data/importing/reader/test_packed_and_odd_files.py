"""Packed files, other encodings, JSON that is not lines, and days as people write them: what each is read as."""

import gzip
import io
import json
import zipfile
from datetime import datetime

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.importing.reader.child import answered
from data.importing.reader.dates import as_iso
from data.importing.reader.day_order import in_order, order_of
from data.importing.reader.days_and_instants import instants
from data.importing.reader.encodings import guessed

ROWS = [{"account_id": "A", "name": "Zoë"}, {"account_id": "B", "name": "Bo"}]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
FIRST, SECOND = LINES.splitlines()
CSV = "account_id,name\nA,Zoë\nB,Bo\n".encode()


def packed(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return held.getvalue()


def looked_at(folder, content: bytes) -> dict:
    (folder / "file").write_bytes(content)
    return answered({"action": "inspect", "path": str(folder / "file"), "out": str(folder)})


@pytest.mark.parametrize(
    "content",
    [
        CSV, packed(a=CSV), gzip.compress(CSV), CSV.decode().encode("utf-16"), b"\x00\x00\xfe\xff" + CSV.decode().encode("utf-32-be"),
        CSV.decode().encode("cp1252"), LINES, json.dumps(ROWS).encode(), json.dumps(ROWS, indent=2).encode(),
        json.dumps({"status": "ok", "results": ROWS}).encode(), packed(a=gzip.compress(FIRST), b=gzip.compress(SECOND)),
    ],
    ids=("plain", "zip", "gzip", "utf-16", "utf-32", "cp1252", "lines", "json", "indented", "inside", "gzips in a zip"),
)  # fmt: skip
def test_the_same_rows_however_they_are_wrapped(tmp_path, content):
    assert looked_at(tmp_path, content).get("sample") == {"account_id": ["A", "B"], "name": ["Zoë", "Bo"]}


WRONGLY = {"two": lambda: packed(a=CSV, b=CSV), "nested": lambda: packed(a=packed(a=CSV)), "bomb": lambda: packed(a=b"a,b\n" * 40_000_000)}


@pytest.mark.parametrize("wrongly", WRONGLY)
def test_what_is_packed_wrongly_is_refused_with_what_to_do(tmp_path, wrongly):
    reason = looked_at(tmp_path, WRONGLY[wrongly]())["refused"][0]["reason"]
    assert "npack" in reason or "Send it" in reason


def test_parquet_that_is_damaged_inside_is_said_to_be(tmp_path):
    held = io.BytesIO()
    pl.DataFrame({"account_id": [f"A{number}" for number in range(200)]}).write_parquet(held)
    whole = held.getvalue()
    reason = looked_at(tmp_path, whole[:4] + b"\xff" * 20 + whole[24:])["refused"][0]["reason"]
    assert reason == "The Parquet file is damaged: it begins as one, and its rows cannot be read. Export it again."


def test_a_workbook_with_a_password_says_so(tmp_path):
    """Office writes it as an old container that has the workbook under this name; its bytes say nothing else."""
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    reason = looked_at(tmp_path, locked)["refused"][0]["reason"]
    assert reason == "The workbook is encrypted. Open it with its password, save it without one, and drop that file."


def test_half_a_sign_and_a_column_named_as_ours_are_taken(tmp_path):
    assert looked_at(tmp_path, b'{"account_id": "A", "name": "\\ud800", "line": "7"}\n')["sample"]["line of the file"] == ["7"]


def test_parquet_with_lists_is_text(tmp_path):
    held = io.BytesIO()
    pl.DataFrame({"account_id": ["A"], "tags": [["x", "y"]], "line": [5]}).write_parquet(held)
    assert looked_at(tmp_path, held.getvalue())["sample"] == {"account_id": ["A"], "tags": ["['x', 'y']"], "line of the file": ["5"]}


@pytest.mark.parametrize(("by_spark", "said"), [(True, "2024-01-31T23:30:00.000000000+00:00"), (False, "2024-01-31T23:30:00.000000000")])
def test_old_moments_of_parquet_are_in_utc_where_spark_wrote_them(tmp_path, by_spark, said):
    """Spark's own moments (INT96) are in UTC; those of other programs do not say in which zone they are."""
    table = pa.table({"account_id": ["A"], "at": pa.array([datetime(2024, 1, 31, 23, 30)], pa.timestamp("ns"))})
    held = io.BytesIO()
    told = table.replace_schema_metadata({"org.apache.spark.version": "3.5.1"} if by_spark else {})
    pq.write_table(told, held, use_deprecated_int96_timestamps=True)
    [shown] = looked_at(tmp_path, held.getvalue())["sample"]["at"]
    assert shown.replace(" ", "T").replace("Z", "+00:00")[:19] == said[:19]
    assert shown.endswith(("+00:00", "Z", "UTC")) == by_spark, shown


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
def test_western_letters_are_told_by_their_bytes(encoding):
    assert "name\nMéry\nMüller\n".encode(encoding).decode(guessed("name\nMéry\nMüller\n".encode(encoding))) == "name\nMéry\nMüller\n"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("setembro 15, 2020, 4:11 PM", datetime(2020, 9, 15, 16, 11)),
        ("15 de março de 2021", datetime(2021, 3, 15)),
        ("31. Jan 2024", datetime(2024, 1, 31)),
        ("März 3, 2024", datetime(2024, 3, 3)),
        ("1/31/2024 12:11 AM", datetime(2024, 1, 31, 0, 11)),
        ("20240131", datetime(2024, 1, 31)),
        ("43831", datetime(2020, 1, 1)),  # Excel shows 2020-01-01 as 43831
        ("12:00", None),
    ],
)
def test_days_as_people_and_spreadsheets_write_them(written, meant):
    text = as_iso(pl.Series([written]))
    assert instants(in_order(text, order_of({"day": text}, {})), "UTC", "UTC")[0][0] == meant
