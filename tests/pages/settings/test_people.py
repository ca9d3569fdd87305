"""The page of people and roles: what it shows, and that a change made there holds, can be undone, and is refused with a reason."""

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.access import roles
from data.access.people import People, people
from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from pages.parts.people_list import PAGES
from pages.ui.rights import NEEDS
from tests.pages.showing import everything, grids, shown
from tests.waiting import PATIENCE

TEAM = [
    ("one@example.com", "Una", "csm", "lead@example.com"), ("lead@example.com", "Lea", "manager", None),
    ("ann@example.com", "Ann", "administrator", None),
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_roles(monkeypatch, tmp_path):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)


@pytest.fixture
def team(small) -> Store:
    """The small company with three people; two@example.com, who owns B and C, is none of them."""
    commit_frame(small, "people", pl.DataFrame(TEAM, schema=["email", "name", "role", "manager"], orient="row"), "hr", "test")
    return small


def known(store: Store) -> People:
    with View(store) as view:
        return people(view)


def press(test, label: str):
    return next(one for one in test.button if one.label == label).click().run()


def field(test, kind: str, label: str):
    return next(one for one in test.get(kind) if one.label == label)


def drawn(dialog: str) -> AppTest:
    """A page of what a dialog draws, which keeps what is filled in from click to click."""
    test = AppTest.from_string(
        "from pages.parts import people, people_list, people_roles\n"
        "from pages.ui import filters\n"
        "from data.access import changing_roles\n"
        "choice = filters.bar()\n"
        "found = people.seen(choice)\n"
        f"{dialog}\n",
        default_timeout=PATIENCE,
    )
    test.query_params.update({"company": "own", "as_of": "2023-12-28"})
    return test.run()


def test_an_empty_store_says_what_to_do(empty):
    test = shown("people")
    assert not test.exception and "Nobody is on the list yet" in test.info[0].value


def test_people_stand_with_their_accounts_and_arr(team):
    test = shown("people")
    rows = {row["name"]: row for row in grids(test)["people"].iter_rows(named=True)}
    assert (rows["Una"]["accounts_owned"], rows["Una"]["arr"], rows["Una"]["manager"]) == (1, 1201.2, "Lea")
    assert rows["Lea"]["accounts_owned"] == 0 and len(rows) == 3
    assert not test.exception


def test_owners_whom_nobody_matches_are_counted(team):
    told = [one.value for one in shown("people").markdown]
    assert any("2 accounts belong to owners whom no person here has: two@example.com" in one for one in told)


def test_a_person_is_added_and_the_addition_undone(team):
    test = drawn("people_list._form(choice, found, None)")
    field(test, "text_input", "E-mail").input("Two@Example.com")
    field(test, "text_input", "Name").input("Duo")
    field(test, "multiselect", "Roles").select("csm")
    field(test, "selectbox", "Reports to").select("lead@example.com")
    test = press(test, "Save")
    assert not test.exception and not test.error
    assert known(team).person("two@example.com").roles == ("csm",) and known(team).person("two@example.com").manager == "lead@example.com"
    test = shown("people")
    assert not any("whom no person here has" in one.value for one in test.markdown)
    press(test, "Undo")
    assert known(team).person("two@example.com") is None


def test_what_cannot_be_added_is_told_and_nothing_is_written(team):
    test = drawn("people_list._form(choice, found, None)")
    field(test, "text_input", "E-mail").input("nobody")
    test = press(test, "Save")
    assert "is no e-mail address" in test.error[0].value and len(known(team).by_email) == 3


def test_the_last_administrator_is_not_disabled(team):
    test = press(shown("people", person="ann@example.com"), "Disable")
    assert "last administrator" in test.error[0].value and known(team).person("ann@example.com").is_active


def test_a_person_is_disabled_and_let_in_again(team):
    press(shown("people", person="one@example.com"), "Disable")
    assert not known(team).by_email["one@example.com"].is_active
    press(shown("people", person="one@example.com"), "Let in again")
    assert known(team).by_email["one@example.com"].is_active


