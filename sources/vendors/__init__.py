"""Vendors whose APIs are known: each a TOML file of what a source of theirs says, so that a person need not. docs/SOURCES_VENDORS.md."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The vendors that are known, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def known(vendor: str) -> dict[str, Any]:
    """What a source of that vendor says. Raises ValueError where there is none of that name."""
    if vendor not in names():
        raise ValueError(f"vendor: write one of {', '.join(names())}. Leave it out for any other API.")
    return _read(vendor)


def with_vendor(written: dict[str, Any]) -> dict[str, Any]:
    """The keys of a source with those that its vendor brings along; what its file says itself holds. Raises ValueError."""
    if "written" in written:
        raise ValueError("written: there is no such key.")
    own = {name: value for name, value in written.items() if name != "name"}
    brought = known(str(written["vendor"])) if written.get("vendor") is not None else {}
    both = _over(brought, written)
    return both | {"written": own} | ({"answers": _answered(both["answers"], both.get("settings"))} if "answers" in both else {})


def _answered(answers: Any, settings: Any) -> Any:
    """Answers whose text is the name of a setting in braces, as that setting says."""
    if not isinstance(answers, dict) or not isinstance(settings, dict):
        return answers
    told = {f"{{{name}}}": value for name, value in settings.items()}
    return {name: told.get(value, value) if isinstance(value, str) else value for name, value in answers.items()}


@cache  # they come with the product
def _read(vendor: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{vendor}.toml").read_text())


def _over(brought: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Tables of both are laid over each other, entry by entry; of everything else, the file's own holds."""
    both = {
        name: _over(brought[name], own[name])
        for name in {*brought} & {*own}
        if isinstance(brought[name], dict) and isinstance(own[name], dict)
    }
    return brought | own | both
