"""Usage in depth, from files to report: counted by hand."""

from contextlib import closing
from datetime import date, timedelta

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from data.work.feature_catalogue import Entry, put
from data.work.writing import write
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 30)  # a Sunday; the month is 1 to 30 June, the one before 2 to 31 May
HEAD = "account_id,user_id,event,occurred_at"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Of A, ann opens every day and bob exports on the last four; cat came once, in February. Z has the same feed, and S a feed that
    stopped on 10 June."""
    folder = tmp_path_factory.mktemp("depth")
    days = [DAY - timedelta(days=back) for back in range(150)]
    rows = [f"A,ann,open,{day}T10:00:00Z" for day in days] + [f"A,bob,export_csv,{day}T10:00:00Z" for day in days[:4]]
    rows += ["A,cat,open,2024-02-10T10:00:00Z", "Z,zoe,open,2024-05-01T10:00:00Z"]
    stopped = [f"S,sam,open,{day}T10:00:00Z" for day in days if day <= date(2024, 6, 10)]
    contracts = ["contract_id,account_id,product,starts_on,amount,period,currency,seats"]
    contracts += [f"{name},{name},Basic,2024-01-01,100,1 month,USD,4" for name in "ASZ"]
    files = {
        "accounts": ["account_id,name", "A,Alder", "S,Spruce", "Z,Zelkova"],
        "contracts": contracts,
        "app": [HEAD, *rows],
        "web": [HEAD, *stopped],
    }
    opened = Store.open(folder / "own.duckdb")
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
        assert import_file(opened, folder / f"{name}.csv", feed=name).batch
    with closing(opened):
        yield opened


def rows_of(store: Store) -> dict[str, dict]:
    return {row["account_id"]: row for row in run("usage-depth", store, EVERYONE, Question(as_of=DAY)).rows.to_dicts()}


def test_an_account_in_depth(store):
    """ann 30 days of 34; 2 of 4 seats; new is bob, dormant cat; 56 days of one against 60 user-days: the last four weeks have 28 + 4, spread
    over Thursday to Sunday (4 x 1/4 more), against 28: a usual week of 8 against one of 7."""
    told = rows_of(store)["A"]
    assert (told["dau"], told["wau"], told["mau"], told["seats"], told["seat_use"], told["stickiness"]) == (2, 2, 2, 4, 0.5, 1.0)
    assert [told[f"users_{name}"] for name in ("known", "new", "returning", "resurrected", "dormant")] == [3, 1, 1, 0, 1]
    assert (told["top_user"], told["activity_days"], told["top_user_share"], told["hangs_on_one"]) == ("ann", 34, 30 / 34, True)
    assert told["weekday_trend"] == pytest.approx(8 / 7 - 1)
    assert (told["core_used"], told["breadth"]) == (None, None)  # no feature is said to be core


def test_who_used_nothing_is_told_with_zeros_and_no_share_of_nobody(store):
    told = rows_of(store)["Z"]
    assert (told["state"], told["mau"], told["seat_use"], told["users_known"], told["users_dormant"]) == ("unused", 0, 0.0, 1, 1)
    assert (told["stickiness"], told["top_user"], told["top_user_share"], told["hangs_on_one"]) == (None, None, None, None)


def test_where_the_feed_stopped_nothing_is_told(store):
    told = rows_of(store)["S"]
    assert (told["state"], told["covered_to"], told["last_seen"]) == ("feed_stopped", date(2024, 6, 10), date(2024, 6, 10))
    known = {"account_id", "name", "state", "seats", "last_seen", "covered_to", "customer"}
    assert [name for name, value in told.items() if value is not None and name not in known] == []


def test_breadth_is_of_the_core_features_and_a_hidden_event_is_no_use(store):
    batch = put(store, EVERYONE, [Entry("open", "Home", is_core=True), Entry("export_csv", "Exports", is_core=True)]).batch
    told = rows_of(store)
    assert (told["A"]["core_used"], told["A"]["core_features"], told["A"]["breadth"], told["Z"]["breadth"]) == (2, 2, 1.0, 0.0)
    store.undo(batch)
    batch = put(store, EVERYONE, [Entry("open", is_hidden=True)]).batch
    told = rows_of(store)["A"]  # bob alone is left, on four days
    assert (told["mau"], told["users_known"], told["activity_days"], told["top_user"], told["hangs_on_one"]) == (1, 1, 4, "bob", None)
    store.undo(batch)


def test_holidays_are_left_out_and_named(store):
    """Without Saturday 29 June, Saturdays of the last stretch have ann alone: bob adds three weekdays of four, 7 + 3/4 against 7."""
    batch = write(store, EVERYONE, "holidays", [{"calendar": "office", "day": date(2024, 6, 29), "name": "Fair"}]).batch
    report = run("usage-depth", store, EVERYONE, Question(as_of=DAY))
    assert report.rows.filter(account_id="A")["weekday_trend"].to_list() == [pytest.approx(0.75 / 7)]
    assert any("29 Jun 2024" in note for note in report.notes)
    store.undo(batch)


def test_totals_are_of_customers(store):
    totals = run("usage-depth", store, EVERYONE, Question(as_of=DAY)).totals
    assert {name: totals[name] for name in ("customers", "used", "unused", "feed_stopped", "hangs_on_one", "grew", "fell", "trends")} == {
        "customers": 3, "used": 1, "unused": 1, "feed_stopped": 1, "hangs_on_one": 1, "grew": 1, "fell": 0, "trends": 1,
    }  # fmt: skip
