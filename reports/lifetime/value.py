"""What is a customer worth, told three ways side by side, and why do they differ?"""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from language import mark, tr
from metrics.balances import balances
from metrics.lifetime_bounds import FEWEST_LOSSES
from metrics.lifetime_values import three_ways
from metrics.renewals import decided
from metrics.unit_economics import ENOUGH
from metrics.unit_economics import unit_economics as of_months
from reports.books import OF_MONEY, Books
from reports.definition import Answer, Definition
from reports.lifetime.followed import Followed, followed, in_words
from reports.lifetime.renewals import Term, left_out, new_customer, terms_of
from reports.lifetime.value_words import why_they_differ
from reports.report import Question
from reports.revenue.margins import of_company
from reports.revenue.unit_economics import months_of, renewals_of
from reports.units import empty

COLUMNS = {
    "group": "text", "accounts": "count", "mrr": "money", "arpa": "money", "gross_margin": "ratio",
    "ltv_by_renewal": "money", "ltv": "money", "ltv_discounted": "money", "ltv_discounted_low": "money", "ltv_discounted_high": "money",
    "months_by_renewal": "decimal", "months_by_churn": "decimal", "months_by_churn_discounted": "decimal", "months_discounted": "decimal",
    "renewal_rate": "ratio", "renewed": "count", "due": "count", "term_months": "decimal", "customer_churn": "ratio",
    "lost_accounts": "count", "exposed_accounts": "count", "with_term": "count",
    "revenue_by_renewal": "money", "ltv_without_margin": "money", "revenue_discounted": "money", "revenue_discounted_low": "money",
    "revenue_discounted_high": "money", "why_not_by_renewal": "text", "why_not_by_churn": "text", "why_not_discounted": "text",
    "why_no_margin": "text", "why_null": "text",
}  # fmt: skip
COVERED = 0.9  # of a group's MRR that the terms with a curve must hold, for it to be told of all of it
TERMS = {
    "group": pl.String,
    "worth_months": pl.Float64,
    "low_months": pl.Float64,
    "high_months": pl.Float64,
    "why_not_discounted": pl.String,
}


def _lifetime_value(books: Books, question: Question) -> Answer:
    """One row per group, at the close of the last month by `to`: what an account pays in a month (ARPA), the gross margin of the company in
    that month, and for how many months it is to go on paying, told three ways; times each other that is its lifetime value.

    By renewal (ltv_by_renewal): the average term / (1 - renewal rate). By churn (ltv): 1 / customer churn; both of the last twelve months,
    as unit-economics tells them. Discounted (ltv_discounted, with 95 % limits): the sBG curve of all renewals ever followed, at a yearly
    discount; of several terms the average by MRR. months_by_churn_discounted: the second way at the discount of the third. revenue_...,
    ltv_without_margin: the same without the margin. Empty where nothing can be told, and why. Totals: all accounts together. Notes say why
    the ways differ.
    """
    costs, closing = books.view.table("costs"), books.closing_day(question)
    own = followed(books, question)
    stated: dict[str, object] = {"to": closing, "followed_until": own.until}
    if closing is None:
        return Answer(notes=(tr("No month has closed yet."),), stated=stated)
    rows = books.answered_once("lifetime value", question, lambda: _rows(books, question, own, closing), (*OF_MONEY, "costs"))
    if rows.is_empty():
        return Answer(notes=(tr("No month has closed yet."),), stated=stated)
    whole = rows.filter("is_whole").select(*COLUMNS).row(0, named=True)
    shown = rows.filter(~pl.col("is_whole")) if question.by else rows
    notes = (
        *why_they_differ(whole, question.discount, several=own.rows["term_months"].drop_nulls().n_unique() > 1),
        *_of_margin(books, costs),
        *left_out(own),
        *own.notes(),
    )
    return Answer(shown.select(*COLUMNS), {name: whole[name] for name in COLUMNS if name != "group"}, notes, stated)


def _of_margin(books: Books, costs: pl.DataFrame) -> tuple[str, ...]:
    if not books.viewer.sees_all:
        return (tr("Costs are for people who see all accounts: lifetime values are told as revenue, without the margin."),)
    if "cost of revenue" not in set(costs["kind"].drop_nulls()):
        return (tr("No cost of revenue is imported (table costs): lifetime values are told as revenue, without the margin."),)
    return (tr("The gross margin is that of the whole company: costs are not known by group."),)


def _rows(books: Books, question: Question, own: Followed, closing: date) -> pl.DataFrame:
    """COLUMNS, and is_whole: of all accounts together."""
    margin = of_company(books, question, books.view.table("costs")).lazy()
    results = decided(renewals_of(books)).collect()
    alone = replace(own, rows=own.rows.with_columns(group=pl.lit(None, dtype=pl.String)))
    groups = [(None, True, None), *_groups(books)]
    parts = [
        _measured(books, closing, margin, results, accounts).with_columns(group=pl.lit(group, dtype=pl.String), is_whole=pl.lit(whole))
        for group, whole, accounts in groups
    ]
    found = pl.concat(parts, how="diagonal") if parts else pl.DataFrame()
    if found.is_empty():
        return empty(COLUMNS).with_columns(is_whole=pl.lit(True)).clear()
    told = [
        pl.DataFrame(_ahead(books, closing, given, question.discount), schema=TERMS).with_columns(is_whole=pl.lit(whole))
        for given, whole in ((alone, True), (own, False))
    ]
    joined = found.join(pl.concat(told), on=["group", "is_whole"], how="left", nulls_equal=True, maintain_order="left")
    valued = three_ways(joined.lazy(), discount=question.discount / 100).collect().with_columns(**_why()).with_columns(why_null=_why_null())
    return valued.select(*COLUMNS, "is_whole")


