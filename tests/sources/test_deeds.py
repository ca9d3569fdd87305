"""What people do with sources: within their rights, and what a list says of each."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from data.audit.reading import Asked, entries
from data.viewer import CONFIGURE, EVERYONE, IMPORT, VIEW, Grant, NotAllowed, Viewer
from sources import deeds, description
from sources.keys import SourceError
from tests.new_store import new_store

NOW = datetime(2024, 6, 10, 6, tzinfo=UTC)
ANALYST = Viewer(rights=(Grant(IMPORT, "imports"), Grant(VIEW, "imports")), person="ana@example.com")


@pytest.fixture
def store(tmp_path):
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as con, con:
        con.execute(
            "create table lines (contract_id text, account_id text, starts_on text, ends_on text, amount text, period text, currency text)"
        )
        con.execute("insert into lines values ('1', 'A', '2024-01-01', '2024-12-31', '1200.50', '1 year', 'USD')")
    opened = new_store(tmp_path / "own.duckdb")
    written = f'# ours\nkind = "sql"\nurl = "sqlite:///{tmp_path}/crm.sqlite"\nquery = "select * from lines"\ntable = "contracts"\nschedule = "0 * * * *"\n'
    deeds.write(opened, EVERYONE, "billing", written)
    yield opened
    opened.close()


def test_a_source_that_waits_is_answered_and_goes_on_for_good(store):
    asked = deeds.pull(store, EVERYONE, "billing", lambda: NOW)
    [found] = deeds.listed(store, EVERYONE, NOW)
    assert asked.outcome == "waiting" and [one.option for one in found.asked] == ["ends_on"]
    told = found.as_json(NOW)
    assert (told["outcome"], told["questions"][0]["choices"]) == ("waiting", ("inclusive", "exclusive"))
    assert told["next_at"] is not None and not told["running"]
    answered = deeds.answer(store, ANALYST, "billing", {"ends_on": "inclusive"}, lambda: NOW + timedelta(hours=1))
    assert answered.outcome == "imported" and deeds.listed(store, EVERYONE, NOW)[0].asked == ()
    assert deeds.pull(store, EVERYONE, "billing", lambda: NOW + timedelta(hours=2)).outcome == "nothing new"
    assert description.text(store.path, "billing").startswith("# ours")
    with store.reading() as cursor:
        done = entries(cursor, Asked())
    assert done.filter(done["object"] == "source").height == 2  # written down, and answered


def test_who_may_not_say_where_rows_come_from_changes_no_file(store):
    for deed in (
        lambda: deeds.pause(store, ANALYST, "billing", paused=True),
        lambda: deeds.write(store, ANALYST, "other", 'kind = "http"\nurl = "http://127.0.0.1"\n'),
        lambda: deeds.remove(store, ANALYST, "billing"),
        lambda: deeds.checked(store, ANALYST, "billing", NOW),
        lambda: deeds.listed(store, Viewer(rights=(Grant(CONFIGURE, "imports"),)), NOW),
        lambda: deeds.pull(store, Viewer(rights=(Grant(VIEW, "imports"),)), "billing", lambda: NOW),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert description.names(store.path) == ["billing"] and "paused" not in description.text(store.path, "billing")


def test_a_check_says_whether_it_answers_and_brings_nothing(store, monkeypatch):
    found = deeds.checked(store, EVERYONE, "billing", NOW)
    assert found["ok"] and "contract_id, account_id" in found["said"][0] and store.imports().is_empty()
    monkeypatch.delenv("HOLDFAST_SECRET_NONE", raising=False)
    deeds.write(store, EVERYONE, "billing", 'kind = "sql"\nsecret = "NONE"\nquery = "select 1"\n')
    told = deeds.checked(store, EVERYONE, "billing", NOW)
    assert not told["ok"] and told["problem"].startswith("The secret NONE is missing.")


def test_what_is_due_is_what_its_schedule_says_and_no_file_that_cannot_be_used(store):
    later = datetime.now(UTC) + timedelta(hours=2)
    (description.folder(store.path) / "broken.toml").write_text("kind = 1")
    assert [one.name for one in deeds.due(store, later)] == ["billing"]
    deeds.pause(store, EVERYONE, "billing", paused=True)
    assert deeds.due(store, later) == []
    assert deeds.listed(store, EVERYONE, NOW)[1].as_json(NOW)["problem"].startswith("broken.toml: kind")
    deeds.pause(store, EVERYONE, "billing", paused=False)
    with pytest.raises(SourceError, match="There is a source 'billing' already"):
        deeds.write(store, EVERYONE, "billing", 'kind = "http"\nurl = "http://127.0.0.1"\n', new=True)
    deeds.remove(store, EVERYONE, "billing")
    assert description.names(store.path) == ["broken"]


def test_lag_is_the_age_of_the_newest_row_that_was_read(store):
    [found] = deeds.listed(store, EVERYONE, NOW)
    assert found.lag(NOW) is None
    assert deeds.Listed("x", None, None, deeds.Cursor("instant", "2024-06-10T05:59:00+00:00"), None).lag(NOW) == 60
    assert deeds.Listed("x", None, None, deeds.Cursor("number", "7"), None).lag(NOW) is None


def test_what_ends_is_confirmed_for_one_pull_and_never_for_all_to_come(store):
    with pytest.raises(SourceError, match="for one pull, and not for all to come: sources pull billing --accept-ending"):
        deeds.answer(store, EVERYONE, "billing", {"snapshot": "Confirmed"}, lambda: NOW)
    deeds.pull(store, EVERYONE, "billing", lambda: NOW, accept_ending=True)
    with store.reading() as cursor:
        done = entries(cursor, Asked())
    assert '"accept_ending":true' in done.filter(done["object"] == "source")["detail"].to_list()[0]
