"""Service levels set on a page: written as one batch, seen by the reports, undone by the log; what cannot hold is refused."""

from datetime import date

import pytest

from data.store.edits import EditRefused
from data.store.store import Store
from data.viewer import EVERYONE, NotAllowed, Viewer
from data.work import service_levels as levels
from data.work.service_levels import Calendar, Target
from data.work.writing import ChangedSince
from reports.catalogue import run
from reports.report import Question
from reports.support.levels import effects
from tests.reports.support.company import ASKED, DAY, planted


@pytest.fixture
def store(tmp_path):
    found = planted(tmp_path)
    yield found
    found.close()


def verdict(store: Store, ticket: str, promise: str = "first reply") -> str:
    return run("sla-tickets", store, EVERYONE, ASKED).rows.filter(ticket_id=ticket, promise=promise)["verdict"].item()


def listed(store: Store, name: str) -> list[dict]:
    return run(name, store, EVERYONE, Question(as_of=DAY)).rows.to_dicts()


def test_a_target_is_added_changed_taken_out_and_undone(store):
    assert verdict(store, "T-none") == "no target"
    levels.set_target(store, EVERYONE, Target("p2", first_reply_hours=2))  # opened at 10:00, answered at 11:00, around the clock
    assert verdict(store, "T-none") == "met"
    row = next(one for one in listed(store, "sla-targets") if one["priority"] == "p2")
    changed = levels.set_target(store, EVERYONE, Target("p2", first_reply_hours=0.5), row["target_id"], row["batch"])
    assert verdict(store, "T-none") == "breached"
    with pytest.raises(ChangedSince):
        levels.remove_target(store, EVERYONE, row["target_id"], row["batch"])
    levels.remove_target(store, EVERYONE, row["target_id"], changed.batch)
    assert verdict(store, "T-none") == "no target"
    assert row["target_id"] not in [one["target_id"] for one in listed(store, "sla-targets")]


def test_a_calendar_and_its_holidays(store):
    """T-open is 8 hours late since Tuesday is a holiday; without it 16, Tuesday's eight among them."""
    late = lambda: run("sla-tickets", store, EVERYONE, ASKED).rows.filter(ticket_id="T-open", promise="first reply")["hours_late"].item()  # noqa: E731
    assert late() == pytest.approx(8.0)
    row = next(one for one in listed(store, "holidays") if one["calendar"] == "office")
    taken = levels.set_holiday(store, EVERYONE, "office", row["day"], is_removed=True, seen=row["batch"])
    assert late() == pytest.approx(16.0)
    levels.set_holiday(store, EVERYONE, "office", row["day"], "Anniversary", seen=taken.batch)
    own = listed(store, "support-calendars")[0]
    levels.set_calendar(store, EVERYONE, Calendar("office", "Europe/Berlin", {"monday": "9-17", "wednesday": "9-13"}), own["batch"])
    assert late() == pytest.approx(4.0)  # Monday's hour is up at 17:00; Wednesday has four


@pytest.mark.parametrize(
    "target", [Target(), Target(first_reply_hours=0), Target(first_reply_hours=1, starts_on=date(2024, 2, 1), ends_on=date(2024, 1, 1))]
)
def test_a_target_that_cannot_hold_is_refused(store, target):
    with pytest.raises(EditRefused):
        levels.set_target(store, EVERYONE, target)


@pytest.mark.parametrize(("name", "zone"), [("", "UTC"), ("x", ""), ("x", "Europe/Atlantis"), ("x", "../etc")])
def test_a_calendar_needs_a_name_and_a_zone(store, name, zone):
    with pytest.raises(EditRefused):
        levels.set_calendar(store, EVERYONE, Calendar(name, zone, {}))


def test_who_may_not_set_service_levels_is_refused(store):
    with pytest.raises(NotAllowed):
        levels.set_target(store, Viewer(person="x@example.com", rights=()), Target(first_reply_hours=1))


def test_a_preview_counts_and_writes_nothing(store):
    """Of the ten tickets of the last 90 days three are late in a promise: T-late, T-open and T-normal. With four hours
    to resolve what is P2, T-none, still open, is late, too."""
    row = levels.target_row(Target("P2", resolution_hours=4))
    found = effects(store, EVERYONE, Question(as_of=DAY), "sla_targets", [row])
    assert found is not None
    now, then = found
    assert (now.tickets, now.breached, then.tickets, then.breached) == (10, 3, 10, 4)
    assert then.judged == now.judged + 1
    assert verdict(store, "T-none") == "no target"
