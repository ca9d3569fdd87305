"""Whom the sample company asked: each answer that was asked for names its person and comes after its request; some stay silent."""

from datetime import date

import polars as pl

from sample.asked import answered, requests

CONTACTS = pl.DataFrame(
    [(f"{account}-{at}", account) for account in "ABC" for at in range(4)], schema=["contact_id", "account_id"], orient="row"
)
GIVEN = pl.DataFrame(
    [(f"N-{at}", "ABC"[at % 3], "nps", at % 11, f"2026-0{at % 9 + 1}-15T12:00:00Z") for at in range(44)],
    schema=["survey_id", "account_id", "kind", "score", "answered_at"], orient="row",
)  # fmt: skip


def test_answers_have_a_person_of_their_account_and_two_in_three_have_words():
    rows = answered(GIVEN, CONTACTS)
    assert rows.join(CONTACTS, on=["contact_id", "account_id"]).height == 44 and rows.drop("contact_id", "comment").equals(GIVEN)
    assert rows["comment"].null_count() == 15  # of 44 every third, from the first on


def test_requests_come_before_their_answers_and_others_were_asked_too():
    """Every eleventh answer came without being asked: 4 of 44; each account is asked once more in the last week."""
    rows = answered(GIVEN, CONTACTS)
    asked = requests(rows, CONTACTS, date(2026, 10, 31))
    met = asked.drop_nulls("survey_id").join(rows, on=["survey_id", "account_id", "contact_id"])
    assert met.height == 40 and (met["asked_at"] < met["answered_at"]).all()
    assert asked.height - 40 - 3 == sum(at % 3 for at in range(44) if at % 11) and asked["request_id"].is_unique().all()
