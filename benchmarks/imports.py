"""Import of usage events against bare DuckDB on the same file, in one run: python -m benchmarks.imports [EVENTS.parquet]."""

import os
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from data import importing
from data.mapping import Mapping
from data.store import Store

MAPPING = Path(__file__).parent / "mappings" / "crm_events.toml"
LOAD = "create table events as select * from read_parquet(?)"
GROUPS = (
    "create table bits as select account_id, user_id, date_trunc('month', event_time) as m, "
    "bit_or(1::integer << (day(event_time) - 1)::integer) from events group by all",
    "create table counts as select account_id, event_type_id, event_time::date as d, count(*) from events group by all",
)


def bare(file: Path, folder: Path) -> float:
    """Seconds to load the file into a table and do the same group-bys."""
    began = time.perf_counter()
    with duckdb.connect(str(folder / "bare.duckdb")) as connection:
        connection.execute(LOAD, [str(file)])
        for statement in GROUPS:
            connection.execute(statement)
    return time.perf_counter() - began


def ours(file: Path, folder: Path) -> float:
    """Seconds from file to a store that is checked, deduplicated and rolled up."""
    store = Store.open(folder / "own.duckdb")
    began = time.perf_counter()
    outcome = importing.run(store, file, mapping=Mapping.from_toml(MAPPING.read_text()))
    spent = time.perf_counter() - began
    store.close()
    print(f"{outcome.batch.accepted:,} events")
    return spent


def main() -> None:
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ["HOLDFAST_DATASETS"] + "/crm_simulation/event.parquet"
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            theirs, mine = bare(Path(given), Path(folder)), ours(Path(given), Path(folder))
        print(f"bare {theirs:.2f} s, import {mine:.2f} s, ratio {mine / theirs:.2f}")


if __name__ == "__main__":
    main()
