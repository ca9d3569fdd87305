"""Making a call on a renewal: what is due is looked up as of the day, within the accounts of who makes it."""

from datetime import date

import polars as pl

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.viewer import EDIT, Viewer
from data.work import renewal_calls
from data.work.renewal_calls import Call, Renewal, newest_batch
from language import tr
from reports.books import Books, opened_books
from reports.forecast.calls import due_renewals
from reports.look import as_of
from reports.report import Question


def make_call(
    store: Store, viewer: Viewer, account_id: str, due_on: date, said: Call, *, day: date | None = None, seen: int | None = None,
    way: str = "browser",
) -> BatchResult:  # fmt: skip
    """Make a call on the renewal of an account on a day. day: the day looked at; the newest one where none is said. seen: the newest batch
    of the renewal's calls as it was looked at (0: none); None: whatever stands. Raises what `data.work.renewal_calls.make` raises."""
    asked = Question(as_of=day, filters=(("account_id", (account_id,)),))
    with opened_books(store, viewer.allowed(EDIT, "activities"), asked) as books:
        looked = books.day
        renewal = _renewal(books, account_id, due_on, seen)
    if looked is None:
        raise EditRefused(tr("Nothing is imported yet, so that no renewal is due."))
    return renewal_calls.make(store, viewer, renewal, said, looked, way)


def _renewal(books: Books, account_id: str, due_on: date, seen: int | None) -> Renewal:
    found = due_renewals(books).filter(pl.col("account_id") == account_id, pl.col("ends_on") == due_on)
    now = newest_batch(books.view.table("renewal_calls"), account_id, due_on) if seen is None else seen
    newest = as_of(books.view, Question()) or due_on
    return Renewal(account_id, due_on, found.height > 0, newest, books.currency, now, int(found["arr"].sum()) / 100)
