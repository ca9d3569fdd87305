"""From events to features of the product: what the team's catalogue says of each event, and an event by itself where it says nothing."""

import polars as pl

CATALOGUE = {"event": pl.String, "feature": pl.String, "is_core": pl.Boolean, "is_hidden": pl.Boolean}
NOTHING = pl.DataFrame(schema=CATALOGUE)


def with_feature(events: pl.LazyFrame, catalogue: pl.DataFrame) -> pl.LazyFrame:
    """The rows with `feature`: that of the catalogue, else the event itself. events: event, and more. catalogue: CATALOGUE."""
    named = catalogue.lazy().select("event", feature=pl.col("feature").replace("", None))
    return events.join(named, on="event", how="left", maintain_order="left").with_columns(feature=pl.coalesce("feature", "event"))


def core_features(catalogue: pl.DataFrame) -> list[str]:
    """The features of which an event that counts is marked as core, in order."""
    core = pl.col("is_core").fill_null(False) & ~pl.col("is_hidden").fill_null(False)
    return with_feature(catalogue.filter(core).select("event").lazy(), catalogue).collect()["feature"].unique().sort().to_list()
