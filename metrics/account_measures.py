"""What the health score and the churn model look at, each measure one function: an account seen from a day; nothing later enters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Self

import polars as pl

from metrics.seats import seat_use, seats_on
from metrics.usage import Used, usage_on

CSAT_DAYS = 180
NPS_DAYS = 365  # an older answer says nothing of today
SENTIMENT_DAYS = 180
SENTIMENTS = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
QUIET_DAYS = 30  # a table of records that has been quiet this long, and for three usual gaps, is not tracked any more
QUIET_GAPS = 3

MEASURES = (
    "seat_use",
    "usage_trend",
    "features_used",
    "stickiness",
    "open_tickets",
    "csat_rating",
    "nps_answer",
    "days_since_conversation",
    "conversation_sentiment",
)
AGED = ("nps_answer",)  # of which it is known how old they are
SEEN = ["account_id", "day"]


@dataclass(frozen=True)
class Recorded:
    """When the whole company has rows in a table: the first and last day, and the usual days between two such days; None without any.
    quiet: stretches of days before the last (both ends included) on which it had been quiet for too long, as seen from each of them."""

    first: object = None
    last: object = None
    gap: float | None = None
    quiet: tuple[tuple[date, date], ...] = ()

    @classmethod
    def on(cls, days: Sequence[date]) -> Self:
        """Of the days that have rows, the earliest first."""
        if not days:
            return cls()
        steps = [(later - day).days for day, later in pairwise(days)]
        long = [at for at, step in enumerate(steps) if step > QUIET_DAYS]
        known = ((days[at], days[at + 1], _patience(median(steps[:at]) if at else None)) for at in long)
        quiet = tuple(
            (day + timedelta(days=int(most) + 1), later - timedelta(days=1)) for day, later, most in known if (later - day).days > most + 1
        )
        return cls(days[0], days[-1], median(steps) if steps else None, quiet)

    def tells_of(self, day: pl.Expr) -> pl.Expr:
        """Whether silence on a day is an answer: the table has begun, and its last row by then is at most QUIET_GAPS usual gaps old."""
        if self.first is None:
            return pl.lit(False)
        behind = (day - pl.lit(self.last)).dt.total_days()
        silent = [day.is_between(*stretch) for stretch in self.quiet]
        return (day >= pl.lit(self.first)) & (behind <= _patience(self.gap)) & ~pl.any_horizontal(pl.lit(False), *silent)


def _patience(gap: float | None) -> float:
    return max(QUIET_DAYS, QUIET_GAPS * (gap or 1.0))


NEVER = Recorded()


@dataclass(frozen=True)
class Known:
    """All that is known of some accounts, as frames.

    accounts: account_id, live_on, first_start, seats. lines: contract_lines. effective: with_grace of them. used: what was used.
    tickets, surveys, activities: as the store hands them out, with when the company records tickets and conversations at all, and
    whether it records when tickets are resolved. adding: products whose seats come on top of others'.
    """

    accounts: pl.LazyFrame
    lines: pl.LazyFrame
    effective: pl.LazyFrame
    used: Used
    tickets: pl.LazyFrame
    surveys: pl.LazyFrame
    activities: pl.LazyFrame
    tickets_recorded: Recorded = NEVER
    activities_recorded: Recorded = NEVER
    resolutions_recorded: bool = True
    adding: frozenset[str] = frozenset()

    def usage_on(self, observations: pl.LazyFrame) -> pl.LazyFrame:
        """metrics.usage.usage_on of observations (account_id, day)."""
        return usage_on(observations, self.accounts, self.used)

    def seats_on(self, observations: pl.LazyFrame) -> pl.LazyFrame:
        """metrics.seats.seats_on of observations (account_id, day)."""
        return seats_on(observations, lines=self.lines, effective=self.effective, accounts=self.accounts, adding=self.adding)


def measures(observations: pl.LazyFrame, known: Known) -> pl.LazyFrame:
    """Every measure of each observation (account_id, day); null = not known.

    wau, mau, features_used, usage_trend: those of usage_on. seats: seats_on. seat_use: monthly actives per seat. stickiness: weekly
    per monthly actives. open_tickets, csat_rating, nps_answer with its age in days, days_since_conversation, conversation_sentiment: those
    of the functions below. usage_state: the state of usage_on.
    Returns account_id, day, MEASURES, wau, mau, seats, nps_answer_age, usage_state.
    """
    rows = observations
    for frame in (
        known.usage_on(observations),
        known.seats_on(observations),
        open_tickets(observations, known.tickets, known.tickets_recorded),
        csat_rating(observations, known.tickets, known.surveys, known.resolutions_recorded),
        nps_answer(observations, known.surveys),
        days_since_conversation(observations, known.activities, known.accounts, known.activities_recorded),
        conversation_sentiment(observations, known.activities),
    ):
        rows = rows.join(frame, on=SEEN, how="left")
    stickiness = pl.when(pl.col("mau") > 0).then(pl.col("wau") / pl.col("mau"))
    return rows.with_columns(seat_use=seat_use("mau", "seats"), usage_trend="trend", stickiness=stickiness).select(
        *SEEN, *MEASURES, "wau", "mau", "seats", "nps_answer_age", usage_state="state"
    )


def open_tickets(observations: pl.LazyFrame, tickets: pl.LazyFrame, recorded: Recorded) -> pl.LazyFrame:
    """Tickets opened by the day and not resolved by it; null where nobody keeps tickets. tickets: account_id, opened_at, resolved_at.

    Returns account_id, day, open_tickets, oldest_open_days (null without any).
    """
    dated = tickets.select("account_id", opened=pl.col("opened_at").dt.date(), resolved=pl.col("resolved_at").dt.date())
    still = pl.col("resolved").is_null() | (pl.col("resolved") > pl.col("day"))
    waiting = observations.join(dated, on="account_id").filter(pl.col("opened") <= pl.col("day"), still)
    age = (pl.col("day") - pl.col("opened")).dt.total_days().max()
    counted = waiting.group_by(SEEN).agg(open_tickets=pl.len().cast(pl.Int64), oldest_open_days=age)
    told = pl.when(recorded.tells_of(pl.col("day"))).then(pl.col("open_tickets").fill_null(0))
    return observations.join(counted, on=SEEN, how="left").with_columns(open_tickets=told).select(*SEEN, "open_tickets", "oldest_open_days")


def csat_rating(observations: pl.LazyFrame, tickets: pl.LazyFrame, surveys: pl.LazyFrame, resolutions_recorded: bool) -> pl.LazyFrame:
    """Mean of the ratings of support and of the answers to surveys of CSAT_DAYS days; observations without any are left out.

    tickets: account_id, opened_at, resolved_at, csat. surveys: account_id, kind, score, answered_at. A ticket's rating is known once
    the ticket is resolved; in a company that never records it, from when it was opened. Returns account_id, day, csat_rating.
    """
    rated = tickets.select("account_id", on=pl.col("resolved_at" if resolutions_recorded else "opened_at").dt.date(), score="csat")
    answered = surveys.filter(pl.col("kind") == "csat").select("account_id", on=pl.col("answered_at").dt.date(), score="score")
    answers = pl.concat([rated, answered]).filter(pl.col("score").is_not_null())
    recent = (pl.col("on") <= pl.col("day")) & (pl.col("on") > pl.col("day").dt.offset_by(f"-{CSAT_DAYS}d"))
    return observations.join(answers, on="account_id").filter(recent).group_by(SEEN).agg(csat_rating=pl.col("score").mean())


def nps_answer(observations: pl.LazyFrame, surveys: pl.LazyFrame) -> pl.LazyFrame:
    """The latest answer to how likely the account is to recommend, and its age in days; observations without any are left out.

    surveys: account_id, kind, score, answered_at. Returns account_id, day, nps_answer, nps_answer_age.
    """
    given = surveys.filter(pl.col("kind") == "nps", pl.col("score").is_not_null())
    answers = given.select("account_id", "score", "answered_at", answered=pl.col("answered_at").dt.date())
    known = observations.join(answers, on="account_id").filter(pl.col("answered") <= pl.col("day"))
    latest = known.group_by(SEEN).agg(nps_answer=pl.col("score").sort_by("answered_at", "score").last(), answered=pl.col("answered").max())
    return latest.select(*SEEN, "nps_answer", nps_answer_age=(pl.col("day") - pl.col("answered")).dt.total_days())


def days_since_conversation(
    observations: pl.LazyFrame, activities: pl.LazyFrame, accounts: pl.LazyFrame, recorded: Recorded
) -> pl.LazyFrame:
    """Days since the last conversation, or where there was none since the first contract day; null where nobody logs conversations.

    activities: account_id, kind, done_on. accounts: account_id, first_start. Returns account_id, day, days_since_conversation.
    """
    since = observations.join(last_conversation(observations, activities), on=SEEN, how="left").join(
        accounts.select("account_id", "first_start"), on="account_id", how="left"
    )
    waited = (pl.col("day") - pl.coalesce("last_conversation", "first_start")).dt.total_days()
    told = pl.when(recorded.tells_of(pl.col("day")), waited >= 0).then(waited)
    return since.select(*SEEN, days_since_conversation=told)


def conversation_sentiment(observations: pl.LazyFrame, activities: pl.LazyFrame) -> pl.LazyFrame:
    """What the latest conversation of SENTIMENT_DAYS days that says how it went was like: -1 negative, 0 neutral, 1 positive; several of
    one day: their mean. Observations without any are left out.

    activities: account_id, kind, done_on, sentiment. Returns account_id, day, conversation_sentiment.
    """
    value = pl.col("sentiment").replace_strict(SENTIMENTS, default=None, return_dtype=pl.Float64)
    told = activities.filter(pl.col("kind") == "conversation").select("account_id", "done_on", value=value).drop_nulls()
    recent = (pl.col("done_on") <= pl.col("day")) & (pl.col("done_on") > pl.col("day").dt.offset_by(f"-{SENTIMENT_DAYS}d"))
    known = observations.join(told, on="account_id").filter(recent)
    latest = pl.col("value").filter(pl.col("done_on") == pl.col("done_on").max()).mean()
    return known.group_by(SEEN).agg(conversation_sentiment=latest)


def last_conversation(observations: pl.LazyFrame, activities: pl.LazyFrame) -> pl.LazyFrame:
    """The day of the last conversation by each observation's day: account_id, day, last_conversation; those without any are left out."""
    held = activities.filter(pl.col("kind") == "conversation").select("account_id", "done_on")
    by_then = observations.join(held, on="account_id").filter(pl.col("done_on") <= pl.col("day"))
    return by_then.group_by(SEEN).agg(last_conversation=pl.col("done_on").max())
