"""Consent through the API and the command line: asked for, given, refused, and in whose name."""

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

import cli
from data.access import sessions
from data.store import open_stores
from server.api import api
from server.tokens import keep_token
from tests.data.approvals.firm import ADA, ALSO_ANN, ANN, CONTRACTS, CSM, EXECUTIVES, LINES, firm, levels, rules, standing
from tests.server.team import PROVIDER, bearer, token

E1, E2 = EXECUTIVES[:2]
pytestmark = pytest.mark.long


@pytest.fixture
def client(tmp_path, monkeypatch):
    given = {"HOLDFAST_STORE": str(tmp_path / "own.duckdb"), "HOLDFAST_SAMPLE_STORE": str(tmp_path / "none.duckdb")} | PROVIDER
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    firm(tmp_path).close()
    with TestClient(api, root_path="/api") as opened:
        yield opened
    open_stores.close_all()
    sessions.close()


@pytest.fixture
def by(client):
    """The client as somebody's own token lets it ask."""
    known: dict[str, dict[str, str]] = {}

    def ask(email: str, method: str, path: str, **more: object):
        if email not in known:
            known[email] = bearer(token(email))
        return client.request(method, path, headers=known[email], **more)

    return ask


def own():
    return open_stores.store("own")


def test_an_undo_is_refused_asked_for_and_consented_to(by):
    rules(own(), f"[[undo]]\n{levels(2)}")
    refused = by(ANN, "POST", "/imports/3/undo")
    assert refused.status_code == 409 and "needs the consent of 2 people" in refused.json()["detail"]
    asked = by(ANN, "POST", "/approvals", json={"do": "undo", "batch": 3, "reason": "twice"}).json()
    assert (asked["request"], asked["state"], asked["waits_for"], asked["arr_after"]) == (1, "waiting", [E1], 10800.0)
    assert by(ANN, "POST", "/approvals/1/consent").status_code == 409
    assert by(ALSO_ANN, "POST", "/approvals/1/consent").status_code == 409
    assert by(E2, "POST", "/approvals/1/consent").status_code == 409  # not yet
    assert by(E1, "POST", "/approvals/1/consent").json()["waits_for"] == [E2]
    assert 3 in standing(own())
    done = by(E2, "POST", "/approvals/1/consent").json()
    assert (done["state"], done["came_of"], [one["by"] for one in done["consents"]]) == ("done", "3", [E1, E2])
    assert 3 not in standing(own())


def test_refusing_takes_a_reason_and_withdrawing_is_of_who_asked(by):
    rules(own(), f"[[undo]]\n{levels(1)}")
    for number in (1, 2):
        assert by(ANN, "POST", "/approvals", json={"do": "undo", "batch": 2 + number, "reason": "twice"}).json()["request"] == number
    assert by(E1, "POST", "/approvals/1/refuse", json={"reason": ""}).status_code == 409
    assert by(E1, "POST", "/approvals/1/refuse", json={"reason": "it is right"}).json()["why"] == "it is right"
    assert by(E1, "POST", "/approvals/2/withdraw").status_code == 409
    assert by(ANN, "POST", "/approvals/2/remind").json()["state"] == "waiting"
    assert by(ANN, "POST", "/approvals/2/withdraw").json()["state"] == "withdrawn"
    assert by(ANN, "POST", "/approvals/9/withdraw").status_code == 409


def test_a_file_is_asked_for_as_it_is_brought_in_and_comes_in_once_consented_to(by):
    options = '{"rows": "state", "snapshot": "confirmed", "covers": ["2026-11-01", "2026-11-01"]}'
    said = {"table": "contracts", "feed": "contracts", "options": options}
    whole, part = (CONTRACTS + "".join(f"{LINES[name]}\n" for name in names) for names in (("c1", "c2", "c3"), ("c1", "c2")))
    before = said | {"options": options.replace("2026-11", "2026-10")}
    assert by(ANN, "POST", "/imports", data=before, files={"file": ("all.csv", whole)}).status_code == 200
    rules(own(), f"[[snapshot]]\n{levels(1)}")
    before = standing(own())
    assert by(ANN, "POST", "/imports", data=said, files={"file": ("all.csv", part)}).status_code == 422
    assert by(E1, "GET", "/approvals").json()["approvals"] == []
    answer = by(ANN, "POST", "/imports", data=said | {"ask": "the list of November"}, files={"file": ("all.csv", part)})
    assert answer.json()["request"] == 1 and "as request 1" in answer.json()["note"] and standing(own()) == before
    done = by(E1, "POST", "/approvals/1/consent").json()
    assert done["state"] == "done" and standing(own()) == before | {int(done["came_of"])}


