"""Reading a file of any of the formats that exports come in. Runs in the child process only.

A file is recognised by its content, never by its name. Text comes out as text cells with the line each row stands on.
"""

import codecs
import csv
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import polars as pl

from data.importing.reader.archives import CONTAINER, GZIP, ZIP, Packed, is_encrypted, is_workbook, unpack
from data.importing.reader.cells import NUMBERS_IN_TEXT, OWN_NUMBERS
from data.importing.reader.delimited import BEGINNING, Blocks
from data.importing.reader.encodings import guessed, marked, strict
from data.importing.reader.headings import LOOKED_AT, NoTable, unique
from data.importing.reader.json_cells import Number, read_object
from data.importing.reader.left_out import LeftOut, without_sums
from data.importing.reader.tables import SLICE_ROWS, Place, Source, table
from data.importing.reader.workbook import Fits, open_workbook

JSON_ROWS = 200_000
PART = 1 << 22
WRITTEN_BY_SPARK = "org.apache.spark.version"  # in the end of such a Parquet file
MOST_WHOLE = 256 * 1024**2
ANALYTICS_REPORT = "# Google Analytics"
UNKNOWN_ENCODING = "The file's text encoding is not known. Save it as UTF-8, or give the option encoding."
# What is dropped by mistake, and by which bytes each begins.
NO_TABLES = {"picture": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), "PDF": (b"%PDF-",)}
LISTS = ("results", "data", "items", "records", "rows", "events")


Unreadable = NoTable  # the file cannot be read as a table; the message says why and what to do


def open_source(
    path: Path,
    folder: Path,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    rows: int = SLICE_ROWS,
    wanted: frozenset[str] = frozenset(),
    fits: Fits | None = None,
) -> Source:
    """Recognise and open a file, to be read in slices of about `rows`; `folder` takes what is unpacked.

    wanted: columns that are going to be used, which the objects of a JSON file may begin to have late. fits: whether a sheet of a workbook
    has the columns that are looked for. Raises Unreadable for an empty file, or one that is no table; Unanswered where several sheets fit.
    """
    with path.open("rb") as stream:
        start = stream.read(65536)
    if not start.strip():
        raise Unreadable("The file is empty. Export it again, with its header and rows.")
    if start[:4] == b"PAR1":
        return _parquet(path, rows)
    if start[:2] == GZIP or (start[:4] == ZIP and not is_workbook(path)):
        return _text(_unpack(path, folder), folder, encoding, header_row, rows, wanted)
    if start[:8] == CONTAINER and is_encrypted(path):
        raise Unreadable("The workbook is encrypted. Open it with its password, save it without one, and drop that file.")
    if start[:4] == ZIP or start[:8] == CONTAINER:
        return open_workbook(path, sheet, header_row, fits)
    return _text(path, folder, encoding, header_row, rows, wanted)


def _unpack(path: Path, folder: Path) -> Path:
    try:
        return unpack(path, folder)
    except Packed as error:
        raise Unreadable(str(error)) from None


def _parquet(path: Path, slice_rows: int) -> Source:
    try:
        lazy = _moments_in_utc(path, pl.scan_parquet(path))
        schema = lazy.collect_schema()
        rows = lazy.select(pl.len()).collect().item()
        own = json.loads(pl.read_parquet_metadata(path).get(NUMBERS_IN_TEXT, "[]"))
    except pl.exceptions.PolarsError as error:
        raise Unreadable(f"The file says it is Parquet but cannot be read: {str(error).splitlines()[0]}.") from None

    place, names = Place(), unique(schema.names())

    def slices() -> Iterator[pl.DataFrame]:
        for offset in range(0, rows, slice_rows):
            cells = _collected(lazy.slice(offset, slice_rows)).rename(dict(zip(schema.names(), names, strict=True)))
            beside = {OWN_NUMBERS + name: cells[name].is_not_null() for name in own if name in names}
            yield _without_nesting(cells).with_columns(**beside).with_row_index("line", offset=offset + 1)
            place.share = min(1.0, (offset + slice_rows) / rows)

    return Source("parquet", names, slices(), [], place)


def _moments_in_utc(path: Path, lazy: pl.LazyFrame) -> pl.LazyFrame:
    """Moments as Spark writes them unless it is told otherwise (INT96, read as nanoseconds without a zone) are those of UTC."""
    old = [name for name, kind in lazy.collect_schema().items() if kind == pl.Datetime("ns")]
    if old and WRITTEN_BY_SPARK in pl.read_parquet_metadata(path):
        return lazy.with_columns(pl.col(name).dt.replace_time_zone("UTC") for name in old)
    return lazy


