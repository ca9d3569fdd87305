"""Open tasks on Today, those that are overdue first; and what was done on the day."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import UNDO, VIEW, NotAllowed
from data.work import tasks
from data.work.writing import ChangedSince
from language import InLanguage, again, mark, tr, tr_n, tr_of
from pages.parts import task_dialogs
from pages.parts.renewals import take_back
from pages.ui import address, folds, loaders, tables, text
from pages.ui.choice import Choice
from pages.ui.pills import Colour, Pill, pills
from reports.narrow import done_between, of_states
from reports.report import Report

SHOWN = {"overdue": 8, "due_today": 8, "ahead": 4, "no_day": 4}  # tasks; the rest is in the table
STATES: InLanguage[str, tuple[str, str, Colour]] = InLanguage(
    {
        "overdue": (mark("Overdue"), ":material/event_busy:", "red"),
        "due_today": (mark("Due today"), ":material/today:", "orange"),
        "ahead": (mark("Ahead"), ":material/event:", "gray"),
        "no_day": (mark("No due day"), ":material/event_note:", "gray"),
    }
)
COLUMNS = ("title", "name", "state", "due_on", "days_left", "owner", "play", "in_the_way", "arr", "done_on", "done_by")


def report(choice: Choice) -> Report | None:
    """The report `tasks`; None for who may view no tasks."""
    may = choice.viewer.may(VIEW, "activities")
    return loaders.report(choice.company, "tasks", choice.viewer, choice.question) if may else None


def headline(report: Report) -> str:
    """How many tasks are overdue and due today, in words; empty where none is."""
    of = report.total
    late, due = of("overdue") or 0, of("due_today") or 0
    told = [tr_n("{n:,} task overdue", "{n:,} tasks overdue", late)] if late else []
    told += [tr_n("{n:,} due today", "{n:,} due today", due)] if due else []
    return tr(", ").join(told)


def show(choice: Choice, report: Report) -> None:
    """The open tasks by state, each with what can be done to it; nothing where there is none, and nothing was done today."""
    if not report.total("tasks"):
        return
    st.subheader(tr("Tasks"), anchor=False, help=tr("Open tasks and steps of plays. Report: tasks."))
    with st.container(gap=None, key="work-tasks"):
        for state, most in SHOWN.items():
            for row in of_states(report, state).rows.head(most).iter_rows(named=True):
                task(choice, row)
    left = sum(max((report.total(state) or 0) - most, 0) for state, most in SHOWN.items())
    if left:
        st.caption(tr_n("{n:,} more in the table of all tasks below.", "{n:,} more in the table of all tasks below.", left))


def task(choice: Choice, row: dict[str, Any], *, named: bool = True) -> None:
    """A task with what can be done to it; named: with its account."""
    key = row["task_id"]
    with st.container(horizontal=True, vertical_alignment="center", key=f"row-task-{key}", gap="small"):
        with st.container(width=340 if named else "stretch", gap=None):
            st.markdown(text.cell(row["title"] or tr("Task without words")))
            if named:
                opens, args = address.open_account, (row["account_id"],)
                st.button(text.literal(row["name"]), key=f"open-task-{key}", type="tertiary", on_click=opens, args=args)
        with st.container(horizontal=True, gap="xsmall", width="stretch" if named else "content", vertical_alignment="center"):
            pills(_pills(row, choice.viewer.owner or choice.viewer.person))
            task_dialogs.last_done(choice, f"task-{key}")
        if task_dialogs.may_set(choice):
            with st.container(horizontal=True, gap="small", width="content"):
                _deeds(choice, row)


def _deeds(choice: Choice, row: dict[str, Any]) -> None:
    key = row["task_id"]
    st.button(
        tr_of("a task", "Done"), key=f"finish-{key}", type="tertiary", icon=":material/check_circle:", on_click=_finish, args=(choice, row),
        help=tr("Done on the day looked at; it stays below, and can be opened again."),
    )  # fmt: skip
    if st.button(tr_of("a task", "Change"), key=f"change-{key}", type="tertiary", icon=":material/edit:"):
        task_dialogs.change_task(choice, row)


def _pills(row: Mapping[str, Any], own: str) -> list[Pill]:
    """How a task stands; whose it is, where that is not who looks."""
    words, icon, colour = STATES[row["state"]]
    told = [Pill(_due(row, words), icon, colour, text.day(row["due_on"]) if row["due_on"] else None)]
    told += [Pill(row["play"], ":material/playlist_play:", "violet", tr("A step of this play"))] if row["play"] else []
    told += [Pill(row["owner"], ":material/person:", "gray", tr("Who does it"))] if row["owner"] and row["owner"] != own else []
    return told + [Pill(words, ":material/warning:", "orange") for words in row["in_the_way"] if row["state"] != "no_day" or row["due_on"]]


def _due(row: Mapping[str, Any], words: str) -> str:
    """When a task is due, in words."""
    left = row["days_left"]
    if left is None or left == 0:
        return words
    return tr("Overdue by {days}", days=text.days(-left)) if left < 0 else tr("Due in {days}", days=text.days(left))


def _finish(choice: Choice, row: dict[str, Any]) -> None:
    """Say that a task is done. Who was overtaken is told by whom; a second click of one's own changes nothing and says nothing."""
    store, day = open_stores.store(choice.company), task_dialogs.day_looked_at(choice)
    try:
        done = tasks.finish(store, choice.viewer, row["task_id"], day, row["batch"])
    except ChangedSince as changed:
        if changed.who != choice.viewer.signs(choice.viewer.owner or "browser").name:
            st.toast(text.literal(again(changed)), icon=":material/sync_problem:", duration="long")
    except (EditRefused, NotAllowed) as refused:
        st.toast(text.literal(again(refused)), icon=":material/error:", duration="long")
    else:
        said = tr("Done: {title}", title=text.cell(row["title"] or row["name"]))
        address.keep_done(address.Done("tasks", said, (done.batch,)))


