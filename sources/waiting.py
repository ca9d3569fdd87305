"""What came of a source and cannot be taken before a person has said something: kept beside the store, in no backup, until it is in.

It lies where files lie that wait for consent, so that an erasure takes it out; it is then read from the source anew.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from data import private
from data.importing.findings import Question
from data.importing.uploads import staging
from data.log.staged import Marks
from sources.description import Source
from sources.fetched import Cursor, Fetched

OF_THE_TEAM = {"table", "mapping", "feed", "overlap", "schedule", "paused", "answers"}  # how what came is taken, and when: not what comes

MARKS = "marks"  # the file of them, beside that of the rows


def keep(store: Path, source: Source, since: Cursor | None, fetched: Fetched, asked: Sequence[Question]) -> Path:
    """Keep what came, with what is asked, in place of what waited before; the file."""
    place = _place(store, source.name)
    assert fetched.path is not None
    kept = place / f"{source.name}{fetched.path.suffix}"
    if fetched.path != kept:
        let_go(store, source.name)
        private.folder(place.parent)
        private.folder(place)
        shutil.move(fetched.path, kept)
        if fetched.marks:
            shutil.move(fetched.marks.path, place / MARKS)
    told = asdict(fetched) | {
        "path": kept.name, "clock": fetched.clock and fetched.clock.isoformat(), "cursor": fetched.cursor and str(fetched.cursor),
        "since": since and str(since), "of": _read_by(source), "asked": [asdict(one) for one in asked], "fields": dict(fetched.fields),
        "marks": fetched.marks and fetched.marks.by,
    }  # fmt: skip
    with kept.open("rb") as stream:
        told["sha256"] = hashlib.file_digest(stream, "sha256").hexdigest()
    _write(place, told)
    return kept


def ask(store: Path, source: Source, asked: Sequence[Question]) -> None:
    """Keep what is asked of rows of which none was taken, in place of what waited before."""
    let_go(store, source.name)
    place = _place(store, source.name)
    private.folder(place.parent)
    private.folder(place)
    _write(place, {"path": None, "of": _read_by(source), "asked": [asdict(one) for one in asked]})


def kept(store: Path, source: Source) -> Fetched | None:
    """What waits; None where nothing does, or the source would bring something else now."""
    found = _told(store, source.name)
    if found is None or found["path"] is None or found["of"] != _read_by(source):
        return None
    clock = datetime.fromisoformat(found["clock"]) if found["clock"] else None
    cursor = Cursor.read(found["cursor"]) if found["cursor"] else None
    marks = Marks(found["path"].parent / MARKS, found["marks"]) if found.get("marks") else None
    notes = tuple(found["notes"])
    return Fetched(found["path"], found["rows"], cursor, found["requests"], found["retries"], found["fields"], clock, notes, marks)


def file(store: Path, name: str) -> Path | None:
    """The file that waits, for a person to look at or to bring in on the page Import; None where none does."""
    found = _told(store, name)
    return found["path"] if found else None


def content(store: Path, name: str) -> str | None:
    """What the file that waits goes by: the SHA-256 of its bytes; None where none does, or an older version kept it."""
    found = _told(store, name)
    return found.get("sha256") if found and found["path"] else None


def questions(store: Path, name: str) -> list[Question]:
    """What is asked of what waits; empty where nothing waits, or what is wrong can be answered by no choice."""
    found = _told(store, name)
    return [Question(**one) for one in found["asked"]] if found else []


def no_longer_asks(store: Path, name: str) -> None:
    """Remove what was asked of rows of which none was taken; a file that waits stays."""
    if file(store, name) is None:
        let_go(store, name)


def let_go(store: Path, name: str) -> None:
    """Remove what waits."""
    shutil.rmtree(_place(store, name), ignore_errors=True)


def _told(store: Path, name: str) -> dict | None:
    place = _place(store, name)
    try:
        found = json.loads((place / "waiting.json").read_text())
    except (OSError, ValueError):
        return None
    if found["path"] is None:
        return found
    path = place / found["path"]
    return found | {"path": path} if path.is_file() else None


def _write(place: Path, told: dict) -> None:
    fresh = place / "waiting.new"
    fresh.write_text(json.dumps(told))
    fresh.replace(place / "waiting.json")


def _place(store: Path, name: str) -> Path:
    return staging(store) / "waiting" / f"pull-{name}"


def _read_by(source: Source) -> str:
    """What a source is read by, as a digest: where that is another, what waits is not what it would bring."""
    told = {name: value for name, value in source.model_dump(mode="json").items() if name not in OF_THE_TEAM}
    return hashlib.sha256(json.dumps([source.kind, told], sort_keys=True).encode()).hexdigest()
