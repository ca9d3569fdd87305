"""Accounts held out of plays: written down once, let go by hand, and a start that warns first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from data.store.edits import EditRefused
from data.store.view import View
from data.viewer import EVERYONE, NotAllowed, Viewer
from data.work import holdouts, plays, starting
from data.work.holdouts import HELD_DAYS, HeldOut
from data.work.templates import check, shipped
from data.work.writing import ChangedSince
from tests.books import company

DAY = date(2023, 12, 28)
ROW = {"play_id": "adoption_rescue", "account_id": "A", "reason": "usage_fell 2023-12"}


@pytest.fixture
def store(tmp_path):
    opened = company(tmp_path / "own.duckdb")
    starting.hold_out_all(opened, EVERYONE, [ROW], day=DAY)
    yield opened
    opened.close()


def held(store, day=DAY):
    with View(store) as view:
        return holdouts.held_of(view, "A", "adoption_rescue", day)


def test_an_account_is_left_alone_for_a_year(store):
    assert held(store)["reason"] == "usage_fell 2023-12"
    assert held(store, DAY - timedelta(days=1)) is None
    assert held(store, DAY + timedelta(days=HELD_DAYS - 1)) is not None
    assert held(store, DAY + timedelta(days=HELD_DAYS)) is None


def test_starting_for_it_is_refused_until_it_is_said_again_and_releases_it(store):
    with pytest.raises(HeldOut, match="held out of this account by chance since 2023-12-28"):
        plays.start(store, EVERYONE, "adoption_rescue", "A", "So", day=DAY)
    plays.start(store, EVERYONE, "expansion", "A", "So", day=DAY)  # of another play it is not held out
    plays.start(store, EVERYONE, "adoption_rescue", "A", "So", day=DAY, although_held_out=True)
    assert held(store) is None
    with View(store) as view:
        row = view.table("play_holdouts").row(0, named=True)
    assert (row["released_on"], row["released_by"], row["held_out_on"]) == (DAY, "browser", DAY)


def test_it_is_released_by_hand_once_by_who_sees_it(store):
    row = held(store)
    with pytest.raises(EditRefused):
        holdouts.release(store, Viewer("two@example.com"), row["holdout_id"], seen=row["batch"], day=DAY)
    with pytest.raises(ChangedSince):
        holdouts.release(store, EVERYONE, row["holdout_id"], seen=row["batch"] - 1, day=DAY)
    holdouts.release(store, Viewer("one@example.com"), row["holdout_id"], seen=row["batch"], day=DAY + timedelta(days=3))
    assert held(store, DAY + timedelta(days=2)) is not None
    assert held(store, DAY + timedelta(days=3)) is None
    with pytest.raises(EditRefused, match="released on 2023-12-31"):
        holdouts.release(store, EVERYONE, row["holdout_id"], seen=row["batch"], day=DAY)


def test_who_may_not_edit_activities_lets_nobody_go(store):
    row = held(store)
    with pytest.raises(NotAllowed):
        holdouts.release(store, Viewer(rights=()), row["holdout_id"], seen=row["batch"], day=DAY)


@pytest.mark.parametrize("share", [0.0, 0.51, -0.1])
def test_a_share_that_cannot_be_is_refused(share):
    with pytest.raises(EditRefused, match="Held out by chance"):
        check(replace(shipped()["onboarding"], held_out=share))
