"""What a provider says of a person, read strictly: a typed person, or a refusal that names the claim and the setting."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data.access.provider import folded
from data.settings import Settings
from language import mark

SKEW = timedelta(minutes=1)  # by which the provider's clock may go before ours
LATEST = 100_000_000_000  # seconds; a time in milliseconds is beyond it


@dataclass(frozen=True)
class SignedIn:
    """A person as the provider names them.

    issuer, subject: who they are, for good. email: as it is compared, in small letters. name: to be shown; the e-mail where the provider
    tells none. groups: of the provider, in its order; empty where it tells none. signed_in_at, expires_at: UTC, by the provider's clock.
    key: tells this sign-in from every other one.
    """

    issuer: str
    subject: str
    email: str
    name: str
    groups: tuple[str, ...]
    signed_in_at: datetime
    expires_at: datetime
    key: str


@dataclass(frozen=True)
class Refused:
    """Why somebody is not let in. code: for programs (claims, clock, expired, absolute, idle, ended, unknown, taken, record)."""

    code: str
    text: str


class _WrongClaim(ValueError):
    """A claim that lacks or cannot be."""


def read(claims: Mapping[str, object], settings: Settings) -> SignedIn | Refused:
    """The person of whom these claims are, whatever the time; or why they tell none."""
    try:
        return _person(claims, settings)
    except _WrongClaim as wrong:
        return Refused("claims", str(wrong))


def over(person: SignedIn, settings: Settings, now: datetime) -> Refused | None:
    """Why a sign-in is over at this time, or not begun yet; None while it lasts."""
    hours = settings.signin_absolute_hours
    if person.signed_in_at > now + SKEW:
        return Refused("clock", "The provider says that you sign in in the future. Set the clock of this server or of the provider right.")
    if now >= person.signed_in_at + timedelta(hours=hours):
        return Refused("absolute", f"You were signed out {hours:g} hours after you signed in.")
    if now >= person.expires_at and not settings.signin_outlive_token:
        return Refused("expired", "You were signed out: what your provider said of you was good until now.")
    return None


def idle(last_active: datetime, settings: Settings, now: datetime) -> Refused | None:
    """Why somebody who last clicked then is signed out now; None where they are not."""
    minutes = settings.signin_idle_minutes
    if last_active > now + SKEW:
        return Refused("clock", "You were signed out: the clock of this server was set back, so that it cannot tell when you last clicked.")
    if now - last_active >= timedelta(minutes=minutes):
        return Refused("idle", f"You were signed out after {minutes:g} minutes without a click.")
    return None


def _person(claims: Mapping[str, object], settings: Settings) -> SignedIn:
    issuer, subject = _text(claims, "iss"), _text(claims, "sub")
    begun, ends = _instant(claims, "iat"), _instant(claims, "exp")
    email = _email(claims, settings.signin_email_claim)
    name = _text(claims, settings.signin_name_claim, "HOLDFAST_SIGNIN_NAME_CLAIM", otherwise=email)
    return SignedIn(
        issuer, subject, email, name, _groups(claims, settings.signin_groups_claim), begun, ends, _key(issuer, subject, begun, claims)
    )


def _key(issuer: str, subject: str, begun: datetime, claims: Mapping[str, object]) -> str:
    """A digest that no other sign-in has: of the person, the second, and what the provider made for this one alone."""
    once = [str(claims.get(name) or "") for name in ("nonce", "at_hash")]
    if not any(once):
        raise _WrongClaim("The provider sends neither nonce nor at_hash, so that one sign-in cannot be told from another.")
    return hashlib.sha256(json.dumps([issuer, subject, begun.timestamp(), *once]).encode()).hexdigest()


def _found(claims: Mapping[str, object], name: str) -> object:
    """The value of a claim; `realm.roles` is one within another where no claim has the whole name. None where there is none."""
    if name in claims:
        return claims[name]
    outer, dot, inner = name.partition(".")
    within = claims.get(outer)
    return _found(within, inner) if dot and isinstance(within, Mapping) else None


def _text(claims: Mapping[str, object], name: str, setting: str = "", otherwise: str = "") -> str:
    """A claim that is one text; `otherwise` where there is none and that is given."""
    value = _found(claims, name)
    if value in (None, "") and otherwise:
        return otherwise
    if value in (None, ""):
        raise _WrongClaim(_with(f"The provider does not send the claim {name}.", setting))
    if not isinstance(value, str):
        kind = _kind(value)
        raise _WrongClaim(_with(f"The provider sends {kind} as the claim {name}, where one text is expected.", setting))
    if not (plain := value.strip()) or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in plain):
        raise _WrongClaim(_with(f"The provider sends a claim {name} that nobody can read.", setting))
    return plain


def _email(claims: Mapping[str, object], name: str) -> str:
    setting = "HOLDFAST_SIGNIN_EMAIL_CLAIM"
    email = folded(_text(claims, name, setting))
    if email.count("@") != 1 or email.strip("@") != email or len(email.split()) != 1 or "," in email or len(email) > 254:
        raise _WrongClaim(_with(f"The claim {name} that the provider sends is no e-mail address.", setting))
    if name == "email" and claims.get("email_verified", True) not in (True, "true"):
        raise _WrongClaim(
            "Your provider has not verified your e-mail address: the claim email_verified is not true. Verify it there first."
        )
    return email


def _groups(claims: Mapping[str, object], name: str) -> tuple[str, ...]:
    """The groups, where the provider tells them: a list of texts, or one text, which is one group."""
    value = _found(claims, name)
    told = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(told, list | tuple) or not all(isinstance(one, str) for one in told):
        kind = _kind(value)
        what = f"The provider sends {kind} as the claim {name}, where a list of texts is expected."
        raise _WrongClaim(_with(what, "HOLDFAST_SIGNIN_GROUPS_CLAIM"))
    return tuple(one.strip() for one in told if one.strip())


def _instant(claims: Mapping[str, object], name: str) -> datetime:
    value = claims.get(name)
    if value is None:
        raise _WrongClaim(f"The provider does not send the claim {name}.")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < LATEST:
        raise _WrongClaim(f"The provider sends a claim {name} that is no time in seconds.")
    return datetime.fromtimestamp(value, UTC)


def _with(sentence: str, setting: str) -> str:
    """The sentence, and by which setting the claim is chosen."""
    return sentence + " " + f"Which claim is read says {setting}." if setting else sentence


def _kind(value: object) -> str:
    kinds = ((bool, mark("a yes or no")), ((int, float), mark("a number")), ((list, tuple), mark("a list")))
    return next((word for kind, word in kinds if isinstance(value, kind)), mark("an object"))
