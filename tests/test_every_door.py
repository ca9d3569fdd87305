"""Every door of the program, and the entry that what is done there leaves in the audit: stated by hand, for each route, command and file."""

import ast
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from typer.main import get_command
from typer.testing import CliRunner

import cli
from data.access import changing, changing_roles, personal_tokens, recording, sessions
from data.access.admission import begun, ended
from data.access.claims import Refused
from data.access.people import Person
from data.access.rights import viewer_of
from data.audit import deeds, keys
from data.audit.deeds import NotRecorded
from data.audit.reading import Asked, entries
from data.audit.verify import Verified
from data.store import open_stores
from data.store.activities import log_activity
from data.viewer import EVERYONE, Viewer
from pages.ui import downloads
from pages.ui.looking import Looking
from reports.files.exports import Export
from server.api import api
from server.tokens import keep_token
from tests.books import company
from tests.data.rollups.lake import lake
from tests.server.team import PROVIDER, bearer, claims, team, token

GONE = {"kind": "account", "named": "C", "confirm": "C"}
ROOT = Path(cli.__file__).parent
RATES = {"file": ("rates.csv", b"day,currency,rate\n2026-01-01,EUR,1.1\n")}
# What a route leaves; None: nothing, since it hands out and changes nothing.
ROUTES = {
    "GET /reports/{name}": ("/reports/arr?format=csv", "export"),
    "GET /imports": ("/imports", None),
    "POST /imports": ("/imports", "import"),
    "POST /imports/{batch}/undo": ("/imports/2/undo", "undo"),
    "POST /imports/{batch}/redo": ("/imports/2/redo", "redo"),
    "POST /webhooks/{name}": ("/webhooks/none", None),  # what is kept stands in the audit once it is imported
    "POST /matches": ("/matches?written=other&account_id=A", "edit"),
    "POST /train": ("/train", "train"),  # too little to learn from, which is kept, too
    "POST /forecasts": ("/forecasts", None),  # nothing to forecast here; kept in tests/reports/forecast
    "POST /digests": ("/digests", None),  # nobody is on the list of people; sent in tests/server/test_digests.py
    "GET /sources": ("/sources", None),
    "GET /sources/pulls": ("/sources/pulls", None),
    # none is described here; pulled in tests/sources
    "GET /sources/{name}/check": ("/sources/crm/check", None),
    **{f"POST /sources/{{name}}/{deed}": (f"/sources/crm/{deed}", None) for deed in ("pull", "answer", "pause", "resume")},
    "PUT /sources/{name}": ("/sources/crm", None),
    "DELETE /sources/{name}": ("/sources/crm", None),
    "GET /deliveries": ("/deliveries", None),
    # none is described here; made in tests/deliveries
    "GET /deliveries/{name}/check": ("/deliveries/crm/check", None),
    **{f"POST /deliveries/{{name}}/{deed}": (f"/deliveries/crm/{deed}", None) for deed in ("run", "pause", "resume")},
    "PUT /deliveries/{name}": ("/deliveries/crm", None),
    "DELETE /deliveries/{name}": ("/deliveries/crm", None),
    "GET /rollups": ("/rollups?feed=lake", None),
    "POST /rollups": ("/rollups?feed=lake", None),  # nothing was made; brought in in tests/access/test_command_line.py
    "POST /closes": ("/closes?who=me&to=2023-06-30", "close"),
    "GET /check": ("/check", None),
    "GET /audit": ("/audit?format=csv", "export"),
    "POST /audit/verify": ("/audit/verify", None),
    "GET /backup": ("/backup", "backup"),
    "GET /dump": ("/dump", "export"),
    "GET /approvals": ("/approvals", None),
    "POST /approvals": ("/approvals", None),  # nothing needs consent here, so that nothing waits; asked for in tests/data/approvals
    **{f"POST /approvals/{{number}}/{deed}": (f"/approvals/1/{deed}", None) for deed in ("consent", "refuse", "withdraw", "remind")},
    "GET /retention": ("/retention", None),
    "POST /retention": ("/retention?keep_events_months=36", "configure"),
    "POST /erasures/preview": ("/erasures/preview", None),
    "POST /erasures": ("/erasures", "erase"),
    "GET /docs": ("/docs", None),
    "GET /health": ("/health", None),
    "GET /health/live": ("/health/live", None),
    "GET /metrics": ("/metrics", None),  # of the machine, and told to no browser of another
    "GET /hello": ("/hello?nonce=0123456789abcdef", None),
}
COMMANDS = {
    "import": (["import", "{folder}/rates.csv", "--table", "fx_rates"], "import"),
    "imports": (["imports"], None),
    "undo": (["undo", "2"], "undo"),
    "redo": (["redo", "2"], "redo"),
    "match": (["match", "other", "A"], "edit"),
    "report": (["report", "arr"], "export"),
    "board-pack": (["board-pack", "--xlsx", "{folder}/pack.xlsx", "--to", "2023-06-30"], "export"),
    "portfolio-pack": (["portfolio-pack", "--xlsx", "{folder}/portfolio.xlsx", "--to", "2023-06-30"], "export"),
    "close": (["close", "--who", "me", "--to", "2023-06-30"], "close"),
    "train": (["train"], "train"),
    "rollup": (["rollup", "{folder}/lake", "--feed", "lake"], "import"),
    "forecast": (["forecast", "keep"], None),  # as the route
    "digests": (["digests"], None),  # as the route
    "deliveries": (["deliveries", "list"], None),
    "sources": (["sources", "list"], None),
    "check": (["check"], None),
    "doctor": (["doctor"], None),
    "audit": (["audit", "list", "--csv", "{folder}/audit.csv"], "export"),
    "backup": (["backup", "{folder}/b.duckdb"], "backup"),
    "restore": (["restore", "{folder}/b.duckdb"], "restore"),
    "dump": (["dump", "{folder}/dump"], "export"),
    "approvals": (["approvals", "list"], None),
    "retention": (["retention", "--keep-events-months", "36"], "configure"),
    "erase": (["erase", "--account", "C", "--confirm", "C"], "erase"),
    "release-email": (["release-email", "nobody@example.com"], None),  # it is nobody's
    "demo": ([], None),  # of a store of its own
    "assistants": ([], None),  # it answers until the assistant hangs up; tried in tests/server/assistants
}
# Where pages offer files: all by the one way that writes an entry first, but for an example that holds nothing of the company.
OFFERS = {
    "pages/ui/downloads.py": "the one way",
    "pages/ui/tables.py": "what is drawn outside of the pages",
    "pages/importing/first_steps.py": "an example",
    "pages/parts/people_file.py": "an example",
}


