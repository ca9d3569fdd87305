"""Signatures that vendors published fit; anything else does not, whatever is wrong with it."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from starlette.datastructures import Headers

from sources.webhooks.signatures import Agreed, Shown, TooOld, Unsigned, scheme_of

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
BODY = b'{"id": "evt_1"}'
# https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries, "Testing the webhook payload validation"
GITHUB = ("It's a Secret to Everybody", b"Hello, World!", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
# The vector of the tests of Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks
STANDARD = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
STANDARD_SECRET, STANDARD_BODY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
# HMAC-SHA1 of RFC 2202, test case 2, as Segment would write it
SEGMENT = ("Jefe", b"what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
# HMAC-SHA256 of RFC 4231, test case 2: `what do ya want for nothing?` under `Jefe`
RFC_4231 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def stripe(*secrets: str, at: int = SECONDS, body: bytes = BODY, more: str = "") -> Headers:
    """The header as Stripe's documentation says it is made, one v1 for each secret."""
    made = [hmac.digest(secret.encode(), b"%d." % at + body, "sha256").hex() for secret in secrets]
    return Headers({"Stripe-Signature": ",".join([f"t={at}", *(f"v1={one}" for one in made)]) + more})


def checked(name: str, headers, body: bytes, *secrets: str, agreed: Agreed | None = None, now: datetime = NOW) -> Shown:
    return scheme_of(name, agreed).checked(headers, body, secrets, now)


def test_the_published_vectors_fit():
    secret, body, signature = GITHUB
    checked("hmac", Headers({"X-Hub-Signature-256": signature}), body, secret, agreed=Agreed("sha256", "X-Hub-Signature-256", "sha256="))
    found = checked("standard", Headers(STANDARD), STANDARD_BODY, STANDARD_SECRET, now=datetime.fromtimestamp(1614265330, UTC))
    assert (found.event, found.at) == ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330)
    secret, body, signature = SEGMENT
    assert checked("segment", Headers({"x-signature": signature}), body, secret) == Shown((bytes.fromhex(signature),))
    checked("hmac", Headers({"x-signature": RFC_4231}), SEGMENT[1], SEGMENT[0])


@pytest.mark.parametrize("changed", [STANDARD_BODY + b" ", STANDARD_BODY.replace(b"2432232314", b"2432232315"), b""])
def test_another_body_fits_no_signature(changed):
    then = datetime.fromtimestamp(1614265330, UTC)
    with pytest.raises(Unsigned):
        checked("standard", Headers(STANDARD), changed, STANDARD_SECRET, now=then)
    with pytest.raises(Unsigned):
        checked("stripe", stripe("s", body=STANDARD_BODY), changed, "s")


def test_while_a_secret_rolls_the_old_and_the_new_one_fit():
    both = stripe("old", "new")
    for known in (["old"], ["new"], ["other", "new"]):
        checked("stripe", both, BODY, *known)
    checked("stripe", stripe("old"), BODY, "new", "old")  # we roll before the vendor does
    with pytest.raises(Unsigned):
        checked("stripe", both, BODY, "third")
    two = {**STANDARD, "webhook-signature": "v1," + base64.b64encode(bytes(32)).decode() + " v1a,xyz " + STANDARD["webhook-signature"]}
    checked("standard", Headers(two), STANDARD_BODY, STANDARD_SECRET, now=datetime.fromtimestamp(1614265330, UTC))


def test_other_versions_than_v1_count_for_nothing():
    digest = hmac.digest(b"s", b"%d." % SECONDS + BODY, "sha256").hex()
    for header in (f"t={SECONDS},v0={digest}", f"t={SECONDS},v2={digest}", f"t={SECONDS}"):
        with pytest.raises(Unsigned):
            checked("stripe", Headers({"Stripe-Signature": header}), BODY, "s")


@pytest.mark.parametrize(("off", "fits"), [(0, True), (300, True), (-300, True), (301, False), (-301, False), (86_400, False)])
def test_a_signature_counts_for_five_minutes_both_ways(off, fits):
    headers = stripe("s", at=SECONDS - off)
    if fits:
        assert checked("stripe", headers, BODY, "s").at == SECONDS - off
    else:
        with pytest.raises(TooOld) as told:
            checked("stripe", headers, BODY, "s")
        assert told.value.off == timedelta(seconds=off)


def test_a_wrong_signature_is_wrong_whatever_its_time():
    with pytest.raises(Unsigned):
        checked("stripe", stripe("other", at=1), BODY, "s")


@pytest.mark.parametrize(
    "header",
    ["", "   ", "t=,v1=", "v1=00", "t=1;v1=00", "t=one,v1=00", f"t={SECONDS},v1=xyz", f"t=-1,v1={'00' * 32}", f"t=1,t=2,v1={'00' * 32}",
     f"t={'9' * 12},v1={'00' * 32}", f"t={SECONDS}" + f",v1={'00' * 32}" * 17, "t=" + "1" * 5_000, f"t=１２,v1={'00' * 32}"],
)  # fmt: skip
def test_a_header_that_is_none_is_a_wrong_signature(header):
    with pytest.raises(Unsigned):
        checked("stripe", {"stripe-signature": header}, BODY, "s")


@pytest.mark.parametrize("missing", STANDARD)
def test_every_header_is_needed(missing):
    with pytest.raises(Unsigned):
        checked("standard", {name: text for name, text in STANDARD.items() if name != missing}, STANDARD_BODY, STANDARD_SECRET)


def test_without_a_secret_nothing_fits():
    empty = hmac.digest(b"", BODY, "sha1").hex()
    with pytest.raises(Unsigned):
        checked("segment", Headers({"X-Signature": empty}), BODY)


def test_several_events_in_one_body_of_segment_fit_no_signature():
    """Segment signs the first event of several alone, which would let anybody change the others."""
    first = b'{"type":"track"}'
    headers = Headers({"X-Signature": hmac.digest(b"s", first, "sha1").hex()})
    checked("segment", headers, first, "s")
    with pytest.raises(Unsigned):
        checked("segment", headers, b"[" + first + b"," + first + b"]", "s")


@pytest.mark.parametrize("spelling", ["hex", "base64"])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_what_is_agreed_on_is_read_as_agreed(algorithm, spelling):
    agreed = Agreed(algorithm, "X-Billing-Signature", f"{algorithm}=", spelling, "X-Billing-Time")
    digest = hmac.new(b"s", b"%d." % SECONDS + BODY, getattr(hashlib, algorithm)).digest()
    written = digest.hex() if spelling == "hex" else base64.b64encode(digest).decode()
    headers = {"x-billing-signature": f"{algorithm}={written}", "x-billing-time": str(SECONDS)}
    assert checked("hmac", Headers(headers), BODY, "s", agreed=agreed).at == SECONDS
    for wrong in ({**headers, "x-billing-signature": written}, {**headers, "x-billing-time": str(SECONDS + 1)}):
        with pytest.raises(Unsigned):
            checked("hmac", Headers(wrong), BODY, "s", agreed=agreed)
