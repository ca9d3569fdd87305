"""Chinese sentences have full-width signs; marks of pages, values and numbers stay as they are."""

import pytest

from language.punctuation import full_width


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("最新:{day}", "最新\uff1a{day}"),
        ("它从不低于 {least:.0f} %,也不高于", "它从不低于 {least:.0f} %\uff0c也不高于"),
        ("客户**: {name}", "客户**\uff1a{name}"),
        ("建议 · :gray[说明]", "建议 · :gray[说明]"),
        (":material/info: 说明", ":material/info: 说明"),
        ("确定吗?", "确定吗\uff1f"),
        ("共 {n:,} 行 (最新)", "共 {n:,} 行 \uff08最新\uff09"),
        ("净收入留存率 (NRR)", "净收入留存率 (NRR)"),
        ("12:30, 1,234.50 USD", "12:30, 1,234.50 USD"),
        ("[链接](https://example.com)", "[链接](https://example.com)"),
    ],
)
def test_signs_of_a_sentence_are_full_width(written, expected):
    assert full_width(written) == expected
    assert full_width(expected) == expected
