"""PostgreSQL by ADBC: its own binary rows straight into Arrow, as a stream."""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import adbc_driver_manager
import adbc_driver_postgresql.dbapi as postgres
import pyarrow as pa

from sources import queries
from sources.fetched import DAY, INSTANT, LOCAL, NUMBER, TEXT, WRITTEN, Cursor, SourceFailed
from sources.sql_keys import SqlSource

AS_THEY_ARE = {"bool", "int2", "int4", "int8", "float8", "text", "varchar", "name", "date", "timestamp", "timestamptz"}
NUMBERS = ("int2", "int4", "int8", "float4", "float8", "numeric", "money", "oid")
KINDS = {"date": DAY, "timestamp": LOCAL, "timestamptz": INSTANT, **dict.fromkeys(NUMBERS, NUMBER)}
OF_TYPE = {"float4": "float4", "float8": "float8", "money": "numeric::money"}
"""How a number is compared with a column of a type that is not compared with numbers, or rounds them: 0.7 as real lies below 0.7."""
CASTS = {INSTANT: "timestamptz", LOCAL: "timestamp", DAY: "date"}
BATCH_BYTES = 4 << 20
HANGS = {"connect_timeout": "10", "keepalives_idle": "30", "tcp_user_timeout": "60000", "application_name": "holdfast"}
WHAT_TO_DO = {  # by what PostgreSQL says: while rows stream, it gives no code
    "read-only transaction": "Write a query that only reads: a source never changes its database.",
    "statement timeout": "Read less, add an index on the column of the cursor, or raise timeout_seconds.",
    "permission denied": "Let the user of the URL read these tables: grant select on ... to it.",
    "column": "Mend the columns of the query.",
    "relation": "Mend the tables of the query, or write the schema: schema.table.",
}
LET_IN = "Compare the user in the URL, and the password in the secret, with those of the database."
REACHED = "See whether it runs, and whether host, port and the name of the database are right."
Row = tuple[Any, ...]


class Postgres:
    """A query that is being answered in a transaction that cannot write."""

    def __init__(self, source: SqlSource, url: str, since: Cursor | None) -> None:
        self.source, self.since = source, since
        with _in_words():
            self.connection = postgres.connect(_address(url))
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        with _in_words():
            self.cursor = self.connection.cursor()
            self._do("set transaction read only", f"set local statement_timeout = '{self.source.timeout_seconds}s'")
            self._do("set local standard_conforming_strings = on")
            self.now, self.local = self._one("select now(), localtimestamp")
            self.cursor.execute(f"select * from ({self.source.query}\n) as pulled limit 0")
            schema = self.cursor.fetch_arrow_table().schema
        self.column = column = queries.cursor_column(self.source, schema.names)
        self.kinds = {field.name: _kind(field) for field in schema}
        self.fields = {name: told for name, (told, _) in self.kinds.items()}
        self.kind = KINDS.get(self.fields[column].partition("(")[0], TEXT) if column else TEXT

    def clock(self, kind: str) -> datetime:
        return self.local.replace(tzinfo=UTC) if kind == LOCAL else self.now

    def cursor_of(self, value: Any) -> Cursor:
        return Cursor(NUMBER, str(value)) if self.kind == NUMBER else Cursor.of(value)

    def batches(self) -> Iterator[tuple[pa.RecordBatch, Any]]:
        with _in_words():
            self.cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            self.cursor.execute(self._asked())
            for batch in self.cursor.fetch_record_batch():
                typed = self._typed(batch)
                yield typed, queries.last_of(_backwards(typed[self.column])) if self.column else None

    def _asked(self) -> str:
        """The query with the types that a file can hold, from the cursor on, the oldest first: of two rows of a key the newer is last."""
        columns = ", ".join(self._column(name) for name in self.fields)
        column = self.column
        asked = f"select {columns} from ({self.source.query}\n) as pulled"
        if column is None:
            return asked
        queries.check_kind(self.source, self.since, self.kind)
        named = f"pulled.{_quoted(column)}"  # the column itself, and not the text that is made of it
        from_there = (
            f" where {named} >= {_literal(self.since, self.fields[column].partition('(')[0])} or {named} is null" if self.since else ""
        )
        return f"{asked}{from_there} order by {named} nulls first"

    def _column(self, name: str) -> str:
        told, named = self.fields[name].partition("(")[0], _quoted(name)
        if told == "bytea":
            raise SourceFailed(
                f"The column {name} holds binary data, which no table has.", "Leave it out of the query, or encode() it there."
            )
        if told in AS_THEY_ARE:
            return named
        if told == "money":
            return f"{named}::numeric(19, 4)::text as {named}"
        if told == "numeric":
            return f"nullif(nullif(nullif({named}::text, 'NaN'), 'Infinity'), '-Infinity') as {named}"
        return f"{named}::text as {named}"

    def _typed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Numbers of a known scale as decimals: no point in them is then taken for one between thousands."""
        for at, name in enumerate(batch.schema.names):
            _, kind = self.kinds[name]
            if kind is not None:
                batch = batch.set_column(at, pa.field(name, kind), batch.column(at).cast(kind))
        return batch

    def _do(self, *statements: str) -> None:
        for one in statements:
            self.cursor.execute(one)

    def _one(self, query: str) -> Row:
        self.cursor.execute(query)
        return self.cursor.fetchone() or ()

    def close(self) -> None:
        with suppress(Exception):  # a connection that is broken need not be closed
            self.cursor.close()
        with suppress(Exception):
            self.connection.close()


def _backwards(values: pa.Array) -> Iterator[Any]:
    return (values[at].as_py() for at in range(len(values) - 1, -1, -1))


def _kind(field: pa.Field) -> tuple[str, pa.DataType | None]:
    """What the database calls a column's type, and the decimals that it is read as, where it has a scale."""
    told = (field.metadata or {}).get(b"POSTGRESQL:type", b"text").decode()
    written = int((field.metadata or {}).get(b"POSTGRESQL:typmod", b"-1"))
    if told == "money":
        return told, pa.decimal128(19, 4)
    if told != "numeric" or written < 0:
        return told, None
    precision, scale = (written - 4) >> 16, (written - 4) & 0x7FF
    return told, pa.decimal128(precision, scale) if precision <= 38 and scale <= precision else None


