"""Report `forecast-renewals`: all that the forecast of the quarters is made of, so that every figure opens."""

from typing import Any

import polars as pl

from language import mark
from models.forecast import QUARTERS, UNKNOWN
from reports.books import Books
from reports.definition import Answer, Definition
from reports.forecast.forecast import Outlook, forecast_of
from reports.forecast.words import notes, of_piece
from reports.report import Question
from reports.units import schema_of

COLUMNS = {
    "account_id": "text", "name": "text", "quarter": "day", "kind": "text", "ends_on": "day", "due_arr": "money", "at_stake": "money",
    "renewal_probability": "ratio", "renewing_arr": "money", "expected_loss": "money", "source": "text", "rests_on": "text",
    "churn_probability": "ratio", "health_band": "text", "segment": "text", "owner": "text", "notice_by": "day",
}  # fmt: skip
TOTALS = {"due_arr": "money", "renewing_arr": "money", "expected_loss": "money"}
FEWEST_DRAWS = 2  # ranges are not told here


def _renewals(books: Books, question: Question) -> Answer:
    """One row per piece of ARR and quarter in which it may be lost; the soonest quarter first, in it the largest due.

    kind: renewal, in grace, or no term. due_arr: what comes up, as renewals lists it; of a term that ends again within the four
    quarters only the first time. at_stake: of today's ARR. renewal_probability: of going on in the quarter where it is still there when
    that begins. renewing_arr: due_arr times that; expected_loss: what is expected to go, with what it has grown by then. Summed by
    quarter they are the figures of `forecast`. source: model, past_rates, notice or unknown; rests_on: the past rate in words.
    churn_probability: what the model says itself; renewal_probability takes along how far it was off, and what quarters share.
    """
    found = forecast_of(books, draws=FEWEST_DRAWS)
    if found is None:
        return Answer(notes=books.notes)
    rows = [row for at in range(QUARTERS) for row in _rows(found, at)]
    told = pl.DataFrame(rows, schema=schema_of(COLUMNS)).sort(
        "quarter", "due_arr", "at_stake", "account_id", "ends_on", descending=[False, True, True, False, False], nulls_last=True
    )
    totals = {name: None if told[name].null_count() else told[name].sum() for name in TOTALS}
    return Answer(told, totals | {"renewals": told.filter(pl.col("due_arr") > 0).height}, (*books.notes, *notes(found)))


def _rows(found: Outlook, at: int) -> list[dict[str, Any]]:
    """The pieces that may be lost in a quarter."""
    told: list[dict[str, Any]] = []
    for place, piece in enumerate(found.pieces.iter_rows(named=True)):
        source = found.sources[place, at]
        if not source:
            continue
        first = piece["quarter"] == at
        kept = {name: piece[name] for name in ("account_id", "name", "kind", "at_stake", "segment", "owner", "notice_by")}
        said = piece["churn_probability"] if first else piece["account_probability"]
        words = of_piece(source, said, found.rates[place][at], piece["segment"], piece["band"])
        due = {
            "quarter": found.quarters[at].quarter,
            "ends_on": piece["ends_on"] if first else None,
            "due_arr": piece["due"] if first else 0,
        }
        beside = {"health_band": piece["band"], "churn_probability": piece["churn_probability"] if first else None}
        told.append({**kept, **due, **beside, **_expected(found, place, at), "source": source, "rests_on": words})
    return told


def _expected(found: Outlook, place: int, at: int) -> dict[str, Any]:
    if found.forecast is None:
        return dict.fromkeys(("renewal_probability", "renewing_arr", "expected_loss"))
    renewing, lost, chance = (told[place, at] for told in (found.forecast.renewing, found.forecast.lost, found.forecast.chance))
    return {
        "renewal_probability": None if chance != chance else float(1 - chance),
        "renewing_arr": None if renewing == UNKNOWN else int(renewing),
        "expected_loss": None if lost == UNKNOWN else int(lost),
    }


forecast_renewals = Definition("forecast-renewals", mark("What the forecast is made of"), COLUMNS, _renewals, TOTALS)
