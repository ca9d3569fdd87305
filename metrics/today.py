"""What needs somebody today: one function per kind of item, and their rank by money, nearness and certainty.

Every function returns account_id, kind, figure (the name of the figure that shows it), why (one line with its numbers), certainty (0 to 1,
how sure it is that something must be done), and what tells whether it is still the same trouble when somebody has said something to it:
basis (which one it is: another basis is another trouble; null where there is but one), measure (how bad it is, more is worse; null where
it has no degrees) and worse_from (the measure from which it has got clearly worse than it is). Accounts without the problem have no row.
Thresholds: house.
"""

import polars as pl

from language import tr
from metrics.health_exceptions import NOTICES
from metrics.in_words import by_count, filled

UNPREPARED_WITHIN = 90  # days: a renewal is prepared three months ahead
HEALTH_FALL = 15.0  # points in 30 days
USAGE_FALL = 0.3  # of the monthly actives, or of the events
FEWEST_ACTIVES = 3  # before: a fall from two users to one is no news
FEWEST_EVENTS = 30  # before: one a day
START_PATIENCE = 30  # days after which an account that did not start is late
TICKETS_RISE, FEWEST_TICKETS = 2.0, 3
CHAMPION_SILENCE = 30  # days
SEATS_FULL = 0.9  # monthly actives per seat; revos.ai: more than 90 % asks for more seats
OPEN_ENDED_DAYS = 365  # an end that nobody has set counts as a year away
NOW_WITHIN = 30  # days to an end: what is not done now is not done before it
HALF_NEAR = 90  # days at which nearness has fallen to a half

KINDS = (
    "notice_given", "renewal_unprepared", "risk_rose", "health_fell", "usage_fell", "never_started", "tickets_rising", "champion_silent",
    "sla_breached", "call_against_model", "seats_full", "plan_full", "limit_near", "higher_plan_used", "volume_grew", "new_team",
    "headcount_grew",
)  # fmt: skip
GROWTH = KINDS[-7:]
"""Reasons to talk of more, and no trouble: what they are is told in metrics/growth.py."""
FELL = ("health_fell", "usage_fell")
URGENCY = ("now", "soon", "later")
RISK_RISE = 0.1  # of the churn probability
SEATS_MORE = 0.1  # of the seats, by which full seats have got clearly fuller
NOTHING = pl.lit(None)


def items(
    rows: pl.LazyFrame, kind: str, figure: str, why: pl.Expr, certainty: pl.Expr | float,
    basis: pl.Expr = NOTHING, measure: pl.Expr = NOTHING, worse_from: pl.Expr = NOTHING,
) -> pl.LazyFrame:  # fmt: skip
    sure = certainty if isinstance(certainty, pl.Expr) else pl.lit(certainty)
    return rows.select(
        "account_id", kind=pl.lit(kind), figure=pl.lit(figure), why=why, certainty=sure.cast(pl.Float64).clip(0, 1),
        basis=basis.cast(pl.String), measure=measure.cast(pl.Float64), worse_from=worse_from.cast(pl.Float64),
    )  # fmt: skip


def renewals_without_conversation(renewals: pl.LazyFrame) -> pl.LazyFrame:
    """Renewals due within UNPREPARED_WITHIN days with which nobody has talked.

    renewals: account_id, ends_on, days_left, unprepared, last_conversation, cancelled_on. The trouble is another one at another end.
    """
    due = renewals.filter("unprepared", pl.col("days_left") <= UNPREPARED_WITHIN, pl.col("cancelled_on").is_null())
    told = pl.when(pl.col("last_conversation").is_null()).then(_never_talked()).otherwise(_talked_once())
    return items(due, "renewal_unprepared", "renewals", told, 0.5, pl.col("ends_on"))


def _never_talked() -> pl.Expr:
    one, many = tr("Renews in {n} day and no conversation is logged"), tr("Renews in {n} days and no conversation is logged")
    return by_count("days_left", one, many)


def _talked_once() -> pl.Expr:
    one = tr("Renews in {n} day and the last conversation was on {day}")
    many = tr("Renews in {n} days and the last conversation was on {day}")
    return by_count("days_left", one, many, day="last_conversation")


def notice_given(renewals: pl.LazyFrame) -> pl.LazyFrame:
    """Renewals of which notice is given; a later notice is another trouble. renewals: account_id, days_left, cancelled_on."""
    one, many = tr("Notice given on {day}; ends in {n} day"), tr("Notice given on {day}; ends in {n} days")
    told = by_count("days_left", one, many, day="cancelled_on")
    return items(renewals.filter(pl.col("cancelled_on").is_not_null()), "notice_given", "renewals", told, 1.0, pl.col("cancelled_on"))


