"""How each source is at a moment: what came of it last, when more comes, how far behind it is, and what it asks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from data import kept_webhooks
from data.importing.findings import Question
from data.kept_webhooks import Waiting, path_of
from data.store.store import Store
from data.viewer import IMPORT, Viewer
from data.work.pulls import FAILED, IMPORTED, WAITING, Pulled, pulls, undone
from sources import deeds, description, looks, readings, running, schedule, waiting
from sources.description import Source, Unreadable
from sources.fetched import DAY, INSTANT, Cursor
from sources.keys import SourceError
from sources.looks import Look
from sources.secrets import SecretMissing, secret
from sources.webhook_keys import WebhookSource
from sources.webhooks.hook import Hook

STATES = ("unreadable", "no secret", "failing", "waiting", "running", "paused", "never", "fine")
"""In the order in which somebody is needed."""
LOOKED_AT = 50  # pulls among which the newest that brought rows is looked for


@dataclass(frozen=True)
class Listed:
    """A source as pages show it, all its parts taken together; what scripts are told of each is `deeds.Listed`.

    source: None where its file cannot be used, and `wrong` says why. parts: the names under which it is pulled; several where its events
    go to several tables. last: its last look, the one that needs somebody first; imported: the newest pull that brought rows. next_at:
    None where nobody knows. newest_at: when the newest row is of, as far as its cursor says. came: what a webhook brought and is in no
    batch. missing: secrets that nothing has. asked: what a person must say first, by part. undone: batches of it that
    were undone, and whose rows do not come again by themselves. otherwise: batches whose rows were read otherwise than those of the newest.
    """

    name: str
    source: Source | None = None
    wrong: str = ""
    state: str = "never"
    parts: tuple[str, ...] = ()
    last: Look | None = None
    imported: Pulled | None = None
    next_at: datetime | None = None
    newest_at: datetime | None = None
    came: Waiting | None = None
    missing: tuple[str, ...] = ()
    asked: dict[str, list[Question]] = field(default_factory=dict)
    undone: tuple[int, ...] = ()
    otherwise: tuple[int, ...] = ()

    def behind(self, now: datetime) -> timedelta | None:
        """How far the newest row lies before a moment; None where no cursor says."""
        return None if self.newest_at is None else max(now - self.newest_at, timedelta(0))


def may_see(viewer: Viewer) -> None:
    """Raises NotAllowed for who may not bring in rows, for the whole company."""
    viewer.for_whole_company(IMPORT, "imports")


def listed(store: Store, viewer: Viewer, now: datetime) -> list[Listed]:
    """Every source, those that need somebody first. Raises NotAllowed."""
    may_see(viewer)
    found = [_listed(store, one, now) for one in description.listed(store.path)]
    return sorted(found, key=lambda one: (STATES.index(one.state), one.name))


def one(store: Store, viewer: Viewer, name: str, now: datetime) -> Listed | None:
    """A source; None where there is none of that name. Raises NotAllowed."""
    may_see(viewer)
    return next((_listed(store, found, now) for found in description.listed(store.path) if found.name == name), None)


def _listed(store: Store, found: Source | Unreadable, now: datetime) -> Listed:
    if isinstance(found, Unreadable):
        return Listed(found.name, wrong=found.problem, state="unreadable", parts=(found.name,))
    parts = parts_of(found)
    seen = [one for one in (looks.last(store, part) for part in parts) if one]
    last = min(seen, key=lambda one: ((FAILED, WAITING).index(one.pulled.outcome) if one.pulled.outcome in (FAILED, WAITING) else 2,
                                      -one.pulled.ended_at.timestamp()), default=None)  # fmt: skip
    brought = [one for part in parts for one in pulls(store, part, LOOKED_AT) if one.outcome == IMPORTED]
    missing = tuple(name for name in found.secrets if not _is_there(name))
    waits = {one.pulled.source for one in seen if one.pulled.outcome == WAITING}
    asked = {part: questions for part in parts if part in waits and (questions := waiting.questions(store.path, part))}
    return Listed(
        found.name, found, "", _state(store, found, last, missing), parts, last, max(brought, key=lambda one: one.ended_at, default=None),
        _next(store, found, last, now), _newest([one.pulled for one in seen] + brought), _came(store, found), missing, asked,
        tuple(batch for part in parts for batch in undone(store, part)),
        tuple(batch for part in parts for batch in readings.otherwise(store, part)),
    )  # fmt: skip


def parts_of(source: Source) -> tuple[str, ...]:
    """The names under which a source is pulled."""
    if not isinstance(source, WebhookSource):
        return (source.name,)
    hook = Hook(source)
    return tuple(hook.source_of(part).name for part in hook.parts)


def _is_there(name: str) -> bool:
    try:
        return bool(secret(name))
    except SecretMissing:
        return False


def _state(store: Store, source: Source, last: Look | None, missing: tuple[str, ...]) -> str:
    if running.is_under_way(store.path, source.name):
        return "running"
    if source.paused:
        return "paused"
    if missing and not (isinstance(source, WebhookSource) and missing == (source.secret_before,)):
        return "no secret"
    outcome = last.pulled.outcome if last else None
    return {FAILED: "failing", WAITING: "waiting", None: "never"}.get(outcome, "fine")


def _next(store: Store, source: Source, last: Look | None, now: datetime) -> datetime | None:
    """When it is read next; what was missed is made up for at once. None for by hand, as it comes, and paused."""
    at = schedule.next_run(source, last, deeds.described_at(store, source.name), store.timezone, now)
    return None if at is None else max(at, now)


def _newest(found: list[Pulled]) -> datetime | None:
    """When the newest row is of, of cursors that count moments or days."""
    moments = [moment for one in found if one.cursor_to and (moment := _moment(Cursor.read(one.cursor_to)))]
    return max(moments, default=None)


def _moment(cursor: Cursor) -> datetime | None:
    try:
        found = cursor.parsed if cursor.kind in (INSTANT, DAY) else None
    except SourceError:
        return None
    if found is None or isinstance(found, datetime):
        return found
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def _came(store: Store, source: Source) -> Waiting | None:
    if not isinstance(source, WebhookSource) or not path_of(store.path, source.name).exists():
        return None
    return kept_webhooks.of(store.path, source.name).waiting()
