"""The dialog that answers what Today shows of an account: put off, hand over, mark as wrong."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.work import answers, tasks
from data.work.answers import Item
from language import InLanguage, mark, mark_of, tr
from metrics.answers import WRONG_CHANGE_DAYS, WRONG_STATE_DAYS, wrong_for
from pages.parts import task_dialogs
from pages.ui import loaders, text
from pages.ui.choice import Choice
from pages.ui.doing import Seen

PUT_OFF, HAND_OVER, WRONG = "snoozed", "handed_over", "wrong"
CALLED = InLanguage({PUT_OFF: mark_of("a deed", "Put off"), HAND_OVER: mark("Hand over"), WRONG: mark("Mark as wrong")})
SAID = InLanguage({PUT_OFF: mark("Put off until {until}"), HAND_OVER: mark("Handed over to {to}"), WRONG: mark("Marked as wrong")})
ICONS = {PUT_OFF: ":material/snooze:", HAND_OVER: ":material/forward:", WRONG: ":material/block:"}
TWO_WEEKS = timedelta(days=14)


def put_aside(choice: Choice, found: list[dict[str, Any]]) -> None:
    """A dialog that answers one of the things that Today shows of an account. found: its rows of the report `today`."""
    title = tr("Put aside: {name}", name=text.literal(found[0]["name"]))
    seen = {row["kind"]: Seen(row["seen"] or 0) for row in found}
    st.dialog(title, icon=":material/inventory_2:")(_ways)(choice, {row["kind"]: row for row in found}, seen)


def _ways(choice: Choice, found: Mapping[str, dict[str, Any]], seen: Mapping[str, Seen]) -> None:
    """Which answer it is, and its form."""
    account = next(iter(found.values()))["account_id"]
    what = st.segmented_control(
        tr("How"), list(CALLED), default=PUT_OFF, required=True, format_func=_with_icon, key=f"way-{account}", label_visibility="collapsed",
    )  # fmt: skip
    _form(choice, found, what, seen)


def _with_icon(what: str) -> str:
    return f"{ICONS[what]} {CALLED[what]}"


def _form(choice: Choice, found: Mapping[str, dict[str, Any]], what: str, seen: Mapping[str, Seen]) -> None:
    account = next(iter(found.values()))["account_id"]
    with st.form(f"{what}-{account}", border=False):
        kind = _which(found)
        fields = {PUT_OFF: _put_off, HAND_OVER: _hand_over, WRONG: _mark_wrong}[what]
        deed, words = fields(choice, found[kind])
        if st.form_submit_button(CALLED[what], type="primary"):
            item = answers.item_of(found[kind])
            place = task_dialogs.PLACE.format(account=account)
            doing_it = lambda: deed(replace(item, seen=seen[kind].batch))  # noqa: E731
            task_dialogs.do(doing_it, place, words, seen[kind], partial(_newest, choice, item))


def _which(found: Mapping[str, dict[str, Any]]) -> str:
    """Which of the things is meant, asked where there are several."""
    kinds = list(found)
    if len(kinds) == 1:
        st.markdown(text.literal(text.our(found[kinds[0]]["why"])))
        return kinds[0]
    return st.radio(tr("Which"), kinds, format_func=lambda kind: text.literal(text.our(found[kind]["why"])))


def _put_off(choice: Choice, row: dict[str, Any]) -> tuple[Any, str]:
    day = task_dialogs.day_looked_at(choice)
    most = timedelta(days=answers.MOST_DAYS)
    about = tr("It shows again on that day, where it is still so, and at once where it gets clearly worse.")
    until = st.date_input(tr("Until"), day + TWO_WEEKS, max_value=day + most, format="YYYY-MM-DD", help=about)
    reason = _reason(tr("Why"))
    store = open_stores.store(choice.company)
    return lambda item: answers.put_off(store, choice.viewer, item, until, reason, day=day), SAID[PUT_OFF].format(until=text.day(until))


def _hand_over(choice: Choice, row: dict[str, Any]) -> tuple[Any, str]:
    day, viewer = task_dialogs.day_looked_at(choice), choice.viewer
    me = viewer.owner or viewer.person
    first = row["owner"] if row["owner"] and row["owner"] != me else None
    to = task_dialogs.who(choice, row["account_id"], first, tr("To whom"), *([me] if me else []))
    due = st.date_input(tr("Due on"), day + task_dialogs.AHEAD, min_value=day, format="YYYY-MM-DD")
    reason = _reason(tr("What they are to do"))
    st.caption(tr("They get a task. It shows again here on the day after it is due, where it is still so."))
    store = open_stores.store(choice.company)
    return lambda item: answers.hand_over(store, viewer, item, to or "", due, reason, day=day), SAID[HAND_OVER].format(to=to)


def _mark_wrong(choice: Choice, row: dict[str, Any]) -> tuple[Any, str]:
    day = task_dialogs.day_looked_at(choice)
    reason = _reason(tr("What is wrong with it"))
    st.caption(
        tr(
            "It stays away for {change} days where it tells a change, for {state} days else; at once it shows where it gets clearly worse.",
            change=WRONG_CHANGE_DAYS,
            state=WRONG_STATE_DAYS,
        )
    )
    store = open_stores.store(choice.company)
    return lambda item: answers.mark_wrong(store, choice.viewer, item, reason, day=day, holds=wrong_for(item.kind)), SAID[WRONG]


def _reason(label: str) -> str:
    return st.text_input(label, max_chars=tasks.LONGEST)


def _newest(choice: Choice, item: Item) -> tuple[int, str]:
    """What was said to a thing last: its batch, and in words."""
    report = loaders.report(choice.company, "today", choice.viewer, choice.question)
    rows = (row for row in report.rows.iter_rows(named=True) if (row["account_id"], row["kind"]) == (item.account_id, item.kind))
    row = next(rows, None)
    if row is None:
        return item.seen, tr("It shows no more: nothing is to be done about it.")
    return row["seen"] or 0, tr("Now: {said}. Say it once more to put yours in its place.", said=told(row))


def told(row: Mapping[str, Any]) -> str:
    """What was said to a thing, until when, by whom and why; that it is open where nothing holds."""
    if row["answer"] is None:
        return tr("open")
    said = SAID[row["answer"]].format(until=text.day(row["until"]), to=row["handed_to"] or "")
    parts = [said, *([tr("until {until}", until=text.day(row["until"]))] if row["answer"] == WRONG else []), row["by"], row["reason"]]
    return " · ".join(part for part in parts if part)
