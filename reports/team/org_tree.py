"""The org tree: who reports to whom, and what is not right with the list of people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.access.people import People, Person, same
from data.access.roles import OWN, Roles
from data.viewer import VIEW


@dataclass(frozen=True)
class Place:
    """A person in the tree, and how deep: 0 reports to nobody on the list."""

    person: Person
    depth: int


@dataclass(frozen=True)
class Faults:
    """What is not right with the list of people; each empty where nothing is wrong.

    unowned: what accounts say as owner although no person matches, and how many accounts each has. left_behind: people who may not sign in
    any more, and how many accounts they own. without_accounts: active people who by their roles see their own accounts, and match none.
    doubled: addresses that are there twice. loops: who reports, in the end, to themselves. no_manager: people whose manager is not on the
    list. no_such_role: people who have a role that there is not. without_role: active people without any. shared: owners whose accounts are
    those of several people.
    """

    unowned: Mapping[str, int]
    left_behind: Mapping[str, int]
    without_accounts: tuple[str, ...]
    doubled: tuple[str, ...]
    loops: tuple[str, ...]
    no_manager: tuple[str, ...]
    no_such_role: tuple[str, ...]
    without_role: tuple[str, ...]
    shared: tuple[str, ...]


def below(everybody: People, person: Person) -> list[Person]:
    """All who report to a person, directly or through others; nobody in a loop."""
    lost = {*everybody.loops()}
    return [] if person.email in lost else [one for one in everybody.by_email.values() if person.email in everybody.chain(one)]


def tree(everybody: People, shown: Sequence[Person]) -> list[Place]:
    """The people shown, each under whom they report to where that one is shown, too; those in a loop are left out."""
    lost, emails = {*everybody.loops()}, {one.email for one in shown}
    under: dict[str, list[Person]] = {}
    for one in shown:
        manager = same(one.manager)
        under.setdefault(manager if manager in emails and manager not in lost else "", []).append(one)
    return list(_places(under, "", 0, lost))


def _places(under: Mapping[str, list[Person]], manager: str, depth: int, lost: set[str]) -> Iterable[Place]:
    waiting = [Place(one, depth) for one in reversed(under.get(manager, [])) if one.email not in lost]
    while waiting:  # no recursion: a chain may be as long as the list
        place = waiting.pop()
        yield place
        waiting += [Place(one, place.depth + 1) for one in reversed(under.get(place.person.email, []))]


def faults(everybody: People, roles: Roles | None, accounts: Mapping[str, int]) -> Faults:
    """What is not right with the whole list. accounts: how many each owner has, by what accounts say."""
    people = list(everybody.by_email.values())
    active = [one for one in people if one.is_active]
    owned = {same(owner): number for owner, number in accounts.items()}
    known = {same(one.owns_as) for one in people}
    names: dict[str, list[str]] = {}
    for one in people:
        names.setdefault(same(one.owns_as), []).append(one.called)
    return Faults(
        {owner: number for owner, number in accounts.items() if same(owner) not in known},
        {one.called: owned[same(one.owns_as)] for one in people if not one.is_active and same(one.owns_as) in owned},
        tuple(one.called for one in active if roles and _sees_own(roles, one) and same(one.owns_as) not in owned),
        tuple(sorted(everybody.doubled)),
        tuple(everybody.by_email[one].called for one in everybody.loops()),
        tuple(one.called for one in people if one.manager and same(one.manager) not in everybody.by_email),
        tuple(one.called for one in people if roles and {*one.roles} - roles.roles.keys()),
        tuple(one.called for one in active if not one.roles),
        tuple(" / ".join(some) for owner, some in names.items() if len(some) > 1 and owner in owned),
    )


def _sees_own(roles: Roles, person: Person) -> bool:
    given = [roles.roles[name].given.get((VIEW, "accounts")) for name in person.roles if name in roles.roles]
    return OWN in given and {*given} <= {OWN, None}