def notice_elsewhere(renewals: pl.LazyFrame, health: pl.LazyFrame) -> pl.LazyFrame:
    """Notice given for what is on no list of renewals: it ends later, or rolls monthly.

    renewals: account_id, cancelled_on. health: account_id, exception_kind (see metrics.health_exceptions), exception (in words),
    exception_since.
    """
    noticed = health.filter(pl.col("exception_kind").is_in(NOTICES))
    listed = renewals.filter(pl.col("cancelled_on").is_not_null())
    return items(
        noticed.join(listed, on="account_id", how="anti"), "notice_given", "health", pl.col("exception"), 1.0, pl.col("exception_since")
    )


def health_fell(health: pl.LazyFrame) -> pl.LazyFrame:
    """Health that fell by HEALTH_FALL points or more in 30 days. health: account_id, score, change."""
    fell = health.filter(pl.col("change") <= -HEALTH_FALL)
    before, now = _shown(pl.col("score") - pl.col("change")), _shown(pl.col("score"))
    told = filled(tr("Health {before} → {now} in 30 days"), before=before, now=now)
    return items(
        fell, "health_fell", "health", told, -pl.col("change") / 50,
        measure=-pl.col("score"), worse_from=HEALTH_FALL - pl.col("score"),
    )  # fmt: skip


def risk_rose(risk: pl.LazyFrame, *, by: float = RISK_RISE) -> pl.LazyFrame:
    """Churn probability that rose by a tenth or more. risk: account_id, churn_probability, churn_probability_before (null = unknown)."""
    rose = risk.filter(pl.col("churn_probability") - pl.col("churn_probability_before") >= by)
    before, now = (_shown(pl.col(name) * 100) for name in ("churn_probability_before", "churn_probability"))
    told = filled(tr("Churn risk {before} % → {now} %"), before=before, now=now)
    risen = pl.col("churn_probability")
    return items(rose, "risk_rose", "churn_probability", told, risen, measure=risen, worse_from=risen + by)


def usage_fell(usage: pl.LazyFrame) -> pl.LazyFrame:
    """Monthly actives or events that fell by USAGE_FALL or more, from FEWEST_ACTIVES or FEWEST_EVENTS; the one that fell more.

    usage: account_id, mau, mau_before, events, events_before, trend (null where windows cannot be compared).
    """
    people, volume = (1 - pl.col(now) / pl.col(then) for now, then in (("mau", "mau_before"), ("events", "events_before")))
    left = pl.when(pl.col("mau_before") >= FEWEST_ACTIVES, people >= USAGE_FALL).then(people).fill_null(0.0)
    less = pl.when(pl.col("events_before") >= FEWEST_EVENTS, volume >= USAGE_FALL).then(volume).fill_null(0.0)
    fell = (
        usage.filter(pl.col("trend").is_not_null()).with_columns(left=left, less=less).filter((pl.col("left") > 0) | (pl.col("less") > 0))
    )
    people_told = filled(tr("Monthly actives {before} → {now} in 30 days"), before="mau_before", now="mau")
    volume_told = filled(tr("Events {before} → {now} in 30 days"), before="events_before", now="events")
    told = pl.when(pl.col("left") >= pl.col("less")).then(people_told).otherwise(volume_told)
    by_people = pl.col("left") >= pl.col("less")
    level = pl.when(by_people).then("mau").otherwise("events")
    return items(
        fell, "usage_fell", "usage_trend", told, pl.max_horizontal("left", "less"),
        pl.when(by_people).then(pl.lit("people")).otherwise(pl.lit("events")), -level, -(1 - USAGE_FALL) * level,
    )  # fmt: skip


