"""What does not fit together in contracts and accounts, each finding with the ARR that hangs on it.

Every function takes contract_lines (or accounts) and returns account_id, subject (the line or account concerned), detail, arr (cents a
year in the line's own currency, null where no money hangs on it) and currency; empty where nothing was found.
"""

from datetime import date, timedelta

import polars as pl

from language import tr
from metrics.agreed_ends import rolls_monthly
from metrics.grace import FAR, paid_spells
from metrics.hierarchy import parents_of, way_up
from metrics.in_words import by_count, filled
from metrics.products import NO_PRODUCT, Products
from metrics.reductions import counted_reductions
from metrics.succession import KEYS, known_by, open_pairs, successions, told_whole, unclaimed

COLUMNS = ("account_id", "subject", "detail", "arr", "currency")
SHORT_GAP = 30  # days: a shorter pause between two lines is more often a slip of the pen than a churn
SAME = ["account_id", "product", "kind", "starts_on", "ends_on", "mrr", "arr", "currency", "seats"]


def _found(rows: pl.LazyFrame, detail: pl.Expr) -> pl.LazyFrame:
    """One finding a line: of a line in parts (a discount that ends, other terms) that of the first part found."""
    once = rows.sort("starts_on").unique(["account_id", "line_key"], keep="first", maintain_order=True)
    return once.select("account_id", pl.col("row_key").alias("subject"), detail.alias("detail"), "arr", "currency").sort(
        "account_id", "subject"
    )


def held() -> pl.Expr:
    """Rows of contract_lines that make their account a customer: free months too, no trial, no reduction, and a day at least."""
    lasting = pl.col("ends_on").is_null() | (pl.col("starts_on") < pl.col("ends_on"))
    return (pl.col("kind") == "recurring") & ~pl.col("is_trial") & ~pl.col("reduces") & (pl.col("arr") >= 0) & lasting


