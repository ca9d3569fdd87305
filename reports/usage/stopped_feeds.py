"""Which feeds of usage have stopped, since when, and whose usage cannot be seen for it?"""

from datetime import date

import polars as pl

from language import mark, tr_n
from language.formats import day as day_told
from metrics.coverage import stopped_feeds_of
from metrics.windows import observed
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question, Report
from reports.usage.usage import coverage
from reports.usage.usage_depth import depth_rows

COLUMNS = {"feed": "text", "stopped_on": "day", "days_behind": "count", "usual_gap_days": "number", "accounts_unseen": "count"}
NEVER = date(1970, 1, 31)


def _stopped_feeds(books: Books, question: Question) -> Answer:
    """One row per feed of usage that has stopped, and for which customers in scope cannot be seen: the last day that it covers, how many
    days it is behind the day looked at, its usual days between two files, and how many customers that is. The most customers first.

    Totals: accounts_unseen, each customer once.
    """
    day = books.day or NEVER
    unseen = depth_rows(books).filter("customer", pl.col("state") == "feed_stopped").select("account_id")
    told = stopped_feeds_of(observed(unseen.lazy(), day), coverage(books.view, day, day))
    rows = told.group_by("feed", "stopped_on", "days_behind", "usual_gap_days").agg(accounts_unseen=pl.len().cast(pl.Int64))
    ordered = rows.select(*COLUMNS).sort("accounts_unseen", "feed", descending=[True, False])
    return Answer(ordered, {"accounts_unseen": told["account_id"].n_unique()})


def notices(report: Report) -> list[str]:
    """What is said of each feed, a sentence each."""
    return [
        tr_n(
            "Feed “{feed}” stopped on {day}: {n:,} account is affected. Its usage is not known, which is no zero and lowers no score.",
            "Feed “{feed}” stopped on {day}: {n:,} accounts are affected. Their usage is not known, which is no zero and lowers no score.",
            row["accounts_unseen"],
            feed=row["feed"],
            day=day_told(row["stopped_on"]),
        )
        for row in report.rows.to_dicts()
    ]


stopped_feeds = Definition("stopped-feeds", mark("Feeds that stopped"), COLUMNS, _stopped_feeds)
