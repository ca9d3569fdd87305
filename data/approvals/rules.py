"""What needs consent, and whose: one TOML file beside the store says it. What cannot be read lets nothing through."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import tomli_w

from data import private
from data.access.people import is_address, same
from data.settings import current_settings
from language import tr

SNAPSHOT, UNDO, CLOSE, REOPEN, ERASURE, SCORE = "snapshot", "undo", "close", "reopen", "erasure", "score"
OBJECTS = {SNAPSHOT: "imports", UNDO: "imports", CLOSE: "closes", REOPEN: "closes", ERASURE: "accounts", SCORE: "plays"}
"""What needs consent, by name, each with the kind of object whose `approve` lets consent to it. Later kinds add themselves: `add_kind`."""
UNDONE = ("imports", "activities", "accounts", "plays", "views", "model", "people")
MOST_LEVELS = 5
SHIPPED = Path(__file__).with_name("approvals.toml")
PARTS = ("deputies", "reminders")


class RulesWrong(ValueError):
    """The file of approvals cannot be used; the message names each place and what may stand there."""


@dataclass(frozen=True)
class Level:
    """Who consents at one level: anybody who has one of the roles, or is one of the people (addresses as they are compared)."""

    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class When:
    """On what a rule holds; all that is said must. amount_above: ARR in currency units; share_above: of all ARR, 0 to 1; of a score, the ARR of
    the accounts whose band it changes. None, empty: not asked."""

    amount_above: float | None = None
    share_above: float | None = None
    segments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule of a kind: its levels in the order in which they consent, when it holds, and of `undo` the kinds of batches."""

    levels: tuple[Level, ...]
    when: When = When()
    of: tuple[str, ...] = ("imports",)


