"""The inbox: a folder in which exports land. Each is imported under its saved mapping and moved to done, or to refused with the reasons.

Nothing is asked here: what only a person can say makes a file refused, and so does a snapshot that would take much away.
"""

import json
import queue
import threading
from collections.abc import Callable
from pathlib import Path

from data import private
from data.erasure.dropping import may_name
from data.erasure.keys import KeyLost
from data.importing import saved_mappings
from data.importing.draft import Draft, where_it_lies
from data.importing.findings import Problem, Question, one_line
from data.importing.mapping import Mapping, MappingError
from data.importing.outcome import ImportRefused, NeedsAnswer, ReadingFailed
from data.importing.run import Outcome, import_draft
from data.log import workspace
from data.settings import current_settings
from data.store import open_stores
from data.store.open_file import FULL
from data.store.store import Store, StoreError
from data.viewer import IMPORT, Grant, NotAllowed, Viewer
from reports.imports.account_column import account_question
from reports.imports.import_preview import too_much
from server.operation.logs import say

DONE, REFUSED = "done", "refused"
NOT_KEPT = "The file is not kept here: it names, or may name, somebody who was erased. What it says of others is in the store."
UNFINISHED = (".part", ".filepart", ".crdownload", ".tmp", ".new", ".swp", "~")
SECONDS = 5.0
BRINGS = Viewer(
    rights=(Grant(IMPORT, "imports"),), person="inbox"
)  # what a file may do that anybody who reaches the folder may leave there
NO_PEOPLE = "Who may do what is not changed by a file in the inbox. Import people and holiday cover on the page, or on the command line."


def folder() -> Path:
    """Where exports land: HOLDFAST_INBOX, else `inbox` beside the store."""
    return (current_settings().inbox or open_stores.path_of("own").parent / "inbox").expanduser().resolve()


def count(folder: Path) -> int:
    """How many exports lie in a folder, what is said of them left out."""
    told = {f"{path.name}{more}" for path in folder.glob("*") for more in (".txt", ".json")}
    return sum(path.is_file() and not path.name.startswith(".") and path.name not in told for path in folder.glob("*"))


def handle(store: Store, path: Path) -> Outcome | None:
    """Import one file that has landed, and move it: to done, or to refused with a report beside it.

    Handled twice, as after a kill between import and move, it makes no second batch. None, and the file stays where it is, while
    the disk is full.
    """
    try:
        with where_it_lies(path, folder=workspace.folder(store.path)) as draft:
            mapping = _mapping(store, draft)  # who saved it has answered what the files leave open
            outcome = import_draft(
                store, draft, mapping=mapping, once=True, ask=mapping is None, guard=too_much, names=account_question, viewer=BRINGS
            )
    except NeedsAnswer as asked:
        outcome = Outcome(path.name, None, asked.problems, asked.questions, refused=True)
    except NotAllowed:
        outcome = Outcome(path.name, None, [Problem(file=path.name, reason=NO_PEOPLE)], refused=True)
    except (MappingError, ImportRefused, ReadingFailed, StoreError) as error:
        outcome = Outcome(path.name, None, [Problem(file=path.name, reason=str(error))], refused=True)
    if any(problem.reason == FULL for problem in outcome.problems):
        return None
    kept = _moved(path, REFUSED if outcome.refused else DONE)
    if _names_somebody(store, kept):
        kept.unlink()
        kept.with_name(f"{kept.name}.txt").write_text(f"{_counts(outcome)}\n{NOT_KEPT}\n")
    elif outcome.refused or outcome.problems:
        kept.with_name(f"{kept.name}.json").write_text(json.dumps(outcome.as_json(), default=str, indent=1))
        kept.with_name(f"{kept.name}.txt").write_text(in_words(outcome) + "\n")
    return outcome


def _names_somebody(store: Store, path: Path) -> bool:
    """Whether a file may name somebody who was erased; false where the key is lost, and with it the file was refused."""
    try:
        return may_name(path, store.erased())
    except KeyLost:
        return False


def _counts(outcome: Outcome) -> str:
    """What became of a file, in one line."""
    batch = outcome.batch
    counts = (
        ", ".join(f"{getattr(batch, name):,} {name}" for name in ("read", "accepted", "rejected", "duplicate", "waiting")) if batch else ""
    )
    counts += f", {batch.erased:,} left out, of somebody who was erased" if batch and batch.erased else ""
    return f"{outcome.file}: batch {batch.batch}, {batch.table}: {counts}." if batch else f"{outcome.file}: nothing was imported."


def in_words(outcome: Outcome) -> str:
    """What became of a file, for people: counts, then each reason with its place, then what to answer."""
    lines = [_counts(outcome)]
    for problem in outcome.problems:
        places = {"line": problem.line, "column": problem.column, "value": problem.value}
        where = ", ".join(f"{name} {one_line(found)}" for name, found in places.items() if found is not None)
        lines.append(f"- {where + ': ' if where else ''}{problem.reason}")
    for question in outcome.questions:
        lines.append(f"- {question.text} {_answer(question)}")
    if outcome.refused:
        lines.append("Mend the file or its saved mapping, and put the file into the inbox again; or import it on the page, which asks.")
    return "\n".join(lines)


