"""What does each customer want to reach, and how does that stand?"""

import polars as pl

from language import mark
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "title": "text", "measure": "text", "target": "text", "due_on": "day", "state": "text",
    "is_overdue": "flag", "evidence": "text", "owner": "text", "set_on": "day", "closed_on": "day", "goal_id": "text", "batch": "count",
}  # fmt: skip
STATES = ("open", "reached", "missed", "dropped")


def _goals(look: Look, question: Question) -> Answer:
    """One row per goal of an account in scope that was set by the day looked at, open ones first, those due first at the top.

    is_overdue: open, and due before the day looked at. A goal that was closed after that day is told as it is known now. Totals: goals of
    each state, and overdue ones.
    """
    if look.day is None:
        return Answer(empty(COLUMNS), dict.fromkeys((*STATES, "overdue"), 0))
    late = ((pl.col("state") == "open") & (pl.col("due_on") < look.day)).fill_null(False)
    by_then = look.view.table("goals").filter((pl.col("set_on") <= look.day).fill_null(True))
    named = by_then.join(look.names().collect(), on="account_id").with_columns(is_overdue=late)
    rows = named.sort(pl.col("state") != "open", "due_on", "title", nulls_last=True).select(*COLUMNS)
    totals = {state: (rows["state"] == state).sum() for state in STATES} | {"overdue": rows["is_overdue"].sum()}
    return Answer(rows, totals)


goals = Definition("goals", mark("Goals of customers"), COLUMNS, _goals, opens=opened)
