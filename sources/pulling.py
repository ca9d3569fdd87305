"""One pull of a source, from what is read to what stands: its rows are one batch, and up to where it is read is written with them.

What only a person can say makes a pull wait, with what came kept beside the store; the next pull takes it up before anything new is read.
"""

import importlib
import logging
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data.importing import mapping as mappings
from data.importing import saved_mappings
from data.importing.draft import where_it_lies
from data.importing.findings import Question
from data.importing.mapping import MappingError
from data.importing.options import FALSE
from data.importing.outcome import Outcome, ReadingFailed
from data.importing.run import import_draft
from data.log import workspace
from data.log.places import STATE
from data.log.staged import Staged
from data.store.edits import EditRefused
from data.store.store import FULL, BatchResult, Store, StoreError
from data.viewer import IMPORT, Actor, Grant, NotAllowed, Viewer
from data.work import pulls
from data.work.pulls import FAILED, IMPORTED, NOTHING_NEW, WAITING, Pulled
from reports.imports.account_column import account_question
from reports.imports.import_preview import ended_by_snapshot
from sources import elsewhere, looks, readings, schedule, waiting
from sources.description import Source
from sources.editing import ACCEPT
from sources.fetched import INSTANT, Cursor, Fetched, Reader, SourceFailed, SourceWaits
from sources.keys import AGAIN, NEW, REPEATS, SourceError
from sources.looks import Look
from sources.secrets import SecretMissing
from sources.webhooks import beside

MAY = (Grant(IMPORT, "imports"),)  # what comes by itself may be what anybody may leave in the inbox, and no list of people
NO_PEOPLE = "Who may do what is not changed by what comes by itself. Import people and holiday cover on the page, or on the command line."
READERS = {"sql": "sources.sql", "http": "sources.http"}
MEND = "Mend the source's file, then pull it again."
TAUGHT = "Mend what it reads; or bring what came in on the page Import, save the mapping there, and name that in the source's file."
MEANT = (
    "Look at what would end on the page Import, and import it there where it is meant; or say so once: "
    "sources pull {name} --accept-ending. Where it is not, mend the query or the source: it is read anew with --from-start."
)
COLUMNS = "Pull it with --accept-columns where that is meant; else mend the query, or the table: the next pull reads it anew."
CONSENT = "Ask for the consent on the page Import; once it is given, the next pull goes on."
OTHERWISE = "It reads something else than before, or tells new rows by something else: it was read from the start."
NO_MARK = (
    "Events without an id cannot be told from equal ones where the API keeps the place itself. Map event_id; or say as `cursor` the field "
    "of each row that says when it was written."
)
PARTIAL_LOG = (
    "A log of months says what was not paid by leaving it out, which rows from a cursor on cannot. Read all of it, without a cursor."
)
FAULT = "A fault in Holdfast while it was read ({name}); nothing of it was taken. Please report it with the log of the server."
NO_ROWS = "It answered without any row, though it says that it brings all, and rows of it stand. Nothing of them was ended."
ALL_GONE = (
    "See whether its query or address, and what its user may read, are right. Where all have ended, bring in a file that says so on the "
    "page Import."
)
CLOCK = "It was read last on {moment} UTC, by a clock that was ahead. It is read all the same, from where no clock was."
BY_ITSELF = "It is tried again by itself."
log = logging.getLogger("holdfast.sources")
_running: set[tuple[Path, str]] = set()
_guard = threading.Lock()


class AlreadyPulled(SourceError):
    """The source is being pulled at this moment."""


def never() -> bool:
    return False


def reader(source: Source) -> Reader:
    """What reads a source of its kind; loaded by the first that needs it. Raises SourceError for one to which others send."""
    return module(source).fetch


def module(source: Source) -> Any:
    """The reader of a source, with what else it has. Raises SourceError."""
    if source.kind not in READERS:
        raise SourceError(f"{source.name} is a {source.kind}: others send to it, and the server brings in what came. It is not pulled.")
    return importlib.import_module(READERS[source.kind])


