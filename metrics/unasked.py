"""Whom nobody has asked for long, who does not answer, and to whom an answer of ours is due."""

from datetime import date, timedelta

import polars as pl

from metrics.responses import DISSATISFIED_TO, NPS, TICKET, is_on_scale, once
from metrics.surveys import DETRACTOR_TO

SILENT_FOR = 365  # days without an answer of any decision maker
FOLLOW_UP_WITHIN = 90  # days for which an answer of a detractor asks for one of ours
DUE, CLOSED, UNKNOWN = "due", "closed", "not known"
DECIDES = "decision maker"


def heard_of(requests: pl.LazyFrame, answers: pl.LazyFrame, *by: str) -> pl.LazyFrame:
    """When each was asked and answered last: `by`, last_asked, last_answered. Ratings of tickets are no survey."""
    asked = requests.group_by(by).agg(last_asked=pl.col("day").max())
    answered = answers.filter(pl.col("source") != TICKET).group_by(by).agg(last_answered=pl.col("day").max())
    return asked.join(answered, on=list(by), how="full", coalesce=True)


def not_asked(those: pl.LazyFrame, requests: pl.LazyFrame, answers: pl.LazyFrame, *by: str, day: date, days: int) -> pl.LazyFrame:
    """Of `those` (columns of `by`) whom nobody has asked in the `days` that end with `day`: the never asked first, then the longest ago.

    An answer tells that somebody was asked by then. Adds last_asked, last_answered, days_unasked (since the later of both; null for
    never). requests, answers: up to `day`.
    """
    known = those.join(heard_of(requests, answers, *by), on=list(by), how="left")
    since = (pl.lit(day) - pl.max_horizontal("last_asked", "last_answered")).dt.total_days()
    told = known.with_columns(days_unasked=since).filter((pl.col("days_unasked") >= days).fill_null(True))
    return told.sort("days_unasked", *by, descending=[True, *[False] * len(by)], nulls_last=False)


def silent_deciders(
    customers: pl.LazyFrame, contacts: pl.LazyFrame, requests: pl.LazyFrame, answers: pl.LazyFrame, *, day: date, tells_asked: bool
) -> pl.LazyFrame:
    """Customers of whose decision makers, those who are there on `day`, none answered a survey in the SILENT_FOR days that end with it.

    customers: account_id. contacts: those who are there. tells_asked: whether any file says who was asked; then state is asked and
    silent, or not asked; it is not known without, and where an answer of the account in that time names nobody. Returns account_id,
    deciders (how many), contact_id (whose last request or answer is the newest), last_asked, last_answered (of all of them),
    others_answered (other people of the account who answered in that time), state.
    """
    first, person = day - timedelta(days=SILENT_FOR), ["account_id", "contact_id"]
    deciders = contacts.filter(pl.col("role") == DECIDES).join(customers, on="account_id", how="semi").select(person)
    recent = answers.filter(pl.col("source") != TICKET, pl.col("day") > first)
    whole = _together(deciders.join(heard_of(requests, answers, *person), on=person, how="left").sort(*person))
    silent = whole.filter((pl.col("last_answered") <= first).fill_null(True)).join(_beside(recent, deciders), on="account_id", how="left")
    asked = pl.when((pl.col("last_asked") > first).fill_null(False)).then(pl.lit("asked and silent")).otherwise(pl.lit("not asked"))
    known = pl.lit(tells_asked) & ~pl.col("nameless").fill_null(False)
    state = pl.when(known).then(asked).otherwise(pl.lit(UNKNOWN))
    return silent.with_columns(pl.col("others_answered").fill_null(0), state=state).drop("nameless")


def _together(people: pl.LazyFrame) -> pl.LazyFrame:
    """The people of each account as one row, named after the one of whom something was heard last."""
    newest = pl.max_horizontal("last_asked", "last_answered").fill_null(date.min)
    return people.group_by("account_id").agg(
        deciders=pl.len().cast(pl.Int64), contact_id=pl.col("contact_id").sort_by(newest, descending=True, maintain_order=True).first(),
        last_asked=pl.col("last_asked").max(), last_answered=pl.col("last_answered").max(),
    )  # fmt: skip


def _beside(answers: pl.LazyFrame, deciders: pl.LazyFrame) -> pl.LazyFrame:
    """Of each account how many others answered, and whether an answer names nobody."""
    others = answers.join(deciders, on=["account_id", "contact_id"], how="anti")
    nobody = pl.col("contact_id").is_null()
    return others.group_by("account_id").agg(
        others_answered=pl.col("contact_id").drop_nulls().n_unique().cast(pl.Int64), nameless=nobody.any()
    )  # fmt: skip


def follow_ups(answers: pl.LazyFrame, talks: pl.LazyFrame, *, day: date, logged: bool) -> pl.LazyFrame:
    """Answers of detractors, and of 1 or 2 of 5 in a survey, of the FOLLOW_UP_WITHIN days that end with `day`, and whether we answered.

    The newest answer of each person and kind; who has become content since is not listed. answers: with_request. talks: conversations
    (account_id, done_on, contacts: ids with commas between) that are looked at. logged: whether anybody logs conversations; else state is
    not known. state: closed from the first conversation on the answer's day or later on (closed_on), with that person where it says with
    whom; else due. days_waiting: from the answer to `day`, of what is due.
    """
    recent = answers.filter(
        pl.col("source") != TICKET, pl.col("day") > day - timedelta(days=FOLLOW_UP_WITHIN), pl.col("day") <= day, is_on_scale()
    )
    low = pl.when(pl.col("source") == NPS).then(pl.col("score") <= DETRACTOR_TO).otherwise(pl.col("score") <= DISSATISFIED_TO)
    unhappy = _newest_of_each(recent).filter(low)
    held = talks.filter(pl.col("done_on") <= day).select("account_id", "done_on", with_whom=_ids(pl.col("contacts")))
    met = unhappy.select("survey_id", "source", "account_id", "contact_id", "day").join(held, on="account_id")
    fits = pl.col("contact_id").is_null() | pl.col("with_whom").is_null() | pl.col("with_whom").list.contains(pl.col("contact_id"))
    closing = met.filter(pl.col("done_on") >= pl.col("day"), fits).group_by("survey_id", "source").agg(closed_on=pl.col("done_on").min())
    told = unhappy.join(closing, on=["survey_id", "source"], how="left")
    open_state = pl.lit(DUE if logged else UNKNOWN)
    state = pl.when(pl.col("closed_on").is_not_null()).then(pl.lit(CLOSED)).otherwise(open_state)
    waiting = pl.when(pl.col("closed_on").is_null()).then((pl.lit(day) - pl.col("day")).dt.total_days())
    return told.with_columns(state=state, days_waiting=waiting)


def _newest_of_each(answers: pl.LazyFrame) -> pl.LazyFrame:
    """The newest answer of each person and kind; of those without a contact each once."""
    named = answers.filter(pl.col("contact_id").is_not_null()).sort("answered_at", "survey_id")
    newest = named.unique(["account_id", "contact_id", "source"], keep="last")
    return pl.concat([newest, once(answers.filter(pl.col("contact_id").is_null()))])


def _ids(contacts: pl.Expr) -> pl.Expr:
    """The ids of a text with commas between; null where there are none."""
    ids = contacts.str.split(",").list.eval(pl.element().str.strip_chars()).list.eval(pl.element().filter(pl.element() != ""))
    return pl.when(ids.list.len() > 0).then(ids)
