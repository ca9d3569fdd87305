"""Who has come to use what they bought: milestones in order, the day each was reached, and the funnel through them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from language import tr
from language.formats import listed

KINDS = ("event", "users", "seat_share")
FOLLOWED = timedelta(days=30)  # a start so long before the first day that usage covers still counts as seen
STATES = ("activated", "on_the_way", "not_started", "not_tracked", "not_measured")
WORST_FIRST = ("not_started", "on_the_way", "not_measured", "activated", "not_tracked")


@dataclass(frozen=True)
class Milestone:
    """One step: an event done (any where `event` is empty), `at_least` distinct users, or `at_least` a share of the seats.

    within_days: reached later than so many days after the start, it does not count; None sets no limit.
    """

    title: str
    kind: str
    event: str = ""
    at_least: float = 1
    within_days: int | None = None


def milestones(entries: Sequence[Mapping[str, Any]]) -> tuple[Milestone, ...]:
    """Milestones from settings. Raises ValueError that names the entry and what is wrong with it."""
    if not entries:
        raise ValueError(tr("milestones: give at least one [[milestones]] entry with title and kind."))
    return tuple(_milestone(number, entry) for number, entry in enumerate(entries, start=1))


def _milestone(number: int, entry: Mapping[str, Any]) -> Milestone:
    unknown = set(entry) - set(Milestone.__dataclass_fields__)
    if unknown:
        raise ValueError(
            tr(
                "milestone {number}: {unknown} is not known. Keys: {keys}.",
                number=number,
                unknown=listed(sorted(unknown)),
                keys=listed(Milestone.__dataclass_fields__),
            )
        )
    if not entry.get("title") or entry.get("kind") not in KINDS:
        raise ValueError(tr("milestone {number}: give a title, and a kind out of {kinds}.", number=number, kinds=listed(KINDS)))
    made = Milestone(**entry)
    if not 0 < made.at_least <= (1 if made.kind == "seat_share" else float("inf")):
        raise ValueError(
            tr(
                "milestone {number}: at_least = {at_least} cannot be; a share of seats lies above 0 and up to 1.",
                number=number,
                at_least=made.at_least,
            )
        )
    if made.within_days is not None and made.within_days < 0:
        raise ValueError(tr("milestone {number}: within_days = {days} cannot be: give 0 or more.", number=number, days=made.within_days))
    return made


def steps(
    accounts: pl.LazyFrame, people: pl.LazyFrame, events: pl.LazyFrame, *, wanted: Sequence[Milestone], names_users: bool = True
) -> pl.LazyFrame:
    """One row per account and milestone: when it was reached, and whether it can be measured at all.

    accounts: account_id, started_on, seats. people: account_id, user_id (null = not named), first_day on or after the start.
    events: account_id, event, first_day. names_users: whether usage names any user at all. A share of seats is not measurable without
    seats; users are not where none is named, of the account or, where it was never seen, at all.
    Returns account_id, step (from 1), title, measurable, day (null = not reached), days (after the start).
    """
    return pl.concat([_step(number, one, accounts, people, events, names_users) for number, one in enumerate(wanted, start=1)])


def _step(
    number: int, one: Milestone, accounts: pl.LazyFrame, people: pl.LazyFrame, events: pl.LazyFrame, names_users: bool
) -> pl.LazyFrame:
    found = _first_event(one, people, events) if one.kind == "event" else _nth_user(one, accounts, people, names_users)
    days = (pl.col("day") - pl.col("started_on")).dt.total_days()
    in_time = pl.lit(True) if one.within_days is None else days <= one.within_days
    return (
        accounts.select("account_id", "started_on")
        .join(found, on="account_id", how="left")
        .with_columns(day=pl.when(in_time & pl.col("measurable").fill_null(True)).then("day"))
        .select(
            "account_id", pl.lit(number).alias("step"), pl.lit(one.title).alias("title"),
            pl.col("measurable").fill_null(True), "day", days.alias("days"),
        )
    )  # fmt: skip


def _first_event(one: Milestone, people: pl.LazyFrame, events: pl.LazyFrame) -> pl.LazyFrame:
    seen = events.filter(pl.col("event") == one.event) if one.event else people
    return seen.group_by("account_id").agg(day=pl.col("first_day").min()).with_columns(measurable=pl.lit(True))


def _nth_user(one: Milestone, accounts: pl.LazyFrame, people: pl.LazyFrame, names_users: bool) -> pl.LazyFrame:
    """The day on which the user came who made it enough."""
    needed = pl.lit(one.at_least) if one.kind == "users" else (one.at_least * pl.col("seats")).round(6)
    has_seats = pl.lit(True) if one.kind == "users" else (pl.col("seats") > 0).fill_null(False)
    named = people.group_by("account_id").agg(named=pl.col("user_id").is_not_null().any())
    ranked = people.filter(pl.col("user_id").is_not_null()).select(
        "account_id", day="first_day", nth=pl.col("first_day").rank("ordinal").over("account_id").cast(pl.Int64)
    )
    return (
        accounts.select("account_id", needed=needed.ceil().cast(pl.Int64), has_seats=has_seats)
        .join(named, on="account_id", how="left")
        .join(ranked, left_on=["account_id", "needed"], right_on=["account_id", "nth"], how="left")
        .select("account_id", "day", measurable=pl.col("has_seats") & pl.col("named").fill_null(names_users))
    )


def activation(accounts: pl.LazyFrame, reached: pl.LazyFrame) -> pl.LazyFrame:
    """One row per account: what it has reached, since when it is activated, and its state.

    accounts: account_id, name, live_on, started_on, last_seen, covered_from and covered_to (since and up to which day its feeds cover it,
    null where it is in none), all_accounts (whether one of them covers every account). reached: as `steps` returns.
    State, as of covered_to: activated (every milestone is reached), not_measured (all that can be measured are reached, others cannot),
    on_the_way, not_started. Silence is not zero: not_tracked where no milestone can be measured, where the account is in no feed or
    started after covered_to, and where it started so long before usage is covered that the rest may have happened unseen; but who
    was never seen in FOLLOWED of a feed that covers every account has not started, whenever it began.
    activated_on and days_to_activate are null where the start was not seen. start_seen: whether it was; followed: whether every
    milestone can be measured as well, which rates count.
    Returns account_id, name, live_on, activated_on, days_to_activate, milestones (reached, in words), state, followed, start_seen,
    unmeasured (how many milestones cannot be measured), covered_to; those that have not started first.
    """
    late = accounts.with_columns(late=(pl.col("started_on") < pl.col("covered_from") - FOLLOWED).fill_null(True))
    known = late.join(_counts(reached, late), on="account_id", how="left").with_columns(state=_state())
    dated = (pl.col("state") == "activated") & ~pl.col("late")
    seen = ~pl.col("late") & (pl.col("state") != "not_tracked")
    return known.select(
        "account_id",
        "name",
        "live_on",
        activated_on=pl.when(dated).then("last_day"),
        days_to_activate=pl.when(dated).then("days"),
        milestones=pl.col("milestones").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        state="state",
        followed=seen & (pl.col("unmeasured") == 0),
        start_seen=seen,
        unmeasured="unmeasured",
        covered_to="covered_to",
    ).sort(pl.col("state").cast(pl.Enum(WORST_FIRST)), "account_id")


def _counts(reached: pl.LazyFrame, late: pl.LazyFrame) -> pl.LazyFrame:
    """Per account: milestones measurable, reached, the last day and its distance, and those reached in words, with the day if known."""
    words = pl.when("late").then("title").otherwise(pl.format(tr("{} (day {})"), "title", "days"))
    measurable = reached.join(late.select("account_id", "late"), on="account_id").filter("measurable")
    unmeasured = reached.group_by("account_id").agg(unmeasured=(~pl.col("measurable")).sum())
    counted = measurable.group_by("account_id").agg(
        reached=pl.col("day").is_not_null().sum(), measurable=pl.len(), last_day=pl.col("day").max(), days=pl.col("days").max(),
        milestones=words.filter(pl.col("day").is_not_null()).sort_by(pl.col("step").filter(pl.col("day").is_not_null())),
    )  # fmt: skip
    return unmeasured.join(counted, on="account_id", how="left")


def _state() -> pl.Expr:
    reached_all = (pl.col("reached") == pl.col("measurable")).fill_null(False)
    outside = pl.col("covered_to").is_null() | (pl.col("started_on") > pl.col("covered_to"))
    never = pl.col("last_seen").is_null() & pl.col("all_accounts").fill_null(False)
    silent_throughout = never & (pl.col("covered_to") - pl.col("covered_from") >= FOLLOWED)
    return (
        pl.when(reached_all & (pl.col("unmeasured") == 0)).then(pl.lit("activated"))
        .when(reached_all).then(pl.lit("not_measured"))
        .when(pl.col("measurable").is_null() | outside | (pl.col("late") & ~silent_throughout)).then(pl.lit("not_tracked"))
        .when(pl.col("reached") > 0).then(pl.lit("on_the_way"))
        .otherwise(pl.lit("not_started"))
    )  # fmt: skip


def funnel(reached: pl.LazyFrame) -> pl.LazyFrame:
    """How many get from each milestone to the next.

    reached: as `steps` returns, of the accounts to count. entered: accounts that reached all earlier milestones and for which this
    one can be measured. Returns step, title, entered, reached, conversion (reached / entered), overall (product of the conversions
    so far); ratios are null where nobody entered. Source: lotoftools.org, .90 x .78 x .82 = 57.56 %.
    """
    passed = (pl.col("day").is_not_null() | ~pl.col("measurable")).cast(pl.Int64)
    before = passed.cum_min().shift(1, fill_value=1).over("account_id", order_by="step") == 1
    rows = (
        reached.with_columns(entered=before & pl.col("measurable"))
        .group_by("step", "title")
        .agg(
            entered=pl.col("entered").sum().cast(pl.Int64),
            reached=(pl.col("entered") & pl.col("day").is_not_null()).sum().cast(pl.Int64),
        )
        .with_columns(conversion=pl.when(pl.col("entered") > 0).then(pl.col("reached") / pl.col("entered")))
    )
    return rows.sort("step").with_columns(overall=pl.col("conversion").cum_prod())


def spells(accounts: pl.LazyFrame) -> pl.LazyFrame:
    """How long each account that is followed took until it was activated, or has not been by the last day that can be seen.

    accounts: account_id, started_on, covered_from, covered_to, followed, state, days_to_activate. Who left without having been activated
    goes on as not activated to the day up to which its feeds are covered: leaving is a competing event, and so the share is that of all
    who started, and not of those who would have stayed (Fine and Gray 1999, where it is known until when everybody is seen).
    Returns account_id, started_on, entry (days from the start to the first covered day, where usage is covered only from then on: it is
    looked at since; null where it was from the start), duration (days), event (whether it was activated), is_counted: false where it
    was activated by the first covered day, of which nobody knows since when.
    """
    since = (pl.col("covered_from") - pl.col("started_on")).dt.total_days()
    activated = pl.col("state") == "activated"
    until = (pl.col("covered_to") - pl.col("started_on")).dt.total_days()
    rows = accounts.filter("followed").select(
        "account_id", "started_on", entry=pl.when(since > 0).then(since), event=activated,
        duration=pl.when(activated).then("days_to_activate").otherwise(until),
    )  # fmt: skip
    return rows.with_columns(is_counted=(pl.col("entry") < pl.col("duration")).fill_null(True))