def pull(
    store: Store,
    source: Source,
    now: Callable[[], datetime],
    *,
    from_start: bool = False,
    accept_columns: bool = False,
    accept_ending: bool = False,
    reading: str | None = None,
    ended: Callable[[], bool] = never,
    fetch: Reader | None = None,
    mapping: mappings.Mapping | None = None,
) -> Pulled:
    """Pull a source once, and say what came of it. Never raises for what a source, its file or its rows have.

    now: the clock, in any zone. from_start: read everything again, whatever is in; what is known already is told as that and counted once.
    accept_columns: columns that changed their type, or are gone, may. accept_ending: what a snapshot would end may end. reading: what
    becomes of rows that were read otherwise (sources/readings.py): AGAIN, all are read again, and the batches before are undone with it;
    STAY, they stay; None, it is asked. ended: says that it is to be given up. fetch: what reads it, where that is not what its kind has.
    mapping: how its columns are read, where that is known of it. Raises AlreadyPulled.
    """
    with _alone(store.path, source.name), workspace.place(workspace.folder(store.path), "pull") as folder:
        again = from_start or reading == AGAIN
        asked = _Pull(store, source, now, folder, again, accept_columns, accept_ending, now().astimezone(UTC), mapping, reading)
        return asked.run(fetch, ended)


def is_running(store: Path, name: str) -> bool:
    """Whether a source is being pulled by this process at this moment."""
    with _guard:
        return (store, name) in _running


@contextmanager
def _alone(store: Path, name: str) -> Generator[None]:
    with _guard:
        if (store, name) in _running:
            raise AlreadyPulled(f"The source {name} is being pulled at this moment. Its rows come with that pull.")
        _running.add((store, name))
    try:
        yield
    finally:
        with _guard:
            _running.discard((store, name))


NOTHING = Fetched(None)


class _NothingNew(Exception):
    """Every row is known already: the batch is given up."""


class _EndsMuch(Exception):
    """A snapshot, or a log of months, would end what a person must have looked at; the message says how much."""


