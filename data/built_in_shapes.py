"""Exports whose columns are known: each a TOML file under shapes/, chosen by what its header must have."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from data.mapping import Mapping, plain

FOLDER = Path(__file__).parent / "shapes"


@dataclass(frozen=True)
class Shape:
    """A known export: the columns that tell it, and its mapping with the names that each column goes by, most trusted first."""

    name: str
    needs: tuple[str, ...]
    mapping: dict

    def fits(self, header: list[str]) -> bool:
        """Whether the header has all columns that tell the shape."""
        return _has(header, self.needs)

    def of(self, header: list[str]) -> Mapping:
        """The mapping for just this header; a column that the file does not have stays out, with its translation."""
        found = {plain(name): name for name in reversed(header)}
        columns = {
            target: next((found[plain(name)] for name in names if plain(name) in found), None)
            for target, names in self.mapping["columns"].items()
        }
        kept = {target: source for target, source in columns.items() if source}
        values = {target: told for target, told in self.mapping.get("values", {}).items() if target in kept}
        return Mapping(**self.mapping | {"columns": kept, "values": values})


def _has(header: list[str], needs: tuple[str, ...] | list[str]) -> bool:
    return {plain(name) for name in needs} <= {plain(name) for name in header}


def shapes() -> list[Shape]:
    """Every shape, the ones that are told by most columns first."""
    found = [
        Shape(path.stem, tuple(raw["needs"]), raw["mapping"])
        for path in sorted(FOLDER.glob("*.toml"))
        if path.stem != "not_kept" and (raw := tomllib.loads(path.read_text()))
    ]
    return sorted(found, key=lambda shape: -len(shape.needs))


def by_shape(header: list[str], table: str | None = None) -> Mapping | None:
    """The mapping of the shape that a header has; None where it has none, or one of another table. What it lacks must be given."""
    shape = next((shape for shape in shapes() if shape.fits(header)), None)
    return shape.of(header) if shape and table in (None, shape.mapping["table"]) else None


def why_not_kept(header: list[str]) -> str | None:
    """For an export that is known and of no use here: what it is, and what to bring instead."""
    known = tomllib.loads((FOLDER / "not_kept.toml").read_text())["not_kept"]
    names = {plain(name) for name in header}
    fitting = (one["reason"] for one in known if _has(header, one["needs"]) and not {plain(name) for name in one.get("unless", ())} & names)
    return next(fitting, None)
