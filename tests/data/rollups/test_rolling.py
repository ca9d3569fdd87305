"""Months that are made, come in, are made anew by late events, stay out once undone, and are refused whole where files are not as they must be."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.erasure.erasing import FIGURES, erase
from data.erasure.subjects import PERSON, Subject
from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.rollups import making
from data.rollups.bringing import bring, folder_of
from data.rollups.definition import Definition
from data.rollups.manifest import Manifest
from data.rollups.on_duckdb import OnDuckDB
from data.rollups.refused import RollupRefused
from data.store.store import Store, StoreError
from data.store.view import View
from data.viewer import EVERYONE
from tests.books import FILES
from tests.data.rollups import lake
from tests.new_store import new_store

TOLD = Mapping("usage_events", lake.FEED, columns={"account_id": "a", "user_id": "u", "event": "e", "occurred_at": "t"})
NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})


def rows(*events: tuple[str, str, str, datetime]) -> pl.DataFrame:
    return pl.DataFrame(events, schema={"a": pl.String, "u": pl.String, "e": pl.String, "t": pl.Datetime("us")}, orient="row")


JANUARY = rows(
    ("A", "ann", "open", datetime(2024, 1, 30, 10)),
    ("A", "ann", "open", datetime(2024, 1, 31, 10)),
    ("B", "bob", "open", datetime(2024, 1, 5)),
)
FEBRUARY = rows(("A", "ann", "open", datetime(2024, 2, 1, 10)), ("A", "ann", "export", datetime(2024, 2, 1, 11)))
LATE = rows(("B", "eve", "open", datetime(2024, 1, 6)))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "lake").mkdir()
    JANUARY.write_parquet(tmp_path / "lake" / "1.parquet")
    FEBRUARY.write_parquet(tmp_path / "lake" / "2.parquet")
    return tmp_path / "lake"


@pytest.fixture
def store(tmp_path):
    with closing(new_store(tmp_path / "own.duckdb")) as opened:
        (tmp_path / "accounts.csv").write_text(FILES["accounts.csv"])
        assert import_file(opened, tmp_path / "accounts.csv").batch is not None
        yield opened


@pytest.fixture
def engine(tmp_path):
    with closing(OnDuckDB("1GB", tmp_path)) as opened:
        yield opened


def counted(store) -> list[tuple]:
    with View(store) as view:
        return (
            view.usage_days(date(2024, 1, 1), date(2024, 3, 31))
            .select("account_id", "event", pl.col("day").cast(pl.String), "count")
            .rows()
        )


BOTH = [
    ("A", "open", "2024-01-30", 1), ("A", "open", "2024-01-31", 1), ("A", "export", "2024-02-01", 1), ("A", "open", "2024-02-01", 1), ("B", "open", "2024-01-05", 1),
]  # fmt: skip


def test_a_month_is_a_batch_and_late_events_make_their_month_anew(store, engine, folder):
    made, brought = lake.rolled(store, engine, folder, TOLD, apart=())
    assert made.months == ("2024-01", "2024-02")
    assert [(month, one.batch, one.read, one.accepted, before) for month, one, before in brought.months] == [
        ("2024-01", 2, 3, 3, None),
        ("2024-02", 3, 2, 2, None),
    ]
    assert counted(store) == BOTH
    made, brought = lake.rolled(store, engine, folder, TOLD, apart=())
    assert (made.months, brought.months, brought.stood) == ((), (), 2)
    LATE.write_parquet(folder / "late.parquet")
    made, brought = lake.rolled(store, engine, folder, TOLD, apart=())
    assert [(month, one.batch, one.accepted, before) for month, one, before in brought.months] == [("2024-01", 4, 4, 2)]
    assert counted(store) == [*BOTH, ("B", "open", "2024-01-06", 1)]
    with View(store) as view:  # ann on the 30th and 31st; bob on the 5th; eve on the 6th
        assert view.usage_months(date(2024, 1, 1), date(2024, 1, 31)).rows() == [
            ("A", "ann", date(2024, 1, 1), 2**29 + 2**30), ("B", "bob", date(2024, 1, 1), 2**4), ("B", "eve", date(2024, 1, 1), 2**5),
        ]  # fmt: skip
    assert store.check() == []


def test_undo_takes_a_month_out_and_it_stays_out_until_it_changes(store, engine, folder):
    lake.rolled(store, engine, folder, TOLD)
    store.undo(2)
    assert [row for row in counted(store) if "01-" in row[2][5:]] == []
    made, brought = lake.rolled(store, engine, folder, TOLD)
    assert (made.months, brought.months, brought.undone, brought.stood) == ((), (), ("2024-01",), 1)
    LATE.write_parquet(folder / "late.parquet")
    assert lake.rolled(store, engine, folder, TOLD)[1].months[0][2] is None
    with pytest.raises(StoreError, match="batch 4 brought anew"):
        store.redo(2)
    store.undo(4)
    store.redo(2)
    assert counted(store) == BOTH
    assert store.check() == []


def test_what_a_kill_left_comes_in_once(store, engine, folder, monkeypatch):
    """Killed after the manifest is written and before anything came in; then in the middle of the transaction; then a run that never ended."""
    out = folder_of(store.path, lake.FEED)
    definition = Definition(TOLD, "UTC")
    with making.alone(out):
        making.make(engine, lake.Files(str(folder)), definition, out)
    monkeypatch.setattr("data.rollups.bringing._Month._told", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring(store, lake.FEED, EVERYONE)
    assert counted(store) == []
    monkeypatch.undo()
    (out / "runs" / "half").mkdir()
    assert len(lake.rolled(store, engine, folder, TOLD, apart=())[1].months) == 2
    assert counted(store) == BOTH
    assert [path.name for path in out.iterdir()] == ["lock", "manifest.json"] or {path.name for path in out.iterdir()} == {
        "lock",
        "manifest.json",
    }
    assert bring(store, lake.FEED, EVERYONE).stood == 2


def test_a_store_that_is_older_than_the_folder_gets_its_months_again(store, engine, folder, tmp_path):
    store.copy_to(store.path.with_name("before.duckdb"))
    lake.rolled(store, engine, folder, TOLD)
    with closing(type(store).open(store.path.with_name("before.duckdb"))) as restored:
        made, brought = lake.rolled(restored, engine, folder, TOLD)
        assert (made.months, len(brought.months)) == (("2024-01", "2024-02"), 2)
        assert counted(restored) == BOTH


def test_a_month_whose_files_are_gone_stays(store, engine, folder):
    LATE.write_parquet(folder / "late.parquet")
    lake.rolled(store, engine, folder, TOLD)
    for name in ("late.parquet", "2.parquet"):
        (folder / name).unlink()
    made, brought = lake.rolled(store, engine, folder, TOLD)
    assert (made.months, made.stay, brought.months) == ((), ("2024-01", "2024-02"), ())
    assert len(counted(store)) == 6
    made, _ = lake.rolled(store, engine, folder, TOLD, again=True)
    assert made.months == ("2024-01",)
    assert counted(store) == [row for row in BOTH]


def test_a_month_whose_file_was_written_anew_without_it_goes(store, engine, folder):
    """The moments of January were wrong, and lie in February: they count there, and no more in January."""
    lake.rolled(store, engine, folder, TOLD)
    JANUARY.with_columns(pl.col("t") + timedelta(days=27)).write_parquet(folder / "1.parquet")
    made, brought = lake.rolled(store, engine, folder, TOLD)
    assert (made.months, made.stay, len(brought.months)) == (("2024-01", "2024-02"), (), 2)
    assert {day[:7] for *_, day, _ in counted(store)} == {"2024-02"}  # of 5, 30 and 31 January: 1, 26 and 27 February
    assert sum(count for *_, count in counted(store)) == JANUARY.height + FEBRUARY.height and store.check() == []
    made, brought = lake.rolled(store, engine, folder, TOLD)
    assert (made.months, brought.months, made.stay) == ((), (), ())


def test_one_file_in_place_of_several_is_taken(store, engine, folder):
    """As a lake does that puts small files together: the same events, and no month comes in again."""
    LATE.write_parquet(folder / "late.parquet")
    lake.rolled(store, engine, folder, TOLD)
    for path in folder.iterdir():
        path.unlink()
    pl.concat([JANUARY, LATE, FEBRUARY]).write_parquet(folder / "all.parquet")
    made, brought = lake.rolled(store, engine, folder, TOLD)
    assert (made.months, brought.months, brought.stood) == (("2024-01", "2024-02"), (), 2)


def test_bad_rows_are_counted_by_file_and_reason(store, engine, folder):
    rows(("A", "ann", "open", None), (None, "ann", "open", datetime(2024, 2, 2)), ("A", None, "open", datetime(2024, 2, 2))).write_parquet(
        folder / "3.parquet"
    )
    made, brought = lake.rolled(store, engine, folder, TOLD)
    assert made.bad == {"3.parquet": {"t: is required; give a value": 1, "a: is required; give a value": 1}}
    february = brought.months[1][1]
    assert (february.read, february.accepted, february.rejected, february.duplicate) == (5, 3, 2, 0)
    assert store.problems(february.batch)["reason"].sort().to_list() == ["1 row of 3.parquet: is required; give a value"] * 2


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ({"a": ["A"], "u": ["x"], "e": ["open"]}, r"3.parquet has no column 't', from which occurred_at comes. It has: a, u, e"),
        (
            {"a": ["A"], "u": ["x"], "e": ["open"], "t": ["2024-01-01"]},
            r"3.parquet: column 't' is large_string, and occurred_at comes of moments",
        ),
        (
            {"a": [1.5], "u": ["x"], "e": ["open"], "t": [datetime(2024, 1, 1)]},
            r"3.parquet: column 'a' is double, and account_id comes of text or whole numbers",
        ),
        (None, "3.parquet cannot be read as Parquet"),
    ],
)
def test_a_file_that_is_not_as_it_must_be_is_named_and_nothing_is_kept(store, engine, folder, file, said):
    lake.rolled(store, engine, folder, TOLD)
    before = (folder_of(store.path, lake.FEED) / "manifest.json").read_bytes()
    LATE.write_parquet(folder / "late.parquet")
    if file:
        pl.DataFrame(file).write_parquet(folder / "3.parquet")
    else:
        (folder / "3.parquet").write_bytes((folder / "1.parquet").read_bytes()[:-40])
    with pytest.raises(RollupRefused, match=said):
        lake.rolled(store, engine, folder, TOLD)
    assert (folder_of(store.path, lake.FEED) / "manifest.json").read_bytes() == before
    assert counted(store) == BOTH


def test_types_that_mean_the_same_may_differ(store, engine, folder):
    """Accounts as text and as numbers of two widths; moments of two kinds."""
    pl.DataFrame({"a": [7], "u": [1], "e": ["open"], "t": [datetime(2024, 1, 9, tzinfo=UTC)]}).write_parquet(folder / "3.parquet")
    pl.DataFrame({"a": [7], "u": [1], "e": ["open"], "t": [date(2024, 1, 9)]}, schema_overrides={"a": pl.Int16}).write_parquet(
        folder / "4.parquet"
    )
    lake.rolled(store, engine, folder, TOLD, parts=True)
    with View(store) as view:
        assert view.waiting().filter(pl.col("table") == "usage_events").rows() == [("7", "usage_events", 2)]


QUANTITIES = Mapping("usage_events", lake.FEED, columns=TOLD.columns | {"quantity": "q"})


def test_each_file_is_read_by_its_own_types(store, engine, folder):
    """The first file's decimals of two digits, or its narrow numbers, are not those of all."""
    for name, values in {
        "1": pl.Series([Decimal("1.25")], dtype=pl.Decimal(10, 2)),
        "2": pl.Series([0.125, 0.333], dtype=pl.Float64),
        "3": pl.Series([Decimal("0.0625")], dtype=pl.Decimal(12, 4)),
        "4": pl.Series([0.5], dtype=pl.Float32),
        "5": pl.Series([7], dtype=pl.Int8),
        "6": pl.Series([2**40], dtype=pl.Int64),
    }.items():
        one = {"a": "A", "u": "ann", "e": "open", "t": datetime(2024, 1, int(name))}
        pl.DataFrame({"q": values}).with_columns(**{key: pl.lit(value) for key, value in one.items()}).write_parquet(
            folder / f"{name}.parquet"
        )
    lake.rolled(store, engine, folder, QUANTITIES)
    with View(store) as view:
        totals = dict(view.usage_quantities(date(2024, 1, 1), date(2024, 1, 31)).select(pl.col("day").dt.day(), "quantity").rows())
    assert {day: float(total) for day, total in totals.items()} == {1: 1.25, 2: 0.458, 3: 0.0625, 4: 0.5, 5: 7, 6: 2**40}


