"""Sources that somebody asked to be read now: each in a thread of its own, so that who asked can look at something else meanwhile."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data import kept_webhooks
from data.store.store import Store
from data.work.pulls import Pulled
from sources.description import Source
from sources.keys import SourceError
from sources.pulling import is_running, pull
from sources.webhook_keys import WebhookSource
from sources.webhooks.bringing import bring
from sources.webhooks.hook import Hook


@dataclass(frozen=True)
class Run:
    """One that was asked for. ended: None while it is under way. pulled: what came of it, batch by batch; problem: why it could not be."""

    began: datetime
    ended: datetime | None = None
    pulled: tuple[Pulled, ...] = ()
    problem: str = ""


_runs: dict[tuple[Path, str], Run] = {}
_guard = threading.Lock()


def begin(store: Store, source: Source, *, from_start: bool = False, reading: str | None = None) -> bool:
    """Begin to read a source now; whether it was begun: not where it is being read already."""
    key = (store.path, source.name)
    with _guard:
        if is_under_way(store.path, source.name):
            return False
        _runs[key] = Run(now())
    threading.Thread(target=_run, args=(store, source, from_start, reading), name=f"pull {source.name}", daemon=True).start()
    return True


def is_under_way(store: Path, name: str) -> bool:
    """Whether a source is being read at this moment, whoever asked for it."""
    asked = _runs.get((store, name))
    return bool(asked and asked.ended is None) or is_running(store, name)


def last(store: Path, name: str) -> Run | None:
    """What was asked for last of a source, since this process began."""
    return _runs.get((store, name))


def _run(store: Store, source: Source, from_start: bool, reading: str | None) -> None:
    began, problem, found = now(), "", ()
    try:
        found = tuple(once(store, source, now, from_start=from_start, reading=reading))
    except Exception as error:  # told where it was asked for
        problem = str(error) if isinstance(error, SourceError | OSError) else type(error).__name__
    _runs[store.path, source.name] = Run(began, now(), found, problem)


def once(store: Store, source: Source, at: Callable[[], datetime], *, from_start: bool = False, reading: str | None = None) -> list[Pulled]:
    """Read a source now; of a webhook, import what it brought. What came of each batch. reading: as of `pull`. Raises AlreadyPulled,
    KeptUnreadable."""
    if isinstance(source, WebhookSource):
        return bring(store, Hook(source), kept_webhooks.of(store.path, source.name), at, reading=reading)
    return [pull(store, source, at, from_start=from_start, reading=reading)]


def now() -> datetime:
    return datetime.now(UTC)
