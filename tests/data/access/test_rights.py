"""What a person may do, from roles, the org tree and holiday cover."""

from datetime import date

import pytest

from data.access.people import People, Person
from data.access.rights import viewer_among
from data.viewer import KINDS, OPERATIONS

DAY = date(2026, 7, 5)
OWNERS = ["Ben", "Cat@x.org", "dana@x.org", "eve@x.org", "Sam Lee"]


def tree(*people: Person, covers=(), doubled=()) -> People:
    return People({one.email: one for one in people}, frozenset(doubled), covers)


def csm(email: str, **more) -> Person:
    return Person(email, roles=("csm",), **more)


def own(people: People, email: str, groups=(), day: date = DAY) -> tuple[str, ...]:
    """The owners whose accounts somebody may view."""
    scope = viewer_among(people, OWNERS, email, groups, day).allowed("view", "accounts").scope
    assert scope is not None
    return dict(scope).get("owner", ())


def denied(people: People, email: str, groups=()) -> bool:
    return viewer_among(people, OWNERS, email, groups, DAY).rights == ()


@pytest.fixture(autouse=True)
def shipped_roles(monkeypatch, tmp_path):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "none.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)


def test_a_csm_sees_the_accounts_that_name_their_address_in_letters_of_any_size():
    people = tree(csm("cat@x.org"), csm("dana@x.org"))
    assert own(people, "cat@x.org") == ("Cat@x.org",)
    assert own(people, " DANA@X.org ") == ("dana@x.org",)


def test_the_owner_column_may_have_another_word_for_a_person():
    assert own(tree(csm("b@x.org", owner="Ben")), "b@x.org") == ("Ben",)
    assert own(tree(csm("s@x.org", name="Sam Lee")), "s@x.org") == (), "names are no proof: two people may have the same"


def test_a_manager_sees_the_team_and_all_who_report_through_others():
    people = tree(
        Person("lead@x.org", roles=("manager",)), csm("dana@x.org", manager="Lead@X.org"), csm("eve@x.org", manager="dana@x.org"),
        csm("cat@x.org", manager="other@x.org"),
    )  # fmt: skip
    assert own(people, "lead@x.org") == ("dana@x.org", "eve@x.org")
    mates = tree(Person("lead@x.org", roles=("manager",), team="North"), csm("cat@x.org", team="North"), csm("eve@x.org", team="South"))
    assert own(mates, "lead@x.org") == ("Cat@x.org",)


def test_people_who_report_to_each_other_in_a_loop_see_their_own():
    boss, dana = Person("eve@x.org", roles=("manager",), manager="dana@x.org"), csm("dana@x.org", manager="eve@x.org")
    people = tree(boss, dana)
    assert people.loops() == ["dana@x.org", "eve@x.org"]
    assert own(people, "eve@x.org") == ("eve@x.org",)


def test_accounts_are_lent_until_a_day_and_not_lent_on():
    covers = (
        ("Dana@x.org", "cat@x.org", date(2026, 7, 1), date(2026, 7, 5)),
        ("cat@x.org", "eve@x.org", date(2026, 7, 1), date(2026, 7, 9)),
    )
    people = tree(csm("dana@x.org"), csm("cat@x.org"), csm("eve@x.org"), covers=covers)
    assert own(people, "cat@x.org") == ("Cat@x.org", "dana@x.org")
    assert own(people, "cat@x.org", day=date(2026, 7, 6)) == ("Cat@x.org",), "until is the last day"
    assert own(people, "cat@x.org", day=date(2026, 6, 30)) == ("Cat@x.org",)
    assert own(people, "eve@x.org") == ("Cat@x.org", "eve@x.org"), "what was lent to Cat is not lent on"


def test_who_has_no_role_or_was_disabled_may_do_nothing():
    people = tree(Person("x@x.org"), Person("y@x.org", roles=("csm",), is_active=False), Person("z@x.org", roles=("nonsense",)))
    assert denied(people, "x@x.org") and denied(people, "y@x.org") and denied(people, "z@x.org") and denied(people, "stranger@x.org")


def test_two_entries_of_one_address_let_nobody_in():
    assert denied(tree(csm("dana@x.org"), doubled=["dana@x.org"]), "Dana@X.org")


def test_groups_of_the_provider_bring_roles(monkeypatch, tmp_path):
    (tmp_path / "r.toml").write_text('[roles.a]\nscope = "company"\nview = ["accounts"]\n[groups]\nStaff = ["a"]\n')
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "r.toml"))
    found = viewer_among(tree(), OWNERS, "x@x.org", ("Staff", "Other"), DAY)
    assert found.may("view", "accounts") and not found.may("edit", "activities") and found.allowed("view", "accounts").sees_all
    assert denied(tree(), "x@x.org", ("staff",)), "letters count in the name of a group"


def test_a_disabled_person_stays_out_whatever_groups_say(monkeypatch, tmp_path):
    (tmp_path / "r.toml").write_text('[roles.a]\nscope = "company"\nview = ["accounts"]\n[groups]\nStaff = ["a"]\n')
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "r.toml"))
    assert denied(tree(Person("x@x.org", is_active=False)), "x@x.org", ("Staff",))


def test_those_whom_the_setting_names_may_do_everything_also_where_the_file_of_roles_is_wrong(monkeypatch, tmp_path):
    monkeypatch.setenv("HOLDFAST_ADMINISTRATORS", "Boss@x.org, second@x.org")
    (tmp_path / "r.toml").write_text("nonsense")
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "r.toml"))
    people = tree(csm("dana@x.org"))
    for email in ("boss@X.org", "second@x.org"):
        found = viewer_among(people, OWNERS, email, (), DAY)
        assert all(found.may(one, kind) and found.allowed(one, kind).sees_all for one in OPERATIONS for kind in KINDS)
    assert denied(people, "dana@x.org"), "nobody else is let in by a file that cannot be read"
