"""Imported words on a page stay words."""

import re
from datetime import date

import pytest

from language import speaking
from pages.ui.text import day, decimal, literal, money, money_in_full, our


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("accounts-2026.csv", "accounts-2026.csv"),
        ("a_b_*c*.csv", r"a\_b\_\*c\*.csv"),
        ("[tap](http.csv)", r"\[tap\](http.csv)"),
        ("<img src=x>", r"\<img src=x\>"),
        ("$x$ `y` ~z~ |", r"\$x\$ \`y\` \~z\~ \|"),
        (":red[hot] :+1: :material/add:", r"\:red\[hot\] \:+1: \:material/add:"),
        ("# head", r"\# head"),
        ("- one", r"\- one"),
        ("1. one", r"1\. one"),
        ("123) one", r"123\) one"),
        ("&copy; R&D &#35;", r"\&copy; R\&D \&#35;"),
        ("a\n# head\n===\n    code", "a # head === code"),
        ("back\\slash", r"back\\slash"),
    ],
)
def test_marks_are_shown_as_they_are(words, written):
    assert literal(words) == written


@pytest.mark.parametrize("words", ["http://evil.example", "see HTTPS://evil.example/x", "www.evil.example.csv", "WWW.evil.example"])
def test_an_address_is_no_link(words):
    assert not re.search(r"://|www\.", literal(words), re.IGNORECASE)
    assert literal(words).replace("⁠", "").replace("\\", "") == words


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "$0"), (-0.4, "$0"), (12.5, "$13"), (999.4, "$999"),  # below a thousand whole, half away from zero
        (999.5, "$1.00K"), (1000, "$1.00K"), (1235, "$1.24K"), (1245, "$1.25K"), (11_194.44, "$11.2K"), (437_249, "$437K"),
        (999_950, "$1.00M"), (6_684_000, "$6.68M"), (-55_400.2, "−$55.4K"), (1e9, "$1.00B"), (123_456_789_012, "$123B"),
    ],
)  # fmt: skip
def test_short_money_has_three_significant_digits(amount, shown):
    assert money(amount, "USD") == shown


def test_money_that_is_missing_is_a_dash():
    assert money(None, "USD") == "–"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Notice given on 2026-11-16; ends in 50 days", "Notice given on 16 Nov 2026; ends in 50 days"),
        ("events 103 -> 0", "events 103 → 0"),
        ("Order 12-2026-11-16 of S-2026-01-02", "Order 12-2026-11-16 of S-2026-01-02"),  # numbers of things, no days
    ],
)
def test_days_and_changes_of_a_report_s_words_read_as_elsewhere(said, told):
    assert our(said) == told


def test_what_rounds_to_nothing_has_no_sign():
    assert [decimal(value, 0) for value in (-0.4, 0.4, -0.6, None)] == ["0", "0", "−1", "–"]


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0.4, "US$0"), (999.5, "US$1,000"), (9999.4, "US$9,999"), (9999.5, "US$1.00万"), (12345, "US$1.23万"), (1_540_000, "US$154万"),
        (-61_044, "−US$6.10万"), (99_950_000, "US$1.00亿"), (123_456_789, "US$1.23亿"), (1.5e12, "US$1.50万亿"),
    ],
)  # fmt: skip
def test_in_chinese_money_goes_by_ten_thousands(amount, shown):
    with speaking("zh_Hans"):
        assert money(amount, "USD") == shown


def test_in_chinese_days_and_money_in_full_are_written_as_chinese_readers_do():
    with speaking("zh_Hans"):
        assert day(date(2026, 11, 6)) == "2026年11月6日"
        assert money_in_full(1234.5, "CNY") == "¥1,234.50"
        assert our("2026-11-16已发解约通知") == "2026年11月16日已发解约通知"
