"""Contracts and tickets of an account as of a day, as far as only the model looks at them."""

import polars as pl

from metrics.account_measures import Known
from metrics.grace import FAR
from metrics.lines import whole_lines
from models.history import History

TICKET_WINDOW, PRICE_WINDOW = 90, 90  # days that a count looks back
TICKETS = ("tickets", "tickets_before", "reply_hours")
CONTRACT = ("tenure_days", "mrr", "mrr_before", "lines", "last_term_days")


def paid_from(history: History) -> pl.DataFrame:
    """The first day that each account paid for: account_id, paid_from."""
    return history.lines.filter("paying").group_by("account_id").agg(paid_from=pl.col("starts_on").min())


def contract_features(at: pl.DataFrame, history: History) -> pl.DataFrame:
    """CONTRACT of each row of `at` (account_id, as_of): days since the first paid day; MRR (cents) live on the day and 90 days
    before (null before the first paid day); live lines; the length in days of the line that ended last (null where none has).
    When lines that have not ended will end is not looked at."""
    paying = history.lines.filter("paying")
    lines = paying.select("account_id", "starts_on", "ends_on", "mrr")
    first = paid_from(history).rename({"paid_from": "since"})
    rows = at.join(first, on="account_id", how="left").join(_live(at, lines, 0), on=["account_id", "as_of"], how="left")
    before = _live(at, lines, PRICE_WINDOW).select("account_id", "as_of", mrr_before="mrr")
    last_term = _last_term(at, whole_lines(paying.lazy()).collect())
    rows = rows.join(before, on=["account_id", "as_of"], how="left").join(last_term, on=["account_id", "as_of"], how="left")
    tenure = (pl.col("as_of") - pl.col("since")).dt.total_days()
    return rows.with_columns(
        tenure_days=pl.when(tenure >= 0).then(tenure),
        mrr=pl.col("mrr").fill_null(0),
        mrr_before=pl.when(tenure >= PRICE_WINDOW).then(pl.col("mrr_before").fill_null(0)),
        lines=pl.col("lines").fill_null(0),
    ).select("account_id", "as_of", *CONTRACT)


def _live(at: pl.DataFrame, lines: pl.DataFrame, back: int) -> pl.DataFrame:
    moved = at.with_columns(then=pl.col("as_of") - pl.duration(days=back))
    live = moved.lazy().join(lines.lazy(), on="account_id").filter(
        pl.col("starts_on") <= pl.col("then"), pl.col("then") < pl.col("ends_on").fill_null(FAR)
    )  # fmt: skip
    return live.group_by("account_id", "as_of").agg(pl.col("mrr").sum(), lines=pl.len().cast(pl.Int64)).collect()


def _last_term(at: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    length = (pl.col("ends_on") - pl.col("starts_on")).dt.total_days()
    ended = lines.filter(pl.col("ends_on").is_not_null()).group_by("account_id", "ends_on").agg(last_term_days=length.max())
    return at.sort("as_of").join_asof(
        ended.sort("ends_on"), left_on="as_of", right_on="ends_on", by="account_id", check_sortedness=False
    ).select("account_id", "as_of", "last_term_days")  # fmt: skip


def recent_tickets(at: pl.DataFrame, known: Known) -> pl.DataFrame:
    """TICKETS of each row of `at`: tickets opened in TICKET_WINDOW days, and in as many before these, null where nobody keeps tickets; and
    the median hours to the first reply of those of the window that were answered by the day, null without any."""
    names = known.tickets.collect_schema().names()
    replied = pl.col("first_reply_at") if "first_reply_at" in names else pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    hours = (replied - pl.col("opened_at")).dt.total_minutes() / 60
    opened = known.tickets.select("account_id", opened=pl.col("opened_at").dt.date(), replied=replied.dt.date(), hours=hours)
    back = (pl.col("as_of") - pl.col("opened")).dt.total_days()
    lately, answered = back < TICKET_WINDOW, (pl.col("replied") <= pl.col("as_of")) & (pl.col("hours") >= 0)
    both = at.lazy().join(opened, on="account_id").filter(back >= 0, back < 2 * TICKET_WINDOW)
    counted = both.group_by("account_id", "as_of").agg(
        tickets=lately.sum().cast(pl.Int64), tickets_before=(~lately).sum().cast(pl.Int64),
        reply_hours=pl.col("hours").filter(lately & answered).median(),
    )  # fmt: skip
    kept = known.tickets_recorded.tells_of(pl.col("as_of"))
    told = {name: pl.when(kept).then(pl.col(name).fill_null(0)) for name in ("tickets", "tickets_before")}
    return at.join(counted.collect(), on=["account_id", "as_of"], how="left").with_columns(**told)
