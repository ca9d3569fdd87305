"""What the health lab found, in sentences."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from language import tr, tr_n
from language.formats import listed, minus, sentences
from metrics.account_measures import MEASURES
from metrics.health import LITTLE_KNOWN
from metrics.health_lab import SCORE, enough_on
from models.score_tests import AGAINST, ENOUGH, PREDICTS, Gain, Tried
from reports.books import Books
from reports.health.looks import DAYS, LEAD, to_come
from reports.report import Report
from reports.words.codes import called
from reports.words.health_words import group_called
from reports.words.titles import title


def verdict(found: Tried, sooner: Mapping[int, Tried]) -> str:
    """What the score is worth, where there were enough renewals to try it on; sooner: the same fewer days ahead, by days."""
    told = {PREDICTS: tr("The score tells who will renew"), AGAINST: tr("The score misleads")}
    what = told.get(found.finding, tr("The score does not predict who will renew"))
    first = tr("{what}: {lead} days ahead, an account that renewed had a higher score than one that left {pairs}.")
    others = [tr("{lead} days ahead {pairs}.", lead=lead, pairs=_pairs(one)) for lead, one in sooner.items() if one.auc is not None]
    return sentences(first.format(what=what, lead=LEAD, pairs=_pairs(found)), *others)


def _pairs(found: Tried) -> str:
    told = tr("in {auc:.0f} % of cases ({low:.0f} to {high:.0f}; chance is 50)")
    return told.format(**{name: 100 * (getattr(found, name) or 0.0) for name in ("auc", "low", "high")})


def shares(rows: pl.DataFrame) -> str:
    """What share renewed of the accounts in each band LEAD days ahead, the best band first. rows: those of health-lab, not split."""
    ahead = rows.filter(pl.col("lead_days") == LEAD, pl.col("band") != LITTLE_KNOWN).reverse().rows(named=True)
    if not ahead:
        return ""
    first, *others = ahead
    told = tr("Your {band} accounts renew {share}", band=called(first["band"]), share=_share(first))
    others_told = (f"{called(row['band'])} {_share(row)}" for row in others)
    return tr("{bands}.", bands=listed([told, *others_told]))


def _share(row: dict) -> str:
    low, high = (100 * row[name] for name in ("renewed_low", "renewed_high"))
    told = tr("{share:.0f} % (n = {n:,}, {low:.0f} to {high:.0f})")
    return told.format(share=100 * row["renewed_share"], n=row["observations"], low=low, high=high)


def too_few(books: Books, seen: pl.DataFrame) -> str:
    """Why nothing is said, how many renewals are needed of which kind, and when they will be there.

    seen: the looks LEAD days ahead that have a score: matured_on, churned.
    """
    churned = int(seen["churned"].sum())
    kinds = {True: churned, False: seen.height - churned}
    told = tr(
        "Too few renewals to judge by: {n:,} were looked at {lead} days ahead, {churned:,} left and {renewed:,} renewed; {enough} of each "
        "kind are needed.",
        n=seen.height, lead=LEAD, churned=churned, renewed=kinds[False], enough=ENOUGH,
    )  # fmt: skip
    return sentences(told, *(_when(books, seen, kind, count) for kind, count in kinds.items() if count < ENOUGH))


def _when(books: Books, seen: pl.DataFrame, churned: bool, count: int) -> str:
    due = to_come(books)
    more = ENOUGH - count
    missing = (
        tr_n("{n} more that leaves is needed", "{n} more that leave are needed", more)
        if churned
        else tr_n("{n} more that renews is needed", "{n} more that renew are needed", more)
    )  # fmt: skip
    on = enough_on(seen, due, churned=churned, needed=ENOUGH, days=DAYS)
    return tr("{missing}: {when}.", missing=missing, when=_day(on) if on else _not_known(due, seen, count))


def _day(on: date) -> str:
    return tr("at the rate so far they will be there about {day}", day=on)


def _not_known(due: pl.DataFrame, seen: pl.DataFrame, count: int) -> str:
    if due.is_empty():
        return tr("when they will be there is not known, since no renewal is due")
    if not count:
        return tr("when they will be there is not known, since there was none so far")
    last, expected = due["matured_on"].max(), due.height * count / seen.height
    return tr(
        "the {n:,} that are due by {day} bring about {expected:.0f} at the rate so far, which is too few", n=due.height, day=last,
        expected=expected,
    )  # fmt: skip


def no_leakage() -> str:
    return tr(
        "Each account is seen as of the day of the look: nothing that happened later enters. What was imported later about such a day is "
        "seen as it is known today."
    )


def of_calls(capacity: int, *, asked: bool, recorded: bool, every: bool) -> str:
    """How many accounts a CSM calls in a month, and where that is taken from; every: all can be called."""
    if asked:
        told = tr("Lift is told for {n:,} accounts that a CSM calls in a month, as asked.", n=capacity)
    elif recorded:
        told = tr("Lift is told for {n:,} accounts that a CSM calls in a month: as many as one talks with in the median month.", n=capacity)
    else:
        told = tr(
            "Lift is told for {n:,} accounts that a CSM calls in a month: an assumption, since no conversations are recorded.", n=capacity
        )
    return sentences(told, tr("No one has more renewals than that in a month, so that all can be called in any order.") if every else "")


def tried_at_once(count: int) -> str:
    return tr(
        "{n} groups and measures were tried; of twenty that tell nothing, one looks good by chance. “Predicts” is said of those alone that "
        "hold together (Holm).",
        n=count,
    )  # fmt: skip


def later_only(enough: int) -> str:
    return tr(
        "Compared on accounts that were looked at {lead} days ahead of a renewal after both versions were published, so that neither was "
        "made in the knowledge of it; {enough} that left and {enough} that renewed are needed.",
        lead=LEAD, enough=enough,
    )  # fmt: skip


def proposed(verdict: str, found: Gain | None, learned: pl.DataFrame, held_out: pl.DataFrame, least: int) -> str:
    """What became of the weights that were tried. learned, held_out: the looks; least: of each kind in each half."""
    if verdict == "too_few":
        return _too_few_to_learn(learned, held_out, least)
    if found is None:
        return tr("No weights are proposed: no measure told earlier who would renew.")
    gained = tr(
        "Learned from {learned:,} earlier looks and judged on {n:,} later ones, of which {churned:,} left: the one that renewed has the "
        "higher score in {after:.0f} % of cases instead of {before:.0f} %, a gain of {difference} points ({low} to {high}).",
        learned=learned.height, n=found.rows, churned=found.churned, before=100 * found.before, after=100 * found.after,
        **{name: minus(f"{100 * getattr(found, name):.1f}") for name in ("difference", "low", "high")},
    )  # fmt: skip
    return sentences(_verdict_on(verdict, found), gained, *_needed(verdict, found))


def _too_few_to_learn(learned: pl.DataFrame, held_out: pl.DataFrame, least: int) -> str:
    told = tr(
        "No weights are proposed: {least} accounts that left, and as many that renewed, are needed to learn from, and again later ones to "
        "judge by.",
        least=least,
    )  # fmt: skip
    left, later = int(learned["churned"].sum()), int(held_out["churned"].sum())
    if held_out.is_empty():
        there = tr("There are {left:,} that left and {renewed:,} that renewed in all.", left=left, renewed=learned.height - left)
        return sentences(told, there)
    return sentences(told, tr("Earlier there are {left:,} that left, and {later:,} later ones.", left=left, later=later))


def _verdict_on(verdict: str, found: Gain) -> str:
    if verdict == "gains":
        return tr("These weights tell better who will renew than those in force.")
    return tr("No weights are proposed: what they would gain on later renewals may be chance.")


def _needed(verdict: str, found: Gain) -> list[str]:
    if verdict == "gains":
        return []
    needed = found.needed()
    if needed is None:
        return [tr("More renewals like these would not help.")]
    rate = found.churned / found.rows
    return [
        tr(
            "To show a gain like this about {churned:,} accounts that left are needed, {renewals:,} renewals at this rate.",
            churned=2 * needed, renewals=round(2 * needed / rate),
        )
    ]  # fmt: skip


def titled(report: Report) -> Report:
    """The report with its measures and groups called as people call them."""
    names = {name: _title(name) for name in report.rows["name"].to_list()}
    group = [report.rows["group"].map_elements(group_called, pl.String)] if "group" in report.rows.columns else []
    return replace(report, rows=report.rows.with_columns(pl.col("name").replace(names), *group))


def _title(name: str) -> str:
    return title(name) if name in (*MEASURES, SCORE) else group_called(name)
