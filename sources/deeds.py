"""What people do with sources, within their rights: look, try, pull, answer, pause, resume, write down, remove."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from data.approvals import undoing
from data.audit.deeds import certain
from data.importing.findings import Question, one_line
from data.importing.mapping import MappingError
from data.importing.options import CONFIRMED, OPTIONS
from data.importing.options import checked as checked_options
from data.log import workspace
from data.store.edits import EditRefused
from data.store.store import UNDO, Store
from data.viewer import CONFIGURE, IMPORT, VIEW, Viewer
from data.work import pulls
from data.work.pulls import WAITING, Pulled
from sources import description, looks, pulling, readings, schedule, waiting
from sources.description import Source, Unreadable
from sources.editing import ACCEPT, with_answers, with_paused
from sources.fetched import DAY, INSTANT, LOCAL, WRITTEN, Cursor, SourceFailed
from sources.keys import AGAIN, READING, STAY, SourceError
from sources.looks import Look
from sources.secrets import SecretMissing

KIND, OBJECT = "imports", "source"
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Listed:
    """A source as scripts are told it; as pages show it: `listing.Listed`. source: None where its file cannot be used, and `wrong` says
    why. last: its last pull, None for never.
    read_up_to: the cursor, None where none is kept. next_at: None for by hand, and where it is paused. asked: what a person must say of
    what waits. undone: batches of it that were undone, and whose rows do not come again by themselves. otherwise: those whose rows were
    read otherwise than those of the newest."""

    name: str
    source: Source | None
    last: Look | None
    read_up_to: Cursor | None
    next_at: datetime | None
    is_running: bool = False
    asked: tuple[Question, ...] = ()
    wrong: str = ""
    undone: tuple[int, ...] = ()
    otherwise: tuple[int, ...] = ()

    def lag(self, now: datetime) -> float | None:
        """Seconds from the newest row that was read until now; None where the cursor counts no time."""
        if self.read_up_to is None or self.read_up_to.kind not in (INSTANT, LOCAL, DAY, WRITTEN):
            return None
        newest = datetime.fromisoformat(self.read_up_to.value)
        return max(0.0, (now - (newest if newest.tzinfo else newest.replace(tzinfo=UTC))).total_seconds())

    def as_json(self, now: datetime) -> dict[str, Any]:
        """For scripts; moments ISO in UTC, None for what is not known."""
        said, last = self.source, self.last.pulled if self.last else None
        return {
            "source": self.name, "kind": said.kind if said else None, "table": said.table if said else None,
            "schedule": (said.schedule or "by hand") if said else None, "paused": said.paused if said else None,
            "next_at": self.next_at and self.next_at.isoformat(timespec="seconds"), "running": self.is_running,
            "last_at": last.ended_at.isoformat(timespec="seconds") if last else None, "outcome": last.outcome if last else None,
            "rows": last.rows if last else None, "batch": last.batch if last else None, "retries": last.retries if last else None,
            "failures": self.last.failures if self.last else 0, "read_up_to": self.read_up_to.value if self.read_up_to else None,
            "lag_seconds": self.lag(now), "problem": self.wrong or (last.problem if last else None),
            "what_to_do": last.what_to_do if last and not self.wrong else None, "questions": [asdict(one) for one in self.asked],
            "undone": list(self.undone), "read_otherwise": list(self.otherwise),
        }  # fmt: skip


def may_see(viewer: Viewer) -> None:
    """Raises NotAllowed for who may not view, for the whole company, what comes in."""
    viewer.for_whole_company(VIEW, KIND)


def may_pull(viewer: Viewer) -> None:
    """Raises NotAllowed for who may not bring in files."""
    viewer.for_whole_company(IMPORT, KIND)


def may_configure(viewer: Viewer) -> None:
    """Raises NotAllowed for who may not say from where rows come by themselves."""
    viewer.for_whole_company(CONFIGURE, KIND)


def listed(store: Store, viewer: Viewer, now: datetime) -> list[Listed]:
    """Every source, by name. Raises NotAllowed."""
    may_see(viewer)
    return [_listed(store, one, now) for one in description.listed(store.path)]


def one(store: Store, viewer: Viewer, name: str, now: datetime) -> Listed:
    """One source. Raises NotAllowed, SourceError where there is none of that name."""
    may_see(viewer)
    if name not in description.names(store.path):
        description.load(store.path, name)
    return next(found for found in listed(store, viewer, now) if found.name == name)


def history(store: Store, viewer: Viewer, name: str | None = None, most: int = 50) -> list[Pulled]:
    """The pulls of a source, or of all, that the log has, the newest first: those that brought rows or said something new. Raises
    NotAllowed."""
    may_see(viewer)
    return pulls.pulls(store, name, most)


def _listed(store: Store, found: Source | Unreadable, now: datetime) -> Listed:
    last, at = looks.last(store, found.name), pulls.read_up_to(store, found.name)
    cursor = Cursor.read(at.cursor_to) if at and at.cursor_to else None
    if isinstance(found, Unreadable):
        return Listed(found.name, None, last, cursor, None, wrong=found.problem)
    next_at = schedule.next_run(found, last, described_at(store, found.name), store.timezone, now)
    asked = tuple(waiting.questions(store.path, found.name)) if last and last.pulled.outcome == WAITING else ()
    undone, running = tuple(pulls.undone(store, found.name)), pulling.is_running(store.path, found.name)
    return Listed(found.name, found, last, cursor, next_at, running, asked, undone=undone, otherwise=readings.otherwise(store, found.name))


def described_at(store: Store, name: str) -> datetime:
    """When the description was written last."""
    return datetime.fromtimestamp((description.folder(store.path) / f"{name}.toml").stat().st_mtime, UTC)


def due(store: Store, now: datetime) -> list[Source]:
    """The sources that are to be pulled now. One whose file cannot be used is none, and
    what others send to is brought in by itself."""
    found = [one for one in description.listed(store.path) if not isinstance(one, Unreadable) and one.kind in pulling.READERS]
    zone = store.timezone if found else "UTC"
    return [one for one in found if schedule.is_due(one, looks.last(store, one.name), described_at(store, one.name), zone, now)]


def pull(
    store: Store,
    viewer: Viewer,
    name: str,
    now: Clock,
    *,
    from_start: bool = False,
    accept_columns: bool = False,
    accept_ending: bool = False,
    way: str = "browser",
) -> Pulled:
    """Pull a source now: see `pulling.pull`. Raises NotAllowed, SourceError, AlreadyPulled."""
    may_pull(viewer)
    source = description.load(store.path, name)
    pulling.module(source)
    asked = {"from_start": from_start, "accept_columns": accept_columns, "accept_ending": accept_ending}
    if any(asked.values()):
        certain(store, "configure", viewer.signs(way), kind=KIND, object=OBJECT, detail={"source": name} | asked)
    return pulling.pull(store, source, now, from_start=from_start, accept_columns=accept_columns, accept_ending=accept_ending)


def answer(store: Store, viewer: Viewer, name: str, answers: Mapping[str, str], now: Clock, *, way: str = "browser") -> Pulled:
    """Say what a source that waits was asked, keep it in its file for all pulls to come, and take what waits. Raises NotAllowed,
    SourceError."""
    reading = said_of_reading(store, viewer, name, answers)
    return pulling.pull(store, with_kept_answers(store, viewer, name, answers, way=way), now, reading=reading)


def said_of_reading(store: Store, viewer: Viewer, name: str, answers: Mapping[str, str]) -> str | None:
    """What is to become of rows that were read otherwise than those that come now; None where nothing was said of that. Raises NotAllowed,
    SourceError where it is neither choice, or those rows may not be undone by who says so."""
    may_pull(viewer)
    said = answers.get(READING)
    if said not in (None, AGAIN, STAY):
        raise SourceError(f"{name}: {READING}: takes {AGAIN} or {STAY}.")
    if said == AGAIN and description.load(store.path, name).kind not in pulling.READERS:
        raise SourceError(f"{name}: {READING}: what was sent once cannot be read again: {STAY}, or undo those batches.")
    for one in readings.standing(store, name) if said == AGAIN else ():
        if store.rollups_only(one.batch)[0]:
            raise SourceError(
                f"{name}: {READING}: batch {one.batch} has events that are kept as rollups only, and would not come again: say {STAY}."
            )
        try:
            undoing.check(store, UNDO, one.batch, viewer)
        except EditRefused as refused:
            raise SourceError(f"{name}: batch {one.batch} cannot be undone so: {refused}") from None
    return said


def with_kept_answers(store: Store, viewer: Viewer, name: str, answers: Mapping[str, str], *, way: str) -> Source:
    """A source with more answers, which are kept in its file. `accept` takes what its rows leave open as it is, by the name of that. Raises
    NotAllowed, SourceError: nothing that can never be taken is kept."""
    may_pull(viewer)
    if str(answers.get("snapshot", "")).strip().lower() == CONFIRMED:
        raise SourceError(
            f"{name}: snapshot: what ends is confirmed for one pull, and not for all to come: sources pull {name} --accept-ending."
        )
    accepted = _accepted(description.load(store.path, name), answers)
    kept = {option: value for option, value in answers.items() if option != READING}
    text = with_answers(description.text(store.path, name), kept)
    source = description.parsed(name, text)
    try:
        checked_options({option: value for option, value in source.answers.items() if option in OPTIONS}, source.table)
    except MappingError as error:
        raise SourceError(str(error)) from None
    told = {"source": name, "answers": sorted(answers)} | accepted | ({READING: answers[READING]} if READING in answers else {})
    certain(store, "configure", viewer.signs(way), kind=KIND, object=OBJECT, detail=told)
    description.write(store.path, name, text)
    return description.load(store.path, name)


def _accepted(source: Source, answers: Mapping[str, str]) -> dict[str, str]:
    """What is accepted by an answer, for the audit; empty where nothing is. Raises SourceError."""
    if ACCEPT not in answers:
        return {}
    if answers[ACCEPT] not in source.may_accept:
        told = f"It may be {', '.join(source.may_accept)}." if source.may_accept else "Its rows leave nothing open that could be accepted."
        raise SourceError(f"{source.name}: accept: there is nothing called {one_line(answers[ACCEPT])!r}. {told}")
    return {ACCEPT: answers[ACCEPT]}


def checked(store: Store, viewer: Viewer, name: str, now: datetime) -> dict[str, Any]:
    """Whether a source could be pulled: its file, its secret, and whether it answers; nothing comes in. `said`: what it would bring.
    Raises NotAllowed, SourceError for a file that cannot be used."""
    may_configure(viewer)
    source = description.load(store.path, name)
    try:
        return {"source": name, "ok": True, "said": _tried(store, source, now), "problem": None, "what_to_do": None}
    except SourceFailed as failed:
        return {"source": name, "ok": False, "said": [], "problem": failed.reason, "what_to_do": failed.what_to_do or None}
    except SourceError as error:
        return {
            "source": name,
            "ok": False,
            "said": [],
            "problem": str(error),
            "what_to_do": None if isinstance(error, SecretMissing) else pulling.MEND,
        }


def _tried(store: Store, source: Source, now: datetime) -> list[str]:
    """What a source says of itself: by its reader's own check, else by reading it once into nowhere."""
    reader = pulling.module(source)
    if hasattr(reader, "check"):
        return reader.check(source)
    with workspace.place(workspace.folder(store.path), "check") as folder:
        found = reader.fetch(source, None, folder, now=now, ended=pulling.never)
    return [f"It answered {found.requests:,} requests with {found.rows:,} rows.", *found.notes]


