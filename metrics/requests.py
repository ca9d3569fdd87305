"""Requests for features: duplicates as the one that they stand for, who asks for each, and what those who ask are worth."""

from collections.abc import Mapping

import polars as pl

from metrics.unrated import CUSTOMERS

ITSELF, CIRCLE, NOT_THERE = "merged_into_itself", "merged_in_a_circle", "merged_into_nothing"
WITHIN = 90  # days ahead in which a renewal makes the ARR of an account exposed
FORMER = "churned"
MERGED = {"request_id": pl.String, "stands_for": pl.String, "trouble": pl.String}
COUNTED = {
    "request_id": pl.String, "customers": pl.Int64, "arr": pl.Int64, "renewing": pl.Int64, "exposure": pl.Int64,
    "former_customers": pl.Int64,
    "prospects": pl.Int64, "without_account": pl.Int64,
}  # fmt: skip
COUNTS = tuple(name for name in COUNTED if name != "request_id")


def merged(requests: pl.LazyFrame) -> pl.LazyFrame:
    """Each request with the one that it stands for: that which merged_into leads to in the end, or itself.

    requests: request_id, merged_into (null: it is no duplicate). A request that is merged into itself, in a circle, or into one that is
    not there stands for itself, and trouble names it; one that leads to such a request stands for that. Returns MERGED.
    """
    rows = requests.select("request_id", "merged_into").collect().rows()
    into = {one: other for one, other in rows if other is not None}
    there = {one for one, _ in rows}
    troubles = {one: _trouble(one, into, there) for one in into}
    followed = {one: other for one, other in into.items() if troubles[one] is None}
    found = [(one, _end(one, followed), troubles.get(one)) for one, _ in rows]
    return pl.LazyFrame(found, schema=MERGED, orient="row")


def _trouble(one: str, into: Mapping[str, str], there: set[str]) -> str | None:
    if into[one] == one:
        return ITSELF
    if into[one] not in there:
        return NOT_THERE
    return CIRCLE if _comes_back(one, into) else None


def _comes_back(one: str, into: Mapping[str, str]) -> bool:
    passed, at = {one}, into.get(one)
    while at is not None and at not in passed:
        passed.add(at)
        at = into.get(at)
    return at == one


def _end(one: str, into: Mapping[str, str]) -> str:
    while one in into:
        one = into[one]
    return one


def asked(votes: pl.LazyFrame, of: pl.LazyFrame) -> pl.LazyFrame:
    """Each account once for each request that it asks for, itself or by a duplicate of it: request_id (the one stood for), account_id.

    votes: request_id, account_id. of: merged. Votes for a request that is not there are in no row: see `unasked`.
    """
    joined = votes.join(of.select("request_id", "stands_for"), on="request_id")
    return joined.select("account_id", request_id="stands_for").unique().sort("request_id", "account_id")


def unasked(votes: pl.LazyFrame, of: pl.LazyFrame) -> pl.LazyFrame:
    """The votes for a request that is not there."""
    return votes.join(of.select("request_id"), on="request_id", how="anti")


def counted(asking: pl.LazyFrame, accounts: pl.LazyFrame, renewing: pl.LazyFrame) -> pl.LazyFrame:
    """What those who ask for each request are, and are worth.

    asking: as `asked` gives it. accounts: account_id, state, arr (cents) on the day. renewing: account_id of those with a renewal due in
    the WITHIN days after it. customers, arr: of the accounts that are customers on the day. renewing, exposure: how many of them renew by
    then, and their whole ARR, each account once however many of its lines end. former_customers: accounts that have churned; prospects;
    without_account: names that no import has named as an account. Returns COUNTED; a request that nobody asks for has no row.
    """
    soon = renewing.select("account_id").unique().with_columns(soon=pl.lit(True))
    known = asking.join(accounts.select("account_id", "state", "arr"), on="account_id", how="left").join(soon, on="account_id", how="left")
    is_customer = pl.col("state").is_in(CUSTOMERS).fill_null(False)
    renews = is_customer & pl.col("soon").fill_null(False)
    is_former = (pl.col("state") == FORMER).fill_null(False)
    return (
        known.group_by("request_id")
        .agg(
            customers=is_customer.sum(), arr=pl.col("arr").filter(is_customer).sum(), renewing=renews.sum(),
            exposure=pl.col("arr").filter(renews).sum(), former_customers=is_former.sum(), without_account=pl.col("state").is_null().sum(),
            prospects=(pl.col("state").is_not_null() & ~is_customer & ~is_former).sum(),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in COUNTED.items())
        .sort("request_id")
    )  # fmt: skip


def in_all(asking: pl.LazyFrame, accounts: pl.LazyFrame, renewing: pl.LazyFrame) -> dict[str, int]:
    """The same over several requests, each account once however many it asks for: COUNTS by name."""
    every = asking.select("account_id", request_id=pl.lit("all")).unique()
    rows = counted(every, accounts, renewing).select(*COUNTS).collect()
    return rows.row(0, named=True) if rows.height else dict.fromkeys(COUNTS, 0)


def summed_votes(requests: pl.LazyFrame, of: pl.LazyFrame) -> pl.LazyFrame:
    """request_id (the one stood for), votes: those that a tool counts without saying whose, of it and its duplicates; null where no tool
    says a number. They may be the very accounts that ask by name, so that they are added to nothing."""
    joined = requests.select("request_id", "votes").join(of.select("request_id", "stands_for"), on="request_id")
    said = pl.when(pl.col("votes").is_not_null().any()).then(pl.col("votes").sum())
    return joined.group_by(request_id="stands_for").agg(votes=said.cast(pl.Int64))
