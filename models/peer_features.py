"""How accounts like an account did lately: same plan and size when they came, as told by a day."""

from datetime import timedelta

import polars as pl

from metrics.grace import FAR, paid_spells
from models.history import History

YEAR, GRACE = 365, 30  # days; an end is known for a loss once nothing has begun for that many
HELD_TO_ALL = 10.0  # account-years at the rate of all that are added to each kind, so that a handful says little
PER_TENFOLD = 2  # sizes told apart within ten times the MRR


def peer_features(at: pl.DataFrame, history: History) -> pl.DataFrame:
    """account_id, as_of, peers_lost: losses per account-year of the last year among accounts of the same kind, drawn to the rate of all.

    at: account_id, as_of. Of one kind are accounts that began with the same products at about the same MRR (half a power of ten), both
    known from the first paid day. The year ends GRACE days before the day, since later ends are not certain yet. Null before accounts
    have been customers for a year between them, and for accounts that had not begun.
    """
    paying = history.lines.filter("paying")
    kinds, spells = _kinds(paying), paid_spells(paying.lazy()).collect()
    steps = _steps(spells.join(kinds, on="account_id"))
    told = at.join(kinds, on="account_id", how="left").with_columns(until=pl.col("as_of") - timedelta(days=GRACE))
    own, every = _in_the_year(told, steps), _in_the_year(told.with_columns(kind=pl.lit("")), steps)
    both = told.select("account_id", "as_of", "first_day", all_lost=every["lost"], all=every["years"], **own.to_dict())
    base = pl.when(pl.col("all") >= 1).then(pl.col("all_lost") / pl.col("all"))
    rate = (pl.col("lost") + HELD_TO_ALL * base) / (pl.col("years") + HELD_TO_ALL)
    return both.select("account_id", "as_of", peers_lost=pl.when(pl.col("first_day") <= pl.col("as_of")).then(rate))


def _kinds(paying: pl.DataFrame) -> pl.DataFrame:
    """account_id, first_day, kind: what each account began with."""
    first = pl.col("starts_on") == pl.col("starts_on").min().over("account_id")
    products = pl.col("product").drop_nulls().unique().sort().str.join("+")
    began = paying.filter(first).group_by("account_id").agg(pl.col("mrr").sum(), first_day=pl.col("starts_on").first(), products=products)
    size = (PER_TENFOLD * (pl.col("mrr").clip(lower_bound=1)).log10()).floor().cast(pl.Int64)
    return began.select("account_id", "first_day", kind=pl.format("{} {}", pl.col("products").fill_null(""), size))


def _steps(spells: pl.DataFrame) -> pl.DataFrame:
    """kind ("" = all), on, and as of then: how many spells have begun and ended, the sums of these days, and how many ends were losses."""
    gone = pl.col("next_start").is_null() | ((pl.col("next_start") - pl.col("lapsed_on")).dt.total_days() > GRACE)
    begins, ends = _dated(spells, "paid_from", 1, 0), _dated(spells.filter(pl.col("lapsed_on") < FAR, gone), "lapsed_on", 0, 1, lost=1)
    both = pl.concat([begins, ends, _dated(spells.filter(pl.col("lapsed_on") < FAR, ~gone), "lapsed_on", 0, 1)])
    every = pl.concat([both, both.with_columns(kind=pl.lit(""))])
    summed = every.group_by("kind", "on").agg(pl.all().sum()).sort("kind", "on")
    return summed.with_columns(pl.exclude("kind", "on").cum_sum().over("kind")).sort("on")


def _dated(spells: pl.DataFrame, on: str, began: int, ended: int, lost: int = 0) -> pl.DataFrame:
    days = pl.col(on).cast(pl.Int32).cast(pl.Int64)
    counts = {"began": pl.lit(began), "ended": pl.lit(ended), "began_days": began * days, "ended_days": ended * days, "lost": pl.lit(lost)}
    return spells.select("kind", on=on, **{name: count.cast(pl.Int64) for name, count in counts.items()})


def _in_the_year(told: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """lost and years (at risk) of the year up to `until` of each row, by its kind; 0 before anything began."""
    now, before = (_so_far(told.with_columns(on=pl.col("until") - timedelta(days=back)), steps) for back in (0, YEAR))
    return pl.DataFrame({"lost": now["lost"] - before["lost"], "years": (now["days"] - before["days"]) / YEAR})


def _so_far(told: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """Losses and account-days until the day `on` of each row, in their order."""
    found = (
        told.select("kind", "on").with_row_index("row").sort("on").join_asof(steps, on="on", by="kind", check_sortedness=False).sort("row")
    )
    now = pl.col("on").cast(pl.Int32).cast(pl.Int64)
    live = (pl.col("began") - pl.col("ended")) * now - pl.col("began_days") + pl.col("ended_days")
    return found.select(pl.col("lost").fill_null(0), days=live.fill_null(0))
