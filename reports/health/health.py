"""How is each account, and why?"""

from datetime import date, timedelta
from typing import Any

import polars as pl

from data.store.view import View
from language import language, mark, tr
from metrics.account_measures import Known, Recorded, measures
from metrics.health import COMPONENT, DIGITS, LITTLE_KNOWN, components, scores, settled
from metrics.health_exceptions import EXCEPTIONS, exceptions
from metrics.scorecard import Scorecard
from metrics.tickets import with_resolution
from metrics.unrated import CUSTOMERS, all_states
from metrics.windows import observed
from reports.books import Books
from reports.customers.unseen import little_known, unseen
from reports.definition import Answer, Definition
from reports.health.scorecard import scorecard, trouble
from reports.report import Question
from reports.units import empty
from reports.usage.usage import started, used

CHANGE_DAYS = 30
RECORD = mark("How the score did on past renewals: report health-record.")
COLUMNS = {
    "account_id": "text", "name": "text", "score": "score", "band": "text", "change": "score", "components": "components",
    "measured": "ratio", "state": "text", "known_weight": "ratio", "exception": "text",
}  # fmt: skip
ROWS = COLUMNS | {"exception_kind": "text", "exception_since": "day"}
RECORDS = ("tickets", "surveys", "activities")


def _health(books: Books, question: Question) -> Answer:
    """One row per account in scope, worst first: score (0 to 100), band, change against 30 days before, and its components.

    components: name, group, value, score, effective_weight, points (they total the score), missing. measured: share of the measures
    that are known; known_weight: of their weight. exception: what caps the band, in words. Accounts that are no customers on the day, or
    of which nothing is measured, have no score. change: null unless the account was a customer on both days, with two scores neither of
    which is little known. Totals count bands.
    """
    card = scorecard(books.view)
    rows = health_rows(books, card)
    bands = {name: (rows["band"] == name).sum() for name, _ in card.bands}
    counts = {LITTLE_KNOWN: (rows["band"] == LITTLE_KNOWN).sum(), "scored": rows["score"].is_not_null().sum()}
    counts |= {"not_scored": rows["score"].is_null().sum()}
    return Answer(
        rows.select(*COLUMNS), bands | counts, (tr(RECORD), *trouble(books.view), *unseen(books, rows), *little_known(rows, card))
    )


def health_rows(books: Books, card: Scorecard) -> pl.DataFrame:
    """The rows of the report, from books that are open, and exception_kind and exception_since: the exception as a code, and its day; see
    metrics.health_exceptions.

    What is kept of them is of one language, since exceptions stand in it in words."""
    day = books.day
    return empty(ROWS) if day is None else books.once("health", lambda of: _rows(of, card, day), repr(card), language())


def _rows(books: Books, card: Scorecard, now: date) -> pl.DataFrame:
    before = now - timedelta(days=CHANGE_DAYS)
    accounts = books.view.accounts().lazy().select("account_id", "name")
    parts, scored = scored_on(books, observed(accounts, now, before), card)
    here, then = (of_customers(books, scored, day) for day in (now, before))
    listed = (
        parts.lazy().filter(pl.col("day") == now).sort("effective_weight", "name", descending=[True, False])
        .group_by("account_id", maintain_order=True).agg(components=pl.struct(COMPONENT))
    )  # fmt: skip
    compared = ~pl.any_horizontal(pl.col("little", "little_before").fill_null(True))
    return (
        accounts.join(here, on="account_id", how="left")
        .join(then.select("account_id", before="score", little_before="little"), on="account_id", how="left")
        .join(listed, on="account_id", how="left")
        .with_columns(
            pl.when(pl.col("state").is_in(CUSTOMERS)).then("components").alias("components"),
            change=pl.when(compared).then((pl.col("score") - pl.col("before")).round(DIGITS)),
            measured=pl.col("measures") / len(card.measures),
        )
        .select(*ROWS)
        .sort("score", "account_id", nulls_last=True)
        .collect()
    )


