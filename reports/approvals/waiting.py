"""Requests for consent as a viewer may see them: what was asked, what it would change, who has consented, and for whom it waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.access.people import same
from data.approvals import approvers, deciding
from data.approvals.approvers import Everybody
from data.approvals.requests import CONSENTED, WAITING, Request, requests
from data.approvals.rules import CLOSE, ERASURE, OBJECTS, REOPEN, SCORE, SNAPSHOT, UNDO, Rules, RulesWrong, current
from data.store.store import Store
from data.viewer import APPROVE, NotAllowed, Viewer
from language import tr


@dataclass(frozen=True)
class Told:
    """A request as it is told. what: the deed in words. waits_for: the addresses of those who may consent now. for_me, mine: whether it
    waits for who looks, or was asked by them. is_due: whether those for whom it waits are to be reminded."""

    request: Request
    what: str
    levels: tuple[str, ...]
    waits_for: tuple[str, ...]
    for_me: bool
    mine: bool
    is_due: bool


def told(store: Store, viewer: Viewer, now: datetime) -> list[Told]:
    """The requests that a viewer may see, newest first: their own, and of kinds of objects that they may approve for the whole company."""
    found = [one for one in requests(store).values() if _sees(viewer, one)]
    if not found:
        return []
    known, rules = approvers.everybody(store), _rules(store)
    return [_told(one, viewer, known, rules, now) for one in sorted(found, key=lambda one: -one.number)]


def _rules(store: Store) -> Rules | None:
    try:
        return current(store.path)
    except RulesWrong:
        return None


def _sees(viewer: Viewer, one: Request) -> bool:
    return viewer.rights is None or same(viewer.person) == one.asked_by or may_approve(viewer, OBJECTS.get(one.kind, ""))


def may_approve(viewer: Viewer, of: str) -> bool:
    """Whether a viewer may consent to what is about a kind of object."""
    try:
        viewer.for_whole_company(APPROVE, of)
    except (NotAllowed, KeyError):
        return False
    return viewer.rights is not None


def _told(one: Request, viewer: Viewer, known: Everybody, rules: Rules | None, now: datetime) -> Told:
    waits = tuple(approvers.who_may(one, rules, known, now.date())) if rules and one.state == WAITING else ()
    me = same(viewer.person) if viewer.person else ""
    for_me = me in waits and may_approve(viewer, OBJECTS.get(one.kind, ""))
    due = bool(rules and deciding.is_due(one, rules, now))
    return Told(one, what(one), tuple(approvers.in_words(level, known) for level in one.levels), waits, for_me, me == one.asked_by, due)


def what(one: Request) -> str:
    """The deed that was asked for, in words."""
    return in_words(one.kind, one.about)


def in_words(kind: str, about: Any) -> str:
    """A deed in words."""
    if kind == SNAPSHOT:
        return tr("Bring in {file}, which ends what it leaves out", file=about["file"])
    if kind == CLOSE and "action" not in about:
        return tr("Close the period {start} to {end}", start=about["from"] or "…", end=about["to"] or "…")
    if kind == SCORE and "action" not in about:
        return tr("Publish a version of the health score: {note}", note=about["note"])
    if kind == ERASURE:
        return tr("Erase a person or an account: {rows:,} rows", rows=sum(about.get("rows", {}).values()))
    named = {
        (UNDO, "undo"): tr("Undo import {batch}", batch=about.get("batch")),
        (UNDO, "redo"): tr("Redo import {batch}", batch=about.get("batch")),
        (SCORE, "undo"): tr("Take back the version of the health score of import {batch}", batch=about.get("batch")),
        (SCORE, "redo"): tr("Let the version of the health score of import {batch} stand again", batch=about.get("batch")),
        (REOPEN, "undo"): tr("Take back the close of import {batch}", batch=about.get("batch")),
        (CLOSE, "redo"): tr("Let the close of import {batch} stand again", batch=about.get("batch")),
    }
    return named.get((kind, about.get("action", "")), kind)


def waiting_for(some: Iterable[Told]) -> list[Told]:
    """Those that wait for who looks."""
    return [one for one in some if one.for_me]


def as_rows(some: Iterable[Told]) -> list[dict[str, Any]]:
    """Requests as API and command line tell them; money in currency units."""
    return [_row(one) for one in some]


def _row(one: Told) -> dict[str, Any]:
    request, effect = one.request, one.request.effect
    consents = [
        {"level": voice.level + 1, "by": voice.who, "instead_of": voice.instead_of or None, "at": voice.at} for voice in request.voices
    ]
    return {
        "request": request.number, "kind": request.kind, "what": one.what, "state": request.state, "asked_by": request.asked_by,
        "asked_at": request.asked_at, "reason": request.reason, "levels": list(one.levels), "consents": consents,
        "level": request.level + 1 if request.state == WAITING else None, "waits_for": list(one.waits_for), "for_me": one.for_me,
        "as_of": effect.day, "accounts": effect.accounts, "arr_before": effect.arr_before, "arr_after": effect.arr_after,
        "amount": effect.amount, "most_on": effect.most_on, "currency": effect.currency, "ended_by": request.ended_by or None,
        "ended_at": request.ended_at, "why": request.why or None, "came_of": request.came_of or None,
    }  # fmt: skip


def open_ones(some: Iterable[Told]) -> list[Told]:
    """Those that are not decided yet."""
    return [one for one in some if one.request.state in (WAITING, CONSENTED)]
