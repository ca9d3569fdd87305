"""A query of a database, read into one Parquet file: PostgreSQL by ADBC, every other database by its SQLAlchemy URL.

It is only read: in a transaction that cannot write, where the database has such, and never longer than the source allows. Rows are handed
from the database to the file in batches, so that memory does not grow with them.
"""

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.importing.reader.cells import NUMBERS_IN_TEXT
from sources.fetched import TEXT, WRITTEN, Cursor, Fetched, SourceFailed
from sources.keys import SourceError
from sources.marking import Marking
from sources.queries import Table, Unreachable, check_kind, cursor_column
from sources.secrets import hidden, secret
from sources.sql_keys import SqlSource
from sources.text_moments import NO_FORM, form_of

POSTGRES = ("postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg", "postgresql+adbc")
TRIES, WAIT = 3, 1.0  # seconds before the second try; twice as many before each one after it
NO_CURSOR = "Rows without {column}: {n}. They are read with every pull, since nothing tells which of them are new."
OWN = ("number", "numeric", "money")  # kinds of columns whose values are numbers there, and come as text to keep all their digits
BEYOND = "Values of {name} outside the years 1 to 9999: {n}. They count as empty."
DAYS = (-719_162, 2_932_896)  # since 1970: 0001-01-01 to 9999-12-31
MOMENTS = (DAYS[0] * 86_400_000_000, (DAYS[1] + 1) * 86_400_000_000 - 1)  # microseconds
ENDED = "The pull was given up, since Holdfast was stopped."


def fetch(source: SqlSource, since: Cursor | None, folder: Path, *, now: datetime, ended: Callable[[], bool]) -> Fetched:
    """The rows of a query from a cursor on, as one Parquet file. Raises SourceFailed, SourceError; never tells a secret."""
    url, secrets = address(source)
    for tried in range(TRIES):
        try:
            return _read(source, url, since, folder, ended, tried)
        except Unreachable as failed:
            if tried + 1 == TRIES or ended():
                raise SourceFailed(hidden(failed.reason, secrets), failed.what_to_do, requests=0, retries=tried) from None
            time.sleep(WAIT * 2**tried)
        except SourceFailed as failed:
            raise SourceFailed(hidden(failed.reason, secrets), failed.what_to_do, retries=tried) from None
    raise AssertionError("a last try returns or raises")


def check(source: SqlSource) -> list[str]:
    """What a query would bring: its columns, as its database answers. Raises SourceFailed, SourceError."""
    url, secrets = address(source)
    try:
        table = begun(source, url, None)
    except SourceFailed as failed:
        raise SourceFailed(hidden(failed.reason, secrets), failed.what_to_do) from None
    table.close()
    return [f"The database answers. The query has the columns {', '.join(table.fields)}."]


def address(source: SqlSource) -> tuple[str, tuple[str, ...]]:
    """The URL of a source's database with its password in it, and what of that is secret. Raises SourceError."""
    kept = secret(source.secret) if source.secret else ""
    if source.url is None:
        password = urlsplit(kept).password if "://" in kept else None
        if "://" not in kept:
            raise SourceError(
                f"The secret {source.secret} is no URL, which it must be where `url` is left out. Write `url`, without the password."
            )
        return kept, (kept, *((password,) if password else ()))
    parts = urlsplit(source.url)
    if not kept:
        return source.url, ()
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        raise SourceError(
            f"{source.name}.toml: url: names no user, whose password is the secret {source.secret}. Write it as postgresql://reader@host/..."
        )
    return parts._replace(netloc=f"{user}:{quote(kept, safe='')}@{host}").geturl(), (kept,)


def begun(source: SqlSource, url: str, since: Cursor | None) -> Table:
    """The query of a source, asked of its database. Raises SourceFailed, SourceError."""
    if urlsplit(url).scheme in POSTGRES:
        from sources.postgres import Postgres  # loaded by who has one

        return Postgres(source, url, since)
    from sources.alchemy import Alchemy

    return Alchemy(source, url, since)


