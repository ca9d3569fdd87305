"""Whom would other milestones make activated, before they are kept?"""

from collections.abc import Sequence

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from data.work.milestones import Step, check
from language import tr, tr_n
from metrics.activation import STATES, Milestone, milestones
from reports.look import Look, opened
from reports.report import Question
from reports.rights import KIND_OF
from reports.units import empty
from reports.usage.activation import seen
from reports.usage.milestones import Wanted, seen_events, wanted

EFFECT = {"state": "text", "before": "count", "after": "count"}


def would_change(
    store: Store, viewer: Viewer, question: Question, segment: str | None, steps: Sequence[Step]
) -> tuple[pl.DataFrame, tuple[str, ...]]:  # fmt: skip
    """EFFECT: how many accounts are in each state of activation, and would be if a segment (None: all that have none of their own) had
    these milestones; without any it goes back to how it came. Of the accounts that they are for; and what to look at before they are kept,
    in words. Raises EditRefused for a list that could not be kept, and NotAllowed for who may not view activation."""
    if steps:
        check(steps)
    with opened(store, viewer.reading(KIND_OF["activation"]), question) as look:
        if look.day is None:
            return empty(EFFECT), ()
        by = wanted(look.view)
        other = by.with_others(segment, _made(steps))
        before, after = (seen(look.view, look.day, one) for one in (by, other))
        concerned = before.accounts.filter(_of(by, segment)).select("account_id")
        rows = [
            {"state": state, **{when: _count(found.rows, concerned, state) for when, found in (("before", before), ("after", after))}}
            for state in STATES
        ]
        return pl.DataFrame(rows), _cautions(look, steps, segment, concerned.height)


def _made(steps: Sequence[Step]) -> tuple[Milestone, ...]:
    told = ({"title": one.title.strip(), "kind": one.kind, **_of_kind(one), "within_days": one.within_days} for one in steps)
    return milestones([*told]) if steps else ()


def _of_kind(step: Step) -> dict[str, object]:
    return {"event": step.event.strip()} if step.kind == "event" else {"at_least": step.at_least}


def _of(by: Wanted, segment: str | None) -> pl.Expr:
    """The accounts that a list is of."""
    return by.has_none() if segment is None else (pl.col("segment") == segment).fill_null(False)


def _count(rows: pl.DataFrame, concerned: pl.DataFrame, state: str) -> int:
    return rows.filter(pl.col("state") == state).join(concerned, on="account_id", how="semi").height


def _cautions(look: Look, steps: Sequence[Step], segment: str | None, concerned: int) -> tuple[str, ...]:
    named = {one.event.strip() for one in steps if one.kind == "event" and one.event.strip()}
    strange = sorted(named - seen_events(look)) if named else []
    told = [tr("No account in sight has ever had the event {event!r}: nobody can reach it.", event=one) for one in strange]
    if segment is not None and not concerned:
        told.append(tr("No account in sight is of the segment {segment!r}: nobody is measured by these.", segment=segment))
    seats = sum(one.kind != "event" for one in steps)
    if seats and not look.view.names_users(look.day):  # ty: ignore[invalid-argument-type]  a look has its day here
        told.append(
            tr_n(
                "Usage names no users: {n} milestone cannot be measured.", "Usage names no users: {n} milestones cannot be measured.", seats
            )
        )
    return tuple(told)
