"""Events that the catalogue hides count nowhere: what views say equals plain counts over the single events, whatever came when."""

from contextlib import closing
from datetime import date

import duckdb
import polars as pl
import pytest

from data.erasure.retention import reduce, set_months
from data.importing.run import import_file
from data.log import tables
from data.store.edits import EditRefused
from data.store.preview import as_if_marked
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, NotAllowed, Viewer
from data.work.feature_catalogue import Entry, put
from tests.books import company

FIRST, LAST = date(2023, 9, 1), date(2024, 1, 31)
TODAY = date(2024, 1, 15)
MORE = """account_id,user_id,event,occurred_at
A,ann,ping,2023-10-03T10:00:00Z
A,ann,open,2023-10-03T11:00:00Z
A,ann,ping,2023-10-04T10:00:00Z
A,zoe,ping,2023-10-05T10:00:00Z
A,,ping,2023-10-06T10:00:00Z
B,bob,mail,2023-10-07T10:00:00Z
B,bob,ping,2023-10-08T10:00:00Z
B,bob,open,2023-11-08T10:00:00Z
B,eve,mail,2023-11-09T10:00:00Z
"""
AGAIN = """account_id,user_id,event,occurred_at
A,zoe,ping,2023-10-05T10:00:00Z
B,bob,mail,2023-10-07T10:00:00Z
B,eve,open,2023-11-09T12:00:00Z
C,cat,ping,2024-01-02T10:00:00Z
"""


@pytest.fixture
def store(tmp_path):
    with closing(company(tmp_path / "own.duckdb")) as opened:
        bring(opened, tmp_path, "more", MORE)
        yield opened


def bring(store, folder, name, text):
    (folder / f"{name}.csv").write_text(text)
    done = import_file(store, folder / f"{name}.csv", table="usage_events", feed="usage").batch
    assert done
    return done.batch


def counted(store):
    """What views say."""
    with View(store) as view:
        users = view.usage_months(FIRST, LAST)
        days = {
            (account, user, month.replace(day=day))
            for account, user, month, bits in users.rows()
            for day in range(1, 32)
            if bits >> (day - 1) & 1
        }
        events = {row[:3]: row[3] for row in view.usage_days(FIRST, LAST).select("account_id", "event", "day", "count").rows()}
        daily = {row[:2]: row[2] for row in view.usage_daily(FIRST, LAST).select("account_id", "day", "count").rows()}
        features = {row[:2] for row in view.feature_months(FIRST, LAST).rows()}
        spans = {row[0]: row[1:] for row in view.usage_span(LAST).rows()}
        starts = view.accounts().select("account_id", started_on=pl.lit(FIRST))
        firsts = {row[:2]: row[2] for row in view.user_first_days(starts, LAST).rows()}
        people = {row[0] for row in view.accounts_with_users(FIRST, date(2024, 2, 1)).rows()}
        return days, events, daily, features, spans, firsts, people


def by_hand(store, hidden):
    """The same, from the single events."""
    standing = [row["batch"] for row in store.imports().to_dicts() if row["table"] == "usage_events" and row["standing"]]
    with store.reading() as cursor:
        rows = cursor.execute(
            """select s.account_id, u.user_id, n.event, e.occurred_at from usage_events e join users u using (user_no)
            join subjects s using (subject) join event_names n using (event_no) where list_contains(?, e.batch)""",
            [standing],
        ).fetchall()
    single = {row for row in rows if row[2] not in hidden}  # one line comes twice where exports overlap
    days = {(account, user, at.date()) for account, user, _, at in single}
    events: dict = {}
    daily: dict = {}
    firsts: dict = {}
    for account, user, event, at in single:
        events[account, event, at.date()] = events.get((account, event, at.date()), 0) + 1
        daily[account, at.date()] = daily.get((account, at.date()), 0) + 1
        firsts[account, user] = min(firsts.get((account, user), at.date()), at.date())
    seen = {account: [at.date() for one, _, _, at in single if one == account] for account, *_ in single}
    spans = {account: (min(found), max(found)) for account, found in seen.items()}
    return days, events, daily, {(account, event) for account, event, _ in events}, spans, firsts, set(spans)


def test_hidden_events_count_nowhere_whatever_came_when(store, tmp_path):
    put(store, EVERYONE, [Entry("ping", is_hidden=True)])
    assert counted(store) == by_hand(store, {"ping"})
    again = bring(store, tmp_path, "again", AGAIN)
    assert counted(store) == by_hand(store, {"ping"})
    second = put(store, EVERYONE, [Entry("mail", is_hidden=True)]).batch
    assert counted(store) == by_hand(store, {"ping", "mail"})
    store.undo(again)
    assert counted(store) == by_hand(store, {"ping", "mail"})
    store.undo(second)
    assert counted(store) == by_hand(store, {"ping"})
    store.redo(again)
    assert counted(store) == by_hand(store, {"ping"})
    assert store.check() == []


