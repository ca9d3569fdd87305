"""Consenting, refusing, withdrawing and reminding. The last consent does the deed in its own transaction; what has changed since it was
asked for is done by nobody."""

from datetime import UTC, datetime, timedelta
from typing import Any

from data.access.people import same
from data.access.rights import viewer_among
from data.approvals import approvers, gate, kinds
from data.approvals.approvers import NotYours
from data.approvals.requests import CONSENT, DO, OUTDATE, REFUSE, REMIND, WAITING, WITHDRAW, Event, Request, add, requests
from data.approvals.rules import Rules
from data.store.edits import EditRefused
from data.store.store import DiskFull, Store, StoreError
from data.viewer import APPROVE, NotAllowed, Viewer
from language import InLanguage, mark, speaking, tr

WAY = "browser"  # how consent comes in where the viewer does not say
REMINDED_EVERY = timedelta(hours=20)
ENDED = InLanguage(
    {
        "consented": mark("Request {number} was consented to already, and waits for who asked to do it."),
        "done": mark("Request {number} is done already."),
        "refused": mark("Request {number} was refused already."),
        "withdrawn": mark("Request {number} was withdrawn."),
        "outdated": mark("Request {number} is outdated: ask anew."),
    }
)


class Outdated(EditRefused):
    """What was asked for is no longer what it was; the request is closed, and nothing was done."""


def one(store: Store, number: int) -> Request:
    """A request by its number. Raises EditRefused where there is none."""
    found = requests(store).get(number)
    if found is None:
        raise EditRefused(tr("There is no request {number}.", number=number))
    return found


def consent(store: Store, number: int, viewer: Viewer, at: datetime | None = None, way: str = WAY) -> Request:
    """Consent to a request at the level at which it waits; the last consent does the deed.

    Raises NotYours for who may not, Outdated where it is another deed by now (then the request is closed), EditRefused where it waits no
    more. Then nothing is done, and no consent kept.
    """
    now = at or datetime.now(UTC)
    request, _ = _asked_of(store, number, viewer, now)
    try:
        with kinds.KINDS[request.kind].prepared(store, request.about, now) as ready, store.alone():
            request, voice = _asked_of(store, number, viewer, now)
            rules = gate.rules_of(store)
            with speaking("en"):  # it is kept
                why = _why_outdated(store, request, rules, ready, now)
            if why:
                raise Outdated(why)
            _write(store, request, voice, viewer, ready, now, way)
    except (Outdated, StoreError, EditRefused) as error:
        if isinstance(error, NotYours | gate.RulesUnusable | DiskFull) or one(store, number).state != WAITING:
            raise
        raise _closed(store, request, viewer, str(error), now, way) from None
    return _after(store, number)


def _asked_of(store: Store, number: int, viewer: Viewer, now: datetime) -> tuple[Request, str]:
    """A request that waits for this viewer, and in whose place they consent."""
    request, who = one(store, number), approvers.person_of(viewer)
    _check_waits(request)
    viewer.for_whole_company(APPROVE, kinds.KINDS[request.kind].of)
    return request, approvers.voice_of(request, who, gate.rules_of(store), approvers.everybody(store), now.date())


def _check_waits(request: Request) -> None:
    if request.state != WAITING:
        raise EditRefused(ENDED[request.state].format(number=request.number))


def _why_outdated(store: Store, request: Request, rules: Rules, ready: Any, now: datetime) -> str:
    """Why a request is not what it was when it was asked for; empty where it is."""
    if why := _why_asker_may_not(store, request, now):
        return why
    effect = gate.measure(store, request.kind, request.about, ready, request.effect.day)
    if effect.fingerprint != request.effect.fingerprint:
        return tr("Outdated: what this would change is something else by now. Nothing was done; ask anew.")
    if gate.levels_of(gate.rules_about(rules, request.kind, request.about), effect) != request.levels:
        return tr("Outdated: by now others have to consent to this. Nothing was done; ask anew.")
    return ""


def _why_asker_may_not(store: Store, request: Request, now: datetime) -> str:
    """Why who asked may not do it any more: they left, or lost the right."""
    asking = _asker(store, request, now)
    if not asking.rights:
        return tr("Outdated: {who}, who asked for this, may not do anything here any more. Nothing was done.", who=request.asked_by)
    try:
        kinds.KINDS[request.kind].may(store, request.about, asking)
    except (NotAllowed, EditRefused):
        return tr("Outdated: {who}, who asked for this, may not do it any more. Nothing was done.", who=request.asked_by)
    return ""


