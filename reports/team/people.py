"""Your own people: who they are, to whom they report, how many accounts and how much ARR they own, and whose accounts they cover."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from data.access.people import People, Person, same
from data.access.rights import known_people
from data.access.roles import Roles, RolesWrong, current
from data.store.store import Store
from data.store.view import View
from data.viewer import VIEW, Viewer
from language import tr
from language.formats import listed
from reports.report import Report
from reports.team.org_tree import below
from reports.units import schema_of
from reports.words import codes

COLUMNS = {
    "name": "text", "email": "text", "roles": "text", "team": "text", "manager": "text", "accounts_owned": "count", "arr": "money",
    "covers": "text", "last_sign_in": "instant", "state": "text",
}  # fmt: skip


@dataclass(frozen=True)
class Directory:
    """The people as one viewer may see them.

    everybody: of the whole store. shown: those whom the viewer may see, by name. roles: those in force; None where their file cannot be
    used. owned: accounts and ARR (cents; None where the viewer may not see it) by owner as compared, of the accounts that the viewer sees.
    """

    everybody: People
    shown: tuple[Person, ...]
    roles: Roles | None
    owned: Mapping[str, tuple[int, int | None]]

    def accounts_of(self, person: Person) -> int:
        """How many accounts a person owns, of those that the viewer sees."""
        return self.owned.get(same(person.owns_as), (0, None))[0]

    def titles(self, person: Person) -> list[str]:
        """What a person's roles are called; a role that there is not by its name."""
        known = self.roles.roles if self.roles else {}
        return [codes.said("role_title", known[name].title) if name in known else name for name in person.roles]


def directory(store: Store, viewer: Viewer, arr: Report | None) -> Directory:
    """The people whom a viewer may see. arr: ARR of the accounts that the viewer sees; None for who may not see it. Raises NotAllowed."""
    reading = viewer.reading("people")
    everybody, _ = known_people(store)
    owned = _owned(store, viewer, arr) if viewer.may(VIEW, "accounts") else {}
    within = owned if viewer.rights is None or reading.scope is None else _owned(store, reading, None)
    shown = [one for one in everybody.by_email.values() if reading.sees_all or _in_sight(one, everybody, viewer, within)]
    return Directory(everybody, tuple(sorted(shown, key=lambda one: one.called.casefold())), _roles(), owned)


def _in_sight(one: Person, everybody: People, viewer: Viewer, within: Mapping[str, object]) -> bool:
    """Whether who does not see everybody sees a person: oneself, who reports to them, and who owns an account in sight."""
    own = everybody.person(viewer.person) if viewer.person else None
    return one == own or same(one.owns_as) in within or (own is not None and one in below(everybody, own))


def _owned(store: Store, viewer: Viewer, arr: Report | None) -> dict[str, tuple[int, int | None]]:
    seen = viewer if viewer.operation else viewer.reading("accounts")
    with View(store, seen) as view:
        accounts = view.accounts().select("account_id", "owner").drop_nulls("owner")
    worth = arr.rows.select("account_id", "arr") if arr is not None else pl.DataFrame(schema={"account_id": pl.String, "arr": pl.Int64})
    rows = accounts.join(worth, on="account_id", how="left").group_by("owner").agg(pl.len(), pl.col("arr").fill_null(0).sum()).rows()
    found: dict[str, tuple[int, int | None]] = {}
    for owner, accounts_owned, money in rows:
        before = found.get(same(owner), (0, 0))
        found[same(owner)] = (before[0] + accounts_owned, None if arr is None else (before[1] or 0) + money)
    return found


def _roles() -> Roles | None:
    try:
        return current()
    except RolesWrong:
        return None


def as_report(found: Directory, viewer: Viewer, day: date, signed_in: Mapping[str, datetime], currency: str, version: int) -> Report:
    """The people as a table: see COLUMNS. accounts_owned and arr are empty for who owns nothing that a viewer of a part sees: there may be
    more. covers: whose accounts are lent to the person on the day, and who has the person's. last_sign_in: empty where not known."""
    rows = [_row(found, one, viewer, day, signed_in) for one in found.shown]
    frame = pl.DataFrame(rows, schema=schema_of(COLUMNS), orient="row")
    return Report(
        "people", tr("People"), {"as_of": day, "viewer": viewer.seen}, "", currency, version, frame, {"people": len(rows)}, COLUMNS
    )


def _row(found: Directory, one: Person, viewer: Viewer, day: date, signed_in: Mapping[str, datetime]) -> tuple[object, ...]:
    nothing = (0, 0) if viewer.sees_all and viewer.may(VIEW, "accounts") else (None, None)
    accounts, money = found.owned.get(same(one.owns_as), nothing)
    boss = found.everybody.by_email.get(same(one.manager))
    return (
        one.called, one.email, listed(found.titles(one)), one.team or None, boss.called if boss else one.manager or None, accounts,
        money if viewer.may(VIEW, "revenue") else None, _covers(found.everybody, one, day), signed_in.get(one.email),
        tr("active") if one.is_active else tr("disabled"),
    )  # fmt: skip


def _covers(everybody: People, one: Person, day: date) -> str | None:
    """Whose accounts somebody has on a day, and who has theirs."""
    lends = [
        everybody.by_email[same(to)].called
        for away, to, start, until in everybody.covers
        if same(away) == one.email and start <= day <= until and same(to) in everybody.by_email
    ]
    has = [other.called for other in everybody.lent_to(one, day)]
    said = [tr("covers {names}", names=listed(has))] if has else []
    said += [tr("covered by {names}", names=listed(lends))] if lends else []
    return tr("; ").join(said) or None
