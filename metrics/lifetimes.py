"""How long each account has paid, from its first paid day to the day it was lost, or as far as it is followed; and its renewals by then."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from metrics.agreed_ends import MOST, rolls_monthly
from metrics.grace import paid_spells
from metrics.lines import term_length
from metrics.months import last_full_month

TERMS = (1, 3, 6, 12, 24, 36)  # months: what an account renews by is one of these, the nearest
MOSTLY = 0.75  # of its time: an account of which no term holds as much has changed terms
LATE = 1 / 8  # of a term, half a month at least, by which a loss may come later and still be of the renewal before
HALF_A_MONTH = 0.5
WEIGHED = ("accounts", "mrr")  # what survival counts
SCHEMA = {
    "account_id": pl.String, "first_paid": pl.Date, "seen_from": pl.Date, "seen_to": pl.Date, "lost": pl.Boolean, "days": pl.Int64,
    "days_before": pl.Int64, "held": pl.Float64, "came_back": pl.Boolean, "term_months": pl.Int64, "renewals": pl.Int64,
    "renewals_before": pl.Int64, "renewals_certain": pl.Int64, "lost_certain": pl.Boolean,
}  # fmt: skip


def followed_until(as_of: date, *, grace_days: int) -> date:
    """The last day that accounts are followed to: the last month's close of which, on `as_of`, no loss can be undone by grace any more."""
    return last_full_month(as_of - timedelta(days=grace_days))


def feeds_told(lines: pl.LazyFrame, feeds: pl.LazyFrame, *, until: date) -> pl.LazyFrame:
    """What all lines of each feed say together, whoever looks: feed, period_months (that a line's price is for), tells_of_past (somebody
    was lost before the feed's first file), mostly_open (more than half of its running lines so priced have no end).

    lines, feeds, until: as for lifetimes, of all accounts.
    """
    begun = lines.filter(pl.col("starts_on") <= until).collect().lazy()
    lives = _lives(begun, until).join(feeds, on="account_id", how="left")
    before = pl.col("lost") & (pl.col("seen_to") < pl.col("said_on").min())
    past = lives.group_by("feed").agg(tells_of_past=(before.any() | pl.col("said_on").is_null().any()))
    runs = pl.col("line_ends_on").is_null() | (pl.col("line_ends_on") > until)
    priced = _paying(begun).join(feeds, on="account_id", how="left").group_by("feed", "period_months")
    mostly = priced.agg(mostly_open=(pl.col("line_ends_on").is_null().filter(runs).mean() > MOST).fill_null(False))
    return mostly.join(past, on="feed", how="left", nulls_equal=True).select("feed", "period_months", "tells_of_past", "mostly_open")


def lifetimes(lines: pl.LazyFrame, feeds: pl.LazyFrame, told: pl.LazyFrame, *, until: date) -> pl.LazyFrame:
    """One row per account that first paid by `until`, a month's close (see followed_until).

    lines: with_grace. feeds: account_id, feed (that its first line came by). told: feeds_told. A lifetime runs from first_paid to the day
    on which no line counts any more (lost, by seen_to = that day), or to `until`; as in churns, who came back before the month closed was
    not lost. The first lifetime counts: who came back later (came_back) begins no other. days: first_paid to seen_to. seen_from: from
    when on its loss could have been seen: first_paid, where the feed tells of accounts that had left before its first file; else, since
    such a feed lists who is there, the day of the first file that has the account. days_before: first_paid to seen_from. Who was lost, or
    followed to `until`, before seen_from has days <= days_before, and was never followed.
    term_months: what it renews by, of TERMS, null where it changed terms: of a line whose end was agreed its length (steps of a ramp are
    one; where most running lines of its feed at prices for as many months have no end, none was agreed), else what its price is for, else
    a month. held: the months to seen_to less what a loss may come late, whole terms of which are renewals. renewals: how many came up;
    where it was lost, the last of them is the one at which it was. renewals_before: those that came up before seen_from.
    renewals_certain, lost_certain: the same renewals and loss for curves of renewals, of which a renewal is only once a loss can be of it
    no more: on `until`, those who are there may still be lost at the newest one, so that counting who was by then would count losses
    alone. Returns SCHEMA, by account.
    """
    begun = lines.filter(pl.col("starts_on") <= until).collect().lazy()
    lives = _lives(begun, until).join(feeds, on="account_id", how="left").collect().lazy()
    seen = _seen(lives, told).join(_terms(begun, lives, told), on="account_id", how="left")
    to, late = pl.col("term_months"), pl.max_horizontal(pl.lit(HALF_A_MONTH), pl.col("term_months") * LATE)
    months = {name: _months("first_paid", day) - late for name, day in (("held", "seen_to"), ("unseen", "seen_from"))}
    passed, unseen = pl.col("held") / to, pl.col("unseen") / to
    last = passed.ceil().clip(1)
    over = _months("first_paid", "until") - late >= last * to  # of everybody it is certain by then what became of this renewal
    counted = (
        seen.with_columns(until=pl.lit(until))
        .with_columns(**months)
        .with_columns(
            days=_days("first_paid", "seen_to"),
            days_before=_days("first_paid", "seen_from"),
            renewals=pl.when("lost").then(last).otherwise(passed.floor().clip(0)),
            renewals_certain=pl.when("lost").then(last - (~over).cast(pl.Int64)).otherwise(passed.floor().clip(0)),
            lost_certain=pl.col("lost") & over.fill_null(False),
            renewals_before=unseen.ceil().clip(0),
        )
    )
    return counted.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()).sort("account_id")


