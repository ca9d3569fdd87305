"""Past renewals as the health score saw them ahead: who was looked at on which day, what was known then, and what came of it."""

from datetime import date, timedelta

import polars as pl

from metrics.health_lab import series
from metrics.health_overrides import by_score
from metrics.scorecard import Scorecard
from models.observations import ahead, known_until, observations, without_overlap
from reports.books import Books
from reports.health.health import measured_on, scored_of

LEAD = 90  # days ahead: a renewal is prepared three months before
YEARS = 3
DAYS = 365 * YEARS
NO_DAY = date(1970 + YEARS, 1, 31)  # of an empty store
SEEN = ("account_id", "as_of", "due_on", "lead_days", "kind", "matured_on", "churned", "case")


def past(books: Books) -> pl.DataFrame:
    """Every look at an account 90, 60 and 30 days ahead of a renewal of the last YEARS years of which it is certain what came of it.

    account_id, as_of (the day of the look), due_on, lead_days, kind, matured_on, churned, case: see models.observations. Accounts with
    shorter terms than that, or with none, are looked at on the first of a month, no stretch of days twice from as far. One row per
    account, day and lead_days; empty where nothing is known.
    """
    return _past_until(books, certain_until(books))


def _past_until(books: Books, until: date) -> pl.DataFrame:
    return books.once("past looks", lambda of: _past(of, until), until)


def _past(books: Books, until: date) -> pl.DataFrame:
    lines, effective = books.lines.collect(), books.effective.collect()
    found = observations(lines, effective, since=until - timedelta(days=DAYS), until=until, grace_days=books.rules.grace_days)
    return without_overlap(found).select(*SEEN)


def to_come(books: Books) -> pl.DataFrame:
    """The looks 90 days ahead of which it is not yet certain what comes: account_id, matured_on; empty where nothing is due."""

    until = certain_until(books)

    def due(of: Books) -> pl.DataFrame:
        return ahead(of.lines.collect(), until=until, grace_days=of.rules.grace_days, lead=LEAD)

    return books.once("looks to come", due, until)


def certain_until(books: Books) -> date:
    """The last day on which a line in scope starts: a contract export that stopped before usage did would make a churn of all that ended
    since. What is worked out of everybody for a viewer is worked out up to the viewer's own day."""
    day = books.day or NO_DAY
    return known_until(books.lines.collect(), day) or day


def measured(books: Books) -> pl.DataFrame:
    """reports.health.health.measured_on of the days of `past`, once each."""
    return _measured_until(books, certain_until(books))


def _measured_until(books: Books, until: date) -> pl.DataFrame:
    return books.once("past looks, measured", lambda of: measured_on(of, _days(_past_until(of, until))), until)


def held_against(books: Books, card: Scorecard) -> pl.DataFrame:
    """The looks of `past` with the score that an account had on the day under a scorecard, and all that it is made of.

    The columns of `past`, band (that of the score, whatever somebody set), and those of metrics.health_lab.series: SCORE, groups and
    measures, in points; null = not known.
    """
    until = certain_until(books)
    return books.once("past looks, scored", lambda of: _held_against(of, card, until), repr(card), until)


def _held_against(books: Books, card: Scorecard, until: date) -> pl.DataFrame:
    parts, scored = _parts_and_scores(books, card, until)
    told = series(parts.lazy(), scored.lazy()).join(scored.select("account_id", "day", by_score()), on=["account_id", "day"])
    return _past_until(books, until).join(
        told, left_on=["account_id", "as_of"], right_on=["account_id", "day"], how="left", maintain_order="left"
    )


def bands_before(books: Books, card: Scorecard, lead: int) -> pl.DataFrame:
    """The band that the score had so many days before each renewal of `past`: account_id, due_on, band (null where nothing was known).

    As held_against has it, of these days alone: what the forecast needs is a part of what the score is tried on.
    """
    seen = past(books).filter(pl.col("lead_days") == lead, pl.col("kind") == "renewal")
    days = _days(seen)
    _, scored = scored_of(books, days, measured_on(books, days), card)
    told = scored.select("account_id", by_score(), as_of="day")
    return seen.join(told, on=["account_id", "as_of"], how="left").select("account_id", "due_on", "band")


def parts_and_scores(books: Books, card: Scorecard) -> tuple[pl.DataFrame, pl.DataFrame]:
    """reports.health.health.scored_on of the days of `past`."""
    return _parts_and_scores(books, card, certain_until(books))


def _parts_and_scores(books: Books, card: Scorecard, until: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    return scored_of(books, _days(_past_until(books, until)), _measured_until(books, until), card)


def _days(seen: pl.DataFrame) -> pl.LazyFrame:
    return seen.lazy().select("account_id", day="as_of").unique(maintain_order=True)
