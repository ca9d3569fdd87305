"""Mappings kept under a name, as TOML files beside the store; the page and the command line use the same ones."""

import os
import re
from pathlib import Path

from data import private
from data.importing.mapping import Mapping, MappingError

NAME = re.compile(r"\w[\w .-]{0,59}")


def folder(store: Path) -> Path:
    """Where the mappings of a store live."""
    return store.parent / "mappings"


def names(store: Path) -> list[str]:
    """The names of the saved mappings, sorted; empty where none is saved."""
    return sorted(path.stem for path in folder(store).glob("*.toml"))


def load(store: Path, name: str) -> Mapping:
    """A saved mapping. Raises MappingError where there is none of that name or it cannot be used."""
    path = folder(store) / f"{name}.toml"
    if not NAME.fullmatch(name) or not path.exists():
        raise MappingError(f"There is no saved mapping {name!r}. Saved: {', '.join(names(store)) or 'none'}.")
    try:
        return Mapping.from_toml(path.read_text())
    except MappingError as error:
        raise MappingError(f"{name}.toml: {error}") from None


def save(store: Path, name: str, mapping: Mapping) -> Path:
    """Keep a mapping under a name, in place of an earlier one of that name. Raises MappingError for a name that is no name."""
    if not NAME.fullmatch(name):
        raise MappingError("A mapping's name has letters, digits, blanks, points, hyphens and underscores; at most 60 of them.")
    path = folder(store) / f"{name}.toml"
    private.folder(path.parent)
    fresh = path.with_suffix(".new")
    fresh.write_text(mapping.to_toml())
    os.replace(fresh, path)
    return path


def matching(store: Path, header: list[str]) -> list[str]:
    """The saved mappings whose source columns are all in a header, the one that reads most columns first."""
    found = []
    for name in names(store):
        try:
            sources = load(store, name).sources
        except MappingError:
            continue
        if sources and sources <= set(header):
            found.append((-len(sources), name))
    return [name for _, name in sorted(found)]
