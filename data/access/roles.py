"""Roles as a table: which operations on which kinds of objects each gives, and for whose accounts. One TOML file holds them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import tomli_w

from data import private
from data.settings import current_settings
from data.viewer import KINDS, OPERATIONS, Grant, Scope

OWN, TEAM, COMPANY = REACHES = ("own", "team", "company")
SHIPPED = Path(__file__).with_name("roles.toml")
ADMINISTRATOR = "administrator"
ALL = "all"
Reach = str | Scope
"""Whose accounts: own, team, company, or a scope that names account columns and values."""


class RolesWrong(ValueError):
    """The file of roles cannot be used; the message names each place and what may stand there."""


@dataclass(frozen=True)
class Role:
    """A role: its name in the file, its title, and for each operation and kind of object whose accounts it is given for."""

    name: str
    title: str
    given: Mapping[tuple[str, str], Reach]

    def may(self, operation: str, kind: str) -> bool:
        return (operation, kind) in self.given


@dataclass(frozen=True)
class Roles:
    """All roles by name, and the roles that the provider's groups bring."""

    roles: Mapping[str, Role]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def whole() -> Role:
    """The role of those whom the setting names: everything, whatever the file says, so that nobody locks everybody out."""
    return Role(ADMINISTRATOR, "Administrator", {(operation, kind): COMPANY for operation in OPERATIONS for kind in KINDS})


def place() -> Path:
    """Where the roles of this server are kept once somebody has changed them."""
    settings = current_settings()
    return (settings.roles or settings.store.expanduser().with_name("roles.toml")).expanduser().resolve()


def current() -> Roles:
    """The roles in force: those that were changed, else those that come with the product. Raises RolesWrong."""
    path = place() if place().exists() else SHIPPED
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path: Path, _changed: int) -> Roles:
    return from_toml(path.read_text(encoding="utf-8"), path.name)


def from_toml(written: str, named: str = "roles.toml") -> Roles:
    """Roles as a file states them. Raises RolesWrong, which names every place at fault."""
    try:
        found = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise RolesWrong(f"{named}: this is no TOML: {error}.") from None
    faults: list[str] = [f"{key}: there is no such part. Parts: roles, groups." for key in found if key not in ("roles", "groups")]
    given = found.get("roles")
    if not isinstance(given, dict) or not given:
        faults.append("roles: at least one role is needed, such as [roles.viewer].")
        given = {}
    roles = {name: _role(name, table, faults) for name, table in given.items()}
    groups = _groups(found.get("groups", {}), roles, faults)
    if faults:
        raise RolesWrong("\n".join(f"{named}: {fault}" for fault in faults))
    return Roles(roles, groups)


def _role(name: str, table: object, faults: list[str]) -> Role:
    if not isinstance(table, dict):
        faults.append(f"roles.{name}: a table is needed, with scope and operations.")
        return Role(name, name, {})
    for key in table:
        if key not in ("title", "scope", "scopes", *OPERATIONS):
            faults.append(f"roles.{name}.{key}: there is no such operation. Operations: {', '.join(OPERATIONS)}.")
    whose = _reach(f"roles.{name}.scope", table.get("scope"), faults)
    others = table.get("scopes", {})
    if not isinstance(others, dict) or not set(others) <= set(OPERATIONS):
        faults.append(f"roles.{name}.scopes: a table of operations and scopes is needed. Operations: {', '.join(OPERATIONS)}.")
        others = {}
    reaches = {operation: _reach(f"roles.{name}.scopes.{operation}", said, faults) for operation, said in others.items()}
    given = {
        (operation, kind): reaches.get(operation, whose)
        for operation in OPERATIONS
        for kind in _kinds(f"roles.{name}.{operation}", table.get(operation, []), faults)
    }
    title = table.get("title", name)
    if not isinstance(title, str) or not title.strip():
        faults.append(f"roles.{name}.title: text is needed.")
    return Role(name, str(title), given)


def _kinds(where: str, said: object, faults: list[str]) -> list[str]:
    named = said if isinstance(said, list) else [said]
    if named == [ALL]:
        return list(KINDS)
    for kind in named:
        if kind not in KINDS:
            faults.append(f"{where}: {kind!r} is no kind of object. Kinds: {', '.join(KINDS)}, or all alone.")
    return [kind for kind in named if kind in KINDS]


def _reach(where: str, said: object, faults: list[str]) -> Reach:
    if isinstance(said, str) and said in REACHES:
        return said
    if isinstance(said, dict) and said and all(_texts(values) for values in said.values()):
        return tuple((column, tuple(sorted(values))) for column, values in sorted(said.items()))
    faults.append(f'{where}: {said!r} is no scope. Write own, team, company, or account columns: {{ region = ["EMEA"] }}.')
    return ()


def _texts(values: object) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(one, str) and one for one in values)


def _groups(said: object, roles: Mapping[str, Role], faults: list[str]) -> dict[str, tuple[str, ...]]:
    if not isinstance(said, dict):
        faults.append('groups: a table is needed: "Customer Success" = ["csm"].')
        return {}
    found = {group: tuple(named if isinstance(named, list) else [named]) for group, named in said.items()}
    for group, named in found.items():
        faults += [f"groups.{group}: there is no role {one!r}. Roles: {', '.join(roles)}." for one in named if one not in roles]
    return found


def to_toml(roles: Roles) -> str:
    """Roles as the file states them, which `from_toml` reads back."""
    return tomli_w.dumps({"roles": {name: _as_table(role) for name, role in roles.roles.items()}, "groups": _lists(roles.groups)})


def _lists(groups: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {group: list(named) for group, named in groups.items()}


def _as_table(role: Role) -> dict[str, Any]:
    """A role with the scope that most of its rights have, and those of operations that reach otherwise."""
    by_operation = {one: reach for (one, _), reach in role.given.items()}
    reaches = list(by_operation.values())
    usual = max(reaches, key=reaches.count) if reaches else OWN
    told = {one: _as_said(reach) for one, reach in by_operation.items() if reach != usual}
    given = {one: [kind for kind in KINDS if role.may(one, kind)] for one in OPERATIONS if one in by_operation}
    given = {one: [ALL] if len(kinds) == len(KINDS) else kinds for one, kinds in given.items()}
    return {"title": role.title, "scope": _as_said(usual)} | ({"scopes": told} if told else {}) | given


def _as_said(reach: Reach) -> object:
    return reach if isinstance(reach, str) else {column: list(values) for column, values in reach}


def keep(written: str) -> Roles:
    """Put a file of roles in force, once it is found right; the one before stays in force otherwise. Raises RolesWrong."""
    found = from_toml(written)
    private.write_whole(place(), written)
    return found


def grants(named: Role, own: tuple[str, ...], team: tuple[str, ...]) -> list[Grant]:
    """The rights of a role for one person. own, team: the owners whose accounts are the person's own, and the team's."""
    meant: dict[str, Scope | None] = {OWN: (("owner", own),) if own else (), TEAM: (("owner", team),) if team else (), COMPANY: None}
    return [Grant(one, kind, meant[reach] if isinstance(reach, str) else reach) for (one, kind), reach in named.given.items()]