def test_a_version_of_the_health_score_is_asked_for(by):
    rules(own(), f"[[score]]\n{levels(1)}")
    card = "[bands]\ngood = 100\n[groups.mood]\nweight = 1\n[groups.mood.nps_answer]\nscale = [[0, 0], [10, 100]]\n"
    asked = {"do": "score", "configuration": card, "reason": "mood alone counts"}
    assert by(CSM, "POST", "/approvals", json=asked).status_code == 403
    wrong = by(ADA, "POST", "/approvals", json=asked | {"configuration": "[bands"})
    assert wrong.status_code == 422 and "This is no TOML" in wrong.json()["detail"]
    assert by(ADA, "POST", "/approvals", json=asked | {"seen": 4}).status_code == 409
    told = by(ADA, "POST", "/approvals", json=asked).json()
    assert (told["state"], told["what"]) == ("waiting", "Publish a version of the health score: mood alone counts")
    assert by(E1, "POST", "/approvals/1/consent").json()["state"] == "done"
    rows = by(ADA, "GET", "/reports/health-versions").json()["rows"]
    assert [(row["version"], row["author"], row["note"], row["in_force"]) for row in rows] == [(1, ADA, "mood alone counts", True)]


def test_a_close_is_asked_for(by):
    rules(own(), f"[[close]]\n{levels(1)}")
    assert by(ANN, "POST", "/closes?who=Ann&from=2026-08-31&to=2026-09-30").status_code == 409
    asked = by(ANN, "POST", "/approvals", json={"do": "close", "from": "2026-08-31", "to": "2026-09-30", "reason": "the board meets"})
    assert asked.json()["what"] == "Close the period 2026-08-31 to 2026-09-30"
    assert by(E1, "POST", "/approvals/1/consent").json()["state"] == "done"


def test_what_needs_no_consent_is_not_asked_for(by):
    answer = by(ANN, "POST", "/approvals", json={"do": "undo", "batch": 3, "reason": "twice"})
    assert answer.status_code == 409 and "nobody's consent" in answer.json()["detail"]


def test_who_may_see_none_is_refused_and_others_see_what_concerns_them(by):
    rules(own(), f"[[undo]]\n{levels(1)}")
    by(ANN, "POST", "/approvals", json={"do": "undo", "batch": 3, "reason": "twice"})
    assert by(CSM, "GET", "/approvals").status_code == 403
    assert [one["for_me"] for email in (E1, E2, ADA) for one in by(email, "GET", "/approvals").json()["approvals"]] == [True, False, False]


def test_the_token_beside_the_store_is_nobody(client):
    rules(own(), f"[[undo]]\n{levels(1)}")
    shown = bearer(keep_token(own().path))
    assert client.post("/imports/3/undo", headers=shown).status_code == 409
    answer = client.post("/approvals", headers=shown, json={"do": "undo", "batch": 3, "reason": "twice"})
    assert answer.status_code == 409 and "people who sign in" in answer.json()["detail"]
    assert client.get("/approvals", headers=shown).json() == {"approvals": []}


def test_where_nobody_signs_in_the_command_line_is_refused_in_words(tmp_path, monkeypatch):
    for name in PROVIDER:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    opened = firm(tmp_path)
    rules(opened, f"[[undo]]\n{levels(1)}")
    opened.close()
    for command, code, words in (
        (["undo", "3"], 3, "nobody else can give it"),
        (["approvals", "ask", "undo", "3", "--reason", "twice"], 3, "people who sign in"),
        (["approvals", "consent", "1"], 3, "people who sign in"),
        (["approvals", "ask", "sideways"], 2, "there is no deed 'sideways'"),
        (["approvals", "list"], 0, ""),
    ):
        done = CliRunner().invoke(cli.app, command)
        assert (done.exit_code, words in done.output) == (code, True), (command, done.output)
