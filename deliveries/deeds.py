"""What people do with deliveries, within their rights: look, try, run, pause, resume, write down, remove."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from data.access.people import same
from data.audit.deeds import certain
from data.store.store import Store
from data.viewer import CONFIGURE, EXPORT, VIEW, Viewer
from deliveries import beside, delivering, description, journal, schedule
from deliveries.delivering import Told
from deliveries.description import Delivery, DescriptionWrong
from deliveries.journal import Look
from language import tr
from reports.rights import KIND_OF

KIND = "imports"
OBJECT = "delivery"


@dataclass(frozen=True)
class Listed:
    """A delivery as lists show it. delivery: None where its file cannot be used, and `wrong` says why. last: its last run, None for never.
    rows_there: how many rows its target is known to have."""

    name: str
    delivery: Delivery | None
    last: Look | None
    next_at: datetime | None
    rows_there: int = 0
    wrong: str = ""

    def as_json(self) -> dict[str, Any]:
        """For scripts; instants ISO in UTC, None for what is not known."""
        last, said = self.last.entry if self.last else {}, self.delivery
        return {
            "delivery": self.name, "report": said.report if said else None, "target": said.where if said else None,
            "schedule": (said.schedule or "by hand") if said else None, "on_behalf_of": (said.on_behalf_of or None) if said else None,
            "paused": said.paused if said else None, "next_at": self.next_at and self.next_at.isoformat(timespec="seconds"),
            "last_at": last.get("ended_at"), "outcome": last.get("outcome"), "rows": last.get("rows"),
            "data_version": last.get("data_version"), "delivery_id": last.get("delivery_id"),
            "problem": self.wrong or last.get("problem"), "what_to_do": last.get("what_to_do"),
        }  # fmt: skip


def may_see(viewer: Viewer) -> None:
    """Raises NotAllowed for who may not view, for the whole company, what comes in and what leaves."""
    viewer.for_whole_company(VIEW, KIND)


def may_configure(viewer: Viewer, delivery: Delivery | None = None) -> None:
    """Raises NotAllowed for who may not configure deliveries, or may not let this one carry what it carries: what is exported on behalf of
    somebody else, or of nobody, takes the right to export it for the whole company."""
    viewer.for_whole_company(CONFIGURE, KIND)
    if delivery is None:
        return
    own = viewer.person and same(delivery.on_behalf_of) == same(viewer.person)
    (viewer.allowed if own else viewer.for_whole_company)(EXPORT, KIND_OF[delivery.report])


def listed(store: Store, viewer: Viewer, now: datetime) -> list[Listed]:
    """Every delivery, by name. Raises NotAllowed."""
    may_see(viewer)
    return [_listed(store, name, now) for name in description.names(store.path)]


def found(store: Store, viewer: Viewer, name: str, now: datetime) -> Listed:
    """One delivery. Raises NotAllowed."""
    may_see(viewer)
    return _listed(store, name, now)


def _listed(store: Store, name: str, now: datetime) -> Listed:
    known = journal.read(store.path, name)
    try:
        delivery = description.load(store.path, name)
    except DescriptionWrong as wrong:
        return Listed(name, None, known.last, None, wrong=str(wrong))
    next_at = schedule.next_run(delivery, known.last, described_at(store, name), store.timezone, now)
    return Listed(name, delivery, known.last, next_at, len(known.there))


def described_at(store: Store, name: str) -> datetime:
    """When the description was written last."""
    return datetime.fromtimestamp(description.place(store.path, name).stat().st_mtime, UTC)


def due(store: Store, now: datetime) -> list[str]:
    """The names of the deliveries that are to be made now. One whose file cannot be used is none."""
    names = description.names(store.path)
    newest = schedule.newest_data(store) if names else 0
    return [name for name in names if _is_due(store, name, newest, now)]


def _is_due(store: Store, name: str, newest: int, now: datetime) -> bool:
    try:
        delivery = description.load(store.path, name)
    except DescriptionWrong:
        return False
    last, since = journal.read(store.path, name).last, described_at(store, name)
    return schedule.is_due(delivery, last, now, newest=newest, since=since, zone=store.timezone)


def run(store: Store, viewer: Viewer, name: str, now: datetime, *, everything: bool = False) -> Told:
    """Deliver now. everything: also what was delivered before. Raises NotAllowed, DescriptionWrong."""
    may_configure(viewer)
    may_configure(viewer, description.load(store.path, name))
    return delivering.deliver(store, name, now, by=viewer, everything=everything)


def tried(store: Store, viewer: Viewer, name: str, now: datetime) -> Told:
    """What a delivery would do, with its first rows; nothing is sent. Raises NotAllowed, DescriptionWrong."""
    may_configure(viewer)
    may_configure(viewer, description.load(store.path, name))
    return delivering.dry_run(store, name, now)


def pause(store: Store, viewer: Viewer, name: str, *, paused: bool, way: str = "browser") -> None:
    """Stop a delivery from running by itself, or let it again. Raises NotAllowed, DescriptionWrong."""
    may_configure(viewer)
    delivery = description.load(store.path, name)
    certain(store, "configure", viewer.signs(way), kind=KIND, object=OBJECT, detail={"delivery": name, "paused": paused})
    description.save(store.path, name, replace_paused(delivery, paused))


def replace_paused(delivery: Delivery, paused: bool) -> Delivery:
    return delivery.model_copy(update={"paused": paused})


def write(store: Store, viewer: Viewer, name: str, text: str, *, way: str = "browser", new: bool = False) -> Delivery:
    """Keep a description, as TOML. new: refused where there is one of that name. Raises NotAllowed, DescriptionWrong."""
    may_configure(viewer)
    delivery = description.parse(text)
    may_configure(viewer, delivery)
    if new and description.place(store.path, name).exists():
        raise DescriptionWrong(tr("There is a delivery {name!r} already: change that one, or take another name.", name=name))
    description.place(store.path, name)
    if others := beside.in_its_table(store.path, name, delivery):
        raise DescriptionWrong(" ".join(beside.told(others[0], delivery)))
    told = {"delivery": name, "report": delivery.report, "target": delivery.target.kind}
    certain(store, "configure", viewer.signs(way), kind=KIND, object=OBJECT, detail=told)
    description.save(store.path, name, delivery)
    return delivery


def remove(store: Store, viewer: Viewer, name: str, *, way: str = "browser") -> None:
    """Take a delivery away; what it delivered stays where it is, and its log stays here. Raises NotAllowed, DescriptionWrong."""
    may_configure(viewer)
    path = description.place(store.path, name)
    if not path.exists():
        description.load(store.path, name)
    certain(store, "configure", viewer.signs(way), kind=KIND, object=OBJECT, detail={"delivery": name, "removed": True})
    path.unlink(missing_ok=True)
    journal.read(store.path, name).path.unlink(missing_ok=True)
