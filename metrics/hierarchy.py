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
