"""How a staged file becomes a batch: its rows, its entry in the log, and what was wrong with it. All of it within one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from data.audit import keys
from data.audit.entries import begun, record
from data.erasure.dropping import without_erased
from data.erasure.keys import known
from data.log.cut_anew import CutAnew, by_marking
from data.log.feed_settings import as_told
from data.log.keyed_rows import Written, count_known, write_rows
from data.log.moments import data_version, standing_batches
from data.log.places import STATE, TABLES_OF_STATES, places
from data.log.progress import Progress, part_of, silent
from data.log.staged import Staged
from data.schema import FEATURE_CATALOGUE, TABLES
from data.store import integrity
from data.store.kinds import deed, kind_of
from data.usage import events
from data.usage.by_event import tell_hidden_apart
from data.viewer import Actor

IMPORT, UNDO, REDO = "import", "undo", "redo"
Rows = Callable[[int], Written]


class StoreError(Exception):
    """The store cannot do what was asked; the message says why and what to do."""


class DiskFull(StoreError):
    """There was no room on the disk; nothing of the work was kept, and the store is as it was."""


class StoreNewer(StoreError):
    """A newer version of this program has had the store open; it is left as it is."""


class LinesCutAnew(StoreError):
    """Undo or redo of a file would make two lines of one of another file, or one of two."""


class StoreHeld(StoreError):
    """Another process has the store open."""


@dataclass(frozen=True)
class BatchResult:
    """What one import did. accepted + rejected + duplicate + erased + too_old = read; waiting rows are accepted rows without a known account,
    erased ones were left out since they are of somebody who was erased, too old ones since events of that time are rollups only. marked, alike:
    events whose mark is new, and those of them whose equals are in under another one (data/usage/overlap.py); told while they are written."""

    batch: int
    file: str
    table: str
    feed: str
    read: int
    accepted: int
    rejected: int
    duplicate: int
    waiting: int
    erased: int = 0
    too_old: int = 0
    marked: int = field(default=0, compare=False)
    alike: int = field(default=0, compare=False)


def write_batch(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, who: str | Actor, progress: Progress = silent, *, store: Path,
    told: Mapping[str, Any] | None = None, rows: Rows | None = None,
) -> BatchResult:  # fmt: skip
    """Write log entry, batch, problems and rows of one staged file. told: what the audit says of it besides, in values that are no person's.
    rows: writes its rows, where these lie in no parts. Raises StoreError where it cannot be what it says it is."""
    _refuse(staged)
    staged = without_erased(staged, known(cursor, store))
    batch = cursor.execute("select coalesce(max(batch), 0) + 1 from batches").fetchall()[0][0]
    counts = _write_rows(cursor, batch, staged, progress) if rows is None else rows(batch)
    result = _result(batch, staged, counts)
    covers = staged.covers or counts.covers or (None, None)
    _write_entry(cursor, result, staged, counts, covers)
    progress(0.9, "Keeping what was rejected, and checksums")
    _write_problems(cursor, batch, staged)
    integrity.write_checksums(cursor, batch, staged.table)
    _write_coverage(cursor, batch, staged, covers)
    log(cursor, IMPORT, batch, who, store=store, told={**_counted(result, staged, store), **(told or {})})
    return result


def log(
    cursor: duckdb.DuckDBPyConnection, action: str, batch: int, who: str | Actor, *, store: Path, told: Mapping[str, Any] | None = None
) -> None:
    """Add an entry to the log, and to the audit: what was done to a batch, when and by whom."""
    begun(cursor, store)
    now = datetime.now(UTC).replace(tzinfo=None)
    query = "insert into log select coalesce(max(seq), 0) + 1, ?, ?, ?, ? from log returning seq"
    seq = cursor.execute(query, [action, batch, now, str(who)]).fetchall()[0][0]
    table, is_edit = cursor.execute("select table_name, coalesce(edit, false) from batches where batch = ?", [batch]).fetchall()[0]
    detail = {"log": seq, "table": table, **(told or {})}
    record(cursor, deed(action, table, is_edit), who, kind=kind_of(table, is_edit=is_edit), object=str(batch), detail=detail, store=store)


def _counted(result: BatchResult, staged: Staged, store: Path) -> dict[str, Any]:
    """What the audit says of a batch: where it came from, which bytes it was, and what they did."""
    counts = {name: getattr(result, name) for name in ("read", "accepted", "rejected", "duplicate", "waiting")}
    came = {"feed": staged.feed, "columns": sorted(staged.columns), "content": keys.keyed(store, staged.sha256)}
    return counts | came | ({"snapshot": True} if staged.snapshot else {})


def mark(
    cursor: duckdb.DuckDBPyConnection, action: str, batch: int, who: str | Actor, *, store: Path, replaced: bool = False
) -> None:  # fmt: skip
    """Undo or redo a batch, by its name. replaced: another one comes in its place. Raises StoreError where there is no such batch, it is so
    already; LinesCutAnew where a line of other files would count twice or be lost by it."""
    last = cursor.execute("select arg_max(action, seq) from log where batch = ?", [batch]).fetchall()[0][0]
    if last is None:
        raise StoreError(f"There is no batch {batch}. `imports` lists those that exist.")
    if (last == UNDO) == (action == UNDO):
        raise StoreError(f"Batch {batch} is already undone." if action == UNDO else f"Batch {batch} stands; there is nothing to redo.")
    if action == REDO and (instead := _in_its_place(cursor, batch)):
        raise StoreError(
            f"Batch {batch} holds the rollups of a month that batch {instead} brought anew, and would count it twice. Undo {instead} first."
        )
    if not replaced:
        _refuse_lines(cursor, action, batch)
    log(cursor, action, batch, who, store=store)


def _refuse_lines(cursor: duckdb.DuckDBPyConnection, action: str, batch: int) -> None:
    """Raises StoreError where the lines of a feed would go by other columns then, and one of another file would be two, or two would be one."""
    table = cursor.execute("select table_name from batches where batch = ?", [batch]).fetchall()[0][0]
    if table in TABLES_OF_STATES:
        standing = standing_batches(cursor, data_version(cursor), table)
        if found := by_marking(cursor, batch, standing, undo=action == UNDO):
            raise LinesCutAnew(_why_not(cursor, action, batch, found))


def _why_not(cursor: duckdb.DuckDBPyConnection, action: str, batch: int, found: CutAnew) -> str:
    one, other = map(as_told, found.others)
    file = cursor.execute("select file from batches where batch = ?", [batch if action == REDO else found.newest]).fetchall()[0][0]
    if action == REDO:
        return (
            f"With batch {batch}, lines of its feed would go by other columns than now, and {as_told(found.line)} of the files that stand "
            f"could count twice, or as one with another. Import {file} again instead: it asks by which columns lines are told apart."
        )
    if found.twice:
        return (
            f"Without batch {batch}, lines of its feed would go by other columns than now, and {as_told(found.line)} would count twice. "
            f"Undo batch {found.newest} first, then this one, and bring in {file} again."
        )
    return (
        f"Without batch {batch}, lines of its feed would go by other columns than now, and {one} and {other} would become one line: the money "
        f"of one of them would be lost. Undo batch {found.newest} first, then this one, and bring in {file} again with the key by which "
        "lines are told apart."
    )


def _in_its_place(cursor: duckdb.DuckDBPyConnection, batch: int) -> int | None:
    """The standing batch that has the same month of the same rollups."""
    query = """select max(o.batch) from rollup_months m join rollup_months o on o.feed = m.feed and o.month = m.month and o.batch <> m.batch
        where m.batch = ? and (select arg_max(action, seq) from log l where l.batch = o.batch) <> 'undo'"""
    return cursor.execute(query, [batch]).fetchall()[0][0]


def _refuse(staged: Staged) -> None:
    if staged.table not in TABLES:
        raise StoreError(f"There is no table {staged.table}. Tables: {', '.join(TABLES)}.")
    if staged.snapshot and staged.table != "contracts":
        raise StoreError(f"Only contracts can come as a snapshot, not {staged.table}. Leave the option `snapshot` out.")
    if staged.rows == STATE and staged.table not in TABLES_OF_STATES:
        raise StoreError(f"Only {' and '.join(TABLES_OF_STATES)} can come as a state, not {staged.table}. Leave the option `rows` out.")
    if staged.rows == STATE and not staged.covers:
        raise StoreError(f"{staged.file} is a state, and its day is not known. Give the day on which it was exported: covers=2025-01-31.")


def _write_rows(cursor: duckdb.DuckDBPyConnection, batch: int, staged: Staged, progress: Progress) -> Written:
    standing = standing_batches(cursor, data_version(cursor))
    if staged.table == "usage_events":
        return events.write_events(cursor, batch, staged, standing, part_of(progress, 0.0, 0.9))
    progress(0.05, f"Comparing {staged.read:,} rows with what is known")
    known = count_known(cursor, staged, places(cursor, staged.table, standing, coming=staged))
    progress(0.4, f"Writing {staged.read - staged.rejected:,} rows")
    written = write_rows(cursor, batch, staged, known)
    if staged.table == FEATURE_CATALOGUE.name:
        for told in tell_hidden_apart(cursor):
            integrity.write_checksum(cursor, told, "usage_event_bits")
    return written


def _result(batch: int, staged: Staged, counts: Written) -> BatchResult:
    accepted = (counts.stored if counts.lines is None else counts.lines) - counts.known
    told = {"accepted": accepted, "rejected": staged.rejected, "duplicate": staged.duplicate + counts.known, "waiting": counts.waiting}
    told |= {"erased": staged.erased, "too_old": counts.too_old, "marked": counts.marked, "alike": counts.alike}
    return BatchResult(batch, staged.file, staged.table, staged.feed, staged.read, **told)


def _write_entry(
    cursor: duckdb.DuckDBPyConnection, result: BatchResult, staged: Staged, counts: Written, covers: tuple[date | None, date | None]
) -> None:
    """The batch's own row: where it came from, how it was read, and what it did."""
    entry = {
        "batch": result.batch, "table_name": staged.table, "feed": staged.feed, "file": staged.file, "sha256": staged.sha256,
        "mapping": staged.mapping, "columns": list(staged.columns), "header": list(staged.header), "edit": staged.edit,
        "read": result.read, "accepted": result.accepted, "rejected": result.rejected, "duplicate": result.duplicate,
        "waiting": result.waiting, "stored": counts.stored, "covers_from": covers[0], "covers_to": covers[1],
        "covers_all_accounts": staged.covers_all_accounts, "first_at": counts.first_at, "last_at": counts.last_at,
        "day_gap": counts.day_gap, "rows": staged.rows or None, "declares": staged.declares, "complete": staged.snapshot or staged.complete,
        "erased": staged.erased, "too_old": counts.too_old, "partial": staged.partial or None, "keys": list(staged.keys) or None,
    }  # fmt: skip
    names, values = ", ".join(f'"{name}"' for name in entry), ", ".join("?" * len(entry))
    cursor.execute(f"insert into batches ({names}) values ({values})", list(entry.values()))


def _write_problems(cursor: duckdb.DuckDBPyConnection, batch: int, staged: Staged) -> None:
    """What was wrong with the file's rows, and the rows that were turned away."""
    if staged.problems.height:
        cursor.register("staged_problems", staged.problems.to_arrow())
        cursor.execute('insert into problems select ?, line, "column", value, reason, rejected from staged_problems', [batch])
        cursor.unregister("staged_problems")
    if staged.rejected_rows.height:
        cursor.register("staged_rejected", staged.rejected_rows.to_arrow())
        cursor.execute("insert into rejected_rows select ?, line, cells from staged_rejected", [batch])
        cursor.unregister("staged_rejected")


def _write_coverage(cursor: duckdb.DuckDBPyConnection, batch: int, staged: Staged, covers: tuple[date | None, date | None]) -> None:
    """Which months a log of months tells of, and the day on which a snapshot says who is there."""
    if staged.log:
        cursor.execute("insert into month_logs values (?, ?, ?::date, ?::date)", [batch, staged.feed, *covers])
    if staged.snapshot:
        cursor.execute("insert into snapshots values (?, ?, ?::date)", [batch, staged.feed, covers[1] or datetime.now(UTC).date()])