class _Asked(Exception):
    """What came leaves something open that shows only beside what is in: the batch is given up."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.text)
        self.question = question


@dataclass(frozen=True)
class _Pull:
    """One pull under way."""

    store: Store
    source: Source
    now: Callable[[], datetime]
    folder: Path
    from_start: bool
    accepts: bool
    may_end: bool
    began: datetime
    mapping: mappings.Mapping | None = None
    reading: str | None = None

    def run(self, fetch: Reader | None, ended: Callable[[], bool]) -> Pulled:
        begun = _Begun(self.source.name, self.began)
        try:
            begun = self._begun()
            held = None if self.from_start or beside.hooks(self.store.path, self.source) else waiting.kept(self.store.path, self.source)
            if held and looks.by_hand(self.store, self.source.name) is not None:
                waiting.let_go(self.store.path, self.source.name)
                return self._ended(begun.after(held).told(NOTHING_NEW, self.now()))
            if held and not self.accepts and _changed(held.fields, self._fields_before()):
                held = None  # what was changed there may have been put back since
            fetched = held or (fetch or reader(self.source))(self.source, begun.since, self.folder, now=self.began, ended=ended)
            waiting.no_longer_asks(self.store.path, self.source.name)
            return self._ended(self._taken(begun, fetched))
        except SourceFailed as failed:
            outcome = WAITING if isinstance(failed, SourceWaits) else FAILED
            to_do = self._asks(failed) if isinstance(failed, SourceWaits) else failed.what_to_do
            told = begun.told(outcome, self.now(), problem=failed.reason, what_to_do=to_do or BY_ITSELF)
            return self._ended(replace(told, requests=failed.requests, retries=failed.retries), failed.try_again_at)
        except (SourceError, MappingError) as error:
            to_do = BY_ITSELF if isinstance(error, SecretMissing) else MEND
            return self._ended(begun.told(FAILED, self.now(), problem=str(error), what_to_do=to_do))
        except NotAllowed:
            return self._ended(begun.told(FAILED, self.now(), problem=NO_PEOPLE, what_to_do=MEND))
        except (StoreError, EditRefused, ReadingFailed, OSError) as error:
            return self._ended(begun.told(FAILED, self.now(), problem=str(error), what_to_do=BY_ITSELF))
        except Exception as error:  # what nobody foresaw is told by its kind alone, since it may hold a secret, and waits its turn as well
            full = isinstance(error.__cause__, OSError) or "No space left on device" in str(error)
            log.warning("a pull ended in a fault", extra={"fields": {"source": self.source.name, "error": type(error).__name__}})
            problem = FULL if full else FAULT.format(name=type(error).__name__)
            return self._ended(begun.told(FAILED, self.now(), problem=problem, what_to_do=BY_ITSELF))

    def _begun(self) -> "_Begun":
        """From where to read: so far before the newest cursor as rows are committed late, and not after now, whatever a clock has said."""
        clock = self._clock_was_ahead()
        before = None if self.from_start else self._read_up_to()
        read_by = self.source.read_by_and_as
        if before is None or before.cursor_to is None:
            return _Begun(self.source.name, self.began, read_by=read_by, note=clock)
        if before.read_by and before.read_by.partition("-")[0] != self.source.read_by:
            return _Begun(self.source.name, self.began, read_by=read_by, note=" ".join(filter(None, [clock, OTHERWISE])))
        at = Cursor.read(before.cursor_to).no_later_than(self.began)
        return _Begun(self.source.name, self.began, at, at.before(self.source.overlap), read_by=read_by, note=clock)

    def _read_up_to(self) -> Pulled | None:
        """The newest pull that says up to where the source is read. What one wrote down while the clock was ahead may lie after rows that
        nobody has seen: then the newest one before it that does not."""
        said = [one for one in pulls.pulls(self.store, self.source.name) if one.cursor_to]
        return next((one for one in said if not Cursor.read(one.cursor_to or "").is_ahead_of(self.began)), None)

    def _clock_was_ahead(self) -> str | None:
        """What is said where the last look at the source is of a moment that is still to come."""
        last = looks.last(self.store, self.source.name)
        if last is None or not schedule.is_ahead(last.pulled.ended_at, self.began):
            return None
        return CLOCK.format(moment=f"{last.pulled.ended_at:%Y-%m-%d %H:%M}")

    def _taken(self, begun: "_Begun", fetched: Fetched) -> Pulled:
        """What came, brought in as one batch; or why not."""
        before = self._fields_before()
        begun = begun.after(replace(fetched, fields=_with_those_before(fetched.fields, before)))
        if fetched.path is None or not fetched.rows:
            if self._says_all() and readings.standing(self.store, self.source.name):
                raise SourceFailed(NO_ROWS, ALL_GONE, requests=fetched.requests, retries=fetched.retries)
            return begun.told(NOTHING_NEW, self.now())
        changed = [] if self.accepts else _changed(fetched.fields, before)
        if changed:
            return self._waits(
                begun,
                fetched,
                changed,
                COLUMNS,
            )
        try:
            outcome = self._imported(begun, fetched)
        except _EndsMuch as much:
            return self._waits(begun, fetched, [str(much)], MEANT.format(name=self.source.name))
        if outcome is None or outcome.repeated:
            waiting.let_go(self.store.path, self.source.name)
            return begun.told(NOTHING_NEW, self.now())
        if outcome.refused:
            return self._refused(begun, fetched, outcome)
        waiting.let_go(self.store.path, self.source.name)
        return next(one for one in pulls.pulls(self.store, self.source.name, 1))

    def _says_all(self) -> bool:
        """Whether what is left out by what it brings has ended."""
        source = self.source
        said = source.answers.get("snapshot", "").strip().lower()
        known = self.store.feed_settings(source.table, source.fed).complete if source.table and not said else said not in FALSE
        return bool(known) and not source.is_partial

    def _imported(self, begun: "_Begun", fetched: Fetched) -> Outcome | None:
        """What became of the file; None where all of it is known already."""
        assert fetched.path is not None
        source = self.source
        mapping = saved_mappings.load(self.store.path, source.mapping) if source.mapping else self.mapping
        folder, file = workspace.folder(self.store.path), self._file(fetched.path)
        marks = None if source.answers.get(REPEATS) == AGAIN else fetched.marks
        try:
            with where_it_lies(
                fetched.path, folder=folder, file=file, marks=marks, partial=source.is_partial, versions=bool(source.cursor)
            ) as draft:
                answers = source.of_file
                outcome = self._brought(draft, begun, mapping, answers)
                while known := self._known(outcome.questions, answers):
                    answers |= known
                    outcome = self._brought(draft, begun, mapping, answers)
                return outcome
        except _NothingNew:
            return None
        except _Asked as asked:
            return Outcome(file, None, [], [asked.question], refused=True)

    def _known(self, asked: Sequence[Question], answers: Mapping[str, str]) -> dict[str, str]:
        """What need not be asked of a person: what is read now holds now. Empty where they are asked more."""
        day = self.began.astimezone(ZoneInfo(self.store.timezone)).date()
        own = {"covers": day.isoformat()}
        options = {one.option for one in asked}
        return {name: own[name] for name in options} if options and options <= own.keys() - answers.keys() else {}

    def _brought(self, draft: Any, begun: "_Begun", mapping: mappings.Mapping | None, answers: dict) -> Outcome:
        name = self.source.name
        viewer = Viewer(rights=MAY, person=f"source {name}")
        return import_draft(
            self.store, draft, mapping=mapping, table=self.source.table, feed=self.source.fed, options=answers, once=True,
            ask=mapping is None, guard=self._guard, names=account_question, viewer=viewer, who=Actor(f"source {name}", way="source"),
            beside=self._beside(begun), in_place_of=self._in_place_of(),
        )  # fmt: skip

    def _in_place_of(self) -> list[int]:
        """The batches that are undone with what comes, where all of it was read again for that."""
        return [one.batch for one in readings.standing(self.store, self.source.name)] if self.reading == AGAIN else []

    def _beside(self, begun: "_Begun") -> Callable[[Staged, BatchResult], AbstractContextManager[Staged]]:
        """The record of this pull, for the transaction of its rows."""

        def record(staged: Staged, result: BatchResult) -> AbstractContextManager[Staged]:
            if _says_nothing(staged, result):
                raise _NothingNew
            asked = self._of_events(result) if staged.table == "usage_events" and self.source.kind in READERS else None
            if asked:
                raise _Asked(asked)
            turned = f"Rows that were turned away: {result.rejected:,}. The batch says which, and why." if result.rejected else None
            told = begun.told(IMPORTED, self.now(), problem=turned)
            return pulls.beside(self.store, replace(told, batch=result.batch))

        return record

    def _guard(self, store: Store, staged: Staged) -> str | None:
        """Why a file must not go in, whatever was answered; None where it may. Raises _EndsMuch for what would end so much that a person
        must have looked."""
        if staged.partial and staged.log:
            return PARTIAL_LOG
        if (
            getattr(self.source, "cursor_in_answer", "")
            and staged.table == "usage_events"
            and not (staged.marks or "event_id" in staged.columns)
        ):
            return NO_MARK
        if asked := elsewhere.question(store, self.source, staged):
            raise _Asked(asked)
        if self.reading is None and (asked := readings.question(store, self.source, staged)):
            raise _Asked(asked)
        if not self.may_end and (found := ended_by_snapshot(store, staged)):
            raise _EndsMuch(found)
        return None

    def _of_events(self, result: BatchResult) -> Question | None:
        """What must be said of events before they count: whether equal ones are new."""
        source = self.source
        if result.alike and REPEATS not in source.answers:
            text = (
                f"{result.alike:,} events say just what others say that came before, and their {source.cursor} is another. Did they happen "
                f"once more ({NEW}), or does the source write the same event anew, with a later {source.cursor} ({AGAIN})?"
            )
            return Question(
                REPEATS, source.cursor, text, (NEW, AGAIN), "Asked once for this source. It does not matter where event_id is mapped."
            )
        return None

    def _refused(self, begun: "_Begun", fetched: Fetched, outcome: Outcome) -> Pulled:
        """A file that a person must look at waits; one for which there was no room is read again."""
        reasons = [one.text for one in outcome.questions] or [one.reason for one in outcome.problems]
        if FULL in reasons:
            return begun.told(FAILED, self.now(), problem=FULL, what_to_do=BY_ITSELF)
        named = " ".join(f"{one.option}={'|'.join(one.choices[:8]) or '...'}" for one in outcome.questions)
        to_do = f"Answer: sources answer {self.source.name} {named}" if named else CONSENT if outcome.needs else TAUGHT
        return self._waits(begun, fetched, reasons, to_do, outcome.questions)

    def _waits(self, begun: "_Begun", fetched: Fetched, reasons: Sequence[str], to_do: str, asked: Sequence[Question] = ()) -> Pulled:
        kept = waiting.keep(self.store.path, self.source, begun.since, fetched, asked)
        to_do = to_do if asked else " ".join([to_do, f"What came is kept in {kept}."])
        return replace(begun.told(WAITING, self.now(), problem=" ".join(reasons[:20]), what_to_do=to_do), cursor_to=None)

    def _asks(self, waits: SourceWaits) -> str:
        """What to do about rows that leave something open: the question is kept where a person may accept it as it is."""
        if not waits.accept:
            return waits.what_to_do
        with suppress(OSError):  # where the disk has no room it can be written into the file all the same
            waiting.ask(self.store.path, self.source, [Question(ACCEPT, None, waits.reason, (waits.accept,))])
        return " ".join([waits.what_to_do, f'Or answer: sources answer {self.source.name} {ACCEPT}="{waits.accept}"'])

    def _fields_before(self) -> Mapping[str, str]:
        """The columns that came with the newest pull that was taken, with their types."""
        taken = (one.fields for one in pulls.pulls(self.store, self.source.name) if one.fields and one.outcome in (IMPORTED, NOTHING_NEW))
        return next(taken, {})

    def _file(self, path: Path) -> str:
        """What the file of a pull is called: the day in it, by the store's own zone, is that of a state."""
        return f"{self.source.name} {self.began.astimezone(ZoneInfo(self.store.timezone)):%Y-%m-%d %H.%M.%S}{path.suffix}"

    def _ended(self, pulled: Pulled, again_at: datetime | None = None) -> Pulled:
        """The pull, told where it is looked for: in the log what is news, the last look in any case."""
        last = looks.last(self.store, self.source.name)
        if pulled.outcome != IMPORTED and _is_news(pulled, next(iter(pulls.pulls(self.store, self.source.name, 1)), None)):
            with suppress(StoreError, EditRefused, OSError):  # it stands in the last look, and is told anew
                pulls.keep(self.store, pulled)
        failures = (last.failures if last else 0) + 1 if pulled.outcome == FAILED else 0
        since = (last.failing_since if last and last.failing_since else pulled.ended_at) if failures else None
        newest = next(iter(pulls.pulls(self.store, self.source.name, 1)), None)
        looks.keep(self.store.path, Look(pulled, failures, again_at, since), newest.pull_id if newest else None)
        return pulled


