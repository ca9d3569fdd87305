"""A look at a store without changing it: nothing is upgraded, closed or tidied up, as opening it would."""

from pathlib import Path

import duckdb

from data.log.layouts import is_older, newer_parts
from data.store import integrity
from data.store.integrity import Checked
from data.store.store import NEWER
from data.store.writing import StoreError, StoreHeld, StoreNewer

MEMORY = "1GB"  # whatever the server is given


def look(path: Path) -> Checked | None:
    """What a quick check finds; None of a store of an earlier version, which the next start upgrades.

    Raises StoreHeld where another process has it open, and StoreError where it cannot be opened.
    """
    try:
        with duckdb.connect(str(path), read_only=True, config={"memory_limit": MEMORY}) as connection:
            if found := newer_parts(connection):
                raise StoreNewer(NEWER.format(path=path, what=", ".join(found[:3])))
            return None if is_older(connection) else integrity.quick(connection)
    except duckdb.IOException as error:
        if "set lock" in str(error):
            raise StoreHeld(f"{path} is open in another process.") from None
        raise StoreError(f"{path} cannot be opened as a store: {error}") from None
    except duckdb.Error as error:
        raise StoreError(f"{path} is no whole store: {str(error).splitlines()[0]}") from None
