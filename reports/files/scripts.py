"""Names in any script on paper: the fonts for it, and words for what no font of a text has."""

import re
import unicodedata
from functools import cache
from importlib.util import find_spec
from typing import Any

FONTS = ("cvttf_NotoSansCJK_Regular", "fontpkg_noto_sans_arabic", "fontpkg_noto_sans_thai", "fontpkg_noto_sans_devanagari")  # packages
PICTURES = re.compile(  # emoji, what joins and colours them, and other pictures: the typesetter would draw an empty box
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff](?:[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff])*"
)
UNSEEN = re.compile("[\ufe0e\ufe0f\u200d]")  # left alone they show nothing
DRAWN = "\u2190\u2191\u2192\u2193"  # arrows that the text font has


@cache
def font_folders() -> list[str]:
    """Where the packages of fonts keep them; none of a package that is not installed. Nothing of the packages is run."""
    found = [find_spec(name) for name in FONTS]
    return [folder for spec in found if spec for folder in spec.submodule_search_locations or ()]


def drawable(part: Any) -> Any:
    """The same, with each picture in its texts told in words: [rocket]."""
    if isinstance(part, str):
        return UNSEEN.sub("", PICTURES.sub(_named, part))
    if isinstance(part, dict):
        return {name: drawable(value) for name, value in part.items()}
    return [drawable(value) for value in part] if isinstance(part, list | tuple) else part


def _named(found: re.Match) -> str:
    sign = found[0][0]
    return sign if sign in DRAWN else f"[{unicodedata.name(sign, 'sign').lower()}]"
