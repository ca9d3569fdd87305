"""Deliveries of webhooks: the one door of the API that takes neither cookie nor token, and opens nothing but the queue of one source.

Asked in this order, so that what is not ours costs little: is there such a source, has it room, do the headers show a signature at all,
is the body of a size that events have; then the body is read and held against its signature. What is taken in is on the disk before it is
answered for; a thread beside imports it.

Answers: 200 kept, known already, or not used; 400 signed right and no event; 401 not signed right, without why; 404 no such source; 409
signed right, of a time too far from now, so that who sends signs anew; 413 too large; 503 come again (Retry-After): too many at once, the
queue is full, no secret here. 503 and not 429, since some who send try again after 5xx alone.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, HTTPException, Request
from prometheus_client import Counter as Counted
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect

from data import kept_webhooks
from data.kept_webhooks import Kept, KeptUnreadable
from data.store import open_stores
from data.store.store import Store, StoreError
from data.work.pulls import FAILED, WAITING, Pulled
from server.operation.figures import registry
from server.operation.logs import say
from sources.keys import SourceError
from sources.secrets import SecretMissing
from sources.webhooks.bringing import bring, is_due
from sources.webhooks.events import NoEvent
from sources.webhooks.hook import Hook, hook_of, hooks
from sources.webhooks.signatures import TooOld, Unsigned

MOST = 1 << 20  # bytes of one delivery; vendors send at most a quarter of that
A_SECOND, AT_ONCE = 200, 2_000  # deliveries of one source, on average and in a burst
PATIENCE = 10  # seconds within which a body has come; who sends slower is cut off
AT_WORK = 4  # deliveries that are written at a time: the disk writes one after the other
SECONDS = 5.0  # between two looks at what was kept
TOLD_EVERY = 60.0  # seconds between two lines of the log of one kind about one source
DELIVERIES = Counted("holdfast_webhook_deliveries", "Deliveries of webhooks.", ["source", "outcome"], registry=registry)
NO_SUCH = "There is no webhook here."
NOT_SIGNED = "Not signed as agreed."
TOO_OLD = "Signed at another time than now. Sign it anew, and send it again."
TOO_LARGE = f"More than {MOST >> 10:,} KB."
COME_AGAIN = "Come again later."
LATER = {"Retry-After": "30"}
T = TypeVar("T")
router = APIRouter()


@dataclass
class Flow:
    """How many deliveries may still come at once: it fills up by so many a second."""

    left: float = AT_ONCE
    at: float = field(default_factory=time.monotonic)

    def has_room(self, now: float) -> bool:
        self.left, self.at = min(AT_ONCE, self.left + (now - self.at) * A_SECOND), now
        has = self.left >= 1
        self.left -= has
        return has


class Flows:
    """The flow of each source."""

    def __init__(self) -> None:
        self._known: dict[str, Flow] = {}
        self._lock = threading.Lock()

    def of(self, name: str) -> Flow:
        with self._lock:
            return self._known.setdefault(name, Flow())


class Troubles:
    """How often something was wrong since that was last told, by source and kind."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], float] = {}
        self._times: Counter[tuple[str, str]] = Counter()

    def told(self, source: str, outcome: str) -> int:
        """How often it was, where it is to be told now; 0 where it was told less than a minute ago."""
        mark, now = (source, outcome), time.monotonic()
        self._times[mark] += 1
        if now - self._at.get(mark, -TOLD_EVERY) < TOLD_EVERY:
            return 0
        self._at[mark] = now
        return self._times.pop(mark)


flows, _troubles = Flows(), Troubles()
_places: list[CapacityLimiter] = []


@router.post("/webhooks/{name}", responses={400: {}, 401: {}, 404: {}, 409: {}, 503: {}})
async def webhook(name: str, request: Request) -> dict:
    """A delivery of a webhook, signed as its source says. 200 once it is on the disk, and for one that is known already or not used."""
    hook = await _aside(partial(known, name))
    await _aside(partial(may_begin, hook, request.headers))
    body = await _body(request)
    return {"outcome": await _aside(partial(taken, hook, request.headers, body, datetime.now(UTC)))}


async def _aside(work: Callable[[], T]) -> T:
    """Do it beside the requests, as few at a time as the disk can take, and never in the places that reports wait for."""
    _places.extend([] if _places else [CapacityLimiter(AT_WORK)])
    return await to_thread.run_sync(work, limiter=_places[0])


def known(name: str) -> Hook:
    """The source of a name. Raises HTTPException where there is none that is a webhook, and where it cannot be read."""
    try:
        found = hook_of(open_stores.path_of("own"), name)
    except SourceError as error:
        say(f"Webhook {name}: {error}")
        raise HTTPException(503, COME_AGAIN, LATER) from None
    if found is None:
        raise HTTPException(404, NO_SUCH)
    return found


