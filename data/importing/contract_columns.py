"""A file as contract lines: what is paid, how long it pays for, since when and until when, in whatever columns say so."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from data.importing.amount_parts import parts_of_amount
from data.importing.believing import WORDS, believable, filled
from data.importing.fitting import Believes, fit
from data.importing.headers import header_words, meanings
from data.importing.layouts import figure_of_months, month_column, month_columns
from data.importing.mapping import Condition, Mapping
from data.importing.money_columns import AN_AMOUNT, API_NAMES, SAYS_ALL, Money, amount_column, money_said, whole
from data.importing.options import OptionValue, offered
from data.importing.reader.periods import once, period
from data.schema import TABLES

CONTRACTS = TABLES["contracts"]
ENDS, TRUE = CONTRACTS.column("ends_on"), {"true", "yes", "1", "y", "t", "wahr", "是"}
PERIOD_WORDS = {"period", "billing", "payment"}
AROUND_PERIODS = {*PERIOD_WORDS, "contract", "product", "unit", "count", "type", "customer"}
AFTER_DISCOUNT = {"net", "total", "discounted"}
OUR_NOTICE = "cancelled on"  # in the layout of the product the day of notice, never an end
NOT_OF_LINES = ("starts_on", "amount", "period", "ends_on")


def contract_mapping(header: list[str], sample: pl.DataFrame, believes: Believes) -> tuple[Mapping, Money | None]:
    """The file as contract lines, as far as its columns go, and its column of amounts."""
    columns = fit(CONTRACTS, header, believes)
    months = month_columns(header)
    if months and not {"starts_on", "amount"} & {*columns}:
        figure = money_said(figure_of_months(list(months)) or "") or Money("", AN_AMOUNT, "1 month")
        return _by_columns_of_months(columns, figure), figure
    money = _money(columns, header, sample, believes)
    if money is None:
        return Mapping("contracts", columns=columns), None
    columns["amount"] = money.source
    month = None if {"starts_on", "ends_on"} & {*columns} else month_column(_spare(header, columns), sample)
    if month and money.period != "term":
        return _log(columns | {"starts_on": month}, money), money
    return _lines(columns, money, header, sample), money


def _money(columns: dict[str, str], header: list[str], sample: pl.DataFrame, believes: Believes) -> Money | None:
    own = money_said(columns["amount"]) if "amount" in columns else None
    if own and "period" in columns:
        return replace(own, trust=SAYS_ALL)

    def cells(name: str) -> list[str | None]:
        return sample[name].to_list() if name in sample.columns else []

    names = [name for name in header if name not in columns.values() or name == columns.get("amount")]
    return amount_column(names, cells, lambda name: believes(CONTRACTS.column("amount"), name))


def _by_columns_of_months(columns: dict[str, str], money: Money) -> Mapping:
    kept = {name: source for name, source in columns.items() if name not in NOT_OF_LINES}
    constants = {"period": money.period or "1 month"} | _currency(columns, money)
    return Mapping("contracts", columns=kept, constants=constants, options=_records() | {"layout": "months"})


def _log(columns: dict[str, str], money: Money) -> Mapping:
    kept = {name: source for name, source in columns.items() if name != "period"}
    constants = {"period": money.period or "1 month"} | _currency(columns, money)
    return Mapping("contracts", columns=kept, constants=constants, options=_records() | {"layout": "log"} | _cents(money))


def _records() -> dict[str, OptionValue]:
    """The rows of a log have months of their own."""
    return {"rows": "records"} if any(option.name == "rows" for option in offered()) else {}


def _lines(columns: dict[str, str], money: Money, header: list[str], sample: pl.DataFrame) -> Mapping:
    constants, options = _currency(columns, money), _cents(money)
    joined: dict[str, tuple[str, ...]] = {}
    if AFTER_DISCOUNT & {*header_words(money.source).split()}:
        if "discount_ends_on" in columns and "discount" in columns:
            options |= {"discounts": "taken_off"}  # until it ends
        else:
            columns.pop("discount", None)  # it is taken off already
    else:
        options |= parts_of_amount(columns, money.source, header, sample)
    if header_words(money.source) in API_NAMES and money.source in sample.columns and not whole(sample[money.source]):
        options.pop("amount_unit", None)  # an API's name over amounts with decimals
    own_period = header_words(money.source) == "amount" and "period" in columns
    counted = period_columns([columns["period"], *_spare(header, columns)], sample) if own_period else ()
    if len(counted) == 2:
        columns.pop("period")  # how many of them is in another column
        joined = {"period": counted}
    if money.period and not own_period:
        columns.pop("period", None)
        constants |= {"period": money.period}
    elif not own_period:
        columns.pop("period", None)
        found = period_columns(_spare(header, columns), sample)
        columns |= {"period": found[0]} if len(found) == 1 else {}
        joined = {"period": found} if len(found) == 2 else {}
    if money.per_seat and "seats" in columns:
        options |= {"amount_per": "seat"}
    otherwise = _at_the_end_of_a_period(columns, header, sample)
    if "ends_on" not in columns and not otherwise and "cancelled_on" in columns and header_words(columns["cancelled_on"]) != OUR_NOTICE:
        columns["ends_on"] = columns.pop("cancelled_on")  # of a line that says no other end, it is one
    if "ends_on" not in columns and (term := _term(_spare(header, columns), sample)):
        options |= {"term_from": term}
    return Mapping("contracts", columns=columns, constants=constants, joined=joined, options=options, otherwise=otherwise)


def _at_the_end_of_a_period(columns: dict[str, str], header: list[str], sample: pl.DataFrame) -> dict[str, tuple[str | Condition, ...]]:
    """Where a flag says that a line is cancelled at the end of its period: its end is that of the period, else when it was cancelled."""
    spare = [name for name in _spare(header, columns) if name in sample.columns]
    flags = {name: {cell for cell in filled(sample[name]) if cell.lower() in TRUE} for name in spare if _is_flag(name, sample)}
    ends = [
        name
        for name in spare
        if meanings(name) in ({"running"}, {"period", "end"}) and believable(ENDS, sample[name]) and name not in flags
    ]
    ends = [name for name in ends if "end" in header_words(name).split()]
    flag = next((name for name, words in flags.items() if words), None)
    if flag is None or not ends:
        return {}
    cancelled = (columns["cancelled_on"],) if "cancelled_on" in columns and "ends_on" not in columns else ()
    return {"ends_on": (*(Condition(ends[0], flag, word) for word in sorted(flags[flag])), *cancelled)}


def _is_flag(name: str, sample: pl.DataFrame) -> bool:
    told = [cell.lower() for cell in filled(sample[name])]
    return "cancel" in name.lower() and {"end", "period"} <= meanings(name) and all(cell in WORDS for cell in told)


def _currency(columns: dict[str, str], money: Money) -> dict[str, str]:
    return {"currency": money.currency} if money.currency and "currency" not in columns else {}


def _cents(money: Money) -> dict[str, OptionValue]:
    return {"amount_unit": "cents"} if money.cents else {}


def _spare(header: list[str], columns: dict[str, str]) -> list[str]:
    return [name for name in header if name not in columns.values()]


def period_columns(names: Iterable[str], sample: pl.DataFrame) -> tuple[str, ...]:
    """The column of words for how long an amount pays for; where the file counts them in another, first that one.

    Names are of what is free. A column of bare numbers counts alone where its header says that they are months.
    """
    told = [name for name in names if _about_periods(name) and name in sample.columns and filled(sample[name])]
    counts = [name for name in told if all(_is_count(cell) for cell in filled(sample[name]))]
    worded = [name for name in told if name not in counts and _mostly_periods(filled(sample[name]))]
    if worded:
        return (*counts[:1], worded[0])
    return next(((name,) for name in counts if "month" in meanings(name)), ())


def _about_periods(name: str) -> bool:
    said = meanings(name)
    return bool(said & PERIOD_WORDS) and (said <= AROUND_PERIODS | {"month"} or said == {"period", "term"})  # interval length


def _is_count(cell: str) -> bool:
    return cell.removesuffix(".0").isdigit()


def _mostly_periods(cells: list[str]) -> bool:
    return 2 * sum(period(cell) is not None or once(cell) for cell in cells) >= len(cells) and not all(once(cell) for cell in cells)


def _term(names: Iterable[str], sample: pl.DataFrame) -> str | None:
    """The column that says how long a line runs, in months or years or words for them."""
    terms = [name for name in names if "term" in meanings(name) and meanings(name) <= {"term", "month", "year", "contract", "product"}]
    return next((name for name in terms if name in sample.columns and _all_terms(filled(sample[name]))), None)


def _all_terms(cells: list[str]) -> bool:
    return bool(cells) and all(_is_count(cell) or (period(cell) or "term") != "term" for cell in cells)
