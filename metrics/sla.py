"""Service levels: which target holds for a ticket, when it is due, and whether it was met at the moment looked at."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from metrics.business_hours import Calendar, after_hours, hours_between
from metrics.support_calendars import ALWAYS

FIRST_REPLY, RESOLUTION = "first_reply", "resolution"
KINDS = (FIRST_REPLY, RESOLUTION)
DONE = {FIRST_REPLY: "first_reply_at", RESOLUTION: "resolved_at"}
MET, BREACHED, BREACHED_OPEN, RUNNING = "met", "breached", "breached_open", "running"
DECIDED = (MET, BREACHED, BREACHED_OPEN)
LATE = (BREACHED, BREACHED_OPEN)
NO_TARGET, TWO_TARGETS, NOT_PROMISED, NO_CALENDAR = "no_target", "two_targets", "not_promised", "no_calendar"
CONTRADICTS, NOT_RECORDED, NOT_TOLD, NO_MOMENT = "times_contradict", "no_reply_recorded", "feed_does_not_tell", "moment_not_known"
NO_FIGURE = (NO_TARGET, TWO_TARGETS, NOT_PROMISED, NO_CALENDAR, CONTRADICTS, NOT_RECORDED, NOT_TOLD, NO_MOMENT)
"""Verdicts that are none: which tickets have no figure, and why."""
TARGET = ("target_id", "first_reply_hours", "resolution_hours", "calendar")
INSTANT = pl.Datetime("us", "UTC")
Z95 = 1.959963984540054


def as_written(column: str) -> pl.Expr:
    """A priority or plan by which it is matched: without blanks around it, in small letters; empty where nothing is said."""
    return pl.col(column).str.strip_chars().str.to_lowercase().replace("", None)


def with_target(tickets: pl.DataFrame, targets: pl.DataFrame, calendars: Mapping[str, Calendar], zone: str) -> pl.DataFrame:
    """Each ticket with the target that holds for it: of those that are valid on the day on which it was opened in the zone of the target's
    calendar, one of its priority and plan, else of its priority, else of its plan, else of all.

    tickets: ticket_id, opened_at, priority, plan. targets: sla_targets. calendars: those that can be used. zone: whose days those of a
    target without a calendar, or with one that cannot be used, are. Adds TARGET (calendar is ALWAYS where the target names none; null
    without one target) and fits: how many targets of the same rank hold; one is needed.
    """
    told = targets.with_columns(calendar=pl.coalesce(as_named("calendar"), pl.lit(ALWAYS)), p=as_written("priority"), q=as_written("plan"))
    zones = {name: one.zone for name, one in calendars.items()}
    told = told.with_columns(zone=pl.col("calendar").replace_strict(zones, default=zone, return_dtype=pl.String))
    asked = tickets.select("ticket_id", "opened_at", p=as_written("priority"), q=as_written("plan"))
    found = pl.concat([_valid(asked, own) for own in told.partition_by("zone")] or [_valid(asked, told)])
    best = found.filter(pl.col("rank") == pl.col("rank").max().over("ticket_id"))
    one = best.group_by("ticket_id").agg(pl.len().cast(pl.Int64).alias("fits"), *(pl.col(name).first() for name in TARGET))
    alone = [pl.when(pl.col("fits") == 1).then(name).alias(name) for name in TARGET]
    return tickets.join(one, on="ticket_id", how="left", maintain_order="left").with_columns(pl.col("fits").fill_null(0), *alone)


def as_named(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().replace("", None)


def _valid(asked: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """Tickets beside each target of one zone that fits them and is valid on their day: ticket_id, TARGET, rank (3 is the most specific)."""
    zone = targets["zone"].first() if targets.height else "UTC"
    dated = asked.with_columns(on=pl.col("opened_at").dt.convert_time_zone(str(zone)).dt.date())
    no_p, no_q = pl.col("p").is_null(), pl.col("q").is_null()
    ranks = ((~no_p & ~no_q, ["p", "q"], 3), (~no_p & no_q, ["p"], 2), (no_p & ~no_q, ["q"], 1), (no_p & no_q, [], 0))
    parts = [_joined(dated, targets.filter(which), by).with_columns(rank=pl.lit(rank)) for which, by, rank in ranks]
    begun = (pl.col("starts_on") <= pl.col("on")).fill_null(True)
    going = (pl.col("on") <= pl.col("ends_on")).fill_null(True)
    return pl.concat(parts).filter(begun, going).select("ticket_id", *TARGET, "rank")


def _joined(dated: pl.DataFrame, targets: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    own = targets.select(*by, *TARGET, "starts_on", "ends_on")
    joined = dated.join(own, on=by) if by else dated.join(own, how="cross")
    return joined.select("ticket_id", "on", *TARGET, "starts_on", "ends_on")


def verdicts(tickets: pl.DataFrame, calendars: Mapping[str, Calendar]) -> pl.DataFrame:
    """What became of each promise: one row per ticket and promise.

    tickets: those of with_target with resolved_by (see metrics/tickets.py), known_to (the moment up to which it is known what became of
    the ticket), tells_replies and tells_resolutions (whether its feed ever tells any). Adds promise (of KINDS), hours (the target's),
    due_at, done_at, verdict (see `_verdict`), and in open hours of the calendar taken (to done_at, else known_to), late (beyond the target,
    of LATE) and left (of what is running). Null where they have no meaning, as without a target.
    """
    rows = pl.concat([_of_kind(tickets, kind) for kind in KINDS])
    usable = pl.col("calendar").is_in(list(calendars)).fill_null(False)
    timed = [_timed(own, calendars[str(name)]) for (name,), own in rows.filter(usable).partition_by("calendar", as_dict=True).items()]
    untimed = rows.filter(~usable).with_columns(due_at=pl.lit(None, INSTANT), taken=pl.lit(None, pl.Float64))
    found = pl.concat([*timed, untimed]).with_columns(verdict=_verdict(usable)).with_columns(_known("due_at", "taken"))
    late = pl.when(pl.col("verdict").is_in(LATE)).then((pl.col("taken") - pl.col("hours")).clip(0))
    left = pl.when(pl.col("verdict") == RUNNING).then((pl.col("hours") - pl.col("taken")).clip(0))
    return found.with_columns(late=late, left=left).sort("at", "promise").drop("at")


def _of_kind(tickets: pl.DataFrame, kind: str) -> pl.DataFrame:
    tells = "tells_replies" if kind == FIRST_REPLY else "tells_resolutions"
    return tickets.with_row_index("at").with_columns(
        promise=pl.lit(kind), hours=pl.col(f"{kind}_hours"), done_at=pl.col(DONE[kind]), tells=pl.col(tells)
    )


def _timed(rows: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    until = rows.select(pl.min_horizontal(pl.coalesce("done_at", "known_to"), "known_to")).to_series()
    due, taken = after_hours(calendar, rows["opened_at"], rows["hours"]), hours_between(calendar, rows["opened_at"], until)
    return rows.with_columns(due_at=due.cast(INSTANT), taken=taken.cast(pl.Float64))


def _known(*names: str) -> list[pl.Expr]:
    """Columns that are told where there is a verdict alone."""
    return [pl.when(pl.col("verdict").is_in((*DECIDED, RUNNING))).then(name).alias(name) for name in names]


def _verdict(usable: pl.Expr) -> pl.Expr:
    """met: done by the due moment, itself included. breached: done later. running: neither done nor past due at known_to. breached_open:
    past due and not done. Else why there is none, of NO_FIGURE: the times contradict each other; no target holds, or two do; nothing is
    promised of this kind; the calendar cannot be used, or never opens so long; the feed tells no such moments; it was resolved and no
    reply is recorded; when it was resolved is not known."""
    done, due, reply = pl.col("done_at"), pl.col("due_at"), pl.col("promise") == FIRST_REPLY
    unclear = ~reply & ((pl.col("resolved_by") == "status alone") | ((pl.col("resolved_by") == "last update") & (done > due)))
    reasons = (
        (contradicts(), CONTRADICTS),
        (pl.col("fits") == 0, NO_TARGET),
        (pl.col("fits") > 1, TWO_TARGETS),
        (pl.col("hours").is_null(), NOT_PROMISED),
        (~usable | due.is_null() | (pl.col("hours") <= 0), NO_CALENDAR),
        (~pl.col("tells"), NOT_TOLD),
        (reply & done.is_null() & pl.col("resolved_at").is_not_null(), NOT_RECORDED),
        (unclear, NO_MOMENT),
        (done <= due, MET),
        (done > due, BREACHED),
        (due < pl.col("known_to"), BREACHED_OPEN),
    )
    told = [pl.when(holds.fill_null(False)).then(pl.lit(verdict)) for holds, verdict in reasons]
    return pl.coalesce(*told, pl.lit(RUNNING))


def contradicts() -> pl.Expr:
    """Whether a ticket was answered or resolved before it was opened, or resolved before its first reply, as its tool says."""
    opened, reply = pl.col("opened_at"), pl.col("first_reply_at")
    recorded = pl.when(pl.col("resolved_by") == "recorded").then("resolved_at")
    return ((reply < opened) | (recorded < opened) | (recorded < reply)).fill_null(False)


def due_within(rows: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    """Those of verdicts that are decided and fell due after one day and by another (UTC): what shares are of, whose decision waits for
    nothing any more."""
    due = pl.col("due_at").dt.date()
    return rows.filter(pl.col("verdict").is_in(DECIDED), due > start, due <= end, pl.col("due_at") <= pl.col("known_to"))


def shares(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """How many of decided rows were met: by, n, met, breached, share (null without rows), and the interval in which it lies with 95 %
    (Wilson's, low and high)."""
    met = (pl.col("verdict") == MET).sum().cast(pl.Int64)
    counted = rows.group_by(*by).agg(n=pl.len().cast(pl.Int64), met=met) if by else rows.select(n=pl.len().cast(pl.Int64), met=met)
    return counted.with_columns(breached=pl.col("n") - pl.col("met"), share=share("met", "n"), **interval("met", "n"))


def share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))


def interval(part: str, whole: str) -> dict[str, pl.Expr]:
    """low and high of Wilson's interval of a share, 95 %; null without cases."""
    n = pl.when(pl.col(whole) > 0).then(pl.col(whole)).cast(pl.Float64)
    p, z2 = pl.col(part) / n, Z95**2
    middle, half = (p + z2 / (2 * n)) / (1 + z2 / n), (p * (1 - p) / n + z2 / (4 * n**2)).sqrt() * Z95 / (1 + z2 / n)
    return {"low": (middle - half).clip(0, 1), "high": (middle + half).clip(0, 1)}
