"""Dialogs of tasks: what is to be done, by whom and until when; and the line that takes back what was done last."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.store import UNDO as UNDOING
from data.store.store import BatchResult
from data.viewer import EDIT, UNDO
from data.work import tasks
from data.work.colleagues import colleagues
from language import mark, tr
from pages.ui import address, doing, loaders, text
from pages.ui.choice import Choice
from pages.ui.doing import Seen
from pages.ui.marking import marked

SET = mark("Set a task")
AHEAD = timedelta(days=7)
PLACE = "account-{account}"


def may_set(choice: Choice) -> bool:
    """Whether tasks can be set and answers given: for who may, of what holds now and not at a past moment of the log."""
    return choice.viewer.may(EDIT, "activities") and choice.question.known_at is None


def set_task(choice: Choice, account: str, about: str = "") -> None:
    """A dialog that sets a task for an account. about: the kind of thing on Today that led to it."""
    row = account_row(choice, account)
    title = tr("Task for {name}", name=text.literal(row["name"]))
    st.dialog(title, icon=":material/add_task:")(_set_form)(choice, row, about or None)


def change_task(choice: Choice, row: Mapping[str, Any]) -> None:
    """A dialog that changes a task of the report `tasks`: its words (of a play's step they stay), who has it, its due day."""
    title = tr("Task for {name}", name=text.literal(row["name"]))
    st.dialog(title, icon=":material/edit:")(_change_form)(choice, row, Seen(row["batch"]))


def account_row(choice: Choice, account: str) -> dict[str, Any]:
    """An account with its name and owner."""
    question = replace(choice.question, filters=(("account_id", (account,)),))
    return loaders.report(choice.company, "next-steps", choice.viewer, question).rows.row(0, named=True)


def day_looked_at(choice: Choice) -> date:
    """The day from which days are counted on the page."""
    day = choice.question.as_of or loaders.default_day(choice.company)
    assert day is not None, "an account is looked at, so something is imported"
    return day


def who(choice: Choice, account: str, first: str | None, label: str, *others: str) -> str | None:
    """Who is to do something for an account, of those who see it. first: who is proposed. others: who is not offered."""
    offered = {name: called for name, called in colleagues(open_stores.store(choice.company), account).items() if name not in others}
    options = list(offered if not first or first in offered else {first: first} | offered)
    named = partial(_named, offered)
    return st.selectbox(
        label, options, options.index(first) if first in options else None, format_func=named, placeholder=tr("Choose a person"),
        help=tr("Those who see this account."),
    )  # fmt: skip


def _named(offered: Mapping[str, str], name: str) -> str:
    called = offered.get(name, name)
    return called if called == name else f"{called} · {name}"


def _set_form(choice: Choice, row: dict[str, Any], about: str | None) -> None:
    account, day = row["account_id"], day_looked_at(choice)
    with st.form(f"task-{account}", border=False):
        what = st.text_input(tr("What is to be done"), max_chars=tasks.LONGEST)
        left, right = st.columns([3, 2])
        with left:
            owner = who(choice, account, row["owner"], tr("Who does it"))
        due = right.date_input(tr("Due on"), day + AHEAD, min_value=day, format="YYYY-MM-DD")
        if st.form_submit_button(tr("Set it"), type="primary"):
            store = open_stores.store(choice.company)
            deed = partial(tasks.set_task, store, choice.viewer, account, what, owner, due, day=day, about=about)
            said = tr("Task set: {what}, due {day}", what=what.strip(), day=text.day(due))
            do(deed, PLACE.format(account=account), said)


def _change_form(choice: Choice, row: Mapping[str, Any], seen: Seen) -> None:
    day = day_looked_at(choice)
    with st.form(f"change-{row['task_id']}", border=False):
        words = row["title"] or ""
        what = st.text_input(tr("What is to be done"), words, max_chars=tasks.LONGEST, disabled=row["play"] is not None)
        left, right = st.columns([3, 2])
        with left:
            owner = who(choice, row["account_id"], row["owner"], tr("Who does it"))
        due = right.date_input(tr("Due on"), row["due_on"], format="YYYY-MM-DD")
        if st.form_submit_button(tr("Save"), type="primary"):
            store = open_stores.store(choice.company)

            def deed() -> BatchResult:
                return tasks.change(store, choice.viewer, row["task_id"], seen.batch, title=what or "", owner=owner, due_on=due, day=day)

            do(deed, f"task-{row['task_id']}", tr("Changed"), seen, partial(_newest, choice, row["task_id"]))


def _newest(choice: Choice, task_id: str) -> tuple[int, str]:
    """A task as it stands now: its batch, and what it says."""
    report = loaders.report(choice.company, "tasks", choice.viewer, choice.question)
    row = next((one for one in report.rows.iter_rows(named=True) if one["task_id"] == task_id), None)
    if row is None:
        return 0, tr("It is there no more.")
    due = text.day(row["due_on"]) if row["due_on"] else tr("no due day")
    state = tr("done") if row["state"] == "done" else tr("open")
    said = {"title": row["title"] or "", "owner": row["owner"] or tr("nobody"), "due": due, "state": state}
    return row["batch"], tr("Now: {title}; {owner}; {due}; {state}. Save once more to put yours in its place.", **said)


def do(
    deed: Callable[[], BatchResult | tuple[BatchResult, ...]], place: str, words: str, seen: Seen | None = None,
    newest: Callable[[], tuple[int, str]] | None = None,
) -> None:  # fmt: skip
    """Do what a dialog asks, close it, and keep the words and what undoes it for the place where it was done. Where it is refused, the
    dialog stays, with all that was typed."""
    written: list[BatchResult] = []

    def doing_it() -> None:
        found = deed()
        written.extend(found if isinstance(found, tuple) else (found,))

    if doing.done(doing_it, seen, newest):
        address.keep_done(address.Done(place, words, tuple(one.batch for one in reversed(written))))
        st.rerun()


def last_done(choice: Choice, place: str, kind: str = "activities") -> None:
    """What was done last at this place, with the button that takes it back; nothing where that was elsewhere. kind: of
    what it was done to."""
    done = address.just_done()
    if done is None or done.place != place:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"done-{place}"):
        st.caption(f":material/check: {text.literal(done.words)}", width="content")
        if done.batches and choice.viewer.may(UNDO, kind):
            st.button(tr("Undo"), key=f"undo-{place}", type="tertiary", icon=":material/undo:", on_click=undo, args=(choice, done.batches))


def undo(choice: Choice, batches: tuple[int, ...]) -> None:
    """Take back what was done; a second click finds it taken back already."""
    for batch in batches:
        marked(open_stores.store(choice.company), UNDOING, batch, choice.viewer, choice.viewer.owner or "browser")
    address.keep_done(None)
