"""Sums of quantities equal plain sums over the files, with overlapping exports, hidden events, other names, undo, erasure and retention."""

import random
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from data.erasure.erasing import FIGURES, erase
from data.erasure.retention import reduce, set_months
from data.erasure.subjects import ACCOUNT, PERSON, Subject
from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from data.work.feature_catalogue import Entry, put
from tests.books import company

FIRST, LAST = date(2023, 8, 1), date(2024, 1, 31)
TODAY = date(2024, 1, 15)
HEADER = "account_id,user_id,event,occurred_at,quantity\n"
EVENTS, USERS, ACCOUNTS = ("calls", "exports", "open"), ("ann", "bob", ""), ("A", "B", "Birch Ltd")
NUMBERS = ("", "", "0", "1", "-2", "0.1", "0.2", "0.3", "1234567.891", "1e15", "-0.000000001", "2.5")
NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})
Row = tuple[str, ...]


def drawn(chance: random.Random, days: int = 150) -> list[Row]:
    """Rows of a random file, some of them twice."""
    rows = []
    for _ in range(300):
        day = date(2023, 8, 20) + timedelta(days=chance.randrange(days))
        at = f"{day}T{chance.randrange(24):02d}:00:00Z"
        row = (chance.choice(ACCOUNTS), chance.choice(USERS), chance.choice(EVENTS), at, chance.choice(NUMBERS))
        rows += [row] * chance.choice((1, 1, 1, 2, 3))
    return rows


def bring(store, folder, rows, feed="usage"):
    number = store.imports().height
    path = folder / f"file-{number}.csv"
    path.write_text(HEADER + "".join(",".join(row) + "\n" for row in rows))
    done = import_file(store, path, table="usage_events", feed=feed).batch
    assert done and not done.rejected
    return done.batch


def said(store, viewer=EVERYONE, **moment):
    """What a view says: by account, event and day how often it happened, how many said a quantity, the sum, and that of the negative ones."""
    with View(store, viewer, **moment) as view:
        rows = view.usage_quantities(FIRST, LAST)
    assert rows.schema["quantity"] == pl.Decimal(38, 9)
    return {row[:3]: row[3:] for row in rows.rows()}


def by_hand(*feeds, hidden=(), gone=lambda row: False, names={"Birch Ltd": "B"}):  # noqa: B006
    """The same from the rows of files, feed by feed: each row as often as the file of its feed that has it most often."""
    told: dict = {}
    for files in feeds:
        most: Counter = Counter()
        for rows in files:
            most |= Counter(rows)
        for row, n in most.items():
            account, _, event, at, number = row
            if event in hidden or gone(row):
                continue
            count, with_number, total, below = told.get((names.get(account, account), event, at[:10]), (0, 0, None, None))
            if number:
                value = n * Decimal(number)
                with_number, total, below = with_number + n, (total or 0) + value, (below or 0) + min(value, Decimal(0))
            told[names.get(account, account), event, at[:10]] = count + n, with_number, total, below
    with_numbers = {event for (_, event, _), row in told.items() if row[1]}
    return {(account, event, date.fromisoformat(day)): row for (account, event, day), row in told.items() if event in with_numbers}


@pytest.fixture
def store(tmp_path):
    with closing(company(tmp_path / "own.duckdb")) as opened:
        commit_frame(opened, "account_aliases", pl.DataFrame({"alias": ["Birch Ltd"], "account_id": ["B"]}), "names", "analyst")
        yield opened


OWN = [(account, user, "open", f"2023-12-{day:02d}T10:00:00Z", "") for account, user in (("A", "ann"),) for day in range(1, 29)]


