"""What was the health of accounts on their last day as customers?"""

from datetime import date, timedelta

import polars as pl

from language import language, mark
from metrics.scorecard import Scorecard
from metrics.unrated import all_states
from reports.books import Books
from reports.definition import Answer, Definition
from reports.health.health import scored_on
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.units import empty

CHURNED = "churned"
COLUMNS = {
    "account_id": "text", "name": "text", "churned_on": "day", "frozen_on": "day", "score": "score", "band": "text", "own_band": "text",
    "known_weight": "ratio", "exception": "text", "lifecycle": "text",
}  # fmt: skip


def _health_frozen(books: Books, question: Question) -> Answer:
    """One row per account in scope that was a customer and is none on the day looked at, those that left last first: its score and band as
    they stood on frozen_on, its last day as a customer, where they stay. They are among no counts of scores.

    churned_on: the day on which the last paid time ended. score, band: null where nothing of it was measured then. own_band, known_weight,
    exception, lifecycle: as the report of health has them. Who comes back is scored anew, and no longer in this list.
    """
    return Answer(frozen_rows(books, scorecard(books.view)))


def frozen_rows(books: Books, card: Scorecard) -> pl.DataFrame:
    """The rows of the report, from books that are open. What is kept of them is of one language, since exceptions stand in words."""
    day = books.day
    return empty(COLUMNS) if day is None else books.once("frozen health", lambda of: _rows(of, card, day), repr(card), language())


def _rows(books: Books, card: Scorecard, now: date) -> pl.DataFrame:
    states = all_states(books.lines, books.effective, books.apart, day=now, rules=books.rules)
    left = states.filter(pl.col("state") == CHURNED, pl.col("since").is_not_null()).select(
        "account_id", churned_on="since", frozen_on=pl.col("since") - timedelta(days=1)
    )  # fmt: skip
    gone = left.join(books.names(), on="account_id").collect()
    if gone.is_empty():
        return empty(COLUMNS)
    _, scored = scored_on(books, gone.lazy().select("account_id", day="frozen_on"), card)
    told = gone.join(scored, left_on=["account_id", "frozen_on"], right_on=["account_id", "day"], how="left")
    return told.select(*COLUMNS).sort("churned_on", "account_id", descending=[True, False])


health_frozen = Definition("health-frozen", mark("Health when customers left"), COLUMNS, _health_frozen)
