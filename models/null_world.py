"""The same book with leaving drawn by chance: what a model finds there is nothing, so it must not pass."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from metrics.grace import FAR, paid_spells, with_grace
from metrics.months import DAYS_IN_MONTH
from metrics.rules import Rules
from models.account_model import learned, with_traits
from models.features import features
from models.history import History
from models.observations import LEADS, observations
from models.terms import with_terms

LIVE_LEAD = max(LEADS)  # days: how many leave within the longest lead is least a matter of how long a month is
HELD_TO_THE_RATE = 20  # looks at the rate of all that are added to each plan or term


@dataclass(frozen=True)
class ByChance:
    """How often a model was called usable although leaving was chance, in how many tries; aucs of those that were tried."""

    tries: int
    passed: int
    aucs: tuple[float, ...]


def tried_by_chance(
    history: History,
    looked: pl.DataFrame,
    *,
    since: date,
    until: date,
    rules: Rules,
    tries: int,
    baselines: dict[str, str] | None = None,
    progress: Callable[[int], None] = lambda done: None,
    seed: int = 0,
) -> ByChance:
    """Draw leaving anew so many times, at the rates of each plan and term, and train on each.

    looked: observations of the real book with their features. progress is called with how many tries are done.
    """
    cards = []
    for number in range(tries):
        drawn = _looked_at(history, looked, since=since, until=until, rules=rules, rng=np.random.default_rng([seed, number]))
        cards.append(learned(*drawn, baselines=baselines or {}).card)
        progress(number + 1)
    return ByChance(tries, sum(card.usable for card in cards), tuple(card.model.auc for card in cards if card.model))


def _looked_at(history: History, looked: pl.DataFrame, *, since: date, until: date, rules: Rules, rng) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Observations with features of a book with leaving redrawn, only of days on which the account was really there; and its lines."""
    lines = redrawn(history.lines, looked, until=until, rules=rules, rng=rng)
    effective = with_grace(lines.lazy(), as_of=until, rules=rules).collect()
    found = observations(lines, effective, since=since, until=until, grace_days=rules.grace_days)
    real = paid_spells(history.lines.filter("paying").lazy()).collect()
    there = found.join_where(
        real.select("paid_from", "lapsed_on", account="account_id"),
        pl.col("account_id") == pl.col("account"), pl.col("as_of") >= pl.col("paid_from"), pl.col("as_of") < pl.col("lapsed_on"),
    ).select(found.columns).sort("as_of", "account_id", "due_on")  # fmt: skip
    return features(there, replace(history, lines=lines, effective=effective)), lines


def redrawn(lines: pl.DataFrame, looked: pl.DataFrame, *, until: date, rules: Rules, rng: np.random.Generator) -> pl.DataFrame:
    """The lines with leaving drawn by chance: who is drawn has all lines cut on that day; who really left, and is not, goes on.

    looked: observations with their features, which say when an account might have left and how often accounts of its plan and term do.
    """
    termed = with_terms(lines, until, rules.grace_days).group_by("account_id", "line_key").agg(pl.col("term_days").last())
    marked = lines.join(termed, on=["account_id", "line_key"], how="left", maintain_order="left")
    going_on = _going_on(marked, until, rules.grace_days)
    leaving = _at_the_end_of_terms(_drawn(_rates(with_traits(looked, lines), until), rng), going_on)
    kept = going_on.join(leaving, on="account_id", how="left", maintain_order="left")
    left = pl.col("leaves_on").fill_null(FAR)
    over = pl.col("ends_on").fill_null(FAR) > left
    return (
        kept.filter(pl.col("starts_on") < left)
        .with_columns(
            pl.when(over).then("leaves_on").otherwise("ends_on").alias("ends_on"),
            pl.when(over).then("leaves_on").otherwise("line_ends_on").alias("line_ends_on"),
        )
        .select(lines.columns)
    )


def _rates(looked: pl.DataFrame, until: date) -> pl.DataFrame:
    """Each chance to leave once: account_id, kind, as_of, due_on, rate (of its kind, term and plan, drawn to that of its kind).

    A renewal is a chance, and so is every month from which a live account was first looked at, also after it really left: it has to
    be as likely to leave within 90 days of its last day as on any other.
    """
    of_kind = pl.col("churned").mean().over("kind")
    like_it = ["kind", pl.col("trait_term").fill_null(-1), pl.col("trait_plan").fill_null("")]
    hits, rows = pl.col("churned").sum().over(like_it), pl.len().over(like_it)
    once = looked.filter((pl.col("kind") == "renewal") | (pl.col("lead_days") == LIVE_LEAD))
    chances = once.sort("as_of").unique(["account_id", "kind", "due_on"], keep="last", maintain_order=True)
    rated = chances.with_columns(rate=(hits + HELD_TO_THE_RATE * of_kind) / (rows + HELD_TO_THE_RATE)).select(*CHANCE)
    live, renewals = rated.filter(pl.col("kind") == "live"), rated.filter(pl.col("kind") == "renewal")
    return pl.concat([renewals, _every_month(live, until)])


