"""Equal events without ids that come in different pulls: what happened twice counts twice, and what was only read twice counts once."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from data.importing.run import import_file
from sources import description, waiting
from sources.description import parsed
from sources.fetched import Cursor, Fetched
from sources.pulling import pull
from tests.new_store import new_store

NOW = datetime(2024, 6, 10, 6, tzinfo=UTC)
DAY = "2024-02-01"


@pytest.fixture
def store(tmp_path):
    opened = new_store(tmp_path / "own.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def table(tmp_path):
    """A table of a database, of a login of Ann's on one day per row, each with the number under which it was written there."""
    connection = sqlite3.connect(tmp_path / "app.sqlite")
    connection.execute("create table t (account_id, user_id, event, occurred_at, n int)")
    yield connection
    connection.close()


def add(table, *numbers, user="ann"):
    table.executemany("insert into t values ('A', ?, 'login', ?, ?)", [(user, DAY, n) for n in numbers])
    table.commit()


def source(tmp_path, name="app", more="", answers='repeats = "new"', cursor="n"):
    text = f'''kind = "sql"\nurl = "sqlite:///{tmp_path}/app.sqlite"\nquery = "select * from t"\ntable = "usage_events"\ncursor = "{cursor}"\n{more}
[answers]\n{answers}\n'''
    return description.load(_kept(tmp_path, name, text), name)


def _kept(tmp_path, name, text):
    description.write(tmp_path / "own.duckdb", name, text)
    return tmp_path / "own.duckdb"


def pulled(store, source, hour=0, **more):
    return pull(store, source, lambda: NOW + timedelta(hours=hour), **more)


def counted(store):
    """The events that count, by the events themselves; and that by the rollups, which must be as many."""
    from data.usage.events import counting, dump

    with store.reading() as cursor:
        standing = [row["batch"] for row in store.imports().to_dicts() if row["standing"]]
        n = cursor.execute(f"select coalesce(sum(n), 0)::bigint from usage_counts where {counting(standing)}").fetchall()[0][0]
        import polars as pl

        path = dump(cursor, standing, pl.DataFrame(schema={"alias": pl.String, "meant": pl.String}), store.path.parent / "dump.parquet")
        assert pl.read_parquet(path).height == n
    return n


def test_events_that_the_source_has_twice_stay_two_in_whatever_pulls_they_come(store, table, tmp_path):
    add(table, 100, 101, 102)
    app = source(tmp_path)
    assert pulled(store, app).outcome == "imported" and counted(store) == 3
    add(table, 200, 201)
    assert pulled(store, app, 1).outcome == "imported" and counted(store) == 3 + 2
    add(table, 300, 301, 302, 303)
    assert pulled(store, app, 2).outcome == "imported" and counted(store) == 3 + 2 + 4
    # With nothing new, the row at the cursor is read once more and is known; so is all of it from the start.
    assert pulled(store, app, 3).outcome == "nothing new" and counted(store) == 9
    assert pulled(store, app, 4, from_start=True).outcome == "nothing new" and counted(store) == 9
    assert store.check() == []


def test_what_is_undone_goes_and_comes_back_from_the_start(store, table, tmp_path):
    app, batches = source(tmp_path), []
    for hour, numbers in enumerate([(100, 101, 102), (200, 201), (300, 301, 302, 303)]):
        add(table, *numbers)
        batches.append(pulled(store, app, hour).batch)
    store.undo(batches[1])
    assert counted(store) == 3 + 4 + 1  # 201, at which the third pull began, came with that one, too
    again = pulled(store, app, 4, from_start=True)
    assert again.outcome == "imported" and counted(store) == 9
    store.redo(batches[1])
    assert counted(store) == 9
    for batch in batches:
        store.undo(batch)
    assert counted(store) == 9  # all of them are in the pull from the start
    store.undo(again.batch)
    assert counted(store) == 0


def test_rows_that_were_committed_late_and_others_at_the_cursor_itself_count(store, table, tmp_path):
    add(table, 100, 110, 120)
    app = source(tmp_path, more="overlap = 30")
    pulled(store, app)
    # Of the number at which the last pull ended there is one more, and one before it was committed late; one too old was never seen.
    add(table, 120, 115, 80)
    found = pulled(store, app, 1)
    assert found.rows == 5 and counted(store) == 3 + 2  # 100, 110 and 120 once more; 115 and the second 120 are new
    assert pulled(store, app, 2, from_start=True).outcome == "imported" and counted(store) == 6


def test_whether_an_event_was_only_written_anew_is_asked_once(store, table, tmp_path):
    add(table, 1, 2)
    app = source(tmp_path, answers="")
    pulled(store, app)
    table.execute("update t set n = n + 10")  # as a load that stamps all of its rows
    table.commit()
    found = pulled(store, app, 1)
    assert found.outcome == "waiting" and found.problem.startswith(
        "2 events say just what others say that came before, and their n is another"
    )
    assert "sources answer app repeats=new|again" in found.what_to_do and counted(store) == 2
    assert [one.option for one in waiting.questions(store.path, "app")] == ["repeats"]
    app = source(tmp_path, answers='repeats = "again"')
    assert pulled(store, app, 2).outcome == "nothing new" and counted(store) == 2
    table.execute("update t set n = n + 10")
    add(table, 50)
    # 21, 22 and 50 of one pull: two are in already, and a third is more than any pull had.
    assert pulled(store, app, 3).outcome == "imported" and counted(store) == 3


