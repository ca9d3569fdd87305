"""What people do with sources on a page: try one before it is saved, begin to read one, bring what waits to where it is asked."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from data.audit.deeds import certain
from data.importing import saved_mappings, uploads
from data.importing.desk import Desk, Told
from data.importing.draft import Draft, where_it_lies
from data.importing.outcome import ImportRefused, NeedsAnswer, ReadingFailed
from data.log import workspace
from data.store.store import Store
from data.viewer import Viewer
from language import tr
from sources import deeds, description, pulling, running, waiting
from sources.description import Source
from sources.fetched import SourceFailed
from sources.keys import SourceError
from sources.sql_keys import SqlSource
from sources.webhook_keys import WebhookSource
from sources.webhooks.hook import Hook

FIRST = 20  # rows that a try shows


@dataclass(frozen=True)
class Tried:
    """What a try of a source found: its first rows, or why there are none, and what to do about it."""

    header: tuple[str, ...] = ()
    rows: tuple[dict[str, str | None], ...] = ()
    problem: str = ""
    what_to_do: str = ""


def run(store: Store, viewer: Viewer, name: str, *, from_start: bool = False, way: str = "browser") -> bool:
    """Begin to read a source now; whether it was begun. Raises NotAllowed, SourceError."""
    deeds.may_pull(viewer)
    source = description.load(store.path, name)
    if from_start:
        told = {"source": name, "from_start": True}
        certain(store, "configure", viewer.signs(way), kind=deeds.KIND, object=deeds.OBJECT, detail=told)
    return running.begin(store, source, from_start=from_start)


def tried(store: Store, viewer: Viewer, name: str, text: str) -> Tried:
    """Ask a source as it is described, and show its first rows; nothing is imported. Raises NotAllowed."""
    deeds.may_configure(viewer)
    try:
        source = description.parsed(name or "new source", text)
        with workspace.place(workspace.folder(store.path), "try") as folder:
            return _first_rows(store, source, folder)
    except SourceFailed as failed:
        return Tried(problem=failed.reason, what_to_do=failed.what_to_do)
    except (SourceError, ImportRefused, ReadingFailed, OSError) as error:
        return Tried(problem=str(error))


def _first_rows(store: Store, source: Source, folder: Path) -> Tried:
    if source.kind == "webhook":
        return Tried(problem=tr("Nothing can be asked for: others send here. Save it, and send an event as told below it."))
    limited = _few(source)
    fetched = pulling.module(source).fetch(limited, None, folder, now=datetime.now(UTC), ended=pulling.never)
    if fetched.path is None or not fetched.rows:
        return Tried(problem=tr("It answered, and has no rows."))
    with where_it_lies(fetched.path, folder=workspace.folder(store.path)) as draft:
        return _shown(draft)


def _shown(draft: Draft) -> Tried:
    with suppress(NeedsAnswer):
        seen = draft.inspected()
        return Tried(tuple(seen.header), tuple(islice(seen.sample.iter_rows(named=True), FIRST)))
    return Tried(problem=tr("It answered; what the rows mean is asked when it is pulled."))


def _few(source: Source) -> Source:
    """The source, asked for its first rows alone where that can be."""
    if not isinstance(source, SqlSource):
        return source
    query = f"select * from (\n{source.query}\n) as first_rows limit {FIRST}"
    return source.model_copy(update={"query": query, "cursor": None})


def answer(store: Store, viewer: Viewer, name: str, said: dict[str, str], *, way: str = "browser") -> bool:
    """Keep what a source that waits was asked in its file, for all that comes, and begin to take what waits; whether that was begun.
    Raises NotAllowed, SourceError."""
    reading = deeds.said_of_reading(store, viewer, name, said)
    return running.begin(store, deeds.with_kept_answers(store, viewer, name, said, way=way), reading=reading)


def to_import_page(store: Store, viewer: Viewer, name: str, part: str, desk: str) -> bool:
    """Lay what waits of a source, or of a part of it, on a desk of the page Import, where it is asked; false where nothing waits any more.
    Raises NotAllowed, SourceError."""
    deeds.may_pull(viewer)
    path = waiting.file(store.path, part)
    if path is None:
        return False
    draft = uploads.keep(store.path, f"source {part}", path.name, memoryview(path.read_bytes()))
    Desk(store, desk).put(draft, _told(store, description.load(store.path, name), part))
    return True


def _told(store: Store, source: Source, part: str) -> Told:
    """What a source says of its rows, as if a person had: they are read as a pull would read them, and within its feed."""
    mapping = saved_mappings.load(store.path, source.mapping) if source.mapping else None
    if isinstance(source, WebhookSource):
        hook = Hook(source)
        found = next(one for one in hook.parts if hook.source_of(one).name == part)
        source, mapping = hook.source_of(found), mapping or found.mapping
    answers = source.of_file | ({"snapshot": "no"} if source.is_partial else {})
    written = mapping.to_toml() if mapping else ""
    return Told(source.table or "", written, source.mapping or source.fed if mapping else "", answers, feed=source.fed)
