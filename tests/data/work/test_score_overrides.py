"""Bands set by hand: what may be said, for whom, and taking them back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data.store.edits import EditRefused
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from data.work.score_overrides import Override, set_band, withdraw
from data.work.writing import ChangedSince
from reports.catalogue import run
from reports.report import Question
from tests.books import company

ACCOUNT = "A"
BANDS = ("at_risk", "watch", "healthy")
DAY = date(2023, 12, 28)
GIVEN = Override("at_risk", " New CFO reviews all tools ", "dana", DAY, date(2024, 2, 1))


@pytest.fixture
def store(tmp_path):
    opened = company(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def rows(store) -> list[dict]:
    with View(store) as view:
        return view.table("score_overrides").to_dicts()


WRONG = [
    ({"band": "amber"}, "band: the score has no band 'amber'. Bands: at_risk, watch"),
    ({"band": "little_known"}, "band: the score has no band"),
    ({"reason": " "}, "reason: say why"),
    ({"reason": "x" * 501}, "500 characters"),
    ({"owner": ""}, "owner: say who"),
    ({"starts_on": DAY - timedelta(days=1)}, "starts_on: 2023-12-27 lies before 2023-12-28"),
    ({"ends_on": DAY}, "ends_on: give a day after 2023-12-28"),
    ({"ends_on": date(2024, 12, 29)}, "at most 366 days"),
]


def test_what_cannot_be_is_refused_and_what_can_stands(store):
    for change, said in WRONG:
        with pytest.raises(EditRefused, match=said):
            set_band(store, EVERYONE, ACCOUNT, replace(GIVEN, **change), BANDS, DAY)
    with pytest.raises(EditRefused, match="your own accounts alone"):
        set_band(store, Viewer(owner="two@example.com"), ACCOUNT, GIVEN, BANDS, DAY)
    assert rows(store) == []
    set_band(store, EVERYONE, ACCOUNT, replace(GIVEN, ends_on=date(2024, 12, 28)), BANDS, DAY)
    assert [(row["account_id"], row["reason"]) for row in rows(store)] == [(ACCOUNT, "New CFO reviews all tools")]


def test_the_report_tells_who_set_it_why_and_until_when_and_then_no_more(store):
    before = told(store, DAY, ACCOUNT)
    set_band(store, EVERYONE, ACCOUNT, GIVEN, BANDS, DAY)
    after = told(store, DAY, ACCOUNT)
    assert (after["score"], after["own_band"]) == (before["score"], before["band"])
    assert [after[name] for name in ("band", "set_by", "set_reason", "set_until")] == [
        "at_risk", "dana", "New CFO reviews all tools", date(2024, 2, 1),
    ]  # fmt: skip
    assert told(store, date(2024, 2, 1), ACCOUNT)["set_by"] is None


def test_taking_it_back_ends_it_for_whoever_saw_it_as_it_is(store):
    set_band(store, EVERYONE, ACCOUNT, GIVEN, BANDS, DAY)
    row = rows(store)[0]
    withdraw(store, EVERYONE, row["override_id"], ACCOUNT, DAY + timedelta(days=1), row["batch"])
    assert told(store, DAY, ACCOUNT)["set_by"] == "dana" and told(store, DAY + timedelta(days=1), ACCOUNT)["set_by"] is None
    with pytest.raises(ChangedSince):
        withdraw(store, EVERYONE, row["override_id"], ACCOUNT, DAY, row["batch"])


def told(store, day: date, account: str) -> dict:
    found = run("health", store, EVERYONE, Question(as_of=day)).rows
    return next(row for row in found.iter_rows(named=True) if row["account_id"] == account)
