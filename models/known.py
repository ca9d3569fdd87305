"""What is known without a model: how often the outcome came among rows that share a simple trait, by what happened in earlier time."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from models.candidates import as_probabilities, fitted, raw_odds
from models.time_order import Rows

HELD_TO_THE_RATE = 50  # rows at the part's own rate that are added to each group, so that a handful of rows says little
LEAST_ROWS = 30  # of a group that is told apart from the others when traits are taken together
TENTHS, TENTH = 10, "_tenth"


def rate_by(learn: Rows, table: pl.DataFrame, traits: Sequence[str]) -> np.ndarray:
    """For each row of a table: the rate among the earlier rows of the same part with the same traits; the part's rate for new ones."""
    hit = pl.col(learn.outcome).cast(pl.Float64)
    of_part = learn.table.group_by(learn.part).agg(part_rate=hit.mean())
    groups = learn.table.group_by(learn.part, *traits).agg(hits=hit.sum(), rows=pl.len())
    joined = table.join(of_part, on=learn.part, how="left", maintain_order="left").join(
        groups, on=[learn.part, *traits], how="left", nulls_equal=True, maintain_order="left"
    )
    rate = pl.col("part_rate").fill_null(learn.outcomes.mean())
    drawn_in = (pl.col("hits").fill_null(0) + HELD_TO_THE_RATE * rate) / (pl.col("rows").fill_null(0) + HELD_TO_THE_RATE)
    return joined.select(drawn_in.alias("rate"))["rate"].to_numpy()


def rate_by_tenths(learn: Rows, table: pl.DataFrame, name: str) -> np.ndarray:
    """The rate by tenths of one input, missing being a group of its own: what this input alone says, whatever its shape."""
    edges = np.unique(np.nanquantile(_values(learn.table, name), np.linspace(0, 1, TENTHS + 1)[1:-1]))
    marked = learn.of(_marked(learn.table, name, edges))
    return rate_by(marked, _marked(table, name, edges), [TENTH])


def all_together(chosen: str, learn: Rows, table: pl.DataFrame, traits: Sequence[str]) -> np.ndarray:
    """The probability by a model of the chosen kind that knows the traits and the part alone, and no input."""
    columns = [learn.part, *traits]
    kept = {name: _frequent(learn.table[name]) for name in columns}
    estimator = fitted(chosen, _flags(learn.table, kept), learn.outcomes, learn.rarer())
    return as_probabilities(raw_odds(estimator, _flags(table, kept)))


def _values(table: pl.DataFrame, name: str) -> np.ndarray:
    return table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _marked(table: pl.DataFrame, name: str, edges: np.ndarray) -> pl.DataFrame:
    values = _values(table, name)
    return table.with_columns(pl.Series(TENTH, np.where(np.isnan(values), -1, np.searchsorted(edges, values, side="right"))))


def _frequent(column: pl.Series) -> list:
    counted = column.drop_nulls().value_counts()
    return counted.filter(pl.col("count") >= LEAST_ROWS)[column.name].sort().to_list()


def _flags(table: pl.DataFrame, kept: Mapping[str, list]) -> np.ndarray:
    """A column of 0 and 1 for each frequent value of each trait."""
    flags = [(table[name] == value).fill_null(False).to_numpy() for name, values in kept.items() for value in values]
    return np.array(flags, dtype=float).T if flags else np.zeros((table.height, 1))
