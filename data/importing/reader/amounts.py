"""The currency of contract lines by what is written beside their amounts, and amounts that one merged cell holds for several lines."""

import polars as pl

from data.importing.findings import Question, Unanswered
from data.importing.mapping import Mapping
from data.importing.reader.cells import OWN_CURRENCY, REPEATED, source_of
from data.importing.reader.currencies import CODES, SEVERAL, in_header, written_in
from data.importing.reader.settled import Settled

NO_CURRENCY = "has no currency, while other amounts of the file have several; write its code beside it, as in EUR 1,200"
Faults = list[tuple[str, pl.Series, pl.Series, str]]


def with_currency(
    rows: pl.DataFrame, cells: pl.DataFrame, raws: dict[str, pl.Series], mapping: Mapping, settled: Settled
) -> tuple[pl.DataFrame, Faults]:
    """Contract lines with the currency that is written beside their amounts, and what is wrong with it.

    What a column of currencies says must agree with it; an answer for the whole file is for amounts that have none beside them. Failing
    both, it is the header's, else the only one that the file shows. Raises Unanswered where others show theirs and a sign that several
    currencies have is all that is shown of one.
    """
    if mapping.table != "contracts" or "amount" not in raws:
        return rows, []
    source, none = source_of("amount", mapping), pl.repeat(None, rows.height, dtype=pl.String, eager=True)
    shown = _shown(cells, raws["amount"], source)
    stated = rows["currency"] if "currency" in rows.columns else none
    written = shown.set(shown.is_in(list(SEVERAL)), None)
    settled.currencies |= {*written.drop_nulls().unique().to_list()} & CODES
    by_column = "currency" in raws and "currency" not in mapping.constants
    first, second = (stated, written) if by_column else (written, stated)
    found = pl.select(pl.coalesce(first, second, pl.lit(in_header(source)))).to_series()
    found, faults = _completed(found, shown, raws["amount"], source, settled)
    faults += _contradicted(cells, stated, shown, source) if by_column else []
    if not by_column and (other := written != stated).any():
        settled.count_other(source, written.filter(other)[0], stated.filter(other)[0], int(other.sum()))
    return rows.with_columns(currency=found) if found.null_count() < len(found) else rows, faults


def counted_once(amounts: pl.Series, cells: pl.DataFrame, source: str, settled: Settled) -> pl.Series:
    """Amounts with nought where a row has the amount of a merged cell that stands in a row above."""
    if REPEATED + source not in cells.columns:
        return amounts
    again = cells[REPEATED + source].fill_null(False)
    settled.merged.setdefault(source, []).extend(cells["line"].filter(again).to_list())
    return amounts.cast(pl.String).set(again, "0")


def _shown(cells: pl.DataFrame, amounts: pl.Series, source: str) -> pl.Series:
    """The currency beside each amount, in its text or in the format of its cell."""
    written = written_in(amounts.cast(pl.String), source)
    formats = OWN_CURRENCY + source
    return pl.select(pl.coalesce(written, cells[formats])).to_series() if formats in cells.columns else written


def _completed(found: pl.Series, shown: pl.Series, amounts: pl.Series, source: str, settled: Settled) -> tuple[pl.Series, Faults]:
    """The currencies with what the rest of the file says of amounts that have a sign of several currencies, or none."""
    if not settled.currencies:
        return found, []  # asked for the file as a whole
    for sign in shown.filter(found.is_null()).drop_nulls().unique().to_list():
        fitting = settled.currencies & {*SEVERAL[sign]}
        if len(fitting) != 1:
            text = f"Amounts in {source} are written with {sign.lower()}, which several currencies have. Which is it?"
            raise Unanswered(Question("currency", source, text, SEVERAL[sign]))
        found = found.zip_with(found.is_not_null() | (shown != sign).fill_null(True), pl.repeat(*fitting, len(found), eager=True))
    lacking = found.is_null() & amounts.is_not_null()
    if len(settled.currencies) == 1:
        return found.set(lacking, *settled.currencies), []
    return found, [(source, amounts, lacking, NO_CURRENCY)]


def _contradicted(cells: pl.DataFrame, stated: pl.Series, shown: pl.Series, source: str) -> Faults:
    """Amounts that are written in another currency than the row's own column says."""
    faults = []
    for one in shown.drop_nulls().unique().to_list():
        wrong = (shown == one) & stated.is_not_null() & ~stated.is_in(list(SEVERAL.get(one, (one,))))
        if wrong.any():
            faults.append((source, cells[source], wrong, "is in another currency than the row's currency; mend one of the two"))
    return faults