PLACES = dict.fromkeys(("currency", "period", "kind", "starts_on", "status"), "under [constants]") | {
    "account_from": "under [columns]", "table": "at the top",
}  # fmt: skip


def _answer(question: Question) -> str:
    """Where in the saved mapping the answer to a question belongs."""
    choices = " or ".join(f'"{choice}"' for choice in question.choices[:20]) or '"..."'
    if question.option == "key":
        return f"Write key = [...] with the names of one of {choices} at the top of its mapping."
    name = "account_id" if question.option == "account_from" else question.option
    return f"Write {name} = {choices} {PLACES.get(question.option, 'under [options]')} of its mapping."


def _mapping(store: Store, draft: Draft) -> Mapping | None:
    """The saved mapping that the file's name begins with, the longest first; else the one that its header fits; else None."""
    named = [name for name in saved_mappings.names(store.path) if _begins(draft.file, name)]
    if named:
        return saved_mappings.load(store.path, max(named, key=len))
    fitting = saved_mappings.matching(store.path, draft.inspected().header)
    return saved_mappings.load(store.path, fitting[0]) if fitting else None


def _begins(file: str, name: str) -> bool:
    """Whether a file goes by a mapping's name: billing.csv and billing-2024-05-01.csv do by "billing", billings.csv does not."""
    rest = file.lower()[len(name) :]
    return file.lower().startswith(name.lower()) and not rest[:1].isalpha()


def _moved(path: Path, place: str) -> Path:
    """Move a file into a folder beside it, under a name that is free there."""
    target = path.parent / place
    private.folder(target)
    names = (f"{path.stem}{f'-{n}' if n else ''}{path.suffix}" for n in range(1_000_000))
    moved = path.rename(target / next(name for name in names if not (target / name).exists()))
    private.close(moved)
    return moved


class Watch(threading.Thread):
    """Looks into the inbox every few seconds; a file is taken once it is as it was at the look before."""

    def __init__(self, inbox: Path, store: Callable[[], Store], seconds: float = SECONDS) -> None:
        super().__init__(name="inbox", daemon=True)
        self.inbox, self.store, self.seconds = inbox, store, seconds
        self.ended = threading.Event()
        self.handled: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._before: dict[Path, tuple[int, int]] = {}
        self._told: dict[Path, str] = {}

    def run(self) -> None:
        while not self.ended.wait(self.seconds):
            self.look()

    def look(self) -> list[Outcome]:
        """Handle every file that has not changed since the last look, oldest first; what became of each."""
        try:
            now = {path: (size, changed) for path, size, changed in self._files()}
        except OSError:  # a file was taken away while it was looked at
            return []
        ready = sorted((path for path, state in now.items() if self._before.get(path) == state), key=lambda path: (now[path][1], path))
        self._before = now
        return [outcome for path in ready if not self.ended.is_set() and (outcome := self._one(path))]

    def stop(self) -> None:
        """End the watch; a file that is being imported is finished first."""
        self.ended.set()
        if self.is_alive():
            self.join()

    def _files(self) -> list[tuple[Path, int, int]]:
        paths = [path for path in self.inbox.iterdir() if path.is_file() and not path.is_symlink()] if self.inbox.is_dir() else []
        wanted = [path for path in paths if not path.name.startswith(".") and not path.name.lower().endswith(UNFINISHED)]
        return [(path, found.st_size, found.st_mtime_ns) for path in wanted for found in [path.stat()]]

    def _one(self, path: Path) -> Outcome | None:
        """What became of a file; None where it stays, to be looked at again: a fault must not end the watch."""
        try:
            outcome = handle(self.store(), path)
            told = in_words(outcome).splitlines()[0] if outcome else f"{path.name} waits: the disk is full."
        except Exception as error:
            outcome, told = None, f"{path.name} waits: {error if isinstance(error, StoreError) else type(error).__name__}"
        if self._told.get(path) != told:
            say(f"Inbox: {told}")
        self._told = {**self._told, path: told} if outcome is None else {}
        if outcome:
            self.handled.put(outcome)
        return outcome


def _closed(inbox: Path, *, chosen: bool) -> Path:
    """The inbox, made where it is missing, closed to others: one that the user chose may be shared, and only what lies in ours there is."""
    private.place_for(inbox / DONE)
    for path in (inbox / DONE, inbox / REFUSED) if chosen else (inbox,):
        private.close(path)
    return inbox


def watch() -> Watch:
    """Make the inbox, and watch it for the user's own store, which is made when the first file lands."""
    inbox = _closed(folder(), chosen=current_settings().inbox is not None)
    watching = Watch(inbox, lambda: open_stores.store("own"))
    watching.start()
    return watching
