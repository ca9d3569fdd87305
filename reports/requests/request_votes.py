"""Who asks for what, and whom is to be told that it is there?"""

import polars as pl

from language import mark
from metrics.responses import as_contacts
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.requests.asking import SHIPPED, Asking, about_scope, asking
from reports.units import empty

VOTES = {
    "title": "text", "account_id": "text", "name": "text", "owner": "text", "state": "text", "arr": "money", "next_renewal": "day",
    "contact": "text", "email": "text", "asked_on": "day", "note": "text", "ticket_id": "text", "asked_as": "text", "status": "text",
    "told_on": "day", "told_by": "text", "request_id": "text", "vote_id": "text", "batch": "count",
}  # fmt: skip
FOLLOW_UP = {
    "title": "text", "shipped_on": "day", "account_id": "text", "name": "text", "owner": "text", "state": "text", "arr": "money",
    "who_asked": "list", "asked_on": "day", "votes_asked": "count", "votes_told": "count", "is_told": "flag", "told_on": "day",
    "told_by": "text",
    "request_id": "text",
}  # fmt: skip


def _votes(books: Books, question: Question) -> Answer:
    """One row per vote of an account in scope by the day, by request, customers with the most ARR first.

    title, request_id: the request that it counts for; asked_as: the duplicate that was asked for, where it was one. next_renewal: the
    first within 90 days after the day. contact, email: null where it is not known who asked; who is no contact is called as the file does,
    and one whom it names by the address of a contact is that contact. told_on: when they were told that it is there; what was told after
    the day is not told. batch: the import that wrote the vote last.
    Totals: votes, and the accounts that they are of.
    """
    if books.day is None:
        return Answer(empty(VOTES), {"votes": 0, "accounts": 0})
    rows = vote_rows(books, asking(books, books.day)).select(*VOTES)
    return Answer(rows, {"votes": rows.height, "accounts": rows["account_id"].n_unique()}, about_scope(books))


def vote_rows(books: Books, found: Asking) -> pl.DataFrame:
    """VOTES and shipped_on, from books that are open."""
    called = found.requests.select(stands_for="request_id", title="title", status="status", shipped_on="shipped_on")
    asked = found.requests.select("request_id", asked_as="title")
    people = books.view.table("contacts").select("account_id", "contact_id", contact="name", email="email")
    known = books.view.table("contacts").lazy().select("account_id", "contact_id", "email")
    votes = as_contacts(found.votes.lazy(), known).collect()
    told = votes.filter(pl.col("stands_for").is_not_null()).with_columns(_by_then("told_on", books), _by_then("told_by", books))
    for frame, on in (
        (found.accounts, "account_id"), (people, ["account_id", "contact_id"]), (called, "stands_for"), (asked, "request_id"),
        (found.renewing.rename({"ends_on": "next_renewal"}), "account_id"),
    ):  # fmt: skip
        told = told.join(frame, on=on, how="left", maintain_order="left")
    other = pl.col("request_id") != pl.col("stands_for")
    named = told.with_columns(_called(), asked_as=pl.when(other).then("asked_as"), request_id="stands_for").with_columns(_address())
    return named.sort("title", "request_id", "arr", "name", "asked_on", "vote_id", descending=[False, False, True, False, False, False])


def _called() -> pl.Expr:
    """The name of who asked; where no contact is known, what the file calls them, unless that is an address."""
    unknown = pl.col("contact").is_null() & pl.col("email").is_null() & ~pl.col("contact_id").str.contains("@", literal=True)
    return pl.when(unknown).then("contact_id").otherwise("contact").alias("contact")


def _address() -> pl.Expr:
    written = pl.when(pl.col("contact_id").str.contains("@", literal=True)).then("contact_id")
    return pl.coalesce("email", written).alias("email")


def _by_then(column: str, books: Books) -> pl.Expr:
    return pl.when(pl.col("told_on") <= books.day).then(column).alias(column)


def _follow_up(books: Books, question: Question) -> Answer:
    """One row per request that customers have by the day and account in scope that asked for it: those to tell first, the newest first.

    who_asked: the people there who asked, with their addresses, where they are known. votes_asked, votes_told: how many votes, and how many
    were told; is_told: all of them. told_on, told_by: the last one. Totals: rows, and those still to tell.
    """
    if books.day is None:
        return Answer(empty(FOLLOW_UP), {"accounts_asked": 0, "to_tell": 0})
    shipped = vote_rows(books, asking(books, books.day)).filter(pl.col("status") == SHIPPED)
    rows = shipped.group_by("request_id", "account_id", maintain_order=True).agg(
        pl.col("title", "shipped_on", "name", "owner", "state", "arr").first(), _people(), pl.col("asked_on").min(),
        votes_asked=pl.len().cast(pl.Int64), votes_told=pl.col("told_on").count().cast(pl.Int64), told_on=pl.col("told_on").max(),
        told_by=pl.col("told_by").sort_by("told_on", nulls_last=False).last(),
    ).with_columns(is_told=pl.col("votes_told") == pl.col("votes_asked"))  # fmt: skip
    ordered = rows.sort("is_told", "shipped_on", "title", "arr", "name", descending=[False, True, False, True, False], nulls_last=True)
    waiting = ordered.height - (ordered["is_told"].sum() or 0)
    return Answer(ordered.select(*FOLLOW_UP), {"accounts_asked": ordered.height, "to_tell": waiting}, about_scope(books))


def _people() -> pl.Expr:
    """The people who asked, each once: name and address."""
    named = pl.concat_str([pl.col("contact"), pl.format("<{}>", "email")], separator=" ", ignore_nulls=True)
    known = pl.col("contact").is_not_null() | pl.col("email").is_not_null()
    return named.filter(known).unique(maintain_order=True).alias("who_asked")


request_votes = Definition("request-votes", mark("Who asks for features"), VOTES, _votes)
request_follow_up = Definition("request-follow-up", mark("Whom to tell of shipped requests"), FOLLOW_UP, _follow_up)
