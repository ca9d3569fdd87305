"""Each route of the API, for each role in each scope."""

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from data.access import sessions
from data.store import open_stores
from server.api import api
from server.asking import OPEN
from tests.access.company import company, word, words_in
from tests.access.matrix import BESIDE, OWNERS, SEEN, lines, those
from tests.access.persons import EVERY, NARROW, bring_in, email
from tests.server.team import PROVIDER, bearer, token

ARR, OWN = "/reports/arr?as_of=2026-10-31", f"{word('a1')}-id"
ASKED = {  # how each route is asked, of what there is
    "GET /reports/{name}": ARR,
    "POST /imports/{batch}/undo": "/imports/2/undo",
    "POST /imports/{batch}/redo": "/imports/2/redo",
    "POST /matches": f"/matches?written=other&account_id={OWN}",
    "POST /train": "/train?as_of=2026-10-31",
    "POST /approvals/{number}/consent": "/approvals/1/consent",
    "POST /approvals/{number}/refuse": "/approvals/1/refuse",
    "POST /approvals/{number}/withdraw": "/approvals/1/withdraw",
    "POST /approvals/{number}/remind": "/approvals/1/remind",
    "POST /closes": "/closes?who=me&to=2026-08-31",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory, roles):
    path = tmp_path_factory.mktemp("api") / "own.duckdb"
    opened = company(path)
    bring_in(opened)
    opened.close()
    with pytest.MonkeyPatch.context() as patch:
        settings = {"HOLDFAST_STORE": str(path), "HOLDFAST_SAMPLE_STORE": str(path.with_name("none.duckdb"))} | PROVIDER
        for name, value in settings.items():
            patch.setenv(name, value)
        with TestClient(api, root_path="/api") as asked:
            yield asked
        open_stores.close_all()
        sessions.close()


@pytest.fixture(scope="module")
def shown(client) -> dict[str, str]:
    """A token of each person, with all that they may do."""
    return {person: token(email(person)) for person in EVERY}


def ask(client: TestClient, name: str, shown: str):
    method, path = name.split()
    more = {"files": {"file": ("rates.csv", b"day,currency,rate\n2026-01-01,EUR,1.1\n")}} if name == "POST /imports" else {}
    return client.request(method, ASKED.get(name, path), headers=bearer(shown), **more)


def test_every_route_has_its_line():
    routes = {f"{method} {route.path}" for route in api.routes if isinstance(route, APIRoute) for method in route.methods}
    kinds = ("route", "open route", "route of the machine", "signed route")
    assert {name for kind in kinds for name in lines(kind)} == routes
    assert {name.split()[1] for name in lines("open route")} == {*OPEN} - {"/openapi.json"}


@pytest.mark.parametrize("name", lines("route"))
def test_a_route_answers_those_who_may_and_refuses_all_others(client, shown, name):
    allowed, refused = those(lines("route")[name])
    for person in refused:
        assert ask(client, name, shown[person]).status_code == 403, person
    assert ask(client, name, "hf_nonsense").status_code == 401
    for person in allowed:
        assert ask(client, name, shown[person]).status_code in (200, 409, 422), person  # done, done before, or too little to learn from


def test_a_token_of_somebody_without_a_role_counts_for_nothing(client):
    for person in ("no-role", "stranger", "disabled"):
        assert client.get(ARR, headers=bearer(token(email(person)))).status_code == 401


def test_reports_are_of_the_accounts_in_scope(client, shown):
    for person in EVERY:
        said = ask(client, "GET /reports/{name}", shown[person]).json()
        assert words_in(str([row["account_id"] for row in said["rows"]])) == SEEN[person.rpartition("-")[2]], person


@pytest.mark.parametrize("scope", NARROW)
def test_errors_say_nothing_of_others(client, shown, scope):
    asked = ("by=nothing", f"viewer={word('cat')}@example.com", "known_at=9999", "viewer=nobody", f"by={word('south')}%20column", "rules=x")
    for query in asked:
        said = client.get(f"/reports/arr?{query}", headers=bearer(shown[f"analyst-{scope}"])).text
        assert words_in(said) - words_in(query) <= SEEN[scope] | BESIDE[scope] | OWNERS.get(scope, set()), query


@pytest.mark.parametrize("scope", ["own", "team"])
def test_a_foreign_owner_is_answered_as_one_whom_nobody_knows(client, shown, scope):
    foreign, nobody = (f"{word('cat')}@example.com", f"{word('ida')}@example.com")
    answers = [client.get(f"{ARR}&viewer={one}", headers=bearer(shown[f"csm-{scope}"])) for one in (foreign, nobody)]
    assert [one.status_code for one in answers] == [422, 422]
    assert answers[0].text.replace(foreign, nobody) == answers[1].text
