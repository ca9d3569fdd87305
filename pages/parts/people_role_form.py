"""The form of a role: its title, whose accounts it reaches, and what it may do with each kind of object."""

from collections.abc import Mapping

import streamlit as st

from data.access.roles import COMPANY, OWN, TEAM, Reach, Role, Roles
from data.viewer import KINDS, OPERATIONS
from language import InLanguage, again, mark, tr
from language.formats import listed, one_of
from pages.ui import loaders
from pages.ui.choice import Choice
from reports.words import codes
from reports.words.titles import title as title_of

OPERATION_WORDS = InLanguage(
    {
        "view": mark("View"), "edit": mark("Edit"), "import": mark("Import"), "export": mark("Export"), "undo": mark("Undo"),
        "approve": mark("Approve"), "delete": mark("Delete"), "configure": mark("Configure"), "administer": mark("Administer"),
    }
)  # fmt: skip
KIND_TITLES = InLanguage(
    {
        "accounts": mark("Accounts"), "activities": mark("Conversations and tasks"), "plays": mark("Plays"),
        "views": mark("Own saved views and digests"), "revenue": mark("Revenue"),
        "closes": mark("Closed periods"), "imports": mark("Imports"), "model": mark("Churn model"), "definitions": mark("Definitions"),
        "people": mark("People and roles"), "tokens": mark("Own API tokens"), "store": mark("The whole store"),
    }
)  # fmt: skip
COLUMN, AS_IT_IS, AS_THE_REST = "column", "as it is", "as the rest"
SCOPES = InLanguage(
    {
        OWN: mark("own accounts"), TEAM: mark("accounts of the own team"), COMPANY: mark("all accounts"),
        COLUMN: mark("accounts of a region, segment ..."), AS_IT_IS: mark("as in the file"), AS_THE_REST: mark("as the rest"),
    }
)  # fmt: skip


def whose(reach: Reach) -> str:
    """Whose accounts, in words."""
    if isinstance(reach, str):
        return SCOPES[reach]
    return one_of(tr("{column}: {values}", column=title_of(column), values=listed(values)) for column, values in reach)


def fields(choice: Choice, role: Role | None) -> Role:
    """A role as the fields say it; a new one where there is none yet."""
    name = role.name if role else st.text_input(tr("Name in lists of people"), placeholder="key-accounts", max_chars=40, key="role-name")
    title = st.text_input(tr("Title"), role.title if role else "", max_chars=60, key=f"title-{role.name if role else ''}")
    by_operation = {operation: reach for (operation, _), reach in role.given.items()} if role else {}
    usual = _usual(by_operation)
    scope = _scope(choice, tr("Reaches"), usual, f"scope-{name if role else ''}")
    given = {kind: _operations(role, kind) for kind in KINDS}
    used = [one for one in OPERATIONS if any(one in some for some in given.values())]
    others = _others(choice, used, by_operation, usual, name if role else "")
    rights = {(one, kind): others.get(one, scope) for one in OPERATIONS for kind in KINDS if one in given[kind]}
    return Role(name.strip(), title.strip() or name.strip(), rights)


def _usual(by_operation: Mapping[str, Reach]) -> Reach:
    """The scope that most operations have."""
    reaches = list(by_operation.values())
    return max(reaches, key=reaches.count) if reaches else OWN


def _operations(role: Role | None, kind: str) -> list[str]:
    was = [one for one in OPERATIONS if role and role.may(one, kind)]
    return st.pills(
        KIND_TITLES[kind], OPERATIONS, selection_mode="multi", default=was, format_func=OPERATION_WORDS.__getitem__,
        help=again(KINDS[kind]), key=f"may-{role.name if role else ''}-{kind}",
    )  # fmt: skip


def _scope(choice: Choice, label: str, was: Reach, key: str) -> Reach:
    """Whose accounts: own, team, all, or those whose column has some values."""
    options = [OWN, TEAM, COMPANY, COLUMN] if isinstance(was, str) else [AS_IT_IS, OWN, TEAM, COMPANY, COLUMN]
    at = options.index(was) if isinstance(was, str) else 0
    said = st.selectbox(label, options, at, format_func=lambda one: whose(was) if one == AS_IT_IS else SCOPES[one], key=key)
    if said == COLUMN:
        return _of_column(choice, key)
    return was if said == AS_IT_IS else said


def _of_column(choice: Choice, key: str) -> Reach:
    columns = loaders.columns(choice.company, choice.viewer)
    if not columns:
        st.caption(tr("No account has a column to choose by yet: until then, the role reaches its own accounts."))
        return OWN
    column = st.selectbox(tr("Column"), columns, format_func=title_of, key=f"{key}-column")
    values = st.multiselect(
        tr("Values"), loaders.values(choice.company, column, choice.viewer), key=f"{key}-values", placeholder=tr("Choose")
    )
    if not values:
        st.caption(tr("Choose a value: until then, the role reaches its own accounts."))
    return ((column, tuple(sorted(values))),) if values else OWN


def _others(choice: Choice, used: list[str], was: Mapping[str, Reach], usual: Reach, name: str) -> dict[str, Reach]:
    """The operations that reach otherwise than the rest of the role."""
    differ = [one for one in used if was.get(one, usual) != usual]
    chosen = st.multiselect(
        tr("Operations that reach otherwise"), used, differ, format_func=OPERATION_WORDS.__getitem__, key=f"otherwise-{name}",
        placeholder=tr("None"),
    )  # fmt: skip
    return {
        one: _scope(choice, tr("{operation} reaches", operation=OPERATION_WORDS[one]), was.get(one, usual), f"scope-{name}-{one}")
        for one in chosen
    }


def groups(known: Roles) -> dict[str, tuple[str, ...]]:
    """The provider's groups, each with the roles that it brings, as the fields say them; one without roles goes."""
    st.caption(tr("As the provider names them, letter by letter. Who is in a group has its roles, unless they are disabled or removed."))
    titles = {name: codes.said("role_title", role.title) for name, role in known.roles.items()}
    said = {group: _of_group(group, named, titles) for group, named in known.groups.items()}
    new = st.text_input(tr("Another group"), max_chars=200, key="new-group")
    brings = _of_group("", (), titles, tr("Its roles"))
    return {group: roles for group, roles in {**said, new.strip(): brings}.items() if group and roles}


def _of_group(group: str, named: tuple[str, ...], titles: Mapping[str, str], label: str = "") -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            label or group,
            list(titles),
            named,
            format_func=titles.__getitem__,
            key=f"group-{group}",
            placeholder=tr("None: the group goes"),
        )
    )
