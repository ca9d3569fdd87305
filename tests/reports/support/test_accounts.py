"""Support by account: each figure of the planted company by hand."""

from contextlib import closing

import pytest

from data.viewer import EVERYONE
from reports.catalogue import run
from tests.reports.support.company import ASKED, planted


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    with closing(planted(tmp_path_factory.mktemp("accounts"))) as store:
        yield run("support", store, EVERYONE, ASKED)


def test_accounts_stand_in_the_order_of_what_is_past_due(report):
    columns = ("account_id", "open", "breached_now", "opened", "breached", "decided")
    assert report.rows.select(columns).rows() == [
        ("B", 1, 1, 2, 3, 4),  # T-open past due on both; T-normal: reply met, resolution not
        ("A", 2, 0, 4, 2, 4),  # T-none and T-two are open; T-met met twice, T-late breached twice
        ("C", 2, 0, 4, 0, 1),  # T-run and T-before are open; T-silent's resolution was met
    ]
    assert report.rows["longest_late"].to_list() == [pytest.approx(8.0), None, None]


def test_what_comes_back_and_what_a_seat_costs(report):
    rows = {row["account_id"]: row for row in report.rows.to_dicts()}
    assert [rows[one]["reopen_rate"] for one in "ABC"] == [
        0.5,
        0.0,
        None,
    ]  # of T-met and T-late the second; T-normal never; C does not tell
    assert [(rows[one]["seats"], rows[one]["tickets_per_seat"]) for one in "ABC"] == [(10, 0.4), (4, 0.5), (None, None)]
    assert [rows[one]["oldest_days"] for one in "ABC"] == [2, 2, 2]  # opened on the 10th, looked at on the 12th


def test_medians_are_by_the_clock(report):
    rows = {row["account_id"]: row for row in report.rows.to_dicts()}
    # A: replies after 0.5, 1.5, 1 and 1 h; resolutions after 3 h and from Fri 14:00Z to Mon 12:00Z, 70 h. B: a reply after 4 h.
    assert (rows["A"]["first_reply_hours"], rows["A"]["resolution_hours"]) == (1.0, 36.5)
    assert rows["B"]["first_reply_hours"] == 4.0
    assert rows["C"]["first_reply_hours"] is None  # both of its replies contradict other times
    assert rows["C"]["resolution_hours"] == 2.0


def test_totals_are_of_all_together(report):
    of = report.totals
    assert (of["open"], of["breached_now"], of["accounts_past_due"], of["opened"]) == (5, 1, 1, 10)
    assert (of["decided"], of["breached"], of["met_share"]) == (9, 5, pytest.approx(4 / 9))
    assert of["reopen_rate"] == pytest.approx(1 / 3)


def test_today_shows_the_account_with_a_ticket_past_due_and_no_other(tmp_path):
    with closing(planted(tmp_path)) as store:
        items = run("today", store, EVERYONE, ASKED.__class__(as_of=ASKED.as_of)).rows.filter(kind="sla_breached")
    assert items.select("account_id", "why").rows() == [("B", "1 open ticket is past its service level, by 8.0 h")]
    assert items.select("measure", "worse_from").rows() == [(1.0, 2.0)]
