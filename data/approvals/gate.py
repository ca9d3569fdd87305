"""The one gate before what may need consent: below pages, API and command line. What cannot be told needs consent."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from data.access.people import same
from data.access.provider import is_configured
from data.approvals import approvers, kinds
from data.approvals.kinds import About
from data.approvals.requests import CONSENTED, DO, Effect, Event, Request, add, asked, next_number, requests
from data.approvals.rules import UNDO, Level, Rule, Rules, RulesWrong, current
from data.settings import current_settings
from data.store.edits import EditRefused
from data.store.store import Store
from data.viewer import Actor, Viewer
from language import tr, tr_n

LONGEST = 2000  # signs of a reason


@dataclass(frozen=True)
class Wish:
    """A deed that needs consent: what it is, whose consents it takes, what it would change, and what it needs to be done."""

    kind: str
    about: dict[str, Any]
    levels: tuple[Level, ...]
    effect: Effect
    ready: Any = None


class NeedsConsent(EditRefused):
    """Nothing was done: others must consent first. `wish` can be asked for; `request` is the one that is open already, if any."""

    def __init__(self, wish: Wish, request: Request | None = None, why: str = "") -> None:
        super().__init__(why or _said(wish, request))
        self.wish, self.request = wish, request


class RulesUnusable(EditRefused):
    """The file of approvals cannot be used: whatever may need consent waits until it is put right."""

    def __init__(self, wrong: RulesWrong) -> None:
        super().__init__(tr("Nothing that may need consent is done until the file of approvals is put right. {wrong}", wrong=wrong))


def _said(wish: Wish, request: Request | None) -> str:
    if request and request.state == CONSENTED:
        return tr(
            "Nothing was done: request {number} is consented to, and {who}, who asked, can do it.",
            number=request.number,
            who=request.asked_by,
        )
    if request:
        return tr("Nothing was done: this waits for consent already, as request {number}.", number=request.number)
    return tr_n(
        "Nothing was done: this needs the consent of {n:,} person. Ask for it, and say why.",
        "Nothing was done: this needs the consent of {n:,} people, one after the other. Ask for it, and say why.",
        len(wish.levels),
    )


def rules_of(store: Store) -> Rules:
    """The rules in force. Raises RulesUnusable."""
    try:
        return current(store.path)
    except RulesWrong as wrong:
        raise RulesUnusable(wrong) from None


def wished(store: Store, kind: str, about: About, viewer: Viewer, ready: Any = None) -> Wish:
    """A deed to ask for, where it needs consent. Raises EditRefused where it needs none, NeedsConsent where it was asked for already."""
    try:
        check(store, kind, about, viewer, ready)
    except NeedsConsent as needs:
        if needs.request:
            raise
        return needs.wish
    raise EditRefused(tr("This needs nobody's consent: it can be done."))


def check(store: Store, kind: str, about: About, viewer: Viewer, ready: Any = None) -> Request | None:
    """Let a deed through: None where it needs no consent, else the request that was consented to, for `done`. Hold `Store.alone` from here
    until the deed is done, so that nothing changes in between.

    about: what the deed is, as JSON can hold it; of an undo with `of`, what the batch is of. ready: what it needs to be done, handed on to
    the measure. Raises NeedsConsent, RulesUnusable.
    """
    rules = rules_about(rules_of(store), kind, about)
    if not any(one.levels for one in rules):
        return None
    effect = measure(store, kind, about, ready)
    levels = levels_of(rules, effect)
    if not levels:
        return None
    wish = Wish(kind, dict(about), levels, effect, ready)
    found = _open(store, wish)
    if found and found.state == CONSENTED and found.asked_by == same(viewer.person) and _is_as_asked(store, found, levels, ready):
        return found
    alone = viewer.rights is None and not is_configured(current_settings())
    raise NeedsConsent(wish, found, tr(ALONE) if alone else "")


ALONE = (
    "Nothing was done: the file of approvals demands consent for this, and where nobody signs in nobody else can give it. Let people sign in "
    "(docs/SIGN_IN.md), or take the rule out of approvals.toml."
)


def rules_about(rules: Rules, kind: str, about: About) -> tuple[Rule, ...]:
    """The rules that a deed falls under, whether they hold or not."""
    return tuple(one for one in rules.about(kind) if kind != UNDO or about.get("of", "imports") in one.of)


def levels_of(rules: tuple[Rule, ...], effect: Effect) -> tuple[Level, ...]:
    """The levels of all rules that hold, in the order of the file, equal ones once."""
    return tuple(dict.fromkeys(level for rule in rules if holds(rule, effect) for level in rule.levels))


def holds(rule: Rule, effect: Effect) -> bool:
    """Whether a rule holds for what a deed would change: all that it asks for must, and what is not known is taken to."""
    when = rule.when
    return (
        (when.amount_above is None or effect.amount is None or effect.amount > when.amount_above)
        and (when.share_above is None or effect.share is None or effect.share > when.share_above)
        and (not when.segments or effect.segments is None or bool({*when.segments} & {*effect.segments}))
    )


def measure(store: Store, kind: str, about: About, ready: Any, day: str | None = None) -> Effect:
    """What a deed would change; where nothing says how that is worked out, only that it is this deed on these imports."""
    known = kinds.MEASURES.get(kind)
    return known(store, about, ready, day) if known else Effect(fingerprint(dict(about), store.version()))


def fingerprint(*said: object) -> str:
    """Tells what was said from all else: SHA-256 of its JSON."""
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def _open(store: Store, wish: Wish) -> Request | None:
    """The open request for just this deed."""
    about = json.loads(json.dumps(wish.about, default=str))
    return next((one for one in requests(store).values() if one.is_open and (one.kind, one.about) == (wish.kind, about)), None)


def _is_as_asked(store: Store, found: Request, levels: tuple[Level, ...], ready: Any) -> bool:
    same = measure(store, found.kind, found.about, ready, found.effect.day).fingerprint == found.effect.fingerprint
    return same and found.levels == levels


def ask(store: Store, wish: Wish, viewer: Viewer, reason: str, at: datetime | None = None, way: str = "browser") -> Request:
    """Ask for consent to a deed. Raises NotAllowed for who may not do it at all, EditRefused (in words) where it cannot be asked for."""
    who = approvers.person_of(viewer)
    if not reason.strip() or len(reason) > LONGEST:
        raise EditRefused(tr("Say why, in {most} characters at most: who consents reads it.", most=LONGEST))
    kinds.KINDS[wish.kind].may(store, wish.about, viewer)
    with store.alone():
        if found := _open(store, wish):
            raise NeedsConsent(wish, found)
        _check_somebody_may(store, wish, who)
        kinds.KINDS[wish.kind].keep(store, wish.about, wish.ready)
        with store.writing() as cursor:
            number = next_number(cursor)
            event = asked(number, wish.kind, wish.about, wish.levels, wish.effect, reason.strip(), who, at or datetime.now(UTC))
            add(cursor, event, wish.kind, viewer.signs(way), store.path)
    return requests(store)[number]


def _check_somebody_may(store: Store, wish: Wish, who: str) -> None:
    """Raises EditRefused where a level has nobody who could consent."""
    known = approvers.everybody(store)
    at = approvers.lacking(wish.levels, wish.kind, who, known)
    if at is not None:
        named = approvers.in_words(wish.levels[at], known)
        raise EditRefused(
            tr(
                "Nothing was asked for: at level {n} ({names}) nobody is left who may consent, but for you and those of the other levels. "
                "Whoever administers Holdfast can name others.", n=at + 1, names=named,
            )
        )  # fmt: skip


def done(store: Store, cursor: duckdb.DuckDBPyConnection, request: Request | None, came_of: str = "", at: datetime | None = None) -> None:
    """Write down, in the transaction of a deed that `check` let through, that it is done; nothing where it needed no consent."""
    if request:
        event = Event(request.number, DO, at or datetime.now(UTC), request.asked_by, {"came_of": came_of})
        add(cursor, event, request.kind, Actor(request.asked_by), store.path)
