"""Changes of roles: what they would change for whom, and putting them in force; the roles before are kept beside, to go back to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from data import private
from data.access import roles as role_files
from data.access.administration import check_somebody_is_left, may_change
from data.access.people import People, people
from data.access.roles import Reach, Role, Roles, RolesWrong, from_toml, to_toml
from data.audit import keys
from data.audit.deeds import certain
from data.store.edits import EditRefused
from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer

Right = tuple[str, str]
"""An operation and a kind of object."""
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
MADE = "# Put in force on "  # the line that says when and by whom


@dataclass(frozen=True)
class Effect:
    """What a change of roles does to a person or to a group of the provider: rights gained and lost, and those whose scope changes."""

    who: str
    is_group: bool
    gains: tuple[Right, ...]
    loses: tuple[Right, ...]
    reaches_otherwise: tuple[tuple[Right, tuple[Reach, ...], tuple[Reach, ...]], ...]


def effects(found: People, before: Roles, after: Roles) -> list[Effect]:
    """For whom roles change: active people by their own roles, and groups by theirs; those for whom nothing changes are left out."""
    persons = [(one.email, False, one.roles, one.roles) for one in found.by_email.values() if one.is_active]
    names = dict.fromkeys((*before.groups, *after.groups))
    groups = [(one, True, before.groups.get(one, ()), after.groups.get(one, ())) for one in names]
    told = [_effect(who, is_group, given(before, was), given(after, now)) for who, is_group, was, now in (*persons, *groups)]
    return [one for one in told if one.gains or one.loses or one.reaches_otherwise]


def given(known: Roles, names: Iterable[str]) -> dict[Right, tuple[Reach, ...]]:
    """What some roles give together: for each right whose accounts; the widest alone where one of them is the whole company."""
    found: dict[Right, set[Reach]] = {}
    for role in (known.roles[name] for name in names if name in known.roles):
        for right, reach in role.given.items():
            found.setdefault(right, set()).add(reach)
    return {right: _widest(reaches) for right, reaches in found.items()}


def _widest(reaches: set[Reach]) -> tuple[Reach, ...]:
    if role_files.COMPANY in reaches:
        return (role_files.COMPANY,)
    return tuple(sorted(reaches - ({role_files.OWN} if role_files.TEAM in reaches else set()), key=str))


def _effect(who: str, is_group: bool, was: Mapping[Right, tuple[Reach, ...]], now: Mapping[Right, tuple[Reach, ...]]) -> Effect:
    both = [one for one in was if one in now and was[one] != now[one]]
    gains, loses = (tuple(one for one in some if one not in others) for some, others in ((now, was), (was, now)))
    return Effect(who, is_group, gains, loses, tuple((one, was[one], now[one]) for one in both))


def with_role(known: Roles, role: Role, instead_of: str | None = None) -> Roles:
    """Roles with one more, or with one changed."""
    kept = {name: one for name, one in known.roles.items() if name != instead_of}
    if role.name in kept:
        raise EditRefused(f"role: there is a role {role.name!r} already. Choose another name.")
    if not NAME.fullmatch(role.name):
        raise EditRefused(f"role: {role.name!r} is no name of a role. Use small letters, digits and dashes, such as key-accounts.")
    placed = {role.name if name == instead_of else name: role if name == instead_of else one for name, one in known.roles.items()}
    return Roles(placed if instead_of else {**kept, role.name: role}, known.groups)


def without_role(known: Roles, name: str, found: People) -> Roles:
    """Roles without one. Raises EditRefused where people or groups still have it, or it is the only one."""
    having = sorted(one.called for one in found.by_email.values() if name in one.roles)
    having += [group for group, named in known.groups.items() if name in named]
    if having:
        raise EditRefused(f"role: {', '.join(having)} still have the role {name!r}. Give them another one first.")
    if len(known.roles) == 1:
        raise EditRefused("role: at least one role is needed.")
    return Roles({one: role for one, role in known.roles.items() if one != name}, known.groups)


def put_in_force(store: Store, viewer: Viewer, written: str, at: datetime, seen: str) -> Roles:
    """Put a file of roles in force, and keep the one before. seen: `in_force` as it was when the change was begun, so that two people do
    not undo each other's work unseen. Raises NotAllowed, RolesWrong, EditRefused, NotRecorded."""
    may_change(viewer)
    found = from_toml(written)
    if seen != in_force():
        raise EditRefused("The roles were changed meanwhile by somebody else. Look at them again, then make your change anew.")
    with View(store) as view:
        known = people(view)
    check_somebody_is_left((known, _current_or(found)), (known, found))
    told = {"before": _listed(_current_or(found)), "after": _listed(found)}
    changed = {name: told[name] for name in told if told["before"] != told["after"]}
    certain(store, "configure", viewer.signs("browser"), kind="people", object="roles", detail=_told(store, changed))
    _keep_the_one_before()
    return role_files.keep(_signed(written, viewer, at))


def put_back(store: Store, viewer: Viewer, at: datetime, seen: str) -> Roles:
    """Put the roles before in force again; another time puts back what they replaced. Raises as put_in_force, and EditRefused where there
    are none."""
    if not before().exists():
        raise EditRefused("There are no roles before these.")
    return put_in_force(store, viewer, before().read_text(encoding="utf-8"), at, seen)


def in_force() -> str:
    """The text of the roles in force, also of a file that cannot be used."""
    path = role_files.place() if role_files.place().exists() else role_files.SHIPPED
    return path.read_text(encoding="utf-8", errors="replace")


def shipped() -> Roles:
    """The roles that come with the product."""
    return from_toml(role_files.SHIPPED.read_text(encoding="utf-8"), role_files.SHIPPED.name)


def before() -> Path:
    """Where the roles lie that were in force before the last change."""
    return role_files.place().with_suffix(".before.toml")


def changed_by() -> str:
    """When and by whom the roles were last changed here, as the file says; empty where it says nothing."""
    first = in_force().partition("\n")[0]
    return first.removeprefix(MADE).rstrip(".") if first.startswith(MADE) else ""


def as_file(known: Roles) -> str:
    """Roles as a file to take away."""
    return to_toml(known)


def _listed(known: Roles) -> dict[str, dict[str, str]]:
    """What each role gives: for each right whose accounts."""
    return {name: {" ".join(right): str(reach) for right, reach in role.given.items()} for name, role in known.roles.items()}


def _told(store: Store, changed: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, Any]:
    """Roles before and after as an entry says them: those that differ; accounts that are chosen by their values as keyed hashes."""
    before, after = changed.get("before", {}), changed.get("after", {})
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {
        when: {name: {right: _reach(store, whose) for right, whose in some[name].items()} for name in names if name in some}
        for when, some in (("before", before), ("after", after))
    }


def _reach(store: Store, whose: str) -> str:
    return whose if whose in (role_files.OWN, role_files.TEAM, role_files.COMPANY) else keys.keyed(store.path, whose)


def _current_or(otherwise: Roles) -> Roles:
    try:
        return role_files.current()
    except RolesWrong:
        return Roles({}, otherwise.groups)


def _keep_the_one_before() -> None:
    path = before()
    private.place_for(path)
    path.write_text(in_force(), encoding="utf-8")
    private.close(path)


def _signed(written: str, viewer: Viewer, at: datetime) -> str:
    lines = [line for line in written.splitlines() if not line.startswith(MADE)]
    return "\n".join([f"{MADE}{at:%Y-%m-%d %H:%M} UTC by {viewer.signs('browser')}.", *lines]) + "\n"
