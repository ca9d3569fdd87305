"""Which events are there, what does the team say of them, and who uses them lately?"""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from data.store.view import View
from language import mark, tr
from language.formats import listed, month
from metrics.feature_catalogue import with_feature
from metrics.months import MONTH_OF_USE
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.usage.catalogue import catalogue

COLUMNS = {
    "event": "text", "feature": "text", "core": "flag", "hidden": "flag", "accounts_using": "count", "count": "count", "last_used": "day",
    "batch": "count",
}  # fmt: skip
NEVER = date(1970, 1, 31)
FEW = 3  # months that are named one by one


def _feature_catalogue(look: Look, question: Question) -> Answer:
    """One row per event that accounts in scope ever had, or the catalogue names: its feature (itself, where the catalogue names none),
    whether that is core, whether the event is hidden, and how many of these accounts had it in the last 30 days, how often, and when last
    in these; most accounts first.

    batch: the entry of the catalogue as it stands, 0 without one. Notes name the months in which hidden events cannot be left out of
    active users.
    """
    day, said = look.day or NEVER, look.view.table("feature_catalogue").select("event", "is_core", "is_hidden", "batch")
    named = look.view.event_use(date.min, day)["event"]
    events = pl.DataFrame({"event": sorted({*named, *said["event"]})}, schema={"event": pl.String})
    rows = (
        with_feature(events.lazy(), catalogue(look.view))
        .join(said.lazy(), on="event", how="left")
        .join(_lately(look.view, day), on="event", how="left")
        .with_columns(pl.col("accounts_using", "count", "batch").fill_null(0).cast(pl.Int64))
        .with_columns(core=pl.col("is_core").fill_null(False), hidden=pl.col("is_hidden").fill_null(False))
        .select(*COLUMNS)
        .sort("accounts_using", "event", descending=[True, False])
        .collect()
    )
    return Answer(rows, {"events": rows.height, "hidden": rows["hidden"].sum()}, not_exact(look.view))


def _lately(view: View, day: date) -> pl.LazyFrame:
    """event, accounts_using, count, last_used of the last 30 days, hidden events included."""
    recent = view.event_use(day - timedelta(days=MONTH_OF_USE - 1), day).lazy()
    return recent.group_by("event").agg(
        pl.col("account_id").n_unique().alias("accounts_using"), pl.col("count").sum(), pl.col("last_used").max()
    )


def not_exact(view: View) -> tuple[str, ...]:
    """In which months active users count hidden events, too, since the single events were let go of before they could be told apart."""
    months = view.not_told_apart()["month"].to_list()
    if not months:
        return ()
    return (
        tr(
            "In {months} active users still count hidden events: of these days only rollups are kept, made before events were told apart. "
            "Features, numbers of events and last use leave them out there, too.",
            months=span_of(months),
        ),
    )


def span_of(months: Sequence[date]) -> str:
    """Months in words: a few by name, of more the first and the last."""
    return listed(map(month, months)) if len(months) <= FEW else f"{month(months[0])} – {month(months[-1])}"


feature_catalogue = Definition("feature-catalogue", mark("Feature catalogue"), COLUMNS, _feature_catalogue, opens=opened)
