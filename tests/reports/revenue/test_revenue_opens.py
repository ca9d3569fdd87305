"""Every figure of Revenue opens to rows whose sum is the figure, and those to contract lines with file and line."""

from datetime import date

import pytest

from data.viewer import EVERYONE
from metrics.movements import PARTS
from reports.catalogue import run
from reports.narrow import behind, of_group, only
from reports.report import Question
from tests.books import company

ASKED = Question(as_of=date(2023, 12, 28), start=date(2022, 12, 31), end=date(2023, 12, 28))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = company(tmp_path_factory.mktemp("opens") / "own.duckdb")
    yield opened
    opened.close()


def ask(store, name: str, **changed: object):
    return run(name, store, EVERYONE, Question(**{**ASKED.__dict__, **changed}))


@pytest.mark.parametrize("figure", ["arr", "mrr", "arr_without_grace", "carr"])
def test_arr_opens_to_accounts(store, figure):
    report = ask(store, "arr")
    assert report.rows[figure].sum() == report.totals[figure] > 0


@pytest.mark.parametrize("start", [date(2022, 12, 31), date(2023, 6, 30)])
def test_retention_opens_to_the_accounts_of_its_cohort(store, start):
    whole, rows = (ask(store, name, start=start) for name in ("retention", "retention-accounts"))
    for name in ("opening_mrr", "closing_mrr", "retained_mrr", "opening_accounts", "retained_accounts"):
        assert rows.totals[name] == whole.totals[name]
    assert rows.rows["opening_mrr"].sum() == whole.totals["opening_mrr"]
    assert rows.rows["kept"].sum() == whole.totals["retained_accounts"]


@pytest.mark.parametrize("every", ["month", "quarter", "year"])
@pytest.mark.parametrize("by", [None, "segment"])
def test_every_cell_of_the_movements_opens_to_accounts_and_they_to_lines(store, every, by):
    cells = ask(store, "movements", every=every, by=by, start=date(2023, 1, 15), end=date(2023, 12, 20)).rows
    opened = 0
    for cell in cells.iter_rows(named=True):
        start, end = cell["opens_on"], cell["closes_on"]
        narrowed = {"start": start, "end": end}
        accounts = of_group(ask(store, "movement-accounts", every=every, by=by, **narrowed), cell["group"])
        lines = ask(store, "movement-lines", **narrowed)
        for part in PARTS:
            found = behind(accounts, cell["month"], part)
            assert found.totals[part] == cell[part]
            opened += found.rows.height
        for account in behind(accounts, cell["month"], "closing").rows.iter_rows(named=True):
            behind_it = only(lines, account["account_id"]).rows
            assert behind_it["closing"].sum() == account["closing"]
            assert behind_it["file"].null_count() == behind_it["line"].null_count() == 0
    assert opened >= 4  # at the least A and B are new, and pay at the close


def test_the_renewal_rate_opens_to_its_renewals(store):
    report = ask(store, "renewal-rate")
    assert report.rows.height == report.totals["renewals"]
    assert report.rows["due"].sum() == report.totals["due"]
