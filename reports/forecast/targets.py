"""Targets as they can be told: in the currency that figures are told in, and not where they cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.work.targets import MONEY, can_be
from language import tr, tr_n
from language.formats import money_in_full
from metrics.currency import as_of_day
from reports.books import Books

CONVERTED, NO_RATE, OUT_OF_BOUNDS = ("converted", "no_rate", "out_of_bounds")


@dataclass(frozen=True)
class Told:
    """A target. target: its row, amount in the currency that figures are told in; None where it cannot be told. otherwise: how it is told
    otherwise than it was set (CONVERTED, NO_RATE, OUT_OF_BOUNDS); None where it is not. as_set: how it was set, in words."""

    target: dict[str, Any]
    otherwise: str | None = None
    as_set: str | None = None


def told_targets(books: Books, targets: pl.DataFrame) -> list[Told]:
    """The targets as they can be told on the day that the books look at; money of another currency at the rate of that day."""
    if books.day is None or targets.is_empty():
        return []
    rates = dict(as_of_day(books.rates, books.day).select("currency", "rate").collect().rows())
    return [_told(books, rates, target) for target in targets.to_dicts()]


def _told(books: Books, rates: Mapping[str, float], target: dict[str, Any]) -> Told:
    if not can_be(target["quarter"], target["measure"], target["amount"]):
        said = tr("set to {amount:g} for {quarter}, which no target can be: change it, or remove it", **_said(target))
        return Told(target | {"amount": None}, OUT_OF_BOUNDS, said)
    currency = target["currency"] or books.currency
    if target["measure"] not in MONEY or currency == books.currency:
        return Told(target)
    amount = money_in_full(target["amount"], currency)
    if currency not in rates or not can_be(target["quarter"], target["measure"], target["amount"] * rates[currency]):
        said = tr("set as {amount}, of which nothing is known in {currency}: set it anew", amount=amount, currency=books.currency)
        return Told(target | {"amount": None}, NO_RATE, said)
    said = tr("set as {amount}, told at the rate of {day}", amount=amount, day=books.day)
    return Told(target | {"amount": target["amount"] * rates[currency]}, CONVERTED, said)


def _said(target: Mapping[str, Any]) -> dict[str, Any]:
    return {name: target[name] for name in ("amount", "quarter")}


def notes_of(books: Books, told: list[Told]) -> tuple[str, ...]:
    """How many targets are told otherwise than they were set, or cannot be told."""
    count = {way: sum(one.otherwise == way for one in told) for way in (CONVERTED, NO_RATE, OUT_OF_BOUNDS)}
    words = {
        CONVERTED: tr_n(
            "{n:,} target was set in another currency than {currency}: it is told at the rate of {day}.",
            "{n:,} targets were set in other currencies than {currency}: they are told at the rate of {day}.",
            count[CONVERTED], currency=books.currency, day=books.day,
        ),
        NO_RATE: tr_n(
            "{n:,} target was set in another currency than {currency}, of which there is no rate: what is missing is not known.",
            "{n:,} targets were set in other currencies than {currency}, of which there is no rate: what is missing is not known.",
            count[NO_RATE], currency=books.currency,
        ),
        OUT_OF_BOUNDS: tr_n(
            "{n:,} target is out of all bounds and is left out: change it, or remove it.",
            "{n:,} targets are out of all bounds and are left out: change them, or remove them.",
            count[OUT_OF_BOUNDS],
        ),
    }  # fmt: skip
    return tuple(said for way, said in words.items() if count[way])
