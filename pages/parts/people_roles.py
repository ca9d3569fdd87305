"""Roles: what each may do with what and for whose accounts; changed by administrators, who see first for whom that changes what."""

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from data.access import changing_roles as changing
from data.access import roles as role_files
from data.access.changing_roles import Effect, Right
from data.access.roles import Reach, Role, Roles, RolesWrong
from data.audit.deeds import NotRecorded
from data.store import open_stores
from data.store.edits import EditRefused
from data.viewer import KINDS, OPERATIONS, NotAllowed
from language import InLanguage, again, mark, tr
from language.formats import listed
from pages.parts import people_role_form
from pages.parts.people_role_form import KIND_TITLES, OPERATION_WORDS, whose
from pages.ui import address, text
from pages.ui.choice import Choice
from pages.ui.downloads import offer
from reports.files.exports import Export
from reports.team.people import Directory
from reports.words import codes

FILE = "roles.toml"
SEVERAL = 3  # rights named in a cell of the preview before they are counted by kind
OTHERS = InLanguage({"shipped": mark("The roles that come with the product"), "before": mark("The roles before the last change")})


def show(choice: Choice, found: Directory, may_change: bool) -> None:
    """One role as a table of what it gives; for administrators its form, and the file of all."""
    seen = changing.in_force()
    if found.roles is not None:
        role = _chosen(found.roles)
        _matrix(role)
        _having(found, role)
        if may_change:
            _changes(choice, found, found.roles, role, seen)
    if may_change:
        _file(choice, found, seen)


def _chosen(known: Roles) -> Role:
    titles = {name: codes.said("role_title", role.title) for name, role in known.roles.items()}
    name = address.one_of(tr("Role"), "role", titles)
    return known.roles.get(name) or next(iter(known.roles.values()))


def _matrix(role: Role) -> None:
    """Kinds of objects down, operations across, a tick where the role gives it; whose accounts in words above."""
    st.markdown(tr("**{role}** reaches {scope}.", role=text.literal(codes.said("role_title", role.title)), scope=_reaches(role)))
    shown = [one for one in OPERATIONS if any(role.may(one, kind) for kind in KINDS)]
    if not shown:
        st.info(tr("This role gives nothing."))
        return
    head = f"| | {' | '.join(OPERATION_WORDS[one] for one in shown)} |\n|---{'|:-:' * len(shown)}|"
    rows = [f"| {KIND_TITLES[kind]} | {' | '.join('✓' if role.may(one, kind) else '' for one in shown)} |" for kind in KINDS]
    st.markdown("\n".join([head, *rows]))


def _reaches(role: Role) -> str:
    """Whose accounts a role is given for; operation by operation where they differ."""
    by_operation = {operation: reach for (operation, _), reach in role.given.items()}
    reaches = list(dict.fromkeys(by_operation.values()))
    if len(reaches) < 2:
        return text.literal(whose(reaches[0]) if reaches else tr("no accounts"))
    having = {reach: listed(OPERATION_WORDS[one] for one, its in by_operation.items() if its == reach) for reach in reaches}
    return text.literal(listed(tr("{scope} ({operations})", scope=whose(reach), operations=some) for reach, some in having.items()))


def _having(found: Directory, role: Role) -> None:
    """Who has the role, by name or by a group."""
    people = [one.called for one in found.shown if role.name in one.roles]
    groups = [tr("group {name}", name=group) for group, named in (found.roles.groups if found.roles else {}).items() if role.name in named]
    st.caption(text.literal(tr("Who has it: {names}", names=listed([*people, *groups]) or tr("nobody"))))


def _changes(choice: Choice, found: Directory, known: Roles, role: Role, seen: str) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button(tr("Change this role"), icon=":material/edit:"):
            st.dialog(tr("Change the role"), width="large")(_change)(choice, found, known, role, seen)
        if st.button(tr("Add a role"), icon=":material/add:"):
            st.dialog(tr("Add a role"), width="large")(_change)(choice, found, known, None, seen)
        if st.button(tr("Groups of the provider"), icon=":material/groups:"):
            st.dialog(tr("Roles by groups of the sign-in provider"))(_groups)(choice, found, known, seen)
        if st.button(tr("Leave this role out"), icon=":material/delete:", type="tertiary"):
            st.dialog(tr("Leave the role out?"))(_leave_out)(choice, found, known, role, seen)


def _change(choice: Choice, found: Directory, known: Roles, role: Role | None, seen: str) -> None:
    made = people_role_form.fields(choice, role)
    try:
        after = changing.with_role(known, made, role.name if role else None)
    except EditRefused as refused:
        if made.name:
            st.caption(text.literal(again(refused)))
        return
    _preview(choice, found, known, after, changing.as_file(after), seen)


