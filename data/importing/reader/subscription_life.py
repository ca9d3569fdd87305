"""What a status and the days beside it say of a subscription on the day of its export: docs/SUBSCRIPTION_STATUSES.md."""

from datetime import date

import polars as pl

from data.importing.mapping import Mapping
from data.importing.reader.cells import source_of

SINCE_WHEN = {
    "ended": "has ended, and the file does not say when; give its end, or say that the rows are a state",
    "paused": "is paused, and the file does not say since when; give the day, or say that the rows are a state",
    "unpaid": "is unpaid, and the file does not say since when; give the day, or say that the rows are a state",
}
Faults = list[tuple[str, pl.Series, pl.Series, str]]
LIFE_DAYS = ("starts_on", "ends_on", "trial_ends_on", "paused_on", "resumes_on")


def lived(lines: pl.DataFrame, mapping: Mapping) -> tuple[pl.DataFrame, Faults]:
    """Typed lines with a status, and what follows from it: is_trial, has_ended, and no days of pauses that are over.

    A state is of one day, and its statuses are those of that day: what begins later pays from its start; who pays, and whose trial ends
    later, is on trial; what has ended without an end has one of that day at the latest. Records that say no day for it are at fault.
    """
    if "status" not in lines.columns:
        return lines, []
    found = lines.with_columns(pl.lit(None, dtype=pl.Date).alias(name) for name in LIFE_DAYS if name not in lines.columns)
    day = _day(mapping)
    told = found.with_columns(status=_status(day)).with_columns(**_days_of_pauses(day))
    own = {
        name: pl.col("status") == status
        for name, status in (("is_trial", "trial"), ("has_ended", "ended"))
        if name not in mapping.columns and name not in mapping.constants
    }
    kept = told.with_columns(**own)
    faults = [] if day else _without_days(kept, mapping)
    return kept.drop(name for name in LIFE_DAYS if name not in lines.columns), faults


def _day(mapping: Mapping) -> date | None:
    covers = mapping.options.get("covers")
    return covers[1] if mapping.options.get("rows") == "state" and isinstance(covers, tuple) else None


def _status(day: date | None) -> pl.Expr:
    """The status in the words that are kept: what is planned pays from its start or has not begun, what ends on a day pays until then."""
    status, start = pl.col("status"), pl.col("starts_on")
    begins = pl.lit(True) if day is None else (start > day).fill_null(False)
    on_trial = pl.lit(False) if day is None else (pl.col("trial_ends_on") > day).fill_null(False)
    return (
        pl.when(status == "planned").then(pl.when(begins).then(pl.lit("paying")).otherwise(pl.lit("not_begun")))
        .when((status == "ended") & pl.col("ends_on").is_not_null()).then(pl.lit("paying"))
        .when((status == "paying") & on_trial).then(pl.lit("trial"))
        .otherwise(status)
    )  # fmt: skip


def _days_of_pauses(day: date | None) -> dict[str, pl.Expr]:
    """Days of a pause as far as they can be of one that holds: who pays has resumed what began before, who is paused has not resumed."""
    begun = pl.lit(True) if day is None else (pl.col("paused_on") <= day)
    over = (pl.col("status") == "paying") & pl.col("resumes_on").is_null() & begun
    passed = pl.lit(False) if day is None else (pl.col("resumes_on") <= day)
    stale = (pl.col("resumes_on") <= pl.col("paused_on")) | ((pl.col("status") == "paused") & passed)
    return {
        "paused_on": pl.when(~over.fill_null(False)).then("paused_on"),
        "resumes_on": pl.when(~stale.fill_null(False)).then("resumes_on"),
    }


def _without_days(lines: pl.DataFrame, mapping: Mapping) -> Faults:
    source = source_of("status", mapping)
    return [(source, lines["status"], lacking, SINCE_WHEN[status]) for status, lacking in _lacking_days(lines).items()]


def _lacking_days(lines: pl.DataFrame) -> dict[str, pl.Series]:
    """Which lines are ended, paused or unpaid on no day, by that word."""
    days = {"ended": "ends_on", "paused": "paused_on", "unpaid": "paused_on"}
    return {status: (lines["status"] == status) & lines[day].is_null() for status, day in days.items()}


def since_unknown(lines: pl.DataFrame, mapping: Mapping) -> dict[str, int]:
    """How many typed lines of a state are ended, paused or unpaid on no day, by that word; none of which it is not said."""
    if "status" not in lines.columns or _day(mapping) is None:
        return {}
    found = lines.with_columns(pl.lit(None, dtype=pl.Date).alias(name) for name in LIFE_DAYS if name not in lines.columns)
    return {status: int(lacking.sum()) for status, lacking in _lacking_days(found).items() if lacking.sum()}
