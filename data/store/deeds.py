"""Undo and redo for a viewer: what it takes depends on what the batch holds."""

import polars as pl

from data.store.edits import EditRefused
from data.store.kinds import kind_of
from data.store.store import REDO, UNDO, Store, StoreError
from data.store.view import View
from data.viewer import ADMINISTER, IMPORT, VIEW, Actor, Viewer
from data.viewer import UNDO as TO_UNDO


def may_import(viewer: Viewer, table: str) -> None:
    """Raises NotAllowed for a viewer who may not bring in rows of a table. Files are about every account; people are administered."""
    kind = kind_of(table)
    viewer.for_whole_company(ADMINISTER if kind == "people" else IMPORT, "people" if kind == "people" else "imports")


def imports(store: Store, viewer: Viewer) -> pl.DataFrame:
    """The log of imports, as `Store.imports` gives it. Raises NotAllowed for who may not view it whole: a file is about every account."""
    viewer.for_whole_company(VIEW, "imports")
    return store.imports()


def undo(store: Store, batch: int, viewer: Viewer, who: str | Actor) -> None:
    """Let a batch stand no more. who: stands in the log where the viewer has no name. Raises StoreError as the store does, NotAllowed, and
    EditRefused where a batch of notes is about accounts that are not the viewer's."""
    _check(store, batch, viewer)
    store.undo(batch, viewer.signs(who))


def redo(store: Store, batch: int, viewer: Viewer, who: str | Actor) -> None:
    """Let an undone batch stand again; see `undo`."""
    _check(store, batch, viewer)
    store.redo(batch, viewer.signs(who))


def mark(store: Store, action: str, batch: int, viewer: Viewer, who: str | Actor) -> None:
    """Undo or redo, by its name."""
    {UNDO: undo, REDO: redo}[action](store, batch, viewer, who)


def _check(store: Store, batch: int, viewer: Viewer) -> None:
    if viewer.rights is None:
        return
    table = store.table_of(batch)
    if table is None:
        raise StoreError(f"There is no batch {batch}. `imports` lists those that exist.")
    kind = kind_of(table)
    if kind != "activities":
        viewer.for_whole_company(ADMINISTER if kind == "people" else TO_UNDO, kind)
    elif _foreign(store, batch, viewer.allowed(TO_UNDO, kind)):
        raise EditRefused(f"Batch {batch} is about accounts that are not yours.")


def _foreign(store: Store, batch: int, viewer: Viewer) -> bool:
    """Whether a batch of notes is about accounts out of the viewer's scope."""
    with View(store, viewer) as view:
        return bool(set(store.accounts_of(batch)) - set(view.accounts()["account_id"]))
