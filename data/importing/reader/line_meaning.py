"""What the options of a mapping make of typed contract lines: terms, cents and seats."""

from decimal import Decimal

import polars as pl

from data.importing.headers import meanings
from data.importing.mapping import Mapping
from data.importing.options import Options
from data.importing.reader import numbers
from data.importing.reader.cells import BLANKS, own_numbers
from data.importing.reader.discounts import discounted
from data.importing.reader.periods import period
from data.importing.reader.reasons import REASONS
from data.importing.reader.settled import Settled
from data.importing.reader.subscription_life import lived, since_unknown
from data.schema import TABLES

# What one unit of a currency has of its smallest parts, where it is not a hundred: ISO 4217, except that billing systems give amounts
# in ISK and UGX with two decimals (Stripe, "Supported currencies": zero-decimal and three-decimal currencies, special cases).
SMALLEST = dict.fromkeys(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"], 1
) | dict.fromkeys(["BHD", "JOD", "KWD", "OMR", "TND"], 1000)
MONEY = pl.Decimal(18, 4)
IN_CENTS = ("amount", "discount_amount")
PARTS = ("add_from", "less_from", "total_from")
A_CENT = 0.0099
AMOUNT = TABLES["contracts"].column("amount")
OTHER_TOTAL = "is not what the parts of the line add up to; mend the total or the parts"
NO_TERM = "is no length of time; write 12 for twelve months, or 2 years"
UNITS = {"day": "d", "week": "w", "month": "mo", "year": "y"}


def meant(lines: pl.DataFrame, cells: pl.DataFrame, mapping: Mapping, settled: Settled) -> tuple[pl.DataFrame, list[tuple]]:
    """Typed lines with the ends that their terms give, what their status says, and amounts of whole lines in units of their currency;
    and what is wrong."""
    options, faults = mapping.options, []
    if source := options.get("term_from"):
        lines, wrong = _ended_by_term(lines, cells[str(source)].cast(pl.String), str(source))
        faults.append(wrong)
    lines, of_life = lived(lines, mapping)
    settled.count_since_unknown(since_unknown(lines, mapping))
    parts = [name for name in PARTS if name in options]
    lines, of_parts = _with_parts(lines, cells, {name: str(options[name]) for name in parts}, options, settled)
    if options.get("amount_unit") == "cents":
        lines = _in_units(lines, (*IN_CENTS, *parts))
    if options.get("amount_per") == "seat" and {"amount", "seats"} <= {*lines.columns}:
        lines = lines.with_columns(amount=(pl.col("amount") * pl.col("seats").fill_null(1)).cast(MONEY))
    lines = discounted(lines, str(options.get("discounts", "")))
    lines, of_totals = _added_up(lines, cells, parts, str(options.get("total_from")))
    return lines, [*faults, *of_life, *of_parts, *of_totals]


def _with_parts(
    lines: pl.DataFrame, cells: pl.DataFrame, parts: dict[str, str], options: Options, settled: Settled
) -> tuple[pl.DataFrame, list[tuple]]:
    """The lines with the columns of their parts and totals as money."""
    faults = []
    for name, source in parts.items():
        raw = cells[source].str.strip_chars(BLANKS).replace("", None) if cells[source].dtype == pl.String else cells[source]
        values = numbers.typed(raw, AMOUNT, str(options.get("decimal", "")), settled, own_numbers(cells, source), header=source)
        lines = lines.with_columns(values.cast(MONEY).alias(name))
        faults.append((source, raw, raw.is_not_null() & values.is_null(), REASONS["money"]))
    return lines, faults


def _added_up(lines: pl.DataFrame, cells: pl.DataFrame, parts: list[str], total: str) -> tuple[pl.DataFrame, list[tuple]]:
    """The lines with add-ons and reductions in their amounts; at fault where the file's own total is another."""
    if not parts or "amount" not in lines.columns:
        return lines.drop(parts), []
    more, less = (pl.col(name).fill_null(0) if name in parts else pl.lit(0, dtype=MONEY) for name in ("add_from", "less_from"))
    summed = lines.with_columns(amount=(pl.col("amount") + more - less).cast(MONEY))
    faults = []
    if "total_from" in parts:
        net = summed.select((_net(summed.columns) - pl.col("total_from").cast(pl.Float64)).abs() >= A_CENT).to_series()
        shown = summed.select(pl.format("{}, not {}", pl.col("total_from").round(2), _net(summed.columns).round(2))).to_series()
        faults.append((total, shown, net.fill_null(False), OTHER_TOTAL))
    return summed.drop(parts), faults


def _net(names: list[str]) -> pl.Expr:
    """What is paid when the discount is taken off."""
    off = pl.col("discount").fill_null(0.0) if "discount" in names else pl.lit(0.0)
    money_off = pl.col("discount_amount").fill_null(0).cast(pl.Float64) if "discount_amount" in names else pl.lit(0.0)
    return pl.col("amount").cast(pl.Float64) * (1 - off) - money_off


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


def _in_units(lines: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """Amounts that count the smallest part of their currency, in units of it."""
    code = pl.col("currency") if "currency" in lines.columns else pl.lit(None, dtype=pl.String)
    shares = {smallest: pl.lit(Decimal(1) / smallest, dtype=pl.Decimal(18, 6)) for smallest in (1, 100, 1000)}
    parts = code.replace_strict(SMALLEST, default=100, return_dtype=pl.Int64)
    share = pl.when(parts == 1).then(shares[1]).when(parts == 1000).then(shares[1000]).otherwise(shares[100])
    return lines.with_columns((pl.col(name) * share).cast(MONEY) for name in names if name in lines.columns)