def _read(source: SqlSource, url: str, since: Cursor | None, folder: Path, ended: Callable[[], bool], tried: int) -> Fetched:
    """All of it once, into a file; of an earlier try nothing is left."""
    table = begun(source, url, since)
    try:
        path = folder / f"{tried}.parquet"
        into = _Written(path, source.cursor and cursor_column(source, list(table.fields)), source.read_by)
        for batch, greatest in table.batches():
            if ended():
                raise SourceFailed(ENDED, "The next pull begins where the last one ended.")
            into.add(batch, greatest)
        return into.fetched(table, source, since, tried)
    finally:
        table.close()


class _Written:
    """The file that is being written, and what was seen on the way: rows, the greatest cursor, rows without one."""

    def __init__(self, path: Path, column: str | None, by: str) -> None:
        self.path, self.column = path, column
        self.marking = Marking(path.with_suffix(".marks"), by)
        self.writer: pq.ParquetWriter | None = None
        self.rows = self.without = 0
        self.greatest: Any = None
        self.forms: set[str] = set()
        self.beyond: dict[str, int] = {}

    def add(self, batch: pa.RecordBatch, greatest: Any) -> None:
        batch = self._within_years(batch)
        self.writer = self.writer or pq.ParquetWriter(self.path, batch.schema, compression="zstd", compression_level=1)
        if batch.num_rows:
            self.writer.write_batch(batch)
            self.rows += batch.num_rows
            if self.column:
                self.without += batch[self.column].null_count
                self.marking.add(_marks(batch[self.column]))
                if isinstance(greatest, str) and len(self.forms) < 2:
                    self.forms |= _forms(batch[self.column])
            self.greatest = self.greatest if greatest is None else greatest

    def _within_years(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Days and moments before the year 1 or after 9999, which include those without end, are no value; how many is told."""
        for at, one in enumerate(batch.schema):
            if pa.types.is_timestamp(one.type) or pa.types.is_date32(one.type):
                values = pl.Series(batch.column(at))
                within = values.to_physical().is_between(*(DAYS if pa.types.is_date32(one.type) else MOMENTS)).fill_null(True)
                if n := within.len() - int(within.sum()):
                    self.beyond[one.name] = self.beyond.get(one.name, 0) + n
                    batch = batch.set_column(at, one, values.set(~within, None).to_arrow().cast(one.type))
        return batch

    def fetched(self, table: Table, source: SqlSource, since: Cursor | None, tried: int) -> Fetched:
        if self.writer is not None:
            self.writer.add_key_value_metadata({NUMBERS_IN_TEXT: json.dumps([name for name, kind in table.fields.items() if kind in OWN])})
            self.writer.close()
        notes = [NO_CURSOR.format(n=f"{self.without:,}", column=source.cursor)] if self.without else []
        notes += [BEYOND.format(n=f"{n:,}", name=name) for name, n in self.beyond.items()]
        cursor = None if self.greatest is None else table.cursor_of(self.greatest)
        forms = self.forms | ({form_of(since.value)} if since and since.kind == WRITTEN else set())
        if cursor is not None and cursor.kind == TEXT and len(forms) == 1 and NO_FORM not in forms:
            cursor = Cursor(WRITTEN, cursor.value)
        if cursor is not None:
            check_kind(source, since, cursor.kind)
        path = self.path if self.rows else None
        marks = self.marking.done(cursor.kind if cursor else "")
        clock = table.clock(cursor.kind) if cursor else None
        return Fetched(path, self.rows, cursor, 1, tried, table.fields, clock, tuple(notes), marks)


def _forms(values: pa.Array) -> set[str]:
    """In which ways the moments of a column of texts are written; NO_FORM among them where one is none."""
    told = pl.Series(values).drop_nulls()
    shapes = told.to_frame("text").group_by(told.str.replace_all(r"\d", "0").alias("shape")).agg(pl.col("text").first())
    return {form_of(str(text)) for text in shapes["text"]}


def _marks(values: pa.Array) -> pa.Array:
    """Values of a cursor as text, the same ones always alike: days and moments as the numbers that they are kept as."""
    return pl.Series(values).to_physical().cast(pl.String).to_arrow().cast(pa.string())
