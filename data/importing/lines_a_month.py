"""The contract lines of a file in numbers, as far as they are needed to say what an answer leads to: what all that pay come to a month."""

from collections.abc import Callable, Collection

import polars as pl

from data.importing.choice_words import bare, words_of
from data.importing.mapping import Mapping
from data.importing.reader import numbers
from data.importing.reader.cells import TIMES
from data.importing.reader.eastern import counted, counts_in, off_in_tenths
from data.importing.reader.periods import period
from data.schema import TABLES

Rows = Callable[[Collection[str]], pl.DataFrame]  # the rows of some columns of a file as text, each once, with TIMES
MONTHS = {"day": 12 / 365, "week": 12 / 52, "month": 1, "year": 12}
STATUS = TABLES["contracts"].column("status")


def rows_of_sample(sample: pl.DataFrame) -> Rows:
    """The first rows of a file in place of all."""

    def rows(names: Collection[str]) -> pl.DataFrame:
        there = [name for name in sample.columns if name in names]
        return sample.select(there).group_by(there, maintain_order=True).len(TIMES)

    return rows


def numbered(cells: pl.Series) -> pl.Series:
    """Amounts and counts written as text, as numbers; null where a cell is none. Their column's name may count in 万."""
    bare_numbers = numbers.bare(cells.cast(pl.String).str.strip_suffix("%"))
    large = counted(bare_numbers)
    off = off_in_tenths(cells.cast(pl.String))
    large = large.zip_with(large.is_not_null(), off) if off.is_not_null().any() else large
    plain = numbers.plain(bare_numbers, numbers.decimal_sign(bare_numbers.set(large.is_not_null(), None)) or numbers.POINT)
    return large.zip_with(large.is_not_null(), plain).cast(pl.Float64, strict=False) * counts_in(cells.name)


def of_line(mapping: Mapping) -> list[str]:
    """The file's columns that say what a line pays for, how long, in which currency, and whether it pays."""
    names = [mapping.columns.get(name) for name in ("product", "period", "currency", "status")]
    return [name for name in (*names, *mapping.joined.get("period", ())) if name]


def paying(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """The rows whose status says that they pay; all where none says so."""
    source = mapping.columns.get("status")
    if source not in rows.columns:
        return rows
    told = words_of(STATUS) | {bare(word): choice for word, choice in mapping.values.get("status", {}).items()}
    kept = rows.filter([told.get(bare(word or "")) == "paying" for word in rows[source]])
    return kept if kept.height else rows


def a_month(rows: pl.DataFrame, amounts: pl.Series, mapping: Mapping) -> str:
    """What rows come to a month together, by currency and in words; empty where the file does not say how long amounts pay for."""
    months = [_months(text) for text in _periods(rows, mapping)]
    if None in months or not rows.height:
        return ""
    cents = 100 if mapping.options.get("amount_unit") == "cents" else 1
    source = mapping.columns.get("currency", "")
    code = (
        rows[source].str.to_uppercase() if source in rows.columns else pl.repeat(mapping.constants.get("currency"), rows.height, eager=True)
    )
    found = pl.DataFrame({"code": code.cast(pl.String), "amount": amounts, "months": months, "times": rows[TIMES]})
    worth = (pl.col("amount").fill_null(0) * pl.col("times") / pl.col("months") / cents).sum()
    sums = found.group_by("code", maintain_order=True).agg(worth)
    return " and ".join(f"{amount:,.2f} {told or ''}".strip() for told, amount in sums.rows())


def _periods(rows: pl.DataFrame, mapping: Mapping) -> list[str]:
    constant = mapping.constants.get("period")
    names = mapping.joined.get("period") or tuple(name for name in (mapping.columns.get("period"),) if name)
    if constant or not names:
        return [constant or ""] * rows.height
    return [" ".join(cell for cell in row if cell) for row in rows.select(names).rows()]


def _months(text: str) -> float | None:
    count, _, unit = (period(text) or "").partition(" ")
    return int(count) * MONTHS[unit] if unit in MONTHS else None