def _asker(store: Store, request: Request, now: datetime) -> Viewer:
    """Who asked, with what they may do now."""
    known = approvers.everybody(store)
    return viewer_among(known.found, list(known.owners), request.asked_by, known.groups.get(request.asked_by, ()), now.date())


def _write(store: Store, request: Request, instead_of: str, viewer: Viewer, ready: Any, now: datetime, way: str) -> None:
    """The consent, and with the last one the deed, in one transaction; the deed is that of who asked."""
    kind, detail = kinds.KINDS[request.kind], {"level": request.level + 1} | ({"instead_of": instead_of} if instead_of else {})
    signed, who = viewer.signs(way), same(viewer.person)
    asking = _asker(store, request, now).signs(way)
    with store.writing() as cursor:
        add(cursor, Event(request.number, CONSENT, now, who, detail), request.kind, signed, store.path)
        if request.level + 1 == len(request.levels) and kind.do:
            came_of = kind.do(store, cursor, request.about, ready, asking)
            add(cursor, Event(request.number, DO, now, who, {"came_of": came_of}), request.kind, signed, store.path)


def _closed(store: Store, request: Request, viewer: Viewer, why: str, now: datetime, way: str) -> Outdated:
    """Close a request that cannot be done any more."""
    _end(store, request, OUTDATE, viewer, why, now, way)
    return Outdated(why)


def refuse(store: Store, number: int, viewer: Viewer, why: str, at: datetime | None = None, way: str = WAY) -> Request:
    """Refuse a request at the level at which it waits, with a reason: it is closed. Raises NotYours, EditRefused."""
    now = at or datetime.now(UTC)
    if not why.strip() or len(why) > gate.LONGEST:
        raise EditRefused(tr("Say why you refuse, in {most} characters at most.", most=gate.LONGEST))
    with store.alone():
        request, _ = _asked_of(store, number, viewer, now)
        _end(store, request, REFUSE, viewer, why.strip(), now, way)
    return _after(store, number)


def withdraw(store: Store, number: int, viewer: Viewer, at: datetime | None = None, way: str = WAY) -> Request:
    """Take one's own request back, as long as it is open. Raises EditRefused for that of somebody else."""
    with store.alone():
        request, who = one(store, number), approvers.person_of(viewer)
        if who != request.asked_by:
            raise NotYours(tr("Request {number} was asked by somebody else. Refuse it, where it waits for you.", number=number))
        if not request.is_open:
            _check_waits(request)
        _end(store, request, WITHDRAW, viewer, "", at or datetime.now(UTC), way)
    return _after(store, number)


def remind(store: Store, number: int, viewer: Viewer, at: datetime | None = None, way: str = WAY) -> Request:
    """Bring one's own request to the mind of those for whom it waits. Raises EditRefused where that was just done."""
    now = at or datetime.now(UTC)
    with store.alone():
        request, who = one(store, number), approvers.person_of(viewer)
        _check_waits(request)
        if who != request.asked_by:
            raise NotYours(tr("Request {number} was asked by somebody else.", number=number))
        if request.reminded_at and now - request.reminded_at < REMINDED_EVERY:
            raise EditRefused(tr("They were reminded today already."))
        with store.writing() as cursor:
            add(cursor, Event(number, REMIND, now, who), request.kind, viewer.signs(way), store.path)
    return one(store, number)


def is_due(request: Request, rules: Rules, now: datetime) -> bool:
    """Whether those for whom a request waits are reminded: who asked has done so, or it has waited for as long as the file says."""
    late = rules.remind_after is not None and now - request.waits_since >= timedelta(days=rules.remind_after)
    return request.state == WAITING and (late or (request.reminded_at or request.waits_since) > request.waits_since)


def _end(store: Store, request: Request, action: str, viewer: Viewer, why: str, now: datetime, way: str) -> None:
    with store.writing() as cursor:
        event = Event(request.number, action, now, same(viewer.person), {"why": why})
        add(cursor, event, request.kind, viewer.signs(way), store.path)


def _after(store: Store, number: int) -> Request:
    """The request as it is now; what was kept for it goes once it is closed."""
    request = one(store, number)
    if not request.is_open:
        kinds.KINDS[request.kind].ended(store, request)
    return request
