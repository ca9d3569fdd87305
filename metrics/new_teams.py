"""Teams that are new at an account, as what was told of its contacts over time has it: a department, else a domain of addresses."""

from datetime import date, timedelta

import polars as pl

NEW_FOR = 90  # days
MOST_BATCHES = 2**32  # that a day has room for
# Of services at which anybody has an address: theirs says nothing of a company.
PUBLIC = (
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com", "aol.com", "gmx.de",
    "gmx.net", "web.de", "proton.me", "protonmail.com", "qq.com", "163.com", "126.com", "foxmail.com", "sina.com", "yandex.ru", "mail.ru",
)  # fmt: skip
TEAM = {"account_id": pl.String, "what": pl.String, "named": pl.String, "since": pl.Date, "people": pl.Int64}


def domain_of(address: str) -> pl.Expr:
    """The domain of an e-mail address; null without one, and for those of public services."""
    domain = pl.col(address).str.extract(r"@([^@\s]+)$").str.to_lowercase()
    return pl.when(~domain.is_in(list(PUBLIC))).then(domain)


def new_teams(
    departments: pl.LazyFrame, domains: pl.LazyFrame, *, day: date, told_by: date
) -> pl.LazyFrame:  # fmt: skip
    """TEAM: departments that were first told of an account in the NEW_FOR days up to the day; of accounts without one, domains.

    departments, domains: as first_told takes them. told_by: up to which day the log is heard, which may lie after the day looked at.
    """
    heard = (rows.filter(pl.col("day") <= told_by) for rows in (departments, domains))
    teams, others = (first_told(rows, what, day=day) for rows, what in zip(heard, ("department", "domain"), strict=True))
    return pl.concat([teams, others.join(teams, on="account_id", how="anti")])


def first_told(history: pl.LazyFrame, what: str, *, day: date) -> pl.LazyFrame:
    """TEAM of the values that an account has now and first had in the NEW_FOR days up to `day`, or since, and had had another before.

    history: account_id, contact_id, value (null where a batch says none), day, rank (the order in which batches are heard), at_first
    (whether it is what a feed told at its first import: that was there before), one row for each batch that tells of a contact. A value
    that is filled in for a contact who was known before without one tells of no new team; one that a contact moves to does. people:
    contacts of whom it was told.
    """
    ordered = history.sort("contact_id", "day", "rank")
    before = pl.col("value").shift().over("contact_id")
    is_first = pl.col("contact_id").is_first_distinct()
    is_old = (~is_first & before.is_null()) | pl.col("at_first")
    told = ordered.with_columns(is_old=is_old, bare=_bare()).filter(pl.col("value").is_not_null())
    since, heard = pl.col("day").min(), pl.col("day").to_physical().cast(pl.Int64) * MOST_BATCHES + pl.col("rank")
    each = told.group_by("account_id", "bare").agg(
        named=pl.col("value").first(), since=since, people=pl.col("contact_id").n_unique().cast(pl.Int64), heard=heard.min(),
        is_old=pl.col("is_old").filter(pl.col("day") == since).all(),
    )  # fmt: skip
    known_before = pl.col("heard").min().over("account_id") < pl.col("heard")  # of files of one day, too
    recent = pl.col("since") > day - timedelta(days=NEW_FOR)
    found = each.filter(known_before, recent, ~pl.col("is_old"))
    return found.with_columns(what=pl.lit(what)).select(*TEAM)


def _bare() -> pl.Expr:
    return pl.col("value").str.strip_chars().str.to_lowercase()
