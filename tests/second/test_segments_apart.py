"""Split by segment, the reports of a board pack say of each segment what they say of it alone, and all segments add up to the company."""

import json
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.store.store import Store
from data.viewer import Viewer
from reports.catalogue import run
from reports.report import Question
from tests.built import copied
from tests.second.answers import REPORTS, Asked, command, over_a_year, plain, unequal
from tests.second.books import SEGMENTS, Book
from tests.second.company import KEPT, MOVES, add, kept_of
from tests.second.test_random_books import DAYS, company, made

SPLIT = ("arr", "movements", "retention", "renewal-rate", "cohorts")
ADD_UP = {"movements": ("closes_on", (*MOVES, "accounts")), "retention": ("", KEPT)}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return copied("random book 1", lambda folder: made(1, folder), tmp_path) / "own.duckdb"


@pytest.fixture(scope="module")
def whole() -> Asked:
    return over_a_year(company(Book(1), DAYS[1]))


def alone(asked: Asked, segment: str) -> Asked:
    """The accounts of one segment, as if there were no others; what ends were agreed is said of a whole feed."""
    accounts = {id_: row for id_, row in asked.company.accounts.items() if row["segment"] == segment}
    lines = [line for line in asked.company.lines if line.account_id in accounts]
    return replace(asked, company=replace(asked.company, lines=lines, accounts=accounts))


def split(store: Path, report: str, *more: object) -> list[dict[str, Any]]:
    return json.loads(command(store, "report", report, "--json", "--as-of", DAYS[1], "--by", "segment", *more))["rows"]


def of_segment(report: str, segment: str, rows: list[dict[str, Any]]) -> dict[tuple, dict[str, Any]]:
    """The rows of a segment by what tells them apart, as rows of nobody's group; without margins, which are those of the whole company."""
    own = [row | {"group": None} for row in rows if row["group"] == segment]
    told = [{name: value for name, value in row.items() if not name.startswith("margin")} for row in own]
    return {tuple(row[name] for name in REPORTS[report][0]): row for row in told}


@pytest.mark.parametrize("report", SPLIT)
def test_a_segment_is_told_as_if_it_were_the_company(report, store, whole):
    rows = split(store, report)
    for segment in SEGMENTS:
        assert not unequal(report, alone(whole, segment), of_segment(report, segment, rows)), segment


@pytest.mark.parametrize("report", SPLIT)
def test_a_filter_on_a_segment_says_the_same(report, store):
    """Margins, too: both are told with that of the whole company."""
    with closing(Store.open(store)) as opened:
        grouped = run(report, opened, Viewer(), Question(as_of=DAYS[1], by="segment")).rows
        for segment in SEGMENTS:
            alone = run(report, opened, Viewer(), Question(as_of=DAYS[1], by="segment", filters=(("segment", (segment,)),))).rows
            mine = grouped.filter(group=segment)
            assert mine.equals(alone), segment


def test_trailing_years_of_each_segment(store, whole):
    found: list[object] = []
    for row in split(store, "retention-series"):
        mine: dict[str, int] = dict.fromkeys(KEPT, 0)
        for one in alone(whole, row["group"]).company.customers.values():
            add(mine, kept_of(one, date.fromisoformat(row["opened_on"]), date.fromisoformat(row["day"])))
        told = {name: round(row[name] * (100 if name.endswith("mrr") else 1)) for name in KEPT if name in row}
        found += [(row["group"], row["day"], name, mine[name], value) for name, value in told.items() if mine[name] != value]
    assert not found


@pytest.mark.parametrize("report", ADD_UP)
def test_segments_add_up_to_the_company(report, store, whole):
    key, names = ADD_UP[report]
    sums: dict = defaultdict(lambda: dict.fromkeys(names, 0))
    for row in split(store, report):
        for name in names:
            sums[row.get(key)][name] += row.get(name, 0)
    mine = {tuple(map(plain, one)): row for one, row in REPORTS[report][1](whole).items()}
    for one, row in mine.items():
        told = sums[one[1] if key else None]
        worth = {name: row[name] / 100 if name.endswith("mrr") or name in MOVES else row[name] for name in names}
        assert told == pytest.approx(worth, abs=0.001), one
