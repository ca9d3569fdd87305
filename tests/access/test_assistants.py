"""Assistants see what their owner sees, and nothing of others: answers, explanations and refusals."""

import json

import pytest

from data.access import sessions
from data.store import open_stores
from tests.access.company import company, word, words_in
from tests.access.matrix import BESIDE, OWNERS, SEEN
from tests.access.persons import NARROW, bring_in, email
from tests.server.assistants.asked import ask, posted
from tests.server.team import PROVIDER, token

DAY = {"as_of": "2026-10-31"}
FOREIGN = f"{word('c1')}-id"  # outside of every narrow scope but the region, which has c2
REPORTS = ("accounts", "arr", "contract-lines", "movement-accounts", "tickets", "today", "health", "timeline", "usage-depth", "tasks")


@pytest.fixture(scope="module")
def own(tmp_path_factory, roles):
    path = tmp_path_factory.mktemp("assistants") / "own.duckdb"
    opened = company(path)
    bring_in(opened)
    opened.close()
    with pytest.MonkeyPatch.context() as patch:
        settings = {"HOLDFAST_STORE": str(path), "HOLDFAST_SAMPLE_STORE": str(path.with_name("none.duckdb"))} | PROVIDER
        for name, value in settings.items():
            patch.setenv(name, value)
        yield path
        open_stores.close_all()
        sessions.close()


@pytest.mark.parametrize("scope", NARROW)
def test_answers_hold_no_word_of_others(own, scope):
    calls = [("run_report", {"name": name, "parameters": DAY}) for name in REPORTS]
    calls += [("open_figure", {"figure": figure, "parameters": {}}) for figure in ("arr", "nrr", "mau")]
    calls += [
        ("explain_nrr_change", {"parameters": {}}),
        ("explain_account", {"account_id": FOREIGN}),
        ("draft_brief", {"account_id": FOREIGN}),
    ]
    calls += [("explain_account", {"account_id": f"{word('a1')}-id"}), ("explain_score_change", {"account_id": FOREIGN})]
    for call, answer in zip(calls, ask(*calls, shown=token(email(f"csm-{scope}"))), strict=True):
        told = json.dumps(answer.structured_content) + answer.content[0].text
        assert words_in(told) - words_in(str(call)) <= SEEN[scope] | BESIDE[scope] | OWNERS.get(scope, set()), call


def test_an_account_of_others_is_answered_as_one_that_is_not_there(own):
    asked = [("explain_account", {"account_id": one}) for one in (FOREIGN, "nothing")]
    foreign, nothing = (answer.content[0].text for answer in ask(*asked, shown=token(email("csm-own"), name="two accounts")))
    assert foreign.replace(FOREIGN, "nothing") == nothing and "among those that you see" in nothing


def test_reports_beyond_the_role_are_neither_listed_nor_answered(own):
    listed, refused = ask(("list_reports", {}), ("run_report", {"name": "tasks", "parameters": {}}), shown=token(email("viewer-company")))
    assert "tasks" not in {one["name"] for one in listed.structured_content["reports"]}
    assert refused.is_error and "does not let you view" in refused.content[0].text


def test_a_token_does_no_more_than_it_was_made_for(own):
    """Read-only unless it allows notes and tasks, whatever its owner may."""
    note = ("write_note", {"account_id": f"{word('a1')}-id", "day": "2026-10-30", "text": "x"})
    for given, wanted in (([("view", "accounts")], True), ([("view", "accounts"), ("edit", "activities")], False)):
        answer = ask(note, shown=token(email("csm-own"), given, name=f"assistant {wanted}"))[0]
        assert answer.is_error == wanted, answer.content[0].text
    foreign = ("write_note", {"account_id": FOREIGN, "day": "2026-10-30", "text": "x"})
    assert ask(foreign, shown=token(email("csm-own"), name="foreign"))[0].is_error


def test_nobody_is_answered_nothing(own):
    for shown in ("", "hf_nonsense", token(email("no-role"))):
        answer = posted(b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}', shown)
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer", shown