def told(path: Path) -> list[dict]:
    """The entries of the store that this process has open, oldest first."""
    with open_stores.store("own").reading() as cursor:
        return entries(cursor, Asked()).reverse().to_dicts()


def whole(found: Verified) -> bool:
    return found.faults == []


@pytest.fixture
def own(tmp_path, monkeypatch):
    path = tmp_path / "own.duckdb"
    company(path).close()
    (tmp_path / "rates.csv").write_bytes(RATES["file"][1])
    lake(tmp_path / "lake")
    monkeypatch.setenv("HOLDFAST_STORE", str(path))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "none.duckdb"))
    yield path
    open_stores.close_all()
    sessions.close()


@pytest.fixture
def client(own):
    with TestClient(api, root_path="/api", headers={"Authorization": f"Bearer {keep_token(own)}"}) as asked:
        yield asked


def test_every_route_command_and_file_is_stated():
    assert ROUTES.keys() == {f"{method} {one.path}" for one in api.routes if isinstance(one, APIRoute) for method in one.methods}
    assert COMMANDS.keys() == get_command(cli.app).commands.keys()  # ty: ignore[unresolved-attribute]
    found = {str(path.relative_to(ROOT)) for path in (ROOT / "pages").rglob("*.py") if "download_button" in calls(path)}
    assert found == OFFERS.keys()


def calls(path: Path) -> set[str]:
    return {
        one.func.attr for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)
    }


def test_each_route_leaves_its_entry_and_no_other(own, client):
    for name, (path, action) in ROUTES.items():
        before = len(told(own))
        method = name.split()[0]
        more = {"files": RATES} if name == "POST /imports" else {"json": GONE} if path.startswith("/erasures") else {}
        answer = client.request(method, path, **more)
        assert answer.status_code in (200, 403, 404, 409, 422), (name, answer.text)
        fresh = told(own)[before:]
        assert [one["action"] for one in fresh] == ([action] if action else []), (name, answer.text)
        assert all((one["actor"], one["way"]) in (("api", "api"), (keys.keyed(own, "me"), "api")) for one in fresh), name
    assert whole(open_stores.store("own").verified())


def test_each_command_leaves_its_entry_and_no_other(own, tmp_path):
    for name, (arguments, action) in COMMANDS.items():
        with duckdb.connect(str(own), read_only=True) as found:
            before = found.execute("select max(seq) from audit").fetchone()[0]
        if not arguments:
            continue
        done = CliRunner().invoke(cli.app, [one.format(folder=tmp_path) for one in arguments])
        assert done.exit_code in (0, 1, 2, 3), (name, done.output)
        with duckdb.connect(str(own), read_only=True) as found:
            fresh = found.execute("select action, way from audit where seq > ? order by seq", [before]).fetchall()
        expected = [(action, "command line")] if action else []
        assert (fresh[-1:] if name == "restore" else fresh) == expected, (name, done.output)
    assert CliRunner().invoke(cli.app, ["audit", "verify"]).exit_code == 0


