"""Accounts held out of plays on pages: shown on the account's and on Plays, warned of at a start, and let go."""

from datetime import date

from data.store.view import View
from data.viewer import EVERYONE
from data.work import plays, starting
from tests.pages.showing import everything, shown

DAY = date(2023, 12, 28)
ROW = {"play_id": "adoption_rescue", "account_id": "A", "reason": "usage_fell 2023-12"}


def test_it_is_shown_and_let_go_on_the_page_of_the_account(small):
    starting.hold_out_all(small, EVERYONE, [ROW], day=DAY)
    assert "1 account is held out of a play by chance" in [one.label for one in shown("plays").expander]
    page = shown("account", account="A")
    assert not page.exception
    assert "Held out of Adoption rescue with training by chance since 28 Dec 2023" in everything(page)
    release = next(one for one in page.button if one.label == "Release")
    assert not release.click().run().exception
    with View(small) as view:
        assert view.table("play_holdouts")["released_on"].to_list() == [DAY]


def test_whether_plays_worked_is_said_where_nothing_can_be_told(small):
    plays.start(small, EVERYONE, "adoption_rescue", "A", "So", day=date(2023, 12, 20))
    page = shown("plays", part="effect")
    assert not page.exception
    said = everything(page)
    assert "Of no play can it be told yet whether it worked" in [one.value for one in page.header]
    assert "Cannot tell" in said
