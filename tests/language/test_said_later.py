"""Constants are said in the reader's language where they are used, and only their words."""

from dataclasses import dataclass

import pytest

from language import InLanguage, mark, speaking, spoken
from language import catalogue as catalogues


@dataclass(frozen=True)
class Figure:
    name: str
    title: str


@pytest.fixture(autouse=True)
def chinese(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "place", lambda name: tmp_path / f"{name}.po")
    (tmp_path / "zh_Hans.po").write_text('msgid "New"\nmsgstr "新增"\n', "utf-8")
    catalogues.catalogue.cache_clear()
    yield
    catalogues.catalogue.cache_clear()


def test_marked_words_are_said_and_codes_beside_them_stay():
    figures = InLanguage({"new": Figure("New", mark("New")), "pair": ("New", mark("New")), "deep": {"New": [mark("New")]}})
    assert figures["new"] == Figure("New", "New")
    with speaking("zh_Hans"):
        assert figures["new"] == Figure("New", "新增")
        assert figures["pair"] == ("New", "新增")
        assert figures["deep"] == {"New": ["新增"]}
        assert dict(figures.items()) == {"new": Figure("New", "新增"), "pair": ("New", "新增"), "deep": {"New": ["新增"]}}
    assert spoken(mark("New")) == "New"


def test_two_of_them_together_are_one():
    both = InLanguage({"a": mark("New"), "b": "b"}) | {"b": mark("New")}
    with speaking("zh_Hans"):
        assert dict(both) == {"a": "新增", "b": "新增"}
