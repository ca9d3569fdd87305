"""A link means the same to readers of different languages, and each reads their own."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from language import catalogue
from language.gather import said
from tests.pages.showing import everything, shown

PSEUDO = "zh_Hans"


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """The folder of a catalogue that has every text in double brackets."""
    found, folder = Catalog(locale=PSEUDO), tmp_path_factory.mktemp("words")
    for _, message in said():
        found.add(message, (f"⟦{message[1]}⟧",) if isinstance(message, tuple) else f"⟦{message}⟧")
    with (folder / f"{PSEUDO}.po").open("wb") as file:
        write_po(file, found, omit_header=True)
    return folder


@pytest.fixture(scope="module", autouse=True)
def pseudo(words):
    """That catalogue in place of the Chinese one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "place", lambda name: words / f"{name}.po")
        catalogue.catalogue.cache_clear()
        yield
    catalogue.catalogue.cache_clear()


def in_chinese(page: str, **query: str):
    return shown(page, language="zh_Hans", **query)


@pytest.mark.long
@pytest.mark.parametrize(
    ("page", "key", "link", "chosen"),
    [
        ("revenue", "period", "Last quarter", "last_quarter"), ("revenue", "period", "⟦Last quarter⟧", "last_quarter"),
        ("revenue", "period", "last_quarter", "last_quarter"), ("cohorts", "per", "Month", "month"), ("cohorts", "per", "⟦Month⟧", "month"),
        ("cohorts", "measure", "⟦Logo⟧", "logo"), ("renewals", "within", "⟦30 days⟧", 30), ("renewals", "within", "30 days", 30),
        ("renewals", "within", "30", 30),
    ],
)  # fmt: skip
def test_a_link_means_the_same_in_either_language(small, page, key, link, chosen):
    for read in (shown(page, **{key: link}), in_chinese(page, **{key: link})):
        assert not read.exception
        assert read.session_state[key] == chosen


def test_each_reads_their_own_words_and_the_same_figures(small):
    english, chinese = shown("accounts"), in_chinese("accounts")
    (arr, *counts), (amount, *numbers) = ([one.value for one in read.metric] for read in (english, chinese))
    assert (arr, amount) == ("$11.2K", "US$1.12万")  # 11,194.44: see the figures that agree everywhere
    assert counts == numbers
    assert english.title[0].value == "Accounts" and chinese.title[0].value == "⟦Accounts⟧"
    assert "⟦" not in everything(english)


def test_a_moment_of_the_log_is_the_same_in_either_language(small):
    moment = next(iter(small.imports().filter(batch=1)["imported_at"]))
    words = f"After import 1, {moment:%Y-%m-%d %H:%M} UTC"
    for read in (shown("accounts", known_at=words), in_chinese("accounts", known_at=words), in_chinese("accounts", known_at=f"⟦{words}⟧")):
        assert read.session_state["known_at"] == 1
        assert read.metric[0].value.removeprefix("US") == "$0"


def test_a_choice_that_a_link_says_by_its_code_or_in_another_language_stays_in_the_address(small):
    """A reader may pass the address on, or load it again."""
    by_code, in_english = (in_chinese("revenue", step=said) for said in ("quarter", "Quarter"))
    assert by_code.query_params["step"] == in_english.query_params["step"] == "⟦Quarter⟧"
    assert by_code.session_state["step"] == in_english.session_state["step"] == "quarter"
