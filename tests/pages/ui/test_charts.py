"""Charts say the amounts that they draw, on months that are, in colours that mean the same everywhere, and in words."""

import tomllib
from datetime import date, timedelta
from itertools import accumulate, pairwise
from pathlib import Path

import plotly.graph_objects as go
import polars as pl
import pytest

from pages.parts.revenue_compared import with_before
from pages.ui import charts
from reports.report import Report
from tests.pages.showing import shown

THEME = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text())["theme"]

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


def moves(**parts: int) -> Report:
    """A report of movements with these totals, in cents."""
    rows = pl.DataFrame({"group": [None], "month": [date(2023, 7, 1)], "accounts": [3], **{name: [cents] for name, cents in parts.items()}})
    return Report("movements", "Movements", {}, "house", "USD", 1, rows, parts, dict.fromkeys(parts, "money"))


def test_hover_on_a_bar_of_the_bridge_says_that_bar_s_amount():
    """911.20 + 55.00 - 10.00 - 33.33 = 922.87; bars of steps say what they add or take, not how high they stand."""
    bars = charts.waterfall(moves(**PARTS)).data[0]
    said = dict(zip(bars.x, bars.customdata, strict=True))
    assert {name: said[name].replace("\u2212", "-") for name in said} == {
        "Opening MRR": "$911.20", "Expansion": "$55.00", "Contraction": "-$10.00", "Churn": "-$33.33", "Closing MRR": "$922.87",
    }  # fmt: skip
    assert "%{customdata}" in bars.hovertemplate


def test_the_bars_of_the_bridge_lead_from_the_opening_to_the_closing():
    bars = charts.waterfall(moves(**PARTS)).data[0]
    assert list(bars.measure) == ["absolute", "relative", "relative", "relative", "total"]
    assert sum(bars.y[:-1]) == pytest.approx(bars.y[-1], abs=0.001)
    assert bars.y[-1] == 922.87


def test_a_step_of_one_percent_can_be_seen_and_a_zoomed_axis_is_told():
    """1,000,000 grows by 10,000 and loses 8,000: on an axis from zero a hundredth of its height, 2 pixels of 200."""
    parts = dict.fromkeys(PARTS, 0) | {"opening": 100_000_000, "expansion": 1_000_000, "churn": 800_000, "closing": 100_200_000}
    figure = charts.waterfall(moves(**parts))
    low, high = figure.layout.yaxis.range
    bars = figure.data[0]
    levels = list(accumulate(bars.y[:-1]))
    assert low < min(levels) and max(levels) < high
    assert min(abs(step) for step in bars.y[1:-1]) / (high - low) > 0.2
    assert "not at zero" in figure.layout.xaxis.title.text
    assert list(figure.layout.yaxis.tickvals) == sorted(figure.layout.yaxis.tickvals)
    assert all(low <= mark <= high for mark in figure.layout.yaxis.tickvals)


def test_an_axis_that_begins_at_zero_says_nothing_of_it_and_is_in_money():
    parts = dict.fromkeys(PARTS, 0) | {"opening": 0, "new": 5_000_000, "closing": 5_000_000}
    figure = charts.waterfall(moves(**parts))
    assert figure.layout.xaxis.title.text is None
    assert list(figure.layout.yaxis.ticktext) == ["$0", "$10.0K", "$20.0K", "$30.0K", "$40.0K", "$50.0K"]


def series(days: list[date], cents: list[int | None]) -> Report:
    rows = pl.DataFrame({"closes_on": days, "closing": cents, "nrr": [1.0 + at / 100 for at in range(len(days))]})
    units = {"closes_on": "day", "closing": "money", "nrr": "ratio"}
    return Report("movements", "Movements", {}, "house", "USD", 1, rows, {}, units)


