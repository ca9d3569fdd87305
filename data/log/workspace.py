"""Folders beside the store for work that is under way. Each names its process, so that what a killed one left is known and removed."""

import os
import re
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from data import private

OURS = re.compile(r"[a-z]+-(\d+)-\w+")


def folder(store: Path) -> Path:
    """Where work on the store at that path is laid out."""
    return store.parent / "staging"


@contextmanager
def place(within: Path | None, kind: str) -> Generator[Path]:
    """A folder of this process for one piece of work, removed at its end; within the system's own folder where none is given."""
    if within:
        private.folder(within)
    with tempfile.TemporaryDirectory(dir=within, prefix=f"{kind}-{os.getpid()}-") as out:
        yield Path(out)


def clear(store: Path) -> list[Path]:
    """Remove, and name, what processes that are gone left half-way."""
    left = [path for path in folder(store).glob("*") if (found := OURS.fullmatch(path.name)) and not _lives(int(found[1]))]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return left


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
