"""Reading the audit: entries, newest first, of some who, what and when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl

from data.audit.entries import COLUMNS


@dataclass(frozen=True)
class Asked:
    """Which entries. actors: as entries name them; None: all. since, until: days in UTC, both included. most: how many at most."""

    actors: Collection[str] | None = None
    action: str | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None
    most: int | None = None


def entries(cursor: duckdb.DuckDBPyConnection, asked: Asked) -> pl.DataFrame:
    """Entries with all their columns, newest first; moments in UTC."""
    where, values = _where(asked)
    limit = f" limit {asked.most:d}" if asked.most is not None else ""
    query = f"select {', '.join(COLUMNS)} from audit{where} order by seq desc{limit}"
    return cursor.sql(query, params=values).pl().with_columns(pl.col("done_at").dt.replace_time_zone("UTC"))


def count(cursor: duckdb.DuckDBPyConnection, asked: Asked) -> int:
    """How many entries there are of those, however many are read."""
    where, values = _where(asked)
    return cursor.execute(f"select count(*) from audit{where}", values).fetchall()[0][0]


def actors(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Everybody who is named in an entry, as entries name them."""
    return [row[0] for row in cursor.execute("select distinct actor from audit order by 1").fetchall()]


def _where(asked: Asked) -> tuple[str, list[Any]]:
    parts: list[tuple[str, Any]] = []
    if asked.actors is not None:
        parts.append(("list_contains(?::varchar[], actor)", list(asked.actors)))
    parts += [(f"{name} = ?", value) for name, value in (("action", asked.action), ("kind", asked.kind)) if value]
    if asked.since:
        parts.append(("done_at >= ?::date", asked.since))
    if asked.until:
        parts.append(("done_at < ?::date", asked.until + timedelta(days=1)))
    found = " and ".join(part for part, _ in parts)
    return (f" where {found}" if found else ""), [value for _, value in parts]
