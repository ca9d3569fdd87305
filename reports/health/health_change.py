"""Why is a health score another one than it was?"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from data.parameters import WrongParameter
from data.store.view import View
from language import mark, tr
from metrics.health import DIGITS, band
from metrics.health_change import KINDS, Look, health_changes
from metrics.scorecard import Scorecard
from metrics.unrated import CUSTOMERS
from metrics.windows import observed
from reports.books import Books, opened_books
from reports.definition import Answer, Definition
from reports.health.change_words import TOLD, band_in_words, change_in_words, missing_told, places_told
from reports.health.differences import in_words
from reports.health.health import CHANGE_DAYS, measured_on, of_customers, scored_of
from reports.health.scorecard import scorecard, scorecard_on
from reports.report import Question
from reports.units import empty

PLACED = ("segment", "age_days", "days_to_renewal")  # what says for whom choices of the score differ
COLUMNS = {
    "account_id": "text", "name": "text", "since": "day", "score_before": "score", "score": "score", "moved": "decimal", "why": "text",
    "band_before": "text", "band": "text", "why_band": "text", **dict.fromkeys(KINDS, "decimal"),
}  # fmt: skip
PARTS = {
    "account_id": "text", "name": "text", "since": "day", "kind": "text", "figure": "text", "value_before": "number",
    "value_after": "number", "points": "decimal",
}  # fmt: skip
SIDE = ("score", "band", "own", "exception", "known_weight", "stopped")


@dataclass(frozen=True)
class Side:
    """Accounts on a day: as they were measured, the scorecard, and the scores as they are shown (own: the band by the score alone)."""

    day: date
    measured: pl.DataFrame
    card: Scorecard
    shown: pl.DataFrame

    def look(self, accounts: pl.Series) -> Look:
        """Some of the accounts as metrics.health_change takes them."""
        return Look(self.measured.filter(pl.col("account_id").is_in(accounts.implode())), self.card)

    @property
    def scored(self) -> pl.DataFrame:
        """account_id of those that have a score."""
        return self.shown.filter(pl.col("score").is_not_null()).select("account_id")


def _health_change(books: Books, question: Question) -> Answer:
    """One row per account in scope: its score on two days, and why it is another one; those that fell the furthest first.

    since: the first day, 30 before the day looked at unless it is asked for. score, band: as the report of health has them; score_before,
    band_before: under the version of the score in force on the first day, as known now, or with since_known_at as known then. moved: score
    less score_before, in points; and KINDS: its parts by kind, see metrics.health_change; they add up to it, 0 where there is
    none. All null where a day has no score; why says so in place of the parts. why_band: why the band is another one.
    Raises WrongParameter for a first day that is not before the day looked at.
    """
    if books.day is None:
        return Answer(empty(COLUMNS), stated={"since": None})
    since = _first_day(question, books.day)
    rows = _found(books, question, since).sort("moved", "account_id", nulls_last=True)
    return Answer(rows.select(*COLUMNS), notes=_decided(books, since), stated={"since": since})


def _health_change_parts(books: Books, question: Question) -> Answer:
    """One row per account, kind of change and measure (figure): what each has moved of the score, in points; they add up to its `moved` in
    health-change.

    value_before, value_after: of the measure on the two days, null where it is not known; of `late_data` as known then and now of the
    first day.
    Raises as health-change.
    """
    if books.day is None:
        return Answer(empty(PARTS), stated={"since": None})
    since = _first_day(question, books.day)
    rows = _found(books, question, since).select("account_id", "name", "since", "parts")
    return Answer(rows.explode("parts").drop_nulls("parts").unnest("parts").select(*PARTS), stated={"since": since})


def _decided(books: Books, since: date) -> tuple[str, ...]:
    """What the score decides otherwise than on the first day."""
    words = in_words(scorecard_on(books.view, since), scorecard(books.view), TOLD)
    return (tr("The score counts otherwise than on {since}: {what}.", since=since, what=words),) if words else ()


def _found(books: Books, question: Question, since: date) -> pl.DataFrame:
    """The rows of health-change, each with the rows of its parts as a list."""
    if question.since_known_at is not None:
        return _compared(books, question, since)
    cards = (repr(scorecard_on(books.view, since)), repr(scorecard(books.view)))
    return books.once("health change", lambda of: _compared(of, question, since), since, *cards)


def _compared(books: Books, question: Question, since: date) -> pl.DataFrame:
    before, after = _sides(books, question, since, books.day or since)
    then = _as_known_then(books, question, before) if question.since_known_at is not None else None
    shown = then or before
    both = shown.scored.join(after.scored, on="account_id")["account_id"]
    known = None if then is None else then.look(both).measured.select(before.measured.columns)
    parts = health_changes(before.look(both), after.look(both), placed=_placed(after), then=known)
    listed = parts.rename({"name": "figure"}).group_by("account_id", maintain_order=True)
    sums = [pl.col("points").filter(pl.col("kind") == kind).sum().alias(kind) for kind in KINDS]
    added = listed.agg(*sums, parts=pl.struct("kind", "figure", "value_before", "value_after", "points"))
    kinds = [pl.when(pl.col("moved").is_not_null()).then(pl.col(kind).fill_null(0.0)).alias(kind) for kind in KINDS]
    return _rows(books, parts, shown, after).join(added, on="account_id", how="left").with_columns(kinds)


def _first_day(question: Question, day: date) -> date:
    since = question.since or day - timedelta(days=CHANGE_DAYS)
    if since >= day:
        raise WrongParameter(tr("since: {since} does not lie before {day}, the day looked at.", since=since, day=day))
    return since


def _placed(side: Side) -> list[str]:
    return [name for name in PLACED if name in side.measured.columns]


def _sides(books: Books, question: Question, since: date, day: date) -> tuple[Side, Side]:
    """The two days as known now, each account in the segment that it had on the day."""
    seen = observed(books.view.accounts().lazy().select("account_id"), since, day)
    measured = measured_on(books, seen)
    with View(books.store, books.viewer, question.known_at, as_of=since) as then:
        segments = then.accounts().select("account_id", "segment")
    first = measured.filter(pl.col("day") == since).drop("segment").join(segments, on="account_id", how="left").select(measured.columns)
    cards = scorecard_on(books.view, since), scorecard(books.view)
    return _side(books, since, first, cards[0]), _side(books, day, measured.filter(pl.col("day") == day), cards[1])


def _as_known_then(books: Books, question: Question, before: Side) -> Side:
    """The first day as it was known at a moment; under the same version of the score, so that the data alone differ."""
    asked = replace(question, known_at=question.since_known_at, as_of=before.day, by=None)
    with opened_books(books.store, books.viewer, asked) as then:
        seen = observed(then.view.accounts().lazy().select("account_id"), before.day)
        return _side(then, before.day, measured_on(then, seen), before.card)


def _side(books: Books, day: date, measured: pl.DataFrame, card: Scorecard) -> Side:
    seen = measured.lazy().select("account_id", "day")
    shown = of_customers(books, scored_of(books, seen, measured, card)[1], day).collect()
    own = pl.when(pl.col("score").is_not_null()).then(band(pl.col("score"), card.bands))
    placed = [name for name in PLACED if name in measured.columns]
    more = measured.select("account_id", *placed, stopped=(pl.col("usage_state") == "feed_stopped").fill_null(False))
    return Side(day, measured, card, shown.with_columns(own=own).join(more, on="account_id", how="left"))


def _rows(books: Books, parts: pl.DataFrame, before: Side, after: Side) -> pl.DataFrame:
    """All but the parts by kind, of every account in scope."""
    of = {account: list(own.iter_rows(named=True)) for (account,), own in parts.group_by("account_id", maintain_order=True)}
    sides = [dict(zip(side.shown["account_id"], side.shown.iter_rows(named=True), strict=True)) for side in (before, after)]
    rows = [
        {"account_id": account, "name": name, "since": before.day}
        | _told(before, after, *(side.get(account) for side in sides), of.get(account, []))
        for account, name in books.names().collect().rows()
    ]
    schema = {name: unit for name, unit in empty(COLUMNS).schema.items() if name not in KINDS}
    return pl.DataFrame(rows, schema=schema)


def _told(before: Side, after: Side, then: dict | None, now: dict | None, parts: list[dict]) -> dict[str, Any]:
    """What is said of one account; then, now: its rows of the two days, None where it was not known."""
    first, last = _of_day(before, then), _of_day(after, now)
    told = {"score_before": first["score"], "score": last["score"], "band_before": first["band"], "band": last["band"]}
    if None in (first["score"], last["score"]):
        return told | {"moved": None, "why": missing_told(first, last), "why_band": ""}
    moved = round(last["score"] - first["score"], DIGITS)
    about = {"stopped": last["stopped"], "day": before.day, "places": places_told(then or {}, last)}
    words = band_in_words(first, last | {"same_bands": before.card.bands == after.card.bands})
    return told | {"moved": moved, "why": change_in_words(moved, parts, about), "why_band": words}


def _of_day(side: Side, row: dict | None) -> dict[str, Any]:
    """The row of a day, with the day, and why it has no score."""
    if row is None:
        return dict.fromkeys((*side.shown.columns, *SIDE)) | {"day": side.day, "why_none": "unknown"}
    return row | {"day": side.day, "why_none": "nothing" if row["state"] in CUSTOMERS else "no_customer"}


health_change = Definition("health-change", mark("Why health changed"), COLUMNS, _health_change, takes=("since", "since_known_at"))
health_change_parts = Definition(
    "health-change-parts", mark("Why health changed, part by part"), PARTS, _health_change_parts, takes=("since", "since_known_at")
)
