"""What is pulled, one TOML file a source in the folder `sources` beside the store: read, written, listed. docs/SOURCES.md."""

import os
import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, get_args

import tomli_w
from pydantic import Field, TypeAdapter, ValidationError

from data import private, wrong_keys
from data.importing.findings import one_line
from sources.http_keys import HttpSource
from sources.keys import NAME, SourceError
from sources.sql_keys import SqlSource
from sources.webhook_keys import WebhookSource

Source = SqlSource | HttpSource | WebhookSource
KINDS = {get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(Source)}
_known: TypeAdapter[Source] = TypeAdapter(Annotated[Source, Field(discriminator="kind")])
SECRET_PLACES = re.compile(r"secret|url|query|auth|header|param|body|settings|first_only|signature|key")
"""Keys in whose place somebody may write the secret itself."""


@dataclass(frozen=True)
class Unreadable:
    """A source whose file cannot be used, and why."""

    name: str
    problem: str


def folder(store: Path) -> Path:
    """Where the sources of a store are described."""
    return store.parent / "sources"


def names(store: Path) -> list[str]:
    """The names of the sources, sorted; empty where there is none."""
    return sorted(path.stem for path in folder(store).glob("*.toml"))


def load(store: Path, name: str) -> Source:
    """A source. Raises SourceError where there is none of that name, or its file cannot be used."""
    return parsed(name, text(store, name))


def text(store: Path, name: str) -> str:
    """What the file of a source says. Raises SourceError where there is none of that name, or it is no text."""
    path = folder(store) / f"{name}.toml"
    if not NAME.fullmatch(name) and name in names(store):
        raise SourceError(
            f"{path.name}: is no name of a source, which has letters, digits, blanks, points, hyphens and underscores. Rename the file."
        )
    if not NAME.fullmatch(name) or not path.is_file():
        if known := ", ".join(names(store)):
            raise SourceError(f"There is no source {name!r}. Sources: {known}.")
        raise SourceError(f"There is no source {name!r}, and no other one yet.")
    try:
        return path.read_text()
    except UnicodeDecodeError:
        raise SourceError(f"{path.name}: is no text in UTF-8. Save it as UTF-8.") from None
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read ({error.strerror}). Let the user that Holdfast runs as read it.") from None


def listed(store: Path) -> list[Source | Unreadable]:
    """Every source by name; what is wrong with one hides no other."""
    return [_or_why(store, name) for name in names(store)]


def parsed(name: str, written: str) -> Source:
    """A source as its file describes it. Raises SourceError, which names file, key, what is there and what is allowed."""
    file = f"{name}.toml"
    try:
        keys = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{file}: is no TOML ({error}). Mend that place.") from None
    keys = ({"kind": "http"} if "vendor" in keys else {}) | keys  # the vendors that are known are all asked over HTTP
    if "name" in keys:
        raise SourceError(f"{file}: name: a source is named by its file. Leave the key out.")
    try:
        return _known.validate_python(keys | {"name": name})
    except ValidationError as error:
        raise SourceError("\n".join(f"{file}: {_said(one, keys)}" for one in error.errors(include_url=False))) from None


def save(store: Path, source: Source) -> Path:
    """Write a source to its file, in place of what was there. Raises SourceError for a name that is none."""
    return write(store, source.name, tomli_w.dumps(_keys(source), multiline_strings=True))


def write(store: Path, name: str, written: str) -> Path:
    """Keep the text of a source once it can be used, comments included. Raises SourceError."""
    if not NAME.fullmatch(name):
        raise SourceError("A source's name has letters, digits, blanks, points, hyphens and underscores; at most 60 of them.")
    parsed(name, written)
    path = folder(store) / f"{name}.toml"
    private.folder(path.parent)
    fresh = path.with_suffix(".new")
    fresh.write_text(written)
    private.close(fresh)
    os.replace(fresh, path)
    return path


def _or_why(store: Path, name: str) -> Source | Unreadable:
    try:
        return load(store, name)
    except SourceError as error:
        return Unreadable(name, str(error))


def _keys(source: Source) -> dict[str, Any]:
    return {"kind": source.kind} | source.model_dump(mode="json", exclude_defaults=True, exclude={"name", "kind"})


def _said(error: Any, keys: dict[str, Any]) -> str:
    """One thing that is wrong, with its key and what to write instead; what a file has in the place of a secret is not repeated."""
    place = [str(part) for part in error["loc"] if part not in KINDS]
    key = ".".join(place)
    if error["type"].startswith("union_tag"):
        return f"kind: write one of {', '.join(KINDS)}."
    if error["type"] == "missing":
        return f"{key}: is missing. Add it."
    if error["type"] == "extra_forbidden":
        return f"{key}: there is no such key. {_meant(key, keys)}"
    why = wrong_keys.said(error)
    return f"{key}{_found(place, keys)}: {why}" if key else why


def _found(place: list[str], keys: Any) -> str:
    """What is written at a key, where that is short and can be no secret."""
    if not place or SECRET_PLACES.search(f"{place[0]} {place[-1]}"):
        return ""
    for part in place:
        keys = keys.get(part) if isinstance(keys, dict) else None
    return "" if keys is None else f" = {one_line(keys)}"


def _meant(key: str, keys: dict[str, Any]) -> str:
    allowed = [name for name, told in KINDS[keys["kind"]].model_fields.items() if not told.exclude]
    near = get_close_matches(key, allowed, 1)
    return f"Did you mean {near[0]}?" if near else f"The keys that there are: {', '.join(allowed)}."
