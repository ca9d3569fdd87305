"""The health lab: did the score, each group and each measure tell which accounts would renew?"""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from language import mark, tr
from metrics.health import LITTLE_KNOWN
from metrics.health_lab import BINS, FOUND, SCORE, found_by_calling, renewed_by_band, renewed_by_score, usual_calls
from metrics.scorecard import Scorecard
from models.evaluation import Draws
from models.observations import LEADS
from models.score_tests import ENOUGH, PREDICTS, TOO_FEW, Tried, together, tried
from reports.books import Books
from reports.definition import Answer, Definition
from reports.health import lab_words
from reports.health.looks import LEAD, certain_until, held_against
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.units import empty

CALLS = 10  # accounts a month, where no conversations are recorded
CALLS_DAYS = 365  # of the past, from which it is told how many accounts a CSM talks with
_COUNTS = dict(zip(FOUND, ("count", "count", "ratio", "ratio", "ratio"), strict=True))
_AREA = {"auc": "ratio", "auc_low": "ratio", "auc_high": "ratio"}
COLUMNS = {"group": "text", "lead_days": "count", "band": "text", **_COUNTS}
TOTALS = {**_AREA, "verdict": "text", "words": "text", "days_ahead": "count"}
MEASURES = {
    "tested": "text", "name": "text", "lead_days": "count", "observations": "count", "churned": "count", "unknown": "count", **_AREA,
    "found": "text", "called_share": "ratio", "caught_share": "ratio", "lift": "decimal",
}  # fmt: skip
BY_SCORE = {"bin": "count", "score_low": "score", "score_high": "score", **_COUNTS}


def _health_lab(books: Books, question: Question) -> Answer:
    """One row per band and days ahead (90, 60, 30), the lowest band first; per group with `by`: of the accounts that were in the band so
    many days before a renewal, how many renewed, and the 95 % interval of that share (Wilson). Bands in which nobody was are left out.

    Totals, of all looks 90 days ahead: observations, churned, auc (how often an account that renewed had the higher score than one that
    left) with auc_low and auc_high (95 %, draws of whole accounts), verdict (predicts, does_not_predict, against, too_few), words (the
    same in a sentence, or how many renewals are missing and when they will be there), days_ahead (from how many days ahead the score
    predicts, 90, 60 or 30; null where from none). auc is null where there are too few.
    """
    card, looks = _looks(books)
    groups = books.group_by(question.by) if question.by else None
    whole = _by_band(looks.with_columns(group=pl.lit(None, pl.String)), card)
    rows = whole if groups is None else _by_band(looks.join(groups, on="account_id", how="left"), card)
    found, ahead = score_tried(looks), looks.filter(pl.col("lead_days") == LEAD, pl.col(SCORE).is_not_null())
    sooner = {lead: score_tried(looks, lead) for lead in LEADS if lead != LEAD}
    told = lab_words.too_few(books, ahead) if found.finding == TOO_FEW else lab_words.verdict(found, sooner)
    totals = {"observations": found.rows, "churned": found.churned, **_area(found), "verdict": found.finding, "words": told}
    totals["days_ahead"] = _days_ahead(found, sooner)
    return Answer(rows, totals, tuple(filter(None, (told, lab_words.shares(whole), lab_words.no_leakage()))))


def _days_ahead(found: Tried, sooner: dict[int, Tried]) -> int | None:
    """From how many days ahead the score predicts; None where from none. Fewer days are two more looks, which have to hold together."""
    if found.finding == PREDICTS:
        return LEAD
    held = together({str(lead): one for lead, one in sooner.items()})
    return max((lead for lead in sooner if held[str(lead)] == PREDICTS), default=None)


def _looks(books: Books) -> tuple[Scorecard, pl.DataFrame]:
    card = scorecard(books.view)
    return card, held_against(books, card)


def score_tried(looks: pl.DataFrame, lead: int = LEAD) -> Tried:
    """The score, tried on the looks so many days ahead."""
    return _tried(_at(looks, lead), [SCORE])[SCORE]


def _tried(looks: pl.DataFrame, names: Sequence[str]) -> dict[str, Tried]:
    """Each of these columns of points, tried over the same draws of accounts."""
    draws, churned = Draws.among(looks["account_id"].to_numpy()), looks["churned"].to_numpy()
    return {name: tried(churned, looks[name].cast(pl.Float64).fill_null(float("nan")).to_numpy(), draws) for name in names}


def _area(found: Tried) -> dict[str, float | None]:
    return {"auc": found.auc, "auc_low": found.low, "auc_high": found.high}


