"""What a delivery carries and says: the rights of a person, what is logged, and what is wrong told without a fault."""

import json
from contextlib import closing
from datetime import UTC, datetime

import pytest

from data.access import sessions
from data.access.rights import viewer_of
from data.audit import keys
from data.audit.reading import Asked, entries
from data.importing.run import import_file
from data.store import open_stores
from data.viewer import EVERYONE, NotAllowed
from deliveries import deeds, delivering, description, log, schedule
from deliveries.description import DescriptionWrong
from tests.deliveries.conftest import NOW
from tests.server.team import PROVIDER, team

FOLDER = '[target]\nkind = "folder"\nformat = "jsonl"\n'


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Alder is One's, of the team North; Birch and Cedar are Two's. People sign in."""
    with pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("team") / "own.duckdb"
        for name, value in {**PROVIDER, "HOLDFAST_STORE": str(path), "HOLDFAST_SAMPLE_STORE": str(path.with_name("none.duckdb"))}.items():
            patch.setenv(name, value)
        with closing(team(path)) as opened:
            yield opened
        open_stores.close_all()
        sessions.close()


def accounts(store, name: str) -> list[str]:
    return sorted(json.loads(line)["account_id"] for line in (store.path.parent / "delivered" / f"{name}.jsonl").read_text().splitlines())


@pytest.mark.parametrize(
    ("person", "expected"), [("one@example.com", ["A"]), ("two@example.com", ["B", "C"]), ("vp@example.com", ["A", "B", "C"])]
)
def test_it_carries_what_the_person_may_export(store, deliver, person, expected):
    name = person.partition("@")[0]
    assert deliver(name, f'report = "arr"\non_behalf_of = "{person}"\n' + FOLDER).outcome == "delivered"
    assert accounts(store, name) == expected


@pytest.mark.parametrize(
    ("report", "person", "said"),
    [
        ("arr", "viewer@example.com", "Your role does not let you export revenue figures."),
        ("arr", "emea@example.com", "Your role does not let you export revenue figures."),
        ("arr", "gone@example.com", "Your role does not let you export revenue figures."),
        ("arr", "nobody@example.com", "Your role does not let you export revenue figures."),
        ("closes", "one@example.com", "Your role does not let you export closed periods."),
        ("arr", "", "The delivery names nobody on whose behalf it is made: say on_behalf_of."),
    ],
)
def test_who_may_not_export_it_delivers_nothing(store, deliver, report, person, said):
    told = deliver("denied", f'report = "{report}"\non_behalf_of = "{person}"\n' + FOLDER)
    assert told.outcome == "failed" and said in told.problem and "on_behalf_of" in str(told)
    assert not (store.path.parent / "delivered" / "denied.jsonl").exists()


def test_each_delivery_is_an_export_in_the_audit_of_the_person_whose_it_is(store, deliver):
    told = deliver("audited", 'report = "arr"\non_behalf_of = "two@example.com"\n' + FOLDER)
    with store.reading() as cursor:
        entry = next(one for one in entries(cursor, Asked(action="export")).to_dicts())
    assert (entry["actor"], entry["way"], entry["object"]) == (keys.keyed(store.path, "two@example.com"), "delivery", "arr")
    detail = json.loads(entry["detail"])
    assert (detail["asked"]["delivery"], detail["rows"], detail["formats"]) == ("audited", 2, ["jsonl"])
    assert told.rows == 2


def test_runs_that_say_nothing_new_are_logged_once(store, deliver):
    name, text = "quiet", 'report = "arr"\non_behalf_of = "vp@example.com"\nkey = ["account_id"]\nonly_changes = true\n'
    deliver(name, text + FOLDER + 'file = "each run"\n')
    before = store.version()
    assert [deliver(name).outcome for _ in range(3)] == ["nothing new"] * 3
    assert [one.outcome for one in log.runs(store, name, 9)] == ["nothing new", "delivered"]
    assert store.version() == before + 1


def test_after_an_import_only_changed_rows_go(store, deliver, tmp_path):
    name, text = (
        "after",
        'report = "arr"\non_behalf_of = "vp@example.com"\nkey = ["account_id"]\nonly_changes = true\nschedule = "after import"\n',
    )
    deliver(name, text + FOLDER + 'file = "each run"\n')
    assert name not in deeds.due(store, NOW)
    (tmp_path / "contracts.csv").write_text(
        "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n9,A,More,2023-12-01,,50.00,1 month,USD\n"
    )
    assert import_file(store, tmp_path / "contracts.csv").batch
    assert name in deeds.due(store, NOW)
    told = deliver(name)
    assert (told.outcome, told.rows, told.of) == ("delivered", 1, 3)
    assert name not in deeds.due(store, NOW)


def test_what_the_program_writes_of_itself_is_no_new_data(store, deliver):
    before = schedule.newest_data(store)
    deliver("noise", 'report = "arr"\non_behalf_of = "vp@example.com"\n' + FOLDER)
    assert schedule.newest_data(store) == before


@pytest.mark.parametrize(
    ("person", "named", "allowed"),
    [
        ("admin@example.com", "", True),
        ("admin@example.com", "two@example.com", True),
        ("analyst@example.com", "analyst@example.com", False),
        ("vp@example.com", "vp@example.com", False),
        ("one@example.com", "one@example.com", False),
    ],
)
def test_who_configures_imports_configures_deliveries(store, person, named, allowed):
    viewer, text = viewer_of(store, person, (), NOW.date()), f'report = "arr"\non_behalf_of = "{named}"\n' + FOLDER
    if not allowed:
        with pytest.raises(NotAllowed, match="configure imports"):
            deeds.write(store, viewer, "theirs", text)
        return
    deeds.write(store, viewer, "theirs", text)
    deeds.pause(store, viewer, "theirs", paused=True)
    assert description.load(store.path, "theirs").paused
    with pytest.raises(DescriptionWrong, match="There is a delivery 'theirs' already"):
        deeds.write(store, viewer, "theirs", text, new=True)
    deeds.remove(store, viewer, "theirs")
    assert "theirs" not in description.names(store.path)


def test_the_list_is_for_who_may_view_imports_and_tells_what_is_wrong(store, describe, deliver):
    deliver("fine", 'report = "arr"\non_behalf_of = "vp@example.com"\nschedule = "0 6 * * *"\n' + FOLDER)
    describe("broken", "report = 1")
    analyst = viewer_of(store, "analyst@example.com", (), NOW.date())
    found = {one.name: one.as_json() for one in deeds.listed(store, analyst, NOW)}
    assert (found["fine"]["outcome"], found["fine"]["rows"], found["fine"]["target"]) == ("delivered", 3, "delivered (jsonl)")
    assert found["broken"]["report"] is None and "report = 1: " in found["broken"]["problem"]
    with pytest.raises(NotAllowed):
        deeds.listed(store, viewer_of(store, "one@example.com", (), NOW.date()), NOW)
    with pytest.raises(DescriptionWrong, match=r"broken\.toml: "):
        deeds.run(store, EVERYONE, "broken", datetime.now(UTC))


def test_a_delivery_that_is_under_way_is_not_begun_again(store, describe):
    name = describe("busy", 'report = "arr"\non_behalf_of = "vp@example.com"\n' + FOLDER)
    with delivering._alone(store, name), pytest.raises(delivering.RunsAlready, match="being delivered already"):
        delivering.deliver(store, name, NOW)


def test_rows_that_the_report_has_no_more_are_told_as_left_there(store, deliver, tmp_path, monkeypatch):
    """All three accounts are the vice president's; Birch and Cedar are Two's, so that Alder is left there, until it is in the report again."""
    monkeypatch.setenv("HOLDFAST_SECRET_WAREHOUSE", f"sqlite:///{tmp_path}/warehouse.db")
    target = '[target]\nkind = "table"\nsecret = "WAREHOUSE"\ntable = "arr"\ngone = "keep"\n'
    written = 'report = "arr"\nkey = ["account_id"]\nonly_changes = true\non_behalf_of = "{person}@example.com"\n' + target
    told = [deliver("left", written.format(person=person)) for person in ("vp", "two", "vp")]
    assert [(one.outcome, one.rows) for one in told] == [("delivered", 3), ("nothing new", 0), ("nothing new", 0)]
    assert [one.problem for one in told] == [
        "",
        "1 row that was delivered is in the report no more, and has its last values there still: A.",
        "",
    ]