def of_customers(books: Books, scored: pl.DataFrame, day: date) -> pl.LazyFrame:
    """Each account's state on a day and, of customers, its score, band and exception."""
    states = all_states(books.lines, books.effective, books.apart, day=day, rules=books.rules).select("account_id", "state")
    joined = scored.lazy().filter(pl.col("day") == day).drop("day").join(states, on="account_id", how="left")
    customer = pl.col("state").is_in(CUSTOMERS)
    return joined.with_columns(pl.col("state").fill_null("prospect")).with_columns(
        pl.when(customer).then(pl.col("score", "band", "exception", "exception_kind", "exception_since", "known_weight"))
    )


def scored_on(books: Books, observations: pl.LazyFrame, card: Scorecard) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The parts of the scores of observations (account_id, day), as metrics.health.components has them, and the scores as they are shown:
    account_id, day, score, band, measures, known_weight, little (known), exception (in words), exception_kind, exception_since."""
    return scored_of(books, observations, measured_on(books, observations), card)


def scored_of(
    books: Books, observations: pl.LazyFrame, measured: pl.DataFrame, card: Scorecard
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """The same of observations whose measures are at hand (`measured_on` of them): several scorecards can be held against one past."""
    parts = components(measured.lazy(), card).collect()
    found = exceptions(observations, *books.in_any_currency, books.products)
    stopped = measured.lazy().filter(pl.col("usage_state") == "feed_stopped")
    scored = settled(scores(parts.lazy(), card), found, stopped, card).collect()
    words = pl.col("exception").replace_strict(dict(EXCEPTIONS), default=None, return_dtype=pl.String)
    told = words.str.replace("{day}", pl.col("since").cast(pl.String), literal=True)
    return parts, scored.with_columns(exception=told, exception_kind="exception").rename({"since": "exception_since"})


def health_components(books: Books, observations: pl.LazyFrame, card: Scorecard) -> pl.LazyFrame:
    """metrics.health.components of observations (account_id, day), each seen from its day alone."""
    return components(measured_on(books, observations).lazy(), card)


def measured_on(books: Books, observations: pl.LazyFrame) -> pl.DataFrame:
    """metrics.account_measures.measures of observations, and the segment of the account."""
    days = observations.select(first=pl.col("day").min(), last=pl.col("day").max()).collect().row(0)
    if days[0] is None:
        days = (date(1970, 1, 31), date(1970, 1, 31))
    segments = books.view.accounts().lazy().select("account_id", "segment")
    return measures(observations, known(books, *days)).join(segments, on="account_id", how="left").collect()


def known(books: Books, first: date, last: date) -> Known:
    """What the measures of accounts need on the days from `first` to `last`."""
    tables: dict[str, Any] = {name: rows.lazy() for name, rows in kept_records(books.view).items()}
    return Known(
        started(books),
        *books.in_any_currency,
        used(books.view, first, last),
        **tables,
        **recorded(books.view),
        adding=books.products.adding,
    )


def kept_records(view: View) -> dict[str, pl.DataFrame]:
    """RECORDS as the measures of accounts take them: tickets with when each counts as resolved."""
    tables = {name: view.table(name) for name in RECORDS}
    return tables | {"tickets": with_resolution(tables["tickets"].lazy()).collect()}


def recorded(view: View) -> dict[str, Any]:
    """What the whole company records, as metrics.account_measures.Known has it: tickets, activities, when tickets are resolved."""
    places = {"tickets_recorded": ("tickets", "opened_at"), "activities_recorded": ("activities", "done_on", "conversation")}
    resolved = view.recorded("tickets", "resolved_at")[0]
    return {name: Recorded(*view.recorded(*place)) for name, place in places.items()} | {"resolutions_recorded": resolved is not None}


health = Definition("health", mark("Health by account"), COLUMNS, _health)
