"""What is said about a file although its rows are taken: how open meanings were read. Runs in the child process only."""

import polars as pl

from data.importing.reader.validation import Settled
from data.log.staged import PROBLEM_SCHEMA

EPOCH = (
    None, None, None,
    "Seconds since 1970 were read in UTC, as projects made since 2023 give them. An older project counts them on its own clock: undo the import "
    "and give the option timezone where it is one", False,
)  # fmt: skip


def said(settled: Settled, options: dict[str, object]) -> pl.DataFrame:
    """Notices as problems that turn no row away, one for a whole column."""
    told = [EPOCH] if options.get("epoch") == "local" and "timezone" not in options else []
    told += [_zone(source, count, settled.store_zone) for source, count in settled.without_zone.items()]
    return pl.DataFrame(told, schema=PROBLEM_SCHEMA, orient="row")


def _zone(source: str, count: int, zone: str) -> tuple:
    reason = (
        f"{count:,} of the file's moments name no time zone; they were read as {zone}, the zone of the store. Where they are in another, undo the "
        "import and give the option timezone, such as America/Los_Angeles"
    )
    return None, source, None, reason, False
