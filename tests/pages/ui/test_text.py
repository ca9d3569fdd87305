"""Imported words on a page stay words."""

import re

import pytest

from pages.ui.text import literal


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
