"""The service levels themselves: targets, calendars and holidays as they stand; and what a change of them would have done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from data.schema import TABLES
from data.store.store import Store
from data.viewer import Viewer
from language import mark
from metrics import sla
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.support.judged import OF_LEVELS, Levels, judged_by, levels_of, standing, tickets

PREVIEWED = 90  # days
UNIT = {"day": "day", "number": "number", "bool": "flag"}
TITLES = {
    "sla_targets": mark("Service-level targets"),
    "support_calendars": mark("Business hours"),
    "holidays": mark("Holidays"),
}


def listed(table: str) -> Definition:
    """The report that lists a table of service levels as it stands, each row with the import that wrote it."""
    names = [name for name in TABLES[table].names if name != "is_removed"]
    columns = {name: UNIT.get(TABLES[table].column(name).kind, "text") for name in names} | {"batch": "count"}

    def rows(look: Look, question: Question) -> Answer:
        return Answer(standing(look, table).select(*columns).sort(*TABLES[table].key))

    return Definition(table.replace("_", "-"), TITLES[table], columns, rows, opens=opened, in_currency=False)


sla_targets, support_calendars, holidays = (listed(table) for table in OF_LEVELS)


@dataclass(frozen=True)
class Effect:
    """Of the tickets opened in the last PREVIEWED days: how many there are, how many have a verdict, and how many are late in a promise."""

    tickets: int
    judged: int
    breached: int


def effects(
    store: Store, viewer: Viewer, question: Question, table: str, changed: Sequence[Mapping[str, Any]]
) -> tuple[Effect, Effect] | None:  # fmt: skip
    """What the service levels as they stand have done to the tickets of the last days, and what they would have with changed rows of one
    of their tables. None in an empty store. Nothing is written."""
    with opened(store, viewer.reading("accounts"), question) as look:
        if look.day is None:
            return None
        rows = tickets(look, look.day).filter(pl.col("opened_on") > look.day - timedelta(days=PREVIEWED))
        frames = {name: standing(look, name) for name in OF_LEVELS}
        now = _effect(rows, levels_of(*frames.values(), look.view.timezone))
        frames[table] = _with(frames[table], table, changed)
        return now, _effect(rows, levels_of(*frames.values(), look.view.timezone))


def _with(frame: pl.DataFrame, table: str, changed: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """The rows of a table as they would stand."""
    contract = TABLES[table]
    schema = {name: contract.column(name).dtype for name in contract.names}
    new = pl.DataFrame([{name: row.get(name) for name in schema} for row in changed], schema=schema)
    kept = frame.join(new, on=list(contract.key), how="anti").select(*schema)
    return pl.concat([kept, new.filter(~pl.col("is_removed").fill_null(False))])


def _effect(rows: pl.DataFrame, own: Levels) -> Effect:
    found = judged_by(own, rows)
    told = found.filter(pl.col("verdict").is_in((*sla.DECIDED, sla.RUNNING)))["ticket_id"].n_unique()
    return Effect(rows.height, told, found.filter(pl.col("verdict").is_in(sla.LATE))["ticket_id"].n_unique())
