"""Signals of growth: one function per reason to talk with a customer about more.

Every function returns what items of Today have (metrics.today), and is_clear: whether it is plain enough to stand there. Accounts to which
it does not apply have no row, and what is not known makes none. Thresholds: house, unless a source is named.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from language import tr
from metrics.in_words import by_count, filled
from metrics.today import SEATS_FULL, SEATS_MORE, items
from metrics.today import seats_full as seats_used_up
from metrics.upgrade_path import features, limits

OF_USAGE = ("seats_full", "limit_near", "higher_plan_used", "volume_grew")
"""Those of which nothing is known where usage is not."""
LIMIT_NEAR, LIMIT_REACHED = 0.8, 1.0  # of a monthly limit; stripe.com and aws.amazon.com warn at 80 % of a quota
LIMIT_MORE = 0.2  # of the limit, by which it has got clearly worse
FEWEST_USES, CLEAR_USES = 10, 30  # of a feature of a higher plan: less is a look at it; once a day is use
USED_WITHIN = 30  # days
FOUR_WEEKS = 28  # days: four of each weekday
VOLUMES = {"now": (FOUR_WEEKS, 0), "before": (FOUR_WEEKS, FOUR_WEEKS)}
GROWS, CLEARLY_GROWS = 0.3, 0.5
FEWEST_BEFORE, CLEAR_BEFORE = 30, 100  # events in the four weeks before
SETTLED_AFTER = 90  # days: whoever came later grows since they begin
HEADS_RISE, FEWEST_HEADS = 0.1, 5
YEAR = 365


def _signals(found: pl.LazyFrame, clear: pl.LazyFrame | bool) -> pl.LazyFrame:
    """Items, with whether they are clear: all, none, or those of the accounts given."""
    if isinstance(clear, bool):
        return found.with_columns(is_clear=pl.lit(clear))
    return found.join(clear.select("account_id").unique().with_columns(is_clear=True), on="account_id", how="left").with_columns(
        pl.col("is_clear").fill_null(False)
    )


def with_plan_seats(usage: pl.LazyFrame, places: pl.LazyFrame) -> pl.LazyFrame:
    """Usage whose seats are, where nothing else says any, the most that the account's plan has. places: upgrade_path.placed."""
    known = pl.when(pl.col("seats") > 0).then("seats")
    return usage.join(places.select("account_id", "plan_seats"), on="account_id", how="left").with_columns(
        seats=pl.coalesce(known, "plan_seats")
    )


def seats_full(usage: pl.LazyFrame) -> pl.LazyFrame:
    """Seats used to SEATS_FULL or more, as on Today. usage: account_id, mau, seats."""
    return _signals(seats_used_up(usage), True)


