"""What would another health score change today, what do accounts have of each measure, and with which curve does one begin?"""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from data.settings import Settings
from data.store.store import Store
from data.viewer import Viewer
from language import tr
from language.formats import listed
from metrics.account_measures import MEASURES
from metrics.registry import METRICS
from metrics.scorecard import Curve, Scorecard
from metrics.scorecard_edits import through
from metrics.unrated import CUSTOMERS, all_states
from reports.books import Books, opened_books
from reports.health.health import CHANGE_DAYS, kept_measures
from reports.health.moves import moves
from reports.health.scorecard import in_file
from reports.report import Question, Report
from reports.rights import KIND_OF
from reports.words.titles import title

CALLED = {"score_before": "score_now", "score_after": "score_then", "band_before": "band_now", "band_after": "band_then"}
OF_MOVES = {
    "account_id": "text", "name": "text", "band_now": "text", "band_then": "text", "score_now": "score", "score_then": "score",
    "moved": "decimal", "arr": "money", "owner": "text", "segment": "text",
}  # fmt: skip


def would_move(store: Store, viewer: Viewer, question: Question, before: Scorecard, after: Scorecard) -> Report:
    """The accounts in scope that have, or would have, a score, as a report that can be taken away: band_now and band_then, score_now and
    score_then (0 to 100), moved, arr; those that move the furthest first. Empty in an empty store. Raises NotAllowed for who may not view
    scores."""
    with opened_books(store, viewer.reading(KIND_OF["health"]), question) as books:
        rows = moves(books, before, after)
        scored = rows.filter(pl.any_horizontal(pl.col("band_before", "band_after").is_not_null())).rename(CALLED).select(*OF_MOVES)
        filters = {column: list(values) for column, values in question.filters}
        stated = {"as_of": books.day, "known_at": question.known_at, "viewer": books.viewer.seen, "filters": filters}
        return Report(
            "score-moves", tr("What another health score would change"), stated, question.rules, books.currency, books.view.data_version,
            scored, {}, OF_MOVES,
        )  # fmt: skip


def values_now(store: Store, viewer: Viewer, question: Question) -> pl.DataFrame:
    """What the customers in scope have of each measure on the day looked at: account_id, MEASURES (null: not known). Empty in an empty
    store. Raises NotAllowed for who may not view scores."""
    with opened_books(store, viewer.reading(KIND_OF["health"]), question) as books:
        if books.day is None:
            return pl.DataFrame(schema={"account_id": pl.String} | dict.fromkeys(MEASURES, pl.Float64))
        return _of_customers(books, books.day)


def _of_customers(books: Books, day: date) -> pl.DataFrame:
    states = all_states(books.lines, books.effective, books.apart, day=day, rules=books.rules).filter(pl.col("state").is_in(CUSTOMERS))
    accounts = states.select("account_id").collect()
    measured = kept_measures(books, day, day - timedelta(days=CHANGE_DAYS))  # as the report of health keeps them
    return measured.filter(pl.col("day") == day).join(accounts, on="account_id", how="semi").select("account_id", *MEASURES)


def in_product() -> Scorecard:
    """The score that comes with the product."""
    return in_file(Settings.model_fields["health"].default)


def first_curve(measure: str, known: pl.Series) -> Curve:
    """The curve that a measure begins with where it is added: that of the product, else one through what accounts have today."""
    own = {one.name: one.scale for one in in_product().measures}
    return own.get(measure) or through(known, higher_is_better=measure not in METRICS or METRICS[measure].better != "lower")


def warnings(card: Scorecard, segments: Sequence[str], values: pl.DataFrame | None) -> tuple[str, ...]:
    """What of a score holds for nobody, in words: a segment that no account has, and a measure of which nothing is known. segments: of all
    accounts. values: values_now of all customers; None, or none of them: of measures nothing is said. None of it keeps a score from being
    published; without accounts nothing is said."""
    named = dict.fromkeys((*card.segments, *(one.segment for one in card.variants if one.segment))) if segments else {}
    words = tr("No account is of the segment {segment}: what counts otherwise for it holds for nobody.")
    strange = [words.format(segment=one) for one in named if one not in segments]
    unknown = (
        [] if values is None or values.is_empty() else [one.name for one in card.measures if values[one.name].null_count() == values.height]
    )
    told = tr(
        "Known of no account today, so that the weight goes to the others: {measures}.", measures=listed(title(one) for one in unknown)
    )
    return (*strange, *((told,) if unknown else ()))
