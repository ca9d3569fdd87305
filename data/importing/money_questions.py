"""Whether amounts are cents, and whether they are for one seat: asked where neither the header nor the values settle it."""

from collections.abc import Sequence

import polars as pl

from data.importing.believing import filled
from data.importing.findings import Question
from data.importing.headers import header_words
from data.importing.lines_a_month import Rows, a_month, numbered, of_line, paying, rows_of_sample
from data.importing.mapping import Mapping
from data.importing.money_columns import SAYS_ALL, money_said, whole
from data.importing.reader.line_meaning import SMALLEST
from data.importing.reader.periods import period
from data.importing.seats_told import LINE, SEAT, seats_told

# Whole amounts are taken for units below these, since as cents they would be less than anybody sells for: 10.00 a month, 100.00 a year.
LARGE_A_MONTH, LARGE_A_YEAR = 1_000, 10_000
LONG = ("year", "term")
PRICE_POINTS = 0.5  # of the amounts; prices end in 9 (49, 129, 999) more often than agreed sums do
OF_A_PLAN = "plan amount"  # where no column counts seats, what a plan costs is what the line costs
OURS = {"starts_on": "starts on", "amount": "amount"}
# Billing systems whose export has an amount beside a quantity, and whose documentation does not say which of the two it is.
NOT_SAID = {"stripe"}


def money_questions(mapping: Mapping, sample: pl.DataFrame, rows: Rows | None = None) -> list[Question]:
    """What the amounts of contract lines leave open and would make every figure wrong; empty where nothing is. `sample`: the first rows;
    rows: gives all, without it the sample stands for them.

    A file with the columns of Holdfast's own layout is as that layout says: in units, for the whole line.
    """
    source = mapping.columns.get("amount", "")
    ours = all(header_words(mapping.columns.get(name, "")) == said for name, said in OURS.items())
    if mapping.table != "contracts" or source not in sample.columns or ours:
        return []
    found = (_cents(mapping, source, sample), _seats(mapping, source, sample, rows or rows_of_sample(sample)))
    return [question for question in found if question]


def _cents(mapping: Mapping, source: str, sample: pl.DataFrame) -> Question | None:
    if "amount_unit" in mapping.options or not may_be_cents(mapping, source, sample):
        return None
    example = next(cell for cell in filled(sample[source]) if _number(cell))
    text = (
        f"All amounts are whole and large. Is {example} in {source} in units of the currency, or in cents ({_number(example) / 100:,.2f})?"
    )
    return Question("amount_unit", source, text, ("units", "cents"))


def may_be_cents(mapping: Mapping, source: str, sample: pl.DataFrame) -> bool:
    """Whether amounts may as well be cents as units: all are whole, bare and large for what they pay for, and no header says which.

    An annual figure by name (ACV, ARR, annual value) is kept by people, in units; a monthly one (MRR) is asked about only where it looks
    like a price list (most end in 9 before their zeros), and so is a yearly price.
    """
    cells = filled(sample[source])
    numbers = [number for cell in cells if (number := _number(cell))]
    told = _periods(mapping, sample)
    if (
        not numbers
        or not told
        or not whole(cells)
        or not all(cell.removesuffix(".0").isdigit() for cell in cells)
        or _no_cents(mapping, sample)
    ):
        return False
    yearly = all(one.endswith(LONG) for one in told)
    named = (money := money_said(source)) is not None and money.trust == SAYS_ALL
    if min(numbers) < (LARGE_A_YEAR if yearly else LARGE_A_MONTH) or (yearly and named):
        return False
    return not (yearly or named) or sum(str(number).rstrip("0").endswith("9") for number in numbers) >= PRICE_POINTS * len(numbers)


def _number(cell: str) -> int:
    bare = cell.removesuffix(".0")
    return int(bare) if bare.isascii() and bare.isdigit() else 0


def _periods(mapping: Mapping, sample: pl.DataFrame) -> list[str]:
    """What the first rows say that amounts pay for; empty where that is not known."""
    constant = mapping.constants.get("period")
    if constant:
        return [constant]
    names = mapping.joined.get("period") or ((mapping.columns["period"],) if "period" in mapping.columns else ())
    said = [" ".join(str(cell) for cell in row if cell) for row in sample.select(names).rows()] if names else []
    return [found for text in said if (found := period(text))]


def _no_cents(mapping: Mapping, sample: pl.DataFrame) -> bool:
    """Whether all amounts are in currencies without cents."""
    source = mapping.columns.get("currency")
    codes: Sequence[str] = filled(sample[source]) if source in sample.columns else [mapping.constants.get("currency", "")]
    return bool(codes) and all(SMALLEST.get(code.upper()) == 1 for code in codes)


def _seats(mapping: Mapping, source: str, sample: pl.DataFrame, rows: Rows) -> Question | None:
    money, seats = money_said(source), mapping.columns.get("seats", "")
    if money and money.per_seat and not seats and header_words(source) != OF_A_PLAN and mapping.options.get("amount_per") != "line":
        text = f"{source} is for one seat, and no column says how many. Map the column of seats, or say that it is for the whole line."
        return Question("amount_per", source, text, ("line",))
    unsaid = money is not None and (money.is_price or mapping.constants.get("billing_system") in NOT_SAID)
    if "amount_per" in mapping.options or not unsaid or seats not in sample.columns:
        return None
    return _line_or_seat(mapping, source, seats, rows([source, seats, *of_line(mapping)]))


def _line_or_seat(mapping: Mapping, source: str, seats: str, rows: pl.DataFrame) -> Question | None:
    """Whether amounts are for whole lines, where some quantity is above one and the rows do not settle it; with what either leads to."""
    counts = _quantities(rows, seats)
    if not (counts > 1).any():
        return None
    within = [name for name in of_line(mapping) if name != mapping.columns.get("status")]
    beside = {f"within {at}": rows[name] for at, name in enumerate(within)}
    told, sure, words = seats_told(pl.DataFrame({"amount": numbered(rows[source]), "seats": counts, **beside}), [*beside])
    if told == LINE and sure:
        return None
    most = rows.row(counts.arg_max() or 0, named=True)
    text = f"Is {source} ({most[source]}) the price of the whole line, or of each of the {most[seats]} in {seats}?"
    text += _leads_to(mapping, paying(rows, mapping), source, seats)
    return Question("amount_per", source, text, (LINE, SEAT), words, told)


def _quantities(rows: pl.DataFrame, seats: str) -> pl.Series:
    return numbered(rows[seats]).fill_null(1)


def _leads_to(mapping: Mapping, pay: pl.DataFrame, source: str, seats: str) -> str:
    """What the lines that pay come to under either reading; empty where that cannot be told."""
    amounts = numbered(pay[source])
    line, seat = a_month(pay, amounts, mapping), a_month(pay, amounts * _quantities(pay, seats), mapping)
    return f" In all, the lines that pay come to {line} a month if it is of the whole line, to {seat} if of each." if line else ""
