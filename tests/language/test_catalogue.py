"""Which language is spoken, and what happens where a text, a language or a reader is missing."""

import pytest

from language import catalogue, chosen, language, mark, mark_of, of_readers, speaking, spoken, tr, tr_n, tr_of


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A catalogue of two texts, in a language of its own."""
    monkeypatch.setattr(catalogue, "place", lambda name: tmp_path / f"{name}.po")
    told = 'msgid "{n} row"\nmsgid_plural "{n} rows"\nmsgstr[0] "{n} Zeile"\nmsgstr[1] "{n} Zeilen"\n'
    (tmp_path / "de.po").write_text(f'msgid "Owner: {{name}}"\nmsgstr "{{name}} ist zuständig"\n\n{told}', "utf-8")
    catalogue.catalogue.cache_clear()
    yield "de"
    catalogue.catalogue.cache_clear()


def test_words_are_said_in_the_language_that_is_spoken(german):
    with speaking(german):
        assert tr("Owner: {name}", name="Ana") == "Ana ist zuständig"
        assert [tr_n("{n} row", "{n} rows", n) for n in (1, 2)] == ["1 Zeile", "2 Zeilen"]
    assert tr("Owner: {name}", name="Ana") == "Owner: Ana"


def test_what_a_catalogue_lacks_is_said_in_english(german):
    with speaking(german):
        assert tr("Renewals of {name}", name="Ana") == "Renewals of Ana"
        assert tr("") == ""


def test_braces_in_imported_names_stay(german):
    with speaking(german):
        assert tr("Owner: {name}", name="{x}") == "{x} ist zuständig"


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (["zh-CN"], "zh_Hans"), (["zh"], "zh_Hans"), (["zh-Hans-CN"], "zh_Hans"), (["zh_TW"], "zh_Hans"), (["zh-HK", "en"], "zh_Hans"),
        (["en-GB", "zh"], "en"), (["de-CH", "fr", "sv", "ja", "zh-CN"], "zh_Hans"), (["de-CH", "fr"], "en"), ([], "en"),
        (["", "*", "??", "x" * 300], "en"), (["EN-us"], "en"), ([" zh-cn "], "zh_Hans"), (["../../etc"], "en"),
    ],
)  # fmt: skip
def test_the_first_wish_with_a_catalogue_is_taken(wishes, expected):
    assert chosen(wishes) == expected


def test_without_a_reader_it_is_english_and_a_reader_is_asked_at_each_use(monkeypatch):
    monkeypatch.setattr(catalogue, "_readers", [])
    asked = iter([None, "zh_Hans", "en"])
    of_readers(lambda: next(asked))
    assert [language(), language(), language()] == ["en", "zh_Hans", "en"]


def test_marked_words_are_words_as_they_are():
    assert mark("Owner") == "Owner" and f"{mark('Owner')}" == "Owner"
    assert mark_of("a feed", "Late") == "Late" and hash(mark_of("a feed", "Late")) == hash("Late")


def test_a_word_is_said_of_what_it_is_used_of(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "place", lambda name: tmp_path / f"{name}.po")
    told = [("", "Spät"), ('msgctxt "a feed"\n', "Überfällig"), ('msgctxt "a train"\n', "Verspätet")]
    (tmp_path / "de.po").write_text("\n\n".join(f'{of}msgid "Late"\nmsgstr "{own}"' for of, own in told), "utf-8")
    catalogue.catalogue.cache_clear()
    with speaking("de"):
        assert [tr_of("a feed", "Late"), tr(mark_of("a train", "Late")), tr("Late")] == ["Überfällig", "Verspätet", "Spät"]
        assert tr_of("a renewal", "Late") == "Spät"  # no word of its own: that of all others
        assert spoken((mark_of("a feed", "Late"), "Late")) == ("Überfällig", "Late")
    assert tr_of("a feed", "Late") == "Late"
    catalogue.catalogue.cache_clear()
