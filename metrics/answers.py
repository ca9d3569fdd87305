"""What people have said to the things that Today shows, and whether it still holds."""

import polars as pl

PUT_ASIDE = ("snoozed", "handed_over", "wrong")
"""Answers that take a thing off the list for as long as they hold."""
WRONG_CHANGE_DAYS, WRONG_STATE_DAYS = 30, 90
CHANGES = ("risk_rose", "health_fell", "usage_fell", "tickets_rising")
"""Kinds that tell a change within 30 days: after as many days they are compared with the day on which they were answered, or a later one,
so that what shows then is another change. House."""
SAID = ("answer", "until", "reason", "by", "handed_to", "answered_on", "answer_batch", "task_id")


def wrong_for(kind: str) -> int:
    """For how many days a thing of a kind that was marked as wrong stays away at most."""
    return WRONG_CHANGE_DAYS if kind in CHANGES else WRONG_STATE_DAYS


def answered(items: pl.LazyFrame, answers: pl.LazyFrame, tasks: pl.LazyFrame, *, day: object) -> pl.LazyFrame:
    """Items with what was said to them by a day, and whether it holds.

    items: account_id, kind, basis, measure. answers: rows of item_answers with batch. An answer holds before its day `until`, of the same
    basis, while the measure has not reached `worse_from`; of several of one account and kind (accounts that were merged) the newest counts.
    tasks: task_id of those that are there: what was handed over with a task that was taken back is nobody's, and holds no more.
    Returns items with SAID (null where nothing holds; answer is one of PUT_ASIDE), seen (the batch of what was said last, 0 where nothing
    was) and came_back (what was said last, where it holds no more by itself: its day has come, or it is worse or another trouble; else
    null).
    """
    newest = (
        answers.filter(pl.col("given_on") <= pl.lit(day)).sort("batch").unique(["account_id", "item"], keep="last")
        .select(
            "account_id", "answer", "until", "reason", "handed_to", "task_id", bound="worse_from", then="basis", kind="item", by="given_by",
            answered_on="given_on", answer_batch="batch",
        )
    )  # fmt: skip
    there = tasks.select("task_id", has_task=pl.lit(True)).unique()
    joined = items.join(newest, on=["account_id", "kind"], how="left", maintain_order="left").join(
        there, on="task_id", how="left", maintain_order="left"
    )
    put_aside = pl.col("answer").is_in(PUT_ASIDE).fill_null(False)
    same = pl.col("then").eq_missing(pl.col("basis"))
    worse = (pl.col("measure") >= pl.col("bound")).fill_null(False)
    given = pl.col("task_id").is_null() | pl.col("has_task").fill_null(False)
    holds = put_aside & given & (pl.lit(day) < pl.col("until")).fill_null(False) & same & ~worse
    return (
        joined.with_columns(seen=pl.col("answer_batch").fill_null(0).cast(pl.Int64), came_back=pl.when(put_aside & ~holds).then("answer"))
        .with_columns(pl.when(holds).then(pl.col(SAID)))
        .drop("then", "bound", "has_task")
    )
