"""The last look at each source, whatever came of it: what adds nothing to the log stands here alone, so that a source that is pulled every
minute does not fill it. Losing these files loses no row: up to where a source is read stands in the store."""

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from data import private
from data.importing.uploads import staging
from data.store.store import Store
from data.work import pulls
from data.work.pulls import FAILED, IMPORTED, WAITING, Pulled
from sources import waiting

BY_HAND = "What waited was brought in by hand. The next pull goes on after it."


@dataclass(frozen=True)
class Look:
    """The last pull of a source, how many failed on end and since when, and before when the source asks not to be tried again."""

    pulled: Pulled
    failures: int = 0
    again_at: datetime | None = None
    failing_since: datetime | None = None


def keep(store: Path, look: Look, after: str | None = None) -> None:
    """Keep the last look at a source, in place of the one before; where the disk has no room, it is done without. after: the pull that the
    log has as the newest by then."""
    path = _path(store, look.pulled.source)
    told = {
        "pulled": look.pulled.as_json(),
        "failures": look.failures,
        "after": after,
        "again_at": look.again_at and look.again_at.isoformat(),
    }
    told |= {"failing_since": look.failing_since and look.failing_since.isoformat()}
    with suppress(OSError):
        private.folder(path.parent.parent)
        private.folder(path.parent)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(told))
        fresh.replace(path)


def last(store: Store, name: str) -> Look | None:
    """The last look at a source, of the file or of the log, whichever is newer; None where it was never pulled. A file that knows the
    newest entry of the log is newer, whatever the clock said then."""
    told, logged = _read(store.path, name), next(iter(pulls.pulls(store, name, 1)), None)
    of_file = _settled(store, _look(told), told.get("after"))
    if of_file and (logged is None or told.get("after") == logged.pull_id or of_file.pulled.began_at >= logged.began_at):
        return of_file
    return Look(logged, int(logged.outcome == FAILED)) if logged else None


def _settled(store: Store, look: Look | None, after: str | None) -> Look | None:
    """The look at a source that waits for nothing any more, since what waited was brought in by hand, and stands; any other as it is."""
    if look is None or look.pulled.outcome != WAITING or (brought := by_hand(store, look.pulled.source)) is None:
        return look
    pulled = replace(look.pulled, outcome=IMPORTED, batch=brought, problem=BY_HAND, what_to_do=None)
    keep(store.path, (settled := replace(look, pulled=pulled)), after)
    return settled


def by_hand(store: Store, name: str) -> int | None:
    """The standing batch that has just what waits of a source; None where none has, or nothing waits."""
    content = waiting.content(store.path, name)
    return next((result.batch for result, standing in store.imports_of(content) if standing), None) if content else None


def kept(store: Path, name: str) -> Look | None:
    """The last look at a source as its file has it, without the store; None where there is none."""
    return _look(_read(store, name))


def _read(store: Path, name: str) -> dict:
    try:
        found = json.loads(_path(store, name).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _look(found: dict) -> Look | None:
    try:
        again = datetime.fromisoformat(found["again_at"]) if found["again_at"] else None
        since = found.get("failing_since")
        return Look(Pulled.of_json(found["pulled"]), found["failures"], again, datetime.fromisoformat(since) if since else None)
    except (ValueError, KeyError, TypeError):  # lost, or of another version
        return None


def _path(store: Path, name: str) -> Path:
    return staging(store) / "pulls" / f"{name}.json"
