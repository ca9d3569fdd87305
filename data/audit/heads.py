"""The heads of the chain, in a file beside the store that only ever grows: a line after each commit, as `seq hash at`.

Who changes entries and seals them anew, with the key, still has every line of this file against them; a copy of it elsewhere is out of
their reach. What a crash left out is put in with the next commit, and the line ends in `late`. A line that ends in `replaced` says that the
store became another one at this moment, by a restore, whose newest entry this is: the heads that follow are of the new one.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data import private

LONGEST = 200  # bytes, more than any line has
SUFFIX, REPLACED, LATE = ".audit-heads", "replaced", "late"
OF_FIRST_DEED = 2  # entries that a crash at the very first deed can leave without any head: the begin, and that of the deed
NO_SEAL = "0" * 64  # of a store whose audit has not begun


@dataclass(frozen=True)
class Head:
    """The newest entry of the chain at a moment. mark: `late` or `replaced`, see above."""

    seq: int
    hash: str
    at: str
    mark: str = ""

    @property
    def replaced(self) -> bool:
        return self.mark == REPLACED

    @property
    def late(self) -> bool:
        return self.mark == LATE

    @property
    def line(self) -> str:
        return f"{self.seq} {self.hash} {self.at}{f' {self.mark}' if self.mark else ''}\n"


def place(store: Path) -> Path:
    """Where the heads of a store lie."""
    return store.with_suffix(SUFFIX)


def head_of(seq: int, hash_: str, at: datetime, mark: str = "") -> Head:
    return Head(seq, hash_, f"{at:%Y-%m-%dT%H:%M:%SZ}", mark)


def append(store: Path, found: Sequence[Head]) -> None:
    """Add heads. Raises OSError where they cannot be written; then none of them counts as written."""
    path = place(store)
    private.place_for(path)
    _end_line(path)
    with path.open("a", encoding="ascii") as stream:
        stream.write("".join(head.line for head in found))
    private.close(path)


def _end_line(path: Path) -> None:
    """End the line that a crash cut off. What of it is no head goes: its head is written anew."""
    path.touch()
    with path.open("rb+") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - LONGEST))
        cut = stream.read().rpartition(b"\n")[2]
        if cut and _head(cut.decode("ascii", errors="replace")):
            stream.write(b"\n")
        elif cut:
            stream.truncate(size - len(cut))


def begun(store: Path) -> int:
    """Begin the file of a chain that is about to begin, and give the last head in it: 0, or what an earlier store left there. Raises
    OSError."""
    private.place_for(place(store))
    place(store).touch(mode=0o600)
    return last_of(store) or 0


def read(path: Path) -> tuple[list[Head], list[int]]:
    """The heads of a file, and the lines that are none. Raises OSError where it cannot be read."""
    lines = [_head(line) for line in path.read_text(encoding="ascii", errors="replace").splitlines()]
    return [one for one in lines if one], [number for number, one in enumerate(lines, start=1) if one is None]


def last_of(store: Path) -> int | None:
    """The number of the last head that is written; None where there is no such file, 0 where it says nothing that can be read."""
    try:
        found, _ = read(place(store))
    except OSError:
        return None
    return found[-1].seq if found else 0


def _head(line: str) -> Head | None:
    parts = line.split(" ")
    is_head = len(parts) in (3, 4) and parts[0].isdigit() and len(parts[1]) == 64 and parts[3:] in ([], [REPLACED], [LATE])
    return Head(int(parts[0]), parts[1], parts[2], "".join(parts[3:])) if is_head else None
