"""How soon after their start are accounts activated, and are newer customers faster?"""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from language import InLanguage, mark, tr, tr_n
from language.formats import sentences
from metrics.activation import spells as spells_of
from models.survival import Pace, ended_by, kaplan_meier, median, pace
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.units import empty
from reports.usage.activation import seen
from reports.usage.milestones import stated

CURVE = {"of": "text", "days": "count", "not_yet": "count", "activated": "count", "share": "ratio", "low": "ratio", "high": "ratio"}
BY_DAY = (30, 90)
SHARES = {f"{name}_{day}": "ratio" for day in BY_DAY for name in ("share", "low", "high")}
COHORTS = {
    "cohort": "text", "followed": "count", "activated": "count", "seen_days": "count", **SHARES,
    "median_days": "count", "median_low": "count", "median_high": "count",
}  # fmt: skip
TOTALS = {"newer_since": "day", "pace": "number", "pace_low": "number", "pace_high": "number", "p": "number", "newer_are": "text"} | SHARES
EVERY, NEWER, EARLIER = "all", "newer", "earlier"
NEW = timedelta(days=365)  # who started in so many days up to the last that can be seen is newer
LEAST = 5.0  # ends of each group that are to be expected, for a test to say anything
CHANCE = 0.05
MOST_QUARTERS = 8  # of starts; more are told by the half-year


@dataclass(frozen=True)
class Spells:
    """counted: account_id, started_on, entry, duration, event, measured_by; unknown: how many followed accounts were activated by the
    first day that is covered, before: how many started too long before it. since: from which start on accounts are newer."""

    counted: pl.DataFrame
    unknown: int
    before: int
    since: date | None

    def newer(self) -> pl.DataFrame:
        """The spells of those who started in the last year."""
        return self.counted.filter(pl.col("started_on") > pl.lit(self.since, dtype=pl.Date))

    def earlier(self) -> pl.DataFrame:
        """The spells of those who started before."""
        return self.counted.filter(pl.col("started_on") <= pl.lit(self.since, dtype=pl.Date))

    def pace(self) -> Pace:
        """Newer ones against earlier ones, each of the milestones that segments may have of their own compared for itself."""
        whose = self.counted["measured_by"].unique(maintain_order=True).to_list()
        return pace([(self.newer().filter(measured_by=one), self.earlier().filter(measured_by=one)) for one in whose])


def _spells(look: Look) -> tuple[Spells, dict[str, object]]:
    found = seen(look.view, look.day)
    about = found.accounts.select("account_id", "started_on", "covered_from", "segment")
    own = found.reached.select("account_id", "measured_by").unique()
    joined = found.rows.join(about, on="account_id").join(own, on="account_id")
    every = spells_of(joined.lazy()).join(own.lazy(), on="account_id").sort("account_id").collect()
    counted = every.filter("is_counted")
    last = joined.filter("followed")["covered_to"].max()
    since = last - NEW if isinstance(last, date) else None
    before = joined.filter(pl.col("started_on") < pl.col("covered_from"), ~pl.col("start_seen")).height
    return Spells(counted, every.height - counted.height, before, since), stated(found.by)


def _curve(look: Look, question: Question) -> Answer:
    """One row per day since the start on which somebody was activated, and for the last one that anybody was seen for: how many were not
    activated yet and are seen on it (not_yet), how many were activated, and the share that has been by then, with its limits (95 %; empty
    where the share is 0 or 1). of: all, newer (started in the year up to the last day that can be seen), earlier.

    Totals: followed, activated, on_the_way (not activated yet, or never), median_days with median_low and median_high (empty: not
    reached yet), and the shares by day 30 and 90.
    """
    own, by = _spells(look)
    groups = {EVERY: own.counted, NEWER: own.newer(), EARLIER: own.earlier()}
    frames = [_told(kaplan_meier(spells), of) for of, spells in groups.items() if spells.height]
    rows = pl.concat(frames) if frames else empty(CURVE)
    return Answer(rows, _measured(own.counted), (*_left_out(own), *_apart(own)), by)


def _told(curve: pl.DataFrame, of: str) -> pl.DataFrame:
    kept = curve.filter((pl.col("events") > 0) | (pl.col("duration") == pl.col("duration").max()))
    return kept.select(
        of=pl.lit(of), days=pl.col("duration").cast(pl.Int64), not_yet="at_risk", activated="events", share=1 - pl.col("survival"),
        low=1 - pl.col("high"), high=1 - pl.col("low"),
    )  # fmt: skip


def _measured(spells: pl.DataFrame) -> dict[str, object]:
    """How many accounts, how many of them activated, the shares by day, and after how many days half are."""
    curve = kaplan_meier(spells)
    half, activated = median(curve), int(spells["event"].sum())
    told: dict[str, object] = {"followed": spells.height, "activated": activated, "on_the_way": spells.height - activated}
    for day in BY_DAY:
        told |= dict(zip((f"share_{day}", f"low_{day}", f"high_{day}"), ended_by(curve, day) or (None,) * 3, strict=True))
    days = {"median_days": half.half, "median_low": half.low, "median_high": half.high}
    return told | {name: None if value is None else int(value) for name, value in days.items()}


