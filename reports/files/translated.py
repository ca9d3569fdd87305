"""A report's money told in another currency, all of it at the one rate of a day: ratios stay, and what adds up still does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from language import tr
from metrics.currency import at_rate
from reports.report import Report

AT = "rate of the day"


@dataclass(frozen=True)
class Rate:
    """What one unit of the reports' currency is worth in another, on a day."""

    currency: str
    own: str
    rate: float
    day: str

    def __str__(self) -> str:
        return tr(
            "money told in {currency} at the rate of {day}: 1 {own} = {rate:.4g} {currency}",
            currency=self.currency, day=self.day, own=self.own, rate=self.rate,
        )  # fmt: skip


def rates(store: Store, viewer: Viewer, arr: Report) -> dict[str, Rate]:
    """The currencies in which the money of an `arr` report can be told, by their last rate on or before its day."""
    day = arr.parameters["to"] or arr.parameters["as_of"]
    with View(store, viewer) as view:
        known = view.table("fx_rates").filter(pl.col("day") <= day, pl.col("rate") > 0, pl.col("currency") != arr.currency).sort("day")
    last = known.unique("currency", keep="last").sort("currency").select("currency", "rate", "day")
    return {currency: Rate(currency, arr.currency, 1 / rate, str(on)) for currency, rate, on in last.rows()}


def translated(report: Report, rate: Rate) -> Report:
    """The same report, its money at that rate, each amount rounded once; one whose money is in several currencies stays as it is."""
    if not report.currency:
        return report
    money = [name for name, unit in report.units.items() if unit == "money"]
    rows = _at(report.rows, [name for name in money if name in report.rows.columns], rate)
    return replace(report, rows=rows, totals=_totals(report.totals, money, rate), currency=rate.currency)


def _totals(totals: Mapping[str, Any], money: list[str], rate: Rate) -> dict[str, Any]:
    known = {name: [totals[name]] for name in money if totals.get(name) is not None}
    return dict(totals) | (_at(pl.DataFrame(known), [*known], rate).row(0, named=True) if known else {})


def _at(frame: pl.DataFrame, names: list[str], rate: Rate) -> pl.DataFrame:
    rated = frame.with_columns(pl.lit(rate.rate).alias(AT))
    return rated.with_columns(at_rate(name, AT).alias(name) for name in names).drop(AT)
