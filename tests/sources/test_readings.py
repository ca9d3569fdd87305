"""Rows that are read otherwise than those that stand: asked before they come in, told where they stand together, and mended by one answer."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from data.importing import saved_mappings
from data.importing.mapping import Mapping
from data.viewer import EVERYONE, Grant, NotAllowed, Viewer
from reports.catalogue import run
from reports.report import Question
from sources import deeds, description, listing, readings
from sources.description import parsed
from sources.fetched import Cursor, Fetched
from sources.keys import SourceError
from sources.pulling import pull
from tests.new_store import new_store

NOW = datetime(2024, 6, 10, 6, tzinfo=UTC)
HTTP = 'kind = "http"\nurl = "http://127.0.0.1"\ncursor = "at"\n'
BILLING = HTTP + 'table = "contracts"\nmapping = "billing"\n'
LINES = Mapping(
    "contracts", key=("contract_id",), options={"ends_on": "exclusive", "rows": "records"}, constants={"period": "1 year", "currency": "USD"},
    columns={"contract_id": "id", "account_id": "customer", "starts_on": "begins", "ends_on": "ends", "amount": "total"},
)  # fmt: skip


class Rows:
    """A reader of a list of rows: those of the cursor or later, as a perfect source answers."""

    def __init__(self, *rows):
        self.rows, self.asked = list(rows), []

    def __call__(self, source, since, folder, *, now, ended):
        self.asked.append(since)
        found = [row for row in self.rows if since is None or datetime.fromisoformat(row["at"]) >= since.parsed]
        path = folder / "rows.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in found))
        return Fetched(path, len(found), Cursor.of(max(datetime.fromisoformat(row["at"]) for row in found)))


@pytest.fixture
def store(tmp_path):
    opened = new_store(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def at(hour):
    return (NOW + timedelta(hours=hour)).isoformat()


def line(number, hour):
    """A line that pays 1,200 a year in `total`; its `net` is 900, and `cents` are 120,000."""
    return {"id": f"C{number}", "customer": f"A{number}", "begins": "2024-01-01", "ends": "2025-01-01", "total": "1200", "net": "900",
            "cents": "120000", "at": at(hour)}  # fmt: skip


def once(store, source, rows, hour, **more):
    return pull(store, source, lambda: NOW + timedelta(hours=hour), fetch=rows, **more)


def arr(store):
    return run("arr", store, EVERYONE, Question(as_of=NOW.date(), rules="strict")).totals["arr"]


def two_lines(store, changed):
    """Two lines that came, of which the newer one is within the overlap; the mapping changed; and a third that is to come."""
    saved_mappings.save(store.path, "billing", LINES)
    source, rows = parsed("billing", BILLING), Rows(line(1, -5), line(3, 0))
    assert once(store, source, rows, 1).outcome == "imported"
    saved_mappings.save(store.path, "billing", changed)
    rows.rows.append(line(2, 30))
    return source, rows


def columns(**of):
    return Mapping("contracts", key=("contract_id",), columns=LINES.columns | of, constants=LINES.constants, options=LINES.options)


NET, CENTS = columns(amount="net"), Mapping(
    "contracts", key=("contract_id",), columns=LINES.columns | {"amount": "cents"}, constants=LINES.constants,
    options=LINES.options | {"amount_unit": "cents"},
)  # fmt: skip
PER_SEAT = Mapping("contracts", key=("contract_id",), columns=LINES.columns, constants=LINES.constants | {"seats": "3"},
                   options=LINES.options | {"amount_per": "seat"})  # fmt: skip


CHANGED = (
    (NET, "amount: net, was total"),
    (CENTS, "amount_unit: cents, was not said"),
    (PER_SEAT, "amount_per: seat, was not said"),
    (columns(ends_on="at"), "ends_on: at, was ends"),
    (Mapping("contracts", key=("contract_id",), columns=LINES.columns, constants=LINES.constants | {"period": "1 month"},
             options=LINES.options), "period: “1 month”, was “1 year”"),
)  # fmt: skip


def test_a_mapping_that_means_something_else_now_waits_with_the_question(store):
    source, rows = two_lines(store, NET)
    for hour, (changed, said) in enumerate(CHANGED, 31):
        saved_mappings.save(store.path, "billing", changed)
        found = once(store, source, rows, hour)
        assert found.outcome == "waiting" and said in found.problem and "(batch 1)" in found.problem, found.problem
        assert found.what_to_do == "Answer: sources answer billing reading=again|stay"
    assert arr(store) == 240_000  # nothing of it counts before somebody has said
    saved_mappings.save(store.path, "billing", LINES)
    assert once(store, source, rows, 40).outcome == "imported" and arr(store) == 360_000  # it was changed back


def test_read_again_undoes_what_was_read_otherwise_in_the_same_moment(store):
    source, rows = two_lines(store, NET)
    once(store, source, rows, 31)
    found = once(store, source, rows, 32, reading="again")
    # Three lines of 900 a year; with the first as it was read it would be 3,000.
    assert found.outcome == "imported" and found.cursor_from is None and arr(store) == 270_000
    assert rows.asked[-1] is None and readings.otherwise(store, "billing") == ()
    store.undo(found.batch)
    store.redo(1)
    assert arr(store) == 240_000  # undo is undo, and what was before can be had again


def test_what_is_to_stay_stays_and_is_told_until_it_is_undone(store):
    source, rows = two_lines(store, NET)
    once(store, source, rows, 31)
    description.save(store.path, source)
    assert once(store, source, rows, 32, reading="stay").outcome == "imported"
    assert arr(store) == 300_000  # 1,200 as it was read, and 900 twice
    assert once(store, source, rows, 33).outcome == "nothing new"  # asked once
    (told,) = listing.listed(store, EVERYONE, NOW)
    assert told.otherwise == (1,)
    assert deeds.listed(store, EVERYONE, NOW)[0].as_json(NOW)["read_otherwise"] == [1]
    store.undo(1)
    assert listing.listed(store, EVERYONE, NOW)[0].otherwise == ()


def test_events_under_another_name_do_not_count_beside_themselves(store):
    said = 'table = "usage_events"\nmapping = "use"\n'
    use = {"account_id": "customer", "user_id": "who", "occurred_at": "at"}
    saved_mappings.save(store.path, "use", Mapping("usage_events", columns=use | {"event": "label"}))
    rows = Rows(*({"customer": "A", "who": "ann", "label": "Open", "name": "open", "at": at(hour)} for hour in (0, 1)))
    source = parsed("app", HTTP + said)
    once(store, source, rows, 2)
    saved_mappings.save(store.path, "use", Mapping("usage_events", columns=use | {"event": "name"}))
    found = once(store, source, rows, 3)
    assert found.outcome == "waiting" and "event: name, was label" in found.problem
    once(store, source, rows, 4, reading="again")
    with store.reading() as cursor:
        query = f"select count(*) from usage_events where batch in ({', '.join(map(str, store.standing(cursor)))})"
        assert cursor.execute(query).fetchall() == [(2,)]


def test_the_parts_of_a_record_are_part_of_how_it_is_read(store):
    said = HTTP + 'table = "contracts"\nmapping = "billing"\n[fields]\ntotal = { path = "TOTAL" }\n'
    saved_mappings.save(store.path, "billing", LINES)
    rows = Rows(line(1, 0))
    once(store, parsed("billing", said.replace("TOTAL", "total")), rows, 1)
    rows.rows.append(line(2, 30))
    found = once(store, parsed("billing", said.replace("TOTAL", "net")), rows, 31)
    assert found.outcome == "waiting" and "the parts of its records" in found.problem


def test_a_column_that_came_or_went_and_a_day_of_a_file_are_no_other_reading(store):
    saved_mappings.save(store.path, "billing", LINES)
    source, rows = parsed("billing", BILLING + '[answers]\nrows = "state"\n'), Rows(line(1, 0))
    once(store, source, rows, 1)
    rows.rows = [line(2, 30) | {"added": "x"}]
    found = once(store, source, rows, 31)
    assert found.outcome == "imported", found.problem
    accounts = parsed("crm", HTTP + 'table = "accounts"\n')
    once(store, accounts, Rows({"account_id": "A", "name": "Alder", "plan": "Team", "at": at(0)}), 1)
    assert once(store, accounts, Rows({"account_id": "B", "name": "Birch", "industry": "Food", "at": at(30)}), 31).outcome == "imported"
    assert readings.otherwise(store, "billing") == readings.otherwise(store, "crm") == ()


def test_what_does_not_stand_asks_nothing(store):
    source, rows = two_lines(store, NET)
    store.undo(1)
    assert once(store, source, rows, 31, from_start=True).outcome == "imported" and arr(store) == 270_000


def test_only_who_may_undo_has_all_read_again(store):
    source, rows = two_lines(store, NET)
    description.save(store.path, source)
    once(store, source, rows, 31)
    with pytest.raises(SourceError, match="reading: takes again or stay"):
        deeds.said_of_reading(store, EVERYONE, "billing", {"reading": "no"})
    importer = Viewer(rights=(Grant("import", "imports"),), person="ann")
    with pytest.raises(NotAllowed, match="no batch 1 that your role lets you undo"):
        deeds.said_of_reading(store, importer, "billing", {"reading": "again"})
    assert deeds.said_of_reading(store, EVERYONE, "billing", {"reading": "again"}) == "again"
    assert "reading" not in deeds.with_kept_answers(store, EVERYONE, "billing", {"reading": "again"}, way="browser").answers
