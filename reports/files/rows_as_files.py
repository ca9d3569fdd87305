"""Rows for people to work on outside: those that an import turned away, and an example of what a table wants."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from data.schema import TABLES
from reports.files.tables import harmless

PLAIN_NUMBER = re.compile(r"\s*[-+]?[\d.,\s]+%?\s*")


def rejected_csv(header: Sequence[str], rows: Iterable[Sequence[str | None]]) -> bytes:
    """Turned-away rows under the file's own header, as CSV to mend and send again.

    Text that a spreadsheet would run as a formula is neutralised; a number below zero is no formula and stays.
    """
    return _csv([header, *([_safe(cell) for cell in row] for row in rows)])


def _safe(cell: str | None) -> object:
    return "" if cell is None else cell if PLAIN_NUMBER.fullmatch(cell) else harmless(cell)


def example_csv(table: str) -> bytes:
    """A file of one row that a table takes as it is: every column under its own name."""
    columns = TABLES[table].columns
    return _csv([[column.name for column in columns], [column.example for column in columns]])


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