def test_random_files_that_overlap_undone_redone_hidden_and_looked_back_on(store, tmp_path):
    chance = random.Random(23)
    first, other = drawn(chance), drawn(chance)
    again = [row for row in first if chance.random() < 0.6] + drawn(chance)[:200]
    third = [row for row in (*first, *again) if chance.random() < 0.5]
    one = bring(store, tmp_path, first)
    assert said(store) == by_hand([OWN, first])
    two = bring(store, tmp_path, again)
    bring(store, tmp_path, other, feed="second")
    three = bring(store, tmp_path, third)
    assert said(store) == by_hand([OWN, first, again, third], [other])
    store.undo(one)
    assert said(store) == by_hand([OWN, again, third], [other])
    with store.reading() as cursor:
        then = cursor.execute("select seq from log where batch = ? and action = 'import'", [two]).fetchall()[0][0]
    assert said(store, known_at=then) == by_hand([OWN, first, again])
    store.undo(two)
    store.redo(one)
    assert said(store) == by_hand([OWN, first, third], [other])
    put(store, EVERYONE, [Entry("calls", is_hidden=True)])
    assert said(store) == by_hand([OWN, first, third], [other], hidden={"calls"})
    store.undo(three)
    expected = by_hand([OWN, first], [other], hidden={"calls"})
    assert said(store) == expected
    assert said(store, Viewer("one@example.com")) == {key: row for key, row in expected.items() if key[0] == "A"}
    assert said(store, where=[("account_id", ["B"])]) == {key: row for key, row in expected.items() if key[0] == "B"}
    assert store.check() == []


def test_months_add_up_as_plain_sql_over_the_events_does(store, tmp_path):
    chance = random.Random(7)
    rows = drawn(chance)
    bring(store, tmp_path, rows)
    with store.reading() as cursor:
        plain = cursor.execute(
            """select account_id, event, date_trunc('month', occurred_at)::date, count(quantity), sum(quantity) from usage_events
            join users using (user_no) join subjects using (subject) join event_names using (event_no)
            where quantity is not null and account_id <> 'Birch Ltd' group by all order by all"""
        ).fetchall()
    with View(store) as view:
        days = view.usage_quantities(FIRST, LAST).filter(pl.col("account_id") == "A", pl.col("told") > 0)
    months = days.group_by("account_id", "event", pl.col("day").dt.month_start()).agg(pl.col("told", "quantity").sum())
    ours = months.sort("account_id", "event", "day").rows()
    own = [row for row in plain if row[0] == "A"]
    assert len(own) > 10
    assert [row[:4] for row in ours] == [row[:4] for row in own]
    assert [float(row[4]) for row in ours] == pytest.approx([row[4] for row in own], rel=1e-12)


def test_sums_are_as_written_whatever_the_order_of_rows(store, tmp_path):
    at = "2023-10-02T10:00:00Z"
    rows = [("A", "", "calls", at, number) for number in ("0.1", "1e15", "0.2", "-1e15", "0.3", "-0.4", "")]
    key = ("A", "calls", date(2023, 10, 2))
    for number, order in enumerate((rows, rows[::-1])):
        bring(store, tmp_path, order, feed=f"feed-{number}")
    # twice 0.1 + 0.2 + 0.3 - 0.4; floating point makes 0.25 or 0.2 of it, as rows stand
    assert said(store)[key] == (14, 12, Decimal("0.4"), Decimal("-2000000000000000.8"))


def test_what_is_too_large_to_be_added_up_is_said_to_be_missing(store, tmp_path):
    at = "2023-10-02T10:00:00Z"
    bring(store, tmp_path, [("A", "", "calls", at, number) for number in ("1000000000000000000", "-1e300", f"{10**17}", "5")])
    assert said(store)["A", "calls", date(2023, 10, 2)] == (4, 2, Decimal(10**17 + 5), Decimal(0))


def test_one_id_with_two_quantities_stands_for_two_events_as_in_every_count(store, tmp_path):
    at = "2023-10-02T10:00:00Z"
    for name, number in (("first", 5), ("corrected", 7)):
        path = tmp_path / f"{name}.csv"
        path.write_text(f"event_id,account_id,event,occurred_at,quantity\ne1,A,calls,{at},{number}\ne2,A,calls,{at},1\n")
        assert import_file(store, path, table="usage_events", feed="ids").batch
    assert said(store)["A", "calls", date(2023, 10, 2)] == (3, 3, Decimal(13), Decimal(0))
    with View(store) as view:
        assert view.reused_event_ids()["event_id"].to_list() == ["e1", "e1"]


