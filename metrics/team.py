"""How much each person of a team has on their hands, and what a team did."""

from datetime import date, timedelta

import polars as pl

from metrics.tasks import OPEN, RECENT, recently_done

WITHOUT_CONTACT = 30  # days without a conversation from which an account counts as one that nobody talks with, where none is chosen
COUNTS = ("accounts", "tasks", "overdue", "needing", "items", "without_contact", "done_lately", "talks_lately")
LOAD = ("owner", *COUNTS, "arr")


def without_contact(accounts: pl.LazyFrame, talks: pl.LazyFrame, *, day: date, days: int) -> pl.LazyFrame:
    """The customers of at least so many days with whom nobody has talked in the `days` that end with a day: account_id.

    accounts: account_id, since (the day from which they are one; null = not known, and so long ago). talks: account_id, done_on.
    """
    first = day - timedelta(days=days - 1)
    recent = talks.filter(pl.col("done_on") >= first, pl.col("done_on") <= day)
    known = accounts.filter((pl.col("since") <= day - timedelta(days=days)).fill_null(True))
    return known.join(recent, on="account_id", how="anti").select("account_id")


def load(
    accounts: pl.LazyFrame, tasks: pl.LazyFrame, items: pl.LazyFrame, silent: pl.LazyFrame | None, talks: pl.LazyFrame, *, day: date
) -> pl.LazyFrame:
    """One row per owner, as LOAD; the most ARR first.

    accounts: account_id, owner, arr (cents) of customers. tasks: owner (who is to do it), state, done_on, done_by. items: account_id,
    owner, of what needs somebody. silent: account_id of customers without contact; None where that is not known (without_contact is
    null then). talks: owner (who held it), done_on. needing: accounts with items. done_lately, talks_lately: of the RECENT days that end
    with the day.
    """
    waits = pl.col("state").is_in(OPEN)
    lately = pl.col("done_on").is_between(day - timedelta(days=RECENT - 1), day)
    quiet = accounts.join(silent, on="account_id", how="semi") if silent is not None else accounts.clear()
    parts = [
        accounts.group_by("owner").agg(accounts=pl.len(), arr=pl.col("arr").sum()),
        tasks.filter(waits).group_by("owner").agg(tasks=pl.len(), overdue=(pl.col("state") == "overdue").sum()),
        tasks.filter(recently_done(day)).group_by(owner="done_by").agg(done_lately=pl.len()),
        items.group_by("owner").agg(items=pl.len(), needing=pl.col("account_id").n_unique()),
        quiet.group_by("owner").agg(without_contact=pl.len()),
        talks.filter(lately).group_by("owner").agg(talks_lately=pl.len()),
    ]
    owners = pl.concat([part.select("owner") for part in parts]).unique()
    for part in parts:
        owners = owners.join(part, on="owner", how="left", nulls_equal=True)
    counted = owners.with_columns(pl.col(*COUNTS, "arr").fill_null(0).cast(pl.Int64))
    told = counted if silent is not None else counted.with_columns(without_contact=pl.lit(None, pl.Int64))
    return told.select(LOAD).sort("arr", "tasks", "owner", descending=[True, True, False], nulls_last=True)
