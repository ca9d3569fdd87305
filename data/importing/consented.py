"""Files that end what they leave out, where that needs consent: kept beside the store until it is decided, then read again and imported."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

import duckdb

from data import private
from data.approvals import gate
from data.approvals.kinds import About, Kind, register
from data.approvals.requests import Request, requests
from data.approvals.rules import SNAPSHOT
from data.importing.draft import Draft
from data.importing.mapping import Mapping
from data.importing.outcome import ImportRefused
from data.importing.prepared import Prepared, read_again
from data.importing.settling import Said
from data.importing.uploads import staging
from data.store.deeds import may_import
from data.store.edits import EditRefused
from data.store.store import Store
from data.store.writing import write_batch
from data.viewer import Actor, Viewer
from language import tr

KEPT = "waiting"  # within the folder of what comes in; never swept, and in no backup


def check_ending(store: Store, ready: Prepared, viewer: Viewer) -> None:
    """Raises NeedsConsent for a file that ends what it leaves out, where the rules ask for consent to that."""
    staged = ready.staged
    if staged.snapshot or staged.log or staged.complete:
        gate.check(store, SNAPSHOT, about(ready), viewer, ready)


def about(ready: Prepared) -> dict[str, Any]:
    """What is asked for: which bytes, under which mapping, and what was said of them."""
    return {
        "file": ready.draft.file, "sha256": ready.draft.sha256, "table": ready.staged.table, "mapping": ready.mapping.to_toml(),
        "said": asdict(ready.said),
    }  # fmt: skip


def _place(store: Store, sha256: str) -> Draft:
    folder = staging(store.path) / KEPT / sha256[:24]
    return Draft(folder / "upload", "", folder, sha256)


def _keep(store: Store, what: About, ready: Prepared) -> None:
    """Keep the file of a request, for its owner alone."""
    kept = _place(store, what["sha256"])
    private.folder(kept.folder.parent)
    private.folder(kept.folder)
    fresh = kept.folder / "upload.new"
    if not ready.draft.path.is_file():
        raise EditRefused(tr("The file {file} is no longer here. Bring it in anew, then ask.", file=ready.draft.file))
    shutil.copyfile(ready.draft.path, fresh)
    fresh.replace(kept.path)


@contextmanager
def _prepared(store: Store, what: About, _at: datetime) -> Generator[Prepared]:
    """The kept file, read again under the mapping under which it was asked for. Raises EditRefused where that cannot be."""
    kept = _place(store, what["sha256"])
    draft = Draft(kept.path, what["file"], kept.folder, what["sha256"])
    if not kept.path.is_file() or Draft(kept.path, draft.file, draft.folder).sha256 != draft.sha256:
        raise EditRefused(tr("Outdated: the file {file} is no longer kept as it was. Nothing was done; bring it in anew.", file=draft.file))
    try:
        ready = read_again(store, draft, Mapping.from_toml(what["mapping"]), Said(**what["said"]))
    except ImportRefused as refused:
        raise EditRefused(tr("Outdated: the file {file} cannot be taken any more: {why}", file=draft.file, why=refused)) from None
    yield ready


def _do(store: Store, cursor: duckdb.DuckDBPyConnection, _what: About, ready: Prepared, who: Actor) -> str:
    return str(write_batch(cursor, ready.staged, who, store=store.path).batch)


def _ended(store: Store, request: Request) -> None:
    """Let go of the file, where no other open request is about it."""
    sha256 = request.about["sha256"]
    if not any(one.is_open and one.about.get("sha256") == sha256 for one in requests(store).values()):
        shutil.rmtree(_place(store, sha256).folder, ignore_errors=True)


def _may(_store: Store, what: About, viewer: Viewer) -> None:
    may_import(viewer, what["table"])


register(Kind(SNAPSHOT, "imports", _may, _do, _prepared, _keep, _ended))
