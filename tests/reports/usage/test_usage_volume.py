"""Volume of use, from files to report: counted by hand."""

from contextlib import closing
from datetime import date, timedelta

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from data.work.feature_catalogue import Entry, put
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 30)  # the month is 1 to 30 June, the one before 2 to 31 May
HEAD = "account_id,user_id,event,occurred_at,quantity"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Of A, calls come in hundreds: 100 a day in May, 150 a day in June, on one day taken back by 40; exports of half a file on ten days of
    June, and one without a quantity. B called in May alone, and opens on. C opens alone. S is in a feed that stopped on 10 June. N is no
    customer."""
    folder = tmp_path_factory.mktemp("volume")
    days = [DAY - timedelta(days=back) for back in range(150)]
    rows = [f"{name},ann,open,{day}T10:00:00Z," for day in days for name in "ABC"]
    rows += [f"A,ann,calls,{day}T11:00:00Z,{150 if day >= date(2024, 6, 1) else 100}" for day in days[:100]]
    rows += ["A,ann,calls,2024-06-12T12:00:00Z,-40"]
    rows += [f"A,ann,exports,{day}T11:00:00Z,0.5" for day in days[:10]] + ["A,ann,exports,2024-06-02T11:00:00Z,"]
    rows += [f"B,bob,calls,{day}T11:00:00Z,7" for day in days if date(2024, 5, 2) <= day <= date(2024, 5, 31)]
    rows += [f"N,nan,calls,{day}T11:00:00Z,1000" for day in days]
    stopped = [f"S,sam,calls,{day}T10:00:00Z,3" for day in days if day <= date(2024, 6, 10)]
    contracts = ["contract_id,account_id,product,starts_on,amount,period,currency,seats"]
    contracts += [f"{name},{name},Basic,2024-01-01,100,1 month,USD,4" for name in "ABCS"]
    files = {
        "accounts": ["account_id,name,owner", "A,Alder,one@example.com", "B,Birch,two@example.com", "C,Cedar,", "S,Spruce,", "N,Nutmeg,"],
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


def rows_of(store: Store, viewer: Viewer = EVERYONE, day: date = DAY) -> dict[tuple[str, str], dict]:
    rows = run("usage-volume", store, viewer, Question(as_of=day)).rows
    return {(row["account_id"], row["event"]): row for row in rows.to_dicts()}


def test_each_event_of_an_account_is_added_up_by_itself(store):
    told = rows_of(store)
    calls, exports = told["A", "calls"], told["A", "exports"]
    # 30 days of 150 less 40, against 30 of 100
    assert (calls["volume"], calls["volume_before"], calls["volume_change"]) == (4460, 3000, 4460 / 3000 - 1)
    assert (calls["volume_events"], calls["without_quantity"], calls["corrections"]) == (31, 0, -40)
    # ten halves; none in the days before, so that there is nothing to compare with
    assert (exports["volume"], exports["volume_before"], exports["volume_change"]) == (5, 0, None)
    assert (exports["volume_events"], exports["without_quantity"], exports["corrections"]) == (11, 1, 0)
    assert ("A", "open") not in told  # it never says a quantity
    assert not [event for account, event in told if account == "C"]


def test_no_event_in_days_that_are_covered_is_zero_and_silence_of_a_feed_is_not(store):
    told = rows_of(store)
    quiet, stopped = told["B", "calls"], told["S", "calls"]
    assert (quiet["volume"], quiet["volume_before"], quiet["volume_change"]) == (0, 210, -1)
    assert stopped["state"] == "feed_stopped"
    assert [stopped[name] for name in ("volume", "volume_before", "volume_change", "volume_events", "corrections")] == [None] * 5


def test_on_another_day_the_windows_are_its_own(store):
    calls = rows_of(store, day=date(2024, 6, 10))["A", "calls"]
    # 12 to 31 May and 1 to 10 June; before, 12 April to 11 May
    assert (calls["volume"], calls["volume_before"]) == (20 * 100 + 10 * 150, 30 * 100)


def test_events_over_customers_and_of_how_many_it_is_not_known(store):
    rows = {row["event"]: row for row in run("volume-by-event", store, EVERYONE, Question(as_of=DAY)).rows.to_dicts()}
    calls, exports = rows["calls"], rows["exports"]
    assert list(rows) == ["calls", "exports"]
    assert (calls["volume"], calls["volume_before"], calls["volume_change"]) == (4460, 3210, 4460 / 3210 - 1)
    assert [calls[name] for name in ("accounts_using", "accounts_told", "accounts_untold", "compared")] == [1, 2, 1, 2]
    assert (exports["volume"], exports["without_quantity"], exports["accounts_using"]) == (5, 1, 1)


@pytest.mark.parametrize("name", ["usage-volume", "volume-by-event"])
def test_a_day_after_the_last_that_is_covered_is_said(store, name):
    notes = run(name, store, EVERYONE, Question(as_of=date(2024, 7, 4))).notes
    assert notes == ("Usage is covered until 2024-06-30, 4 days before the day looked at.",)
    assert run(name, store, EVERYONE, Question(as_of=DAY)).notes == ()


def test_who_sees_less_is_told_of_their_own(store):
    assert {account for account, _ in rows_of(store, Viewer("one@example.com"))} == {"A"}


def test_hidden_events_and_features(store):
    done = put(store, EVERYONE, [Entry("calls", is_hidden=True), Entry("exports", "Reports")]).batch
    told = rows_of(store)
    store.undo(done)
    assert {(key, row["feature"]) for key, row in told.items()} == {(("A", "exports"), "Reports")}


def test_nothing_says_a_quantity(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as empty:
        for name in ("usage-volume", "volume-by-event"):
            report = run(name, empty, EVERYONE, Question())
            assert (report.rows.height, report.notes) == (0, ())
