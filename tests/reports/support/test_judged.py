"""What is known of tickets: the plan of the day on which each was opened, and nothing of what came after their feed's last word."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import duckdb
import polars as pl
import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from reports.support.judged import last_words
from tests.reports.support.company import ASKED, DAY, FILES, planted


def plans(store, question=ASKED) -> dict[str, tuple]:
    rows = run("sla-tickets", store, EVERYONE, question).rows.filter(promise="resolution")
    return {row["ticket_id"]: (row["plan"], row["plan_known"], row["target_id"]) for row in rows.to_dicts()}


def test_the_plan_is_that_of_the_day_on_which_a_ticket_was_opened(tmp_path):
    """A was on Basic until the 9th of June, and on Pro from the 10th: T-met and T-late were opened on the 7th."""
    with closing(planted(tmp_path, leaving_out=("accounts",))) as store:
        for day, plan in (("2024-06-01", "Basic"), ("2024-06-10", "Pro")):
            path = tmp_path / f"accounts_{plan}.csv"
            path.write_text(FILES["accounts"].replace("Alder,Pro", f"Alder,{plan}"))
            done = import_file(store, path, table="accounts", options={"rows": "state", "covers": (date.fromisoformat(day),) * 2})
            assert done.batch, done.problems
        told = plans(store)
    assert told["T-met"] == ("Basic", "then", "urgent")
    assert told["T-late"] == ("Basic", "then", "urgent")
    assert told["T-none"][:2] == ("Pro", "then")


def test_what_came_before_plans_were_told_counts_under_the_first_and_says_so(tmp_path):
    with closing(planted(tmp_path)) as store:
        assert plans(store)["T-met"] == ("Pro", "first known", "urgent-pro")
        assert any("opened before plans were first told" in note for note in run("sla", store, EVERYONE, ASKED).notes)


@pytest.fixture
def silent(tmp_path):
    """The company whose tickets came in on the evening of the 12th of June, as if nothing had come since."""
    planted(tmp_path).close()
    path = tmp_path / "support.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute("update log set logged_at = timestamp '2024-06-12 20:00:00'")
    return path


def test_a_feed_that_stopped_says_until_when_it_is_known_and_makes_no_signal(silent):
    """T-run was within both targets at the last word; a month later nobody knows whether it still is. T-open was past due by then."""
    later = Question(as_of=DAY + timedelta(days=31), start=ASKED.start, end=DAY)
    with closing(Store.open(silent)) as store:
        rows = run("sla-tickets", store, EVERYONE, later)
        told = {(row["ticket_id"], row["promise"]): row for row in rows.rows.to_dicts()}
        assert told["T-run", "first reply"]["verdict"] == "running"
        assert told["T-open", "first reply"]["verdict"] == "past due"
        assert told["T-open", "first reply"]["feed_has_stopped"]
        assert told["T-open", "first reply"]["known_to"] == datetime(2024, 6, 12, 20, tzinfo=UTC)
        assert any("are known up to 2024-06-12 20:00 UTC" in note for note in rows.notes)
        assert run("today", store, EVERYONE, Question(as_of=later.as_of)).rows.filter(kind="sla_breached").is_empty()
        assert run("today", store, EVERYONE, Question(as_of=DAY)).rows.filter(kind="sla_breached").height == 1


@pytest.mark.parametrize(
    ("imports", "day", "stopped"),
    [
        (["2024-06-01"], "2024-07-01", False),  # one alone: 30 days are waited
        (["2024-06-01"], "2024-07-02", True),
        (["2024-06-01", "2024-06-08", "2024-06-15"], "2024-07-06", False),  # weekly: 21 days
        (["2024-06-01", "2024-06-08", "2024-06-15"], "2024-07-07", True),
        (["2024-06-13", "2024-06-14", "2024-06-14", "2024-06-15"], "2024-06-18", False),  # by day: three
        (["2024-06-13", "2024-06-14", "2024-06-14", "2024-06-15"], "2024-06-19", True),
    ],
)
def test_a_feed_has_stopped_after_three_of_its_usual_gaps(imports, day, stopped):
    moments = [datetime.fromisoformat(f"{one}T{at + 1:02d}:00:00+00:00") for at, one in enumerate(imports)]
    frame = pl.DataFrame({"feed": "f", "imported_at": moments, "covers_to": None}, schema_overrides={"covers_to": pl.Date})
    assert last_words(frame, date.fromisoformat(day))["stopped"].to_list() == [stopped]
