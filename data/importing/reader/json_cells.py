"""Cells that hold a JSON object: what is inside is offered as columns of its own, named `column.key`. Runs in the child process only."""

import json

import orjson
import polars as pl


class Number(str):
    """A cell that is a number with a fraction in JSON: its point is the decimal sign, whatever it is in texts of the file."""

    __slots__ = ()


LOOKED_AT = 200
MOST_KEYS = 200


def json_columns(first: pl.DataFrame) -> dict[str, list[str]]:
    """The columns whose first cells are all JSON objects, each with the names of what is inside, nested ones with dots."""
    found: dict[str, list[str]] = {}
    for name, kind in first.schema.items():
        cells = first[name].drop_nulls().head(LOOKED_AT).to_list() if kind == pl.String else []
        told = [_object(cell) for cell in cells if cell.strip()]
        objects = [one for one in told if one is not None]
        if told and len(objects) == len(told):
            found[name] = list(dict.fromkeys(key for one in objects for key in one))[:MOST_KEYS]
    return found


def with_inner(cells: pl.DataFrame, columns: dict[str, list[str]], wanted: set[str]) -> pl.DataFrame:
    """The cells with the wanted inner columns added as text, null where an object lacks the key or a cell holds none."""
    added = []
    for name in columns:
        keys = [one.removeprefix(f"{name}.") for one in sorted(wanted) if one.startswith(f"{name}.") and one not in cells.columns]
        if keys:
            told = [_object(cell) or {} for cell in cells[name].to_list()]
            added += [pl.Series(f"{name}.{key}", [one.get(key) for one in told], dtype=pl.String) for key in keys]
    return cells.with_columns(added) if added else cells


def read_object(line: str) -> dict[str, str | None] | None:
    """The object that a line of JSON holds, laid flat; None where it holds none."""
    try:
        found = orjson.loads(line)
        return flat(found) if type(found) is dict else None
    except (ValueError, RecursionError):  # the exact reader takes what the fast one does not: long numbers, halves of signs, NaN
        return _read_exactly(line)


def _read_exactly(line: str) -> dict[str, str | None] | None:
    try:
        found = json.loads(line)
        return flat(found, exact=True) if type(found) is dict else None
    except (ValueError, RecursionError):
        return None


def flat(record: dict, prefix: str = "", *, exact: bool = False) -> dict[str, str | None]:
    """An object laid flat: nested names with dots between, values as text; an object written as text is laid flat too.

    Raises ValueError where a number may have lost digits, unless they were read exactly.
    """
    laid: dict[str, str | None] = {}
    for name, value in record.items():
        kind = type(value)
        inside = value if kind is dict else _parsed(value) if kind is str and value[:1] == "{" else None
        if type(inside) is dict:
            laid |= flat(inside, f"{prefix}{name}.", exact=exact or kind is str)
            continue
        if kind is list and len(value) == 1 and type(value[0]) is str:  # a list of one, such as the groups of an event, is that one
            value, kind = value[0], str
        if kind is str:
            text = value if value.isascii() else whole(value)
        else:
            text = str(value) if kind is int else None if value is None else whole(json.dumps(value))
            if not exact and text and "e+" in text:
                raise ValueError(text)
            text = Number(text) if kind is float else text
        laid[prefix + name if name.isascii() else whole(prefix + name)] = text
    return laid


def whole(text: str) -> str:
    """The text without halves of signs, which JSON can write and no encoding can."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _object(cell: str | None) -> dict[str, str | None] | None:
    return read_object(cell) if cell and cell.lstrip()[:1] == "{" else None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
