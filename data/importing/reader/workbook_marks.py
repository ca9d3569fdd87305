"""What the cells of an Excel workbook say beside their values: errors, formulas never calculated, and the currency that their number format
shows. Runs in the child process only.

The reader of workbooks gives values alone. This looks through the parts of the file itself, in pieces of bounded size, and only for the
few cells that matter.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from data.importing.reader.currencies import in_format

SMALL, PIECE = 16 * 1024**2, 1 << 22  # bytes of a part that is read whole, and of a piece of one that is not
MOST = 2_000_000  # cells that are marked
TAG, CELL = rb"<(?:\w+:)?", re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
FAILED = re.compile(TAG + rb'c\b([^>]*\bt="e"[^>]*)>(?:(?!</(?:\w+:)?c>).)*?' + TAG + rb"v>([^<]{0,30})<", re.DOTALL)
UNCOUNTED = re.compile(
    TAG + rb"c\b([^>]*)>" + TAG + rb"f\b[^>]*>([^<]{0,200})</(?:\w+:)?f>(?:" + TAG + rb"v\s*/>|" + TAG + rb"v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
Cell = tuple[int, int]  # row and column, from 0


@dataclass
class Marks:
    """By column and row, from 0. texts: what cells without a value show. currencies: the code or sign that a cell's format shows."""

    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    currencies: dict[int, dict[int, str]] = field(default_factory=dict)
    count: int = 0

    def add(self, kind: dict[int, dict[int, str]], place: Cell, text: str) -> None:
        kind.setdefault(place[1], {})[place[0]] = text
        self.count += 1


def marks(path: Path, sheet: str) -> Marks:
    """The marks of a sheet; none where the file is no workbook of parts, or its parts are not where they should be."""
    found = Marks()
    try:
        with zipfile.ZipFile(path) as book:
            part = _part(book, sheet)
            styles = _money_styles(_small(book, "xl/styles.xml"))
            for piece in _pieces(book, part) if part else ():
                _look(piece, styles, found)
                if found.count > MOST:
                    break
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, RuntimeError, NotImplementedError):
        return Marks()
    return found


def _small(book: zipfile.ZipFile, name: str) -> bytes:
    """A part of a file that is small in every workbook. Raises KeyError where it is not there, or large."""
    if book.getinfo(name).file_size > SMALL:
        raise KeyError(name)
    return book.read(name)


def _part(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The part that holds a sheet, by its name."""
    for tag in re.findall(TAG + rb"sheet\b[^>]*>", _small(book, "xl/workbook.xml")):
        name, known = re.search(rb'\bname="([^"]*)"', tag), re.search(rb'\b\w+:id="([^"]*)"', tag)
        if name and known and unescape(name[1].decode(errors="replace")) == sheet:
            for relation in re.findall(TAG + rb"Relationship\b[^>]*>", _small(book, "xl/_rels/workbook.xml.rels")):
                target = re.search(rb'\bTarget="([^"]*)"', relation)
                if target and re.search(rb'\bId="' + re.escape(known[1]) + rb'"', relation):
                    written = target[1].decode(errors="replace")
                    return written.lstrip("/") if written.startswith("/") else f"xl/{written}"
    return None


def _money_styles(styles: bytes) -> dict[bytes, str]:
    """The numbers of the styles whose number format shows a currency, each with its code or sign."""
    formats = {}
    for tag in re.findall(TAG + rb"numFmt\b[^>]*>", styles):
        number, code = re.search(rb'\bnumFmtId="(\d+)"', tag), re.search(rb'\bformatCode="([^"]*)"', tag)
        if number and code and (currency := in_format(unescape(code[1].decode(errors="replace")))):
            formats[number[1]] = currency
    section = re.search(TAG + rb"cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    uses = re.findall(TAG + rb'xf\b[^>]*?\bnumFmtId="(\d+)"', section[0]) if section else []
    return {str(style).encode(): formats[number] for style, number in enumerate(uses) if number in formats}


def _pieces(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A sheet in pieces of whole rows."""
    rest = b""
    with book.open(part) as stream:
        while piece := stream.read(PIECE):
            piece = rest + piece
            cut = piece.rfind(b"<row", 1) if len(piece) < 4 * PIECE else len(piece)
            cut = len(piece) if cut <= 0 else cut
            rest = piece[cut:]
            yield piece[:cut]
    yield rest


def _look(piece: bytes, styles: dict[bytes, str], found: Marks) -> None:
    if b't="e"' in piece:
        _texts(FAILED, piece, "", found)
    if b"</f>" in piece or b":f>" in piece:
        _texts(UNCOUNTED, piece, "=", found)
    if styles:
        wanted = re.compile(rb'\bs="(' + b"|".join(styles) + rb')"')
        for cell in CELL.finditer(piece):
            if (style := wanted.search(cell[1])) and (place := _place(cell[1])):
                found.add(found.currencies, place, styles[style[1]])


def _texts(pattern: re.Pattern[bytes], piece: bytes, before: str, found: Marks) -> None:
    for attributes, text in pattern.findall(piece):
        if place := _place(attributes):
            found.add(found.texts, place, before + unescape(text.decode(errors="replace")))


def _place(attributes: bytes) -> Cell | None:
    found = PLACE.search(attributes)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(found[2]) - 1, column - 1
