"""What caps a band, on contracts small enough to read; and how a cap meets a score."""

from datetime import date

import polars as pl
import pytest

from metrics.health import LITTLE_KNOWN, components, scores, settled
from metrics.health_exceptions import exceptions
from metrics.scorecard import Group, Measure, Scorecard
from tests.metrics.books import effective, lines

DAY = date(2024, 6, 30)
YEAR = {"starts_on": date(2024, 1, 1), "ends_on": date(2025, 1, 1)}
NOTICE = {"cancelled_on": date(2024, 6, 10)}
LAPSED = {"starts_on": date(2023, 6, 15), "ends_on": date(2024, 6, 15)}


def told(*rows: dict, day: date = DAY) -> list[tuple]:
    seen = pl.LazyFrame({"account_id": ["A"], "day": [day]})
    book = [{"contract_id": f"c{at}"} | row for at, row in enumerate(rows)]
    return exceptions(seen, lines(*book), effective(*book, rules="house", as_of=day)).collect().select("exception", "since").rows()


def test_notice_counts_from_its_day_on_and_until_something_is_booked_to_follow():
    assert told(YEAR | NOTICE) == [("notice_given", date(2024, 6, 10))]
    assert told(YEAR | NOTICE, day=date(2024, 6, 9)) == []
    assert told(YEAR | NOTICE, {"starts_on": date(2025, 1, 1), "booked_on": DAY}) == []
    assert told(YEAR | NOTICE, {"starts_on": date(2025, 1, 1), "booked_on": date(2024, 7, 1)}) == [("notice_given", date(2024, 6, 10))]


def test_a_line_booked_ahead_follows_only_what_it_goes_on_with():
    """Core ends on 1 January after notice. Seats booked from July go on with nothing of it: the customer stays with a part, if with that.
    Core booked from January goes on with Core, and takes the exception away, but not once notice of it is given too."""
    core, booked = {"product": "Core"}, {"booked_on": DAY}
    seats = booked | {"product": "Seats", "starts_on": date(2024, 7, 1), "ends_on": date(2025, 7, 1)}
    again = booked | core | {"starts_on": date(2025, 1, 1), "ends_on": date(2026, 1, 1)}
    assert told(YEAR | core | NOTICE, seats) == [("notice_on_part", date(2024, 6, 10))]
    assert told(YEAR | core | NOTICE, again) == []
    assert told(YEAR | core | NOTICE, again | {"cancelled_on": DAY}) == [("notice_given", date(2024, 6, 10))]
    assert told(LAPSED | core, seats) == [("lapsed_renewal", date(2024, 6, 15))]
    assert told(LAPSED | core, seats | core) == []


def test_a_line_without_a_booking_day_is_booked_on_its_first():
    """Nobody knew on 30 June of the line that begins on 10 July."""
    assert told(LAPSED, {"starts_on": date(2024, 7, 10)}) == [("lapsed_renewal", date(2024, 6, 15))]
    assert told(LAPSED, {"starts_on": date(2024, 7, 10), "booked_on": DAY}) == []


def test_notice_for_one_of_two_lines_is_for_a_part():
    assert told(YEAR | NOTICE, YEAR) == [("notice_on_part", date(2024, 6, 10))]
    assert told(YEAR | NOTICE, YEAR | {"cancelled_on": DAY}) == [("notice_given", DAY)]


def test_a_renewal_has_lapsed_while_the_grace_of_thirty_days_runs():
    """The year ended on 15 June; 30 June lies in its grace, which runs to 14 July. With notice there is no grace, and no customer."""
    assert told(LAPSED) == [("lapsed_renewal", date(2024, 6, 15))]
    assert told(LAPSED, day=date(2024, 7, 15)) == []
    assert told(LAPSED | NOTICE) == []
    assert told(LAPSED, YEAR) == []


def test_who_went_on_for_nothing_has_not_lapsed():
    """Core ended on 15 June and a free plan runs since: a free customer, of whom no renewal is waited for."""
    assert told(LAPSED | {"product": "Core"}, {"product": "Free", "starts_on": date(2024, 6, 15), "amount": 0}) == []


