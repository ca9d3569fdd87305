"""Who uses the product, how widely, and where is silence only a missing feed?"""

from datetime import date, timedelta

import polars as pl

from data.scope import Viewer
from data.store import Store
from data.view import View
from metrics.usage import STOPPED_AFTER, WINDOW
from metrics.usage import usage as of_accounts
from reports.arr import arr
from reports.parameters import as_of, printed
from reports.report import Question, Report

UNITS = {
    "account_id": "text", "name": "text", "dau": "count", "wau": "count", "mau": "count", "seats": "count", "features_used": "count",
    "trend": "ratio", "last_seen": "day", "state": "text",
}  # fmt: skip


def usage(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per account in scope: actives, seats, features, trend, last seen and state. Totals count the accounts of each state."""
    with View(store, viewer, question.known_at, question.filters) as view:
        day = as_of(view, question)
        seats = arr(store, viewer, question).rows.select("account_id", "seats")
        seen = day or date(1970, 1, 31)
        starts = view.contracts().group_by("account_id").agg(first_start=pl.col("starts_on").min())
        accounts = (
            view.accounts()
            .select("account_id", "name", "live_on")
            .join(seats, on="account_id", how="left")
            .join(starts, on="account_id", how="left")
        )
        back = seen - timedelta(days=2 * WINDOW)
        frames = (view.usage_months(back, seen).lazy(), view.usage_days(back, seen).lazy(), view.usage_span(seen).lazy())
        rows = of_accounts(accounts.lazy(), *frames, as_of=seen, feed=feed_state(view.feeds(), seen)).collect()
        parameters, version = printed(view, viewer, question, day), view.data_version
    states = {state: (rows["state"] == state).sum() for state in ("used", "unused", "not_tracked", "feed_stopped", "not_live")}
    return Report(
        "usage", "Usage by account", parameters, question.rules, "", version, rows, states, UNITS | dict.fromkeys(states, "count")
    )


def feed_state(feeds: pl.DataFrame, day: date) -> str:
    """What the usage feeds can say on a day: stopped where each lags three of its usual gaps; complete where one names every account."""
    usage_feeds = feeds.filter(pl.col("table") == "usage_events").to_dicts()
    fresh = [feed for feed in usage_feeds if (day - feed["covers_to"]).days <= STOPPED_AFTER * feed["usual_gap_days"]]
    if not fresh:
        return "stopped"
    return "complete" if any(feed["covers_all_accounts"] for feed in fresh) else "live"