def test_what_a_person_would_see(team):
    test = press(shown("people", person="one@example.com"), "What they would see")
    told = [one.value for one in test.markdown if "**1 account** on" in one.value]
    assert told and "Today" in told[0] and "People and roles" not in told[0] and "Import" not in told[0]


def test_every_page_of_the_navigation_has_its_title_there():
    assert {*PAGES} == {*NEEDS} - {"account", "design"}


def test_the_tree_is_indented(team):
    tree = next(one.value for one in shown("people", part="tree").markdown if one.value.startswith("- "))
    assert tree.splitlines()[1:] == ["- **Lea** · Manager", "    - **Una** · CSM · 1 account"]


def test_accounts_are_lent_and_the_cover_called_off(team):
    test = shown("people", part="cover")
    field(test, "selectbox", "Whose accounts").select("one@example.com")
    field(test, "selectbox", "Lent to").select("lead@example.com")
    test = press(test, "Lend them")
    assert any("**Una** to **Lea**" in one.value for one in test.markdown) and not test.exception
    test = press(test, "End it")
    assert not any("**Una** to **Lea**" in one.value for one in test.markdown)


def test_who_does_not_open_the_page_lends_their_own_accounts(team):
    test = drawn(
        "from datetime import date\nfrom types import SimpleNamespace\nfrom data.access.rights import viewer_of\n"
        "from data.store import open_stores\nfrom pages.parts import people_cover\n"
        "una = viewer_of(open_stores.store('own'), 'one@example.com', (), date.today())\n"
        "people_cover.own(SimpleNamespace(company='own', viewer=una))"
    )
    assert field(test, "selectbox", "Whose accounts").options == ["Una"] and field(test, "selectbox", "Lent to").options == ["Lea"]
    field(test, "selectbox", "Lent to").select("lead@example.com")
    test = press(test, "Lend them")
    assert any("**Una** to **Lea**" in one.value for one in test.markdown) and not test.exception
    assert team.imports()["who"][0] == "one@example.com"


def test_a_role_says_what_it_gives(team):
    told = [one.value for one in shown("people", part="roles", role="csm").markdown]
    assert any("**CSM** reaches own accounts" in one for one in told)
    table = next(one for one in told if one.startswith("| |"))
    assert "| Conversations and tasks | ✓ | ✓ | ✓ | ✓ |" in table and "| The whole store |  |  |  |  |" in table


def test_a_role_is_changed_with_a_preview_of_whom_it_changes(team):
    test = drawn("people_roles._change(choice, found, found.roles, found.roles.roles['csm'], changing_roles.in_force())")
    field(test, "selectbox", "Reaches").select("team").run()
    field(test, "button_group", "People and roles").select("view").run()
    told = " ".join(one.value for one in test.markdown)
    assert "**Una** gains People and roles (view)" in told and "accounts of the own team instead of own accounts" in told
    assert not roles.place().exists()
    press(test, "Put in force")
    assert roles.current().roles["csm"].given[("view", "people")] == "team"


def test_roles_of_a_file_in_other_words_are_refused_line_by_line(team):
    roles.place().write_text("[roles.a]\nfly = 1\n")
    test = shown("people", part="roles")
    assert "The file of roles cannot be used" in test.error[0].value and not test.exception
    assert any("roles.a.fly" in one.value for one in test.caption)
    press(
        drawn("people_roles._brought(choice, found, changing_roles.role_files.SHIPPED.read_text(), changing_roles.in_force())"),
        "Put in force",
    )
    assert "csm" in roles.current().roles


def test_who_looks_as_an_owner_changes_nothing(team):
    test = shown("people", viewer="one@example.com")
    assert not [one for one in test.button if one.label in ("Add a person", "Change", "Disable", "Undo")]
    assert "Lea" not in str(grids(test)["people"]["name"].to_list()) and not test.exception


@pytest.mark.parametrize("part", ["people", "tree", "cover", "roles"])
def test_in_chinese(team, part):
    test = shown("people", language="zh_Hans", part=part)
    assert test.title[0].value == "人员与角色" and "Holiday cover" not in everything(test)
