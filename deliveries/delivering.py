"""One delivery, from the report to what became of it: rights, rows, what changed, the target, the log. A kill anywhere doubles nothing."""

import importlib
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

from data.access.provider import is_configured
from data.access.rights import viewer_of
from data.settings import current_settings
from data.store.store import Store
from data.viewer import EVERYONE, EXPORT, NotAllowed, Viewer
from data.work.digests import groups_told
from deliveries import beside, endpoints, files, journal, leaving, log
from deliveries.description import Delivery, Endpoint, Folder, SqlTable, load
from deliveries.failing import DeliveryFailed, Sent
from deliveries.journal import DELIVERED, FAILED, GONE, NOTHING_NEW, Journal, Open
from deliveries.leaving import Gone
from deliveries.parcel import Parcel, flat, packed, plain
from language import speaking, tr, tr_n
from language.catalogue import ENGLISH
from reports.catalogue import run
from reports.files.exports import Export, hand_out
from reports.report import Report
from reports.rights import KIND_OF
from sources.secrets import SecretMissing, secret

WAY = "delivery"
SHOWN, TOLD, PIECE = 10, 20, 200  # rows that are shown; rejected ones that are told; characters of an error
FEW = 10  # rows that may go without a question, where others stay
_running: dict[tuple[Path, str], threading.Lock] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Told:
    """What became of a delivery, or would of a dry run. rows: taken, or to be sent, with those that are emptied. of: how many there were in
    all. first: the first rows as they would be there. gone: rows that were delivered and are in the report no more, with what becomes of
    them; gone_keys: the first of them."""

    delivery: str
    outcome: str
    rows: int = 0
    delivery_id: str = ""
    problem: str = ""
    what_to_do: str = ""
    of: int = 0
    attempts: int = 0
    first: tuple[dict[str, Any], ...] = field(default=())
    gone: int = 0
    gone_keys: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"first": list(self.first), "gone_keys": list(self.gone_keys)}


class RunsAlready(DeliveryFailed):
    """The same delivery is on its way."""


def _tables() -> ModuleType:
    """What writes to databases; loaded by the first that needs it."""
    return importlib.import_module("deliveries.tables")


@contextmanager
def _alone(store: Store, name: str) -> Generator[None]:
    """One run of a delivery at a time."""
    with _lock:
        own = _running.setdefault((store.path, name), threading.Lock())
    if not own.acquire(blocking=False):
        raise RunsAlready(tr("{name} is being delivered already.", name=name), tr("Wait until it is done."), 0)
    try:
        yield
    finally:
        own.release()


