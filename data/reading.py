"""Reading a file of any of the formats that exports come in. Runs in the child process only.

A file is recognised by its content, never by its name. Text comes out as text cells with the line each row stands on.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from charset_normalizer import from_bytes

MOST_UNPACKED = 4 * 1024**3
MOST_RATIO = 100  # a text export packs about 5 to 20 times; what unpacks a hundredfold is no export
SLICE_ROWS = 2_000_000
WESTERN = ("cp1250", "cp1252", "cp1254", "cp1257", "latin", "iso8859", "cp437", "cp850", "cp858", "mac_roman")
FOOTERS = ("total", "grand total", "confidential", "copyright", "summe")


class Unreadable(Exception):
    """The file cannot be read as a table; the message says why and what to do."""


@dataclass(frozen=True)
class Source:
    """A readable file: its kind, header, and slices of (frame with `line`); ragged rows apart as (line, cells)."""

    kind: str
    header: list[str]
    slices: Iterator[pl.DataFrame]
    ragged: list[tuple[int, list[str]]]


def open_source(path: Path, *, encoding: str | None = None, sheet: str | None = None) -> Source:
    """Recognise and open a file. Raises Unreadable for an empty file, or one that is no table."""
    with path.open("rb") as stream:
        start = stream.read(65536)
    if not start.strip():
        raise Unreadable("The file is empty. Export it again, with its header and rows.")
    if start[:4] == b"PAR1":
        return _parquet(path)
    if start[:2] == b"\x1f\x8b":
        return _text(_unpack(path), encoding)
    if start[:4] == b"PK\x03\x04" or start[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _excel(path, sheet)
    return _text(path.read_bytes(), encoding)


def _unpack(path: Path) -> bytes:
    unpacked, limit = io.BytesIO(), min(MOST_UNPACKED, max(path.stat().st_size * MOST_RATIO, 64 * 1024**2))
    try:
        with gzip.open(path) as stream:
            while part := stream.read(1 << 20):
                unpacked.write(part)
                if unpacked.tell() > limit:
                    raise Unreadable(
                        f"The file unpacks to more than {limit // 1024**2} MB, far more than an export does. Send it unpacked."
                    )
    except (OSError, EOFError) as error:
        raise Unreadable(f"The packed file is damaged: {error}. Export it again.") from None
    return unpacked.getvalue()


def _parquet(path: Path) -> Source:
    try:
        lazy = pl.scan_parquet(path)
        schema = lazy.collect_schema()
        rows = lazy.select(pl.len()).collect().item()
    except pl.exceptions.PolarsError as error:
        raise Unreadable(f"The file says it is Parquet but cannot be read: {str(error).splitlines()[0]}.") from None

    def slices() -> Iterator[pl.DataFrame]:
        for offset in range(0, rows, SLICE_ROWS):
            yield lazy.slice(offset, SLICE_ROWS).collect().with_row_index("line", offset=offset + 1)

    return Source("parquet", schema.names(), slices(), [])


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


def _text(raw: bytes, encoding: str | None) -> Source:
    if b"\x00" in raw[:65536] and not encoding and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("The file is neither text, Excel, Parquet nor JSON lines. Export it as CSV.")
    text = _decode(raw, encoding)
    if text.lstrip()[:1] in "{[":
        return _json_lines(text)
    lines = [line for line in text[:20000].splitlines() if line.strip() and not line.startswith("#")][:20]
    delimiter = max(",;\t|", key=lambda sign: (sorted(line.count(sign) for line in lines)[len(lines) // 2], sign == ","))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    csv.field_size_limit(10_000_000)
    return _table("csv", _numbered(reader))


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins, also where a cell runs over several lines."""
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num}: the text cannot be read as CSV ({error}).") from None


def _decode(raw: bytes, encoding: str | None) -> str:
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    marked = next((name for mark, name in marks if raw.startswith(mark)), None)
    try:
        return raw.decode(encoding or marked or "utf-8")
    except (UnicodeDecodeError, LookupError):
        guess = from_bytes(raw[:1_000_000]).best()
        if guess is None or encoding:
            raise Unreadable("The file's text encoding is not known. Save it as UTF-8, or give the option encoding.") from None
        # Western encodings differ in a few letters that statistics cannot tell apart; what spreadsheets write is cp1252.
        name = "cp1252" if guess.encoding.startswith(WESTERN) else guess.encoding
        return raw.decode(name, errors="replace")


def _json_lines(text: str) -> Source:
    rows, ragged = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                rows.append((number, _flat(json.loads(line))))
            except (json.JSONDecodeError, AttributeError):
                ragged.append((number, [line[:200]]))
    if not rows:
        raise Unreadable("The file looks like JSON, but no line holds one object. Export JSON lines: one object a line.")
    header = list(dict.fromkeys(name for _, row in rows for name in row))
    data = {name: [row.get(name) for _, row in rows] for name in header}
    frame = pl.DataFrame(data, schema=dict.fromkeys(header, pl.String)).with_columns(
        line=pl.Series([number for number, _ in rows], dtype=pl.Int64)
    )
    return Source("jsonl", header, iter([frame]), ragged)


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
