"""Rows that were delivered and are in the report no more: which they are, what becomes of them where they are, and what is said of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from data.erasure import keys
from data.store.store import Store
from deliveries.description import Delivery, Endpoint
from deliveries.journal import GONE, UNKNOWN, Journal
from deliveries.parcel import Parcel, digest_of, emptying
from language import tr, tr_n

Gone = Mapping[str, list[Any]]
"""The values of the key, by its digest."""
TOLD = 20


def named(delivery: Delivery, parcel: Parcel) -> dict[str, list[Any]]:
    """The keys that a journal is to know, so that the rows can be told of once they are gone; empty where none can be left over."""
    return parcel.named if delivery.key and not delivery.holds_all else {}


def forget_erased(store: Store, known: Journal) -> None:
    """Take out of a journal the keys of accounts and people who were erased, also where a copy of it brought them back. Raises KeyLost."""
    with store.reading() as cursor:
        erased = keys.known(cursor, store.path)
    if erased and (out := [key for key, values in known.named.items() if any(_is_of(erased, value) for value in values)]):
        known.leave(out)


def _is_of(erased: keys.Erased, value: Any) -> bool:
    return isinstance(value, str) and (any(erased.has(kind, value) for kind in (keys.ACCOUNT, keys.CONTACT)) or erased.has_address(value))


def gone(delivery: Delivery, parcel: Parcel, known: Journal) -> Gone:
    """What was delivered and is not among these rows, sorted; rows of another day than theirs, where the day is in the key, are past and
    not gone. What a delivery that broke off has emptied by then is among them, so that its requests are the same ones again."""
    if delivery.holds_all or not delivery.key or known.place not in ("", delivery.place):
        return {}  # rows elsewhere, or by another key, are no rows of this place
    present, acked = {*parcel.keys}, known.open.acked if known.open else set()
    found = [key for key, said in _may_be_there(delivery, known).items() if key not in present and (said != GONE or key in acked)]
    rows = {key: known.named[key] for key in found if key in known.named}
    in_order = sorted(rows.items(), key=lambda one: [str(value) for value in one[1]])
    return {key: values for key, values in in_order if not parcel.is_past(values)}


def _may_be_there(delivery: Delivery, known: Journal) -> Mapping[str, str]:
    """What the target has, and what it may have of a delivery that broke off: rows whose answer was lost."""
    sent = known.named if known.open and isinstance(delivery.target, Endpoint) else ()
    return dict.fromkeys(sent, UNKNOWN) | known.rows


def carried(delivery: Delivery, parcel: Parcel, gone: Gone) -> Parcel:
    """The rows with those that empty what is gone, where it is emptied; what is emptied or deleted is a part of what they all say."""
    if not gone or delivery.gone == "keep":
        return parcel
    whole = replace(parcel, digest=digest_of([parcel.digest, sorted(gone)]))
    return emptying(whole, gone) if delivery.gone == "clear" else whole


def first(gone: Gone) -> tuple[str, ...]:
    """The first of them, as people write them."""
    return tuple(", ".join(str(value) for value in values) for values in list(gone.values())[:TOLD])


def told(delivery: Delivery, gone: Gone) -> tuple[str, str]:
    """What is to be known of them, and what to do; empty where there are none."""
    if not gone:
        return "", ""
    n, rows = len(gone), _listed(gone)
    if delivery.gone == "clear":
        said = tr_n(
            "{n:,} row that was delivered is in the report no more, and is emptied there: {rows}.",
            "{n:,} rows that were delivered are in the report no more, and are emptied there: {rows}.", n, rows=rows,
        )  # fmt: skip
        return said, ""
    if delivery.gone == "delete":
        said = tr_n(
            "{n:,} row that was delivered is in the report no more, and is deleted there: {rows}.",
            "{n:,} rows that were delivered are in the report no more, and are deleted there: {rows}.", n, rows=rows,
        )  # fmt: skip
        return said, ""
    said = tr_n(
        "{n:,} row that was delivered is in the report no more, and has its last values there still: {rows}.",
        "{n:,} rows that were delivered are in the report no more, and have their last values there still: {rows}.", n, rows=rows,
    )  # fmt: skip
    return said, tr('Empty them there, or say gone = "clear" under [target].')


def _listed(gone: Gone) -> str:
    more = f"; ... {len(gone) - TOLD:,}" if len(gone) > TOLD else ""
    return "; ".join(first(gone)) + more


def left_behind(known: Journal) -> tuple[str, str]:
    """What is to be known of rows at a target to which a delivery goes no more."""
    n, before = len(known.there), (known.last.entry.get("target") if known.last else "") or "?"
    if not n:
        return "", ""
    said = tr_n(
        "It goes elsewhere than before, or knows rows by another key: {n:,} row has its last values still in {place}.",
        "It goes elsewhere than before, or knows rows by another key: {n:,} rows have their last values still in {place}.", n, place=before,
    )  # fmt: skip
    return said, tr("Empty or delete them there: nothing will be told to that place any more.")
