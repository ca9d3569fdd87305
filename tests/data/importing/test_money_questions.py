"""Whether amounts are cents, or for one seat: asked where nothing settles it, on the edges of what is large."""

import polars as pl
import pytest

from data.importing.findings import Question
from data.importing.lines_a_month import rows_of_sample
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


STRIPE = Mapping(
    "contracts",
    columns={"account_id": "Customer ID", "product": "Plan", "amount": "Amount", "period": "Interval", "currency": "Currency", "seats": "Quantity", "status": "Status"},
    constants={"billing_system": "stripe", "starts_on": "2025-01-01"},
    values={"status": {"active": "paying", "trialing": "trial"}},
)  # fmt: skip


def stripe(*lines: tuple[str, int, str], status: str = "active", first: int | None = None) -> Question | None:
    """What is asked of an export with these plans, quantities and amounts a month; first: how many rows the sample has."""
    plans, quantities, amounts = zip(*lines, strict=True)
    rows = pl.DataFrame(
        {"Customer ID": [f"cus_{at}" for at in range(len(lines))], "Plan": plans, "Quantity": map(str, quantities), "Amount": amounts}
    ).with_columns(pl.lit("month").alias("Interval"), pl.lit("usd").alias("Currency"), pl.lit(status).alias("Status"))
    asked = money_questions(STRIPE, rows.head(first or rows.height), rows_of_sample(rows))
    return asked[0] if asked else None


def test_an_amount_beside_a_quantity_of_stripe_is_asked_about_with_what_either_leads_to():
    question = stripe(("pro", 5, "20.00"), ("team", 1, "300.00"))
    assert question and (question.option, question.choices, question.suggested) == ("amount_per", ("line", "seat"), "")
    assert "320.00 USD a month if it is of the whole line, to 400.00 USD if of each" in question.text  # 20 + 300; 5 x 20 + 300


def test_quantities_of_one_are_not_asked_about_and_one_far_down_the_file_is():
    ones = [("pro", 1, "20.00")] * 30
    assert stripe(*ones, first=20) is None
    question = stripe(*ones, ("pro", 4, "20.00"), first=20)
    assert question and "of each of the 4" in question.text and "620.00 USD" in question.text and "680.00 USD" in question.text


def test_the_same_amount_over_different_quantities_speaks_for_each_and_is_asked():
    question = stripe(("pro", 5, "20.00"), ("pro", 9, "20.00"), ("pro", 1, "20.00"))
    assert question and question.suggested == "seat" and "different quantities" in question.hint


def test_a_few_amounts_that_go_with_quantities_are_asked_and_many_settle_it():
    few = [("pro", 2, "40.00"), ("pro", 3, "60.00")]
    question = stripe(*few)
    assert question and question.suggested == "line" and "2 amounts are one price times" in question.hint
    assert stripe(*few, ("pro", 4, "80.00")) is not None  # two agree
    assert stripe(*few, ("pro", 4, "80.00"), ("pro", 7, "140.00")) is None  # three
