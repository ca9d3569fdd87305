"""Undo and redo of any batch; of people, nothing that would leave nobody who may change people and roles."""

from data.access.administration import check_somebody_is_left
from data.access.people import People, people
from data.access.roles import RolesWrong, current
from data.schema import PEOPLE
from data.store import deeds
from data.store.edits import EditRefused
from data.store.store import REDO, UNDO, Store
from data.store.view import View
from data.viewer import Actor, Viewer

BACK = {UNDO: REDO, REDO: UNDO}


def mark(store: Store, action: str, batch: int, viewer: Viewer, who: str | Actor) -> None:
    """Undo or redo, by its name, as data/store/deeds.py does. Raises EditRefused, and changes nothing, where it would take administration
    from the last who has it."""
    if store.table_of(batch) != PEOPLE.name:
        deeds.mark(store, action, batch, viewer, who)
        return
    before = _people(store)
    deeds.mark(store, action, batch, viewer, who)
    try:
        roles = current()
        check_somebody_is_left((before, roles), (_people(store), roles))
    except EditRefused:
        deeds.mark(store, BACK[action], batch, viewer, who)
        raise
    except RolesWrong:  # who can do this at all then is named by the setting
        return


def _people(store: Store) -> People:
    with View(store) as view:
        return people(view)
