"""Roles as a file: what it may say, and that what it does not say is denied."""

import pytest

from data.access import roles
from data.access.roles import RolesWrong, from_toml, grants, to_toml
from data.viewer import KINDS, OPERATIONS, Grant

SMALL = """
[roles.reader]
title = "Reader"
scope = "own"
scopes = { view = "team" }
view = ["accounts"]
edit = ["activities"]

[groups]
"Customer Success" = ["reader"]
"""


def test_a_role_gives_what_it_names_within_its_scopes_and_nothing_else():
    reader = from_toml(SMALL).roles["reader"]
    own, team = (("owner", ("dana",)),), (("owner", ("dana", "kim")),)
    assert set(grants(reader, ("dana",), ("dana", "kim"))) == {Grant("view", "accounts", team), Grant("edit", "activities", own)}
    assert set(grants(reader, (), ())) == {Grant("view", "accounts", ()), Grant("edit", "activities", ())}, "of no owner: no account"


def test_a_scope_of_account_columns_and_the_whole_company():
    role = from_toml('[roles.a]\nscope = { region = ["EMEA", "APAC"] }\nview = ["accounts"]\n').roles["a"]
    assert grants(role, (), ()) == [Grant("view", "accounts", (("region", ("APAC", "EMEA")),))]
    whole = from_toml('[roles.a]\nscope = "company"\nview = ["accounts"]\n').roles["a"]
    assert grants(whole, (), ()) == [Grant("view", "accounts", None)]


def test_groups_name_roles():
    assert from_toml(SMALL).groups == {"Customer Success": ("reader",)}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[roles.a]\nscope = 'own'\nfly = ['accounts']\n", "roles.a.fly: there is no such operation"),
        ("[roles.a]\nscope = 'own'\nview = ['acounts']\n", "'acounts' is no kind of object"),
        ("[roles.a]\nview = ['accounts']\n", "roles.a.scope: None is no scope"),
        ("[roles.a]\nscope = 'everything'\n", "'everything' is no scope"),
        ("[roles.a]\nscope = { region = 'EMEA' }\n", "is no scope"),
        ("[roles.a]\nscope = 'own'\nscopes = { fly = 'team' }\n", "roles.a.scopes: a table of operations"),
        ("[roles.a]\nscope = 'own'\n[groups]\nX = ['b']\n", "groups.X: there is no role 'b'"),
        ("[role.a]\nscope = 'own'\n", "role: there is no such part"),
        ("", "at least one role"),
        ("[roles.a\n", "no TOML"),
        ("[roles.a]\nscope = 'own'\ntitle = 7\n", "roles.a.title: text is needed"),
        ("[roles.a]\nscope = 'own'\nview = ['all', 'accounts']\n", "'all' is no kind of object"),
    ],
)
def test_what_cannot_be_is_named_with_its_place(written, said):
    with pytest.raises(RolesWrong) as wrong:
        from_toml(written)
    assert said in str(wrong.value)


def test_every_fault_is_named_at_once():
    with pytest.raises(RolesWrong) as wrong:
        from_toml("[roles.a]\nscope = 'x'\nfly = []\n[roles.b]\nscope = 'own'\nview = ['y']\n")
    assert len(str(wrong.value).splitlines()) == 3


def test_a_file_is_written_and_read_back_as_it_was():
    for written in (SMALL, roles.SHIPPED.read_text()):
        found = from_toml(written)
        assert from_toml(to_toml(found)) == found


def test_the_roles_that_come_with_the_product_use_known_words_only():
    found = from_toml(roles.SHIPPED.read_text())
    assert list(found.roles) == ["viewer", "csm", "manager", "executive", "analyst", "administrator"]
    assert {*found.roles["administrator"].given} == {(one, kind) for one in OPERATIONS for kind in KINDS}
    assert not any(found.roles[name].may("administer", kind) for name in found.roles if name != "administrator" for kind in KINDS)


def test_a_wrong_file_is_not_put_in_force(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    roles.keep(SMALL)
    assert list(roles.current().roles) == ["reader"] and (tmp_path / "roles.toml").stat().st_mode & 0o077 == 0
    with pytest.raises(RolesWrong):
        roles.keep(SMALL.replace("view =", "fly ="))
    assert list(roles.current().roles) == ["reader"]
