"""What a table of the contract and a column of it are."""

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl
from polars.datatypes import DataType, DataTypeClass

PolarsDataType = DataType | DataTypeClass
DTYPES: dict[str, PolarsDataType] = {
    "id": pl.String,  # untouched text: 00123 and 1e5 are ids, not numbers
    "text": pl.String,
    "choice": pl.String,
    "currency": pl.String,
    "period": pl.String,  # "1 month", "3 month", "1 year", "1 week", "1 day" or "term"
    "day": pl.Date,
    "month": pl.Date,  # its first day
    "instant": pl.Datetime("us", "UTC"),
    "money": pl.Decimal(18, 4),
    "number": pl.Float64,
    "fraction": pl.Float64,
    "integer": pl.Int64,
    "bool": pl.Boolean,
}


@dataclass(frozen=True)
class Column:
    """One column of a table: `kind` is a key of DTYPES; `meaning` is the sentence that people read."""

    name: str
    kind: str
    meaning: str
    required: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""

    @property
    def dtype(self) -> PolarsDataType:
        return DTYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """One table: `key` is its natural key, `by_account` says whether rows belong to an account."""

    name: str
    title: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    alternative_keys: tuple[tuple[str, ...], ...] = ()
    state_keys: tuple[tuple[str, ...], ...] = ()  # by which rows of a state may go: ids and what is sold, never what changes
    by_account: bool = True
    required_one_of: tuple[str, ...] = ()
    by_program: bool = False  # written by Holdfast itself, never proposed for a file
    in_app: bool = False  # written by people on a page alone, never from a file
    begun_by: str = (
        ""  # the column that a row's first deed alone writes: where that deed is undone, the row is not there, whatever came later
    )
    of_team: bool = False  # of your own people, not of customers: never proposed for a file by itself, and no feed
    by_name: bool = False  # proposed for a file that has its columns by name, or the shape of a known export: never guessed
    known_by_content: bool = False  # rows without an id of their own get one made of what they say

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def lacking(self, given: Collection[str]) -> list[str]:
        """The columns that a file must have and that are not among those given; an id that can be made of the content need not be."""
        made = self.key if self.known_by_content else ()
        return [name for name in self.required if name not in given and name not in made]


ACCOUNT_ID = Column("account_id", "id", "The account's id in your systems, kept as text.", required=True, example="A-1001")
