"""Accounts that chance leaves alone where a play would start by itself: who is, how it is written down, and how somebody lets them go."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, Viewer
from data.work.writing import NOTHING, write

HELD_DAYS = 365  # an account is left alone for a year at most


class HeldOut(EditRefused):
    """The account is held out of the play by chance."""


def held_on(held: pl.DataFrame, day: date) -> pl.DataFrame:
    """The rows of play_holdouts that leave an account alone on a day: held out by then, HELD_DAYS not over, not released by then."""
    days = (pl.lit(day) - pl.col("held_out_on")).dt.total_days()
    return held.filter(days.is_between(0, HELD_DAYS - 1), pl.col("released_on").is_null() | (pl.col("released_on") > day))


def hold_out(
    store: Store, viewer: Viewer, rows: Sequence[Mapping[str, Any]], *, day: date, id_of: Callable[[str, str, str], str], way: str = "browser"
) -> BatchResult | None:  # fmt: skip
    """Write down who is left alone, as one batch; None where nobody is. rows: play_id, account_id, reason. id_of: the id of these three."""
    if not rows:
        return None
    told = [
        {
            "holdout_id": id_of(row["play_id"], row["account_id"], row["reason"]), "account_id": row["account_id"], "play_id": row["play_id"],
            "reason": row["reason"], "held_out_on": day,
        }
        for row in rows
    ]  # fmt: skip
    return write(store, viewer, "play_holdouts", told, seen=[NOTHING] * len(told), way=way)


def release(store: Store, viewer: Viewer, holdout_id: str, *, seen: int, day: date, way: str = "browser") -> BatchResult:
    """Let an account go: the play may be started for it again. seen: the `batch` of the row as it was looked at.

    It then counts neither among those that got the play nor among those held out. Raises EditRefused where it is not held out or not among
    the viewer's accounts, ChangedSince, NotAllowed.
    """
    with store.alone():
        with View(store, viewer.allowed(EDIT, "activities")) as view:
            found = view.table("play_holdouts").filter(pl.col("holdout_id") == holdout_id)
        if found.is_empty():
            raise EditRefused("There is no such account held out among yours: it may have been taken back.")
        row = found.row(0, named=True)
        if row["released_on"] is not None:
            raise EditRefused(f"It was released on {row['released_on']}.")
        told = {
            "holdout_id": holdout_id,
            "account_id": row["account_id"],
            "released_on": day,
            "released_by": str(viewer.signs(viewer.owner or way)),
        }
        return write(store, viewer, "play_holdouts", [told], seen=[seen], way=way)


def held_of(view: View, account_id: str, play_id: str, day: date) -> dict[str, Any] | None:
    """The row that leaves an account alone of a play on a day; None where none does."""
    found = held_on(view.table("play_holdouts").filter(account_id=account_id, play_id=play_id), day)
    return found.row(0, named=True) if found.height else None