def _groups(choice: Choice, found: Directory, known: Roles, seen: str) -> None:
    groups = people_role_form.groups(known)
    after = Roles(known.roles, groups)
    _preview(choice, found, known, after, changing.as_file(after), seen)


def _leave_out(choice: Choice, found: Directory, known: Roles, role: Role, seen: str) -> None:
    try:
        after = changing.without_role(known, role.name, found.everybody)
    except EditRefused as refused:
        st.info(text.literal(again(refused)), icon=":material/info:")
        return
    _preview(choice, found, known, after, changing.as_file(after), seen)


def _preview(choice: Choice, found: Directory, before: Roles, after: Roles, written: str, seen: str) -> None:
    """For whom what changes, and the button that puts it in force."""
    changed = changing.effects(found.everybody, before, after)
    st.subheader(tr("Changes for whom"))
    if after == before:
        st.caption(tr("Nothing is changed."))
        return
    if changed:
        st.markdown("\n".join(f"- {_told(found, one)}" for one in changed))
    else:
        st.caption(tr("For nobody on the list."))
    if st.button(tr("Put in force"), type="primary", key="put-in-force"):
        _put_in_force(choice, written, seen)


def _told(found: Directory, one: Effect) -> str:
    """What a person or a group gains and loses, in words."""
    people = found.everybody.by_email
    who = tr("Group {name}", name=one.who) if one.is_group else people[one.who].called
    parts = [tr("gains {rights}", rights=_rights(one.gains))] if one.gains else []
    parts += [tr("loses {rights}", rights=_rights(one.loses))] if one.loses else []
    parts += [
        tr("{right}: {now} instead of {was}", right=_right(right), now=_scopes(now), was=_scopes(was))
        for right, was, now in one.reaches_otherwise[:SEVERAL]
    ]
    rest = len(one.reaches_otherwise) - SEVERAL
    parts += [tr("and {n} more within another scope", n=rest)] if rest > 0 else []
    return tr("**{who}** {what}", who=text.literal(who), what=text.literal(tr("; ").join(parts)))


def _rights(some: tuple[Right, ...]) -> str:
    by_kind: dict[str, list[str]] = {}
    for operation, kind in some:
        by_kind.setdefault(kind, []).append(OPERATION_WORDS[operation].lower())
    return listed(f"{KIND_TITLES[kind]} ({listed(operations)})" for kind, operations in by_kind.items())


def _right(right: Right) -> str:
    return f"{KIND_TITLES[right[1]]} ({OPERATION_WORDS[right[0]].lower()})"


def _scopes(reaches: tuple[Reach, ...]) -> str:
    return listed(whose(one) for one in reaches)


def _put_in_force(choice: Choice, written: str, seen: str) -> None:
    try:
        changing.put_in_force(open_stores.store(choice.company), choice.viewer, written, datetime.now(UTC), seen)
    except (EditRefused, NotAllowed, RolesWrong, NotRecorded) as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return
    st.toast(tr("The roles are in force."), icon=":material/check:")
    st.rerun()


def _file(choice: Choice, found: Directory, seen: str) -> None:
    """The roles as a file to take away or to bring, and the way back."""
    with st.expander(tr("The roles as a file"), icon=":material/description:"):
        if by := changing.changed_by():
            st.caption(text.literal(tr("In force since {by}.", by=by)))
        with st.container(horizontal=True, gap="small"):
            told = Export("roles", "people", ("toml",))
            offer(
                tr("Download"), FILE, seen.encode, lambda: told, choice.looking, mime="application/toml", icon=":material/download:",
                key="roles-download",
            )  # fmt: skip
            for name, written in _others(seen).items():
                if st.button(OTHERS[name], key=f"back-to-{name}", icon=":material/restore:"):
                    st.dialog(OTHERS[name])(_brought)(choice, found, written, seen)
        file = st.file_uploader(tr("Bring a file of roles"), type=["toml"], key="roles-file")
        if file is not None:
            _brought(choice, found, file.getvalue().decode("utf-8", "replace"), seen)


def _others(seen: str) -> Mapping[str, str]:
    """The texts that can be gone back to, where they are other than the one in force."""
    texts = {"shipped": role_files.SHIPPED.read_text(encoding="utf-8")}
    if changing.before().exists():
        texts["before"] = changing.before().read_text(encoding="utf-8")
    return {name: written for name, written in texts.items() if written != seen}


def _brought(choice: Choice, found: Directory, written: str, seen: str) -> None:
    """A file of roles that was brought: what is wrong with it, else what it changes."""
    try:
        after = role_files.from_toml(written)
    except RolesWrong as wrong:
        for line in str(wrong).splitlines()[:10]:
            st.error(text.literal(again(line)))
        return
    _preview(choice, found, found.roles or Roles({}), after, written, seen)
