"""Any database by its SQLAlchemy URL, whose driver is the user's to install. Each value becomes the text that it is written as."""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as alchemy
from sqlalchemy import exc
from sqlalchemy.pool import NullPool

from sources import queries
from sources.fetched import LOCAL, Cursor, SourceFailed
from sources.keys import SourceError
from sources.sql_keys import SqlSource

ROWS = 20_000  # of a batch
DRIVERS = {
    "mysql": "pymysql", "mariadb": "pymysql", "snowflake": "snowflake-sqlalchemy", "bigquery": "sqlalchemy-bigquery", "mssql": "pyodbc",
    "oracle": "oracledb", "redshift": "sqlalchemy-redshift", "clickhouse": "clickhouse-sqlalchemy", "databricks": "databricks-sqlalchemy",
    "trino": "trino", "duckdb": "duckdb-engine", "postgresql": "psycopg",
}  # fmt: skip
ONLY_READS = {  # what is said to a database before it is asked; {n}: seconds
    "sqlite": ("pragma query_only = on",),
    "mysql": ("set session transaction read only", "set session max_execution_time = {n}000"),
    "mariadb": ("set session transaction read only", "set session max_statement_time = {n}"),
    "snowflake": ("alter session set statement_timeout_in_seconds = {n}",),
    "redshift": ("set statement_timeout to {n}000",),
}
SINGLE = {"mysql": 4, "mariadb": 4, "redshift": 700}
"""What a driver calls a number of single precision, in databases that show it rounded: compared with what was shown, rows get lost."""
PYTHON = {bool: "bool", datetime: "instant", date: "day", time: "time", str: "text", **dict.fromkeys((int, float, Decimal), "number")}


class Alchemy:
    """A query that is being answered. fields: kinds of the values that came; empty of columns that had none."""

    def __init__(self, source: SqlSource, url: str, since: Cursor | None) -> None:
        self.source, self.since = source, since
        self.engine = _engine(source, url)
        self.fields: dict[str, str] = {}
        self.seen: dict[str, set[str]] = {}
        try:
            with _in_words():
                self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        self.connection = self.engine.connect()
        for statement in ONLY_READS.get(spoken(self.engine.dialect), ()):
            self.connection.execute(alchemy.text(statement.format(n=self.source.timeout_seconds)))
        self.connection.commit()  # what was said of transactions holds from the next one on
        self.told = self.connection.execute(alchemy.select(alchemy.func.current_timestamp())).scalar()
        nothing = self.connection.execute(alchemy.text(f"{self._selected()} where 1 = 0"))
        self.fields = dict.fromkeys(nothing.keys(), "")
        self.column = queries.cursor_column(self.source, list(nothing.keys()))
        told = getattr(nothing.cursor, "description", None) or ()
        _check_rounds(spoken(self.engine.dialect), next((one[1] for one in told if one[0] == self.column), None), self.column)
        nothing.close()

    def clock(self, kind: str) -> datetime | None:
        """The database's own, where it tells one."""
        if isinstance(self.told, datetime) and self.told.tzinfo:
            return self.told
        if isinstance(self.told, datetime) and kind == LOCAL:
            return self.told.replace(tzinfo=UTC)
        return None

    def cursor_of(self, value: Any) -> Cursor:
        return Cursor.of(value)

    def batches(self) -> Iterator[tuple[pa.RecordBatch, Any]]:
        """The rows as text; the cursor's column is looked at as it is."""
        names = list(self.fields)
        with _in_words():
            asked, given = self._asked()
            answer = self.connection.execution_options(stream_results=True, yield_per=ROWS).execute(asked, given)
            for rows in answer.partitions(ROWS):
                columns = list(zip(*rows, strict=True))
                self._note(names, columns)
                greatest = queries.last_of(reversed(columns[names.index(self.column)])) if self.column else None
                yield pa.RecordBatch.from_arrays([pa.array(map(_text, one), pa.string()) for one in columns], names), greatest

    def _selected(self) -> str:
        query = re.sub(r"(?<!:):(?=\w)", r"\\:", self.source.query)  # a colon in the query is the query's own
        return f"select * from ({query}\n) pulled"

    def _asked(self) -> tuple[alchemy.TextClause, dict[str, Any]]:
        """The query from the cursor on, the oldest first."""
        if self.column is None:
            return alchemy.text(self._selected()), {}
        named = self.engine.dialect.identifier_preparer.quote(self.column)
        order = f"order by case when {named} is null then 0 else 1 end, {named}"
        if self.since is None:
            return alchemy.text(f"{self._selected()} {order}"), {}
        return alchemy.text(f"{self._selected()} where {named} >= :since or {named} is null {order}"), {"since": self._given()}

    def _given(self) -> Any:
        """The cursor as the database takes it: SQLite has no exact decimals."""
        assert self.since is not None
        value = self.since.parsed
        return float(value) if isinstance(value, Decimal) and self.engine.dialect.name == "sqlite" else value

    def _note(self, names: list[str], columns: list[tuple[Any, ...]]) -> None:
        """Which kinds of values each column had."""
        for name, values in zip(names, columns, strict=True):
            kinds = self.seen.setdefault(name, set())
            kinds.update(PYTHON.get(kind, kind.__name__) for kind in set(map(type, values)) - {type(None)})
            self.fields[name] = " or ".join(sorted(kinds))
            if "bytes" in kinds or "memoryview" in kinds:
                raise SourceFailed(
                    f"The column {name} holds binary data, which no table has.", "Leave it out of the query, or cast it to text."
                )

    def close(self) -> None:
        with suppress(Exception):  # a connection that is broken need not be closed
            self.connection.close()
        self.engine.dispose()


