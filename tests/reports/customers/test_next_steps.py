"""What is to be done next with each account."""

from contextlib import closing
from datetime import date

import polars as pl

from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from data.work.writing import NOTHING, write
from reports.catalogue import run
from reports.report import Question


def test_the_step_that_is_due_first_stands_first_and_overdue_is_told(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        rows = {
            "account_id": ["A", "C", "D"], "next_step": ["Late", "Soon", "Some day"],
            "next_step_due_on": [date(2024, 6, 9), date(2024, 6, 10), None],
        }  # fmt: skip
        accounts = {"account_id": ["A", "B", "C", "D"], "owner": ["one", "two", "one", "one"]}
        commit_frame(store, "accounts", pl.DataFrame(accounts), "crm", "analyst")
        steps = write(store, EVERYONE, "next_steps", pl.DataFrame(rows).to_dicts()).batch
        asked = Question(as_of=date(2024, 6, 10))
        report = run("next-steps", store, EVERYONE, asked)
        assert report.rows.select("account_id", "is_overdue").rows() == [("A", True), ("C", False), ("D", None), ("B", None)]
        assert report.rows["step_batch"].to_list() == [steps, steps, steps, NOTHING]
        assert report.totals == {"with_step": 3, "overdue": 1, "without_step": 1}
        assert run("next-steps", store, Viewer("two"), asked).rows["account_id"].to_list() == ["B"]
