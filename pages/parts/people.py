"""What all parts of the page of people share: the people whom the viewer sees, what is not right with the list, and the last changes."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from data.access import roles as role_files
from data.access.administration import may as may_administer
from data.access.people import same
from data.access.roles import RolesWrong
from data.store import open_stores
from data.store.edits import EditRefused
from data.store.store import REDO, UNDO, BatchResult, StoreError
from data.viewer import VIEW, NotAllowed
from language import InLanguage, again, mark, tr, tr_n
from language.formats import listed
from pages.ui import loaders, text
from pages.ui.choice import Choice, unfiltered
from pages.ui.marking import marked
from reports.report import Report
from reports.team.org_tree import Faults, faults
from reports.team.people import Directory, directory
from reports.words import codes

WHO = "browser"
SHOWN = 5  # changes that can be taken back here; older ones in the list of imports
NAMED = 8  # names in a warning; the rest is counted
OF_PEOPLE = ("people", "covers")
WORDS = InLanguage(
    {
        mark("Role"): mark("What a person may do, by name: operations on kinds of objects. What no role gives is denied."),
        mark("Right"): mark("An operation (view, edit, export ...) on a kind of object, within a scope."),
        mark("Scope"): mark("Whose accounts a right is given for: one's own, the team's, those of a region or segment, or all."),
        mark("Team"): mark("Those of the same team, and all who report to the person, directly or through others."),
        mark("Cover"): mark("Accounts of one person lent to another from a day to a day, both included. What was lent is not lent on."),
    }
)


def today() -> date:
    return datetime.now(UTC).date()


def seen(choice: Choice) -> Directory:
    """The people whom the viewer may see, with what they own on the newest day."""
    return directory(open_stores.store(choice.company), choice.viewer, arr(choice))


def arr(choice: Choice) -> Report | None:
    """ARR by account of the newest day; None for who may not see it."""
    if not choice.viewer.may(VIEW, "revenue"):
        return None
    return loaders.report(choice.company, "arr", choice.viewer, unfiltered(choice.now))


def words() -> None:
    """What the words of the page mean."""
    for word, meaning in WORDS.items():
        st.markdown(f"**{tr(word)}**: {meaning}")


def broken_roles() -> None:
    """Where the file of roles cannot be used: what is wrong with it, and who gets in meanwhile."""
    try:
        role_files.current()
    except RolesWrong as wrong:
        st.error(
            tr("The file of roles cannot be used. Until it is put right, nobody but those whom HOLDFAST_ADMINISTRATORS names gets in."),
            icon=":material/gpp_bad:",
        )
        for line in str(wrong).splitlines()[:SHOWN]:
            st.caption(text.literal(again(line)))


def warnings(choice: Choice, found: Directory) -> None:
    """What is not right with the list, for who sees all of it; quiet where nothing is wrong, or nobody is on it."""
    if not (choice.viewer.sees_all and found.everybody.by_email):
        return
    spelled = {same(owner): owner for owner in loaders.values(choice.company, "owner", choice.viewer)}
    accounts = {owner: found.owned[key][0] for key, owner in spelled.items() if key in found.owned}
    told = _told(faults(found.everybody, found.roles, accounts))
    if told:
        label = tr_n("{n:,} thing to look at", "{n:,} things to look at", len(told))
        with st.expander(label, icon=":material/warning:", expanded=len(told) <= 2, key="people-warnings"):
            for line in told:
                st.markdown(f":material/chevron_right: {line}")


def _told(wrong: Faults) -> list[str]:
    """Each kind of fault in a sentence, with the names."""
    several = (
        (wrong.doubled, _doubled), (wrong.loops, _loops), ([*wrong.unowned], lambda _: _unowned(sum(wrong.unowned.values()))),
        ([*wrong.left_behind], lambda _: _left_behind(sum(wrong.left_behind.values()))), (wrong.shared, _shared),
        (wrong.without_accounts, _without_accounts), (wrong.no_such_role, _no_such_role), (wrong.without_role, _without_role),
        (wrong.no_manager, _no_manager),
    )  # fmt: skip
    return [tr("{what}: {names}", what=said(len(some)), names=_names(some)) for some, said in several if some]


def _doubled(n: int) -> str:
    return tr_n(
        "{n:,} address is there twice in other letters and lets nobody in",
        "{n:,} addresses are there twice in other letters and let nobody in", n,
    )  # fmt: skip


def _loops(n: int) -> str:
    return tr_n(
        "{n:,} person reports, in the end, to themselves and leads nobody",
        "{n:,} people report, in the end, to themselves and lead nobody", n,
    )  # fmt: skip


def _unowned(n: int) -> str:
    return tr_n(
        "{n:,} account belongs to an owner whom no person here has", "{n:,} accounts belong to owners whom no person here has", n
    )  # fmt: skip


def _left_behind(n: int) -> str:
    return tr_n(
        "{n:,} account belongs to somebody who is disabled", "{n:,} accounts belong to people who are disabled", n
    )  # fmt: skip


def _shared(n: int) -> str:
    return tr_n(
        "{n:,} owner is several people at once", "{n:,} owners are several people at once", n
    )  # fmt: skip


def _without_accounts(n: int) -> str:
    return tr_n(
        "{n:,} person sees own accounts and owns none", "{n:,} people see own accounts and own none", n
    )  # fmt: skip


def _no_such_role(n: int) -> str:
    return tr_n(
        "{n:,} person has a role that there is not", "{n:,} people have a role that there is not", n
    )  # fmt: skip


def _without_role(n: int) -> str:
    return tr_n(
        "{n:,} person has no role, and may do nothing unless a group brings one",
        "{n:,} people have no role, and may do nothing unless a group brings one", n,
    )  # fmt: skip


def _no_manager(n: int) -> str:
    return tr_n(
        "{n:,} person reports to somebody who is not on the list", "{n:,} people report to somebody who is not on the list", n
    )  # fmt: skip


def _names(some: Sequence[str]) -> str:
    rest = len(some) - NAMED
    more = [tr_n("{n:,} more", "{n:,} more", rest)] if rest > 0 else []
    return text.literal(listed([*some[:NAMED], *more]))


def done(change: Callable[..., BatchResult], *args: Any) -> bool:
    """Make a change of people or cover; what refuses it is told. Whether it was made."""
    try:
        batch = change(*args).batch
    except (EditRefused, NotAllowed, StoreError) as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return False
    st.toast(tr("Saved as import {batch}. Undo it below.", batch=batch), icon=":material/check:")
    return True


def last_changes(choice: Choice) -> None:
    """The last changes of people and of cover, each with the button that takes it back."""
    rows = [row for row in loaders.imports(choice.company).iter_rows(named=True) if row["table"] in OF_PEOPLE]
    if not rows or not may_administer(choice.viewer):
        return
    store = open_stores.store(choice.company)
    st.subheader(tr("Last changes"))
    for row in rows[:SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"changed-{row['batch']}"):
            st.markdown(_change(row), width="content")
            action, label = (UNDO, tr("Undo")) if row["standing"] else (REDO, tr("Redo"))
            st.button(
                label,
                key=f"take-back-{row['batch']}",
                on_click=marked,
                args=(store, action, row["batch"], choice.viewer, WHO),
                type="tertiary",
            )


def _change(row: dict[str, Any]) -> str:
    what = tr_n("{n:,} person", "{n:,} people", row["read"]) if row["table"] == "people" else tr("holiday cover")
    told = tr(
        "Import {batch}: {what}, by {who}, {at:%Y-%m-%d %H:%M} UTC",
        batch=row["batch"], what=what, who=text.literal(codes.said("who", row["who"])), at=row["imported_at"],
    )  # fmt: skip
    return told if row["standing"] else tr("{told} · taken back", told=told)
