"""Signs and orders mean one thing in all of a file, however it is sliced; what does not fit is turned away, never read as ten times as much."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from data.importing.findings import Unanswered
from data.importing.mapping import Mapping
from data.importing.reader import numbers as written_numbers
from data.importing.reader.formats import open_source
from data.importing.reader.numbers import COMMA, POINT
from data.importing.reader.settled import Settled
from data.importing.reader.staging import stage
from data.importing.reader.validation import check

COLUMNS = {"account_id": "account_id", "day": "day", "amount": "amount"}


@pytest.mark.parametrize(
    ("written", "sign", "meant"),
    [
        ("1,234.5", POINT, "1234.5"), ("12,34,567.50", POINT, "1234567.50"), ("-1,234", POINT, "-1234"), ("1.5e3", POINT, "1.5e3"),
        ("1,23", POINT, None), ("1234,5", POINT, None), ("1.234,50", POINT, None), ("0,500", POINT, None),
        ("1.234,5", COMMA, "1234.5"), ("1.234.567", COMMA, "1234567"), ("-12,5", COMMA, "-12.5"), ("1234", COMMA, "1234"),
        ("12.5", COMMA, None), ("1,234.50", COMMA, None), ("0.500", COMMA, None), ("1,2,3", COMMA, "1.2,3"),
    ],
)  # fmt: skip
def test_signs_stand_where_the_decimal_sign_wants_them(written, sign, meant):
    assert written_numbers.plain(pl.Series([written]), sign).to_list() == [meant]


@pytest.mark.parametrize(
    ("numbers", "sign"),
    [(["1,234", "5.5"], POINT), (["1.234", "5,5"], COMMA), (["1.234.567"], COMMA), (["1,234", "7"], None), (["0.125"], POINT)],
)
def test_one_number_shows_the_sign_of_its_column(numbers, sign):
    assert written_numbers.decimal_sign(pl.Series(numbers)) == sign


def staged(folder, rows: list[tuple[str, str]], options: dict | None = None) -> tuple[dict, dict[int, tuple]]:
    """The answer for a file that is read two rows at a time, and its accepted rows by line."""
    path = folder / "finance.parquet"
    days, amounts = zip(*rows, strict=True)
    pl.DataFrame({"account_id": [f"A{number}" for number in range(len(rows))], "day": days, "amount": amounts}).write_parquet(path)
    mapping = Mapping("finance_arr", columns=COLUMNS, options=options or {})
    answer = stage(open_source(path, folder, rows=2), mapping, folder)
    parts = [pl.read_parquet(folder / f"part{number}.parquet") for number in range(answer["parts"])]
    return answer, {row["line"]: (row["day"], row["amount"]) for part in parts for row in part.to_dicts()}


def test_what_an_earlier_slice_showed_holds_for_the_later(tmp_path):
    answer, rows = staged(tmp_path, [("13.01.2024", "1,5"), ("14.01.2024", "2"), ("01.02.2024", "1,234"), ("02.02.2024", "1.234")])
    assert rows[3] == (date(2024, 2, 1), Decimal("1.234"))
    assert rows[4] == (date(2024, 2, 2), Decimal(1234))
    assert answer["rejected"] == 0


def test_what_contradicts_it_is_turned_away(tmp_path):
    _, rows = staged(tmp_path, [("13.01.2024", "1,5"), ("14.01.2024", "2"), ("01.13.2024", "7"), ("01.02.2024", "12.5")])
    assert sorted(rows) == [1, 2]
    told = pl.read_parquet(tmp_path / "problems.parquet")
    assert told.select("line", "column", "value").rows() == [(3, "day", "01.13.2024"), (4, "amount", "12.5")]


def test_money_with_a_point_that_may_part_thousands_is_asked(tmp_path):
    rows = [("13.01.2024", "1.234"), ("14.01.2024", "20")]
    with pytest.raises(Unanswered, match=r"point in amount \(like 1\.234\)"):
        staged(tmp_path, rows)
    assert staged(tmp_path, rows, {"decimal": "comma"})[1][1][1] == Decimal(1234)
    assert staged(tmp_path, rows, {"decimal": "point"})[1][1][1] == Decimal("1.234")


def test_numbers_that_a_later_slice_shows_to_be_unclear_are_asked():
    mapping, settled = Mapping("usage_events", columns={"quantity": "n"}), Settled()
    first, later = (pl.DataFrame({"line": [1], "n": [number]}) for number in ("1.234", "1,5"))
    assert check(first, mapping, {}, settled).rows["quantity"].to_list() == [1.234]
    with pytest.raises(Unanswered, match=r"like 1\.234"):
        check(later, mapping, {}, settled)
