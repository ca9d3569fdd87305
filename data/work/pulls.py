"""The record of pulls: what came of each, and up to where each source is read. Written with the rows that came, or by itself."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import polars as pl

from data.log.moments import data_version, standing_at
from data.log.staged import Staged
from data.schema import SOURCE_PULLS
from data.store.edits import commit_frame, staged_frame
from data.store.store import Store

FEED, WHO = "sources", "holdfast"
CALLED = {"batch_number": "batch", "requests_made": "requests"}
IMPORTED, NOTHING_NEW, WAITING, FAILED = "imported", "nothing new", "waiting", "failed"


@dataclass(frozen=True)
class Pulled:
    """One pull of a source: see the table source_pulls, whose columns these are; but for those of CALLED. fields: empty where types
    are not told."""

    pull_id: str
    source: str
    began_at: datetime
    ended_at: datetime
    outcome: str
    rows: int = 0
    requests: int = 0
    retries: int = 0
    cursor_from: str | None = None
    cursor_to: str | None = None
    batch: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    problem: str | None = None
    what_to_do: str | None = None
    read_by: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The pull as scripts are told it, moments as ISO texts."""
        return asdict(self) | {"began_at": self.began_at.isoformat(), "ended_at": self.ended_at.isoformat(), "fields": dict(self.fields)}

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> "Pulled":
        """A pull as `as_json` told it. Raises KeyError, TypeError, ValueError for what is none."""
        moments: dict[str, Any] = {name: datetime.fromisoformat(said[name]) for name in ("began_at", "ended_at")}
        return cls(**(dict(said) | moments))


def keep(store: Store, pulled: Pulled) -> None:
    """Write a pull that brings no rows into the log."""
    commit_frame(store, SOURCE_PULLS.name, _framed(pulled), FEED, WHO)


def beside(store: Store, pulled: Pulled) -> AbstractContextManager[Staged]:
    """A pull ready to be written in the transaction of its rows."""
    return staged_frame(store, SOURCE_PULLS.name, _framed(pulled), FEED)


def pulls(store: Store, source: str | None = None, most: int | None = None) -> list[Pulled]:
    """The pulls that stand, of one source or of all, the newest first, at most so many of each source; empty where none was."""
    names = ", ".join(SOURCE_PULLS.names)
    with store.reading() as cursor:
        standing = standing_at(data_version(cursor), "and batch in (select batch from rows_source_pulls)")
        query = f"select {names} from rows_source_pulls where batch in ({standing}) and (?::varchar is null or source = ?) "
        within = "qualify row_number() over (partition by source order by batch desc) <= ? order by batch desc"
        rows = cursor.execute(query + within, [source, source, most or 1 << 40]).fetchall()
    return [_read(dict(zip(SOURCE_PULLS.names, row, strict=True))) for row in rows]


def read_up_to(store: Store, source: str) -> Pulled | None:
    """The newest pull that says up to where its source is read; None where the next one begins from the start."""
    return next((one for one in pulls(store, source) if one.cursor_to), None)


def undone(store: Store, source: str) -> list[int]:
    """The batches of a source that were undone since it was read from its start last, the newest first: the next pull goes on after their
    rows, so that these do not come again by themselves."""
    brought = [one for one in pulls(store, source) if one.outcome == IMPORTED]
    since = next((at for at, one in enumerate(brought) if one.cursor_from is None), len(brought))
    batches = [one.batch for one in brought[: since + 1] if one.batch is not None]
    with store.reading() as cursor:
        standing = {batch for (batch,) in cursor.execute(standing_at(data_version(cursor))).fetchall()}
    return [batch for batch in batches if batch not in standing]


def _framed(pulled: Pulled) -> pl.DataFrame:
    told: dict[str, Any] = asdict(pulled) | {
        "fields": json.dumps(dict(pulled.fields)) if pulled.fields else None,
        "batch_number": pulled.batch,
    }
    told |= {name: told[name].astimezone(UTC) for name in ("began_at", "ended_at")}
    return pl.DataFrame({one.name: pl.Series([told[CALLED.get(one.name, one.name)]], dtype=one.dtype) for one in SOURCE_PULLS.columns})


def _read(row: dict[str, Any]) -> Pulled:
    told: dict[str, Any] = {name: row[name].replace(tzinfo=UTC) for name in ("began_at", "ended_at")}
    told |= {"fields": json.loads(row["fields"]) if row["fields"] else {}, **{name: row.pop(column) for column, name in CALLED.items()}}
    return Pulled(**(row | told))
