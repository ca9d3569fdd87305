"""Calls on renewals: how somebody expects one to end, and with what amount. Another opinion is another call; one can be taken back."""

from dataclasses import dataclass
from datetime import date
from math import isfinite

import polars as pl

from data.schema import RENEWAL_CALLS
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, Viewer
from data.work.writing import ChangedSince, write
from language import tr
from language.formats import listed

CHOICES = RENEWAL_CALLS.column("call").choices
LOST = "lost"
MOST = 1000  # characters of a note
MOST_TIMES = 100  # of what is due: as much was typed in cents, or is a slip
LEAST_DUE = 1000  # currency units: a pilot that costs less may grow to as much as if it cost this


@dataclass(frozen=True)
class Call:
    """How a renewal is expected to end. amount: ARR after it, in currency units (None for one that is lost). currency: empty for the one
    that figures are told in."""

    call: str
    amount: float | None
    note: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Renewal:
    """The renewal that a call is of. is_due: whether lines of the account end on that day, by what is known on the day looked at. newest:
    the last day of which anything is known. currency: in which figures are told. seen: the newest batch of its calls as they were looked
    at, 0 where there was none. due: what is due, in currency units."""

    account_id: str
    due_on: date
    is_due: bool
    newest: date
    currency: str
    seen: int = 0
    due: float = 0.0


def make(store: Store, viewer: Viewer, of: Renewal, said: Call, day: date, way: str = "browser") -> BatchResult:
    """Make a call on a renewal as of the day looked at. An earlier one of it stays as it was said, and no longer holds.

    Raises what `write` raises (an account out of scope among it), ChangedSince where somebody made or took back a call on it meanwhile,
    and EditRefused for a renewal that is past or not there, an earlier day than the newest, and an amount that cannot be.
    """
    row = {
        "account_id": of.account_id, "due_on": of.due_on, "call": said.call, "amount": 0.0 if said.call == LOST else said.amount,
        "currency": of.currency, "note": said.note.strip() or None, "called_by": viewer.signs(viewer.owner or way).name, "called_on": day,
    }  # fmt: skip
    with store.alone():
        _check_seen(store, viewer, of)
        _check(of, said, day)
        return write(store, viewer, RENEWAL_CALLS.name, [row], way=way)


def withdraw(store: Store, viewer: Viewer, call_id: str, account_id: str, day: date, seen: int, way: str = "browser") -> BatchResult:
    """Take back a call, from a day on; one made before it holds again. seen: the batch of the call as it was looked at. Raises what
    `write` raises."""
    row = {"call_id": call_id, "account_id": account_id, "withdrawn_on": day}
    return write(store, viewer, RENEWAL_CALLS.name, [row], seen=[seen], way=way)


def newest_batch(rows: pl.DataFrame, account_id: str, due_on: date) -> int:
    """The newest batch of the calls on a renewal; 0 where there is none. rows: of renewal_calls."""
    batch = rows.filter(pl.col("account_id") == account_id, pl.col("due_on") == due_on)["batch"].max()
    return int(batch) if isinstance(batch, int) else 0


def _check_seen(store: Store, viewer: Viewer, of: Renewal) -> None:
    """Raises ChangedSince where the calls on a renewal are not those that were looked at, EditRefused for somebody else's account, of which
    nothing else is told."""
    with View(store, viewer.allowed(EDIT, "activities")) as view:
        if of.account_id not in view.accounts()["account_id"]:
            raise EditRefused(tr("account_id: calls are made on renewals of your own accounts alone."))
        now = newest_batch(view.table(RENEWAL_CALLS.name), of.account_id, of.due_on)
    if now > of.seen:
        raise ChangedSince(*store.written(now))
    if now < of.seen:
        raise ChangedSince()


def _check(of: Renewal, said: Call, day: date) -> None:
    if said.call not in CHOICES:
        raise EditRefused(tr("call: takes one of {choices}.", choices=listed(CHOICES)))
    if len(said.note) > MOST:
        raise EditRefused(tr("note: say it in {most} characters at most.", most=MOST))
    _check_amount(of, said)
    if day < of.newest:
        raise EditRefused(
            tr("A call is made as of {newest}, the newest day; you look at {day}. What was said by then stays.", newest=of.newest, day=day)
        )
    if of.due_on <= day:
        raise EditRefused(tr("due_on: the renewal of {due_on} is past by {day}: what became of it is known.", due_on=of.due_on, day=day))
    if not of.is_due:
        raise EditRefused(
            tr("due_on: no line of the account that is still to be renewed ends on {due_on}. See the page Renewals.", due_on=of.due_on)
        )


def _check_amount(of: Renewal, said: Call) -> None:
    if said.currency and said.currency != of.currency:
        raise EditRefused(tr("currency: calls are in {currency}, in which figures are told.", currency=of.currency))
    if said.call == LOST and said.amount:
        raise EditRefused(tr("amount: what is lost is worth nothing. Leave it empty, or choose at_risk."))
    if said.call != LOST and said.amount is None:
        raise EditRefused(tr("amount: say what ARR you expect after it."))
    if said.amount is not None and not (isfinite(said.amount) and said.amount >= 0):
        raise EditRefused(tr("amount: give zero or more."))
    if said.amount is not None and said.amount >= MOST_TIMES * max(of.due, LEAST_DUE):
        raise EditRefused(
            tr("amount: {amount:,.15g} is {times:,} times what is due ({due:,.2f} {currency}), or more. Give the ARR of one year after the "
               "renewal, in whole {currency}; the contract says what is beyond that, once it is signed.",
               amount=said.amount, times=MOST_TIMES, due=of.due, currency=of.currency)
        )  # fmt: skip
