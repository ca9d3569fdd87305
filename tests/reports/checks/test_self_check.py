"""The self-check holds what the publications print, and everything in it agrees."""

import pytest

from data.store.store import Store
from data.viewer import Viewer
from reports.catalogue import run
from reports.report import Question

# As printed by the sources, typed from them: case -> its figures in order. Ratios as fractions of one.
PRINTED = {
    "E-1": [166.67, 166.67], "E-2": [60], "E-3": [60, 0], "E-4": [166.67], "E-5": [150], "E-6": [150], "E-7": [250], "E-8": [30],
    "E-10": [0.80], "E-11": [0.90], "E-15": [45.96], "E-17": [12500], "E-18": [100, 50, 100], "E-19": [1.10, 0.95], "E-21": [1.10], "E-22": [1.02],
    "E-25": [0.85], "E-34": [0.875], "E-36": [10000, 20000, 30000], "E-37": [0, 120000, 120000, 10000, 10000],
    "E-38": [240000, 240000, 10000], "E-40": [120000, 10000], "E-61": [1, 0], "E-62": [52, 365], "E-64": [0, 0],
    "E-14": [2000], "E-26": [3.5], "E-30": [15000, 2.5], "E-31": [750, 250, 3, 6.7], "E-50": [-5, 2, 5], "E-57": [18, 57.56], "E-58": [62], "E-59": [61],
    "E-70": [0.668, 3.806, 0.668, 3.806, -2.1155], "E-70b": [46.0, 43.6, 41.4, 39.5, 37.8],
    "E-70c": [5.415, 5.902, 6.294, 6.620, 6.897, 7.136, 7.345, 7.530],
    "E-74": [90.9, 77.9, 0.833, 0.667, 0.5, 0.333, 6.063, 1.38], "E-75": [83.33, 66.67, 50, 25], "E-76": [80, 60, 40, 20, 0],
}  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    store = Store.open(tmp_path_factory.mktemp("check") / "own.duckdb")
    yield run("self-check", store, Viewer("nobody@example.com"), Question())
    store.close()


def test_the_cases_hold_the_printed_numbers(report):
    held = {}
    for case, expected in report.rows.select("id", "expected").rows():
        held.setdefault(case, []).append(expected)
    assert held == PRINTED


def test_all_agree_and_the_report_says_how_many(report):
    assert report.rows["agrees"].all()
    assert report.notes == (f"{sum(map(len, PRINTED.values()))} of {sum(map(len, PRINTED.values()))} agree.",)
