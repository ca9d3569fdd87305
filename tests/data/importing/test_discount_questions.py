"""Whether amounts are before or after discounts: asked where neither header nor another column says it, with what either leads to."""

import polars as pl
import pytest

from data.importing.discount_questions import discount_question, with_discounts_told
from data.importing.lines_a_month import rows_of_sample
from data.importing.mapping import Mapping


def listed(amount: str = "MRR", *, off: str = "discount", **options: str) -> Mapping:
    columns = {"account_id": "Customer", "starts_on": "Start", "amount": amount, "product": "Plan"}
    columns |= {"discount": "Discount"} if off == "discount" else {}
    options |= {} if off == "discount" else {"less_from": "Discount"}
    return Mapping("contracts", columns=columns, constants={"period": "1 month", "currency": "USD"}, options=options)


def book(amounts: tuple[str, ...], discounts: tuple[str, ...], amount: str = "MRR", **more: tuple[str, ...]) -> pl.DataFrame:
    count = len(amounts)
    rows = {"Customer": ["A"] * count, "Start": ["2025-01-01"] * count, "Plan": ["Pro"] * count, amount: amounts, "Discount": discounts}
    return pl.DataFrame(rows | more)


def test_a_discount_is_asked_about_with_the_total_of_each_answer():
    question = discount_question(listed(), book(("450", "200"), ("0.1", "")))
    assert question and (question.option, question.choices, question.suggested) == ("discounts", ("taken_off", "share"), "")
    assert "If it is after, the lines that pay come to 650.00 USD a month in all." in question.text  # 450 + 200
    assert "is a share, the lines that pay come to 605.00 USD a month in all." in question.text  # 450 x 0.9 + 200


def test_the_price_of_the_product_without_a_discount_speaks_for_an_answer():
    after = discount_question(listed(), book(("500", "450"), ("0", "0.1")))
    before = discount_question(listed(), book(("500", "500"), ("0", "0.1")))
    assert after and after.suggested == "taken_off" and "1 cost just that much less" in after.hint
    assert before and before.suggested == "share" and "1 no less" in before.hint


@pytest.mark.parametrize(
    ("amount", "discounts", "off"),
    [("MRR", ("0", ""), "discount"), ("List price", ("0.1", "0.2"), "discount"), ("List price", ("110.50", "20"), "money")],
)
def test_without_a_discount_or_under_a_list_price_nothing_is_asked(amount, discounts, off):
    assert discount_question(listed(amount, off=off), book(("450", "200"), discounts, amount)) is None


def test_small_whole_discounts_may_be_per_cent_or_money():
    question = discount_question(listed(off="money"), book(("450", "200"), ("10", "15")))
    assert question and question.choices == ("taken_off", "share", "money")
    listed_price = discount_question(listed("List price", off="money"), book(("450", "200"), ("10", "15"), "List price"))
    assert listed_price and listed_price.choices == ("share", "money")


@pytest.mark.parametrize(
    ("other", "values", "told"),
    [
        ("Paid", ("405", "170"), "share"),  # 450 - 10 %, 200 - 15 %
        ("Paid", ("440", "185"), None),  # money, which the mapping takes already
        ("Before", ("500", "235.29"), "taken_off"),  # 500 - 10 % = 450, 235.29 - 15 % = 200
        ("Visits", ("405", "12"), None),  # one of two rows by chance, and no money by its name
    ],
)
def test_another_column_settles_it_when_most_rows_agree(other, values, told):
    rows = book(("450", "200"), ("10", "15"), **{other: values})
    assert with_discounts_told(listed(off="money"), rows, rows_of_sample(rows)).options.get("discounts") == told


def test_what_contradicts_the_first_rows_further_down_the_file_is_heard():
    first = book(("450", "200"), ("10", "15"), Paid=("405", "170"))
    later = book(("100", "300", "700"), ("10", "20", "5"), Paid=("90.5", "1", "2"))
    rows = rows_of_sample(pl.concat([first, later]))
    assert with_discounts_told(listed(off="money"), first, rows).options.get("discounts") is None
    assert discount_question(listed(off="money"), first, rows) is not None
