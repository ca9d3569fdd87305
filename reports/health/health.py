"""How is each account, and why?"""

from datetime import date, timedelta
from typing import Any

import polars as pl

from data.schema import SCORE_OVERRIDES
from data.store.view import View
from language import language, mark, tr
from metrics.account_measures import Known, Recorded, measures
from metrics.grace import without_free
from metrics.health import COMPONENT, DIGITS, LITTLE_KNOWN, components, limited, positions, scores, settled
from metrics.health_exceptions import EXCEPTIONS, exceptions
from metrics.health_history import customers_on
from metrics.health_overrides import overridden
from metrics.lifecycle import age_days, days_to_renewal, renewal_spells
from metrics.scorecard import Scorecard
from metrics.segments import held
from metrics.tickets import with_resolution
from metrics.unrated import CUSTOMERS, all_states
from metrics.windows import observed
from reports.books import OF_MONEY, Books
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
    "measured": "ratio", "state": "text", "known_weight": "ratio", "exception": "text", "lifecycle": "text", "variant": "text",
    "own_band": "text", "set_by": "text", "set_reason": "text", "set_until": "day",
}  # fmt: skip
OF_CUSTOMERS = (
    "score", "band", "exception", "exception_kind", "exception_since", "known_weight", "lifecycle", "variant", "own_band", "set_by",
    "set_reason", "set_until",
)  # fmt: skip
ROWS = COLUMNS | {"exception_kind": "text", "exception_since": "day", "usage_state": "text"}
RECORDS = ("tickets", "surveys", "activities")
LIMIT = "limit"  # the kind of an exception of the team's own


def _health(books: Books, question: Question) -> Answer:
    """One row per account in scope, worst first: score (0 to 100), band, change against 30 days before, and its components.

    components: name, group, value, score, effective_weight, points (they total the score), missing. measured: share of the measures
    that are known; known_weight: of their weight. exception: what caps the band, in words. lifecycle: onboarding, steady or renewal;
    variant: what counts otherwise for it, by name. Where somebody has set the band, own_band is what it would be, with set_by, set_reason
    and set_until (the first day on which it holds no more). Accounts that are no customers on the day, or
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
    metrics.health_exceptions; and usage_state: what is seen of its usage, as metrics.usage has it.

    What is kept of them is of one language, since exceptions stand in it in words."""
    day = books.day
    return empty(ROWS) if day is None else books.once("health", lambda of: _rows(of, card, day), repr(card), language())


def _rows(books: Books, card: Scorecard, now: date) -> pl.DataFrame:
    before = now - timedelta(days=CHANGE_DAYS)
    accounts = books.view.accounts().lazy().select("account_id", "name")
    measured = kept_measures(books, now, before)
    parts, scored = scored_of(books, observed(accounts, now, before), measured, card)
    seen = measured.lazy().filter(pl.col("day") == now).select("account_id", "usage_state")
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
        .join(seen, on="account_id", how="left")
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
    """Each account's state on a day and, of those who were customers as seen from it, score, band and exception."""
    states = all_states(books.lines, books.effective, books.apart, day=day, rules=books.rules).select("account_id", "state")
    joined = scored.lazy().filter(pl.col("day") == day).drop("day").join(states, on="account_id", how="left")
    then = customers_on(observed(books.names(), day), *books.on_each_day).select("account_id", customer=pl.lit(True))
    told = joined.join(then, on="account_id", how="left").with_columns(pl.col("state").fill_null("prospect"))
    return told.with_columns(pl.when(pl.col("customer").fill_null(False)).then(pl.col(OF_CUSTOMERS))).drop("customer")


