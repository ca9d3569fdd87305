"""Every ticket with the target that holds for it and what became of each promise: what the reports of support are made of."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from data.store.standing_rows import OF_ACCOUNTS
from data.store.view import View
from language import tr, tr_n
from language.formats import sentences
from metrics import sla
from metrics.support_calendars import Calendars, calendars
from metrics.tickets import as_known_on, with_resolution
from metrics.usage import STOPPED_AFTER
from reports.look import Look

OF_LEVELS = ("sla_targets", "support_calendars", "holidays")
OF_TICKETS = ("tickets", *OF_ACCOUNTS)
INSTANT = pl.Datetime("us", "UTC")
PAST_DUE = "past due"
AT_FIRST = 10.0  # days that usually lie between two imports of a feed, as long as it had one alone
THEN, FIRST_KNOWN = "then", "first known"
"""How the plan of a ticket is known: as imports had told it by then, or the first one that they told, later."""


@dataclass(frozen=True)
class Levels:
    """What is promised: the targets as they stand, and the calendars that can be used with what is wrong with the others."""

    targets: pl.DataFrame
    calendars: Calendars
    zone: str


def levels(look: Look) -> Levels:
    """The service levels as they stand in the store."""
    targets, own, closed = (standing(look, name) for name in OF_LEVELS)
    return levels_of(targets, own, closed, look.view.timezone)


def levels_of(targets: pl.DataFrame, own: pl.DataFrame, closed: pl.DataFrame, zone: str) -> Levels:
    """The service levels that rows of the three tables make."""
    return Levels(targets, calendars(own.to_dicts(), closed.to_dicts(), zone), zone)


def standing(look: Look, table: str) -> pl.DataFrame:
    """Rows of a table of service levels that were not taken out."""
    return look.view.table(table).filter(~pl.col("is_removed").fill_null(False))


def tickets(look: Look, day: date) -> pl.DataFrame:
    """The tickets opened by a day as they stood at its end, each with the account's plan when it was opened.

    Beside the columns of tickets: resolved_by, plan, plan_known (THEN or FIRST_KNOWN), opened_on (UTC), feed, known_to (the end of the
    day, or the last that its feed told, where that is earlier), stopped (whether the feed has stopped by then), tells_replies,
    tells_resolutions.
    """
    key = ("tickets of support", day)
    return look.view.by_account(key, lambda view: _tickets(replace(look, view=view), day), OF_TICKETS)


def _tickets(look: Look, day: date) -> pl.DataFrame:
    known = as_known_on(with_resolution(look.view.table("tickets").lazy()), day)
    opened = known.with_columns(opened_on=pl.col("opened_at").dt.date()).filter(pl.col("opened_on") <= day).collect()
    return _with_plan(look, _with_feed(look, opened, day)).sort("opened_at", "ticket_id")


def _with_feed(look: Look, rows: pl.DataFrame, day: date) -> pl.DataFrame:
    told = look.view.told_by("tickets", ("first_reply_at", "resolved_at", "status"))
    tells = told.select(
        pl.col("batch").cast(rows.schema["batch"]), "feed", tells_replies="first_reply_at",
        tells_resolutions=pl.col("resolved_at") | pl.col("status"),
    )  # fmt: skip
    own = last_words(look.view.import_moments("tickets"), day)
    return rows.join(tells.join(own, on="feed", how="left"), on="batch", how="left").with_columns(
        pl.col("known_to").fill_null(end_of(day)), pl.col("stopped").fill_null(False),
        pl.col("tells_replies", "tells_resolutions").fill_null(True),
    )  # fmt: skip


def last_words(imports: pl.DataFrame, day: date) -> pl.DataFrame:
    """Up to when each feed tells what became of its tickets, seen on a day (known_to), and whether it has stopped by then: it is silent for
    more than STOPPED_AFTER times the days that usually lie between its imports, AT_FIRST where it had one alone.

    imports: feed, imported_at, covers_to (null where a file claims no days)."""
    covered = (pl.col("covers_to") + pl.duration(days=1)).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    told = imports.with_columns(last=pl.max_horizontal(pl.col("imported_at").cast(INSTANT), covered)).sort("last")
    steps = pl.col("last").dt.date().unique().sort().diff().dt.total_days().median()
    found = told.group_by("feed").agg(pl.col("last").max(), gap=steps.fill_null(AT_FIRST))
    silent = (pl.lit(day) - pl.col("last").dt.date()).dt.total_days()
    return found.select(
        "feed", known_to=pl.min_horizontal("last", pl.lit(end_of(day))), stopped=silent > STOPPED_AFTER * pl.col("gap").clip(1)
    )


def end_of(day: date) -> datetime:
    """The moment at which a day is over (UTC)."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _with_plan(look: Look, rows: pl.DataFrame) -> pl.DataFrame:
    history = look.view.account_history("plan").select("account_id", "since", plan="value").sort("since")
    planned = rows.sort("opened_on").join_asof(history, left_on="opened_on", right_on="since", by="account_id", check_sortedness=False)
    first = look.view.first_said("accounts")
    is_then = pl.col("opened_on") >= first if first else pl.lit(False)
    return planned.drop("since").with_columns(plan_known=pl.when(is_then).then(pl.lit(THEN)).otherwise(pl.lit(FIRST_KNOWN)))


