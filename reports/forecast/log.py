"""Were the forecasts right? Each that was kept of a past quarter against what happened, and how far off and how sure each source was."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import polars as pl

from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from language import mark, tr, tr_n
from language.formats import listed
from metrics.forecast_log import CALLS, FEWEST, accuracy, last_before, summed_outcomes, with_error
from reports.books import OF_MONEY, Books, opened_books
from reports.definition import Answer, Definition
from reports.forecast.happened import became_of, due_then
from reports.forecast.keeping import WHOLE
from reports.report import Question
from reports.units import empty, schema_of

COLUMNS = {
    "quarter": "day", "source": "text", "owner": "text", "quarters_ahead": "count", "forecast_on": "day", "due_arr": "money",
    "renewing_arr": "money", "renewing_low": "money", "renewing_high": "money", "range_level": "ratio", "renewed": "money",
    "error": "money", "error_share": "ratio", "in_range": "flag", "not_certain": "text", "renewals": "count", "moved": "count",
    "model_version": "text",
}  # fmt: skip
ACCURACY = {
    "source": "text", "owner": "text", "quarters_ahead": "count", "quarters": "count", "due_arr": "money", "renewing_arr": "money",
    "renewed": "money", "bias": "money", "bias_share": "ratio", "error_share": "ratio", "with_range": "count", "in_range": "count",
    "range_level": "ratio",
}  # fmt: skip
BY = ("source", "owner", "quarters_ahead")
MONEY = ("due_arr", "renewing_arr", "renewing_low", "renewing_high")
NOTHING = mark(
    "No forecast is kept yet. The server keeps one by itself at the beginning of each month; keep one now, and its quarters can be held "
    "against what happens. What forecasts would have been is told apart, in forecast-past."
)
STATES = ("as_of", "known_at", "viewer")


@contextmanager
def opened_unfiltered(store: Store, viewer: Viewer, question: Question) -> Generator[Books]:
    """The books without filters: a sum that was kept cannot be narrowed any more."""
    with opened_books(store, viewer, replace(question, filters=())) as books:
        yield books


@contextmanager
def opened_as_kept(store: Store, viewer: Viewer, question: Question) -> Generator[Books]:
    """The same under the rules by which forecasts are kept, whichever are asked for: what happened is told by those too."""
    with opened_unfiltered(store, viewer, replace(question, rules=Question().rules)) as books:
        yield books


def _log(books: Books, question: Question) -> Answer:
    """One row per past quarter, source, owner and number of quarters ahead: of the forecasts that were kept before the quarter began the
    newest one made so many quarters before it; the newest quarter first.

    owner: * is the whole company, told to who sees it all; others see those of their own accounts alone. source: model, past_rates, or
    calls (of the renewals that had one). due_arr, renewing_arr and the range are what was kept. renewed: what became of the renewals that
    were due then, at the rates of then: ARR that went on, each at most what was due; those whose contract was changed since (moved) count
    with what the account pays on the day. error: renewing_arr - renewed; error_share: of due_arr. not_certain: why it is not known yet
    (ahead, in_grace, open); then renewed and errors are empty. Totals: quarters, certain.
    """
    rows = log_rows(books)
    certain = rows.filter(pl.col("error").is_not_null())
    totals = {"forecasts": rows.height, "certain": certain.height}
    return Answer(rows.select(*COLUMNS), totals, _notes(books, rows))


def log_rows(books: Books) -> pl.DataFrame:
    """The rows of the report, from books that are open; of quarters that have begun by the day looked at."""
    day = books.day
    kept = kept_forecasts(books.view, books.currency) if day else empty(COLUMNS)
    begun = last_before(kept).filter(pl.col("quarter") <= day) if day else kept
    if begun.is_empty():
        return empty(COLUMNS)
    told = begun.join(_happened(books, begun), on=["made_on", "batch", "quarter", "owner", "of_calls"], how="left")
    known = with_error(told).with_columns(not_certain=_over(pl.col("not_certain"), day))
    gone = ("error", "error_share", "in_range", "renewed")
    certain = known.with_columns(pl.when(pl.col("not_certain").is_null()).then(name).alias(name) for name in gone)
    order = ["quarter", "quarters_ahead", pl.col("owner") != WHOLE, "owner", "source"]
    ordered = certain.sort(order, descending=[True, False, False, False, False]).with_columns(forecast_on="made_on")
    return ordered.select(pl.col(name).cast(kind) for name, kind in schema_of(COLUMNS).items())


def _over(not_certain: pl.Expr, day: date | None) -> pl.Expr:
    """Why it is not known yet, also where nothing more is due in a quarter that is not over."""
    return pl.when(pl.col("quarter").dt.offset_by("3mo") > pl.lit(day).dt.offset_by("1d")).then(pl.lit("ahead")).otherwise(not_certain)


def kept_forecasts(view: View, currency: str) -> pl.DataFrame:
    """The forecasts that were kept and that the viewer may see: those of the company for who sees it all, of an owner's accounts for who
    sees these. Money in cents; of_calls: whether it is of calls; batch. Those in another currency than figures are told in now are left
    out."""
    seen = _seen(view).filter(pl.col("currency") == currency)
    cents = [(pl.col(name) * 100).round(0).cast(pl.Int64) for name in MONEY]
    return seen.with_columns(*cents, pl.col("batch").cast(pl.Int64), of_calls=pl.col("source") == CALLS)


def _seen(view: View) -> pl.DataFrame:
    """The rows of forecasts that the viewer may see, in every currency."""
    rows = view.table("forecasts")
    return rows if (owners := owners_seen(view.viewer)) is None else rows.filter(pl.col("owner").is_in(list(owners)))


def owners_seen(viewer: Viewer) -> set[str] | None:
    """Of whose accounts a viewer sees all; None for who sees the whole company."""
    if viewer.sees_all:
        return None
    within = None if viewer.within is None else {one for column, values in viewer.within if column == "owner" for one in values}
    own = {viewer.owner} if viewer.owner else within or set()
    return own if within is None else own & within


def _happened(books: Books, begun: pl.DataFrame) -> pl.DataFrame:
    """What became of the renewals of each forecast: made_on, batch, quarter, owner, of_calls, renewed, renewals, moved, not_certain. Sums
    of an owner are of whose accounts they were when it was made."""
    moments = begun.select("made_on", "batch").unique().sort("made_on", "batch").rows()
    return books.learned("what became of forecasts", lambda of: _of_moments(of, books.store, moments), tuple(moments), of=OF_MONEY)


def _of_moments(books: Books, store: Store, moments: Sequence[tuple[date, int]]) -> pl.DataFrame:
    told = [
        summed_by_owner(became_of(books, due_then(store, day, batch), day)).with_columns(made_on=pl.lit(day), batch=pl.lit(batch, pl.Int64))
        for day, batch in moments
    ]
    return pl.concat(told)


def summed_by_owner(rows: pl.DataFrame) -> pl.DataFrame:
    """Outcomes in sum by quarter and owner, * for all, of every renewal and of those with a call: quarter, owner, of_calls and the columns
    of metrics.forecast_log.summed_outcomes."""
    every = pl.concat([rows, rows.with_columns(owner=pl.lit(WHOLE))]).drop_nulls("owner")
    both = pl.concat([every.with_columns(of_calls=pl.lit(False)), every.filter("is_called").with_columns(of_calls=pl.lit(True))])
    return summed_outcomes(both.lazy(), ["quarter", "owner", "of_calls"]).collect()


def _accuracy(books: Books, question: Question) -> Answer:
    """One row per source, owner and number of quarters ahead of the forecasts that were kept: of how many quarters it is certain what
    happened, and how far off they were.

    bias: the mean of the errors (above zero: too hopeful); bias_share: of what was due in all; error_share: the same without signs.
    in_range of with_range: how often what happened lay within the range, which should be as often as range_level says. Bias and errors are
    empty with fewer than four quarters: they would say more of those quarters than of who forecasts.
    """
    rows = log_rows(books)
    told = accuracy(rows.lazy(), BY).collect()
    order = ["quarters_ahead", pl.col("owner") != WHOLE, "owner", "source"]
    return Answer(told.sort(order).select(*ACCURACY), {}, _notes(books, rows))


def _notes(books: Books, rows: pl.DataFrame) -> tuple[str, ...]:
    if books.day is None or rows.is_empty():
        return (_why_none(books),)
    said = [*books.notes, *_foreign(books)]
    certain = _certain_quarters(rows, FEWEST)
    if certain < FEWEST:
        said.append(
            tr_n(
                "Of {n:,} quarter it is certain what happened; bias and error are told from {fewest} on.",
                "Of {n:,} quarters it is certain what happened; bias and error are told from {fewest} on.",
                certain,
                fewest=FEWEST,
            )
        )
    return tuple(said)


def _certain_quarters(rows: pl.DataFrame, enough: int) -> int:
    """Of how many quarters it is certain what happened to all that was forecast of them a quarter ahead: rows of the whole company, or of
    all owners seen where that is not told. No fewer than `enough` where a source has bias and error."""
    ahead = rows.filter(pl.col("quarters_ahead") == 1)
    whole = ahead.filter(pl.col("owner") == WHOLE)
    of = ahead if whole.is_empty() else whole
    certain = of.group_by("quarter").agg(pl.col("error").is_not_null().all())["error"].sum()
    told = of.filter(pl.col("error").is_not_null()).group_by(BY).len()["len"].to_list()
    return max(int(certain), enough if max(told, default=0) >= enough else 0)


def _why_none(books: Books) -> str:
    """Why there is no row: nothing is kept, nothing that can be seen, nothing in this currency or by this day, or no quarter has begun."""
    every, day = books.view.table("forecasts"), books.day
    if every.is_empty() or day is None:
        return tr(NOTHING)
    seen = _seen(books.view)
    if seen.is_empty():
        return tr("Of the accounts that you see no forecast is kept yet.")
    own = seen.filter(pl.col("currency") == books.currency)
    if own.is_empty():
        return _only_foreign(seen["currency"].unique().sort().to_list(), books.currency)
    by_then = own.filter(pl.col("made_on") <= day)
    if by_then.is_empty():
        return tr("By {day} no forecast was kept: the first one is of {first}.", day=day, first=own["made_on"].min())
    return _not_begun(by_then)


def _only_foreign(currencies: list[str], currency: str) -> str:
    return tr(
        "Forecasts are kept in {currencies}, but figures are told in {currency} now: those are not held against what happens. Keep one "
        "now, and its quarters can be.", currencies=listed(currencies), currency=currency,
    )  # fmt: skip


def _not_begun(kept: pl.DataFrame) -> str:
    """What is kept by the day looked at has no quarter yet that began after it was kept."""
    newest, after = kept["made_on"].max(), kept.filter(pl.col("quarter") > pl.col("made_on"))
    if after.is_empty():
        return tr("A forecast is kept, the newest of {newest}, but of no quarter that begins after it.", newest=newest)
    first = after["quarter"].min()
    return tr("A forecast is kept, the newest of {newest}. Its first whole quarter begins on {first}: what happens is told from then on.",
              newest=newest, first=first)  # fmt: skip


def _foreign(books: Books) -> tuple[str, ...]:
    """That forecasts in another currency are left out, by how many days they are of."""
    days = _seen(books.view).filter(pl.col("currency") != books.currency, pl.col("made_on") <= books.day)["made_on"].n_unique()
    told = tr_n(
        "The forecast of {n:,} day is left out: it was kept in another currency than {currency}.",
        "The forecasts of {n:,} days are left out: they were kept in another currency than {currency}.",
        days,
        currency=books.currency,
    )
    return (told,) if days else ()


forecast_log = Definition(
    "forecast-log", mark("Forecasts against what happened"), COLUMNS, _log, {"forecasts": "count", "certain": "count"},
    opens=opened_as_kept, states=STATES, ignores=("rules",),
)  # fmt: skip
forecast_accuracy = Definition(
    "forecast-accuracy", mark("How far off forecasts were"), ACCURACY, _accuracy, opens=opened_as_kept, states=STATES, ignores=("rules",)
)
