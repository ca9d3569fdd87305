"""Contracts, tickets, surveys and conversations of an account as of a day."""

import polars as pl

from metrics.grace import FAR
from models.history import History

TICKET_WINDOW, CSAT_WINDOW, NPS_WINDOW, PRICE_WINDOW = 90, 180, 365, 90  # days that a count or an average looks back
CONTRACT = ("tenure_days", "mrr", "mrr_before", "seats", "lines", "last_term_days")
SERVICE = ("tickets", "tickets_open", "oldest_open_days", "csat", "nps", "days_since_conversation")


def paid_from(history: History) -> pl.DataFrame:
    """The first day that each account paid for: account_id, paid_from."""
    return history.lines.filter("paying").group_by("account_id").agg(paid_from=pl.col("starts_on").min())


def contract_features(at: pl.DataFrame, history: History) -> pl.DataFrame:
    """CONTRACT of each row of `at` (account_id, as_of): days since the first paid day; MRR (cents) live on the day and 90 days
    before (null before the first paid day); seats of the live lines (null where none says); live lines; the length in days of
    the line that ended last (null where none has). When lines that have not ended will end is not looked at."""
    lines = history.lines.filter("paying").select("account_id", "starts_on", "ends_on", "mrr", "seats")
    first = paid_from(history).rename({"paid_from": "since"})
    rows = at.join(first, on="account_id", how="left").join(_live(at, lines, 0), on=["account_id", "as_of"], how="left")
    before = _live(at, lines, PRICE_WINDOW).select("account_id", "as_of", mrr_before="mrr")
    rows = rows.join(before, on=["account_id", "as_of"], how="left").join(_last_term(at, lines), on=["account_id", "as_of"], how="left")
    tenure = (pl.col("as_of") - pl.col("since")).dt.total_days()
    return rows.with_columns(
        tenure_days=pl.when(tenure >= 0).then(tenure),
        mrr=pl.col("mrr").fill_null(0),
        mrr_before=pl.when(tenure >= PRICE_WINDOW).then(pl.col("mrr_before").fill_null(0)),
        lines=pl.col("lines").fill_null(0),
    ).select("account_id", "as_of", *CONTRACT)


def _live(at: pl.DataFrame, lines: pl.DataFrame, back: int) -> pl.DataFrame:
    moved = at.with_columns(then=pl.col("as_of") - pl.duration(days=back))
    live = moved.lazy().join(lines.lazy(), on="account_id").filter(
        pl.col("starts_on") <= pl.col("then"), pl.col("then") < pl.col("ends_on").fill_null(FAR)
    )  # fmt: skip
    seats = pl.when(pl.col("seats").count() > 0).then(pl.col("seats").sum())
    return live.group_by("account_id", "as_of").agg(pl.col("mrr").sum(), seats=seats, lines=pl.len().cast(pl.Int64)).collect()


def _last_term(at: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    length = (pl.col("ends_on") - pl.col("starts_on")).dt.total_days()
    ended = lines.filter(pl.col("ends_on").is_not_null()).group_by("account_id", "ends_on").agg(last_term_days=length.max())
    return at.sort("as_of").join_asof(
        ended.sort("ends_on"), left_on="as_of", right_on="ends_on", by="account_id", check_sortedness=False
    ).select("account_id", "as_of", "last_term_days")  # fmt: skip


def service_features(at: pl.DataFrame, history: History) -> pl.DataFrame:
    """SERVICE of each row of `at`: tickets opened in 90 days; open on the day, and the age in days of the oldest; average CSAT
    of tickets resolved and surveys answered in 180 days; average NPS score in 365 days; days since the last conversation.

    Counts are null before the first ticket of anybody: then nothing is known of tickets. Averages and days are null where
    there is none. A ticket's rating is known from the day on which it was resolved.
    """
    rows = at
    for part in (_tickets(at, history.tickets), _csat(at, history), _nps(at, history.surveys), _conversations(at, history.activities)):
        rows = rows.join(part, on=["account_id", "as_of"], how="left")
    begun = history.tickets["opened_at"].dt.date().min()
    told = (pl.col("as_of") >= pl.lit(begun, dtype=pl.Date)).fill_null(False)
    counts = [pl.when(told).then(pl.col(name).fill_null(0)).alias(name) for name in ("tickets", "tickets_open")]
    return rows.with_columns(counts).select("account_id", "as_of", *SERVICE)


def _joined(at: pl.DataFrame, events: pl.DataFrame, day: str, window: int | None) -> pl.LazyFrame:
    """Each row of `at` with the events of its account on or before the day, within a window of days where one is given."""
    back = (pl.col("as_of") - pl.col(day)).dt.total_days()
    found = at.lazy().join(events.lazy(), on="account_id").filter(pl.col(day) <= pl.col("as_of"))
    return found.filter(back < window) if window else found


def _tickets(at: pl.DataFrame, tickets: pl.DataFrame) -> pl.DataFrame:
    dated = tickets.select("account_id", opened=pl.col("opened_at").dt.date(), resolved=pl.col("resolved_at").dt.date())
    recent = _joined(at, dated, "opened", TICKET_WINDOW).group_by("account_id", "as_of").agg(tickets=pl.len().cast(pl.Int64)).collect()
    unresolved = pl.col("resolved").is_null() | (pl.col("resolved") > pl.col("as_of"))
    waiting = _joined(at, dated, "opened", None).filter(unresolved).group_by("account_id", "as_of")
    age = (pl.col("as_of") - pl.col("opened").min()).dt.total_days().first()
    waits = waiting.agg(tickets_open=pl.len().cast(pl.Int64), oldest_open_days=age).collect()
    return recent.join(waits, on=["account_id", "as_of"], how="full", coalesce=True)


def _csat(at: pl.DataFrame, history: History) -> pl.DataFrame:
    rated = history.tickets.select("account_id", day=pl.col("resolved_at").dt.date(), score="csat")
    asked = history.surveys.filter(pl.col("kind") == "csat").select("account_id", day=pl.col("answered_at").dt.date(), score="score")
    known = pl.concat([rated, asked]).drop_nulls()
    return _joined(at, known, "day", CSAT_WINDOW).group_by("account_id", "as_of").agg(csat=pl.col("score").mean()).collect()


def _nps(at: pl.DataFrame, surveys: pl.DataFrame) -> pl.DataFrame:
    asked = surveys.filter(pl.col("kind") == "nps").select("account_id", "score", day=pl.col("answered_at").dt.date())
    return _joined(at, asked, "day", NPS_WINDOW).group_by("account_id", "as_of").agg(nps=pl.col("score").mean()).collect()


def _conversations(at: pl.DataFrame, activities: pl.DataFrame) -> pl.DataFrame:
    talks = activities.filter(pl.col("kind") == "conversation", pl.col("done_on").is_not_null()).select("account_id", day="done_on")
    last = (pl.col("as_of") - pl.col("day").max()).dt.total_days().first()
    return _joined(at, talks, "day", None).group_by("account_id", "as_of").agg(days_since_conversation=last).collect()
