"""Requests for features as of a day, with who asks for them: what the reports of requests have in common."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from data.work.request_formula import Rules, Standing, entries, standing, steps
from language import mark, tr
from metrics.renewals import due
from metrics.request_ranking import Formula
from metrics.requests import WITHIN, asked, merged, unasked
from reports.books import Books
from reports.revenue.arr import arr_rows

DECLINED, SHIPPED, UNDER_WAY, OPEN = "declined", "shipped", "in progress", "open"
OVER = (SHIPPED, DECLINED)
ONLY_YOURS = mark("Who asks, their ARR, points, priority and decision are of the accounts that you see, and of these alone.")
NARROWED = mark("Who asks, their ARR, points, priority and decision are of the accounts that the filters leave, and of these alone.")
PRODUCTS_OWN = mark("The formula that your team has changed cannot be used, and the one that comes with the product holds: {why}")


@dataclass(frozen=True)
class Asking:
    """requests: those written down by the day, with stands_for, trouble (see merged) and status as of the day. votes: those in scope by
    the day, with stands_for; accounts: account_id, name, owner, state, arr; renewing: account_id and ends_on, the first within WITHIN days.
    strange: votes of requests that are not there. nameless: votes of names that are no account, for those who see all."""

    requests: pl.DataFrame
    votes: pl.DataFrame
    accounts: pl.DataFrame
    renewing: pl.DataFrame
    strange: pl.DataFrame
    nameless: pl.DataFrame
    formula: Standing

    @property
    def pairs(self) -> pl.LazyFrame:
        """Which account asks for which request, once each: also names that are no account."""
        every = pl.concat([one.select("request_id", "account_id") for one in (self.votes, self.nameless)]).lazy()
        return asked(every, self.requests.lazy())


def asking(books: Books, day: date) -> Asking:
    """Requests and who asks for them, from books that are open."""
    requests = _requests(books, day)
    votes = _by(books.view.table("request_votes"), "asked_on", day)
    strange = unasked(votes.lazy(), books.view.table("feature_requests").lazy()).collect()
    mine = votes.join(requests.select("request_id", "stands_for"), on="request_id", maintain_order="left")
    nameless = _by(books.view.of_unknown_accounts("request_votes"), "asked_on", day)
    return Asking(requests, mine, _accounts(books), _renewing(books, day), strange, nameless, standing(books.view))


def _by(rows: pl.DataFrame, column: str, day: date) -> pl.DataFrame:
    """The rows that were there by the day; those without a day always were."""
    return rows.filter((pl.col(column) <= day).fill_null(True))


def _requests(books: Books, day: date) -> pl.DataFrame:
    """A request is there once it, or a duplicate of it, was asked for. What was shipped later is under way on the day, or open."""
    every = books.view.table("feature_requests")
    known = every.join(merged(every.lazy()).collect(), on="request_id", maintain_order="left")
    by_then = (pl.col("created_on") <= day).fill_null(True)
    there = known.filter(by_then.any().over("stands_for"))
    status = pl.col("status").fill_null(OPEN)
    later = (pl.col("shipped_on") > day).fill_null(False)
    before = pl.when(status == SHIPPED).then(pl.lit(UNDER_WAY)).otherwise(status)
    shipped = (pl.col("shipped_on") <= day).fill_null(False) & (status != DECLINED)
    return there.with_columns(status=pl.when(shipped).then(pl.lit(SHIPPED)).when(later).then(before).otherwise(status))


def _accounts(books: Books) -> pl.DataFrame:
    owners = books.view.accounts().select("account_id", "owner")
    return arr_rows(books).select("account_id", "name", "state", "arr").join(owners, on="account_id", how="left", maintain_order="left")


def _renewing(books: Books, day: date) -> pl.DataFrame:
    coming = due(books.renewable, day=day, within=WITHIN, products=books.products, **books.money).collect()
    return coming.group_by("account_id").agg(pl.col("ends_on").min())


def formula_of(rules: Rules) -> Formula:
    """The formula as ranking takes it."""
    reach = tuple((int(least), own) for least, own in steps(rules, "reach"))
    most = entries(rules, "individual")["up_to"]
    of = {part: entries(rules, part) for part in ("value", "priority", "common", "individual_decision")}
    return Formula(reach, of["value"], steps(rules, "effort"), of["priority"], most, of["common"], of["individual_decision"])


def about_scope(books: Books) -> tuple[str, ...]:
    """That counts are of a part of the accounts, in words."""
    if not books.viewer.sees_all:
        return (tr(ONLY_YOURS),)
    return (tr(NARROWED),) if any(values for _, values in books.view.where) else ()


def about_formula(formula: Standing) -> tuple[str, ...]:
    return (tr(PRODUCTS_OWN, why=formula.trouble),) if formula.trouble else ()