def plan_full(seats: pl.LazyFrame, places: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts that bought SEATS_FULL or more of the most seats that their plan has; clear once it has no more.

    seats: account_id, seats (those bought). places: upgrade_path.placed.
    """
    held = places.filter(pl.col("plan_seats") > 0).join(seats.filter(pl.col("seats") > 0), on="account_id")
    full = held.filter(pl.col("seats") >= SEATS_FULL * pl.col("plan_seats"))
    told = filled(tr("{seats} of at most {most} seats of {plan} bought"), seats="seats", most="plan_seats", plan="plan")
    share = pl.col("seats") / pl.col("plan_seats")
    found = items(full, "plan_full", "seats", told, 0.2, pl.col("plan_key"), share, share + SEATS_MORE)
    return _signals(found, full.filter(pl.col("seats") >= pl.col("plan_seats")))


def limit_near(used: pl.LazyFrame, places: pl.LazyFrame, plan_features: pl.LazyFrame, *, day: date) -> pl.LazyFrame:
    """Features of which an account used LIMIT_NEAR or more of what its plan has in a month; the one nearest to its limit of each account.

    used: account_id, event, month (first day), amount, of the month of the day (up to it) and the one before. The last full month and the
    running one are told apart; nothing of the running one is projected.
    """
    running = day.replace(day=1) if not _is_over(day) else None
    full = (day.replace(day=1) - timedelta(days=1)).replace(day=1) if running else day.replace(day=1)
    told = _of_limits(used, places, plan_features, full, running).filter(pl.col("share") >= LIMIT_NEAR)
    most = told.sort("share", "event", descending=[True, False]).unique("account_id", keep="first", maintain_order=True)
    found = items(
        most, "limit_near", "monthly_limit", _limit_told(day), 0.3, pl.col("event"), pl.col("share"), pl.col("share") + LIMIT_MORE
    )
    return _signals(found, most.filter(pl.col("share") >= LIMIT_REACHED))


def _is_over(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _of_limits(
    used: pl.LazyFrame, places: pl.LazyFrame, plan_features: pl.LazyFrame, full: date, running: date | None
) -> pl.LazyFrame:  # fmt: skip
    """Every account and feature with a limit under its plan: monthly_limit, full and running (used in each month), share (the higher)."""
    months = used.filter(pl.col("month").is_in([one for one in (full, running) if one])).group_by("account_id", "event").agg(
        full=pl.col("amount").filter(pl.col("month") == full).sum(),
        running=pl.col("amount").filter(pl.col("month") == (running or date.max)).sum(),
    )  # fmt: skip
    own = places.select("account_id", "plan", "plan_key").join(limits(plan_features), on="plan_key").rename({"feature": "event"})
    both = own.join(months, on=["account_id", "event"])
    return both.with_columns(share=pl.max_horizontal("full", "running") / pl.col("monthly_limit"), month=pl.lit(full))


def _limit_told(day: date) -> pl.Expr:
    """What was used of the limit: in the full month, and so far in the running one where there is one."""
    said = {name: _amount(name) for name in ("full", "running")} | {"limit": _amount("monthly_limit"), "event": pl.col("event")}
    of_full = filled(tr("{event}: {full} of {limit} in {month}"), month=pl.col("month").dt.strftime("%Y-%m"), **said)
    if _is_over(day):
        return of_full
    so_far = filled(tr("{running} so far in {now}"), now=pl.lit(f"{day:%Y-%m}"), running=said["running"])
    return filled(tr("{before}; {now}"), before=of_full, now=so_far)


def _amount(name: str) -> pl.Expr:
    """An amount without decimals where it has none."""
    whole = pl.col(name) == pl.col(name).round()
    return pl.when(whole).then(pl.col(name).cast(pl.Int64).cast(pl.String)).otherwise(pl.col(name).round(2).cast(pl.String))


def higher_plan_used(used: pl.LazyFrame, places: pl.LazyFrame, plan_features: pl.LazyFrame, path: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts that use a feature whose lowest plan stands higher than their own, FEWEST_USES times or more in USED_WITHIN days; the most
    used one of each account. used: account_id, event, count, users (null where none is named)."""
    own = places.filter(pl.col("place").is_not_null()).select("account_id", "place")
    sold = features(plan_features, path).rename({"feature": "event"})
    higher = used.join(sold, on="event").join(own, on="account_id").filter(pl.col("lowest_place") > pl.col("place"))
    heavy = higher.filter(pl.col("count") >= FEWEST_USES).sort("count", "event", descending=[True, False])
    most = heavy.unique("account_id", keep="first", maintain_order=True)
    found = items(most, "higher_plan_used", "features_used", _use_told(), 0.2, pl.col("event"), pl.col("count"), 2 * pl.col("count"))
    return _signals(found, most.filter(pl.col("count") >= CLEAR_USES))


def _use_told() -> pl.Expr:
    said = {"event": pl.col("event"), "plan": pl.col("lowest_plans"), "times": pl.col("count")}
    unnamed = filled(tr("{event} ({plan}) used {times} times in 30 days"), **said)
    one, many = (
        tr("{event} ({plan}) used {times} times by {n} user in 30 days"),
        tr("{event} ({plan}) used {times} times by {n} users in 30 days"),
    )
    return pl.when(pl.col("users").is_null()).then(unnamed).otherwise(by_count("users", one, many, **said))


def volume_grew(volume: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts whose events of four weeks are GROWS or more above those of the four weeks before, FEWEST_BEFORE or more.

    volume: account_id, events_now, events_before, null where they cannot be compared.
    """
    rise = pl.col("events_now") / pl.col("events_before") - 1
    grew = volume.filter(pl.col("events_before") >= FEWEST_BEFORE, pl.col("events_now").is_not_null()).with_columns(rise=rise)
    told = filled(tr("Events {before} → {now} in four weeks"), before="events_before", now="events_now")
    more = pl.col("events_now")
    found = items(
        grew.filter(pl.col("rise") >= GROWS), "volume_grew", "usage_trend", told, 0.1, measure=more, worse_from=(1 + GROWS) * more
    )
    clear = grew.filter(pl.col("rise") >= CLEARLY_GROWS, pl.col("events_before") >= CLEAR_BEFORE)
    return _signals(found, clear)


def comparable(windows: pl.LazyFrame, starts: pl.LazyFrame) -> pl.LazyFrame:
    """The four weeks and the four before of each account where they can be compared: account_id, day, and their edges.

    windows: metrics.coverage.windows of VOLUMES. starts: account_id, live_from. Every day of both must be covered, so that each has four of
    each weekday, and the account live, and seen, SETTLED_AFTER days or more before the last of them.
    """
    whole = [(pl.col(f"{name}_to") - pl.col(f"{name}_from")).dt.total_days() == FOUR_WEEKS - 1 for name in VOLUMES]
    adjoins = (pl.col("now_from") - pl.col("before_to")).dt.total_days() == 1
    begun = pl.max_horizontal("live_from", "first_seen")
    settled = (pl.col("now_to") - begun).dt.total_days() >= SETTLED_AFTER
    return windows.join(starts, on="account_id").filter(*whole, adjoins, settled, pl.col("feed").is_in(["live", "complete"]))


def new_team(teams: pl.LazyFrame) -> pl.LazyFrame:
    """Teams that are new at an account. teams: as metrics.new_teams tells."""
    ordered = teams.sort("account_id", "what", "named")
    each = ordered.group_by("account_id", maintain_order=True).agg(
        pl.col("what").first(), pl.col("named").str.join(", "), pl.col("people").sum(), pl.col("since").max()
    )
    department = by_count(
        "people", tr("New team {named}: {n} person, since {day}"), tr("New team {named}: {n} people, since {day}"), **_team()
    )
    domain = by_count(
        "people", tr("New domain {named}: {n} person, since {day}"), tr("New domain {named}: {n} people, since {day}"), **_team()
    )
    told = pl.when(pl.col("what") == "department").then(department).otherwise(domain)
    return _signals(items(each, "new_team", "contacts", told, 0.15, pl.col("named")), each.filter(pl.col("what") == "department"))


def _team() -> Mapping[str, pl.Expr]:
    return {"named": pl.col("named"), "day": pl.col("since")}


def headcount_grew(heads: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts with HEADS_RISE and FEWEST_HEADS more employees than a year before, with the room that is left.

    heads: account_id, headcount, headcount_before, since (when the newer one was told), seats (null where not known).
    """
    more = pl.col("headcount") - pl.col("headcount_before")
    grew = heads.filter(pl.col("headcount_before") > 0, more >= FEWEST_HEADS, more >= HEADS_RISE * pl.col("headcount_before"))
    said = {"before": pl.col("headcount_before"), "now": pl.col("headcount"), "day": pl.col("since")}
    bare = filled(tr("Employees {before} → {now}, told on {day}"), **said)
    room = pl.col("headcount") - pl.col("seats")
    left = filled(tr("{told}; {room} have no seat"), told=bare, room=room)
    told = pl.when((pl.col("seats") > 0) & (room > 0)).then(left).otherwise(bare)
    now = pl.col("headcount")
    found = items(grew, "headcount_grew", "headcount", told, 0.15, measure=now, worse_from=(1 + HEADS_RISE) * now)
    return _signals(found, True)


def heads(history: pl.LazyFrame, seats: pl.LazyFrame, *, day: date, told_by: date) -> pl.LazyFrame:
    """What `headcount_grew` takes: the employees told by `told_by`, and those told by a year before the day; where nothing is as
    old, the first that were told. Accounts of which nothing newer was told since have no row. history: account_id, since, value (text)."""
    before = day - timedelta(days=YEAR)
    said = history.with_columns(pl.col("value").cast(pl.Int64, strict=False)).filter(pl.col("since") <= told_by).sort("account_id", "since")
    now = said.group_by("account_id").agg(headcount=pl.col("value").last(), told=pl.col("since").last())
    then = said.filter(pl.col("since") <= before).group_by("account_id").agg(headcount_before=pl.col("value").last())
    both = now.join(then, on="account_id").filter(pl.col("told") > before)
    return both.rename({"told": "since"}).join(seats.select("account_id", "seats"), on="account_id", how="left")
