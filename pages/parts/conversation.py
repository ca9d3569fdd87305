"""Writing down a conversation: the day, how it was held, who took part, how it went, what was said, and what is to be done next."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.store import BatchResult
from data.viewer import EDIT, VIEW
from data.work import conversations, requests
from data.work.conversations import Conversation, NextStep
from language import InLanguage, mark, tr
from metrics.account_measures import SENTIMENTS
from pages.parts import task_dialogs
from pages.ui import loaders, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.doing import Seen
from reports.report import Report

LOG = mark("Log a conversation")
CHANNEL_WORDS = InLanguage(
    {"call": mark("Call"), "meeting": mark("Meeting"), "visit": mark("Visit"), "email": mark("E-mail"), "chat": mark("Chat")}
)
SENTIMENT_WORDS = InLanguage({"negative": mark("Negative"), "neutral": mark("Neutral"), "positive": mark("Positive")})
ABOUT_SENTIMENT = mark("How the customer took it, where that can be said: it counts in the health score; that one was held does not.")
LONGEST, LONGEST_STEP = 4000, 300


def log_conversation(choice: Choice, account: str, about: str = "") -> None:
    """A dialog that writes down a conversation with an account. about: the kind of thing on Today that led to it."""
    row = _account(choice, account)
    title = tr("Conversation with {name}", name=text.literal(row["name"]))
    st.dialog(title, width="medium")(_form)(choice, row, about, Seen(row["step_batch"]))


def may_log(choice: Choice) -> bool:
    return choice.viewer.may(EDIT, "activities")


def _of(choice: Choice, name: str, account: str) -> Report:
    question = replace(choice.question, filters=(("account_id", (account,)),))
    return loaders.report(choice.company, name, choice.viewer, question)


def _account(choice: Choice, account: str) -> dict[str, Any]:
    return _of(choice, "next-steps", account).rows.row(0, named=True)


def people(choice: Choice, account: str) -> dict[str, str]:
    """The contacts of an account who are still there, by id: name and role in words."""
    if not choice.viewer.may(VIEW, "accounts"):
        return {}
    rows = _of(choice, "contacts", account).rows.iter_rows(named=True)
    return {row["contact_id"]: row["name"] or row["email"] or row["contact_id"] for row in rows if row["left_on"] is None}


def _form(choice: Choice, row: dict[str, Any], about: str, seen: Seen) -> None:
    account, known = row["account_id"], people(choice, row["account_id"])
    day_looked_at = _of(choice, "next-steps", account).parameters["as_of"]
    with st.form(f"conversation-{account}", border=False):
        with st.container(horizontal=True, gap="small"):
            day = st.date_input(tr("Held on"), value=day_looked_at, format="YYYY-MM-DD", width=150)
            channel = st.segmented_control(tr("How"), list(CHANNEL_WORDS), format_func=CHANNEL_WORDS.__getitem__)
        said = st.text_area(tr("What was said"), max_chars=LONGEST, height=120)
        nobody = tr("No contacts are known") if not known else tr("Choose")
        taking = st.multiselect(tr("Who took part"), list(known), format_func=known.__getitem__, placeholder=nobody, disabled=not known)
        worded = SENTIMENT_WORDS.__getitem__
        sentiment = st.segmented_control(tr("How it went"), list(SENTIMENTS), format_func=worded, help=tr(ABOUT_SENTIMENT))
        wished = _wished(choice)
        step = step_fields(row)
        if st.form_submit_button(tr("Save"), type="primary"):
            held = Conversation(account, day, said, channel, tuple(taking), sentiment, about, row["owner"])
            _save(choice, held, step if step != _step(row) else None, seen, wished)


def _wished(choice: Choice) -> list[str]:
    """The requests that they asked for; nothing to choose where none is written down."""
    if not choice.viewer.may(VIEW, "activities"):
        return []
    rows = loaders.report(choice.company, "feature-requests", choice.viewer, unfiltered(choice.now)).rows.to_dicts()
    titles = {one["request_id"]: one["title"] for one in rows if one["status"] not in ("shipped", "declined")}
    if not titles:
        return []
    named = titles.__getitem__
    return st.multiselect(tr("What they asked you to build"), list(titles), format_func=named, placeholder=tr("Choose a request"))


def _step(row: dict[str, Any]) -> NextStep:
    return NextStep(row["next_step"] or "", row["next_step_due_on"])


def step_fields(row: dict[str, Any]) -> NextStep:
    """What is to be done next with an account and by when, as it stands, to be changed."""
    was = _step(row)
    with st.container(horizontal=True, gap="small"):
        what = st.text_input(tr("Next step"), was.what, max_chars=LONGEST_STEP, placeholder=tr("What is to be done next"))
        due_on = st.date_input(tr("Due on"), was.due_on, format="YYYY-MM-DD", width=150)
    return NextStep(what, due_on if isinstance(due_on, date) else None)


def newest_step(choice: Choice, account: str) -> tuple[int, str]:
    """The batch of an account's next step as it stands now, and it and the owner in words."""
    row = _account(choice, account)
    step = row["next_step"] or tr("none")
    when = f", {text.day(row['next_step_due_on'])}" if row["next_step_due_on"] else ""
    said = tr("Now: next step {step}{when}; owner {owner}. Save once more to put yours in its place.",
              step=step, when=when, owner=row["owner"] or tr("none"))  # fmt: skip
    return row["step_batch"], said


def _save(choice: Choice, held: Conversation, step: NextStep | None, seen: Seen, wished: Sequence[str]) -> None:
    store = open_stores.store(choice.company)

    def deed() -> tuple[BatchResult, ...]:
        logged = conversations.log(store, choice.viewer, held, step, seen.batch)
        return (*logged, *requests.ask_for(store, choice.viewer, held.account_id, wished, held.day))

    place = task_dialogs.PLACE.format(account=held.account_id)
    task_dialogs.do(deed, place, tr("Conversation logged"), seen, partial(newest_step, choice, held.account_id))
