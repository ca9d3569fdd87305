"""What each target has of a delivery, beside the store: which rows, what they said, and which delivery is under way.

Kept as events, one JSON object a line, each on the disk before the next step: what a kill leaves is read as far as it is whole. It holds
the keys of rows, so that one which the report has no more can be emptied there, and of what they said digests alone. It is about the
target, so undo, redo and a restored store leave it as it is; an erasure takes out whom it is of.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from data import private
from deliveries.description import folder

DELIVERED, NOTHING_NEW, FAILED = "delivered", "nothing new", "failed"
GONE = "gone"
"""What a row says, in place of a digest, once it was emptied or deleted since the report has it no more."""
UNKNOWN = ""
"""What a row says of which it is known that it is there, and not what it says."""


@dataclass
class Open:
    """A delivery that began and is not known to have ended. acked: keys of the rows that the target took. planned: what all of its rows
    say, where the target takes all or none; `whole`: whether the target then holds these rows and no others. aimed: what tells its target
    from another one. place: the same, but for what is said there. sends: how many rows go. told: what is to be known of it, and what to
    do about it, once it arrived."""

    delivery_id: str
    digest: str
    as_of: str | None
    data_version: int
    began_at: str
    acked: set[str] = field(default_factory=set)
    planned: dict[str, str] = field(default_factory=dict)
    whole: bool = False
    aimed: str = ""
    place: str = ""
    sends: int = 0
    told: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Look:
    """The last run, whether the log has it or not. entry: as the log would have it. failures: how many failed on end. version: of the data,
    as they were last looked at and not in vain; -1 for never. wait_until: when the target lets itself be asked again. failing_since: when
    the first of those that failed on end did."""

    entry: dict[str, Any]
    failures: int = 0
    version: int = -1
    wait_until: str | None = None
    failing_since: str | None = None

    @property
    def began_at(self) -> datetime:
        return datetime.fromisoformat(self.entry["began_at"])

    @property
    def ended_at(self) -> datetime:
        return datetime.fromisoformat(self.entry["ended_at"])


@dataclass
class Journal:
    """What is known of a target. rows: what each row said there, by the digest of its key: a digest, GONE or UNKNOWN. named: the values of
    those keys. unwritten: entries that are not in the store's log yet. aimed, place: what tells the target from another one, with and
    without what is said there. newest: the delivery that arrived last."""

    path: Path
    rows: dict[str, str] = field(default_factory=dict)
    open: Open | None = None
    unwritten: dict[str, dict[str, Any]] = field(default_factory=dict)
    digest: str = ""
    last: Look | None = None
    aimed: str = ""
    newest: str = ""
    place: str = ""
    named: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def there(self) -> dict[str, str]:
        """The rows that the target has with values."""
        return {key: said for key, said in self.rows.items() if said != GONE}

    def begin(self, begun: Open, named: Mapping[str, Sequence[Any]] | None = None) -> None:
        """named: the keys of its rows, where they may have to be emptied one day."""
        if fresh := {key: [*values] for key, values in (named or {}).items() if key not in self.named}:
            self._add("named", fresh)
        self._add("begun", {**vars(begun), "acked": []})

    def took(self, rows: Mapping[str, str]) -> None:
        """The target took these rows."""
        self._add("took", dict(rows))

    def arrived(self) -> None:
        """All that was planned is there."""
        if self.open:
            self._add("arrived", self.open.delivery_id)

    def ended(self, told: Mapping[str, Any], *, done: bool, wait_until: str | None = None) -> None:
        """What became of it, as the log will say. done: nothing of it is left to do. What says no more than the run before is in no log."""
        before = self.last.entry if self.last else {}
        same = told["outcome"] != DELIVERED and all(before.get(name) == told.get(name) for name in ("outcome", "problem", "digest"))
        self._add("ended", {"told": dict(told), "done": done, "wait_until": wait_until, "news": not same})

    def written(self, delivery_id: str) -> None:
        """The store's log has it."""
        self._add("written", delivery_id)
        self.compact()

    def forget(self) -> None:
        """Whatever was delivered, since it is elsewhere: the next delivery carries everything."""
        self._add("forgotten", True)

    def doubt(self) -> None:
        """What rows say: the next delivery carries everything, and empties what the report has no more."""
        self._add("doubted", True)

    def leave(self, keys: Sequence[str]) -> None:
        """Know nothing any more of these rows: somebody of whom they are was erased."""
        self._add("left", [*keys])
        self.compact()

    def _add(self, what: str, said: Any) -> None:
        private.folder(self.path.parent)
        before = self.path.stat().st_size if self.path.exists() else 0
        try:
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps({what: said}, default=str) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError:  # as on a full disk: half a line would spoil the next one
            os.truncate(self.path, before)
            raise
        _apply(self, what, json.loads(json.dumps(said, default=str)))

    def compact(self) -> None:
        """The same in as few lines as tell it."""
        lines: list[dict[str, Any]] = [{"rows": self.rows}, {"digest": self.digest, "aimed": self.aimed, "newest": self.newest}]
        lines += [{"place": self.place, "named": {key: one for key, one in self.named.items() if self.open or key in self.rows}}]
        lines += [{"begun": {**vars(self.open), "acked": sorted(self.open.acked)}}] if self.open else []
        lines += [{"unwritten": self.unwritten}] if self.unwritten else []
        lines += [{"last": vars(self.last)}] if self.last else []
        fresh = self.path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(line) + "\n" for line in lines)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(fresh, self.path)


