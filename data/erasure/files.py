"""What lies beside the store and may name who goes: uploads on their way, files in the inbox, saved mappings, stores that were replaced, the
record of sign-ins."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data import private
from data.erasure import journals, queues
from data.erasure.subjects import Found
from data.erasure.words import Blanks, as_words
from data.settings import current_settings

PROCESSED = ("done", "refused")
PACKED = (
    b"PK",
    b"\x1f\x8b",
    b"PAR1",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"\xd0\xcf\x11\xe0",
)  # zip and workbooks, gzip, Parquet ...
LARGEST = 64 * 2**20  # bytes of a file that is searched; of a larger one nobody can say what is in it
ENCODINGS = ("utf-8", "utf-16", "latin-1", "gb18030")


@dataclass(frozen=True)
class Beside:
    """What goes of the files beside the store, by what they are, and what stays and why."""

    counts: dict[str, int]
    stays: tuple[str, ...] = ()


def look(store: Path, found: Found) -> Beside:
    """What an erasure takes out beside the store; nothing is changed."""
    blanks = _blanks(found)
    counts = {
        "uploads": len(list(_uploads(store))),
        "inbox": len(list(_processed(store, blanks, found))),
        "mappings": len(list(_mappings(store, blanks))),
        "replaced": len(list(_replaced(store, blanks, found))),
        "signins": _signins(store, found, change=False),
        "deliveries": len(list(journals.of(store, found.ids, blanks))),
        "webhooks": queues.of(store, found.ids, blanks),
    }
    return Beside({name: n for name, n in counts.items() if n}, journals.stays(store))


def clear(store: Path, found: Found) -> None:
    """Take it out. Done once more it finds nothing."""
    blanks = _blanks(found)
    for path in _uploads(store):
        _away(path)
    for path in _processed(store, blanks, found):
        _away(path)
    for path in _mappings(store, blanks):
        fresh = path.with_suffix(".new")
        fresh.write_text(blanks.text(path.read_text()))
        fresh.replace(path)
    for path in list(_replaced(store, blanks, found)):
        _away(path)
        _away(path.with_name(f"{path.name}.wal"))
    _signins(store, found, change=True)
    journals.clear(store, found.ids, blanks)
    queues.clear(store, found.ids, blanks)


def _replaced(store: Path, blanks: Blanks, found: Found) -> Iterator[Path]:
    """Stores that were set aside when a backup was put in their place, or before an upgrade, and that have who goes; one that cannot be
    read may."""
    ids = found.ids
    for kind in ("replaced-*", "before-upgrade"):
        for path in sorted(store.parent.glob(f"{store.stem}.{kind}.duckdb")):
            try:
                has = _store_has(path, blanks, ids)
            except duckdb.Error:
                has = True
            if has:
                yield path


def _store_has(path: Path, blanks: Blanks, ids: list[str]) -> bool:
    """Whether any text of a store that nobody has open is one of the ids, or names who goes."""
    with closing(duckdb.connect(str(path), read_only=True)) as con:
        columns = (
            "select table_name, column_name, data_type from duckdb_columns() where data_type in ('VARCHAR', 'VARCHAR[]') and not internal"
        )
        return any(_column_has(con, *column, blanks, ids) for column in con.execute(columns).fetchall() if column[0] != "audit")


def _column_has(con: duckdb.DuckDBPyConnection, table: str, column: str, kind: str, blanks: Blanks, ids: list[str]) -> bool:
    text = f'array_to_string("{column}", chr(31))' if kind.endswith("[]") else f'"{column}"'
    hinted = " or ".join(["list_contains(?, value)", *(["contains(lower(value), ?)"] * len(blanks.hints))])
    query = f'select distinct value from (select {text} as value from "{table}") where {hinted}'
    return any(value in ids or blanks.stands_in(value) for (value,) in con.execute(query, [ids, *blanks.hints]).fetchall())


def inbox(store: Path) -> Path:
    return (current_settings().inbox or store.parent / "inbox").expanduser().resolve()


def names_somebody(path: Path, blanks: Blanks, ids: re.Pattern[str]) -> bool:
    """Whether a file has any of the terms or ids; of one that is packed, or too large to be searched, that cannot be known, and it counts."""
    if path.stat().st_size > LARGEST:
        return True
    content = path.read_bytes()
    if content.startswith(PACKED):
        return True
    return any(_has(content, encoding, blanks, ids) for encoding in ENCODINGS)


def _has(content: bytes, encoding: str, blanks: Blanks, ids: re.Pattern[str]) -> bool:
    text = content.decode(encoding, errors="ignore")
    return bool(ids.search(text)) or blanks.stands_in(text)


def _blanks(found: Found) -> Blanks:
    return Blanks(found.terms, "erased")


def _uploads(store: Path) -> Iterator[Path]:
    """Uploads that wait on the page, with all that was found out about them, and the desks on which they lie."""
    for pattern in ("drafts/*", "uploads/*", "desks/*", "waiting/*"):
        yield from sorted((store.parent / "staging").glob(pattern))


def _processed(store: Path, blanks: Blanks, found: Found) -> Iterator[Path]:
    ids = as_words(found.ids)
    for place in PROCESSED:
        for path in sorted((inbox(store) / place).glob("*")):
            if path.is_file() and not path.is_symlink() and names_somebody(path, blanks, ids):
                yield path


def _mappings(store: Path, blanks: Blanks) -> Iterator[Path]:
    for path in sorted((store.parent / "mappings").glob("*.toml")):
        if blanks.stands_in(path.read_text()):
            yield path


def _signins(store: Path, found: Found, *, change: bool) -> int:
    """Entries of the record of sign-ins under an address of who goes; whoever is on the list of your own team is not taken out."""
    path = store.with_suffix(".signins.sqlite")
    if not path.exists() or not found.emails:
        return 0
    marks = ", ".join("?" * len(found.emails))
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as record:
        tables = [name for (name,) in record.execute("select name from sqlite_master where type = 'table'")]
        within = [name for name in tables if any(column[1] == "email" for column in record.execute(f"pragma table_info({name})"))]
        n = sum(
            record.execute(f"select count(*) from {name} where lower(email) in ({marks})", [*found.emails]).fetchone()[0] for name in within
        )
        if change and n:
            record.execute("pragma secure_delete = on")
            for name in within:
                record.execute(f"delete from {name} where lower(email) in ({marks})", [*found.emails])
            record.execute("vacuum")
    if change and n:
        private.close(path)
    return n


def _away(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
