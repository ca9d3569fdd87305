"""All that is known of some accounts, as plain frames; what may be seen of it on a day is up to the features."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from data.schema import ACTIVITIES, SURVEYS, TICKETS, Table


def empty(table: Table) -> pl.DataFrame:
    """A frame of a table's columns, without rows."""
    return pl.DataFrame(schema={column.name: column.dtype for column in table.columns})


@dataclass(frozen=True)
class History:
    """Frames in the shapes of metrics.lines and of the store; tables that are not there are empty, and their features missing.

    lines: contract_lines, in one currency. months: account_id, user_id, month, bits. days: account_id, event, day, count.
    covers: the days that usage covers, None without usage. stops_after: days without data after which a usage feed has stopped.
    complete: whether the usage feeds name every account, so that no event means no use.
    """

    lines: pl.DataFrame
    months: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"account_id": pl.String, "user_id": pl.String, "month": pl.Date, "bits": pl.Int64})
    )
    days: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"account_id": pl.String, "event": pl.String, "day": pl.Date, "count": pl.Int64})
    )
    tickets: pl.DataFrame = field(default_factory=lambda: empty(TICKETS))
    surveys: pl.DataFrame = field(default_factory=lambda: empty(SURVEYS))
    activities: pl.DataFrame = field(default_factory=lambda: empty(ACTIVITIES))
    covers: tuple[date, date] | None = None
    stops_after: int = 3
    complete: bool = False