@dataclass(frozen=True)
class _Begun:
    """What is known of a pull before it ends. at: up to where the source was read; since: from where it is read now."""

    source: str
    began: datetime
    at: Cursor | None = None
    since: Cursor | None = None
    fetched: Fetched = NOTHING
    read_by: str | None = None
    note: str | None = None

    def after(self, fetched: Fetched) -> "_Begun":
        return replace(self, fetched=fetched)

    def told(self, outcome: str, ended: datetime, problem: str | None = None, what_to_do: str | None = None) -> Pulled:
        """The pull, as it ended."""
        said = " ".join(filter(None, [problem, self.note, self._ahead(), *self.fetched.notes])) or None
        reached = self._reached() if outcome in (IMPORTED, NOTHING_NEW) else None
        return Pulled(
            f"{self.source} {self.began.isoformat()}", self.source, self.began, ended.astimezone(UTC), outcome, self.fetched.rows,
            self.fetched.requests, self.fetched.retries, _text(self.since), _text(reached), None,
            self.fetched.fields, said, what_to_do, self.read_by,
        )  # fmt: skip

    def _reached(self) -> Cursor | None:
        """Up to where the source is read now: never before where it was, and never after the moment of the pull."""
        found = self.fetched.cursor and self.fetched.cursor.no_later_than(self._clock())
        return found if found and (self.at is None or found.is_after(self.at)) else self.at

    def _clock(self) -> datetime:
        """The source's own; of what names no zone, the earlier of it and UTC, since nobody says in which it was written."""
        clock, cursor = self.fetched.clock or self.began, self.fetched.cursor
        return clock if cursor is None or cursor.kind == INSTANT else min(clock, self.began)

    def _ahead(self) -> str | None:
        cursor, clock = self.fetched.cursor, self._clock()
        if cursor is None or not cursor.is_ahead_of(clock):
            return None
        return (
            f"The newest row is of {cursor.value}, which is still to come; the next pull begins at {clock:%Y-%m-%d %H:%M} UTC all the same."
        )


