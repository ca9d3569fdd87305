"""Columns of support tools that look like moments or ratings and are none."""

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.reader.support_told import BUSINESS, RATED, TARGET, support_told

TICKETS = Mapping("tickets", columns={"ticket_id": "Id", "csat": "Rating"})


def told(name: str, *cells: str | None, mapping: Mapping = TICKETS) -> list[str]:
    return support_told(["Id", "Rating", name], [pl.DataFrame({name: list(cells)}, schema={name: pl.String})], mapping)["reason"].to_list()


@pytest.mark.parametrize(
    ("name", "cell", "reason"),
    [
        ("First reply time in minutes within business hours", "30", BUSINESS),
        ("First reply time - Business hours (min)", "30", BUSINESS),
        ("metric_set.reply_time_in_minutes.business", "30", BUSINESS),
        ("Custom field (Time to first response)", "-0:30", TARGET),
        ("Time to resolution", "1:00", TARGET),
        ("Satisfaction Score", "Good", RATED),
        ("satisfaction_rating.score", "bad", RATED),
    ],
)
def test_it_is_told_once_why_a_column_stays_out(name, cell, reason):
    assert told(name, cell, None, cell) == [reason]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("First reply time in minutes", "30"),
        ("Satisfaction Score", "Offered"),
        ("Satisfaction Score", "5"),
        ("Business unit", "good"),
        ("Time to resolution", None),
    ],
)
def test_nothing_is_told_of_what_is_fine_or_says_nothing(name, cell):
    assert told(name, cell) == []


def test_other_tables_are_told_nothing():
    assert told("Satisfaction Score", "Good", mapping=Mapping("surveys", columns={"survey_id": "Id"})) == []
