"""Ids of events inside one file: exact repeats are left out, ids that stand for several events are told. Runs in the child process only.

The rows lie on disk in parts; the engine looks through them in bounded memory, so that a file may hold any number of ids.
"""

from pathlib import Path

import duckdb
import polars as pl

from data.log.tables import quoted_paths

MEMORY = "2GB"
FEW_BYTES, FEW_ROWS = 32 * 2**20, 200_000  # of a file whose ids can be looked at all at once
REUSED = {"line": pl.Int64, "event_id": pl.String}


def without_repeats(parts: list[Path], folder: Path) -> tuple[int, pl.DataFrame]:
    """Take rows that say the same under the same id as an earlier one out of the parts.

    Returns how many those were, and the rows whose id stands for other events too: line, event_id. Rows without an id stay as they are.
    `folder` takes what does not fit into memory.
    """
    if _is_small(parts) and _are_different(parts):
        return 0, pl.DataFrame(schema=REUSED)
    with duckdb.connect(config={"temp_directory": str(folder / "spill"), "memory_limit": MEMORY}) as engine:
        engine.execute("set preserve_insertion_order = false")
        engine.execute(
            f"create view ids as select *, hash(event_id) as h from read_parquet([{quoted_paths(parts)}]) where event_id is not null"
        )
        # Numbers take less room than ids, and hardly ever is one the same for two: most files have nothing more to look at.
        engine.execute("create table suspects as select h from ids group by h having count(*) > 1")
        same = ", ".join(name for name in engine.table("ids").columns if name not in ("line", "h"))
        engine.execute(
            f"create table again as select line, event_id, row_number() over (partition by {same} order by line) as nth "
            "from ids where h in (from suspects)"
        )
        repeats = engine.sql("select line from again where nth > 1").pl()
        first = "select event_id from again where nth = 1 group by event_id having count(*) > 1"
        reused = engine.sql(f"select line, event_id from again where nth = 1 and event_id in ({first}) order by line").pl()
    if repeats.height:
        _leave_out(parts, repeats)
    return repeats.height, reused


def _is_small(parts: list[Path]) -> bool:
    if sum(part.stat().st_size for part in parts) > FEW_BYTES:
        return False
    return pl.scan_parquet(parts).select(pl.len()).collect().item() <= FEW_ROWS


def _are_different(parts: list[Path]) -> bool:
    """Whether no id stands twice: then the engine, which takes longer to start than such a file to read, has nothing to look for."""
    return not pl.scan_parquet(parts).select(pl.col("event_id").drop_nulls().is_duplicated().any()).collect().item()


def _leave_out(parts: list[Path], lines: pl.DataFrame) -> None:
    for part in parts:
        rows = pl.read_parquet(part, memory_map=False)
        kept = rows.join(lines, on="line", how="anti", maintain_order="left")
        if kept.height < rows.height:
            kept.write_parquet(part, compression="uncompressed", statistics=False)
