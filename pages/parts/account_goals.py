"""The success plan of an account: what the customer wants to reach, how that stands, and what shows it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.store import BatchResult
from data.work import goals
from data.work.goals import Goal, Row
from language import InLanguage, mark, tr, tr_of
from pages.parts import task_dialogs
from pages.parts.account_asked import of, place
from pages.ui import text
from pages.ui.choice import Choice
from pages.ui.doing import Seen
from pages.ui.pills import Pill, in_line
from reports.report import Report

STATES: InLanguage[str, Pill] = InLanguage(
    {
        "open": Pill(mark("Open"), ":material/flag:", "blue"),
        "overdue": Pill(mark("Overdue"), ":material/schedule:", "red"),
        "reached": Pill(mark("Reached"), ":material/check_circle:", "green"),
        "missed": Pill(mark("Missed"), ":material/cancel:", "orange"),
        "dropped": Pill(mark("Dropped"), ":material/block:", "gray"),
    }
)
CLOSED = ("reached", "missed", "dropped")


def title(report: Report) -> str:
    """How many goals there are, and how many are late."""
    of_state = report.totals
    if not report.rows.height:
        return tr("Success plan: no goals yet")
    told = tr("Success plan ({open:,} open, {reached:,} reached)", open=of_state["open"], reached=of_state["reached"])
    return tr("{told}, {n:,} overdue", told=told, n=of_state["overdue"]) if of_state["overdue"] else told


def show(choice: Choice, account: str) -> None:
    """Every goal with how it stands, changed in place."""
    report = of(choice, "goals", account)
    if task_dialogs.may_set(choice) and st.button(tr("Add a goal"), icon=":material/add:", key="add-goal"):
        st.dialog(tr("Add a goal"))(_form)(choice, account, None, Seen(0))
    if not report.rows.height:
        st.caption(tr("No goal is written down: what does the customer want to reach, and what would show it?"))
    for row in report.rows.iter_rows(named=True):
        _goal(choice, row)


def _goal(choice: Choice, row: dict[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"goal-{row['goal_id']}"):
        st.markdown(_in_words(row), width="stretch")
        if task_dialogs.may_set(choice):
            if st.button(tr_of("a button", "Change"), key=f"change-{row['goal_id']}", type="tertiary", icon=":material/edit:"):
                st.dialog(tr("Change the goal"))(_form)(choice, row["account_id"], row, Seen(row["batch"]))
            _close_or_open(choice, row)


def _close_or_open(choice: Choice, row: dict[str, Any]) -> None:
    is_open = row["state"] == "open"
    if not st.button(tr("Close") if is_open else tr("Open again"), key=f"close-{row['goal_id']}", type="tertiary"):
        return
    form = _close_form if is_open else _open_form
    st.dialog(tr("How did it end?") if is_open else tr("Open it again?"))(form)(choice, row, Seen(row["batch"]))


def _in_words(row: Mapping[str, Any]) -> str:
    state = STATES["overdue" if row["is_overdue"] else row["state"]]
    told = [
        tr(": ").join(one for one in (row["measure"], row["target"]) if one),
        tr("by {day}", day=text.day(row["due_on"])) if row["due_on"] else None, row["owner"],
        tr("shown by: {evidence}", evidence=row["evidence"]) if row["evidence"] else None,
    ]  # fmt: skip
    about = " · ".join(one for one in told if one)
    return f"**{text.literal(row['title'])}** {in_line(state)}  \n:small[:gray[{text.literal(about)}]]"


def _form(choice: Choice, account: str, row: Mapping[str, Any] | None, seen: Seen) -> None:
    """What the customer wants; of a goal that is there, to be changed."""
    was = row or {"owner": of(choice, "next-steps", account).rows["owner"][0]}
    with st.form("goal", border=False):
        what = st.text_input(tr("What the customer wants"), was.get("title") or "", max_chars=300)
        left, right = st.columns(2)
        measure = left.text_input(tr("What shows it"), was.get("measure") or "", max_chars=200, placeholder=tr("Days to close the month"))
        target = right.text_input(tr("Target"), was.get("target") or "", max_chars=100)
        due_on = left.date_input(tr("By"), was.get("due_on"), format="YYYY-MM-DD")
        with right:
            owner = task_dialogs.who(choice, account, was.get("owner"), tr("Who sees to it"))
        if st.form_submit_button(tr("Save"), type="primary"):
            _save(choice, account, row, Goal(what, measure, target, due_on or None, owner or ""), seen)


def _save(choice: Choice, account: str, row: Mapping[str, Any] | None, goal: Goal, seen: Seen) -> None:
    store = open_stores.store(choice.company)

    def deed() -> BatchResult:
        if row is None:
            return goals.add(store, choice.viewer, account, goal, task_dialogs.day_looked_at(choice))
        return goals.change(store, choice.viewer, _row(choice, row, seen), goal)

    newest = None if row is None else partial(_newest, choice, row)
    task_dialogs.do(deed, place(account), tr("Goal saved: {title}", title=goal.title), seen, newest)


def _row(choice: Choice, row: Mapping[str, Any], seen: Seen) -> Row:
    """The goal as its writer has seen it last; its state as it is now, where they were told of that."""
    now = _now(choice, row) or row
    return Row(row["goal_id"], row["account_id"], now["title"], now["state"], seen.batch)


def _now(choice: Choice, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    found = of(choice, "goals", row["account_id"]).rows.iter_rows(named=True)
    return next((one for one in found if one["goal_id"] == row["goal_id"]), None)


def _newest(choice: Choice, row: Mapping[str, Any]) -> tuple[int, str]:
    now = _now(choice, row)
    if now is None:
        return 0, tr("It is there no more.")
    said = f"{now['title']}, {STATES[now['state']].words}"
    return now["batch"], tr("Now: {what}. Save once more to put yours in its place.", what=said)


def _close_form(choice: Choice, row: Mapping[str, Any], seen: Seen) -> None:
    with st.form("close-goal", border=False):
        words = {state: STATES[state].words for state in CLOSED}
        state = st.segmented_control(tr("How it ended"), list(words), default="reached", required=True, format_func=words.__getitem__)
        evidence = st.text_area(tr("What shows it"), row["evidence"] or "", max_chars=1000, height=100)
        if st.form_submit_button(tr("Save"), type="primary"):
            store, day = open_stores.store(choice.company), task_dialogs.day_looked_at(choice)

            def deed() -> BatchResult:
                return goals.close(store, choice.viewer, _row(choice, row, seen), state, evidence, day)

            task_dialogs.do(
                deed, place(row["account_id"]), tr("Goal closed: {title}", title=row["title"]), seen, partial(_newest, choice, row)
            )


def _open_form(choice: Choice, row: Mapping[str, Any], seen: Seen) -> None:
    st.write(tr("What was written down as evidence stays."))
    if st.button(tr("Open it again"), type="primary"):
        store = open_stores.store(choice.company)

        def deed() -> BatchResult:
            return goals.open_again(store, choice.viewer, _row(choice, row, seen))

        task_dialogs.do(deed, place(row["account_id"]), tr("Open again: {title}", title=row["title"]), seen, partial(_newest, choice, row))
