"""A close keeps its figures when an account is erased, and a restatement says why they are no longer the present ones."""

from contextlib import closing
from datetime import UTC, date, datetime

from data.erasure.erasing import erase
from data.erasure.subjects import ACCOUNT, Subject
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from reports.revenue.closes import close_period
from reports.revenue.erased import of_closes
from tests.erased import COMPANY, company, everything

PERIOD = {"start": date(2023, 6, 30), "end": date(2023, 12, 28), "as_of": date(2023, 12, 28)}
ALL = Subject(ACCOUNT, "ACC-77", same=("account:Xylophone",))


def test_the_figures_of_a_close_stay_and_the_cause_is_erased(tmp_path):
    with closing(company(tmp_path / "own.duckdb")) as store:
        close_period(store, Question(**PERIOD), at=datetime.now(UTC), who="Finance")
        before = run("closes", store, EVERYONE, Question()).rows
        told = erase(store, EVERYONE, ALL, of_closes)
        assert len(told.closes) == 1
        assert run("closes", store, EVERYONE, Question()).rows.equals(before)
        restated = run("restatement", store, EVERYONE, Question(**PERIOD))
        rows = restated.rows.to_dicts()
        money = 10010  # cents a month: 100.10 from 2023-01-01 on, open-ended
        assert [(row["account_id"], row["name"], row["cause"]) for row in rows] == [("erased-1", "erased-1", "erased")]
        assert [rows[0][name] for name in ("opening_mrr", "closing_mrr", "retained_mrr", "arr")] == [-money, -money, -money, -12 * money]
        assert restated.totals["published_opening_mrr"] == 10010 + 77777 + 3333  # the three lines that ran on 2023-06-30
        assert restated.totals["present_opening_mrr"] == 77777 + 3333
        assert not any("differ" in note for note in restated.notes)
        store.close()
        assert not [row for row in everything(store.path) if COMPANY in row or "ACC-77" in row]
