"""Weights of the health score that the past speaks for, as a draft: learned from earlier renewals, judged on later ones."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from language import mark
from metrics.health_lab import SCORE
from metrics.scorecard import Scorecard
from models.score_tests import Gain, gain
from models.score_weights import fitted, with_weights
from models.time_order import Rows, hold_out
from reports.books import Books
from reports.definition import Answer, Definition
from reports.health import lab_words
from reports.health.looks import LEAD, held_against, parts_and_scores
from reports.health.scorecard import scorecard, to_toml
from reports.report import Question
from reports.units import empty

LEAST = 15  # outcomes of the rarer kind in each half, as for the churn model
GAINS, CHANCE, TOO_FEW, NOTHING = "gains", "gain_may_be_chance", "too_few", "nothing_foretells"
COLUMNS = {"name": "text", "group": "text", "weight_now": "ratio", "weight_proposed": "ratio"}
TOTALS = {
    "verdict": "text", "words": "text", "held_out_from": "day", "auc_now": "ratio", "auc_proposed": "ratio", "gain": "ratio",
    "gain_low": "ratio", "gain_high": "ratio", "configuration": "text",
}  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """A score with other weights, and what it gained on the held-out time; all but verdict and counts None where there is none."""

    verdict: str
    learned: pl.DataFrame
    held_out: pl.DataFrame
    card: Scorecard | None = None
    gain: Gain | None = None


def _health_lab_proposal(books: Books, question: Question) -> Answer:
    """One row per measure of the score: its share of the whole now, and as proposed (means over looks); none where none are tried.

    The weights are learned from the earlier half of the renewals, 90 days ahead, and judged on the later half, with all else of the score
    as it is. Totals: verdict (gains; gain_may_be_chance; nothing_foretells; too_few), words, churned and held_out_churned, held_out_from,
    auc_now and auc_proposed on the held-out time, gain with gain_low and gain_high (95 %, the same draws of whole accounts), needed
    (churns in all for such a gain to be more than chance; null where none is to be expected), configuration: the proposed score as its
    file has it, where the gain is more than chance; else null.
    """
    card = scorecard(books.view)
    found = proposal(books, card)
    rows = _weights(books, card, found.card) if found.card else None
    told = lab_words.proposed(found.verdict, found.gain, found.learned, found.held_out, LEAST)
    return Answer(rows, _totals(found, told), (told, lab_words.no_leakage()))


def proposal(books: Books, card: Scorecard) -> Proposal:
    """The weights that the earlier renewals speak for, judged on the later ones."""
    looks = held_against(books, card).filter(pl.col("lead_days") == LEAD, pl.col(SCORE).is_not_null())
    rows = Rows(looks, "churned", "as_of", "matured_on", "case", "lead_days")
    if rows.rarer() < 2 * LEAST:
        return Proposal(TOO_FEW, looks, looks.clear())
    learn, held_out, _ = hold_out(rows)
    if min(learn.rarer(), held_out.rarer()) < LEAST:
        return Proposal(TOO_FEW, learn.table, held_out.table)
    other = _learned(books, card, learn.table)
    if other is None:
        return Proposal(NOTHING, learn.table, held_out.table)
    found = _gained(books, other, held_out.table)
    return Proposal(GAINS if found and found.difference > 0 and not found.is_chance else CHANCE, learn.table, held_out.table, other, found)


def _learned(books: Books, card: Scorecard, learn: pl.DataFrame) -> Scorecard | None:
    names = [one.name for one in card.measures if f"measure {one.name}" in learn.columns]
    points = learn.select(pl.col(f"measure {name}").cast(pl.Float64).fill_null(float("nan")) for name in names).to_numpy()
    now = _shares(parts_and_scores(books, card)[0])
    start = np.array([now.get(name, 0.0) for name in names])
    shares = fitted(points, learn["churned"].to_numpy().astype(float), start) if names else None
    return None if shares is None else with_weights(card, dict(zip(names, map(float, shares), strict=True)))


def _shares(parts: pl.DataFrame) -> dict[str, float]:
    """By measure its share of the whole score, were all known: the mean over all looks."""
    return dict(parts.group_by("name").agg(pl.col("full_weight").mean()).rows())


def _gained(books: Books, other: Scorecard, held_out: pl.DataFrame) -> Gain | None:
    after = held_against(books, other).filter(pl.col("lead_days") == LEAD).select("account_id", "as_of", other=SCORE)
    both = held_out.join(after, on=["account_id", "as_of"], maintain_order="left")
    points = (both[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in (SCORE, "other"))
    return gain(both["churned"].to_numpy(), *points, both["account_id"].to_numpy(), enough=LEAST)


def _weights(books: Books, card: Scorecard, other: Scorecard) -> pl.DataFrame:
    now, proposed = (_shares(parts_and_scores(books, one)[0]) for one in (card, other))
    rows = [(one.name, one.group, now.get(one.name), proposed.get(one.name)) for one in card.measures]
    return pl.DataFrame(rows, schema=empty(COLUMNS).schema, orient="row")


def _totals(found: Proposal, told: str) -> dict:
    churned, held_out = (int(one["churned"].sum()) for one in (found.learned, found.held_out))
    begins = found.held_out["as_of"].min()
    known = {"verdict": found.verdict, "words": told, "churned": churned, "held_out_churned": held_out, "held_out_from": begins}
    drafted = to_toml(found.card) if found.card and found.verdict == GAINS else None
    return known | _told(found.gain) | {"configuration": drafted}


def _told(found: Gain | None) -> dict:
    names = ("auc_now", "auc_proposed", "gain", "gain_low", "gain_high", "needed")
    if found is None:
        return dict.fromkeys(names)
    needed = found.needed()
    values = (found.before, found.after, found.difference, found.low, found.high, 2 * needed if needed else None)
    return dict(zip(names, values, strict=True))


health_lab_proposal = Definition("health-lab-proposal", mark("Weights that the past speaks for"), COLUMNS, _health_lab_proposal, TOTALS)
