"""Other versions of the health score against the one in force, on renewals that nobody knew when both were made."""

import tomllib
from collections.abc import Iterator
from datetime import date

import polars as pl

from data.store.view import View
from language import mark, tr
from metrics.health_lab import SCORE
from metrics.scorecard import Scorecard
from models.score_tests import ENOUGH, TOO_FEW, Gain, gain
from reports.books import Books
from reports.definition import Answer, Definition
from reports.health import lab_words
from reports.health.looks import LEAD, held_against
from reports.health.scorecard import ScorecardError, from_toml, in_file
from reports.report import Question
from reports.units import empty

MOST = 12  # versions that are tried, the newest first
BETTER, WORSE, CANNOT_TELL, IN_FORCE = "better", "worse", "cannot_tell", "in_force"
COLUMNS = {
    "version": "count", "published_at": "instant", "author": "text", "note": "text", "since": "day", "observations": "count",
    "churned": "count", "auc": "ratio", "auc_in_force": "ratio", "difference": "ratio", "difference_low": "ratio",
    "difference_high": "ratio", "found": "text",
}  # fmt: skip


def _health_lab_versions(books: Books, question: Question) -> Answer:
    """One row per version of the score that can be used, the newest first, and the file's as version 0: whether it told better who would
    renew than the one in force, on later renewals alone.

    since: the day on which the later of the two was published; accounts looked at from then on, 90 days ahead, count: observations and
    churned among them. auc and auc_in_force: how often one that renewed had the higher score than one that left; difference: of the first
    to the second, with difference_low and difference_high (95 %, the same draws of whole accounts for both). found: better, worse,
    cannot_tell (it may be chance), too_few, in_force. No rows where there is no other version.
    """
    known = list(_versions(books.view))
    if len(known) < 2:
        return Answer(
            notes=(tr("There is one version of the score: nothing to hold it against. Publish another one, and wait for renewals."),)
        )
    (about, card), *others = known
    rows = [{**about, "found": IN_FORCE}, *(_row(books, about, card, *other) for other in others[:MOST])]
    told = pl.DataFrame(rows, schema=empty(COLUMNS).schema)
    return Answer(told, notes=(lab_words.later_only(ENOUGH), lab_words.no_leakage()))


def _versions(view: View) -> Iterator[tuple[dict, Scorecard]]:
    """What is known of each version that can be used, and its scorecard: the one in force first."""
    for row in view.table("score_versions").sort("version", descending=True).to_dicts():
        try:
            card = from_toml(row["configuration"])
        except (ScorecardError, tomllib.TOMLDecodeError):
            continue
        yield {name: row[name] for name in ("version", "published_at", "author", "note")}, card
    try:
        yield {"version": 0, "published_at": None, "author": None, "note": None}, in_file()
    except ScorecardError:
        return


def _row(books: Books, in_force: dict, card: Scorecard, about: dict, other: Scorecard) -> dict:
    days = [one["published_at"].date() for one in (in_force, about) if one["published_at"]]
    since = max(days) if days else None
    seen, found = compared(books, card, other, since)
    return {**about, "since": since, **seen, **_told(found)}


def compared(books: Books, card: Scorecard, other: Scorecard, since: date | None) -> tuple[dict[str, int], Gain | None]:
    """How many looks there were from `since` on, and by how much the other score told more than the first one on them."""
    first, second = (held_against(books, one).filter(pl.col("lead_days") == LEAD) for one in (card, other))
    both = first.select("account_id", "as_of", "churned", SCORE).join(
        second.select("account_id", "as_of", other=SCORE), on=["account_id", "as_of"], maintain_order="left"
    )
    later = both.filter(pl.col("as_of") >= since if since else True).drop_nulls()
    points = (later[name].to_numpy() for name in (SCORE, "other"))
    found = gain(later["churned"].to_numpy(), *points, later["account_id"].to_numpy())
    return {"observations": later.height, "churned": int(later["churned"].sum())}, found


def _told(found: Gain | None) -> dict:
    if found is None:
        return {"found": TOO_FEW}
    finding = CANNOT_TELL if found.is_chance else BETTER if found.difference > 0 else WORSE
    return {
        "auc": found.after, "auc_in_force": found.before, "difference": found.difference, "difference_low": found.low,
        "difference_high": found.high, "found": finding,
    }  # fmt: skip


health_lab_versions = Definition("health-lab-versions", mark("Versions of the health score compared"), COLUMNS, _health_lab_versions)
