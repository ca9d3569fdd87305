"""What the program keeps on disk is its owner's alone: files 0600, folders 0700, whatever the umask, and whatever they were before.

A folder that the user chose and that was there already keeps its rights: it may hold other things. All that is in it of ours is closed.
"""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from data.settings import HOME

OTHERS = 0o077
BESIDE_THE_STORE = ("staging", "mappings", "models", "spill", "sources", "webhooks", "deliveries")
_began_with = OTHERS


def from_now_on() -> None:
    """Let every file and folder that this process makes be its owner's alone, those of the engine too, which makes them when it likes."""
    global _began_with
    before = os.umask(OTHERS)
    _began_with = _began_with if before == OTHERS else before


def as_usual(path: Path) -> None:
    """Give a file, asked for at a place of the user's own, the rights that files of the user have: those of the umask at the start."""
    path.chmod(0o666 & ~_began_with)


def folder(path: Path) -> Path:
    """A folder of our own: made where it is missing, closed where it was open."""
    from_now_on()
    path.mkdir(parents=True, exist_ok=True)
    _close(path)
    return path


def place_for(path: Path) -> None:
    """Make the folder that a file is to lie in where it is missing; one that is there is closed only where nobody chose it."""
    from_now_on()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.parent.resolve() == HOME.resolve():
        _close(path.parent)


def write_whole(path: Path, text: str) -> None:
    """Put a file of ours in the place of what is there, whole or not at all."""
    place_for(path)
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(new, path)


def kept_secret(path: Path) -> str:
    """A random text that a file of its owner's keeps; made when it is missing, or when others could read it."""
    if path.exists() and not path.stat().st_mode & OTHERS and (known := path.read_text().strip()):
        return known
    path.unlink(missing_ok=True)
    place_for(path)
    made = secrets.token_urlsafe(32)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(made + "\n")
    return made


def close(path: Path) -> None:
    """Close a file, or a folder with all that is in it."""
    _close(path)
    for within, folders, files in os.walk(path):
        for name in (*folders, *files):
            _close(Path(within) / name)


def close_store(path: Path) -> None:
    """Close a store, what the engine and backups keep beside it, and the folders that are ours there."""
    beside = (
        path,
        path.with_name(f"{path.name}.wal"),
        path.with_suffix(".server.json"),
        path.with_suffix(".signins.sqlite"),
        path.with_suffix(".before-upgrade.duckdb"),
        path.with_suffix(".audit-key"),
        path.with_suffix(".audit-heads"),
        *path.parent.glob(f"{path.stem}.replaced-*.duckdb"),
    )
    for one in (*beside, *(path.parent / name for name in BESIDE_THE_STORE)):
        close(one)


def _close(path: Path) -> None:
    """Take the rights of others away; links, and what belongs to others or has gone, are left."""
    with suppress(OSError):
        found = path.lstat()
        kept = {stat.S_IFDIR: 0o700, stat.S_IFREG: 0o600}.get(stat.S_IFMT(found.st_mode))
        if kept and found.st_uid == os.geteuid() and found.st_mode & OTHERS:
            path.chmod(found.st_mode & kept)
