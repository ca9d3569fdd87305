"""Add-ons, reductions and totals that a list of contract lines keeps in columns of their own, beside the amount."""

from collections.abc import Iterable

import polars as pl

from data.importing.believing import believable, filled
from data.importing.headers import header_words, meanings
from data.importing.options import OptionValue
from data.schema import TABLES

AMOUNT = TABLES["contracts"].column("amount")
ADD_ON, OF_AN_ADD_ON = "addon", {"addon", "amount", "total", "price", "mrr", "arr", "month", "year"}
TIMES = {"mrr": "month", "month": "month", "arr": "year", "year": "year"}
SUBTOTALS, OF_A_TOTAL = {"subtotal", "sub total"}, {"total", "amount", "price", "mrr", "arr", "month", "year", "line"}
SHARES = ("%", "percent", "pct", "share", "rate")  # a header that says so speaks of shares, whatever the numbers


def parts_of_amount(columns: dict[str, str], amount: str, header: Iterable[str], sample: pl.DataFrame) -> dict[str, OptionValue]:
    """The options for what stands beside the amount: `add_from`, `less_from`, `total_from`. A discount that is money leaves `columns`."""
    spare = [name for name in header if name not in columns.values() and name != amount and name in sample.columns]
    found: dict[str, OptionValue] = {}
    more = next((name for name in spare if _of_add_ons(name, amount) and _is_money(sample[name])), None)
    found |= {"add_from": more} if more else {}
    off = columns.get("discount")
    if off and off in sample.columns and not any(word in off.lower() for word in SHARES) and _is_more_than_all(sample[off]):
        found |= {"less_from": columns.pop("discount")}
    total = next((name for name in spare if _of_totals(name, amount) and _is_money(sample[name])), None)
    return found | ({"total_from": total} if total and found else {})


def _of_add_ons(name: str, amount: str) -> bool:
    """Whether a header speaks of what add-ons cost, for as long as the amount does."""
    said = meanings(name)
    return ADD_ON in said and said <= OF_AN_ADD_ON and _as_long(name, amount)


def _of_totals(name: str, amount: str) -> bool:
    """Whether a header speaks of what a line pays in all, for as long as the amount does."""
    said = meanings(name)
    return header_words(name) in SUBTOTALS or ("total" in said and said <= OF_A_TOTAL and _as_long(name, amount))


def _as_long(name: str, amount: str) -> bool:
    times = [{TIMES[word] for word in meanings(one) & {*TIMES}} for one in (name, amount)]
    return not times[0] or times[0] == times[1]


def _is_money(cells: pl.Series) -> bool:
    return bool(filled(cells)) and believable(AMOUNT, cells)


def _is_more_than_all(cells: pl.Series) -> bool:
    """Whether numbers are no shares: one of them is more than the whole, and none has a per cent sign."""
    told = filled(cells)
    numbers = pl.Series(told, dtype=pl.String).str.replace_all(r"[^\d.,-]", "").str.replace(",", ".").cast(pl.Float64, strict=False)
    return not any("%" in cell for cell in told) and bool((numbers > 1).any())
