"""Days, amounts and encodings as China, Taiwan and Japan write them: read as they are meant, else turned away or asked."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from data.importing.discount_questions import discount_question
from data.importing.findings import Unanswered
from data.importing.mapping import Mapping
from data.importing.proposal import proposed
from data.importing.reader.dates import as_iso
from data.importing.reader.eastern import counts_in, off_in_tenths
from data.importing.reader.encodings import guessed
from data.importing.reader.headings import NoTable, heading
from data.importing.reader.validation import check


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026年1月31日", "2026-1-31"), ("2026年1月", "2026-1"), ("2026年01月31日 09:30", "2026-01-31 09:30"), ("2026.01.31", "2026-01-31"),
        ("2026年1月31日上午9:30", "2026-1-31 09:30"), ("2026年1月31日 下午3:05:10", "2026-1-31 15:05:10"), ("2026/1/31 下午 3:05", "2026-1-31 15:05"),
        ("2026年1月31日15时5分", "2026-1-31 15:05"), ("2026年1月31日（星期六）", "2026-1-31"), ("2026年1月31日下午15:30", "2026-1-31 15:30"),
        ("2026年1月31日凌晨12:10", "2026-1-31 00:10"), ("2026/1/31 中午12:10", "2026-1-31 12:10"), ("2026年1月31日晚上8:30", "2026-1-31 20:30"),
        ("2026年1月31日晚上12:30", "2026-1-31 晚上12:30"),  # may begin the night or end it
        ("二〇二六年一月", "二〇二六年一月"), ("2026年1月底", "2026-1底"),
    ],
)  # fmt: skip
def test_days_and_times(written, iso):
    assert as_iso(pl.Series([written])).to_list() == [iso]


def contract(amount: str, header: str = "amount", **more: str) -> tuple:
    """What becomes of one contract line with this amount: the amount and its currency, or why it is turned away."""
    columns = {"account_id": "account_id", "starts_on": "starts_on", "amount": header}
    cells = {"line": [2], "account_id": ["A"], "starts_on": ["２０２６年１月３１日"], header: [amount]}
    checked = check(pl.DataFrame(cells), Mapping("contracts", columns=columns, constants={"period": "1 year"} | more), {})
    if checked.problems.height:
        return (checked.problems["column"][0], checked.problems["reason"][0])
    assert checked.rows["starts_on"].to_list() == [date(2026, 1, 31)]
    return (checked.rows["amount"][0], checked.rows["currency"][0] if "currency" in checked.rows.columns else None)


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("1.2万", 12_000, None), ("1.2万元", 12_000, "CNY"), ("3亿", 300_000_000, None), ("12,000元", 12_000, "CNY"), ("人民币1200元", 1_200, "CNY"),
        ("RMB 1,200.50", "1200.5", "CNY"), ("CN¥12,000.00", 12_000, "CNY"), ("１２３，４５６．７８", "123456.78", None), ("－３万", -30_000, None),
        ("1,234.5万", 12_345_000, None), ("12千元", 12_000, "CNY"), ("1.2万美元", 12_000, "USD"), ("港币3,000.00", 3_000, "HKD"), ("0.5萬", 5_000, None),
    ],
)  # fmt: skip
def test_amounts(written, amount, currency):
    assert contract(written) == (Decimal(amount), currency)


@pytest.mark.parametrize("written", ["1.2万元/月", "1万2千", "1.2w", "约1万", "12,34万", "一万", "1.2.3万", "万", "1-2万"])
def test_what_is_no_one_amount_is_turned_away(written):
    assert contract(written)[0] == "amount"


def test_a_header_that_counts_in_ten_thousands_multiplies_and_only_once():
    assert contract("1.2", "金额（万元）")[0] == Decimal(12_000)
    assert contract("1,234.5", "合同额(万)")[0] == Decimal(12_345_000)
    assert contract("1.2万", "金额（万元）")[0] == "金额（万元）"
    assert [counts_in(name) for name in ("金额（元）", "年费/万元", "金额(千元)", "万科集团", "金额（亿元）")] == [
        1,
        10_000,
        1_000,
        1,
        100_000_000,
    ]


def test_a_comma_under_a_chinese_header_parts_thousands_unasked_and_elsewhere_is_asked():
    assert contract("12,000", "年费")[0] == Decimal(12_000)
    with pytest.raises(Unanswered):
        contract("12,000", "fee")


def test_a_table_that_counts_in_ten_thousands_above_its_header_is_refused():
    lines = [(1, ["合同台账", ""]), (2, ["单位：万元", ""]), (3, ["客户名称", "年费"]), (4, ["甲", "1.2"])]
    with pytest.raises(NoTable, match="万元"):
        heading(lines)
    assert heading([(1, ["单位：元", ""]), *lines[2:]]).names == ["客户名称", "年费"]


def test_eight_tenths_are_a_fifth_off_and_a_bare_number_is_asked():
    assert off_in_tenths(pl.Series(["8折", "85折", "9.5 折", "0.8", None])).to_list() == ["0.2", "0.15", "0.05", None, None]
    sample = pl.DataFrame(
        {"客户": ["A", "B"], "开始日期": ["2026-01-01"] * 2, "单价": ["100", "200"], "数量": ["1", "2"], "折扣": ["0.9", "0.8"]}
    )
    mapping = proposed(sample.columns, sample)
    question = discount_question(mapping, sample) if mapping else None
    assert question and question.choices == ("share", "share_paid")
    lines = check(
        pl.DataFrame({"line": [2], "a": ["A"], "s": ["2026-01-01"], "m": ["100"], "d": ["0.9"]}),
        Mapping(
            "contracts", columns={"account_id": "a", "starts_on": "s", "amount": "m", "discount": "d"}, constants={"period": "1 year"},
            options={"discounts": "share_paid"},
        ),
        {"discounts": "share_paid"},
    ).rows  # fmt: skip
    assert lines["discount"].round(6).to_list() == [0.1]  # 90 of 100 are paid


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "cp932", "euc_jp"])
def test_a_header_tells_its_encoding(encoding):
    header = {"gb18030": "客户名称,合同开始日期", "big5": "客戶名稱,合約開始日期"}.get(encoding, "契約先,契約開始日")
    assert guessed(f"{header}\nA,2026-01-01\n".encode(encoding)) == encoding


def test_names_that_several_encodings_read_are_asked_for():
    with pytest.raises(Unanswered) as asked:
        guessed("customer,start\n北京科技,2026-01-01\n".encode("gb18030"))
    assert asked.value.question.option == "encoding"
    assert {"gb18030", "big5"} <= {*asked.value.question.choices}
    assert "gb18030: 北京科技" in asked.value.question.text
