"""What was known about an account on a day, in numbers: only rows on or before that day can enter.

What the health score measures as well is measured by the very same function (metrics.account_measures); the rest is the model's own.
"""

from math import expm1, pi

import polars as pl

from metrics.account_measures import NPS_DAYS, Known, measures, open_tickets
from metrics.lifecycle import age_days
from metrics.months import DAYS_IN_MONTH
from models.account_features import CONTRACT, TICKETS, contract_features, paid_from, recent_tickets
from models.history import History
from models.peer_features import peer_features
from models.people_features import PEOPLE, people_features
from models.renewal_features import PAST, renewal_features
from models.usage_features import COLUMNS as USAGE
from models.usage_features import usage_features

SHARED = (
    "wau", "mau", "stickiness", "seats", "seat_use", "features_used", "open_tickets", "csat_rating", "nps_answer",
    "days_since_conversation", "conversation_sentiment",
)  # fmt: skip
COUNTS = (*SHARED, *USAGE, *CONTRACT, *TICKETS, *PEOPLE, *PAST, "oldest_open_days", "peers_lost", "age_days")
DAYS_IN_YEAR = 365.25
USAGE_FELL = 0.25  # of the weekly actives of eight weeks ago: the rule of thumb that a model has to beat


def _plain(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64)


def _log(name: str) -> pl.Expr:
    return _plain(name).log1p()


def _grown(name: str) -> pl.Expr:
    """The logarithm of a count against its own past; one is added to both, so that a fall to nothing has a value."""
    return _log(name) - _log(f"{name}_before")


def _ratio(now: str, before: str) -> pl.Expr:
    """The logarithm of a figure over its own past, where both are above nothing."""
    return pl.when(pl.col(now) > 0, pl.col(before) > 0).then((pl.col(now) / pl.col(before)).log())


def _of_the_year(wave: str) -> pl.Expr:
    """Where in the year the outcome falls, as a wave."""
    due = pl.col("as_of") + pl.duration(days="lead_days")
    return getattr(2 * pi * due.dt.ordinal_day() / DAYS_IN_YEAR, wave)()


# The inputs of the churn model, and how each is made from the counts.
MADE = {
    "wau_log": _log("wau"),
    "wau_change": _grown("wau"),
    "mau_log": _log("mau"),
    "mau_change": _grown("mau"),
    "seat_use": _plain("seat_use"),
    "features_used": _plain("features_used"),
    "features_used_change": _grown("features_used"),
    "events_log": _log("events"),
    "events_change": _grown("events"),
    "active_days": _plain("active_days"),
    "days_since_use_log": _log("days_since_use"),
    "tenure_log": _log("tenure_days"),
    "mrr_log": _log("mrr"),
    "mrr_change": _grown("mrr"),
    "price_per_seat_log": pl.when(pl.col("seats") > 0).then(pl.col("mrr") / pl.col("seats")).log1p(),
    "seats_log": _log("seats"),
    "lines": _plain("lines"),
    "term_months": pl.coalesce("term_days", "last_term_days") / DAYS_IN_MONTH,
    "lead_days": _plain("lead_days"),
    "tickets_log": _log("tickets"),
    "open_tickets": _plain("open_tickets"),
    "oldest_open_log": _log("oldest_open_days"),
    "csat_rating": _plain("csat_rating"),
    "nps_answer": _plain("nps_answer"),
    "conversation_log": _log("days_since_conversation"),
    "stickiness": _plain("stickiness"),
    "events_net_change": _grown("events") - _ratio("use_of_all", "use_of_all_before"),
    "events_year_change": _log("events") - _log("events_year_before"),
    "season_sin": _of_the_year("sin"),
    "season_cos": _of_the_year("cos"),
    "peers_lost": _plain("peers_lost"),
    "mrr_year_change": _ratio("mrr", "mrr_year_before"),
    "price_year_change": _ratio("mrr", "mrr_year_before") - _ratio("seats_sold", "seats_sold_year_before"),
    "step_change": _plain("step_change"),
    "renewed_log": _log("renewed"),
    "days_late": _plain("days_late"),
    "renewed_change": _plain("renewed_change"),
    "age_log": pl.when(pl.col("age_days") >= 0).then(_log("age_days")),
    "tickets_change": _grown("tickets"),
    "reply_hours_log": _log("reply_hours"),
    "talks_log": _log("talks"),
    "talks_change": _grown("talks"),
    "people_talked": _plain("people_talked"),
    "people_left": _plain("people_left"),
    "champions": _plain("champions"),
    "champion_talk_log": _log("days_since_champion_talk"),
    "sentiment": _plain("conversation_sentiment"),
}
INPUTS = tuple(MADE)
FIRST = INPUTS[: INPUTS.index("conversation_log") + 1]  # usage, contracts, tickets and answers: looked at before all others


OF_MONEY, CENTS = ("mrr_log", "price_per_seat_log"), 100
LOGGED = tuple(name for name in INPUTS if name.endswith("_log"))


CHANGES = tuple(name for name in INPUTS if name.endswith("_change"))  # logarithms of now over before
SHARES = ("seat_use", "stickiness", *CHANGES)  # that are told as shares, as_counted


def as_counted(name: str, value: float) -> float:
    """An input in the unit that it is counted in, where it is the logarithm of a count (one is added); prices in the currency's units, and
    changes as a share of what was before (-0.5: half of it is gone)."""
    if name in CHANGES:
        return expm1(value)
    return expm1(value) / (CENTS if name in OF_MONEY else 1) if name in LOGGED else value


def features(observations: pl.DataFrame, history: History) -> pl.DataFrame:
    """The observations with COUNTS (plain numbers, MRR in cents) and INPUTS (as the model takes them), all as of `as_of`.

    observations: account_id, as_of, lead_days, term_days (null where the account has no term). What is not known is null: a
    missing survey is no bad survey. Rows come back in their order. `usage_fell`: weekly actives are down by USAGE_FELL or
    more on eight weeks before; null where either is not known.
    """
    at, known = observations.select("account_id", "as_of").unique(), history.known()
    counted = [
        _shared(at, known),
        usage_features(at, history, known, paid_from(history)),
        contract_features(at, history),
        recent_tickets(at, known),
        people_features(at, history, known),
        renewal_features(at, history),
        peer_features(at, history),
        _ages(at, known),
    ]
    rows = observations.with_row_index("row_order")
    for part in counted:
        rows = rows.join(part, on=["account_id", "as_of"], how="left")
    fell = pl.col("wau") <= (1 - USAGE_FELL) * pl.col("wau_before")
    return rows.with_columns(usage_fell=fell & (pl.col("wau_before") > 0), **MADE).sort("row_order").drop("row_order")


def _ages(at: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Days since each account went live, or else since its first contract."""
    return age_days(at.lazy().select("account_id", day="as_of"), known.accounts).rename({"day": "as_of"}).collect()


def _shared(at: pl.DataFrame, known: Known) -> pl.DataFrame:
    """SHARED of each row of `at`, and oldest_open_days. An answer to a survey counts for NPS_DAYS."""
    seen = at.lazy().select("account_id", day="as_of")
    waits = open_tickets(seen, known.tickets, known.tickets_recorded).select("account_id", "day", "oldest_open_days")
    measured = measures(seen, known).join(waits, on=["account_id", "day"])
    lately = pl.when(pl.col("nps_answer_age") <= NPS_DAYS).then("nps_answer")
    return measured.with_columns(nps_answer=lately).select("account_id", *SHARED, "oldest_open_days", as_of="day").collect()
