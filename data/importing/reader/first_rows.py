"""A file's first rows as they are read under a mapping, beside what they say: what an option does, seen at once. Runs in the child process only."""

import polars as pl

from data.importing.layouts import LAYOUTS
from data.importing.mapping import Mapping
from data.importing.reader.month_rows import check_months
from data.importing.reader.settled import Settled
from data.importing.reader.tables import Source
from data.importing.reader.validation import check

ROWS = 8


def first_rows(source: Source, cells: pl.DataFrame, mapping: Mapping, store_zone: str) -> dict:
    """Each column of the table that the file fills, as text: `read`, one list a column, with `line`; rows with a fault are not among them."""
    settled = Settled(store_zone=store_zone)
    log = mapping.options.get("layout") in LAYOUTS
    checked = check_months(cells, mapping, source.header, settled) if log else check(cells, mapping, mapping.options, settled)
    rows = checked.rows.head(ROWS)
    return {"read": {name: [None if cell is None else str(cell) for cell in rows[name]] for name in rows.columns}}
