"""Offers to customers: made, changed, won or lost, and opened again; each deed is a batch that can be undone."""

from dataclasses import dataclass
from datetime import date

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.viewer import Viewer
from data.work.writing import write

KINDS = ("upgrade", "seats", "addition", "volume", "other")
RESULTS = ("won", "lost")


@dataclass(frozen=True)
class Offer:
    """What is offered. amount: how much more a year it would bring, in currency; source: where the idea came from."""

    title: str
    amount: float | None
    currency: str
    made_on: date
    kind: str | None = None
    product: str = ""
    stage: str = ""
    source: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Row:
    """An offer that is there, as it was looked at. seen: its batch then."""

    offer_id: str
    account_id: str
    title: str
    made_on: date
    seen: int


def make(store: Store, viewer: Viewer, account_id: str, offer: Offer, way: str = "browser") -> BatchResult:
    """Write down an offer that was made. Raises what `write` raises, and EditRefused without a title, or an amount above zero: an offer
    without one counts in no figure."""
    return write(store, viewer, "offers", [{"account_id": account_id} | _said(offer)], way=way)


def change(store: Store, viewer: Viewer, of: Row, offer: Offer, way: str = "browser") -> BatchResult:
    """Say otherwise what is offered; how it ended stays."""
    return write(store, viewer, "offers", [_of(of) | _said(offer)], seen=[of.seen], way=way)


def move(store: Store, viewer: Viewer, of: Row, stage: str, way: str = "browser") -> BatchResult:
    """Say how far an offer has come."""
    return write(store, viewer, "offers", [_of(of) | {"stage": stage.strip() or None}], seen=[of.seen], way=way)


def close(store: Store, viewer: Viewer, of: Row, result: str, on: date, reason: str = "", way: str = "browser") -> BatchResult:
    """Say that an offer was won or lost. Raises EditRefused for a day before it was made."""
    if result not in RESULTS:
        raise EditRefused(f"result: takes one of {', '.join(RESULTS)}.")
    if on < of.made_on:
        raise EditRefused(f"closed_on: the offer was made on {of.made_on}, so it cannot have ended before.")
    told = {"result": result, "closed_on": on, "reason": reason.strip() or None}
    return write(store, viewer, "offers", [_of(of) | told], seen=[of.seen], way=way)


def open_again(store: Store, viewer: Viewer, of: Row, way: str = "browser") -> BatchResult:
    """An offer that had ended is open again."""
    return write(store, viewer, "offers", [_of(of) | {"result": None, "closed_on": None}], seen=[of.seen], way=way)


def _of(of: Row) -> dict[str, object]:
    return {"offer_id": of.offer_id, "account_id": of.account_id, "title": of.title, "made_on": of.made_on}


def _said(offer: Offer) -> dict[str, object]:
    if not offer.title.strip():
        raise EditRefused("title: say what is offered.")
    if not offer.amount or offer.amount <= 0:
        raise EditRefused("amount: say how much more a year it would bring, above zero; without it the offer counts in no figure.")
    if offer.kind is not None and offer.kind not in KINDS:
        raise EditRefused(f"kind: takes one of {', '.join(KINDS)}.")
    words = {name: getattr(offer, name).strip() or None for name in ("title", "product", "stage", "source", "owner", "currency")}
    return words | {"amount": offer.amount, "made_on": offer.made_on, "kind": offer.kind}
