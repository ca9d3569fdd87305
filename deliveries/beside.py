"""Deliveries beside each other: two of them in one table, of which one replaces all rows, would each undo what the other has written."""

from contextlib import suppress
from pathlib import Path

from deliveries import journal
from deliveries.description import Delivery, DescriptionWrong, SqlTable, load, names
from language import tr
from sources.secrets import SecretMissing, secret


def in_its_table(store: Path, name: str, delivery: Delivery) -> list[str]:
    """The names of other deliveries that write to the same table, where this one or they replace all of it; empty where none does. Those
    that are paused, or whose file cannot be used, write nothing."""
    return [other for other, said in _others(store, name) if not said.paused and _clash(delivery, said)]


def who_was_there(store: Path, name: str, delivery: Delivery) -> str | None:
    """The delivery that has the table of this one, and is not to be overwritten: one that delivered where this one has not yet, else the
    first by name. None where the table is free, or this one's."""
    first = min(((not _has_delivered(store, one), one) for one in in_its_table(store, name, delivery)), default=None)
    return first[1] if first and first < (not _has_delivered(store, name), name) else None


def told(name: str, delivery: Delivery) -> tuple[str, str]:
    """What is said where another delivery has the table, and what to do."""
    reason = tr("{name} writes to the same table ({table}), and one of both replaces all of it.", name=name, table=delivery.where)
    return reason, tr('Name another table; or say write = "upsert" in both, with a key.')


def _others(store: Path, name: str) -> list[tuple[str, Delivery]]:
    found = []
    for other in names(store):
        with suppress(DescriptionWrong):
            found += [(other, load(store, other))] if other != name else []
    return found


def _clash(one: Delivery, other: Delivery) -> bool:
    a, b = one.target, other.target
    if not isinstance(a, SqlTable) or not isinstance(b, SqlTable) or "replace" not in (a.write, b.write):
        return False
    return (a.schema_name, a.table.lower()) == (b.schema_name, b.table.lower()) and (a.secret == b.secret or _url(a) == _url(b))


def _url(target: SqlTable) -> str:
    """The URL of a table's database; the name of its secret where that is missing."""
    try:
        return secret(target.secret)
    except SecretMissing:
        return target.secret


def _has_delivered(store: Path, name: str) -> bool:
    return bool(journal.read(store, name).newest)
