"""People and holiday cover changed in the app: what is written, what is taken back, and what is refused."""

from datetime import date

import polars as pl
import pytest

from data.access.changing import add_person, change_person, covers, end_cover, lend, remove_person
from data.access.people import Person, people
from data.access.rights import viewer_of
from data.approvals.undoing import undo
from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Grant, NotAllowed, Viewer

JULY = date(2026, 7, 1)


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Ann administers; Bob leads Cat and Dan."""
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    opened = Store.open(tmp_path / "own.duckdb")
    rows = [
        ("ann@x.org", "administrator", None),
        ("bob@x.org", "manager", None),
        ("cat@x.org", "csm", "bob@x.org"),
        ("Dan@x.org", "csm", "bob@x.org"),
    ]
    commit_frame(opened, "people", pl.DataFrame(rows, schema=["email", "role", "manager"], orient="row"), "hr", "test")
    yield opened
    opened.close()


def known(store: Store):
    with View(store) as view:
        return people(view)


def refused(change, *args) -> str:
    with pytest.raises(EditRefused) as why:
        change(*args)
    return str(why.value)


def test_a_person_is_added_changed_and_the_change_taken_back(store):
    add_person(store, EVERYONE, Person(" Eve@X.org ", "Eve", ("csm", "viewer"), "North", "BOB@x.org"))
    assert known(store).person("eve@x.org") == Person("eve@x.org", "Eve", ("csm", "viewer"), "North", "bob@x.org")
    done = change_person(store, EVERYONE, "EVE@x.org", {"team": "South", "is_active": False})
    assert (known(store).by_email["eve@x.org"].team, known(store).by_email["eve@x.org"].is_active) == ("South", False)
    assert viewer_of(store, "eve@x.org", (), JULY).rights == ()
    undo(store, done.batch, EVERYONE, "test")
    assert known(store).person("eve@x.org") == Person("eve@x.org", "Eve", ("csm", "viewer"), "North", "bob@x.org")


def test_what_is_changed_stays_when_the_list_comes_again_and_the_rest_follows_the_list(store):
    change_person(store, EVERYONE, "dan@x.org", {"team": "South"})
    commit_frame(store, "people", pl.DataFrame({"email": ["Dan@x.org"], "team": ["North"], "name": ["Daniel"]}), "hr", "test")
    assert (known(store).by_email["dan@x.org"].team, known(store).by_email["dan@x.org"].name) == ("South", "Daniel")


def test_who_is_removed_is_out_and_can_be_added_again(store):
    remove_person(store, EVERYONE, "dan@x.org")
    assert known(store).person("dan@x.org") is None and "dan@x.org" in known(store).removed
    assert viewer_of(store, "dan@x.org", (), JULY).rights == ()
    add_person(store, EVERYONE, Person("dan@x.org", roles=("viewer",)))
    assert known(store).by_email["dan@x.org"].roles == ("viewer",) and not known(store).doubled


def test_who_is_removed_is_not_let_in_by_a_group(store, tmp_path):
    (tmp_path / "roles.toml").write_text(
        '[roles.a]\nscope = "company"\nview = ["accounts"]\nadminister = ["people"]\n[groups]\nStaff = ["a"]\n'
    )
    assert viewer_of(store, "new@x.org", ("Staff",), JULY).rights
    remove_person(store, EVERYONE, "dan@x.org")
    assert viewer_of(store, "dan@x.org", ("Staff",), JULY).rights == ()


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (Person("nobody"), "'nobody' is no e-mail address"),
        (Person("a b@x.org"), "is no e-mail address"),
        (Person("a@x.org,b@x.org"), "is no e-mail address"),
        (Person("DAN@X.org"), "dan@x.org is on the list already"),
        (Person("e@x.org", roles=("csm", "boss")), "there is no role 'boss'. Roles: viewer, csm"),
        (Person("e@x.org", manager="who@x.org"), "who@x.org is not on the list"),
        (Person("e@x.org", manager="E@x.org"), "nobody reports to themselves"),
    ],
)
def test_who_cannot_be_added(store, person, said):
    assert said in refused(add_person, store, EVERYONE, person)
    assert len(known(store).by_email) == 4


def test_a_manager_who_reports_to_the_person_closes_a_loop(store):
    change_person(store, EVERYONE, "cat@x.org", {"manager": "dan@x.org"})
    said = refused(change_person, store, EVERYONE, "bob@x.org", {"manager": "cat@x.org"})
    assert "bob@x.org -> cat@x.org -> dan@x.org -> bob@x.org" in said
    assert known(store).loops() == []


def test_a_manager_is_removed_once_nobody_reports_to_them(store):
    assert "cat@x.org, dan@x.org would report to nobody" in refused(remove_person, store, EVERYONE, "bob@x.org")
    for one in ("cat@x.org", "dan@x.org"):
        change_person(store, EVERYONE, one, {"manager": ""})
    remove_person(store, EVERYONE, "bob@x.org")
    assert "bob@x.org" not in known(store).by_email


@pytest.mark.parametrize("change", [{"roles": ("csm",)}, {"is_active": False}])
def test_the_last_administrator_stays_unless_the_setting_names_one(store, monkeypatch, change):
    assert "last administrator" in refused(change_person, store, EVERYONE, "ann@x.org", change)
    assert "last administrator" in refused(remove_person, store, EVERYONE, "ann@x.org")
    monkeypatch.setenv("HOLDFAST_ADMINISTRATORS", "Boss@x.org")
    change_person(store, EVERYONE, "ann@x.org", change)


def test_one_of_two_administrators_may_go(store):
    change_person(store, EVERYONE, "bob@x.org", {"roles": ("manager", "administrator")})
    change_person(store, EVERYONE, "ann@x.org", {"is_active": False})
    assert "last administrator" in refused(change_person, store, EVERYONE, "bob@x.org", {"roles": ("manager",)})


def test_two_entries_of_one_address_are_removed_together_and_not_changed(store):
    commit_frame(store, "people", pl.DataFrame({"email": ["dan@x.org"]}), "hr", "test")
    assert "there twice, as " in refused(change_person, store, EVERYONE, "dan@x.org", {"team": "South"})
    remove_person(store, EVERYONE, "dan@x.org")
    assert "dan@x.org" not in known(store).by_email and not known(store).doubled


def test_accounts_are_lent_and_the_cover_ends_early(store):
    lend(store, EVERYONE, "dan@x.org", "cat@x.org", JULY, date(2026, 7, 14))
    (cover,) = covers(store)
    assert (cover.email, cover.covered_by, cover.until) == ("dan@x.org", "cat@x.org", date(2026, 7, 14))
    end_cover(store, EVERYONE, cover.cover_id, date(2026, 7, 5))
    assert covers(store)[0].until == date(2026, 7, 5)
    cat = known(store).by_email["cat@x.org"]
    assert known(store).lent_to(cat, date(2026, 7, 5)) and not known(store).lent_to(cat, date(2026, 7, 6))
    end_cover(store, EVERYONE, cover.cover_id, date(2026, 6, 1))
    assert covers(store) == [] and not known(store).lent_to(cat, JULY)


@pytest.mark.parametrize(
    ("away", "covering", "until", "said"),
    [
        ("dan@x.org", "cat@x.org", date(2026, 6, 30), "2026-06-30 lies before 2026-07-01"),
        ("dan@x.org", "DAN@x.org", JULY, "lent to somebody else"),
        ("dan@x.org", "who@x.org", JULY, "who@x.org is not on the list"),
        ("who@x.org", "dan@x.org", JULY, "who@x.org is not on the list"),
        ("dan@x.org", "bob@x.org", JULY, "bob@x.org is disabled"),
    ],
)
def test_covers_that_cannot_be(store, away, covering, until, said):
    change_person(store, EVERYONE, "bob@x.org", {"is_active": False})
    assert said in refused(lend, store, EVERYONE, away, covering, JULY, until)
    assert covers(store) == []


def test_everybody_lends_their_own_accounts_and_nobody_elses(store):
    dan = viewer_of(store, "dan@x.org", (), JULY)
    lend(store, dan, "Dan@x.org", "cat@x.org", JULY, JULY)
    assert store.imports()["who"][0] == "dan@x.org"
    bob = viewer_of(store, "bob@x.org", (), JULY)
    for viewer in (bob, viewer_of(store, "cat@x.org", (), JULY), viewer_of(store, "who@x.org", (), JULY)):
        assert "lent by an administrator" in refused(lend, store, viewer, "dan@x.org", "cat@x.org", JULY, JULY)
        assert "lent by an administrator" in refused(end_cover, store, viewer, covers(store)[0].cover_id, JULY)
    assert len(covers(store)) == 1


def test_people_are_changed_by_who_administers_them_for_the_whole_company_alone(store):
    part = Viewer(rights=(Grant("administer", "people", (("owner", ("dan@x.org",)),)),))
    for viewer in (viewer_of(store, "bob@x.org", (), JULY), part):
        for change, *args in ((add_person, Person("e@x.org")), (change_person, "dan@x.org", {"team": "x"}), (remove_person, "dan@x.org")):
            with pytest.raises(NotAllowed):
                change(store, viewer, *args)
    assert known(store).by_email.keys() == {"ann@x.org", "bob@x.org", "cat@x.org", "dan@x.org"}
    add_person(store, viewer_of(store, "ann@x.org", (), JULY), Person("e@x.org"))
    assert store.imports()["who"][0] == "ann@x.org"
