"""My access: one's roles, tokens that are made, shown once and revoked; those of others for administrators alone."""

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from data.access import personal_tokens, sessions
from data.access.claims import Refused
from data.store import open_stores
from data.viewer import Grant, Viewer
from pages.parts.my_access import given
from tests.pages.showing import everything
from tests.server.team import PROVIDER, claims, signs_in, team, token
from tests.waiting import PATIENCE

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    for name, value in ({"HOLDFAST_STORE": str(tmp_path / "own.duckdb")} | PROVIDER).items():
        monkeypatch.setenv(name, value)
    team(tmp_path / "own.duckdb").close()
    yield
    open_stores.close_all()
    sessions.close()


def page(email: str, language: str | None = None) -> AppTest:
    test = AppTest.from_file("../../../pages/settings/my_access.py", default_timeout=PATIENCE)
    now = int(NOW.timestamp())
    signs_in(email, iat=now, exp=now + 3600)
    test.user = claims(email, iat=now, exp=now + 3600) | {"is_logged_in": True}
    test.query_params["company"] = "own"
    if language:
        test.session_state["language"] = language
    return test.run()


def named(test: AppTest) -> list[str]:
    return [one.label for one in test.checkbox]


def test_a_csm_sees_their_role_and_what_it_gives(own):
    test = page("one@example.com")
    assert not test.exception
    said = everything(test)
    assert "one@example.com" in said and "Roles: CSM" in said
    assert "view: accounts, conversations and tasks, plays, revenue figures, the churn model, definitions" in said
    assert "two@example.com" not in said


def test_rights_are_told_with_whose_accounts_they_are_for():
    own = (("owner", ("one@example.com",)), ("region", ("APAC", "EMEA")))
    rights = (Grant("view", "accounts", own), Grant("view", "revenue", own), Grant("view", "definitions"), Grant("edit", "tokens"))
    assert given(Viewer(rights=rights)) == [
        "view: accounts, revenue figures · Owner (CSM): one@example.com or Region: APAC, EMEA",
        "view: definitions · the whole company",
        "edit: API tokens · the whole company",
    ]


def test_what_one_may_not_do_is_not_offered_for_a_token():
    assert named(page("one@example.com")) == [
        "Customers: accounts, health, usage, activities",
        "Revenue: ARR, renewals, retention, closes",
        "Log of imports, churn model, definitions",
        "Customers, as CSV, Excel or PDF",
        "Revenue and the board pack, as CSV, Excel or PDF",
        "Log conversations, do tasks, edit accounts and contacts",
        "Undo and redo",
    ]
    assert len(named(page("admin@example.com"))) == 15


def test_a_token_is_made_shown_once_with_an_example_and_then_listed():
    test = page("one@example.com")
    test.text_input(key="token-name").input("nightly")
    test.checkbox(key="token-read-money").check()
    test.button[-1].click().run()
    assert not test.exception, test.exception
    secret, example = (one.value for one in test.code)
    assert secret.startswith("hf_") and f"Bearer {secret}" in example and "https://holdfast.example.com/api/reports/arr" in example
    found = personal_tokens.shown(secret, NOW)
    assert not isinstance(found, Refused) and found.given == {("view", "revenue")}, "closes are not a CSM's to view"
    again = test.run()
    assert not again.code and secret not in everything(again)
    assert "nightly" in everything(again) and "works until" in everything(again)


@pytest.mark.parametrize(("name", "ticked", "said"), [("", True, "Name"), ("n", False, "at least one"), ("taken", True, "already")])
def test_a_token_that_cannot_be_made_says_why(name, ticked, said):
    token("one@example.com", [("view", "revenue")], name="taken")
    test = page("one@example.com")
    test.text_input(key="token-name").input(name)
    if ticked:
        test.checkbox(key="token-read-money").check()
    next(one for one in test.button if one.label == "Make a token").click().run()
    assert said in test.error[0].value and not test.code
    assert len(personal_tokens.of("one@example.com")) == 1


def test_one_revokes_ones_own_and_an_administrator_anybodys():
    token("one@example.com", name="mine")
    token("two@example.com", name="theirs")
    test = page("one@example.com")
    assert "theirs" not in everything(test)
    next(one for one in test.button if one.label == "Revoke").click().run()
    assert "revoked on" in everything(test) and personal_tokens.of("one@example.com")[0].revoked_by == "one@example.com"
    admin = page("admin@example.com")
    assert "Twan" in everything(admin) or "two@example.com" in everything(admin)
    next(one for one in admin.button if one.label == "Revoke").click().run()
    assert personal_tokens.of("two@example.com")[0].revoked_by == "admin@example.com"


def test_in_chinese_nothing_is_left_in_english():
    said = everything(page("one@example.com", language="zh_Hans"))
    assert "API tokens" not in said and "What I may do" not in said and "Make a token" not in said