def _left_out(own: Spells) -> tuple[str, ...]:
    """Whom the curve leaves out, and why."""
    long_before = tr_n(
        "{n:,} account is left out that started before usage is covered: what it had reached by then is not known.",
        "{n:,} accounts are left out that started before usage is covered: what they had reached by then is not known.", own.before,
    )  # fmt: skip
    unknown = tr_n(
        "{n:,} account is left out that was activated by the first covered day: nobody knows since when.",
        "{n:,} accounts are left out that were activated by the first covered day: nobody knows since when.", own.unknown,
    )  # fmt: skip
    return (*((long_before,) if own.before else ()), *((unknown,) if own.unknown else ()))


def _apart(own: Spells) -> tuple[str, ...]:
    if own.counted["measured_by"].n_unique() < 2:
        return ()
    return (tr("Each account is measured by the milestones of its segment, which are not the same everywhere."),)


def _cohorts(look: Look, question: Question) -> Answer:
    """One row per quarter, of more than eight half-year, of the start: accounts followed, how many are activated, for how many days its
    first were seen (seen_days), the share activated by day 30 and 90 with its limits (empty: not known yet), and after how many days half
    are (median_days, empty: not reached yet).

    Totals say whether those who started in the last year (since newer_since) are activated sooner than those before. newer_are: faster,
    slower, no_difference (chance alone would do as well), too_few. pace: how many times as many of the newer are activated on a day, of
    those who are not yet, with its limits (95 %), and p of the log-rank test by which that is said. Notes say it in words.
    """
    own, by = _spells(look)
    rows = _by_cohort(own.counted)
    found = own.pace() if own.counted.height else Pace(None, None, None, None, 0.0)
    answer = _answer(found)
    newer, earlier = own.newer(), own.earlier()
    totals = {
        "newer_are": answer, "newer_since": own.since + timedelta(days=1) if own.since else None, "newer": newer.height,
        "newer_activated": int(newer["event"].sum()), "earlier": earlier.height, "earlier_activated": int(earlier["event"].sum()),
        "pace": found.ratio, "pace_low": found.low, "pace_high": found.high, "p": found.p,
    }  # fmt: skip
    return Answer(rows, totals, (_in_words(answer, found, own), *_left_out(own), *_apart(own)), by)


def _by_cohort(spells: pl.DataFrame) -> pl.DataFrame:
    started = pl.col("started_on")
    quarters = spells.select(started.dt.truncate("1q"))["started_on"]
    months = 3 if quarters.is_empty() or _quarters(quarters) <= MOST_QUARTERS else 6
    part = pl.format("Q{}", started.dt.quarter()) if months == 3 else pl.format("H{}", (started.dt.quarter() + 1) // 2)
    named = spells.with_columns(cohort=pl.format("{} {}", started.dt.year(), part))
    told = [
        {"cohort": name, "seen_days": int(own["duration"].max() or 0), **_measured(own)}  # ty: ignore[invalid-argument-type]  a column of days
        for (name,), own in named.group_by("cohort")
    ]
    return pl.DataFrame(told).select(*COHORTS).sort("cohort") if told else empty(COHORTS)


def _quarters(firsts: pl.Series) -> int:
    """How many quarters lie from the first to the last."""
    first, last = firsts.min(), firsts.max()
    assert isinstance(first, date) and isinstance(last, date)
    return (last.year - first.year) * 4 + (last.month - first.month) // 3 + 1


def _answer(found: Pace) -> str:
    if found.least < LEAST or found.p is None or found.ratio is None:
        return "too_few"
    return "no_difference" if found.p >= CHANCE else "faster" if found.ratio > 1 else "slower"


SAID = InLanguage(
    {
        "faster": mark("Newer customers are activated sooner: {pace:.1f} times the pace of earlier ones ({low:.1f} to {high:.1f})."),
        "slower": mark("Newer customers are activated later: {pace:.1f} times the pace of earlier ones ({low:.1f} to {high:.1f})."),
        "no_difference": mark(
            "Whether newer customers are activated sooner cannot be told: {pace:.1f} times the pace of earlier ones, and chance allows for "
            "{low:.1f} to {high:.1f}."
        ),
        "too_few": mark("Whether newer customers are activated sooner cannot be told yet: too few started or were activated."),
    }
)


def _in_words(answer: str, found: Pace, own: Spells) -> str:
    """Whether newer customers are activated sooner, and how sure that is."""
    if own.counted.is_empty() or own.since is None:
        return tr("Whether newer customers are activated sooner cannot be told: no account's start is covered by usage yet.")
    newer, earlier = own.newer(), own.earlier()
    whom = tr(
        "Compared: {newer:,} that started from {since} on ({newer_activated:,} activated) with {earlier:,} before ({earlier_activated:,} "
        "activated).",
        since=own.since + timedelta(days=1), newer=newer.height, newer_activated=int(newer["event"].sum()), earlier=earlier.height,
        earlier_activated=int(earlier["event"].sum()),
    )  # fmt: skip
    return sentences(SAID[answer].format(pace=found.ratio, low=found.low, high=found.high), whom)


activation_curve = Definition("activation-curve", mark("Activated by day since the start"), CURVE, _curve, COHORTS | TOTALS, opens=opened)
activation_cohorts = Definition("activation-cohorts", mark("Activation by start"), COHORTS, _cohorts, TOTALS, opens=opened)
