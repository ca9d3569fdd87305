"""The permission matrix as a table of Markdown, made from the roles that come with the product: `make roles` puts it into the docs."""

from collections.abc import Mapping
from pathlib import Path

from data.access.changing_roles import shipped
from data.access.roles import COMPANY, OWN, TEAM, Reach, Role, Roles
from data.viewer import KINDS, OPERATIONS

DOCS = Path(__file__).resolve().parents[2] / "docs" / "ROLES.md"
BEGINS, ENDS = "<!-- the matrix begins: made by `make roles` from data/access/roles.toml -->", "<!-- the matrix ends -->"
SCOPES = {OWN: "own accounts", TEAM: "accounts of the own team", COMPANY: "all accounts"}


def scope_in_words(reach: Reach) -> str:
    """Whose accounts a right is given for, in words."""
    return SCOPES[reach] if isinstance(reach, str) else " or ".join(f"{column} {', '.join(values)}" for column, values in reach)


def as_markdown(known: Roles) -> str:
    """One row per kind of object, one column per role: the operations that it gives, and whose accounts they are given for."""
    roles = list(known.roles.values())
    head = ["| | " + " | ".join(role.title for role in roles) + " |", "|---" * (len(roles) + 1) + "|"]
    whose = "| *whose accounts* | " + " | ".join(_whose(role) for role in roles) + " |"
    return "\n".join([*head, whose, *(_row(kind, roles) for kind in KINDS)])


def _whose(role: Role) -> str:
    return "; ".join(dict.fromkeys(scope_in_words(reach) for reach in role.given.values())) or "none"


def _row(kind: str, roles: list[Role]) -> str:
    return (
        f"| **{kind}**: {KINDS[kind][0].lower()}{KINDS[kind][1:].rstrip('.')} | " + " | ".join(_cell(role, kind) for role in roles) + " |"
    )


def _cell(role: Role, kind: str) -> str:
    """The operations on one kind of object; with whose accounts where that is not the same for all of the role."""
    several = len({*role.given.values()}) > 1
    given: Mapping[str, Reach] = {one: role.given[(one, kind)] for one in OPERATIONS if role.may(one, kind)}
    if len(given) == len(OPERATIONS) and not several:
        return "everything"
    return ", ".join(f"{one} ({scope_in_words(reach)})" if several else one for one, reach in given.items()) or "–"


def with_matrix(text: str) -> str:
    """A text with the matrix as it is now between its marks."""
    first, _, rest = text.partition(BEGINS)
    return f"{first}{BEGINS}\n\n{as_markdown(shipped())}\n\n{ENDS}{rest.partition(ENDS)[2]}"


def main() -> None:
    DOCS.write_text(with_matrix(DOCS.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
