"""Stakeholders of an account: who is who, when last in touch, what is missing, and changes in place."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from data.store import open_stores
from data.store.store import BatchResult
from data.viewer import EDIT
from data.work import stakeholders
from data.work.stakeholders import Person
from language import InLanguage, mark, spoken, tr, tr_n, tr_of
from metrics.stakeholders import ROLES
from pages.parts import task_dialogs
from pages.parts.account_asked import of, place
from pages.ui import folds, text
from pages.ui.choice import Choice
from pages.ui.doing import Seen
from pages.ui.pills import Pill, in_line, pills
from reports.narrow import where
from reports.words import codes

SHOWN = 5  # people; the rest once they are asked for
CHAMPION = Pill(mark("Champion"), ":material/star:", "violet")
STATES: InLanguage[str, Pill] = InLanguage(
    {
        "quiet": Pill(mark("Quiet"), ":material/volume_off:", "orange"),
        "left": Pill(mark("Left"), ":material/logout:", "gray"),
        "former": Pill(mark("Was champion"), ":material/star_half:", "gray"),
    }
)
ABOUT_QUIET = mark("Champions are quiet after 30 days without a conversation or use, others after 90. Report: stakeholders.")


def show(choice: Choice, account: str) -> None:
    """Gaps as pills, then the people who are there, those with most say first; who left is folded away."""
    everybody = of(choice, "stakeholders", account)
    here = where(everybody, "state", "in_touch", "quiet", "not_known")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="people-head"):
        st.header(tr("Stakeholders"), anchor=False, width="content", help=tr(ABOUT_QUIET))
        if _may_change(choice) and st.button(tr("Add"), icon=":material/person_add:", type="tertiary", key="add-person"):
            st.dialog(tr("Add a contact"))(_form)(choice, account, None, Seen(0))
    with st.container(horizontal=True, gap="xsmall"):
        pills(
            Pill(row["why"], ":material/warning:", "orange") for row in of(choice, "stakeholder-gaps", account).rows.iter_rows(named=True)
        )
    if not everybody.rows.height:
        st.caption(tr("No contacts are known: none of this account is imported."))
        return
    _people(choice, here.rows.head(SHOWN).to_dicts())
    rest = [*here.rows.tail(-SHOWN).to_dicts(), *where(everybody, "state", "left").rows.to_dicts()]
    if rest:
        label = tr_n("{n:,} more person", "{n:,} more people", len(rest))
        folds.fold(label, f"people-{account}", partial(_people, choice, rest), ":material/group:")


def _may_change(choice: Choice) -> bool:
    return choice.viewer.may(EDIT, "accounts") and choice.question.known_at is None


def _people(choice: Choice, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"person-{row['contact_id']}"):
            st.markdown(_in_words(row), width="stretch")
            if _may_change(choice):
                _change(choice, row)


def _change(choice: Choice, row: dict[str, Any]) -> None:
    called, key = text.literal(_called(row)), f"change-{row['contact_id']}"
    if st.button(tr_of("a button", "Change"), key=key, type="tertiary", icon=":material/edit:", help=called):
        st.dialog(tr("Change {name}", name=called))(_form)(choice, row["account_id"], row, Seen(row["batch"]))


def _called(row: Mapping[str, Any]) -> str:
    return row["name"] or row["email"] or row["contact_id"]


def _in_words(row: Mapping[str, Any]) -> str:
    """Name and marks, then role and when last in touch."""
    marks = [spoken(CHAMPION)] if row["is_champion"] and row["state"] != "left" else []
    marks += [STATES[row["state"]]] if row["state"] in STATES else []
    marks += [STATES["former"]] if row["was_champion_until"] and marks[:1] != [spoken(CHAMPION)] else []
    role = codes.said("role", row["role"]) or tr("role not known")
    told = " · ".join(part for part in (role, _last(row)) if part)
    return f"**{text.literal(_called(row))}** {' '.join(in_line(one) for one in marks)}  \n:small[:gray[{text.literal(told)}]]"


def _last(row: Mapping[str, Any]) -> str:
    if row["state"] == "left":
        return tr("left {day}", day=text.day(row["left_on"]))
    if row["last_contact"] is None:
        return tr("not known when last in touch")
    by = tr("used it") if row["last_used"] == row["last_contact"] else tr("talked")
    return tr("{what} {day}", what=by, day=text.day(row["last_contact"]))


def _form(choice: Choice, account: str, row: Mapping[str, Any] | None, seen: Seen) -> None:
    """What is said of a contact, to be changed; of nobody yet, to be filled in."""
    was = row or {}
    with st.form("contact", border=False):
        name = st.text_input(tr("Name"), was.get("name") or "", max_chars=200)
        email = st.text_input(
            tr("E-mail"), was.get("email") or "", max_chars=254, help=tr("Its use of the product is found by this address.")
        )
        roles = {None: tr("not known"), **{role: codes.said("role", role) for role in ROLES}}
        role = st.selectbox(tr("Role"), list(roles), list(roles).index(was.get("role")), format_func=roles.__getitem__)
        champion = st.checkbox(tr("Champion"), bool(was.get("is_champion")), help=tr("Speaks up for your product."))
        left = st.date_input(tr("Left on"), was.get("left_on"), format="YYYY-MM-DD") if row else None
        if st.form_submit_button(tr("Save"), type="primary"):
            person = Person(name, email, role, champion if champion or was.get("is_champion") is not None else None, left or None)
            _save(choice, account, was, person, seen)


def _save(choice: Choice, account: str, was: Mapping[str, Any], person: Person, seen: Seen) -> None:
    store, contact = open_stores.store(choice.company), was.get("contact_id")

    def deed() -> BatchResult:
        if contact is None:
            return stakeholders.add(store, choice.viewer, account, person)
        return stakeholders.change(store, choice.viewer, contact, account, person, seen.batch)

    words = tr("Saved: {name}", name=person.name or person.email)
    task_dialogs.do(deed, place(account), words, seen, partial(_newest, choice, account, contact))


def _newest(choice: Choice, account: str, contact: str | None) -> tuple[int, str]:
    """A contact as it stands now: its batch, and what it says."""
    row = next((one for one in of(choice, "stakeholders", account).rows.iter_rows(named=True) if one["contact_id"] == contact), None)
    if row is None:
        return 0, tr("It is there no more.")
    said = [_called(row), row["email"], codes.said("role", row["role"]), tr("champion") if row["is_champion"] else None]
    return row["batch"], tr("Now: {what}. Save once more to put yours in its place.", what=", ".join(one for one in said if one))
