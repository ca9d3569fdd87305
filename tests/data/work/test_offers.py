"""Offers, referrals and the upgrade path written on a page: what is refused, what stands, what is undone."""

from datetime import date

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from data.work.offers import Offer, Row, change, close, make, move, open_again
from data.work.writing import ChangedSince

DAY = date(2024, 6, 10)
UPGRADE = Offer("Upgrade to Pro", 1200.0, "USD", DAY, "upgrade", "Pro", "proposal", "seats_full", "dana@example.com")


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = pl.DataFrame({"account_id": ["A", "B"], "name": ["Alder", "Birch"], "owner": ["one@example.com", "two@example.com"]})
    commit_frame(opened, "accounts", accounts, "crm", "analyst")
    yield opened
    opened.close()


def rows(store: Store, table: str = "offers") -> list[dict]:
    with View(store) as view:
        return view.table(table).to_dicts()


def of(store: Store) -> Row:
    now = rows(store)[0]
    return Row(now["offer_id"], now["account_id"], now["title"], now["made_on"], now["batch"])


def test_an_offer_is_made_moved_won_and_opened_again_each_undone_alone(store):
    make(store, EVERYONE, "A", UPGRADE)
    move(store, EVERYONE, of(store), "negotiation")
    won = close(store, EVERYONE, of(store), "won", date(2024, 7, 1), "Needed single sign-on")
    now = rows(store)[0]
    assert [now[name] for name in ("stage", "result", "closed_on", "reason")] == [
        "negotiation",
        "won",
        date(2024, 7, 1),
        "Needed single sign-on",
    ]
    assert float(now["amount"]) == 1200 and now["source"] == "seats_full"
    open_again(store, EVERYONE, of(store))
    assert (rows(store)[0]["result"], rows(store)[0]["closed_on"]) == (None, None)
    store.undo(won.batch)
    change(store, EVERYONE, of(store), Offer("Upgrade to Max", 2400.0, "USD", DAY))
    assert rows(store)[0]["title"] == "Upgrade to Max" and rows(store)[0]["stage"] is None


@pytest.mark.parametrize(
    ("offer", "said"),
    [
        (Offer(" ", 10.0, "USD", DAY), "title"),
        (Offer("More", None, "USD", DAY), "amount"),
        (Offer("More", 0.0, "USD", DAY), "amount"),
        (Offer("More", -5.0, "USD", DAY), "amount"),
        (Offer("More", 10.0, "USD", DAY, kind="gift"), "kind"),
    ],
)
def test_an_offer_that_no_figure_could_count_is_refused(store, offer, said):
    with pytest.raises(EditRefused, match=said):
        make(store, EVERYONE, "A", offer)
    assert rows(store) == []


def test_it_ends_no_day_before_it_was_made_and_nobody_overwrites_what_they_have_not_seen(store):
    make(store, EVERYONE, "A", UPGRADE)
    seen = of(store)
    with pytest.raises(EditRefused, match="closed_on"):
        close(store, EVERYONE, seen, "won", date(2024, 6, 9))
    close(store, EVERYONE, seen, "lost", DAY)
    with pytest.raises(ChangedSince):
        close(store, EVERYONE, seen, "won", DAY)
    assert rows(store)[0]["result"] == "lost"


def test_who_does_not_see_an_account_makes_it_no_offer(store):
    with pytest.raises(EditRefused):
        make(store, Viewer("one@example.com"), "B", UPGRADE)
    assert rows(store) == []
