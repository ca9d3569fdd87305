"""What usage events cost as they grow: measured where it was, simulated on paper where it was not. Makes the tables of docs/CAPACITY.md.

python -m benchmarks.capacity [--measured FILE] [--write]

FILE: what benchmarks.rollups --keep wrote. Without it, or for an engine of which it has nothing, nothing is told but what is missing.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PAGE, KEPT = HERE.parent / "docs" / "CAPACITY.md", HERE / "capacity.json"
SIZES = (10**7, 10**8, 10**9, 10**10, 10**11)
BEGIN, END = "<!-- {name}: written by python -m benchmarks.capacity --write -->", "<!-- end of {name} -->"


@dataclass(frozen=True)
class Assumed:
    """What the simulation takes for granted; each is in the page, too.

    months: over which the events spread. cores: of one machine; of how many machines Spark has. kept_up: what of a core's work is left as
    more of them share it. core_hour, gigabyte_month: in USD. nightly: hours in which a month must be made anew. memory: bytes that a rollup
    row takes while it is grouped. page_rows: rollup rows of a month that a page reads in a second, on one core (0.18 s for 4.8 million rows of
    24 months, measured on two cores when the store was designed). patience: seconds for a page. disk: bytes for a store on one disk.
    """

    months: int = 24
    cores: int = 16
    machines: int = 16
    kept_up: float = 0.7
    core_hour: float = 0.05
    gigabyte_month: float = 0.023
    nightly: float = 4.0
    memory: int = 120
    machine_memory: int = 64 * 10**9
    page_rows: int = 13_000_000
    patience: float = 2.0
    disk: int = 4 * 10**12


@dataclass(frozen=True)
class Costs:
    """What one event costs, by measurements: CPU seconds of an engine and its start; bytes in the lake; rollup rows, their bytes in the store."""

    engine: str
    cpu: float
    start: float
    lake: float
    rows: float
    store: float

    @classmethod
    def of(cls, row: dict) -> "Costs":
        n = row["events"]
        rows = row["days"] + row["counts"]
        work = max(row["cpu"] - row["start_cpu"], 0)
        return cls(row["engine"], work / n, row["start_cpu"], row["lake_bytes"] / n, rows / n, row["store_bytes"] / n)


@dataclass(frozen=True)
class Simulated:
    """So many events with one engine: hours for all of them and for one month, of a machine or of the cluster; rows and bytes of the store;
    bytes of memory for one month's groups; seconds for a page over all months; USD for all of it once, and for a month of keeping it."""

    events: int
    engine: str
    whole_hours: float
    month_hours: float
    rows: float
    store: float
    lake: float
    memory: float
    page: float
    once: float
    monthly: float


def simulated(events: int, costs: Costs, assumed: Assumed) -> Simulated:
    """The costs of one event times so many: what is known at a smaller size grows with events, rows included (users grow with them)."""
    cores = assumed.cores * (assumed.machines if costs.engine == "spark" else 1) * assumed.kept_up
    seconds = costs.start + events * costs.cpu
    month = costs.start + events / assumed.months * costs.cpu
    rows = events * costs.rows
    lake = events * costs.lake
    keep = (lake + events * costs.store) / 1e9 * assumed.gigabyte_month
    return Simulated(
        events, costs.engine, seconds / cores / 3600, month / cores / 3600, rows, events * costs.store, lake, rows / assumed.months * assumed.memory,
        rows / assumed.page_rows / assumed.cores / assumed.kept_up, seconds / 3600 * assumed.core_hour, keep + month * 30 / 3600 * assumed.core_hour,
    )  # fmt: skip


def limits(costs: Costs, assumed: Assumed) -> list[tuple[float, str, str]]:
    """Where each part breaks, the first one first: events, the part, and what to do."""
    cores = assumed.cores * assumed.kept_up
    one, all_of_them = cores, cores * assumed.machines
    night = assumed.nightly * 3600 * assumed.months / costs.cpu
    engine = all_of_them if costs.engine == "spark" else one
    found = [
        (assumed.patience * assumed.page_rows * cores / costs.rows, "pages over all months take longer than the patience of a reader", "let older months go, or keep them by account alone; narrow what a page looks at"),
        (assumed.disk / costs.store, "the store outgrows one disk", "the same; the lake is not touched"),
        (night * engine, "a month cannot be made anew within a night", "more machines (--engine spark); --parts, where no event is in two files"),
    ]  # fmt: skip
    if costs.engine == "duckdb":
        groups = assumed.machine_memory * assumed.months / assumed.memory / costs.rows
        found.append((groups, "a month's groups outgrow the memory, and go by way of the disk", "more memory, or --engine spark"))
    return sorted(found)


