"""Delimited text of any size, in slices of bounded memory, each row with the line on which it begins.

Blocks of whole lines are read by a fast reader where it is certain to see the same rows as the careful one: every row has as
many cells as the header, and rows and line breaks inside cells add up to the lines of the block. Every other block is read
row by row, and so is the beginning of the file, where the header is looked for.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from data.importing.reader.headings import Heading
from data.importing.reader.left_out import LeftOut
from data.importing.reader.tables import rows_alone

BEGINNING, BLOCK = 1 << 18, 1 << 23
READERS, AHEAD = 2, 3  # blocks that are parsed at once, and that wait at most
FIELD_LIMIT = 10_000_000
MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class _Parsed:
    """The rows of a block as text cells, how many lines they stand on, and the line breaks inside each row (None: none anywhere)."""

    cells: pl.DataFrame
    lines: int
    breaks: pl.Series | None


class Blocks:
    """A UTF-8 file as blocks of whole lines; `line` is the number of the first line not yet read."""

    def __init__(self, path: Path, delimiter: str) -> None:
        csv.field_size_limit(FIELD_LIMIT)
        self.delimiter, self.line = delimiter, 1
        self._stream, self._size = path.open("rb"), max(path.stat().st_size, 1)
        self._rest = b""
        self._ahead: deque[tuple[bytes, Future[_Parsed | None] | None]] = deque()
        if self._stream.read(3) != MARK:
            self._stream.seek(0)

    @property
    def share(self) -> float:
        """How much of the file has been read."""
        return self._stream.tell() / self._size

    def close(self) -> None:
        self._stream.close()

    def next(self, size: int | None = None) -> bytes:
        """The next whole lines, about `size` bytes of them where none wait already; empty at the end."""
        return self._ahead.popleft()[0] if self._ahead else self._read(size or BLOCK)

    def frames(self, found: Heading, left_out: LeftOut) -> Iterator[tuple[bytes, pl.DataFrame | None]]:
        """Every block that is left, and its rows as text cells with `line`; None where only reading with care can tell."""
        header = found.names
        with ThreadPoolExecutor(READERS) as readers:
            while True:
                while len(self._ahead) < AHEAD and (block := self._read(BLOCK)):
                    self._ahead.append((block, readers.submit(_parsed, block, header, self.delimiter)))
                if not self._ahead:
                    return
                block, coming = self._ahead.popleft()
                parsed = coming.result() if coming else _parsed(block, header, self.delimiter)
                yield block, self._numbered(parsed, block, found, left_out) if parsed else None

    def _read(self, size: int) -> bytes:
        block, self._rest = self._rest, b""
        while len(block) < size or b"\n" not in block:
            part = self._stream.read(size)
            if not part:
                return block
            block += part
        cut = block.rfind(b"\n") + 1
        block, self._rest = block[:cut], block[cut:]
        return block

    def records(self, block: bytes) -> Iterator[tuple[int, list[str]]]:
        """Line and cells of every record that begins in the block, read with care. Raises csv.Error with the line in its text."""
        lines, first = _Running(self, block), self.line
        reader = csv.reader(lines, delimiter=self.delimiter)
        begins = first
        try:
            for row in reader:
                yield begins, row
                begins = first + reader.line_num
                if lines.past_block:
                    break
        except csv.Error as error:
            raise csv.Error(f"Line {first + reader.line_num - 1}: the text cannot be read as CSV ({error}).") from None
        self.line = first + reader.line_num
        self._put_back(lines.left)

    def _put_back(self, lines: bytes) -> None:
        if lines and self._ahead:
            self._ahead.appendleft((lines, None))
        else:
            self._rest = lines + self._rest

    def _numbered(self, parsed: _Parsed, block: bytes, found: Heading, left_out: LeftOut) -> pl.DataFrame:
        if parsed.breaks is None:
            first = pl.int_range(parsed.cells.height, dtype=pl.Int64, eager=True)
        else:
            taken = parsed.breaks.cast(pl.Int64) + 1
            first = taken.cum_sum() - taken
        numbered = parsed.cells.with_columns(line=first + self.line)
        self.line += parsed.lines
        return rows_alone(numbered, found, _perhaps_blank(block, parsed.cells), left_out)


class _Running:
    """Lines of a block, and of the blocks after it for as long as a record runs over the block's end."""

    def __init__(self, blocks: Blocks, block: bytes) -> None:
        self._blocks, self._lines, self.past_block = blocks, io.StringIO(block.decode(errors="replace"), newline=""), False
        self._length = len(self._lines.getvalue())

    def __iter__(self) -> "_Running":
        return self

    def __next__(self) -> str:
        line = self._lines.readline()
        if not line:
            block = self._blocks.next()
            if not block:
                self.past_block = True
                raise StopIteration
            self._lines = io.StringIO(block.decode(errors="replace"), newline="")
            self._length = len(self._lines.getvalue())
            line = self._lines.readline()
            self.past_block = True
        self.past_block = self.past_block or self._lines.tell() >= self._length
        return line

    @property
    def left(self) -> bytes:
        return self._lines.read().encode()


def _parsed(block: bytes, header: list[str], delimiter: str) -> _Parsed | None:
    """A block read by the fast reader; None where only reading with care can tell."""
    signs = np.frombuffer(block, np.uint8)
    quotes = np.count_nonzero(signs == ord('"'))
    if quotes % 2 or (b"\r" in block and block.count(b"\r") != block.count(b"\r\n")):
        return None
    cells = _read_fast(block, header, delimiter)
    if cells is None:
        return None
    lines, breaks = int(np.count_nonzero(signs == ord("\n"))) + (not block.endswith(b"\n")), None
    if quotes and cells.height != lines:
        breaks = cells.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))).to_series()
    return _Parsed(cells, lines, breaks) if cells.height + (int(breaks.sum()) if breaks is not None else 0) == lines else None


def _read_fast(block: bytes, header: list[str], delimiter: str) -> pl.DataFrame | None:
    import pyarrow as pa
    from pyarrow import csv as fast

    try:
        table = fast.read_csv(
            pa.BufferReader(block),
            fast.ReadOptions(column_names=header, use_threads=False, block_size=len(block) + 1),  # one piece: rows run over lines
            fast.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
            fast.ConvertOptions(column_types=dict.fromkeys(header, pa.large_string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    found = pl.from_arrow(table)
    return found if isinstance(found, pl.DataFrame) else None


def _perhaps_blank(block: bytes, cells: pl.DataFrame) -> bool:
    """Whether some cell may hold blanks alone: it would begin with a sign that sorts before all that is seen, or be beyond ASCII."""
    begins = pl.any_horizontal([((pl.col(name) < "!") & (pl.col(name) != "")).any() for name in cells.columns])
    return not block.isascii() or cells.select(begins).item()
