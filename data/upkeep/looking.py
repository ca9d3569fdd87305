"""A look at a store without changing it: nothing is upgraded, closed or tidied up, as opening it would."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data.log.layouts import is_older, newer_parts
from data.store import integrity
from data.store.integrity import Checked
from data.store.open_file import NEWER
from data.store.readings import Readings
from data.store.writing import StoreError, StoreHeld, StoreNewer

MEMORY = "1GB"  # whatever the server is given


class OnlyRead:
    """The file of a store as views read it, and nobody writes it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection, self.readings = connection, Readings()

    @contextmanager
    def reading(self) -> Generator[duckdb.DuckDBPyConnection]:
        with self.connection.cursor() as cursor:
            yield cursor


@contextmanager
def opened_to_read(path: Path) -> Generator[OnlyRead | None]:
    """A store that nobody writes meanwhile; None of one of an earlier version, which the next start upgrades.

    Raises StoreHeld where another process has it open, and StoreError where it cannot be opened.
    """
    try:
        with duckdb.connect(str(path), read_only=True, config={"memory_limit": MEMORY}) as connection:
            if found := newer_parts(connection):
                raise StoreNewer(NEWER.format(path=path, what=", ".join(found[:3])))
            yield None if is_older(connection) else OnlyRead(connection)
    except duckdb.IOException as error:
        if "set lock" in str(error):
            raise StoreHeld(f"{path} is open in another process.") from None
        raise StoreError(f"{path} cannot be opened as a store: {error}") from None
    except duckdb.Error as error:
        raise StoreError(f"{path} is no whole store: {str(error).splitlines()[0]}") from None


def look(path: Path) -> Checked | None:
    """What a quick check finds; None of a store of an earlier version. Raises as `opened_to_read`."""
    with opened_to_read(path) as found:
        return integrity.quick(found.connection) if found else None
