"""To an HTTP endpoint: in pages or row by row, each request with a key by which it is known again, rejected rows told one by one."""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import httpx2

from deliveries.crm import NotThere, Verdict, page_of, path_of, verdict_of
from deliveries.description import Endpoint
from deliveries.failing import DeliveryFailed, Sent
from deliveries.journal import GONE
from deliveries.parcel import Parcel
from language import tr
from sources.retry_after import asked_to_wait
from sources.secrets import hidden

TRIES, FIRST_WAIT, LONGEST_WAIT = 5, 1.0, 60.0  # seconds; who asks for more is asked again later
AGAIN = (408, 425, 429, 500, 502, 503, 504)
NOT_THERE = 404
REJECTED = (400, 404, 409, 413, 422)  # of what was sent: looked for row by row
NONE_TAKEN = 10  # rows that are rejected before any is taken: then it is not about rows
LONGEST_ANSWER = 4_000_000  # bytes
OF_THE_WAY = ("content-encoding", "content-length", "transfer-encoding")  # which say nothing of what was read
PIECE = 200  # characters of an answer that are told
Took = Callable[[Parcel], object]


@dataclass
class Sending:
    """One delivery on its way. took: is told of rows as soon as the endpoint has them."""

    target: Endpoint
    secret: str
    parcel: Parcel
    took: Took
    client: httpx2.Client
    sleep: Callable[[float], None]
    now: Callable[[], datetime]
    attempts: int = 0
    rows: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)

    def page(self, places: Sequence[int]) -> None:
        """Send rows; where the endpoint rejects them without saying which, in halves, until it is known."""
        answer = self._answered(self.parcel.only(places))
        if answer.status_code in REJECTED and len(places) > 1:
            self._halves(places)
            return
        if answer.status_code in REJECTED:
            why = _piece(answer)
            self._reject(places[0], NotThere(why) if answer.status_code == NOT_THERE and self.target.shape == "rows" else why)
            return
        verdict = verdict_of(self.target, self.parcel.only(places), answer)
        if verdict is None:
            self._halves(places) if len(places) > 1 else self._reject(places[0], _piece(answer))
            return
        self._keep(places, verdict)

    def _halves(self, places: Sequence[int]) -> None:
        middle = len(places) // 2
        self.page(places[:middle])
        self.page(places[middle:])

    def _keep(self, places: Sequence[int], verdict: Verdict) -> None:
        taken = [place for at, place in enumerate(places) if at not in verdict]
        if taken:
            self.took(self.parcel.only(taken))
            self.rows += len(taken)
        for at, why in verdict.items():
            self._reject(places[at], why)

    def _reject(self, place: int, why: str) -> None:
        if isinstance(why, NotThere) and self.parcel.digests[place] == GONE:  # nothing of it is left that could be taken for true
            self.took(self.parcel.only([place]))
            self.rows += 1
            return
        self.rejected.append((place, _without(why, self.secret)))
        if not self.rows and len(self.rejected) >= NONE_TAKEN:
            told = tr("The endpoint rejects every row: {why}", why=self.rejected[0][1])
            raise DeliveryFailed(told, tr("Look at `fields` and at the properties that exist there; nothing was taken."), self.attempts)

    def _answered(self, parcel: Parcel) -> httpx2.Response:
        """The answer to one request, asked again where that makes sense. Raises DeliveryFailed for what stops all of them."""
        path, body = path_of(self.target, parcel), json.dumps(page_of(self.target, parcel), ensure_ascii=False).encode()
        key = sha256(f"{parcel.delivery_id} {' '.join(f'{one}:{two}' for one, two in parcel.said.items())}".encode()).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Idempotency-Key": key,
            **_signed(self.target, self.secret),
        }
        for attempt in range(1, TRIES + 1):
            self.attempts += 1
            wait = FIRST_WAIT * 2 ** (attempt - 1)
            try:
                answer = self._read(path, body, headers)
            except httpx2.HTTPError as error:
                told = _without(str(error) or type(error).__name__, self.secret).rstrip(".")
                why = tr("The endpoint did not answer. The system says: “{told}”.", told=told)
            else:
                if answer.status_code not in AGAIN:
                    self._stop_at(answer)
                    return answer
                why = tr("The endpoint answered {status}.", status=answer.status_code)
                wait = self._asked_to_wait(answer, wait)
            if attempt < TRIES:
                self.sleep(wait)
        raise DeliveryFailed(why, tr("What it took stays; the rest is sent once it answers again."), self.attempts)

    def _read(self, path: str, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
        """The whole answer, which may be neither endless nor come byte by byte for ever. Raises HTTPError."""
        until, read = time.monotonic() + self.target.timeout, bytearray()
        with self.client.stream(self.target.verb, path, content=body, headers=dict(headers)) as answer:
            for piece in answer.iter_bytes():
                read += piece
                if len(read) > LONGEST_ANSWER:
                    told = tr(
                        "The endpoint's answer has no end: more than {n:,} bytes, so that it is not known what it took.", n=LONGEST_ANSWER
                    )
                    raise DeliveryFailed(told, tr("See that target.url is the address of an API."), self.attempts)
                if time.monotonic() > until:
                    raise httpx2.ReadTimeout("timed out")
        kept = {name: value for name, value in answer.headers.items() if name not in OF_THE_WAY}
        return httpx2.Response(answer.status_code, headers=kept, content=bytes(read))

    def _asked_to_wait(self, answer: httpx2.Response, otherwise: float) -> float:
        """Seconds, as the endpoint asks for them. Raises DeliveryFailed where that is longer than a run waits."""
        seconds = asked_to_wait(answer.headers.get("Retry-After", ""), self.now())
        if seconds is None or seconds <= LONGEST_WAIT:
            return otherwise if seconds is None else seconds
        at = self.now() + timedelta(seconds=seconds)
        told = tr(
            "The endpoint answered {status} and asks to be left alone until {at} UTC.", status=answer.status_code, at=f"{at:%Y-%m-%d %H:%M}"
        )
        raise DeliveryFailed(told, tr("What it took stays; the rest is sent then."), self.attempts, at)

    def _stop_at(self, answer: httpx2.Response) -> None:
        """Raises DeliveryFailed for an answer that would be the same for every row."""
        status = answer.status_code
        if status in (401, 403):
            told = _told(answer, self.secret)
            raise DeliveryFailed(
                told, tr("See that the secret {name} is the right one, and may write there.", name=self.target.secret or "-"), self.attempts
            )
        if 300 <= status < 400:
            to = httpx2.URL(answer.headers.get("Location", "")).host or tr("another place")
            told = tr(
                "The endpoint answered {status} and leads to {place}; what is delivered goes to no other place than the one named.",
                status=status,
                place=to,
            )
            raise DeliveryFailed(told, tr("Put the address that answers itself into target.url."), self.attempts)
        if status not in REJECTED and not 200 <= status < 300:
            told = _told(answer, self.secret)
            raise DeliveryFailed(told, tr("See target.url and target.method."), self.attempts)
        if 200 <= status < 300 and _is_page(answer):
            raise DeliveryFailed(
                tr("The endpoint answered with a web page, so that it is not known whether it took anything."),
                tr("See that target.url is the address of an API, and not of a page or a sign-in."), self.attempts,
            )  # fmt: skip


def send(
    target: Endpoint, secret: str, parcel: Parcel, places: Sequence[Sequence[int]], took: Took, *,
    now: Callable[[], datetime] | None = None, sleep: Callable[[float], None] = time.sleep,
) -> Sent:  # fmt: skip
    """Send rows, request by request. places: which rows of the parcel go together. Raises DeliveryFailed where the endpoint stops it; what
    it took by then was told to `took`."""
    with httpx2.Client(timeout=target.timeout, follow_redirects=False) as client:
        sending = Sending(target, secret, parcel, took, client, sleep, now or (lambda: datetime.now(UTC)))
        for page in places:
            sending.page(page)
    return Sent(sending.rows, sending.attempts, tuple(sending.rejected))


def chunks(target: Endpoint, count: int) -> Iterator[range]:
    """Which rows go together."""
    return (range(first, min(first + target.size, count)) for first in range(0, count, target.size))


def _signed(target: Endpoint, secret: str) -> Mapping[str, str]:
    if not secret:
        return {}
    if target.auth == "basic":
        return {target.header: f"Basic {base64.b64encode(secret.encode()).decode()}"}
    return {target.header: secret if target.auth == "header" else f"Bearer {secret}"}


def _is_page(answer: httpx2.Response) -> bool:
    return "html" in answer.headers.get("Content-Type", "").lower() or answer.content.lstrip()[:1] == b"<"


def _told(answer: httpx2.Response, secret: str) -> str:
    """What an answer was, with what it says as its own words."""
    if _is_page(answer):
        return tr("The endpoint answered {status}, with a web page.", status=answer.status_code)
    if said := _without(_piece(answer), secret).strip().rstrip("."):
        return tr("The endpoint answered {status}. It says: “{said}”.", status=answer.status_code, said=said)
    return tr("The endpoint answered {status}.", status=answer.status_code)


def _piece(answer: httpx2.Response) -> str:
    """What an answer says, shortened."""
    if _is_page(answer):
        return tr("a web page")
    text = " ".join(answer.text.split())
    try:
        said = answer.json()
    except ValueError:
        return text[:PIECE]
    found = said[0] if isinstance(said, list) and said else said
    if isinstance(found, dict) and isinstance(found.get("error"), dict):
        found = found["error"]
    return str(found.get("message") or found.get("error") or text)[:PIECE] if isinstance(found, dict) else text[:PIECE]


def _without(told: str, secret: str) -> str:
    return hidden(told, [secret])
