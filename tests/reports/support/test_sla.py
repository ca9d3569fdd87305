"""Tickets planted one for each verdict, each worked out by hand; shares and medians against plain SQL over the same file."""

from contextlib import closing
from datetime import datetime

import duckdb
import pytest

from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.narrow import of_level
from tests.reports.support.company import ASKED, FILES, planted

# Ticket, promise -> verdict, due (UTC), hours late, hours left: worked out by hand.
EXPECTED = {
    # Fri 10:00 Berlin, Pro: reply within 1 h, due 11:00 = 09:00Z, resolved within 4 h: 14:00 = 12:00Z.
    ("T-met", "first reply"): ("met", "2024-06-07T09:00:00", None, None),
    ("T-met", "resolution"): ("met", "2024-06-07T12:00:00", None, None),
    # Fri 16:00: reply due 17:00 = 15:00Z, came 17:30, when the office is closed: 1 h of it had passed, nothing over.
    ("T-late", "first reply"): ("breached", "2024-06-07T15:00:00", 0.0, None),
    # 4 h: Fri 1, Mon 9-12: due Mon 12:00 = 10:00Z; resolved Mon 14:00: 2 h late.
    ("T-late", "resolution"): ("breached", "2024-06-10T10:00:00", 2.0, None),
    # Mon 16:00, Basic: reply due 17:00 = 15:00Z; Tuesday is a holiday, Wednesday has 8 h: 1 + 8 - 1 = 8 h late.
    ("T-open", "first reply"): ("past due", "2024-06-10T15:00:00", 8.0, None),
    # 8 h: Mon 1, Wed 9-16: due Wed 16:00 = 14:00Z; 9 h passed, 1 late.
    ("T-open", "resolution"): ("past due", "2024-06-12T14:00:00", 1.0, None),
    # Wed 16:30, Pro: reply: Wed 0.5, Thu 9:00-9:30 = 07:30Z; 0.5 left. Resolution 4 h: Thu 12:30 = 10:30Z; 3.5 left.
    ("T-run", "first reply"): ("running", "2024-06-13T07:30:00", None, 0.5),
    ("T-run", "resolution"): ("running", "2024-06-13T10:30:00", None, 3.5),
    # Around the clock: 10:00 + 4 h = 14:00, on the limit; + 24 h, one second over.
    ("T-normal", "first reply"): ("met", "2024-06-10T14:00:00", None, None),
    ("T-normal", "resolution"): ("breached", "2024-06-11T10:00:00", 1 / 3600, None),
    **{(ticket, promise): (verdict, None, None, None) for ticket, verdict in (
        ("T-none", "no target"), ("T-two", "two targets"), ("T-before", "times contradict"), ("T-after", "times contradict"),
    ) for promise in ("first reply", "resolution")},
    ("T-silent", "first reply"): ("no reply recorded", None, None, None),
    ("T-silent", "resolution"): ("met", "2024-06-11T10:00:00", None, None),
}  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with closing(planted(tmp_path_factory.mktemp("sla"))) as found:
        yield found


def told(rows):
    return {
        (row["ticket_id"], row["promise"]): (
            row["verdict"], row["due_at"] and row["due_at"].strftime("%Y-%m-%dT%H:%M:%S"),
            row["hours_late"] and pytest.approx(row["hours_late"], abs=1e-6), row["hours_left"] and pytest.approx(row["hours_left"], abs=1e-6),
        )
        for row in rows.to_dicts()
    }  # fmt: skip


def test_every_planted_ticket_has_its_verdict_and_no_other(store):
    report = run("sla-tickets", store, EVERYONE, ASKED)
    assert told(report.rows) == EXPECTED
    assert report.rows["verdict"][0] == "past due"
    counted = {
        name: report.totals[name]
        for name in ("met", "breached", "breached_open", "running", "no_target", "two_targets", "times_contradict")
    }
    assert counted == {"met": 4, "breached": 3, "breached_open": 2, "running": 2, "no_target": 2, "two_targets": 2, "times_contradict": 4}


def test_the_target_is_the_most_specific(store):
    rows = run("sla-tickets", store, EVERYONE, ASKED).rows
    assert dict(rows.filter(promise="resolution").select("ticket_id", "target_id").drop_nulls().rows()) == {
        "T-met": "urgent-pro", "T-late": "urgent-pro", "T-open": "urgent", "T-run": "urgent-pro", "T-normal": "normal", "T-silent": "normal",
        "T-before": "normal", "T-after": "normal",
    }  # fmt: skip


