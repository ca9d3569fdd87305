"""Requests for features: written down, changed, merged, decided and shipped; who asks for them, and who was told that they are there."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import polars as pl

from data.schema import FEATURE_REQUESTS
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, Viewer
from data.work.writing import write

LONGEST = 300  # signs of a title
MOST_DAYS = 10_000
STATUSES = FEATURE_REQUESTS.column("status").choices
DECISIONS = FEATURE_REQUESTS.column("decision").choices
OPEN, SHIPPED = "open", "shipped"


@dataclass(frozen=True)
class Request:
    """What is asked for. value: of the choices of the table, None where nobody has said it; effort_days: person-days, None where nobody
    has estimated them."""

    title: str
    description: str = ""
    status: str = OPEN
    value: str | None = None
    value_note: str = ""
    effort_days: float | None = None
    topic: str = ""
    link: str = ""


@dataclass(frozen=True)
class Row:
    """A request that is there. seen: its batch when it was looked at."""

    request_id: str
    seen: int


@dataclass(frozen=True)
class Vote:
    """Who asks: an account, and where they are known the contact, the ticket, and the words."""

    account_id: str
    contact_id: str | None = None
    ticket_id: str = ""
    note: str = ""


@dataclass(frozen=True)
class Asked:
    """A vote that is there. seen: its batch when it was looked at."""

    vote_id: str
    account_id: str
    seen: int


def add(store: Store, viewer: Viewer, request: Request, day: date, way: str = "browser") -> tuple[str, BatchResult]:
    """Write down a request, first asked for on this day: its id, and the batch. Raises EditRefused without a title, for an effort that is
    no number of days, or where a request has the same title; and what `write` raises."""
    row = _said(request)
    with store.alone():
        _check_title(store, request.title)
        own = uuid4().hex
        return own, write(store, viewer, "feature_requests", [row | {"request_id": own, "created_on": day}], way=way)


def change(store: Store, viewer: Viewer, of: Row, request: Request, way: str = "browser") -> BatchResult:
    """Say otherwise what is asked for. Only what differs is written, so that the rest goes on as the files have it."""
    before, said = _standing(store, of.request_id), _said(request)
    changed = {name: value for name, value in said.items() if before[name] != value}
    if not changed:
        raise EditRefused("Nothing is changed.")
    if "title" in changed:
        _check_title(store, request.title, of.request_id)
    return _write(store, viewer, of, changed, way)


def ask(store: Store, viewer: Viewer, request_id: str, vote: Vote, day: date, way: str = "browser") -> BatchResult:
    """An account asks for a request, as of this day. Raises EditRefused where the same contact of it does already, or there is no such
    request, and what `write` raises."""
    row = {name: value or None for name, value in asdict(vote).items()} | {"request_id": request_id, "asked_on": day}
    row["note"] = vote.note.strip() or None
    with store.alone():
        _standing(store, request_id)
        _check_new(store, viewer, request_id, vote)
        return write(store, viewer, "request_votes", [row], way=way)


def ask_for(
    store: Store, viewer: Viewer, account_id: str, request_ids: Sequence[str], day: date, way: str = "browser"
) -> list[BatchResult]:
    """An account asks for these requests, as one batch; for those that it asks for already nothing is written. The batch, or none."""
    with store.alone():
        with View(store, viewer.allowed(EDIT, "activities")) as view:
            known = view.table("request_votes").filter(account_id=account_id)["request_id"].to_list()
        new = [one for one in dict.fromkeys(request_ids) if one not in known]
        for one in new:
            _standing(store, one)
        rows = [{"request_id": one, "account_id": account_id, "asked_on": day} for one in new]
        return [write(store, viewer, "request_votes", rows, way=way)] if rows else []


def merge(store: Store, viewer: Viewer, of: Row, into: str, way: str = "browser") -> BatchResult:
    """A request says the same as another one and is counted as that. Raises EditRefused where it would be merged into itself, in a circle,
    or into one that is not there."""
    with store.alone():
        _standing(store, of.request_id)
        _check_merge(store, of.request_id, into)
        return _write(store, viewer, of, {"merged_into": into}, way)


def unmerge(store: Store, viewer: Viewer, of: Row, way: str = "browser") -> BatchResult:
    """A request stands for itself again; who asks for it asked for it all the time."""
    return _write(store, viewer, of, {"merged_into": None}, way)


def decide(store: Store, viewer: Viewer, of: Row, decision: str | None, reason: str, way: str = "browser") -> BatchResult:
    """Decide what is to be done, beside what the formula says; None leaves it to the formula again. Raises EditRefused without a reason."""
    if decision is not None and decision not in DECISIONS:
        raise EditRefused(f"decision: takes one of {', '.join(DECISIONS)}.")
    if decision is not None and not reason.strip():
        raise EditRefused("decision_reason: say why it is decided so.")
    said = {"decision": decision, "decision_reason": reason.strip() or None if decision else None}
    return _write(store, viewer, of, said, way)


def ship(store: Store, viewer: Viewer, of: Row, day: date, way: str = "browser") -> BatchResult:
    """Customers have it from this day on: who asked is to be told."""
    return _write(store, viewer, of, {"status": SHIPPED, "shipped_on": day}, way)


def tell(store: Store, viewer: Viewer, asked: Sequence[Asked], day: date, way: str = "browser") -> BatchResult:
    """Those who asked were told that it is there, on this day and by the viewer; as one batch."""
    return _tell(store, viewer, asked, {"told_on": day, "told_by": viewer.person or viewer.owner or way}, way)


def not_told(store: Store, viewer: Viewer, asked: Sequence[Asked], way: str = "browser") -> BatchResult:
    """They are still to be told."""
    return _tell(store, viewer, asked, {"told_on": None, "told_by": None}, way)


def _tell(store: Store, viewer: Viewer, asked: Sequence[Asked], said: Mapping[str, Any], way: str) -> BatchResult:
    if not asked:
        raise EditRefused("Nobody is left to be told.")
    rows = [{"vote_id": one.vote_id, "account_id": one.account_id, **said} for one in asked]
    return write(store, viewer, "request_votes", rows, seen=[one.seen for one in asked], way=way)


def _write(store: Store, viewer: Viewer, of: Row, said: Mapping[str, Any], way: str) -> BatchResult:
    return write(store, viewer, "feature_requests", [{"request_id": of.request_id, **said}], seen=[of.seen], way=way)


def _said(request: Request) -> dict[str, Any]:
    title, days = " ".join(request.title.split()), request.effort_days
    if not title or len(title) > LONGEST:
        raise EditRefused(f"title: say what is asked for, in {LONGEST} signs at most.")
    if days is not None and not (math.isfinite(days) and 0 < days <= MOST_DAYS):
        raise EditRefused("effort_days: give a number of person-days above zero, or leave it empty where nobody has estimated it.")
    words = {name: getattr(request, name).strip() or None for name in ("description", "value_note", "topic", "link")}
    return words | {"title": title, "status": request.status, "value": request.value, "effort_days": days}


def _standing(store: Store, request_id: str) -> dict[str, Any]:
    with View(store) as view:
        found = view.table("feature_requests").filter(request_id=request_id).to_dicts()
    if not found:
        raise EditRefused("This request is there no more.")
    return found[0]


def _check_title(store: Store, title: str, but: str = "") -> None:
    with View(store) as view:
        rows = view.table("feature_requests").filter(pl.col("request_id") != but)
    same = rows.filter(pl.col("title").str.to_lowercase() == " ".join(title.split()).lower())
    if same.height:
        raise EditRefused("A request has this title already: let the customer ask for that one.")


def _check_new(store: Store, viewer: Viewer, request_id: str, vote: Vote) -> None:
    with View(store, viewer.allowed(EDIT, "activities")) as view:
        own = view.table("request_votes").filter(account_id=vote.account_id, request_id=request_id)
        contacts = view.table("contacts").filter(account_id=vote.account_id)["contact_id"].to_list()
    if vote.contact_id and vote.contact_id not in contacts:
        raise EditRefused("contact_id: the account has no such contact.")
    if own.filter(pl.col("contact_id").eq_missing(pl.lit(vote.contact_id or None, pl.String))).height:
        raise EditRefused("They ask for it already.")


def _check_merge(store: Store, request_id: str, into: str) -> None:
    with View(store) as view:
        merged = dict(view.table("feature_requests").select("request_id", "merged_into").rows())
    if into == request_id:
        raise EditRefused("merged_into: a request cannot be merged into itself.")
    if into not in merged:
        raise EditRefused("merged_into: there is no such request.")
    passed: set[str] = set()
    at: str | None = into
    while at is not None and at not in passed:
        passed.add(at)
        at = merged.get(at)
    if request_id in passed:
        raise EditRefused("merged_into: that one is merged into this one, so the two would lead in a circle. Take that back first.")
