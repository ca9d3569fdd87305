"""Who asks the API once people sign in: what each may have, what is refused, and who stands in the log."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from data.access import personal_tokens, sessions
from data.access.changing import remove_person
from data.importing.run import import_file
from data.store import open_stores
from data.viewer import EVERYONE
from server.api import api
from server.asking import ASK_THEMSELVES, OPEN, SIGNED, Asking
from server.bodies import Guarded
from server.tokens import keep_token
from tests.server.team import EVERYTHING, PEOPLE, PROVIDER, bearer, cookie, people, signs_in, team, token, twice

ARR = "/reports/arr?as_of=2023-12-28"
READ = ("/reports/arr", "/reports/health", "/imports", "/check", "/backup", "/dump")
CHANGED = ("/imports", "/imports/1/undo", "/imports/1/redo", "/matches?written=A&account_id=A", "/train", "/closes?who=me")
FOREIGN = ("Birch", "Cedar", "two@example.com", "Large", "APAC", "Secret", "777.77")


@pytest.fixture
def own(tmp_path, monkeypatch):
    path = tmp_path / "own.duckdb"
    for name, value in ({"HOLDFAST_STORE": str(path), "HOLDFAST_SAMPLE_STORE": str(tmp_path / "sample.duckdb")} | PROVIDER).items():
        monkeypatch.setenv(name, value)
    team(path).close()
    yield path
    open_stores.close_all()
    sessions.close()


@pytest.fixture
def client(own):
    with TestClient(api, root_path="/api") as opened:
        yield opened


def asked(client: TestClient, path: str, shown: str, method: str = "get") -> int:
    return getattr(client, method)(path, headers=bearer(shown)).status_code


def test_every_route_says_what_it_takes():
    routes = [route for route in api.routes if isinstance(route, APIRoute)]
    unsaid = [one.path for one in routes if not any(isinstance(found.call, Asking) for found in one.dependant.dependencies)]
    assert sorted(unsaid) == ["/docs", "/health", "/health/live", "/hello", "/metrics", "/webhooks/{name}"] and len(routes) > 10
    assert {*unsaid, "/openapi.json"} == {*OPEN, *ASK_THEMSELVES, f"{SIGNED}{{name}}"}  # what is signed: tests/server/test_webhooks.py
    assert {route.path for route in api.routes} - {one.path for one in routes} == {"/openapi.json"}


@pytest.mark.parametrize(("method", "path"), [*(("get", path) for path in READ), *(("post", path) for path in CHANGED)])
def test_nobody_gets_anything_without_a_token_or_a_sign_in(client, method, path):
    answer = getattr(client, method)(path)
    assert answer.status_code == 401 and "My access" in answer.json()["detail"] and answer.headers["www-authenticate"] == "Bearer"


def test_what_is_open_tells_nothing_of_the_company(client):
    said = client.get("/openapi.json").text + client.get("/docs").text
    assert not [word for word in (*FOREIGN, "Alder", "example.com", "own.duckdb", "EMEA") if word in said]


SEEN = {  # of accounts A (owner one, EMEA), B and C (owner two, APAC)
    "one@example.com": ["A"],
    "two@example.com": ["B", "C"],
    "lead@example.com": ["A"],
    "emea@example.com": ["A"],
    "viewer@example.com": ["A", "B", "C"],
    "vp@example.com": ["A", "B", "C"],
    "root@example.com": ["A", "B", "C"],
}


@pytest.mark.parametrize("email", SEEN)
@pytest.mark.parametrize("way", ["token", "cookie"])
def test_rows_are_those_of_who_asks(client, email, way):
    shown = cookie(email) if way == "cookie" else bearer(token(email))
    rows = client.get(ARR, headers=shown).json()["rows"]
    assert sorted(row["account_id"] for row in rows) == SEEN[email]


def test_nothing_of_others_is_in_any_report_or_file(client):
    shown = token("one@example.com")
    for name in ("arr", "health", "usage", "renewals", "movements", "movement-lines", "contract-lines", "accounts"):
        for kind in ("json", "csv"):
            said = client.get(f"/reports/{name}?as_of=2023-12-28&format={kind}", headers=bearer(shown)).text
            assert not [word for word in FOREIGN if word in said], name


def test_looking_as_another_shows_no_more(client):
    shown = bearer(token("one@example.com"))
    theirs, nobodys = (client.get(f"{ARR}&viewer={name}@example.com", headers=shown) for name in ("two", "no1"))
    assert (theirs.status_code, theirs.text) == (422, nobodys.text.replace("no1", "two")), "that there are such accounts is not told"
    rows = client.get(f"{ARR}&viewer=two@example.com", headers=bearer(token("vp@example.com"))).json()["rows"]
    assert [row["account_id"] for row in rows] == ["B", "C"]


MAY = {  # who: reports as JSON (arr, closes, activities), as a file, log of imports, upload, undo of a file, match, train, close, whole store
    "viewer@example.com": (200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    "one@example.com": (200, 403, 200, 200, 403, 403, 403, 403, 403, 403, 403),
    "lead@example.com": (200, 403, 200, 200, 403, 403, 403, 403, 403, 403, 403),
    "vp@example.com": (200, 200, 200, 200, 403, 403, 403, 403, 403, 403, 403),
    "analyst@example.com": (200, 200, 200, 200, 200, 200, 200, 409, 200, 200, 403),
    "admin@example.com": (200, 200, 200, 200, 200, 200, 200, 409, 200, 200, 200),
}


@pytest.mark.parametrize("email", MAY)
def test_what_each_role_may_ask(client, email):
    shown = bearer(token(email))
    reports = [client.get(f"/reports/{name}", headers=shown) for name in ("arr", "closes", "activities", "arr?format=csv")]
    log = client.get("/imports", headers=shown)
    upload = client.post("/imports", files={"file": ("crm.csv", b"account_id,name\nA,Alder\n")}, headers=shown)
    undone, matched = client.post("/imports/3/undo", headers=shown), client.post("/matches?written=A&account_id=none", headers=shown)
    trained = client.post("/train?as_of=2023-12-28", headers=shown)
    closed = client.post("/closes?from=2023-03-31&to=2023-06-30&as_of=2023-06-30&who=me", headers=shown)
    answers = (*reports, log, upload, undone, matched, trained, closed, client.get("/check", headers=shown))
    assert tuple(one.status_code for one in answers) == MAY[email], [one.text[:300] for one in answers]
    assert all("role" in one.json()["detail"] for one in answers if one.status_code == 403)


def test_a_token_does_what_it_was_made_for_and_no_more(client):
    shown = token("admin@example.com", [("view", "revenue"), ("import", "imports")])
    assert [asked(client, path, shown) for path in (ARR, "/reports/health", f"{ARR}&format=csv", "/imports", "/check")] == [
        200, 403, 403, 403, 403,
    ]  # fmt: skip
    assert "no more than it was made for" in client.get("/check", headers=bearer(shown)).json()["detail"]
    assert client.post("/imports", files={"file": ("crm.csv", b"account_id,name\nA,Alder\n")}, headers=bearer(shown)).status_code == 200
    roles = client.post("/imports", files={"file": ("p.csv", PEOPLE.encode())}, data={"table": "people"}, headers=bearer(shown))
    assert roles.status_code == 403 and "administer people" in roles.json()["detail"]


def test_a_token_gives_nothing_that_its_owner_lacks_or_lost(client, own):
    shown = token("two@example.com", EVERYTHING)
    assert asked(client, "/check", shown) == 403 and asked(client, f"{ARR}&format=csv", shown) == 200
    people(open_stores.store("own"), "email,role\ntwo@example.com,viewer\n")
    assert asked(client, f"{ARR}&format=csv", shown) == 403 and asked(client, ARR, shown) == 200


OUT = {
    "disabled": lambda store: people(store, "email,role,is_active\ntwo@example.com,csm,no\n"),
    "without a role": lambda store: people(store, "email,role\ntwo@example.com,\n"),
    "entered twice in other letters": lambda store: twice(store, "TWO@example.com"),
    "taken off the list": lambda store: remove_person(store, EVERYONE, "two@example.com"),
}


@pytest.mark.parametrize("how", OUT)
def test_the_token_of_somebody_who_is_out_is_dead_at_once_and_so_is_the_cookie(client, how):
    shown, browser = token("two@example.com"), cookie("two@example.com")
    assert asked(client, ARR, shown) == 200 and client.get(ARR, headers=browser).status_code == 200
    OUT[how](open_stores.store("own"))
    answer = client.get(ARR, headers=bearer(shown))
    assert answer.status_code == 401 and "no role here any more" in answer.json()["detail"]
    assert client.get(ARR, headers=browser).status_code == 403
    assert client.get(f"{ARR}&company=sample", headers=bearer(shown)).status_code == 401


def test_whoever_was_removed_from_the_people_is_out_too(client):
    store = open_stores.store("own")
    people(store, "email,role\nnew@example.com,administrator\n")
    shown = token("new@example.com")
    assert asked(client, "/check", shown) == 200
    store.undo(store.imports()["batch"].max(), "test")
    assert asked(client, "/check", shown) == 401


def test_an_address_that_was_released_takes_its_tokens_along(client):
    shown = token("two@example.com")
    sessions.sessions().release("two@example.com")
    assert asked(client, ARR, shown) == 401
    signs_in("two@example.com", sub="another person")
    assert asked(client, ARR, shown) == 401


def test_groups_of_a_token_are_those_of_the_last_sign_in(client):
    shown = token("new@example.com", groups=["Board"])
    assert asked(client, ARR, shown) == 200
    signs_in("new@example.com", groups=["Others"], nonce="later")
    assert asked(client, ARR, shown) == 401


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer hf_", "Bearer hf_none", "hf_none", "Bearer " + "hf_" * 5_000, "Bearer null",
     "Bearer hf_%27 or 1=1", "Bearer ../own.token", "Bearer h\xc3\xa9"],
)  # fmt: skip
def test_what_is_no_token_is_refused_in_words_also_beside_a_good_cookie(client, header):
    answer = client.get(ARR, headers={"Authorization": header.encode("latin-1"), **cookie("vp@example.com")})
    assert answer.status_code == 401 and "token" in answer.json()["detail"] and "Alder" not in answer.text


def test_a_token_in_other_letters_cut_or_lengthened_is_none(client):
    shown = token("vp@example.com")
    for other in (shown.swapcase(), shown[:-1], shown + "a", shown.removeprefix("hf_"), personal_tokens.digest(shown)):
        assert asked(client, ARR, other) == 401
    assert asked(client, ARR, shown) == 200
    two = [("Authorization", f"Bearer {shown}"), ("Authorization", "Bearer hf_none")]
    assert client.get(ARR, headers=two).status_code == 401, "who is meant by two headers is not known"


def test_over_and_revoked(client):
    now = datetime.now(UTC)
    last, past = token("vp@example.com", days=0), token("vp@example.com", name="short")
    sessions.sessions().do("update tokens set ends = ? where name = 'short'", str(now.date() - timedelta(days=1)))
    assert asked(client, ARR, last) == 200
    answer = client.get(ARR, headers=bearer(past))
    assert answer.status_code == 401 and f"ended on {now.date() - timedelta(days=1)}" in answer.json()["detail"]
    [mine] = [one for one in personal_tokens.of("vp@example.com") if one.name == "nightly"]
    assert not personal_tokens.revoke(mine.id, "me", now, of_email="one@example.com"), "somebody else's"
    assert personal_tokens.revoke(mine.id, "me", now, of_email="vp@example.com")
    answer = client.get(ARR, headers=bearer(last))
    assert answer.status_code == 401 and "was revoked on" in answer.json()["detail"]


def test_a_browser_reads_and_changes_nothing(client):
    browser = cookie("admin@example.com")
    assert client.get("/imports", headers=browser).status_code == 200
    for path in CHANGED:
        assert client.post(path, headers=browser).status_code == 401, path
    assert client.get("/backup", headers=browser).status_code == 401, "the whole store is no link to follow"


def test_after_sign_out_the_same_cookie_reads_nothing_more(client):
    browser = cookie("vp@example.com")
    assert client.get(ARR, headers=browser).status_code == 200
    sessions.sessions().end_all("vp@example.com")
    assert client.get(ARR, headers=browser).status_code == 401


def test_where_the_record_cannot_be_read_nobody_is_let_in(client, own):
    shown, browser = bearer(token("vp@example.com")), cookie("vp@example.com")
    sessions.close()
    own.with_suffix(".signins.sqlite").write_bytes(b"no record" * 1000)
    assert (client.get(ARR, headers=shown).status_code, client.get(ARR, headers=browser).status_code) == (503, 401)


def test_who_did_it_stands_in_the_log(client, own):
    shown, machine = bearer(token("analyst@example.com")), bearer(keep_token(own))
    sent = {"files": {"file": ("crm.csv", b"account_id,name\nA,Alder & Co\n")}}
    batch = client.post("/imports", headers=shown, **sent).json()["batches"][0]["batch"]
    client.post(f"/imports/{batch}/undo", headers=shown)
    close = "/closes?from=2023-03-31&to=2023-06-30&as_of=2023-06-30&who=Somebody%20Else"
    mine, its = (
        client.post(close, headers=shown).json()["batch"],
        client.post(close.replace("03-31", "02-28"), headers=machine).json()["batch"],
    )
    sent = {"files": {"file": ("crm.csv", b"account_id,name\nA,Alder Ltd\n")}}
    by_machine = client.post("/imports", headers=machine, **sent).json()["batches"][0]["batch"]
    log = {row["batch"]: row for row in client.get("/imports", headers=shown).json()["imports"]}
    assert (log[batch]["who"], log[batch]["undone_by"]) == ("analyst@example.com", "analyst@example.com")
    assert log[by_machine]["who"] == "command line"
    assert [log[one]["who"] for one in (mine, its)] == ["analyst@example.com", "command line: Somebody Else"]
    closed = client.get("/reports/closes", headers=shown).json()["rows"]
    assert {row["closed_by"] for row in closed} == {"analyst@example.com", "command line: Somebody Else"}


def test_the_token_beside_the_store_does_everything(client, own):
    machine = bearer(keep_token(own))
    assert [client.get(path, headers=machine).status_code for path in READ] == [200] * len(READ)


def test_without_a_provider_personal_tokens_are_none_and_reading_is_open(client, monkeypatch):
    shown = token("admin@example.com")
    for name in PROVIDER:
        monkeypatch.delenv(name)
    assert client.get(ARR).status_code == 200
    assert asked(client, "/check", shown) == 401


def received(path: str, headers: dict[str, str], method: str = "POST") -> tuple[int, bool]:
    """The status with which a request is answered, and whether any of its body was read for that."""
    read, said = [], []

    async def receive():
        read.append(True)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        said.append(message.get("status"))

    async def behind(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    lines = [(name.lower().encode(), value.encode()) for name, value in ({"content-length": "9"} | headers).items()]
    scope = {"type": "http", "method": method, "path": f"/api{path}", "root_path": "/api", "headers": lines, "query_string": b""}
    asyncio.run(Guarded(behind, limit=1 << 20)(scope, receive, send))
    return said[0], bool(read)


def test_nothing_of_a_body_is_read_from_who_may_not_send_it(own):
    signed = token("analyst@example.com")
    assert received("/imports", {}) == received("/imports", bearer("hf_none")) == (401, False)
    assert received("/imports", cookie("admin@example.com")) == (401, False)
    assert received("/imports", bearer(signed) | {"content-length": str(1 << 30)}) == (413, False)
    assert received("/imports", bearer(signed)) == received("/imports", bearer(keep_token(own))) == (200, False)


def test_before_the_api_stands_a_door_that_new_routes_cannot_forget(own):
    assert received("/nothing-here", {}, "GET") == received("/reports/arr", {}, "GET") == (401, False)
    assert received("/nothing-here", bearer(token("viewer@example.com")), "GET") == (200, False)
    assert [received(path, {}, "GET")[0] for path in (*OPEN, *ASK_THEMSELVES)] == [200] * 6


ASKS = ("viewer={}", "account_id={}", "segment={}", "region={}", "by={}", "known_at={}", "owner={}", "per={}")


@pytest.mark.parametrize("times", [16, pytest.param(1_000, marks=pytest.mark.long)])
def test_asking_for_accounts_of_others_is_answered_as_for_ones_that_are_not_there(client, own, times):
    chosen = random.Random(18)
    there = [f"Q{chosen.getrandbits(64):016x}" for _ in range(times)]
    rows = "".join(f"{one},Name of {one},two@example.com,{one},{one}\n" for one in there)
    file = own.parent / "others.csv"
    file.write_text(f"account_id,name,owner,segment,region\n{rows}")
    assert import_file(open_stores.store("own"), file, table="accounts").batch
    shown = bearer(token("one@example.com"))
    for number, one in enumerate(there):
        nowhere, name = f"Z{one[1:]}", ("arr", "health", "accounts", "usage", "renewals", "contacts")[number % 6]
        asked = f"/reports/{name}?as_of=2023-12-28&{ASKS[number % len(ASKS)]}"
        theirs, nobodys = (client.get(asked.format(value), headers=shown) for value in (one, nowhere))
        assert (theirs.status_code, theirs.text) == (nobodys.status_code, nobodys.text.replace(nowhere, one)), asked
        assert "Name of" not in theirs.text
    said = "".join(client.get(f"/reports/{name}?as_of=2023-12-28", headers=shown).text for name in ("arr", "accounts", "health"))
    assert not [one for one in there if one in said] and "Alder" in said
