"""Months made anew where their files changed: looked at, rolled up, checked, and told by a manifest that is written last.

A month is made again where one of its files is new, changed or gone, or the definition is another; a late event comes in a file that is
new or changed, and so its month is made anew. What is killed half-way leaves the manifest as it was, and a folder that the next run removes.
"""

import fcntl
import hashlib
import json
import re
import shutil
import uuid
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from data import private
from data.log.progress import Progress, silent
from data.log.tables import quoted_paths
from data.rollups import definition as text
from data.rollups.definition import Definition
from data.rollups.engines import Engine
from data.rollups.files import Files, Footer, overlap, span_of
from data.rollups.manifest import MadeMonth, Manifest
from data.rollups.refused import RollupRefused

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
RUNS = "runs"
CONTENT = {
    "days": "account_id, contract_id, user_id, event, bits",
    "counts": "account_id, contract_id, event, on_day, n, told, total, below",
}


@dataclass(frozen=True)
class Made:
    """What a run did: the months that it made, those that stay as they were though files of theirs are gone, and those that need making but
    were not asked for; the bad rows by file and what is wrong; and files in which no row has a month."""

    months: tuple[str, ...] = ()
    stay: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    bad: dict[str, dict[str, int]] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    read: int = 0


def months_of(written: str) -> list[str]:
    """Months as they are asked for: 2026-01, 2026-01..2026-03, several with commas between. Raises RollupRefused."""
    found: list[str] = []
    for part in written.split(","):
        first, _, last = (one.strip() for one in part.partition(".."))
        if not MONTH.fullmatch(first) or (last and not MONTH.fullmatch(last)) or (last and last < first):
            raise RollupRefused(f"--months {written}: write 2026-01, or 2026-01..2026-03; several with commas between.")
        found += _between(first, last or first)
    return sorted({*found})


def _between(first: str, last: str) -> list[str]:
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(begin, end + 1)]


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """One run of a feed at a time. Raises RollupRefused where another one goes on."""
    private.folder(folder.parent)
    private.folder(folder)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RollupRefused("Another rollup of this feed is under way. Wait for it, or end it.") from None
        yield


def make(
    engine: Engine, files: Files, definition: Definition, folder: Path, *, months: Sequence[str] | None = None, again: bool = False,
    in_store: Mapping[str, str] | None = None, progress: Progress = silent,
) -> Made:  # fmt: skip
    """Make the months that need it, into `folder`; to be called within `alone`. months: only these. again: also where nothing changed, and
    where fewer events are left. in_store: digests of what the store has; a month that it lacks, and whose rollups are gone, is made again.

    Raises RollupRefused; then the manifest is as it was.
    """
    known = Manifest.read(folder)
    _clear(folder, known)
    work = _Work(engine, files, definition, folder, known, again, {**(in_store or {})})
    return work.run(months, progress)


def _clear(folder: Path, manifest: Manifest) -> None:
    """Remove what runs left that never came to an end, or whose months were made anew."""
    keep = manifest.runs()
    for path in (folder / RUNS).glob("*"):
        if path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)


