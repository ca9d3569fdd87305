"""Requests for features in the order in which they are worth building, from books that are open."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from data.work.request_formula import Rules
from language import mark, tr, tr_n
from metrics.request_ranking import NO_ESTIMATE, PRIORITIES, ranked
from metrics.requests import CIRCLE, COUNTS, ITSELF, NOT_THERE, counted, summed_votes
from reports.requests.asking import DECLINED, OVER, SHIPPED, Asking, formula_of
from reports.words.request_words import DECISIONS, VALUES

FEW = "single customer"
IN_WORDS = {
    ITSELF: mark("It is merged into itself, and stands for itself."),
    CIRCLE: mark("It is merged in a circle, and stands for itself."),
    NOT_THERE: mark("It is merged into a request that is not there, and stands for itself."),
}


def heads(asking: Asking) -> pl.DataFrame:
    """The requests that stand for themselves, each with what it counts (COUNTS of metrics/requests.py), votes without names, titles of its
    duplicates, when it was first asked for, and how many were told, and are to be told, where it is shipped."""
    requests, of = asking.requests, asking.requests.lazy()
    own = requests.filter(pl.col("request_id") == pl.col("stands_for")).drop("votes", "created_on").rename({"decision": "decided"})
    same = requests.filter(pl.col("request_id") != pl.col("stands_for")).group_by("stands_for", maintain_order=True)
    first = requests.group_by("stands_for").agg(pl.col("created_on").min()).rename({"stands_for": "request_id"})
    counts = counted(asking.pairs, asking.accounts.lazy(), asking.renewing.lazy()).collect()
    for frame in (
        first, counts, summed_votes(of, of).collect(), _told(asking),
        same.agg(duplicates="title", merged="request_id", merged_batches=pl.col("batch").cast(pl.String)).rename(
            {"stands_for": "request_id"}
        ),
    ):  # fmt: skip
        own = own.join(frame, on="request_id", how="left", maintain_order="left")
    return own.with_columns(
        pl.col(*COUNTS).fill_null(0), pl.col("duplicates").fill_null([]), pl.col("merged", "merged_batches").fill_null([])
    )


def _told(asking: Asking) -> pl.DataFrame:
    """request_id, to_tell: accounts in scope of which somebody asked and was not told."""
    waiting = asking.votes.filter(pl.col("told_on").is_null(), pl.col("stands_for").is_not_null())
    return waiting.group_by(request_id="stands_for").agg(waiting=pl.col("account_id").n_unique().cast(pl.Int64))


def in_order(asking: Asking, rules: Rules | None = None) -> pl.DataFrame:
    """heads, those to be decided first in their order with RANKED and rank, then those that are shipped, then the declined.

    rules: another formula than the one that holds.
    """
    every = heads(asking).lazy()
    is_over = pl.col("status").is_in(OVER)
    open_ones = ranked(every.filter(~is_over), formula_of(asking.formula.rules if rules is None else rules)).collect()
    place = pl.when(pl.col("priority").is_not_null()).then(pl.int_range(1, pl.len() + 1))
    over = every.filter(is_over).sort(pl.col("status") == DECLINED, "shipped_on", "title", descending=[False, True, False]).collect()
    return pl.concat([open_ones.with_columns(rank=place.cast(pl.Int64)), over], how="diagonal")


def not_right(row: Mapping[str, Any]) -> list[str]:
    """What is wrong with a request, in words."""
    said = (
        (row["trouble"] is not None, tr(IN_WORDS[row["trouble"]]) if row["trouble"] else ""),
        (row["unranked"] == NO_ESTIMATE and row["effort_days"] is not None, tr("The effort is zero or less: that is no estimate.")),
        (row["value"] == FEW and row["customers"] > 1, _of_several(row["customers"])),
        (row["status"] == SHIPPED and row["shipped_on"] is None, tr("It is shipped, and nobody has said when.")),
        (row["without_account"] > 0, _of_nobody(row["without_account"])),
    )
    return [words for holds, words in said if holds]


def _of_several(count: int) -> str:
    return tr("It is said to bring something to a single customer, and {n:,} ask for it.", n=count)


def _of_nobody(count: int) -> str:
    return tr_n("{n:,} name that asks for it is no account.", "{n:,} names that ask for it are no accounts.", count)


def arithmetic(row: Mapping[str, Any], rules: Rules) -> list[str]:
    """How the points of a request come about, in words; nothing where it has none."""
    if row["score"] is None:
        return []
    customers = tr_n("{n:,} customer asks", "{n:,} customers ask", row["customers"])
    days = tr_n("{n:g} person-day", "{n:g} person-days", row["effort_days"])
    asked = _asked(row["customers"], rules)
    return [
        tr("reach: {customers}: {points}", customers=customers, points=row["reach_points"]),
        tr("value: {value}: {points}", value=value_called(row["value"]), points=row["value_points"]),
        tr("effort: {days}: {points}", days=days, points=row["effort_points"]),
        tr("{score} points: {priority} ({why})", score=row["score"], priority=row["priority"], why=_threshold(row["priority"], rules)),
        tr("{priority}, {asked}: {decision}", priority=row["priority"], asked=asked, decision=decision_called(row["decision"])),
    ]  # fmt: skip


def _threshold(priority: str, rules: Rules) -> str:
    least = rules.get(f"priority.{priority}")
    last = rules[f"priority.{PRIORITIES[-2]}"]
    return tr("{n} or more", n=least) if least is not None else tr("fewer than {n}", n=last)


def _asked(customers: int, rules: Rules) -> str:
    most = int(rules["individual.up_to"])
    told = tr_n("asked for by {n:,} customer or fewer", "asked for by {n:,} customers or fewer", most)
    return told if customers <= most else tr_n("asked for by more than {n:,} customer", "asked for by more than {n:,} customers", most)


def value_called(value: str) -> str:
    return VALUES[value]


def decision_called(decision: str) -> str:
    return DECISIONS[decision]
