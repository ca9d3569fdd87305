"""Numbers, money, days and lists as each language writes them."""

from datetime import UTC, date, datetime

import pytest

from language import formats, speaking

CHINESE = "zh_Hans"


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [  # three digits, half away from zero: 1,234,567 is 1.23 million and 123 times ten thousand
        (1_234_567, "$1.23M", "US$123万"), (12_345, "$12.3K", "US$1.23万"), (123_456_789, "$123M", "US$1.23亿"),
        (45_678_901, "$45.7M", "US$4,570万"), (99_999_999, "$100M", "US$1.00亿"), (9_999.6, "$10.0K", "US$1.00万"),
        (1_234, "$1.23K", "US$1,234"), (-1_234_567, "−$1.23M", "−US$123万"), (1_500_000_000_000, "$1.50T", "US$1.50万亿"), (0, "$0", "US$0"),
    ],
)  # fmt: skip
def test_short_money(amount, english, chinese):
    assert formats.money(amount, "USD") == english
    with speaking(CHINESE):
        assert formats.money(amount, "USD") == chinese


def test_days_months_and_moments():
    day, at = date(2026, 3, 2), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert (formats.day(day), formats.month(day), formats.short_month(day)) == ("2 Mar 2026", "Mar 2026", "Mar 26")
    assert formats.moment(at) == "2 Mar 2026 09:30"
    with speaking(CHINESE):
        assert (formats.day(day), formats.month(day), formats.short_month(day)) == ("2026年3月2日", "2026年3月", "2026年3月")
        assert formats.moment(at) == "2026年3月2日 09:30"
        assert formats.days_told("Order 12-2026-11-16 of 2026-11-16") == "Order 12-2026-11-16 of 2026年11月16日"


def test_lists_clauses_and_sentences():
    assert (formats.listed("ab"), formats.one_of("ab"), formats.clauses("a", "", "b"), formats.sentences("A.", "", "B.")) == (
        "a, b", "a or b", "a; b", "A. B.",
    )  # fmt: skip
    with speaking(CHINESE):
        assert (formats.listed("ab"), formats.one_of("ab"), formats.clauses("a", "", "b"), formats.sentences("甲。", "", "乙。")) == (
            "a、b", "a或b", "a；b", "甲。乙。",
        )  # fmt: skip
        assert formats.sentences("甲：No such row.", "乙。") == "甲：No such row. 乙。" and formats.sentences("") == ""


def test_a_language_of_which_nothing_is_said_here_is_written_as_english():
    with speaking("de"):
        assert (formats.money(1_234_567, "EUR"), formats.day(date(2026, 3, 2))) == ("€1.23M", "2 Mar 2026")
