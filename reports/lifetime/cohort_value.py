"""What has each cohort brought, what is it still to bring, and when has it paid for what winning it cost?"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from language import mark, tr
from metrics.cohorts import margins_by_age
from metrics.months import MONTHS, months_later
from metrics.rounding import divided
from models.cohort_projection import Band, foreseen, paid_back, still_there
from models.lifetime import Fit
from reports.books import OF_MONEY, Books
from reports.definition import Answer, Definition
from reports.lifetime.followed import Followed, followed, in_words
from reports.lifetime.renewals import Term, left_out, terms_of
from reports.report import Question
from reports.revenue.margins import of_company
from reports.revenue.unit_economics import every_month
from reports.units import empty

BY_MONTH = {
    "cohort": "month", "size": "count", "month_of_life": "count", "month": "month", "margin_per_account": "money",
    "margin_low": "money", "margin_high": "money", "is_projected": "flag", "cac": "money",
}  # fmt: skip
PAYBACK = {
    "cohort": "month", "size": "count", "months_seen": "count", "margin_per_account": "money", "cac": "money", "payback_month": "count",
    "payback_is": "text", "margin_ahead": "money", "margin_ahead_low": "money", "margin_ahead_high": "money", "why_null": "text",
}  # fmt: skip
HORIZON = 60  # months of a cohort's life that are looked at
SEEN, FORESEEN, NOT_WITHIN, UNKNOWN = "seen", "foreseen", "not_within", "unknown"


@dataclass(frozen=True)
class Cohort:
    """A cohort: its rows of margins_by_age with known margin, how many of its accounts are still there, what winning one cost (cents;
    None: not known), the share of them that is to be there in each month to come (None: not told), and why it is not."""

    begun: date
    size: int
    seen: pl.DataFrame
    there: int
    cac: int | None
    ahead: Band | None
    why: str | None

    def margins(self) -> list[list[float]]:
        """What an account has brought by each month, seen and then foreseen, with the least and the most it may be; cents."""
        seen = [float(one) for one in self.seen["margin"]]
        if not self.ahead or not seen:
            return [[one / self.size for one in seen]] * 3
        later = foreseen(seen[-1], float(self.seen["earned"][-1]), self.ahead, accounts=self.there)
        return [[float(one) / self.size for one in (*seen, *after)] for after in later]


def _cohorts(books: Books, question: Question) -> tuple[list[Cohort], Followed]:
    own, closed_by = followed(books, question), books.closing_day(question)
    if closed_by is None or own.rows.is_empty():
        return [], own
    margins = of_company(books, question, books.view.table("costs")).lazy()

    def work() -> pl.DataFrame:
        return margins_by_age(books.effective, as_of=closed_by, per=question.per, **books.money, margins=margins).collect()

    rows = books.answered_once("margins by age", question, work, (*OF_MONEY, "costs"))
    costs = dict(every_month(books, question).drop_nulls("cac").select("month", "cac").rows())
    terms = terms_of(own)
    begun = books.effective.group_by("account_id").agg(begun=pl.col("starts_on").min()).collect()
    mine = replace(own, rows=own.rows.join(begun, on="account_id"))
    parts = rows.group_by("cohort", maintain_order=True)
    return [_cohort(first, months, mine, terms, costs, question.per) for (first,), months in parts], own


def _cohort(begun: date, rows: pl.DataFrame, own: Followed, terms: list[Term], costs: dict[date, int], per: str) -> Cohort:
    seen = rows.drop_nulls("margin")
    months = [months_later(begun, month) for month in range(MONTHS[per])]
    cac = next((costs[month] for month in reversed(months) if month in costs), None)
    mine = own.rows.filter(pl.col("begun") >= begun, pl.col("begun") < months_later(begun, MONTHS[per]))
    ahead, why = _ahead(rows, seen, mine, terms)
    return Cohort(begun, int(rows["size"][0]), seen, mine.filter(~pl.col("lost")).height, cac, ahead, why)


def _ahead(rows: pl.DataFrame, seen: pl.DataFrame, own: pl.DataFrame, terms: list[Term]) -> tuple[Band | None, str | None]:
    """The share of the cohort's accounts still there that goes on, month by month, or why it is not told."""
    there, months = own.filter(~pl.col("lost")), HORIZON - seen.height
    reasons = (
        (seen.height < rows.height, tr("the cost of revenue is not known of every month")),
        (own.height < rows["size"][0], tr("not all of its accounts are followed yet")),
        (bool(there.height and seen.height and seen["earned"][-1] <= 0), tr("its last month brought no margin")),
    )
    why = next((words for holds, words in reasons if holds), None)
    if why or months <= 0:
        return None, why
    if there.is_empty():
        return (np.zeros(months), np.zeros(months), np.zeros(months)), None
    fits: dict[int, Fit] = {term.months: term.fit for term in terms if term.fit}
    found = still_there(there.select("term_months", "held"), fits, months=months)
    return found, None if found else _no_curve(terms)


def _no_curve(terms: list[Term]) -> str:
    why = next((in_words(term.why) for term in terms if term.why), None)
    return tr("too few of its accounts renew by a term with a curve") if why is None else tr("no curve of renewals: {why}", why=why)