def scored_on(books: Books, observations: pl.LazyFrame, card: Scorecard) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The parts of the scores of observations (account_id, day), as metrics.health.components has them, and the scores as they are shown:
    account_id, day, score, band, measures, known_weight, little (known), exception (in words), exception_kind (LIMIT for one of the team's
    own), exception_since; lifecycle and variant, as metrics.health.positions has them; own_band, set_by, set_reason, set_until, as
    metrics.health_overrides.overridden has them."""
    return scored_of(books, observations, measured_on(books, observations), card)


def scored_of(
    books: Books, observations: pl.LazyFrame, measured: pl.DataFrame, card: Scorecard
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """The same of observations whose measures are at hand (`measured_on` of them): several scorecards can be held against one past."""
    known = measured.lazy()
    parts = components(known, card).collect()
    found = exceptions(observations, *books.on_each_day, books.products)
    stopped = known.filter(pl.col("usage_state") == "feed_stopped")
    every = pl.concat([found, limited(known, card)]) if card.limits else found
    scored = settled(scores(parts.lazy(), card), every, stopped, card).join(positions(known, card), on=["account_id", "day"], how="left")
    told = overridden(scored, books.view.table(SCORE_OVERRIDES.name).lazy(), [name for name, _ in card.bands])
    return parts, told.with_columns(**_exception()).rename({"since": "exception_since"}).collect()


def _exception() -> dict[str, pl.Expr]:
    """An exception in words, and as a code; one of the team's own has its name alone."""
    own = pl.col("exception").is_not_null() & ~pl.col("exception").is_in(list(EXCEPTIONS))
    words = pl.col("exception").replace_strict(dict(EXCEPTIONS), default=None, return_dtype=pl.String)
    told = words.str.replace("{day}", pl.col("since").cast(pl.String), literal=True)
    return {
        "exception": pl.when(own).then("exception").otherwise(told),
        "exception_kind": pl.when(own).then(pl.lit(LIMIT)).otherwise("exception"),
    }


def kept_measures(books: Books, *days: date) -> pl.DataFrame:
    """measured_on of every account on some days, worked out once for all scores that are held against them."""
    return books.once("measures of accounts", lambda of: measured_on(of, observed(of.names(), *days)), *days)


def health_components(books: Books, observations: pl.LazyFrame, card: Scorecard) -> pl.LazyFrame:
    """metrics.health.components of observations (account_id, day), each seen from its day alone."""
    return components(measured_on(books, observations).lazy(), card)


def measured_on(books: Books, observations: pl.LazyFrame) -> pl.DataFrame:
    """metrics.account_measures.measures of observations, and of the account its segment on the day, age_days and days_to_renewal (see
    metrics.lifecycle), whatever the score."""
    days = observations.select(first=pl.col("day").min(), last=pl.col("day").max()).collect().row(0)
    if days[0] is None:
        days = (date(1970, 1, 31), date(1970, 1, 31))
    told = known(books, *days)
    rows = held(measures(observations, told), books.view.account_history("segment").lazy().rename({"value": "segment"}), on="day")
    for frame in (age_days(observations, told.accounts), days_to_renewal(observations, _renewals(books).lazy())):
        rows = rows.join(frame, on=["account_id", "day"], how="left")
    return rows.collect()


def _renewals(books: Books) -> pl.DataFrame:
    """When renewals were ahead, as metrics.lifecycle.renewal_spells has them."""

    def told(of: Books) -> pl.DataFrame:
        lines = without_free(of.in_any_currency[0], of.rules)
        return renewal_spells(lines, until=of.day or date(1970, 1, 1), grace_days=of.rules.grace_days, products=of.products).collect()

    return books.once("renewals ahead", told, of=OF_MONEY)


def known(books: Books, first: date, last: date) -> Known:
    """What the measures of accounts need on the days from `first` to `last`."""
    tables: dict[str, Any] = {name: rows.lazy() for name, rows in kept_records(books.view).items()}
    return Known(
        started(books),
        *books.on_each_day,
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
    return {name: Recorded.on(view.recorded_days(*place)) for name, place in places.items()} | {
        "resolutions_recorded": resolved is not None
    }


health = Definition("health", mark("Health by account"), COLUMNS, _health)
