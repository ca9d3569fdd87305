"""What is open at an account: tasks and steps of plays, tickets, goals that are late, and its plays."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from data.viewer import VIEW
from language import tr, tr_n
from pages.parts import account_growth, account_plays, task_dialogs, today_tasks
from pages.parts.account_asked import of
from pages.ui import text
from pages.ui.choice import Choice
from reports.narrow import where, without
from reports.report import Report

TASKS, TICKETS, GOALS = 4, 3, 3  # shown; of more, how many there are
OPEN_TASKS = ("overdue", "due_today", "ahead", "no_day")


def opened(choice: Choice, account: str) -> None:
    """Tasks with what can be done to them, open tickets with their subjects, goals that are late; a line where nothing is open."""
    st.header(tr("What is open"), anchor=False)
    tasks = where(of(choice, "tasks", account), "state", *OPEN_TASKS) if choice.viewer.may(VIEW, "activities") else None
    tickets = without(of(choice, "tickets", account), "resolved_at")
    late = where(of(choice, "goals", account), "is_overdue", True) if choice.viewer.may(VIEW, "activities") else None
    for row in tasks.rows.head(TASKS).iter_rows(named=True) if tasks else ():
        today_tasks.task(choice, row, named=False)
    _rest(tasks, TASKS)
    task_dialogs.last_done(choice, "tasks")
    _lines(tickets, TICKETS, _ticket)
    _lines(late, GOALS, _goal)
    if not any(report and report.rows.height for report in (tasks, tickets, late)):
        st.caption(tr("No task, ticket or late goal is open."))
    account_plays.show(choice, account)
    account_growth.show(choice, account)


def _lines(report: Report | None, most: int, words: Callable[[dict[str, Any]], str]) -> None:
    for row in report.rows.head(most).iter_rows(named=True) if report else ():
        st.markdown(words(row))
    _rest(report, most)


def _rest(report: Report | None, most: int) -> None:
    if report and report.rows.height > most:
        left = report.rows.height - most
        st.caption(tr_n("{n:,} more of these in the records below.", "{n:,} more of these in the records below.", left))


def _ticket(row: dict[str, Any]) -> str:
    subject = text.literal(row["subject"] or row["ticket_id"])
    priority = text.literal(row["priority"] or tr("no priority"))
    told = tr("{subject}  \n:small[:gray[Ticket of {day}, {priority}]]", subject=subject, day=text.day(row["opened_at"]), priority=priority)
    return f":material/support_agent: {told}"


def _goal(row: dict[str, Any]) -> str:
    told = tr("{goal}  \n:small[:gray[Goal, was to be reached by {day}]]", goal=text.literal(row["title"]), day=text.day(row["due_on"]))
    return f":material/flag: {told}"
