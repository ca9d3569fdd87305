"""Which plays would start, on a planted company: an account for each trigger, its limit, every account at once, and what was undone."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from data.work.starting import start_all
from data.work.templates import Play, Step, plays, save
from reports.catalogue import run
from reports.report import Question
from tests.books import company_at

DAY = date(2023, 12, 28)
NAMES = ("D", "E", "F", "G", "H")


@pytest.fixture
def store(tmp_path):
    opened = Store.open(company_at(tmp_path / "own.duckdb"))
    _planted(opened)
    yield opened
    opened.close()


def _planted(store: Store) -> None:
    """D went live ten days ago, E renews in 60 days, F asks for its money back, G has people and none who decides; H has none of it."""
    accounts = {
        "account_id": NAMES, "name": [f"{one} Ltd" for one in NAMES], "owner": ["one@example.com"] * 5, "segment": ["SMB"] * 5,
        "live_on": [DAY - timedelta(days=10), *[date(2023, 1, 1)] * 4],
    }  # fmt: skip
    ends = [None, DAY + timedelta(days=60), None, None, None]
    lines = {
        "contract_id": NAMES, "line_id": ["1"] * 5, "account_id": NAMES, "product": ["Basic"] * 5, "starts_on": [date(2023, 1, 1)] * 5, "ends_on": ends,
        "amount": [100, 200, 300, 400, 500], "period": ["1 month"] * 5, "currency": ["USD"] * 5, "notice_days": [None, 30, None, None, None],
    }  # fmt: skip
    said = {
        "activity_id": ["x"], "account_id": ["F"], "kind": ["note"], "done_on": [DAY - timedelta(days=3)], "body": ["Asks for a refund"],
    }  # fmt: skip
    people = {"contact_id": ["1", "2", "3"], "account_id": ["G", "H", "H"], "role": ["user", "user", "decision maker"]}
    for table, rows in (("accounts", accounts), ("contracts", lines), ("activities", said), ("contacts", people)):
        commit_frame(store, table, pl.DataFrame(rows), table, "analyst")


def would(store, viewer=EVERYONE) -> pl.DataFrame:
    return run("play-starts", store, viewer, Question()).rows


def of(store, play_id: str) -> list[tuple[str, str]]:
    return would(store).filter(play_id=play_id).select("account_id", "reason").rows()


def test_each_condition_finds_its_account_and_no_other(store):
    gap = Play("gap", "Find who decides", (Step("Ask", 1),), trigger="stakeholder_gap", most_a_day=5)
    save(store, EVERYONE, gap, seen=0)
    assert of(store, "onboarding") == [("D", "went_live 2023-12-18")]
    assert of(store, "renewal") == [("E", "renews_within 2024-02-26")]
    assert of(store, "refund") == [("F", "refund_asked 2023-12-25")]
    assert of(store, "gap") == [("G", "stakeholder_gap 2023-Q4")]
    why = dict(would(store).select("account_id", "why").rows())
    assert (why["D"], why["E"]) == ("Went live on 2023-12-18", "Renews on 2024-02-26, in 60 days")
    assert why["F"] == "2023-12-25: Asks for a refund"


def test_a_renewal_further_ahead_than_the_play_looks_is_none(store):
    with View(store) as view:
        known = plays(view)["renewal"]
    save(store, EVERYONE, replace(known, within=59), seen=known.batch)
    assert of(store, "renewal") == []


def test_what_was_started_waits_until_it_is_taken_back(store):
    rows = would(store).filter(play_id="refund").to_dicts()
    done = start_all(store, EVERYONE, rows, day=DAY)
    assert of(store, "refund") == []
    store.undo(done.batches[0])
    assert of(store, "refund") == [("F", "refund_asked 2023-12-25")]


def every(limit: int | None) -> Play:
    return Play("every", "Everybody", (Step("Call", 1),), trigger="went_live", most_a_day=limit)


def all_live(store) -> None:
    """All seven customers went live today; C, which has churned, is none."""
    names = ["A", "B", "C", *NAMES]
    commit_frame(store, "accounts", pl.DataFrame({"account_id": names, "live_on": [DAY] * 8}), "crm", "analyst", edit=True)


def test_one_that_would_start_for_every_account_is_held_back_until_it_has_a_limit(store):
    all_live(store)
    first = save(store, EVERYONE, every(None), seen=0)
    found = run("play-starts", store, EVERYONE, Question())
    rows = found.rows.filter(play_id="every")
    assert (rows.height, rows["starts"].sum()) == (7, 0)
    assert found.notes == ("Everybody would start for every account that it is for (7 accounts): give it a limit a day first.",)
    save(store, EVERYONE, every(3), seen=first.batch)
    found = run("play-starts", store, EVERYONE, Question())
    rows = found.rows.filter(play_id="every")
    # By ARR: B (832.77 a month), H 500, G 400 start; F, E, A (100.10) and D (100) wait.
    assert rows.select("account_id", "starts").rows() == [*((one, True) for one in "BHG"), *((one, False) for one in "FEAD")]
    assert found.notes == ()


def test_a_limit_is_of_the_whole_company_also_for_who_sees_a_part(store):
    all_live(store)
    save(store, EVERYONE, every(3), seen=0)
    start_all(store, EVERYONE, would(store).filter(play_id="every", starts=True).to_dicts()[:2], day=DAY)
    own = would(store, Viewer(owner="one@example.com")).filter(play_id="every")
    # B and H are started, one is left for today: for G, the first of those that are seen.
    assert own.select("account_id", "starts").rows() == [("G", True), ("F", False), ("E", False), ("A", False), ("D", False)]


def test_a_segment_narrows_and_a_retired_play_finds_none(store):
    all_live(store)
    first = save(store, EVERYONE, replace(every(5), segments=("Large",)), seen=0)
    assert [one for one, _ in of(store, "every")] == ["B"]
    save(store, EVERYONE, replace(every(5), is_retired=True), seen=first.batch)
    assert of(store, "every") == []
