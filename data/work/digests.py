"""Digests by mail: who gets one and how often, and what became of each, so that none is ever sent twice.

Before one is handed to a mail server its row says sending, afterwards what became of it. A row that says sending when nobody sends is of a
program that ended in between: whether that one left is not known, so it is not sent again. That holds whatever is undone in the log.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import polars as pl

from data.access.people import Person, is_address, same
from data.access.provider import is_configured
from data.access.rights import is_out, known_people, roles_among
from data.access.sessions import sessions
from data.schema import TABLES
from data.settings import current_settings
from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import ADMINISTER, Viewer
from data.work.writing import write

OFF, DAILY, WEEKLY = RHYTHMS = ("off", "daily", "weekly")
SENDING, SENT, LATER, UNCLEAR, REFUSED, NOTHING = "sending", "sent", "later", "unclear", "refused", "nothing"
TOLD = (SENT, UNCLEAR, NOTHING)  # the next one tells what came after
USUAL = {"csm": DAILY, "manager": DAILY, "executive": WEEKLY}  # by role, for who has chosen nothing; all others get none
LANGUAGES = ("en", "zh_Hans")
DAYS = {DAILY: 1, WEEKLY: 7}
MOST_DAYS = 31  # a digest tells of no more than that, however long none was sent
GROUPS_HOLD = 30  # days after a sign-in for which the groups of the provider count
ENDED = "The program ended while it was being sent."


@dataclass(frozen=True)
class Wanted:
    """What somebody gets. chosen: whether they said so themselves."""

    rhythm: str
    language: str
    chosen: bool = False


@dataclass(frozen=True)
class Due:
    """A digest that is to be sent: for whom, of which day, and since when it tells what changed."""

    person: str
    name: str
    rhythm: str
    language: str
    day: date
    since: date
    groups: tuple[str, ...] = ()  # of the provider, at the last sign-in

    @property
    def digest_id(self) -> str:
        return f"{self.person} {self.day} {self.rhythm}"


@dataclass(frozen=True)
class Became:
    """What became of one that was tried."""

    digest_id: str
    person: str
    day: date
    state: str
    tried_at: datetime
    detail: str


def wanted(store: Store, email: str, groups: Sequence[str] = ()) -> Wanted:
    """What a person gets: as they chose, else by their roles. groups: those that the provider says."""
    found, _ = known_people(store)
    chosen = _choices(store).get(same(email))
    if chosen:
        return chosen
    usual = [USUAL[role.name] for role in roles_among(found, email, groups) if role.name in USUAL]
    return Wanted(DAILY if DAILY in usual else usual[0] if usual else OFF, LANGUAGES[0])


def groups_told(day: date) -> dict[str, tuple[str, ...]]:
    """The groups that the provider said at the last sign-in of each who signed in of late: of somebody who left, they end by themselves."""
    if not is_configured(current_settings()):
        return {}
    told = sessions().last_signins()
    return {same(email): groups for email, (at, groups) in told.items() if day - at.date() <= timedelta(days=GROUPS_HOLD)}


def choose(store: Store, viewer: Viewer, rhythm: str, language: str) -> None:
    """Say for oneself how often and in which language. Raises NotAllowed, and EditRefused for who is nobody in particular."""
    if not viewer.person:
        raise EditRefused("A digest is sent to who signs in: nobody does here.")
    if rhythm not in RHYTHMS or language not in LANGUAGES:
        raise EditRefused(f"A digest comes {', '.join(RHYTHMS)}, in one of these languages: {', '.join(LANGUAGES)}.")
    write(store, viewer, "digest_choices", [{"person": same(viewer.person), "rhythm": rhythm, "language": language}])


def due(store: Store, day: date) -> list[Due]:
    """The digests that are still to be sent on a day, by person: of the list of people, and of those who signed in of late. A weekly one is
    due on Monday, and on the days after it where it was tried then and could not be sent."""
    found, _ = known_people(store)
    tried, groups = {one.digest_id: one for one in became(store)}, groups_told(day)
    names = {email: email for email in groups} | {one.email: one.called for one in found.by_email.values()}
    there = [email for email in sorted(names) if not is_out(found, email) and email not in found.doubled]
    asked = [_due_of(store, Person(email, names[email]), groups.get(email, ()), day, tried) for email in there]
    return [one for one in asked if one and (one.digest_id not in tried or tried[one.digest_id].state == LATER)]


def _due_of(store: Store, person: Person, groups: tuple[str, ...], day: date, tried: dict[str, Became]) -> Due | None:
    email, said = person.email, wanted(store, person.email, groups)
    if said.rhythm == OFF or not is_address(email):
        return None
    monday = day - timedelta(days=day.weekday())
    of = day if said.rhythm == DAILY else monday
    found = Due(email, person.name, said.rhythm, said.language, of, _since(email, said.rhythm, of, tried.values()), groups)
    if said.rhythm == WEEKLY and day != monday and found.digest_id not in tried:
        return None
    return found


def _since(email: str, rhythm: str, day: date, tried: Iterable[Became]) -> date:
    """The day of the last one that left, whatever its rhythm, so that nothing is left out; the usual time before, where none was or
    that is later."""
    left = [one.day for one in tried if one.person == email and one.state in TOLD and one.day < day]
    usual = day - timedelta(days=DAYS[rhythm])
    return max(min(max(left), usual), day - timedelta(days=MOST_DAYS)) if left else usual


def became(store: Store, since: date | None = None) -> list[Became]:
    """What became of every digest that was tried, the newest day first, also where that was undone in the log."""
    query = f"select {', '.join(TABLES['digests'].names)} from rows_digests qualify batch = max(batch) over (partition by digest_id)"
    with store.reading() as cursor:
        rows = cursor.execute(query).fetchall()
    found = [Became(one, person, day, state, at.replace(tzinfo=UTC), detail or "") for one, person, day, state, at, detail in rows]
    return sorted((one for one in found if since is None or one.day >= since), key=lambda one: (one.day, one.person), reverse=True)


def unclear(store: Store, viewer: Viewer, since: date) -> list[Became]:
    """Those of which it is not known whether they arrived, and those refused for good; for who administers people."""
    if not viewer.may(ADMINISTER, "people"):
        return []
    return [one for one in became(store, since) if one.state in (UNCLEAR, REFUSED)]


def begin(store: Store, of: Due, at: datetime) -> bool:
    """Say that one is being sent; false where it was already, or somebody else sends it."""
    with store.alone():
        before = next((one.state for one in became(store) if one.digest_id == of.digest_id), LATER)
        if before != LATER:
            return False
        say(store, [of], SENDING, at, "")
        return True


def say(store: Store, of: Sequence[Due], state: str, at: datetime, detail: str) -> None:
    """Write what became of some."""
    rows = [(one.digest_id, one.person, one.day, state, at.astimezone(UTC), detail[:500] or None) for one in of]
    names = TABLES["digests"].names
    schema = {name: TABLES["digests"].column(name).dtype for name in names}
    frame = pl.DataFrame(rows, schema=list(names), orient="row").cast({name: kind for name, kind in schema.items() if name != "tried_at"})
    commit_frame(store, "digests", frame, "digests", "holdfast")


def broken_off(store: Store, at: datetime) -> list[Became]:
    """Those that say sending while nobody sends: whether they left is not known. Call it alone."""
    left = [replace(one, state=UNCLEAR, detail=ENDED) for one in became(store) if one.state == SENDING]
    for one in left:
        rhythm = one.digest_id.rpartition(" ")[2]
        say(store, [Due(one.person, "", rhythm, "", one.day, one.day)], UNCLEAR, at, ENDED)
    return left


def _choices(store: Store) -> dict[str, Wanted]:
    return store.readings.once((store.version(), "digest_choices"), lambda: _read(store))


def _read(store: Store) -> dict[str, Wanted]:
    with View(store) as view:
        rows = view.table("digest_choices").select("person", "rhythm", "language").rows()
    return {same(person): Wanted(rhythm, language if language in LANGUAGES else LANGUAGES[0], True) for person, rhythm, language in rows}