def test_a_free_line_that_lapsed_is_no_renewal_that_is_waited_for():
    """What was paid ended on 1 June, what was free on the 15th: on the 30th a free line alone is in grace, and no paying one."""
    paid = {"product": "Core", "starts_on": date(2023, 6, 1), "ends_on": date(2024, 6, 1)}
    free = {"product": "Free", "starts_on": date(2024, 6, 1), "ends_on": date(2024, 6, 15), "amount": 0}
    assert told(paid, free) == []
    assert told(paid, free, day=date(2024, 6, 14)) == []
    assert told(paid) == [("lapsed_renewal", date(2024, 6, 1))]


CARD = Scorecard(
    (Group("use", 60), Group("said", 40)),
    (Measure("m0", "use", 75, ((0, 0), (100, 100))), Measure("m1", "use", 25, ((0, 0), (100, 100))), Measure("m2", "said", 1, ((0, 0), (100, 100)))),
    (("at_risk", 50.0), ("watch", 75.0), ("healthy", 100.0)),
    least_known=0.4,
    caps={"notice_given": "at_risk", "lapsed_renewal": "watch"},
)  # fmt: skip


def band(m0=None, m1=None, m2=None, *, exception: str | None = None, unseen: bool = False) -> tuple:
    values = pl.LazyFrame({"account_id": ["A"], "day": [DAY], "segment": ["S"], "m0": [m0], "m1": [m1], "m2": [m2]}).cast(
        dict.fromkeys(("m0", "m1", "m2"), pl.Float64)
    )
    found = pl.LazyFrame({"account_id": ["A"], "day": [DAY], "exception": [exception], "since": [DAY]}).drop_nulls()
    gone = pl.LazyFrame({"account_id": ["A"], "day": [DAY]}).filter(pl.lit(unseen))
    scored = scores(components(values, CARD), CARD)
    row = settled(scored, found.cast({"exception": pl.String}), gone, CARD).collect()
    return row.select("score", "band", "known_weight").row(0)


def test_the_known_weight_is_the_share_of_all_weights():
    """Use weighs 60 %, three quarters of it by m0: .45 and .15; what was said weighs .40."""
    assert band(m0=90)[2] == pytest.approx(0.6 * 0.75)
    assert band(m1=90)[2] == pytest.approx(0.6 * 0.25)
    assert band(m1=90, m2=90)[2] == pytest.approx(0.15 + 0.4)


def test_a_score_that_rests_on_little_is_neither_healthy_nor_at_risk():
    """Of .15 alone, below .40: 90 and 10 are both little known. Of .40 and .45 they are told."""
    assert [band(m1=value)[1] for value in (90, 10)] == [LITTLE_KNOWN, LITTLE_KNOWN]
    assert [band(m2=value)[1] for value in (90, 10)] == ["healthy", "at_risk"]
    assert [band(m0=value)[1] for value in (90, 10)] == ["healthy", "at_risk"]


def test_an_exception_caps_the_band_and_leaves_the_score():
    assert band(90, 90, 90, exception="notice_given") == (90.0, "at_risk", 1.0)
    assert band(90, 90, 90, exception="lapsed_renewal") == (90.0, "watch", 1.0)
    assert band(10, 10, 10, exception="lapsed_renewal") == (10.0, "at_risk", 1.0)
    assert band(m1=90, exception="notice_given")[:2] == (90.0, "at_risk")
    assert band(exception="notice_given")[:2] == (None, "at_risk")
    assert band(m1=90, exception="lapsed_renewal")[:2] == (90.0, LITTLE_KNOWN)  # at most watch, and nobody knows how much less
    assert band(90, 90, 90, exception="notice_on_part") == (90.0, "healthy", 1.0)  # this card caps nothing by that


def test_whose_feed_has_stopped_is_little_known_whatever_else_is_known():
    assert band(m2=10, unseen=True) == (10.0, LITTLE_KNOWN, 0.4)
    assert band(m2=10, unseen=True, exception="notice_given")[1] == "at_risk"
    assert band(unseen=True)[1] is None
