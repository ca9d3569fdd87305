"""Writing an entry of the audit: within the transaction of the deed, so that both are kept or neither is.

An entry holds internal ids and keyed hashes, never a name, an address or a text that somebody wrote: it stays when a person is erased.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb

from data.audit import keys
from data.audit.heads import LATE, Head, head_of
from data.viewer import WAYS, Actor, acting

ACTIONS = (
    "begin",  # the chain begins; what was in the log by then
    "sign_in", "sign_in_failed", "sign_out", "denied",
    "import", "undo", "redo", "edit", "train", "close", "reopen",
    "export", "backup", "restore",
    "ask", "consent", "refuse", "withdraw", "outdated", "remind",
    "configure", "token_made", "token_revoked", "release",
    "erase", "retention",
)  # fmt: skip
COLUMNS = ("seq", "done_at", "actor", "roles", "scope", "way", "action", "kind", "object", "detail", "key", "previous", "hash")
FIRST = ""  # what the first entry follows

OWN = ("holdfast", "sample", "preview", "nobody")  # what the program does by itself, and who is not known


class Writes(Protocol):
    """A store that can be written to."""

    @property
    def path(self) -> Path: ...

    def writing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]: ...


def record(
    cursor: duckdb.DuckDBPyConnection, action: str, who: str | Actor, *, kind: str = "", object: str = "",
    detail: Mapping[str, Any] | None = None, store: Path | None = None,
) -> int:  # fmt: skip
    """Add an entry within the caller's transaction, and give its number.

    kind: the kind of object, as in data/viewer.py. object: its internal id, or a keyed hash. detail: what else there is to say, in values
    that are no person's. store: beside which store the key lies; left out: beside the one that the cursor writes to.
    Raises ValueError for an action that is not of the list, KeyUnreadable where nothing can be sealed.
    """
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is no action of the audit.")
    beside = store or store_path(cursor)
    seq, previous = begun(cursor, beside)
    return _add(cursor, beside, seq + 1, previous, who=acting(who), action=action, kind=kind, object=object, detail=detail or {})[0]


def begun(cursor: duckdb.DuckDBPyConnection, store: Path) -> tuple[int, str]:
    """Number and seal of the newest entry of the chain, which begins where there is none yet: to be called before a deed is logged."""
    newest = cursor.execute("select seq, hash from audit order by seq desc limit 1").fetchall()
    return newest[0] if newest else _begin(cursor, store)


def note(store: Writes, action: str, who: str | Actor, *, kind: str = "", object: str = "", detail: Mapping[str, Any] | None = None) -> int:
    """Add an entry in a transaction of its own, for a deed that is done elsewhere than in the store. Raises as `record`."""
    with store.writing() as cursor:
        return record(cursor, action, who, kind=kind, object=object, detail=detail, store=store.path)


def canonical(entry: Mapping[str, Any]) -> str:
    """All of an entry but its own seal, written out in one way."""
    told = [_written(entry[name]) for name in COLUMNS if name != "hash"]
    return json.dumps(told, ensure_ascii=True, separators=(",", ":"))


def _written(value: Any) -> Any:
    return value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def in_one_way(detail: Mapping[str, Any]) -> str:
    """The detail of an entry as JSON, with its names in order; days and moments as ISO."""
    return json.dumps(detail, ensure_ascii=True, separators=(",", ":"), sort_keys=True, default=str)


def digest_of_log(cursor: duckdb.DuckDBPyConnection, last: int) -> str:
    """What the log up to an entry comes to; who stands there is left out, so that a person can be erased from it."""
    query = "select seq, action, batch, epoch_us(logged_at) from log where seq <= ? order by seq"
    return json.dumps(cursor.execute(query, [last]).fetchall(), separators=(",", ":"))


def newest_of(cursor: duckdb.DuckDBPyConnection) -> int:
    """The number of the newest entry; 0 where there is none."""
    return cursor.execute("select coalesce(max(seq), 0) from audit").fetchall()[0][0]


def head(cursor: duckdb.DuckDBPyConnection) -> str:
    """Number and seal of the newest entry, as a close keeps them; empty where there is none."""
    found = cursor.execute("select seq, hash from audit order by seq desc limit 1").fetchall()
    return " ".join(map(str, found[0])) if found else ""


def heads_after(cursor: duckdb.DuckDBPyConnection, seq: int, before: int) -> list[Head]:
    """The heads of the entries after one. before: the newest when the work began; those up to it come late."""
    found = cursor.execute("select seq, hash, done_at from audit where seq > ? order by seq", [seq]).fetchall()
    return [head_of(*one, LATE if one[0] <= before else "") for one in found]


def store_path(cursor: duckdb.DuckDBPyConnection) -> Path:
    """The file that a cursor writes to."""
    found = cursor.execute("select path from duckdb_databases() where database_name = current_database()").fetchall()[0][0]
    if not found:
        raise ValueError("A store in memory has no place for the key of its audit.")
    return Path(found)


def _begin(cursor: duckdb.DuckDBPyConnection, beside: Path) -> tuple[int, str]:
    """The first entry: it says how much was logged before there was an audit, and holds a digest of it."""
    logged = cursor.execute("select coalesce(max(seq), 0) from log").fetchall()[0][0]
    told = {"logged": logged, "digest": keys.keyed(beside, digest_of_log(cursor, logged))}
    return _add(cursor, beside, 1, FIRST, who=Actor("holdfast"), action="begin", kind="store", object="", detail=told)


def _add(
    cursor: duckdb.DuckDBPyConnection, beside: Path, seq: int, previous: str, *, who: Actor, detail: Mapping[str, Any], **told: str
) -> tuple[int, str]:
    key = keys.current(beside)
    entry = {
        "seq": seq, "done_at": datetime.now(UTC).replace(tzinfo=None), "actor": name_of(beside, who.name), "roles": ", ".join(who.roles),
        "scope": _scope(beside, who), "way": who.way or WAYS.get(who.name.partition(":")[0], ""), "detail": in_one_way(detail),
        "key": keys.id_of(key), "previous": previous, **told,
    }  # fmt: skip
    entry["hash"] = keys.sealed(key, canonical(entry))
    cursor.execute(f"insert into audit values ({', '.join('?' * len(COLUMNS))})", [entry[name] for name in COLUMNS])
    return seq, entry["hash"]


def name_of(store: Path, name: str) -> str:
    """Who acts, as an entry says it: a way as it is, any other name as its keyed hash; of "command line: Dana" only Dana is one."""
    way, colon, said = name.partition(": ")
    if name in WAYS or name in OWN or not name:
        return name
    return f"{way}: {keys.keyed(store, said)}" if colon and way in WAYS else keys.keyed(store, name)


def _scope(store: Path, who: Actor) -> str:
    """Whose accounts somebody acts for; owners are people, and stand as keyed hashes. Empty for the whole company."""
    if not who.scope:
        return ""
    if who.reach is None:
        return keys.keyed(store, who.scope)
    return "; ".join(f"{column}: {', '.join(_told(store, column, values))}" for column, values in who.reach) or "no account"


def _told(store: Path, column: str, values: tuple[str, ...]) -> list[str]:
    return [keys.keyed(store, value) for value in values] if column == "owner" else list(values)
