"""Steps of zones, by days on which clocks changed as they are published, and by what imports make of the same times."""

from datetime import datetime, timedelta

import duckdb
import polars as pl
import pytest

from data.importing.reader.zones import to_utc as as_imports
from data.rollups.zone_steps import steps, to_local, to_utc

FIRST, LAST = datetime(2023, 9, 1), datetime(2024, 6, 1)


def test_the_steps_of_berlin_are_those_that_were_published():
    found = steps("Europe/Berlin", FIRST, LAST)
    assert found == [(FIRST, 7200), (datetime(2023, 10, 29, 1), 3600), (datetime(2024, 3, 31, 1), 7200)]


def test_an_offset_has_one_step():
    assert steps("+05:30", FIRST, LAST) == [(FIRST, 19800)]
    assert steps("-03:00", FIRST, LAST) == [(FIRST, -10800)]


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia"]
)
def test_times_are_read_as_imports_read_them_and_cut_as_polars_cuts_them(zone):
    """Every quarter of an hour of some years, in which Sao Paulo skipped midnights, and Apia a whole day."""
    first, last = datetime(2011, 9, 1), datetime(2019, 3, 1)
    times = pl.datetime_range(first, last, timedelta(minutes=15), eager=True, time_unit="us").alias("t")
    frame = pl.DataFrame({"t": times})
    with duckdb.connect() as engine:
        engine.register("times", frame.to_arrow())
        utc, local = (one("t", zone, first, last) for one in (to_utc, to_local))
        found = engine.sql(f"select t, {utc} as utc, {local} as local from times order by t").pl()
    assert found["utc"].equals(as_imports(times, zone).alias("utc"))
    assert found["local"].equals(times.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None).alias("local"))
