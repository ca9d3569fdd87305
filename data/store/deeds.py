"""What it takes to bring in, undo and redo a batch: that depends on what it holds."""

import polars as pl

from data.store.edits import EditRefused
from data.store.kinds import kind_of
from data.store.store import Store, StoreError
from data.store.view import View
from data.viewer import ADMINISTER, IMPORT, VIEW, NotAllowed, Viewer
from data.viewer import UNDO as TO_UNDO

OF_ACCOUNTS = ("activities", "accounts")
"""Kinds of batches that are undone by whoever may do so for the accounts that they are about."""


def may_import(viewer: Viewer, table: str) -> None:
    """Raises NotAllowed for a viewer who may not bring in rows of a table. Files are about every account; people are administered."""
    kind = kind_of(table)
    viewer.for_whole_company(ADMINISTER if kind == "people" else IMPORT, "people" if kind == "people" else "imports")


def imports(store: Store, viewer: Viewer) -> pl.DataFrame:
    """The log of imports, as `Store.imports` gives it. Raises NotAllowed for who may not view it whole: a file is about every account."""
    viewer.for_whole_company(VIEW, "imports")
    return store.imports()


def may_mark(store: Store, batch: int, viewer: Viewer) -> None:
    """Raises NotAllowed for a viewer who may not undo or redo a batch, EditRefused for one of notes about accounts that are not the
    viewer's, StoreError where there is no such batch. Who may not view the log of imports is told of a batch that they may not undo what
    they are told of one that is not there."""
    if viewer.rights is None:
        return
    try:
        _may_mark(store, batch, viewer)
    except (StoreError, EditRefused, NotAllowed):
        if _sees_log(viewer):
            raise
        raise NotAllowed(f"There is no batch {batch} that your role lets you undo or redo.") from None


def _may_mark(store: Store, batch: int, viewer: Viewer) -> None:
    table = store.table_of(batch)
    if table is None:
        raise StoreError(f"There is no batch {batch}. `imports` lists those that exist.")
    kind = kind_of(table, is_edit=store.is_edit(batch))
    if kind == "plays":
        viewer.allowed(TO_UNDO, kind)
    elif kind not in OF_ACCOUNTS:
        viewer.for_whole_company(ADMINISTER if kind == "people" else TO_UNDO, kind)
    elif _foreign(store, batch, viewer.allowed(TO_UNDO, kind)):
        raise EditRefused(f"Batch {batch} is about accounts that are not yours.")


def _sees_log(viewer: Viewer) -> bool:
    """Whether a viewer may view the whole log of imports, and so knows which batches there are."""
    try:
        viewer.for_whole_company(VIEW, "imports")
    except NotAllowed:
        return False
    return True


def _foreign(store: Store, batch: int, viewer: Viewer) -> bool:
    """Whether a batch of what was written on a page is about accounts out of the viewer's scope."""
    with View(store, viewer) as view:
        return bool(set(store.accounts_of(batch)) - set(view.accounts()["account_id"]))