def test_names_that_differ_by_case_alone_are_refused(store, engine, folder):
    JANUARY.with_columns(E=pl.lit("other")).write_parquet(folder / "1.parquet")
    with pytest.raises(RollupRefused, match=r"1\.parquet has the columns 'e' and 'E'"):
        lake.rolled(store, engine, folder, TOLD)


def test_moments_of_the_old_type_are_in_utc_where_spark_wrote_them_and_asked_about_else(tmp_path, engine):
    """Half past eleven on the last of January in UTC is February in Berlin."""
    table = pa.table({"a": ["A"], "u": ["ann"], "e": ["open"], "t": pa.array([datetime(2024, 1, 31, 23, 30)], pa.timestamp("ns"))})
    (tmp_path / "lake").mkdir()

    def counted_days(name: str, by_spark: bool, mapping: Mapping) -> list[str]:
        written = table.replace_schema_metadata({"org.apache.spark.version": "3.5.1"} if by_spark else {})
        pq.write_table(written, tmp_path / "lake" / "1.parquet", use_deprecated_int96_timestamps=True)
        with closing(Store.open(tmp_path / name / "own.duckdb", timezone="Europe/Berlin")) as store:
            (tmp_path / "accounts.csv").write_text(FILES["accounts.csv"])
            assert import_file(store, tmp_path / "accounts.csv").batch is not None
            lake.rolled(store, engine, tmp_path / "lake", mapping)
            return [day for _, _, day, _ in counted(store)]

    assert counted_days("spark", True, TOLD) == ["2024-02-01"]
    with pytest.raises(RollupRefused, match="INT96, which does not say their zone"):
        counted_days("other", False, TOLD)
    assert counted_days("said", False, replace(TOLD, options={"timezone": "Europe/Berlin"})) == ["2024-01-31"]


