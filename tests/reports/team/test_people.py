"""People with the accounts and ARR that they own: of the small company, whose A is one's, B and C two's."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.access.changing import lend
from data.access.rights import viewer_of
from data.store.edits import commit_frame
from data.viewer import EVERYONE, NotAllowed, Viewer
from reports.catalogue import run
from reports.report import Question
from reports.team.people import as_report, directory
from tests.books import company

DAY = date(2023, 12, 28)
TEAM = [
    ("one@example.com", "Una", "csm", "lead@example.com"), ("Duo@example.com", "Duo", "csm", "lead@example.com"),
    ("lead@example.com", "Lea", "manager", None), ("far@example.com", "Far", "manager", None),
]  # fmt: skip


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Duo's accounts are written as those of two@example.com."""
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    opened = company(tmp_path / "own.duckdb")
    frame = pl.DataFrame(TEAM, schema=["email", "name", "role", "manager"], orient="row")
    commit_frame(opened, "people", frame.with_columns(owner=pl.when(email="Duo@example.com").then(pl.lit("Two@example.com"))), "hr", "test")
    yield opened
    opened.close()


def rows(store, viewer: Viewer, **signed_in) -> dict[str, dict]:
    arr = run("arr", store, viewer, Question(as_of=DAY)) if viewer.may("view", "revenue") else None
    found = as_report(directory(store, viewer, arr), viewer, DAY, {f"{who}@example.com": at for who, at in signed_in.items()}, "USD", 1)
    return {row["name"]: row for row in found.rows.iter_rows(named=True)}


def test_accounts_and_arr_add_up_by_owner(store):
    """A pays 100.10 a month; B 777.77 and 55.00; C has left. Two owns B and C: 832.77 a month are 9,993.24 a year."""
    found = rows(store, EVERYONE)
    told = {name: (row["accounts_owned"], row["arr"]) for name, row in found.items()}
    assert told == {"Una": (1, 120120), "Duo": (2, 999324), "Lea": (0, 0), "Far": (0, 0)}
    assert found["Una"]["manager"] == "Lea" and found["Una"]["roles"] == "CSM" and list(found) == ["Duo", "Far", "Lea", "Una"]


def test_a_manager_sees_themselves_and_their_people(store):
    found = rows(store, viewer_of(store, "lead@example.com", (), DAY))
    assert {name: row["accounts_owned"] for name, row in found.items()} == {"Una": 1, "Duo": 2, "Lea": None}
    assert set(rows(store, viewer_of(store, "far@example.com", (), DAY))) == {"Far"}


def test_who_may_not_view_people_sees_none(store):
    with pytest.raises(NotAllowed):
        rows(store, viewer_of(store, "one@example.com", (), DAY))


def test_who_looks_as_an_owner_sees_that_one_alone(store):
    assert set(rows(store, Viewer("one@example.com"))) == {"Una"}


def test_arr_is_not_told_who_may_not_view_revenue(store, tmp_path):
    (tmp_path / "roles.toml").write_text('[roles.manager]\nscope = "company"\nview = ["people", "accounts"]\n')
    found = rows(store, viewer_of(store, "far@example.com", (), DAY))
    assert (found["Duo"]["accounts_owned"], found["Duo"]["arr"]) == (2, None)
    (tmp_path / "roles.toml").write_text('[roles.manager]\nscope = "company"\nview = ["people"]\n')
    assert {row["accounts_owned"] for row in rows(store, viewer_of(store, "far@example.com", (), DAY)).values()} == {None}


def test_cover_and_last_sign_in_stand_beside_a_person(store):
    lend(store, EVERYONE, "one@example.com", "lead@example.com", date(2023, 12, 20), DAY)
    at = datetime(2023, 12, 27, 8, 30, tzinfo=UTC)
    found = rows(store, EVERYONE, one=at)
    assert (found["Una"]["covers"], found["Lea"]["covers"], found["Duo"]["covers"]) == ("covered by Lea", "covers Una", None)
    assert (found["Una"]["last_sign_in"], found["Lea"]["last_sign_in"]) == (at, None)


def test_a_disabled_person_and_a_role_that_there_is_not(store):
    commit_frame(store, "people", pl.DataFrame({"email": ["far@example.com"], "role": ["csm, boss"], "is_active": [False]}), "hr", "test")
    found = rows(store, EVERYONE)["Far"]
    assert (found["state"], found["roles"]) == ("disabled", "CSM, boss")
