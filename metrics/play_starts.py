"""For which accounts would a play start by itself, for which reason, and how many of them today? Pure functions on frames.

A reason is a key: the trigger and what it is about, so that the same thing starts a play once, whoever starts it.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from metrics.today import GROWTH

QUIET_DAYS = 30  # after the end of a play: what is measured over 30 days still shows what was before it
WENT_LIVE_DAYS = 30
REFUND_DAYS = 30
REFUND_WORDS = r"(?i)\b(refund|refunds|refunded|reimburse\w*|money back|chargeback)\b|退款|退费|退钱"
BY_END = ("notice_given", "renewal_unprepared")
BY_QUARTER = ("never_started", "champion_silent", *GROWTH)
FOUND = ("account_id", "trigger", "reason", "why", "certainty")


def period_of(trigger: pl.Expr, days_to_end: pl.Expr, day: date) -> pl.Expr:
    """What a thing on Today is about, as a reason says it: the end that is near, the quarter where it lasts on, else the month."""
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    end = (pl.lit(day) + pl.duration(days=days_to_end)).dt.to_string("%Y-%m-%d").fill_null(quarter)
    lasting = pl.when(trigger.is_in(BY_QUARTER)).then(pl.lit(quarter)).otherwise(pl.lit(f"{day:%Y-%m}"))
    return pl.when(trigger.is_in(BY_END)).then(end).otherwise(lasting)


def of_items(items: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """What Today shows, as FOUND. items: account_id, kind, why, days_to_end, certainty."""
    trigger = pl.col("kind")
    reason = pl.concat_str(trigger, pl.lit(" "), period_of(trigger, pl.col("days_to_end"), day))
    return items.select("account_id", "why", "certainty", trigger="kind", reason=reason).select(FOUND)


def _found(rows: pl.LazyFrame, trigger: str, about: pl.Expr, why: pl.Expr) -> pl.LazyFrame:
    reason = pl.concat_str(pl.lit(f"{trigger} "), about.cast(pl.String))
    return rows.select("account_id", trigger=pl.lit(trigger), reason=reason, why=why, certainty=pl.lit(1.0))


def renews_within(renewals: pl.LazyFrame, why: pl.Expr) -> pl.LazyFrame:
    """Renewals that come up, each by its day. renewals: account_id, ends_on, days_left (see `within`, which narrows them)."""
    soonest = renewals.sort("ends_on").unique("account_id", keep="first", maintain_order=True)
    return _found(soonest, "renews_within", pl.col("ends_on"), why)


def stakeholder_gap(accounts: pl.LazyFrame, contacts: pl.LazyFrame, day: date, why: pl.Expr) -> pl.LazyFrame:
    """Accounts of which people are known, and nobody who decides. contacts: account_id, role, left_on. Once a quarter."""
    there = contacts.filter(pl.col("left_on").is_null() | (pl.col("left_on") > day))
    known = accounts.join(contacts, on="account_id", how="semi")
    without = known.join(there.filter(pl.col("role") == "decision maker"), on="account_id", how="anti")
    return _found(without, "stakeholder_gap", pl.lit(f"{day.year}-Q{(day.month + 2) // 3}"), why)


def went_live(accounts: pl.LazyFrame, day: date, why: pl.Expr) -> pl.LazyFrame:
    """Accounts that went live in the last WENT_LIVE_DAYS days. accounts: account_id, live_on."""
    ago = (pl.lit(day) - pl.col("live_on")).dt.total_days()
    return _found(accounts.filter(ago.is_between(0, WENT_LIVE_DAYS - 1)), "went_live", pl.col("live_on"), why)


def refund_asked(said: pl.LazyFrame, day: date, why: pl.Expr) -> pl.LazyFrame:
    """Accounts of which a record of the last REFUND_DAYS days speaks of paying back; the oldest of each, with which it began.

    said: account_id, said_on, text (what a ticket, a conversation, a task or a note says). The words: REFUND_WORDS.
    """
    ago = (pl.lit(day) - pl.col("said_on")).dt.total_days()
    asked = said.filter(ago.is_between(0, REFUND_DAYS - 1), pl.col("text").str.contains(REFUND_WORDS))
    first = asked.sort("said_on", "text").unique("account_id", keep="first", maintain_order=True)
    return _found(first, "refund_asked", pl.col("said_on"), why)


def for_play(found: pl.LazyFrame, accounts: pl.LazyFrame, trigger: str, segments: Sequence[str]) -> pl.LazyFrame:
    """What starts a play: one row per account, those first that are worth and sure most. accounts: account_id, segment, arr (cents)."""
    of_segments = accounts.filter(pl.col("segment").is_in(list(segments))) if segments else accounts
    own = found.filter(pl.col("trigger") == trigger).join(of_segments.select("account_id", "arr"), on="account_id")
    ranked = own.with_columns(worth=pl.col("arr").fill_null(0) * pl.col("certainty"))
    order = ranked.sort("worth", "account_id", "reason", descending=[True, False, False])
    return order.unique("account_id", keep="first", maintain_order=True).drop("worth")


def not_started(found: pl.LazyFrame, runs: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """Without the accounts for which the play runs, ended less than QUIET_DAYS days ago, or was started for the same reason.

    runs: of that play: account_id, reason, state, ended_on.
    """
    lately = (pl.col("state") == "running") | ((pl.lit(day) - pl.col("ended_on")).dt.total_days() < QUIET_DAYS)
    fresh = found.join(runs.filter(lately), on="account_id", how="anti", maintain_order="left")
    return fresh.join(runs, on=["account_id", "reason"], how="anti", maintain_order="left")


def limited(found: pl.LazyFrame, left: int | None) -> pl.LazyFrame:
    """Adds place (from 1) and starts: whether a limit lets it start today. left: how many may still start; None for no limit."""
    placed = found.with_row_index("place", offset=1).with_columns(pl.col("place").cast(pl.Int64))
    return placed.with_columns(starts=pl.lit(value=True) if left is None else pl.col("place") <= left)


def reason_of(trigger: str, days_to_end: int | None, day: date) -> str:
    """The key by which a thing on Today starts a play, the same as of a trigger that finds it."""
    item = pl.LazyFrame({"account_id": ["-"], "kind": [trigger], "why": [""], "days_to_end": [days_to_end], "certainty": [1.0]})
    return of_items(item.cast({"days_to_end": pl.Int64}), day).collect()["reason"][0]
