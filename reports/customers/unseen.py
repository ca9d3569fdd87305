"""What cannot be seen of accounts, in words with their number: so that silence is not taken for good news or bad."""

import polars as pl

from language import tr, tr_n
from language.formats import sentences
from metrics.health import LITTLE_KNOWN
from metrics.scorecard import Scorecard
from metrics.unrated import CUSTOMERS
from reports.books import Books
from reports.look import Look
from reports.usage.usage import coverage, usage_feeds, usage_rows


def late(look: Look) -> tuple[str, ...]:
    """Until when usage is covered, where that is before the day looked at."""
    if look.day is None or look.view.last_covered_day() is None:
        return ()
    last = coverage(look.view, look.day, look.day).last_day(look.day)
    if last is None or last >= look.day:
        return ()
    told = tr_n(
        "Usage is covered until {last}, {n} day before the day looked at.",
        "Usage is covered until {last}, {n} days before the day looked at.",
        (look.day - last).days,
        last=last,
    )
    return (told,)


def unseen(books: Books, customers: pl.DataFrame) -> tuple[str, ...]:
    """How many customers' usage cannot be seen since their feed stopped, and how many are in no feed; and that usage is late.

    customers: account_id, state, and usage_state where it is at hand; who has a score or none, those in the states of customers count.
    """
    if books.day is None or books.view.last_covered_day() is None:
        return ()
    own = customers.filter(pl.col("state").is_in(CUSTOMERS))
    if "usage_state" not in own.columns:
        own = own.join(usage_rows(books).select("account_id", usage_state="state"), on="account_id")
    stopped, untracked = (own.filter(pl.col("usage_state") == state).height for state in ("feed_stopped", "not_tracked"))
    told = tr(
        "The usage of {stopped:,} of {customers:,} customers cannot be seen: their feed has stopped, and it lowers no score.",
        stopped=stopped,
        customers=own.height,
    )
    said = [told] if stopped else []
    return (*late(books), *said, *_untracked(books, untracked, own.height))


def _untracked(books: Books, count: int, whole: int) -> tuple[str, ...]:
    """How many customers were never seen in a feed, and that nobody has said whether one covers them, where that is so."""
    if not count:
        return ()
    told = tr(
        "No usage of {n:,} of {customers:,} customers has ever come in: it is not known, and lowers no score.", n=count, customers=whole
    )
    ask = tr("If the usage feed tells of every account, say so when it is imported (covers_accounts = all): then they used nothing.")
    return (told,) if usage_feeds(books.view)["accounts_said"].all() else (sentences(told, ask),)


def unmeasured(reached: pl.DataFrame) -> tuple[str, ...]:
    """Which milestones cannot be measured, and of how many of the accounts that are measured by them. reached: as
    metrics.activation.steps returns, with measured_by."""
    every = reached.with_columns(accounts=pl.col("account_id").n_unique().over("measured_by"))
    missing = every.filter(~pl.col("measurable")).group_by("measured_by", "step", "title")
    counted = missing.agg(pl.len(), pl.col("accounts").first()).sort("measured_by", "step")
    told = tr(
        "“{milestone}” cannot be measured of {count:,} of {accounts:,} accounts, as no users or seats are known: they count in no rate."
    )
    return tuple(told.format(milestone=title, count=count, accounts=accounts) for _, _, title, count, accounts in counted.rows())


def little_known(rows: pl.DataFrame, card: Scorecard) -> tuple[str, ...]:
    """How many scores rest on too little to be called healthy or at risk.

    rows: band and, where accounts at risk are counted apart, at_risk: how many of them are counted there is said.
    """
    little = rows.filter(pl.col("band") == LITTLE_KNOWN)
    count = little.height
    if not count:
        return ()
    told = tr_n(
        "{n:,} score is little known: less than {least:.0%} of the weight is known, or the usage feed has stopped.",
        "{n:,} scores are little known: less than {least:.0%} of the weight is known, or the usage feed has stopped.",
        count,
        least=card.least_known,
    )
    apart = int(little["at_risk"].sum()) if "at_risk" in little.columns else 0
    return (sentences(told, _apart(apart) if apart else ""),)


def _apart(count: int) -> str:
    return tr_n("{n:,} of them counts as at risk.", "{n:,} of them count as at risk.", count)
