"""Stores that many tests need: made once for a run of the tests, whichever process comes first, and copied for each."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

PLACE = "TESTS_BUILT_STORES"  # the variable that names the folder; every process of a run has it from the first
MEMORY = Path("/dev/shm")
ROOM = 10 * 1024**3  # bytes; all that a run leaves until its end are some three of them


def begin() -> Path:
    """Make the folder of this run, and remove those of runs that were killed."""
    for left in [*Path(tempfile.gettempdir()).glob("built-stores-*-*"), *MEMORY.glob("built-stores-*-*")]:
        if not Path(f"/proc/{left.name.split('-')[2]}").exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"built-stores-{os.getpid()}-", dir=MEMORY if _memory_has_room() else None))
    os.environ[PLACE] = str(folder)
    return folder


def all_in(folder: Path) -> None:
    """What this process and those that it starts keep for a while is kept there: a store waits for the disk at every write."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


def _memory_has_room() -> bool:
    """Whether files may be kept in memory: nobody named another place, much of it is free, and a program may stand there."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return False
    found = os.statvfs(MEMORY)
    free = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in Path("/proc/meminfo").read_text().splitlines()}
    return not found.f_flag & os.ST_NOEXEC and min(found.f_bavail * found.f_frsize, free["MemAvailable"]) > ROOM


def built(name: str, make: Callable[[Path], object]) -> Path:
    """The folder of that name, filled by `make` the first time that anybody asks; nobody writes into it after."""
    folder = Path(os.environ[PLACE])
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / name).exists():
            coming = folder / f"{name}.coming"
            shutil.rmtree(coming, ignore_errors=True)
            coming.mkdir()
            make(coming)
            coming.rename(folder / name)
    return folder / name


def copied(name: str, make: Callable[[Path], object], into: Path) -> Path:
    """A copy of that folder's files in `into`, which may be there already."""
    return shutil.copytree(built(name, make), into, dirs_exist_ok=True)
