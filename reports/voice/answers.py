"""What was answered, word by word and account by account, and where is an answer of ours due?"""

import polars as pl

from language import mark, tr
from metrics.responses import CSAT, NPS, TICKET, csat_of, nps_of, rate_of, score_group, within
from metrics.unasked import CLOSED, DUE, UNKNOWN, follow_ups
from reports.books import Books
from reports.customers.renewals import NONE_LOGGED, NONE_YET, conversations_logged
from reports.customers.timeline import accounts_in_view
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty
from reports.voice.heard import Heard, about_rate, days, heard

ANSWERS = {
    "account_id": "text", "name": "text", "segment": "text", "kind": "text", "score_given": "number", "score_group": "text",
    "comment": "text",
    "contact": "text", "role": "text", "answered_at": "instant", "counts": "flag", "was_asked": "flag", "contact_id": "text",
    "survey_id": "text",
    "file": "text", "line": "count",
}  # fmt: skip
ACCOUNTS = {
    "account_id": "text", "name": "text", "owner": "text", "nps_answers": "count", "nps": "decimal", "csat_answers": "count",
    "csat": "ratio",
    "ticket_answers": "count", "ticket_csat": "ratio", "were_asked": "count", "answered": "count", "response_rate": "ratio",
    "last_answered": "day",
}  # fmt: skip
FOLLOW_UPS = {
    "account_id": "text", "name": "text", "owner": "text", "arr": "money", "kind": "text", "score_given": "number", "comment": "text",
    "contact": "text", "role": "text", "answered_on": "day", "days_waiting": "count", "follow_up": "text", "closed_on": "day",
    "contact_id": "text",
    "survey_id": "text",
}  # fmt: skip
NOT_YOURS = mark("You may not view conversations, so whether anybody has answered these is not known.")
OFF, OFF_SCALE = "off the scale", "off_scale"
TOTALS = {"due": DUE, "closed": CLOSED, "not_known": UNKNOWN}


def _answers(look: Look, question: Question) -> Answer:
    """One row per answer of the period, the newest first, ratings of tickets among them (kind: nps, csat, ticket rating).

    score_group: promoter, passive, detractor; satisfied (4, 5), neutral, dissatisfied (1, 2); off the scale. counts: whether it is in the
    figures: on its scale, and the newest of its person or request. was_asked: whether its request is known; null where no file says who
    was asked, and of ratings. file, line: where it stands. Totals: answers, those with a comment, those off the scale.
    """
    if look.day is None:
        return Answer(empty(ANSWERS), {"with_comment": 0, OFF_SCALE: 0})
    known, period = heard(look, look.day), days(look, question)
    counting = known.counting(*period).select("survey_id", "source", "account_id", counts=pl.lit(True))
    told = within(known.answers, *period).join(counting, on=["survey_id", "source", "account_id"], how="left")
    asked = pl.when(pl.col("source").is_in(sorted(known.told))).then(pl.col("asked_by").is_not_null())
    worded = told.with_columns(
        pl.col("counts").fill_null(False), was_asked=asked, kind="source", score_given="score", score_group=score_group().fill_null(OFF)
    )
    rows = _named(look, worded).sort("answered_at", "survey_id", descending=[True, False])
    found = rows.collect().join(look.files().with_columns(pl.col("batch").cast(pl.Int64)), on="batch", how="left", maintain_order="left")
    totals = {"with_comment": found["comment"].count(), OFF_SCALE: (found["score_group"] == OFF).sum()}
    return Answer(found.select(*ANSWERS), totals)