def test_reports_as_json_and_pages_write_nothing(own, client):
    before = len(told(own))
    assert client.get("/reports/arr").status_code == client.get("/audit").status_code == 200
    assert len(told(own)) == before


def test_an_export_says_what_by_which_filters_how_many_rows_and_of_which_state(own, client):
    client.get("/reports/arr?format=xlsx&as_of=2023-06-30&rules=strict&viewer=two@example.com")
    entry = told(own)[-1]
    detail = json.loads(entry["detail"])
    assert (entry["action"], entry["kind"], entry["object"], detail["formats"], detail["rows"]) == ("export", "revenue", "arr", ["xlsx"], 2)
    told_so = {name: detail["asked"][name] for name in ("as_of", "to", "viewer")}
    assert told_so == {"as_of": "2023-06-30", "to": "2023-06-30", "viewer": keys.keyed(own, "two@example.com")}
    assert entry["scope"] == f"owner: {keys.keyed(own, 'two@example.com')}"
    assert detail["data_version"] == open_stores.store("own").version()


def fail(*_args, **_more):
    raise OSError("no room")


@pytest.mark.parametrize("name", [name for name, (_, action) in ROUTES.items() if action in ("export", "backup")])
def test_what_cannot_be_written_down_is_not_handed_out(client, monkeypatch, name):
    monkeypatch.setattr(deeds, "note", fail)
    answer = client.get(ROUTES[name][0])
    assert answer.status_code == 503 and "the audit cannot be written" in answer.json()["detail"]


def test_a_command_that_cannot_be_written_down_writes_no_file(own, tmp_path, monkeypatch):
    monkeypatch.setattr(deeds, "note", fail)
    for arguments in (["report", "arr", "--csv", "a.csv"], ["backup", "b.duckdb"], ["audit", "list", "--xlsx", "a.xlsx"]):
        done = CliRunner().invoke(cli.app, [*arguments[:-1], str(tmp_path / "out" / arguments[-1])])
        assert done.exit_code == 1 and "the audit cannot be written" in done.output
    assert CliRunner().invoke(cli.app, ["dump", str(tmp_path / "out")]).exit_code == 1
    assert [*(tmp_path / "out").glob("*")] == []


def test_a_file_of_a_page_is_made_and_written_down_at_the_click_or_not_given(own, monkeypatch):
    given = []
    monkeypatch.setattr(downloads.st, "download_button", lambda _label, make, *_names, **_more: given.append(make))
    looking = Looking("own", claims={})
    downloads.offer("CSV", "a.csv", lambda: b"rows", lambda: Export("arr", "revenue", ("csv",), 3, {"owner": "Dana Wu"}), looking)
    before = len(told(own))
    assert given[0]() == b"rows" and len(told(own)) == before + 1
    entry = told(own)[-1]
    assert (entry["action"], entry["way"]) == ("export", "page") and "Dana" not in entry["detail"]
    monkeypatch.setattr(deeds, "note", fail)
    with pytest.raises(NotRecorded):
        given[0]()


@pytest.fixture
def signing(own, monkeypatch, tmp_path):
    """The company whose people sign in."""
    own.unlink()
    team(own).close()
    for name, value in PROVIDER.items():
        monkeypatch.setenv(name, value)
    return own


def since(path: Path, before: int) -> list[tuple[str, str, dict]]:
    """Action, actor and detail of the entries after one."""
    return [(one["action"], one["actor"], json.loads(one["detail"])) for one in told(path)[before:]]


def test_signing_in_failing_and_signing_out_each_have_an_entry(signing):
    before = len(told(signing))
    given = claims("one@example.com")
    begun(given)
    ended(given)
    assert isinstance(begun(claims("one@example.com", sub="another")), Refused)
    recording.failed("nobody", "denied")
    one = keys.keyed(signing, "one@example.com")
    assert since(signing, before) == [
        ("sign_in", one, {}),
        ("sign_out", one, {}),
        ("sign_in_failed", one, {"why": "taken"}),
        ("sign_in_failed", "nobody", {"why": "denied"}),
    ]


def test_nobody_is_let_in_where_that_cannot_be_written_down(signing, monkeypatch):
    monkeypatch.setattr(deeds, "note", fail)
    found = begun(claims("one@example.com"))
    assert isinstance(found, Refused) and "The audit cannot be written" in found.text


