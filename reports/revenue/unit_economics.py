"""What is a customer worth, what does one cost, and how soon is that paid back?"""

from datetime import date, timedelta

import polars as pl

from data.viewer import Viewer
from metrics.lifetime_bounds import FEWEST_LOSSES
from metrics.months import first_day, last_day, months_later
from metrics.movements import movements
from metrics.renewals import decided, renewal_results
from metrics.unit_economics import ENOUGH, SPENT_ON_GROWTH, TARGETS, WINDOW, YEARLY_FROM
from metrics.unit_economics import unit_economics as of_months
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.revenue.margins import all_months, of_company

COLUMNS = {
    "month": "month", "arpa": "money", "gross_margin": "ratio", "customer_churn": "ratio", "ltv": "money", "cac": "money",
    "ltv_to_cac": "decimal", "payback_months": "decimal", "renewal_rate": "ratio",
    "annual_churn": "ratio", "ltv_without_margin": "money", "ltv_by_renewal": "money", "quick_ratio": "decimal",
    "renewal_period": "decimal", "mrr": "money", "accounts": "count", "opening_accounts": "count", "churned_accounts": "count",
    "spent": "money", "new_paid_for": "count", "due": "count", "renewed": "count", "term_months": "decimal",
    "ltv_low": "money", "ltv_high": "money",
    "opens_on": "day", "closes_on": "day",
}  # fmt: skip


def _unit_economics(books: Books, question: Question) -> Answer:
    """One row per month of the period: ARPA, margin, churn, LTV, CAC, LTV/CAC, payback, renewal rate; then variants and the counts.

    Totals are those of the last month. ltv is null with fewer than FEWEST_LOSSES churns; ltv_low and ltv_high stand beside it.
    Costs are the whole company's: with a filter, or for a viewer of part of the accounts, what
    is spent on growth is left out. Notes say what is missing and why.
    """
    costs, (start, end) = books.view.table("costs"), books.period(question)
    rows = _rows(books, question, costs)
    shown = rows.filter((pl.col("month").dt.month_end() > start) & (pl.col("month").dt.month_end() <= end)) if start else rows.clear()
    shown = shown.with_columns(opens_on=pl.col("month").dt.offset_by("-1d"), closes_on=pl.col("month").dt.month_end()).select(*COLUMNS)
    totals = shown.drop("month", "opens_on", "closes_on").row(-1, named=True) if shown.height else {}
    return Answer(shown, totals, _notes(books.viewer, question, costs, shown), {"window_months": WINDOW, "targets": TARGETS})


def _rows(books: Books, question: Question, costs: pl.DataFrame) -> pl.DataFrame:
    day, known = books.day or date(1970, 1, 1), costs.clear() if question.filters else costs
    came_up = renewal_results(books.lines, start=date.min, end=day, as_of=day, grace_days=books.rules.grace_days)
    margin = of_company(books, question, costs).lazy()
    return of_months(_months(books).collect().lazy(), margin, known.lazy(), decided(came_up)).collect()


def _months(books: Books) -> pl.LazyFrame:
    """Accounts of every month, with the MRR won and lost in it."""
    counted = all_months(books).collect()
    if counted.is_empty():
        return counted.lazy().with_columns(won=pl.lit(0), lost=pl.lit(0))
    moved = _moved(books, first_day(counted["month"]), last_day(counted["month"])).select("month", "won", "lost")
    return counted.lazy().join(moved, on="month", how="left")


def _moved(books: Books, first: date | None, last: date | None) -> pl.LazyFrame:
    """MRR won and lost in each of the months from `first` to `last` (their first days)."""
    start, end = (first - timedelta(days=1), months_later(last, 1) - timedelta(days=1)) if first and last else (date.min, date.min)
    bridge = movements(books.effective, start=start, end=end, **books.money)
    return bridge.with_columns(won=pl.sum_horizontal("new", "reactivation", "expansion"), lost=pl.sum_horizontal("contraction", "churn"))


def _notes(viewer: Viewer, question: Question, costs: pl.DataFrame, rows: pl.DataFrame) -> tuple[str, ...]:
    """What keeps a figure from being there, or from being compared, in words."""
    if rows.is_empty():
        return ("No month has closed yet in the period.",)
    return (*_missing_costs(viewer, question, set(costs["kind"].drop_nulls())), *_missing_history(rows.row(-1, named=True)))


def _missing_costs(viewer: Viewer, question: Question, kinds: set[str]) -> tuple[str, ...]:
    if not viewer.sees_all:
        return ("Costs are for people who see all accounts: margin, LTV, CAC and payback are left out.",)
    said = (
        ("cost of revenue" not in kinds, "No cost of revenue is imported (table costs): margin, LTV and payback need it."),
        (not kinds & set(SPENT_ON_GROWTH), "No sales or marketing costs are imported (table costs): CAC and payback need them."),
        (bool(question.filters and kinds), "What is spent on growth is the whole company's: clear the filters to see CAC and payback."),
    )
    return tuple(words for holds, words in said if holds)


def _missing_history(last: dict[str, float | None]) -> tuple[str, ...]:
    if last["customer_churn"] is None:
        return (f"Churn, CAC and renewal rate need {ENOUGH} closed months.",)
    said = [_from_how_many(last["churned_accounts"] or 0, last["opening_accounts"] or 0)]
    if last["renewal_rate"] is None:
        said.append(f"No renewal was decided in the last {WINDOW} months.")
    elif (term := last["term_months"]) is not None and term < YEARLY_FROM:
        said.append(f"Terms last {term:.1f} months on average; the target of the renewal rate is meant for yearly ones.")
    return tuple(said)


def _from_how_many(churned: float, account_months: float) -> str:
    """From how many churns churn and LTV come, and that they are too few, where they are."""
    counted = f"{churned:.0f} churn{'' if churned == 1 else 's'} in {account_months:,.0f} account-months"
    if churned >= FEWEST_LOSSES:
        return f"Churn and LTV come from {counted}."
    return f"LTV is not told: it would rest on {counted}, and {FEWEST_LOSSES} churns are needed; the bounds beside it say what they allow."


unit_economics = Definition("unit-economics", "Unit economics", COLUMNS, _unit_economics, of_period=True)
