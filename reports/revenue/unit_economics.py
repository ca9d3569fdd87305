"""What is a customer worth, what does one cost, and how soon is that paid back?"""

from datetime import date, timedelta
from typing import Any

import polars as pl

from data.viewer import Viewer
from language import mark, tr, tr_n
from metrics.between_closes import paid_and_left
from metrics.lifetime_bounds import FEWEST_LOSSES
from metrics.months import first_day, last_day, months_later
from metrics.movements import movements
from metrics.renewals import decided, decided_without_grace, renewal_results
from metrics.terms import months_by_term
from metrics.unit_economics import ENOUGH, SPENT_ON_GROWTH, TARGETS, WINDOW, YEARLY_FROM
from metrics.unit_economics import unit_economics as of_months
from reports.books import OF_MONEY, Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.revenue.margins import all_months, with_and_without_grace

COLUMNS = {
    "month": "month", "arpa": "money", "gross_margin": "ratio", "customer_churn": "ratio", "ltv": "money", "cac": "money",
    "ltv_to_cac": "decimal", "payback_months": "decimal", "renewal_rate": "ratio",
    "annual_churn": "ratio", "ltv_without_margin": "money", "ltv_by_renewal": "money", "quick_ratio": "decimal",
    "renewal_period": "decimal", "mrr": "money", "accounts": "count", "opening_accounts": "count", "churned_accounts": "count",
    "spent": "money", "new_paid_for": "count", "due": "count", "renewed": "count", "term_months": "decimal",
    "ltv_low": "money", "ltv_high": "money",
    "opens_on": "day", "closes_on": "day", "paid_and_left": "count", "lost_accounts": "count", "exposed_accounts": "count",
    "arpa_without_grace": "money", "customer_churn_without_grace": "ratio", "ltv_without_grace": "money",
    "renewal_rate_without_grace": "ratio", "why_null": "text", "with_term": "count",
}  # fmt: skip
BARE = ("arpa", "customer_churn", "ltv", "renewal_rate")  # told without grace, too
WHOLE_COMPANY = mark("What is spent on growth is the whole company's: clear the filters to see CAC and payback.")


def _unit_economics(books: Books, question: Question) -> Answer:
    """One row per month of the period: ARPA, margin, churn, LTV, CAC, LTV/CAC, payback, renewal rate; then variants and the counts.

    Totals are those of the last month. ltv is null with fewer than FEWEST_LOSSES churns; ltv_low and ltv_high stand beside it.
    Costs are the whole company's: with a filter, or for a viewer of part of the accounts, what
    is spent on growth is left out. Notes say what is missing and why.
    """
    costs, (start, end), rows = books.view.table("costs"), books.period(question), every_month(books, question)
    shown = rows.filter((pl.col("month").dt.month_end() > start) & (pl.col("month").dt.month_end() <= end)) if start else rows.clear()
    shown = shown.select(*COLUMNS)
    totals = shown.drop("month", "opens_on", "closes_on", "why_null").row(-1, named=True) if shown.height else {}
    return Answer(shown, totals, _notes(books.viewer, question, costs, shown), {"window_months": WINDOW, "targets": TARGETS})


def every_month(books: Books, question: Question) -> pl.DataFrame:
    """The rows of unit economics of every month that has closed by the day looked at, in cents."""
    costs = books.view.table("costs")
    return books.answered_once("unit economics", question, lambda: _rows(books, question, costs), (*OF_MONEY, "costs"))


def _rows(books: Books, question: Question, costs: pl.DataFrame) -> pl.DataFrame:
    known, (graced, strict) = costs.clear() if question.filters else costs, with_and_without_grace(books, question, costs)
    results = renewals_of(books)
    both = (
        of_months(months_of(books, lines), margin.lazy(), known.lazy(), renewals).collect()
        for lines, margin, renewals in (
            (books.effective, graced, decided(results)), (books.strict, strict, decided_without_grace(results))
        )
    )  # fmt: skip
    rows, bare = both
    beside = bare.select("month", *(pl.col(name).alias(f"{name}_without_grace") for name in BARE))
    told = rows.join(beside, on="month", how="left", maintain_order="left").with_columns(why_null=_why_null())
    return told.with_columns(opens_on=pl.col("month").dt.offset_by("-1d"), closes_on=pl.col("month").dt.month_end())


def renewals_of(books: Books) -> pl.LazyFrame:
    """What became of every renewal, as the report on the renewal rate tells it."""
    day = books.day or date(1970, 1, 1)
    return renewal_results(books.renewable, start=date.min, end=day, as_of=day, **books.renewing, **books.money).collect().lazy()


