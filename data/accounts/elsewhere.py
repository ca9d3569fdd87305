"""Lines of contracts that stand under another feed by another key: each would be there twice, and its money with it."""

import duckdb

from data.log.moments import data_version, standing_batches
from data.log.staged import Staged
from data.log.tables import quoted_paths

KEY_OF = "case when {row}.row_key like '%=%' then regexp_replace({row}.row_key, '=[^|]*', '', 'g') else 'contract_id' end"
"""By which columns a row goes, as its key says it."""


def lines_by_another_key(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> tuple[str, str, int] | None:
    """The feed with most contracts that a staged file has too, but by another key; that key, columns with commas between; and how many
    contracts. None where there is none."""
    standing = standing_batches(cursor, data_version(cursor))
    if staged.table != "contracts" or "contract_id" not in staged.columns or not staged.parts or not standing:
        return None
    known, fresh = KEY_OF.format(row="r"), KEY_OF.format(row="p")
    query = f"""select b.feed, replace({known}, '|', ', ') as key, count(distinct r.contract_id) as n
        from read_parquet([{quoted_paths(staged.parts)}], union_by_name = true) p join rows_contracts r on r.contract_id = p.contract_id
            join batches b on b.batch = r.batch
        where r.batch in ({", ".join(map(str, standing))}) and b.feed <> ? and {known} <> {fresh} and not coalesce(b.edit, false)
        group by all order by n desc, b.feed limit 1"""
    found = cursor.execute(query, [staged.feed]).fetchall()
    return found[0] if found else None
