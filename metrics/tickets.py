"""When a ticket was resolved: as its tool says, by a day of its own or by its status."""

from datetime import date, timedelta

import polars as pl

from data.schema import OPEN_STATUSES, RESOLVED_STATUSES

AS_RECORDED, BY_UPDATE, BY_STATUS = "recorded", "last update", "status alone"
IN_BRACKETS = r"\s*\([^()]*\)$"  # the pipeline that HubSpot writes behind a status


def with_resolution(tickets: pl.LazyFrame) -> pl.LazyFrame:
    """The tickets with the moment from which each counts as resolved, and how that is known.

    tickets: opened_at, resolved_at, updated_at, status. A status that is known to be open (reopened, pending) rules over a moment of an
    earlier resolution. One that is known to be resolved, without such a moment, holds since the last update, which is the latest
    that it can be; without an update, since the ticket was opened. Any other status says nothing.

    resolved_at: empty for a ticket that is open. resolved_by: recorded, last update, status alone; empty for a ticket that is open.
    """
    word = pl.col("status").str.replace(IN_BRACKETS, "").str.strip_chars().str.to_lowercase()
    is_open, is_resolved = (word.is_in(list(words)).fill_null(False) for words in (OPEN_STATUSES, RESOLVED_STATUSES))
    since = pl.max_horizontal("updated_at", "opened_at")
    by_status = pl.when(is_resolved).then(pl.when(pl.col("updated_at").is_null()).then(pl.lit(BY_STATUS)).otherwise(pl.lit(BY_UPDATE)))
    told = pl.when(pl.col("resolved_at").is_not_null()).then(pl.lit(AS_RECORDED)).otherwise(by_status)
    return tickets.with_columns(
        resolved_at=pl.when(~is_open).then(pl.coalesce("resolved_at", pl.when(is_resolved).then(since))),
        resolved_by=pl.when(~is_open).then(told),
    )


def as_known_on(tickets: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """Tickets of with_resolution as they stood at the end of a day: replies, updates, resolutions and what was rated then are empty where
    they came later, and so is a status that says resolved. Same columns."""
    later = day + timedelta(days=1)
    ahead = (pl.col("resolved_at").cast(pl.Date) >= later).fill_null(False)
    solved = pl.col("status").str.replace(IN_BRACKETS, "").str.strip_chars().str.to_lowercase().is_in(list(RESOLVED_STATUSES))
    return tickets.with_columns(
        pl.when(~ahead).then(pl.col("resolved_at", "resolved_by", "csat")),
        *(pl.when(pl.col(name).cast(pl.Date) < later).then(name).alias(name) for name in ("first_reply_at", "updated_at")),
        pl.when(~(ahead & solved.fill_null(False))).then("status").alias("status"),
    )