def _collected(cells: pl.LazyFrame) -> pl.DataFrame:
    try:
        return cells.collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise Unreadable("The Parquet file is damaged: it begins as one, and its rows cannot be read. Export it again.") from None


def _without_nesting(cells: pl.DataFrame) -> pl.DataFrame:
    """Lists, structs and bytes as the text that Python writes of them: no column of any table holds such."""
    odd = [name for name, kind in cells.schema.items() if kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Time, pl.Duration)]
    return cells.with_columns(
        pl.Series(name, [None if one is None else str(one) for one in cells[name].to_list()], pl.String) for name in odd
    )


def _text(path: Path, folder: Path, encoding: str | None, header_row: int | None, rows: int, wanted: frozenset[str]) -> Source:
    with path.open("rb") as stream:
        start = stream.read(65536)
    for kind, signs in NO_TABLES.items():
        if start.startswith(signs):
            raise Unreadable(f"The file is a {kind}. Bring the table that it shows, as CSV or Excel.")
    if b"\x00" in start and not encoding and not marked(start):
        raise Unreadable("The file is neither text, Excel, Parquet nor JSON lines. Export it as CSV.")
    path = _as_utf8(path, folder, encoding)
    with path.open("rb") as stream:
        text = stream.read(65536).decode(errors="ignore").removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        return _json_lines(path, folder, wanted)
    if ANALYTICS_REPORT in text[:2000] and text.startswith("#"):
        raise Unreadable(
            "This is a report of Google Analytics: sums of visits to a site, several tables in one file. It does not say which account "
            "did what. Bring events with the account's id, one row each."
        )
    return _delimited(Blocks(path, _delimiter(text)), rows, header_row)


def _delimiter(text: str) -> str:
    """The sign between cells: the one that most of the first lines have equally often."""
    lines = [line for line in text[:20000].splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith("#")]
    lines = (told if len(told) > 1 else lines)[:LOOKED_AT]
    if not lines:
        raise Unreadable("The file has no rows. Export it again, with its header and rows.")
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]  # a sign inside quotes parts no cells

    def fits(sign: str) -> tuple[int, int, bool]:
        counts = [line.count(sign) for line in bare]
        usual = max({*counts} - {0}, key=counts.count, default=0)
        return counts.count(usual) if usual else 0, usual, sign == ","

    return max(",;\t|", key=fits)


def _delimited(blocks: Blocks, slice_rows: int, header_row: int | None) -> Source:
    """Header and slices of delimited text; ragged rows and what is no row are added as they are met."""
    left_out, place = LeftOut(), Place()
    try:
        rows, below = table(_careful(blocks, blocks.next(BEGINNING)), left_out, header_row=header_row)
    except NoTable:
        blocks.close()
        raise

    def frames() -> Iterator[pl.DataFrame]:
        with closing(blocks):
            yield from rows.frames(below)
            for block, fast in blocks.frames(rows.found, left_out):
                yield from [rows.pending(), fast] if fast is not None else rows.frames(_careful(blocks, block))
            yield rows.end()

    def slices() -> Iterator[pl.DataFrame]:
        kept, first = list[pl.DataFrame](), True
        for frame in frames():
            kept.append(frame)
            if sum(frame.height for frame in kept) >= slice_rows:
                yield without_sums(pl.concat(kept), left_out, all_above=first)
                kept, first, place.share = [], False, blocks.share
        if kept:
            yield without_sums(pl.concat(kept), left_out, all_above=first)

    return Source("csv", rows.found.names, slices(), rows.ragged, place, left_out, rows.found.line, first=rows.first)