def _by_band(looks: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    scored = looks.select("account_id", SCORE, "band", day="as_of").unique(["account_id", "day"])
    counted = renewed_by_band(looks.lazy().select("account_id", "as_of", "lead_days", "churned", "group"), scored.lazy())
    order = {name: at for at, name in enumerate((*(name for name, _ in card.bands), LITTLE_KNOWN))}
    at = pl.col("band").replace_strict(order, default=None, return_dtype=pl.Int64)
    return counted.sort("group", pl.col("lead_days"), at, descending=[False, True, False], nulls_last=True).select(*COLUMNS)


def _health_lab_measures(books: Books, question: Question) -> Answer:
    """One row for the score, 90, 60 and 30 days ahead, then one for each group and each measure that counts in it, 90 days ahead.

    unknown: looks at which it was not known; they are left out. auc: how often an account that renewed had more points in it than one that
    left, with auc_low and auc_high (95 %, draws of whole accounts). found: predicts; against (accounts with more points renew less);
    may_be_luck (would do by itself, and does not among so many); does_not_predict; too_few. Of the accounts 90 days ahead in a month each
    owner calls `capacity` with the fewest points: called_share of them are called, caught_share of those that left are among them, lift
    times as often as by chance. Totals: capacity, tried (groups and measures).
    """
    _, looks = _looks(books)
    names = [name for name in looks.columns if name.startswith(("group ", "measure "))]
    found = {(SCORE, lead): score_tried(looks, lead) for lead in LEADS}
    found |= {(name, LEAD): one for name, one in _tried(_at(looks, LEAD), names).items()}
    findings = together({f"{name} {lead}": one for (name, lead), one in found.items() if (name, lead) != (SCORE, LEAD)})
    capacity = question.capacity or _usual(books) or CALLS
    owners = looks.join(books.view.accounts().select("account_id", "owner"), on="account_id", how="left")
    rows = [
        _row(name, lead, one, findings.get(f"{name} {lead}", one.finding), _at(owners, lead), capacity)
        for (name, lead), one in found.items()
    ]
    told = pl.DataFrame(rows, schema=empty(MEASURES).schema, orient="row") if looks.height else None
    said = [lab_words.tried_at_once(len(names))] if any(one.finding != TOO_FEW for one in found.values()) else []
    all_called = all(share == 1 for share in told["called_share"].drop_nulls()) if told is not None else False
    calls = [lab_words.of_calls(capacity, asked=bool(question.capacity), recorded=_usual(books) is not None, every=all_called)]
    return Answer(told, {"capacity": capacity, "tried": len(names)}, (*said, *calls, lab_words.no_leakage()))


def _at(looks: pl.DataFrame, lead: int) -> pl.DataFrame:
    return looks.filter(pl.col("lead_days") == lead)


def _row(name: str, lead: int, found: Tried, finding: str, looks: pl.DataFrame, capacity: int) -> tuple[object, ...]:
    part, _, own = name.partition(" ")
    enough = finding != TOO_FEW
    calls = found_by_calling(looks.lazy().select("account_id", "as_of", "churned", "owner", points=name), capacity) if enough else {}
    shown = (calls.get("called_share"), calls.get("caught_share"), calls.get("lift"))
    unknown = looks.height - found.rows
    return (part, own or SCORE, lead, found.rows, found.churned, unknown, *_area(found).values(), finding, *shown)


def _usual(books: Books) -> int | None:
    until = certain_until(books)
    return usual_calls(books.view.table("activities").lazy(), since=until - timedelta(days=CALLS_DAYS), until=until)


def _health_lab_calibration(books: Books, question: Question) -> Answer:
    """One row per fifth of the looks 90 days ahead, by score, the lowest first: from which score to which, and how many renewed, with the
    95 % interval of that share (Wilson). None where there are too few renewals; notes say so."""
    looks = _at(_looks(books)[1], LEAD)
    known = looks.filter(pl.col(SCORE).is_not_null())
    if known.height < ENOUGH * BINS:
        told = tr(
            "What share renews at which score is not told: {n:,} looks have a score, {enough} are needed.",
            n=known.height,
            enough=ENOUGH * BINS,
        )
        return Answer(notes=(told,))
    return Answer(renewed_by_score(known.lazy().select(SCORE, "churned")), notes=(lab_words.no_leakage(),))


health_lab = Definition("health-lab", mark("Renewals by health band"), COLUMNS, _health_lab, TOTALS, takes=("by",))
health_lab_measures = Definition(
    "health-lab-measures", mark("What each measure of health foretells"), MEASURES, _health_lab_measures,
    {"capacity": "count", "tried": "count"}, takes=("capacity",),
)  # fmt: skip
health_lab_calibration = Definition("health-lab-calibration", mark("Renewals by health score"), BY_SCORE, _health_lab_calibration)
