"""Holiday cover: whose accounts are lent to whom, from when until when."""

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from data.access.changing import Cover, covers, end_cover, lend, may_lend
from data.access.people import Person
from data.access.rights import known_people
from data.store import open_stores
from data.viewer import VIEW
from language import tr
from pages.parts import people as shared
from pages.ui import pills, text
from pages.ui.choice import Choice
from reports.team.people import Directory

OVER_SHOWN = 10  # covers that are over and still listed


def show(choice: Choice, found: Directory) -> None:
    """The covers that run, are ahead and were, and the form for a new one."""
    st.caption(tr("While accounts are lent, the other person sees and works on them as on their own. Both days are included."))
    form(choice, found)
    emails = {one.email for one in found.shown}
    agreed = [one for one in covers(open_stores.store(choice.company)) if {one.email, one.covered_by} & emails]
    if not agreed:
        st.info(tr("Nobody's accounts are lent."), icon=":material/beach_access:")
    over = [one for one in agreed if one.until < shared.today()]
    for one in [*(one for one in agreed if one not in over), *over[:OVER_SHOWN]]:
        _line(choice, found, one)


def own(choice: Choice) -> None:
    """Lend one's own accounts, for who does not open the page of people; nothing for who is not on the list, or may not lend."""
    viewer = choice.viewer
    if not viewer.person or viewer.may(VIEW, "people") or not may_lend(viewer, viewer.person):
        return
    everybody, _ = known_people(open_stores.store(choice.company))
    person = everybody.person(viewer.person)
    if person:
        with st.popover(tr("Holiday cover"), icon=":material/beach_access:", type="tertiary"):
            show(choice, Directory(everybody, (person,), None, {}))


def form(choice: Choice, found: Directory) -> None:
    """Lend accounts: anybody's for an administrator, one's own for everybody else; nothing for who may lend none."""
    lenders = {one.email: one.called for one in found.shown if may_lend(choice.viewer, one.email)}
    takers = {one.email: one.called for one in _takers(choice, found)}
    if not lenders or not takers:
        return
    with st.form("cover", border=True):
        left, right = st.columns(2)
        away = _who(left, tr("Whose accounts"), lenders, "cover-away")
        covering = _who(right, tr("Lent to"), takers, "cover-to")
        start = left.date_input(tr("First day"), shared.today(), format="YYYY-MM-DD", key="cover-from")
        until = right.date_input(tr("Last day"), shared.today() + timedelta(days=13), format="YYYY-MM-DD", key="cover-until")
        if st.form_submit_button(tr("Lend them"), type="primary"):
            if not (away and covering):
                st.warning(tr("Choose whose accounts, and to whom."))
            elif shared.done(lend, open_stores.store(choice.company), choice.viewer, away, covering, start, until):
                st.rerun()


def _takers(choice: Choice, found: Directory) -> list[Person]:
    """To whom accounts may be lent: active people; for who sees a part of the company, those seen, the own team and the own manager."""
    everybody = [one for one in found.everybody.by_email.values() if one.is_active]
    if choice.viewer.sees_all:
        return everybody
    own = found.everybody.person(choice.viewer.person) if choice.viewer.person else None
    mates = {one.email for one in found.everybody.team_of(own)} | {own.manager} if own else set()
    return [one for one in everybody if one != own and (one in found.shown or one.email in mates)]


def _who(place: st.delta_generator.DeltaGenerator, label: str, names: Mapping[str, str], key: str) -> str | None:
    only = 0 if len(names) == 1 else None
    return place.selectbox(label, list(names), index=only, format_func=names.__getitem__, placeholder=tr("Choose a person"), key=key)


def _line(choice: Choice, found: Directory, one: Cover) -> None:
    called = {email: person.called for email, person in found.everybody.by_email.items()}
    away, covering = (called.get(email, email) for email in (one.email, one.covered_by))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"cover-{one.cover_id}"):
        pills.pills([_state(one)])
        days = {"start": text.day(one.starts_on), "until": text.day(one.until)}
        names = {"away": text.literal(away), "covering": text.literal(covering)}
        st.markdown(tr("**{away}** to **{covering}**, {start} to {until}", **names, **days), width="content")
        if one.until >= shared.today() and may_lend(choice.viewer, one.email):
            label = tr("End it") if one.starts_on <= shared.today() else tr("Call it off")
            if st.button(label, key=f"end-{one.cover_id}", type="tertiary", help=tr("From now on the accounts are not lent any more.")):
                last = shared.today() - timedelta(days=1)
                if shared.done(end_cover, open_stores.store(choice.company), choice.viewer, one.cover_id, last):
                    st.rerun()


def _state(one: Cover) -> pills.Pill:
    if one.until < shared.today():
        return pills.Pill(tr("Over"), ":material/history:", "gray")
    if one.starts_on > shared.today():
        return pills.Pill(tr("Ahead"), ":material/event:", "blue")
    return pills.Pill(tr("Runs"), ":material/beach_access:", "green")
