"""Did the health score foretell which accounts left?"""

import polars as pl

from language import mark, tr
from language.formats import listed
from metrics.health import LITTLE_KNOWN
from metrics.health_record import outcomes_by_band
from models.score_tests import ENOUGH
from reports.books import Books
from reports.definition import Answer, Definition
from reports.health.lab import score_tried
from reports.health.looks import LEAD, held_against
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.units import in_percent
from reports.words.codes import called

COLUMNS = {"band": "text", "observations": "count", "churned": "count", "churn_rate": "ratio"}
TOTALS = dict.fromkeys(("auc", "auc_low", "auc_high"), "number")


def _health_record(books: Books, question: Question) -> Answer:
    """One row per band, lowest first, and one of little known scores where there are some: what became of accounts that were in it 90
    days ahead, over the last two years; none without looks.

    An observation is an account LEAD days before lines of it end; with shorter terms, the first of each month that it is live.
    Totals: observations, churned, auc (how often an account that left had the lower score; 0.5 is chance) with auc_low and auc_high
    (95 %, from draws of whole accounts); null where there are too few outcomes. notes say it in words.
    """
    card = scorecard(books.view)
    seen = held_against(books, card).filter(pl.col("lead_days") == LEAD).drop_nulls("score")
    scored = seen.select("account_id", "score", "band", day="as_of")
    counted = outcomes_by_band(scored.lazy(), seen.lazy()).collect()
    little = [LITTLE_KNOWN] if LITTLE_KNOWN in counted["band"] else []
    order = pl.DataFrame({"band": [*(name for name, _ in card.bands), *little]})
    rows = order.join(counted, on="band", how="left").with_columns(pl.col("observations", "churned").fill_null(0)).select(*COLUMNS)
    rows = rows if rows["observations"].sum() else rows.clear()
    totals = {name: int(rows[name].sum()) for name in ("observations", "churned")} | _discrimination(seen)
    return Answer(rows, totals, (_words(rows, totals),))


def _discrimination(seen: pl.DataFrame) -> dict[str, float | None]:
    found = score_tried(seen)
    return {"auc": found.auc, "auc_low": found.low, "auc_high": found.high}


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
