"""What do customers ask us to build, what is it worth, and what comes first?"""

from typing import Any

import polars as pl

from language import mark, tr_n
from metrics.request_ranking import PRIORITIES
from metrics.requests import COUNTS, in_all
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.requests.asking import DECLINED, OVER, SHIPPED, Asking, about_formula, about_scope, asking
from reports.requests.ranking import arithmetic, in_order, not_right
from reports.units import empty

COLUMNS = {
    "rank": "count", "title": "text", "priority": "text", "decision": "text", "decided": "text", "decision_reason": "text",
    "customers": "count", "arr": "money", "exposure": "money", "renewing": "count", "brings": "text", "effort_days": "decimal",
    "points": "count", "reach_points": "count", "value_points": "count", "effort_points": "count", "arithmetic": "list",
    "unranked": "text", "status": "text", "topic": "text", "former_customers": "count", "prospects": "count", "without_account": "count",
    "votes": "count",
    "duplicates": "list", "not_right": "list", "created_on": "day", "shipped_on": "day", "to_tell": "count", "value_note": "text",
    "description": "text", "link": "text", "request_id": "text", "merged": "list", "merged_batches": "list", "batch": "count",
}  # fmt: skip
OF_PRIORITIES = tuple(name.lower() for name in PRIORITIES)
TOTALS = ("requests", *OF_PRIORITIES, "no_priority", "shipped", "declined", "merged", *COUNTS, "to_tell", "votes_of_no_request")


def _feature_requests(books: Books, question: Question) -> Answer:
    """One row per request that stands for itself, duplicates counted with it: those to be decided in their order, those without a
    priority after them, then what is shipped and what was declined.

    rank, points, priority, decision: as the formula says; null without a priority (unranked says why) and of what is shipped or declined.
    decided: what a person decided, with decision_reason. customers, arr: of the accounts that ask and are customers on the day; exposure:
    ARR of those of them with a renewal in the next 90 days, renewing how many. former_customers, prospects,
    without_account (names that are no account) are in none of these; votes: those that a tool counts without names, in none either.
    to_tell: of what is shipped, accounts that asked and were not told. not_right: what is wrong with it, in words.
    merged, merged_batches: ids of its duplicates, and the import that wrote each; batch: the one that wrote it last.
    Totals: requests to be decided, those of each priority and without, shipped, declined, merged; customers and the other counts of those
    to be decided, each account once; accounts to tell, once for each request; votes of requests that are not there.
    For a viewer without accounts there are no rows.
    """
    if books.day is None or books.view.accounts().is_empty():
        return Answer(empty(COLUMNS), dict.fromkeys(TOTALS, 0))
    found = asking(books, books.day)
    rows = told(found, in_order(found))
    return Answer(rows, _totals(found, rows), (*about_scope(books), *about_formula(found.formula), *_strange(found), *books.notes))


def told(found: Asking, ordered: pl.DataFrame) -> pl.DataFrame:
    """The rows in order with their words: COLUMNS."""
    lines = ordered.to_dicts()
    words = {
        "arithmetic": [arithmetic(line, found.formula.rules) for line in lines],
        "not_right": [not_right(line) for line in lines],
    }
    shipped = pl.when(pl.col("status") == SHIPPED).then(pl.col("waiting").fill_null(0))
    named = ordered.rename({"score": "points", "value": "brings"}).with_columns(
        *(pl.Series(name, said, dtype=pl.List(pl.String)) for name, said in words.items()), to_tell=shipped
    )
    return named.select(*COLUMNS)


def _totals(found: Asking, rows: pl.DataFrame) -> dict[str, Any]:
    waiting = rows.filter(~pl.col("status").is_in(OVER))
    asked = found.pairs.join(waiting.lazy().select("request_id"), on="request_id", how="semi")
    of = {name.lower(): (waiting["priority"] == name).sum() for name in PRIORITIES}
    counts = {"requests": waiting.height, **of, "no_priority": waiting["priority"].null_count()}
    counts |= {name: (rows["status"] == name).sum() for name in (SHIPPED, DECLINED)}
    counts |= {"merged": rows["merged"].list.len().sum() or 0, "to_tell": rows["to_tell"].sum() or 0}
    return counts | in_all(asked, found.accounts.lazy(), found.renewing.lazy()) | {"votes_of_no_request": found.strange.height}


def _strange(found: Asking) -> tuple[str, ...]:
    count = found.strange.height
    if not count:
        return ()
    return (tr_n("{n:,} vote is for no request that is there.", "{n:,} votes are for no request that is there.", count),)


feature_requests = Definition(
    "feature-requests", mark("Feature requests"), COLUMNS, _feature_requests, {"arr": "money", "exposure": "money"}
)