def _why_null() -> pl.Expr:
    """Why churn, LTV, CAC or renewal rate of a month are empty, in words; null where they are not."""
    early = tr("told from {months} closed months on", months=ENOUGH)
    few = tr("LTV is told from {accounts} lost accounts on", accounts=FEWEST_LOSSES)
    too_few = pl.when(pl.col("lost_accounts") < FEWEST_LOSSES).then(pl.lit(few))
    return pl.when(pl.col("history") < ENOUGH).then(pl.lit(early)).otherwise(too_few)


def months_of(books: Books, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts of every month, with the MRR won and lost in it, and, where the rules count them, those that paid and left within it."""
    counted = all_months(books, lines).collect()
    first, last = first_day(counted["month"]), last_day(counted["month"])
    if first is None or last is None:
        return counted.lazy().with_columns(won=pl.lit(0), lost=pl.lit(0))
    period: dict[str, Any] = {"start": first - timedelta(days=1), "end": months_later(last, 1) - timedelta(days=1)}
    moved = _moved(movements(lines, **period, **books.money))
    left = paid_and_left(lines, **period, **books.money).group_by("month").agg(paid_and_left=pl.len().cast(pl.Int64))
    counts = left if books.rules.count_paid_and_left else left.clear()
    terms = months_by_term(lines, books.renewable, **period, **books.money).select("month", "with_term")
    joined = counted.lazy()
    for frame in (moved, counts, terms):
        joined = joined.join(frame, on="month", how="left")
    return joined.with_columns(pl.col("paid_and_left", "with_term").fill_null(0))


def _moved(bridge: pl.LazyFrame) -> pl.LazyFrame:
    """MRR won and lost in each month."""
    return bridge.select("month", won=pl.sum_horizontal("new", "reactivation", "expansion"), lost=pl.sum_horizontal("contraction", "churn"))


def _notes(viewer: Viewer, question: Question, costs: pl.DataFrame, rows: pl.DataFrame) -> tuple[str, ...]:
    """What keeps a figure from being there, or from being compared, in words."""
    if rows.is_empty():
        return (tr("No month has closed yet in the period."),)
    return (*_missing_costs(viewer, question, set(costs["kind"].drop_nulls())), *_missing_history(rows.row(-1, named=True)))


def _missing_costs(viewer: Viewer, question: Question, kinds: set[str]) -> tuple[str, ...]:
    if not viewer.sees_all:
        return (tr("Costs are for people who see all accounts: margin, LTV, CAC and payback are left out."),)
    said = (
        ("cost of revenue" not in kinds, tr("No cost of revenue is imported (table costs): margin, LTV and payback need it.")),
        (not kinds & set(SPENT_ON_GROWTH), tr("No sales or marketing costs are imported (table costs): CAC and payback need them.")),
        (bool(question.filters and kinds), tr(WHOLE_COMPANY)),
    )
    return tuple(words for holds, words in said if holds)


def _missing_history(last: dict[str, float | None]) -> tuple[str, ...]:
    if last["customer_churn"] is None:
        return (tr("Churn, CAC and renewal rate need {months} closed months.", months=ENOUGH),)
    said = [_from_how_many(last["lost_accounts"] or 0, last["exposed_accounts"] or 0)]
    if last["renewal_rate"] is None:
        few = last["due"] and last["with_term"] is not None
        hardly = tr("Hardly anything has a term: {with_term:,.0f} of {months:,.0f} account-months.")
        none = tr("No renewal was decided in the last {months} months.", months=WINDOW)
        said.append(hardly.format(with_term=last["with_term"], months=last["opening_accounts"]) if few else none)
    elif (term := last["term_months"]) is not None and term < YEARLY_FROM:
        said.append(tr("Terms last {term:.1f} months on average; the target of the renewal rate is meant for yearly ones.", term=term))
    return tuple(said)


def _from_how_many(churned: float, account_months: float) -> str:
    """From how many churns churn and LTV come, and that they are too few, where they are."""
    if churned >= FEWEST_LOSSES:
        return tr("Churn and LTV come from {churned:.0f} churns in {months:,.0f} account-months.", churned=churned, months=account_months)
    return tr_n(
        "LTV is not told: it would rest on {n:.0f} churn in {months:,.0f} account-months, and {enough} churns are needed; "
        "the bounds beside it say what they allow.",
        "LTV is not told: it would rest on {n:.0f} churns in {months:,.0f} account-months, and {enough} churns are needed; "
        "the bounds beside it say what they allow.",
        churned,
        months=account_months,
        enough=FEWEST_LOSSES,
    )


unit_economics = Definition("unit-economics", mark("Unit economics"), COLUMNS, _unit_economics, of_period=True)