def pause(store: Store, viewer: Viewer, name: str, *, paused: bool, way: str = "browser") -> None:
    """Stop a source from being pulled by itself, or let it again. Raises NotAllowed, SourceError."""
    may_configure(viewer)
    text = with_paused(description.text(store.path, name), paused)
    description.parsed(name, text)
    certain(store, "configure", viewer.signs(way), kind=KIND, object=OBJECT, detail={"source": name, "paused": paused})
    description.write(store.path, name, text)


def write(store: Store, viewer: Viewer, name: str, text: str, *, way: str = "browser", new: bool = False) -> Source:
    """Keep a description, as TOML. new: refused where there is one of that name. Raises NotAllowed, SourceError."""
    may_configure(viewer)
    source = description.parsed(name, text)
    if new and name in description.names(store.path):
        raise SourceError(f"There is a source {name!r} already: change that one, or take another name.")
    told = {"source": name, "kind": source.kind, "table": source.table}
    certain(store, "configure", viewer.signs(way), kind=KIND, object=OBJECT, detail=told)
    description.write(store.path, name, text)
    return source


def remove(store: Store, viewer: Viewer, name: str, *, way: str = "browser") -> None:
    """Take a source away: what it brought stays, as do the records of its pulls, and what waited goes. Raises NotAllowed, SourceError."""
    may_configure(viewer)
    description.text(store.path, name)
    certain(store, "configure", viewer.signs(way), kind=KIND, object=OBJECT, detail={"source": name, "removed": True})
    (description.folder(store.path) / f"{name}.toml").unlink(missing_ok=True)
    waiting.let_go(store.path, name)
