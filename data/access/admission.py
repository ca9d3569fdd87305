"""Who is let in now: claims that a cookie or a session brings, against the clock and the record of sign-ins."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from data.access.claims import Refused, SignedIn, over, read
from data.access.sessions import RecordUnreadable, sessions
from data.settings import current_settings


def begun(claims: Mapping[str, object]) -> SignedIn | Refused:
    """The person who has just come back from the provider, written down; or why they are not let in."""
    settings, now = current_settings(), datetime.now(UTC)
    person = read(claims, settings)
    if isinstance(person, SignedIn) and not over(person, settings, now) and (taken := _of_record(lambda: sessions().begin(person, now))):
        return taken
    return admitted(claims)


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


def _of_record(ask: Callable[[], Refused | None]) -> Refused | None:
    """What the record answers; where it cannot be read, nobody is let in."""
    try:
        return ask()
    except RecordUnreadable as error:
        return Refused("record", str(error))
