"""Moments of the log: how many entries count at one, and which batches stand then."""

from datetime import UTC, datetime

import duckdb

from data.parameters import WrongParameter

EXAMPLE = "an instant like 2026-01-31T00:00:00Z"


def data_version(cursor: duckdb.DuckDBPyConnection, known_at: int | str | None = None) -> int:
    """The last log entry that counts: all of them, those up to a batch's import, or those by an instant (ISO, UTC)."""
    if known_at is None:
        return cursor.execute("select coalesce(max(seq), 0) from log").fetchall()[0][0]
    if isinstance(known_at, int) or str(known_at).isdigit():
        return _import_of(cursor, int(known_at))
    return cursor.execute("select coalesce(max(seq), 0) from log where logged_at <= ?", [_instant(str(known_at))]).fetchall()[0][0]


def _import_of(cursor: duckdb.DuckDBPyConnection, batch: int) -> int:
    seq = cursor.execute("select min(seq) from log where batch = ? and action = 'import'", [batch]).fetchall()[0][0]
    if seq is None:
        raise WrongParameter(f"known_at: there is no batch {batch}. Give the number of an import, or {EXAMPLE}.")
    return seq


def _instant(written: str) -> datetime:
    """An instant in UTC, without a zone, as the log keeps them."""
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        raise WrongParameter(f"known_at: {written!r} is neither a batch number nor {EXAMPLE}.") from None
    return instant if instant.tzinfo is None else _utc(instant)


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def standing_batches(cursor: duckdb.DuckDBPyConnection, version: int) -> list[int]:
    """The batches that stand at a data version: imported by then, and not undone by then."""
    query = "select batch from log where seq <= ? and batch is not null group by batch having arg_max(action, seq) <> 'undo' order by batch"
    return [batch for (batch,) in cursor.execute(query, [version]).fetchall()]
