"""Segments that accounts were in on past days, and the movements of accounts that went from one to another.

A segment is what a column of accounts says. `placements` tell it over time: account_id, since, group, inside. The row with the last
`since` on or before a day holds on that day.
"""

from collections.abc import Mapping, Sequence

import polars as pl

CROSSINGS = ("entering", "leaving")
_EARLY = pl.lit("0001-01-01").str.to_date()


def placements(
    accounts: pl.LazyFrame,
    history: Mapping[str, pl.LazyFrame],
    *,
    by: str | None = None,
    filters: Sequence[tuple[str, Sequence[str]]] = (),
    sizes: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """The group of each account (what `by` says; null without) and whether it is inside the filters, over time.

    accounts: account_id. history: for `by` and each filtered column a frame of account_id, since, value. sizes: account_id, group that
    do not change with time, in place of `by`. Returns account_id, since, group, inside, sorted; each account begins with a row since ever.
    """
    narrowing = [(column, list(values)) for column, values in filters if values]
    wanted = {column for column, _ in narrowing} | ({by} if by and sizes is None else set())
    days = [accounts.select("account_id", since=_EARLY), *(history[column].select("account_id", "since") for column in wanted)]
    steps = pl.concat(days).join(accounts, on="account_id", how="semi").unique().sort("account_id", "since")
    for column in sorted(wanted):
        steps = held(steps, history[column].rename({"value": column}), "since")
    if sizes is not None and by is not None:
        steps = steps.join(sizes.select("account_id", pl.col("group").alias(by)), on="account_id", how="left")
    inside = (
        pl.all_horizontal([pl.col(column).is_in(values).fill_null(False) for column, values in narrowing]) if narrowing else pl.lit(True)
    )
    group = pl.col(by) if by else pl.lit(None, dtype=pl.String)
    return steps.select("account_id", "since", group=group, inside=inside).sort("account_id", "since")


def placed(rows: pl.LazyFrame, places: pl.LazyFrame, *, on: str) -> pl.LazyFrame:
    """The rows with `group` and `inside` of their account on the day in column `on`; without a place: null and outside."""
    return held(rows, places, on).with_columns(pl.col("inside").fill_null(False))


def across(moved: pl.LazyFrame, places: pl.LazyFrame, *, parts: Sequence[str]) -> pl.LazyFrame:
    """Movements of accounts told in the segments that they were in: an account that pays at both ends and changed leaves and enters.

    moved: account_id, opened_on, day, held_before, held and `parts` (opening and closing among them, cents). The account leaves its old
    group with its opening value, and enters the new one with just that; what else moved it counts where it is at the close. An account
    that churned stays where it was, one that came is where it came to. Only rows inside count, so opening + entering + what moved it -
    leaving = closing in every group, and over all groups, without filters, entering = leaving.
    Returns the rows of moved with group, entering, leaving.
    """
    then = placed(moved, places, on="opened_on").rename({"group": "group_then", "inside": "inside_then"})
    both = placed(then, places, on="day").with_columns(
        group=pl.when("held").then("group").otherwise("group_then"), inside=pl.when("held").then("inside").otherwise("inside_then"),
    ).with_columns(
        group_then=pl.when("held_before").then("group_then").otherwise("group"),
        inside_then=pl.when("held_before").then("inside_then").otherwise("inside"),
    )  # fmt: skip
    moves = pl.col("group").ne_missing(pl.col("group_then")) | (pl.col("inside") != pl.col("inside_then"))
    nothing = pl.lit(0, dtype=pl.Int64)
    stays = both.filter(~moves & pl.col("inside")).with_columns(entering=nothing, leaving=nothing)
    others = [part for part in parts if part != "opening"]
    left = both.filter(moves & pl.col("inside_then")).with_columns(
        *(nothing.alias(part) for part in others), group="group_then", held=pl.lit(False), entering=nothing, leaving="opening"
    )
    came = both.filter(moves & pl.col("inside")).with_columns(entering="opening", leaving=nothing).with_columns(opening=nothing)
    return pl.concat([stays, left, came]).drop("group_then", "inside_then", "inside")


def held(rows: pl.LazyFrame, history: pl.LazyFrame, on: str) -> pl.LazyFrame:
    """The rows with what held of their account on the day in column `on`: the columns of history (account_id, since, others)."""
    later = history.sort("account_id", "since").rename({"since": "held_since"})
    joined = rows.sort(on).join_asof(later.sort("held_since"), left_on=on, right_on="held_since", by="account_id", check_sortedness=False)
    return joined.drop("held_since")
