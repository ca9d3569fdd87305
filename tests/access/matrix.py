"""What must be true, read from matrix.csv: who may do what, and of whose accounts the answer is. Stated by hand.

Each line names a thing, for each role whether it may, and what becomes of that for a role whose scope is not the whole company:
accounts (answered of the accounts in scope), nothing (answered with no row), refused, or same (it says nothing of any account). shows:
the accounts that the answer about the whole company names in its rows; * where that is told elsewhere.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from tests.access.persons import EVERY, ROLES

# The accounts of each scope, and whose words beside theirs may be said: their owners, their team's files.
SEEN = {
    "own": {"a1", "a2", "a3", "a4"},
    "team": {"a1", "a2", "a3", "a4", "b1"},
    "region": {"a1", "a3", "b1", "c2", "c3", "c4"},
    "company": {"a1", "a2", "a3", "a4", "b1", "c1", "c2", "c3", "c4", "m1", "n1"},
}
BESIDE = {
    "own": {"ann", "north", "all", "author"},
    "team": {"ann", "ben", "north", "all", "author"},
    "region": {"ann", "ben", "cat", "north", "south", "all", "author"},
    "company": {"ann", "ben", "cat", "north", "south", "all", "author", "closer"},
}
OWNERS = {"own": {"ann"}, "team": {"ann", "ben"}, "region": set()}  # whose accounts they are is said of every answer


@dataclass(frozen=True)
class Line:
    """One line of the file."""

    what: str
    name: str
    roles: frozenset[str]
    narrow: str
    shows: frozenset[str] | None

    def allowed(self, person: str) -> bool:
        role, _, scope = person.rpartition("-")
        return role in self.roles and not (self.narrow == "refused" and scope != "company")

    def accounts(self, person: str) -> set[str] | None:
        """The accounts that the rows of the answer to a person name; None where that is told elsewhere."""
        scope = person.rpartition("-")[2]
        if self.narrow == "nothing" and scope != "company":
            return set()
        return None if self.shows is None else self.shows & SEEN[scope]

    def words(self, person: str) -> set[str]:
        """Whose words the answer may have."""
        scope = person.rpartition("-")[2]
        return OWNERS[scope] if self.narrow in ("same", "nothing") and scope != "company" else SEEN[scope] | BESIDE[scope]


def _line(row: dict[str, str]) -> Line:
    shows = None if row["shows"] == "*" else frozenset(row["shows"].split())
    return Line(row["what"], row["name"], frozenset(role for role in ROLES if row[role] == "yes"), row["narrow"], shows)


with Path(__file__).with_name("matrix.csv").open() as _file:
    LINES = [_line(row) for row in csv.DictReader(_file)]


def lines(what: str) -> dict[str, Line]:
    """The lines about one kind of thing, by its name."""
    return {line.name: line for line in LINES if line.what == what}


def one_of_each_scope(persons: list[str]) -> list[str]:
    """The first of some persons with each scope."""
    return list({person.rpartition("-")[2]: person for person in reversed(persons)}.values())


def those(line: Line) -> tuple[list[str], list[str]]:
    """The persons who may, and those who may not."""
    return [one for one in EVERY if line.allowed(one)], [one for one in EVERY if not line.allowed(one)]
