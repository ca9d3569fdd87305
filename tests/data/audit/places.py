"""A store with a few deeds in it, and its audit read without the program's own reading."""

from pathlib import Path

import duckdb
import polars as pl

from data.store.store import Store
from tests.data.log.stagings import staged

NAMES = ("seq", "done_at", "actor", "roles", "scope", "way", "action", "kind", "object", "detail", "key", "previous", "hash")


def account(key: str, **more: object) -> dict:
    return {"row_key": key, "account_id": key, **more}


def brought(store: Store, folder: Path, key: str = "A", who: str = "local") -> int:
    """Import one account; its batch."""
    parts = folder / "parts"
    parts.mkdir(exist_ok=True)
    return store.commit(staged(parts, "accounts", [account(key)]), who).batch


def entries(path: Path) -> pl.DataFrame:
    """The audit of a store that is closed, in order."""
    with duckdb.connect(str(path), read_only=True) as found:
        return found.sql("select * from audit order by seq").pl()


def told(path: Path) -> list[tuple[str, str, str]]:
    """Action, kind and object of each entry."""
    return entries(path).select("action", "kind", "object").rows()