class _Work:
    """One run."""

    def __init__(
        self, engine: Engine, files: Files, definition: Definition, folder: Path, known: Manifest, again: bool, in_store: dict[str, str]
    ) -> None:  # fmt: skip
        self.engine, self.files, self.definition, self.folder = engine, files, definition, folder
        self.known, self.again, self.in_store = known, again, in_store
        self.now = Manifest(definition.says(), {}, dict(known.months))

    def run(self, months: Sequence[str] | None, progress: Progress) -> Made:
        progress(0.0, "Looking at files")
        self._look(progress)
        stale = [month for month in sorted({month for one in self.now.files.values() for month in one.months}) if self._is_stale(month)]
        emptied = self._emptied()
        stay = [month for month in stale if self._would_shrink(month)] + [one for one in self._without_files() if one not in emptied]
        due = sorted([month for month in stale if month not in stay] + emptied)
        wanted = [month for month in due if months is None or month in months]
        if wanted:
            self._roll(wanted, progress)
        self.now.write(self.folder)
        _clear(self.folder, self.now)
        empty = tuple(name for name, one in self.now.files.items() if not one.months)
        left = tuple(month for month in due if month not in wanted)
        return Made(tuple(wanted), tuple(sorted(stay)), left, self._bad(), empty, sum(self.now.months[month].read for month in wanted))

    def _look(self, progress: Progress) -> None:
        """List the files, and count rows by month of those that are new or changed."""
        listed = self.files.listed()
        same_reading = (
            self.known.definition.get("mapping") == self.definition.says()["mapping"]
            and self.known.definition.get("zone") == self.definition.zone
        )
        known = self.known.files if same_reading else {}
        fresh = [name for name, one in listed.items() if name not in known or not known[name].is_as(one)]
        self.now.files = {name: one if name in fresh else known[name] for name, one in listed.items()}
        if fresh:
            progress(0.05, f"Counting rows of {len(fresh):,} files")
            self._survey(fresh)

    def _survey(self, names: list[str]) -> None:
        rows, _ = self._judged(names)
        for file, month, fault, n in self.engine.rows(text.surveyed(rows)):
            one, at = self.now.files[self.engine.name_of(file)], month[:7] if month else ""
            one.rows[at] = one.rows.get(at, 0) + n
            if fault:
                one.bad.setdefault(at, {})[fault] = n

    def _judged(self, names: list[str]) -> tuple[str, bool]:
        """SQL for the rows of some files, and whether two of them may have the same event."""
        footers = self.files.footers(names, self.definition)
        groups: dict[tuple, list[str]] = {}
        for name, footer in footers.items():
            groups.setdefault((footer.kinds, footer.types), []).append(name)
        raws = self.engine.read(self.files, [(dict(kinds), names) for (kinds, _), names in groups.items()])
        span = span_of([*footers.values()])
        return text.judged(self.definition, self.engine.dialect, raws, span), self._may_repeat(footers)

    def _may_repeat(self, footers: Mapping[str, Footer]) -> bool:
        """Whether an event may be there twice without being two events: by its id, or in two exports."""
        if "event_id" in self.definition.mapping.given:
            return True
        return not self.definition.parts and overlap([*footers.values()])

    def _is_stale(self, month: str) -> bool:
        made = self.known.months.get(month)
        if self.again or made is None or made.made_of != self._made_of(month):
            return True
        return self.in_store.get(month) != made.content and not self._is_there(month)

    def _is_there(self, month: str) -> bool:
        """Whether the rollups of a month lie in the folder."""
        return all(path.is_dir() for path in tables_of(self.folder, self.known.months[month].run, month).values())

    def _made_of(self, month: str) -> str:
        files = {name: [one.size, one.modified] for name, one in self.now.of_month(month).items()}
        return hashlib.sha256(json.dumps([self.definition.says(), files], sort_keys=True).encode()).hexdigest()

    def _would_shrink(self, month: str) -> bool:
        """Whether files of a month are gone, and what is left has fewer events: what keeps them for a while only has let go of them."""
        made = self.known.months.get(month)
        if self.again or made is None:
            return False
        gone = [name for name in made.files if name not in self.now.files]
        return bool(gone) and sum(one.good(month) for one in self.now.of_month(month).values()) < made.events

    def _without_files(self) -> list[str]:
        return [month for month, made in self.known.months.items() if made.events and not self.now.of_month(month)]

    def _emptied(self) -> list[str]:
        """Months of which no event is left though their files are all there: these were written anew, with other moments."""
        made = {month: self.known.months[month] for month in self._without_files()}
        return [month for month, one in made.items() if one.files and {*one.files} <= self.now.files.keys()]

    def _roll(self, months: list[str], progress: Progress) -> None:
        """Make months, check them, and put them into the manifest."""
        run = uuid.uuid4().hex
        place = private.folder(private.folder(self.folder / RUNS) / run)
        names = sorted({name for month in months for name in self.now.of_month(month) or self.known.months[month].files})
        rows, repeats = self._judged(names)
        progress(0.2, f"Rolling up {len(months):,} months of {len(names):,} files")
        self.engine.take_events(text.events(self.definition, rows, months, overlap=repeats), twice=repeats)
        for share, (table, sql) in enumerate({"days": text.days(self.definition, self.engine.dialect), "counts": text.counts()}.items()):
            self.engine.write(table, sql, place / table)
            progress(0.6 + share * 0.3, f"Rolled up {table}")
        with duckdb.connect() as looking:
            found = {month: _content(looking, tables_of(self.folder, run, month)) for month in months}
        for month, (content, events) in found.items():
            self.now.months[month] = self._made(month, run, content, events, repeats=repeats)

    def _made(self, month: str, run: str, content: str, events: int, *, repeats: bool) -> MadeMonth:
        """The entry of a month. Raises RollupRefused where not all that was read is in its rollups."""
        files = self.now.of_month(month)
        good, read = sum(one.good(month) for one in files.values()), sum(one.rows[month] for one in files.values())
        if events > good or (events < good and not repeats) or (events == 0) != (good == 0):
            raise RollupRefused(
                f"{month}: {good:,} events were read, and {events:,} are in the rollups. Either files changed meanwhile, or workers wrote where "
                "this machine does not look: give --shared a place that all of them see. Nothing of this run was kept."
            )
        bad = {name: one.bad[month] for name, one in files.items() if one.bad.get(month)}
        for name, one in self.now.files.items():  # rows without a moment are told with the first month of their file
            if one.bad.get("") and one.months[:1] == [month]:
                bad[name] = {**bad.get(name, {}), **one.bad[""]}
                read += one.rows[""]
        return MadeMonth(self._made_of(month), run, content, events, read, bad, sorted(files), [*self.definition.apart], self.engine.name)

    def _bad(self) -> dict[str, dict[str, int]]:
        """The bad rows of all files, by file and what is wrong."""
        told: dict[str, dict[str, int]] = {}
        for name, one in self.now.files.items():
            for faults in one.bad.values():
                for fault, n in faults.items():
                    own = told.setdefault(name, {})
                    own[fault] = own.get(fault, 0) + n
        return told


