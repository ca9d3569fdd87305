"""What is to be done next with each account, and who sees to it."""

import polars as pl

from language import mark
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "owner": "text", "team": "text", "next_step": "text", "next_step_due_on": "day",
    "is_overdue": "flag", "batch": "count",
}  # fmt: skip


def _next_steps(look: Look, question: Question) -> Answer:
    """One row per account in scope, the step that is due first at the top, those without one last.

    is_overdue: due before the day looked at; null where no day is given. batch: the import or deed that last wrote of the account, as who
    writes has to have seen it. Totals: accounts with a next step, overdue ones, accounts without one.
    """
    if look.day is None:
        return Answer(empty(COLUMNS))
    accounts = look.view.accounts().with_columns(is_overdue=pl.col("next_step_due_on") < look.day)
    rows = accounts.select(*COLUMNS).sort("next_step_due_on", "next_step", "account_id", nulls_last=True)
    has, late = rows["next_step"].is_not_null(), rows["is_overdue"].fill_null(False)
    return Answer(rows, {"with_step": has.sum(), "overdue": (has & late).sum(), "without_step": (~has).sum()})


next_steps = Definition("next-steps", mark("Next steps"), COLUMNS, _next_steps, opens=opened)
