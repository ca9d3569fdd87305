"""Chinese names are found by their sounds, as they are typed."""

import pytest

from language.pinyin import typed


@pytest.mark.parametrize(
    ("name", "sounds"),
    [
        ("北京科技", "beijingkeji bjkj"), ("重庆银行", "chongqingyinhang cqyh"), ("上海 Cloud", "shanghai cloud sh cloud"),
        ("Northwind Ltd", ""), ("Müller & Söhne", ""), ("", ""), ("サクラ", ""),
    ],
)  # fmt: skip
def test_sounds_and_first_letters(name, sounds):
    assert typed(name) == sounds
