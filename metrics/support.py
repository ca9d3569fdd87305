"""Support beyond single promises: what recurs, how old the backlog is, and whether an account's support got worse."""

from datetime import date, timedelta

import polars as pl

from metrics.sla import MET

AGES = ((0, 1), (1, 7), (7, 30), (30, 90), (90, None))
"""Bands of a backlog, in days since the opening: from, and below which."""
REPLY_MARKS = r"^\s*(?:(?:re|fwd?|aw|wg|tr|rv|sv|antw|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：]\s*)+"
RECURS = 2  # tickets
WINDOW = 90  # days
FEWEST = 3  # decided promises, or first replies, in each of two windows
SHARE_FELL, REPLY_ROSE = 0.2, 2.0
TOO_FEW = 10  # accounts in a group, below which nothing is said of it


def backlog(tickets: pl.DataFrame, day: date) -> pl.DataFrame:
    """Open tickets by age: from_days, below_days (null for the oldest band), tickets, accounts, past_due,
    oldest_days; every band has a row.

    tickets: account_id, opened_at, resolved_at, is_past_due.
    """
    end = pl.lit(day + timedelta(days=1)).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    still = tickets.filter(pl.col("resolved_at").is_null()).with_columns(age=(end - pl.col("opened_at")).dt.total_seconds() / 86_400)
    return pl.concat([_band(still, low, high) for low, high in AGES])


def _band(still: pl.DataFrame, low: int, high: int | None) -> pl.DataFrame:
    own = still.filter(pl.col("age") >= low, (pl.col("age") < high) if high else pl.lit(True))
    return own.select(
        from_days=pl.lit(low, pl.Int64), below_days=pl.lit(high, pl.Int64), tickets=pl.len().cast(pl.Int64),
        accounts=pl.col("account_id").n_unique().cast(pl.Int64), past_due=pl.col("is_past_due").sum().cast(pl.Int64),
        oldest_days=pl.col("age").max().floor().cast(pl.Int64),
    )  # fmt: skip


def subjects(tickets: pl.DataFrame) -> pl.DataFrame:
    """What tickets are about, and how often: subject, counted_by (topic, or subject: its words), tickets, accounts, open, reopened, before.

    tickets: account_id, topic, subject, resolved_at, reopened, is_before (in the period before, which is counted in before alone). A topic
    is taken whatever its case, a subject without reply marks, signs and numbers; the spelling that most have is shown. Only what RECURS in
    the period; what is in most accounts first. Tickets with neither are left out.
    """
    by_topic = _plain(pl.col("topic"))
    by_words = _plain(_words(pl.col("subject")))
    keyed = tickets.with_columns(
        key=pl.coalesce(by_topic, by_words),
        counted_by=pl.when(by_topic.is_not_null()).then(pl.lit("topic")).when(by_words.is_not_null()).then(pl.lit("subject")),
        shown=pl.when(by_topic.is_not_null()).then("topic").otherwise("subject").str.strip_chars(),
    )
    now = ~pl.col("is_before")
    counted = keyed.drop_nulls("key").group_by("counted_by", "key").agg(
        subject=pl.col("shown").sort().mode().sort().first(), tickets=now.sum().cast(pl.Int64),
        accounts=pl.col("account_id").filter(now).n_unique().cast(pl.Int64),
        open=(now & pl.col("resolved_at").is_null()).sum().cast(pl.Int64),
        reopened=(now & (pl.col("reopened") > 0)).sum().cast(pl.Int64), before=pl.col("is_before").sum().cast(pl.Int64),
    )  # fmt: skip
    return (
        counted.filter(pl.col("tickets") >= RECURS)
        .sort("accounts", "tickets", "key", "counted_by", descending=[True, True, False, False])
        .drop("key")
    )


def _plain(told: pl.Expr) -> pl.Expr:
    """In small letters, blanks as one, empty where nothing is left."""
    return told.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars().replace("", None)


def _words(subject: pl.Expr) -> pl.Expr:
    """A subject without the marks of replies, and with a blank for each number and sign."""
    told = subject.str.to_lowercase().str.replace(REPLY_MARKS, "")
    return told.str.replace_all(r"\p{N}+", " ").str.replace_all(r"[^\p{L}\p{M}]+", " ")


