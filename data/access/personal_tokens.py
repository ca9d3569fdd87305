"""Personal API tokens: named, with an end day, for a part of what their owner may do. Only a digest of each is kept.

A token is looked up by its digest, and has 256 random bits: there is nothing to compare byte by byte, and nothing to guess. What it may do
is worked out anew with each request, from what its owner may do then; the groups of the provider are those of the owner's last sign-in.
"""

import hashlib
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from data.access import recording
from data.access.claims import Refused, SignedIn
from data.access.sessions import sessions
from data.viewer import KINDS, OPERATIONS, Actor, Viewer
from language import tr

BEGINS = "hf_"
SHOWN = 8  # characters of a token by which its owner tells it from others
LONGEST = 366  # days
MOST = 50  # of one person at a time
NAME_LENGTH = 80
TOUCHED_EVERY = timedelta(minutes=1)  # a use is written down at most once in that time
MADE_ANEW = "Make a new one on the page My access."
Right = tuple[str, str]
"""An operation and a kind of object."""


class TokenRefused(ValueError):
    """A token that cannot be made; the message says what to give."""


@dataclass(frozen=True)
class Token:
    """A token as it is kept.

    start: its first characters. given: the rights that it was made for. ends: the last day on which it works, in UTC. used: None where it
    never was. owner, groups: of the person at their last sign-in.
    """

    id: str
    start: str
    email: str
    name: str
    given: frozenset[Right]
    made: datetime
    ends: date
    used: datetime | None
    revoked: datetime | None
    revoked_by: str | None
    owner: str
    groups: tuple[str, ...]

    def narrowed(self, viewer: Viewer) -> Viewer:
        """Its owner as a viewer, who may do no more than the token was made for."""
        return replace(viewer, rights=tuple(one for one in viewer.rights or () if (one.operation, one.kind) in self.given))

    def works(self, now: datetime) -> bool:
        """Whether it is neither revoked nor over; its owner may be gone all the same."""
        return self.revoked is None and now.astimezone(UTC).date() <= self.ends


def make(person: SignedIn, name: str, given: Collection[Right], ends: date | None, now: datetime) -> tuple[str, Token]:
    """A new token of a person, and how it is kept: it can be shown now, and never again. Raises TokenRefused, RecordUnreadable, and
    NotRecorded where the audit cannot be written."""
    name = " ".join(name.split())
    _check(person, name, given, ends, now)
    secret = BEGINS + secrets.token_urlsafe(32)
    row = (
        secrets.token_hex(8), digest(secret), secret[:SHOWN], person.email, person.issuer, person.subject, name,
        json.dumps(sorted(given)), now.timestamp(), str(ends),
    )  # fmt: skip
    told = {"rights": sorted(" ".join(one) for one in given), "ends": str(ends)}
    recording.done("token_made", Actor(person.email, way="page"), kind="tokens", object=row[0], detail=told)
    sessions().do("insert into tokens values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, null, null)", *row)
    return secret, next(one for one in of(person.email) if one.id == row[0])


def shown(secret: str, now: datetime) -> Token | Refused:
    """The token that somebody shows, written down as used; or why it counts for nothing. Raises RecordUnreadable."""
    found = _read("where t.hash = ? and exists (select * from people p where (p.email, p.issuer, p.subject) = (t.email, t.issuer, t.subject))",
                  digest(secret))  # fmt: skip
    if not found:
        return Refused("token", f"There is no such token, or whose it is may not sign in any more. {MADE_ANEW}")
    token = found[0]
    if token.revoked:
        return Refused("revoked", f"The token {token.start}... was revoked on {token.revoked:%Y-%m-%d}. {MADE_ANEW}")
    if not token.works(now):
        return Refused("expired", f"The token {token.start}... ended on {token.ends}. {MADE_ANEW}")
    if token.used is None or now - token.used >= TOUCHED_EVERY:
        sessions().do("update tokens set used = ? where id = ?", now.timestamp(), token.id)
    return token


def of(email: str) -> list[Token]:
    """The tokens of a person, newest first, those that are over among them. Raises RecordUnreadable."""
    return _read("where t.email = ? order by t.made desc, t.id", email)


def everybodys() -> list[Token]:
    """All tokens, by person, newest first. Raises RecordUnreadable."""
    return _read("order by t.email, t.made desc, t.id")


def revoke(token: str, by: str, now: datetime, *, of_email: str | None = None) -> bool:
    """Let a token, by its id, count for nothing from now on; false where there is none that works. of_email: whose it has to be. Raises
    NotRecorded where the audit cannot be written."""
    works = "where id = ? and revoked is null and email = coalesce(?, email)"
    if not sessions().do(f"select id from tokens {works}", token, of_email):
        return False
    recording.done("token_revoked", Actor(by, way="page"), kind="tokens", object=token)
    return bool(
        sessions().do(
            f"update tokens set revoked = ?, revoked_by = ? {works} returning id",
            now.timestamp(), by, token, of_email,
        )
    )  # fmt: skip


def digest(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check(person: SignedIn, name: str, given: Collection[Right], ends: date | None, now: datetime) -> None:
    today = now.astimezone(UTC).date()
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise TokenRefused(tr("Name: say what the token is for, in {most} characters at most.", most=NAME_LENGTH))
    if not given:
        raise TokenRefused(tr("Choose at least one thing that the token may do."))
    if strange := [one for one in given if one[0] not in OPERATIONS or one[1] not in KINDS]:
        raise TokenRefused(tr("There is no right to {right}.", right=" ".join(strange[0])))
    if ends is None or not today <= ends <= today + timedelta(days=LONGEST):
        raise TokenRefused(tr("End day: give one from {today} to {last}.", today=today, last=today + timedelta(days=LONGEST)))
    mine = [one for one in of(person.email) if one.works(now)]
    if name.casefold() in (one.name.casefold() for one in mine):
        raise TokenRefused(tr("You have a token named {name} already. Revoke it first, or choose another name.", name=name))
    if len(mine) >= MOST:
        raise TokenRefused(tr("You have {most} tokens, which is the most that one person may have. Revoke one first.", most=MOST))


def _read(which: str, *values: object) -> list[Token]:
    query = (
        "select t.id, t.start, t.email, t.name, t.given, t.made, t.ends, t.used, t.revoked, t.revoked_by, coalesce(l.name, ''), "
        "coalesce(l.groups, '[]') from tokens t left join last_signins l on l.email = t.email"
    )
    return [_token(*row) for row in sessions().do(f"{query} {which}", *values)]


def _token(
    id: str, start: str, email: str, name: str, given: str, made: float, ends: str, used: float | None, revoked: float | None,
    revoked_by: str | None, owner: str, groups: str,
) -> Token:  # fmt: skip
    rights = frozenset((operation, kind) for operation, kind in json.loads(given))
    return Token(
        id, start, email, name, rights, datetime.fromtimestamp(made, UTC), date.fromisoformat(ends), _at(used), _at(revoked), revoked_by,
        owner or email, tuple(json.loads(groups)),
    )  # fmt: skip


def _at(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
