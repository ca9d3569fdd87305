"""What a store says of its batches: when each came, from what file, under which mapping, and what was wrong with it."""

from datetime import date, datetime

import polars as pl

from data.log.moments import data_version, standing_batches
from data.schema import KEYED_TABLES, TABLES
from data.store.open_file import OpenFile
from data.store.writing import BatchResult


class Batches(OpenFile):
    """The part of a store that tells of single imports, as they were written: whether they stand is a matter of the log."""

    def imports(self) -> pl.DataFrame:
        """One row per batch, newest first: its counts, when and by whom it came, and whether it stands."""
        with self.reading() as cursor:
            return cursor.sql(_IMPORTS).pl().with_columns(pl.col("imported_at", "undone_at").dt.replace_time_zone("UTC"))

    def files(self) -> pl.DataFrame:
        """batch and file of every import, newest first: of `imports`, without a look at what stands."""
        with self.reading() as cursor:
            return cursor.sql("select batch, file from batches order by batch desc").pl()

    def imports_of(self, sha256: str, mapping: str | None = None) -> list[tuple[BatchResult, bool]]:
        """The batches that came from just these bytes (under just this mapping), newest first, each with whether it stands."""
        with self.reading() as cursor:
            standing = set(standing_batches(cursor, data_version(cursor)))
            names = "batch, file, table_name, feed, read, accepted, rejected, duplicate, waiting, coalesce(erased, 0), coalesce(too_old, 0)"
            query = f"select {names} from batches where sha256 = ? and mapping = coalesce(?, mapping) order by batch desc"
            return [(BatchResult(*row), row[0] in standing) for row in cursor.execute(query, [sha256, mapping]).fetchall()]

    def mapping(self, batch: int) -> str:
        """The mapping under which a batch came, as TOML; empty where there is no such batch."""
        with self.reading() as cursor:
            rows = cursor.execute("select mapping from batches where batch = ?", [batch]).fetchall()
            return rows[0][0] if rows else ""

    def table_of(self, batch: int) -> str | None:
        """The table to which a batch brought rows; None where there is no such batch."""
        with self.reading() as cursor:
            rows = cursor.execute("select table_name from batches where batch = ?", [batch]).fetchall()
            return rows[0][0] if rows else None

    def rollups_only(self, batch: int) -> tuple[int, date | None]:
        """How many events of a batch are kept as rollups only, and from which day on they are all there; 0 and None where all are."""
        with self.reading() as cursor:
            query = "select coalesce(sum(rows), 0)::bigint, max(kept_from) from reduced where batch = ?"
            return cursor.execute(query, [batch]).fetchall()[0]

    def accounts_of(self, batch: int) -> list[str]:
        """The accounts that the rows of a batch are about; none where its table is not about accounts."""
        table = self.table_of(batch)
        if table is None or table not in KEYED_TABLES or not TABLES[table].by_account:
            return []
        with self.reading() as cursor:
            return [row[0] for row in cursor.execute(f"select distinct account_id from rows_{table} where batch = ?", [batch]).fetchall()]

    def written(self, batch: int) -> tuple[str, datetime]:
        """Who wrote a batch, and when (UTC)."""
        with self.reading() as cursor:
            query = "select who, logged_at from log where batch = ? order by seq limit 1"
            return cursor.execute(query, [batch]).fetchall()[0]

    def is_edit(self, batch: int) -> bool:
        """Whether a batch was written on a page, from no file."""
        with self.reading() as cursor:
            return bool(cursor.execute("select coalesce(any_value(edit), false) from batches where batch = ?", [batch]).fetchall()[0][0])

    def problems(self, batch: int) -> pl.DataFrame:
        """What was wrong with a batch's file: line, column, value, reason, rejected."""
        with self.reading() as cursor:
            query = 'select line, "column", value, reason, rejected from problems where batch = ? order by line'
            return cursor.sql(query, params=[batch]).pl()

    def rejected_rows(self, batch: int) -> pl.DataFrame:
        """The rows of a batch's file that were turned away: line, cells."""
        with self.reading() as cursor:
            return cursor.sql("select line, cells from rejected_rows where batch = ? order by line", params=[batch]).pl()

    def header(self, batch: int) -> list[str]:
        """The header of a batch's file, in the file's own words."""
        with self.reading() as cursor:
            rows = cursor.execute("select header from batches where batch = ?", [batch]).fetchall()
            return list(rows[0][0] or []) if rows else []


_IMPORTS = """
with marks as (
    select batch, min(seq) as seq, min(logged_at) filter (where action = 'import') as imported_at,
           arg_min(who, seq) as who, arg_max(action, seq) <> 'undo' as standing,
           arg_max(logged_at, seq) filter (where action = 'undo') as undone_at, arg_max(who, seq) filter (where action = 'undo') as undone_by
    from log group by batch)
select batch, file, table_name as "table", feed, read, accepted, rejected, duplicate, waiting, coalesce(erased, 0) as erased, coalesce(too_old, 0) as too_old, imported_at, who, standing,
       case when not standing then undone_at end as undone_at, case when not standing then undone_by end as undone_by,
       covers_from, covers_to, edit, coalesce(reduced, 0) as reduced, kept_from
from batches join marks using (batch)
left join (select batch, sum(rows)::bigint as reduced, max(kept_from) as kept_from from reduced group by batch) using (batch) order by batch desc
"""
