"""What was written in the app, each with the batch that takes it back."""

from contextlib import closing
from datetime import date

import polars as pl

from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE, VIEW, Grant, Viewer
from data.work import goals, stakeholders
from data.work.conversations import Conversation, NextStep, log
from data.work.goals import Goal
from data.work.ownership import give
from data.work.stakeholders import Person
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 10)


def test_all_that_was_written_stands_newest_first_and_what_was_imported_does_not(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        commit_frame(store, "accounts", pl.DataFrame({"account_id": ["A", "B"], "owner": ["one", "two"]}), "crm", "analyst")
        commit_frame(store, "contacts", pl.DataFrame({"contact_id": ["C"], "account_id": ["A"], "name": ["Cy"]}), "crm", "analyst")
        log(store, EVERYONE, Conversation("A", DAY, "Hi"), NextStep("Call", DAY))
        goals.add(store, EVERYONE, "A", Goal("Faster"), DAY)
        stakeholders.add(store, EVERYONE, "A", Person("Ann"))
        given = give(store, EVERYONE, "A", "two", 1)
        told = run("logged", store, EVERYONE, Question(as_of=DAY)).rows
        assert told.select("kind", "body", "due_on").rows() == [
            ("account", "two", None), ("contact", "Ann", None), ("goal", "Faster", None), ("next_step", "Call", DAY),
            ("conversation", "Hi", None),
        ]  # fmt: skip
        store.undo(given.batch)
        assert run("logged", store, EVERYONE, Question(as_of=DAY)).rows["kind"][0] == "contact"
        narrow = Viewer(rights=(Grant(VIEW, "activities"), Grant(VIEW, "accounts", (("owner", ("two",)),))))
        assert run("logged", store, narrow, Question(as_of=DAY)).rows["kind"].to_list() == ["goal", "next_step", "conversation"]
