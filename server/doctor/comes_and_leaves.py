"""What comes and leaves by itself: each source and each delivery can be used, has its secrets, and has not failed for days."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from data.work.pulls import FAILED, WAITING
from deliveries import description as deliveries_described
from deliveries import journal
from deliveries.description import DescriptionWrong
from server.doctor.deployment import Deployment, Found
from sources import description, listing, looks
from sources.description import Source, Unreadable
from sources.secrets import SecretMissing, secret

LONG = timedelta(days=1)  # for which one may fail before somebody is told
AGAIN = "Mend what it says, then see what becomes of it:"


def sources(of: Deployment) -> Found:
    """Sources that are not paused."""
    return [fault for one in description.listed(of.store) for fault in _of_source(of, one)]


def _of_source(of: Deployment, one: Source | Unreadable) -> Iterator[tuple[str, str]]:
    if isinstance(one, Unreadable):
        yield (
            f"The source {one.name} cannot be used, so nothing comes from it. {one.problem}",
            f"Mend {description.folder(of.store) / one.name}.toml.",
        )
        return
    if one.paused:
        return
    if missing := list(_missing(f"The source {one.name}", one.secrets)):
        yield from missing
        return
    for part in listing.parts_of(one):
        last = looks.kept(of.store, part)
        if last and last.pulled.outcome == FAILED:
            told = last.failing_since, last.pulled.problem, last.pulled.what_to_do
            yield from _failing(of, f"The source {part}", *told, f"cli.py sources check {one.name}")
        if last and last.pulled.outcome == WAITING:
            yield f"The source {part} waits for somebody to say: {last.pulled.problem or ''}", last.pulled.what_to_do or ""


def deliveries(of: Deployment) -> Found:
    """Deliveries that are not paused."""
    return [fault for name in deliveries_described.names(of.store) for fault in _of_delivery(of, of.store, name)]


def _of_delivery(of: Deployment, store: Path, name: str) -> Iterator[tuple[str, str]]:
    try:
        delivery = deliveries_described.load(store, name)
    except DescriptionWrong as wrong:
        yield f"The delivery {name} cannot be used, so nothing leaves by it. {wrong}", f"Mend {deliveries_described.place(store, name)}."
        return
    if delivery.paused:
        return
    named = getattr(delivery.target, "secret", None)
    if missing := list(_missing(f"The delivery {name}", [named] if named else [])):
        yield from missing
        return
    last = journal.read(store, name).last
    if last and last.entry["outcome"] == journal.FAILED:
        since = datetime.fromisoformat(last.failing_since) if last.failing_since else None
        told = since, last.entry.get("problem"), last.entry.get("what_to_do")
        yield from _failing(of, f"The delivery {name}", *told, f"cli.py deliveries check {name}")


def _missing(whose: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            secret(name)
        except SecretMissing as missing:
            fault, _, fix = str(missing).partition(". ")
            yield f"{whose} cannot go on. {fault}.", fix


def _failing(
    of: Deployment, what: str, since: datetime | None, problem: str | None, to_do: str | None, command: str
) -> Iterator[tuple[str, str]]:
    """That it fails, where it has for longer than LONG."""
    if since and of.now - since > LONG:
        hours = (of.now - since).total_seconds() / 3600
        yield f"{what} has failed for {hours:,.0f} hours. {problem or ''}".rstrip(), f"{to_do or ''} {AGAIN} {command}".strip()
