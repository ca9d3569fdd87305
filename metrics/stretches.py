"""What of a contract line is paid for: the line cut where its discount or its trial ends, and where it is paused and resumed."""

import polars as pl

from metrics.rules import ALL, Rules

STATUS_COLUMNS = {
    "status": pl.String, "trial_ends_on": pl.Date, "paused_on": pl.Date, "resumes_on": pl.Date, "billing_system": pl.String,
}  # fmt: skip
PAYS_NOTHING = ("trial", "not_begun", "never_paid", "ended")  # whatever the days say; a status that pays is empty, paying, paused or unpaid
LIFE = ("trial_ends_on", "paused_on", "resumes_on")


def stretches(lines: pl.LazyFrame, rules: Rules) -> pl.LazyFrame:
    """The lines as consecutive stretches in each of which one thing holds, with `discounted`, `is_trial`, `pays`, `rests` and `rests_next`.

    is_trial: before the end of the trial, or as long as the status says so. pays: neither of a status that pays nothing nor in a pause
    that the rules do not count. rests: in such a pause; rests_next: one follows, so that nothing has lapsed. Without a status, a line pays.
    line_ends_on stays that of the whole line.
    """
    lines = _with_status(lines)
    discount_ends = pl.col("discount_ends_on")
    counted = ("discount_ends_on",) if rules.count_ending_discounts else ()
    cut = _cut(lines, (*LIFE, *counted))
    discounted = discount_ends.is_null() | ((pl.col("starts_on") < discount_ends) if rules.count_ending_discounts else pl.lit(False))
    lived = cut.with_columns(discounted=discounted, is_trial=_on_trial(), rests=_rests(rules))
    told = lived.with_columns(pays=~pl.col("rests") & ~pl.col("status").is_in(PAYS_NOTHING).fill_null(False))
    resting = told.filter("rests").select("account_id", "line_key", ends_on="starts_on", rests_next=pl.lit(True)).unique()
    return told.join(resting, on=["account_id", "line_key", "ends_on"], how="left").with_columns(pl.col("rests_next").fill_null(False))


def _with_status(lines: pl.LazyFrame) -> pl.LazyFrame:
    """The lines with the columns of a subscription's life, empty where they have none."""
    there = lines.collect_schema().names()
    return lines.with_columns(**{name: pl.lit(None, dtype=dtype) for name, dtype in STATUS_COLUMNS.items() if name not in there})


def _cut(lines: pl.LazyFrame, names: tuple[str, ...]) -> pl.LazyFrame:
    """Lines that have any of these days inside them, cut into consecutive ones there."""
    start, end = pl.col("starts_on"), pl.col("ends_on")
    inside = [pl.when((pl.col(name) > start) & (end.is_null() | (pl.col(name) < end))).then(name) for name in names]
    marked = lines.with_columns(is_cut=pl.any_horizontal(day.is_not_null() for day in inside))
    days = pl.concat_list(inside).list.drop_nulls().list.unique().list.sort()
    several = marked.filter("is_cut").with_columns(days=days)
    parts = several.with_columns(starts_on=pl.concat_list("starts_on", "days"), ends_on=pl.concat_list("days", "ends_on")).drop("days")
    return pl.concat([marked.filter(~pl.col("is_cut")), parts.explode("starts_on", "ends_on")]).drop("is_cut")


def _on_trial() -> pl.Expr:
    before = (pl.col("starts_on") < pl.col("trial_ends_on")).fill_null(False)
    return pl.col("is_trial") | before | (pl.col("status") == "trial").fill_null(False)


def _rests(rules: Rules) -> pl.Expr:
    """Whether the stretch lies in a pause that does not count: from the day of the pause until it is resumed."""
    begun = (pl.col("starts_on") >= pl.col("paused_on")).fill_null(False)
    over = ((pl.col("resumes_on") > pl.col("paused_on")) & (pl.col("starts_on") >= pl.col("resumes_on"))).fill_null(False)
    counted = pl.lit(rules.count_paused == ALL) | pl.col("billing_system").is_in(rules.count_paused.split(", ")).fill_null(False)
    unpaid = (pl.col("status") == "unpaid").fill_null(False)
    return begun & ~over & ~pl.when(unpaid).then(pl.lit(rules.count_unpaid)).otherwise(counted)
