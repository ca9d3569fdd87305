"""Reading a file of any of the formats that exports come in. Runs in the child process only.

A file is recognised by its content, never by its name. Text comes out as text cells with the line each row stands on.
"""

import codecs
import csv
import gzip
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from data.delimited import BEGINNING, FOOTERS, Blocks

MOST_UNPACKED = 4 * 1024**3
MOST_RATIO = 100  # a text export packs about 5 to 20 times; what unpacks a hundredfold is no export
SLICE_ROWS = 1_000_000
JSON_ROWS = 200_000
PART = 1 << 22
WESTERN = ("cp1250", "cp1252", "cp1254", "cp1257", "latin", "iso8859", "cp437", "cp850", "cp858", "mac_roman")


class Unreadable(Exception):
    """The file cannot be read as a table; the message says why and what to do."""


@dataclass
class Place:
    """How much of a file has been read, between 0 and 1."""

    share: float = 0.0


@dataclass(frozen=True)
class Source:
    """A readable file: its kind, header, and slices of (frame with `line`); ragged rows apart as (line, cells)."""

    kind: str
    header: list[str]
    slices: Iterator[pl.DataFrame]
    ragged: list[tuple[int, list[str]]]
    place: Place = field(default_factory=Place)


def open_source(path: Path, folder: Path, *, encoding: str | None = None, sheet: str | None = None, rows: int = SLICE_ROWS) -> Source:
    """Recognise and open a file, to be read in slices of about `rows`; `folder` takes what is unpacked. Raises Unreadable for an empty file, or one that is no table."""
    with path.open("rb") as stream:
        start = stream.read(65536)
    if not start.strip():
        raise Unreadable("The file is empty. Export it again, with its header and rows.")
    if start[:4] == b"PAR1":
        return _parquet(path, rows)
    if start[:2] == b"\x1f\x8b":
        return _text(_unpack(path, folder), folder, encoding, rows)
    if start[:4] == b"PK\x03\x04" or start[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _excel(path, sheet)
    return _text(path, folder, encoding, rows)


def _unpack(path: Path, folder: Path) -> Path:
    limit, written = min(MOST_UNPACKED, max(path.stat().st_size * MOST_RATIO, 64 * 1024**2)), 0
    try:
        with gzip.open(path) as stream, (folder / "unpacked").open("wb") as unpacked:
            while part := stream.read(1 << 20):
                written += unpacked.write(part)
                if written > limit:
                    raise Unreadable(
                        f"The file unpacks to more than {limit // 1024**2} MB, far more than an export does. Send it unpacked."
                    )
    except (OSError, EOFError) as error:
        raise Unreadable(f"The packed file is damaged: {error}. Export it again.") from None
    return folder / "unpacked"


def _parquet(path: Path, slice_rows: int) -> Source:
    try:
        lazy = pl.scan_parquet(path)
        schema = lazy.collect_schema()
        rows = lazy.select(pl.len()).collect().item()
    except pl.exceptions.PolarsError as error:
        raise Unreadable(f"The file says it is Parquet but cannot be read: {str(error).splitlines()[0]}.") from None

    place = Place()

    def slices() -> Iterator[pl.DataFrame]:
        for offset in range(0, rows, slice_rows):
            yield lazy.slice(offset, slice_rows).collect().with_row_index("line", offset=offset + 1)
            place.share = min(1.0, (offset + slice_rows) / rows)

    return Source("parquet", schema.names(), slices(), [], place)


def _excel(path: Path, sheet: str | None) -> Source:
    import fastexcel

    try:
        book = fastexcel.read_excel(path)
        name = sheet or book.sheet_names[0]
        if name not in book.sheet_names:
            raise Unreadable(f"The workbook has no sheet {name!r}. Sheets: {', '.join(book.sheet_names)}.")
        loaded = book.load_sheet(name, header_row=None, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise Unreadable(f"The file is no spreadsheet that can be read: {str(error).splitlines()[0]}.") from None
    rows = [(number, [cell or "" for cell in row]) for number, row in enumerate(loaded.to_polars().rows(), start=1)]
    return _table("excel", iter(rows))


def _text(path: Path, folder: Path, encoding: str | None, rows: int) -> Source:
    with path.open("rb") as stream:
        start = stream.read(65536)
    if b"\x00" in start and not encoding and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("The file is neither text, Excel, Parquet nor JSON lines. Export it as CSV.")
    path = _as_utf8(path, folder, encoding)
    with path.open("rb") as stream:
        text = stream.read(65536).decode(errors="ignore").removeprefix("\ufeff")
    if text.lstrip()[:1] in ("{", "["):
        return _json_lines(path)
    lines = [line for line in text[:20000].splitlines() if line.strip() and not line.startswith("#")][:20]
    if not lines:
        raise Unreadable("The file has no rows. Export it again, with its header and rows.")
    delimiter = max(",;\t|", key=lambda sign: (sorted(line.count(sign) for line in lines)[len(lines) // 2], sign == ","))
    return _delimited(Blocks(path, delimiter), rows)


def _delimited(blocks: Blocks, rows: int) -> Source:
    """Header and slices of delimited text; ragged rows are added as they are met."""
    opened, place = _table("csv", _careful(blocks, blocks.next(BEGINNING))), Place()

    def frames() -> Iterator[pl.DataFrame]:
        with closing(blocks):
            yield from opened.slices
            while block := blocks.next():
                fast = blocks.frame(block, opened.header)
                yield from [fast] if fast is not None else _slices(opened.header, [], _careful(blocks, block), opened.ragged)

    def slices() -> Iterator[pl.DataFrame]:
        kept: list[pl.DataFrame] = []
        for frame in frames():
            kept.append(frame)
            if sum(frame.height for frame in kept) >= rows:
                yield pl.concat(kept)
                kept, place.share = [], blocks.share
        if kept:
            yield pl.concat(kept)

    return Source("csv", opened.header, slices(), opened.ragged, place)


def _careful(blocks: Blocks, block: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from blocks.records(block)
    except csv.Error as error:
        raise Unreadable(str(error)) from None


def _as_utf8(path: Path, folder: Path, encoding: str | None) -> Path:
    """The file itself where it is UTF-8, else a copy that is."""
    with path.open("rb") as stream:
        start = stream.read(1_000_000)
    marks = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    name = encoding or next((name for mark, name in marks if start.startswith(mark)), "utf-8")
    try:
        b"a".decode(name, "replace")  # raises LookupError for what is no encoding of text
        if codecs.lookup(name).name in ("utf-8", "utf-8-sig"):
            _decode(path, "utf-8", "strict", None)
            return path
        return _decode(path, name, "strict", folder / "text")
    except (UnicodeError, LookupError):
        from charset_normalizer import from_bytes

        guess = from_bytes(start).best()
        if guess is None or encoding:
            raise Unreadable("The file's text encoding is not known. Save it as UTF-8, or give the option encoding.") from None
        # Western encodings differ in a few letters that statistics cannot tell apart; what spreadsheets write is cp1252.
        return _decode(path, "cp1252" if guess.encoding.startswith(WESTERN) else guess.encoding, "replace", folder / "text")


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


def _json_lines(path: Path) -> Source:
    """One object a line. The header is every name that any line has, which takes a reading of its own."""
    names: dict[str, None] = {}
    for _, row, _ in _objects(path):
        names |= dict.fromkeys(row or ())
    if not names:
        raise Unreadable("The file looks like JSON, but no line holds one object. Export JSON lines: one object a line.")
    header, ragged, place = list(names), [], Place()

    def slices() -> Iterator[pl.DataFrame]:
        kept: list[tuple[int, dict]] = []
        for number, row, text in _objects(path, place):
            if row is None:
                ragged.append((number, [text[:200]]))
            else:
                kept.append((number, row))
            if len(kept) == JSON_ROWS:
                yield _of_objects(header, kept)
                kept.clear()
        if kept:
            yield _of_objects(header, kept)

    return Source("jsonl", header, slices(), ragged, place)


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
                try:
                    yield number, _flat(json.loads(text)), text
                except (ValueError, AttributeError, RecursionError):
                    yield number, None, text


def _of_objects(header: list[str], kept: list[tuple[int, dict]]) -> pl.DataFrame:
    data = {name: [row.get(name) for _, row in kept] for name in header}
    numbers = pl.Series([number for number, _ in kept], dtype=pl.Int64)
    return pl.DataFrame(data, schema=dict.fromkeys(header, pl.String)).with_columns(line=numbers)


def _flat(record: dict, prefix: str = "") -> dict[str, str | None]:
    flat: dict[str, str | None] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = None if value is None else value if isinstance(value, str) else json.dumps(value)
    return flat


def _table(kind: str, rows: Iterator[tuple[int, list[str]]]) -> Source:
    """Header and rows of a table in text cells: title rows above, notes and totals below, and blank rows are left out."""
    head, first = [], []
    for number, row in rows:
        if any(cell.strip() for cell in row) and not row[0].startswith("#"):
            first.append((number, row))
        if len(first) == 30:
            break
    if not first:
        raise Unreadable("The file has no rows. Export it again, with its header and rows.")
    width = max(len([cell for cell in row if cell.strip()]) for _, row in first)
    at = next(index for index, (_, row) in enumerate(first) if len([cell for cell in row if cell.strip()]) >= max(width * 0.6, 1))
    head = _unique([cell.strip() for cell in first[at][1]])
    ragged: list[tuple[int, list[str]]] = []
    return Source(kind, head, _slices(head, first[at + 1 :], rows, ragged), ragged)


def _unique(header: list[str]) -> list[str]:
    """Header names, blank ones as column_N, repeated ones numbered."""
    named = [name or f"column_{index}" for index, name in enumerate(header, start=1)]
    return [name if named.index(name) == index else f"{name}_{named[: index + 1].count(name)}" for index, name in enumerate(named)]


def _slices(
    head: list[str], first: list[tuple[int, list[str]]], rest: Iterator[tuple[int, list[str]]], ragged: list[tuple[int, list[str]]]
) -> Iterator[pl.DataFrame]:
    kept: list[tuple[int, list[str]]] = []

    def frame() -> pl.DataFrame:
        cells = pl.DataFrame([row for _, row in kept], schema=dict.fromkeys(head, pl.String), orient="row")
        return cells.with_columns(line=pl.Series([number for number, _ in kept], dtype=pl.Int64))

    for source in (first, rest):
        for number, row in source:
            filled = [cell for cell in row if cell.strip()]
            if not filled or row[0].startswith("#"):
                continue
            if len(filled) <= 2 and len(head) > 2 and filled[0].strip().lower().startswith(FOOTERS):
                continue
            if (len(row) > len(head) and any(cell.strip() for cell in row[len(head) :])) or len(row) < len(head) - (len(head) > 2):
                ragged.append((number, row))
                continue
            kept.append((number, [*row, ""][: len(head)] if len(row) < len(head) else row[: len(head)]))
            if len(kept) == SLICE_ROWS:
                yield frame()
                kept.clear()
    yield frame()