def _named(look: Look, rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows with name, segment and owner of the account, and name and role of the person."""
    accounts = look.view.accounts().lazy().select("account_id", "name", "segment", "owner")
    contacts = look.view.table("contacts").lazy().select(
        "account_id", "contact_id", "role", contact=pl.coalesce("name", "email", "contact_id")
    )  # fmt: skip
    named = rows.join(accounts, on="account_id").join(contacts, on=["account_id", "contact_id"], how="left")
    return named.with_columns(contact=pl.coalesce("contact", "contact_id"))


def _by_account(look: Look, question: Question) -> Answer:
    """One row per account that was asked or answered in the period: its NPS, CSAT and rating of tickets, each with how many answers, how
    many of its requests were answered (null where no file says who was asked), and when it answered a survey last.

    One account has few answers: no margin is told, and NPS of one answer is 100, 0 or -100. Those with the lowest NPS first.
    """
    if look.day is None:
        return Answer(empty(ACCOUNTS))
    known, period = heard(look, look.day), days(look, question)
    rows = _each(look, known, period).join(look.view.accounts().lazy().select("account_id", "name", "owner"), on="account_id")
    told = _not_known(rows, known.tells_asked).sort("nps", "csat", "account_id", nulls_last=True).select(*ACCOUNTS).collect()
    return Answer(told, {}, about_rate(known, within(known.answers, *period).filter(pl.col("source") != TICKET), NPS, CSAT))


def _each(look: Look, known: Heard, period: tuple) -> pl.LazyFrame:
    counting, asked = known.counting(*period), within(known.requests, *period)
    surveys = known.answers.filter(pl.col("source") != TICKET, pl.col("day") <= period[1])
    by = ("account_id",)
    of_nps = nps_of(counting.filter(pl.col("source") == NPS), by).select(*by, "nps", nps_answers="answers")
    of_csat = csat_of(counting.filter(pl.col("source") == CSAT), by).select(*by, "csat", csat_answers="answers")
    of_tickets = csat_of(counting.filter(pl.col("source") == TICKET), by).select(*by, ticket_csat="csat", ticket_answers="answers")
    last = surveys.group_by(by).agg(last_answered=pl.col("day").max())
    rows = pl.concat([counting.select(by), asked.select(by)]).unique()
    for frame in (of_nps, of_csat, of_tickets, rate_of(asked, known.answers, day=look.day or period[1], by=by), last):
        rows = rows.join(frame, on="account_id", how="left")
    return rows.with_columns(pl.col("nps_answers", "csat_answers", "ticket_answers").fill_null(0))


def _not_known(rows: pl.LazyFrame, tells_asked: bool) -> pl.LazyFrame:
    return rows.with_columns(pl.when(tells_asked).then(pl.col(name).fill_null(0)).alias(name) for name in ("were_asked", "answered"))


def _follow_ups(books: Books, question: Question) -> Answer:
    """One row per unhappy answer of the last 90 days (NPS 0 to 6, surveys 1 or 2 of 5), the newest of each person and kind, what is due
    first, most ARR first.

    follow_up: due; closed: a conversation since, on closed_on; not known where nobody logs conversations, or they are not the viewer's to
    see. days_waiting: since the answer, where it is not closed. Totals: how many of each.
    """
    if books.day is None:
        return Answer(empty(FOLLOW_UPS), dict.fromkeys(TOTALS, 0))
    visible = accounts_in_view(books, question, "activities")
    held = books.view.table("activities").filter(pl.col("kind") == "conversation", pl.col("account_id").is_in(visible.implode()))
    logged = conversations_logged(books)
    found = follow_ups(heard(books, books.day).answers, held.lazy(), day=books.day, logged=logged)
    seen = pl.when(pl.col("account_id").is_in(visible.implode())).then("state").otherwise(pl.lit(UNKNOWN))
    money = arr_rows(books).lazy().select("account_id", "arr")
    named = _named(books, found).join(money, on="account_id", how="left").with_columns(
        follow_up=seen, score_given="score", answered_on="day", kind="source"
    )  # fmt: skip
    order = pl.col("follow_up").replace_strict({DUE: 0, UNKNOWN: 1, CLOSED: 2}, return_dtype=pl.Int64)
    rows = named.sort(
        order, "arr", "answered_on", "account_id", "survey_id", descending=[False, True, False, False, False], nulls_last=True
    )
    told = rows.select(*FOLLOW_UPS).collect()
    return Answer(told, {name: (told["follow_up"] == code).sum() for name, code in TOTALS.items()}, _about(books, logged, visible))


def _about(books: Books, logged: bool, visible: pl.Series) -> tuple[str, ...]:
    if not logged:
        ever = books.view.recorded("activities", "done_on", "conversation")[0] is not None
        return (tr(NONE_YET if ever else NONE_LOGGED),)
    return (tr(NOT_YOURS),) if visible.len() < books.view.accounts().height else ()


survey_answers = Definition("survey-answers", mark("Answers and comments"), ANSWERS, _answers, opens=opened, of_period=True)
survey_accounts = Definition("survey-accounts", mark("Answers by account"), ACCOUNTS, _by_account, opens=opened, of_period=True)
survey_follow_ups = Definition("survey-follow-ups", mark("Unhappy answers to follow up"), FOLLOW_UPS, _follow_ups)
