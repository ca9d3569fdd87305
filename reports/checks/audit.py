"""Who did what and when: the entries of the audit in words, with names where they are still known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from data.access.people import same
from data.access.provider import administrators
from data.access.rights import known_people
from data.audit import keys, reading
from data.audit.entries import ACTIONS
from data.parameters import WrongParameter
from data.settings import current_settings
from data.store.store import Store
from data.viewer import ADMINISTER, KINDS, Viewer
from language import tr
from language.formats import listed
from reports.report import Report
from reports.units import schema_of
from reports.words import deeds

NAME, KIND = "audit", "store"
COLUMNS = {
    "seq": "count", "done_at": "instant", "who": "text", "roles": "text", "scope": "text", "way": "text", "action": "text", "kind": "text",
    "object": "text", "said": "text", "detail": "text", "hash": "text",
}  # fmt: skip
HASH = 64  # characters of a keyed hash


@dataclass(frozen=True)
class Filters:
    """Which entries. who: an address, a name of the list, or a way; kind: of object. since, until: days in UTC, both included. most: how
    many of the newest."""

    who: str | None = None
    action: str | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None
    most: int | None = None


def audit(store: Store, viewer: Viewer, asked: Filters) -> Report:
    """The entries, newest first. who: the name, else that it is no longer listed, or how the work came in. detail: JSON, as it was kept,
    with people as keyed hashes. Totals: how many entries there are of those. Raises NotAllowed, WrongParameter."""
    viewer.for_whole_company(ADMINISTER, KIND)
    _check(asked)
    names = names_of(store)
    wanted = reading.Asked(_actors(store.path, asked.who), asked.action, asked.kind, asked.since, asked.until, asked.most)
    with store.reading() as cursor:
        found, entries = reading.entries(cursor, wanted), reading.count(cursor, wanted)
    rows = [_row(entry, names) for entry in found.iter_rows(named=True)]
    stated = {"who": asked.who, "action": asked.action, "kind": asked.kind, "from": asked.since, "to": asked.until}
    frame = pl.DataFrame(rows, schema=schema_of(COLUMNS), orient="row")
    return Report(NAME, tr("Audit"), stated, "", "", store.version(), frame, {"entries": entries}, COLUMNS)


def everybody(store: Store, viewer: Viewer) -> list[str]:
    """Who is named in entries, by a name that `Filters.who` takes; who is no longer listed is not among them."""
    viewer.for_whole_company(ADMINISTER, KIND)
    names = names_of(store)
    with store.reading() as cursor:
        found = reading.actors(cursor)
    return sorted({names.get(one, one) for one in found if one in names or len(one) < HASH}, key=str.casefold)


def names_of(store: Store) -> dict[str, str]:
    """What the keyed hashes of people who are known stand for: addresses, names, and what accounts say as owner."""
    people, owners = known_people(store)
    said = {one.email: one.email for one in people.by_email.values()} | {one: one for one in administrators(current_settings())}
    said |= {one.name: one.name for one in people.by_email.values() if one.name} | {one: one for one in owners}
    return {keys.keyed_with(key, value): name for key in keys.all_of(store.path) for value, name in said.items()}


def _check(asked: Filters) -> None:
    for name, value, known in (("action", asked.action, ACTIONS), ("kind", asked.kind, KINDS)):
        if value and value not in known:
            raise WrongParameter(tr("{name}: {value!r} is none of {choices}.", name=name, value=value, choices=listed(known)))
    if asked.since and asked.until and asked.until < asked.since:
        raise WrongParameter(tr("to: {end} lies before {start}, where the period opens.", end=asked.until, start=asked.since))


def _actors(store: Path, who: str | None) -> list[str] | None:
    """How entries name somebody: as a way, or by the keyed hash under each key."""
    return [who, *(keys.keyed_with(key, same(who)) for key in keys.all_of(store))] if who else None


def _row(entry: Mapping[str, object], names: Mapping[str, str]) -> tuple[object, ...]:
    told = {**entry, "who": _who(str(entry["actor"]), names), "scope": _named(str(entry["scope"] or ""), names) or None}
    return tuple(deeds.sentence(entry) if name == "said" else told[name] or None for name in COLUMNS)


def _who(actor: str, names: Mapping[str, str]) -> str:
    way, colon, said = actor.partition(": ")
    if colon:
        return f"{deeds.WAYS.get(way, way)}: {names.get(said) or tr('a person no longer listed')}"
    return names.get(actor) or deeds.WAYS.get(actor) or (tr("a person no longer listed") if len(actor) >= HASH else actor)


def _named(scope: str, names: Mapping[str, str]) -> str:
    for known, name in names.items():
        if known in scope:
            scope = scope.replace(known, name)
    return scope


def whole(asked: Filters) -> Filters:
    """The same without a limit, as for a file."""
    return replace(asked, most=None)
