"""Rows of cells as a table: its header found, rows apart from what is none, in slices. Runs in the child process only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from data.importing.reader.headings import LOOKED_AT, Heading, Line, Span, heading
from data.importing.reader.left_out import HEADER, NOTE, TOLD, LeftOut, is_note, may_be_sums, why_no_row, without_sums

SLICE_ROWS = 1_000_000
MANY, END = 5_000, 200  # a sheet of more rows is looked at as columns, but for so many rows at its end
FEW, LAST, MOST = 2, 3, 1_000  # cells of a row that is hardly one; rows at a block's end, and at most, that are looked at one by one


@dataclass
class Place:
    """How much of a file has been read, between 0 and 1."""

    share: float = 0.0


@dataclass(frozen=True)
class Source:
    """A readable file: its kind, header, and slices of (frame with `line`); apart, as they are met, ragged rows as (line, cells), and
    the lines that are no rows. line: that of the header. said: what else there is to say of how the file was read. first: its first lines as
    they stand, none for a file that has no lines of cells. sheets: of a workbook, the names of those that can be read; sheet: the one that is."""

    kind: str
    header: list[str]
    slices: Iterator[pl.DataFrame]
    ragged: list[Line]
    place: Place = field(default_factory=Place)
    left_out: LeftOut = field(default_factory=LeftOut)
    line: int = 0
    said: list[str] = field(default_factory=list)
    first: Sequence[Line] = ()
    sheets: Sequence[str] = ()
    sheet: str = ""


class Rows:
    """The rows of one table among its lines: frames of text with `line`, ragged rows, and what is left out, as they are met."""

    def __init__(self, found: Heading, left_out: LeftOut, first: Sequence[Line] = ()) -> None:
        self.found, self.left_out, self.ragged, self.first = found, left_out, list[Line](), first
        self._width = len(found.names)
        self._again = {tuple(cell.strip() for cell in row) for row in found.rows}
        self._alone: list[Line] = []  # lines of one cell since the last row: notes, where no row follows
        self._gap: int | None = None  # the first blank or left out line since then

    def frames(self, lines: Iterator[Line]) -> Iterator[pl.DataFrame]:
        """The rows of some of the lines; those that may be sums stay, and are noted in `left_out.perhaps`."""
        kept: list[Line] = []
        for line, row in lines:
            if self._is_row(line, row):
                kept += [*self._taken(), (line, row)]
            if len(kept) >= SLICE_ROWS:
                yield self._frame(kept)
                kept = []
        yield self._frame(kept)

    def pending(self) -> pl.DataFrame:
        """The lines of one cell that a row follows after all."""
        return self._frame(self._taken())

    def end(self) -> pl.DataFrame:
        """What is left at the end: lines of one cell are notes behind a blank line or a row of sums, or where they read like one."""
        notes = [line for line, row in self._alone if (self._gap and line > self._gap) or is_note(row)]
        self.left_out.lines += [(line, NOTE) for line in notes]
        self._alone = [(line, row) for line, row in self._alone if line not in notes]
        return self.pending()

    def _is_row(self, line: int, row: list[str]) -> bool:
        """Whether a line is a row; what it is else is kept in mind."""
        filled = [cell for cell in row if cell.strip()]
        why = None if not filled else HEADER if self._is_header(row) else why_no_row(filled, self._width)
        if why:
            self.left_out.lines.append((line, why))
        if why or not filled:
            self._gap = self._gap or line
            return False
        if len(filled) == 1 and self._width > 2:
            self._alone.append((line, row))
            return False
        if self._is_ragged(row):
            self.ragged.append((line, row))
            return False
        if may_be_sums(filled, self._width):
            self.left_out.perhaps.append(line)
        self._gap = None
        return True

    def _is_header(self, row: list[str]) -> bool:
        return row[0].strip() in {one[0] for one in self._again if one} and tuple(cell.strip() for cell in row) in self._again

    def _is_ragged(self, row: list[str]) -> bool:
        return any(cell.strip() for cell in row[self._width :]) or len(row) < self._width - (self._width > 2)

    def _taken(self) -> list[Line]:
        """The lines of one cell that were waiting, ragged ones apart."""
        waiting, self._alone = self._alone, []
        self.ragged += [(line, row) for line, row in waiting if self._is_ragged(row)]
        self.left_out.perhaps += [line for line, row in waiting if may_be_sums([cell for cell in row if cell.strip()], self._width)]
        return [(line, row) for line, row in waiting if not self._is_ragged(row)]

    def _frame(self, kept: list[Line]) -> pl.DataFrame:
        rows = [[*row, *[""] * (self._width - len(row))] if len(row) < self._width else row[: self._width] for _, row in kept]
        cells = pl.DataFrame(rows, schema=dict.fromkeys(self.found.names, pl.String), orient="row")
        return cells.with_columns(line=pl.Series([line for line, _ in kept], dtype=pl.Int64))


def table(
    lines: Iterator[Line], left_out: LeftOut, *, spans: tuple[Span, ...] = (), header_row: int | None = None
) -> tuple[Rows, Iterator[Line]]:
    """The rows of a table, and its lines below the header; title rows above it are left out. Raises NoTable where there is none."""
    first: list[Line] = []
    for line, row in lines:
        if any(cell.strip() for cell in row):
            first.append((line, row))
        if len(first) >= LOOKED_AT and (header_row is None or line >= header_row):
            break
    found = heading(first, spans=spans, line=header_row)

    def below() -> Iterator[Line]:
        before = found.line
        for line, row in first:
            if line > found.line:
                yield from [(line - 1, [])] if line > before + 1 else []
                yield line, row
                before = line
        yield from lines

    return Rows(found, left_out, first), below()


def whole(kind: str, columns: Sequence[Sequence[str]], *, spans: tuple[Span, ...] = (), header_row: int | None = None) -> Source:
    """A table whose columns of cells are all in memory, as one slice. Raises NoTable where there is none."""
    left_out, count = LeftOut(), len(columns[0]) if columns else 0
    rows, below = table(_lines(columns, 0, count), left_out, spans=spans, header_row=header_row)
    begin, end = rows.found.line, count - END

    def slices() -> Iterator[pl.DataFrame]:
        if count - begin > MANY:
            data = {name: cells[begin:end] for name, cells in zip(rows.found.names, columns, strict=True)}
            numbered = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String)).with_columns(
                line=pl.int_range(begin + 1, end + 1, dtype=pl.Int64, eager=True)
            )
            frames = [rows_alone(numbered, rows.found, True, left_out), *rows.frames(_lines(columns, end, count))]
        else:
            frames = [*rows.frames(below)]
        yield without_sums(pl.concat([*frames, rows.end()]), left_out, all_above=True)

    return Source(kind, rows.found.names, slices(), rows.ragged, left_out=left_out, line=begin, first=rows.first)


def _lines(columns: Sequence[Sequence[str]], begin: int, end: int) -> Iterator[Line]:
    """Rows of cells with their lines, from columns."""
    return ((row + 1, [cells[row] for cells in columns]) for row in range(begin, end))


def rows_alone(cells: pl.DataFrame, found: Heading, blanks: bool, left_out: LeftOut) -> pl.DataFrame:
    """The rows less blank ones, and what is none: its lines are added to `left_out`, as are those of rows that may be sums."""
    texts = [pl.col(name).str.strip_chars() if blanks else pl.col(name) for name in found.names]
    filled = cells.select(pl.sum_horizontal([text != "" for text in texts])).to_series()
    keep = (filled > 0) & ~_headers(cells, found, left_out)
    few = (keep & (filled <= FEW)).arg_true()
    if len(few):
        told = pl.coalesce([pl.when(text != "").then(text) for text in texts]).str.strip_chars().str.to_lowercase()
        few = few.filter(cells[few].select(told.str.contains(TOLD)).to_series()).tail(MOST)
    at = sorted({*few.to_list(), *keep.arg_true().tail(LAST).to_list()})
    no_rows = []
    for index in at:
        row = [cell for cell in cells.row(index)[: len(found.names)] if cell.strip()]
        if why := why_no_row(row, len(found.names)):
            left_out.lines.append((cells["line"][index], why))
            no_rows.append(index)
        elif may_be_sums(row, len(found.names)):
            left_out.perhaps.append(cells["line"][index])
    keep = keep.scatter(no_rows, False) if no_rows else keep
    return cells if keep.all() else cells.filter(keep)


def _headers(cells: pl.DataFrame, found: Heading, left_out: LeftOut) -> pl.Series:
    """Which rows repeat a row of the header, as the pages of a report that were joined do."""
    again = pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
    for row in found.rows:
        first = (cells[found.names[0]].str.strip_chars() == row[0].strip()).fill_null(False)
        if first.any():
            names = [cell.strip() for cell in row]
            same = [pl.col(name).str.strip_chars() == cell for name, cell in zip(found.names, names, strict=False)]
            again |= cells.select(pl.all_horizontal(same)).to_series() & first
    left_out.lines += [(line, HEADER) for line in cells["line"].filter(again).to_list()]
    return again
