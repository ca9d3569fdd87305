"""Answers: margins against published examples and arithmetic, whose answer counts, who answered, and what is called a change."""

from datetime import UTC, date, datetime, timedelta
from math import sqrt

import polars as pl
import pytest

from metrics.responses import (
    as_contacts,
    csat_changes,
    csat_of,
    is_on_scale,
    months_in_windows,
    nps_changes,
    nps_of,
    once,
    rate_of,
    requests_once,
    score_group,
    scores,
    with_request,
    within,
)

ANSWER = {
    "survey_id": pl.String, "account_id": pl.String, "contact_id": pl.String, "source": pl.String, "score": pl.Float64,
    "answered_at": pl.Datetime("us", "UTC"), "day": pl.Date,
}  # fmt: skip
REQUEST = {
    "request_id": pl.String, "account_id": pl.String, "contact_id": pl.String, "source": pl.String, "asked_at": pl.Datetime("us", "UTC"),
    "day": pl.Date, "survey_id": pl.String,
}  # fmt: skip
DAY = date(2024, 6, 30)


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)


def answers(*rows: tuple) -> pl.LazyFrame:
    """survey_id, contact_id, source, score, day, all of account A."""
    told = [(one, "A", contact, source, score, at(day), date.fromisoformat(day)) for one, contact, source, score, day in rows]
    return pl.LazyFrame(told, schema=ANSWER, orient="row")


def requests(*rows: tuple) -> pl.LazyFrame:
    """request_id, contact_id, source, day, survey_id, all of account A; each once."""
    told = [(one, "A", contact, source, at(day), date.fromisoformat(day), survey) for one, contact, source, day, survey in rows]
    return requests_once(pl.LazyFrame(told, schema=REQUEST, orient="row"))


def given(source: str, *counts: tuple[float, int], day: str = "2024-05-01") -> pl.LazyFrame:
    """So many answers of each score, each of another person, to no known request."""
    rows = [(f"{source} {score} {day} {n}", f"C {score} {day} {n}", source, score, day) for score, number in counts for n in range(number)]
    return answers(*rows).with_columns(asked_by=pl.lit(None, pl.String))


def one(frame: pl.LazyFrame) -> dict:
    return frame.collect().row(0, named=True)


def test_published_margin_of_nps():
    """talkstats.com, thread 58500: 291 promoters, 476 passives, 395 detractors of 1,162 are -9 +/- 4.4."""
    row = one(nps_of(given("nps", (9, 291), (7, 476), (3, 395))))
    assert (row["answers"], row["promoters"], row["passives"], row["detractors"]) == (1162, 291, 476, 395)
    assert round(row["nps"]) == -9 and round(row["nps_margin"], 1) == 4.4
    assert row["nps_low"] == pytest.approx(row["nps"] - row["nps_margin"])


def test_the_margin_of_nps_against_the_spread_of_tickets_in_a_hat():
    """Half promoters, a third passives, a sixth detractors (Cross Validated 18603): variance (2/3)^2/2 + (1/3)^2/3 + (4/3)^2/6 = 5/9."""
    row = one(nps_of(given("nps", (10, 18), (8, 12), (0, 6))))
    assert row["nps"] == pytest.approx(100 / 3) and row["nps_margin"] == pytest.approx(195.9964 * sqrt(5 / 9 / 36), rel=1e-6)
    assert row["few"] is False


@pytest.mark.parametrize("counts", [[], [(9, 1)], [(10, 40)], [(0, 12)]])
def test_no_margin_is_told_of_one_answer_nor_where_all_are_of_one_group(counts):
    row = one(nps_of(given("nps", *counts)))
    assert row["nps_margin"] is row["nps_low"] is row["nps_high"] is None
    assert (row["nps"] is None) == (not counts)


def test_limits_of_nps_end_where_the_scale_does():
    """One of 10 passive, nine promoters: 90 +/- 1.96 x 100 x sqrt((.9 - .81) / 10) = 90 +/- 18.6."""
    row = one(nps_of(given("nps", (9, 9), (8, 1))))
    assert row["nps_margin"] == pytest.approx(18.594, abs=1e-3) and row["nps_high"] == 100 and row["few"]