def test_shares_by_level_are_those_of_the_tickets(store):
    report = run("sla", store, EVERYONE, ASKED)
    rows = {(row["promise"], row["priority"].lower(), row["plan"]): row for row in report.rows.to_dicts()}
    assert {key: (row["decided"], row["met"], row["breached"], row["breached_open"], row["running"], row["without_verdict"]) for key, row in rows.items()} == {
        ("first reply", "urgent", "Pro"): (2, 1, 1, 0, 1, 0), ("resolution", "urgent", "Pro"): (2, 1, 1, 0, 1, 0),
        ("first reply", "urgent", "Basic"): (1, 0, 1, 1, 0, 0), ("resolution", "urgent", "Basic"): (1, 0, 1, 1, 0, 0),
        ("first reply", "normal", "Basic"): (1, 1, 0, 0, 0, 0), ("resolution", "normal", "Basic"): (1, 0, 1, 0, 0, 0),
        ("first reply", "normal", "Pro"): (0, 0, 0, 0, 0, 3), ("resolution", "normal", "Pro"): (1, 1, 0, 0, 0, 2),
        ("first reply", "low", "Pro"): (0, 0, 0, 0, 0, 1), ("resolution", "low", "Pro"): (0, 0, 0, 0, 0, 1),
        ("first reply", "p2", "Pro"): (0, 0, 0, 0, 0, 1), ("resolution", "p2", "Pro"): (0, 0, 0, 0, 0, 1),
    }  # fmt: skip
    assert (report.totals["first_reply_decided"], report.totals["first_reply_met"], report.totals["first_reply_share"]) == (4, 2, 0.5)
    assert (report.totals["resolution_decided"], report.totals["resolution_met"]) == (5, 2)
    assert any("two targets hold" in note and "no target" in note for note in report.notes)


def test_what_is_not_due_yet_counts_in_no_share(store):
    """On Friday the 7th at its end the resolution of T-late was due on Monday: one resolution is decided, and it was met."""
    asked = ASKED.__class__(as_of=datetime(2024, 6, 7).date(), start=ASKED.start, end=datetime(2024, 6, 7).date())
    totals = run("sla", store, EVERYONE, asked).totals
    assert (totals["first_reply_decided"], totals["first_reply_met"]) == (2, 1)
    assert (totals["resolution_decided"], totals["resolution_met"]) == (1, 1)


def test_months_count_what_plain_sql_counts(store):
    report = run("sla-months", store, EVERYONE, ASKED)
    row = report.rows.to_dicts()[0]
    with duckdb.connect() as database:
        lines = FILES["tickets"].strip().splitlines()
        assert len(lines) == 10
        path = store.path.parent / "tickets.csv"
        database.execute(
            f"create table t as select try_cast(opened_at as timestamptz) o, try_cast(first_reply_at as timestamptz) f, try_cast(resolved_at as timestamptz) r from read_csv('{path}', all_varchar=true)"
        )
        database.execute("insert into t values ('2024-06-10T10:00:00Z', '2024-06-10T09:00:00Z', null)")  # T-before
        good = "not coalesce(f < o or r < o or r < f, false)"
        counts = database.execute("select count(*), count(r), count(*) - count(r) from t").fetchone()
        reply = database.execute(f"select median(epoch(f) - epoch(o)) / 3600 from t where f is not null and {good}").fetchone()
        done = database.execute(f"select median(epoch(r) - epoch(o)) / 3600 from t where r is not null and {good}").fetchone()
    assert (row["opened"], row["resolved"], row["backlog"]) == counts
    assert row["first_reply_hours"] == pytest.approx(reply[0])
    assert row["resolution_hours"] == pytest.approx(done[0])
    assert (row["first_reply_decided"], row["first_reply_met"], row["resolution_decided"], row["resolution_met"]) == (4, 2, 5, 2)


def test_without_targets_nothing_is_met_or_breached(tmp_path):
    with closing(planted(tmp_path, leaving_out=("sla_targets",))) as bare:
        report = run("sla", bare, EVERYONE, ASKED)
        assert report.totals["first_reply_share"] is None
        assert report.totals["no_target"] == 8  # the ten without the two whose times contradict
        assert report.notes[0].startswith("No service-level target is set")


def test_a_feed_that_never_tells_replies_breaches_no_reply(tmp_path):
    rows = [line.split(",") for line in FILES["tickets"].strip().splitlines()]
    silent = "\n".join(",".join(cell for at, cell in enumerate(row) if at != 3) for row in rows)
    with closing(planted(tmp_path, written={}, tickets=silent)) as bare:
        report = run("sla", bare, EVERYONE, ASKED)
        assert (report.totals["first_reply_decided"], report.totals["first_reply_breached_open"]) == (0, 0)
        assert report.totals["resolution_breached_open"] == 1  # T-open
        assert any("never told a first reply" in note for note in report.notes)


def test_who_sees_some_accounts_sees_their_tickets_alone(store):
    rows = run("sla-tickets", store, Viewer("one@example.com"), ASKED).rows
    assert set(rows["account_id"]) == {"A"}


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (("first reply", "URGENT", "pro", "decided"), {"T-met", "T-late"}),
        (("first reply", "urgent", "Basic", "breached_open"), {"T-open"}),
        (("resolution", "urgent", "Pro", "running"), {"T-run"}),
        (("resolution", "normal", "Pro", "without_verdict"), {"T-before", "T-after"}),
        (("resolution", None, None, "decided"), set()),
    ],
)
def test_a_count_opens_its_own_tickets(store, level, expected):
    assert set(of_level(run("sla-tickets", store, EVERYONE, ASKED), *level).rows["ticket_id"]) == expected
