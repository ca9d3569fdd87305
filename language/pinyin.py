"""Chinese names as people type them on a keyboard of Latin letters: by their sounds, and by the first letter of each."""

import re

HAN = re.compile(r"[\u3400-\u9fff]")


def typed(name: str) -> str:
    """The sounds of a name, and their first letters: "beijingkeji bjkj" for 北京科技. Empty for a name without Chinese characters.

    A character with several sounds has the one that it has in the words that pypinyin knows, else its commonest.
    """
    if not HAN.search(name):
        return ""
    from pypinyin import Style, lazy_pinyin

    sounds, letters = lazy_pinyin(name), lazy_pinyin(name, style=Style.FIRST_LETTER)
    return f"{''.join(sounds)} {''.join(letters)}".lower()
