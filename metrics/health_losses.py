"""What a score loses, and where: an account's measures, those that cost it the most points first."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from metrics.health import band


def by_points_lost(parts: Sequence[dict[str, Any]], bands: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    """The components of one score (metrics.health.COMPONENT), known ones by points lost, then those that are missing.

    Adds most (points that the measure could give), lost (most less points; both 0 to 100, null where missing) and band (that of the
    measure's own score, null where missing). points and lost of all known measures total 100.
    """
    if not parts:
        return []
    most = pl.col("effective_weight") * 100
    told = pl.DataFrame(list(parts), infer_schema_length=None).with_columns(
        pl.when(~pl.col("missing")).then(most).alias("most"),
        pl.when(~pl.col("missing")).then(most - pl.col("points")).alias("lost"),
        pl.when(~pl.col("missing")).then(band(pl.col("score"), bands)).alias("band"),
    )
    return told.sort("missing", "lost", "name", descending=[False, True, False]).to_dicts()
