"""Today's ARR in pieces that go on or are lost as one: what comes up for renewal, what is in grace, what has no term, and the rest."""

from datetime import date

import polars as pl

from metrics.balances import live
from metrics.currency import summed
from metrics.lines import term_length
from metrics.renewal_history import with_a_term
from metrics.succession import KEYS, told_whole

RENEWAL, IN_GRACE, NO_TERM, NOTHING_DUE = "renewal", "in grace", "no term", "nothing due"
KINDS = (IN_GRACE, RENEWAL, NO_TERM, NOTHING_DUE)  # in which order they take their part of what an account pays
PIECES = {"account_id": pl.String, "kind": pl.String, "ends_on": pl.Date, "due": pl.Int64, "at_stake": pl.Int64}


def pieces(arr: pl.LazyFrame, coming: pl.LazyFrame, beside: pl.LazyFrame) -> pl.LazyFrame:
    """What each account pays today, apart by what may become of it.

    arr: account_id, arr (of today). coming: account_id, ends_on, arr of what comes up for renewal. beside: account_id,
    in_grace, no_term, see worth_beside.
    due: what comes up, as it is told beforehand; at_stake: what of today's ARR that is. Both cents; what comes up may be
    worth more, or less, by its day. at_stake of all pieces of an account add up to what it pays. Pieces without either are left out.
    Returns PIECES.
    """
    due = coming.select("account_id", kind=pl.lit(RENEWAL), ends_on="ends_on", due="arr", amount="arr")
    others = [beside.select("account_id", kind=pl.lit(kind), amount=name) for kind, name in ((IN_GRACE, "in_grace"), (NO_TERM, "no_term"))]
    rest = arr.select("account_id", kind=pl.lit(NOTHING_DUE), amount="arr")
    every = pl.concat([due, *others, rest], how="diagonal").join(arr.select("account_id", today="arr"), on="account_id", how="left")
    order = pl.col("kind").replace_strict({kind: place for place, kind in enumerate(KINDS)}, return_dtype=pl.Int64)
    ordered = every.with_columns(pl.col("amount").clip(lower_bound=0), today=pl.col("today").fill_null(0), order=order)
    before = pl.col("amount").cum_sum().over("account_id", order_by=["order", "ends_on"]) - pl.col("amount")
    left = (pl.col("today") - before).clip(lower_bound=0)
    told = ordered.sort("account_id", "order", "ends_on").with_columns(
        at_stake=pl.min_horizontal("amount", left), due=pl.col("due").fill_null(0)
    )
    return told.filter((pl.col("at_stake") > 0) | (pl.col("due") > 0)).select(pl.col(name).cast(kind) for name, kind in PIECES.items())


def worth_beside(
    effective: pl.LazyFrame, lines: pl.LazyFrame, *, day: date, rates: pl.LazyFrame | None = None, currency: str = "USD"
) -> pl.LazyFrame:
    """What each account pays on a day by lines that are in grace, and by lines without a term: account_id, in_grace, no_term (cents).

    effective: with_grace; lines: contract_lines. See with_a_term.
    """
    now = live(effective, day).filter(~pl.col("reduces")).with_columns(on=pl.lit(day)).collect().lazy()
    termed = with_a_term(told_whole(lines))
    money = {"on": "on", "values": ("arr",), "rates": rates, "currency": currency}
    grace = summed(now.filter("in_grace"), ["account_id"], **money).rename({"arr": "in_grace"})
    bare = now.filter(~pl.col("in_grace")).join(termed, on=KEYS, how="anti")
    loose = summed(bare, ["account_id"], **money).rename({"arr": "no_term"})
    return grace.join(loose, on="account_id", how="full", coalesce=True).with_columns(pl.col("in_grace", "no_term").fill_null(0))


def terms_ahead(lines: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The longest term, in whole months, of the lines of an account that end on a day after `day`: account_id, ends_on, months."""
    ending = told_whole(lines).filter("end_agreed", pl.col("ends_on") > day)
    months, days = term_length(pl.col("starts_on"), pl.col("ends_on"))
    whole = (months + days * 12 / 365).round().cast(pl.Int64).clip(lower_bound=1)
    return ending.with_columns(months=whole).group_by("account_id", "ends_on").agg(pl.col("months").max())
