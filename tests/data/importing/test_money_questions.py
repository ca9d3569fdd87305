"""Whether amounts are cents, or for one seat: asked where nothing settles it, on the edges of what is large."""

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.money_questions import LARGE_A_MONTH, LARGE_A_YEAR, money_questions


def asked(
    header: str, *amounts: str, period: str = "1 month", currency: str = "USD", seats: tuple[str, ...] = (), **options: str
) -> list[str]:
    columns = {"account_id": "customer", "starts_on": "start", "amount": header} | ({"seats": "qty"} if seats else {})
    mapping = Mapping("contracts", columns=columns, constants={"period": period, "currency": currency}, options=options)
    sample = pl.DataFrame(
        {"customer": ["A"] * len(amounts), "start": ["2024-01-01"] * len(amounts), header: amounts} | ({"qty": seats} if seats else {})
    )
    return [question.option for question in money_questions(mapping, sample)]


CENTS = ["amount_unit"]


@pytest.mark.parametrize(
    ("header", "amounts", "period", "question"),
    [
        ("price", ("490000", "1290000", "99900"), "1 month", CENTS),
        ("price", ("4900", "9900", "19900"), "1 month", CENTS),
        ("price", ("4900", "9900", "199.50"), "1 month", []),  # cents have no decimals
        ("price", ("4900", "9900", "49"), "1 month", []),  # 0.49 a month is no price
        ("price", ("49", "99", "199"), "1 month", []),
        ("price", ("$4,900", "$9,900"), "1 month", []),  # written for people
        ("amount", (str(LARGE_A_MONTH), "2000"), "1 month", CENTS),
        ("amount", (str(LARGE_A_MONTH - 1), "2000"), "1 month", []),
        ("amount", ("12000", "6000"), "1 year", []),  # annual contracts in units
        ("price", ("490000", "1290000", "99900"), "1 year", CENTS),  # a price list: all end in 9
        ("price", (str(LARGE_A_YEAR - 100), "99900"), "1 year", []),
        ("price", ("120000", "240000", "99900"), "1 year", []),
        ("ACV", ("490000", "99900"), "1 year", []),  # kept by people
        ("Jahreswert", ("12500", "9900"), "1 year", []),
        ("MRR", ("2000", "3500", "1200"), "1 month", []),
        ("MRR", ("4900", "9900", "19900"), "1 month", CENTS),  # as a price list in cents
        ("price_cents", ("4900", "9900"), "1 month", []),
    ],
)
def test_amounts_that_may_be_cents(header, amounts, period, question):
    options = {"amount_unit": "cents"} if "cents" in header else {}
    assert asked(header, *amounts, period=period, **options) == question


def test_amounts_without_cents_and_answers_are_not_asked_about():
    assert asked("price", "490000", "99900", currency="JPY") == []
    assert asked("price", "490000", "99900", amount_unit="units") == []


@pytest.mark.parametrize(
    ("header", "seats", "question"),
    [
        ("price", ("10", "3"), ["amount_per"]),
        ("price", ("1", "1"), []),
        ("MRR", ("10", "3"), []),
        ("unit price", ("10", "3"), ["amount_per"]),
    ],
)
def test_a_price_beside_seats(header, seats, question):
    assert asked(header, "49.50", "12.50", seats=seats) == question
    assert asked(header, "49.50", "12.50", seats=seats, amount_per="line") == []


def test_a_price_for_a_seat_without_a_number_of_seats():
    assert asked("price per seat", "12.50") == ["amount_per"]
    assert asked("price per seat", "12.50", amount_per="line") == []


def test_a_file_in_the_layout_of_the_product_is_in_units():
    mapping = Mapping("contracts", columns={name: name for name in ("account_id", "starts_on", "amount", "period")})
    sample = pl.DataFrame({"account_id": ["A"], "starts_on": ["2024-01-01"], "amount": ["9900"], "period": ["1 month"]})
    assert money_questions(mapping, sample) == []
