"""What accounts add to the figures of every close, so that these stay when an account is erased."""

from collections.abc import Sequence

import polars as pl

from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from metrics.restatement import FIGURES
from reports.report import Question
from reports.revenue.restatement import at_moment, published_by

SCHEMA = {"close_id": pl.String, "account_id": pl.String, **dict.fromkeys((*FIGURES, "opened", "kept"), pl.Int64)}


def of_closes(store: Store, accounts: Sequence[str]) -> pl.DataFrame:
    """One row for each close and account that adds to its figures, as known and seen when it was closed: SCHEMA, cents."""
    if not accounts:
        return pl.DataFrame(schema=SCHEMA)
    with View(store) as view:
        rows = view.table("closes").to_dicts()
    parts = [pl.DataFrame(schema=SCHEMA)]
    for row in rows:
        was = published_by(row, Question())
        found = at_moment(store, Viewer(), was.question, start=was.start, end=was.end, rules=was.rules)
        mine = found.filter(pl.col("account_id").is_in(list(accounts)))
        parts.append(mine.with_columns(close_id=pl.lit(was.close_id)).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()))
    return pl.concat(parts)
