"""What is wrong with a key of a file that people write, in a sentence: pydantic says it in words for programmers."""

from collections.abc import Mapping
from typing import Any

SORTS = {
    "int": "Write a whole number.", "float": "Write a number.", "finite": "Write a number.", "bool": "Write true or false.",
    "string": "Write a text in quotation marks.", "list": "Write a list in square brackets.", "tuple": "Write a list in square brackets.",
    "dict": "Write a table of names and values.", "model": "Write a table of names and values.",
}  # fmt: skip
"""By the first word of what pydantic calls the error."""


def said(error: Mapping[str, Any]) -> str:
    """The sentence for one error of a ValidationError, without its key; what a validator of ours said is told as it is."""
    kind, told = str(error["type"]), error.get("ctx") or {}
    if kind in ("value_error", "assertion_error"):
        return _whole(str(told.get("error", error["msg"])))
    if kind == "literal_error":
        return f"Write one of {str(told['expected']).replace(' or ', ', ')}."
    return _limit(kind, told) or SORTS.get(kind.partition("_")[0]) or _whole(f"It cannot be used: {error['msg']}")


def _limit(kind: str, told: Mapping[str, Any]) -> str | None:
    """What is said of a value beyond a limit; None for another error."""
    if kind == "greater_than_equal":
        return f"Write {told['ge']} or more."
    if kind == "greater_than":
        return f"Write more than {told['gt']}."
    if kind == "less_than_equal":
        return f"Write {told['le']} or less."
    if kind == "string_too_long":
        return f"Write at most {told['max_length']} characters."
    if kind in ("string_too_short", "too_short"):
        return "It must not be empty."
    return "Write a plain name, without blanks and special signs." if kind == "string_pattern_mismatch" else None


def _whole(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
