"""Who was not asked for long, whose decision makers say nothing, and where an answer of ours is due; each against days counted by hand."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from metrics.unasked import follow_ups, not_asked, silent_deciders

DAY = date(2024, 6, 30)
ANSWER = {"survey_id": pl.String, "account_id": pl.String, "contact_id": pl.String, "source": pl.String, "score": pl.Float64,
          "answered_at": pl.Datetime("us", "UTC"), "day": pl.Date, "asked_by": pl.String}  # fmt: skip


def said(*rows: tuple) -> pl.LazyFrame:
    """account, contact, source, score, day."""
    told = [
        (str(at), account, contact, source, score, datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC), date.fromisoformat(day), None)
        for at, (account, contact, source, score, day) in enumerate(rows)
    ]
    return pl.LazyFrame(told, schema=ANSWER, orient="row")


def asked(*rows: tuple) -> pl.LazyFrame:
    """account, contact, day."""
    told = [(account, contact, date.fromisoformat(day)) for account, contact, day in rows]
    return pl.LazyFrame(told, schema={"account_id": pl.String, "contact_id": pl.String, "day": pl.Date}, orient="row")


def test_never_asked_stand_first_then_the_longest_ago():
    """180 days before 30 June is 2 January: asked then is long ago, a day later is not. A rating of a ticket is no survey."""
    those = pl.LazyFrame({"account_id": ["A", "B", "C", "D", "E"]})
    requests = asked(("A", None, "2024-01-02"), ("B", None, "2024-01-03"), ("C", None, "2023-01-02"))
    rows = not_asked(
        those,
        requests,
        said(("C", None, "nps", 9, "2023-12-01"), ("D", None, "ticket rating", 5, "2024-06-01")),
        "account_id",
        day=DAY,
        days=180,
    )
    found = rows.select("account_id", "days_unasked", "last_asked", "last_answered").collect().rows()
    assert found == [
        ("D", None, None, None), ("E", None, None, None), ("C", 212, date(2023, 1, 2), date(2023, 12, 1)),
        ("A", 180, date(2024, 1, 2), None),
    ]  # fmt: skip


def deciders(*rows: tuple[str, str, str]) -> pl.LazyFrame:
    return pl.LazyFrame(rows, schema={"account_id": pl.String, "contact_id": pl.String, "role": pl.String}, orient="row")


def test_a_decision_maker_is_silent_whether_asked_or_not():
    people = deciders(
        ("A", "A1", "decision maker"), ("A", "A2", "user"), ("B", "B1", "decision maker"), ("B", "B2", "decision maker"),
        ("C", "C1", "decision maker"), ("D", "D1", "user"), ("E", "E1", "decision maker"), ("X", "X1", "decision maker"),
    )  # fmt: skip
    requests = asked(("A", "A1", "2024-05-01"), ("A", "A2", "2024-05-01"), ("C", "C1", "2023-06-29"), ("E", "E1", "2024-01-01"))
    answers = said(
        ("A", "A2", "nps", 9, "2024-05-03"), ("B", "B2", "csat", 5, "2023-07-02"), ("C", "C1", "nps", 9, "2023-07-01"),
        ("E", None, "nps", 3, "2024-01-02"),
    )  # fmt: skip
    customers = pl.LazyFrame({"account_id": ["A", "B", "C", "D", "E"]})
    rows = silent_deciders(customers, people, requests, answers, day=DAY, tells_asked=True).sort("account_id").collect()
    # 1 July 2023 is 365 days before the day, 2 July within; at E somebody answered, and it may have been E1
    assert rows.select("account_id", "contact_id", "state", "others_answered").rows() == [
        ("A", "A1", "asked and silent", 1), ("C", "C1", "not asked", 0), ("E", "E1", "not known", 0)
    ]  # fmt: skip
    unknown = silent_deciders(customers, people, requests.clear(), answers, day=DAY, tells_asked=False).collect()
    assert set(unknown["state"]) == {"not known"}


def talks(*rows: tuple) -> pl.LazyFrame:
    schema = {"account_id": pl.String, "done_on": pl.Date, "contacts": pl.String}
    return pl.LazyFrame([(account, date.fromisoformat(day), who) for account, day, who in rows], schema=schema, orient="row")


@pytest.mark.parametrize(
    ("held", "state", "closed_on", "waiting"),
    [
        ([], "due", None, 29),
        ([("A", "2024-05-31", None)], "due", None, 29),  # the day before
        ([("A", "2024-06-01", None)], "closed", date(2024, 6, 1), None),  # on the day
        ([("A", "2024-06-20", "C9, C1"), ("A", "2024-06-25", None)], "closed", date(2024, 6, 20), None),
        ([("A", "2024-06-20", "C9")], "due", None, 29),  # with somebody else
        ([("B", "2024-06-20", None)], "due", None, 29),
        ([("A", "2024-07-01", None)], "due", None, 29),  # after the day looked at
        ([("A", "2024-06-20", " , ")], "closed", date(2024, 6, 20), None),  # with whom is not said
    ],
)
def test_an_answer_is_closed_by_a_conversation_since(held, state, closed_on, waiting):
    rows = follow_ups(said(("A", "C1", "nps", 6, "2024-06-01")), talks(*held), day=DAY, logged=True).collect()
    assert rows.select("state", "closed_on", "days_waiting").rows() == [(state, closed_on, waiting)]


def test_whose_answers_ask_for_one():
    """90 days before 30 June is 1 April, which is over; who is content since is not listed; of CSAT 1 and 2, of NPS 0 to 6."""
    answers = said(
        ("A", "C1", "nps", 6, "2024-04-02"), ("A", "C2", "nps", 0, "2024-04-01"), ("A", "C3", "nps", 7, "2024-06-01"), ("A", "C4", "csat", 2, "2024-06-01"),
        ("A", "C5", "csat", 3, "2024-06-01"), ("A", "C6", "nps", 2, "2024-05-01"), ("A", "C6", "nps", 9, "2024-06-01"), ("A", "C7", "nps", 99, "2024-06-01"),
        ("A", None, "nps", 1, "2024-06-01"), ("A", None, "nps", 2, "2024-06-02"), ("A", None, "ticket rating", 1, "2024-06-01"),
    )  # fmt: skip
    rows = follow_ups(answers, talks(), day=DAY, logged=True).collect()
    assert sorted(rows["survey_id"].to_list(), key=int) == ["0", "3", "8", "9"] and set(rows["state"]) == {"due"}


def test_where_nobody_logs_conversations_it_is_not_known():
    rows = follow_ups(said(("A", "C1", "nps", 6, "2024-06-01")), talks(), day=DAY, logged=False).collect()
    assert rows["state"].item() == "not known"