def test_the_marks_of_what_waits_are_kept_with_it(store, table, tmp_path):
    add(table, 1, 2)
    pulled(store, source(tmp_path, answers=""))
    add(table, 3)
    assert pulled(store, source(tmp_path, answers=""), 1).outcome == "waiting"
    assert pulled(store, source(tmp_path), 2).outcome == "imported" and counted(store) == 3
    assert pulled(store, source(tmp_path), 3, from_start=True).outcome == "nothing new"


def test_a_file_of_the_same_feed_counts_with_the_pulls_as_one(store, table, tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("account_id,user_id,event,occurred_at\n" + f"A,ann,login,{DAY}\n" * 3)
    import_file(store, path, table="usage_events", feed="app")
    add(table, 100, 101, 102)
    app = source(tmp_path)
    first = pulled(store, app)  # the file has them all; that these are the three is known from then on
    assert first.outcome == "imported" and counted(store) == 3 and pulled(store, app).outcome == "nothing new"
    add(table, 200, 201)
    assert pulled(store, app, 1).outcome == "imported" and counted(store) == 5
    path.write_text("account_id,user_id,event,occurred_at\n" + f"A,ann,login,{DAY}\n" * 6)
    import_file(store, path, table="usage_events", feed="app")
    assert counted(store) == 6


def test_another_query_of_the_same_table_is_read_from_the_start_and_doubles_nothing(store, table, tmp_path):
    add(table, 100, 101)
    pulled(store, source(tmp_path))
    add(table, 200)
    pulled(store, source(tmp_path), 1)
    table.execute("alter table t add column m int")
    table.execute("update t set m = n * 7")
    add_with = "insert into t values ('A', 'ann', 'login', ?, 300, 2100)"
    table.execute(add_with, [DAY])
    table.commit()
    other = source(tmp_path, cursor="m")
    assert pulled(store, other, 2, accept_columns=True).rows == 4 and counted(store) == 4
    table.execute(add_with.replace("2100", "2200"), [DAY])
    table.commit()
    assert pulled(store, other, 3).outcome == "imported" and counted(store) == 5


def test_rows_without_a_cursor_come_each_time_and_count_once(store, table, tmp_path):
    add(table, 100, None, None)
    app = source(tmp_path)
    pulled(store, app)
    add(table, 200, None)
    assert pulled(store, app, 1).rows == 5 and counted(store) == 5
    assert pulled(store, app, 2).outcome == "nothing new"


def test_events_with_ids_are_known_by_them_wherever_they_come(store, table, tmp_path):
    table.execute("alter table t add column event_id")
    add_one = "insert into t values ('A', 'ann', 'login', ?, ?, ?)"
    table.executemany(add_one, [(DAY, 100, "a"), (DAY, 101, "b"), (DAY, 102, None)])
    table.commit()
    app = source(tmp_path, answers="")
    pulled(store, app)
    table.execute("update t set n = n + 100 where event_id is not null")  # changed, and the same events
    table.execute(add_one, [DAY, 300, "c"])
    table.commit()
    assert pulled(store, app, 1).outcome == "imported" and counted(store) == 4


def test_an_api_says_by_its_cursor_which_equal_events_are_new(store, tmp_path):

    rows = [{"account_id": "A", "user_id": "ann", "event": "login", "day": DAY}] * 2
    text = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "usage_events"\ncursor_in_answer = "next"\n'

    def fetch(source, since, folder, *, now, ended):
        path = folder / "rows.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        return Fetched(path, len(rows), Cursor("text", now.isoformat()))

    found = pulled(store, parsed("api", text), fetch=fetch)
    assert found.outcome == "waiting" and "cannot be told from equal ones" in found.problem and counted(store) == 0


def test_a_source_of_another_name_asks_whether_its_events_are_in_already(store, table, tmp_path):
    add(table, 1, 2)
    pulled(store, source(tmp_path))
    (tmp_path / "sources" / "app.toml").rename(tmp_path / "sources" / "renamed.toml")
    renamed = description.load(store.path, "renamed")
    found = pulled(store, renamed, 1)
    assert found.outcome == "waiting" and "another: app. Are they the same events" in found.problem and counted(store) == 2
    assert "sources answer renamed feed=app|renamed" in found.what_to_do
    same = source(tmp_path, "renamed", answers='feed = "app"')
    assert pulled(store, same, 2).outcome == "nothing new" and counted(store) == 2
    other = source(tmp_path, "renamed", answers='feed = "renamed"')
    assert pulled(store, other, 3, from_start=True).outcome == "imported" and counted(store) == 4  # as was said: they are others


def test_a_changed_feed_and_a_second_file_of_the_same_query_ask_too(store, table, tmp_path):
    add(table, 1, 2)
    pulled(store, source(tmp_path))
    assert pulled(store, source(tmp_path, more='feed = "product"'), 1, from_start=True).outcome == "waiting"
    assert pulled(store, source(tmp_path, "copy"), 2).outcome == "waiting"
    assert counted(store) == 2
    table.execute("create table u as select account_id, user_id, 'save' as event, occurred_at, n from t")
    table.commit()
    text = source(tmp_path, "saves")
    reads_else = text.model_copy(update={"query": "select * from u"})
    assert pulled(store, reads_else, 3).outcome == "imported" and counted(store) == 4  # it reads something else, beside one that stays
