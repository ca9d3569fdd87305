"""The same rows brought by hand before, and by a source under another feed: asked before they count, and counted once after the answer."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from sources.description import parsed
from sources.fetched import Fetched
from sources.pulling import pull
from tests.new_store import new_store

NOW = datetime(2024, 6, 10, 6, tzinfo=UTC)
HTTP = 'kind = "http"\nurl = "http://127.0.0.1"\n'
EVENTS = HTTP + 'table = "usage_events"\n'
LINES = HTTP + 'table = "contracts"\n[answers]\nends_on = "exclusive"\nrows = "records"\n'


@pytest.fixture
def store(tmp_path):
    opened = new_store(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def once(store, source, *found, hour=0):
    def fetch(source, since, folder, *, now, ended):
        path = folder / "rows.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in found))
        return Fetched(path, len(found))

    return pull(store, source, lambda: NOW + timedelta(hours=hour), fetch=fetch)


def event(number, account="A", name="open"):
    return {"account_id": account, "user_id": f"user {number}", "event": name, "occurred_at": (NOW - timedelta(hours=number)).isoformat()}


def by_hand(store, tmp_path, rows, **asked):
    path = tmp_path / "by hand.csv"
    path.write_text(",".join(rows[0]) + "\n" + "".join(",".join(row.values()) + "\n" for row in rows))
    assert import_file(store, path, **asked).batch is not None


def counted(store):
    with store.reading() as cursor:
        standing = ", ".join(map(str, store.standing(cursor)))
        held = f"select holder from holders where list_has_any(batches, [{standing}])"
        query = f"select sum(n) from usage_counts where batch in ({standing}) and (holder = 0 or holder not in ({held}))"
        return int(cursor.execute(query).fetchall()[0][0])


def test_events_that_were_brought_by_hand_before_are_asked_about_and_count_once(store, tmp_path):
    events = [event(number) for number in (1, 2, 30, 31)]
    by_hand(store, tmp_path, events, table="usage_events", feed="uploads")
    more = [*events, event(0)]
    found = once(store, parsed("app", EVENTS), *more)
    assert found.outcome == "waiting" and "most of these events stand already under another: uploads" in found.problem
    assert found.what_to_do == "Answer: sources answer app feed=uploads|app" and counted(store) == 4
    answered = once(store, parsed("app", f'{EVENTS}[answers]\nfeed = "uploads"\n'), *more, hour=1)
    assert answered.outcome == "imported" and counted(store) == 5


def test_other_events_and_those_of_other_days_ask_nothing(store, tmp_path):
    by_hand(store, tmp_path, [event(1), event(200)], table="usage_events", feed="uploads")
    others = [event(1, "B"), event(2, "C"), event(300), event(1, name="save")]
    assert once(store, parsed("app", EVENTS), *others).outcome == "imported" and counted(store) == 6


def test_whoever_says_that_they_are_others_is_asked_once(store, tmp_path):
    by_hand(store, tmp_path, [event(1)], table="usage_events", feed="uploads")
    source = parsed("app", f'{EVENTS}[answers]\nfeed = "app"\n')
    assert once(store, source, event(1)).outcome == "imported" and counted(store) == 2


def line(number, amount="1200"):
    return {"contract_id": f"C{number}", "account_id": f"A{number}", "starts_on": "2024-01-01", "ends_on": "2025-01-01", "amount": amount,
            "period": "1 year", "currency": "USD"}  # fmt: skip


def arr(store):
    return run("arr", store, EVERYONE, Question(as_of=NOW.date(), rules="strict")).totals["arr"]


def test_contracts_that_stand_by_another_key_are_asked_about_and_count_once(store, tmp_path):
    mapping = Mapping(
        "contracts", feed="uploads", key=("contract_id",), columns={name: name for name in line(1)},
        options={"rows": "records", "ends_on": "exclusive"},
    )  # fmt: skip
    by_hand(store, tmp_path, [line(1), line(2)], mapping=mapping)
    assert arr(store) == 240_000
    rows = [line(number) | {"line_id": "L1"} for number in (1, 2, 3)]
    keyed = LINES + 'key = "contract_id, line_id"\n'
    found = once(store, parsed("billing", LINES), *rows)
    if found.outcome == "waiting":  # its own proposal goes by the line
        assert "2 of these contracts stand already under the feed “uploads”, whose lines go by contract_id" in found.problem
        assert "key=contract_id" in found.what_to_do
    found = once(store, parsed("billing", LINES + 'key = "contract_id"\n'), *rows, hour=1)
    assert found.outcome == "imported" and arr(store) == 360_000
    assert once(store, parsed("second", keyed), *rows, hour=2).outcome == "imported"  # who says a key says it
