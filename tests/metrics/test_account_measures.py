"""What the score and the model look at, on books small enough to count by hand; rows after the day change nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from metrics.account_measures import MEASURES, Known, Recorded, measures, nps_answer
from metrics.coverage import Coverage
from metrics.seats import seats_on
from metrics.usage import Used, feed_on
from tests.metrics.books import effective, lines

DAY = date(2024, 6, 30)
SEEN = pl.LazyFrame({"account_id": ["A", "B"], "day": [DAY, DAY]})
TICKETS = [
    ("A", date(2024, 6, 1), None, None),  # open
    ("A", date(2024, 6, 2), date(2024, 7, 5), 5.0),  # still open on the day, and not yet rated
    ("A", date(2024, 5, 1), date(2024, 5, 2), 2.0),
    ("A", date(2023, 5, 1), date(2023, 5, 2), 1.0),  # rated too long ago
]
SURVEYS = [("A", "csat", 4.0, date(2024, 6, 1)), ("A", "nps", 9.0, date(2024, 6, 20)), ("A", "nps", 2.0, date(2024, 1, 1))]
CONVERSATIONS = [("A", date(2024, 6, 10), "positive")]
LATER = {
    "tickets": ("A", date(2024, 7, 1), None, None),
    "surveys": ("A", "nps", 0.0, date(2024, 7, 1)),
    "conversations": ("A", date(2024, 7, 1), "negative"),
}
# Of A: u0 to u2 were there in the last week, u3 to u5 earlier in June; ten others from 2 to 31 May, which are the 30 days before.
USE = [(f"u{number}", date(2024, 6, 30 - number)) for number in range(3)]
USE += [(f"u{number}", date(2024, 6, number - 2)) for number in range(3, 6)]
USE += [(f"before{number}", date(2024, 5, 2 + number)) for number in range(10)]
BOOK = [{"starts_on": date(2024, 1, 1), "seats": 8}, {"account_id": "B", "contract_id": "b", "starts_on": date(2024, 6, 20), "seats": 5}]
FEEDS = pl.DataFrame({"feed": ["web"], "day_gap": [1.0], "usual_gap_days": [1.0], "covers_all_accounts": [False]})
TOLD = pl.DataFrame({"feed": "web", "day": pl.date_range(date(2024, 1, 1), DAY, eager=True)})  # a file that claims the half year


def at(day: date | None) -> datetime | None:
    return day and datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def months(item: str, rows: list[tuple[str, date]]) -> pl.LazyFrame:
    """Active days as bits, added up one by one."""
    found: dict[tuple[str, date], int] = {}
    for name, day in rows:
        found[name, day.replace(day=1)] = found.get((name, day.replace(day=1)), 0) | 1 << (day.day - 1)
    schema = {"account_id": pl.String, item: pl.String, "month": pl.Date, "bits": pl.Int64}
    return pl.LazyFrame([("A", name, month, bits) for (name, month), bits in found.items()], schema=schema, orient="row")


def used(users: list[tuple[str, date]] = USE, events: int = 4) -> Used:
    """One event a day of use and user, on the day; so many event names in June. A is seen from 2 May, the first of the 60 days, on."""
    daily = pl.LazyFrame([("A", day) for _, day in users], schema={"account_id": pl.String, "day": pl.Date}, orient="row")
    return Used(
        months("user_id", users), months("feature", [(f"e{number}", date(2024, 6, 1 + number)) for number in range(events)]),
        daily.group_by("account_id", "day").agg(count=pl.len().cast(pl.Int64)),
        Coverage(FEEDS, TOLD, pl.DataFrame({"account_id": ["A"], "feed": ["web"], "first_seen": [date(2024, 5, 2)]})),
    )  # fmt: skip


def with_user_on(day: date) -> dict:
    """A in the last week of June, covered just then and on one day long ago: an event without a user, and one by somebody on `day`."""
    told = pl.DataFrame({"feed": "web", "day": [date(2023, 9, 1), *(date(2024, 6, 24 + number) for number in range(7))]})
    seen = Coverage(FEEDS, told, pl.DataFrame({"account_id": ["A"], "feed": ["web"], "first_seen": [date(2023, 9, 1)]}))
    then = replace(used([("ann", day)]), coverage=seen)
    return replace(known(), used=then).usage_on(SEEN).filter(pl.col("account_id") == "A").collect().row(0, named=True)


def known(tickets=TICKETS, surveys=SURVEYS, conversations=CONVERSATIONS, kept: bool = True) -> Known:
    moment = pl.Datetime("us", "UTC")
    recorded = Recorded(date(2024, 1, 1), DAY, 1.0) if kept else Recorded()
    starts = {
        "account_id": ["A", "B"],
        "live_on": [None, None],
        "first_start": [date(2024, 1, 1), date(2024, 6, 20)],
        "seats": [None, None],
    }
    return Known(
        accounts=pl.LazyFrame(starts, schema_overrides={"live_on": pl.Date, "seats": pl.Int64}),
        lines=lines(*BOOK), effective=effective(*BOOK), used=used(),
        tickets=pl.LazyFrame(
            [(who, at(opened), at(resolved), csat) for who, opened, resolved, csat in tickets],
            schema={"account_id": pl.String, "opened_at": moment, "resolved_at": moment, "csat": pl.Float64}, orient="row",
        ),
        surveys=pl.LazyFrame(
            [(who, kind, score, at(day)) for who, kind, score, day in surveys],
            schema={"account_id": pl.String, "kind": pl.String, "score": pl.Float64, "answered_at": moment}, orient="row",
        ),
        activities=pl.LazyFrame(
            [(who, "conversation", day, *said) for who, day, *said in conversations] + [("A", "task", DAY, "negative")],
            schema={"account_id": pl.String, "kind": pl.String, "done_on": pl.Date, "sentiment": pl.String}, orient="row",
        ),
        tickets_recorded=recorded, activities_recorded=recorded,
    )  # fmt: skip


def measured(*args, **kwargs) -> dict[str, dict]:
    return {row["account_id"]: row for row in measures(SEEN, known(*args, **kwargs)).collect().to_dicts()}


def test_every_measure_of_an_account():
    found = measured()["A"]
    assert {name: found[name] for name in MEASURES} == {
        "seat_use": 6 / 8, "usage_trend": 6 / 10 - 1, "features_used": 4, "stickiness": 3 / 6,
        "open_tickets": 2, "csat_rating": (2.0 + 4.0) / 2, "nps_answer": 9.0, "days_since_conversation": 20,
        "conversation_sentiment": 1.0,
    }  # fmt: skip
    assert (found["wau"], found["mau"], found["seats"], found["nps_answer_age"]) == (3, 6, 8, 10)


def test_a_rating_counts_once_its_ticket_is_resolved():
    rated = [("A", date(2024, 6, 2), None, 1.0), ("A", date(2024, 6, 3), date(2024, 6, 4), 5.0), ("A", date(2024, 6, 5), DAY, 3.0)]
    assert measured(rated, [])["A"]["csat_rating"] == (5.0 + 3.0) / 2


def test_where_nobody_records_that_tickets_are_resolved_a_rating_counts_from_when_the_ticket_was_opened():
    opened = [("A", date(2024, 6, 2), None, 1.0), ("A", date(2024, 6, 3), None, 4.0), ("A", date(2024, 7, 1), None, 2.0)]
    never = Known(**{**known(opened, []).__dict__, "resolutions_recorded": False})
    assert measures(SEEN, never).filter(pl.col("account_id") == "A").collect()["csat_rating"].item() == (1.0 + 4.0) / 2


def test_silence_is_an_answer_only_where_a_table_is_kept():
    kept, not_kept = measured()["B"], measured(kept=False)["B"]
    assert (kept["open_tickets"], kept["days_since_conversation"]) == (0, 10)  # ten days a customer, and never talked to
    assert (not_kept["open_tickets"], not_kept["days_since_conversation"]) == (None, None)
    assert [kept[name] for name in ("seat_use", "usage_trend", "features_used", "csat_rating", "nps_answer")] == [None] * 5


def test_what_a_conversation_said_counts_for_half_a_year_and_that_it_was_held_does_not():
    """1 June negative, 10 June positive and neutral: (1 + 0) / 2. One without a word about it changes nothing; 180 days later all is old."""
    held = [("A", date(2024, 6, 1), "negative"), ("A", date(2024, 6, 10), "positive"), ("A", date(2024, 6, 10), "neutral")]
    assert measured(conversations=held)["A"]["conversation_sentiment"] == 0.5
    assert measured(conversations=[*held, ("A", date(2024, 6, 20), None)])["A"]["conversation_sentiment"] == 0.5
    old = [("A", DAY - timedelta(days=180), "negative")]
    assert measured(conversations=old)["A"]["conversation_sentiment"] is None
    assert measured(conversations=[("A", DAY - timedelta(days=179), "negative")])["A"]["conversation_sentiment"] == -1.0


def test_what_comes_after_the_day_changes_nothing():
    assert measured([*TICKETS, LATER["tickets"]], [*SURVEYS, LATER["surveys"]], [*CONVERSATIONS, LATER["conversations"]]) == measured()


def test_a_table_that_went_quiet_is_not_tracked():
    def tells(last: date, gap: float, first: date = date(2024, 1, 1)) -> bool:
        return pl.select(Recorded(first, last, gap).tells_of(pl.lit(DAY))).item()

    assert tells(DAY - timedelta(days=30), 1.0) and not tells(DAY - timedelta(days=31), 1.0)
    assert tells(DAY - timedelta(days=60), 20.0)
    assert not tells(DAY + timedelta(days=9), 1.0, first=DAY + timedelta(days=1))
    assert pl.select(Recorded().tells_of(pl.lit(DAY))).item() is False


def test_a_feed_has_stopped_three_usual_gaps_after_its_last_day():
    def says(*feeds: tuple[int, float, bool]) -> str:
        rows = [(DAY - timedelta(days=ago), gap, every) for ago, gap, every in feeds]
        schema = {"covers_to": pl.Date, "usual_gap_days": pl.Float64, "covers_all_accounts": pl.Boolean}
        return pl.select(feed_on(pl.lit(DAY), pl.DataFrame(rows, schema=schema, orient="row"))).item()

    assert [says((3, 1.0, False)), says((4, 1.0, False)), says()] == ["live", "stopped", "stopped"]
    assert says((4, 1.0, True), (80, 30.0, False)) == "live"  # the one that names every account has stopped
    assert says((4, 1.0, False), (80, 30.0, True)) == "complete"
    assert says((-20, 1.0, False)) == "live"  # a day of the past


def test_use_without_named_users_leaves_actives_open_and_no_use_is_zero():
    lately = Known(**{**known().__dict__, "used": used([("u", DAY - timedelta(days=60))])})
    named = Known(**{**known().__dict__, "used": used([("u", DAY - timedelta(days=59))])})
    silent = Known(**{**known().__dict__, "used": used([("u", DAY - timedelta(days=60))], events=0)})
    found = [measures(SEEN, one).filter(pl.col("account_id") == "A").collect()["mau"].item() for one in (lately, named, silent)]
    assert found == [None, 0, 0]


def test_seats_are_those_of_paid_lines_then_trials_then_the_account():
    rows = [
        {"account_id": "A", "seats": 5}, {"account_id": "A", "contract_id": "d", "seats": 3}, {"account_id": "A", "contract_id": "e"},
        {"account_id": "B", "seats": 4, "is_trial": True}, {"account_id": "C"},
        {"account_id": "A", "contract_id": "f", "seats": 9, "ends_on": DAY},
    ]  # fmt: skip
    named = ["A", "B", "C"]
    seen = pl.LazyFrame({"account_id": named, "day": [DAY] * 3})
    accounts = pl.LazyFrame({"account_id": named, "seats": [70, 70, 70]})
    found = seats_on(seen, lines=lines(*rows), effective=effective(*rows), accounts=accounts).collect()
    assert dict(found.select("account_id", "seats").rows()) == {"A": 8, "B": 4, "C": 70}


@pytest.mark.parametrize(("day", "weekly"), [(date(2023, 11, 3), 0), (date(2023, 11, 2), None)])
def test_users_of_a_young_feed_are_known_for_240_days(day, weekly):
    """3 November is 240 days before 30 June: somebody was named lately, so the week has no users. The day before is too long ago."""
    assert with_user_on(day)["wau"] == weekly


def test_of_two_answers_on_one_day_the_later_one_counts():
    """10 in the morning and 3 in the afternoon: the latest answer is 3, and not the better one."""
    moments = pl.Series([datetime(2024, 6, 20, hour, tzinfo=UTC) for hour in (9, 15)]).cast(pl.Datetime("us", "UTC"))
    answers = pl.LazyFrame({"account_id": ["A", "A"], "kind": ["nps", "nps"], "score": [10.0, 3.0], "answered_at": moments})
    found = nps_answer(SEEN, answers).collect()
    assert found.filter(pl.col("account_id") == "A").select("nps_answer", "nps_answer_age").rows() == [(3.0, 10)]


def test_seats_of_products_that_add_come_on_top_in_seat_use_as_well():
    """Eight seats of the plan and four of a product whose seats add: six actives of twelve."""
    rows = [*BOOK, {"account_id": "A", "contract_id": "more", "product": "Viewers", "seats": 4}]
    book = {"lines": lines(*rows), "effective": effective(*rows), "adding": ("Viewers",)}
    found = measures(SEEN, Known(**{**known().__dict__, **book})).filter(pl.col("account_id") == "A").collect()
    assert found.select("seats", "seat_use").rows() == [(12, 6 / 12)]
