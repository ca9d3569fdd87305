"""Writing the day's work: each deed is one batch of the log, within the accounts of who writes, and nobody overwrites what they have not seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from data.schema import TABLES
from data.store.edits import EditRefused, commit_frame
from data.store.kinds import kind_of
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, Viewer

FEED = "logged in the app"
NOTHING = 0
"""What was seen of a row that was not there."""


class ChangedSince(EditRefused):
    """Somebody else has written the same row since it was looked at; nothing was written. who, at: empty where it was taken back."""

    def __init__(self, who: str = "", at: datetime | None = None) -> None:
        if at is None:
            told = "This was taken back meanwhile. Nothing was written: look at it as it is now, and say again what is to hold."
        else:
            told = f"{who} changed this at {at:%Y-%m-%d %H:%M} UTC, after you had opened it. Nothing was written: look at it as it is now, and say again what is to hold."
        super().__init__(told)
        self.who, self.at = who, at


def write(
    store: Store, viewer: Viewer, table: str, rows: Sequence[Mapping[str, Any]], *, seen: Sequence[int] | None = None, way: str = "browser"
) -> BatchResult:  # fmt: skip
    """Write rows of one table as one batch: all of them or none. Undoing that batch takes all of it back.

    rows: each with the key of the table (an id of its own may be left out, and is given) and the columns that are said; columns that no row
    names change nothing, None clears. seen: for each row the `batch` that it had when it was looked at, NOTHING where there was none;
    None where nothing can be overwritten, as for a row with a new id. way: how the work came in, where the viewer has no name.
    Returns the batch. Raises NotAllowed where the viewer may not write such rows at all, EditRefused where a value is wrong or an account
    is not in its scope, and ChangedSince (then nothing is written) where a row is not the one that was seen.
    """
    may = viewer.allowed(EDIT, kind_of(table, is_edit=True))
    within = may if TABLES[table].by_account else EVERYONE
    frame = _framed(table, rows)
    with store.alone():
        if seen is not None:
            _check_seen(store, within, table, frame, seen)
        return commit_frame(store, table, frame, FEED, viewer.signs(viewer.owner or way), edit=True, viewer=within)


def _framed(table: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a frame in the types of the table; a column that one row lacks is empty there."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    contract = TABLES[table]
    strange = [name for name in names if name not in contract.names]
    if strange:
        raise EditRefused(f"{strange[0]}: the table {table} has no such column. Columns: {', '.join(contract.names)}.")
    try:
        return pl.DataFrame({name: pl.Series([row.get(name) for row in rows]).cast(contract.column(name).dtype) for name in names})
    except (TypeError, pl.exceptions.PolarsError) as error:
        raise EditRefused(f"A value does not fit its column of {table}: {error}") from None


def check_seen(store: Store, viewer: Viewer, table: str, rows: Sequence[Mapping[str, Any]], seen: Sequence[int]) -> None:
    """Raises ChangedSince where a row stands otherwise than it was seen: for who is about to write it, and others with it, and holds the
    store alone. Of rows that the viewer may not write nothing is told here: writing them is refused."""
    within = viewer.allowed(EDIT, kind_of(table, is_edit=True))
    _check_seen(store, within if TABLES[table].by_account else EVERYONE, table, _framed(table, rows), seen)


def _check_seen(store: Store, within: Viewer, table: str, frame: pl.DataFrame, seen: Sequence[int]) -> None:
    """Raises ChangedSince where a row of an account within the viewer's scope stands otherwise than it was seen."""
    key = list(TABLES[table].key)
    with View(store, within) as view:
        stand = view.table(table).group_by(key).agg(pl.col("batch").max())  # of accounts that were merged, two rows have one key
        own = view.accounts().select("account_id")
    told = frame.with_columns(seen=pl.Series(list(seen), dtype=pl.Int64)).join(stand, on=key, how="left")
    if "account_id" in frame.columns and not within.sees_all:
        told = told.join(own, on="account_id", how="semi")
    for before, now in told.select("seen", pl.col("batch").fill_null(NOTHING)).rows():
        if now > before:
            raise ChangedSince(*store.written(now))
        if now < before:
            raise ChangedSince()
