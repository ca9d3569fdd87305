"""The rows of a delivery: names and values as they are there, unknown as unknown, each with what makes it traceable."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from deliveries.description import parse
from deliveries.failing import DeliveryFailed
from deliveries.parcel import Parcel, packed
from reports.report import Report

DAY = date(2024, 1, 1)
UNITS = {"account_id": "text", "arr": "money", "score": "score", "month": "month"}
ROWS = [("A", 12345, 71.5, DAY), ("B", 0, None, DAY), ("C", None, 0.0, None)]


def pack(more: str = "", rows: list[tuple] | None = None, report: str = "arr") -> Parcel:
    frame = pl.DataFrame(
        ROWS if rows is None else rows,
        schema={"account_id": pl.String, "arr": pl.Int64, "score": pl.Float64, "month": pl.Date},
        orient="row",
    )
    answer = Report(report, "ARR", {"as_of": DAY}, "house", "EUR", 7, frame, {}, UNITS)
    return packed("d", parse(f'report = "{report}"\n{more}\n[target]\nkind = "folder"\n'), answer, "d_1", DAY, 7)


def test_money_is_exact_and_what_is_not_known_is_no_zero():
    found = pack()
    trace = {"as_of": DAY, "data_version": 7, "delivery_id": "d_1", "currency": "EUR"}
    assert found.rows[0] == {"account_id": "A", "arr": Decimal("123.45"), "score": 71.5, "month": DAY, **trace}
    assert found.rows[1] == {"account_id": "B", "arr": Decimal("0.00"), "score": None, "month": DAY, **trace}
    assert found.rows[2] == {"account_id": "C", "arr": None, "score": 0.0, "month": None, **trace}


def test_columns_are_called_as_they_are_there_and_the_currency_goes_with_money_alone():
    found = pack('columns = { id = "account_id", health = "score" }\ntrace = ["as_of", "currency"]')
    assert found.rows[0] == {"id": "A", "health": 71.5, "as_of": DAY}
    assert list(pack('columns = { id = "account_id", yearly = "arr" }\ntrace = ["currency"]').columns) == ["id", "yearly", "currency"]


def test_a_digest_is_of_what_a_row_says_and_not_of_what_traces_it():
    one, key = pack(), 'key = ["account_id"]'
    other = [("A", 12345, 71.5, DAY), ("B", 0, 1.0, DAY), ("C", None, 0.0, None)]
    assert pack(key).keys == pack(key, other).keys
    same = [left == right for left, right in zip(one.digests, pack(rows=other).digests, strict=True)]
    assert same == [True, False, True]
    assert pack(rows=ROWS[::-1]).digest == one.digest != pack(rows=other).digest


def test_the_day_may_be_in_the_key_so_that_days_stand_beside_each_other():
    found = pack('key = ["account_id", "as_of"]')
    assert len({*found.keys}) == 3 and found.key == ("account_id", "as_of")


@pytest.mark.parametrize(
    ("more", "rows", "said"),
    [
        ('columns = { id = "customer" }', ROWS, "the report arr has no column customer. Its columns: account_id, arr"),
        ('key = ["month"]', ROWS[:2], "more than one row has 2024-01-01. Name more columns as the key"),
        ('key = ["month"]', ROWS[1:], "key: 1 rows have no value there"),
        ('key = ["customer"]', ROWS, "key: the column customer is not delivered"),
        ('key = ["account_id", "delivery_id"]', ROWS, "key: the column delivery_id is not delivered, or is another one each time"),
    ],
)
def test_what_cannot_be_packed_is_told(more, rows, said):
    with pytest.raises(DeliveryFailed) as failed:
        pack(more, rows)
    assert said in str(failed.value)
