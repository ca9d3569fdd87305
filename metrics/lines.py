"""From contract to money: each contract line with its monthly and annual value in cents, each rounded once."""

from datetime import date

import polars as pl

from metrics.ramps import at_step
from metrics.rules import Rules
from metrics.stretches import stretches

PERIOD = r"^\s*(\d+)\s*(day|week|month|year)s?\s*$"
TEN_THOUSANDTHS_TO_CENTS = 100
FRACTION_SCALE = 1_000_000


def contract_lines(contracts: pl.LazyFrame, *, rules: Rules, as_of: date | None = None) -> pl.LazyFrame:
    """Contract lines with `mrr` and `arr` (integer cents) and whether they are `paying`.

    Paying lines are recurring, no trial, worth more than nothing, and cover at least a day. A discount with an end makes two
    consecutive lines, and so do the end of a trial, a pause and its end (stretches.py); `rules` say whether the discount and the pause
    count, whether notice ends a line (one that is given by `as_of`; without it, all), and which step of a ramp counts.
    A line whose period cannot be read, or a term without an end, has null values and is not paying.
    Months: week x 52/12, day x 365/12, term = whole calendar months + left-over days x 12/365.
    Where a line goes on at other terms or without its discount, each part is a row: line_key, line_starts_on and line_ends_on are those of
    the whole line, known_since is the day before which the terms of a row are assumed.
    Returns account_id, row_key, contract_id, line_id, product, starts_on, ends_on (exclusive, null = open), mrr, arr, currency,
    seats, booked_on, cancelled_on, is_trial, kind, paying, batch, line, auto_renew, notice_days, line_key, line_ends_on, known_since,
    line_starts_on, end_agreed (see agreed_ends; where the contracts do not tell, every end is taken as agreed), status, rests (would pay,
    and is in a pause that does not count), rests_next (such a pause follows, so that nothing has lapsed), period_months (that the price
    is for; null for weeks, days and terms), reduces (a recurring line below zero: see reductions), holder (the account that has the line,
    where account_id is its topmost parent), renews_contract, unit
    (what the seats count), and since which day the log knows the line (said_on) and its end (end_said_on), null where it does not tell.
    Source: DESIGN "Days, money, ARR".
    """
    parts = _in_parts(contracts)
    priced = parts.with_columns(**_months(), kind=pl.col("kind").fill_null("recurring"), is_trial=pl.col("is_trial").fill_null(False))
    noticed = priced.with_columns(**_ended_by_notice(as_of)) if rules.end_on_notice else priced
    valued = stretches(noticed, rules).with_columns(mrr=_value(1), arr=_value(12))
    yearly = valued.with_columns(arr=12 * pl.col("mrr")) if rules.arr_from_mrr else valued
    recurring = (pl.col("kind") == "recurring") & ~pl.col("is_trial")
    lasting = pl.col("ends_on").is_null() | (pl.col("starts_on") < pl.col("ends_on"))
    worth = recurring & lasting & (pl.col("arr") > 0)
    marked = yearly.with_columns(
        paying=(worth & pl.col("pays")).fill_null(False), rests=(worth & pl.col("rests")).fill_null(False),
        reduces=(recurring & lasting & (pl.col("arr") < 0) & pl.col("pays")).fill_null(False),
    )  # fmt: skip
    stepped = marked if rules.ramp == "current" else at_step(marked, rules.ramp)
    return stepped.select(
        "account_id", "row_key", "contract_id", "line_id", "product", "starts_on", "ends_on", "mrr", "arr", "currency", "seats",
        "booked_on", "cancelled_on", "is_trial", "kind", "paying", "batch", "line",
        "auto_renew", "notice_days", "line_key", "line_ends_on", "known_since", "line_starts_on", "end_agreed", "status", "rests",
        "rests_next", "period_months", "reduces", "holder", "renews_contract", "said_on", "end_said_on", "unit",
    )  # fmt: skip


def _in_parts(contracts: pl.LazyFrame) -> pl.LazyFrame:
    """The contracts with what the store tells of lines: start and end of the whole line. Contracts that tell of no parts have none."""
    if "line_key" not in contracts.collect_schema().names():
        contracts = contracts.with_columns(
            line_key="row_key", line_starts_on="starts_on", line_ends_on="ends_on", known_since=pl.lit(None, dtype=pl.Date)
        )
    for name in ("renews_contract", "unit"):
        if name not in contracts.collect_schema().names():
            contracts = contracts.with_columns(pl.lit(None, dtype=pl.String).alias(name))
    if "holder" not in contracts.collect_schema().names():
        contracts = contracts.with_columns(holder="account_id")
    if "end_agreed" not in contracts.collect_schema().names():
        contracts = contracts.with_columns(end_agreed=pl.col("line_ends_on").is_not_null())
    for name in ("said_on", "end_said_on"):
        if name not in contracts.collect_schema().names():
            contracts = contracts.with_columns(pl.lit(None, dtype=pl.Date).alias(name))
    return contracts


