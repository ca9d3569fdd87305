"""Referrals: customers who are asked to recommend us, whom they name, and what comes of it."""

from dataclasses import dataclass
from datetime import date

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.viewer import Viewer
from data.work.writing import write

RESULTS = ("won", "lost", "declined")


@dataclass(frozen=True)
class Row:
    """A referral that is there, as it was looked at. seen: its batch then."""

    referral_id: str
    account_id: str
    asked_on: date
    seen: int


def ask(store: Store, viewer: Viewer, account_id: str, on: date, contact_id: str | None, owner: str, way: str = "browser") -> BatchResult:
    """Write down that a customer was asked to recommend us."""
    row = {"account_id": account_id, "asked_on": on, "contact_id": contact_id, "owner": owner.strip() or None}
    return write(store, viewer, "referrals", [row], way=way)


def given(store: Store, viewer: Viewer, of: Row, referred: str, on: date, way: str = "browser") -> BatchResult:
    """The customer named a company. Raises EditRefused without its name, and for a day before it was asked for."""
    if not referred.strip():
        raise EditRefused("referred: say which company was named.")
    _check_day("given_on", of, on)
    return write(store, viewer, "referrals", [_of(of) | {"referred": referred.strip(), "given_on": on}], seen=[of.seen], way=way)


def close(store: Store, viewer: Viewer, of: Row, result: str, on: date, way: str = "browser") -> BatchResult:
    """Say how a referral ended: the company became a customer, did not, or the customer declined to name one."""
    if result not in RESULTS:
        raise EditRefused(f"result: takes one of {', '.join(RESULTS)}.")
    _check_day("closed_on", of, on)
    return write(store, viewer, "referrals", [_of(of) | {"result": result, "closed_on": on}], seen=[of.seen], way=way)


def _check_day(column: str, of: Row, on: date) -> None:
    if on < of.asked_on:
        raise EditRefused(f"{column}: it was asked for on {of.asked_on}, so this cannot have been before.")


def _of(of: Row) -> dict[str, object]:
    return {"referral_id": of.referral_id, "account_id": of.account_id, "asked_on": of.asked_on}
