"""What deeds that need consent would change, and one flow of each kind at 0, 1, 3 and 5 levels."""

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.approvals import deciding, gate, undoing
from data.approvals.deciding import Outdated
from data.approvals.gate import NeedsConsent
from data.approvals.requests import DONE, WAITING, requests
from data.approvals.rules import CLOSE, REOPEN, SNAPSHOT, UNDO
from data.importing.consented import KEPT
from data.importing.run import import_file
from data.importing.uploads import staging
from data.store.account_matching import match_accounts
from data.store.activities import log_activity
from data.store.view import View
from data.viewer import EVERYONE, NotAllowed
from reports.report import Question
from reports.revenue.arr import arr as arr_of
from reports.revenue.closes import close_period
from tests.data.approvals.firm import ADA, ANN, CONTRACTS, EXECUTIVES, LINES, as_, brought, firm, levels, rules, standing

E1, E2 = EXECUTIVES[:2]
PERIOD = Question(as_of=date(2026, 10, 31), start=date(2026, 8, 31), end=date(2026, 9, 30))
pytestmark = pytest.mark.long


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    opened = firm(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def by(store):
    return as_(store)


def without(*names: str) -> str:
    return CONTRACTS + "".join(f"{line}\n" for name, line in LINES.items() if name not in names)


def snapshot(store, viewer, text: str, day: str = "2026-11-01"):
    """A list that says "these are all", as somebody brings it in who has looked at it."""
    return brought(store, "all.csv", text, "contracts", viewer, rows="state", snapshot="confirmed", covers=[day, day])


def arr(store) -> float:
    return arr_of(store, EVERYONE, Question(rules="strict", as_of=date(2026, 11, 15))).total("arr")


def wished(store, kind: str, viewer):
    """A deed of each kind, tried; what is refused for want of consent, None where it is done."""
    try:
        if kind == UNDO:
            undoing.undo(store, 3, viewer, "page")
        elif kind == SNAPSHOT:
            needs = snapshot(store, viewer, without("c3")).needs
            return needs and needs.wish
        elif kind == CLOSE:
            close_period(store, PERIOD, at=datetime.now(UTC), who="page", viewer=viewer)
        else:
            undoing.undo(store, store.imports()["batch"].max(), viewer, "page")
    except NeedsConsent as needs:
        return needs.wish
    return None


def state(store) -> tuple:
    closed = store.imports().filter(pl.col("table") == "closes")["standing"].to_list()
    return standing(store), closed, arr(store)


@pytest.mark.parametrize("number", [0, 1, 3, 5])
@pytest.mark.parametrize("kind", [UNDO, SNAPSHOT, CLOSE, REOPEN])
def test_a_flow_of_each_kind(store, by, kind, number):
    if kind == REOPEN:
        close_period(store, PERIOD, at=datetime.now(UTC), who="page", viewer=by(ADA))
    if kind == SNAPSHOT:
        snapshot(store, by(ADA), without(), "2026-10-01")
    rules(store, f"[[{kind}]]\n{levels(number)}")
    before = state(store)
    wish = wished(store, kind, by(ADA))
    if number == 0:
        assert wish is None and state(store) != before
        return
    request = gate.ask(store, wish, by(ADA), "it is wanted")
    for one in EXECUTIVES[:number]:
        assert state(store) == before
        request = deciding.consent(store, request.number, by(one))
    assert request.state == DONE and state(store) != before


def test_a_snapshot_waits_as_a_file_of_its_owners_and_is_imported_as_it_was(store, by):
    snapshot(store, by(ANN), without(), "2026-10-01")
    rules(store, f"[[snapshot]]\n{levels(1)}when = {{ share_above = 0.5 }}\n")
    outcome = snapshot(store, by(ANN), without("c3"))  # 8,400 of 12,000
    assert outcome.refused and outcome.needs.wish.effect.amount == 8400.0
    with pytest.raises(NotAllowed):
        gate.ask(store, outcome.needs.wish, by(E1), "please")


def test_a_snapshot_below_the_share_goes_in(store, by):
    snapshot(store, by(ANN), without(), "2026-10-01")
    rules(store, f"[[snapshot]]\n{levels(1)}when = {{ share_above = 0.5 }}\n")
    assert snapshot(store, by(ANN), without("c2")).batch  # 2,400 of 12,000
    assert arr(store) == 9600.0


def waits(store, by):
    """A snapshot that waits for E1, asked for by Ann while its file is there."""
    path = store.path.parent / "all.csv"
    path.write_text(without("c3"))
    options = {"rows": "state", "snapshot": "confirmed", "covers": ["2026-11-01", "2026-11-01"]}
    outcome = import_file(store, path, table="contracts", feed="contracts", options=options, viewer=by(ANN))
    request = gate.ask(store, outcome.needs.wish, by(ANN), "the list of November")
    path.unlink()
    return request


def test_the_file_is_kept_private_until_it_is_decided(store, by):
    snapshot(store, by(ANN), without(), "2026-10-01")
    rules(store, f"[[snapshot]]\n{levels(1)}")
    request = waits(store, by)
    kept = [path for path in (staging(store.path) / KEPT).rglob("upload")]
    assert [path.read_text() for path in kept] == [without("c3")]
    assert kept[0].stat().st_mode & 0o077 == 0 and kept[0].parent.stat().st_mode & 0o077 == 0
    done = deciding.consent(store, request.number, by(E1))
    assert done.state == DONE and arr(store) == 3600.0
    assert not list((staging(store.path) / KEPT).rglob("upload"))
    assert store.imports().filter(pl.col("batch") == int(done.came_of))["who"].to_list() == [ANN]


def test_a_file_that_is_gone_or_another_is_outdated(store, by):
    snapshot(store, by(ANN), without(), "2026-10-01")
    rules(store, f"[[snapshot]]\n{levels(1)}")
    request = waits(store, by)
    next((staging(store.path) / KEPT).rglob("upload")).write_text(without("c1"))
    with pytest.raises(Outdated, match="no longer kept as it was"):
        deciding.consent(store, request.number, by(E1))
    assert arr(store) == 12000.0


def test_a_snapshot_that_would_end_something_else_by_now_is_outdated(store, by):
    snapshot(store, by(ANN), without(), "2026-10-01")
    rules(store, f"[[snapshot]]\n{levels(1)}")
    request = waits(store, by)
    brought(store, "more.csv", f"{CONTRACTS}{LINES['c3'].replace(',700,', ',900,')}\n", "contracts", rows="records")
    with pytest.raises(Outdated, match="something else by now"):
        deciding.consent(store, request.number, by(E1))


def test_a_close_is_of_the_figures_that_were_consented_to(store, by):
    rules(store, f"[[close]]\n{levels(1)}")
    request = gate.ask(store, wished(store, CLOSE, by(ANN)), by(ANN), "the board meets")
    assert (request.state, request.effect.amount) == (WAITING, 12000.0)
    deciding.consent(store, request.number, by(E1))
    with View(store) as view:
        row = view.table("closes").row(0, named=True)
    assert row["closed_by"] == ANN and json.loads(row["figures"])["arr"] == 1200000


def test_figures_that_have_changed_make_a_close_outdated(store, by):
    rules(store, f"[[close]]\n{levels(1)}")
    request = gate.ask(store, wished(store, CLOSE, by(ANN)), by(ANN), "the board meets")
    brought(store, "more.csv", f"{CONTRACTS}c9,a3,extra,2026-01-01,2027-12-31,50,1 month,USD\n", "contracts", rows="records")
    with pytest.raises(Outdated, match="something else by now"):
        deciding.consent(store, request.number, by(E1))
    assert not store.imports().filter(pl.col("table") == "closes").height


def test_two_levels_and_three_differ_by_the_file_alone(store, by):
    done = []
    for number in (2, 3):
        rules(store, f"[[undo]]\n{levels(number)}")
        with pytest.raises(NeedsConsent) as needs:
            undoing.undo(store, number + 1, by(ANN), "page")
        request = gate.ask(store, needs.value.wish, by(ANN), "wrong")
        for one in EXECUTIVES[:2]:
            request = deciding.consent(store, request.number, by(one))
        done.append(request.state)
    assert done == [DONE, WAITING]


def test_usage_that_is_undone_is_told_by_its_events(store, by):
    header = "account_id,user_id,event,occurred_at\n"
    text = header + "".join(f"a1,u1,login,2026-10-{day:02d}T10:00:00Z\n" for day in (1, 2, 3))
    batch = brought(store, "usage.csv", text, "usage_events").batch.batch
    rules(store, f"[[undo]]\n{levels(1)}")
    with pytest.raises(NeedsConsent) as needs:
        undoing.undo(store, batch, by(ANN), "page")
    assert (needs.value.wish.effect.accounts, needs.value.wish.effect.rows) == (0, 3)  # a day each
    request = gate.ask(store, needs.value.wish, by(ANN), "of the test system")
    brought(store, "again.csv", header + "a1,u1,login,2026-10-02T11:00:00Z\n", "usage_events")
    with pytest.raises(Outdated):
        deciding.consent(store, request.number, by(E1))
    assert batch in standing(store)


def test_matches_are_undone_with_consent(store, by):
    batch = match_accounts(store, [("a2", "a1", "said by hand")], "test").batch
    rules(store, f"[[undo]]\n{levels(1)}")
    with pytest.raises(NeedsConsent) as needs:
        undoing.undo(store, batch, by(ANN), "page")
    request = gate.ask(store, needs.value.wish, by(ANN), "they are two")
    assert deciding.consent(store, request.number, by(E1)).state == DONE and batch not in standing(store)


def test_notes_need_consent_only_where_the_file_names_them(store, by):
    batch = log_activity(store, by(ADA), "a1", "conversation", date(2026, 11, 1), "a talk", None).batch
    rules(store, f"[[undo]]\n{levels(1)}")
    undoing.undo(store, batch, by(ADA), "page")
    rules(store, f'[[undo]]\n{levels(1)}of = ["imports", "activities"]\n')
    with pytest.raises(NeedsConsent):
        undoing.redo(store, batch, by(ADA), "page")
    assert batch not in standing(store)


def test_every_step_is_in_the_audit_and_the_audit_holds(store, by):
    rules(store, f"[[undo]]\n{levels(2)}")
    with pytest.raises(NeedsConsent) as needs:
        undoing.undo(store, 3, by(ANN), "page")
    request = gate.ask(store, needs.value.wish, by(ANN), "Secret Reason")
    deciding.consent(store, request.number, by(E1))
    deciding.consent(store, request.number, by(E2))
    with store.reading() as cursor:
        told = cursor.execute("select action, object, detail from audit order by seq desc limit 4").fetchall()
    assert [(action, of) for action, of, _ in reversed(told)] == [("ask", "1"), ("consent", "1"), ("consent", "1"), ("undo", "3")]
    assert "Secret" not in str(told) and "@" not in str(told)
    assert store.verified().faults == [] and requests(store)[1].reason == "Secret Reason"