def test_a_denial_is_written_once_a_minute_and_counted_after(signing, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(deeds.time, "monotonic", lambda: clock[0])
    with TestClient(api, root_path="/api") as asked:
        shown = bearer(token("viewer@example.com"))
        before = len(told(signing))
        for _ in range(5):
            assert asked.get("/reports/arr?format=csv", headers=shown).status_code == 403
        assert asked.get("/backup", headers=shown).status_code == 403
        clock[0] += 61
        assert asked.get("/reports/arr?format=csv", headers=shown).status_code == 403
    who, name = keys.keyed(signing, "viewer@example.com"), "GET /reports/{name}"
    assert since(signing, before) == [
        ("denied", who, {"route": name}),
        ("denied", who, {"route": "GET /backup"}),
        ("denied", who, {"route": name, "again": 4}),
        ("denied", who, {"route": name}),
    ]
    assert told(signing)[before]["roles"] == "viewer" and told(signing)[before]["way"] == "api"


def test_a_token_that_is_none_and_somebody_without_a_role_are_written_down(signing):
    with TestClient(api, root_path="/api") as asked:
        before = len(told(signing))
        assert asked.get("/reports/arr", headers=bearer("hf_nonsense")).status_code == 401
        assert since(signing, before) == [("sign_in_failed", "nobody", {"why": "token"})]


def test_tokens_are_written_down_when_made_and_revoked(signing, monkeypatch):
    now = datetime.now(UTC)
    token("one@example.com", [("view", "accounts")])
    (made,) = personal_tokens.of("one@example.com")
    before = len(told(signing))
    assert personal_tokens.revoke(made.id, "admin@example.com", now) and not personal_tokens.revoke(made.id, "admin@example.com", now)
    assert since(signing, before) == [("token_revoked", keys.keyed(signing, "admin@example.com"), {})]
    entry = told(signing)[before - 1]
    ends = str((now + timedelta(days=30)).date())
    assert (entry["action"], entry["object"], json.loads(entry["detail"])) == (
        "token_made",
        made.id,
        {"ends": ends, "rights": ["view accounts"]},
    )
    monkeypatch.setattr(deeds, "note", fail)
    with pytest.raises(NotRecorded):
        token("two@example.com")
    assert personal_tokens.of("two@example.com") == []


def test_a_change_of_a_person_says_before_and_after_in_keyed_hashes(signing):
    store = open_stores.store("own")
    changing.change_person(store, EVERYONE, "one@example.com", {"roles": ("manager",), "name": "Ona Two"})
    changing.add_person(store, EVERYONE, Person("new@example.com", "Nia New", ("csm",)))
    changing.remove_person(store, EVERYONE, "new@example.com")
    changed, added, removed = (json.loads(one["detail"]) for one in told(signing)[-3:])
    hashed = {name: keys.keyed(signing, name) for name in ("Ona One", "Ona Two", "Nia New", "one@example.com", "new@example.com")}
    assert changed["person"] == hashed["one@example.com"]
    assert changed["before"] == {"name": hashed["Ona One"], "roles": ["csm"]}
    assert changed["after"] == {"name": hashed["Ona Two"], "roles": ["manager"]}
    assert (added["before"], added["after"]["name"], added["after"]["roles"]) == (None, hashed["Nia New"], ["csm"])
    assert (removed["person"], removed["before"]["roles"], removed["after"]) == (hashed["new@example.com"], ["csm"], None)
    assert not any(word in one["detail"] for one in told(signing) for word in ("Ona", "Nia", "@"))


def test_a_change_of_roles_says_which_and_how(signing):
    store, seen = open_stores.store("own"), changing_roles.in_force()
    before = changing_roles.from_toml(seen).roles["emea"]
    written = seen.replace('view = ["accounts", "revenue"]', 'view = ["accounts"]', 1)
    changing_roles.put_in_force(store, EVERYONE, written, datetime.now(UTC), seen)
    detail = json.loads(told(signing)[-1]["detail"])
    assert told(signing)[-1]["action"] == "configure" and detail["before"].keys() == detail["after"].keys() == {"emea"}
    assert detail["before"]["emea"].keys() - detail["after"]["emea"].keys() == {"view revenue"} and len(before.given) == 4


def test_who_acts_is_written_with_roles_and_for_whose_accounts(signing):
    store = open_stores.store("own")
    one: Viewer = viewer_of(store, "one@example.com", [], date.today())
    log_activity(store, one, "A", "conversation", date(2023, 12, 1), "Dana said so", None)
    entry = told(signing)[-1]
    assert (entry["actor"], entry["roles"], entry["way"], entry["action"], entry["kind"]) == (
        keys.keyed(signing, "one@example.com"), "csm", "page", "edit", "activities",
    )  # fmt: skip
    assert entry["scope"].startswith("owner: ") and keys.keyed(signing, "one@example.com") in entry["scope"]
    assert "Dana" not in str(entry)
