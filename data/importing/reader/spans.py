"""Moments that a row tells by how long after another one they are: minutes by the calendar, never hours of business."""

import polars as pl

from data.importing.mapping import Mapping, Span
from data.importing.reader import numbers
from data.importing.reader.cells import BLANKS, NOTHING, own_numbers
from data.importing.reader.days_alone import whole_days
from data.importing.reader.settled import Settled
from data.schema import DTYPES, Column

Fault = tuple[str, pl.Series, pl.Series, str]
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}
LONGEST = 60 * 365 * 24 * 3600  # seconds: more is no time that anybody waited, and past what a moment can hold
OF_A_DAY = "counts from days of which no time is said, so that no moment can be told; left out there"
NO_SPAN = "is no length of time; write it as a number of {unit} from 0 on"


def with_spans(
    typed: dict[str, pl.Series], texts: dict[str, pl.Series], cells: pl.DataFrame, mapping: Mapping, settled: Settled
) -> tuple[dict[str, pl.Series], list[Fault]]:
    """Typed columns with the moments that come after others, where the row does not tell them itself; and which cells are no length.

    texts: the cells by the table's columns, as year-month-day. After a day without a time comes no moment: a length alone tells none.
    """
    found, faults = dict(typed), []
    for name, span in mapping.after.items():
        lengths, wrong = _lengths(cells, span, mapping, settled)
        whole = whole_days(texts[span.since]) & lengths.is_not_null() if span.since in texts else lengths.is_null() & False
        if whole.any():
            settled.of_columns[span.column] = OF_A_DAY
            lengths = lengths.set(whole, None)
        faults.append((span.column, cells[span.column], wrong, NO_SPAN.format(unit=span.unit)))
        moments = _moments(found.get(span.since), lengths, cells.height)
        found[name] = moments if name not in found else found[name].zip_with(found[name].is_not_null(), moments)
    return found, faults


def _moments(since: pl.Series | None, lengths: pl.Series, height: int) -> pl.Series:
    """The moments that lie so many seconds after others; null where either is not known."""
    if since is None:
        return pl.repeat(None, height, dtype=DTYPES["instant"], eager=True)
    steps = (lengths * 1_000_000).round().cast(pl.Int64).cast(pl.Duration("us"))
    return (since + steps).cast(DTYPES["instant"])


def _lengths(cells: pl.DataFrame, span: Span, mapping: Mapping, settled: Settled) -> tuple[pl.Series, pl.Series]:
    """Each row's length in seconds, null where it has none; and which cells say one that cannot be."""
    raw, found = _numbers(cells, span.column, mapping, settled)
    lengths = found * SECONDS[span.unit]
    wrong = raw.is_not_null() & (lengths.is_null() | (lengths < 0) | (lengths > LONGEST))
    lengths = lengths.set(wrong, None)
    if span.counted:
        counts = _numbers(cells, span.counted, mapping, settled)[1]
        lengths = lengths.set((counts == 0).fill_null(False), None)
    return lengths, wrong


def _numbers(cells: pl.DataFrame, source: str, mapping: Mapping, settled: Settled) -> tuple[pl.Series, pl.Series]:
    """A column's cells, null where they say nothing, and their numbers."""
    raw = cells[source]
    if raw.dtype == pl.String:
        raw = raw.str.strip_chars(BLANKS)
        raw = raw.set(((raw == "") | raw.str.to_lowercase().is_in(NOTHING)).fill_null(False), None)
    column = Column(source, "number", "")
    return raw, numbers.typed(raw, column, str(mapping.options.get("decimal", "")), settled, own_numbers(cells, source), header=source)
