"""Rollups by DuckDB and by Spark of the same events: equal, and at which cost.

python -m benchmarks.rollups [--crm TIMES] [--generated EVENTS] [--sitting EVENTS] [--only ENGINE] [--master MASTER] [--keep FILE]

--crm: the events of the CRM simulation, TIMES copies one after the other in time (10 are 45 million; needs HOLDFAST_DATASETS).
--generated: so many events of 5,000 accounts and up to 200,000 users over 24 months, a file a month.
--sitting: so many generated events follow each other within the same hour of one user, as people work; 1, which costs the most, is the
default: nearly each is then the only one of its user, name and day.
--keep: append what was measured to a JSON file, from which benchmarks.capacity makes its tables.

Each engine runs in a process of its own; CPU seconds and memory are of all its processes, since seconds on a busy machine say little. An
engine is asked for one event first, by which its start is known. Then all months come into a new store.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from benchmarks import events
from benchmarks.imports import MAPPING, PAGE
from data.importing.mapping import Mapping
from data.rollups.bringing import bring, folder_of
from data.rollups.definition import Definition
from data.rollups.engines import NAMES
from data.rollups.files import Files
from data.rollups.making import alone, make, parts_of, tables_of
from data.rollups.manifest import Manifest
from data.store.store import Store
from data.viewer import EVERYONE

FEED, MEMORY = "benchmark", "2GB"
GENERATED = Mapping("usage_events", FEED, columns={name: name for name in ("account_id", "user_id", "event", "occurred_at", "quantity")})
MONTHS, ACCOUNTS, USERS = 24, 5000, 40
EVENTS = ["login", "report_viewed", "export", "invite", "api_call", "dashboard", "comment", "search"]
DRAWN = f"""select 'A-' || (hash(u) % {ACCOUNTS}) as account_id,
    'U-' || (hash(u) % {ACCOUNTS}) || '-' || (hash(u + 7) % {USERS}) as user_id,
    {EVENTS!r}[1 + (hash(i * 3) % {len(EVENTS)})::integer] as event,
    date '2024-01-01' + interval {{month}} month
        + to_microseconds((hash(u * 5) % {28 * 24} * 3600000000 + hash(i * 5) % 3600000000)::bigint) as occurred_at,
    case when i % 4 = 0 then (hash(i * 11) % 100000)::bigint / 100 end as quantity
    from (select i, i // {{sitting}} as u from range({{first}}, {{end}}) t(i))"""
TICKS = os.sysconf("SC_CLK_TCK")


def crm(folder: Path, times: int) -> Mapping:
    """The CRM simulation's events, a file for each copy."""
    source = Path(os.environ["HOLDFAST_DATASETS"]) / "crm_simulation" / "event.parquet"
    events.copies(source, folder, times)
    return Mapping.from_toml(MAPPING.read_text())


def generated(folder: Path, count: int, sitting: int) -> Mapping:
    """Events by hashes, so that every run has the same; one in four says a quantity, in cents."""
    a_month = -(-count // MONTHS)
    with duckdb.connect() as engine:
        engine.execute(f"set memory_limit = '{MEMORY}'")
        for month in range(MONTHS):
            rows = DRAWN.format(month=month, sitting=sitting, first=month * a_month, end=min(count, (month + 1) * a_month))
            engine.execute(f"copy ({rows}) to '{folder}/{month:02}.parquet' (format parquet, compression zstd)")
    return GENERATED


def one(engine: str, folder: Path, out: Path, mapping: Path, master: str) -> dict:
    """Roll a folder up; what it took, and what came of it."""
    definition, began = Definition(Mapping.from_toml(mapping.read_text()), "Europe/Berlin"), time.perf_counter()
    with alone(out):
        if engine == "duckdb":
            from data.rollups.on_duckdb import OnDuckDB

            with closing(OnDuckDB(MEMORY, out)) as ours:
                made = make(ours, Files(str(folder)), definition, out)
        else:
            from data.rollups.on_spark import OnSpark, session

            with session(master, out / "spark.log", {"spark.driver.memory": "1500m"}) as opened, closing(OnSpark(opened)) as ours:
                made = make(ours, Files(str(folder)), definition, out)
    return {"seconds": time.perf_counter() - began, "events": made.read, "months": len(made.months)}


def measured(*asked: object) -> dict:
    """Run one measurement in a process of its own, with CPU seconds and the most memory of it and all below it."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.rollups", "--one", *map(str, asked)], stdout=subprocess.PIPE, text=True)
    cpu: dict[int, int] = {}
    memory = 0
    while process.poll() is None:
        now = _tree(process.pid)
        cpu |= {pid: ticks for pid, (ticks, _) in now.items()}
        memory = max(memory, sum(held for _, held in now.values()))
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"{asked}: failed")
    return json.loads(process.stdout.read().splitlines()[-1]) | {"cpu": sum(cpu.values()) / TICKS, "memory": memory}


def _tree(root: int) -> dict[int, tuple[int, int]]:
    """CPU ticks and memory of its own of a process and all below it."""
    parents, found = {}, {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rsplit(")", 1)[1].split()
            resident, shared = (place / "statm").read_text().split()[1:3]
        except OSError:
            continue
        parents[int(place.name)] = int(fields[1])
        found[int(place.name)] = (int(fields[11]) + int(fields[12]), (int(resident) - int(shared)) * PAGE)
    ours = {root}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return {pid: found[pid] for pid in ours if pid in found}


def sizes(folder: Path) -> dict[str, int]:
    """Rows and bytes of the rollups in a folder."""
    manifest, found = Manifest.read(folder), {"days": 0, "counts": 0, "rollup_bytes": 0}
    for month, made in manifest.months.items():
        for table, place in tables_of(folder, made.run, month).items():
            for part in parts_of(place):
                found[table] += pq.ParquetFile(part).metadata.num_rows
                found["rollup_bytes"] += part.stat().st_size
    return found


def brought(folder: Path, made: Path) -> dict:
    """Bring the rollups of a folder into a new store."""
    with closing(Store.open(folder / "own.duckdb", timezone="Europe/Berlin", memory_limit=MEMORY)) as store:
        place = folder_of(store.path, FEED)
        place.parent.mkdir(parents=True)
        made.rename(place)
        began = time.perf_counter()
        months = len(bring(store, FEED, EVERYONE).months)
        seconds = time.perf_counter() - began
    return {"bring_seconds": seconds, "batches": months, "store_bytes": (folder / "own.duckdb").stat().st_size}


def compare(name: str, folder: Path, mapping: Mapping, engines: list[str], master: str) -> list[dict]:
    """Roll the same files up by each engine. Raises SystemExit where they do not come to the same."""
    lake, told = folder / "lake", folder / "mapping.toml"
    told.write_text(mapping.to_toml())
    small = folder / "small"
    small.mkdir()
    first = sorted(lake.iterdir())[0]
    pq.write_table(pq.ParquetFile(first).read_row_group(0).slice(0, 1), small / first.name)
    found, contents = [], []
    for engine in engines:
        start = measured(engine, small, folder / f"start-{engine}", told, master)
        row = measured(engine, lake, folder / engine, told, master)
        contents.append({month: made.content for month, made in Manifest.read(folder / engine).months.items()})
        row |= {
            "data": name,
            "engine": engine,
            "master": master if engine == "spark" else "",
            "start_cpu": start["cpu"],
            "start_seconds": start["seconds"],
        }
        row |= sizes(folder / engine) | {"lake_bytes": sum(file.stat().st_size for file in lake.iterdir()), "cores": os.cpu_count()}
        row["at"] = datetime.now(UTC).isoformat(timespec="seconds")
        found.append(row)
        print(in_words(row), flush=True)
    if any(one != contents[0] for one in contents):
        different = [month for month in contents[0] if len({content.get(month) for content in contents}) > 1]
        raise SystemExit(f"{name}: the engines differ in {', '.join(different)}")
    print(f"{name}: {len(contents[0])} months, equal by {' and '.join(engines)}", flush=True)
    (folder / "store").mkdir()
    came = brought(folder / "store", folder / engines[0])
    print(f"{name}: in the store after {came['bring_seconds']:.1f} s, {came['store_bytes'] / 1e6:,.1f} MB", flush=True)
    return [row | came for row in found]


def in_words(row: dict) -> str:
    work = row["cpu"] - row["start_cpu"]
    cpu = f"{row['cpu']:.1f} s CPU ({row['start_cpu']:.1f} of it start; {1e6 * work / row['events']:.2f} a million)"
    came = f"{row['days']:,} days, {row['counts']:,} counts, {row['rollup_bytes'] / 1e6:,.1f} MB"
    return f"{row['data']}, {row['engine']}: {row['events']:,} events, {cpu}, {row['seconds']:.1f} s, {row['memory'] / 1e9:.2f} GB; {came}"


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        engine, folder, out, mapping, master = sys.argv[2:]
        print(json.dumps(one(engine, Path(folder), Path(out), Path(mapping), master)))
        return
    asked = argparse.ArgumentParser()
    asked.add_argument("--crm", type=int, nargs="*", default=[])
    asked.add_argument("--generated", type=int, nargs="*", default=[])
    asked.add_argument("--sitting", type=int, default=1)
    asked.add_argument("--only", choices=NAMES)
    asked.add_argument("--master", default="local[2]")
    asked.add_argument("--keep", type=Path)
    given = asked.parse_args()
    drawn = "generated" if given.sitting == 1 else f"generated, {given.sitting} events a sitting"
    kinds = (("CRM simulation", crm, given.crm), (drawn, partial(generated, sitting=given.sitting), given.generated))
    for kind, make_files, sizes_asked in kinds:
        for size in sizes_asked:
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "lake").mkdir()
                mapping = make_files(Path(folder) / "lake", size)
                name = f"{kind} x{size}" if kind.startswith("CRM") else kind
                rows = compare(name, Path(folder), mapping, [given.only] if given.only else [*NAMES], given.master)
            if given.keep:
                kept = json.loads(given.keep.read_text()) if given.keep.exists() else []
                given.keep.write_text(json.dumps(kept + rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
