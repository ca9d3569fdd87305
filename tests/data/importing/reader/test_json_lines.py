"""JSON lines whose objects begin to have a name late, and values that a fast reader would round."""

import json

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.reader import formats
from data.importing.reader.json_cells import read_object
from data.importing.reader.staging import stage

COLUMNS = {"account_id": "account.id", "user_id": "who", "event": "what", "occurred_at": "at"}


@pytest.fixture(autouse=True)
def _two_a_slice(monkeypatch):
    monkeypatch.setattr(formats, "JSON_ROWS", 2)


def event(at: str, **more: object) -> dict:
    return {"account": {"id": "A"}, "what": "open", "at": at, **more}


def staged(folder, objects: list[dict]) -> tuple[dict, pl.DataFrame, list]:
    """The answer, the accepted rows with the people they stand for, and the cells of the rows turned away."""
    path = folder / "events.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in objects))
    mapping = Mapping("usage_events", columns=COLUMNS)
    source = formats.open_source(path, folder, wanted=frozenset(mapping.sources))
    answer = stage(source, mapping, folder)
    parts = [pl.read_parquet(folder / f"part{number}.parquet") for number in range(answer["parts"])]
    people = pl.read_parquet(folder / "people.parquet").rename({"number": "person"})
    return answer, pl.concat(parts).join(people, on="person").sort("line"), pl.read_parquet(folder / "rejected.parquet").rows()


def test_a_name_that_comes_late_is_read_and_one_that_is_not_mapped_joins_the_header(tmp_path):
    days = [f"2024-03-0{day}T10:00:00Z" for day in range(1, 7)]
    objects = [event(day) for day in days[:3]] + [event("never"), event(days[4], who="ann"), event("later", who="bo", note="x")]
    answer, rows, rejected = staged(tmp_path, objects)
    assert rows.select("line", "account_id", "user_id").rows() == [(1, "A", None), (2, "A", None), (3, "A", None), (5, "A", "ann")]
    assert answer["header"] == ["account.id", "what", "at", "who", "note"]
    assert rejected == [(4, ["A", "open", "never", None, None]), (6, ["A", "open", "later", "bo", "x"])]


def test_a_mapped_name_that_no_object_has_is_refused(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(event("2024-03-01T10:00:00Z")) + "\n" for _ in range(5)))
    mapping = Mapping("usage_events", columns=COLUMNS)
    answer = stage(formats.open_source(path, tmp_path, wanted=frozenset(mapping.sources)), mapping, tmp_path)
    assert "no column 'who'" in answer["refused"][0]["reason"]


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ('{"a": 12345678901234567890123}', "12345678901234567890123"), ('{"a": -9223372036854775809}', "-9223372036854775809"),
        ('{"a": [12345678901234567890123]}', "[12345678901234567890123]"), ('{"a": 18446744073709551615}', "18446744073709551615"),
        ('{"a": 1.10}', "1.1"), ('{"a": true}', "true"), ('{"a": NaN}', "NaN"), ('{"a": "\\ud800"}', "?"), ('{"a": "1e+9"}', "1e+9"),
    ],
)  # fmt: skip
def test_values_keep_every_digit(line, meant):
    assert read_object(line) == {"a": meant}


@pytest.mark.parametrize("line", ["[1]", "1", "no", '{"a":', "{" * 100_000, '{"a":' * 5_000 + "1" + "}" * 5_000])
def test_what_is_no_object_is_none(line):
    assert read_object(line) is None


@pytest.mark.parametrize("decimal", ["comma", "point"])
def test_a_number_of_json_has_a_point_whatever_texts_of_the_file_have(tmp_path, decimal):
    """1.125 is one and an eighth; "2.250" is as the answer says; 7 and a number of many digits say nothing of signs."""
    path = tmp_path / "events.jsonl"
    objects = [event("2024-03-01T10:00:00Z", who="ann", n=n) for n in (1.125, 1234.5, 5.0, 7, "2.250", 1234567890123456789)]
    path.write_text("".join(json.dumps(one) + "\n" for one in objects))
    mapping = Mapping("usage_events", columns=COLUMNS | {"quantity": "n"}, options={"decimal": decimal})
    answer = stage(formats.open_source(path, tmp_path, wanted=frozenset(mapping.sources)), mapping, tmp_path)
    rows = pl.concat([pl.read_parquet(tmp_path / f"part{number}.parquet") for number in range(answer["parts"])]).sort("line")
    text = {"comma": 2250.0, "point": 2.25}[decimal]
    assert rows["quantity"].to_list() == [1.125, 1234.5, 5.0, 7.0, text, float(1234567890123456789)]