@pytest.mark.parametrize("months", [1, 2, 6, 7, 12, 24, 60])
def test_marks_stand_on_months_that_are_drawn_each_told_once_the_last_always(months):
    days = [date(2020 + at // 12, at % 12 + 1, 28) for at in range(months)]
    axis = charts.line(series(days, [100_00] * months), "closes_on", "closing").layout.xaxis
    assert {*axis.tickvals} <= {*days}
    assert axis.tickvals[-1] == days[-1]
    assert len(axis.tickvals) <= 6
    said, year = [], ""
    for words in axis.ticktext:  # a year holds until another is told
        month, _, told = words.partition("<br>")
        year = told or year
        said.append(f"{month} {year}")
    assert said == [f"{day:%b %Y}" for day in axis.tickvals]
    assert len({(later - one).days // 28 for one, later in pairwise(axis.tickvals)}) <= 1  # as far from each other, all of them


def test_a_year_that_ends_at_the_first_mark_leaves_room_for_the_one_that_begins():
    days = [date(2025 + at // 12, at % 12 + 1, 28) for at in range(10, 22)]  # twelve months from November 2025
    axis = charts.line(series(days, [1] * 12), "closes_on", "closing").layout.xaxis
    assert list(axis.ticktext) == ["Dec", "Feb<br>2026", "Apr", "Jun", "Aug", "Oct"]


def test_weeks_of_one_month_are_told_by_their_day():
    days = [date(2023, 12, day) for day in (7, 14, 21, 28)]
    assert list(charts.line(series(days, [1] * 4), "closes_on", "closing").layout.xaxis.ticktext) == [
        "7 Dec<br>2023", "14 Dec", "21 Dec", "28 Dec",
    ]  # fmt: skip


def test_weeks_are_told_by_their_day_however_few_are_marked():
    """31 weeks from 2 January, one in six marked: what stands at 13 February is no mark of all February."""
    days = [date(2023, 1, 2) + timedelta(weeks=at) for at in range(31)]
    assert list(charts.line(series(days, [1] * 31), "closes_on", "closing").layout.xaxis.ticktext) == [
        "2 Jan<br>2023", "13 Feb", "27 Mar", "8 May", "19 Jun", "31 Jul",
    ]  # fmt: skip


def test_what_is_not_known_is_a_gap_and_the_last_known_value_is_named():
    days = [date(2023, month, 28) for month in (1, 2, 3)]
    figure = charts.line(series(days, [10_000_00, None, None]), "closes_on", "closing")
    assert list(figure.data[0].y) == [10_000.0, None, None]
    assert (figure.layout.annotations[0].x, figure.layout.annotations[0].text) == (days[0], " <b>$10.0K</b>")


def test_one_colour_means_one_thing():
    """Blue is or grew, orange shrank, grey is compared with: in the bridge, in lines, and beside the period before."""
    bars = charts.waterfall(moves(**PARTS)).data[0]
    assert (bars.increasing.marker.color, bars.decreasing.marker.color) == (charts.BLUE, charts.ORANGE)
    now, then = (series([date(year, 1, 28), date(year, 2, 28)], [100_00, 110_00]) for year in (2023, 2022))
    figure = with_before(charts.line(now, "closes_on", "closing"), now, then, "Previous period")
    assert [line.line.color for line in figure.data if line.mode == "lines"] == [charts.BLUE, charts.GREY]
    assert charts.ratios(now, "closes_on", ("nrr",)).data[0].line.color == charts.BLUE
    assert len({charts.BLUE, charts.ORANGE, charts.TEAL, charts.GREY}) == 4


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [charts.BLUE, charts.ORANGE, charts.TEAL, charts.GREY])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_drawn_stands_out_from_either_ground(colour, theme):
    """WCAG 1.4.11: graphics need 3 to 1."""
    one, other = sorted((luminance(colour), luminance(THEME[theme]["backgroundColor"])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= 3


def test_the_contents_of_a_chart_are_told_in_words():
    assert charts.waterfall(moves(**PARTS)).layout.meta["alt"] == (
        "Opening MRR $911; Expansion $55; Contraction −$10; Churn −$33; Closing MRR $923"
    )
    assert charts.bars(["One", "Two"], [2, 1], ["2", "1"]).layout.meta["alt"] == "One: 2; Two: 1"


@pytest.mark.parametrize("page", ["revenue", "account", "cohorts", "design"])
def test_no_chart_of_a_page_is_without_words(small, page):
    drawn = [one.proto for one in shown(page).get("plotly_chart")]
    assert drawn and all(one.alt for one in drawn)


def test_a_name_beside_another_is_moved_from_it():
    """Two lines end at 100 and 101 of an axis of 100: one pixel in a hundred apart, and words are 16 high."""
    figure = go.Figure(go.Scatter(x=[date(2023, 1, 1), date(2023, 2, 1)], y=[0, 100]))
    figure.add_annotation(x=date(2023, 2, 1), y=100, text="100")
    assert charts.named_at_the_end(figure, date(2023, 2, 1), 99, "before").layout.annotations[1].yshift <= -charts.LABEL
    assert charts.named_at_the_end(figure, date(2023, 2, 1), 20, "before").layout.annotations[2].yshift == 0


def test_of_four_hundred_products_those_that_began_last_are_drawn_under_short_names():
    days = [date(2024, 1, 1 + at % 28) for at in range(400)]
    names = ["x" * 300 + f" {at:03}" for at in range(400)]
    rows = pl.DataFrame({
        "product": names, "starts_on": days, "ends_on": [None] * 400, "arr": [100] * 400, "currency": ["USD"] * 400,
    }, schema_overrides={"ends_on": pl.Date})  # fmt: skip
    report = Report("contract-lines", "Lines", {"as_of": date(2024, 6, 30)}, "house", "USD", 1, rows, {}, {"arr": "money"})
    figure = charts.timeline(report)
    assert len(figure.data) == charts.MOST_PRODUCTS
    assert {line.x[0] for line in figure.data} == {date(2024, 1, 28)}  # 14 of them began on the last day
    assert all(len(name) <= charts.LONGEST_NAME for name in figure.layout.yaxis.ticktext)
    assert len({line.y[0] for line in figure.data}) == charts.MOST_PRODUCTS  # names that are shortened alike are two lines still
    assert figure.layout.height < 500