def read(store: Path, name: str, *, to_write: bool = False) -> Journal:
    """The journal of a delivery; empty where nothing was delivered. A last line that is not whole is none. to_write: for who is alone with
    it, and writes on: such a line is taken off first. Others may come while it is being written, and leave it as it is."""
    found = Journal(folder(store) / "delivered" / f"{name}.jsonl")
    for what, said in _events(found.path, mend=to_write):
        _apply(found, what, said)
    return found


def _events(path: Path, *, mend: bool) -> Iterable[tuple[str, Any]]:
    if not path.exists():
        return
    text = path.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    if mend and len(whole) < len(text):
        os.truncate(path, len(whole))
    for line in whole.splitlines():
        try:
            yield from json.loads(line).items()
        except ValueError:  # spoilt by another hand: what the target has is not known any more
            yield "doubted", True


def _apply(journal: Journal, what: str, said: Any) -> None:
    """One event more."""
    if what == "begun":
        journal.open = Open(**said)
        journal.open.acked = {*said["acked"]}
        journal.aimed, journal.place = journal.open.aimed, journal.open.place
    elif what == "took":
        journal.rows |= said
        if journal.open:
            journal.open.acked |= said.keys()
    elif what == "arrived" and journal.open:
        journal.rows = dict(journal.open.planned) if journal.open.whole else journal.rows | journal.open.planned
        journal.digest, journal.newest = journal.open.digest, journal.open.delivery_id
    elif what == "ended":
        _end(journal, said)
    elif what == "written":
        journal.unwritten.pop(said, None)
    elif what == "forgotten":
        journal.rows, journal.named, journal.open, journal.digest, journal.newest = {}, {}, None, "", ""
    elif what == "doubted":
        known = [*journal.rows, *((*journal.open.planned, *journal.named) if journal.open else ())]
        journal.rows, journal.open, journal.digest, journal.newest = dict.fromkeys(known, UNKNOWN), None, "", ""
    elif what == "left":
        _leave(journal, said)
    elif what == "named":
        journal.named |= said
    elif what in ("rows", "digest", "unwritten", "aimed", "newest", "place"):
        setattr(journal, what, said)
    elif what == "last":
        journal.last = Look(**said)


def _leave(journal: Journal, keys: Iterable[str]) -> None:
    for key in keys:
        for known in (journal.rows, journal.named, journal.open.planned if journal.open else {}):
            known.pop(key, None)
        if journal.open:
            journal.open.acked.discard(key)


def _end(journal: Journal, said: Mapping[str, Any]) -> None:
    told, before = said["told"], journal.last
    failed = told["outcome"] == FAILED
    version = (before.version if before else -1) if failed else told["data_version"]
    since = (before.failing_since if before and before.failing_since else told["ended_at"]) if failed else None
    journal.last = Look(told, (before.failures if before else 0) + 1 if failed else 0, version, said["wait_until"], since)
    if said["news"]:
        journal.unwritten[told["delivery_id"]] = told
    if said["done"]:
        journal.open = None
