"""Who is let in now: claims that a cookie or a session brings, against the clock and the record of sign-ins."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from data.access import recording
from data.access.claims import Refused, SignedIn, over, read
from data.access.sessions import RecordUnreadable, sessions
from data.settings import current_settings
from data.store.store import StoreError
from data.viewer import Actor


def begun(claims: Mapping[str, object]) -> SignedIn | Refused:
    """The person who has just come back from the provider, written down; or why they are not let in."""
    settings, now = current_settings(), datetime.now(UTC)
    person = read(claims, settings)
    if isinstance(person, SignedIn) and not over(person, settings, now) and (taken := _of_record(lambda: sessions().begin(person, now))):
        recording.failed(person.email, taken.code)
        return taken
    found = admitted(claims)
    if isinstance(found, Refused):
        recording.failed(person.email if isinstance(person, SignedIn) else "nobody", found.code)
        return found
    return _told_of(found)


def _told_of(person: SignedIn) -> SignedIn | Refused:
    """The person, once their sign-in is written in the audit; where it cannot be, it is over."""
    try:
        recording.done("sign_in", Actor(person.email, way="page"))
    except StoreError as error:
        why = Refused("record", f"The audit cannot be written, so nobody is let in. {error}")
        _of_record(lambda: sessions().end(person.key, why))
        return why
    return person


def admitted(claims: Mapping[str, object], *, clicked: bool = True) -> SignedIn | Refused:
    """The person who sends a request, still signed in; or why they are not. clicked: they did something, so that they are not idle."""
    settings, now = current_settings(), datetime.now(UTC)
    person = read(claims, settings)
    if isinstance(person, Refused):
        return person
    return over(person, settings, now) or _of_record(lambda: sessions().check(person, settings, now, clicked=clicked)) or person


def ended(claims: Mapping[str, object]) -> None:
    """End the sign-in that these claims are of."""
    person = read(claims, current_settings())
    if isinstance(person, SignedIn):
        _of_record(lambda: sessions().end(person.key))
        with suppress(StoreError):  # who wants out is let out
            recording.done("sign_out", Actor(person.email, way="page"))


def _of_record(ask: Callable[[], Refused | None]) -> Refused | None:
    """What the record answers; where it cannot be read, nobody is let in."""
    try:
        return ask()
    except RecordUnreadable as error:
        return Refused("record", str(error))