def test_a_damaged_page_is_told(store, engine, folder):
    path = folder / "1.parquet"
    content = bytearray(path.read_bytes())
    content[8:60] = b"\xff" * 52
    path.write_bytes(bytes(content))
    with pytest.raises(RollupRefused, match="could not read the events"):
        lake.rolled(store, engine, folder, TOLD)
    assert counted(store) == []


def test_a_feed_has_either_imports_or_rollups(store, engine, folder, tmp_path):
    assert import_file(store, folder / "1.parquet", mapping=TOLD).batch is not None
    with pytest.raises(RollupRefused, match="has imports of single events"):
        lake.rolled(store, engine, folder, TOLD)
    assert len(counted(store)) == 3


def test_what_another_feed_has_is_not_counted_twice_unless_it_is_said_to_be_other_events(store, engine, folder):
    """Both files were imported one by one under the usual name before: A on the 30th and 31st, B on the 5th, A with two events on the 1st of February."""
    for name in ("1", "2"):
        assert import_file(store, folder / f"{name}.parquet", mapping=replace(TOLD, feed="product")).batch is not None
    with pytest.raises(RollupRefused, match=r"The feed 'product' .* has 5 of the 5 days of an account and event that come in"):
        lake.rolled(store, engine, folder, TOLD)
    assert counted(store) == BOTH
    assert store.imports().filter(pl.col("feed") == lake.FEED).is_empty()
    bring(store, lake.FEED, EVERYONE, beside=True)
    assert [n for *_, n in counted(store)] == [2 * n for *_, n in BOTH]
    LATE.write_parquet(folder / "3.parquet")
    lake.rolled(store, engine, folder, TOLD)  # it has been said once
    assert sum(n for *_, n in counted(store)) == 2 * sum(n for *_, n in BOTH) + 1