def _by_month(books: Books, question: Question) -> Answer:
    """One row per cohort and month of its life, its own being the first: the gross margin that it has brought by then for each account that
    it began with, and what each cost to win (CAC).

    As far as months have closed it is margin_per_account of the report cohorts, by month; after that, up to the sixtieth, it is foreseen
    (is_projected): each month brings what the last one did, times the share of those still there who go on by the sBG curve of their term,
    with limits (95 %: of the curve, and of chance among so few accounts). Nothing is discounted. cac: that of unit-economics in the last
    month of the cohort, over the twelve months up to it. Empty from the first month without a known cost of revenue.
    """
    cohorts, own = _cohorts(books, question)
    frames = [_months_of(cohort) for cohort in cohorts]
    rows = pl.concat(frames) if frames else empty(BY_MONTH)
    return Answer(rows, notes=_notes(books, question, cohorts, own), stated=_stated(books, question, own))


def _months_of(cohort: Cohort) -> pl.DataFrame:
    best, low, high = cohort.margins()
    seen = cohort.seen.height
    ages = range(len(best))
    told = divided(pl.col("margin"), pl.col("size").cast(pl.Int64))
    exact = cohort.seen.with_columns(told=told)["told"].to_list()
    rows = {
        "cohort": [cohort.begun] * len(best), "size": cohort.size, "month_of_life": [age + 1 for age in ages],
        "month": [months_later(cohort.begun, age) for age in ages], "margin_per_account": [*exact, *map(round, best[seen:])],
        "margin_low": [*[None] * seen, *map(round, low[seen:])], "margin_high": [*[None] * seen, *map(round, high[seen:])],
        "is_projected": [age >= seen for age in ages], "cac": cohort.cac,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=empty(BY_MONTH).schema) if best else empty(BY_MONTH)


def _payback(books: Books, question: Question) -> Answer:
    """One row per cohort: accounts, months that have closed, the gross margin that each account has brought by then, what each cost to win
    (CAC), and in which month of its life the margin had paid for that: seen (payback_is), foreseen, not_within the sixty months looked at,
    or unknown, where margin or CAC are not known. margin_ahead: what an account is foreseen to have brought after sixty months, with its
    limits (95 %). why_null: why nothing is foreseen.
    """
    cohorts, own = _cohorts(books, question)
    rows = [_paid(cohort) for cohort in cohorts]
    table = pl.DataFrame(rows, schema=empty(PAYBACK).schema) if rows else empty(PAYBACK)
    counts = {f"cohorts_{name}": int((table["payback_is"] == name).sum()) for name in (SEEN, FORESEEN, NOT_WITHIN, UNKNOWN)}
    return Answer(table, counts, _notes(books, question, cohorts, own), _stated(books, question, own))


def _paid(cohort: Cohort) -> dict[str, Any]:
    months = _months_of(cohort)
    margins, seen = months["margin_per_account"].to_list(), cohort.seen.height
    month = None if cohort.cac is None else paid_back(margins, cohort.cac)
    known = cohort.cac is not None and seen > 0
    unseen = NOT_WITHIN if len(margins) >= HORIZON else UNKNOWN
    is_ = UNKNOWN if not known else unseen if month is None else SEEN if month <= seen else FORESEEN
    ahead = {f"margin_ahead{limit}": None for limit in ("", "_low", "_high")}
    if len(margins) >= HORIZON:
        columns = ("margin_per_account", "margin_low", "margin_high")
        ahead = {name: months[column][HORIZON - 1] for name, column in zip(ahead, columns, strict=True)}
    why = cohort.why if known or cohort.why else tr("what winning an account cost is not known")
    return {
        "cohort": cohort.begun, "size": cohort.size, "months_seen": seen, "margin_per_account": margins[seen - 1] if seen else None,
        "cac": cohort.cac, "payback_month": month, "payback_is": is_, "why_null": why, **ahead,
    }  # fmt: skip


def _stated(books: Books, question: Question, own: Followed) -> dict[str, object]:
    return {"to": books.closing_day(question), "followed_until": own.until}


def _notes(books: Books, question: Question, cohorts: list[Cohort], own: Followed) -> tuple[str, ...]:
    if not books.viewer.sees_all:
        return (tr("Costs are for people who see all accounts: margin, CAC and payback of cohorts are left out."),)
    if not any(cohort.seen.height for cohort in cohorts):
        return (tr("No cost of revenue is imported (table costs): what cohorts have brought needs it."),)
    without = tr("CAC is not known: sales and marketing costs are needed (table costs), of the whole company without filters.")
    return (*((without,) if all(cohort.cac is None for cohort in cohorts) else ()), *left_out(own), *own.notes())


TAKES = ("per", "to")
cohort_lifetime_value = Definition("cohort-lifetime-value", mark("What cohorts bring, month by month"), BY_MONTH, _by_month, takes=TAKES)
cohort_payback = Definition("cohort-payback", mark("When cohorts have paid back"), PAYBACK, _payback, takes=TAKES)
