"""Signs of Chinese sentences: full-width after Chinese characters, as readers expect them; marks of pages and values stay."""

import re

HAN = "\u3400-\u9fff\u3001-\u3011\u2018-\u201d"
SIGNS = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "?": "\uff1f", "!": "\uff01"}
AFTER_HAN = re.compile(rf"(?:(?<=[{HAN}])|(?<=[{HAN}]\*\*))([,;:?!]) ?")
# What a value or a number ends, or a piece of a line begins, and a Chinese sentence goes on behind.
BEFORE_HAN = re.compile(rf"(?:^|(?<=[\w}}%)\*]))([,;:]) ?(?=[{HAN}]|\{{\w+\}}[{HAN}])")
IN_BRACKETS = re.compile(rf"(?<!\])\(([^()\[\]]*[{HAN}][^()\[\]]*)\)|(?<=[{HAN}])\(([^()\[\]]*)\)")
ICON = re.compile(r"(:material/\w+:|:[a-z-]+\[)")


def full_width(text: str) -> str:
    """The text with the signs of a Chinese sentence."""
    return "".join(part if ICON.fullmatch(part) else _sentence(part) for part in ICON.split(text))


def _sentence(text: str) -> str:
    said = BEFORE_HAN.sub(lambda found: SIGNS[found[1]], AFTER_HAN.sub(lambda found: SIGNS[found[1]], text))
    return IN_BRACKETS.sub(lambda found: f"\uff08{found[1] or found[2]}\uff09", said)