def may_begin(hook: Hook, headers: Headers) -> None:
    """What is asked before a body is read. Raises HTTPException."""
    if not flows.of(hook.name).has_room(time.monotonic()):
        raise _refused(hook, 503, COME_AGAIN, "too many at once", f"More than {A_SECOND} a second came and were sent back.")
    if int(headers.get("content-length") or 0) > MOST:
        raise _refused(hook, 413, TOO_LARGE, "too large", f"A delivery of more than {MOST >> 10:,} KB was refused.")
    try:
        hook.scheme.shown(headers)
    except Unsigned:
        raise _unsigned(hook) from None


async def _body(request: Request) -> bytes:
    """The body, as far as it may go, and as long as it may take. Raises HTTPException."""
    so_far = bytearray()
    try:
        with anyio.fail_after(PATIENCE):
            async for piece in request.stream():
                so_far += piece
                if len(so_far) > MOST:
                    raise HTTPException(413, TOO_LARGE)
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408, COME_AGAIN) from None
    return bytes(so_far)


def taken(hook: Hook, headers: Headers, body: bytes, now: datetime) -> str:
    """What became of a delivery: kept, repeated, or not used. Raises HTTPException."""
    try:
        shown = hook.scheme.checked(headers, body, hook.secrets(), now, hook.tolerance)
        event = hook.event(body, shown)
        outcome = "not used" if event is None else _kept(hook).keep(event, now)
    except Unsigned:
        raise _unsigned(hook) from None
    except TooOld as old:
        off = f"{-old.off.total_seconds():+,.0f} seconds"
        why = f"A delivery was signed {off} from the clock of this machine, and was sent back. Is that clock right?"
        raise _refused(hook, 409, TOO_OLD, "too old", why) from None
    except NoEvent as none:
        raise _refused(hook, 400, str(none), "no event", f"A delivery that was signed right is no event: {none}") from None
    except (SecretMissing, KeptUnreadable) as missing:
        raise _refused(hook, 503, COME_AGAIN, "not ready", str(missing)) from None
    if outcome == "full":
        raise _refused(hook, 503, COME_AGAIN, "full", "What came waits, and there is no room for more. See the page Sources.")
    DELIVERIES.labels(hook.name, outcome).inc()
    return outcome


def _unsigned(hook: Hook) -> HTTPException:
    why = "A delivery is not signed as agreed. Is the secret the one of the sender, and is several events in one delivery switched off?"
    return _refused(hook, 401, NOT_SIGNED, "not signed", why)


def _refused(hook: Hook, status: int, answer: str, outcome: str, why: str) -> HTTPException:
    """The refusal, counted, and told in the log at most once a minute for each kind of each source: it may come as fast as others like."""
    DELIVERIES.labels(hook.name, outcome).inc()
    if times := _troubles.told(hook.name, outcome):
        say(f"Webhook {hook.name}: {why}{f' ({times:,} times)' if times > 1 else ''}")
    return HTTPException(status, answer, LATER if status == 503 else None)


def _kept(hook: Hook) -> Kept:
    try:
        return kept_webhooks.of(open_stores.path_of("own"), hook.name)
    except KeptUnreadable as error:
        raise _refused(hook, 503, COME_AGAIN, "not ready", str(error)) from None


class Importing(threading.Thread):
    """Imports what was kept, every few seconds: a source after the other, each as its `every` says; one that fails ends no other."""

    def __init__(self, store: Callable[[], Store], seconds: float = SECONDS) -> None:
        super().__init__(name="webhooks", daemon=True)
        self.store, self.seconds, self.ended = store, seconds, threading.Event()

    @classmethod
    def begin(cls) -> "Importing":
        """Begin to import into the own store, which is made when the first event is kept."""
        begun = cls(lambda: open_stores.store("own"))
        begun.start()
        return begun

    def run(self) -> None:
        while not self.ended.wait(self.seconds):
            self.look(datetime.now(UTC))

    def look(self, now: datetime) -> list[Pulled]:
        """Import what is due; what came of each batch."""
        return [one for hook in hooks(open_stores.path_of("own")) if not self.ended.is_set() for one in self._one(hook, now)]

    def _one(self, hook: Hook, now: datetime) -> list[Pulled]:
        try:
            kept = kept_webhooks.of(open_stores.path_of("own"), hook.name)
            if not kept.waiting().events or not is_due(self.store(), hook, kept, now):
                return []
            found = bring(self.store(), hook, kept, lambda: datetime.now(UTC), self.ended.is_set)
        except Exception as error:  # a fault of one must not end the others
            if _troubles.told(hook.name, "import"):
                say(f"Webhook {hook.name}: what came waits: {error if isinstance(error, StoreError | OSError) else type(error).__name__}")
            return []
        for one in found:
            if one.outcome in (FAILED, WAITING):
                say(f"Webhook {one.source}: {one.outcome}: {one.problem}")
        return found

    def stop(self) -> None:
        """End it; a batch that is being written is finished first."""
        self.ended.set()
        if self.is_alive():
            self.join()
        kept_webhooks.close_all()
