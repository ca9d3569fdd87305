"""Packed files: what is inside, written out within limits. Runs in the child process only."""

import gzip
import mmap
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

MOST_UNPACKED = 4 * 1024**3
MOST_RATIO = 100  # a text export packs about 5 to 20 times; what unpacks a hundredfold is no export
MOST_MEMBERS = 10_000
AT_LEAST = 64 * 1024**2
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of an old workbook, or of one that is encrypted
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # what an encrypted workbook is called inside its container


class Packed(Exception):
    """The packed file cannot be taken; the message says why and what to do."""


def is_workbook(path: Path) -> bool:
    """Whether a zip file is a spreadsheet. A zip that cannot be read is taken for one, whose reader says what is wrong."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True
    return bool(names & {"[Content_Types].xml", "mimetype"})


def is_encrypted(path: Path) -> bool:
    """Whether a file that begins as a container holds a workbook that only its password opens."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as held:
        return held.find(ENCRYPTED) >= 0


def unpack(path: Path, folder: Path) -> Path:
    """The text inside a gzip or zip file, the members of a zip of JSON lines one after the other. Raises Packed."""
    limit, target = min(MOST_UNPACKED, max(path.stat().st_size * MOST_RATIO, AT_LEAST)), folder / "unpacked"
    try:
        with target.open("wb") as out:
            for part in _parts(path):
                out.write(part)
                if out.tell() > limit:
                    raise Packed(f"The file unpacks to more than {limit // 1024**2} MB, far more than an export does. Send it unpacked.")
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        # The library's words may name what is inside: only its kind is told.
        raise Packed(f"The packed file is damaged or locked ({type(error).__name__}). Export it again, or send it unpacked.") from None
    return target


def _parts(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        if stream.read(2) == GZIP:
            stream.seek(0)
            yield from _pieces(gzip.GzipFile(fileobj=stream))
            return
    with zipfile.ZipFile(path) as packed:
        members = [one for one in packed.infolist() if not one.is_dir() and "__MACOSX" not in one.filename and one.file_size]
        if not members or len(members) > MOST_MEMBERS:
            raise Packed(f"The packed file holds {len(members):,} files with content. Pack one export, or one a day of JSON lines.")
        for number, member in enumerate(sorted(members, key=lambda one: one.filename)):
            with packed.open(member) as stream:
                yield from _member(stream, number, len(members))


def _member(stream: IO[bytes], number: int, members: int) -> Iterator[bytes]:
    start = stream.read(4)
    stream.seek(0)
    if start == ZIP:
        raise Packed("The packed file holds packed files. Unpack it once, and send what is inside.")
    pieces = _pieces(gzip.GzipFile(fileobj=stream) if start[:2] == GZIP else stream)
    first = next(pieces, b"")
    if members > 1 and not first.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        raise Packed(f"The packed file holds {members} files that are not all JSON lines. Unpack it, and import them one by one.")
    yield first
    yield from pieces
    yield b"\n" if members > 1 else b""


def _pieces(stream: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while piece := stream.read(1 << 20):
        yield piece
