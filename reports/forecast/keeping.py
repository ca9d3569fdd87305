"""Keeping forecasts as they are made, so that they can be held against what happens: of the model or past rates, and of calls."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from data.schema import FORECASTS
from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import CONFIGURE, EVERYONE, Actor, Viewer
from language import tr
from metrics.calls_summed import summed_calls
from metrics.forecast_log import CALLS
from models.forecast import RANGE_LEVEL
from reports.books import Books, opened_books
from reports.forecast.called_quarters import renewals_called
from reports.forecast.forecast import Outlook, forecast_of
from reports.look import as_of
from reports.report import Question

FEED = "forecasts"
WHOLE = "*"  # in place of an owner: the whole company
Row = dict[str, Any]


def keep(store: Store, *, day: date | None = None, who: str | Actor = "local", viewer: Viewer = EVERYONE) -> int:
    """Keep the forecast of the newest day: of the whole company and of each owner's accounts, by the model or past rates, and by calls. How
    many rows were written; 0 where that day's is kept already, or there is nothing to forecast.

    A forecast that is kept never changes: what was known that day is what it says. Raises EditRefused for another day than the newest, of
    which more would be known than was, NotAllowed for a viewer who may not configure the model.
    """
    viewer.for_whole_company(CONFIGURE, "model")
    with View(store) as view:
        newest, kept = as_of(view, Question()), view.table(FORECASTS.name)
    if newest is None:
        return 0
    if day is not None and day != newest:
        raise EditRefused(
            tr("as_of: a forecast is kept as of {newest}, the newest day. What it would have been by {day} is in forecast-past.",
               newest=newest, day=day)
        )  # fmt: skip
    frame = made_on(store, newest).join(kept.select(FORECASTS.key), on=list(FORECASTS.key), how="anti")
    return commit_frame(store, FORECASTS.name, frame, FEED, viewer.signs(who)).read if frame.height else 0


def made_on(store: Store, day: date) -> pl.DataFrame:
    """What is kept on a day, of the whole company and of each owner's accounts: rows of the table of forecasts. Of a day that is past it is
    worked out by what is known by now."""
    return _framed([row for owner in [None, *_owners(store)] for row in _of(store, day, owner)])


def kept_for(store: Store) -> tuple[date | None, list[date]]:
    """The newest day of the data, None in an empty store, and the days of which a forecast is kept."""
    with View(store) as view:
        return as_of(view, Question()), view.table(FORECASTS.name)["made_on"].unique().sort().to_list()


def _owners(store: Store) -> list[str]:
    with View(store) as view:
        return view.accounts()["owner"].drop_nulls().unique().sort().to_list()


def _of(store: Store, day: date, owner: str | None) -> Iterator[Row]:
    """The rows of the whole company, or of one owner."""
    filters = (("owner", (owner,)),) if owner else ()
    with opened_books(store, EVERYONE, Question(as_of=day, filters=filters)) as books:
        found = forecast_of(books)
        if found is None:
            return
        named = {"made_on": day, "owner": owner or WHOLE, "currency": books.currency, "opening_arr": _money(_today(found))}
        for row in (*_forecast_rows(found), *_call_rows(books, found)):
            yield named | row


def _today(found: Outlook) -> int:
    return int(found.pieces["at_stake"].sum())


def _forecast_rows(found: Outlook) -> Iterator[Row]:
    """What is expected of each quarter, by what more of it is told; of quarters of which nothing can be told there is none."""
    for at, quarter in enumerate(found.forecast.quarters if found.forecast else ()):
        if quarter.renewing is None:
            continue
        model = found.past.model
        yield {
            "quarter": found.quarters[at].quarter, "source": found.source(at), "due_arr": _money(quarter.due),
            "renewing_arr": _money(quarter.renewing), "expected_expansion": _money(quarter.expansion),
            "expected_contraction": _money(quarter.contraction), "expected_arr": _money(quarter.expected),
            **_ends("renewing", quarter.renewing_range), **_ends("expected_arr", quarter.expected_range), "range_level": RANGE_LEVEL,
            "model_version": model.version if model else None,
        }  # fmt: skip


def _ends(name: str, told: Any) -> Row:
    return {f"{name}_low": _money(told.low), f"{name}_high": _money(told.high)} if told else {}


def _call_rows(books: Books, found: Outlook) -> Iterator[Row]:
    """What calls expect, of the renewals that have one; a quarter without a call has no row."""
    summed = summed_calls(renewals_called(books, found).lazy(), ("quarter",)).collect()
    for row in summed.filter(pl.col("called") > 0).sort("quarter").to_dicts():
        yield {
            "quarter": row["quarter"], "source": CALLS, "due_arr": _money(row["due_called"]), "renewing_arr": _money(row["renewing"]),
            "expected_expansion": _money(row["growth"]),
        }  # fmt: skip


def _money(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents) / 100


def _framed(rows: list[Row]) -> pl.DataFrame:
    columns = [column for column in FORECASTS.columns if any(column.name in row for row in rows)] or list(FORECASTS.columns)
    return pl.DataFrame({one.name: pl.Series([row.get(one.name) for row in rows], dtype=one.dtype) for one in columns})
