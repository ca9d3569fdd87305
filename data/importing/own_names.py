"""Other names of the columns of tables that are never guessed, in own_names.toml: looked for only where the table is given."""

import tomllib
from functools import cache
from pathlib import Path

NAMES = Path(__file__).with_name("own_names.toml")


@cache
def own_names(table: str, column: str) -> tuple[str, ...]:
    """The names under which lists in own words carry a column, in the order of trust; empty where there are none."""
    return tuple(_all().get(table, {}).get(column, ()))


@cache
def _all() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(NAMES.read_text(encoding="utf-8"))
