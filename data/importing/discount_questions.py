"""Whether amounts are before or after the discounts beside them: settled by the header or another column of the file, else asked."""

import re
from dataclasses import dataclass, replace

import polars as pl

from data.importing.amount_parts import AMOUNT, SHARES
from data.importing.believing import believable, filled
from data.importing.discounts_told import MONEY, PAID, SHARE, TAKEN_OFF, Lines, by_another_column, by_product
from data.importing.findings import Question
from data.importing.headers import currency_in, header_words, meanings
from data.importing.lines_a_month import Rows, a_month, numbered, of_line, paying, rows_of_sample
from data.importing.mapping import Mapping
from data.importing.money_columns import money_said
from data.importing.reader.cells import TIMES

OPTION = "discounts"
BEFORE = {"list", "gross", "base", "before", "original", "undiscounted", "full", "listenpreis", "grundpreis", "basispreis"}
OURS = ("amount", "discount", "discount amount", "starts on")
MOST = 100  # a discount above it is no per cent
SHOWN = 12  # other columns that are held against amount and discount
SIGN = re.compile(r"[€$£¥]|[A-Z]{3}")
ANSWERS = {
    TAKEN_OFF: "If it is after, the lines that pay come to {money} a month in all.",
    SHARE: "If it is before and {off} is a share, the lines that pay come to {money} a month in all.",
    MONEY: "If it is before and {off} is money, the lines that pay come to {money} a month in all.",
    PAID: "If it is before and {off} is the share that is paid, the lines that pay come to {money} a month in all.",
}


@dataclass(frozen=True)
class Beside:
    """An amount and the discount beside it: their columns, the ways in which the discount may come off, and which of them the mapping
    takes unless an answer says otherwise."""

    amount: str
    off: str
    units: tuple[str, ...]
    taken: str


def discount_question(mapping: Mapping, sample: pl.DataFrame, rows: Rows | None = None) -> Question | None:
    """What is asked of the discounts of a file; None where there are none, or it is settled. `sample`: the first rows; rows: gives all."""
    beside = _beside(mapping, sample)
    if beside is None:
        return None
    known = (rows or rows_of_sample(sample))(_columns(mapping, sample, beside))
    lines = _lines(mapping, known, beside)
    if lines.reduced.rows.is_empty() or _told(mapping, known, beside, lines):
        return None
    hint, suggested = _hint(lines, beside)
    choices = beside.units if _says_before(beside.amount) else (TAKEN_OFF, *beside.units)
    most = known.row(lines.rows["off"].arg_max() or 0, named=True)
    text = f"{beside.amount} has {most[beside.amount]}, and {beside.off} {most[beside.off]}. Is the amount before or after that discount?"
    return Question(OPTION, beside.amount, text + _leads_to(mapping, known, beside, choices), choices, hint, suggested)


def with_discounts_told(mapping: Mapping, sample: pl.DataFrame, rows: Rows) -> Mapping:
    """The mapping with what another column of the file says of its discounts, where that is not what the mapping takes already."""
    beside = _beside(mapping, sample)
    if beside is None:
        return mapping
    known = rows(_columns(mapping, sample, beside))
    told = _told(mapping, known, beside, _lines(mapping, known, beside))
    return replace(mapping, options={**mapping.options, OPTION: told}) if told not in ("", beside.taken) else mapping


def _beside(mapping: Mapping, sample: pl.DataFrame) -> Beside | None:
    """Amount and discount of a file, where it is open what the one is to the other."""
    amount = mapping.columns.get("amount", "")
    off = str(mapping.options.get("less_from") or mapping.columns.get("discount") or mapping.columns.get("discount_amount") or "")
    ours = header_words(amount) in OURS and header_words(off) in OURS and header_words(mapping.columns.get("starts_on", "")) in OURS
    if mapping.table != "contracts" or OPTION in mapping.options or ours or not {amount, off} <= {*sample.columns}:
        return None
    units = _units(mapping, off, sample[off])
    if _says_before(amount) and len(units) == 1:
        return None
    return Beside(amount, off, units, SHARE if off == mapping.columns.get("discount") else MONEY)


def _says_before(amount: str) -> bool:
    """Whether a header says that nothing is taken off yet: a list price, or what one unit costs."""
    money = money_said(amount)
    return bool(BEFORE & {*header_words(amount).split()}) or (money is not None and money.per_seat)


