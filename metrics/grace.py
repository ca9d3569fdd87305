"""Grace: a lapsed line that nobody cancelled still counts for some days, so that a late renewal is no churn."""

from datetime import date

import polars as pl

from metrics.reductions import CONTRACT, counted_reductions
from metrics.rules import Rules
from metrics.succession import known_by

FAR = date(9999, 12, 31)


def with_grace(lines: pl.LazyFrame, *, as_of: date | None, rules: Rules) -> pl.LazyFrame:
    """The lines that make a customer: the paying ones, and for each one in grace a further stretch, marked `in_grace`.

    When an account's paid time ends on e, the lines that end then and are not cancelled by `as_of` count on until the next
    paying line starts, when that is within `grace_days` and by `as_of`, or as long as `as_of` itself is within them. A line that is
    paused has not lapsed, and gets no grace. Without `as_of` each day of grace is told as seen from that day itself, on which nobody knows
    yet whether the line will be renewed, or cancelled later.
    Unless free customers are lost under the rules, also the lines worth nothing of accounts that have paid, from their first paid day on;
    and reductions, as far as they count; an account with reductions counts from the first day on which they leave something of its
    contracts, and where free customers are lost on such days alone. Same columns as contract_lines, plus in_grace. Source: DESIGN "Grace".
    """
    lines = lines.collect().lazy()  # looked at in five ways below; each would work it out anew
    paying = lines.filter("paying").with_columns(in_grace=pl.lit(False))
    if not rules.free_is_churn:
        paying = pl.concat([paying, _free_after_paying(lines).with_columns(in_grace=pl.lit(False))])
    graced = _in_grace(paying, as_of=as_of, rules=rules) if rules.grace_days else paying.limit(0)
    counting = pl.concat([paying, graced])
    reductions = _reductions(lines, graced, as_of) if rules.reductions else []
    return _while_worth_something(pl.concat([counting, *reductions]), rules) if reductions else counting


