"""Answers and requests of one look, told apart by where they come from, each answer with the request that it belongs to."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from language import mark, tr, tr_n
from metrics.responses import (
    ANSWER,
    CSAT,
    NPS,
    REQUEST,
    TICKET,
    TIME_TO_ANSWER,
    as_contacts,
    is_on_scale,
    once,
    requests_once,
    with_request,
    within,
)
from metrics.tickets import as_known_on, with_resolution
from reports.look import Look, by_parent, groups
from reports.report import Question

OTHERS = ("parent", "role")  # what answers can be grouped by beside columns of accounts
NO_REQUESTS = mark("No file says who was asked to answer a survey, so how many of those who were asked answered is not known.")
TOO_EARLY = mark("Who was asked in the last {days} days may still answer, and is not in the response rate yet.")


@dataclass(frozen=True)
class Heard:
    """Answers (ANSWER and asked_by) and requests (REQUEST and asked_by) up to the day looked at, on and off their scales.

    told: the kinds of surveys of which some file says who was asked.
    """

    answers: pl.LazyFrame
    requests: pl.LazyFrame
    told: frozenset[str]

    @property
    def tells_asked(self) -> bool:
        """Whether any file says who was asked, for whatever kind."""
        return bool(self.told)

    def counting(self, since: date, until: date) -> pl.LazyFrame:
        """The answers of a window that count: on their scale, of one person's or one request's the newest."""
        return once(within(self.answers, since, until).filter(is_on_scale()))


def is_empty(look: Look) -> bool:
    """Whether there is nothing to look at: nothing imported, or no account in scope."""
    return look.day is None or look.view.accounts().is_empty()


def heard(look: Look, day: date) -> Heard:
    """All that was answered and asked by a day."""
    contacts = look.view.table("contacts").lazy().select("account_id", "contact_id", "email")
    asked = _requests(look.view.table("survey_requests")).lazy().filter(pl.col("day") <= day)
    requests = requests_once(as_contacts(asked, contacts))
    answers = as_contacts(pl.concat([_surveys(look).lazy(), _ratings(look, day)]).filter(pl.col("day") <= day), contacts)
    first = {kind: look.view.recorded("survey_requests", "asked_at", kind)[0] for kind in (NPS, CSAT)}
    told = frozenset(kind for kind, since in first.items() if since is not None and since <= day)
    return Heard(with_request(answers, requests).collect().lazy(), requests.collect().lazy(), told)


def _requests(asked: pl.DataFrame) -> pl.DataFrame:
    return asked.select(
        "request_id", "account_id", "contact_id", pl.col("kind").alias("source"), "asked_at", pl.col("asked_at").dt.date().alias("day"),
        "survey_id",
    ).select(*REQUEST)  # fmt: skip


def _surveys(look: Look) -> pl.DataFrame:
    rows = look.view.table("surveys").filter(pl.col("answered_at").is_not_null())
    told = rows.with_columns(source=pl.col("kind"), day=pl.col("answered_at").dt.date(), score=pl.col("score").cast(pl.Float64))
    return _shaped(told)


def _ratings(look: Look, day: date) -> pl.LazyFrame:
    """What was rated of tickets: on the day of the resolution, or where nobody records that, of the opening."""
    known = as_known_on(with_resolution(look.view.table("tickets").lazy()), day).filter(pl.col("csat").is_not_null())
    when = "resolved_at" if look.view.recorded("tickets", "resolved_at")[0] is not None else "opened_at"
    told = known.filter(pl.col(when).is_not_null()).with_columns(
        survey_id="ticket_id", contact_id=pl.lit(None, pl.String), source=pl.lit(TICKET), score=pl.col("csat").cast(pl.Float64),
        comment=pl.lit(None, pl.String), answered_at=pl.col(when), day=pl.col(when).dt.date(),
    )  # fmt: skip
    return _shaped(told.collect()).lazy()


def _shaped(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(*ANSWER).with_columns(pl.col("batch", "line").cast(pl.Int64))


def grouped(look: Look, rows: pl.LazyFrame, by: str | None) -> pl.LazyFrame:
    """The rows with `group`: what a column of their account says, its topmost parent, or the role of the person; null where not known.

    Two parents of one name are told apart by their id. Raises WrongParameter for an unknown column.
    """
    if by is None:
        return rows.with_columns(group=pl.lit(None, pl.String))
    if by == "role":
        roles = look.view.table("contacts").lazy().select("account_id", "contact_id", group=pl.col("role").cast(pl.String))
        return rows.join(roles, on=["account_id", "contact_id"], how="left")
    of_accounts = by_parent(look.view) if by == "parent" else groups(look.view, by, *OTHERS)
    return rows.join(of_accounts, on="account_id", how="left")


def unmatched(answers: pl.LazyFrame) -> int:
    """How many of some answers name no person, and belong to no request: who of those that were asked gave them is not known."""
    return answers.filter(pl.col("asked_by").is_null(), pl.col("contact_id").is_null()).select(pl.len()).collect().item()


def about_rate(found: Heard, answers: pl.LazyFrame, *kinds: str) -> tuple[str, ...]:
    """What must be known of the response rate beside some answers, of some kinds, in words."""
    if not found.told & {*kinds}:
        return (tr(NO_REQUESTS),)
    nameless = unmatched(answers)
    return (tr(TOO_EARLY, days=TIME_TO_ANSWER), *((_at_least(nameless),) if nameless else ()))


def _at_least(nameless: int) -> str:
    return tr_n(
        "{n:,} answer names no person and so belongs to no request: the response rate is at least as high as it is told.",
        "{n:,} answers name no person and so belong to no request: the response rate is at least as high as it is told.",
        nameless,
    )


def days(look: Look, question: Question) -> tuple[date, date]:
    """The period of a look that is not at an empty store."""
    since, until = look.period(question)
    assert since is not None and until is not None, "something is imported"
    return since, until
