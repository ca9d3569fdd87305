"""Dialogs of requests for features: written down, changed, asked for, merged, decided and shipped; each is undone in its place."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.store import BatchResult
from data.viewer import EDIT
from data.work import requests
from data.work.requests import Request, Row, Vote
from language import tr, tr_of
from pages.parts import conversation, task_dialogs
from pages.ui import loaders
from pages.ui.choice import Choice, unfiltered
from pages.ui.doing import Seen
from reports.report import Report
from reports.words.request_words import DECISIONS, STATUSES, VALUES

OPEN_STATUSES = tuple(one for one in requests.STATUSES if one != requests.SHIPPED)
LONGEST = 2000  # signs of a description or of what was said


def may(choice: Choice) -> bool:
    """Whether requests can be written down and changed: for who may, of what holds now and not at a past moment of the log."""
    return choice.viewer.may(EDIT, "activities") and choice.question.known_at is None


def add(choice: Choice, place: str, account: str | None = None) -> None:
    """A dialog that writes down a request; account: for whom it is written down, who then asks for it."""
    st.dialog(tr("Write down a request"))(_add_form)(choice, place, account)


def buttons(choice: Choice, row: dict[str, Any], place: str) -> None:
    """What can be done with a request."""
    if not may(choice):
        return
    seen = Seen(row["batch"])
    with st.container(horizontal=True, gap="small", key="request-deeds"):
        if st.button(tr("A customer asks"), icon=":material/person_add:", key="vote", type="primary"):
            st.dialog(tr("Who asks?"))(_vote_form)(choice, row, place)
        if st.button(tr_of("a button", "Change"), icon=":material/edit:", key="change"):
            st.dialog(tr("Change the request"))(_change_form)(choice, row, place, seen)
        if st.button(tr("Decide"), icon=":material/gavel:", key="decide"):
            st.dialog(tr("What is to be done?"))(_decide_form)(choice, row, place, seen)
        if st.button(tr("Says the same as another"), icon=":material/merge:", key="merge"):
            st.dialog(tr("Which one says the same?"))(_merge_form)(choice, row, place, seen)
        if row["status"] != requests.SHIPPED and st.button(tr("Customers have it"), icon=":material/rocket_launch:", key="ship"):
            st.dialog(tr("Since when do customers have it?"))(_ship_form)(choice, row, place, seen)


def _store(choice: Choice):
    return open_stores.store(choice.company)


def _of(row: Mapping[str, Any], seen: Seen) -> Row:
    return Row(row["request_id"], seen.batch)


def _do(choice: Choice, row: Mapping[str, Any], place: str, words: str, seen: Seen, deed: Callable[[], BatchResult]) -> None:
    task_dialogs.do(deed, place, words, seen, partial(_newest, choice, row["request_id"]))


def _newest(choice: Choice, request_id: str) -> tuple[int, str]:
    """A request as it stands now: its batch, and what it says."""
    rows = {one["request_id"]: one for one in _all(choice).rows.iter_rows(named=True)}
    now = rows.get(request_id)
    if now is None:
        return 0, tr("It is there no more, or says the same as another one by now.")
    decided = DECISIONS[now["decided"]] if now["decided"] else tr("left to the formula")
    said = f"{now['title']}; {STATUSES[now['status']]}; {decided}"
    return now["batch"], tr("Now: {what}. Save once more to put yours in its place.", what=said)


def _all(choice: Choice) -> Report:
    return loaders.report(choice.company, "feature-requests", choice.viewer, choice.now)


def fields(was: Mapping[str, Any]) -> Request:
    """What is asked for, as the form says."""
    title = st.text_input(tr("What customers ask for"), was.get("title") or "", max_chars=requests.LONGEST)
    about = st.text_area(tr("What it is to do, and for whom"), was.get("description") or "", max_chars=LONGEST, height=80)
    left, right = st.columns(2)
    values = list(VALUES)
    value = left.selectbox(
        tr("What it brings"), values, values.index(was["brings"]) if was.get("brings") else None, format_func=VALUES.__getitem__,
        placeholder=tr("Not said yet"),
    )  # fmt: skip
    days = right.number_input(tr("Person-days"), value=was.get("effort_days"), step=0.5, placeholder=tr("Not estimated yet"))
    how_much = left.text_input(tr("How much it brings"), was.get("value_note") or "", max_chars=300)
    topic = right.text_input(tr("Topic"), was.get("topic") or "", max_chars=100)
    status, link = left, right
    states = [*OPEN_STATUSES, *([requests.SHIPPED] if was.get("status") == requests.SHIPPED else [])]
    stands = status.selectbox(
        tr("How it stands"), states, states.index(was.get("status") or requests.OPEN), format_func=STATUSES.__getitem__
    )
    where = link.text_input(tr("Where your tool shows it"), was.get("link") or "", max_chars=500)
    return Request(title, about, stands, value, how_much, days, topic, where)


def _add_form(choice: Choice, place: str, account: str | None) -> None:
    with st.form("new-request", border=False):
        request = fields({})
        note = st.text_area(tr("What they said"), max_chars=LONGEST, height=68) if account else ""
        if st.form_submit_button(tr("Save"), type="primary"):
            day, said = task_dialogs.day_looked_at(choice), tr("Request written down: {title}", title=request.title.strip())
            task_dialogs.do(partial(_added, choice, request, account, note, day), place, said)


def _added(choice: Choice, request: Request, account: str | None, note: str, day: Any) -> tuple[BatchResult, ...]:
    own, done = requests.add(_store(choice), choice.viewer, request, day)
    if account is None:
        return (done,)
    return done, requests.ask(_store(choice), choice.viewer, own, Vote(account, note=note), day)


def _change_form(choice: Choice, row: dict[str, Any], place: str, seen: Seen) -> None:
    with st.form("change-request", border=False):
        request = fields(row)
        if st.form_submit_button(tr("Save"), type="primary"):
            said = tr("Request changed: {title}", title=request.title.strip())
            _do(choice, row, place, said, seen, lambda: requests.change(_store(choice), choice.viewer, _of(row, seen), request))


def _vote_form(choice: Choice, row: dict[str, Any], place: str) -> None:
    names = _accounts(choice)
    account = st.selectbox(
        tr("Account"), list(names), None, format_func=lambda one: f"{names[one]} · {one}", placeholder=tr("Choose an account")
    )
    if account:
        vote_fields(choice, row["request_id"], row["title"], account, place)


def _accounts(choice: Choice) -> dict[str, str]:
    rows = loaders.report(choice.company, "accounts", choice.viewer, unfiltered(choice.now)).rows
    return dict(zip(rows["account_id"], rows["name"], strict=True))


def vote_fields(choice: Choice, request_id: str, title: str, account: str, place: str) -> None:
    """Who of an account asks, in which ticket, in which words; and the button that writes it down."""
    people = conversation.people(choice, account)
    with st.form(f"vote-{account}", border=False):
        contact = st.selectbox(
            tr("Who asked"), list(people), None, format_func=people.__getitem__, placeholder=tr("Not known"), disabled=not people
        )
        note = st.text_area(tr("What they said"), max_chars=LONGEST, height=80)
        ticket = st.text_input(tr("The ticket in which they asked"), max_chars=100)
        if st.form_submit_button(tr("Save"), type="primary"):
            day, vote = task_dialogs.day_looked_at(choice), Vote(account, contact, ticket.strip(), note)
            deed = partial(requests.ask, _store(choice), choice.viewer, request_id, vote, day)
            task_dialogs.do(deed, place, tr("Asks for it: {title}", title=title))


def _decide_form(choice: Choice, row: dict[str, Any], place: str, seen: Seen) -> None:
    says = DECISIONS[row["decision"]] if row["decision"] else tr("nothing: it has no priority")
    st.caption(tr("The formula says: {decision}", decision=says))
    with st.form("decide", border=False):
        words = {None: tr("As the formula says"), **DECISIONS}
        decision = st.radio(tr("What is to be done"), list(words), list(words).index(row["decided"]), format_func=words.__getitem__)
        reason = st.text_area(tr("Why"), row["decision_reason"] or "", max_chars=LONGEST, height=80)
        if st.form_submit_button(tr("Save"), type="primary"):
            said = tr("Decided: {title}: {decision}", title=row["title"], decision=words[decision])
            _do(choice, row, place, said, seen, lambda: requests.decide(_store(choice), choice.viewer, _of(row, seen), decision, reason))


def _merge_form(choice: Choice, row: dict[str, Any], place: str, seen: Seen) -> None:
    others = {one["request_id"]: one["title"] for one in _all(choice).rows.iter_rows(named=True) if one["request_id"] != row["request_id"]}
    st.caption(tr("Who asks for this one counts with the other from then on; this one leaves the list, and can be taken out again there."))
    with st.form("merge", border=False):
        into = st.selectbox(
            tr("The one that stays"), list(others), None, format_func=others.__getitem__, placeholder=tr("Choose a request")
        )
        if st.form_submit_button(tr("Merge"), type="primary") and into:
            said = tr("Counts with {title}", title=others[into])
            _do(choice, row, "requests", said, seen, lambda: requests.merge(_store(choice), choice.viewer, _of(row, seen), into))


def _ship_form(choice: Choice, row: dict[str, Any], place: str, seen: Seen) -> None:
    latest = task_dialogs.day_looked_at(choice)
    with st.form("ship", border=False):
        day = st.date_input(tr("Since"), latest, max_value=latest, format="YYYY-MM-DD")
        st.caption(tr("Who asked for it is then listed, to be told."))
        if st.form_submit_button(tr("Save"), type="primary"):
            said = tr("Shipped: {title}", title=row["title"])
            _do(choice, row, place, said, seen, lambda: requests.ship(_store(choice), choice.viewer, _of(row, seen), day))
