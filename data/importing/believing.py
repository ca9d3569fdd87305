"""Whether values can be meant for a column: an e-mail is no day, a name no amount."""

import re
from collections.abc import Iterable

from data.importing.choice_words import bare, words_of
from data.importing.month_names import month_of
from data.importing.reader import cells
from data.importing.reader.currencies import NAMED
from data.importing.reader.eastern import narrow_cell
from data.schema import Column

MOST_MUST_FIT = 0.5
ALL_MUST_FIT = "one_off"  # among the choices of a column: a type is of many things, and one word that says another makes it another
WORDS = {"true", "false", "yes", "no", "1", "0", "y", "n", "t", "f", "wahr", "falsch", "是", "否", "真", "假"}
NAMED_MONTH = r"[^\W\d_]{3,}"
LOOKS = {
    "day": rf"\d{{1,4}}[-/.]\d{{1,2}}|^\d{{8,13}}(\.\d+)?$|^[1-6]\d{{4}}(\.\d+)?$|{NAMED_MONTH}\.? \d{{1,2}},? \d{{4}}"
    rf"|\d{{1,2}}\.?[-/ ]{NAMED_MONTH}\.?[-/ ]\d{{2,4}}|^{NAMED_MONTH}\.?[- ']+\d{{2,4}}$|\d{{4}}\s?年\s?\d{{1,2}}\s?月",
    "money": r"^[^@]*\d[\d.,\s']*[^@\d]*$",
    "integer": r"^\s*[-+]?[\d.,\s']+$",
    "fraction": r"^\s*[-+]?[\d.,\s]+[%折]?\s*$",
    "currency": rf"^\s*(?:[A-Za-z]{{3}}|{'|'.join(NAMED)})\s*$",
}
LOOKS |= {"month": LOOKS["day"], "instant": LOOKS["day"], "number": LOOKS["integer"]}
LETTERS = re.compile(r"[^\W\d_]{4,}")
NOTHING = {"", *cells.NOTHING, *cells.OPEN}  # speaks neither for a column nor against it


def filled(column: Iterable[str | None]) -> list[str]:
    """The cells that say something, without blanks around, wide signs as plain ones."""
    return [narrow_cell(cell).strip() for cell in column if cell and cell.strip().lower() not in NOTHING]


def believable(column: Column, values: Iterable[str | None]) -> bool:
    """Whether values can be meant for a column. Without values, anything is."""
    found = filled(values)
    share = 1.0 if ALL_MUST_FIT in column.choices else MOST_MUST_FIT
    return sum(_fits(column, cell) for cell in found) >= share * len(found)


def _fits(column: Column, cell: str) -> bool:
    if column.kind == "bool":
        return cell.lower() in WORDS
    if column.kind == "money" and LETTERS.search(cell):
        return False
    if column.kind == "period":
        return month_of(cell) is None
    if column.kind == "choice":
        return bare(cell) in words_of(column)
    look = LOOKS.get(column.kind)
    return look is None or bool(re.search(look, cell))
