"""What becomes of typed lines: cents of any currency, prices for seats, ends from terms; and ids that a spreadsheet rounded."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.reader.rounded_ids import rounded
from data.importing.reader.validation import check

COLUMNS = ("account_id", "starts_on", "amount", "period", "currency", "seats")


def read(cells: dict[str, str], joined: dict | None = None, **options: str) -> tuple[dict, list[str]]:
    """One row of cells under the names of the columns, read with options: the typed row and what is wrong with it."""
    given = {"account_id": "A", "starts_on": "2024-01-31", "amount": "100", "period": "1 month"} | cells
    columns = {name: name for name in COLUMNS if name in given and name not in (joined or {})}
    mapping = Mapping("contracts", columns=columns, joined=joined or {}, options=options)
    found = check(pl.DataFrame([given | {"line": 2}], schema_overrides={"line": pl.Int64}), mapping, mapping.options)
    return (found.rows.to_dicts() or [{}])[0], found.problems["reason"].to_list()


@pytest.mark.parametrize(
    ("currency", "amount", "units"),
    [
        ("USD", "4990", "49.90"),
        ("usd", "1999", "19.99"),
        ("JPY", "5000", "5000"),
        ("KWD", "5120", "5.12"),
        ("EUR", "4990.5", "49.905"),
        ("ISK", "500", "5"),
    ],
)
def test_the_smallest_part_of_a_currency(currency, amount, units):
    assert read({"amount": amount, "currency": currency}, amount_unit="cents")[0]["amount"] == Decimal(units)
    assert read({"amount": amount, "currency": currency}, amount_unit="units")[0]["amount"] == Decimal(amount)


def test_cents_for_each_seat():
    assert read({"amount": "5000", "currency": "USD", "seats": "10"}, amount_unit="cents", amount_per="seat")[0]["amount"] == Decimal(500)
    assert read({"amount": "5000", "seats": ""}, amount_unit="cents", amount_per="seat")[0]["amount"] == Decimal(
        50
    )  # one, where none is said


@pytest.mark.parametrize(
    ("count", "unit", "period"),
    [("3", "month", "3 month"), ("3.0", "month", "3 month"), ("1", "Year", "1 year"), (None, "month", "1 month")],
)
def test_a_period_of_two_columns(count, unit, period):
    assert read({"count": count, "unit": unit}, joined={"period": ("count", "unit")})[0]["period"] == period


@pytest.mark.parametrize(
    ("header", "term", "end"),
    [
        ("Term (months)", "18", date(2025, 7, 31)), ("Term", "12.0", date(2025, 1, 31)), ("Term", "2 years", date(2026, 1, 31)), ("Laufzeit (Jahre)", "3", date(2027, 1, 31)),
        ("Term", "1", date(2024, 2, 29)), ("Term", "", None),
    ],
)  # fmt: skip
def test_an_end_from_a_term(header, term, end):
    assert read({header: term}, term_from=header)[0]["ends_on"] == end


def test_a_term_that_is_none_is_named():
    assert read({"Term": "sometimes"}, term_from="Term") == ({}, ["is no length of time; write 12 for twelve months, or 2 years"])


def test_ids_that_a_spreadsheet_rounded():
    short = ["1.23457E+10", "1,00023E+10", "1.2E+11", "1E+12", " 1.00023E+10 "]
    ids = ["00123", "1e5", "12E4", "00600000263E109", "1.5", "10002310999", "E+10", "1.00023E10", "", None]
    assert rounded(pl.Series([*short, *ids])).to_list() == [True] * len(short) + [False] * len(ids)
    told = read({"account_id": "1.00023E+10"})
    assert told[0] == {} and "spreadsheet rounded" in told[1][0] and "keep one" not in told[1][0]