def test_other_events_of_the_same_accounts_come_in_unasked(store, engine, folder):
    other = JANUARY.with_columns(e=pl.lit("other"))
    other.write_parquet(folder.parent / "other.parquet")
    assert import_file(store, folder.parent / "other.parquet", mapping=replace(TOLD, feed="product")).batch is not None
    assert len(lake.rolled(store, engine, folder, TOLD)[1].months) == 2


def test_an_import_of_the_same_feed_counts_nothing_twice(store, engine, folder):
    lake.rolled(store, engine, folder, TOLD)
    found = import_file(store, folder / "1.parquet", mapping=TOLD).batch
    assert found and (found.read, found.accepted, found.too_old) == (3, 0, 3)
    assert counted(store) == BOTH


def test_who_was_erased_does_not_come_back(store, engine, folder):
    lake.rolled(store, engine, folder, TOLD)
    erase(store, EVERYONE, Subject(PERSON, "ann"), lambda _store, _accounts: NO_CLOSES)
    LATE.write_parquet(folder / "late.parquet")
    lake.rolled(store, engine, folder, TOLD)
    with View(store) as view:
        assert view.usage_months(date(2024, 1, 1), date(2024, 3, 31))["user_id"].to_list() == ["bob", "eve"]
    assert store.check() == []


