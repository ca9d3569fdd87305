"""Units of columns and totals: how a value is kept, and how files and tables show it. Everything that has columns takes it from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
from polars.datatypes import DataType, DataTypeClass

TENTH_OF_PERCENT = Decimal("0.001")
COMPONENT = {
    "name": pl.String, "group": pl.String, "value": pl.Float64, "score": pl.Float64, "effective_weight": pl.Float64, "points": pl.Float64,
    "missing": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """dtype: of the column. excel: the format of its cells. page: the format of the pages' tables. Empty: as the value is."""

    dtype: DataType | DataTypeClass
    excel: str = ""
    page: str = ""


UNITS = {
    "text": Unit(pl.String),
    "money": Unit(pl.Int64, "#,##0.00", "%,.2f"),  # cents; "accounting" on a page would put negatives into brackets
    "ratio": Unit(pl.Float64, "0.0%", "percent"),  # 1.0 = 100 %
    "count": Unit(pl.Int64),
    "number": Unit(pl.Float64),
    "decimal": Unit(pl.Float64, page="%.1f"),
    "score": Unit(pl.Float64, page="%.0f"),  # 0 to 100
    "day": Unit(pl.Date, page="YYYY-MM-DD"),
    "month": Unit(pl.Date, page="YYYY-MM"),  # its first day
    "instant": Unit(pl.Datetime("us", "UTC"), page="YYYY-MM-DD HH:mm"),
    "flag": Unit(pl.Boolean),
    "list": Unit(pl.List(pl.String)),
    "series": Unit(pl.List(pl.Int64)),  # a count for each of some days in turn, the last one last; null where it is not known
    "components": Unit(pl.List(pl.Struct(COMPONENT))),  # the parts of a health score
}


def shown_ratio(ratio: float) -> float:
    """A ratio as people see it: to a tenth of a percent, half away from zero, as spreadsheets round what they show."""
    return float(Decimal(repr(float(ratio))).quantize(TENTH_OF_PERCENT, ROUND_HALF_UP))


def in_percent(ratio: float) -> str:
    """The same in words: pages, charts and files have the same digits."""
    return f"{shown_ratio(ratio):.1%}"


def counted(count: float, word: str) -> str:
    """A count with its word, in the plural but for one: 1 line, 2 lines."""
    return f"{count:,.0f} {word}{'' if count == 1 else 's'}"


def is_number(unit: str) -> bool:
    """Whether values of a unit are numbers, which tables set to the right."""
    return unit in UNITS and UNITS[unit].dtype in (pl.Int64, pl.Float64)


def schema_of(columns: Mapping[str, str]) -> pl.Schema:
    """The types of columns, given name and unit."""
    return pl.Schema({name: UNITS[unit].dtype for name, unit in columns.items()})


def empty(columns: Mapping[str, str]) -> pl.DataFrame:
    """A frame of those columns without rows."""
    return pl.DataFrame(schema=schema_of(columns))
