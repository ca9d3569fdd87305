"""What a source brings from a cursor on is what changed, and never all there is: a line that did not change goes on."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from data.importing import saved_mappings
from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.store.view import View
from sources.description import parsed
from sources.fetched import Cursor, Fetched
from sources.keys import SourceError
from sources.pulling import pull
from tests.new_store import new_store

NOW = datetime(2025, 3, 10, 6, tzinfo=UTC)
SQL = 'kind = "sql"\nurl = "sqlite:////x"\nquery = "select 1"\ntable = "contracts"\n'
HTTP = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "contracts"\n'
ANSWERS = '[answers]\nends_on = "inclusive"\nrows = "state"\n'


@pytest.fixture
def store(tmp_path):
    opened = new_store(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def line(key, amount=100):
    return {"contract_id": key, "account_id": key, "starts_on": "2024-06-01", "ends_on": "", "amount": str(amount), "period": "1 month",
            "currency": "USD"}  # fmt: skip


def handing(*rows):
    def fetch(source, since, folder, *, now, ended):
        path = folder / "rows.jsonl"
        path.write_text("".join(f"{json.dumps({'updated_at': now.isoformat(), **row})}\n" for row in rows))
        return Fetched(path, len(rows), Cursor.of(now))

    return fetch


def put(store, tmp_path, day, *rows, **options):
    path = tmp_path / f"subs-{day}.csv"
    path.write_text("\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]))
    outcome = import_file(store, path, table="contracts", feed="billing", options={"ends_on": "inclusive", "rows": "state", **options})
    assert outcome.batch, (outcome.problems, outcome.questions)


def ends(store):
    with View(store) as view:
        return dict(view.contracts().sort("starts_on").select("contract_id", "ends_on").rows())


ABC = [line("a"), line("b"), line("c")]


def test_a_pull_of_what_changed_is_not_asked_whether_it_is_all_and_ends_nothing(store):
    source = parsed("billing", HTTP + 'cursor = "updated_at"\n' + ANSWERS)
    assert pull(store, source, lambda: NOW, fetch=handing(*ABC)).outcome == "imported"
    found = pull(store, source, lambda: NOW + timedelta(days=1), fetch=handing(line("a", 120)))
    assert (found.outcome, found.problem) == ("imported", None)
    assert set(ends(store).values()) == {None} and set(ends(store)) >= {"b", "c"}


def test_nor_does_it_where_the_files_of_its_feed_are_complete_and_those_stay_so(store, tmp_path):
    put(store, tmp_path, "2025-02-28", *ABC, snapshot=True)
    source = parsed("pulled", HTTP + 'cursor = "updated_at"\nfeed = "billing"\n' + ANSWERS)
    found = pull(store, source, lambda: NOW, fetch=handing(line("a", 120)))
    assert (found.outcome, found.problem) == ("imported", None) and set(ends(store).values()) == {None}
    put(store, tmp_path, "2025-03-31", line("a", 120), line("b"))  # as the feed's files are: complete
    assert ends(store)["c"] == date(2025, 3, 31) and ends(store)["b"] is None


def test_a_saved_mapping_that_says_complete_does_not_make_a_part_complete(store):
    columns = {name: name for name in line("a")}
    saved_mappings.save(store.path, "subs", Mapping("contracts", columns=columns, options={"ends_on": "inclusive", "snapshot": True}))
    source = parsed("billing", HTTP + 'cursor = "updated_at"\nmapping = "subs"\n[answers]\nrows = "records"\n')
    pull(store, source, lambda: NOW, fetch=handing(*ABC))
    assert pull(store, source, lambda: NOW + timedelta(days=1), fetch=handing(line("a", 120))).outcome == "imported"
    assert set(ends(store).values()) == {None}
    with store.reading() as cursor:
        assert cursor.execute("select count(*) from snapshots").fetchall() == [(0,)]


def test_all_rows_each_time_may_be_complete(store):
    source = parsed("billing", HTTP + ANSWERS + 'snapshot = "true"\n')
    large = line("a", 9900), line("b", 9900)  # so that what ends is not so much that a person must look
    pull(store, source, lambda: NOW, fetch=handing(*large, line("c")))
    assert pull(store, source, lambda: NOW + timedelta(days=1), fetch=handing(*large)).outcome == "imported"
    assert ends(store) == {"a": None, "b": None, "c": date(2025, 3, 11)}


@pytest.mark.parametrize(
    "written",
    [
        SQL + 'cursor = "updated_at"\n[answers]\nsnapshot = "true"\n',
        SQL + 'cursor = "updated_at"\n[answers]\nsnapshot = "confirmed"\n',
        HTTP + 'cursor_in_answer = "next"\n[answers]\nsnapshot = "yes"\n',
        HTTP + 'begin = "2024-01-01"\n[parameters]\nafter = "{since}"\n[answers]\nsnapshot = "true"\n',
        'vendor = "stripe"\nsecret = "STRIPE"\ncursor = "created"\nfilter_after = true\n',
        'kind = "webhook"\nsignature = "hmac"\nsecret = "A"\ntable = "contracts"\n[answers]\nsnapshot = "true"\n',
    ],
)
def test_a_file_that_says_both_is_refused_with_why(written):
    with pytest.raises(SourceError, match=r"answers\.snapshot: this source brings what is new or changed, and never all"):
        parsed("billing", written)


def test_what_may_be_complete_is_taken(store):
    assert not parsed("stripe", 'vendor = "stripe"\nsecret = "STRIPE"\n').is_partial  # it reads all subscriptions each time
    assert parsed("billing", SQL + 'cursor = "updated_at"\n[answers]\nsnapshot = "no"\n').is_partial
