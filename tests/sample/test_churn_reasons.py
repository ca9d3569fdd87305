"""Why accounts of the sample company churned: two of three churns have an answer of the list."""

from contextlib import closing
from datetime import date

from data.store.store import Store
from data.viewer import EVERYONE
from data.work.churn_reasons import shipped
from reports.catalogue import run
from reports.report import Question
from sample.churn_reasons import SAID
from sample.company import LAST_DAY
from tests.companies import few_of_the_sample


def test_two_of_three_churns_have_an_answer(tmp_path):
    with closing(Store.open(few_of_the_sample(tmp_path / "own.duckdb"))) as store:
        asked = Question(start=date(1990, 1, 1), end=LAST_DAY, as_of=LAST_DAY)
        totals = run("churned-accounts", store, EVERYONE, asked).totals
    assert totals["churns"] > 3
    assert totals["unanswered"] == -(-totals["churns"] // 3)  # the first of each three, also of the last that are fewer


def test_every_answer_is_of_the_list_that_comes_with_the_product():
    assert {reason for reason, _, _ in SAID} <= {*shipped()["reason_id"]}
