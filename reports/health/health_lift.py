"""What would lift an account into the next band of health?"""

from typing import Any

import polars as pl

from language import mark, tr, tr_n
from metrics.health import LITTLE_KNOWN, band
from metrics.health_lift import lifts, needed
from metrics.scorecard import Scorecard
from metrics.windows import observed
from reports.books import Books
from reports.definition import Answer, Definition
from reports.health.health import health_rows, measured_on
from reports.health.lift_words import cap_of, held_back, lift_told
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.units import empty

MOST_ACCOUNTS = 500  # those with the lowest scores: each costs a look at every step of every measure
COLUMNS = {
    "account_id": "text", "name": "text", "score": "score", "band": "text", "next_band": "text", "points_needed": "decimal",
    "together": "count", "figure": "text", "value": "number", "value_needed": "number", "points_gained": "decimal", "told": "text",
}  # fmt: skip


def _health_lift(books: Books, question: Question) -> Answer:
    """One row per account below the highest band and measure whose change would bring its score into the next band, all else as it is, as
    the score is worked out: no word that the customer would stay.

    points_needed: points that are missing to next_band; both null where something else holds it back. together: 1 where that measure is
    enough by itself, else how many are needed at least, and each of them has a row. value: of the measure (figure) now, value_needed: the
    nearest one that is enough, points_gained: by it. told: the same in words. An account that something holds back whatever the score (a
    band set by hand, an exception, too little that is known), or that no change of what is known lifts so far, has one row without a
    measure, which says so. Of more than 500 accounts those with the lowest scores are told, and notes say so. Empty in an empty store, and
    for accounts without a score.
    """
    day = books.day
    if day is None:
        return Answer(empty(COLUMNS))
    card = scorecard(books.view)
    below = _below(health_rows(books, card), card)
    told = below.head(MOST_ACCOUNTS)
    measured = measured_on(books, observed(told.lazy().select("account_id"), day))
    found = lifts(measured, card, dict(told.filter(~pl.col("held")).select("account_id", "points_needed").rows()))
    of_seats = measured.select("account_id", "mau", "seats")
    rows = told.join(
        found.rename({"name": "figure", "to": "value_needed", "gained": "points_gained"}),
        on="account_id",
        how="left",
        maintain_order="left_right",
    )
    said = [_said(row, card) for row in rows.join(of_seats, on="account_id", how="left", maintain_order="left").iter_rows(named=True)]
    return Answer(rows.with_columns(told=pl.Series(said, dtype=pl.String)).select(*COLUMNS), notes=_left_out(below.height - told.height))


def _below(rows: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    """The accounts below the highest band, the lowest scores first: own (the band by the score alone), next_band, needed, and held: whether
    something else than the score holds them back from it."""
    scored = rows.filter(pl.col("score").is_not_null()).with_columns(own=band(pl.col("score"), card.bands))
    missing = [needed(score, card.bands) for score in scored["score"]]
    above = {"next_band": [one and one[0] for one in missing], "points_needed": [one and one[1] for one in missing]}
    schema = {"next_band": pl.String, "points_needed": pl.Float64}
    reached = scored.with_columns(pl.Series(name, values, dtype=schema[name]) for name, values in above.items())
    held = pl.Series([_held(row, card) for row in reached.iter_rows(named=True)], dtype=pl.Boolean)
    top = card.bands[-1][0]
    told = reached.with_columns(held=held).filter(pl.col("band") != top).sort("score", "account_id")
    return told.with_columns(pl.when(~pl.col("held")).then(pl.col(name)).alias(name) for name in schema)


def _held(row: dict[str, Any], card: Scorecard) -> bool:
    """Whether an account stays where it is, whatever its score: its band is set by hand, little known, or capped below the next one."""
    if row["set_by"] or row["band"] == LITTLE_KNOWN or row["next_band"] is None:
        return True
    order, cap = [name for name, _ in card.bands], cap_of(row, card)
    return row["exception"] is not None and (cap is None or order.index(row["next_band"]) > order.index(cap))


def _said(row: dict[str, Any], card: Scorecard) -> str:
    if row["held"]:
        return held_back(row, card)
    return tr("No change of what is known would be enough.") if row["figure"] is None else lift_told(row)


def _left_out(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    told = tr_n(
        "Left out: {n:,} account with a higher score. Name it to see what would lift it.",
        "Left out: {n:,} accounts with higher scores. Name them to see what would lift them.",
        count,
    )
    return (told,)


health_lift = Definition("health-lift", mark("What would lift health"), COLUMNS, _health_lift)
