"""What a viewer may do, and within which accounts."""

from contextlib import closing
from datetime import UTC, datetime

import pytest

from data.store.account_matching import match_accounts
from data.store.product_pairs import answer_pairs
from data.store.view import View
from data.viewer import EVERYONE, NOBODY, Grant, NotAllowed, Viewer
from reports.imports.migration import sign_off
from reports.report import Question
from reports.revenue.closes import close_period
from tests.books import company

OWN = (("owner", ("dana", "kim")),)
CSM = Viewer(rights=(Grant("edit", "activities", OWN), Grant("view", "accounts", OWN)), person="dana@example.com")


def test_one_person_alone_may_do_everything():
    assert EVERYONE.may("administer", "people") and EVERYONE.allowed("delete", "accounts") is EVERYONE
    assert EVERYONE.is_settled and EVERYONE.sees_all and EVERYONE.seen is None


def test_what_nothing_gives_is_denied():
    assert not NOBODY.may("view", "accounts") and not NOBODY.sees_all
    with pytest.raises(NotAllowed, match="view accounts"):
        NOBODY.allowed("view", "accounts")
    with pytest.raises(NotAllowed, match="export accounts"):
        CSM.allowed("export", "accounts")


def test_who_is_let_do_something_does_it_within_its_scope():
    seen = CSM.allowed("view", "accounts")
    assert (seen.operation, seen.scope, seen.sees_all) == ("view", OWN, False)
    assert seen.seen == "owner: dana, kim"
    assert str(CSM.signs("browser")) == "dana@example.com" and str(EVERYONE.signs("browser")) == "browser"


def test_rows_are_read_with_the_right_to_view_or_to_export_and_no_other():
    with pytest.raises(NotAllowed):
        CSM.allowed("edit", "activities").reading("revenue")
    export = Viewer(rights=(Grant("export", "revenue"),)).allowed("export", "revenue")
    assert export.reading("revenue") is export


def test_scopes_of_several_roles_are_added_up():
    north, south = (Grant("view", "accounts", (("team", (name,)),)) for name in ("North", "South"))
    region = Grant("view", "accounts", (("region", ("EMEA",)),))
    assert Viewer(rights=(north, south, region)).allowed("view", "accounts").scope == (("region", ("EMEA",)), ("team", ("North", "South")))
    assert Viewer(rights=(north, Grant("view", "accounts"))).allowed("view", "accounts").scope is None


def test_what_concerns_every_account_takes_the_whole_company():
    narrow = Viewer(rights=(Grant("import", "imports", OWN),))
    with pytest.raises(NotAllowed, match="whole company"):
        narrow.for_whole_company("import", "imports")
    assert Viewer(rights=(Grant("import", "imports"),)).for_whole_company("import", "imports").sees_all


def test_the_key_tells_rights_apart_and_not_people():
    other = Viewer(rights=CSM.rights, person="kim@example.com")
    assert other.key == CSM.key and other.key != EVERYONE.key != CSM.allowed("view", "accounts").key


def test_what_a_person_writes_is_signed_by_them_whatever_name_is_given(tmp_path):
    with closing(company(tmp_path / "own.duckdb")) as store:
        may = Viewer(rights=(Grant("edit", "closes"), Grant("edit", "imports"), Grant("configure", "model")), person="dana@example.com")
        at = datetime.now(UTC)
        made = [
            close_period(store, Question(), at=at, who="somebody else", viewer=may),
            sign_off(store, "somebody else", "", at=at, viewer=may),
            match_accounts(store, [("Alder Ltd", "A", "same")], "somebody else", viewer=may),
            answer_pairs(store, [("Basic", "Pro", "change")], "somebody else", viewer=may),
        ]
        named = dict(store.imports().select("batch", "who").rows())
        assert [named[one.batch] for one in made] == ["dana@example.com"] * 4
        with View(store) as view:
            assert view.table("closes")["closed_by"].to_list() == view.table("sign_offs")["signed_by"].to_list() == ["dana@example.com"]