def test_who_is_erased_takes_their_quantities_along(store, tmp_path):
    chance = random.Random(5)
    first, again = drawn(chance), drawn(chance)
    again += first[:100]
    files = [OWN, first, again]
    for rows in (first, again):
        bring(store, tmp_path, rows)
    erase(store, EVERYONE, Subject(PERSON, "ann", same=("user:A/ann",), others=("user:B/ann", "user:Birch Ltd/ann")), lambda *_: NO_CLOSES)
    assert said(store) == by_hand(files, gone=lambda row: row[:2] == ("A", "ann"))
    assert store.check() == []
    erase(store, EVERYONE, Subject(ACCOUNT, "B", same=("account:Birch Ltd",)), lambda *_: NO_CLOSES)
    assert {account for account, _, _ in said(store)} == {"A"}
    assert store.check() == []
    with store.reading() as cursor:
        left = cursor.execute("select count(*) from usage_quantities where subject not in (select subject from subjects)").fetchall()
    assert left == [(0,)]


def test_sums_stay_when_the_events_become_rollups(store, tmp_path):
    rows = drawn(random.Random(11))
    bring(store, tmp_path, rows)
    set_months(store, EVERYONE, 2)
    assert reduce(store, EVERYONE, TODAY).events
    assert said(store) == by_hand([OWN, rows])
    assert store.check() == []
    with View(store) as view:
        assert view.quantities_known_from().is_empty()
    with store.writing() as cursor:
        cursor.execute("update usage_quantities set total = total + 1 where day < date '2023-10-01'")
    assert [fault for fault in store.check() if "usage_quantities" in fault]


def test_damage_is_found(store, tmp_path):
    bring(store, tmp_path, drawn(random.Random(3)))
    with store.writing() as cursor:
        cursor.execute("update usage_quantities set total = total + 1 where day = (select min(day) from usage_quantities)")
    assert [fault for fault in store.check() if "sums of quantities" in fault]


def as_an_older_program_left_it(path):
    with duckdb.connect(str(path)) as connection:
        for table in ("usage_quantities", "quantities_lost"):
            connection.execute(f"drop table {table}")
            connection.execute("delete from checksums where part = ?", [table])
        connection.execute("delete from meta where key = 'layout'")


def test_an_older_store_works_them_out_of_its_events(store, tmp_path):
    first, again = drawn(random.Random(1)), drawn(random.Random(2))
    again += first[:150]
    for rows in (first, again):
        bring(store, tmp_path, rows)
    before = said(store)
    store.close()
    as_an_older_program_left_it(tmp_path / "own.duckdb")
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        assert said(opened) == before == by_hand([OWN, first, again])
        assert opened.check() == []
        with View(opened) as view:
            assert view.quantities_known_from().is_empty()


def test_what_an_older_store_let_go_of_is_not_known(store, tmp_path):
    rows = drawn(random.Random(11))
    bring(store, tmp_path, rows)
    before = said(store)
    set_months(store, EVERYONE, 2)
    reduce(store, EVERYONE, TODAY)
    store.close()
    as_an_older_program_left_it(tmp_path / "own.duckdb")
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        assert opened.check() == []
        with View(opened) as view:
            assert view.quantities_known_from().rows() == [(event, date(2023, 11, 1)) for event in EVENTS]
        after = said(opened)
        with View(opened) as view:  # what an event without a quantity counts, 1, is not told of those whose quantity is lost
            assert view.amounts(EVENTS, date(2023, 10, 1), LAST).is_empty()
            kept = {row[:2]: row[2] for row in view.amounts(EVENTS, date(2023, 11, 1), LAST).rows()}
    assert {key: row for key, row in after.items() if key[2] >= date(2023, 11, 1)} == {
        key: row for key, row in before.items() if key[2] >= date(2023, 11, 1)
    }
    assert {row[1:] for key, row in after.items() if key[2] < date(2023, 11, 1)} == {(0, None, None)}
    amounts: dict = {}
    for (account, event, day), (count, with_number, total, _) in before.items():
        if day >= date(2023, 11, 1):
            amounts[account, event] = amounts.get((account, event), 0) + (total or 0) + count - with_number
    assert kept == {key: float(amount) for key, amount in amounts.items()}
