"""Report `forecast`: the next four quarters of today's customers, each with its range and with what it rests on."""

from typing import Any

import polars as pl

from language import mark
from models.forecast import Quarter
from reports.books import Books
from reports.definition import Answer, Definition
from reports.forecast.forecast import Ahead, Outlook, forecast_of
from reports.forecast.words import notes, rests_on, why_not
from reports.report import Question
from reports.units import schema_of

COLUMNS = {
    "quarter": "day", "starts_on": "day", "ends_on": "day", "due_arr": "money", "renewals": "count", "renewing_arr": "money",
    "renewing_low": "money", "renewing_high": "money", "opening_arr": "money", "expected_loss": "money", "expected_expansion": "money",
    "expected_contraction": "money", "expected_arr": "money", "expected_arr_low": "money", "expected_arr_high": "money", "nrr": "ratio",
    "nrr_low": "ratio", "nrr_high": "ratio", "grr": "ratio", "grr_low": "ratio", "grr_high": "ratio", "source": "text", "rests_on": "text",
}  # fmt: skip
TOTALS = {
    "due_arr": "money", "today_arr": "money", "past_renewals": "count", "past_quarters": "count", "quarter_spread": "number",
    "model_version": "text",
}  # fmt: skip


def _forecast(books: Books, question: Question) -> Answer:
    """One row per calendar quarter ahead, four in all, the first one as far as it lies ahead of the day looked at.

    due_arr, renewals: what the report renewals lists for the days from starts_on to ends_on. renewing_arr: what of it is expected to renew,
    with the range in which 80 % of what happens should lie. opening_arr: today's ARR, then the expected_arr of the quarter before;
    opening_arr -
    expected_loss + expected_expansion - expected_contraction = expected_arr. expected_loss: renewals, accounts without a term, and
    what is in grace. nrr, grr: from today to the end of the quarter. source: model or past_rates, by which more of the ARR is told that may
    go; rests_on: in words, and why. Null with a note where it is not known. Of today's customers only. Totals: today_arr, and what the
    past was: past_renewals, past_quarters, and quarter_spread, by how much the log odds of a loss differ between quarters (standard
    deviation). The same day, log and rules give the same figures, the range included: its draws have a fixed seed.
    """
    found = forecast_of(books)
    if found is None:
        return Answer(notes=books.notes)
    told = found.forecast.quarters if found.forecast else (None,) * len(found.quarters)
    rows = [_row(found, at, ahead, quarter) for at, (ahead, quarter) in enumerate(zip(found.quarters, told, strict=True))]
    return Answer(pl.DataFrame(rows, schema=schema_of(COLUMNS)), _totals(found), (*books.notes, *notes(found)))


def _row(found: Outlook, at: int, ahead: Ahead, quarter: Quarter | None) -> dict[str, Any]:
    coming = found.pieces.filter(pl.col("quarter") == at, pl.col("due") > 0)
    due = {"quarter": ahead.quarter, "starts_on": ahead.start, "ends_on": ahead.end, "due_arr": found.due[at], "renewals": coming.height}
    if quarter is None:
        return dict.fromkeys(COLUMNS) | due | {"rests_on": why_not(found)}
    money = {
        "renewing_arr": quarter.renewing, "opening_arr": quarter.opening, "expected_loss": quarter.lost,
        "expected_expansion": quarter.expansion, "expected_contraction": quarter.contraction, "expected_arr": quarter.expected,
        "nrr": quarter.nrr, "grr": quarter.grr,
    }  # fmt: skip
    ranges = {
        f"{name}_{end}": getattr(told, end, None)
        for name, told in (
            ("renewing", quarter.renewing_range), ("expected_arr", quarter.expected_range), ("nrr", quarter.nrr_range),
            ("grr", quarter.grr_range),
        )
        for end in ("low", "high")
    }  # fmt: skip
    return due | money | ranges | {"source": found.source(at), "rests_on": rests_on(found, at)}


def _totals(found: Outlook) -> dict[str, Any]:
    known = found.past
    return {
        "due_arr": sum(found.due), "today_arr": int(found.pieces["at_stake"].sum()), "past_renewals": known.renewed,
        "past_quarters": known.shock.quarters, "quarter_spread": known.shock.spread if found.forecast else None,
        "model_version": known.model.version if known.model else None,
    }  # fmt: skip


forecast = Definition("forecast", mark("Forecast"), COLUMNS, _forecast, TOTALS)
