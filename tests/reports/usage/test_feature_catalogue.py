"""The catalogue as a report, and what follows from it in others."""

from contextlib import closing
from datetime import date

import pytest

from data.importing.run import import_file
from data.viewer import EVERYONE, Viewer
from data.work.feature_catalogue import Entry, put
from reports.catalogue import run
from reports.report import Question
from tests.books import company

DAY = Question(as_of=date(2023, 12, 28))


@pytest.fixture
def store(tmp_path):
    with closing(company(tmp_path / "own.duckdb")) as opened:
        yield opened


def of(name, store, viewer=EVERYONE):
    return run(name, store, viewer, DAY).rows


def test_events_with_what_is_said_of_them_and_who_has_them_lately(store):
    """A opened once a day from 1 to 28 December, and B used its own feature; of both, 28 lie in the 30 days up to the 28th."""
    written = put(store, EVERYONE, [Entry("open", "Home", is_core=True), Entry("never_came", is_hidden=True)]).batch
    columns = ("event", "feature", "core", "hidden", "accounts_using", "count", "last_used", "batch")
    last = date(2023, 12, 28)
    assert of("feature-catalogue", store).select(columns).rows() == [
        ("open", "Home", True, False, 1, 28, last, written),
        ("secret_feature", "secret_feature", False, False, 1, 28, last, 0),
        ("never_came", "never_came", False, True, 0, 0, None, written),
    ]
    mine = of("feature-catalogue", store, Viewer("one@example.com"))
    assert mine["event"].to_list() == ["open", "never_came"]  # B, and what it alone uses, is another CSM's


def test_a_hidden_event_is_no_use_in_any_report(store):
    put(store, EVERYONE, [Entry("open", is_hidden=True)])
    row = of("usage", store).row(0, named=True)
    assert (row["state"], row["mau"], row["events"], row["features_used"], row["last_seen"]) == ("unused", 0, 0, 0, None)
    assert "A" not in of("features", store)["account_id"]
    assert of("usage-history", store)["account_id"].unique().to_list() == ["B"]


def test_events_of_one_feature_are_one_and_the_names_stand_beside(store, tmp_path):
    (tmp_path / "more.csv").write_text("account_id,user_id,event,occurred_at\nA,ann,start,2023-12-05T10:00:00Z\n")
    assert import_file(store, tmp_path / "more.csv", table="usage_events").batch
    assert of("usage", store)["features_used"].to_list() == [2, 1, None]
    put(store, EVERYONE, [Entry("open", "Home"), Entry("start", "Home", is_core=True)])
    assert of("usage", store)["features_used"].to_list() == [1, 1, None]
    assert of("features", store).select("feature", "event", "core", "count").row(0) == ("Home", "open, start", True, 29)
