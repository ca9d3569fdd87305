"""What the days of contract lines say of their ends: whether an end is the last day that is paid for, or the first that no longer is."""

import polars as pl

from data.importing.findings import Unanswered
from data.importing.reader.dates import as_iso
from data.importing.reader.day_order import in_order, order_of

INCLUSIVE, EXCLUSIVE = "inclusive", "exclusive"
LATE = 28  # a line that begins later in a month may end on another day of it


def ends_told(sample: pl.DataFrame, ends: str, starts: str | None) -> tuple[str, str]:
    """What the first rows speak for, in words, and as an answer where all of them do; each empty where they speak for nothing.

    ends, starts: the columns of the days. Lines that all run for whole months under just one reading say the most.
    """
    names = [name for name in (ends, starts) if name in sample.columns]
    if ends not in names:
        return "", ""
    days = _days(sample.select(pl.col(names).str.strip_chars()))
    known = days.drop_nulls(ends)
    if known.is_empty():
        return "", ""
    pairs = days.drop_nulls().filter(pl.col(starts).dt.day() <= LATE) if starts in names else days.clear()
    whole = _whole(pairs, ends, starts) if pairs.height else None
    if whole == INCLUSIVE:
        return "Each of the first lines runs for whole months if its end is the last day that is paid for.", INCLUSIVE
    if whole == EXCLUSIVE:
        return "Each of the first lines runs for whole months if its end is the first day that no longer is paid for.", EXCLUSIVE
    return _by_ends(known[ends], sure=starts not in names)


def _days(written: pl.DataFrame) -> pl.DataFrame:
    texts = {name: as_iso(written[name]) for name in written.columns}
    try:
        order = order_of({name: text.drop_nulls() for name, text in texts.items()}, {})
    except Unanswered:
        order = None
    iso = {name: in_order(text, order).str.extract(r"^(\d{4}-\d{1,2}-\d{1,2})") for name, text in texts.items()}
    return pl.DataFrame({name: text.str.to_date("%Y-%m-%d", strict=False) for name, text in iso.items()})


def _whole(pairs: pl.DataFrame, ends: str, starts: str | None) -> str | None:
    """Under which reading every line runs for whole months; None where that is neither or both."""
    begin = pl.col(starts or "").dt.day()
    last, first = pairs.select(
        last=(pl.col(ends).dt.offset_by("1d").dt.day() == begin).all(), first=(pl.col(ends).dt.day() == begin).all()
    ).row(0)
    return None if last == first else INCLUSIVE if last else EXCLUSIVE


def _by_ends(ends: pl.Series, *, sure: bool) -> tuple[str, str]:
    """What ends alone speak for. sure: whether no starts are known that could speak against it."""
    last, first = int((ends == ends.dt.month_end()).sum()), int((ends.dt.day() == 1).sum())
    if last > first:
        told = f"{last} of the first {ends.len()} ends are the last day of a month, which speaks for the last day that is paid for."
        return told, INCLUSIVE if sure and last == ends.len() else ""
    told = f"{first} of the first {ends.len()} ends are the first day of a month, which speaks for the first day that is not."
    return (told, EXCLUSIVE if sure and first == ends.len() else "") if first else ("", "")
