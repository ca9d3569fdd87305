"""The mapping proposed for a file: from a known shape, else from the names of its columns, held against their first values."""

import re

import polars as pl

from data.built_in_shapes import by_shape
from data.mapping import Mapping, propose
from data.schema import Column

MOST_MUST_FIT = 0.5
WORDS = {"true", "false", "yes", "no", "1", "0", "y", "n", "t", "f", "wahr", "falsch"}
LOOKS = {
    "day": r"\d{1,4}[-/.]\d{1,2}|^\d{8,13}(\.\d+)?$|^[1-6]\d{4}(\.\d+)?$|[^\W\d]{3,}\.? \d{1,2},? \d{4}|\d{1,2}\.? [^\W\d]{3,}\.? \d{4}",
    "money": r"^[^@]*\d[\d.,\s']*[^@\d]*$",
    "integer": r"^\s*[-+]?[\d.,\s']+$",
    "fraction": r"^\s*[-+]?[\d.,\s]+%?\s*$",
    "currency": r"^\s*[A-Za-z]{3}\s*$",
}
LOOKS |= {"month": LOOKS["day"], "instant": LOOKS["day"], "number": LOOKS["integer"]}
LETTERS = re.compile(r"[^\W\d_]{4,}")


def proposed(header: list[str], sample: pl.DataFrame, table: str | None = None) -> Mapping | None:
    """The mapping that fits a file best, of one table or of any; None where nothing fits. `sample` is its first rows as text."""

    def believes(column: Column, source: str) -> bool:
        return believable(column, sample[source].to_list() if source in sample.columns else [])

    return by_shape(header, table, sample) or propose(header, table, believes=believes)


def believable(column: Column, cells: list[str | None]) -> bool:
    """Whether values can be meant for a column: an e-mail is no day, a name no amount. Without values, anything is."""
    found = [cell.strip() for cell in cells if cell and cell.strip()]
    if not found:
        return True
    return sum(_fits(column, cell) for cell in found) >= MOST_MUST_FIT * len(found)


def _fits(column: Column, cell: str) -> bool:
    if column.kind == "bool":
        return cell.lower() in WORDS
    if column.kind == "money" and LETTERS.search(cell):
        return False
    look = LOOKS.get(column.kind)
    return look is None or bool(re.search(look, cell))
