"""Health week by week on the account page: a change of the score is no slope of the line, and is told in words beside it."""

from dataclasses import replace
from datetime import date, timedelta

from pages.parts.account_health_weeks import changes, drawn, stretches
from reports.health.health_history import Turn
from reports.health.scorecard import in_file

FIRST = date(2024, 1, 7)
CARD = in_file()
OTHER = replace(CARD, bands=(("at_risk", 40.0), ("watch", 75.0), ("healthy", 100.0)))
TURNS = [Turn(0, CARD), Turn(1, OTHER, date(2024, 1, 17), "Dana", "As the board wants it", "At risk up to 40, before 50")]
BY_HAND = {
    "band": "at_risk", "reason": "New CFO <b>", "owner": "Dana", "starts_on": date(2024, 1, 20), "ends_on": date(2024, 2, 20),
    "withdrawn_on": date(2024, 1, 25),
}  # fmt: skip


def weeks(*told: tuple[int, float | None, str | None]) -> list[dict]:
    """Version, score and band of one week after the other."""
    return [
        {"week": FIRST + timedelta(weeks=at), "version": version, "score": score, "band": band, "exception": None}
        for at, (version, score, band) in enumerate(told)
    ]


ROWS = weeks((0, 90.0, "little_known"), (0, 60.0, "watch"), (1, 45.0, "watch"), (1, None, None), (1, 42.0, "watch"))


def lines(rows: list[dict]) -> list[list[float | None]]:
    """What each line shows, but for those without a value, and the dot at the end."""
    found = [list(one.y) for one in drawn(rows, TURNS, []).data]
    return [one for one in found[:-1] if any(value is not None for value in one)]


def test_each_version_has_its_own_line_and_what_is_little_known_none_with_the_rest():
    """60 and 45 stand on two lines, so that no slope joins them; nor do 90 and 60, since 90 is little known."""
    assert [[row["score"] for row in own] for own in stretches(ROWS)] == [[90.0, 60.0], [45.0, None, 42.0]]
    assert lines(ROWS) == [[None, 60.0], [90.0, None], [45.0, None, 42.0]]


def test_bands_are_those_of_each_version_and_a_mark_stands_where_it_came_into_force():
    figure = drawn(ROWS, TURNS, [])
    grounds = [(one.y0, one.y1) for one in figure.layout.shapes if one.type == "rect"]
    assert grounds == [(0, 50), (50, 75), (75, 100), (0, 40), (40, 75), (75, 100)]
    assert [one.x0 for one in figure.layout.shapes if one.type == "line"] == [date(2024, 1, 17)]
    assert "Health score of 5 weeks, 7 Jan 2024 to 4 Feb 2024: at the end 42" in figure.layout.meta["alt"]


def test_what_is_no_behaviour_is_told_in_words():
    """Taken back on the 25th, five days before its end would have been seen; the owner's words are no HTML."""
    assert changes(ROWS, TURNS, [BY_HAND]) == [
        "20 Jan 2024 to 25 Jan 2024, set by hand by Dana: At risk. New CFO <b>",
        "17 Jan 2024, version 1 by Dana: At risk up to 40, before 50; As the board wants it",
    ]
    assert changes(ROWS[:2], TURNS) == []
    assert changes(ROWS, TURNS, [BY_HAND | {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 2, 1), "withdrawn_on": None}])[
        0
    ].startswith("17 Jan")
    spans = [one for one in drawn(ROWS, TURNS, [BY_HAND]).data if list(one.x) == [date(2024, 1, 20), date(2024, 1, 25)]]
    assert len(spans) == 1 and "&lt;b&gt;" in spans[0].hovertemplate


def test_an_account_without_a_second_version_has_one_line():
    only = weeks((0, 50.0, "at_risk"), (0, 51.0, "watch"))
    assert lines(only) == [[50.0, 51.0]] and changes(only, TURNS[:1]) == []
