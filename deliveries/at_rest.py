"""What comes and leaves by itself, put to rest where a store was restored: a copy of the data asks and writes to nobody before a person
says so."""

from pathlib import Path

from data.store.store import Store
from data.viewer import Viewer
from deliveries import deeds, description
from deliveries.description import DescriptionWrong
from sources import deeds as source_deeds
from sources import description as source_description
from sources.description import Unreadable


def at_work(store: Path) -> tuple[list[str], list[str]]:
    """The sources, and the deliveries, that are described beside a store and not paused. One whose file cannot be used does nothing as it
    is."""
    sources = [one.name for one in source_description.listed(store) if not isinstance(one, Unreadable) and not one.paused]
    return sources, [name for name in description.names(store) if _runs(store, name)]


def _runs(store: Path, name: str) -> bool:
    try:
        return not description.load(store, name).paused
    except DescriptionWrong:
        return False


def put_to_rest(store: Store, viewer: Viewer, *, way: str) -> None:
    """Pause all that is at work, each as a deed of its own in the audit. Raises NotAllowed, OSError."""
    sources, deliveries = at_work(store.path)
    for name in sources:
        source_deeds.pause(store, viewer, name, paused=True, way=way)
    for name in deliveries:
        deeds.pause(store, viewer, name, paused=True, way=way)