@dataclass(frozen=True)
class Deputy:
    """Who consents in somebody's place; first and last day, None: without end."""

    by: str
    start: date | None = None
    until: date | None = None

    def stands_in(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Rules:
    """All rules by kind, deputies by the address of whom they stand in for, and after how many days an open request is brought to mind
    (None: never)."""

    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    deputies: Mapping[str, Deputy] = field(default_factory=dict)
    remind_after: int | None = None

    def about(self, kind: str) -> tuple[Rule, ...]:
        return self.rules.get(kind, ())


def add_kind(name: str, of: str) -> None:
    """Let a kind of deed be named in the file; of: the kind of object whose `approve` lets consent to it."""
    OBJECTS[name] = of


def place(store: Path) -> Path:
    """Where the rules of a store are kept once somebody has changed them."""
    said = current_settings().approvals
    return (said or store.expanduser().with_name("approvals.toml")).expanduser().resolve()


def current(store: Path) -> Rules:
    """The rules in force for a store; of the sample company, which is made up, none. Raises RulesWrong."""
    if store.resolve() == current_settings().sample_store.expanduser().resolve() != current_settings().store.expanduser().resolve():
        return Rules()
    path = place(store) if place(store).exists() else SHIPPED
    try:
        return _read(path, path.stat().st_mtime_ns, tuple(OBJECTS))
    except (OSError, UnicodeDecodeError) as error:
        raise RulesWrong(tr("{named}: this cannot be read: {error}.", named=path.name, error=error)) from None


@cache
def _read(path: Path, _changed: int, _kinds: tuple[str, ...]) -> Rules:
    return from_toml(path.read_text(encoding="utf-8"), path.name)


def from_toml(written: str, named: str = "approvals.toml") -> Rules:
    """Rules as a file states them. Raises RulesWrong, which names every place at fault."""
    try:
        found = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise RulesWrong(tr("{named}: this is no TOML: {error}.", named=named, error=error)) from None
    faults: list[str] = []
    for name in found:
        if name not in (*OBJECTS, *PARTS):
            faults.append(
                tr("{name}: nothing of that name can need consent. Names: {names}.", name=name, names=", ".join((*OBJECTS, *PARTS)))
            )
    rules = {kind: _rules(kind, found[kind], faults) for kind in OBJECTS if kind in found}
    deputies = _deputies(found.get("deputies", {}), faults)
    remind = _reminders(found.get("reminders", {}), faults)
    if faults:
        raise RulesWrong("\n".join(f"{named}: {fault}" for fault in faults))
    return Rules(rules, deputies, remind)


def _rules(kind: str, said: object, faults: list[str]) -> tuple[Rule, ...]:
    tables = said if isinstance(said, list) else [said]
    found = tuple(_rule(kind, f"{kind}[{at}]" if len(tables) > 1 else kind, one, faults) for at, one in enumerate(tables, 1))
    number = len(dict.fromkeys(level for rule in found for level in rule.levels))
    if number > MOST_LEVELS:
        faults.append(
            tr("{where}: there are {number} levels together, and at most {most} may be.", where=kind, number=number, most=MOST_LEVELS)
        )
    return found


def _rule(kind: str, where: str, said: object, faults: list[str]) -> Rule:
    if not isinstance(said, dict):
        faults.append(tr("{where}: a table is needed, with levels.", where=where))
        return Rule(())
    _only(where, said, ("levels", "when", *(["of"] if kind == UNDO else [])), faults)
    levels = said.get("levels")
    if not isinstance(levels, list):
        faults.append(tr("{where}.levels: a list is needed, one entry for each level; [] asks nobody.", where=where))
        levels = []
    made = tuple(_level(f"{where}.levels[{at}]", one, faults) for at, one in enumerate(levels, 1))
    if len({*made}) < len(made):
        faults.append(tr("{where}.levels: two levels are the same. Leave one of them out, or name others.", where=where))
    return Rule(made, _when(f"{where}.when", said.get("when", {}), faults), _undone(f"{where}.of", said.get("of", ["imports"]), faults))


def _level(where: str, said: object, faults: list[str]) -> Level:
    if not isinstance(said, dict):
        faults.append(tr("{where}: a table is needed, such as {example}.", where=where, example='{ roles = ["executive"] }'))
        return Level()
    _only(where, said, ("roles", "people"), faults)
    roles, people = _texts(f"{where}.roles", said.get("roles", []), faults), _texts(f"{where}.people", said.get("people", []), faults)
    if not roles and not people:
        faults.append(tr("{where}: nobody could consent. Name roles or people.", where=where))
    faults += [tr("{where}.people: {one!r} is no e-mail address.", where=where, one=one) for one in people if not is_address(one)]
    return Level(tuple(sorted({*roles})), tuple(sorted({same(one) for one in people})))


def _when(where: str, said: object, faults: list[str]) -> When:
    if not isinstance(said, dict):
        faults.append(tr("{where}: a table is needed, such as {example}.", where=where, example="{ share_above = 0.05 }"))
        return When()
    _only(where, said, ("amount_above", "share_above", "segments"), faults)
    amount = _number(f"{where}.amount_above", said.get("amount_above"), None, faults)
    share = _number(f"{where}.share_above", said.get("share_above"), 1.0, faults)
    segments = _texts(f"{where}.segments", said.get("segments", []), faults)
    if said.get("segments") == []:
        faults.append(tr("{where}.segments: a rule of no segment never holds. Name some, or leave it out.", where=where))
    return When(amount, share, tuple(sorted({*segments})))


def _number(where: str, said: object, most: float | None, faults: list[str]) -> float | None:
    if said is None:
        return None
    if (
        isinstance(said, bool)
        or not isinstance(said, int | float)
        or not 0 <= said <= (float("inf") if most is None else most)
        or said == float("inf")
    ):
        between = tr("a number from 0 to {most:g}", most=most) if most else tr("a number, 0 or more")
        faults.append(tr("{where}: {said!r} cannot be. Give {between}.", where=where, said=said, between=between))
        return None
    return float(said)


def _undone(where: str, said: object, faults: list[str]) -> tuple[str, ...]:
    found = _texts(where, said, faults)
    faults += [
        tr("{where}: {one!r} is no kind of batches. Kinds: {kinds}.", where=where, one=one, kinds=", ".join(UNDONE))
        for one in found
        if one not in UNDONE
    ]
    return found


def _texts(where: str, said: object, faults: list[str]) -> tuple[str, ...]:
    named = said if isinstance(said, list) else [said]
    if not all(isinstance(one, str) and one.strip() for one in named):
        faults.append(tr("{where}: {said!r} cannot be. Give a list of names.", where=where, said=said))
        return ()
    return tuple(one.strip() for one in named)


def _only(where: str, said: Mapping[str, Any], names: tuple[str, ...], faults: list[str]) -> None:
    faults += [
        tr("{where}.{name}: there is no such entry. Entries: {names}.", where=where, name=name, names=", ".join(names))
        for name in said
        if name not in names
    ]


def _deputies(said: object, faults: list[str]) -> dict[str, Deputy]:
    if not isinstance(said, dict):
        faults.append(
            tr("{where}: a table is needed, such as {example}.", where="deputies", example='"dana@example.com" = "lee@example.com"')
        )
        return {}
    found = {same(who): _deputy(f"deputies.{who}", who, one, faults) for who, one in said.items()}
    if len(found) < len(said):
        faults.append(tr("deputies: an address is there twice, in letters of other size. Keep one."))
    for way in _loops({who: one.by for who, one in found.items()}):
        faults.append(tr("deputies: {way}: they stand in for each other in a circle. Leave one of them out.", way=" -> ".join(way)))
    return found


def _deputy(where: str, who: str, said: object, faults: list[str]) -> Deputy:
    table = said if isinstance(said, dict) else {"by": said}
    _only(where, table, ("by", "from", "until"), faults)
    by, start, until = table.get("by"), _day(f"{where}.from", table.get("from"), faults), _day(f"{where}.until", table.get("until"), faults)
    faults += [
        tr("{where}: {one!r} is no e-mail address.", where=where, one=one)
        for one in (who, by)
        if not isinstance(one, str) or not is_address(one)
    ]
    if start and until and until < start:
        faults.append(tr("{where}.until: {until} lies before {start}, the first day.", where=where, until=until, start=start))
    return Deputy(same(by) if isinstance(by, str) else "", start, until)


def _day(where: str, said: object, faults: list[str]) -> date | None:
    if said is None or (isinstance(said, date) and type(said) is date):
        return said
    faults.append(tr("{where}: {said} is no day. Write it like {example}.", where=where, said=said, example="2026-12-31"))
    return None


def _loops(by: Mapping[str, str]) -> list[list[str]]:
    """Every circle of deputies once, from its first address in the alphabet."""
    found = []
    for first in sorted(by):
        way = [first]
        while way[-1] in by and by[way[-1]] not in way:
            way.append(by[way[-1]])
        if by.get(way[-1]) == first == min(way):
            found.append([*way, first])
    return found


def _reminders(said: object, faults: list[str]) -> int | None:
    if not isinstance(said, dict):
        faults.append(tr("{where}: a table is needed, such as {example}.", where="reminders", example="after_days = 3"))
        return None
    _only("reminders", said, ("after_days",), faults)
    days = said.get("after_days")
    if days is not None and (isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 365):
        faults.append(
            tr("{where}: {said!r} cannot be. Give {between}.", where="reminders.after_days", said=days, between=tr("whole days, 1 to 365"))
        )
        return None
    return days


def to_toml(known: Rules) -> str:
    """Rules as the file states them, which `from_toml` reads back."""
    written: dict[str, Any] = {kind: [_as_table(kind, one) for one in some] for kind, some in known.rules.items() if some}
    if known.deputies:
        written["deputies"] = {who: _as_deputy(one) for who, one in known.deputies.items()}
    if known.remind_after:
        written["reminders"] = {"after_days": known.remind_after}
    return tomli_w.dumps(written)


def _as_table(kind: str, rule: Rule) -> dict[str, Any]:
    when = {"amount_above": rule.when.amount_above, "share_above": rule.when.share_above, "segments": list(rule.when.segments)}
    said = {name: value for name, value in when.items() if value not in (None, [])}
    levels = [{name: list(some) for name, some in (("roles", one.roles), ("people", one.people)) if some} for one in rule.levels]
    return (
        {"levels": levels} | ({"when": said} if said else {}) | ({"of": list(rule.of)} if kind == UNDO and rule.of != ("imports",) else {})
    )


def _as_deputy(one: Deputy) -> object:
    days = {name: day for name, day in (("from", one.start), ("until", one.until)) if day}
    return {"by": one.by, **days} if days else one.by


def keep(store: Path, written: str) -> Rules:
    """Put a file of rules in force, once it is found right; the one before stays in force otherwise. Raises RulesWrong."""
    found = from_toml(written)
    private.write_whole(place(store), written)
    return found
