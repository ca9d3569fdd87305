"""Exports whose columns are known: each a TOML file under shapes/, chosen by what its header must have."""

import re
import tomllib
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from data.importing.headers import header_words, meanings
from data.importing.layouts import month_columns
from data.importing.mapping import Mapping
from data.importing.other_lists import other_list

DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?|\d{1,2}/\d{1,2}/\d{2,4}$|\w{3} \d{1,2}, \d{4}$")
CHART = "This is the table of a chart, with a column for each day. Export the events behind it, one row each."
NAMES_A_COLUMN = {
    "add_from",
    "less_from",
    "total_from",
    "term_from",
    "newest_by",
}  # options of a shape that list the names which a column goes by
FOLDER = Path(__file__).parent / "shapes"
ZONE_BEHIND = re.compile(r"\s*\([A-Z][A-Za-z_]+(?:/[A-Za-z_+-]+)+\)\s*$")  # Conversation started at (America/New_York)


@dataclass(frozen=True)
class Shape:
    """A known export: the columns that tell it, and its mapping with the names that each column goes by, most trusted first.

    needs: one list of columns that must all be there, or several where the header comes in several languages. unless: columns of which
    none may be there, since they tell another export. or_table: another table that such an export may be of; empty where it is of one
    alone. named_only: taken only where the table is given, since the header alone does not say what the rows are.
    """

    name: str
    needs: tuple[tuple[str, ...], ...]
    mapping: dict[str, Any]  # as TOML has it
    unless: tuple[str, ...] = ()
    or_table: str = ""
    named_only: bool = False

    def fits(self, header: list[str]) -> bool:
        """Whether the header has all columns that tell the shape, in one of its languages."""
        others = {header_words(name) for name in self.unless} & {_words(name) for name in header}
        return not others and any(_has(header, names) for names in self.needs)

    def of(self, header: list[str], sample: pl.DataFrame | None = None) -> Mapping:
        """The mapping for just this header. Of several names that a column goes by, the first counts that is not blank in the sample,
        the file's first rows; a column that the file does not have stays out, with its translation."""
        found = {_words(name): name for name in reversed(header)}
        columns = {}
        for target, names in self.mapping["columns"].items():
            there = [found[header_words(name)] for name in names if header_words(name) in found]
            columns[target] = next((name for name in there if not _blank(name, sample)), there[0] if there else None)
        kept = {target: source for target, source in columns.items() if source}
        joined = {target: [found.get(header_words(name)) for name in names] for target, names in self.mapping.get("joined", {}).items()}
        joined = {target: names for target, names in joined.items() if all(names)}
        otherwise = {target: _there(told, found) for target, told in self.mapping.get("otherwise", {}).items()}
        otherwise = {target: tuple(one for one in told if one != kept.get(target)) for target, told in otherwise.items()}
        otherwise = {target: told for target, told in otherwise.items() if told}
        columns_of_some, joined_of_some = _of_some(self.mapping.get("some", {}), found)
        kept, joined = kept | columns_of_some, joined | joined_of_some
        after = {target: span for target, told in self.mapping.get("after", {}).items() if (span := _span_there(told, found, kept))}
        values = {target: told for target, told in self.mapping.get("values", {}).items() if target in {*kept, *otherwise}}
        options = dict(self.mapping.get("options", {}))
        for name in NAMES_A_COLUMN & {*options}:
            told = options.pop(name)
            names = [found[header_words(one)] for one in ([told] if isinstance(told, str) else told) if header_words(one) in found]
            options |= {name: names[0]} if names else {}
        if "seats" not in {*kept, *joined}:
            options.pop("amount_per", None)
        own = {name: told for name, told in self.mapping.items() if name != "some"}
        if not {*own.get("key", ())} <= {*kept, *joined}:
            own.pop("key")
            options.pop("newest_by", None)
        parts: dict[str, Any] = {
            **own, "columns": kept, "joined": joined, "values": values, "options": options, "otherwise": otherwise, "after": after,
        }  # fmt: skip
        return Mapping(**deepcopy(parts))  # the shape stays as it was read


