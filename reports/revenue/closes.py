"""Periods that were closed: the figures as they were published, by whom and when, kept in the store and undoable like any import."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from data.approvals import gate, kinds
from data.approvals.requests import Effect
from data.approvals.rules import CLOSE
from data.approvals.undoing import do_mark, may_mark
from data.store.edits import EditRefused, commit_frame, staged_frame
from data.store.store import BatchResult, Store
from data.store.writing import write_batch
from data.viewer import EDIT, EVERYONE, Actor, Viewer
from language import mark, tr
from metrics.rules import choices, preset
from reports.approvals.effects import of_close, published
from reports.definition import Answer, Definition
from reports.look import Look, opened_whole
from reports.report import Question
from reports.revenue.restatement import at_moment
from reports.revenue.retention import retention
from reports.units import schema_of

CLOSED_BY = ("as_of", "from", "to", "rules")  # the parameters that make a close
FIGURES = ("opening_mrr", "closing_mrr", "retained_mrr", "opening_accounts", "retained_accounts", "nrr", "grr", "logo_retention")
COLUMNS = {
    "close_id": "text", "from": "day", "to": "day", "as_of": "day", "rules": "text", "closed_by": "text",
    "closed_at": "instant", "arr": "money",
    "opening_mrr": "money", "closing_mrr": "money", "nrr": "ratio", "grr": "ratio", "logo_retention": "ratio",
}  # fmt: skip


def close_period(store: Store, question: Question, *, at: datetime, who: str | Actor, viewer: Viewer = EVERYONE) -> BatchResult:
    """Freeze the figures of a period as they are known at `at`: a row of the table closes, in a batch of its own.

    What is frozen is the whole company's, without filters; with the figures the choices of the rules, so that they can be told again when
    rules have changed. Raises ValueError where the store is empty, the period cannot be, or it ends after the day of `at`: a close never
    lies ahead. NotAllowed for a viewer who may not close periods of the whole company, NeedsConsent where others must consent first.
    """
    viewer.for_whole_company(EDIT, "closes")
    signed = viewer.signs(who)
    about = about_close(question, signed.name)
    with store.alone():
        row = _row(store, about, at)
        gate.check(store, CLOSE, about, viewer, row)
        return commit_frame(store, "closes", _frame(row), "closes", signed)


def wish_to_close(store: Store, question: Question, *, at: datetime, viewer: Viewer) -> gate.Wish:
    """A close to ask for, in the viewer's name. Raises as `close_period`, and EditRefused where it needs no consent."""
    viewer.for_whole_company(EDIT, "closes")
    about = about_close(question, viewer.person)
    return gate.wished(store, CLOSE, about, viewer, _row(store, about, at))


def about_close(question: Question, who: str) -> dict[str, Any]:
    """What closing a period is: its days as they were asked for, its rules, and who closes it."""
    days = {"as_of": question.as_of, "from": question.start, "to": question.end}
    return {name: str(day) if day else None for name, day in days.items()} | {"rules": question.rules, "closed_by": who}


def _row(store: Store, about: kinds.About, at: datetime) -> dict[str, Any]:
    """The row of a close, with its figures as they are known at a moment. Raises ValueError where there can be none."""
    as_of, start, end = (date.fromisoformat(about[name]) if about[name] else None for name in ("as_of", "from", "to"))
    asked = Question(as_of=as_of, known_at=at.astimezone(UTC).isoformat(), start=start, end=end, rules=about["rules"])
    kept = retention(store, Viewer(), asked)
    if not kept.totals:
        raise ValueError(tr("There is nothing to close: import contracts first."))
    of: dict[str, Any] = {name: kept.parameters[name] for name in ("from", "to", "as_of")}
    first, last = of["from"], of["to"]
    if last > at.astimezone(UTC).date():
        raise ValueError(tr("to: {end} is still to come, and a period is closed once it is over. Give an earlier day.", end=last))
    arr = at_moment(store, Viewer(), asked, start=first, end=last)["arr"].sum()
    figures = {name: kept.totals[name] for name in FIGURES} | {"arr": arr, "choices": choices(preset(asked.rules))}
    return {
        "close_id": f"{first}/{last}/{at:%Y-%m-%dT%H:%M:%S}", "opens_on": first, "closes_on": last, "as_of": of["as_of"],
        "rules": asked.rules, "closed_by": about["closed_by"], "closed_at": at, "data_version": kept.data_version,
        "figures": json.dumps(figures), "audit_head": store.audit_head() or None,
    }  # fmt: skip


def _frame(row: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([row], schema_overrides={"audit_head": pl.String})


def _may(store: Store, about: kinds.About, viewer: Viewer) -> None:
    if "action" in about:
        may_mark(store, about, viewer)
    viewer.for_whole_company(EDIT, "closes")


@contextmanager
def _prepared(store: Store, about: kinds.About, at: datetime) -> Generator[dict[str, Any] | None]:
    """The row of a close as of now; none where one that was taken back is to stand again. Raises EditRefused."""
    try:
        row = None if "action" in about else _row(store, about, at)
    except ValueError as error:
        raise EditRefused(str(error)) from None
    yield row


def _do(store: Store, cursor: Any, about: kinds.About, row: dict[str, Any] | None, who: Actor) -> str:
    if row is None:
        return do_mark(store, cursor, about, None, who)
    with staged_frame(store, "closes", _frame(row), "closes") as staged:
        return str(write_batch(cursor, staged, who, store=store.path).batch)


def _effect(store: Store, about: kinds.About, row: dict[str, Any] | None, day: str | None) -> Effect:
    return of_close(store, about, None, day) if row is None else published(row, about)


kinds.register(kinds.Kind(CLOSE, "closes", _may, _do, _prepared))
kinds.measured(CLOSE, _effect)


def _closes(look: Look, question: Question) -> Answer:
    """One row per closed period, newest first: who closed it when, under which rules, and its figures. For those who see all."""
    found = look.view.table("closes").sort("closed_at", descending=True)
    rows = [
        {**json.loads(row["figures"]), "close_id": row["close_id"], "from": row["opens_on"], "to": row["closes_on"], "as_of": row["as_of"],
         "rules": row["rules"], "closed_by": row["closed_by"], "closed_at": row["closed_at"]}
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    return Answer(pl.DataFrame([{name: row[name] for name in COLUMNS} for row in rows], schema=schema_of(COLUMNS)))


closes = Definition(
    "closes", mark("Closed periods"), COLUMNS, _closes, opens=opened_whole, ignores=("as_of",), states=("known_at", "viewer", "rules")
)