def _careful(blocks: Blocks, block: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from blocks.records(block)
    except csv.Error as error:
        raise Unreadable(str(error)) from None


def _as_utf8(path: Path, folder: Path, encoding: str | None) -> Path:
    """The file itself where it is UTF-8, else a copy that is."""
    with path.open("rb") as stream:
        start = stream.read(1_000_000)
    name = encoding or marked(start) or "utf-8"
    try:
        b"a".decode(name, "replace")  # raises LookupError for what is no encoding of text
        if codecs.lookup(name).name in ("utf-8", "utf-8-sig"):
            _decode(path, "utf-8", "strict", None)
            return path
        return _decode(path, name, "strict", folder / "text")
    except (UnicodeError, LookupError):
        guess = None if encoding else guessed(start)
        if guess is None:
            raise Unreadable(UNKNOWN_ENCODING) from None
    if not strict(guess):
        return _decode(path, guess, "replace", folder / "text")
    try:
        return _decode(path, guess, "strict", folder / "text")
    except UnicodeError:
        raise Unreadable(UNKNOWN_ENCODING) from None


def _decode(path: Path, encoding: str, errors: str, target: Path | None) -> Path:
    """Read a file in slices as text of an encoding, and write it as UTF-8 where a target is given. Raises UnicodeError."""
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb") as stream, (target or Path("/dev/null")).open("wb") as out:
        while part := stream.read(PART):
            if target is None and part.isascii() and not decoder.getstate()[0]:
                continue
            text = decoder.decode(part)
            if target is not None:
                out.write(text.encode())
        out.write(decoder.decode(b"", final=True).encode())
    return target or path


def _json_lines(path: Path, folder: Path, wanted: frozenset[str]) -> Source:
    """One object a line. The header is every name that the first of them have, and grows by what later ones add.

    Where the first lack a wanted name, all are looked through for it before.
    """
    path = _one_a_line(path, folder)
    names: dict[str, None] = {}
    for count, (_, row, _) in enumerate(_objects(path)):
        if count >= JSON_ROWS and wanted <= {*names}:
            break
        names |= dict.fromkeys(row or ())
    if not names:
        raise Unreadable("The file looks like JSON, but no line holds one object. Export JSON lines: one object a line.")
    found, ragged, place = list(names), [], Place()
    header = unique(found)

    def slices() -> Iterator[pl.DataFrame]:
        kept: list[tuple[int, dict]] = []
        for number, row, text in _objects(path, place):
            if row is None:
                ragged.append((number, [text[:200]]))
            else:
                kept.append((number, row))
            if len(kept) == JSON_ROWS:
                yield frame(kept)
                kept.clear()
        if kept:
            yield frame(kept)

    def frame(kept: list[tuple[int, dict]]) -> pl.DataFrame:
        found.extend({name: None for _, row in kept for name in row if name not in names})
        names.update(dict.fromkeys(found))
        header[:] = unique(found)
        return _of_objects(found, header, kept)

    return Source("jsonl", header, slices(), ragged, place)


def _one_a_line(path: Path, folder: Path) -> Path:
    """JSON that is one list of objects, or one object with such a list, laid out one object a line; other files as they are."""
    with path.open("rb") as stream:
        first = stream.readline().removeprefix(b"\xef\xbb\xbf").strip()
    if path.stat().st_size > MOST_WHOLE or (first.startswith(b"{") and first.endswith(b"}") and not first.endswith(b"]}")):
        return path
    try:
        whole = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return path
    if isinstance(whole, dict):
        whole = next((whole[name] for name in LISTS if isinstance(whole.get(name), list)), [whole])
    target = folder / "lines"
    target.write_text("".join(json.dumps(one) + "\n" for one in whole))
    return target


def _objects(path: Path, place: Place | None = None) -> Iterator[tuple[int, dict | None, str]]:
    """Every line that is not blank: its number, its object laid flat (None where it holds none), its text."""
    size, read = path.stat().st_size, 0
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            read += len(line)
            if place is not None:
                place.share = read / size
            text = line.decode(errors="replace").removeprefix("\ufeff").strip()
            if text:
                yield number, read_object(text), text


def _of_objects(found: list[str], header: list[str], kept: list[tuple[int, dict]]) -> pl.DataFrame:
    data = {name: [row.get(source) for _, row in kept] for source, name in zip(found, header, strict=True)}
    numbers = pl.Series([number for number, _ in kept], dtype=pl.Int64)
    own = {OWN_NUMBERS + name: [type(cell) is Number for cell in cells] for name, cells in data.items() if Number in {*map(type, cells)}}
    return pl.DataFrame(data, schema=dict.fromkeys(header, pl.String)).with_columns(line=numbers, **_flags(own))


def _flags(own: dict[str, list[bool]]) -> dict[str, pl.Series]:
    return {name: pl.Series(flags, dtype=pl.Boolean) for name, flags in own.items()}
