"""What rows of one file say against each other, though each is right by itself: told, and taken."""

from datetime import date

import polars as pl

from data.importing.mapping import Mapping
from data.importing.reader.cells import source_of
from data.log.staged import PROBLEM_SCHEMA

ALWAYS = (date.min, date.max)


def told_together(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Notices about rows of a whole file: targets that hold for the same tickets at once, and requests merged in a circle."""
    told = _overlaps(rows, mapping) if mapping.table == "sla_targets" else []
    if mapping.table == "feature_requests" and "merged_into" in rows.columns:
        told = _circles(rows, mapping)
    return pl.DataFrame(told, schema=PROBLEM_SCHEMA, orient="row")


def _overlaps(rows: pl.DataFrame, mapping: Mapping) -> list[tuple]:
    """Each target that holds for the same priority and plan on days on which an earlier line of the file does."""
    told, before = [], dict[tuple, list[dict]]()
    for row in rows.sort("line").iter_rows(named=True):
        same = before.setdefault(tuple((row.get(name) or "").casefold() for name in ("priority", "plan")), [])
        other = next((one for one in same if _days(one)[0] <= _days(row)[1] and _days(row)[0] <= _days(one)[1]), None)
        if other:
            text = (
                f"holds for the same priority and plan on the same days as {other['target_id']} on line {other['line']}; end one of the two"
            )
            told.append((row["line"], source_of("target_id", mapping), row["target_id"], text, False))
        same.append(row)
    return told


def _days(row: dict) -> tuple[date, date]:
    return row.get("starts_on") or ALWAYS[0], row.get("ends_on") or ALWAYS[1]


def _circles(rows: pl.DataFrame, mapping: Mapping) -> list[tuple]:
    """Each circle of requests that are merged into one another, told at its first line."""
    into = dict(rows.select("request_id", "merged_into").drop_nulls().iter_rows())
    told, seen = [], set[str]()
    for line, request in rows.sort("line").select("line", "request_id").iter_rows():
        way = [request]
        while (then := into.get(way[-1])) and then not in way:
            way.append(then)
        if then == request and request not in seen:
            seen |= {*way}
            text = f"is merged, in the end, into itself: {' -> '.join([*way, request])}; one of them must stand by itself"
            told.append((line, source_of("merged_into", mapping), into[request], text, False))
    return told