def test_two_runs_of_a_feed_do_not_meet(store, engine, folder):
    with making.alone(folder_of(store.path, lake.FEED)), pytest.raises(RollupRefused, match="under way"):
        lake.rolled(store, engine, folder, TOLD)


def test_a_manifest_that_is_none(store, engine, folder):
    lake.rolled(store, engine, folder, TOLD)
    path = folder_of(store.path, lake.FEED) / "manifest.json"
    path.write_text("{")
    with pytest.raises(RollupRefused, match="cannot be read"):
        lake.rolled(store, engine, folder, TOLD)
    shutil.rmtree(path.parent)
    assert lake.rolled(store, engine, folder, TOLD)[1].stood == 2
    assert Manifest.read(path.parent).months.keys() == {"2024-01", "2024-02"}


@pytest.mark.parametrize(
    ("written", "months"), [("2024-01", ["2024-01"]), ("2023-12..2024-02, 2024-05", ["2023-12", "2024-01", "2024-02", "2024-05"])]
)
def test_months_as_they_are_asked_for(written, months):
    assert making.months_of(written) == months


@pytest.mark.parametrize("written", ["2024", "2024-13", "2024-02..2024-01", "", "x..y"])
def test_months_that_are_none(written):
    with pytest.raises(RollupRefused, match="write 2026-01"):
        making.months_of(written)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"when": {"quantity": {"column": "q", "if": "k", "equals": "x"}}}, "know nothing of when"),
        ({"options": {"covers": ["2024-01-01", "2024-01-31"]}}, "know nothing of options.covers"),
        ({"columns": {"account_id": "a", "event": "e"}}, "Rollups need an event, the moment"),
    ],
)
def test_a_mapping_that_says_more_is_refused(more, said):
    told = {"table": "usage_events", "columns": TOLD.columns} | more
    if "when" in more:
        from data.importing.mapping import Condition

        told["when"] = {"quantity": Condition("q", "k", "x")}
    with pytest.raises(RollupRefused, match=said):
        Definition(Mapping(**told), "UTC")