def quality(rows: pl.DataFrame, replies: pl.DataFrame, until: date) -> pl.DataFrame:
    """How support was for each account in the WINDOW days to a day and in as many before: account_id, decided, met, share, decided_before,
    share_before, replies, hours, replies_before, hours_before.

    rows: decided promises with account_id, due_on, verdict. replies: account_id, done_on, taken (hours by the clock).
    """
    middle, first = until - timedelta(days=WINDOW), until - timedelta(days=2 * WINDOW)
    spans = (("", middle, until), ("_before", first, middle))
    parts = [_promises(rows, *span) for span in spans] + [_replies(replies, *span) for span in spans]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.join(part, on="account_id", how="full", coalesce=True)
    return whole.sort("account_id")


def _promises(rows: pl.DataFrame, suffix: str, start: date, end: date) -> pl.DataFrame:
    own = rows.filter(pl.col("due_on") > start, pl.col("due_on") <= end).group_by("account_id")
    counted = own.agg(decided=pl.len().cast(pl.Int64), share=(pl.col("verdict") == MET).mean())
    return counted.rename({name: f"{name}{suffix}" for name in ("decided", "share")})


def _replies(replies: pl.DataFrame, suffix: str, start: date, end: date) -> pl.DataFrame:
    own = replies.filter(pl.col("done_on") > start, pl.col("done_on") <= end).group_by("account_id")
    counted = own.agg(replies=pl.len().cast(pl.Int64), hours=pl.col("taken").median())
    return counted.rename({name: f"{name}{suffix}" for name in ("replies", "hours")})


def fell(qualities: pl.DataFrame) -> pl.DataFrame:
    """Accounts of quality that can be compared, with fell: share_fell, reply_rose, both, or null where neither."""
    by_share, by_reply = (_enough(name) for name in ("decided", "replies"))
    lower = (by_share & (pl.col("share_before") - pl.col("share") >= SHARE_FELL - 1e-9)).fill_null(False)
    now, then = pl.col("hours"), pl.col("hours_before")
    slower = (by_reply & (now > then) & (now >= REPLY_ROSE * then)).fill_null(False)
    told = pl.when(lower & slower).then(pl.lit("both")).when(lower).then(pl.lit("share_fell")).when(slower).then(pl.lit("reply_rose"))
    return qualities.filter(by_share | by_reply).with_columns(fell=told)


def _enough(name: str) -> pl.Expr:
    """Whether there is enough in both windows to compare them."""
    return (pl.col(name).fill_null(0) >= FEWEST) & (pl.col(f"{name}_before").fill_null(0) >= FEWEST)


def came_after(observed: pl.DataFrame) -> pl.DataFrame:
    """What came within WINDOW days after, of those whose support fell and of the others: support_was (fell, did_not_fall), observations,
    accounts, churned, health_known, health_fell, and the shares; what came is null where a group has fewer than TOO_FEW.

    observed: account_id, fell, churned, health_fell (null where health is not known on both days, or the account had churned).
    """
    group = pl.when(pl.col("fell").is_not_null()).then(pl.lit("fell")).otherwise(pl.lit("did_not_fall"))
    counted = observed.with_columns(support_was=group).group_by("support_was").agg(
        observations=pl.len().cast(pl.Int64), accounts=pl.col("account_id").n_unique().cast(pl.Int64),
        churned=pl.col("churned").sum().cast(pl.Int64), health_known=pl.col("health_fell").count().cast(pl.Int64),
        health_fell=pl.col("health_fell").sum().cast(pl.Int64),
    )  # fmt: skip
    both = (
        pl.DataFrame({"support_was": ["fell", "did_not_fall"]})
        .join(counted, on="support_was", how="left")
        .with_columns(pl.exclude("support_was").fill_null(0))
    )
    enough, known = pl.col("accounts") >= TOO_FEW, pl.col("health_known") >= TOO_FEW
    return both.with_columns(
        churned_share=pl.when(enough).then(pl.col("churned") / pl.col("observations")),
        health_fell_share=pl.when(enough & known).then(pl.col("health_fell") / pl.col("health_known")),
        churned=pl.when(enough).then("churned"), health_fell=pl.when(enough & known).then("health_fell"),
    )  # fmt: skip