def tables_of(folder: Path, run: str, month: str) -> dict[str, Path]:
    """Where the rollups of a month lie, by table."""
    return {table: folder / RUNS / run / table / f"month={month}-01" for table in text.TABLES}


def _content(looking: duckdb.DuckDBPyConnection, tables: Mapping[str, Path]) -> tuple[str, int]:
    """The digest of a month's rollups, whatever their order and whichever engine wrote them; and how many events they count."""
    sums = [looking.execute(_summed(parts_of(path), CONTENT[table])).fetchall() for table, path in tables.items() if parts_of(path)]
    counts = parts_of(tables["counts"])
    events = (
        looking.execute(f"select coalesce(sum(n), 0)::bigint from read_parquet([{quoted_paths(counts)}])").fetchall()[0][0] if counts else 0
    )
    return hashlib.sha256(repr(sums).encode()).hexdigest(), events


def parts_of(folder: Path) -> list[Path]:
    """The Parquet files of a month's table; none where it has no rows."""
    return sorted(folder.glob("*.parquet"))


def _summed(parts: Iterable[Path], columns: str) -> str:
    written = ", ".join(f"coalesce({name.strip()}::varchar, chr(30))" for name in columns.split(","))
    row = f"concat_ws(chr(31), {written})"
    return f"select count(*), sum(md5_number_lower({row})::hugeint)::varchar from read_parquet([{quoted_paths(parts)}], hive_partitioning = false)"
