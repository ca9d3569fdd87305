"""What to do next with an account: its next step and owner, changed in place, what needs somebody, and what can be done about it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.store import BatchResult
from data.viewer import EDIT, EXPORT
from data.work import conversations, ownership
from language import tr
from pages.parts import conversation, renewal_calls, task_dialogs
from pages.parts import renewals as renewal_parts
from pages.parts import today as today_parts
from pages.parts.account_asked import asked, of, place
from pages.ui import loaders, text
from pages.ui.choice import Choice
from pages.ui.doing import Seen
from pages.ui.downloads import offer
from pages.ui.pills import Pill, pills
from reports.files.brief import account_brief, account_brief_text
from reports.files.exports import of_document
from reports.narrow import needing

AHEAD = 365  # days in which the next renewal is looked for


def now(choice: Choice, account: str) -> None:
    """The next step, what needs somebody, the next renewal, and buttons for what can be done."""
    row = of(choice, "next-steps", account).rows.row(0, named=True)
    st.header(tr("What now"), anchor=False)
    _step(choice, row)
    with st.container(horizontal=True, gap="xsmall"):
        pills(today_parts.reasons(needing(of(choice, "today", account)).rows.to_dicts()))
    _renewal(choice, account)
    with st.container(horizontal=True, gap="small"):
        if conversation.may_log(choice) and st.button(tr(conversation.LOG), icon=":material/edit_note:"):
            conversation.log_conversation(choice, account)
        if task_dialogs.may_set(choice) and st.button(tr(task_dialogs.SET), icon=":material/add_task:"):
            task_dialogs.set_task(choice, account)
        _brief(choice, account)
    task_dialogs.last_done(choice, place(account))


def _step(choice: Choice, row: dict[str, Any]) -> None:
    """The next step with its day, and whose the account is, each with the button that changes it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="next-step"):
        st.markdown(_step_in_words(row), width="content")
        if row["is_overdue"] and row["next_step"]:
            pills([Pill(tr("Overdue"), ":material/schedule:", "red")])
        if task_dialogs.may_set(choice) and st.button(tr("Next step"), icon=":material/edit:", type="tertiary", key="change-step"):
            st.dialog(tr("Next step with {name}", name=text.literal(row["name"])))(_step_form)(choice, row, Seen(row["step_batch"]))
        if _may_give(choice) and st.button(tr("Owner"), icon=":material/person:", type="tertiary", key="change-owner"):
            st.dialog(tr("Owner of {name}", name=text.literal(row["name"])))(_owner_form)(
                choice, row, _offered(choice, row), Seen(row["batch"])
            )


def _step_in_words(row: dict[str, Any]) -> str:
    if not row["next_step"]:
        return tr("**Next step:** none is set.")
    step = text.literal(row["next_step"])
    if row["next_step_due_on"]:
        return tr("**Next step:** {step}, by {day}", step=step, day=text.day(row["next_step_due_on"]))
    return tr("**Next step:** {step}", step=step)


def _may_give(choice: Choice) -> bool:
    return choice.viewer.may(EDIT, "accounts") and choice.question.known_at is None


def _step_form(choice: Choice, row: dict[str, Any], seen: Seen) -> None:
    account = row["account_id"]
    with st.form("step", border=False):
        step = conversation.step_fields(row)
        if st.form_submit_button(tr("Save"), type="primary"):
            store = open_stores.store(choice.company)

            def deed() -> BatchResult:
                return conversations.set_next_step(store, choice.viewer, account, step, seen.batch)

            task_dialogs.do(deed, place(account), tr("Next step changed"), seen, partial(conversation.newest_step, choice, account))


def _offered(choice: Choice, row: dict[str, Any]) -> dict[str, str]:
    """To whom the account can be given, by name, as it is when the dialog is opened: its owner first."""
    own = {row["owner"]: row["owner"]} if row["owner"] else {}
    return own | ownership.may_own(open_stores.store(choice.company))


def _owner_form(choice: Choice, row: dict[str, Any], offered: dict[str, str], seen: Seen) -> None:
    """Give the account to somebody else; whoever would lose it from their list is told before."""
    account, store, names = row["account_id"], open_stores.store(choice.company), list(offered)
    with st.form("owner", border=False):
        owner = st.selectbox(
            tr("Owner"), names, names.index(row["owner"]) if row["owner"] else None, format_func=lambda one: offered.get(one, one),
            placeholder=tr("Choose a person"),
        )  # fmt: skip
        if not choice.viewer.sees_all:
            st.caption(tr("If you give it away, it leaves your list; only its new owner, or who sees all accounts, can give it back."))
        if st.form_submit_button(tr("Save"), type="primary"):

            def deed() -> BatchResult:
                return ownership.give(store, choice.viewer, account, owner or "", seen.batch)

            words = tr("Owner is now {owner}", owner=owner or "")
            task_dialogs.do(deed, place(account), words, seen, partial(newest_owner, choice, account))


def newest_owner(choice: Choice, account: str) -> tuple[int, str]:
    """The batch of an account as it stands now, and whose it is in words."""
    row = of(choice, "next-steps", account).rows.row(0, named=True)
    said = tr("Now: owner {owner}. Save once more to put yours in its place.", owner=row["owner"] or tr("none"))
    return row["batch"], said


def _renewal(choice: Choice, account: str) -> None:

    due = loaders.report(choice.company, "renewals", choice.viewer, replace(asked(choice, account), within=AHEAD))
    if due.rows.height:
        st.caption(text.literal(renewal_parts.next_renewal(due)))
        renewal_calls.of_account(choice, due, account, place(account))


def _brief(choice: Choice, account: str) -> None:
    """The brief, as a sheet to print and as text to paste."""
    if not choice.viewer.may(EXPORT, "accounts"):
        return
    for words, ending, made in ((tr("Brief for the call"), "pdf", account_brief), (tr("Brief as text"), "txt", account_brief_text)):
        offer(
            words,
            f"brief_{account}_as-of-{choice.question.as_of}.{ending}",
            partial(_made, made, choice, account),
            partial(of_document, "brief", asked(choice, account), [ending]),
            choice.looking,
            on_click="rerun",
            icon=":material/description:",
            key="brief" if ending == "pdf" else f"brief-{ending}",
        )


def _made(brief: Callable[..., bytes], choice: Choice, account: str) -> bytes:
    return brief(open_stores.store(choice.company), choice.viewer, choice.question, account)
