"""By which formula are requests ranked, and what would another one change?"""

from typing import Any

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from data.work.request_formula import GONE, Changes, Standing, as_shipped, entries, shipped, standing, with_changes
from language import mark, tr, tr_n
from metrics.request_ranking import changes
from reports.books import opened_books
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.requests.asking import OVER, about_formula, about_scope, asking
from reports.requests.ranking import decision_called, in_order, value_called
from reports.rights import KIND_OF
from reports.units import empty

COLUMNS = {
    "rule": "text",
    "part": "text",
    "in_words": "text",
    "setting": "text",
    "as_shipped": "text",
    "own": "text",
    "is_changed": "flag",
    "batch": "count",
}
MOVED = {
    "title": "text", "priority_before": "text", "priority": "text", "decision_before": "text", "decision": "text", "request_id": "text",
}  # fmt: skip
PARTS = {
    "reach": mark("Points for reach"), "value": mark("Points for value"), "effort": mark("Points for effort"),
    "priority": mark("Priorities"), "individual": mark("What is individual"), "common": mark("What is to be done: common requests"),
    "individual_decision": mark("What is to be done: individual requests"),
}  # fmt: skip


def _request_formula(look: Look, question: Question) -> Answer:
    """One row per number or decision of the formula by which requests are ranked, in its parts and their order.

    setting: what holds, null for a step that the team took out; as_shipped: what came with the product, null for a step that the team
    added; own: what the team last said of it, null where nothing; is_changed: that this is not what came. batch: the change that wrote it
    last; 0 where nobody changed it. For a viewer without accounts there are no rows.
    """
    now = standing(look.view)
    rows = [_row(rule, part, said, now) for part in PARTS for rule, said in _entries(now, part)]
    named = pl.DataFrame(rows, schema=empty(COLUMNS).schema, orient="row")
    found = named.clear() if look.view.accounts().is_empty() else named
    return Answer(found, {"changed": len(as_shipped(now))}, about_formula(now))


def _entries(now: Standing, part: str) -> list[tuple[str, int | str | None]]:
    """What holds of a part, then the steps that the team took out, or that do not hold."""
    holds: list[tuple[str, int | str | None]] = [(f"{part}.{key}", said) for key, said in entries(now.rules, part).items()]
    return [*holds, *((rule, None) for rule in sorted(now.own) if rule.partition(".")[0] == part and rule not in now.rules)]


def _text(said: int | str | None) -> str | None:
    return None if said is None else str(said)


def _row(rule: str, part: str, said: int | str | None, now: Standing) -> dict[str, Any]:
    came, own = shipped().get(rule), now.own.get(rule)
    words = in_words(rule, said) if said is not None else tr("Taken out: {what}", what=in_words(rule, came or 0))
    return {
        "rule": rule, "part": tr(PARTS[part]), "in_words": words, "setting": _text(said), "as_shipped": _text(came),
        "batch": now.seen.get(rule, 0),
        "own": (GONE if own is None else str(own)) if rule in now.own else None, "is_changed": rule in now.own and own != came,
    }  # fmt: skip


def in_words(rule: str, said: int | str) -> str:
    """One number or decision of the formula as a sentence."""
    part, _, key = rule.partition(".")
    points = tr_n("{n} point", "{n} points", said) if isinstance(said, int) else ""
    if part == "reach":
        return tr_n("From {n:,} customer who asks: {points}", "From {n:,} customers who ask: {points}", int(key), points=points)
    if part == "value":
        return tr("{value}: {points}", value=value_called(key), points=points)
    if part == "effort":
        return tr_n("Up to {n:g} person-day: {points}", "Up to {n:g} person-days: {points}", float(key), points=points)
    if part == "priority":
        return tr("{priority} from {points} on", priority=key, points=points)
    if part == "individual":
        return tr_n("Asked for by {n:,} customer or fewer", "Asked for by {n:,} customers or fewer", int(said))
    return tr("{priority}: {decision}", priority=key, decision=decision_called(str(said)))


def would_change(store: Store, viewer: Viewer, question: Question, change: Changes) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The requests whose priority or decision would be another one if the formula were changed so: MOVED, in the new order; and of whose
    accounts that is, where it is of a part of them. Raises FormulaWrong where it could not be used, and NotAllowed for who may not view
    requests."""
    with opened_books(store, viewer.reading(KIND_OF["feature-requests"]), question) as books:
        if books.day is None:
            return empty(MOVED), ()
        found = asking(books, books.day)
        other = with_changes({**shipped(), **found.formula.own}, change)
        about = about_scope(books)
        before, after = (_open(in_order(found, rules)) for rules in (None, other))
    moved = changes(before.lazy(), after.lazy())
    return moved.join(after.select("request_id", "title"), on="request_id", maintain_order="left").select(*MOVED), about


def _open(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~pl.col("status").is_in(OVER))


request_formula = Definition("request-formula", mark("How requests are ranked"), COLUMNS, _request_formula, opens=opened)
