"""A pull of usage events from PostgreSQL, from the query to a committed batch, against the import of the same rows from Parquet.

python -m benchmarks.sources [ROWS]     starts a PostgreSQL of its own on loopback; each measurement runs in a process of its own
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import adbc_driver_postgresql.dbapi as adbc
import pyarrow.parquet as pq

from benchmarks.imports import _children, _held
from data.importing.reader import forked
from data.importing.run import import_file
from data.store.store import Store
from sources.description import load, write
from sources.pulling import pull
from tests.outward.postgres import Postgres, postgres

ROWS = 1_000_000
FILLED = """create table happened as select 'A-' || n % 997 as account_id, 'u' || n % 20011 as user_id, 'event ' || n % 40 as event,
    timestamptz '2024-01-01 00:00Z' + n * interval '20 seconds' as occurred_at from generate_series(1, {rows}) n"""
QUERY = "select account_id, user_id, event, occurred_at from happened"
KEYS = 'kind = "sql"\nurl = "{url}"\nquery = "{query}"\ntable = "usage_events"\ncursor = "occurred_at"\n'


def parquet(store: Store, folder: Path) -> int:
    return import_file(store, folder / "happened.parquet", table="usage_events").batch.accepted


def pulled(store: Store, folder: Path) -> int:
    found = pull(store, load(store.path, "app"), lambda: datetime.now(UTC))
    assert found.outcome == "imported", found
    return found.rows


def one(what: str, folder: Path) -> dict:
    """Rows, seconds and seconds of CPU, those of the reader's children among them."""
    store = Store.open(folder / what / "own.duckdb")
    write(store.path, "app", (folder / "app.toml").read_text())
    began, before = time.perf_counter(), _used()
    rows = {"parquet": parquet, "pulled": pulled}[what](store, folder)
    spent = time.perf_counter() - began
    store.close()
    forked._KEEPER.end()  # only then is counted what its children took
    return {"rows": rows, "seconds": spent, "cpu": _used() - before}


def _used() -> float:
    """Seconds of CPU of this process, and of its children that have ended."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(found.ru_utime + found.ru_stime for found in used)


def _tree(pid: int) -> list[int]:
    return [pid, *(one for child in _children(pid) for one in _tree(child))]


def measured(what: str, folder: Path) -> dict:
    """One measurement, with the most memory that it and its children held at once."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.sources", "--one", what, folder], stdout=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_held, _tree(process.pid))))
        time.sleep(0.05)
    return json.loads(process.stdout.read()) | {"memory": peak}


def make(server: Postgres, folder: Path, rows: int) -> None:
    """The rows in the database, and the same in a file."""
    server.run(FILLED.format(rows=rows), "create index on happened (occurred_at)", "grant select on happened to reader", "analyze happened")
    with adbc.connect(server.url) as connection, connection.cursor() as cursor:
        cursor.execute(QUERY)
        reader = cursor.fetch_record_batch()
        with pq.ParquetWriter(folder / "happened.parquet", reader.schema, compression="zstd") as kept:
            for batch in reader:
                kept.write_batch(batch)
    (folder / "app.toml").write_text(KEYS.format(url=server.url, query=QUERY))


def main(rows: int) -> None:
    with postgres() as server, tempfile.TemporaryDirectory() as place:
        make(server, Path(place), rows)
        found = {what: measured(what, Path(place)) for what in ("parquet", "pulled")}
    for what, told in found.items():
        print(f"{what:8} {told['rows']:>9,} rows {told['seconds']:6.1f} s {told['cpu']:6.1f} s CPU {told['memory'] / 2**20:6,.0f} MB")
    ratio = {name: found["pulled"][name] / found["parquet"][name] for name in ("seconds", "cpu", "memory")}
    print("pulled / parquet: " + ", ".join(f"{name} {value:.2f}" for name, value in ratio.items()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(sys.argv[2], Path(sys.argv[3]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
