"""Undo and redo of any batch, for a viewer: the one way for pages, API and command line. Rights first, then consent where the rules ask for
it, then the deed."""

from collections import Counter

import duckdb

from data.access.administration import check_somebody_is_left
from data.access.people import People, people
from data.access.roles import RolesWrong
from data.access.roles import current as current_roles
from data.approvals import gate
from data.approvals.kinds import About, Kind, register
from data.approvals.once import Told, comes_twice, told_once
from data.approvals.rules import CLOSE, REOPEN, SCORE
from data.approvals.rules import UNDO as OF_UNDO
from data.schema import ACTIVITIES, PEOPLE, PLAY_RUNS, SCORE_VERSIONS
from data.store import deeds
from data.store.edits import EditRefused
from data.store.preview import Previewed
from data.store.store import REDO, UNDO, Store, StoreError
from data.store.view import View
from data.store.writing import mark as write_mark
from data.viewer import Actor, Viewer

TWICE = "The same task, or the same play, was begun anew meanwhile and is open: it would be there twice. Close that one first."


def undo(store: Store, batch: int, viewer: Viewer, who: str | Actor) -> None:
    """Let a batch stand no more; see `mark`."""
    mark(store, UNDO, batch, viewer, who)


def redo(store: Store, batch: int, viewer: Viewer, who: str | Actor) -> None:
    """Let an undone batch stand again; see `mark`."""
    mark(store, REDO, batch, viewer, who)


def mark(store: Store, action: str, batch: int, viewer: Viewer, who: str | Actor) -> None:
    """Undo or redo, by its name. who: stands in the log where the viewer has no name.

    Raises StoreError as the store does, NotAllowed, EditRefused where a batch of notes is about accounts of others or where nobody would
    be left who may change people and roles, and NeedsConsent. Then nothing is changed.
    """
    deeds.may_mark(store, batch, viewer)
    with store.alone():
        kind, about = about_mark(store, action, batch)
        request = gate.check(store, kind, about, viewer)
        with store.writing() as cursor:
            do_mark(store, cursor, about, None, viewer.signs(who))
            gate.done(store, cursor, request, str(batch))


def check(store: Store, action: str, batch: int, viewer: Viewer) -> None:
    """Whether a viewer may undo or redo a batch by this alone. Raises as `mark`; nothing is changed."""
    deeds.may_mark(store, batch, viewer)
    gate.check(store, *about_mark(store, action, batch), viewer)


def wish(store: Store, action: str, batch: int, viewer: Viewer) -> gate.Wish:
    """An undo or redo to ask for. Raises as `mark`, and EditRefused where it needs no consent."""
    deeds.may_mark(store, batch, viewer)
    kind, about = about_mark(store, action, batch)
    return gate.wished(store, kind, about, viewer)


def about_mark(store: Store, action: str, batch: int) -> tuple[str, dict]:
    """The kind of a deed, and what it is: undoing a close reopens its period, and redoing it closes it again; undoing or redoing a version of
    the health score puts another one in force. Raises StoreError where there is no such batch."""
    table = store.table_of(batch)
    if table is None:
        raise StoreError(f"There is no batch {batch}. `imports` lists those that exist.")
    of = deeds.kind_of(table, is_edit=store.is_edit(batch))
    own = {"closes": {UNDO: REOPEN, REDO: CLOSE}[action], SCORE_VERSIONS.name: SCORE}
    kind = own.get(table, OF_UNDO)
    return kind, {"action": action, "batch": batch, "of": of}


def may_mark(store: Store, about: About, viewer: Viewer) -> None:
    deeds.may_mark(store, about["batch"], viewer)


def do_mark(store: Store, cursor: duckdb.DuckDBPyConnection, about: About, _ready: None, who: str | Actor) -> str:
    """Mark a batch within a transaction; of people, nothing that leaves nobody who may change people and roles."""
    table = store.table_of(about["batch"])
    before = _people(store) if table == PEOPLE.name else None
    once = _told_once(store, table)
    write_mark(cursor, about["action"], about["batch"], who, store=store.path)
    after = Previewed(store, cursor, None)
    if before is not None:
        _check_administration(before, _people(after))
    if comes_twice(once, _told_once(after, table)):
        raise EditRefused(TWICE)
    return str(about["batch"])


def _check_administration(before: People, after: People) -> None:
    try:
        roles = current_roles()
    except RolesWrong:  # who can do this at all then is named by the setting
        return
    check_somebody_is_left((before, roles), (after, roles))


def _told_once(store: Store, table: str | None) -> Counter[Told]:
    """What of a table is there once; nothing for tables of which nothing is told so."""
    if table not in (ACTIVITIES.name, PLAY_RUNS.name):
        return Counter()
    with View(store) as view:
        return told_once(view, table)


def _people(store: Store) -> People:
    with View(store) as view:
        return people(view)


register(Kind(OF_UNDO, "imports", may_mark, do_mark))
register(Kind(REOPEN, "closes", may_mark, do_mark))
