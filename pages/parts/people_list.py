"""The list of people: a table, one person with what can be done, the file of all, and the org tree."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import streamlit as st

from data.access.changing import add_person, change_person, remove_person
from data.access.people import Person, same
from data.access.provider import is_configured
from data.access.rights import viewer_of
from data.access.sessions import RecordUnreadable, sessions
from data.settings import current_settings
from data.store import open_stores
from data.store.view import View
from data.viewer import EXPORT, VIEW, Viewer
from language import InLanguage, mark, tr, tr_n, tr_of
from language.formats import listed
from pages.parts import people as shared
from pages.parts import people_file
from pages.ui import address, tables, text
from pages.ui.choice import Choice
from pages.ui.rights import opens
from reports.team.org_tree import tree as places
from reports.team.people import Directory, as_report
from reports.words import codes

FILE_NAME = "people"
PAGES = InLanguage(  # as the navigation calls them, by their address
    {
        "": mark("Today"), "accounts": mark("Accounts"), "renewals": mark("Renewals"), "activation": mark("Activation"),
        "portfolio-health": mark("Portfolio health"), "usage": mark("Usage"),
        "plays": mark("Plays"), "growth": mark("Growth"), "feature-requests": mark("Feature requests"),
        "support": mark("Support"),
        "voice": mark("Voice of the customer"),
        "revenue": mark("Overview"), "forecast": mark("Forecast"), "what-if": mark("What if"), "cohorts": mark("Cohorts"),
        "lifetime": mark("Lifetime"),
        "churn-reasons": mark("Churn reasons"),
        "closes": mark("Board pack and closes"),
        "compare-rules": mark("Compare rules"), "reconcile": mark("Reconcile"), "import": mark("Import"), "matching": mark("Matching"),
        "sources": mark("Sources"),
        "definitions": mark("Definitions"), "health-score": mark("Health score"), "health-lab": mark("Health lab"),
        "churn-model": mark("Churn model"), "self-check": mark("Self-check"),
        "people": mark("People and roles"), "my-access": mark("My access"), "approvals": mark("Approvals"), "erasure": mark("Erasure"),
        "audit": mark("Audit"),
    }
)  # fmt: skip


def show(choice: Choice, found: Directory, may_change: bool) -> None:
    """The table of people, and above it the one who is chosen."""
    if may_change:
        with st.container(horizontal=True, gap="small"):
            if st.button(tr("Add a person"), icon=":material/person_add:", type="primary"):
                st.dialog(tr("Add a person"))(_form)(choice, found, None)
            with st.popover(tr("Bring a list"), icon=":material/upload_file:"):
                people_file.upload(choice)
    if not found.shown:
        st.info(tr("Nobody is on the list yet. Add people one by one, or bring the list as a file."), icon=":material/group:")
        return
    last = {email: at for email, (at, _) in _signed_in(choice).items()}
    report = as_report(found, choice.viewer, shared.today(), last, *_of_money(choice))
    chosen = _choose(found)
    if chosen:
        _person(choice, found, chosen, may_change)
    if not choice.viewer.sees_all:
        st.caption(tr("Accounts and ARR are of those that you see."))
    tables.cell(report, FILE_NAME, ())


def _of_money(choice: Choice) -> tuple[str, int]:
    arr = shared.arr(choice)
    return (arr.currency, arr.data_version) if arr else ("", 0)


def _signed_in(choice: Choice) -> Mapping[str, tuple[datetime, tuple[str, ...]]]:
    """When each person last signed in, and the groups of the provider then, where the record says it."""
    if not (is_configured(current_settings()) and shared.may_administer(choice.viewer)):
        return {}
    try:
        return sessions().last_signins()
    except RecordUnreadable:
        return {}


def _choose(found: Directory) -> Person | None:
    names = {one.email: f"{one.called} · {one.email}" if one.name else one.email for one in found.shown}
    address.in_own_words("person", names, names.__getitem__)
    email = st.selectbox(
        tr("Open a person"), list(names), index=None, format_func=names.__getitem__, key="person", width=420, bind="query-params",
        placeholder=tr("Choose a person to see or change"),
    )  # fmt: skip
    return next((one for one in found.shown if one.email == email), None)


def _person(choice: Choice, found: Directory, one: Person, may_change: bool) -> None:
    with st.container(border=True, key="person-card"):
        st.markdown(f"**{text.literal(one.called)}** · {text.literal(_about(found, one))}")
        with st.container(horizontal=True, gap="small"):
            if may_change:
                _changes(choice, found, one)
            if shared.may_administer(choice.viewer) and st.button(tr("What they would see"), icon=":material/visibility:"):
                st.dialog(tr("What {name} would see", name=text.literal(one.called)))(_sees)(choice, one)


def _about(found: Directory, one: Person) -> str:
    """Roles, team, manager and accounts in a line."""
    boss = found.everybody.by_email.get(same(one.manager))
    said = [
        listed(found.titles(one)) or tr("no role"), one.team,
        tr("reports to {name}", name=boss.called if boss else one.manager) if one.manager else "",
        text.accounts(found.accounts_of(one)), "" if one.is_active else tr("disabled"),
    ]  # fmt: skip
    return " · ".join(part for part in said if part)


def _changes(choice: Choice, found: Directory, one: Person) -> None:
    store = open_stores.store(choice.company)
    if st.button(tr_of("a button", "Change"), icon=":material/edit:"):
        st.dialog(tr("Change {name}", name=text.literal(one.called)))(_form)(choice, found, one)
    label = tr("Disable") if one.is_active else tr("Let in again")
    if st.button(label, icon=":material/person_off:" if one.is_active else ":material/how_to_reg:", help=tr("Counts from the next click.")):
        _then_again(shared.done(change_person, store, choice.viewer, one.email, {"is_active": not one.is_active}))
    if st.button(tr("Remove"), icon=":material/person_remove:", type="tertiary"):
        st.dialog(tr("Remove {name} from the list?", name=text.literal(one.called)))(_removal)(choice, found, one)


def _removal(choice: Choice, found: Directory, one: Person) -> None:
    accounts = found.accounts_of(one)
    if accounts:
        st.warning(tr_n("{n:,} account still names this person as owner.", "{n:,} accounts still name this person as owner.", accounts))
    st.write(tr("The person is out at the next click and gone from the list. It can be undone below the list."))
    if st.button(tr("Remove"), type="primary", key="remove-now"):
        _then_again(shared.done(remove_person, open_stores.store(choice.company), choice.viewer, one.email))


def _then_again(done: bool) -> None:
    if done:
        st.rerun()


def _form(choice: Choice, found: Directory, one: Person | None) -> None:
    """Everything that can be said of a person; of one who is there, the address stays as it is."""
    was = one or Person("")
    with st.form("person-form", border=False):
        email = st.text_input(tr("E-mail"), was.email, disabled=one is not None, help=tr("As the person signs in."), max_chars=254)
        said: dict[str, Any] = {"name": st.text_input(tr("Name"), was.name, max_chars=200)}
        said["roles"] = _roles_field(found, was)
        said["team"] = st.text_input(tr("Team"), was.team, max_chars=200)
        said["manager"] = _manager_field(found, was)
        said["owner"] = st.text_input(
            tr("Owner in accounts"), was.owner, help=tr("Where accounts do not say the e-mail address."), max_chars=254
        )
        if st.form_submit_button(tr("Save"), type="primary"):
            _save(choice, one, email, said)


def _roles_field(found: Directory, was: Person) -> tuple[str, ...]:
    known = found.roles.roles if found.roles else {}
    options = list(dict.fromkeys([*known, *was.roles]))
    titles = {name: codes.said("role_title", known[name].title) if name in known else name for name in options}
    return tuple(st.multiselect(tr("Roles"), options, was.roles, format_func=titles.__getitem__, placeholder=tr("None: may do nothing")))


def _manager_field(found: Directory, was: Person) -> str:
    names = {email: one.called for email, one in found.everybody.by_email.items() if email != was.email}
    names |= {was.manager: was.manager} if was.manager and was.manager not in names else {}
    at = list(names).index(was.manager) if was.manager else None
    return st.selectbox(tr("Reports to"), list(names), index=at, format_func=names.__getitem__, placeholder=tr("Nobody")) or ""


def _save(choice: Choice, one: Person | None, email: str, said: dict[str, Any]) -> None:
    store = open_stores.store(choice.company)
    if one is None:
        _then_again(shared.done(add_person, store, choice.viewer, Person(email, **said)))
        return
    changed = {name: value for name, value in said.items() if value != getattr(one, name)}
    if changed:
        _then_again(shared.done(change_person, store, choice.viewer, one.email, changed))
    else:
        st.info(tr("Nothing was changed."))


def _sees(choice: Choice, one: Person) -> None:
    """What a person could open, and how many accounts they would find; groups of the provider are those of the last sign-in."""
    store = open_stores.store(choice.company)
    _, groups = _signed_in(choice).get(one.email, (None, ()))
    as_they = viewer_of(store, one.email, groups, shared.today(), one.name)
    open_pages = [title for path, title in PAGES.items() if opens(as_they, path)]
    if not open_pages:
        st.info(tr("Nothing: no role gives anything."), icon=":material/lock:")
    else:
        st.markdown(tr("**{accounts}** on {pages}", accounts=text.accounts(_accounts(choice, as_they)), pages=listed(open_pages)))
        exports = as_they.may(EXPORT, "accounts")
        st.caption(tr("Files of accounts can be taken away.") if exports else tr("No file of accounts can be taken away."))
    if not groups:
        st.caption(tr("Groups of the sign-in provider may give more."))


def _accounts(choice: Choice, as_they: Viewer) -> int:
    if not as_they.may(VIEW, "accounts"):
        return 0
    with View(open_stores.store(choice.company), as_they.reading("accounts")) as view:
        return view.accounts().height


def tree(found: Directory) -> None:
    """Who reports to whom, indented."""
    if not found.shown:
        st.info(tr("Nobody is on the list yet."), icon=":material/group:")
        return
    lines = [f"{'    ' * place.depth}- {_in_tree(found, place.person)}" for place in places(found.everybody, found.shown)]
    st.markdown("\n".join(lines))
    lost = {*found.everybody.loops()}
    if lost:
        st.subheader(tr("In a loop"))
        st.markdown("\n".join(f"- {_in_tree(found, one)}" for one in found.shown if one.email in lost))


def _in_tree(found: Directory, one: Person) -> str:
    number = found.accounts_of(one)
    said = [listed(found.titles(one)), one.team, text.accounts(number) if number else "", "" if one.is_active else tr("disabled")]
    rest = " · ".join(text.literal(part) for part in said if part)
    return f"**{text.literal(one.called)}**" + (f" · {rest}" if rest else "")
