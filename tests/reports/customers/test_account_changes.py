"""What changed since the last conversation: each figure is that of the report of its day."""

from contextlib import closing
from datetime import date, timedelta

import pytest

from data.store.store import Store
from data.viewer import EVERYONE, VIEW, Grant, Viewer
from reports.catalogue import run
from reports.customers.account_changes import FIGURES
from reports.report import Question
from tests.reports.customers.test_timeline import DAY, filled

TALKED = date(2024, 6, 10)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("changes")
    with closing(Store.open(folder / "own.duckdb")) as opened:
        filled(opened, folder)
        yield opened


def told(store, account, viewer=EVERYONE, **asked):
    rows = run("account-changes", store, viewer, Question(as_of=DAY, **asked)).rows
    return rows.filter(account_id=account).row(0, named=True)


@pytest.mark.parametrize(("account", "since"), [("A", TALKED), ("B", DAY - timedelta(days=90))])
def test_figures_are_those_of_the_reports_on_both_days(store, account, since):
    found = told(store, account)
    assert (found["since"], found["after_conversation"]) == (since, account == "A")
    for when, day in (("before", since), ("now", DAY)):
        rows = run("accounts", store, EVERYONE, Question(as_of=day)).rows.filter(account_id=account).row(0, named=True)
        assert {name: found[f"{name}_{when}"] for name in FIGURES} == {name: rows[name] for name in FIGURES}


def test_what_is_counted_by_hand(store):
    """On 10 June ARR was 1,800 + 100, and T-2 open; Ann was there (Bob had left in April). Cy is known since the import, which lies after
    either day. The talk of 7 July lies ahead."""
    found = told(store, "A")
    assert (found["arr_before"], found["arr_now"], found["seats_before"], found["seats_now"]) == (190_000, 190_000, 8, 8)
    assert (found["open_tickets_before"], found["open_tickets_now"]) == (1, 1)
    assert (found["people_before"], found["people_now"]) == (1, 1)
    earlier = told(store, "A", filters=(("account_id", ("A",)),))
    assert earlier == found, "of one account as of all"


def test_before_the_price_changed_the_figure_is_that_of_then(store):
    """Seen from 1 January 2024, without a conversation by then: ninety days before, on 3 October, ARR was 1,200 + 100 and 5 seats."""
    rows = run("account-changes", store, EVERYONE, Question(as_of=date(2024, 1, 1))).rows.filter(account_id="A").row(0, named=True)
    assert (rows["since"], rows["after_conversation"]) == (date(2023, 10, 3), False)
    assert [rows[name] for name in ("arr_before", "arr_now", "seats_before", "seats_now")] == [130_000, 190_000, 5, 8]
    assert (rows["people_before"], rows["people_now"]) == (2, 2), "Ann and Bob, who left in April"


def test_who_may_not_view_conversations_is_told_of_ninety_days(store):
    reader = Viewer(rights=(Grant(VIEW, "accounts"),))
    assert told(store, "A", reader)["after_conversation"] is False
