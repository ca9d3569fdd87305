"""Every table of the day's work: a deed stands in the log with who and when, and in the audit; it is undone by page and command line, and
what was known before stays."""

from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from cli import app
from data.approvals.undoing import redo, undo
from data.audit.reading import Asked, entries
from data.schema import TABLES, working
from data.store.kinds import deed
from data.store.store import Store
from data.store.view import View
from data.viewer import OPERATIONS, Grant, Viewer
from data.work.writing import write
from tests.books import company_at

DAY, AT = date(2024, 6, 10), datetime(2024, 6, 10, 6, tzinfo=UTC)
KINDS = ("accounts", "activities", "plays", "views", "imports", "people")
DANA = Viewer(rights=tuple(Grant(one, kind) for one in OPERATIONS for kind in KINDS), person="dana@example.com", roles=("manager",))
STEP = '[{"title": "Call", "owner": null, "due_days": 3, "due_on": "2024-06-13"}]'
ROWS = {
    "activities": {"activity_id": "AC-1", "account_id": "A", "kind": "task", "status": "open", "body": "Call"},
    "item_answers": {"account_id": "A", "item": "usage_fell", "answer": "wrong", "reason": "Holidays", "given_by": "dana", "given_on": DAY},
    "next_steps": {"account_id": "A", "next_step": "Call"},
    "goals": {"goal_id": "G-1", "account_id": "A", "title": "Close in three days", "state": "open", "set_on": date(2024, 6, 10)},
    "plays": {"play_id": "own", "name": "Own", "steps": STEP},
    "play_runs": {
        "run_id": "own A 1", "account_id": "A", "play_id": "own", "name": "Own", "reason": "by hand", "started_on": DAY, "started_at": AT, "started_by": "dana",
        "steps": STEP, "state": "running",
    },
    "play_steps": {"run_id": "own A 1", "step": 1, "account_id": "A", "started_at": AT, "status": "done"},
    "churn_reasons": {"reason_id": "own", "name": "Own"},
    "churn_answers": {"account_id": "A", "churned_on": DAY, "reason_id": "own", "given_by": "dana"},
    "saved_views": {"view_id": "V", "name": "Mine", "page": "renewals", "owner": "dana@example.com"},
    "view_defaults": {"person": "dana@example.com", "page": "renewals", "view_id": "V"},
    "digest_choices": {"person": "dana@example.com", "rhythm": "daily"},
    "digests": {"digest_id": "D", "person": "dana@example.com", "day": DAY, "state": "sent", "tried_at": AT},
}  # fmt: skip
OF_WORK = tuple(table.name for table in vars(working).values() if getattr(table, "name", None) in TABLES)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return company_at(tmp_path_factory.mktemp("work") / "own.duckdb")


@pytest.fixture(scope="module")
def store(path):
    opened = Store.open(path)
    yield opened
    opened.close()


def held(store, table, known_at=None):
    with View(store, DANA.allowed("view", "accounts"), known_at) as view:
        return view.table(table).height


def audited(store):
    with store.reading() as cursor:
        return entries(cursor, Asked()).to_dicts()


def test_each_table_has_a_row_here():
    assert {*ROWS} == {*OF_WORK}


@pytest.mark.parametrize("table", ROWS)
def test_a_deed_is_logged_audited_undone_and_known_before(store, table):
    entered = len(audited(store))
    done = write(store, DANA, table, [ROWS[table]])
    who, at = store.written(done.batch)
    assert who == "dana@example.com" and abs(datetime.now(UTC).replace(tzinfo=None) - at).days == 0
    assert (held(store, table), held(store, table, done.batch - 1)) == (1, 0)
    undo(store, done.batch, DANA, "browser")
    assert held(store, table) == 0
    redo(store, done.batch, DANA, "browser")
    assert held(store, table) == 1
    undo(store, done.batch, DANA, "browser")
    fresh = audited(store)
    told = sorted(fresh, key=lambda one: one["seq"])[entered:]
    assert [one["action"] for one in told] == [deed(action, table, is_edit=True) for action in ("import", "undo", "redo", "undo")]
    assert len({one["actor"] for one in told}) == 1  # a keyed hash of who it was


@pytest.mark.long
def test_the_command_line_undoes_each(store, path, monkeypatch):
    done = {table: write(store, DANA, table, [row]).batch for table, row in ROWS.items()}
    store.close()
    monkeypatch.setenv("HOLDFAST_STORE", str(path))
    for batch in done.values():
        assert CliRunner().invoke(app, ["undo", str(batch)]).exit_code == 0
    store = Store.open(path)
    assert {table: held(store, table) for table in done} == dict.fromkeys(done, 0)
    store.close()
