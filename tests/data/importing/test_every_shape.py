"""Every export that is known goes in with the answers that only a person can give, or is refused with what to bring instead."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from data.importing.outcome import Outcome
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
from tests.data.importing.shape_files import SHAPE_FILES, ShapeFile

NAMED = pytest.mark.parametrize("shape", SHAPE_FILES, ids=lambda shape: shape.name)


@pytest.fixture
def imported(tmp_path):
    """Imports a file into a store of its own, with answers or without; the outcome, and the store."""
    stores = []

    def run(shape: ShapeFile, answers: dict[str, str]) -> tuple[Outcome, Store]:
        stores.append(Store.open(tmp_path / f"{len(stores)}" / "own.duckdb"))
        path = tmp_path / shape.file
        path.write_bytes(shape.content)
        return import_file(stores[-1], path, options=answers), stores[-1]

    yield run
    for store in stores:
        store.close()


def rows(store: Store, table: str) -> list[dict]:
    """What was stored in a table, in the order of the file: whether an import knows the account or not; accounts with their attributes."""
    if table == "accounts":
        with View(store) as view:
            return view.accounts().sort("line").to_dicts()
    events = (
        "select s.account_id, u.user_id, n.event, e.occurred_at, e.quantity from usage_events e join users u using (user_no) "
        "join subjects s using (subject) join event_names n using (event_no) order by e.line"
    )
    with store.reading() as cursor:
        return cursor.sql(events if table == "usage_events" else f"select * from rows_{table} order by line").pl().to_dicts()


def shown(value: object) -> object:
    """A value of the store as the expectation writes it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat().removesuffix("000") if value.microsecond else value.replace(tzinfo=None).isoformat()
    return value.isoformat() if isinstance(value, date) else f"{value:.2f}" if isinstance(value, Decimal) else value


@NAMED
def test_each_export_stands_in_its_table_or_is_refused_in_words(shape, imported):
    outcome, store = imported(shape, shape.answers)
    if shape.words:
        assert outcome.batch is None and not outcome.questions
        assert shape.words in outcome.problems[0].reason
        assert store.imports().is_empty()
        return
    assert outcome.batch is not None, outcome.problems or outcome.questions
    batch = outcome.batch
    assert (batch.table, batch.accepted, batch.rejected, batch.duplicate) == (shape.table, len(shape.rows), shape.rejected, shape.duplicate)
    assert batch.read == batch.accepted + batch.rejected + batch.duplicate
    found = rows(store, shape.table)
    assert [{name: shown(row.get(name)) for name in wanted} for row, wanted in zip(found, shape.rows, strict=True)] == list(shape.rows)


@NAMED
def test_what_only_a_person_can_say_is_asked_and_nothing_is_taken_before(shape, imported):
    answers, wanted = {}, set(shape.answers) - {"currency"}  # a missing currency does not stop a file: it is asked beside it
    while wanted - set(answers):
        outcome, store = imported(shape, answers)
        assert outcome.batch is None and store.imports().is_empty()
        asked = {question.option: question.choices for question in outcome.questions}
        if not asked and wanted == {"table"}:
            return  # refused in words, unless somebody says what it is
        assert asked and set(asked) <= wanted - set(answers)
        for option, choices in asked.items():
            assert not choices or shape.answers[option] in choices  # a day is chosen from a calendar
            answers[option] = shape.answers[option]


def test_a_file_without_a_currency_says_so_beside_what_it_took(imported):
    shape = next(one for one in SHAPE_FILES if one.name == "chargebee subscriptions")
    outcome, _ = imported(shape, {"period": "1 month", "covers": "2024-06-01"})
    assert outcome.batch.accepted == 1
    assert [question.option for question in outcome.questions] == ["currency"]
