"""What one person may do in one company: roles, the org tree and holiday cover, put together into a viewer. What nothing gives is denied."""

from collections.abc import Sequence
from datetime import date

from data.access import roles as role_files
from data.access.people import People, Person, owned, owners, people, same
from data.access.provider import administrators
from data.access.roles import Role, Roles, RolesWrong
from data.settings import current_settings
from data.store.store import Store
from data.store.view import View
from data.viewer import Grant, Viewer


def known_people(store: Store) -> tuple[People, list[str]]:
    """The people whom a store knows, and what its accounts say as owner. Read once for each moment of the log."""
    return store.readings.once((store.version(), "org_tree"), lambda: _known_people(store))


def _known_people(store: Store) -> tuple[People, list[str]]:
    with View(store) as view:
        return people(view), owners(view)


def viewer_of(store: Store, email: str, groups: Sequence[str], day: date, name: str = "") -> Viewer:
    """What the person of an address may do in a store on a day. Without a role: nothing.

    groups: those that the provider says. Raises nothing: where the file of roles cannot be used, only administrators may do anything.
    """
    found, named = known_people(store)
    return viewer_among(found, named, email, groups, day, name)


def viewer_among(found: People, named: list[str], email: str, groups: Sequence[str], day: date, name: str = "") -> Viewer:
    """As viewer_of, of people and owners that were read before."""
    person = found.person(email)
    if is_out(found, email):
        return Viewer(rights=(), person=same(email))
    given = (
        _roles_of(person, same(email), groups)
        if same(email) not in found.doubled or same(email) in administrators(current_settings())
        else []
    )
    own = person or Person(same(email), name)
    return Viewer(rights=_grants(found, named, own, given, day), person=same(email), roles=tuple(role.name for role in given))


def is_out(found: People, email: str) -> bool:
    """Whether somebody was disabled or taken off the list: then they may do nothing, whatever roles a group or the setting gives."""
    person = found.person(email)
    return (person is not None and not person.is_active) or same(email) in found.removed


def roles_among(found: People, email: str, groups: Sequence[str]) -> list[Role]:
    """The roles of an address, by name, by groups and by the setting; none where two entries of the list have it, or they are out."""
    if is_out(found, email) or (same(email) in found.doubled and same(email) not in administrators(current_settings())):
        return []
    return _roles_of(found.person(email), same(email), groups)


def titles_of(found: People, email: str, groups: Sequence[str]) -> list[str]:
    """The titles of the roles that a person has."""
    return [role.title for role in _roles_of(found.person(email), same(email), groups)]


def _roles_of(person: Person | None, email: str, groups: Sequence[str]) -> list[Role]:
    first = [role_files.whole()] if email in administrators(current_settings()) else []
    try:
        known = role_files.current()
    except RolesWrong:
        return first
    names = [*(person.roles if person else ()), *_by_groups(known, groups)]
    return first + [known.roles[name] for name in dict.fromkeys(names) if name in known.roles]


def _by_groups(known: Roles, groups: Sequence[str]) -> list[str]:
    return [name for group in groups for name in known.groups.get(group, ())]


def _grants(found: People, named: list[str], person: Person, given: list[Role], day: date) -> tuple[Grant, ...]:
    lent = found.lent_to(person, day)
    own, team = owned([person, *lent], named), owned([*found.team_of(person), *lent], named)
    return tuple(sorted({one for role in given for one in role_files.grants(role, own, team)}, key=repr))