def judged(look: Look, day: date) -> pl.DataFrame:
    """What became of each promise by a day: metrics.sla.verdicts of tickets; two rows for each ticket."""
    key = ("promises of support", day)

    def work(view: View) -> pl.DataFrame:
        whose = replace(look, view=view)
        return judged_by(levels(whose), tickets(whose, day))

    return look.view.by_account(key, work, (*OF_TICKETS, *OF_LEVELS))


def judged_by(own: Levels, rows: pl.DataFrame) -> pl.DataFrame:
    """The same of given tickets under given service levels."""
    usable = own.calendars.usable
    return sla.verdicts(sla.with_target(rows, own.targets, usable, own.zone), usable)


def no_figure(rows: pl.DataFrame) -> dict[str, int]:
    """How many tickets have no verdict, by why; those of a first reply and a resolution that lack it for one reason are one."""
    without = rows.filter(pl.col("verdict").is_in(sla.NO_FIGURE))
    counted = dict(without.group_by("verdict").agg(pl.col("ticket_id").n_unique()).rows())
    return {why: counted.get(why, 0) for why in sla.NO_FIGURE}


def notes(look: Look, rows: pl.DataFrame, day: date) -> tuple[str, ...]:
    """What must be known beside figures of support: rows are those of judged."""
    if look.view.recorded("tickets", "opened_at")[0] is None:
        return (tr("No tickets are imported: nothing is known of support."),)
    told = [*_about_feeds(rows, day), *_about_targets(look, rows), *_about_plans(look, rows)]
    return tuple(one for one in told if one)


def _about_feeds(rows: pl.DataFrame, day: date) -> list[str]:
    late = rows.filter(pl.col("known_to") < end_of(day)).group_by("feed").agg(pl.col("known_to").max()).sort("feed")
    until = tr("Tickets of the feed {feed} are known up to {moment:%Y-%m-%d %H:%M} UTC: what became of them since is not known.")
    silent = rows.filter(~pl.col("tells_replies"))["feed"].drop_nulls().unique().sort().to_list()
    without = tr("The feed {feed} has never told a first reply: of its tickets nothing is said of one.")
    return [*(until.format(feed=feed, moment=moment) for feed, moment in late.rows()), *(without.format(feed=one) for one in silent)]


def _about_targets(look: Look, rows: pl.DataFrame) -> list[str]:
    if levels(look).targets.is_empty():
        return [
            tr("No service-level target is set, so that nothing is met or breached. Set them on the page Support, or import sla_targets.")
        ]
    told = [_without(why, count) for why, count in no_figure(rows).items() if count]
    said = [one for one in told if one]
    return [sentences(*said, tr("They have no verdict; sla-problems says why."))] if said else []


def _without(why: str, n: int) -> str:
    """How many tickets have no verdict for a reason that somebody can mend; empty for others."""
    words = {
        sla.NO_TARGET: tr_n("{n:,} ticket has no target.", "{n:,} tickets have no target.", n),
        sla.TWO_TARGETS: tr_n("For {n:,} ticket two targets hold.", "For {n:,} tickets two targets hold.", n),
        sla.NO_CALENDAR: tr_n("{n:,} ticket's calendar cannot be used.", "{n:,} tickets' calendars cannot be used.", n),
        sla.CONTRADICTS: tr_n("The times of {n:,} ticket contradict each other.", "The times of {n:,} tickets contradict each other.", n),
    }
    return words.get(why, "")


def _about_plans(look: Look, rows: pl.DataFrame) -> list[str]:
    """That plans of days before the first import are not known, where a target goes by plan."""
    by_plan = levels(look).targets["plan"].drop_nulls().len()
    early = rows.filter(pl.col("plan_known") == FIRST_KNOWN)["ticket_id"].n_unique() if by_plan else 0
    if not early:
        return []
    return [
        tr_n(
            "{n:,} ticket was opened before plans were first told, on {day}: it counts under the first plan that is known.",
            "{n:,} tickets were opened before plans were first told, on {day}: they count under the first plan that is known.",
            early,
            day=look.view.first_said("accounts"),
        )
    ]


def past_due(look: Look, day: date) -> pl.LazyFrame:
    """Accounts with open tickets past a target, of feeds that go on: account_id, tickets, hours (by how many the latest one is)."""
    late = judged(look, day).lazy().filter(pl.col("verdict") == sla.BREACHED_OPEN, ~pl.col("stopped"))
    return late.group_by("account_id").agg(tickets=pl.col("ticket_id").n_unique().cast(pl.Int64), hours=pl.col("late").max())


def spelt(*columns: str) -> list[pl.Expr]:
    """Codes as words, as answers have them: a first reply is `first reply`, what is breached and still open is `past due`."""
    return [pl.col(name).replace(sla.BREACHED_OPEN, PAST_DUE).str.replace_all("_", " ") for name in columns]
