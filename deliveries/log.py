"""The log of deliveries in the store: one row a run, written by the program itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from data.schema import TABLES
from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View

TABLE = "deliveries"
INSTANTS = ("began_at", "ended_at")


@dataclass(frozen=True)
class Run:
    """One run of a delivery, as the log has it. rows: how many the target took."""

    delivery_id: str
    began_at: datetime
    ended_at: datetime
    outcome: str
    rows: int
    attempts: int
    data_version: int
    problem: str
    what_to_do: str


def add(store: Store, entry: Mapping[str, Any]) -> None:
    """Write one run down; the same again changes nothing."""
    row = {name: _kept(name, entry.get(name)) for name in TABLES[TABLE].names}
    frame = pl.DataFrame({name: pl.Series([value], dtype=TABLES[TABLE].column(name).dtype) for name, value in row.items()})
    commit_frame(store, TABLE, frame, "deliveries", "holdfast")


def _kept(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value).astimezone(UTC) if name in INSTANTS else value


def runs(store: Store, name: str, most: int) -> list[Run]:
    """The newest runs of a delivery, the newest first; instants in UTC."""
    with View(store) as view:
        found = view.table(TABLE).filter(delivery=name).sort("began_at", "ended_at", descending=True).head(most)
    return [_run(row) for row in found.to_dicts()]


def _run(row: dict[str, Any]) -> Run:
    return Run(
        row["delivery_id"], row["began_at"], row["ended_at"], row["outcome"], row["rows"], row["attempts"], row["data_version"],
        row["problem"] or "", row["what_to_do"] or "",
    )  # fmt: skip
