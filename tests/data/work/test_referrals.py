"""Referrals written on a page: asked for, given, ended."""

from datetime import date

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from data.work.referrals import Row, ask, close, given

DAY = date(2024, 6, 10)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    commit_frame(opened, "accounts", pl.DataFrame({"account_id": ["A"], "name": ["Alder"]}), "crm", "analyst")
    ask(opened, EVERYONE, "A", DAY, None, "dana@example.com")
    yield opened
    opened.close()


def now(store: Store) -> dict:
    with View(store) as view:
        return view.table("referrals").to_dicts()[0]


def of(store: Store) -> Row:
    row = now(store)
    return Row(row["referral_id"], "A", row["asked_on"], row["batch"])


def test_it_is_given_and_won_each_with_its_day(store):
    given(store, EVERYONE, of(store), " Southwind ", date(2024, 6, 20))
    close(store, EVERYONE, of(store), "won", date(2024, 8, 1))
    row = now(store)
    assert [row[name] for name in ("referred", "given_on", "result", "closed_on", "owner")] == [
        "Southwind", date(2024, 6, 20), "won", date(2024, 8, 1), "dana@example.com",
    ]  # fmt: skip


def test_nothing_comes_before_it_was_asked_for_and_a_name_is_a_name(store):
    for deed, said in (
        (lambda: given(store, EVERYONE, of(store), "  ", DAY), "referred"),
        (lambda: given(store, EVERYONE, of(store), "Southwind", date(2024, 6, 9)), "given_on"),
        (lambda: close(store, EVERYONE, of(store), "won", date(2024, 6, 9)), "closed_on"),
        (lambda: close(store, EVERYONE, of(store), "maybe", DAY), "result"),
    ):
        with pytest.raises(EditRefused, match=said):
            deed()
    assert now(store)["given_on"] is None
