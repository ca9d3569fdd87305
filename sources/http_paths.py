"""Places in what an API answers, and in what it is asked: `a.b.0.c` within JSON, and names in braces."""

import json
import re
from typing import Any

import orjson

from sources.http_keys import SETTING, Condition

MISSING = object()
LONG = re.compile(rb"(?<![\d.\w\"-])-?(?:\d{18,}|\d+\.\d{15,})")  # numbers that lose digits unless they are read exactly


class Exact(float):
    """A number with a fraction, and how it was written: digits that a computer's number does not hold stay."""

    def __new__(cls, written: str) -> "Exact":
        number = super().__new__(cls, written)
        number.written = written
        return number

    written: str


def at(found: Any, path: str) -> Any:
    """The value at a path with dots, whose numbers count places of a list; None where there is none. An empty path is the whole."""
    for part in path.split(".") if path else ():
        if isinstance(found, list) and part.isdigit():
            found = found[int(part)] if int(part) < len(found) else None
        else:
            found = found.get(part) if isinstance(found, dict) else None
    return found


def read(body: bytes) -> Any:
    """What JSON says, with all digits of long numbers: ids may be such. Raises ValueError for what is no JSON."""
    if LONG.search(body):
        return json.loads(body, parse_float=Exact)
    try:
        return orjson.loads(body)
    except ValueError:  # the exact reader takes what the fast one does not, such as NaN
        return json.loads(body)


def shown(value: Any) -> bytes:
    """A value as JSON in one line."""
    try:
        return orjson.dumps(value, default=_written)
    except TypeError:  # a number of more than 64 bits
        return json.dumps(value, default=str).encode()


def _written(value: Any) -> Any:
    return orjson.Fragment(value.written) if isinstance(value, Exact) else str(value)


def put(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A record with another value at a path; the one that was given stays as it is."""
    name, _, rest = path.partition(".")
    inner = record.get(name)
    return record | {name: put(inner if isinstance(inner, dict) else {}, rest, value) if rest else value}


def holds(record: Any, condition: Condition) -> bool:
    """Whether a field of a record is what the condition says."""
    value = at(record, condition.path)
    return value not in (None, "", [], {}, False) if condition.equals is None else value == condition.equals


def filled(asked: Any, known: dict[str, Any]) -> Any:
    """What is asked for, with what stands in braces filled in. A text with a name that nothing is known of is MISSING, and left out of the
    table or the list that it stands in; a text that is one name alone keeps the type of what it stands for."""
    if isinstance(asked, dict):
        told = {name: filled(value, known) for name, value in asked.items()}
        return {name: value for name, value in told.items() if value is not MISSING}
    if isinstance(asked, list):
        return [value for one in asked if (value := filled(one, known)) is not MISSING]
    return _text(asked, known) if isinstance(asked, str) else asked


def _text(asked: str, known: dict[str, Any]) -> Any:
    names = SETTING.findall(asked)
    if any(known.get(name) is None for name in names):
        return MISSING
    whole = SETTING.fullmatch(asked)
    return known[whole[1]] if whole else SETTING.sub(lambda found: str(known[found[1]]), asked)
