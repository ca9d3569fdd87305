"""What the log keeps of each standing import besides its rows: counts, days, why rows were rejected, and how full its columns are."""

import duckdb
import polars as pl

from data.log.keyed_rows import batch_list
from data.schema import KEYED_TABLES, PROPOSED_TABLES, TABLES


def import_records(cursor: duckdb.DuckDBPyConnection, standing: list[int]) -> pl.DataFrame:
    """One row per standing file, in the order of import: batch, imported_at (UTC), feed, table, file, the counts, covers_from, covers_to.

    main_reason: why most of its rejected rows were rejected; null where none was. What people write in the app is no file, and a list of your own people no data of customers.
    """
    tables = ", ".join(f"'{name}'" for name in PROPOSED_TABLES)
    return cursor.sql(
        f"""with reasons as (
            select batch, arg_max(reason, n) as main_reason from (select batch, reason, count(*) as n from problems where rejected group by all)
            group by batch)
        select batch, l.logged_at as imported_at, feed, table_name as "table", file, read, accepted, rejected, duplicate, waiting,
               covers_from, covers_to, main_reason
        from batches b join log l using (batch) left join reasons using (batch)
        where l.action = 'import' and batch in {batch_list(standing)} and not coalesce(b.edit, false) and table_name in ({tables})
        order by batch"""
    ).pl().with_columns(pl.col("imported_at").dt.replace_time_zone("UTC"))  # fmt: skip


def import_problems(cursor: duckdb.DuckDBPyConnection, standing: list[int]) -> pl.DataFrame:
    """Why rows of each standing file were rejected, and what else was said of it: batch, column, reason, rejected, value and line of the
    first such row, and n, how many there are."""
    return cursor.sql(
        f"""select batch, "column", reason, rejected, arg_min(value, line) as value, min(line) as line, count(*) as n
        from problems where batch in {batch_list(standing)} group by batch, "column", reason, rejected order by batch, n desc, line"""
    ).pl()


def filled_columns(cursor: duckdb.DuckDBPyConnection, standing: list[int]) -> pl.DataFrame:
    """How many rows of each standing file have a value, per column of the file: batch, column, filled, rows. Usage events are left out."""
    parts = []
    for table in KEYED_TABLES:
        if table in PROPOSED_TABLES:
            named = ", ".join(f'count("{name}") as "{name}"' for name in TABLES[table].names)
            counted = f"select batch, count(*) as rows, {named} from rows_{table} where batch in {batch_list(standing)} group by batch"
            each = f'unpivot ({counted}) on columns(* exclude (batch, rows)) into name "column" value filled'
            parts.append(f'select batch, "column", filled, rows from ({each})')
    return cursor.sql(
        f"select p.* from ({' union all '.join(parts)}) p join batches b using (batch) "
        'where list_contains(b.columns, "column") and not coalesce(b.edit, false) order by 1, 2'
    ).pl()
