"""The people of your own team: who they are, to whom they report, whose accounts are lent to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from data.access.provider import folded
from data.store.view import View

LONGEST = 254  # signs of an address


def same(email: str | None) -> str:
    """An e-mail address, or an owner, as it is compared; empty for none."""
    return folded(email or "")


def is_address(email: str) -> bool:
    """Whether a text can be an e-mail address: one sign @ with something on both sides, no blank and no comma in it."""
    plain = email.strip()
    named = plain.count("@") == 1 and plain.strip("@") == plain and "," not in plain
    return named and len(plain.split()) == 1 and plain.isprintable() and len(plain) <= LONGEST


@dataclass(frozen=True)
class Person:
    """One person: e-mail as compared, the roles given by name, and what accounts say as owner where they are this person's."""

    email: str
    name: str = ""
    roles: tuple[str, ...] = ()
    team: str = ""
    manager: str = ""
    owner: str = ""
    is_active: bool = True

    @property
    def called(self) -> str:
        return self.name or self.email

    @property
    def owns_as(self) -> str:
        return self.owner or self.email


@dataclass(frozen=True)
class People:
    """The org tree: people by e-mail, addresses that stand there twice in other letters, covers (away, covering, from, until), and the
    addresses of those who were taken off the list."""

    by_email: Mapping[str, Person]
    doubled: frozenset[str] = frozenset()
    covers: tuple[tuple[str, str, date, date], ...] = ()
    removed: frozenset[str] = frozenset()

    def person(self, email: str) -> Person | None:
        """The person of an address; None where nobody has it, or where two entries do, so that nobody is taken for another."""
        return None if same(email) in self.doubled else self.by_email.get(same(email))

    def chain(self, person: Person) -> list[str]:
        """Those to whom a person reports, directly first. A loop ends where it would begin again."""
        found: list[str] = []
        above = same(person.manager)
        while above and above not in found:
            found.append(above)
            above = same(self.by_email[above].manager) if above in self.by_email else ""
        return found

    def loops(self) -> list[str]:
        """Everybody who reports, in the end, to themselves."""
        return sorted(email for email, person in self.by_email.items() if email in self.chain(person))

    def team_of(self, person: Person) -> list[Person]:
        """The person, those of the same team, and all who report to the person, directly or through others. In a loop nobody reports to
        anybody, until it is mended."""
        mates = [one for one in self.by_email.values() if one.team and one.team == person.team]
        lost = {*self.loops()}
        below = [one for one in self.by_email.values() if person.email not in lost and person.email in self.chain(one)]
        return list({one.email: one for one in (person, *mates, *below) if one.email not in self.doubled}.values())

    def lent_to(self, person: Person, day: date) -> list[Person]:
        """Those whose accounts are lent to a person on a day. What was lent to them is not lent on."""
        away = [same(one) for one, covering, start, until in self.covers if same(covering) == person.email and start <= day <= until]
        return [self.by_email[one] for one in away if one in self.by_email and one not in self.doubled]


NO_PEOPLE = People({})


def people(view: View) -> People:
    """The people whom the store knows. The view must be of everyone."""
    found: dict[str, Person] = {}
    doubled: set[str] = set()
    removed: set[str] = set()
    for row in view.table("people").iter_rows(named=True):
        one = _person(row)
        if row.get("is_removed"):
            removed.add(one.email)
            continue
        doubled |= {one.email} if one.email in found else set()
        found[one.email] = one
    lent = view.table("covers").select("email", "covered_by", "starts_on", "until").rows()
    return People(found, frozenset(doubled), tuple(lent), frozenset(removed - found.keys()))


def _person(row: dict[str, Any]) -> Person:
    return Person(
        same(row["email"]), (row["name"] or "").strip(), _roles(row["role"]), (row["team"] or "").strip(), same(row["manager"]),
        (row["owner"] or "").strip(), row["is_active"] is not False,
    )  # fmt: skip


def _roles(said: str | None) -> tuple[str, ...]:
    return tuple(one.strip() for one in (said or "").split(",") if one.strip())


def owners(view: View) -> list[str]:
    """What accounts say as owner, each once."""
    return view.accounts()["owner"].drop_nulls().unique().sort().to_list()


def owned(persons: list[Person], named: list[str]) -> tuple[str, ...]:
    """The owners, as accounts write them, whose accounts are those of some people: letters of other size are the same owner."""
    own = {same(one.owns_as) for one in persons}
    return tuple(one for one in named if same(one) in own)


def table(found: People) -> pl.DataFrame:
    """The org tree as rows: email, name, role, team, manager, owner, is_active."""
    rows = [(one.email, one.name, ", ".join(one.roles), one.team, one.manager, one.owner, one.is_active) for one in found.by_email.values()]
    names = ("email", "name", "role", "team", "manager", "owner", "is_active")
    shape = {name: pl.Boolean if name == "is_active" else pl.String for name in names}
    return pl.DataFrame(rows, schema=shape, orient="row").sort("email")
