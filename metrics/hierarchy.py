"""Accounts that belong to other accounts: the way up to the topmost parent."""

import polars as pl


def parents_of(accounts: pl.LazyFrame) -> dict[str, str]:
    """The parent of each account that has one."""
    return dict(accounts.filter(pl.col("parent_id").is_not_null()).select("account_id", "parent_id").collect().rows())


def way_up(account: str, parents: dict[str, str]) -> list[str]:
    """The account, its parent, and so on; ends where there is no parent, or with the first account met twice."""
    way = [account]
    while (above := parents.get(way[-1])) is not None:
        way.append(above)
        if above in way[:-1]:
            break
    return way


def topmost(accounts: pl.LazyFrame) -> pl.LazyFrame:
    """Each account's topmost parent: account_id, top. An account that its parents lead back to, or whose way up runs into such a
    loop, stands for itself, so that no money is lost or counted twice. accounts: account_id, parent_id."""
    parents = parents_of(accounts)
    ways = {account: way_up(account, parents) for account in accounts.select("account_id").collect()["account_id"]}
    tops = {account: way[0] if way[-1] in way[:-1] else way[-1] for account, way in ways.items()}
    return pl.LazyFrame({"account_id": list(tops), "top": list(tops.values())}, schema={"account_id": pl.String, "top": pl.String})


def customers(accounts: pl.LazyFrame, level: str = "account") -> pl.LazyFrame:
    """Who counts as one customer: each account, or at the level `parent` each topmost parent, with the seats of all below it.

    accounts: account_id, parent_id, name, seats. Returns account_id, name, seats (null where none of them has any). A parent that is not
    among the accounts has its id as its name.
    """
    own = accounts.select("account_id", "name", "seats")
    if level == "account":
        return own
    seats = own.join(topmost(accounts), on="account_id").group_by("top").agg(
        seats=pl.when(pl.col("seats").count() > 0).then(pl.col("seats").sum())
    )  # fmt: skip
    names = seats.rename({"top": "account_id"}).join(own.select("account_id", "name"), on="account_id", how="left")
    return names.select("account_id", name=pl.coalesce("name", "account_id"), seats="seats").sort("account_id")