def test_what_was_hidden_and_is_shown_again_counts_as_before(store):
    before = counted(store)
    hid = put(store, EVERYONE, [Entry("ping", is_hidden=True), Entry("open", is_hidden=True)]).batch
    assert counted(store) == by_hand(store, {"ping", "open"})
    put(store, EVERYONE, [Entry("ping", seen=hid), Entry("open", seen=hid)])
    assert counted(store) == before == by_hand(store, set())
    with as_if_marked(store, "undo", hid + 1) as as_if:
        assert counted(as_if)[0] != before[0]


def test_a_user_of_hidden_events_alone_is_none_and_the_feed_still_goes_on(store, tmp_path):
    bring(store, tmp_path, "again", AGAIN)
    put(store, EVERYONE, [Entry("ping", is_hidden=True)])
    with View(store) as view:
        assert "C" not in view.usage_months(FIRST, LAST)["account_id"]  # it was only pinged
        assert "C" in view.usage_seen_in(LAST)["account_id"]  # so the feed knows it, and its silence means something
        assert date(2024, 1, 2) in view.usage_told_days(FIRST, LAST)["day"].to_list()
        assert dict(view.event_use(FIRST, LAST).filter(pl.col("account_id") == "A").select("event", "count").rows()) == {
            "open": 29,
            "ping": 4,
        }
        assert view.not_told_apart().is_empty()


def test_events_that_went_after_this_was_kept_are_told_apart_whichever_is_hidden_later(store):
    expected = by_hand(store, {"ping", "mail"})
    put(store, EVERYONE, [Entry("ping", is_hidden=True)])
    set_months(store, EVERYONE, 2)
    assert reduce(store, EVERYONE, TODAY).events == 7  # those of October
    assert store.check() == []
    put(store, EVERYONE, [Entry("mail", is_hidden=True)])
    assert counted(store) == expected
    assert store.check() == []
    with View(store) as view:
        assert view.not_told_apart().is_empty()


def test_where_events_went_before_this_was_kept_it_is_said_and_counts_stay_exact(store, tmp_path):
    expected = by_hand(store, {"ping"})
    set_months(store, EVERYONE, 2)
    reduce(store, EVERYONE, TODAY)
    store.close()
    as_an_older_program_left_it(tmp_path / "own.duckdb")
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        assert opened.check() == []
        put(opened, EVERYONE, [Entry("ping", is_hidden=True)])
        days, *others = counted(opened)
        with View(opened) as view:
            assert view.not_told_apart()["month"].to_list() == [date(2023, 10, 1)]
        assert {one for one in days if one[2] >= date(2023, 11, 1)} == {one for one in expected[0] if one[2] >= date(2023, 11, 1)}
        assert others[:4] == list(expected[1:5])  # events, daily, features and spans come of counts, which name the event
        assert opened.check() == []


def as_an_older_program_left_it(path):
    with duckdb.connect(str(path)) as connection:
        for table in ("usage_event_bits", "usage_told_apart"):
            connection.execute(f"drop table {table}")
            connection.execute("delete from checksums where part = ?", [table])
        connection.execute("delete from meta where key = 'layout'")


def test_damage_is_found(store):
    put(store, EVERYONE, [Entry("ping", is_hidden=True)])
    with store.writing() as cursor:
        cursor.execute("update usage_event_bits set bits = bits * 2 where month = date '2023-10-01'")
    assert [fault for fault in store.check() if "by event" in fault]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], "nothing was changed"),
        ([Entry(" ")], "name it as the exports do"),
        ([Entry("ping"), Entry("ping")], "named twice"),
        ([Entry("ping", "x" * 101)], "more than 100 characters"),
        ([Entry("ping", is_core=True, is_hidden=True)], "cannot be noise and"),
    ],
)
def test_what_cannot_be_is_refused(store, entries, said):
    with pytest.raises(EditRefused, match=said):
        put(store, EVERYONE, entries)


def test_who_may_not_keep_the_catalogue_is_refused(store):
    with pytest.raises(NotAllowed):
        put(store, Viewer("one@example.com", ()), [Entry("ping")])


def test_the_tables_are_made_for_every_store():
    assert sum("usage_told_apart" in one or "usage_event_bits" in one for one in tables.FIXED) == 2
