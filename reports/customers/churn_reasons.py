"""Why do accounts leave, and what does each reason cost?"""

import polars as pl

from data.work.churn_reasons import choosable, reasons
from language import mark, tr
from metrics.churns import GROUPS, pareto
from metrics.health import LITTLE_KNOWN
from reports.books import Books
from reports.customers.churned_accounts import BEFORE, UNKNOWN, called, churned_rows
from reports.definition import Answer, Definition
from reports.health.scorecard import scorecard
from reports.look import Look, opened
from reports.report import Question
from reports.units import empty

NOT_ASKED = mark("Not asked yet")
AHEAD = BEFORE[0]
COLUMNS = {
    "group": "text", "depth": "count", "reason_group": "text", "reason": "text", "churns": "count", "arr": "money", "mrr": "money",
    "arr_share": "ratio", "arr_cumulative": "ratio", "churns_share": "ratio", "churns_cumulative": "ratio", "preventable": "count",
    "preventable_arr": "money", "at_risk_before": "count", "health_known_before": "count", "probability_before": "ratio",
    "probability_known_before": "count", "reason_id": "text", "parent_id": "text",
}  # fmt: skip
SUMMED = ("churns", "arr", "mrr", "preventable", "preventable_arr")
LIST = {
    "reason_id": "text", "parent_id": "text", "reason_group": "text", "reason": "text", "is_preventable": "flag", "place": "count",
    "is_retired": "flag", "answers": "count", "choosable": "flag", "batch": "count",
}  # fmt: skip


def _churn_reasons(books: Books, question: Question) -> Answer:
    """One row per reason of the churns of the period (and group), those of the first level first (depth 1), the most ARR first; what
    nobody has said a reason of is a row of its own, last. Rows of depth 1 add up to all churns, and rows of depth 2 to theirs.

    arr, mrr, churns: what was lost, as `churned-accounts` has it. Shares are of all churns, of the group; cumulative ones run down a
    level. preventable: churns that could have been prevented. at_risk_before: how many had a score in its lowest band 90 days before, of
    health_known_before that had one; probability_before: the mean of what the churn model said by then, of probability_known_before.
    Totals are of depth 1; unanswered and arr_unanswered of what nobody has said a reason of, arr_answered of the rest.
    """
    churned = churned_rows(books, question)
    grouped = books.grouped.collect() if question.by and books.grouped is not None else None
    named = churned.with_columns(group=pl.lit(None, pl.String)) if grouped is None else churned.join(grouped, on="account_id", how="left")
    found = pareto(named.lazy()).collect()
    rows = _worded(books, _with_before(found, named, scorecard(books.view).bands[0][0])) if found.height else empty(COLUMNS)
    tops = rows.filter(pl.col("depth") == GROUPS)
    open_ones = tops.filter(pl.col("reason_id").is_null())
    totals = {name: tops[name].sum() for name in SUMMED}
    totals |= {"unanswered": open_ones["churns"].sum(), "arr_unanswered": open_ones["arr"].sum()}
    totals["arr_answered"] = tops.filter(pl.col("reason_id").is_not_null())["arr"].sum()
    return Answer(rows.select(*COLUMNS), totals, books.notes)


def _with_before(found: pl.DataFrame, named: pl.DataFrame, lowest: str) -> pl.DataFrame:
    """The rows with what score and model had said of their churns. lowest: the lowest band."""
    band, said = f"health_{AHEAD}", f"probability_{AHEAD}"
    top = pl.coalesce("parent_id", "reason_id")
    levels = [named.with_columns(depth=pl.lit(1, pl.Int64), reason_id=top, parent_id=pl.lit(None, pl.String))]
    levels += [named.with_columns(depth=pl.lit(2, pl.Int64))]
    key = ["group", "depth", "reason_id", "parent_id"]
    counted = pl.concat([one.select(*key, band, said) for one in levels]).group_by(key).agg(
        at_risk_before=(pl.col(band) == lowest).sum().cast(pl.Int64),
        health_known_before=(~pl.col(band).is_in([UNKNOWN, LITTLE_KNOWN])).sum().cast(pl.Int64),
        probability_before=pl.col(said).mean(),
        probability_known_before=pl.col(said).count().cast(pl.Int64),
    )  # fmt: skip
    return found.join(counted, on=key, how="left", nulls_equal=True, maintain_order="left")


def _worded(books: Books, found: pl.DataFrame) -> pl.DataFrame:
    """The rows with the names of their reasons; one that the list lost is called as its answers call it."""
    names = dict(called(reasons(books.view)).select("reason_id", "name").rows())
    names = dict(books.view.table("churn_answers").select("reason_id", "reason_name").rows()) | names
    reason = [tr(NOT_ASKED) if one is None else names.get(one, one) for one in found["reason_id"]]
    above = [names.get(parent, parent) if parent else own for parent, own in zip(found["parent_id"], reason, strict=True)]
    return found.with_columns(reason=pl.Series(reason, dtype=pl.String), reason_group=pl.Series(above, dtype=pl.String))


churn_reasons = Definition(
    "churn-reasons",
    mark("Churn reasons"),
    COLUMNS,
    _churn_reasons,
    {"arr_unanswered": "money", "arr_answered": "money"},
    takes=("by",),
    of_period=True,
)


def _churn_reason_list(look: Look, question: Question) -> Answer:
    """One row per reason of the list that the team keeps, in its order, those of the first level each before its own.

    choosable: neither it nor what it belongs to is retired. answers: how many answers of accounts in scope have it, whether or not their
    churns count. batch: the import that wrote it last; 0 where it stands as it comes with the product. For a viewer without accounts there
    are no rows.
    """
    listed = reasons(look.view)
    told, free = called(listed), choosable(listed)["reason_id"].to_list()
    tops = told.filter(pl.col("parent_id").is_null()).select(parent_id="reason_id", top="name")
    given = look.view.table("churn_answers").group_by("reason_id").agg(answers=pl.len().cast(pl.Int64))
    rows = told.join(tops, on="parent_id", how="left", maintain_order="left").join(given, on="reason_id", how="left", maintain_order="left")
    named = rows.with_columns(
        pl.col("answers").fill_null(0), reason="name", reason_group=pl.coalesce("top", "name"), choosable=pl.col("reason_id").is_in(free)
    )  # fmt: skip
    rows = named.select(*LIST)
    return Answer(rows.clear() if look.view.accounts().is_empty() else rows, {"answers": named["answers"].sum()})


churn_reason_list = Definition("churn-reason-list", mark("List of churn reasons"), LIST, _churn_reason_list, opens=opened)