def without_free(lines: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """The lines of contract_lines that can be renewed: all, but where free customers are lost under the rules recurring ones worth nothing,
    which are no lines then."""
    is_free = (pl.col("kind") == "recurring") & ~pl.col("is_trial") & (pl.col("arr") == 0)
    return lines.filter(~is_free.fill_null(False)) if rules.free_is_churn else lines


def _while_worth_something(rows: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """The lines that count, of an account with reductions from the first day on which its contracts are worth more than nothing: who has
    had all taken off since the beginning has not paid yet. Where free customers are lost, only while they are worth that."""
    known = rows.collect()
    if not known["reduces"].any():
        return known.lazy()
    rows = known.lazy()
    reduced = rows.filter("reduces").select("account_id").unique()
    about = rows.join(reduced, on="account_id", how="semi")
    comes, goes = about.select("account_id", "arr", day="starts_on"), about.select("account_id", -pl.col("arr"), day="ends_on")
    changes = pl.concat([comes, goes])
    held = changes.drop_nulls("day").group_by("account_id", "day").agg(pl.col("arr").sum())
    worth = held.with_columns(is_worth=pl.col("arr").cum_sum().over("account_id", order_by="day") > 0)
    paid = (
        _paid_times(worth) if rules.free_is_churn else worth.filter("is_worth").group_by("account_id").agg(first_paid=pl.col("day").min())
    )
    return pl.concat([rows.join(reduced, on="account_id", how="anti"), _from(about.join(paid, on="account_id"))])


def _paid_times(worth: pl.LazyFrame) -> pl.LazyFrame:
    """The times in which an account is worth something: account_id, first_paid, last_paid (the first day after; null: it goes on).

    worth: account_id, day, is_worth from that day to the next one.
    """
    before = pl.col("is_worth").shift(1, fill_value=False).over("account_id", order_by="day")
    turns = worth.with_columns(before=before).filter(pl.col("is_worth") != pl.col("before"))
    until = turns.with_columns(last_paid=pl.col("day").shift(-1).over("account_id", order_by="day"))
    return until.filter("is_worth").select("account_id", "last_paid", first_paid="day")


def _from(rows: pl.LazyFrame) -> pl.LazyFrame:
    """What is left of lines from the day in their column first_paid on, up to last_paid where they have it; without these columns."""
    until = [pl.min_horizontal("ends_on", "last_paid").alias("ends_on")] if "last_paid" in rows.collect_schema().names() else []
    later = rows.with_columns(pl.max_horizontal("starts_on", "first_paid").alias("starts_on"), *until)
    lasting = later.filter(pl.col("ends_on").is_null() | (pl.col("starts_on") < pl.col("ends_on")))
    return lasting.drop("first_paid", "last_paid", strict=False)


def _in_grace(paying: pl.LazyFrame, *, as_of: date | None, rules: Rules) -> pl.LazyFrame:
    """The stretches in which lapsed lines count on. None is ended by a line neither begun nor booked by `as_of`."""
    limit = pl.col("lapsed_on") + pl.duration(days=rules.grace_days)
    columns = paying.collect_schema().names()
    lapsing = paying.filter(~pl.col("rests_next")) if "rests_next" in columns else paying
    told = paying if as_of is None else paying.filter(known_by(as_of, starts_on="line_starts_on"))
    lapsed = lapsing.join(paid_spells(told), left_on=["account_id", "ends_on"], right_on=["account_id", "lapsed_on"], coalesce=False)
    holds, until = (pl.lit(True), ["cancelled_on"]) if as_of is None else (_seen_from(as_of, limit), [])
    graced = lapsed.filter(_not_cancelled(as_of), holds).with_columns(
        starts_on=pl.col("lapsed_on"), ends_on=pl.min_horizontal("next_start", limit, *until), in_grace=pl.lit(True)
    )
    return (graced.with_columns(line_ends_on="ends_on") if "line_ends_on" in columns else graced).select(columns)


def _seen_from(as_of: date, limit: pl.Expr) -> pl.Expr:
    """Whether what has lapsed by a day was renewed within grace, or may still be."""
    renewed = (pl.col("next_start") < limit) & (pl.col("next_start") <= as_of)
    return (pl.col("lapsed_on") <= as_of) & (renewed.fill_null(False) | (pl.lit(as_of) < limit))


def _not_cancelled(as_of: date | None) -> pl.Expr:
    """Whether no notice was given by a day; without one, by the line's own end."""
    given = pl.col("ends_on") if as_of is None else pl.lit(as_of)
    return (pl.col("cancelled_on") > given).fill_null(True)


def _reductions(lines: pl.LazyFrame, graced: pl.LazyFrame, as_of: date | None) -> list[pl.LazyFrame]:
    """What reductions take off, while lines run and while they are in grace."""
    found = lines.filter("reduces").collect()
    if not found.height:
        return []
    columns, wanted = lines.collect_schema().names(), graced.collect_schema().names()
    beside = pl.concat([graced.filter("paying").select(columns), _beside_grace(found.lazy(), graced, as_of).select(columns)])
    parts = ((lines, False), (beside, True))
    return [counted_reductions(rows).filter(pl.col("arr") < 0).with_columns(in_grace=pl.lit(late)).select(wanted) for rows, late in parts]


def whole_reductions(lines: pl.LazyFrame, effective: pl.LazyFrame, *, as_of: date, rules: Rules) -> pl.LazyFrame:
    """The reductions as they are written, where with_grace tells what they take off: while they run, and while they are in grace with
    their contract (in both, where a contract in grace has one that runs on). None under rules by which reductions do not count.

    lines: contract_lines. effective: with_grace of them. Columns of effective.
    """
    found, wanted = lines.filter("reduces", pl.lit(rules.reductions)), effective.collect_schema().names()
    graced = _beside_grace(found, effective.filter("in_grace"), as_of)
    return pl.concat([rows.with_columns(in_grace=pl.lit(late)).select(wanted) for rows, late in ((found, False), (graced, True))])


def _beside_grace(reductions: pl.LazyFrame, graced: pl.LazyFrame, as_of: date | None) -> pl.LazyFrame:
    """The reductions that go on with lines of their contract that are in grace: those that run on, and those that lapsed with them."""
    since, until = pl.col("graced_from"), pl.col("graced_to")
    spans = graced.filter("paying").select(*CONTRACT, graced_from="starts_on", graced_to="ends_on").unique()
    runs_on = pl.col("ends_on").is_null() | (pl.col("ends_on") > since)
    held = reductions.join(spans, on=CONTRACT, nulls_equal=True).filter(pl.col("starts_on") < since)
    lasting = held.filter(runs_on | ((pl.col("ends_on") == since) & _not_cancelled(as_of)))
    return lasting.with_columns(starts_on=since, ends_on=pl.when(runs_on).then(pl.min_horizontal("ends_on", until)).otherwise(until))


def _free_after_paying(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Recurring lines worth nothing, no trials, of accounts that pay at some time: from the first paid day on."""
    first = lines.filter("paying").group_by("account_id").agg(first_paid=pl.col("starts_on").min())
    free = lines.filter(~pl.col("paying"), pl.col("kind") == "recurring", ~pl.col("is_trial"), pl.col("arr") == 0)
    return _from(free.join(first, on="account_id"))


def paid_spells(paying: pl.LazyFrame) -> pl.LazyFrame:
    """Unbroken stretches of paid time per account: account_id, paid_from, lapsed_on (FAR = open), next_start (null = none)."""
    ends = pl.col("ends_on").fill_null(FAR)
    ordered = paying.select("account_id", "starts_on", ends=ends).sort("account_id", "starts_on", "ends")
    before = pl.col("ends").cum_max().shift(1).over("account_id", order_by=["starts_on", "ends"])
    spell = (pl.col("starts_on") > pl.col("before")).fill_null(True).cum_sum().over("account_id", order_by=["starts_on", "ends"])
    spells = (
        ordered.with_columns(before=before)
        .with_columns(spell=spell)
        .group_by("account_id", "spell")
        .agg(paid_from=pl.col("starts_on").min(), lapsed_on=pl.col("ends").max())
    )
    following = pl.col("paid_from").shift(-1).over("account_id", order_by="spell")
    return spells.with_columns(next_start=following).select("account_id", "paid_from", "lapsed_on", "next_start")