def _engine(source: SqlSource, url: str) -> alchemy.Engine:
    """Raises SourceError for a URL that is none, or a driver that is not there, with how to install it."""
    try:
        where = alchemy.make_url(url)
    except exc.ArgumentError:
        raise SourceError(
            f"{source.name}.toml: url: is no URL of a database. Write it as mysql+pymysql://reader@db.example/billing."
        ) from None
    kind = where.get_backend_name()
    _check_file(source, where)
    try:
        return alchemy.create_engine(where, poolclass=NullPool)
    except (exc.NoSuchModuleError, ModuleNotFoundError) as error:
        package = DRIVERS.get(kind) or getattr(error, "name", None) or f"the SQLAlchemy dialect {kind}"
        raise SourceError(
            f"The driver for {kind} is not installed. Install it where Holdfast runs: pip install {package}. Drivers other than that of "
            "PostgreSQL do not come with Holdfast."
        ) from None
    except exc.ArgumentError as error:
        raise SourceError(f"{source.name}.toml: url: is not understood. The driver says: “{error}”.") from None


def _check_rounds(database: str, kind: object, column: str | None) -> None:
    """Raises SourceFailed for a cursor of numbers that are shown otherwise than they are kept."""
    if column and kind is not None and SINGLE.get(database) == kind:
        raise SourceFailed(
            f"cursor: the column {column} holds numbers of single precision, which are not kept as they are shown: rows would get lost.",
            "Cast it to double precision or a decimal in the query.",
        )


def spoken(dialect: alchemy.Dialect) -> str:
    """Which database answers: a URL of MySQL is one of MariaDB too, which knows other settings."""
    return "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name


def _check_file(source: SqlSource, where: alchemy.URL) -> None:
    """SQLite would make the file that is not there."""
    if where.get_backend_name() == "sqlite" and not (where.database and Path(where.database).is_file()):
        raise SourceError(
            f"{source.name}.toml: url: there is no file {where.database}. Write its whole path, as sqlite:////srv/data/crm.sqlite."
        )


def _text(value: Any) -> str | None:
    """A value as a file has it, in the way that no reader takes for another one."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return json.dumps(value, default=str) if isinstance(value, Mapping | list | tuple) else str(value)


@contextmanager
def _in_words() -> Generator[None]:
    try:
        yield
    except exc.OperationalError as error:
        raise queries.Unreachable(
            f"The database did not answer the query. It says: “{_said(error)}”.",
            "See whether it runs, and whether URL and query are right.",
        ) from None
    except exc.SQLAlchemyError as error:
        raise SourceFailed(
            f"The database refused the query. It says: “{_said(error)}”.", "Mend the query, or let the user of the URL read these tables."
        ) from None
    except ModuleNotFoundError as error:
        raise SourceError(f"The driver {error.name} is missing. Install it where Holdfast runs: pip install {error.name}.") from None


def _said(error: exc.SQLAlchemyError) -> str:
    """What the database says, in one line, without the query."""
    text = str(getattr(error, "orig", None) or error).split("\n")[0]
    return " ".join(text.split()).rstrip(".")
