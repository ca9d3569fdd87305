"""What renewals keep of what ended: the worth of the lines that go on with it, and never more than is there."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from metrics.currency import converted, summed
from metrics.reductions import CONTRACT, VALUES, beyond_contracts, held_above_nothing, worth_of_contracts

ONCE = ["account_id", "ends_on"]  # a renewal
KEPT = {"account_id": pl.String, "ends_on": pl.Date, "kept": pl.Int64}
Row = dict[str, Any]
Taken = dict[str, tuple[tuple[str | None, str], date | None, int]]  # of each line: contract and currency, its end, cents


def first_starts(nexts: pl.LazyFrame) -> pl.LazyFrame:
    """The first day on which something goes on with what ended: ONCE, first_start. nexts: pairs of successions."""
    return nexts.group_by(ONCE).agg(first_start=pl.col("next_starts_on").min())


def kept(
    renewed: pl.LazyFrame, nexts: pl.LazyFrame, lines: pl.LazyFrame, *, as_of: date, rates: pl.LazyFrame | None, currency: str
) -> pl.LazyFrame:
    """What each renewal has kept: the ARR, on its day, of all that goes on with what ended by then, at most what was due.

    renewed: ONCE, due, renewed_on, of those that were renewed. nexts: pairs of successions. Reductions of their contract and product are
    taken off, and no contract keeps more than it is worth on the day. A line that goes on with several ends is kept once: with the
    earliest, and with later ones by what is left of it. Cents of `currency` at the rates of `as_of`. Returns ONCE, kept.
    """
    rows = _going_on(renewed, nexts, lines).with_columns(rated_on=pl.lit(as_of)).collect().lazy()
    money: dict[str, Any] = {"on": "rated_on", "rates": rates, "currency": currency}
    worth = summed(rows, ONCE, values=("arr",), **money).join(renewed.select(*ONCE, "due"), on=ONCE)
    alone, shared = worth.select(*ONCE, kept=pl.min_horizontal("arr", "due")), _shared(rows)
    told = rows.join(shared, on="account_id", how="semi").with_columns(paid_in="currency")
    wholes = told.join(worth_of_contracts(told, lines), on=[*CONTRACT, "on"], how="left", nulls_equal=True)
    dealt = _dealt(converted(wholes, values=("arr", "whole_arr"), **money).collect(), alone.collect())
    return pl.concat([alone.join(shared, on="account_id", how="anti"), dealt.lazy()])


def _going_on(renewed: pl.LazyFrame, nexts: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """The lines that go on with each renewal and run on its day, and what is taken off them: ONCE, CONTRACT, on (the day), next_key (null
    of what is taken off), next_end (null = open), mrr, arr, reduces."""
    dated = renewed.select(*ONCE, on="renewed_on")
    going_on = (
        nexts.select(*ONCE, "next_key", "next_starts_on").unique().join(dated, on=ONCE).filter(pl.col("next_starts_on") <= pl.col("on"))
    )
    parts = lines.filter(pl.col("kind") == "recurring", ~pl.col("is_trial")).select(
        *CONTRACT, "product", *VALUES, "reduces", "starts_on", next_key="line_key", next_end="line_ends_on", part_end="ends_on"
    )  # fmt: skip
    live = (pl.col("starts_on") <= pl.col("on")) & (pl.col("part_end").is_null() | (pl.col("part_end") > pl.col("on")))
    own = going_on.join(parts.filter(~pl.col("reduces")), on=["account_id", "next_key"]).filter(live)
    less = parts.filter("reduces").drop("next_key")
    beside = own.select(*ONCE, "on", "contract_id", "product").unique().join(
        less, on=["account_id", "contract_id", "product"], nulls_equal=True
    ).filter(live)  # fmt: skip
    held = held_above_nothing(pl.concat([own, beside], how="diagonal").collect().lazy(), [*CONTRACT, "ends_on"]).collect().lazy()
    both = pl.concat([held, beyond_contracts(held, lines)], how="diagonal")
    return both.select(*ONCE, *CONTRACT[1:], "on", "next_key", "next_end", *VALUES, "reduces")


def _shared(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The accounts in which renewals share what goes on: a line goes on with several ends, or a contract with reductions does."""
    several = pl.col("ends_on").n_unique() > 1
    lines = rows.filter(~pl.col("reduces")).group_by("account_id", "next_key").agg(shared=several)
    reduced = rows.filter("reduces").select(CONTRACT).unique()
    contracts = rows.join(reduced, on=CONTRACT, how="semi", nulls_equal=True).group_by(CONTRACT).agg(shared=several)
    found = pl.concat([frame.filter("shared").select("account_id") for frame in (lines, contracts)])
    return found.unique().collect().lazy()


def _dealt(rows: pl.DataFrame, alone: pl.DataFrame) -> pl.DataFrame:
    """What each renewal keeps where they share lines: dealt out account by account, the earliest end first, and of its lines first those
    that go on with the fewest ends. alone: what each would keep if it were the only one."""
    ways = pl.when(~pl.col("reduces")).then(pl.col("ends_on").n_unique().over("account_id", "next_key"))
    least = pl.col("ways").min().over(*CONTRACT[:2], "paid_in", "ends_on")
    order = ("account_id", "ends_on", "least", "contract_id", "paid_in", "ways", "next_key")
    ordered = rows.with_columns(ways=ways).with_columns(least=least).sort(*order, nulls_last=True).to_dicts()
    most = {(account, ends_on): cents for account, ends_on, cents in alone.rows()}
    dealt = [found for _, own in groupby(ordered, itemgetter("account_id")) for found in _of_account(list(own), most)]
    return pl.DataFrame(dealt, schema=KEPT, orient="row")


def _of_account(rows: list[Row], most: dict[tuple[str, date], int]) -> Iterator[tuple[str, date, int]]:
    taken: Taken = {}
    for (account, ends_on), found in groupby(rows, itemgetter(*ONCE)):
        left = most[account, ends_on]
        for _, contract in groupby(found, itemgetter("contract_id", "paid_in")):
            left -= _take(list(contract), taken, left)
        yield account, ends_on, most[account, ends_on] - left


def _take(contract: list[Row], taken: Taken, wanted: int) -> int:
    """What a renewal keeps of a contract, of what is left of it and of its lines; noted in `taken`, by line."""
    lines, on, whole = [row for row in contract if not row["reduces"]], contract[0]["on"], contract[0]["whole_arr"]
    left = sum(row["arr"] for row in contract) - sum(_cents(taken, row) for row in lines)
    if whole is not None:
        named = (contract[0]["contract_id"], contract[0]["paid_in"])
        left = min(left, whole - sum(cents for of, end, cents in taken.values() if of == named and (end is None or end > on)))
    share = more = max(min(left, wanted), 0)
    for row in lines:
        part = min(more, row["arr"] - _cents(taken, row))
        more -= part
        taken[row["next_key"]] = ((row["contract_id"], row["paid_in"]), row["next_end"], _cents(taken, row) + part)
    return share


def _cents(taken: Taken, row: Row) -> int:
    """What is taken of a line already, at most what it is worth now."""
    return min(taken[row["next_key"]][2], row["arr"]) if row["next_key"] in taken else 0