def _address(url: str) -> str:
    """The URL as libpq takes it, with limits on how long it may hang, where it names none."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    return parts._replace(scheme="postgresql", query=urlencode(HANGS | given)).geturl()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(since: Cursor | None, kind: str) -> str:
    """A cursor as SQL, for a column of a type: read as what it counts first, so that nothing else can stand in it."""
    assert since is not None
    if since.kind == NUMBER:
        return f"'{since.parsed}'::{OF_TYPE[kind]}" if kind in OF_TYPE else str(since.parsed)
    quoted = since.value.replace("'", "''") if since.kind in (TEXT, WRITTEN) else since.parsed
    return f"{CASTS.get(since.kind, '')} '{quoted}'"


@contextmanager
def _in_words() -> Generator[None]:
    """What goes wrong there in words: of the driver, or of the stream, which speaks as files do."""
    try:
        yield
    except (adbc_driver_manager.Error, OSError, pa.ArrowException) as error:
        raise _failure(str(error)) from None


def _failure(message: str) -> SourceFailed:
    said = _said(message)
    if "ERROR:" in message and "terminating connection" not in message:
        to_do = next((to_do for words, to_do in WHAT_TO_DO.items() if words in said), "Mend the query.")
        return SourceFailed(f"The database refused the query. It says: “{said}”.", to_do)
    if "authentication failed" in message:  # a second try would be refused, too, and the user perhaps locked out
        return SourceFailed(f"The database does not accept user and password. It says: “{said}”.", LET_IN)
    if "libpq" in message:
        return queries.Unreachable(f"The database cannot be reached. The driver says: “{said}”.", REACHED)
    return SourceFailed(f"A value does not fit its column. The driver says: “{said}”.", "Round it, or cast it in the query.")


def _said(message: str) -> str:
    """What the server says, in one line, without the query and the driver's own words."""
    found = re.search(r"(?:ERROR|FATAL):\s*(.*?)(?:\n|$)", message)
    text = found[1] if found else re.sub(r"^\w+: (?:\[libpq\] )?", "", message).split("\n")[0]
    return " ".join(text.split()).rstrip(".")
