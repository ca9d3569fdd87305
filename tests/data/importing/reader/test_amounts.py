"""Amounts as people write them: with their currency, either decimal sign, and words where there is none."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from babel.numbers import list_currencies

from data.importing.findings import Unanswered
from data.importing.mapping import Mapping
from data.importing.questions import open_questions
from data.importing.reader.cells import OWN_CURRENCY, OWN_NUMBERS
from data.importing.reader.currencies import CODES, in_format, in_header
from data.importing.reader.notices import said
from data.importing.reader.settled import Settled
from data.importing.reader.validation import Checked, check


def checked(
    amounts: list,
    *,
    currency: list | None = None,
    constant: str = "",
    header: str = "amount",
    settled: Settled | None = None,
    **more: object,
) -> Checked:
    """Contract lines of these amounts, all starting on the same day."""
    rows = len(amounts)
    cells = {"line": range(2, rows + 2), "account": [f"A{row}" for row in range(rows)], "start": ["2024-01-01"] * rows, header: amounts}
    columns = {"account_id": "account", "starts_on": "start", "amount": header}
    cells |= {"code": currency} if currency else {}
    columns |= {"currency": "code"} if currency else {}
    constants = {"period": "1 month"} | ({"currency": constant} if constant else {})
    return check(pl.DataFrame(cells | more), Mapping("contracts", columns=columns, constants=constants), {}, settled)


@pytest.mark.parametrize(
    ("written", "amount", "code"),
    [
        ("12.500,00 €", "12500", "EUR"), ("€ 12.500,-", "12500", "EUR"), ("USD 9,900.00", "9900", "USD"), ("R$ 1.500,00", "1500", "BRL"), ("CHF 12'500.00", "12500", "CHF"),
        ("CHF 3’600.50", "3600.50", "CHF"), ("US$6,000.00", "6000", "USD"), ("12\u202f500,00\u00a0€", "12500", "EUR"), ("£12,000.00", "12000", "GBP"), ("1 200 zł", "1200", "PLN"),
        ("Fr. 1200.-", "1200", "CHF"), ("12,5 Euro", "12.5", "EUR"), ("RMB 800", "800", "CNY"), ("1,20,000.50 INR", "120000.50", "INR"), ("人民币 800.00", "800", "CNY"),
    ],
)  # fmt: skip
def test_an_amount_with_its_currency(written, amount, code):
    rows = checked([written]).rows
    assert rows.select("amount", "currency").rows() == [(Decimal(amount), code)]


@pytest.mark.parametrize(
    ("written", "amount"), [("(1,234.00)", "-1234"), ("1,234.00-", "-1234"), ("−5.25", "-5.25"), ("($1,234.00)", "-1234")]
)
def test_brackets_and_a_minus_at_the_end_are_below_zero(written, amount):
    cells = pl.DataFrame({"line": [2], "id": ["A"], "on": ["2024-01-01"], "back": [written]})
    rows = check(cells, Mapping("churn_events", columns={"account_id": "id", "churned_on": "on", "refund": "back"}), {}).rows
    assert rows["refund"].to_list() == [Decimal(amount)]


@pytest.mark.parametrize("written", ["12k", "ABC 12", "12 per seat", "about 100", "1.2.3,4,5"])
def test_what_is_no_amount_is_turned_away_with_its_line(written):
    told = checked([written, "7"]).problems
    assert told.select("line", "value").rows() == [(2, written)]


def test_numbers_with_both_signs_are_each_clear_by_themselves():
    assert checked(["12.500,00 €", "8,400.50 €"]).rows["amount"].to_list() == [Decimal(12500), Decimal("8400.50")]
    with pytest.raises(Unanswered, match=r"like 1\.250"):
        checked(["12.500,00", "8,400.50", "1.250"])


def test_numbers_of_the_spreadsheet_say_nothing_about_the_signs_of_text():
    own = {OWN_NUMBERS + "amount": [False, True, False]}
    rows = checked(["12.500,00 €", "36500.5", "1.250 €"], **own).rows
    assert rows["amount"].to_list() == [Decimal(12500), Decimal("36500.5"), Decimal(1250)]
    with pytest.raises(Unanswered, match=r"like 1\.250"):  # the text alone leaves it open
        checked(["36500.5", "1.250 €"], **{OWN_NUMBERS + "amount": [True, False]})


def test_an_amount_without_a_currency_has_the_headers_or_the_only_one_of_the_file():
    assert checked(["1", "2"], header="ARR (USD)").rows["currency"].to_list() == ["USD", "USD"]
    assert checked(["€ 1", "2"]).rows["currency"].to_list() == ["EUR", "EUR"]
    assert "currency" not in checked(["1", "2"]).rows.columns  # asked elsewhere
    several = checked(["€ 1", "£ 2", "3"])
    assert several.rows["currency"].to_list() == ["EUR", "GBP"]
    assert several.problems["line"].to_list() == [4]


def test_a_sign_of_several_currencies_is_asked_unless_the_file_or_an_answer_says_which():
    with pytest.raises(Unanswered) as asked:
        checked(["$1", "€2"])
    assert asked.value.question.choices[0] == "USD" and "CAD" in asked.value.question.choices
    assert "currency" not in checked(["$1", "$2"]).rows.columns  # asked for the file as a whole
    assert checked(["$1", "CAD 2"]).rows["currency"].to_list() == ["CAD", "CAD"]
    assert checked(["$1", "€2"], constant="CAD").rows["currency"].to_list() == ["CAD", "EUR"]
    assert checked(["¥100"], currency=["JPY"]).rows["currency"].to_list() == ["JPY"]


def test_an_amount_in_another_currency_than_its_row_says_is_turned_away():
    told = checked(["€1", "$2", "£3"], currency=["EUR", "AUD", "USD"]).problems
    assert told.select("line", "value").rows() == [(4, "£3")]


def test_what_is_written_rules_over_an_answer_and_it_is_said():
    settled = Settled()
    assert checked(["€1", "2"], constant="USD", settled=settled).rows["currency"].to_list() == ["EUR", "USD"]
    assert said(settled, {})["reason"].to_list() == ["1 amount is written in EUR and not in USD, as was said; taken as written"]


def test_the_format_of_a_number_shows_its_currency():
    rows = checked(["12000", "3600"], **{OWN_NUMBERS + "amount": [True, True], OWN_CURRENCY + "amount": ["GBP", None]}).rows
    assert rows["currency"].to_list() == ["GBP", "GBP"]


@pytest.mark.parametrize(
    ("code", "currency"),
    [
        ('"£"#,##0.00', "GBP"), ('"$"#,##0.00', "$"), ("[$€-407] #,##0.00", "EUR"), ('#,##0.00\\ "€"', "EUR"), ("[$-409]d-mmm-yy", None), ("[$$-409]#,##0.00", "USD"),
        ("[$$-1009]#,##0", "CAD"), ("yyyy-mm-dd", None), ("[$¥-411]#,##0.00", "JPY"), ("[$CHF-807] #,##0.00", "CHF"), ("0.00%", None), ("[$R$-416] #,##0.00", "BRL"),
        ('_("$"* #,##0.00_);_("$"* (#,##0.00)', "$"), ("€#,##0", "EUR"), ('0 "pcs"', None),
    ],
)  # fmt: skip
def test_a_number_format_shows_a_currency(code, currency):
    assert in_format(code) == currency


@pytest.mark.parametrize(
    ("header", "code"),
    [("ARR (USD)", "USD"), ("Quarterly fee (EUR)", "EUR"), ("refund_amount_usd", "USD"), ("MRR in €", "EUR"), ("ARR [£]", "GBP"), ("Value of all", None), ("Try amount", None), ("amount ($)", None), ("ACV", None)],
)  # fmt: skip
def test_a_header_names_a_currency(header, code):
    assert in_header(header) == code


def test_the_codes_are_those_of_money_in_use():
    assert {*["USD", "EUR", "GBP", "JPY", "CNY", "INR", "BRL", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "MXN", "ZAR", "KRW"]} <= CODES
    assert {*list_currencies()} >= CODES


@pytest.mark.parametrize(
    ("amounts", "asked"), [(["€ 1"], []), (["1"], ["currency"]), (["$ 1"], ["currency"]), (["12.500,00 €", "3"], [])]
)  # fmt: skip
def test_the_currency_is_asked_only_where_no_amount_shows_it(amounts, asked):
    mapping = Mapping("contracts", columns={"account_id": "a", "starts_on": "s", "amount": "m"}, constants={"period": "1 year"})
    assert [question.option for question in open_questions(mapping, pl.DataFrame({"m": amounts}))] == asked


ENDS = [
    "open",
    "Unlimited",
    "unbefristet",
    "indefinido",
    "k.A.",
    "n/a",
    "TBD",
    "-",
    "?",
    "--",
    "none",
    "onbepaald",
    "9999-12-31",
    "31.12.9999",
    "无限期",
]


def test_words_for_nothing_are_empty_and_said_once():
    cells = pl.DataFrame({"line": range(len(ENDS) + 1), "a": "A", "s": "2024-01-01", "e": [*ENDS, "2025-01-01"], "m": "1"})
    mapping = Mapping(
        "contracts", columns={"account_id": "a", "starts_on": "s", "ends_on": "e", "amount": "m"}, constants={"period": "1 year"}
    )
    settled = Settled()
    found = check(cells, mapping, {}, settled)
    assert found.rows["ends_on"].to_list() == [None] * len(ENDS) + [date(2025, 1, 1)]
    told = said(settled, {}).to_dicts()
    assert [(one["column"], one["reason"].split(" ")[0], one["rejected"]) for one in told] == [("e", str(len(ENDS)), False)]


def test_a_word_for_nothing_in_a_required_amount_turns_the_row_away():
    told = checked(["12000", "TBD", ""]).problems
    assert told.select("line", "value", "reason").rows() == [
        (3, "TBD", "is required; give a value"),
        (4, None, "is required; give a value"),
    ]


def test_an_error_of_the_spreadsheet_is_no_id_and_no_amount():
    cells = pl.DataFrame(
        {
            "line": [2, 3, 4],
            "c": ["1", "#N/A", "3"],
            "p": ["#REF!", "Pro", "Pro"],
            "a": ["A"] * 3,
            "s": ["2024-01-01"] * 3,
            "m": ["1", "2", "#DIV/0!"],
        }
    )
    columns = {"contract_id": "c", "account_id": "a", "product": "p", "starts_on": "s", "amount": "m"}
    found = check(cells, Mapping("contracts", columns=columns, constants={"period": "1 year"}), {})
    assert found.problems.select("line", "column", "value").rows() == [(3, "c", "#N/A"), (4, "m", "#DIV/0!")]
    assert found.rows["product"].to_list() == [None]
