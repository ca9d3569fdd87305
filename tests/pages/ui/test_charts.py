"""Charts say the amounts that they draw."""

from datetime import date

import polars as pl

from pages.ui import charts
from reports.report import Report

PARTS = {
    "opening": 91_120,
    "new": 0,
    "reactivation": 0,
    "expansion": 5_500,
    "contraction": 1_000,
    "churn": 3_333,
    "fx": 0,
    "closing": 92_287,
}


def test_hover_on_a_bar_of_the_bridge_says_that_bar_s_amount():
    """911.20 + 55.00 - 10.00 - 33.33 = 922.87; bars of steps say what they add or take, not how high they stand."""
    rows = pl.DataFrame({"group": [None], "month": [date(2023, 7, 1)], "accounts": [3], **{name: [cents] for name, cents in PARTS.items()}})
    moves = Report("movements", "Movements", {}, "house", "USD", 1, rows, PARTS, dict.fromkeys(PARTS, "money"))
    bars = charts.waterfall(moves).data[0]
    said = dict(zip(bars.x, bars.customdata, strict=True))
    assert {name: said[name].replace("\u2212", "-") for name in said} == {
        "Opening MRR": "$911.20", "Expansion": "$55.00", "Contraction": "-$10.00", "Churn": "-$33.33", "Closing MRR": "$922.87",
    }  # fmt: skip
    assert "%{customdata}" in bars.hovertemplate
