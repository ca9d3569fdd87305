"""Rollups by DuckDB, in the process of the command."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data.log.tables import quoted_paths
from data.rollups import zone_steps
from data.rollups.definition import Raw, Span
from data.rollups.files import Files
from data.rollups.refused import RollupRefused


class Quoted:
    """How DuckDB writes names and texts."""

    def name(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def text(self, text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    def of_nanoseconds(self, column: str) -> str:
        return f"make_timestamp(epoch_ns({column}) // 1000)"

    def to_local(self, moment: str, zone: str, span: Span) -> str:
        return zone_steps.to_local(moment, zone, span.first, span.last)

    def to_utc(self, local: str, zone: str, span: Span) -> str:
        return zone_steps.to_utc(local, zone, span.first, span.last)


class OnDuckDB:
    """An engine (engines.py). memory_limit: as of the store; folder: takes what does not fit into memory."""

    name, dialect = "duckdb", Quoted()

    def __init__(self, memory_limit: str, folder: Path) -> None:
        self.connection = duckdb.connect()
        self.prefix = ""
        for statement in (
            f"set memory_limit = '{memory_limit}'", f"set temp_directory = {quoted_paths([folder / 'spill'])}", "set timezone = 'UTC'",
            "set preserve_insertion_order = false", "set autoinstall_known_extensions = false",
            "create macro regexp_like(value, pattern) as regexp_matches(value, pattern)",
        ):  # fmt: skip
            self.connection.execute(statement)

    def read(self, files: Files, groups: Sequence[tuple[dict[str, str], Sequence[str]]]) -> list[Raw]:
        if not files.is_local:
            raise RollupRefused(f"{files.place} is no folder of this machine, and DuckDB reads no object store here. Give --engine spark.")
        self.prefix = f"{files.place}/"
        return [self._table(number, kinds, [Path(files.path(name)) for name in names]) for number, (kinds, names) in enumerate(groups)]

    def _table(self, number: int, kinds: dict[str, str], paths: list[Path]) -> Raw:
        columns = ", ".join(self.dialect.name(column) for column in kinds)
        read = f"read_parquet([{quoted_paths(paths)}], filename = '\x01file', hive_partitioning = false)"
        with _told():
            self.connection.execute(f'create or replace temp view raw_{number} as select {columns}, "\x01file" as file from {read}')
        return Raw(f"raw_{number}", kinds)

    def rows(self, sql: str) -> list[tuple]:
        with _told():
            return self.connection.execute(sql).fetchall()

    def name_of(self, file: str) -> str:
        return file.removeprefix(self.prefix)

    def take_events(self, sql: str, *, twice: bool) -> None:
        with _told():
            if twice:
                self.connection.execute(f"create or replace temp table events_kept as {sql}")
            self.connection.execute(f"create or replace temp view events as {'from events_kept' if twice else sql}")

    def write(self, table: str, sql: str, folder: Path) -> None:
        with _told():
            self.connection.execute(f"copy ({sql}) to {quoted_paths([folder])} (format parquet, partition_by (month), compression zstd)")

    def close(self) -> None:
        self.connection.close()


@contextmanager
def _told() -> Generator[None]:
    """What the engine cannot read or do is a reason, not a fault."""
    try:
        yield
    except duckdb.Error as error:
        raise RollupRefused(f"DuckDB could not read the events: {str(error).splitlines()[0]}") from None