def _groups(books: Books) -> list[tuple[str | None, bool, pl.DataFrame]]:
    """Each group's accounts, by its name; those without a group last."""
    if books.groups is None:
        return []
    groups = books.groups.collect()
    names = groups["group"].unique().sort(nulls_last=True).to_list()
    return [(name, False, groups.filter(pl.col("group").eq_missing(pl.lit(name)))) for name in names]


def _measured(
    books: Books, closing: date, margin: pl.LazyFrame, results: pl.DataFrame, accounts: pl.DataFrame | None
) -> pl.DataFrame:  # fmt: skip
    """The row of unit economics at the close, of some of the accounts; of none where no month of theirs has closed."""
    lines = books.effective if accounts is None else books.effective.join(accounts.lazy(), on="account_id", how="semi")
    own = results if accounts is None else results.join(accounts, on="account_id", how="semi")
    if lines.limit(1).collect().is_empty():
        return pl.DataFrame()
    rows = of_months(months_of(books, lines.collect().lazy()), margin, _no_costs(), own.lazy()).collect()
    return rows.filter(pl.col("month").dt.month_end() <= closing).tail(1)


def _no_costs() -> pl.LazyFrame:
    """What is spent on growth is no part of what a customer is worth."""
    return pl.LazyFrame(schema={"month": pl.Date, "kind": pl.String, "amount": pl.Float64})


def _ahead(books: Books, closing: date, own: Followed, discount: int) -> list[dict[str, Any]]:
    """Of each group the months that a new account is to pay for, discounted, over its terms by what they pay at the close; or why not."""
    paid = balances(books.effective, days=[closing], **books.money).select("account_id", "mrr").collect()
    terms = terms_of(own)
    every = own.rows.join(paid, on="account_id", how="left").with_columns(pl.col("mrr").fill_null(0).clip(0))
    held = {(group, months): int(own_rows["mrr"].sum()) for (group, months), own_rows in every.group_by("group", "term_months")}
    groups = every["group"].unique().sort(nulls_last=True).to_list()
    return [_of_group(group, [one for one in terms if one.group == group], held, discount) for group in groups]


def _of_group(group: str | None, terms: list[Term], held: dict[Any, int], discount: int) -> dict[str, Any]:
    whole = sum(mrr for (name, _), mrr in held.items() if name == group)
    told = [(term, held.get((group, term.months), 0), new_customer(term.fit, term.a_period(discount))) for term in terms if term.fit]
    known = [(term.months * mrr, mrr, months) for term, mrr, months in told if months and mrr > 0]
    weight = sum(mrr for _, mrr, _ in known)
    if not known or weight < COVERED * whole:
        return {"group": group, "why_not_discounted": _why_not(terms, held)}
    best, low, high = (sum(paid * months[at] for paid, _, months in known) / weight for at in range(3))
    return {"group": group, "worth_months": best, "low_months": low, "high_months": high}


def _why_not(terms: list[Term], held: dict[Any, int]) -> str:
    """Why nothing is told of a group: what is missing of the term by which most is paid."""
    most = max(terms, key=lambda term: held.get((term.group, term.months), 0), default=None)
    if most is None:
        return tr("no account was followed by one term")
    why = in_words(most.why)
    if why is None:
        return tr("terms with a curve hold less than nine tenths of the MRR, or nobody was followed at their first renewals")
    return tr("by terms of {months} months {why}", months=most.months, why=why)


def _why() -> dict[str, pl.Expr]:
    """Why each way is not told, in words; empty where it is."""
    early, none = pl.col("history") < ENOUGH, pl.lit(None, dtype=pl.String)
    months = pl.lit(tr("fewer than {months} months have closed", months=ENOUGH))
    losses = pl.lit(tr("fewer than {losses} renewals were lost in the twelve months", losses=FEWEST_LOSSES))
    accounts = pl.lit(tr("fewer than {losses} accounts were lost in the twelve months", losses=FEWEST_LOSSES))
    termless = pl.lit(tr("hardly anything has a term"))
    return {
        "why_not_by_renewal": pl.when(pl.col("months_by_renewal").is_not_null()).then(none).when(early).then(months)
        .when(pl.col("renewal_rate").is_null() & (pl.col("due") > 0)).then(termless).otherwise(losses),
        "why_not_by_churn": pl.when(pl.col("months_by_churn").is_not_null()).then(none).when(early).then(months).otherwise(accounts),
        "why_no_margin": pl.when(pl.col("gross_margin").is_null()).then(pl.lit(tr("the cost of revenue of the month is not known")))
        .when(pl.col("gross_margin") <= 0).then(pl.lit(tr("there is no margin: revenue cost more than it brought"))),
    }  # fmt: skip


def _why_null() -> pl.Expr:
    """All that is not told of a group, in a line; empty where everything is."""
    ways = (
        (tr("by renewal: {why}"), "why_not_by_renewal"), (tr("by churn: {why}"), "why_not_by_churn"),
        (tr("discounted: {why}"), "why_not_discounted"),
    )  # fmt: skip
    told = [pl.format(words.replace("{why}", "{}"), column) for words, column in ways]
    every = pl.concat_str(told, separator=tr("; "), ignore_nulls=True)
    return pl.when(every != "").then(every)


lifetime_value = Definition("lifetime-value", mark("Lifetime value, three ways"), COLUMNS, _lifetime_value, takes=("by", "to", "discount"))
