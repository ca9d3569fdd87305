"""A table of looks before anything is learned from it: its columns by role, checked and put in time order."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from language import mark, mark_n, tr, tr_n
from language.formats import listed
from models.time_order import CASE, GROUP, PART, ROW, Rows

SHOWN = 5  # values of a column that an error names
ENDLESS = mark_n(
    "{name}: holds {n:,} infinite value. Give null where a number is not known.",
    "{name}: holds {n:,} infinite values. Give null where a number is not known.",
)
NO_OUTCOME_BUT = mark("{name}: holds {held}. The outcome is true or false as in {code}.")


@dataclass(frozen=True)
class Roles:
    """Which column is what; see models.churn.train."""

    features: Sequence[str]
    outcome: str
    time: str
    matured: str | None = None
    group: str | None = None
    case: str | None = None
    within: str | None = None

    @property
    def others(self) -> list[str]:
        return [name for name in (self.outcome, self.time, self.matured, self.group, self.case, self.within) if name]


def prepared(table: pl.DataFrame, roles: Roles, also: Sequence[str] = ()) -> Rows:
    """The rows whose outcome and time are known, in time order. Raises ValueError where a column is missing or cannot be used as asked."""
    for name in [*roles.features, *roles.others, *also]:
        if name not in table.columns:
            raise ValueError(tr("{name}: the table has no such column. Columns: {known}.", name=name, known=listed(table.columns)))
    for name in roles.features:
        if name in (roles.outcome, roles.time, roles.matured, roles.case):
            raise ValueError(tr("{name}: is no input; it says when, or what came of it.", name=name))
        _check_input(table[name])
    _check_outcome(table[roles.outcome])
    _check_time(table[roles.time])
    known = table.filter(pl.col(roles.outcome).is_not_null(), pl.col(roles.time).is_not_null())
    marked = known.with_columns(pl.col(roles.outcome).cast(pl.Boolean)).with_row_index(ROW)
    numbered = marked.with_columns(
        pl.col(roles.group or ROW).cast(pl.String).alias(GROUP),
        pl.col(roles.case or ROW).cast(pl.String).alias(CASE),
        (pl.col(roles.within).rank("dense").fill_null(0) if roles.within else pl.lit(0)).cast(pl.Int64).alias(PART),
    )
    return Rows(numbered.sort(roles.time, ROW), roles.outcome, roles.time, roles.matured or roles.time, CASE, PART)


def _check_input(column: pl.Series) -> None:
    if not (column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null)):
        raise ValueError(
            tr(
                "{name}: holds {held}. An input is a number, true or false: make it one, or leave it out.",
                name=column.name,
                held=_kind(column),
            )
        )
    if column.dtype.is_float() and (endless := int(column.is_infinite().sum())):
        raise ValueError(tr_n(*ENDLESS, endless, name=column.name))


def _check_outcome(column: pl.Series) -> None:
    if column.dtype in (pl.Boolean, pl.Null):
        return
    if not column.dtype.is_numeric():
        first = column.drop_nulls().unique().sort().head(1).to_list()
        if column.dtype == pl.String and first:
            raise ValueError(tr(NO_OUTCOME_BUT, name=column.name, held=_kind(column), code=f'pl.col("{column.name}") == "{first[0]}"'))
        raise ValueError(tr("{name}: holds {held}. The outcome is true or false.", name=column.name, held=_kind(column)))
    if not set(column.drop_nulls().unique().to_list()) <= {0, 1}:
        raise ValueError(tr("{name}: holds other numbers than 0 and 1. The outcome is true or false.", name=column.name))


def _check_time(column: pl.Series) -> None:
    if not (column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype == pl.Null):
        raise ValueError(tr("{name}: holds {held}. The time is a day, an instant or a number.", name=column.name, held=_kind(column)))


def _kind(column: pl.Series) -> str:
    if column.dtype != pl.String:
        return tr("values of type {type}", type=column.dtype)
    found = column.drop_nulls().unique().sort().head(SHOWN)
    return tr("text ({values})", values=listed(found)) if len(found) else tr("text")
