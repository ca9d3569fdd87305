"""Bands of the health score that people set by hand for a time: set, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.viewer import Viewer
from data.work.writing import write
from language import tr
from language.formats import listed

LONGEST = 366  # days: what holds for longer is no exception, but how the score ought to count
MOST = 500  # characters of a reason


@dataclass(frozen=True)
class Override:
    """A band that an account is in whatever its measures say: why, who answers for it, from which day on, and the first day on which it
    holds no more."""

    band: str
    reason: str
    owner: str
    starts_on: date
    ends_on: date


def set_band(
    store: Store, viewer: Viewer, account_id: str, given: Override, bands: Sequence[str], day: date, way: str = "browser"
) -> BatchResult:  # fmt: skip
    """Set the band of an account. bands: those of the score in force. day: the day looked at; what was told of days before it stays.

    One that is set later holds in place of an earlier one. Raises what `write` raises (an account out of scope among it), and EditRefused
    where a value cannot be.
    """
    _check(given, bands, day)
    row = {
        "account_id": account_id, "band": given.band, "reason": given.reason.strip(), "owner": given.owner.strip(),
        "starts_on": given.starts_on, "ends_on": given.ends_on,
    }  # fmt: skip
    return write(store, viewer, "score_overrides", [row], way=way)


def withdraw(
    store: Store, viewer: Viewer, override_id: str, account_id: str, day: date, seen: int, way: str = "browser"
) -> BatchResult:  # fmt: skip
    """Take back a band that was set, from a day on. seen: the batch of the row as it was looked at. Raises what `write` raises."""
    row = {"override_id": override_id, "account_id": account_id, "withdrawn_on": day}
    return write(store, viewer, "score_overrides", [row], seen=[seen], way=way)


def _check(given: Override, bands: Sequence[str], day: date) -> None:
    if given.band not in bands:
        raise EditRefused(tr("band: the score has no band {band!r}. Bands: {bands}.", band=given.band, bands=listed(bands)))
    if not given.reason.strip() or len(given.reason) > MOST:
        raise EditRefused(tr("reason: say why, in {most} characters at most.", most=MOST))
    if not given.owner.strip():
        raise EditRefused(tr("owner: say who answers for it."))
    if given.starts_on < day:
        raise EditRefused(
            tr("starts_on: {starts_on} lies before {day}. What was told of earlier days stays.", starts_on=given.starts_on, day=day)
        )
    if given.ends_on <= given.starts_on:
        raise EditRefused(tr("ends_on: give a day after {starts_on}, on which it begins.", starts_on=given.starts_on))
    if given.ends_on > given.starts_on + timedelta(days=LONGEST):
        raise EditRefused(tr("ends_on: give a day at most {longest} days after its beginning; it can be set again.", longest=LONGEST))
