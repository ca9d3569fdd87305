"""Cells that hold a JSON object: what is inside is offered as columns of its own, named `column.key`. Runs in the child process only."""

import json

import polars as pl

LOOKED_AT = 200
MOST_KEYS = 200


def json_columns(first: pl.DataFrame) -> dict[str, list[str]]:
    """The columns whose first cells are all JSON objects, each with the names of what is inside, nested ones with dots."""
    found = {}
    for name, kind in first.schema.items():
        cells = first[name].drop_nulls().head(LOOKED_AT).to_list() if kind == pl.String else []
        told = [_object(cell) for cell in cells if cell.strip()]
        if told and all(one is not None for one in told):
            found[name] = list(dict.fromkeys(key for one in told for key in one))[:MOST_KEYS]
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


def flat(record: dict, prefix: str = "") -> dict[str, str | None]:
    """An object laid flat: nested names with dots between, values as text; an object written as text is laid flat too."""
    laid: dict[str, str | None] = {}
    for name, value in record.items():
        inside = value if isinstance(value, dict) else _parsed(value) if isinstance(value, str) and value.startswith("{") else None
        if isinstance(inside, dict):
            laid |= flat(inside, f"{prefix}{name}.")
        else:
            text = None if value is None else value if isinstance(value, str) else json.dumps(value)
            laid[whole(prefix + name)] = text if text is None else whole(text)
    return laid


def whole(text: str) -> str:
    """The text without halves of signs, which JSON can write and no encoding can."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _object(cell: str | None) -> dict[str, str | None] | None:
    found = _parsed(cell) if cell and cell.lstrip()[:1] == "{" else None
    return flat(found) if isinstance(found, dict) else None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
