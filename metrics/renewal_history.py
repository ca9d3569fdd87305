"""Past renewals as a forecast learns from them: what came up, what became of it, and from when on that was known beforehand."""

from datetime import date, timedelta

import polars as pl

from metrics.agreed_ends import rolls_monthly
from metrics.grace import FAR
from metrics.lines import term_length
from metrics.products import UNSAID, Products
from metrics.renewals import YEAR, decided, renewal_results
from metrics.succession import KEYS, steps, successions, told_whole

EVER = date(1900, 1, 1)
ONCE = ["account_id", "ends_on"]
HISTORY = {
    "account_id": pl.String, "ends_on": pl.Date, "due": pl.Int64, "lost": pl.Boolean, "late": pl.Boolean,
    "noticed_on": pl.Date, "settled_on": pl.Date,
}  # fmt: skip


def renewal_history(
    lines: pl.LazyFrame,
    *,
    until: date,
    as_of: date,
    grace_days: int,
    products: Products = UNSAID,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """Every renewal of which it is certain by `until` what became of it, as seen on `as_of`.

    lines: contract_lines. Those of renewal_results (days of grace included), and the ends of periods that lines which renew themselves
    and have no end went through: nothing ended there, so the renewal rate has no such rows, but they came up, and went on. due: cents,
    0 for the latter. lost: nothing went on with any of it; late: something did, after its day.
    noticed_on: since when notice was given for all that ended; settled_on: since
    when all of it had something booked that goes on with it. Null where neither was. Returns HISTORY, by day and account.
    """
    last = until - timedelta(days=grace_days)
    results = renewal_results(
        lines, start=EVER, end=last, as_of=as_of, grace_days=grace_days, products=products, rates=rates, currency=currency
    )
    whole = told_whole(lines).collect().lazy()
    told = decided(results).select(*ONCE, "due", lost=~pl.col("renewed"), late=pl.col("state") == "late")
    beside = _noticed(whole).join(_settled(whole, products), on=ONCE, how="left")
    seen = told.join(beside, on=ONCE, how="left").select(*HISTORY)
    return pl.concat([seen, _passed(whole, last)]).sort("ends_on", "account_id")


def _noticed(whole: pl.LazyFrame) -> pl.LazyFrame:
    """Since when notice was given for all lines that end on a day: ONCE, noticed_on."""
    given = pl.when(pl.col("cancelled_on").is_not_null().all()).then(pl.col("cancelled_on").max())
    return whole.filter("end_agreed").group_by(ONCE).agg(noticed_on=given)


def _settled(whole: pl.LazyFrame, products: Products) -> pl.LazyFrame:
    """Since when all lines that end on a day had something booked, or begun, that goes on with them: ONCE, settled_on."""
    pairs = successions(whole, products).with_columns(known=pl.min_horizontal("next_booked_on", "next_starts_on"))
    first = pairs.group_by(*KEYS).agg(pl.col("known").min())
    ending = whole.filter("end_agreed").join(steps(whole), on=KEYS, how="anti").join(first, on=KEYS, how="left")
    return ending.group_by(ONCE).agg(settled_on=pl.when(pl.col("known").is_not_null().all()).then(pl.col("known").max()))


def renews_itself() -> pl.Expr:
    """Whether a line of told_whole renews itself for periods of a year or longer."""
    return pl.col("auto_renew").fill_null(False) & (pl.col("period_months") >= YEAR).fill_null(False)


def _passed(whole: pl.LazyFrame, last: date) -> pl.LazyFrame:
    """The ends of periods, by a day, that lines which renew themselves went through: each counts as kept."""
    end = pl.min_horizontal(pl.col("ends_on").fill_null(FAR), pl.lit(last))
    running = whole.filter(renews_itself(), pl.col("starts_on") < end)
    months, _ = term_length(pl.col("starts_on"), end)
    each = running.with_columns(number=pl.int_ranges(1, months // pl.col("period_months") + 1)).explode("number").drop_nulls("number")
    at = pl.col("starts_on").dt.offset_by(pl.format("{}mo", pl.col("number") * pl.col("period_months")))
    nothing = pl.lit(None, dtype=pl.Date)
    dated = each.with_columns(at=at).filter(pl.col("at") < pl.col("ends_on").fill_null(FAR), pl.col("at") <= last)
    return dated.select("account_id", ends_on="at").unique().with_columns(
        due=pl.lit(0, dtype=pl.Int64), lost=pl.lit(False), late=pl.lit(False), noticed_on=nothing, settled_on=nothing
    ).select(*HISTORY)  # fmt: skip


def with_a_term(whole: pl.LazyFrame) -> pl.LazyFrame:
    """The lines of told_whole that have a term, so that they come up for renewal: an agreed end after more than 31 days, or periods of a
    year or longer after which they renew themselves. Returns KEYS."""
    return whole.filter((pl.col("end_agreed") & ~rolls_monthly().fill_null(True)) | renews_itself()).select(KEYS)


def open_ahead(days: int) -> pl.Expr:
    """Whether a renewal of HISTORY was still open so many days ahead: notice not given for all of it, nothing booked after it."""
    day = pl.col("ends_on") - pl.duration(days=days)
    return (pl.col("noticed_on") > day).fill_null(True) & (pl.col("settled_on") > day).fill_null(True)
