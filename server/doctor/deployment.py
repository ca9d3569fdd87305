"""What is looked at, and what is found."""

import importlib.metadata
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.settings import Settings
from data.store.integrity import Checked
from data.upkeep.looking import look

PROGRAM = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: which check found it, what it is, and what to do."""

    check: str
    fault: str
    fix: str


Found = list[tuple[str, str]]
"""Faults of one check: what is wrong, and what to do."""


Whole = Callable[[Path], Checked | None]
"""A quick check of the store at a path; None of one that the next start upgrades."""
Scores = Callable[[Path], list[dict[str, Any]]]
"""The versions of the health score in the store at a path, as the report health-versions has them."""


@dataclass(frozen=True)
class Deployment:
    """A deployment as it is set up, and the ways in which its surroundings are asked.

    environment: all variables, whose names may be wrong. settings_file: where they were read from, if from a file. whole: a quick check of
    the store, by whoever holds it; score: the versions of its health score (None: nobody has it open). room: free bytes of the
    disk of a folder; memory: bytes that this machine, or its container, has. in_container: it has a network of its own.
    """

    settings: Settings
    environment: Mapping[str, str]
    now: datetime
    settings_file: Path | None = None
    whole: Whole = look
    score: Scores | None = None
    room: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    memory: Callable[[], int] = lambda: memory_of_this_machine()
    mounts: Callable[[], str] = lambda: Path("/proc/mounts").read_text() if Path("/proc/mounts").exists() else ""
    version: Callable[[str], str] = importlib.metadata.version
    program: Path = PROGRAM
    in_container: bool = Path("/run/.containerenv").exists() or Path("/.dockerenv").exists()

    @property
    def store(self) -> Path:
        return self.settings.store.expanduser().resolve()

    @property
    def folder(self) -> Path:
        return self.store.parent

    @property
    def backups(self) -> Path | None:
        return self.settings.backups.expanduser().resolve() if self.settings.backups else None


def memory_of_this_machine() -> int:
    """Bytes of memory: of the machine, or of the container where that is given less."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    given = limit.read_text().strip() if limit.exists() else "max"
    return min(whole, int(given)) if given.isdigit() else whole


def at(instant: float) -> datetime:
    """The moment of a file's time."""
    return datetime.fromtimestamp(instant, UTC)