def _units(mapping: Mapping, off: str, cells: pl.Series) -> tuple[str, ...]:
    """As what a discount may come off: a share of the amount, money, or either; 折扣 may also be the share that is paid, but where its
    cells say 8折."""
    perhaps_paid = "折" in off and not any("折" in cell for cell in filled(cells))
    return (*_off(mapping, off, cells), *([PAID] if perhaps_paid else []))


def _off(mapping: Mapping, off: str, cells: pl.Series) -> tuple[str, ...]:
    told, values = filled(cells), numbered(cells).drop_nulls()
    if off == mapping.columns.get("discount") or _is_percent(off, told):
        return (SHARE,)
    signs = any(SIGN.search(cell) for cell in told) or currency_in(off) or meanings(off) & {"amount", "price", "mrr", "arr"}
    if off == mapping.columns.get("discount_amount") or signs or (values > MOST).any() or (values != values.floor()).any():
        return (MONEY,)
    return (SHARE, MONEY)


def _is_percent(off: str, told: list[str]) -> bool:
    return any(word in off.lower() for word in SHARES) or any("%" in cell for cell in told)


def _columns(mapping: Mapping, sample: pl.DataFrame, beside: Beside) -> list[str]:
    names = [beside.amount, beside.off, mapping.columns.get("seats"), mapping.options.get("add_from"), *of_line(mapping)]
    return [str(name) for name in (*names, *_others(mapping, sample, beside)) if name]


def _others(mapping: Mapping, sample: pl.DataFrame, beside: Beside) -> list[str]:
    """The other columns that hold numbers which can be money."""
    taken = {*mapping.sources, beside.off, str(mapping.options.get("add_from", "")), TIMES}
    spare = [name for name in sample.columns if name not in taken]
    return [name for name in spare if filled(sample[name]) and believable(AMOUNT, sample[name]) and numbered(sample[name]).count()][:SHOWN]


def _lines(mapping: Mapping, known: pl.DataFrame, beside: Beside) -> Lines:
    seats, more = mapping.columns.get("seats", ""), str(mapping.options.get("add_from", ""))
    status = mapping.columns.get("status")
    within = {f"within {at}": known[name] for at, name in enumerate(of_line(mapping)) if name != status and name in known.columns}
    off = numbered(known[beside.off])
    rows = pl.DataFrame({"amount": numbered(known[beside.amount]), "off": off, "times": known[TIMES], **within}).with_columns(
        (numbered(known[seats]).fill_null(1) if seats in known.columns else pl.lit(1.0)).alias("seats"),
        (numbered(known[more]).fill_null(0) if more in known.columns else pl.lit(0.0)).alias("more"),
    )
    percent = any("%" in cell for cell in filled(known[beside.off])) or bool((off > 1).any())
    return Lines(rows, (*within,), percent)


def _told(mapping: Mapping, known: pl.DataFrame, beside: Beside, lines: Lines) -> str:
    others = {name: numbered(known[name]) for name in _others(mapping, known, beside)}
    named = {name for name in others if money_said(name) or meanings(name) & {"total", "price", "amount"}}
    told = by_another_column(lines, others, beside.units, named)
    return "" if told == TAKEN_OFF and _says_before(beside.amount) else told


def _hint(lines: Lines, beside: Beside) -> tuple[str, str]:
    full, less = by_product(lines, beside.units)
    if (not full and not less) or PAID in beside.units:
        return "", ""
    words = f"Of the lines with a discount, {less:,} cost just that much less than the same product without one, and {full:,} no less."
    suggested = TAKEN_OFF if less else beside.units[0] if len(beside.units) == 1 else ""
    return words, "" if suggested == TAKEN_OFF and _says_before(beside.amount) else suggested


def _leads_to(mapping: Mapping, known: pl.DataFrame, beside: Beside, choices: tuple[str, ...]) -> str:
    """What the lines that pay come to a month under each answer; empty where that cannot be told."""
    pay = paying(known, mapping)
    lines = _lines(mapping, pay, beside)
    seats = pl.col("seats") if mapping.options.get("amount_per") == "seat" else pl.lit(1)
    gross = pl.col("amount") * seats
    told = {}
    for choice in choices:
        net = gross if choice == TAKEN_OFF else lines.less(choice, gross)
        told[choice] = a_month(pay, lines.rows.select(net.alias("net")).to_series(), mapping)
    if not all(told.values()):
        return ""
    return "".join(f" {ANSWERS[choice].format(off=beside.off, money=money)}" for choice, money in told.items())
