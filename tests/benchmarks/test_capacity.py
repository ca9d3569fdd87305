"""The arithmetic of the simulation, by hand; and the page, whose tables are what the program makes of what was measured."""

import json

import pytest

from benchmarks import capacity
from benchmarks.capacity import Assumed, Costs, dearest, limits, simulated

ROW = {
    "data": "generated", "engine": "duckdb", "master": "", "events": 1_000_000, "cpu": 12.0, "start_cpu": 2.0, "seconds": 8.0, "memory": 10**9, "days": 40_000,
    "counts": 60_000, "lake_bytes": 12_000_000, "store_bytes": 5_000_000, "cores": 2, "at": "2026-11-28T09:00:00+00:00",
}  # fmt: skip
PLAIN = Assumed(months=10, cores=4, machines=5, kept_up=0.5, core_hour=0.1, gigabyte_month=0.02, memory=100, page_rows=1_000_000)


def test_costs_of_one_event():
    """(12 - 2) s over a million; 12 and 5 bytes; 100,000 rows over a million."""
    assert Costs.of(ROW) == Costs("duckdb", 10e-6, 2.0, 12.0, 0.1, 5.0)


def test_a_thousand_million_events_by_hand():
    """2 s + 1e9 x 10 us = 10,002 s on 4 x 0.5 cores; a month is 1,002 s; 1e8 rows, 1e7 of them a month at 100 bytes; a page reads 1e8 rows at
    2 million a second; 10,002 core seconds at 0.1 an hour; 17 GB at 0.02 and 30 months made anew."""
    one = simulated(10**9, Costs.of(ROW), PLAIN)
    assert one.whole_hours == pytest.approx(10_002 / 2 / 3600)
    assert one.month_hours == pytest.approx(1_002 / 2 / 3600)
    assert (one.rows, one.store, one.lake, one.memory, one.page) == pytest.approx((1e8, 5e9, 12e9, 1e9, 50.0))
    assert one.once == pytest.approx(10_002 / 3600 * 0.1)
    assert one.monthly == pytest.approx(17 * 0.02 + 1_002 * 30 / 3600 * 0.1)


def test_what_costs_most_rows_an_event_is_what_more_is_told_of():
    """A tenth of a row an event against a hundredth, however many events that had."""
    cheap = ROW | {"events": 10_000_000}
    assert dearest([ROW, cheap]) == dearest([cheap, ROW]) == {"duckdb": ROW}


def test_spark_has_all_machines():
    one = simulated(10**9, Costs.of(ROW | {"engine": "spark"}), PLAIN)
    assert one.whole_hours == pytest.approx(10_002 / 10 / 3600)


def test_what_breaks_first():
    """A page of 2 s reads 4e6 rows, which 4e7 events have; a disk of 1e9 bytes holds 2e8 events; a month of 0.001 hours has 3.6 s x 2 cores, which
    is 7.2e5 events, ten months of them 7.2e6; 1e8 bytes hold 1e6 rows, ten months of which 1e8 events have."""
    assumed = Assumed(
        months=10, cores=4, kept_up=0.5, nightly=0.001, memory=100, machine_memory=10**8, page_rows=1_000_000, patience=2, disk=10**9
    )
    assert [round(events) for events, _, _ in limits(Costs.of(ROW), assumed)] == [7_200_000, 40_000_000, 100_000_000, 200_000_000]


def test_the_page_has_what_was_measured_and_says_which_is_which():
    kept = json.loads(capacity.KEPT.read_text()) if capacity.KEPT.exists() else []
    page = capacity.PAGE.read_text()
    assert capacity.written(page, capacity.tables(kept, Assumed())) == page
    lines = [line for line in capacity.simulated_table([ROW], PLAIN).splitlines()[2:] if line]
    assert len(lines) == 5 and all("| simulated |" in line for line in lines)
    assert capacity.measured_table([ROW]).splitlines()[-1].startswith("| measured: generated |")
