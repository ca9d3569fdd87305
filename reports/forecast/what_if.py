"""What if renewals, prices or churn were otherwise: the next four quarters as expected, and under assumptions, side by side."""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from data.work.scenarios import AS_EXPECTED, Scenario, seen_by
from language import mark, tr
from metrics.at_stake import NO_TERM
from models.forecast import Change, Quarter
from reports.books import Books
from reports.definition import Answer, Definition
from reports.forecast.assumptions import changes_of, in_words
from reports.forecast.forecast import Outlook, forecast_of
from reports.forecast.words import notes
from reports.report import Question
from reports.units import schema_of

COLUMNS = {
    "name": "text", "quarter": "day", "ends_on": "day", "expected_arr": "money", "expected_arr_low": "money", "expected_arr_high": "money",
    "difference": "money", "nrr": "ratio", "nrr_low": "ratio", "nrr_high": "ratio", "grr": "ratio", "scenario_id": "text",
    "assumptions": "text",
}  # fmt: skip
SAVED = {
    **COLUMNS,
    "what_if": "text",
    "as_of": "day",
    "note": "text",
    "owner": "text",
    "is_shared": "flag",
    "in_board_pack": "flag",
    "seen": "count",
}
TOTALS = {"today_arr": "money"}
ASSUMED = mark("With the assumptions")


def _what_if(books: Books, question: Question) -> Answer:
    """One row per quarter as expected, then one per quarter with the assumptions of `what_if`, where there are some.

    expected_arr: ARR of today's customers at the end of the quarter, with its range; difference: less that as expected. nrr, grr:
    from today to the end of the quarter. assumptions: in words. Null with a note where there is no forecast. Totals: ARR today.
    """
    found = forecast_of(books)
    changes = changes_of(question.what_if, _segments(books))
    if found is None:
        return Answer(notes=books.notes)
    rows = [*_rows(found, (), {"name": tr(AS_EXPECTED)})]
    if changes:
        rows += _rows(found, changes, {"name": tr(ASSUMED), "assumptions": in_words(changes)})
    return _answer(books, found, rows, COLUMNS, idle(found, changes))


def _scenarios(books: Books, question: Question) -> Answer:
    """One row per quarter as expected, then one per quarter of each saved scenario that the viewer may see, by name: its own, and those
    that are shared. As of the day looked at, whichever day it was saved on (as_of): a scenario keeps what is assumed, not what came of
    it. Columns as what-if; seen: its batch. Where none of the accounts in scope is what an assumption is of, a note says that it changes
    nothing.
    """
    found = forecast_of(books)
    saved = seen_by(books.view.viewer, books.view.table("scenarios"))
    if found is None:
        return Answer(notes=books.notes)
    rows, told = [*_rows(found, (), {"name": tr(AS_EXPECTED)})], []
    for one in saved:
        changes = changes_of(one.assumptions)
        told += [f"{one.name}: {why}" for why in idle(found, changes)]
        rows += _rows(found, changes, _about(one) | {"assumptions": in_words(changes)})
    return _answer(books, found, rows, SAVED, told)


def idle(found: Outlook, changes: Sequence[Change]) -> list[str]:
    """What changes nothing, and why: none of the pieces is what it is of."""
    return [why for change in changes if (why := _idle(found.pieces, change))]


def _idle(pieces: pl.DataFrame, change: Change) -> str:
    of = pieces if change.segment is None else pieces.filter(pl.col("segment") == change.segment)
    told = in_words((change,))
    if of.is_empty():
        return tr("none of these accounts is of that segment, so that this changes nothing: {told}", told=told)
    if change.churn != 1 and not change.renewal and not change.price and of.filter(pl.col("kind") == NO_TERM).is_empty():
        return tr("all of these accounts have a term, so that this changes nothing: {told}", told=told)
    if change.renewal and change.churn == 1 and not change.price and of.filter(pl.col("quarter").is_not_null()).is_empty():
        return tr("nothing of these accounts comes up in the four quarters, so that this changes nothing: {told}", told=told)
    return ""


def _about(one: Scenario) -> dict[str, Any]:
    return {
        "scenario_id": one.scenario_id, "name": one.name, "what_if": one.assumptions, "as_of": one.as_of, "note": one.note or None,
        "owner": one.owner,
        "is_shared": one.is_shared, "in_board_pack": one.in_board_pack, "seen": one.batch,
    }  # fmt: skip


def _segments(books: Books) -> list[str]:
    return books.view.accounts()["segment"].drop_nulls().unique().sort().to_list()


def _rows(found: Outlook, changes: Sequence[Change], about: dict[str, Any]) -> Iterable[dict[str, Any]]:
    plain, changed = found.quarters_under(()), found.quarters_under(changes)
    for ahead, before, then in zip(found.quarters, plain, changed, strict=True):
        yield about | {"quarter": ahead.quarter, "ends_on": ahead.end} | (_figures(before, then) if before and then else {})


def _figures(before: Quarter, then: Quarter) -> dict[str, Any]:
    known = then.expected is not None and before.expected is not None
    return {
        "expected_arr": then.expected, "expected_arr_low": getattr(then.expected_range, "low", None),
        "expected_arr_high": getattr(then.expected_range, "high", None),
        "difference": then.expected - before.expected if known else None,
        "nrr": then.nrr, "nrr_low": getattr(then.nrr_range, "low", None), "nrr_high": getattr(then.nrr_range, "high", None),
        "grr": then.grr,
    }  # fmt: skip


def _answer(books: Books, found: Outlook, rows: list[dict[str, Any]], columns: dict[str, str], told: Sequence[str] = ()) -> Answer:
    frame = pl.DataFrame([dict.fromkeys(columns) | row for row in rows], schema=schema_of(columns))
    return Answer(frame, {"today_arr": int(found.pieces["at_stake"].sum())}, (*books.notes, *notes(found), *told))


what_if = Definition("what-if", mark("What if"), COLUMNS, _what_if, TOTALS, takes=("what_if",))
scenarios = Definition("scenarios", mark("Scenarios"), SAVED, _scenarios, TOTALS)
WHAT_IF = (what_if, scenarios)
