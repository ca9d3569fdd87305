"""Names under which files know an account: which account each means, and what that does to the rows that name it.

An alias is a row of the table account_aliases, so that it comes, is undone and is read as of a past moment like any other row.
"""

import polars as pl

SCHEMA = {"alias": pl.String, "meant": pl.String}


def meanings(aliases: pl.DataFrame) -> pl.DataFrame:
    """The account that each alias means in the end: alias, meant. An alias of an alias means what that one means.

    aliases: alias, account_id. An alias of itself, and aliases that lead round in a circle, mean themselves and are left out.
    """
    steps = dict(aliases.drop_nulls("account_id").select("alias", "account_id").rows())
    found = {alias: _end(alias, steps) for alias in steps}
    told = {alias: meant for alias, meant in found.items() if meant != alias}
    return pl.DataFrame({"alias": list(told), "meant": list(told.values())}, schema=SCHEMA)


def _end(alias: str, steps: dict[str, str], stop: str | None = None) -> str:
    """Where an alias leads; no further than `stop`."""
    way = [alias]
    while way[-1] != stop and way[-1] in steps and steps[way[-1]] != way[-1]:
        way.append(steps[way[-1]])
        if way[-1] in way[:-1]:
            return alias
    return way[-1]


def leads_round(alias: str, account_id: str, steps: dict[str, str]) -> bool:
    """Whether a new alias would close a circle: the account means, in the end, the alias itself. steps: what each alias means so far."""
    return alias != account_id and _end(account_id, steps, alias) == alias


def as_meant(frame: pl.DataFrame, meaning: pl.DataFrame, column: str = "account_id") -> pl.DataFrame:
    """The frame with the account that is meant in place of an alias."""
    if meaning.is_empty():
        return frame
    return frame.with_columns(pl.col(column).replace(meaning["alias"], meaning["meant"]))


def merged(accounts: pl.DataFrame, meaning: pl.DataFrame) -> pl.DataFrame:
    """One row per account: its own values, and where it has none those of the entries merged into it, by their ids' order.

    batch and line are those of its own entry. A parent that is merged into the account itself is no parent any more.
    """
    if meaning.is_empty():
        return accounts
    own = as_meant(accounts, meaning).with_columns(entry=accounts["account_id"])
    ordered = own.sort("account_id", pl.col("entry") != pl.col("account_id"), "entry").drop("entry")
    kept = ["batch", "line"]
    rows = ordered.group_by("account_id", maintain_order=True).agg(
        *(pl.col(name).first() if name in kept else pl.col(name).drop_nulls().first() for name in ordered.columns if name != "account_id")
    )
    parent = as_meant(rows, meaning, "parent_id")["parent_id"]
    return rows.with_columns(parent_id=parent.set(parent == rows["account_id"], None)).select(accounts.columns)


def merged_history(history: pl.DataFrame, meaning: pl.DataFrame) -> pl.DataFrame:
    """What an account's column said over time: the account's own history, or where it has none that of an entry merged into it.

    history: account_id, since, value.
    """
    if meaning.is_empty():
        return history
    told = as_meant(history, meaning).with_columns(entry=history["account_id"])
    says = pl.col("value").is_not_null().any().over("entry")
    first = pl.col("entry").sort_by(~says, pl.col("entry") != pl.col("account_id"), "entry").first().over("account_id")
    return told.filter(pl.col("entry") == first).drop("entry")
