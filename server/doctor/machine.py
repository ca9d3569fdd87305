"""The machine: versions, memory, room on the disk, the clock."""

import re
import sys
from datetime import timedelta
from importlib.metadata import PackageNotFoundError
from zoneinfo import ZoneInfo

from server.doctor.deployment import Deployment, Found, at

PYTHON = (3, 11)
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)
SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]+)")
UNITS = {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
GB = 10**9
SHARE = 0.8  # of the memory, that the store may take at most
AHEAD = timedelta(minutes=5)  # that clocks of one machine and its disks differ


def versions(of: Deployment) -> Found:
    """Python, and each package as requirements.txt has it."""
    out: Found = []
    if sys.version_info < PYTHON:
        out.append((f"This is Python {sys.version.split()[0]}.", "Use Python 3.11 or newer."))
    wrong = [said for name, wanted in PINNED.findall((of.program / "requirements.txt").read_text()) if (said := _other(of, name, wanted))]
    return out + [(said, "make setup; or: .venv/bin/pip install -r requirements.txt, then start the server again.") for said in wrong]


def _other(of: Deployment, name: str, wanted: str) -> str | None:
    try:
        found = of.version(name)
    except PackageNotFoundError:
        return f"{name} {wanted} is not installed."
    return None if _parts(found) == _parts(wanted) else f"{name} is {found}, and {wanted} is meant."


def _parts(version: str) -> list[str]:
    """2.007 is 2.7."""
    return [part.lstrip("0") or "0" for part in version.split(".")]


def memory(of: Deployment) -> Found:
    """The store takes no more than there is."""
    size = SIZE.fullmatch(of.settings.memory_limit.strip())
    if not size or size[2].lower() not in UNITS:
        return [(f"HOLDFAST_MEMORY_LIMIT: '{of.settings.memory_limit}' is no size.", "Write it like 3GB.")]
    asked, there = float(size[1]) * UNITS[size[2].lower()], of.memory()
    if asked > SHARE * there:
        fault = f"The store may take {asked / GB:,.1f} GB of memory, and there are {there / GB:,.1f} GB."
        return [(fault, f"Set HOLDFAST_MEMORY_LIMIT={there * SHARE / 2 / GB:,.1f}GB, or give it more memory.")]
    return []


def time_zone(of: Deployment) -> Found:
    """The zone in which days are cut."""
    try:
        ZoneInfo(of.settings.timezone)
    except (KeyError, ValueError, OSError):
        return [(f"HOLDFAST_TIMEZONE: there is no zone '{of.settings.timezone}'.", "Write it like Europe/Berlin.")]
    return []


def disk(of: Deployment) -> Found:
    """Room for a copy of the store beside it, as backups and upgrades make, and as much again."""
    size = of.store.stat().st_size if of.store.exists() else 0
    needed = max(2 * size, GB)
    places = {path: what for path, what in ((of.folder, "the store"), (of.backups, "backups")) if path and path.is_dir()}
    return [
        (f"The disk of {what} ({path}) has {of.room(path) / GB:,.1f} GB left, and {needed / GB:,.1f} GB are needed.", "Make room there.")
        for path, what in places.items()
        if of.room(path) < needed
    ]


def clock(of: Deployment) -> Found:
    """The clock is not behind what was written before: without asking others, no more than that can be known."""
    known = (of.store, of.program / "requirements.txt", of.program / "cli.py")
    later = [path for path in known if path.exists() and at(path.stat().st_mtime) > of.now + AHEAD]
    return [
        (
            f"The clock says {of.now:%Y-%m-%d %H:%M} UTC, and {path} was written at {at(path.stat().st_mtime):%Y-%m-%d %H:%M} UTC.",
            "Set the clock, and let a time service keep it (timedatectl set-ntp true).",
        )
        for path in later[:1]
    ]