def _days(start: str, end: str) -> pl.Expr:
    return (pl.col(end) - pl.col(start)).dt.total_days()


def _months(start: str, end: str) -> pl.Expr:
    months, days = term_length(pl.col(start), pl.col(end))
    return months + days * 12 / 365


def _lives(lines: pl.LazyFrame, until: date) -> pl.LazyFrame:
    """account_id, first_paid, seen_to, lost, came_back, said_on (the first file that has the account; null: not told)."""
    spells = paid_spells(lines.filter(pl.col("arr") >= 0))
    goes = (pl.col("lapsed_on") <= until) & (pl.col("next_start").is_null() | (pl.col("lapsed_on").dt.month_end() < pl.col("next_start")))
    lost = spells.group_by("account_id").agg(lost_on=pl.col("lapsed_on").filter(goes).min(), last_start=pl.col("paid_from").max())
    first = lines.group_by("account_id").agg(first_paid=pl.col("starts_on").min(), said_on=pl.col("said_on").min())
    told = first.join(lost, on="account_id", how="left")
    return told.select(
        "account_id", "first_paid", "said_on", lost=pl.col("lost_on").is_not_null(), seen_to=pl.col("lost_on").fill_null(until),
        came_back=(pl.col("last_start") > pl.col("lost_on")).fill_null(False),
    )  # fmt: skip


def _seen(lives: pl.LazyFrame, told: pl.LazyFrame) -> pl.LazyFrame:
    """The lives with seen_from: a feed that does not tell of the past lists who is there."""
    known = lives.join(told.select("feed", "tells_of_past").unique(), on="feed", how="left", nulls_equal=True)
    from_the_start = pl.col("tells_of_past").fill_null(True) | pl.col("said_on").is_null()
    return known.with_columns(seen_from=pl.when(from_the_start).then("first_paid").otherwise(pl.max_horizontal("first_paid", "said_on")))


def _paying(lines: pl.LazyFrame) -> pl.LazyFrame:
    return lines.filter(~pl.col("reduces"), ~pl.col("in_grace"), pl.col("arr") >= 0)


def _terms(lines: pl.LazyFrame, lives: pl.LazyFrame, told: pl.LazyFrame) -> pl.LazyFrame:
    """account_id, term_months: the longest term that lines of the account had for most of its lifetime."""
    own = _paying(lines).join(lives.select("account_id", "feed"), on="account_id")
    judged = own.join(told, on=["feed", "period_months"], how="left", nulls_equal=True)
    apart = _with_terms(judged).drop("feed", "tells_of_past", "mostly_open").collect().lazy()
    pairs = apart.select("account_id", "term").unique().with_row_index("pair").collect().lazy()
    numbered = apart.join(pairs, on=["account_id", "term"]).drop("account_id").with_columns(account_id="pair")
    spans = paid_spells(numbered).rename({"account_id": "pair"}).join(pairs, on="pair")
    held = spans.join(lives.select("account_id", "first_paid", "seen_to"), on="account_id")
    inside = (pl.min_horizontal("lapsed_on", "seen_to") - pl.col("paid_from")).dt.total_days().clip(0)
    share = held.group_by("account_id", "term").agg(share=inside.sum() / _days("first_paid", "seen_to").first().clip(1))
    return share.filter(pl.col("share") >= MOSTLY).group_by("account_id").agg(term_months=pl.col("term").max())


def _with_terms(paying: pl.LazyFrame) -> pl.LazyFrame:
    """Lines with term, of TERMS. paying: with mostly_open: the ends of such lines are those of who left, and no terms."""
    agreed = ["account_id", "contract_id", "product", "booked_on"]
    in_steps = pl.col("booked_on").is_not_null() & pl.col("contract_id").is_not_null() & pl.col("line_ends_on").is_not_null()
    whole = {
        "begins": pl.when(in_steps).then(pl.col("line_starts_on").min().over(agreed)).otherwise("line_starts_on"),
        "ends": pl.when(in_steps).then(pl.col("line_ends_on").max().over(agreed)).otherwise("line_ends_on"),
    }
    fixed = (
        pl.col("end_agreed").fill_null(False) & ~pl.col("mostly_open").fill_null(False) & ~rolls_monthly("begins", "ends").fill_null(True)
    )
    length = pl.when(fixed).then(_months("begins", "ends")).otherwise(pl.col("period_months").fill_null(1))
    nearest = pl.lit(TERMS[0])
    for short, long in pairwise(TERMS):
        nearest = pl.when(pl.col("length") > (short * long) ** 0.5).then(long).otherwise(nearest)
    return paying.with_columns(**whole).with_columns(length=length).with_columns(term=nearest)
