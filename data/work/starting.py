"""Starting the plays whose triggers hold: by a person who has looked at them, or by night where a play is on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.store.store import Store
from data.viewer import EDIT, Viewer
from data.work.holdouts import HeldOut, hold_out
from data.work.plays import StartedAlready, run_id_of, start


@dataclass(frozen=True)
class Done:
    """The batches that were written, one a play that was started, and how many had been started by somebody else meanwhile."""

    batches: tuple[int, ...]
    already: int


def start_all(
    store: Store, viewer: Viewer, rows: Sequence[Mapping[str, Any]], *, day: date, way: str = "browser", by_itself: bool = False
) -> Done:  # fmt: skip
    """Start a play for each row (play_id, account_id, reason), each a batch of its own, so that each can be taken back for itself."""
    viewer.allowed(EDIT, "activities")
    batches, already = list[int](), 0
    for row in rows:
        try:
            done = start(store, viewer, row["play_id"], row["account_id"], row["reason"], day=day, way=way, by_itself=by_itself)
        except (StartedAlready, HeldOut):
            already += 1
        else:
            batches.append(done.batch)
    return Done(tuple(batches), already)


def hold_out_all(store: Store, viewer: Viewer, rows: Sequence[Mapping[str, Any]], *, day: date, way: str = "browser") -> int:
    """Leave these accounts alone that chance holds out of a play (play_id, account_id, reason), as one batch; how many they are."""
    hold_out(store, viewer, rows, day=day, id_of=run_id_of, way=way)
    return len(rows)
