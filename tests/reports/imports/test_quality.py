"""Event ids that stand twice, and rows that wait for an account: each number opens its rows."""

from contextlib import closing
from pathlib import Path

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from language import speaking
from reports.catalogue import run
from reports.report import Question, Report

ONE = Viewer("one@example.com")
FILES = {
    "accounts": "account_id,name,owner,segment\nA,Alder,one@example.com,SMB\nB,Birch,two@example.com,Large\n",
    "contracts": "contract_id,account_id,starts_on,ends_on,amount,period,currency\n1,A,2025-01-01,,100,1 month,USD\n2,Z,2025-01-01,,50,1 month,USD\n",
    "tickets": "ticket_id,account_id,opened_at\nT1,Z,2025-01-05T08:00:00Z\nT2,Z,2025-01-06T08:00:00Z\n",
    "usage_events": """event_id,account_id,contract_id,user_id,event,occurred_at
E1,A,,u,login,2025-01-02T08:00:00Z
E1,A,,u,login,2025-01-09T08:00:00Z
E2,A,,u,login,2025-01-03T08:00:00Z
E2,B,,u,login,2025-01-03T08:00:00Z
E2,Y,,u,login,2025-01-04T08:00:00Z
E3,,1,u,login,2025-01-05T08:00:00Z
E4,,9,u,login,2025-01-05T08:00:00Z
E5,,9,u,login,2025-01-06T08:00:00Z
""",
}
IDS, WAITING = "reused event ids", "rows waiting for an account"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("ids")
    with closing(Store.open(folder / "own.duckdb")) as opened:
        for table, text in FILES.items():
            (folder / f"{table}.csv").write_text(text)
            outcome = import_file(
                opened, folder / f"{table}.csv", table=table, options={"ends_on": "exclusive"} if table == "contracts" else {}
            )
            assert outcome.batch is not None, outcome.problems
        yield opened


def found(report: Report, check: str) -> list[tuple]:
    return [
        tuple(row.values()) for row in report.rows.select("check", "account_id", "subject", "detail").to_dicts() if row["check"] == check
    ]


def test_an_id_of_several_events_is_a_row(store):
    """E1 twice for A; E2 of A, B and Y, so of no one account."""
    report = run("quality", store, EVERYONE, Question())
    assert found(report, IDS) == [
        (IDS, None, "E2", "stands for 3 different events, 2025-01-03 to 2025-01-04; all of them count"),
        (IDS, "A", "E1", "stands for 2 different events, 2025-01-02 to 2025-01-09; all of them count"),
    ]
    assert report.totals[IDS] == 2


def test_a_name_that_waits_is_a_row_with_its_rows(store):
    """Z has a contract line and two tickets, Y an event, and two events name contract 9 alone: 3 + 1 + 2."""
    report = run("quality", store, EVERYONE, Question())
    assert found(report, WAITING) == [
        (WAITING, None, "9", "2 usage events of a contract that no import has named"),
        (WAITING, None, "Y", "1 row of an account that no import has named (Usage events)"),
        (WAITING, "Z", "Z", "3 rows of an account that no import has named (Contracts, Tickets)"),
    ]
    assert report.totals[WAITING] == 6


def test_who_sees_less_is_told_what_its_accounts_have(store):
    """E2 is one event of A; of E1 both are."""
    for viewer, where in ((ONE, ()), (EVERYONE, (("segment", ("SMB",)),))):
        report = run("quality", store, viewer, Question(filters=where))
        assert [subject for _, _, subject, _ in found(report, IDS)] == ["E1"]
        assert not found(report, WAITING)
        assert (report.totals[IDS], report.totals[WAITING]) == (1, 0)


def test_both_are_told_in_chinese(store):
    with speaking("zh_Hans"):
        report = run("quality", store, EVERYONE, Question())
    assert [detail for _, _, _, detail in found(report, IDS)] == [
        "对应 3 个不同的事件，2025-01-03至2025-01-04；全部计入",
        "对应 2 个不同的事件，2025-01-02至2025-01-09；全部计入",
    ]
    assert [detail for _, _, _, detail in found(report, WAITING)] == [
        "2 个使用事件，所属合同在任何导入中都没有出现过",
        "1 行属于任何导入都没有列出的客户（使用事件）",
        "3 行属于任何导入都没有列出的客户（合同、工单）",
    ]
