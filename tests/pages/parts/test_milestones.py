"""Milestones in words, and what a change of them would do."""

import polars as pl

from data.work.milestones import Step
from pages.parts.milestones import _shown, _step, in_words, label, preview
from reports.report import Report


def row(**more: object) -> dict:
    return {"title": "M", "kind": "event", "event": None, "at_least": None, "within_days": None, "place": 1, "milestone_id": None} | more


def test_each_kind_in_words():
    assert in_words(row()) == "M: any event"
    assert in_words(row(event="login", within_days=1)) == "M: the event login, within 1 day"
    assert in_words(row(kind="users", at_least=1.0)) == "M: 1 user"
    assert in_words(row(kind="seat_share", at_least=0.5, within_days=30)) == "M: 50.0% of the seats, within 30 days"


def test_a_share_is_percent_on_the_page_and_a_share_in_the_store():
    for share in (0.07, 0.29, 0.5, 1.0):
        shown = _shown(row(kind="seat_share", at_least=share, milestone_id="m"))
        assert shown["at_least"] == round(share * 100)
        assert _step(shown, is_own=True) == Step("M", "seat_share", "", share, None, "m")
    assert _step(_shown(row(kind="users", at_least=3.0, milestone_id="m")), is_own=False) == Step("M", "users", "", 3.0, None, "")


def test_an_empty_row_of_the_table_is_a_milestone_that_is_refused():
    assert _step({"title": None, "kind": None}, is_own=True) == Step("", "")


def test_a_preview_says_what_changes_and_that_nothing_does():
    rows = [{"state": "activated", "before": 3, "after": 1}, {"state": "on_the_way", "before": 2, "after": 4}]
    rows += [{"state": state, "before": 1, "after": 1} for state in ("not_started", "not_tracked", "not_measured")]
    told = preview(rows)
    assert told.startswith("Of 8 accounts: ") and "3 → 1" in told and "2 → 4" in told and "1 → 1" not in told
    same = [one | {"after": one["before"]} for one in rows]
    assert preview(same).startswith("Of 8 accounts, nobody's state would change")


def test_the_fold_says_whose_they_are():
    def report(*came: bool, segments: int = 0) -> Report:
        return Report("milestones", "", {}, "house", "", 1, pl.DataFrame({"came": list(came)}), {"segments": segments}, {})

    assert label(report(True)) == "Milestones, as they came with the product"
    assert label(report(False)) == "Milestones, changed by your team"
    assert label(report(True, False, segments=1)) == "Milestones, 1 segment has its own"
