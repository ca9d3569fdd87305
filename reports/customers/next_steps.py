"""What is to be done next with each account, and who sees to it."""

import polars as pl

from data.work.writing import NOTHING
from language import mark
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "owner": "text", "team": "text", "next_step": "text", "next_step_due_on": "day",
    "is_overdue": "flag", "batch": "count", "step_batch": "count",
}  # fmt: skip


def _next_steps(look: Look, question: Question) -> Answer:
    """One row per account in scope, the step that is due first at the top, those without one last.

    is_overdue: due before the day looked at; null where no day is given. batch, step_batch: the import or deed that last wrote of the
    account and of its next step (0 where there was none), as who writes has to have seen it. Totals: accounts with a next step, overdue
    ones, accounts without one.
    """
    if look.day is None:
        return Answer(empty(COLUMNS))
    steps = look.view.table("next_steps").select("account_id", "next_step", "next_step_due_on", step_batch="batch")
    newest = steps.sort("step_batch").unique("account_id", keep="last")
    accounts = look.view.accounts().join(newest, on="account_id", how="left").with_columns(pl.col("step_batch").fill_null(NOTHING))
    told = accounts.with_columns(is_overdue=pl.col("next_step_due_on") < look.day)
    rows = told.select(*COLUMNS).sort("next_step_due_on", "next_step", "account_id", nulls_last=True)
    has, late = rows["next_step"].is_not_null(), rows["is_overdue"].fill_null(False)
    return Answer(rows, {"with_step": has.sum(), "overdue": (has & late).sum(), "without_step": (~has).sum()})


next_steps = Definition("next-steps", mark("Next steps"), COLUMNS, _next_steps, opens=opened)