def never_started(activation: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts that reached no milestone in START_PATIENCE days, as far as they can be seen.

    activation: account_id, started_on, days_since_start, days_seen (from the start to the last day that their feeds cover).
    """
    late = activation.filter(pl.min_horizontal("days_since_start", "days_seen") >= START_PATIENCE)
    told = by_count("days_since_start", tr("Started {n} day ago, not onboarded"), tr("Started {n} days ago, not onboarded"))
    return items(late, "never_started", "activation", told, 0.6, pl.col("started_on"))


def tickets_rising(tickets: pl.LazyFrame) -> pl.LazyFrame:
    """Tickets that doubled, and are at least FEWEST_TICKETS, in 30 days. tickets: account_id, opened, opened_before."""
    rising = tickets.filter(pl.col("opened") >= FEWEST_TICKETS, pl.col("opened") >= TICKETS_RISE * pl.col("opened_before"))
    told = filled(tr("Tickets {before} → {now} in 30 days"), before="opened_before", now="opened")
    opened = pl.col("opened")
    return items(rising, "tickets_rising", "tickets", told, 0.3, measure=opened, worse_from=TICKETS_RISE * opened)


def sla_breached(late: pl.LazyFrame) -> pl.LazyFrame:
    """Open tickets past a service-level target; one more is clearly worse. late: account_id, tickets, hours (by how many hours of its
    calendar the latest one is)."""
    one = tr("{n} open ticket is past its service level, by {hours} h")
    many = tr("{n} open tickets are past their service level, the latest by {hours} h")
    told = by_count("tickets", one, many, hours=pl.col("hours").round(1))
    count = pl.col("tickets")
    return items(late, "sla_breached", "sla", told, 0.5, measure=count, worse_from=count + 1)


def call_against_model(calls: pl.LazyFrame) -> pl.LazyFrame:
    """Calls on renewals that the churn model contradicts; of several of an account the one on which they differ by the most. Another call
    is another trouble, and a risk of a tenth more is clearly worse.

    calls: account_id, call_id, call and amount (in words; amount null where none was said), expected (what the model expects, in words),
    churn_probability, apart (0 to 1: on how much of what is due they differ, null where no amount was said; then half counts).
    """
    most = calls.with_columns(pl.col("apart").fill_null(0.5)).sort("apart", "call_id", descending=[True, False])
    once = most.unique("account_id", keep="first", maintain_order=True)
    told = {"call": "call", "expected": "expected", "risk": _shown(pl.col("churn_probability") * 100)}
    with_amount = filled(tr("Called “{call}” at {amount}; the model expects {expected} ({risk} % risk)"), amount="amount", **told)
    without = filled(tr("Called “{call}”; the model expects {expected} ({risk} % risk)"), **told)
    risk = pl.col("churn_probability")
    return items(
        once, "call_against_model", "churn_probability", pl.coalesce(with_amount, without), pl.col("apart") / 2, pl.col("call_id"), risk,
        risk + RISK_RISE,
    )  # fmt: skip


def champion_silent(champions: pl.LazyFrame) -> pl.LazyFrame:
    """Champions that used the product and have not for CHAMPION_SILENCE days; the most silent of each account.

    champions: account_id, name, silent_days.
    """
    ordered = champions.filter(pl.col("silent_days") >= CHAMPION_SILENCE).sort("silent_days", "name", descending=[True, False])
    silent = ordered.unique("account_id", keep="first", maintain_order=True)
    one, many = tr("Champion {name} not seen for {n} day"), tr("Champion {name} not seen for {n} days")
    return items(silent, "champion_silent", "contacts", by_count("silent_days", one, many, name="name"), 0.4, pl.col("name"))


def seats_full(usage: pl.LazyFrame) -> pl.LazyFrame:
    """Seats used to SEATS_FULL or more: a talk about more of them. usage: account_id, mau, seats."""
    full = usage.filter(pl.col("seats") > 0, pl.col("mau") >= SEATS_FULL * pl.col("seats"))
    told, share = filled(tr("{used} of {seats} seats used"), used="mau", seats="seats"), pl.col("mau") / pl.col("seats")
    return items(full, "seats_full", "seat_use", told, 0.2, measure=share, worse_from=share + SEATS_MORE)


def _shown(value: pl.Expr) -> pl.Expr:
    return (value + 0.5).floor().cast(pl.Int64)


def ranked(items: pl.LazyFrame, accounts: pl.LazyFrame) -> pl.LazyFrame:
    """Items of paying accounts, the most urgent first, with `priority` = ARR x nearness x certainty (cents).

    accounts: account_id, arr (cents), days_to_end (to the next end; null = open-ended). nearness: 1 on the day, a half at HALF_NEAR
    days. An account's items stand together, where its most urgent one belongs. Returns the columns of items, then arr, days_to_end,
    priority and urgency (see `_urgency`).
    """
    days = pl.col("days_to_end").fill_null(OPEN_ENDED_DAYS).clip(lower_bound=0)
    urgent = pl.col("arr") * (HALF_NEAR / (HALF_NEAR + days)) * pl.col("certainty")
    return (
        items.join(accounts.filter(pl.col("arr") > 0), on="account_id")
        .with_columns(priority=urgent.round().cast(pl.Int64))
        .with_columns(first=pl.col("priority").max().over("account_id"))
        .sort("first", "account_id", "priority", "kind", descending=[True, False, True, False])
        .drop("first")
        .with_columns(urgency=_urgency())
    )


def _urgency() -> pl.Expr:
    """An account's, of URGENCY: now (notice is given, or an end within NOW_WITHIN days), soon (within UNPREPARED_WITHIN), later."""
    noticed = (pl.col("kind") == "notice_given").any().over("account_id")
    now, soon = (pl.col("days_to_end") <= days for days in (NOW_WITHIN, UNPREPARED_WITHIN))
    return pl.when(noticed | now.fill_null(False)).then(pl.lit("now")).when(soon).then(pl.lit("soon")).otherwise(pl.lit("later"))
