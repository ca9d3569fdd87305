"""What stands in the rows of Today."""

import polars as pl
import pytest

from metrics.today import KINDS, URGENCY
from pages.parts import today
from reports.report import Report


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_reason_has_an_icon_words_a_colour_and_a_meaning(kind):
    (pill,) = today.reasons([{"kind": kind, "why": "Events 5 → 2 in 30 days"}])
    assert pill.words == "Events 5 → 2 in 30 days"
    assert pill.icon.startswith(":material/") and pill.colour
    assert pill.about.endswith(today.about(kind))


def test_accounts_stand_in_their_urgency_in_order_and_each_once():
    rows = pl.DataFrame(
        [("B", "soon"), ("B", "soon"), ("A", "now"), ("C", "soon")], schema=["account_id", "urgency"], orient="row"
    )  # fmt: skip
    report = Report("today", "Today", {}, "house", "USD", 1, rows, {}, {})
    found = {urgency: [[one["account_id"] for one in block] for block in today.blocks(report, urgency)] for urgency in URGENCY}
    assert found == {"now": [["A"]], "soon": [["B", "B"], ["C"]], "later": []}
    assert [*today.URGENCY] == [*URGENCY]
