"""Efforts of requests in days of a person, whatever they were counted in."""

import polars as pl

from data.importing.mapping import Mapping
from data.importing.reader.cells import source_of
from data.importing.reader.settled import Settled

IN_A_DAY = {"days": 1.0, "hours": 1 / 8, "weeks": 5.0}
POINTS = "points say no days of work; the effort is left as it was"


def in_days(frame: pl.DataFrame, mapping: Mapping, settled: Settled) -> pl.DataFrame:
    """The rows with their effort in days; without it where it was counted in points, so that what is known already stays."""
    unit = str(mapping.options.get("effort_unit", "days"))
    if "effort_days" not in frame.columns or unit == "days":
        return frame
    if unit == "points":
        settled.of_columns[source_of("effort_days", mapping)] = POINTS
        return frame.drop("effort_days")
    return frame.with_columns(effort_days=pl.col("effort_days") * IN_A_DAY[unit])