def _changed(fields: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """What is said of columns that are of another type than they were, or gone. A column of which no value came is as it was."""
    gone = [f"The column {name} ({was}) is gone." for name, was in before.items() if fields and name not in fields]
    return [
        f"The column {name} was {was}, and is {fields[name]} now."
        for name, was in before.items()
        if was and fields.get(name) and _types(fields[name]) - _types(was)
    ] + gone


def _with_those_before(fields: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Columns with the types that they had, where what came says no more."""
    return {name: kind if _types(kind) - _types(before.get(name, "")) else before.get(name, "") for name, kind in fields.items()}


def _types(told: str) -> set[str]:
    return {one for one in told.split(" or ") if one}


def _says_nothing(staged: Staged, result: BatchResult) -> bool:
    """Whether a batch would change nothing: what says what there is says so also by leaving out, a row that is turned away is told, and by
    an event that another file has already later ones are told to be new."""
    says_all = staged.snapshot or staged.log or staged.complete or staged.rows == STATE
    return not says_all and not (result.accepted or result.rejected or result.marked)


def _is_news(pulled: Pulled, logged: Pulled | None) -> bool:
    """Whether a pull without a batch belongs into the log: it says something that the newest entry does not."""
    if pulled.outcome != NOTHING_NEW:
        return logged is None or (pulled.outcome, pulled.problem) != (logged.outcome, logged.problem)
    if pulled.cursor_to is not None and (logged is None or pulled.cursor_to != logged.cursor_to):
        return True
    return logged is not None and logged.outcome in (WAITING, FAILED)


def _text(cursor: Cursor | None) -> str | None:
    return None if cursor is None else str(cursor)