def done(choice: Choice, report: Report) -> None:
    """What was done on the day: tasks, which can be opened again, and conversations, which can be taken back."""
    task_dialogs.last_done(choice, "tasks")
    day = report.parameters["as_of"]
    finished = done_between(of_states(report, "done"), day, day)
    talks = _talks(choice)
    count = finished.rows.height + talks.rows.height
    if count:
        title = tr_n("{n:,} thing done today", "{n:,} things done today", count)
        folds.fold(title, "done-today", partial(_done, choice, finished, talks), ":material/done_all:")


def _done(choice: Choice, finished: Report, talks: Report) -> None:
    for row in finished.rows.iter_rows(named=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"row-done-{row['task_id']}"):
            said = tr(
                "{title} · {name} · by {who}",
                title=text.cell(row["title"] or ""),
                name=text.literal(row["name"]),
                who=text.literal(row["done_by"] or ""),
            )
            st.caption(f":material/check: {said}", width="content")
            if task_dialogs.may_set(choice):
                st.button(tr("Open again"), key=f"reopen-{row['task_id']}", type="tertiary", on_click=_reopen, args=(choice, row))
    if choice.viewer.may(UNDO, "activities"):
        take_back(choice, talks)


def _talks(choice: Choice) -> Report:
    """Conversations that were logged in the app as held on the day."""
    report = loaders.report(choice.company, "logged", choice.viewer, choice.question)
    day = task_dialogs.day_looked_at(choice)
    return done_between(report, day, day, kind="conversation")


def _reopen(choice: Choice, row: dict[str, Any]) -> None:
    store, day = open_stores.store(choice.company), task_dialogs.day_looked_at(choice)
    try:
        tasks.reopen(store, choice.viewer, row["task_id"], day, row["batch"])
    except (EditRefused, NotAllowed) as refused:
        st.toast(text.literal(again(refused)), icon=":material/error:", duration="long")
    else:
        address.keep_done(None)


def every(report: Report) -> None:
    """All tasks as a table, folded away."""
    if report.rows.height:
        folds.fold(tr("All tasks as a table"), "all-tasks", partial(tables.table, report, "tasks", columns=COLUMNS), ":material/checklist:")
