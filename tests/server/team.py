"""A company whose people sign in: who they are, their sign-ins, tokens and cookies."""

import json
import shutil
from collections.abc import Collection
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from itsdangerous import URLSafeTimedSerializer

from data.access import personal_tokens
from data.access.claims import SignedIn, read
from data.access.provider import cookie_secret
from data.access.sessions import sessions
from data.importing.run import import_file
from data.settings import current_settings
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import KINDS, OPERATIONS
from server.signin import cookies
from tests.books import company
from tests.built import copied

ORIGIN = "https://holdfast.example.com"
PROVIDER = {
    "HOLDFAST_SIGNIN_METADATA_URL": "https://login.example.com/.well-known/openid-configuration",
    "HOLDFAST_SIGNIN_CLIENT_ID": "holdfast",
    "HOLDFAST_SIGNIN_CLIENT_SECRET": "s3cret",
    "HOLDFAST_SIGNIN_ORIGIN": ORIGIN,
    "HOLDFAST_ADMINISTRATORS": "root@example.com",
}
PEOPLE = """email,name,role,team,manager,is_active
one@example.com,Ona One,csm,North,lead@example.com,yes
two@example.com,Twan Two,csm,South,,yes
lead@example.com,Lea Lead,manager,,,yes
vp@example.com,Vera Vice,executive,,,yes
analyst@example.com,Anton Analyst,analyst,,,yes
viewer@example.com,Vic Viewer,viewer,,,yes
admin@example.com,Ada Admin,administrator,,,yes
emea@example.com,Emil East,emea,,,yes
gone@example.com,Gil Gone,administrator,,,no
"""
REGIONAL = '[roles.emea]\nscope = { region = ["EMEA"] }\nview = ["accounts", "revenue"]\nexport = ["accounts"]\nedit = ["tokens"]\n'
EVERYTHING = [(operation, kind) for operation in OPERATIONS for kind in KINDS]


def team(path: Path) -> Store:
    """The small company with its people in a new store at `path`, which is the own one; roles.toml beside it adds a role for a region, and
    one by a group."""
    copied("team", _make, path.parent)
    for found in path.parent.glob("company.*"):
        found.rename(path.with_suffix(found.suffix))
    return Store.open(path)


def _make(folder: Path) -> None:
    shipped = (Path(personal_tokens.__file__).parent / "roles.toml").read_text()
    (folder / "roles.toml").write_text(shipped.replace("[groups]", REGIONAL + '[groups]\n"Board" = ["executive"]'))
    with pytest.MonkeyPatch.context() as patch, closing(company(folder / "company.duckdb")) as store:
        patch.setenv("HOLDFAST_STORE", str(folder / "company.duckdb"))  # beside which the roles lie
        people(store, PEOPLE)
    shutil.rmtree(folder / "staging", ignore_errors=True)


def people(store: Store, rows: str) -> None:
    file = store.path.parent / "people.csv"
    file.write_text(rows)
    outcome = import_file(store, file, table="people")
    assert outcome.batch and not outcome.problems, outcome


def twice(store: Store, *emails: str) -> None:
    """One person entered once more in other letters, as no file would be taken."""
    commit_frame(store, "people", pl.DataFrame({"email": emails, "role": ["administrator"] * len(emails)}), "people", "test")


def claims(email: str, **more: object) -> dict[str, object]:
    now = int(datetime.now(UTC).timestamp())
    usual = {
        "iss": "https://login.example.com", "sub": f"sub-{email}", "aud": "holdfast", "iat": now, "exp": now + 3600, "nonce": f"n-{email}",
        "email": email, "email_verified": True, "name": email.partition("@")[0].title(),
    }  # fmt: skip
    return usual | more


def signs_in(email: str, **more: object) -> SignedIn:
    """The person, once they have come back from the provider."""
    person = read(claims(email, **more), current_settings())
    assert isinstance(person, SignedIn), person
    assert sessions().begin(person, datetime.now(UTC)) is None
    return person


def token(email: str, given: Collection[tuple[str, str]] = EVERYTHING, *, name: str = "nightly", days: int = 30, **more: object) -> str:
    """A new token of somebody who has just signed in; days: from today to its last one."""
    now = datetime.now(UTC)
    return personal_tokens.make(signs_in(email, **more), name, given, now.date() + timedelta(days=days), now)[0]


def bearer(shown: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {shown}"}


def cookie(email: str, **more: object) -> dict[str, str]:
    """The header with which the browser of somebody who has just signed in asks."""
    now = int(datetime.now(UTC).timestamp())
    more = {"iat": now, "exp": now + 3600} | more
    signs_in(email, **more)
    said = json.dumps({**claims(email, **more), "is_logged_in": True, "origin": ORIGIN})
    return {"Cookie": f"{cookies.NAME}={URLSafeTimedSerializer(cookie_secret(current_settings()), salt=cookies.NAME).dumps(said)}"}
