"""Changes of people and of holiday cover made in the app: each is one batch of the log, taken back like an import."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from data.access import roles as role_files
from data.access.administration import check_somebody_is_left, may, may_change
from data.access.people import People, Person, is_address, people, same
from data.access.roles import Roles, RolesWrong
from data.audit import keys
from data.schema import COVERS, PEOPLE
from data.store.edits import EditRefused, commit_frame
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, Viewer

FEED, COVER_FEED = "people and roles", "holiday cover"
WHO = "browser"
CHANGED = ("name", "roles", "team", "manager", "owner", "is_active")  # of a person; the address is who it is


@dataclass(frozen=True)
class Cover:
    """Accounts of one person lent to another, first and last day; both addresses as they are compared."""

    cover_id: str
    email: str
    covered_by: str
    starts_on: date
    until: date


def add_person(store: Store, viewer: Viewer, person: Person) -> BatchResult:
    """Put somebody on the list. Raises NotAllowed, EditRefused."""
    may_change(viewer)
    found, stored = _known(store)
    email = same(person.email)
    if not is_address(person.email):
        raise EditRefused(f"email: {person.email.strip()!r} is no e-mail address. Write it as the person signs in, like dana@example.com.")
    if email in found.by_email:
        raise EditRefused(f"email: {email} is on the list already. Change that entry; letters of other size are the same address.")
    written = person.email.strip() if email not in stored else stored[email][0]
    return _write(store, viewer, found, replace(person, email=email), (*CHANGED, "is_removed"), written)


def change_person(store: Store, viewer: Viewer, email: str, changed: Mapping[str, Any]) -> BatchResult:
    """Change some of name, roles (a tuple of names), team, manager, owner and is_active of a person; what is not named is left to later
    files. Raises NotAllowed, EditRefused."""
    may_change(viewer)
    found, stored = _known(store)
    before = _listed(found, email)
    return _write(store, viewer, found, replace(before, **changed), tuple(changed), _only(stored, before.email))


def remove_person(store: Store, viewer: Viewer, email: str) -> BatchResult:
    """Take somebody off the list: they are nobody from then on, and nobody lets them in by a group either. All entries of an address that
    stands there twice go. Raises NotAllowed, EditRefused."""
    may_change(viewer)
    found, stored = _known(store)
    gone = _listed(found, email).email
    below = sorted(one.called for one in found.by_email.values() if same(one.manager) == gone)
    if below:
        raise EditRefused(f"manager: {', '.join(below)} would report to nobody. Give them another manager first, or disable the person.")
    left = {one: person for one, person in found.by_email.items() if one != gone}
    roles = _roles()
    check_somebody_is_left((found, roles), (replace(found, by_email=left, removed=found.removed | {gone}), roles))
    rows = pl.DataFrame({"email": stored[gone], "is_removed": [True] * len(stored[gone])})
    told = _told(store, found.by_email[gone], None)
    return commit_frame(store, PEOPLE.name, rows, FEED, viewer.signs(WHO), edit=True, told=told)


def lend(store: Store, viewer: Viewer, away: str, covering: str, start: date, until: date) -> BatchResult:
    """Lend a person's accounts to another from a day to a day, both included. An administrator lends anybody's, everybody their own.
    Raises NotAllowed, EditRefused."""
    _may_lend(viewer, away)
    found, _ = _known(store)
    lender, borrower = _listed(found, away), _listed(found, covering)
    if lender == borrower:
        raise EditRefused("covered_by: accounts are lent to somebody else. Choose another person.")
    if not borrower.is_active:
        raise EditRefused(f"covered_by: {borrower.called} is disabled and could not look after them. Choose another person.")
    if until < start:
        raise EditRefused(f"until: {until} lies before {start}, the first day. Give a later last day.")
    row = {"email": lender.email, "covered_by": borrower.email, "starts_on": start, "until": until}
    return _write_cover(store, viewer, row)


def end_cover(store: Store, viewer: Viewer, cover_id: str, last_day: date) -> BatchResult:
    """Let a cover end early: `last_day` is its last. One that has not begun by then never does. Raises NotAllowed, EditRefused."""
    cover = next((one for one in covers(store) if one.cover_id == cover_id), None)
    if cover is None:
        raise EditRefused(f"cover_id: there is no cover {cover_id!r}.")
    _may_lend(viewer, cover.email)
    if last_day > cover.until:
        raise EditRefused(f"until: it ends on {cover.until} already. Lend the accounts anew for a longer time.")
    kept = {"cover_id": cover_id, "email": cover.email, "covered_by": cover.covered_by, "starts_on": cover.starts_on}
    return _write_cover(store, viewer, kept | {"until": max(last_day, cover.starts_on - timedelta(days=1))})


def covers(store: Store) -> list[Cover]:
    """Every cover that was agreed, the latest first; not those that ended before they began."""
    with View(store) as view:
        rows = view.table("covers").select(COVERS.names).sort("starts_on", "cover_id", descending=[True, False]).rows()
    return [Cover(one, same(away), same(covering), start, until) for one, away, covering, start, until in rows if until >= start]


def may_lend(viewer: Viewer, away: str) -> bool:
    """Whether a viewer may lend a person's accounts: those of everybody as administrator, or one's own with the right to edit activities."""
    return may(viewer) or (viewer.person == same(away) and viewer.may(EDIT, "activities"))


def _may_lend(viewer: Viewer, away: str) -> None:
    if not may_lend(viewer, away):
        raise EditRefused("Accounts of others are lent by an administrator. You may lend your own.")


def _known(store: Store) -> tuple[People, dict[str, list[str]]]:
    """The people, and how each address is written in the store; removed ones too."""
    with View(store) as view:
        found, rows = people(view), view.table("people")["email"].to_list()
    stored: dict[str, list[str]] = {}
    for written in rows:
        stored.setdefault(same(written), []).append(written)
    return found, stored


def _listed(found: People, email: str) -> Person:
    if same(email) not in found.by_email:
        raise EditRefused(f"email: {email} is not on the list. Add the person first.")
    return found.by_email[same(email)]


def _only(stored: Mapping[str, list[str]], email: str) -> str:
    if len(stored[email]) > 1:
        raise EditRefused(f"email: {email} is there twice, as {', '.join(stored[email])}. Remove it, and add it once.")
    return stored[email][0]


def _roles() -> Roles:
    try:
        return role_files.current()
    except RolesWrong as wrong:
        raise EditRefused(f"The file of roles cannot be used, and has to be mended first. {wrong}") from None


def _write(store: Store, viewer: Viewer, found: People, person: Person, changed: tuple[str, ...], written: str) -> BatchResult:
    """Write the named columns of a person, once the list is right with them."""
    roles, new = _roles(), replace(person, manager=same(person.manager), name=person.name.strip(), team=person.team.strip())
    after = replace(found, by_email={**found.by_email, new.email: new}, removed=found.removed - {new.email})
    _check(after, new, roles, changed)
    check_somebody_is_left((found, roles), (after, roles))
    values = {"roles": ", ".join(new.roles) or None, "is_active": new.is_active, "is_removed": False}
    row = {"email": written} | {
        ("role" if name == "roles" else name): values[name] if name in values else getattr(new, name).strip() or None for name in changed
    }
    shape = {name: PEOPLE.column(name).dtype for name in row}
    told = _told(store, found.by_email.get(new.email), new, changed)
    return commit_frame(store, PEOPLE.name, pl.DataFrame([row], schema=shape), FEED, viewer.signs(WHO), edit=True, told=told)


def _told(store: Store, before: Person | None, after: Person | None, changed: tuple[str, ...] = CHANGED) -> dict[str, Any]:
    """A person before and after, as the audit says it: what is personal as keyed hashes. None: not on the list."""
    person = before or after
    told = {"person": keys.keyed(store.path, person.email)} if person else {}
    return told | {when: _values(store, one, changed) for when, one in (("before", before), ("after", after))}


def _values(store: Store, person: Person | None, changed: tuple[str, ...]) -> dict[str, Any] | None:
    if person is None:
        return None
    plain = {"roles": list(person.roles), "is_active": person.is_active}
    return {
        name: plain[name] if name in plain else keys.keyed(store.path, value) if (value := getattr(person, name).strip()) else None
        for name in changed
        if name != "is_removed"
    }


def _check(after: People, person: Person, roles: Roles, changed: tuple[str, ...]) -> None:
    """Raises EditRefused for what cannot be of what was changed."""
    unknown = [one for one in person.roles if one not in roles.roles]
    if "roles" in changed and unknown:
        raise EditRefused(f"role: there is no role {unknown[0]!r}. Roles: {', '.join(roles.roles)}.")
    if "manager" not in changed or not person.manager:
        return
    if person.manager == person.email:
        raise EditRefused("manager: nobody reports to themselves. Choose another person, or nobody.")
    if person.manager not in after.by_email:
        raise EditRefused(f"manager: {person.manager} is not on the list. Add that person first.")
    if person.email in after.loops():
        way = " -> ".join([person.email, *after.chain(person)])
        raise EditRefused(f"manager: {way}: everybody there would report, in the end, to themselves. Choose another person.")


def _write_cover(store: Store, viewer: Viewer, row: dict[str, Any]) -> BatchResult:
    shape = {name: COVERS.column(name).dtype for name in row}
    told = {"lent": keys.keyed(store.path, row["email"]), "to": keys.keyed(store.path, row["covered_by"])}
    told |= {"starts_on": str(row["starts_on"]), "until": str(row["until"])}
    return commit_frame(store, COVERS.name, pl.DataFrame([row], schema=shape), COVER_FEED, viewer.signs(WHO), edit=True, told=told)
