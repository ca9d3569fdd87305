"""Two people read in two languages at once, from one server: each sees their own, whoever came before."""

import re
from random import Random

import pytest

from tests.pages.showing import everything, shown

pytestmark = pytest.mark.long
HAN = re.compile(r"[\u4e00-\u9fff]")
PAGES = ("today", "accounts", "renewals", "activation", "definitions", "revenue")
VISITS = 60


def test_alternating_visits_never_mix_languages(small):
    choose = Random(17)
    titles: dict[tuple[str, str], set[str]] = {}
    for visit in range(VISITS):
        page, language = choose.choice(PAGES), ("en", "zh_Hans")[visit % 2]
        read = shown(page, language=language)
        assert not read.exception
        titles.setdefault((page, language), set()).add(read.title[0].value)
        found = HAN.findall(everything(read))
        assert bool(found) == (language == "zh_Hans"), (visit, page, found[:9])
    assert all(len(found) == 1 for found in titles.values())
