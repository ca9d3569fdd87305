"""What an account's own past says of its contracts, as told by a day: renewals, prices, terms that changed under way."""

import polars as pl

from metrics.grace import FAR
from metrics.lines import whole_lines
from models.history import History

PAST = ("renewed", "days_late", "renewed_change", "mrr_year_before", "seats_sold", "seats_sold_year_before", "step_change")
YEAR, STEPS = 365, 180  # days that prices are compared over, and in which terms that changed under way count
TOLD_AFTER = 30  # days after an end from which it is known what came of it
ON = ["account_id", "as_of"]


def renewal_features(at: pl.DataFrame, history: History) -> pl.DataFrame:
    """PAST of each row of `at` (account_id, as_of).

    renewed: ends of lines, TOLD_AFTER days and more ago, after which the account was paid for (each day once); of the last of these
    days_late: days until the next line began, 0 where none were without one; renewed_change: log of the MRR that was live TOLD_AFTER days
    after over that on the day before. mrr_year_before, seats_sold, seats_sold_year_before: of lines live on the day, and a year before
    (null before the first paid day, seats where no live line tells them). step_change: log of the price of a line that changed under way in
    the last STEPS days (a discount that ran out, a step of a ramp) over the price before, the largest; 0 where none did.
    """
    paying = history.lines.filter("paying")
    rows = at
    for part in (_renewed(at, paying), _sold(at, paying), _steps(at, paying)):
        rows = rows.join(part, on=ON, how="left")
    return rows.with_columns(pl.col("renewed", "step_change").fill_null(0)).select(*ON, *PAST)


def _ends(paying: pl.DataFrame) -> pl.DataFrame:
    """account_id, ended_on, late (days until paid for again, at most TOLD_AFTER), change: of ends after which the account went on."""
    whole = whole_lines(paying.lazy()).collect()
    ends = whole.filter(pl.col("ends_on").is_not_null()).select("account_id", ended_on="ends_on").unique()
    after = ends.lazy().join(paying.lazy().select("account_id", "starts_on", "ends_on", "mrr"), on="account_id")
    close = pl.col("ended_on").dt.offset_by(f"{TOLD_AFTER}d")
    runs_to = pl.col("ends_on").fill_null(FAR)
    began = after.filter(pl.col("starts_on") <= close, runs_to > pl.col("ended_on"))
    late = began.group_by("account_id", "ended_on").agg(late=(pl.col("starts_on") - pl.col("ended_on")).dt.total_days().min().clip(0))
    before_end = pl.col("ended_on").dt.offset_by("-1d")
    before = _worth(after, (pl.col("starts_on") <= before_end) & (runs_to > before_end), "before")
    then = _worth(after, (pl.col("starts_on") <= close) & (runs_to > close), "then")
    keys = ["account_id", "ended_on"]
    told = late.join(before, on=keys, how="left").join(then, on=keys, how="left")
    change = pl.when(pl.col("before") > 0, pl.col("then") > 0).then((pl.col("then") / pl.col("before")).log())
    return told.select(*keys, "late", change=change, told_on=close).collect()


def _worth(after: pl.LazyFrame, live: pl.Expr, name: str) -> pl.LazyFrame:
    return after.filter(live).group_by("account_id", "ended_on").agg(pl.col("mrr").sum().alias(name))


def _renewed(at: pl.DataFrame, paying: pl.DataFrame) -> pl.DataFrame:
    ends = _ends(paying).sort("account_id", "told_on")
    counted = ends.with_columns(renewed=pl.int_range(1, pl.len() + 1).over("account_id", order_by="told_on")).sort("told_on")
    found = at.sort("as_of").join_asof(counted, left_on="as_of", right_on="told_on", by="account_id", check_sortedness=False)
    return found.select(*ON, "renewed", days_late="late", renewed_change="change")


def _sold(at: pl.DataFrame, paying: pl.DataFrame) -> pl.DataFrame:
    first = paying.group_by("account_id").agg(since=pl.col("starts_on").min())
    now, before = _live(at, paying, 0), _live(at, paying, YEAR).rename({"mrr": "mrr_year_before", "seats_sold": "seats_sold_year_before"})
    rows = at.join(first, on="account_id", how="left").join(now, on=ON, how="left").join(before, on=ON, how="left")
    had = (pl.col("as_of") - pl.col("since")).dt.total_days() >= YEAR
    return rows.with_columns(mrr_year_before=pl.when(had).then(pl.col("mrr_year_before").fill_null(0))).select(
        *ON, "mrr_year_before", "seats_sold", "seats_sold_year_before"
    )


def _live(at: pl.DataFrame, paying: pl.DataFrame, back: int) -> pl.DataFrame:
    lines = paying.lazy().select("account_id", "starts_on", "mrr", "seats", ends=pl.col("ends_on").fill_null(FAR))
    then = pl.col("as_of") - pl.duration(days=back)
    live = at.lazy().join(lines, on="account_id").filter(pl.col("starts_on") <= then, then < pl.col("ends"))
    seats = pl.when(pl.col("seats").sum() > 0).then(pl.col("seats").sum())
    return live.group_by(ON).agg(pl.col("mrr").sum(), seats_sold=seats).collect()


def _steps(at: pl.DataFrame, paying: pl.DataFrame) -> pl.DataFrame:
    """The largest change of price within a line that went on, of the last STEPS days."""
    parts = paying.sort("account_id", "line_key", "starts_on").select(
        "account_id", "starts_on", change=(pl.col("mrr") / pl.col("mrr").shift()).log().over("account_id", "line_key")
    )
    stepped = parts.filter(pl.col("change").is_not_null(), pl.col("change").is_finite(), pl.col("change") != 0)
    ago = (pl.col("as_of") - pl.col("starts_on")).dt.total_days()
    near = at.lazy().join(stepped.lazy(), on="account_id").filter(ago >= 0, ago < STEPS)
    return near.group_by(ON).agg(step_change=pl.col("change").sort_by(pl.col("change").abs(), pl.col("change")).last()).collect()
