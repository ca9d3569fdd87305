"""Imports killed at random moments, reading and writing: is anything lost, doubled, or there by half?

    python -m benchmarks.crashes [KILLS]

A process imports one file of events after the other and prints a line whenever a batch is in, and dots while it works. It is
killed a random number of dots, out of as many as a whole import was seen to take, after its start or, every other time, after it has
acknowledged a batch.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from data.store.store import Store
from data.store.view import View

ROOT = Path(__file__).resolve().parent.parent
ROWS = 3000
PROGRAM = """
import sys, threading, time
from pathlib import Path
from benchmarks.crashes import export
from data.importing.run import import_file
from data.importing.reader_jobs import inspect
from data.store.store import Store
folder = Path(sys.argv[1])
store = Store.open(folder / "store" / "own.duckdb")
inspect(export(folder, 0))  # what reads is loaded by then
say = lambda word: sys.stdout.write(word + "\\n") and sys.stdout.flush()
def dots():
    while True:
        say(".")
        time.sleep(0.002)
threading.Thread(target=dots, daemon=True).start()
while True:
    outcome = import_file(store, export(folder, store.imports().height))
    say(str(outcome.batch.batch))
"""


@dataclass
class Tally:
    """What the kills found: how many struck while a file was half-way, batches acknowledged and found, and what was wrong."""

    kills: int = 0
    left_half_way: int = 0
    acknowledged: int = 0
    found: int = 0
    faults: tuple[str, ...] = ()


def export(folder: Path, number: int) -> Path:
    """The file that becomes batch `number` + 1: the accounts first, then events of which no other file has one."""
    path = folder / f"{number}.csv"
    if number == 0:
        path.write_text("account_id,name\nA,One\n")
        return path
    lines = (f"A,u{n % 50},open,2024-01-{1 + n % 28:02d}T{number % 24:02d}:{number // 24 % 60:02d}:00.{n:06d}Z\n" for n in range(ROWS))
    path.write_text("account_id,user_id,event,occurred_at\n" + "".join(lines))
    return path


def killed(folder: Path, dots: int, batches: int = 0) -> int:
    """Run the program until it has acknowledged so many batches and then printed so many dots, and kill it.

    Returns the last batch that it acknowledged, 0 where none.
    """
    last = 0
    for word in _words(folder):
        if word != ".":
            last, batches = int(word), batches - 1
        elif batches <= 0:
            dots -= 1
            if dots <= 0:
                break
    return last


def _words(folder: Path) -> Iterator[str]:
    """What the program prints, until whoever listens has heard enough; then it is killed, and what it still said is heard too."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        try:
            for line in program.stdout:
                yield line.strip()
        finally:
            program.kill()


def dots_of_one_import(folder: Path) -> int:
    """How many dots go by while one file is imported, undisturbed."""
    heard, batches = [], 0
    for word in _words(folder):
        batches += word != "."
        heard += [batches]
        if batches == 3:
            break
    return heard.count(2)


def look(folder: Path, acknowledged: int, tally: Tally) -> None:
    """Open the store as the next start would, and tell what is wrong with it."""
    half_way = len(list((folder / "store" / "staging").glob("import-*")))
    store = Store.open(folder / "store" / "own.duckdb")
    found = store.imports()
    with View(store) as view:
        counted = view.usage_days(date(2024, 1, 1), date(2024, 1, 31))["count"].sum()
    wrong = store.check()
    wrong += [f"{acknowledged - found.height} batches lost"] if acknowledged > found.height else []
    wrong += [f"batches {found['batch'].to_list()}"] if found["batch"].to_list() != list(range(found.height, 0, -1)) else []
    wrong += [f"{counted} events of {found.height - 1} files"] if counted != max(found.height - 1, 0) * ROWS else []
    wrong += ["something is left in staging"] if list((folder / "store" / "staging").glob("import-*")) else []
    store.close()
    tally.kills += 1
    tally.left_half_way += half_way > 0
    tally.acknowledged, tally.found = max(tally.acknowledged, acknowledged), found.height
    tally.faults += tuple(wrong)


def kill_many(folder: Path, kills: int, seed: int) -> Tally:
    """Kill so many times, each at a moment of its own, on one store; what was found."""
    tally, random = Tally(), np.random.default_rng(seed)
    whole = dots_of_one_import(folder)
    for kill in range(kills):
        look(folder, killed(folder, int(random.integers(1, whole * 1.5 + 2)), batches=kill % 2), tally)
    return tally


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_many(Path(folder), int(sys.argv[1]) if sys.argv[1:] else 200, seed=1)
    print(f"{tally.kills} kills, {tally.left_half_way} while a file was being read or written; {tally.found} batches there,")
    print(f"the last one acknowledged {tally.acknowledged}; faults: {', '.join(tally.faults) or 'none'}")
    sys.exit(bool(tally.faults))


if __name__ == "__main__":
    main()