def deliver(
    store: Store, name: str, now: datetime, *, by: Viewer | None = None, everything: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Told:  # fmt: skip
    """Send a report where its delivery says; what became of it, which is in the log, too.

    by: who asked for it, where somebody did: the export is written down as theirs, and they may see no more of it than the delivery does.
    everything: as if nothing had been delivered before. Raises DescriptionWrong and NotAllowed; what fails later is told.
    """
    delivery = load(store.path, name)
    with _alone(store, name), speaking(ENGLISH):  # whoever asks: targets and the log are told the same by all
        known = journal.read(store.path, name, to_write=True)
        _write_down(store, known)
        if everything:
            known.doubt()
        try:
            leaving.forget_erased(store, known)
            return _sent(store, name, delivery, known, now, by, everything, sleep)
        except Exception as error:  # also what nobody foresaw: a full disk speaks through whatever was writing
            return _failed(store, name, delivery, known, now, _as_failed(error))


def _as_failed(error: Exception) -> DeliveryFailed:
    if isinstance(error, DeliveryFailed):
        return error
    if isinstance(error, NotAllowed):
        return DeliveryFailed(str(error), tr("Name somebody who may export it as on_behalf_of."), 0)
    if isinstance(error, (SecretMissing, ValueError)):
        return DeliveryFailed(str(error), "", 0)
    why = " ".join(str(error).split())[:PIECE] or type(error).__name__
    return DeliveryFailed(tr("It broke off: {why}.", why=why.rstrip(".")), tr("It is tried again; see that the disk has room."), 0)


def _sent(
    store: Store, name: str, delivery: Delivery, known: Journal, now: datetime, by: Viewer | None, everything: bool,
    sleep: Callable[[float], None],
) -> Told:  # fmt: skip
    if other := beside.who_was_there(store.path, name, delivery):
        raise DeliveryFailed(*beside.told(other, delivery), 0)
    given = _secret(delivery)
    left_behind = _follow(delivery, known)
    _settle(store, name, delivery, known, given, now)
    _see_what_is_lost(delivery, known, name, given)
    report, viewer = asked(store, delivery, now.date())
    parcel, gone = _parcel(name, delivery, report, known, now)
    if not everything:
        _see_that_it_is_meant(delivery, parcel, gone, known)
    places = [*places_to_send(delivery, parcel, known)]
    about_gone = both(left_behind, leaving.told(delivery, gone))
    if not _has_news(delivery, parcel, places, gone, known):
        return _ended(store, known, _entry(delivery, parcel, NOTHING_NEW, now, Sent(0, 0), about_gone), gone, of=len(parcel.rows))
    hand_out(store, by if by and by.person else viewer, WAY, _export(name, delivery, report, len(places)))
    if known.open is None or known.open.delivery_id != parcel.delivery_id:
        begun = _opened(delivery, parcel, gone, now, len(places), about_gone)
        known.begin(begun, leaving.named(delivery, parcel))
    sent = _to_target(store, delivery, known, parcel, gone, places, given, everything, sleep)
    if sent.rejected and len(sent.rejected) == len(parcel.rows):
        raise _nothing_taken(parcel, sent)
    told = both(about_gone, _rejected(parcel, sent))
    outcome = NOTHING_NEW if _is_append(delivery) and not sent.rows else DELIVERED
    return _ended(store, known, _entry(delivery, parcel, outcome, now, sent, told), gone, of=len(parcel.rows))


def _follow(delivery: Delivery, known: Journal) -> tuple[str, str]:
    """See what is still known where a delivery goes elsewhere, or says something else, than before; what is left behind, and what to do."""
    told = ("", "")
    if known.place and known.place != delivery.place:
        told = leaving.left_behind(known)
        known.forget()
    elif known.aimed and known.aimed != delivery.aimed:
        known.doubt()
    return told


def _see_what_is_lost(delivery: Delivery, known: Journal, name: str, given: str) -> None:
    target = delivery.target
    if not _is_lost(delivery, known, name, given):
        return
    if isinstance(target, SqlTable) and _tables().is_there(given, target):
        known.doubt()
    else:
        known.forget()


def _is_lost(delivery: Delivery, known: Journal, name: str, given: str) -> bool:
    """Whether a table has no more what it was told, since it is another one, or was put back to an earlier day: where rows are left out
    because it has them, that must be known."""
    target = delivery.target
    if not isinstance(target, SqlTable) or not known.newest:
        return False
    if target.write == "append":
        return not _tables().is_there(given, target)
    relies = delivery.only_changes or GONE in known.rows.values()
    if not relies:
        return False
    there = _tables().is_there(given, target) and _tables().has(given, target, name, known.newest)
    return not there or _tables().lacks(given, target, delivery.key, {key for key, said in known.rows.items() if said != GONE})


def _see_that_it_is_meant(delivery: Delivery, parcel: Parcel, gone: Gone, known: Journal) -> None:
    """Raises DeliveryFailed where most of what was delivered would be emptied or deleted, as by a report that lost rows by a mistake."""
    if known.open is not None and known.open.delivery_id == parcel.delivery_id:
        return  # it was meant when it began
    goes = len(known.there) if delivery.holds_all and not parcel.rows else len(gone) if delivery.gone in ("clear", "delete") else 0
    has = len(parcel.rows) - len(gone) if delivery.gone == "clear" else len(parcel.rows)
    if isinstance(delivery.target, Folder) or not goes or (has and (goes < FEW or 2 * goes <= len(known.there))):
        return
    told = tr_n(
        "{n:,} of {of:,} rows that were delivered is in the report no more, and would be emptied or deleted there.",
        "{n:,} of {of:,} rows that were delivered are in the report no more, and would be emptied or deleted there.",
        goes, of=len(known.there),
    )  # fmt: skip
    what_to_do = tr("Nothing was sent. Look at the report; where that is meant, deliver with --everything (API: everything=true).")
    raise DeliveryFailed(told, what_to_do, 0)


def _has_news(delivery: Delivery, parcel: Parcel, places: Sequence[int], gone: Gone, known: Journal) -> bool:
    """Whether there is anything to send. What holds all rows is also told that there are none any more."""
    if _is_append(delivery):
        return bool(places) and known.digest != parcel.digest
    return bool(places) or delivery.holds_all or (delivery.gone == "delete" and bool(gone))


def _settle(store: Store, name: str, delivery: Delivery, known: Journal, given: str, now: datetime) -> None:
    """Of a delivery that broke off: whether it arrived all the same. Then it is told as delivered, and is not sent again."""
    left, target = known.open, delivery.target
    if left is None or isinstance(target, Endpoint):
        return
    there = (
        files.has(store.path, name, target, left.delivery_id)
        if isinstance(target, Folder)
        else _tables().has(given, target, name, left.delivery_id)
    )
    if there:
        known.arrived()
        known.ended(_arrived(name, delivery, left, now), done=True)
        _write_down(store, known)


def _arrived(name: str, delivery: Delivery, left: Open, now: datetime) -> dict[str, Any]:
    """The entry of a delivery that broke off once its target had all of it."""
    return {
        "delivery_id": left.delivery_id, "delivery": name, "report": delivery.report, "began_at": left.began_at,
        "ended_at": now.isoformat(), "outcome": DELIVERED, "rows": left.sends, "attempts": 1, "data_version": left.data_version,
        "digest": left.digest, "target": delivery.where, "problem": left.told[0] or None, "what_to_do": left.told[1] or None,
    }  # fmt: skip


def asked(store: Store, delivery: Delivery, day: date) -> tuple[Report, Viewer]:
    """The report as the person on whose behalf it is may export it. Raises NotAllowed, WrongParameter."""
    found = whose(store, delivery, day)
    viewer = replace(found, owner=delivery.owner or found.owner).allowed(EXPORT, KIND_OF[delivery.report])
    return run(delivery.report, store, viewer, delivery.question()), viewer


def whose(store: Store, delivery: Delivery, day: date) -> Viewer:
    """Whose rights a delivery has: of the person that it names, as of today; where nobody signs in and nobody is named, everyone's."""
    if delivery.on_behalf_of:
        groups = groups_told(day).get(delivery.on_behalf_of.strip().lower(), ())
        return viewer_of(store, delivery.on_behalf_of, groups, day)
    if is_configured(current_settings()):
        raise NotAllowed(tr("The delivery names nobody on whose behalf it is made: say on_behalf_of."))
    return EVERYONE


def _parcel(name: str, delivery: Delivery, report: Report, known: Journal, now: datetime) -> tuple[Parcel, Gone]:
    """The rows, with those that empty others, under a new id; under that of a delivery that broke off where they say the same, so that
    requests can be known again. And what was delivered and is in the report no more."""
    day = report.parameters.get("as_of")
    as_of = day if isinstance(day, date) else None
    delivery_id = f"{name}_{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}_{uuid4().hex[:6]}"
    found = packed(name, delivery, report, delivery_id, as_of, report.data_version)
    gone = leaving.gone(delivery, found, known)
    whole = leaving.carried(delivery, found, gone)
    left = known.open
    if left is None or left.digest != whole.digest:
        return whole, gone
    again = packed(name, delivery, report, left.delivery_id, as_of, left.data_version)
    return leaving.carried(delivery, again, gone), gone


def places_to_send(delivery: Delivery, parcel: Parcel, known: Journal) -> Iterator[int]:
    """Which rows go: all, or those that say what the target was not told; a file or a table that holds all is written anew in any case. A
    row that is gone is told so once."""
    acked = known.open.acked if known.open and known.open.delivery_id == parcel.delivery_id else set()
    for place, (key, said) in enumerate(zip(parcel.keys, parcel.digests, strict=True)):
        always = not delivery.only_changes and said != GONE
        if always or key in acked or known.rows.get(key) != said:
            yield place


def _to_target(
    store: Store, delivery: Delivery, known: Journal, parcel: Parcel, gone: Gone, places: Sequence[int], given: str, everything: bool,
    sleep: Callable[[float], None],
) -> Sent:  # fmt: skip
    target, chosen = delivery.target, parcel.only(places)
    if isinstance(target, Endpoint):
        acked = known.open.acked if known.open else set()
        whole = ([place for place in page if chosen.keys[place] not in acked] for page in endpoints.chunks(target, len(places)))
        sent = endpoints.send(target, given, chosen, [page for page in whole if page], lambda took: known.took(took.said), sleep=sleep)
        return Sent(sent.rows, sent.attempts, tuple((places[place], why) for place, why in sent.rejected))
    if isinstance(target, Folder):
        sent = files.send(store.path, delivery, target, chosen)
    else:
        out = {*gone} if delivery.gone == "delete" else set()
        sent = _tables().send(given, delivery, target, chosen, gone_from=out, everything=everything, sleep=sleep)
    known.arrived()
    return sent


def _is_append(delivery: Delivery) -> bool:
    return isinstance(delivery.target, SqlTable) and delivery.target.write == "append"


def _opened(delivery: Delivery, parcel: Parcel, gone: Gone, now: datetime, sends: int, told: tuple[str, str]) -> Open:
    out = dict.fromkeys(gone, GONE) if delivery.gone == "delete" else {}
    planned = {} if isinstance(delivery.target, Endpoint) else parcel.said | out
    return Open(
        parcel.delivery_id, parcel.digest, str(parcel.as_of), parcel.data_version, now.isoformat(), planned=planned,
        whole=delivery.holds_all, aimed=delivery.aimed, place=delivery.place, sends=sends, told=told,
    )  # fmt: skip


def _secret(delivery: Delivery) -> str:
    """The secret that the target names. Raises SecretMissing."""
    name = getattr(delivery.target, "secret", None)
    return secret(name) if name else ""


def _export(name: str, delivery: Delivery, report: Report, rows: int) -> Export:
    target = delivery.target
    kind = target.format if isinstance(target, Folder) else "sql" if isinstance(target, SqlTable) else "http"
    asked = {**report.parameters, "delivery": name}
    return Export(report.name, KIND_OF[report.name], (kind,), rows, asked, report.data_version)


def _entry(delivery: Delivery, parcel: Parcel, outcome: str, now: datetime, sent: Sent, told: tuple[str, str] = ("", "")) -> dict[str, Any]:
    return {
        "delivery_id": parcel.delivery_id, "delivery": parcel.delivery, "report": parcel.report, "began_at": now.isoformat(),
        "ended_at": datetime.now(UTC).isoformat(), "outcome": outcome, "rows": sent.rows, "attempts": sent.attempts,
        "data_version": parcel.data_version, "digest": parcel.digest, "target": delivery.where, "problem": told[0] or None,
        "what_to_do": told[1] or None,
    }  # fmt: skip


def _rejected(parcel: Parcel, sent: Sent) -> tuple[str, str]:
    """What the target said of rows that it did not take, and what to do."""
    if not sent.rejected:
        return "", ""
    names = parcel.key or tuple(parcel.columns)[:1]
    told = [f"{', '.join(str(parcel.rows[place][name]) for name in names)}: {why}" for place, why in sent.rejected[:TOLD]]
    more = f"; ... {len(sent.rejected) - TOLD:,}" if len(sent.rejected) > TOLD else ""
    said = tr_n("{n:,} row was rejected: {rows}", "{n:,} rows were rejected: {rows}", len(sent.rejected), rows="; ".join(told) + more)
    return said, tr("All others are there. Put these right; the next delivery tries them again.")


def _nothing_taken(parcel: Parcel, sent: Sent) -> DeliveryFailed:
    told, _ = _rejected(parcel, sent)
    return DeliveryFailed(told, tr("None was taken: look at what it says, at `fields`, and at what exists there."), sent.attempts)


def both(one: tuple[str, str], other: tuple[str, str]) -> tuple[str, str]:
    """Two things to be known, and what to do about them, as one."""
    return f"{one[0]} {other[0]}".strip(), f"{one[1]} {other[1]}".strip()


def _ended(store: Store, known: Journal, entry: Mapping[str, Any], gone: Gone, *, of: int) -> Told:
    known.ended(entry, done=True)
    _write_down(store, known)
    return Told(
        entry["delivery"], entry["outcome"], entry["rows"], entry["delivery_id"], entry["problem"] or "", entry["what_to_do"] or "", of,
        entry["attempts"], gone=len(gone), gone_keys=leaving.first(gone),
    )  # fmt: skip


def _failed(store: Store, name: str, delivery: Delivery, known: Journal, now: datetime, why: DeliveryFailed) -> Told:
    """Write down what stopped it; what the target took by then stays known, and is not sent again."""
    left = known.open
    kept = len(left.acked) if left else 0
    entry = {
        "delivery_id": f"{left.delivery_id if left else name} failed {now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}", "delivery": name,
        "report": delivery.report, "began_at": now.isoformat(), "ended_at": datetime.now(UTC).isoformat(), "outcome": FAILED, "rows": kept,
        "attempts": why.attempts, "data_version": left.data_version if left else store.version(), "digest": left.digest if left else None,
        "target": delivery.where, "problem": why.reason, "what_to_do": why.what_to_do or None,
    }  # fmt: skip
    known.ended(entry, done=False, wait_until=why.try_again_at.isoformat() if why.try_again_at else None)
    _write_down(store, known)
    return Told(name, FAILED, kept, entry["delivery_id"], why.reason, why.what_to_do, attempts=why.attempts)


def _write_down(store: Store, known: Journal) -> None:
    """Entries that are not in the store's log yet, as after a kill."""
    for delivery_id, entry in list(known.unwritten.items()):
        log.add(store, entry)
        known.written(delivery_id)
    if known.path.exists():
        known.compact()


def dry_run(store: Store, name: str, now: datetime, *, reach: bool = True) -> Told:
    """What a delivery would do, with its first rows; nothing is sent or written. reach: also see whether the target would take it. Raises
    DescriptionWrong."""
    delivery = load(store.path, name)
    known = journal.read(store.path, name)
    with speaking(ENGLISH):
        return _tried(store, name, delivery, known, now, reach=reach)


def _tried(store: Store, name: str, delivery: Delivery, known: Journal, now: datetime, *, reach: bool) -> Told:
    try:
        report, _ = asked(store, delivery, now.date())
        parcel, gone = _parcel(name, delivery, report, known, now)
        _see_that_it_is_meant(delivery, parcel, gone, known)
        places = [*places_to_send(delivery, parcel, known)]
        first = tuple(_shown(delivery, parcel, place) for place in places[:SHOWN])
        if reach:
            _reach(store, delivery, parcel)
        outcome = "would be delivered" if _has_news(delivery, parcel, places, gone, known) else NOTHING_NEW
        told = leaving.told(delivery, gone)
        n, keys = len(gone), leaving.first(gone)
        return Told(name, outcome, len(places), "", *told, of=len(parcel.rows), first=first, gone=n, gone_keys=keys)
    except (DeliveryFailed, NotAllowed, SecretMissing, ValueError) as error:
        why = _as_failed(error)
        return Told(name, FAILED, problem=why.reason, what_to_do=why.what_to_do)


def _shown(delivery: Delivery, parcel: Parcel, place: int) -> dict[str, Any]:
    if isinstance(delivery.target, Endpoint):
        from deliveries.crm import fields_of

        return fields_of(delivery.target, parcel, place)
    lists = isinstance(delivery.target, Folder) and delivery.target.format == "jsonl"
    return {
        name: as_is if lists else flat(as_is) for name, unit in parcel.columns.items() for as_is in (plain(parcel.rows[place][name], unit),)
    }


def _reach(store: Store, delivery: Delivery, parcel: Parcel) -> None:
    """Raises where the secret is missing, or the target would not take the rows. An endpoint is not asked: that would be a delivery."""
    given, target = _secret(delivery), delivery.target
    if isinstance(target, Folder):
        files.check(store.path, delivery, target, parcel)
    elif isinstance(target, SqlTable):
        _tables().check(given, delivery, target, parcel)
