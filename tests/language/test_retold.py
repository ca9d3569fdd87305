"""What was kept in English is told anew by the text of which it was made; what none fits stays."""

import pytest

from language import catalogue, speaking
from language.retold import retold

TEXTS = ("{n} of {all} are late.", "All is well.", "{who} left on {day}.")


@pytest.fixture(autouse=True)
def chinese(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "place", lambda name: tmp_path / f"{name}.po")
    told = {"{n} of {all} are late.": "{all} 个中 {n} 个迟到。", "All is well.": "一切正常。"}
    (tmp_path / "zh_Hans.po").write_text("\n\n".join(f'msgid "{text}"\nmsgstr "{own}"' for text, own in told.items()), "utf-8")
    catalogue.catalogue.cache_clear()
    yield
    catalogue.catalogue.cache_clear()


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("3 of 7 are late.", "7 个中 3 个迟到。"),
        ("All is well. 3 of 7 are late.", "一切正常。7 个中 3 个迟到。"),
        ("Ana left on Monday.", "Ana left on Monday."),  # the catalogue lacks it
        ("Nobody knows.", "Nobody knows."),
        ("All is well. Nobody knows.", "All is well. Nobody knows."),  # half of it would be worse than none
    ],
)
def test_a_kept_sentence_is_told_anew(kept, told):
    assert retold(kept, TEXTS) == kept
    with speaking("zh_Hans"):
        assert retold(kept, TEXTS) == told


def test_values_are_told_by_who_knows_them():
    with speaking("zh_Hans"):
        assert retold("x of 7 are late.", TEXTS, lambda value: {"x": "三"}.get(value, value)) == "7 个中 三 个迟到。"
