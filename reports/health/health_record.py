"""Did the health score foretell which accounts left?"""

from datetime import timedelta

import numpy as np
import polars as pl

from language import mark, tr
from language.formats import listed
from metrics.health import LITTLE_KNOWN
from metrics.health_record import outcomes_by_band
from metrics.scorecard import Scorecard
from models.evaluation import auc, resampled_auc
from models.observations import known_until, observations
from reports.books import Books
from reports.definition import Answer, Definition
from reports.health.health import scored_on
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.units import in_percent
from reports.words.codes import called

LEAD = 90  # days ahead: a renewal is prepared three months before
YEARS = 2
ENOUGH = 30  # outcomes of the rarer kind, as for the churn model
COLUMNS = {"band": "text", "observations": "count", "churned": "count", "churn_rate": "ratio"}
TOTALS = dict.fromkeys(("auc", "auc_low", "auc_high"), "number")


def _health_record(books: Books, question: Question) -> Answer:
    """One row per band, lowest first, and one of little known scores where there are some: what became of accounts that were in it 90
    days ahead, over the last two years; none without looks.

    An observation is an account LEAD days before lines of it end; with shorter terms, the first of each month that it is live.
    Totals: observations, churned, auc (how often an account that left had the lower score; 0.5 is chance) with auc_low and auc_high
    (95 %, from draws of whole accounts); null where there are too few outcomes. notes say it in words.
    """
    card, seen = scorecard(books.view), _observed(books)
    scored = _scored(books, seen, card)
    counted = outcomes_by_band(scored.lazy(), seen.lazy()).collect()
    little = [LITTLE_KNOWN] if LITTLE_KNOWN in counted["band"] else []
    order = pl.DataFrame({"band": [*(name for name, _ in card.bands), *little]})
    rows = order.join(counted, on="band", how="left").with_columns(pl.col("observations", "churned").fill_null(0)).select(*COLUMNS)
    rows = rows if rows["observations"].sum() else rows.clear()
    totals = {name: int(rows[name].sum()) for name in ("observations", "churned")} | _discrimination(scored, seen)
    return Answer(rows, totals, (_words(rows, totals),))


def _observed(books: Books) -> pl.DataFrame:
    if books.day is None:
        return pl.DataFrame(schema={"account_id": pl.String, "as_of": pl.Date, "churned": pl.Boolean})
    lines, effective = books.lines.collect(), books.effective.collect()
    # A contract export that stopped before usage did would make a churn of everything that ended since.
    until = known_until(lines, books.day) or books.day
    since = until - timedelta(days=365 * YEARS)
    found = observations(lines, effective, since=since, until=until, grace_days=books.rules.grace_days, leads=(LEAD,))
    return found.select("account_id", "as_of", "churned").unique(["account_id", "as_of"], keep="last", maintain_order=True)


def _scored(books: Books, seen: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    looked = seen.lazy().select("account_id", day="as_of").unique()
    return scored_on(books, looked, card)[1].filter(pl.col("score").is_not_null())


def _discrimination(scored: pl.DataFrame, seen: pl.DataFrame) -> dict[str, float | None]:
    both = seen.join(scored, left_on=["account_id", "as_of"], right_on=["account_id", "day"]).drop_nulls("score")
    churned = both["churned"].sum()
    if min(churned, both.height - churned) < ENOUGH:
        return dict.fromkeys(("auc", "auc_low", "auc_high"))
    left, low = both["churned"].to_numpy().astype(float), -both["score"].to_numpy()
    drawn = resampled_auc(left, {"health": low}, both["account_id"].to_numpy())["health"]
    bounds = np.quantile(drawn, (0.025, 0.975))
    return {"auc": auc(left, low), "auc_low": float(bounds[0]), "auc_high": float(bounds[1])}


def _words(rows: pl.DataFrame, totals: dict[str, float | None]) -> str:
    if totals["auc"] is None:
        return _not_tested(totals["observations"], totals["churned"])
    better = tr(
        "Tested on the past: churned within {lead} days, by band: {rates}; an account that left had the lower score in {auc:.0%} of pairs "
        "(95 %: {low:.0%} to {high:.0%}; chance is 50 %)."
    )
    chance = tr(
        "Tested on the past, and no better than chance: churned within {lead} days, by band: {rates}; an account that left had the lower "
        "score in {auc:.0%} of pairs (95 %: {low:.0%} to {high:.0%}; chance is 50 %)."
    )
    told = better if (totals["auc_low"] or 0) > 0.5 else chance
    return told.format(lead=LEAD, rates=_rates(rows), auc=totals["auc"], low=totals["auc_low"], high=totals["auc_high"])


def _not_tested(seen: float | None, churned: float | None) -> str:
    return tr(
        "Not tested yet: the past holds {churned} churns among {seen} looks {lead} days ahead; {enough} of each kind are needed to say "
        "whether the score foretells them.",
        churned=churned, seen=seen, lead=LEAD, enough=ENOUGH,
    )  # fmt: skip


def _rates(rows: pl.DataFrame) -> str:
    return listed(
        tr(
            "{band} {rate} ({churned} of {observations})",
            band=called(row["band"]),
            rate=in_percent(row["churn_rate"]),
            churned=row["churned"],
            observations=row["observations"],
        )
        for row in rows.iter_rows(named=True)
        if row["observations"]
    )


health_record = Definition("health-record", mark("How the health score did"), COLUMNS, _health_record, TOTALS)
