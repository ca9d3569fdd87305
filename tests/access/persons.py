"""Who looks at the company: a person for each role in each scope, all of them with Ann's accounts as their own and in the team North."""

import tomllib
from datetime import date

import polars as pl
import tomli_w

from data.access.rights import viewer_of
from data.access.roles import SHIPPED
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import Viewer
from tests.access.company import word

ROLES = ("viewer", "csm", "manager", "executive", "analyst", "administrator")
SCOPES: dict[str, object] = {"own": "own", "team": "team", "region": {"region": ["EMEA"]}, "company": "company"}
NARROW = ("own", "team", "region")
NOTHING = ("no-role", "disabled", "stranger")
EVERY = [f"{role}-{scope}" for role in ROLES for scope in SCOPES]
TODAY = date(2026, 11, 27)


def email(person: str) -> str:
    return f"{person}@example.com"


def roles_in_every_scope() -> str:
    """The shipped roles, each once for every scope, as a file of roles."""
    shipped = tomllib.loads(SHIPPED.read_text())["roles"]
    assert tuple(shipped) == ROLES, "a role that is shipped has a column in matrix.csv"
    assert not [name for name, role in shipped.items() if "scopes" in role]
    return tomli_w.dumps(
        {"roles": {f"{role}-{name}": shipped[role] | {"scope": scope} for role in ROLES for name, scope in SCOPES.items()}}
    )


def bring_in(store: Store) -> None:
    """Put the persons into the store's people: those of EVERY, the real owners, and those who may do nothing."""
    ann = f"{word('ann')}@example.com"
    rows = [(email(one), one, "North", ann, True) for one in EVERY]
    rows += [
        (f"{word(one)}@example.com", "csm-own", team, None, True) for one, team in (("ann", "North"), ("ben", "North"), ("cat", "South"))
    ]
    rows += [(email("no-role"), None, "North", ann, True), (email("disabled"), "administrator-company", "North", ann, False)]
    commit_frame(
        store, "people", pl.DataFrame(rows, schema=["email", "role", "team", "owner", "is_active"], orient="row"), "people", "setup"
    )


def viewer(store: Store, person: str) -> Viewer:
    return viewer_of(store, email(person), (), TODAY)
