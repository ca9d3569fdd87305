"""Moments of the log: how many entries count at one, and which batches stand then."""

from datetime import UTC, datetime

import duckdb

from data.parameters import WrongParameter

LOGGED = "activities, logged on a page"
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


def standing_batches(cursor: duckdb.DuckDBPyConnection, version: int, table: str | None = None) -> list[int]:
    """The batches that stand at a data version: imported by then, and not undone by then; of one table alone, where it is named."""
    of = "" if table is None else "and batch in (select batch from batches where table_name = ?)"
    query = standing_at(version, of) + " order by batch"
    return [batch for (batch,) in cursor.execute(query, [] if table is None else [table]).fetchall()]


def standing_at(version: int, of: str = "") -> str:
    """SQL for the batches that stand at a data version; of: a condition on which are asked for."""
    return f"select batch from log where seq <= {version:d} and batch is not null {of} group by batch having arg_max(action, seq) <> 'undo'"


def table_versions(cursor: duckdb.DuckDBPyConnection, version: int) -> dict[str, int]:
    """The last log entry, up to a data version, about a batch of each table; under LOGGED that of activities that were written on a page,
    under "" that of entries about no batch."""
    query = """select case when table_name = 'activities' and edit then ? else coalesce(table_name, '') end, max(seq)
        from log left join batches using (batch) where seq <= ? group by 1"""
    return dict(cursor.execute(query, [LOGGED, version]).fetchall())