@pytest.mark.parametrize(
    ("good", "of", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
)
def test_published_limits_of_a_share(good, of, low, high):
    """Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3."""
    row = one(csat_of(given("csat", (5, good), (2, of - good))))
    assert (row["satisfied"], row["answers"]) == (good, of)
    assert row["csat"] == pytest.approx(good / of) and (round(row["csat_low"], 4), round(row["csat_high"], 4)) == (low, high)
    assert row["csat_mean"] == pytest.approx((5 * good + 2 * (of - good)) / of)


def test_share_and_mean_say_different_things():
    """Four 4s and six 1s: 40 % are content, the mean is (16 + 6) / 10 = 2.2."""
    row = one(csat_of(given("csat", (4, 4), (1, 6))))
    assert (row["csat"], row["csat_mean"]) == (0.4, 2.2)
    assert one(csat_of(given("csat")))["csat"] is None


@pytest.mark.parametrize(
    ("source", "score", "group"),
    [("nps", 0, "detractor"), ("nps", 6, "detractor"), ("nps", 7, "passive"), ("nps", 8, "passive"), ("nps", 9, "promoter"), ("nps", 10, "promoter"),
     ("nps", 11, None), ("nps", -1, None), ("nps", 8.5, None), ("csat", 0, None), ("csat", 1, "dissatisfied"), ("csat", 2, "dissatisfied"),
     ("csat", 3, "neutral"), ("csat", 4, "satisfied"), ("ticket rating", 5, "satisfied"), ("ticket rating", 6, None), ("nps", None, None)],
)  # fmt: skip
def test_the_edges_of_scales_and_groups(source, score, group):
    row = one(answers(("1", "C", source, score, "2024-05-01")).select(group=score_group(), on=is_on_scale()))
    assert (row["group"], row["on"]) == (group, group is not None)


def test_of_nps_the_newest_of_a_person_counts_and_of_csat_each_request():
    asked = requests(("R1", "C", "csat", "2024-03-01", None), ("R2", "C", "csat", "2024-04-01", None))
    said = answers(
        ("1", "C", "nps", 3, "2024-03-02"), ("2", "C", "nps", 9, "2024-04-02"), ("3", "D", "nps", 7, "2024-03-02"), ("4", None, "nps", 5, "2024-03-02"),
        ("5", None, "nps", 5, "2024-03-03"), ("6", "C", "csat", 1, "2024-03-02"), ("7", "C", "csat", 5, "2024-03-05"), ("8", "C", "csat", 4, "2024-04-03"),
    )  # fmt: skip
    assert sorted(once(with_request(said, asked)).collect()["survey_id"]) == ["2", "3", "4", "5", "7", "8"]


def test_an_answer_belongs_to_the_request_that_names_it_else_to_the_newest_before_it():
    asked = requests(
        ("R1", "C", "nps", "2024-01-01", "3"), ("R2", "C", "nps", "2024-03-01", None), ("R3", "D", "nps", "2024-01-01", None),
        ("R4", None, "nps", "2024-03-01", None), ("R5", "C", "csat", "2024-03-01", None),
    )  # fmt: skip
    said = answers(
        ("1", "C", "nps", 9, "2024-03-04"), ("2", "C", "nps", 9, "2024-02-01"), ("3", "C", "nps", 9, "2024-03-05"), ("4", "D", "nps", 9, "2024-03-31"),
        ("5", "D", "nps", 9, "2024-04-30"), ("6", None, "nps", 9, "2024-03-02"), ("7", "E", "nps", 9, "2024-03-02"), ("8", "C", "nps", 9, "2023-12-31"),
    )  # fmt: skip
    found = dict(with_request(said, asked).select("survey_id", "asked_by").collect().rows())
    # 31 March is 90 days after 1 January, 30 April is more; 31 December is before anybody was asked
    assert found == {"1": "R2", "2": "R1", "3": "R1", "4": "R3", "5": None, "6": "R4", "7": None, "8": None}


def test_who_is_named_by_an_address_is_the_contact_who_has_it():
    """Of the account itself; an id that is a contact's stays, whatever address another has."""
    contacts = pl.LazyFrame(
        [("A", "C", "Cee@x.example"), ("A", "D", "cee@x.example "), ("B", "E", "eva@x.example"), ("A", "F", "C"), ("A", "G", None)],
        schema=["account_id", "contact_id", "email"], orient="row",
    )  # fmt: skip
    said = answers(*[(str(at), who, "nps", 9, "2024-03-01") for at, who in enumerate(("CEE@x.example", "eva@x.example", "C", None, "D"))])
    found = as_contacts(said, contacts).sort("survey_id").collect()
    assert found["contact_id"].to_list() == ["C", "eva@x.example", "C", None, "D"] and found.columns == list(ANSWER)


def rate(asked: pl.LazyFrame, said: pl.LazyFrame, since: date = date(2023, 12, 31), until: date = DAY) -> tuple:
    linked = with_request(said, asked)
    return rate_of(within(asked, since, until), linked, day=DAY).collect().row(0)


def test_asked_twice_is_two_requests_and_a_reminder_is_none():
    """14 days after the first is a reminder, 15 are not; of CSAT each is a request of its own."""
    twice = requests(("R1", "C", "nps", "2024-01-01", None), ("R2", "C", "nps", "2024-01-16", None))
    once_reminded = requests(("R1", "C", "nps", "2024-01-01", None), ("R2", "C", "nps", "2024-01-15", None))
    of_csat = requests(("R1", "C", "csat", "2024-01-01", None), ("R2", "C", "csat", "2024-01-03", None))
    late = answers(("1", "C", "nps", 9, "2024-01-20"))
    assert rate(twice, late) == (2, 1, 0.5)
    assert rate(once_reminded, late) == (1, 1, 1.0)
    assert rate(of_csat, answers(("1", "C", "csat", 5, "2024-01-04"))) == (2, 1, 0.5)


def test_who_answered_twice_answered_once():
    asked = requests(("R1", "C", "nps", "2024-01-01", None), ("R2", "D", "nps", "2024-01-01", None))
    assert rate(asked, answers(("1", "C", "nps", 9, "2024-01-02"), ("2", "C", "nps", 3, "2024-01-09"))) == (2, 1, 0.5)


def test_an_answer_without_being_asked_is_in_no_rate():
    asked = requests(("R1", "C", "nps", "2024-01-01", None))
    assert rate(asked, answers(("1", "D", "nps", 9, "2024-01-02"))) == (1, 0, 0.0)


def test_who_was_asked_outside_the_period_or_lately_is_not_counted():
    """The day is 30 June: 16 June is 14 days before it, 17 June is not. An answer after the period counts for who was asked within it."""
    asked = requests(
        ("R1", "C", "nps", "2023-12-31", None), ("R2", "D", "nps", "2024-01-01", None), ("R3", "E", "nps", "2024-06-16", None),
        ("R4", "F", "nps", "2024-06-17", None),
    )  # fmt: skip
    said = answers(("1", "C", "nps", 9, "2024-01-02"), ("2", "D", "nps", 9, "2024-02-02"), ("3", "F", "nps", 9, "2024-06-18"))
    assert rate(asked, said) == (2, 1, 0.5)
    assert rate(asked, said, until=date(2024, 1, 31)) == (1, 1, 1.0)


def test_nobody_asked_is_no_rate():
    assert rate(requests(), answers(("1", "C", "nps", 9, "2024-01-02"))) == (0, 0, None)


def test_an_answer_off_its_scale_is_an_answer_all_the_same():
    assert rate(requests(("R1", "C", "nps", "2024-01-01", None)), answers(("1", "C", "nps", 99, "2024-01-02"))) == (1, 1, 1.0)


def test_months_with_few_answers_stand_for_three_and_are_compared_with_the_three_before():
    """January to April, 31, 30, 29 and 30 promoters and as many passives: March has 58, so every month has enough; with 14 and 15, none."""
    many = pl.concat([given("nps", (9, n), (7, n), day=f"2024-0{month}-15") for month, n in ((1, 31), (2, 30), (3, 29), (4, 30))])
    single = months_in_windows(many, date(2023, 12, 31), date(2024, 4, 30)).filter("shown")
    counted = single.group_by("month", "window_months").agg(n=pl.len()).sort("month").collect()
    assert counted["n"].to_list() == [62, 60, 58, 60] and set(counted["window_months"]) == {1}
    few = pl.concat([many.filter(pl.col("day").dt.month() != 4), given("nps", (9, 14), (7, 15), day="2024-04-15")])
    wide = months_in_windows(few, date(2023, 12, 31), date(2024, 4, 30)).filter("shown")
    counted = wide.group_by("month", "window_months").agg(n=pl.len()).sort("month").collect()
    assert counted["n"].to_list() == [62, 122, 180, 60 + 58 + 29] and set(counted["window_months"]) == {3}


def test_within_a_window_the_newest_answer_of_a_person_counts():
    said = answers(("1", "C", "nps", 3, "2024-01-10"), ("2", "C", "nps", 9, "2024-02-10")).with_columns(asked_by=pl.lit(None, pl.String))
    wide = months_in_windows(said, date(2023, 12, 31), date(2024, 4, 30)).filter("shown").sort("month").collect()
    assert wide.select(pl.col("month").dt.month(), "score").rows() == [(1, 3.0), (2, 9.0), (3, 9.0), (4, 9.0)]


@pytest.mark.parametrize(
    ("promoters", "compared"), [(50, "no change"), (63, "no change"), (64, "higher"), (37, "no change"), (36, "lower")]
)
def test_a_change_of_nps_within_its_margin_is_none(promoters, compared):
    """100 answers a month, 50 promoters and 50 passives before: each margin is 1.96 x sqrt(p (1 - p) / 100) x 100.

    64: 9.408 and 9.8 make 13.585, less than 14; 63: 9.463 and 9.8 make 13.623, more than 13. 36 and 37 mirror them.
    """
    months = given("nps", (9, 50), (7, 50), day="2024-01-15"), given("nps", (9, promoters), (7, 100 - promoters), day="2024-02-15")
    found = months_in_windows(pl.concat(months), date(2023, 12, 31), date(2024, 2, 29))
    rows = nps_changes(nps_of(found, ("month", "window_months", "shown"))).collect()
    assert rows["compared"].to_list()[-1] == compared and rows["compared"].to_list()[0] == "not known"
    assert rows["change"].to_list()[-1] == pytest.approx(promoters - 50)


def test_a_published_difference_of_shares_is_the_margin_of_a_change():
    """Newcombe 1998, 873, table II, method 10: 56/70 less 48/80 is 0.2, from 0.0524 to 0.3339: the margin towards nought is 0.1476."""
    months = given("csat", (5, 48), (1, 32), day="2024-01-15"), given("csat", (5, 56), (1, 14), day="2024-02-15")
    found = months_in_windows(pl.concat(months), date(2023, 12, 31), date(2024, 2, 29))
    last = csat_changes(csat_of(found, ("source", "month", "window_months", "shown"))).collect().row(-1, named=True)
    assert last["change"] == pytest.approx(0.2) and last["change_margin"] == pytest.approx(0.2 - 0.0524, abs=5e-5)
    assert last["compared"] == "higher"


def test_the_distribution_has_every_score_and_adds_up():
    rows = scores(pl.concat([given("nps", (10, 3), (0, 1)), given("ticket rating", (4, 2))])).collect()
    assert rows.filter(source="nps").height == 11 and rows.filter(source="csat")["share"].null_count() == 5
    assert rows.filter(source="nps", score=10).select("answers", "share", "score_group").row(0) == (3, 0.75, "promoter")
    assert rows["answers"].sum() == 6 and rows.filter(source="ticket rating")["share"].sum() == 1


def test_windows_of_days_begin_after_their_opening():
    rows = within(given("nps", (9, 1), day="2024-01-31"), date(2024, 1, 31), date(2024, 2, 29)).collect()
    assert rows.is_empty()
    assert within(given("nps", (9, 1), day="2024-02-29"), date(2024, 1, 31), date(2024, 1, 31) + timedelta(days=29)).collect().height == 1
