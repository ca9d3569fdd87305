"""Rollups come in: each month is a batch of the log, which takes the place of the one that brought that month before.

All months of a run come in within one transaction. What people see is what they would see had the events been imported and then let go of
(data/erasure/retention.py): a batch says from which day on its events are known one by one, which is the first day after its month.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import polars as pl

from data.erasure.dropping import of_erased
from data.erasure.keys import Erased, known
from data.log.keyed_rows import Written
from data.log.moments import data_version, standing_batches
from data.log.staged import PROBLEM_SCHEMA, Staged
from data.log.tables import quoted_paths, timezone_of
from data.rollups.definition import ALL, TOLD
from data.rollups.making import RUNS, parts_of, tables_of
from data.rollups.manifest import MadeMonth, Manifest
from data.rollups.refused import RollupRefused
from data.store.deeds import may_import
from data.store.store import Store
from data.store.writing import UNDO, BatchResult, log, write_batch
from data.usage.by_event import OTHERS
from data.usage.events import number_new, write_spans, written
from data.usage.same_elsewhere import same_elsewhere
from data.viewer import Actor, Viewer

PEOPLE = ("account_id", "contract_id", "user_id")
SAME = " and ".join(f"s.{name} is not distinct from r.{name}" for name in PEOPLE[:2])
USAGE = "usage_events"


@dataclass(frozen=True)
class Standing:
    """What the store has of a month: digest, batch, and whether the batch stands or was undone."""

    content: str
    batch: int
    stands: bool


@dataclass(frozen=True)
class Known:
    """What the store says of a feed of rollups: its zone, the events that are, or ever were, hidden, and its months (YYYY-MM)."""

    zone: str
    hidden: tuple[str, ...]
    months: dict[str, Standing]

    def as_json(self) -> dict[str, Any]:
        return {"zone": self.zone, "hidden": list(self.hidden), "months": {month: vars(one) for month, one in self.months.items()}}

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> "Known":
        return cls(said["zone"], tuple(said["hidden"]), {month: Standing(**one) for month, one in said["months"].items()})


@dataclass(frozen=True)
class Brought:
    """What bringing in did: the months that came, each with its batch and the batch that it replaced (None: none); those that were undone
    by somebody, and stay so since nothing of them changed; and how many stood already."""

    months: tuple[tuple[str, BatchResult, int | None], ...] = ()
    undone: tuple[str, ...] = ()
    stood: int = 0

    def as_json(self) -> dict[str, Any]:
        rows = [{"month": month, "replaces": before, **vars(result)} for month, result, before in self.months]
        return {"months": rows, "undone": list(self.undone), "stood": self.stood}

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> "Brought":
        names = [one.name for one in fields(BatchResult) if one.compare]
        rows = [(row["month"], BatchResult(**{name: row[name] for name in names}), row["replaces"]) for row in said["months"]]
        return cls(tuple(rows), tuple(said["undone"]), said["stood"])


def folder_of(store: Path, feed: str) -> Path:
    """Where the rollups of a feed are made: beside the store, which opens no other files."""
    return store.parent / "rollups" / quote(feed, safe=" ")


def known_of(store: Store, feed: str, viewer: Viewer) -> Known:
    """What a rollup has to know of the store. Raises NotAllowed for who may not import usage."""
    may_import(viewer, USAGE)
    with store.reading() as cursor:
        hidden = cursor.execute("select distinct event from rows_feature_catalogue where is_hidden order by 1").fetchall()
        return Known(timezone_of(cursor), tuple(event for (event,) in hidden), _months(cursor, feed))


def _months(cursor: duckdb.DuckDBPyConnection, feed: str) -> dict[str, Standing]:
    """The newest batch of each month of a feed."""
    query = (
        """select strftime(month, '%Y-%m'), arg_max(content, batch), max(batch) from rollup_months where feed = ? group by 1 order by 1"""
    )
    standing = {*standing_batches(cursor, data_version(cursor))}
    return {month: Standing(content, batch, batch in standing) for month, content, batch in cursor.execute(query, [feed]).fetchall()}


def bring(store: Store, feed: str, viewer: Viewer, who: str = "local", *, again: bool = False, beside: bool = False) -> Brought:
    """Bring in the months of a feed that changed, all of them or none. again: those, too, that somebody undid. beside: other feeds have
    other events, though the first months of this one look the same. What came in is removed from the folder, but for its manifest. Raises
    RollupRefused, NotAllowed, StoreError, KeyLost."""
    may_import(viewer, USAGE)
    folder = folder_of(store.path, feed)
    manifest = Manifest.read(folder)
    with store.alone():
        with store.reading() as cursor:
            _check(cursor, feed, manifest)
            has = _months(cursor, feed)
        undone = tuple(
            month
            for month, made in manifest.months.items()
            if month in has and not has[month].stands and _same(has[month], made) and not again
        )
        due = [month for month, made in sorted(manifest.months.items()) if month not in undone and not _is_in(has.get(month), made)]
        _check_there(folder, manifest, due)
        done = []
        if due:
            with store.writing() as cursor:
                done = [_bring_month(cursor, store, feed, month, manifest, folder, has.get(month), viewer.signs(who)) for month in due]
                if not beside and not any(one.stands for one in has.values()):
                    _check_elsewhere(cursor, feed, [result.batch for _, result, _ in done])
    shutil.rmtree(folder / RUNS, ignore_errors=True)
    return Brought(tuple(done), undone, len(manifest.months) - len(due) - len(undone))


def _same(has: Standing, made: MadeMonth) -> bool:
    return has.content == made.content


def _is_in(has: Standing | None, made: MadeMonth) -> bool:
    return has is not None and has.stands and _same(has, made)


def _check(cursor: duckdb.DuckDBPyConnection, feed: str, manifest: Manifest) -> None:
    """Raises RollupRefused where a feed has events of its own, which would count twice, or days were cut in another zone."""
    zone, made_in = timezone_of(cursor), manifest.definition.get("zone")
    if not manifest.months:
        return
    if made_in != zone:
        raise RollupRefused(f"The rollups were made for days of {made_in}, and the store cuts days in {zone}. Run the rollup again.")
    query = "select batch from batches where table_name = ? and feed = ? and batch not in (select batch from rollup_months) order by 1"
    standing = {*standing_batches(cursor, data_version(cursor))}
    own = [batch for (batch,) in cursor.execute(query, [USAGE, feed]).fetchall() if batch in standing]
    if own:
        raise RollupRefused(
            f"The feed {feed!r} has imports of single events (batch {own[0]}), which rollups would count a second time. Undo these, or give the "
            "rollups another --feed."
        )


def _check_elsewhere(cursor: duckdb.DuckDBPyConnection, feed: str, batches: list[int]) -> None:
    """Raises RollupRefused where another feed has the same usage as the first months of this one."""
    standing = [one for one in standing_batches(cursor, data_version(cursor)) if one not in batches]
    if found := same_elsewhere(cursor, batches, standing, feed):
        raise RollupRefused(
            f"The feed {found.feed!r} (batch {found.batch}) has {found.days:,} of the {found.of:,} days of an account and event that come in: "
            "they would count twice. Undo the batches of that feed, if these are the same events; or roll up with --beside, if they are others."
        )


def _check_there(folder: Path, manifest: Manifest, months: list[str]) -> None:
    for month in months:
        made = manifest.months[month]
        if made.events and not parts_of(tables_of(folder, made.run, month)["counts"]):
            raise RollupRefused(f"The rollups of {month} are not in {folder}. Run the rollup again with --again --months {month}.")


def _bring_month(
    cursor: duckdb.DuckDBPyConnection, store: Store, feed: str, month: str, manifest: Manifest, folder: Path, before: Standing | None, who: str | Actor
) -> tuple[str, BatchResult, int | None]:  # fmt: skip
    """Undo the batch that brought the month before, and write the one that takes its place."""
    made, replaces = manifest.months[month], before.batch if before and before.stands else None
    if replaces is not None:
        log(cursor, UNDO, replaces, who, store=store.path, told={"month": month})
    first = date.fromisoformat(f"{month}-01")
    bringing = _Month(cursor, first, made, tables_of(folder, made.run, month), known(cursor, store.path), feed)
    bringing.load()
    result = write_batch(
        cursor, _staged(feed, month, made, manifest, bringing.erased), who, store=store.path, told={"month": month}, rows=bringing.write
    )
    return month, result, replaces


def _staged(feed: str, month: str, made: MadeMonth, manifest: Manifest, erased: int) -> Staged:
    """The month as a file that was read: its counts, and what was wrong, by file and reason."""
    told = [
        (None, fault.partition(TOLD)[0], None, f"{n:,} {'row' if n == 1 else 'rows'} of {file}: {fault.partition(TOLD)[2]}", True)
        for file, faults in sorted(made.bad.items())
        for fault, n in sorted(faults.items())
    ]
    rejected = sum(n for faults in made.bad.values() for n in faults.values())
    named = tuple(_columns(manifest))
    return Staged(
        USAGE, feed, f"{month} of {feed}", made.content, (), named, problems=pl.DataFrame(told, schema=PROBLEM_SCHEMA, orient="row"),
        read=made.read, rejected=rejected, duplicate=made.read - rejected - made.events, mapping=manifest.definition["mapping"], erased=erased,
    )  # fmt: skip


def _columns(manifest: Manifest) -> list[str]:
    from data.importing.mapping import Mapping as OfFiles

    return sorted(OfFiles.from_toml(manifest.definition["mapping"]).given)


class _Month:
    """One month on its way into the store. erased: how many events were left out, of accounts that were erased."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, first: date, made: MadeMonth, tables: dict[str, Path], erased_ones: Erased, feed: str
    ) -> None:  # fmt: skip
        self.cursor, self.first, self.made, self.tables, self.erased_ones, self.feed = cursor, first, made, tables, erased_ones, feed
        self.erased = 0

    def load(self) -> None:
        """Read the rollups, without those who were erased."""
        for table, path in self.tables.items() if self.made.events else ():
            read = f"read_parquet([{quoted_paths(parts_of(path))}], hive_partitioning = false)"
            self.cursor.execute(f"create or replace temp table rolled_{table} as from {read}")
        if self.made.events:
            self._without_erased()

    def write(self, batch: int) -> Written:
        """Write the rows of the batch, and say of it what an import says."""
        run = self.cursor.execute
        run("insert into rollup_months values (?, ?, ?, ?, ?)", [batch, self.feed, self.first, self.made.content, self.made.engine])
        if not self.made.events:
            return Written(0)
        self._number()
        self._write_counts(batch)
        self._write_days(batch)
        for table in ("rolled_days", "rolled_counts", "people", "names"):
            run(f"drop table {table}")
        return self._told(batch)

    def _without_erased(self) -> None:
        """Leave out active days of users, and all of accounts, that were erased. Counts of a day name no user, and stay."""
        if not self.erased_ones:
            return
        people = self.cursor.sql(f"select distinct {', '.join(PEOPLE)} from rolled_days").pl()
        gone = people.filter(of_erased(people, self.erased_ones))
        if gone.is_empty():
            return
        owners = people.select(PEOPLE[:2]).unique().with_columns(user_id=pl.lit(None, pl.String))
        for table, rows in (("rolled_days", gone), ("rolled_counts", owners.filter(of_erased(owners, self.erased_ones)))):
            self._take_out(table, rows)

    def _take_out(self, table: str, gone: pl.DataFrame) -> None:
        names = PEOPLE if table == "rolled_days" else PEOPLE[:2]
        same = " and ".join(f"g.{name} is not distinct from r.{name}" for name in names)
        self.cursor.register("gone_people", gone.to_arrow())
        if table == "rolled_counts":
            counted = f"select coalesce(sum(n), 0)::bigint from {table} r where exists (select 1 from gone_people g where {same})"
            self.erased = self.cursor.execute(counted).fetchall()[0][0]
        self.cursor.execute(f"delete from {table} r where exists (select 1 from gone_people g where {same})")
        self.cursor.unregister("gone_people")

    def _number(self) -> None:
        """Numbers for whoever, and whatever, the store does not know yet."""
        every = f"select distinct {', '.join(PEOPLE)} from rolled_days"
        self.cursor.execute(f"create or replace temp table people as {every}")
        self.cursor.execute("create or replace temp table names as select distinct event from rolled_counts")
        number_new(self.cursor)

    def _write_counts(self, batch: int) -> None:
        run = self.cursor.execute
        of = f"from rolled_counts r join subjects s on {SAME} join event_names using (event)"
        run(f"insert into usage_counts select ?, subject, event_no, on_day, 0, n {of} order by on_day", [batch])
        run(
            f"insert into usage_quantities select ?, subject, event_no, on_day, 0, told, total, coalesce(below, 0) {of} where told > 0 order by on_day",
            [batch],
        )
        write_spans(self.cursor, batch)

    def _write_days(self, batch: int) -> None:
        """Active days of users; and by event, of those of whom any is told apart (data/usage/by_event.py)."""
        run = self.cursor.execute
        users = f"from rolled_days r join subjects s on {SAME} join users u on u.subject = s.subject and u.user_id is not distinct from r.user_id"
        run(
            f"insert into usage_bits select ?, subject, user_no, ?, bits from (select u.subject, u.user_no, bit_or(bits)::integer as bits {users} group by all)",
            [batch, self.first],
        )
        run(
            f"""insert into usage_event_bits select ?, subject, user_no, ?, event_no, bits from (
                select *, max(event_no) over (partition by user_no) as apart from (
                    select u.subject, u.user_no, coalesce(n.event_no, {OTHERS}) as event_no, bits {users} left join event_names n using (event)))
            where apart > {OTHERS}""",
            [batch, self.first],
        )
        wanted = "true" if ALL in self.made.apart else "list_contains(?, event)"
        asked = [] if ALL in self.made.apart else [self.made.apart]
        run(
            f"insert into usage_told_apart select ?, event_no, ? from names join event_names using (event) where {wanted} order by all",
            [batch, self.first, *asked],
        )

    def _told(self, batch: int) -> Written:
        """Of the batch: counts, and that its events are not known one by one."""
        stored = self.cursor.execute("select coalesce(sum(n), 0)::bigint from usage_counts where batch = ?", [batch]).fetchall()[0][0]
        after = date(self.first.year + self.first.month // 12, self.first.month % 12 + 1, 1)
        self.cursor.execute("insert into reduced values (?, ?, ?)", [batch, after, stored])
        return written(self.cursor, batch, []) if stored else Written(0)
