"""Who may consent to what now. Nobody consents to what they have asked for, nor twice to one request: not through a deputy, and not under
another address."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from data.access.people import People, owners, people, same
from data.access.provider import administrators, is_configured
from data.access.rights import is_out, roles_among
from data.access.roles import COMPANY, Role
from data.access.sessions import RecordUnreadable, sessions
from data.approvals.requests import Request
from data.approvals.rules import OBJECTS, Level, Rules
from data.erasure.words import plain
from data.settings import current_settings
from data.store.edits import EditRefused
from data.store.store import Store
from data.store.view import View
from data.viewer import APPROVE, Viewer
from language import tr


class NotYours(EditRefused):
    """Somebody may not decide on a request; the message says why, and who may."""


@dataclass(frozen=True)
class Everybody:
    """Who there is now: the list of people, what accounts say as owner, and by address the roles of each who may do anything (by name on
    the list, by groups at the last sign-in, or by the setting), and whom the provider knows each as."""

    found: People
    owners: Sequence[str] = ()
    held: Mapping[str, tuple[Role, ...]] = field(default_factory=dict)
    subjects: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def called(self, email: str) -> str:
        person = self.found.by_email.get(email)
        return person.called if person else email

    def may_approve(self, email: str, of: str) -> bool:
        """Whether roles of an address let consent to what is about a kind of object, for the whole company."""
        return any(role.given.get((APPROVE, of)) == COMPANY for role in self.held.get(email, ()))

    def is_at(self, level: Level, email: str) -> bool:
        """Whether a level names somebody, by a role or by the address."""
        return email in level.people or bool({role.name for role in self.held.get(email, ())} & {*level.roles})

    def is_same(self, one: str, other: str) -> bool:
        """Whether two addresses are one person's: the same address, the same person at the provider, or two entries of the list that have
        the same name or the same owner in accounts. Who only may be the same is taken to be."""
        if same(one) == same(other):
            return True
        known = [self.subjects.get(same(email)) for email in (one, other)]
        return bool(known[0] and known[0] == known[1]) or bool(self._marks(one) & self._marks(other))

    def _marks(self, email: str) -> set[tuple[str, str]]:
        """By what an entry of the list is known beside its address."""
        person = self.found.by_email.get(same(email))
        named = {("name", _called_in_one_way(person.name))} if person and person.name.strip() else set()
        return named | {("owner", same(person.owns_as if person else email))}


def _called_in_one_way(name: str) -> str:
    """A name as it is compared: in whichever order it is written, and without what the eye does not tell apart."""
    return " ".join(sorted(plain(name).replace(",", " ").split()))


def everybody(store: Store) -> Everybody:
    """Who there is in a store now."""
    with View(store) as view:
        found, named = people(view), owners(view)
    groups, subjects = _signed_in()
    known = {*found.by_email, *groups, *administrators(current_settings())}
    held = {one: tuple(roles_among(found, one, groups.get(one, ()))) for one in known if not is_out(found, one)}
    return Everybody(found, named, {one: roles for one, roles in held.items() if roles}, subjects, groups)


def _signed_in() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, str]]]:
    """By address the groups at the last sign-in, and whom the provider knows; nothing where nobody signs in, or the record cannot be read."""
    if not is_configured(current_settings()):
        return {}, {}
    try:
        groups = {email: found for email, (_, found) in sessions().last_signins().items()}
        return groups, {one.email: (one.issuer, one.subject) for one in sessions().bound()}
    except RecordUnreadable:
        return {}, {}


def person_of(viewer: Viewer) -> str:
    """The address of who looks. Raises NotYours where that is no person who signed in: then nobody could be told from anybody."""
    if viewer.rights is None or not viewer.person or "@" not in viewer.person:
        raise NotYours(tr("Consent is asked for and given by people who sign in, in their own name: on the page, or with their own token."))
    return same(viewer.person)


def voice_of(request: Request, who: str, rules: Rules, known: Everybody, day: date) -> str:
    """In whose place somebody may consent to a request at its level; empty for themselves. Raises NotYours."""
    level, of = request.levels[request.level], OBJECTS.get(request.kind, "")
    if known.is_same(who, request.asked_by):
        raise NotYours(tr("Nobody consents to what they have asked for themselves, under whichever address."))
    if any(known.is_same(who, one) for voice in request.voices for one in voice.persons):
        raise NotYours(tr("You have consented to another level of this request; each level takes another person."))
    if not known.may_approve(who, of):
        raise NotYours(tr("None of your roles lets you approve this for the whole company."))
    if known.is_at(level, who):
        return ""
    away = [one for one in _stood_in_for(who, rules, day) if known.is_at(level, one) and known.may_approve(one, of)]
    free = [one for one in away if not _spent(request, one, known)]
    if away and not free:
        raise NotYours(tr("You stand in for somebody who has asked for this, or has consented to it already."))
    if not free:
        raise NotYours(
            tr("Level {n} of this request is consented to by others: {names}.", n=request.level + 1, names=in_words(level, known))
        )
    return free[0]


def _stood_in_for(who: str, rules: Rules, day: date) -> list[str]:
    return [away for away, deputy in rules.deputies.items() if deputy.by == who and deputy.stands_in(day)]


def _spent(request: Request, one: str, known: Everybody) -> bool:
    """Whether somebody has asked, or has consented to a level: then nobody consents in their place."""
    persons = [request.asked_by, *(person for voice in request.voices for person in voice.persons)]
    return any(known.is_same(one, other) for other in persons)


def who_may(request: Request, rules: Rules, known: Everybody, day: date) -> list[str]:
    """The addresses of those who may consent to a request now, sorted."""
    return [one for one in sorted(known.held) if _may(request, one, rules, known, day)]


def _may(request: Request, who: str, rules: Rules, known: Everybody, day: date) -> bool:
    try:
        voice_of(request, who, rules, known, day)
    except NotYours:
        return False
    return True


def at_level(level: Level, of: str, known: Everybody) -> list[str]:
    """The addresses of those who may consent at a level by themselves, to what is about a kind of object."""
    return [one for one in sorted(known.held) if known.is_at(level, one) and known.may_approve(one, of)]


def lacking(levels: Sequence[Level], kind: str, asking: str, known: Everybody) -> int | None:
    """The first level (from 0) for which nobody is left, where another person consents to each and the one who asks to none; None where
    there is somebody for each. Whom a group of the provider would bring is known once they have signed in."""
    able = [[one for one in at_level(level, OBJECTS[kind], known) if not known.is_same(one, asking)] for level in levels]
    taken: dict[int, str] = {}
    for at in range(len(levels)):
        if not _placed(at, able, taken, set(), known):
            return at
    return None


def _placed(at: int, able: Sequence[Collection[str]], taken: dict[int, str], tried: set[str], known: Everybody) -> bool:
    """Whether a level finds somebody, where others at their levels give way to somebody else as they can."""
    for one in able[at]:
        if one in tried:
            continue
        tried.add(one)
        holder = next((level for level, other in taken.items() if known.is_same(one, other)), None)
        if holder is None or _placed(holder, able, taken, tried, known):
            taken[at] = one
            return True
    return False


def in_words(level: Level, known: Everybody) -> str:
    """Who consents at a level: roles by their names, people as they are called."""
    return ", ".join((*level.roles, *(known.called(one) for one in level.people)))
