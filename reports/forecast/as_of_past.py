"""What would the forecast have been at the end of each past quarter, and what happened? Told apart from what was really kept."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from language import mark, tr
from metrics.forecast_log import accuracy, summed_outcomes, with_error
from metrics.months import months_later
from models.forecast import RANGE_LEVEL, UNKNOWN
from reports.books import Books, opened_books
from reports.definition import Answer, Definition
from reports.forecast.forecast import Outlook, forecast_of
from reports.forecast.happened import became_of, due_in
from reports.forecast.keeping import WHOLE
from reports.report import Question
from reports.units import empty, schema_of

QUARTERS_BACK = 8
COLUMNS = {
    "quarter": "day", "owner": "text", "source": "text", "forecast_on": "day", "due_arr": "money", "renewing_arr": "money",
    "renewing_low": "money", "renewing_high": "money", "range_level": "ratio", "renewed": "money", "error": "money", "error_share": "ratio",
    "in_range": "flag", "not_certain": "text", "renewals": "count",
}  # fmt: skip
TOTALS = {
    "quarters": "count",
    "bias": "money",
    "bias_share": "ratio",
    "error_share": "ratio",
    "with_range": "count",
    "within_range": "count",
}
APART = mark(
    "None of these forecasts was made then: they are worked out now, each from what lies before its day by what is known today, by the "
    "model that had been trained by then. What was really kept is in forecast-log."
)


def _past(books: Books, question: Question) -> Answer:
    """One row per past quarter and owner, * for all accounts in scope: what the forecast would have been on the day before the quarter
    began, and what happened, as in forecast-log; the newest quarter first, eight at most.

    By owner there is no range. Contracts count as they are known now, whosever the accounts are now where nothing says otherwise. Totals,
    of the rows of all accounts: quarters of which it is certain what happened, bias, bias_share, error_share (empty with fewer than four
    quarters), with_range, within_range (of these what happened lay within the range).
    """
    if books.day is None:
        return Answer(empty(COLUMNS))
    told = [frame for day in _days_before(books.day) if (frame := _as_of(books, question, day)) is not None]
    rows = with_error(pl.concat(told)) if told else empty(COLUMNS)
    whole = rows.filter(owner=WHOLE).lazy()
    totals = accuracy(whole, ["owner"]).rename({"in_range": "within_range"}).select(*TOTALS).collect().to_dicts()
    ordered = rows.sort("quarter", pl.col("owner") != WHOLE, "due_arr", "owner", descending=[True, False, True, False], nulls_last=True)
    return Answer(ordered.select(*COLUMNS), totals[0] if totals else dict.fromkeys(TOTALS) | {"quarters": 0}, (*books.notes, tr(APART)))


def _days_before(day: date) -> list[date]:
    """The last days before the quarters that have begun by a day, newest first."""
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return [months_later(first, -3 * number) - timedelta(days=1) for number in range(QUARTERS_BACK)]


def _as_of(books: Books, question: Question, day: date) -> pl.DataFrame | None:
    """The forecast of the quarter after a day and what became of it; None where nothing could be forecast."""
    with opened_books(books.store, books.viewer, replace(question, as_of=day, end=None)) as then:
        found = forecast_of(then)
        if found is None or found.forecast is None or not found.due[0]:
            return None
        due = due_in(then, day).filter(pl.col("quarter") == found.quarters[0].quarter)
    happened = became_of(books, due, day)
    every = pl.concat([happened, happened.with_columns(owner=pl.lit(WHOLE))]).drop_nulls("owner")
    sums = summed_outcomes(every.lazy(), ["quarter", "owner"]).collect()
    return _expected(found).join(sums, on="owner", how="left").select(pl.col(name).cast(kind) for name, kind in _SHAPE.items())


_SHAPE = {name: kind for name, kind in schema_of(COLUMNS).items() if name not in ("error", "error_share", "in_range")}


def _expected(found: Outlook) -> pl.DataFrame:
    """What would have been expected of the first quarter ahead: one row for all, and one per owner."""
    assert found.forecast is not None
    quarter = found.forecast.quarters[0]
    low, high = (getattr(quarter.renewing_range, end, None) for end in ("low", "high"))
    whole = {"owner": WHOLE, "due_arr": quarter.due, "renewing_arr": quarter.renewing, "renewing_low": low, "renewing_high": high}
    pieces = found.pieces.with_columns(cents=pl.Series(found.forecast.renewing[:, 0])).filter(pl.col("quarter") == 0, pl.col("due") > 0)
    known = (pl.col("cents") != UNKNOWN).all()
    owners = (
        pieces.drop_nulls("owner")
        .group_by("owner")
        .agg(due_arr=pl.col("due").sum(), renewing_arr=pl.when(known).then(pl.col("cents").sum()))
    )
    rows = pl.concat([pl.DataFrame([whole], schema=dict.fromkeys(whole, pl.Int64) | {"owner": pl.String}), owners], how="diagonal_relaxed")
    told = {"forecast_on": found.day, "source": found.source(0), "range_level": RANGE_LEVEL}
    return rows.with_columns(**{name: pl.lit(value) for name, value in told.items()})


forecast_past = Definition("forecast-past", mark("Forecasts of past quarters, as they would have been"), COLUMNS, _past, TOTALS)