def _there(told: list, found: dict[str, str]) -> tuple:
    """What stands in for an empty column, as far as the file has it."""
    kept = []
    for one in told:
        names = (one,) if isinstance(one, str) else (one["column"], one["if"])
        if all(header_words(name) in found for name in names):
            own = [found[header_words(name)] for name in names]
            kept.append(own[0] if isinstance(one, str) else {**one, "column": own[0], "if": own[1]})
    return tuple(kept)


def _span_there(told: dict[str, Any], found: dict[str, str], kept: dict[str, str]) -> dict[str, str] | None:
    """How long after another moment, as far as the file has both: by the first of the names that it has."""
    names = [found[header_words(name)] for name in told["column"] if header_words(name) in found]
    counted = [found[header_words(name)] for name in told.get("counted", ()) if header_words(name) in found]
    if not names or told["since"] not in kept:
        return None
    return {"unit": told["unit"], "since": told["since"], "column": names[0]} | ({"counted": counted[0]} if counted else {})


def _of_some(some: dict[str, list[str]], found: dict[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """What comes from several columns, of which a file may have some: from the one that it has, or from those together."""
    there = {target: [found[header_words(name)] for name in names if header_words(name) in found] for target, names in some.items()}
    alone = {target: names[0] for target, names in there.items() if len(names) == 1}
    return alone, {target: names for target, names in there.items() if len(names) > 1}


def _blank(name: str, sample: pl.DataFrame | None) -> bool:
    return sample is not None and name in sample.columns and not any(cell and cell.strip() for cell in sample[name])


def _has(header: list[str], needs: tuple[str, ...] | list[str]) -> bool:
    return {header_words(name) for name in needs} <= {_words(name) for name in header}


@cache  # the same header is held against every shape
def _words(name: str) -> str:
    """A column of a file as people say it, without the time zone that some tools write behind it."""
    return header_words(ZONE_BEHIND.sub("", name))


@cache
def shapes() -> tuple[Shape, ...]:
    """Every shape, the ones that are told by most columns first. They come with the product, so they are read once."""
    found = [
        Shape(
            path.stem,
            _languages(raw["needs"]),
            raw["mapping"],
            tuple(raw.get("unless", ())),
            raw.get("or_table", ""),
            raw.get("named_only", False),
        )
        for path in sorted(FOLDER.glob("*.toml"))
        if path.stem != "not_kept" and (raw := tomllib.loads(path.read_text()))
    ]
    return tuple(sorted(found, key=lambda shape: -len(shape.needs[0])))


@cache
def _not_kept() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((FOLDER / "not_kept.toml").read_text())["not_kept"])


def _languages(needs: list) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(names) for names in (needs if isinstance(needs[0], list) else [needs]))


def by_shape(header: list[str], table: str | None = None, sample: pl.DataFrame | None = None) -> Mapping | None:
    """The mapping of the shape that a header has; None where it has none, or one of another table. What it lacks is asked for.

    sample: the file's first rows as text.
    """
    shape = _fitting(header, table)
    return shape.of(header, sample) if shape and table in (None, shape.mapping["table"]) else None


def other_table(header: list[str]) -> str:
    """The other table that a known export may be of; empty where it is none, or of one table alone."""
    shape = _fitting(header, None)
    return shape.or_table if shape else ""


def _fitting(header: list[str], table: str | None) -> Shape | None:
    """The shape that a header has; where the table is given, one that is only taken then comes first."""
    named = [shape for shape in shapes() if shape.named_only and shape.mapping["table"] == table]
    return next((shape for shape in (*named, *(one for one in shapes() if not one.named_only)) if shape.fits(header)), None)


def why_not_kept(header: list[str]) -> str | None:
    """For an export that is known and of no use here: what it is, and what to bring instead."""
    by_customer = bool(month_columns(header)) and any("customer" in meanings(name) for name in header)
    if sum(bool(DAY.match(name.strip())) for name in header) > len(header) / 2 and not by_customer:
        return CHART
    names = {_words(name) for name in header}
    fitting = (
        one["reason"]
        for one in _not_kept()
        if _has(header, one["needs"]) and not {header_words(name) for name in one.get("unless", ())} & names
    )
    return next(fitting, None) or (None if any(shape.fits(header) for shape in shapes() if not shape.named_only) else other_list(header))
