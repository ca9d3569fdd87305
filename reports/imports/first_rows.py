"""A file's first rows as they stand and as they are read: what decimals, order of days, zone and meaning of ends do, seen at once."""

import re

from data.importing.mapping import Mapping
from data.importing.options import OPTIONS
from data.schema import TABLES
from language import mark, tr
from reports.imports.import_plan import Planned

DAYS, MONEY = ("day", "month", "instant"), ("money", "number", "fraction")
READ = mark("{column} as read")


def as_read(one: Planned, store_zone: str, titles: dict[str, str]) -> list[dict]:
    """One entry a row: its line, and for each column of days, moments and amounts the cell as it stands beside what it is read as.

    titles: names of the table's columns for people. Empty where nothing can be read yet.
    """
    if one.mapping is None or one.seen is None:
        return []
    read = one.draft.first_rows(one.mapping, store_zone)
    names = [name for name in read if name != "line" and TABLES[one.mapping.table].column(name).kind in (*DAYS, *MONEY)]
    stand = dict(one.seen.written.lines)
    rows = []
    for at, line in enumerate(read.get("line", [])):
        row: dict = {tr("Line"): int(line or 0)}
        for name in names:
            source = one.mapping.columns.get(name, "")
            if source in one.seen.header and (cells := stand.get(int(line or 0))):
                place = one.seen.header.index(source)
                row[source] = cells[place] if place < len(cells) else ""
            cell = read[name][at]
            row[tr(READ, column=titles.get(name, name))] = None if cell is None else re.sub(r"(\.\d\d)0+$", r"\1", cell)
        rows.append(row)
    return rows


def adjustable(mapping: Mapping) -> dict[str, tuple[str, ...]]:
    """The options and values of all rows that change how just this mapping's cells are read, each with its choices; empty: any.

    An option that can have no effect is not among them.
    """
    kinds = {TABLES[mapping.table].column(name).kind for name in {*mapping.columns, *mapping.joined, *mapping.when}}
    names = ["date_order"] if kinds & {*DAYS} else []
    names += ["decimal"] if kinds & {*MONEY} else []
    names += ["timezone"] if "instant" in kinds else []
    names += ["ends_on"] if mapping.table == "contracts" and "ends_on" in {*mapping.columns, *mapping.joined} else []
    found = {name: OPTIONS[name].choices for name in names}
    fixed = mapping.columns.keys() | mapping.joined.keys() | mapping.when.keys()
    return found | ({"currency": ()} if mapping.table == "contracts" and "currency" not in fixed else {})
