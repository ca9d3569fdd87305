"""The Parquet files of a folder, or of a bucket of an object store: which there are, what columns they have, between which moments they lie."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from data.rollups.definition import Definition, Span
from data.rollups.manifest import SourceFile
from data.rollups.refused import RollupRefused

AT_ONCE = 16  # footers that are read at the same time: from an object store, each takes its while
ENDING = (".parquet", ".pq")
SPARK = b"org.apache.spark.version"  # in the footers of files that Spark wrote
IS_URI = re.compile(r"[a-z][a-z0-9+.-]+://")
KINDS = {"text": "text", "whole": "whole numbers", "number": "numbers"}
MAY_BE = {"occurred_at": "moments (timestamp) or days (date)", "quantity": "numbers"}


@dataclass(frozen=True)
class Footer:
    """What the end of a Parquet file says: the kinds of the columns that are needed, and their types, since an engine that reads files of
    several types together takes those of the first for all; its rows, and between which moments, as they are written, these lie (None
    where it does not say)."""

    kinds: tuple[tuple[str, str], ...]
    types: tuple[str, ...]
    rows: int
    first: datetime | None
    last: datetime | None


class Files:
    """The files at a place: a folder of this machine, or a bucket as s3://bucket/path, read by the credentials of the environment."""

    def __init__(self, place: str) -> None:
        from pyarrow import fs  # here, since most commands need none of it

        self.is_local = not IS_URI.match(place) or place.startswith("file://")
        self.place = place.removeprefix("file://").rstrip("/") if self.is_local else place.rstrip("/")
        if self.is_local:
            self.place = str(Path(self.place).expanduser().resolve())
        try:
            self.system, self.root = (fs.LocalFileSystem(), self.place) if self.is_local else fs.FileSystem.from_uri(self.place)
        except (OSError, ValueError) as error:
            raise RollupRefused(f"{place} cannot be opened: {_first_line(error)}.") from None

    def listed(self) -> dict[str, SourceFile]:
        """The Parquet files in it and below, by their path within; those whose name or folder begins with `_` or `.` are somebody's work in
        progress. Raises RollupRefused where there are none, or the place cannot be looked into."""
        from pyarrow import fs

        try:
            found = self.system.get_file_info(fs.FileSelector(self.root, recursive=True))
        except (OSError, ValueError) as error:
            raise RollupRefused(f"{self.place} cannot be looked into: {_first_line(error)}.") from None
        inside = ((one.path.removeprefix(self.root).lstrip("/"), one) for one in found if one.is_file)
        files = {name: SourceFile(one.size or 0, one.mtime_ns or 0) for name, one in inside if name.endswith(ENDING) and not _hidden(name)}
        if not files:
            raise RollupRefused(f"{self.place} has no Parquet files (*.parquet). Name the folder that holds the events.")
        return dict(sorted(files.items()))

    def path(self, name: str) -> str:
        return f"{self.place}/{name}"

    def footers(self, names: Sequence[str], definition: Definition) -> dict[str, Footer]:
        """The end of each file. Raises RollupRefused that names the first file that cannot be read, or lacks what is needed."""
        with ThreadPoolExecutor(AT_ONCE) as several:
            return dict(zip(names, several.map(lambda name: self._footer(name, definition), names), strict=True))

    def _footer(self, name: str, definition: Definition) -> Footer:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with self.system.open_input_file(f"{self.root}/{name}") as stream:
                file = pq.ParquetFile(stream)
                schema, told = file.schema_arrow, file.metadata
        except (OSError, pa.ArrowException) as error:
            raise RollupRefused(
                f"{name} cannot be read as Parquet ({_first_line(error)}). Write it again, or take it out of the folder."
            ) from None
        read = sorted(needed(definition).items())
        moment = definition.mapping.columns["occurred_at"]
        kinds = {source: _kind(schema, name, source, target) for source, target in read}
        if _is_int96(told, moment):
            kinds[moment] = _kind_of_int96(told, definition, name)
        types = tuple(str(schema.field(source).type) for source in kinds)
        return Footer(tuple(kinds.items()), types, told.num_rows, *_span(told, schema, moment))


def needed(definition: Definition) -> dict[str, str]:
    """The files' columns that a definition reads, each with a column of events that comes of it."""
    return {source: target for target, source in definition.mapping.columns.items()}


def _hidden(name: str) -> bool:
    return any(part.startswith(("_", ".")) for part in name.split("/"))


