"""What the team's catalogue says of events: the one place where reports read it."""

from collections.abc import Iterable

import polars as pl

from data.store.view import View
from metrics.feature_catalogue import CATALOGUE, core_features, with_feature


def catalogue(view: View) -> pl.DataFrame:
    """What is said of each event: event, feature, is_core, is_hidden."""
    return view.table("feature_catalogue").select(*CATALOGUE)


def as_features(view: View, events: pl.DataFrame) -> pl.LazyFrame:
    """Rows of events with the `feature` that each is the use of."""
    return with_feature(events.lazy(), catalogue(view))


def events_of(view: View, feature: str, known: Iterable[str]) -> list[str]:
    """The events among those known that are the use of a feature and count, in order; none where there is no such feature."""
    rows = as_features(view, pl.DataFrame({"event": sorted(set(known) - {*view.hidden_events})}, schema={"event": pl.String})).collect()
    return rows.filter(pl.col("feature") == feature)["event"].to_list()


def core(view: View) -> list[str]:
    """The core features, in order."""
    return core_features(catalogue(view))