def whole_lines(lines: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of contract_lines with the parts of a line told as one: from its first day to its end, at its last terms.

    For what asks when a line ends: that it goes on at other terms is no end. Rows of lines without parts are as they were.
    """
    names = lines.collect_schema().names()
    if "line_key" not in names:
        return lines
    marked = lines.with_columns(in_parts=pl.len().over("account_id", "line_key") > 1)
    ordered = marked.filter("in_parts").sort("account_id", "line_key", "starts_on")
    last = ordered.group_by("account_id", "line_key", maintain_order=True).agg(
        pl.col("starts_on").first(), pl.exclude("account_id", "line_key", "starts_on").last()
    )
    return pl.concat([marked.filter(~pl.col("in_parts")).select(names), last.select(names)])


def _months() -> dict[str, pl.Expr]:
    """A month's share of the period's price as a fraction: `share_over` / `share_under`."""
    number = pl.col("period").str.extract(PERIOD, 1).cast(pl.Int64)
    unit = pl.col("period").str.extract(PERIOD, 2)
    over = unit.replace_strict({"month": 1, "year": 1, "week": 52, "day": 365}, default=None, return_dtype=pl.Int64)
    under = number * unit.replace_strict({"month": 1, "year": 12, "week": 12, "day": 12}, default=None, return_dtype=pl.Int64)
    is_term = pl.col("period").str.strip_chars() == "term"
    months, days = term_length(pl.col("line_starts_on"), pl.col("line_ends_on"))
    return {
        "share_over": pl.when(is_term).then(pl.lit(365)).otherwise(over),
        "share_under": pl.when(is_term).then(365 * months + 12 * days).otherwise(under),
        "period_months": pl.when(unit.is_in(["month", "year"])).then(under),
    }


def term_length(start: pl.Expr, end: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Whole calendar months from start to end, the end of the month clamped, and the days left over."""
    most = (end.dt.year() - start.dt.year()).cast(pl.Int64) * 12 + end.dt.month().cast(pl.Int64) - start.dt.month().cast(pl.Int64)
    months = pl.when(_months_later(start, most) > end).then(most - 1).otherwise(most)
    return months, (end - _months_later(start, months)).dt.total_days()


def _months_later(day: pl.Expr, months: pl.Expr) -> pl.Expr:
    return day.dt.offset_by(pl.format("{}mo", months.fill_null(0)))


def _ended_by_notice(as_of: date | None) -> dict[str, pl.Expr]:
    """The end of a line that stops on the day notice is given: never before it starts, never after its own end."""
    given = pl.col("cancelled_on").is_not_null() if as_of is None else pl.col("cancelled_on") <= as_of
    return {
        end: pl.when(given).then(pl.min_horizontal(end, pl.max_horizontal("cancelled_on", start))).otherwise(end)
        for end, start in (("ends_on", "starts_on"), ("line_ends_on", "line_starts_on"))
    }


def _value(months: int) -> pl.Expr:
    """Cents for `months` months, rounded once, half away from zero; in whole numbers throughout."""
    wide = pl.Int128
    fraction = (pl.col("discount").fill_null(0.0) * FRACTION_SCALE).round().cast(wide)
    less = _ten_thousandths("discount_amount").fill_null(0) * FRACTION_SCALE
    kept = pl.when("discounted").then(FRACTION_SCALE - fraction).otherwise(pl.lit(FRACTION_SCALE, dtype=wide))
    net = _ten_thousandths("amount") * kept - pl.when("discounted").then(less).otherwise(pl.lit(0, dtype=wide))
    over = net * pl.col("share_over").cast(wide) * months
    under = pl.col("share_under").cast(wide) * (TEN_THOUSANDTHS_TO_CENTS * FRACTION_SCALE)
    return (((2 * over.abs() + under) // (2 * under)) * over.sign()).cast(pl.Int64)


def _ten_thousandths(column: str) -> pl.Expr:
    return (pl.col(column).cast(pl.Decimal(18, 4))).to_physical().cast(pl.Int128)
