"""Revenue beside what it is compared with."""

from datetime import date

import plotly.graph_objects as go
import polars as pl

from pages.parts.revenue_compared import Period, rows_beside, with_before
from reports.report import Report


def period(words: str, arr: int, nrr: float | None, churn: int) -> Period:
    """ARR and churn in cents; MRR opens at 100.00 and closes with what churn leaves of it."""
    totals = {"opening": 100_00, "churn": churn, "closing": 100_00 - churn}
    units = dict.fromkeys(("arr", *totals), "money") | {"nrr": "ratio"}
    said = {"from": date(2024, 12, 31), "to": date(2025, 12, 31)}

    def report(name: str, of: dict) -> Report:
        return Report(name, name, said, "house", "USD", 1, pl.DataFrame(), of, units)

    return Period(words, report("arr", {"arr": arr}), report("retention", {"nrr": nrr}), report("movements", totals))


def test_each_line_has_the_change_from_each_period_and_what_is_not_known_is_a_dash():
    now, before, year = period("This period", 1200_00, 0.9, 10_00), period("Previous", 1000_00, 0.95, 4_00), period("Year", 0, None, 0)
    found = {line[0]: line[1:] for line in rows_beside(now, [before, year])}
    assert found["ARR at the end"] == ["\\$1.20K", "\\$1.00K", "\\+\\$200", "\\$0", "\\+\\$1.20K"]
    assert found["NRR"] == ["90.0%", "95.0%", "−5.0 points", "–", "–"]
    assert found["Churn"] == ["\\$10", "\\$4", "\\+\\$6", "\\$0", "\\+\\$10"]
    assert {line[0]: line[2] for line in rows_beside(year, [now])}["ARR at the end"] == "\\$1.20K"
    assert {line[0]: line[3] for line in rows_beside(year, [now])}["ARR at the end"] == "−\\$1.20K"
    assert "New" not in found  # nothing of it in this period


def closes(*cents: int) -> Report:
    rows = pl.DataFrame({"closes_on": [date(2025, month + 1, 28) for month in range(len(cents))], "closing": list(cents)})
    return Report("movements", "Movements", {}, "house", "USD", 1, rows, {}, {"closing": "money"})


def test_the_period_before_lies_month_beside_month_and_is_named():
    figure = with_before(go.Figure(), closes(100_00, 110_00, 120_00), closes(90_00, 95_00), "Previous period")
    (line,) = figure.data
    assert list(line.y) == [90.0, 95.0]
    assert list(line.x) == [date(2025, 1, 28), date(2025, 2, 28)]
    assert figure.layout.annotations[0].text == "Previous<br>period"
    assert not with_before(go.Figure(), closes(100_00), None, "").data