def _kind(schema: Any, file: str, source: str, target: str) -> str:
    """What a column holds. Raises RollupRefused where it is missing, or cannot be what it is taken for."""
    if schema.names.count(source) != 1:
        has = ", ".join(schema.names[:30])
        raise RollupRefused(
            f"{file} has no column {source!r}, from which {target} comes. It has: {has}. Correct the mapping, or write the file again."
        )
    if len(alike := [name for name in schema.names if name.casefold() == source.casefold()]) > 1:
        raise RollupRefused(
            f"{file} has the columns {' and '.join(map(repr, alike))}, which engines cannot tell apart. Write it again under other names."
        )
    kind = _kind_of(schema.field(source).type)
    allowed = ("number", "whole") if target == "quantity" else ("text", "whole")
    if kind is not None and ((target == "occurred_at") == _is_moment(kind)) and (target == "occurred_at" or kind in allowed):
        return kind
    what = MAY_BE.get(target, "text or whole numbers")
    raise RollupRefused(
        f"{file}: column {source!r} is {schema.field(source).type}, and {target} comes of {what}. Write the file again with {what} there."
    )


def _is_moment(kind: str) -> bool:
    return kind == "day" or kind.startswith(("local", "utc"))


def _kind_of(arrow: Any) -> str | None:
    import pyarrow.types as are

    if are.is_dictionary(arrow):
        arrow = arrow.value_type
    if are.is_timestamp(arrow):
        return f"{'utc' if arrow.tz else 'local'} {'nanoseconds' if arrow.unit == 'ns' else 'microseconds'}"
    tests = {
        "text": (are.is_string, are.is_large_string, are.is_string_view), "whole": (are.is_integer,), "day": (are.is_date,),
        "number": (are.is_floating, are.is_decimal),
    }  # fmt: skip
    return next((kind for kind, ones in tests.items() if any(one(arrow) for one in ones)), None)


def _is_int96(told: Any, moment: str) -> bool:
    columns = (told.schema.column(index) for index in range(told.num_columns))
    return any(column.path == moment and column.physical_type == "INT96" for column in columns)


def _kind_of_int96(told: Any, definition: Definition, file: str) -> str:
    """The old type of a moment, which does not say its zone: Spark, whose default it is, writes moments in UTC; others as they like."""
    if SPARK in (told.metadata or {}):
        return "utc microseconds"
    if definition.says_zone_of_files:
        return "local microseconds"
    source = definition.mapping.columns["occurred_at"]
    raise RollupRefused(
        f"{file}: column {source!r} holds moments of the old type INT96, which does not say their zone. Say it in the mapping "
        '(options, timezone = "UTC" say), or write the file again with timestamps.'
    )


def _span(told: Any, schema: Any, moment: str) -> tuple[datetime | None, datetime | None]:
    """The earliest and the latest moment of a file by the statistics of its row groups; None where one of them has none."""
    at = [index for index in range(told.num_columns) if told.schema.column(index).path == moment]
    if not at or not told.num_row_groups:
        return None, None
    parts = [told.row_group(group).column(at[0]).statistics for group in range(told.num_row_groups)]
    if any(part is None or not part.has_min_max for part in parts):
        return None, None
    return min(_moment(part.min) for part in parts), max(_moment(part.max) for part in parts)


def _moment(told: Any) -> datetime:
    if isinstance(told, datetime):
        return told.replace(tzinfo=None)  # those of UTC come in UTC
    return datetime.combine(told, time.min) if isinstance(told, date) else datetime.fromisoformat(str(told)[:26])


def span_of(footers: Sequence[Footer]) -> Span:
    """Between which moments the rows of files lie; as far as there are moments, where one does not say."""
    known = [(one.first, one.last) for one in footers if one.rows]
    if not known or any(first is None or last is None for first, last in known):
        return Span()
    return Span(min(first for first, _ in known if first), max(last for _, last in known if last))


def overlap(footers: Sequence[Footer]) -> bool:
    """Whether two of the files may have the same event: where times of two of them meet, or are not known. Days apart are far enough, since
    files may be in different zones."""
    known = sorted(((one.first, one.last) for one in footers if one.rows), key=lambda one: (one[0] is not None, one[0]))
    if len(known) < 2:
        return False
    if any(first is None for first, _ in known):
        return True
    return any(later[0] <= before[1] + _apart(footers) for before, later in _pairs(known))


def _apart(footers: Sequence[Footer]) -> timedelta:
    """How far apart files must be for their moments to be different ones: those that are written alike differ where they are not equal."""
    return timedelta() if len({_moments(one) for one in footers}) == 1 else timedelta(days=2)


def _moments(one: Footer) -> tuple[str, ...]:
    return tuple(kind for _, kind in one.kinds if _is_moment(kind))


def _pairs(ordered: list) -> Iterator[tuple]:
    """Each with the next, the end of the one being the latest so far."""
    last = ordered[0]
    for one in ordered[1:]:
        yield last, one
        last = (one[0], max(last[1], one[1]))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")[:200]
