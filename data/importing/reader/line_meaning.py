"""What the options of a mapping make of typed contract lines: terms, cents and seats."""

from decimal import Decimal

import polars as pl

from data.importing.headers import meanings
from data.importing.mapping import Mapping
from data.importing.reader.periods import period

# What one unit of a currency has of its smallest parts, where it is not a hundred: ISO 4217, except that billing systems give amounts
# in ISK and UGX with two decimals (Stripe, "Supported currencies": zero-decimal and three-decimal currencies, special cases).
SMALLEST = dict.fromkeys(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"], 1
) | dict.fromkeys(["BHD", "JOD", "KWD", "OMR", "TND"], 1000)
MONEY = pl.Decimal(18, 4)
IN_CENTS = ("amount", "discount_amount")
NO_TERM = "is no length of time; write 12 for twelve months, or 2 years"
UNITS = {"day": "d", "week": "w", "month": "mo", "year": "y"}


def meant(lines: pl.DataFrame, cells: pl.DataFrame, mapping: Mapping) -> tuple[pl.DataFrame, list[tuple]]:
    """Typed lines with the ends that their terms give, and amounts of whole lines in units of their currency; and what is wrong."""
    options, faults = mapping.options, []
    if source := options.get("term_from"):
        lines, wrong = _ended_by_term(lines, cells[str(source)].cast(pl.String), str(source))
        faults.append(wrong)
    if options.get("amount_unit") == "cents":
        lines = _in_units(lines)
    if options.get("amount_per") == "seat" and {"amount", "seats"} <= {*lines.columns}:
        lines = lines.with_columns(amount=(pl.col("amount") * pl.col("seats").fill_null(1)).cast(MONEY))
    return lines, faults


def _ended_by_term(lines: pl.DataFrame, said: pl.Series, source: str) -> tuple[pl.DataFrame, tuple]:
    unit = "year" if "year" in meanings(source) else "month"
    terms = {text: _term(text, unit) for text in said.drop_nulls().unique() if text.strip()}
    length = said.replace_strict({text: term for text, term in terms.items() if term}, default=None, return_dtype=pl.String)
    ends = pl.DataFrame({"start": lines["starts_on"], "term": length}).select(pl.col("start").dt.offset_by(pl.col("term"))).to_series()
    own = lines["ends_on"] if "ends_on" in lines.columns else pl.Series([None] * lines.height, dtype=pl.Date)
    wrong = said.is_in([text for text, term in terms.items() if term is None])
    return lines.with_columns(ends_on=pl.select(pl.coalesce(own, ends)).to_series()), (source, said, wrong, NO_TERM)


def _term(text: str, unit: str) -> str | None:
    """A length of time as an offset, like 12mo; a bare number counts months, or what the header says. None where it is none."""
    bare = text.strip().removesuffix(".0")
    told = f"{bare} {unit}" if bare.isdigit() else period(bare) or ""
    number, _, of = told.partition(" ")
    return f"{number}{UNITS[of]}" if of in UNITS and int(number) else None


def _in_units(lines: pl.DataFrame) -> pl.DataFrame:
    """Amounts that count the smallest part of their currency, in units of it."""
    code = pl.col("currency") if "currency" in lines.columns else pl.lit(None, dtype=pl.String)
    shares = {smallest: pl.lit(Decimal(1) / smallest, dtype=pl.Decimal(18, 6)) for smallest in (1, 100, 1000)}
    parts = code.replace_strict(SMALLEST, default=100, return_dtype=pl.Int64)
    share = pl.when(parts == 1).then(shares[1]).when(parts == 1000).then(shares[1000]).otherwise(shares[100])
    return lines.with_columns((pl.col(name) * share).cast(MONEY) for name in IN_CENTS if name in lines.columns)
