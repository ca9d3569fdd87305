"""What the health score looks at, measured for accounts as seen from given days; nothing later enters."""

import polars as pl

CSAT_DAYS = 180
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
)


def tracked_on(day: pl.Expr, *, first: object, last: object, gap: float | None) -> pl.Expr:
    """Whether a table says anything about a day: it had begun, and has not been silent for QUIET_GAPS usual gaps since its last row.

    first, last: days of the company's first and last row; None = no rows. gap: the usual days between two days with rows.
    """
    if first is None:
        return pl.lit(False)
    patience = max(QUIET_DAYS, QUIET_GAPS * (gap or 1.0))
    return (day >= pl.lit(first)) & ((day - pl.lit(last)).dt.total_days() <= patience)


def measures(
    observations: pl.LazyFrame,
    *,
    accounts: pl.LazyFrame,
    seats: pl.LazyFrame,
    usage: pl.LazyFrame,
    tickets: pl.LazyFrame,
    surveys: pl.LazyFrame,
    conversations: pl.LazyFrame,
    tickets_tracked: pl.Expr,
    conversations_tracked: pl.Expr,
) -> pl.LazyFrame:
    """MEASURES of each observation (account_id, day), and nps_answer_age in days; null = not known.

    accounts: account_id, first_start. seats: seats_on. usage: usage_on. tickets: account_id, opened_on, resolved_on, csat.
    surveys: account_id, kind, score, answered_on. conversations: account_id, done_on. The *_tracked expressions say on which days
    silence is an answer. seat_use: monthly actives per seat. stickiness: weekly per monthly actives. open_tickets: opened by the
    day, not resolved by it. csat_rating: mean of tickets' and surveys' answers of CSAT_DAYS days. nps_answer: the latest.
    days_since_conversation: since the first contract day where there was none.
    """
    key = ["account_id", "day"]
    rows = observations
    for frame in (
        usage,
        seats,
        _open(observations, tickets),
        _csat(observations, tickets, surveys),
        _nps(observations, surveys),
        _conversed(observations, conversations, accounts),
    ):
        rows = rows.join(frame, on=key, how="left")
    return rows.select(
        *key,
        seat_use=pl.when(pl.col("seats") > 0).then(pl.col("mau") / pl.col("seats")),
        usage_trend="trend",
        features_used="features_used",
        stickiness=pl.when(pl.col("mau") > 0).then(pl.col("wau") / pl.col("mau")),
        open_tickets=pl.when(tickets_tracked).then(pl.col("open_tickets").fill_null(0)),
        csat_rating="csat",
        nps_answer="nps",
        nps_answer_age="nps_age",
        days_since_conversation=pl.when(conversations_tracked).then("days_since_conversation"),
    )


def _open(observations: pl.LazyFrame, tickets: pl.LazyFrame) -> pl.LazyFrame:
    still = pl.col("resolved_on").is_null() | (pl.col("resolved_on") > pl.col("day"))
    open_then = observations.join(tickets, on="account_id").filter(pl.col("opened_on") <= pl.col("day"), still)
    return open_then.group_by("account_id", "day").agg(open_tickets=pl.len().cast(pl.Int64))


def _csat(observations: pl.LazyFrame, tickets: pl.LazyFrame, surveys: pl.LazyFrame) -> pl.LazyFrame:
    """A ticket's rating is known once the ticket is resolved."""
    rated = tickets.select("account_id", score="csat", on=pl.coalesce("resolved_on", "opened_on"))
    answered = surveys.filter(pl.col("kind") == "csat").select("account_id", "score", on="answered_on")
    answers = pl.concat([rated, answered]).filter(pl.col("score").is_not_null())
    recent = (pl.col("on") <= pl.col("day")) & (pl.col("on") > pl.col("day").dt.offset_by(f"-{CSAT_DAYS}d"))
    return observations.join(answers, on="account_id").filter(recent).group_by("account_id", "day").agg(csat=pl.col("score").mean())


def _nps(observations: pl.LazyFrame, surveys: pl.LazyFrame) -> pl.LazyFrame:
    answers = surveys.filter(pl.col("kind") == "nps").select("account_id", "score", "answered_on")
    known = observations.join(answers, on="account_id").filter(pl.col("answered_on") <= pl.col("day"))
    latest = known.group_by("account_id", "day").agg(
        nps=pl.col("score").sort_by("answered_on", "score").last(), answered_on=pl.col("answered_on").max()
    )
    return latest.select("account_id", "day", "nps", nps_age=(pl.col("day") - pl.col("answered_on")).dt.total_days())


def _conversed(observations: pl.LazyFrame, conversations: pl.LazyFrame, accounts: pl.LazyFrame) -> pl.LazyFrame:
    held = observations.join(conversations, on="account_id").filter(pl.col("done_on") <= pl.col("day"))
    latest = held.group_by("account_id", "day").agg(latest=pl.col("done_on").max())
    since = observations.join(latest, on=["account_id", "day"], how="left").join(
        accounts.select("account_id", "first_start"), on="account_id", how="left"
    )
    waited = (pl.col("day") - pl.coalesce("latest", "first_start")).dt.total_days()
    return since.select("account_id", "day", days_since_conversation=pl.when(waited >= 0).then(waited))
