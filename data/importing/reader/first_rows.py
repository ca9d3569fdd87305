"""Glimpses of a file: its first rows as they are read under a mapping, what its columns hold, and which of their values stand in one row.
Runs in the child process only."""

import polars as pl

from data.importing.layouts import LAYOUTS
from data.importing.mapping import Mapping
from data.importing.reader.cells import TIMES
from data.importing.reader.month_rows import check_months
from data.importing.reader.settled import Settled
from data.importing.reader.tables import Source
from data.importing.reader.validation import check

ROWS = 8
MOST_VALUES, MOST_ROWS = 3_000, 1_000_000


def first_rows(source: Source, cells: pl.DataFrame, mapping: Mapping, store_zone: str) -> dict:
    """Each column of the table that the file fills, as text: `read`, one list a column, with `line`; rows with a fault are not among them."""
    settled = Settled(store_zone=store_zone)
    log = mapping.options.get("layout") in LAYOUTS
    checked = check_months(cells, mapping, source.header, settled) if log else check(cells, mapping, mapping.options, settled)
    rows = checked.rows.head(ROWS)
    return {"read": {name: [None if cell is None else str(cell) for cell in rows[name]] for name in rows.columns}}


def values_of(source: Source, columns: list[str]) -> dict:
    """What some of the columns hold, each value once, without blanks around: `values`, at most MOST_VALUES a column, of the first rows."""
    found: dict[str, dict[str, None]] = {name: {} for name in columns if name in source.header}
    read = 0
    for cells in source.slices:
        for name, values in found.items():
            seen = cells[name].cast(pl.String, strict=False).drop_nulls().str.strip_chars().unique(maintain_order=True)
            values.update(dict.fromkeys(value for value in seen.head(MOST_VALUES) if value))
        read += cells.height
        if read >= MOST_ROWS:
            break
    return {"values": {name: list(values)[:MOST_VALUES] for name, values in found.items()}}


def rows_of(source: Source, columns: list[str]) -> dict:
    """The rows of some of the columns as text, without blanks around, and how often each is there: `rows`, a list a column, and `times`;
    of the first MOST_ROWS rows."""
    names, kept, read = [name for name in columns if name in source.header], [], 0
    texts = [pl.col(name).cast(pl.String, strict=False).str.strip_chars().replace("", None).alias(name) for name in names]
    for cells in source.slices if names else ():
        kept.append(cells.select(texts).group_by(names, maintain_order=True).len(TIMES))
        read += cells.height
        if read >= MOST_ROWS:
            break
    if not kept:
        return {"rows": {name: [] for name in names}, "times": []}
    found = pl.concat(kept).group_by(names, maintain_order=True).agg(pl.col(TIMES).sum())
    return {"rows": found.drop(TIMES).to_dict(as_series=False), "times": found[TIMES].to_list()}