CHANCE = ("account_id", "kind", "as_of", "due_on", "rate")


def _every_month(live: pl.DataFrame, until: date) -> pl.DataFrame:
    """The chances of live accounts in every month from the first to `until`, at the rate of the last look."""
    first = live.group_by("account_id").agg(pl.col("as_of").min())
    months = first.filter(pl.col("as_of") <= until).with_columns(pl.date_ranges("as_of", pl.lit(until), "1mo").alias("as_of"))
    each = months.explode("as_of", empty_as_null=False).join(live.drop("kind"), on=["account_id", "as_of"], how="left")
    rate = pl.col("rate").forward_fill().over("account_id", order_by="as_of")
    monthly = 1 - (1 - rate) ** (DAYS_IN_MONTH / LIVE_LEAD)
    return each.with_columns(rate=monthly, kind=pl.lit("live")).select(*CHANCE)


def _drawn(chances: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The first chance that each account takes: account_id, leaves_on; a renewal's own day, else a day of the month that begins."""
    ordered = chances.sort("account_id", "kind", "due_on")
    taken = rng.random(ordered.height) < ordered["rate"].to_numpy()
    after = pl.Series("after", rng.integers(1, round(DAYS_IN_MONTH) + 1, ordered.height))
    day = pl.when(pl.col("kind") == "renewal").then("due_on").otherwise(pl.col("as_of") + pl.duration(days="after"))
    return ordered.with_columns(after).with_columns(leaves_on=day).filter(taken).group_by("account_id").agg(pl.col("leaves_on").min())


def _at_the_end_of_terms(leaving: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Who has paid for a month or a year leaves when that is over."""
    paid = lines.filter(pl.col("paying"), pl.col("term_days").is_not_null()).select("account_id", "starts_on", "ends_on")
    live = leaving.join(paid, on="account_id").filter(pl.col("starts_on") < pl.col("leaves_on"), pl.col("leaves_on") < pl.col("ends_on"))
    ends = live.group_by("account_id").agg(pl.col("ends_on").max())
    return leaving.join(ends, on="account_id", how="left").select("account_id", leaves_on=pl.coalesce("ends_on", "leaves_on"))


def _going_on(lines: pl.DataFrame, until: date, grace_days: int) -> pl.DataFrame:
    """The lines as if nobody had left: what ended an account's paid time goes on, until it came back or for good.

    A line with a term is followed by as many of the same length as there is time for, one without ends no more.
    """
    spells = paid_spells(lines.filter("paying").lazy()).collect().select("account_id", "next_start", ended="lapsed_on")
    gone = spells.filter(pl.col("ended") <= until)
    told = lines.join(
        gone, left_on=["account_id", "ends_on"], right_on=["account_id", "ended"], how="left", coalesce=False, maintain_order="left"
    )
    last = pl.col("ended").is_not_null() & pl.col("paying")
    open_ended = last & pl.col("term_days").is_null()
    longer = told.with_columns(
        pl.when(open_ended).then("next_start").otherwise("ends_on").alias("ends_on"),
        pl.when(open_ended).then("next_start").otherwise("line_ends_on").alias("line_ends_on"),
    )
    following = _followed(told.filter(last, pl.col("term_days").is_not_null()), until + timedelta(days=grace_days))
    return pl.concat([longer.select(lines.columns), following.select(lines.columns)])


def _followed(ended: pl.DataFrame, until: date) -> pl.DataFrame:
    """Copies of lines with a term, one after the other, until the account came back or the book ends."""
    stop = pl.coalesce("next_start", pl.lit(until)).alias("stop")
    days = pl.duration(days=pl.col("term_days"))
    count = ((pl.col("stop") - pl.col("ends_on")).dt.total_days() // pl.col("term_days") + 1).clip(lower_bound=0)
    copies = ended.with_columns(stop).with_columns(copy=pl.int_ranges(0, count)).explode("copy", empty_as_null=False)
    starts = pl.col("ends_on") + days * pl.col("copy")
    key = pl.format("{} again {}", "row_key", "copy")
    return copies.with_columns(
        starts_on=starts, ends_on=starts + days, line_starts_on=starts, line_ends_on=starts + days, row_key=key, line_key=key,
        cancelled_on=pl.lit(None, dtype=pl.Date), booked_on=pl.lit(None, dtype=pl.Date),
    )  # fmt: skip
