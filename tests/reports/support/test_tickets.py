"""The backlog by age and what customers ask about again, of the planted company."""

from contextlib import closing

import pytest

from data.viewer import EVERYONE
from reports.catalogue import run
from tests.reports.support.company import ASKED, planted


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with closing(planted(tmp_path_factory.mktemp("tickets"))) as found:
        yield found


def test_the_backlog_by_age(store):
    """T-run is 9.5 hours old; the others were opened on Monday and are two and a half days old, T-open alone is past due."""
    report = run("ticket-backlog", store, EVERYONE, ASKED)
    assert report.rows.select("from_days", "below_days", "tickets", "accounts_concerned", "past_due", "oldest_days").rows() == [
        (0, 1, 1, 1, 0, 0), (1, 7, 4, 3, 1, 2), (7, 30, 0, 0, 0, None), (30, 90, 0, 0, 0, None), (90, None, 0, 0, 0, None),
    ]  # fmt: skip
    assert report.totals == {"tickets": 5, "past_due": 1}


def test_subjects_that_recur(store):
    """Exports is a topic of two tickets, however it is written; the login is broken twice, its number aside; the invoice is asked once."""
    report = run("ticket-subjects", store, EVERYONE, ASKED)
    assert report.rows.select("subject", "counted_by", "tickets", "accounts_concerned", "open", "reopened").rows() == [
        ("Login broken (1)", "subject", 2, 2, 2, 0), ("Exports", "topic", 2, 1, 0, 1),
    ]  # fmt: skip
    assert report.totals == {"tickets": 10, "recurring": 4, "without": 5}
