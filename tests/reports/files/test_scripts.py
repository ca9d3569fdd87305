"""Names in any script are drawn on paper: with a font that has them, or in words."""

import io

import pytest
from pypdf import PdfReader

from reports.files.pdf import Document, Section, typeset
from reports.files.scripts import drawable, font_folders

NAMES = {
    "北京科技有限公司": "NotoSansCJK",
    "東京株式会社": "NotoSansCJK",
    "한국회사": "NotoSansCJK",
    "شركة المستقبل": "NotoSansArabic",
    "ไทย": "NotoSansThai",
    "हिन्दी": "NotoSansDevanagari",
    "Ελληνική Українська": "Libertinus",
}

SHAPED = ("NotoSansArabic", "NotoSansDevanagari")  # letters join: what is read back is the order in which they are drawn


def read(name: str) -> tuple[str, str]:
    """The words of a document with that name in a table, and the fonts in which it is set."""
    column = {"title": "Name", "right": False, "wide": True}
    (page,) = PdfReader(io.BytesIO(typeset(Document("Pack", "", "", sections=[Section("Accounts", "", [column], [[name]])])))).pages
    return page.extract_text(), " ".join(str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values())


def test_the_fonts_are_installed():
    assert len(font_folders()) == 4


@pytest.mark.parametrize(("name", "font"), NAMES.items())
def test_a_name_is_set_in_a_font_that_has_its_letters(name, font):
    words, fonts = read(name)
    assert font in fonts
    assert name in words or font in SHAPED


def test_a_latin_name_needs_no_other_font():
    assert "Noto" not in read("Müller & Söhne")[1]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Bold & Sons \U0001f680", "Bold & Sons [rocket]"),
        ("\u2705 done", "[white heavy check mark] done"),
        ("\U0001f468\u200d\U0001f469", "[man][woman]"),
        ("42 \u2192 18", "42 \u2192 18"),
        ("plain\ufe0f", "plain"),
    ],
)
def test_a_picture_is_told_in_words(name, told):
    assert drawable({"rows": [[name]], "base": 0.5}) == {"rows": [[told]], "base": 0.5}
