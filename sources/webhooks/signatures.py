"""Whether a delivery is of who it says: its signature over its bytes as they came, by the rules that each vendor has published.

stripe      `Stripe-Signature: t=SECONDS,v1=HEX[,v1=HEX]`: HMAC-SHA256 of `SECONDS.BODY`; other versions than v1 count for nothing, and
            several v1 come while a secret is rolled. https://docs.stripe.com/webhooks#verify-manually
segment     `X-Signature: HEX`: HMAC-SHA1 of the body. Where Segment sends several events in one body it signs the first one alone, so
            that such a body fits no signature. https://segment.com/docs/connections/destinations/catalog/actions-webhook
standard    `webhook-id`, `webhook-timestamp` and `webhook-signature: v1,BASE64[ v1,BASE64]`: HMAC-SHA256 of `ID.SECONDS.BODY` under the
            bytes that the secret, without its `whsec_`, is the base64 of. https://www.standardwebhooks.com
hmac        what a team agrees on with who sends: algorithm, header, prefix, spelling, and a header with the time, which is then signed
            before the body, as `SECONDS.BODY`.

No reason is told with a signature that is wrong: it would help who guesses. Comparisons take as long whatever they find.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

TOLERANCE = timedelta(minutes=5)  # Stripe's libraries and Standard Webhooks have just this
LONGEST = 4_096  # of a header that has a signature
MOST = 16  # signatures in one header
STANDARD = "whsec_"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
Spelling = Literal["hex", "base64"]
Headers = Mapping[str, str]


class Unsigned(Exception):
    """There is no signature, or it fits neither body nor secret."""


class TooOld(Exception):
    """The signature fits, and is of a time too far from now. off: how far, negative where it is of later."""

    def __init__(self, off: timedelta) -> None:
        super().__init__("The signature is of another time than this.")
        self.off = off


@dataclass(frozen=True)
class Agreed:
    """How the signatures of kind `hmac` are written. timestamp_header: empty where the body alone is signed."""

    algorithm: str = "sha256"
    header: str = "X-Signature"
    prefix: str = ""
    spelling: Spelling = "hex"
    timestamp_header: str = ""


@dataclass(frozen=True)
class Shown:
    """What the headers of a delivery show: digests that may fit, and what is signed before the body.

    at: when it was signed, in seconds since 1970; None where the scheme does not say. event: its id, where a header has it.
    """

    digests: tuple[bytes, ...]
    before: bytes = b""
    at: int | None = None
    event: str = ""


@dataclass(frozen=True)
class Scheme:
    """One way to sign. shown: reads the headers, before any of the body is received. keyed: the key that a secret stands for."""

    algorithm: str
    shown: Callable[[Headers], Shown]
    keyed: Callable[[str], bytes] = field(default=str.encode)

    def checked(self, headers: Headers, body: bytes, secrets: Sequence[str], now: datetime, tolerance: timedelta = TOLERANCE) -> Shown:
        """What a delivery shows, once it is known to be of who has one of the secrets. Raises Unsigned, TooOld."""
        shown = self.shown(headers)
        if not _fits(shown, [self._digest(secret, shown.before + body) for secret in secrets]):
            raise Unsigned
        off = timedelta(0) if shown.at is None else now - datetime.fromtimestamp(shown.at, UTC)
        if abs(off) > tolerance:
            raise TooOld(off)
        return shown

    def _digest(self, secret: str, signed: bytes) -> bytes:
        return hmac.new(self.keyed(secret), signed, ALGORITHMS[self.algorithm]).digest()


def scheme_of(name: str, agreed: Agreed | None = None) -> Scheme:
    """The scheme of a name: stripe, segment, standard, or hmac as agreed."""
    if name == "hmac":
        told = agreed or Agreed()
        return Scheme(told.algorithm, lambda headers: _by_agreement(headers, told))
    return {
        "stripe": Scheme("sha256", _stripe),
        "segment": Scheme("sha1", lambda headers: _by_agreement(headers, Agreed("sha1"))),
        "standard": Scheme("sha256", _standard, _standard_key),
    }[name]


def _fits(shown: Shown, digests: Iterable[bytes]) -> bool:
    """Whether any digest is any that is shown; all are compared, whatever fits."""
    found = [hmac.compare_digest(one, other) for one in digests for other in shown.digests]
    return any(found)


def _one(headers: Headers, name: str) -> str:
    """A header that there must be, once, and not too long. Raises Unsigned."""
    found = headers.get(name, "").strip()
    if not found or len(found) > LONGEST:
        raise Unsigned
    return found


def _seconds(written: str) -> int:
    """A time in seconds since 1970. Raises Unsigned for another text, and for what no calendar has."""
    if not (written.isascii() and written.isdecimal() and len(written) <= 11):
        raise Unsigned
    return int(written)


def _bytes(written: str, spelling: Spelling) -> bytes:
    """The digest that a text stands for. Raises Unsigned for a text that stands for none."""
    try:
        return bytes.fromhex(written) if spelling == "hex" else base64.b64decode(written, validate=True)
    except (ValueError, binascii.Error):
        raise Unsigned from None


def _stripe(headers: Headers) -> Shown:
    parts = [part.strip().partition("=") for part in _one(headers, "stripe-signature").split(",")]
    times = [text for name, _, text in parts if name == "t"]
    digests = [text for name, _, text in parts if name == "v1"]
    if len(times) != 1 or not 0 < len(digests) <= MOST:
        raise Unsigned
    return Shown(tuple(_bytes(text, "hex") for text in digests), f"{times[0]}.".encode(), _seconds(times[0]))


def _standard(headers: Headers) -> Shown:
    event, time = _one(headers, "webhook-id"), _one(headers, "webhook-timestamp")
    parts = [part.partition(",") for part in _one(headers, "webhook-signature").split()]
    digests = [text for version, _, text in parts if version == "v1"]
    if not 0 < len(digests) <= MOST:
        raise Unsigned
    return Shown(tuple(_bytes(text, "base64") for text in digests), f"{event}.{time}.".encode(), _seconds(time), event)


def _standard_key(secret: str) -> bytes:
    """The bytes that a secret is the base64 of, with and without `whsec_` before it."""
    try:
        return base64.b64decode(secret.removeprefix(STANDARD), validate=True)
    except (ValueError, binascii.Error):
        return secret.encode()


def _by_agreement(headers: Headers, agreed: Agreed) -> Shown:
    written = _one(headers, agreed.header)
    if not written.startswith(agreed.prefix):
        raise Unsigned
    digest = _bytes(written.removeprefix(agreed.prefix).strip(), agreed.spelling)
    if not agreed.timestamp_header:
        return Shown((digest,))
    time = _one(headers, agreed.timestamp_header)
    return Shown((digest,), f"{time}.".encode(), _seconds(time))
