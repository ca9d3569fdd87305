"""Import of usage events against bare DuckDB on the same file, in one run.

python -m benchmarks.imports [TIMES ...] [--csv] [--newest]     TIMES: how often the company's events are repeated (1, 10, 22)

Needs HOLDFAST_DATASETS. Each measurement runs in a process of its own, whose memory (children included) is watched.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks import events
from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.store.store import Store

MAPPING = Path(__file__).parent / "mappings" / "crm_events.toml"
READ = {".parquet": "read_parquet(?)", ".csv": "read_csv(?)"}
GROUPS = (
    "create table bits as select account_id, user_id, date_trunc('month', event_time) as m, "
    "bit_or(1::integer << (day(event_time) - 1)::integer) from events group by all",
    "create table counts as select account_id, event_type_id, event_time::date as d, count(*) from events group by all",
)
PAGE = os.sysconf("SC_PAGE_SIZE")
NEWEST = 1_000_000


def bare(file: Path, database: Path) -> dict:
    """Load the file into a table and do the same group-bys."""
    began = time.perf_counter()
    with duckdb.connect(str(database)) as connection:
        connection.execute("set memory_limit = '3GB'")
        connection.execute(f"create table events as select * from {READ[file.suffix]}", [str(file)])
        for statement in GROUPS:
            connection.execute(statement)
    return {"seconds": time.perf_counter() - began, "bytes": database.stat().st_size}


def ours(file: Path, database: Path, *, undo: bool = False) -> dict:
    """From file to a store that is checked, deduplicated and rolled up; or, with `undo`, the newest batch marked as undone."""
    store = Store.open(database)
    began = time.perf_counter()
    if undo:
        store.undo(store.imports()["batch"].max())
    batch = None if undo else import_file(store, file, mapping=Mapping.from_toml(MAPPING.read_text())).batch
    store.close()
    spent = time.perf_counter() - began
    assert undo or batch, "the import was refused"
    counts = {"accepted": batch.accepted, "duplicate": batch.duplicate} if batch else {}
    return {"seconds": spent, "bytes": database.stat().st_size} | counts


def measured(what: str, file: Path, database: Path) -> dict:
    """Run one measurement in a process of its own; adds `memory`, the most that it and its children held at once, in bytes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.imports", "--one", what, file, database], stdout=subprocess.PIPE, text=True
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_held, [process.pid, *_children(process.pid)])))
        time.sleep(0.05)
    return json.loads(process.stdout.read()) | {"memory": peak}


def _held(pid: int) -> int:
    """Memory of a process that is its own: resident, less what it shares with files."""
    try:
        resident, shared = Path(f"/proc/{pid}/statm").read_text().split()[1:3]
    except OSError:
        return 0
    return (int(resident) - int(shared)) * PAGE


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []


def tell(title: str, mine: dict, theirs: dict | None = None) -> None:
    ratio = f"  bare {theirs['seconds']:7.2f} s  ratio {mine['seconds'] / theirs['seconds']:5.2f}" if theirs else ""
    count = mine.get("accepted", 0) + mine.get("duplicate", 0)
    size = f"  {mine['bytes'] / count:5.1f} bytes an event" if mine.get("accepted") and "new" not in title else ""
    print(f"{title:36s} {mine['seconds']:7.2f} s  {mine['memory'] / 1e9:4.2f} GB{ratio}{size}", flush=True)


def compare(source: Path, times: int, folder: Path, *, csv: bool, newest: bool) -> None:
    """Measure one size: Parquet, then on demand CSV, the newest month on top, its undo, and the same file again."""
    file, text, month = folder / f"x{times}.parquet", folder / f"x{times}.csv", folder / f"new{times}.parquet"
    count = events.repeated(source, file, times)
    own, empty = folder / "own" / "own.duckdb", folder / "empty" / "own.duckdb"
    tell(f"{count:,} events, Parquet", measured("ours", file, own), measured("bare", file, folder / "bare.duckdb"))
    (folder / "bare.duckdb").unlink()
    if csv:
        events.as_csv(file, text)
        tell(f"{count:,} events, CSV", measured("ours", text, empty), measured("bare", text, folder / "bare.duckdb"))
        empty.unlink()
        text.unlink()
        (folder / "bare.duckdb").unlink()
    if newest:
        events.newest(source, month, NEWEST, times)
        tell("newest million, into an empty store", measured("ours", month, empty))
        tell("newest million, on top", measured("ours", month, own))
        tell("undo of it", measured("undo", month, own))
        tell("the whole file again", measured("ours", file, own))


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        what, file, database = arguments[1], Path(arguments[2]), Path(arguments[3])
        print(json.dumps(bare(file, database) if what == "bare" else ours(file, database, undo=what == "undo")))
        return
    source = Path(os.environ["HOLDFAST_DATASETS"]) / "crm_simulation" / "event.parquet"
    for times in [int(argument) for argument in arguments if argument.isdigit()] or [1, 10]:
        with tempfile.TemporaryDirectory() as folder:
            compare(source, times, Path(folder), csv="--csv" in arguments, newest="--newest" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
