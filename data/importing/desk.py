"""What lies on the import page: the files that were dropped, and what a person has said of each. Kept beside the store, so that a reload, a
closed browser or a restart loses neither.

A desk is a small file of its own, named by the link of the page; two people have two. It holds no byte of a file: those are drafts.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from data import private
from data.importing.draft import Draft
from data.importing.options import READING
from data.importing.uploads import draft_of, staging
from data.store.store import Store

NAME = re.compile(r"[\w-]{6,40}", re.ASCII)
_writing = threading.Lock()


@dataclass(frozen=True)
class Told:
    """What a person has said of a file.

    table: which table it is; mapping: which column is which, as TOML, and `named` the saved mapping that it is; answers: to questions, and
    how the file is written. again: it is to be read although it is in already. looked: what it ends was looked at. feed: the one whose
    rows these are, whichever mapping is chosen, where that is known of where they come from. Empty where nothing was said.
    """

    table: str = ""
    mapping: str = ""
    named: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    again: bool = False
    looked: bool = False
    feed: str = ""

    def of_table(self, table: str) -> "Told":
        """What was said, but of another table: only how the file is written holds on."""
        kept = {name: value for name, value in self.answers.items() if name in READING}
        return Told(table, answers=kept, again=self.again, feed=self.feed)

    def mapped(self, mapping: str, named: str = "") -> "Told":
        """What was said, with another mapping, as TOML; `named` is the saved one that it is."""
        return replace(self, mapping=mapping, named=named, looked=False)


@dataclass(frozen=True)
class OnDesk:
    """One file of a desk: its draft, what was said of it, and other names under which the same bytes were dropped."""

    draft: Draft
    told: Told
    same: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftBehind:
    """A desk with files on it: its name, the files' names, and when something was last done at it, in seconds since 1970."""

    name: str
    files: tuple[str, ...]
    at: float


class Desk:
    """The desk of a name beside a store. Raises ValueError for what is no name of one."""

    def __init__(self, store: Store, name: str) -> None:
        if not NAME.fullmatch(name):
            raise ValueError("The name of a desk has 6 to 40 letters, digits, hyphens and underscores.")
        self.store, self.name = store.path, name
        self.path = _folder(self.store) / f"{name}.json"

    def files(self) -> list[OnDesk]:
        """The files in the order in which they came; one whose bytes are no longer kept is gone."""
        told = [(draft_of(self.store, sha256, one["file"]), one) for sha256, one in _read(self.path)["files"].items()]
        return [OnDesk(draft, _told(one["told"]), tuple(one["same"])) for draft, one in told if draft.path.exists()]

    def put(self, draft: Draft, told: Told | None = None, upload: str = "") -> None:
        """Lay a file on the desk. The same bytes under another name are that file, and the name is kept beside it.

        upload: by which name the browser knows the file; what was laid here once and taken off does not come back by itself.
        """

        def laid(files: dict) -> dict:
            before = files.get(draft.sha256)
            if before is None:
                return files | {draft.sha256: {"file": draft.file, "told": asdict(told or Told()), "same": []}}
            names = [before["file"], *before["same"]]
            return files if draft.file in names else files | {draft.sha256: before | {"same": [*before["same"], draft.file]}}

        self._change(laid, {upload: draft.sha256} if upload else {})

    def knows(self, upload: str) -> bool:
        """Whether an upload was laid here before."""
        return upload in _read(self.path)["uploads"]

    def take_back(self, upload: str) -> None:
        """Take the file of an upload off, which the person has removed from the browser; what is in the store stays there."""
        sha256 = _read(self.path)["uploads"].get(upload)
        self._change(lambda files: {one: held for one, held in files.items() if one != sha256})

    def say(self, draft: Draft, change: Callable[[Told], Told]) -> None:
        """Keep what a person has said of a file that lies here."""

        def told(files: dict) -> dict:
            one = files.get(draft.sha256)
            return files if one is None else files | {draft.sha256: one | {"told": asdict(change(_told(one["told"])))}}

        self._change(told)

    def answer(self, draft: Draft, option: str, value: str | None) -> None:
        """Keep an answer, or take it back where the value is None."""

        def answered(told: Told) -> Told:
            others = {name: said for name, said in told.answers.items() if name != option}
            return replace(told, answers=others | ({option: value} if value else {}))

        self.say(draft, answered)

    def take_off(self, *drafts: Draft) -> None:
        """Take files off the desk. Their bytes stay for two days; what is in the store stays there."""
        gone = {draft.sha256 for draft in drafts}
        self._change(lambda files: {sha256: one for sha256, one in files.items() if sha256 not in gone})

    def _change(self, change: Callable[[dict], dict], uploads: dict[str, str] | None = None) -> None:
        with _writing:
            before = _read(self.path)
            after = {"files": change(before["files"]), "uploads": before["uploads"] | (uploads or {})}
            if after == before:
                return
            private.folder(self.path.parent)
            fresh = self.path.with_suffix(".new")
            fresh.write_text(json.dumps(after))
            fresh.replace(self.path)


def left_behind(store: Store, but: str = "") -> list[LeftBehind]:
    """Desks with files that are not in yet, the newest first; `but` is the one that is looked at."""
    found = []
    for path in _folder(store.path).glob("*.json"):
        if path.stem == but:
            continue
        waiting = [one.draft.file for one in Desk(store, path.stem).files() if not store.imports_of(one.draft.sha256)]
        found += [LeftBehind(path.stem, tuple(waiting), path.stat().st_mtime)] if waiting else []
    return sorted(found, key=lambda one: -one.at)


def minutes_since(at: float) -> int:
    """How many whole minutes ago a moment was, in seconds since 1970."""
    return max(0, int((time.time() - at) // 60))


def _folder(store: Path) -> Path:
    return staging(store) / "desks"


def _told(kept: dict) -> Told:
    """What was said, as it was kept; what another version kept beside it is left out."""
    names = {one.name for one in fields(Told)}
    return Told(**{name: value for name, value in kept.items() if name in names})


def _read(path: Path) -> dict:
    return json.loads(path.read_text()) if path.exists() else {"files": {}, "uploads": {}}
