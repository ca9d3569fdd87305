"""What makes rollups: DuckDB on this machine, or Apache Spark on one or on many. Both read the one definition."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from data.rollups.definition import Dialect, Raw
from data.rollups.files import Files

NAMES = ("duckdb", "spark")


class Engine(Protocol):
    """Reads files, answers questions about them, and writes rollups. All of it raises RollupRefused."""

    @property
    def name(self) -> str: ...

    @property
    def dialect(self) -> Dialect: ...

    def read(self, files: Files, groups: Sequence[tuple[dict[str, str], Sequence[str]]]) -> list[Raw]:
        """Make a table of each group of files whose columns are of the same types, and kinds (column to kind): these columns, and `file`."""
        ...

    def rows(self, sql: str) -> list[tuple]:
        """The rows of a short answer."""
        ...

    def name_of(self, file: str) -> str:
        """A file's path within the place, from what the column `file` says."""
        ...

    def take_events(self, sql: str, *, twice: bool) -> None:
        """Let the table `events` be what the query says. twice: it costs much, and is read more than once."""
        ...

    def write(self, table: str, sql: str, folder: Path) -> None:
        """Write the rows of a query as Parquet into a folder, those of each month in one of their own (month=2026-01-01)."""
        ...

    def close(self) -> None: ...
