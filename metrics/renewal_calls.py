"""Calls on renewals: which one holds on a day, what became of its renewal, and how it lies beside the model's probability."""

from datetime import date

import polars as pl

from metrics.lines import whole_lines

COMMIT, LIKELY, AT_RISK, LOST = CALLS = ("commit", "likely", "at_risk", "lost")
RENEWAL = ["account_id", "due_on"]
HOLDS, REPLACED, WITHDRAWN = ("holds", "replaced", "withdrawn")
DUE, SETTLED, MOVED = ("due", "settled", "moved")
MODEL_WARNS, CSM_WARNS, AGREE = ("model_warns", "csm_warns", "agree")


def standing(calls: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The calls that were made by a day, each with its `standing` on it: withdrawn, holds (the newest of its renewal that is not
    withdrawn), or replaced by a later one. Of two of one day the one that was written last is the newer.

    calls: rows of renewal_calls, with batch. So one that is taken back lets the one before it hold again.
    """
    made = calls.filter(pl.col("called_on") <= day).with_columns(gone=(pl.col("withdrawn_on") <= day).fill_null(False))
    ranked = made.sort("gone", "called_on", "batch", "call_id", descending=[True, False, False, False])
    newest = pl.col("call_id") == pl.col("call_id").last().over(RENEWAL)
    state = pl.when("gone").then(pl.lit(WITHDRAWN)).when(newest).then(pl.lit(HOLDS)).otherwise(pl.lit(REPLACED))
    return ranked.with_columns(standing=state).drop("gone")


def in_force(calls: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The call of each renewal that holds on a day; renewals without one have no row. Columns of renewal_calls."""
    return standing(calls, day).filter(pl.col("standing") == HOLDS).drop("standing").sort(RENEWAL)


def in_force_on_days(calls: pl.LazyFrame, looks: pl.LazyFrame) -> pl.LazyFrame:
    """The calls that held on days of the past. looks: account_id, due_on, day. Returns the looks, each with call, amount, note, called_by,
    called_on, all null where none held."""
    told = calls.select(*RENEWAL, "call_id", "batch", "call", "amount", "note", "called_by", "called_on", "withdrawn_on")
    key = [*RENEWAL, "day"]
    held = looks.select(key).unique().join(told, on=RENEWAL).filter(
        pl.col("called_on") <= pl.col("day"), pl.col("withdrawn_on").is_null() | (pl.col("withdrawn_on") > pl.col("day"))
    )  # fmt: skip
    newest = held.sort("called_on", "batch", "call_id").unique(key, keep="last", maintain_order=True)
    return looks.join(newest.drop("call_id", "batch", "withdrawn_on"), on=key, how="left")


def what_became(calls: pl.LazyFrame, due: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """The calls with `renewal`: due (as `renewals.due` has it; its arr beside), settled (lines end, or renew themselves, on that day, and
    it is not due any more: something goes on with them, or the day has passed), or moved (no line of the account ends on that day: its
    contract was changed since).

    due: account_id, ends_on, arr. lines: contract_lines.
    """
    open_ones = due.select("account_id", "arr", due_on="ends_on")
    known = calls.join(open_ones, on=RENEWAL, how="left").join(_ends(calls, lines), on=RENEWAL, how="left")
    state = (
        pl.when(pl.col("arr").is_not_null()).then(pl.lit(DUE)).when(pl.col("is_end")).then(pl.lit(SETTLED)).otherwise(pl.lit(MOVED))
    )  # fmt: skip
    return known.with_columns(renewal=state).drop("is_end")


def _ends(calls: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """The renewals of calls on whose day a line ends, or a period of one that renews itself: account_id, due_on, is_end (true)."""
    ends = whole_lines(lines.filter("paying")).select("account_id", due_on="ends_on").drop_nulls()
    ended = calls.select(RENEWAL).unique().join(ends.unique(), on=RENEWAL, how="semi")
    return pl.concat([ended, ends_of_periods(calls.select(RENEWAL), lines)]).unique().with_columns(is_end=pl.lit(True))


def ends_of_periods(renewals: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Those of the renewals on whose day a period of a line that renews itself is over, and the line goes on. renewals: account_id, due_on;
    so are the rows that come back, each once."""
    paying = whole_lines(lines.filter("paying")).select("account_id", "starts_on", "ends_on", "auto_renew", "period_months")
    both = renewals.select(RENEWAL).unique().join(paying, on="account_id").with_columns(
        months=(pl.col("due_on").dt.year() - pl.col("starts_on").dt.year()).cast(pl.Int64) * 12
        + pl.col("due_on").dt.month().cast(pl.Int64)
        - pl.col("starts_on").dt.month().cast(pl.Int64)
    )  # fmt: skip
    whole_periods = (pl.col("months") > 0) & (pl.col("months") % pl.col("period_months") == 0)
    anniversary = pl.col("starts_on").dt.offset_by(pl.format("{}mo", "months")) == pl.col("due_on")
    renews = pl.col("auto_renew").fill_null(False) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("due_on")))
    return both.filter((renews & whole_periods & anniversary).fill_null(False)).select(RENEWAL).unique()


def beside_model(calls: pl.LazyFrame) -> pl.LazyFrame:
    """The calls with what the model says beside: model_amount (cents: arr x (1 - churn_probability)), disagreement (cents: what the call
    expects to renew, at most arr, less that; above zero the call is the more hopeful), and disagrees.

    calls: call, said (cents), arr, churn_probability, likely (whether the model thinks a loss likely). disagrees: model_warns (a commit
    or likely one of which the model thinks a loss likely), csm_warns (at risk or lost, and the model does not), else agree. All null
    where the model says nothing of the renewal, or it is not due.
    """
    known = pl.col("churn_probability").is_not_null() & pl.col("arr").is_not_null()
    by_model = (pl.col("arr") * (1 - pl.col("churn_probability"))).round(mode="half_away_from_zero").cast(pl.Int64)
    hopeful, likely = pl.col("call").is_in([COMMIT, LIKELY]), pl.col("likely").fill_null(False)
    which = (
        pl.when(hopeful & likely).then(pl.lit(MODEL_WARNS)).when(~hopeful & ~likely).then(pl.lit(CSM_WARNS)).otherwise(pl.lit(AGREE))
    )  # fmt: skip
    return calls.with_columns(model_amount=pl.when(known).then(by_model)).with_columns(
        disagreement=kept_of_due("said", "arr") - pl.col("model_amount"), disagrees=pl.when(known).then(which)
    )


def kept_of_due(said: str, due: str) -> pl.Expr:
    """What of an amount that was said renews what is due: growth is no renewal. Null where nothing was said."""
    return pl.when(pl.col(said).is_not_null()).then(pl.min_horizontal(said, due))
