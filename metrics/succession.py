"""What renews what: which contract lines go on with one that ends, which only stand beside it, and which are steps of a ramp."""

from datetime import date, timedelta

import polars as pl

from metrics.products import ADDITION, CHANGE, UNSAID, Products

KEYS = ["account_id", "line_key"]
SAME_PRODUCT = pl.col("product").eq_missing(pl.col("next_product"))
SAME_CONTRACT = (pl.col("contract_id") == pl.col("next_contract_id")).fill_null(False)


def told_whole(lines: pl.LazyFrame) -> pl.LazyFrame:
    """One row for each recurring line that is no trial and no reduction, with starts_on and ends_on of the whole line, whatever its
    discounts and parts. Returns account_id, line_key, contract_id, product, starts_on, ends_on, booked_on, end_agreed, cancelled_on,
    auto_renew, notice_days, period_months, renews_contract.

    lines: contract_lines, or with_grace of them.
    """
    counted = lines.filter(pl.col("kind") == "recurring", ~pl.col("is_trial"), ~pl.col("reduces"), pl.col("arr") >= 0)
    lasting = counted.filter(pl.col("line_ends_on").is_null() | (pl.col("line_starts_on") < pl.col("line_ends_on")))
    bare = lasting.filter(~pl.col("in_grace")) if "in_grace" in lines.collect_schema().names() else lasting
    last = ("contract_id", "product", "end_agreed", "cancelled_on", "auto_renew", "notice_days", "period_months", "renews_contract")
    return bare.sort("starts_on").group_by(KEYS).agg(
        pl.col("line_starts_on").first().alias("starts_on"), pl.col("line_ends_on").last().alias("ends_on"),
        pl.col("booked_on").first(), *(pl.col(name).last() for name in last),
    )  # fmt: skip


def known_by(day: date, *, starts_on: str = "starts_on") -> pl.Expr:
    """Whether a line counts as booked by a day: it was booked by then, or has begun, whatever day it was written down on. starts_on: the
    column with the start of the whole line, which of parts of lines is another one."""
    return pl.min_horizontal("booked_on", starts_on) <= day


def successions(whole: pl.LazyFrame, products: Products = UNSAID) -> pl.LazyFrame:
    """Which line renews which: a row for each pair of lines of an account of which the second goes on with the first.

    The second starts after the first started and ends after it; where it starts before the first has ended, it starts in the second half
    of the first one's time (a line that already ran, or came early beside it, stands beside it). Of the lines that it may go on with, it
    does with those of the contract that its file says it renews; where there are none, with those of its own contract and product; where
    there are none, with those of its product; where there are none either, and the account had nothing of its product before, with those
    of its contract; else with those of a product in whose place its own comes, as `products` say. Lines without a product are of one
    product.
    whole: told_whole. Returns account_id, line_key, ends_on, next_key, next_starts_on, next_booked_on.
    """
    is_first = pl.col("starts_on") == pl.col("starts_on").min().over("account_id", "product")
    names = ("contract_id", "product", "starts_on", "ends_on", "booked_on", "renews_contract")
    after = whole.with_columns(is_first=is_first).select(
        "account_id", *(pl.col(name).alias(f"next_{name}") for name in (*names, "is_first")), next_key="line_key"
    )  # fmt: skip
    ends_later = pl.col("next_ends_on").is_null() | (pl.col("next_ends_on") > pl.col("ends_on"))
    half = 2 * (pl.col("next_starts_on") - pl.col("starts_on")) >= pl.col("ends_on") - pl.col("starts_on")
    pairs = whole.filter(pl.col("ends_on").is_not_null()).join(after, on="account_id").filter(
        pl.col("next_starts_on") > pl.col("starts_on"), ends_later, half
    )  # fmt: skip
    fits = (
        pl.when((pl.col("contract_id") == pl.col("next_renews_contract")).fill_null(False)).then(0)
        .when(SAME_CONTRACT & SAME_PRODUCT).then(1).when(SAME_PRODUCT).then(2)
        .when(SAME_CONTRACT & pl.col("next_is_first")).then(3).when(products.said(CHANGE)).then(4)
    )  # fmt: skip
    ranked = pairs.with_columns(fits=fits).drop_nulls("fits")
    best = ranked.filter(pl.col("fits") == pl.col("fits").min().over("account_id", "next_key"))
    return best.select("account_id", "line_key", "ends_on", "next_key", "next_starts_on", "next_booked_on")


def steps(whole: pl.LazyFrame) -> pl.LazyFrame:
    """The pairs of a step of a ramp and the step that follows it: one contract and product, booked on one day, the second from the day on
    which the first ends. Returns account_id, line_key, next_key."""
    agreed = ["account_id", "contract_id", "product", "booked_on"]
    known = whole.filter(pl.col("booked_on").is_not_null(), pl.col("contract_id").is_not_null())
    following = known.select(*agreed, ends_on="starts_on", next_key="line_key")
    return known.join(following, on=[*agreed, "ends_on"], nulls_equal=True).select("account_id", "line_key", "next_key")


def open_pairs(ending: pl.LazyFrame, coming: pl.LazyFrame, within: int, products: Products = UNSAID) -> pl.LazyFrame:
    """Where a line ends and one of another product starts that goes on with nothing, within so many days of that: change or addition?

    ending: lines with an end that nothing goes on with; coming: lines that go on with nothing; columns of told_whole. Pairs of products
    that were answered are left out. Returns account_id, line_key, product, ends_on, next_key, next_product.
    """
    new = coming.select("account_id", next_key="line_key", next_product="product", next_starts_on="starts_on")
    gap = pl.col("next_starts_on") - pl.col("ends_on")
    found = ending.join(new, on="account_id").filter(
        gap >= timedelta(0), gap < timedelta(days=within), pl.col("product").ne_missing(pl.col("next_product")), ~products.said(ADDITION)
    )  # fmt: skip
    return found.select("account_id", "line_key", "product", "ends_on", "next_key", "next_product", "next_starts_on")


def unclaimed(whole: pl.LazyFrame, pairs: pl.LazyFrame) -> pl.LazyFrame:
    """The lines that go on with nothing: they may be additions, or a change from another product. Columns of told_whole."""
    return whole.join(pairs.select("account_id", line_key="next_key").unique(), on=KEYS, how="anti")
