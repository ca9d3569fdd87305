"""Rows that speak of others that are not there, such as holidays of a calendar without hours: said once, since another file may bring them."""

from dataclasses import dataclass, replace

import polars as pl

from data.importing.mapping import Mapping
from data.importing.reader.cells import source_of
from data.log.staged import PROBLEM_SCHEMA, Staged
from data.store.store import Store
from data.store.view import View

SHOWN = 5


@dataclass(frozen=True)
class Link:
    """A column whose values name rows of another table (or of this one), and what to say of those that have none."""

    column: str
    table: str
    key: str
    one: str
    many: str


LINKS = {
    "holidays": (Link(
        "calendar", "support_calendars", "calendar",
        "no hours are in for the calendar {names}: its holidays count once a file of business hours brings it",
        "no hours are in for the calendars {names}: their holidays count once a file of business hours brings them",
    ),),
    "sla_targets": (Link(
        "calendar", "support_calendars", "calendar",
        "no hours are in for the calendar {names}: its targets cannot be reckoned before a file of business hours brings it",
        "no hours are in for the calendars {names}: their targets cannot be reckoned before a file of business hours brings them",
    ),),
    "request_votes": (Link(
        "request_id", "feature_requests", "request_id",
        "no request {names} is in: its votes count once a file of requests brings it",
        "no requests {names} are in: their votes count once a file of requests brings them",
    ),),
    "feature_requests": (Link(
        "merged_into", "feature_requests", "request_id",
        "no request {names} is in, into which another is merged: bring it, or mend the name",
        "no requests {names} are in, into which others are merged: bring them, or mend the names",
    ),),
}  # fmt: skip


def with_unknown_names(store: Store, staged: Staged, mapping: Mapping) -> Staged:
    """The staged file, with a notice for what its rows speak of and neither the store nor the file has."""
    links = [link for link in LINKS.get(staged.table, ()) if link.column in staged.columns and staged.parts]
    rows = pl.concat([pl.read_parquet(part) for part in staged.parts], how="diagonal") if links else pl.DataFrame()
    told = [told for link in links if (told := _told(store, staged, rows, mapping, link))]
    if not told:
        return staged
    return replace(staged, problems=pl.concat([staged.problems, pl.DataFrame(told, schema=PROBLEM_SCHEMA, orient="row")]))


def _told(store: Store, staged: Staged, rows: pl.DataFrame, mapping: Mapping, link: Link) -> tuple | None:
    with View(store) as view:
        there = set(view.table(link.table)[link.key])
    there |= set(rows[link.key]) if link.table == staged.table else set()
    unknown = [name for name in rows[link.column].drop_nulls().unique(maintain_order=True) if name not in there]
    if not unknown:
        return None
    names = ", ".join(unknown[:SHOWN]) + (f" and {len(unknown) - SHOWN:,} more" if len(unknown) > SHOWN else "")
    text = (link.one if len(unknown) == 1 else link.many).format(names=names)
    return None, source_of(link.column, mapping), None, text, False
