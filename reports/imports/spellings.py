"""Values of a grouping column that are one value written in several ways: SMB, smb and S.M.B. Joined, they are one group."""

import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

import polars as pl

from data.importing.mapping import Mapping
from data.importing.run import Prepared
from data.schema import TABLES
from data.store.store import Store
from data.store.view import View

GROUPING = {"accounts": ("segment", "plan", "industry", "region", "owner", "team", "lifecycle"), "contracts": ("product",)}
MOST = 2_000  # values of a column that is a group


@dataclass(frozen=True)
class Spellings:
    """One value of a column, and the other ways in which the file writes it, each with how often."""

    column: str
    kept: str
    others: dict[str, int]


def spellings(store: Store, ready: Prepared) -> list[Spellings]:
    """What could be joined in a file. Kept is how accounts are called that are in already, else what the file writes most often."""
    table = ready.mapping.table
    with View(store) as view:
        known = {name: set(view.filter_values(name)) if table == "accounts" else set() for name in GROUPING.get(table, ())}
    columns = [name for name in known if name in ready.mapping.columns and TABLES[table].column(name).kind == "text"]
    return [found for name in columns for found in _of_column(name, _counted(ready, name), known[name])]


def _counted(ready: Prepared, name: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part in ready.staged.parts:
        cells = pl.scan_parquet(part).select(pl.col(name).drop_nulls().value_counts()).unnest(name).collect()
        counts.update(dict(cells.rows()))
    return counts


def _of_column(name: str, counts: Counter[str], known: set[str]) -> list[Spellings]:
    if not counts or len(counts) > MOST:
        return []
    alike: dict[str, list[str]] = defaultdict(list)
    for value in sorted({*counts, *known}):
        alike[bare(value)].append(value)
    found = []
    for folded, values in alike.items():
        kept = max(values, key=lambda value: (value in known, counts[value]))
        others = {value: counts[value] for value in values if value != kept and counts[value]}
        found += [Spellings(name, kept, others)] if folded and others else []
    return found


def bare(value: str) -> str:
    """A value without capitals, accents, blanks and signs."""
    text = unicodedata.normalize("NFKD", value.casefold())
    return "".join(sign for sign in text if sign.isalnum())


def joined(mapping: Mapping, found: list[Spellings]) -> Mapping:
    """The mapping that reads each of the others as what is kept."""
    values = {name: dict(told) for name, told in mapping.values.items()}
    for one in found:
        values.setdefault(one.column, {}).update(dict.fromkeys(one.others, one.kept))
    return replace(mapping, values=values)
