"""Backups in a folder, one after the other: each named after the store and the moment in UTC, and the newest of them kept."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from data import private
from data.store.writing import StoreError
from data.upkeep import beside

MOMENT = "%Y%m%dT%H%M%SZ"
BESIDE = ".beside.zip"


@dataclass(frozen=True)
class Kept:
    """One backup in the folder, and when it was begun, by its name."""

    path: Path
    at: datetime

    @property
    def beside(self) -> Path:
        """What lay beside the store then."""
        return beside_of(self.path)


def beside_of(backup: Path) -> Path:
    """Where a backup has what lay beside its store."""
    return backup.with_name(backup.name.removesuffix(".duckdb") + BESIDE)


def kept(folder: Path, store: Path) -> list[Kept]:
    """The backups of a store in a folder, oldest first; files of other names are not ours."""
    named = re.compile(rf"{re.escape(store.stem)}-(\d{{8}}T\d{{6}}Z)\.duckdb")
    found = [(path, named.fullmatch(path.name)) for path in folder.glob("*.duckdb") if path.is_file()]
    backups = [Kept(path, at) for path, name in found if name and (at := _moment(name[1]))]
    return sorted(backups, key=lambda one: one.at)


def newest(folder: Path, store: Path, now: datetime) -> Kept | None:
    """The newest backup that is not of the future; None where there is none."""
    return next((one for one in reversed(kept(folder, store)) if one.at <= now), None)


def keep_one_more(write: Callable[[Path], object], store: Path, folder: Path, keep: int, now: datetime) -> tuple[Path, list[Path]]:
    """Write a backup, with what lies beside the store, then remove the oldest but `keep`; the new one, and those removed.

    write: writes the store to a path, whole or not at all. Nothing is removed where it fails, and never the one that was just written.
    """
    folder = folder.expanduser().resolve()
    path = folder / f"{store.stem}-{now.astimezone(UTC):{MOMENT}}.duckdb"
    private.place_for(path)
    try:
        write(path)
        beside.pack(store, beside_of(path))
        others = [one for one in kept(folder, store) if one.path != path]
        gone = others[: max(len(others) - (keep - 1), 0)]
        for one in gone:
            one.path.unlink(missing_ok=True)
            one.beside.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"The backup could not be kept in {folder}: {error.strerror}.") from None
    return path, [one.path for one in gone]


def due(folder: Path, store: Path, hour: int, now: datetime) -> bool:
    """Whether the night's backup is still to be made. now: with the zone in which the hour is meant.

    It is also made later, where no server ran at that hour.
    """
    tonight = datetime.combine(now.date(), time(hour), now.tzinfo)
    last = tonight if tonight <= now else tonight - timedelta(days=1)
    found = newest(folder.expanduser().resolve(), store, now)
    return found is None or found.at < last


def _moment(written: str) -> datetime | None:
    try:
        return datetime.strptime(written, MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
