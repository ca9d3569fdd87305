"""What a team has changes nothing of what others are told: two companies that differ in the team South alone answer the team North alike."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from data.store.store import Store
from reports.catalogue import REPORTS, run
from reports.files import tables
from tests.access.company import ASKED, South, as_text, company
from tests.access.persons import bring_in, viewer

PERSONS = ("analyst-own", "analyst-team")
QUESTIONS = {
    "plain": ASKED,
    "owner": replace(ASKED, by="owner"),
    "parents": replace(ASKED, level="parent"),
    "monthly": replace(ASKED, rules="stripe"),
}


@pytest.fixture(scope="module")
def other(tmp_path_factory, roles) -> Iterator[Store]:
    """The same company, but that South's accounts have other names, three times the amounts, and another currency without a rate."""
    opened = company(tmp_path_factory.mktemp("other") / "own.duckdb", South("dop", 3, "NOK"))
    bring_in(opened)
    yield opened
    opened.close()


# Told to everybody as numbers of the whole company, in words at the report.
@pytest.mark.long
@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("asked", [one if one == "plain" else pytest.param(one, marks=pytest.mark.long) for one in QUESTIONS])
def test_the_answers_are_the_same(store, other, name, asked):
    for person in PERSONS:
        one, two = (as_text(_untimed(tables.as_json(run(name, of, viewer(of, person), QUESTIONS[asked])))) for of in (store, other))
        assert one == two, person


def test_those_who_see_all_are_told_the_difference(store, other):
    one, two = (run("arr", of, viewer(of, "analyst-company"), ASKED).totals["mrr"] for of in (store, other))
    assert one != two


def _untimed(answer: dict) -> dict:
    """Without the moments at which the tests wrote the notes."""
    return answer | {"rows": [{name: value for name, value in row.items() if name != "logged_at"} for row in answer["rows"]]}