def duplicated_lines(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Paying lines that say word for word what another line of the account says; each beyond the first is one finding. All count."""
    first = pl.col("row_key").sort().first().over(SAME)
    again = lines.filter("paying").with_columns(first=first).filter(pl.col("row_key") != pl.col("first"))
    return _found(again, filled(tr("says the same as line {first}; both count"), first="first"))


def short_gaps(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Pauses of at most 30 days between two paid times of an account, with the ARR that starts again after it."""
    pauses = paid_spells(lines.filter(held())).filter(pl.col("lapsed_on") < pl.lit(FAR)).with_columns(
        gap=(pl.col("next_start") - pl.col("lapsed_on")).dt.total_days()
    ).filter(pl.col("gap") <= SHORT_GAP)  # fmt: skip
    after = lines.filter("paying").join(pauses, left_on=["account_id", "starts_on"], right_on=["account_id", "next_start"])
    one, many = (
        tr("starts on {day}, {n} day after all paid time had ended"),
        tr("starts on {day}, {n} days after all paid time had ended"),
    )
    return _found(after, by_count("gap", one, many, day="starts_on"))


def without_account(lines: pl.LazyFrame, accounts: pl.LazyFrame) -> pl.LazyFrame:
    """Paying lines of accounts that no accounts file names; they count, under the bare id."""
    stubs = accounts.filter("is_stub").select("account_id")
    return _found(lines.filter("paying").join(stubs, on="account_id", how="semi"), pl.lit(tr("its account is in no accounts file")))


def no_rate(apart: pl.LazyFrame) -> pl.LazyFrame:
    """Paying lines in a currency without any exchange rate; they are left out of every total."""
    told = filled(tr("there is no exchange rate for {currency}; it is left out of all totals"), currency="currency")
    return _found(apart.filter("paying"), told)


def no_value(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Recurring lines whose worth cannot be told: a term without an end, or a period that cannot be read. They count nothing."""
    lost = lines.filter(pl.col("kind") == "recurring", pl.col("arr").is_null())
    return _found(lost, pl.lit(tr("its worth cannot be told: a term without an end, or a period that cannot be read")))


def notice_without_end(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Paying lines with notice given and no end: they count on for ever."""
    endless = lines.filter("paying", pl.col("cancelled_on").is_not_null(), pl.col("ends_on").is_null())
    return _found(endless, filled(tr("notice was given on {day}, yet it has no end; it counts on"), day="cancelled_on"))


def below_zero(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Reductions of more than their contract has, on some day: what goes below zero counts nothing. arr: the most that is cut off."""
    cut = counted_reductions(lines).filter(pl.col("cut") > 0).group_by("account_id", "row_key").agg(
        pl.col("starts_on").min(), pl.col("line_key", "currency").first(), arr=pl.col("cut").max()
    )  # fmt: skip
    told = tr("takes more off than its contract has, first on {day}; what goes below zero counts nothing")
    return _found(cut, filled(told, day="starts_on"))


def lines_asked(lines: pl.LazyFrame, *, as_of: date, within: int, products: Products) -> pl.LazyFrame:
    """Where nobody has said whether a product takes the place of another: a line of the first ends, nothing goes on with it less than
    `within` days later, and a line of the second that goes on with nothing starts then or within them. Of lines that run or are booked by
    `as_of`; of what ends at no agreed end or rolls monthly, which is no renewal, only while the second is still to begin, for CARR.

    A row for each line of the first and second product: account_id, line_key, product, next_product (NO_PRODUCT where there is none), and
    arr and currency of the line on its last day, reductions aside (null where it pays nothing).
    """
    asked = _open_pairs(told_whole(lines).filter(known_by(as_of)).collect().lazy(), as_of, within, products)
    worth = lines.filter("paying").group_by(KEYS).agg(pl.col("arr").last(), pl.col("currency").first())
    told = asked.with_columns(pl.col("product", "next_product").fill_null(NO_PRODUCT)).join(worth, on=KEYS, how="left")
    return told.select(*KEYS, "product", "next_product", "arr", "currency")


def _open_pairs(whole: pl.LazyFrame, as_of: date, within: int, products: Products) -> pl.LazyFrame:
    """KEYS, product and next_product of lines_asked, among whole lines."""
    pairs = successions(whole, products).collect().lazy()
    renewed = whole.filter("end_agreed", ~rolls_monthly().fill_null(True)).select(*KEYS, is_renewal=pl.lit(True))
    gone_on = pairs.filter(pl.col("next_starts_on") - pl.col("ends_on") < timedelta(days=within))
    ending = whole.filter(pl.col("ends_on").is_not_null()).join(gone_on, on=KEYS, how="anti")
    found = open_pairs(ending, unclaimed(whole, pairs), within, products).join(renewed, on=KEYS, how="left")
    moving = found.filter(pl.col("is_renewal").fill_null(False) | (pl.col("next_starts_on") > as_of))
    return moving.unique([*KEYS, "product", "next_product"])


def accounts_answered(lines: pl.LazyFrame, product: str, next_product: str) -> pl.LazyFrame:
    """account_id of those in which an answer for a pair of products may move something: with a line of the first that ends, and one of the
    second that starts after it started."""
    whole = told_whole(lines).with_columns(pl.col("product").fill_null(NO_PRODUCT))
    old = whole.filter(pl.col("product") == product, pl.col("ends_on").is_not_null()).select("account_id", "starts_on")
    new = whole.filter(pl.col("product") == next_product).select("account_id", next_starts_on="starts_on")
    return old.join(new, on="account_id").filter(pl.col("next_starts_on") > pl.col("starts_on")).select("account_id").unique()


def products_asked(lines: pl.LazyFrame, *, within: int, products: Products) -> pl.LazyFrame:
    """The pairs of products of lines_asked, whatever day they are of: one finding a pair and currency, of no account; arr: of the lines of
    the first."""
    paid = lines_asked(lines, as_of=date.max, within=within, products=products).drop_nulls("arr")
    each = paid.group_by("product", "next_product", "currency").agg(pl.len(), pl.col("arr").sum())
    rows = [
        (f"{old} -> {new}", _asked(old, new, count), arr, currency)
        for old, new, currency, count, arr in each.select("product", "next_product", "currency", "len", "arr").collect().rows()
    ]
    told = pl.LazyFrame(rows, schema={"subject": pl.String, "detail": pl.String, "arr": pl.Int64, "currency": pl.String}, orient="row")
    return told.select(pl.lit(None, dtype=pl.String).alias("account_id"), *COLUMNS[1:]).sort("subject")


def _asked(old: str, new: str, count: int) -> str:
    return tr("{new} started when {old} ended, times: {count}. Change of plan, or addition?", new=new, old=old, count=count)


def looped_hierarchy(accounts: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts that are their own parent, directly or through others. Each is then its own parent. arr: of the last day on which a paying
    line of it begins; null where none does, or several currencies are paid on it."""
    parents = parents_of(accounts)
    looped = [account for account in sorted(parents) if account in way_up(account, parents)[1:]]
    found = pl.LazyFrame({"account_id": looped}, schema={"account_id": pl.String})
    return (
        found.join(_latest(lines.join(found, on="account_id", how="semi")), on="account_id", how="left")
        .with_columns(subject=pl.col("account_id"), detail=pl.lit(tr("belongs to itself through its parents; it is counted on its own")))
        .select(*COLUMNS)
        .sort("account_id")
    )


def _latest(lines: pl.LazyFrame) -> pl.LazyFrame:
    """account_id, arr and currency of the lines that run on the last day on which a paying one of their account begins."""
    paid = lines.filter("paying").with_columns(last=pl.col("line_starts_on").max().over("account_id"))
    running = paid.filter(pl.col("starts_on") <= pl.col("last"), pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("last")))
    sums = running.group_by("account_id").agg(pl.col("arr").sum(), pl.col("currency").first(), kinds=pl.col("currency").n_unique())
    return sums.filter(pl.col("kinds") == 1).drop("kinds")