def dearest(kept: Sequence[dict]) -> dict[str, dict]:
    """Of each engine the measurement with the most rollup rows an event, which make what comes after dear; of equal ones the newest: a
    plan that is too dear disappoints nobody."""
    ordered = sorted(kept, key=lambda row: ((row["days"] + row["counts"]) / row["events"], row["at"]))
    return {row["engine"]: row for row in ordered}


def measured_table(kept: Sequence[dict]) -> str:
    head = "| What | Engine | Events | CPU s | of it start | CPU s a million | Seconds | Memory | Rollup rows | Bytes an event: lake, store | On |\n|---|---|---|---|---|---|---|---|---|---|---|"
    lines = [
        f"| measured: {row['data']} | {row['engine']} {row['master']} | {row['events']:,} | {row['cpu']:,.0f} | {row['start_cpu']:,.0f} | "
        f"{(row['cpu'] - row['start_cpu']) / row['events'] * 1e6:.2f} | {row['seconds']:,.0f} | {row['memory'] / 1e9:.1f} GB | {row['days'] + row['counts']:,} | "
        f"{row['lake_bytes'] / row['events']:.1f}, {row['store_bytes'] / row['events']:.1f} | {row['at'][:10]}, {row['cores']} cores |"
        for row in sorted(kept, key=lambda row: (row["data"], row["events"], row["engine"], row["at"]))
    ]
    return "\n".join([head, *lines]) if lines else "Nothing has been measured yet."


def simulated_table(kept: Sequence[dict], assumed: Assumed) -> str:
    head = "| Events | Engine | Which | All months, hours | One month, hours | Rollup rows | Store | Lake | Memory for a month | A page over all months | USD once | USD a month |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
    lines = []
    for engine, row in sorted(dearest(kept).items()):
        for events in SIZES:
            one = simulated(events, Costs.of(row), assumed)
            lines.append(
                f"| {events:,} | {engine} | simulated | {_few(one.whole_hours)} | {_few(one.month_hours)} | {one.rows:,.0f} | {_bytes(one.store)} | {_bytes(one.lake)} | "
                f"{_bytes(one.memory)} | {_few(one.page)} s | {_few(one.once)} | {_few(one.monthly)} |"
            )
    return "\n".join([head, *lines]) if lines else "Nothing has been measured yet, of which more could be told."


def limits_table(kept: Sequence[dict], assumed: Assumed) -> str:
    lines = ["| Engine | From about so many events | What breaks | What to do |", "|---|---|---|---|"]
    for engine, row in sorted(dearest(kept).items()):
        lines += [f"| {engine} | {_rounded(events)} | {what} | {do} |" for events, what, do in limits(Costs.of(row), assumed)]
    return "\n".join(lines) if len(lines) > 2 else "Nothing has been measured yet, of which more could be told."


def _few(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.2g}"


def _rounded(number: float) -> str:
    digits = len(str(int(number))) - 1
    return f"{round(number, -digits):,.0f}"


def _bytes(number: float) -> str:
    for unit, size in (("PB", 1e15), ("TB", 1e12), ("GB", 1e9)):
        if number >= size:
            return f"{_few(number / size)} {unit}"
    return f"{_few(number / 1e6)} MB"


def tables(kept: Sequence[dict], assumed: Assumed) -> dict[str, str]:
    return {"measured": measured_table(kept), "simulated": simulated_table(kept, assumed), "limits": limits_table(kept, assumed)}


def written(page: str, found: dict[str, str]) -> str:
    """The page with its tables made anew. Raises ValueError where it has no place for one."""
    for name, table in found.items():
        begin, end = BEGIN.format(name=name), END.format(name=name)
        before, after = page[: page.index(begin)], page[page.index(end) :]
        page = f"{before}{begin}\n\n{table}\n\n{after}"
    return page


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--measured", type=Path, default=KEPT)
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    kept = json.loads(given.measured.read_text()) if given.measured.exists() else []
    found = tables(kept, Assumed())
    for name, table in found.items():
        print(f"{name}\n\n{table}\n")
    if given.write:
        PAGE.write_text(written(PAGE.read_text(), found))


if __name__ == "__main__":
    main()
