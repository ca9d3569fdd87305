"""A file that has been read, mapped and validated, ready to be written to the store as one batch."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from data.schema import PolarsDataType

PROBLEM_SCHEMA: dict[str, PolarsDataType] = {
    "line": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "rejected": pl.Boolean,
}
REJECTED_SCHEMA: dict[str, PolarsDataType] = {"line": pl.Int64, "cells": pl.List(pl.String)}


@dataclass(frozen=True)
class Marks:
    """What tells equal events of a source apart, such as the moment at which each was written there, or the id under which it was sent.

    path: Parquet of line and mark (text; null where the source says none). by: what the marks are of: those of another one say nothing
    of these.
    """

    path: Path
    by: str


@dataclass(frozen=True)
class Staged:
    """Accepted rows as Parquet parts that our own child process wrote, and what was wrong with the others.

    parts of a table with a key hold `line`, `row_key` and the mapped columns that the file has. parts of usage events hold
    line, person, name, occurred_at (UTC) and the mapped ones of quantity and event_id; `people` says which account_id,
    contract_id and user_id a person's number stands for, `names` which event a name's number does, `links` which ids are one person's
    (one, other, device, since). `duplicate` counts exact
    repeats inside the file that were left out. log: the rows are months of accounts, several of them from one line where a line has
    several months. `attributes` (accounts only) holds line, row_key, name, value. `rows` says what a row is: "state" (what holds on the
    last day that the file covers) or "records"; empty where nobody has said. `declares`: whether the feed's earlier files are to be
    read so too. `complete`: of a state, whether what it leaves out has ended; None where nobody has said. `erased` counts rows that were
    left out since they are of somebody who was erased. `marks` (usage events only) tells equal events that have no id apart. `partial`:
    it is a part of what there is by the way in which it came, as what changed since a moment: what it leaves out says nothing. `keys`
    (contracts only): the keys by which its rows are unique, the one first by which they go; a key that was given is the only one.
    """

    table: str
    feed: str
    file: str
    sha256: str
    parts: tuple[Path, ...]
    columns: tuple[str, ...]
    attributes: Path | None = None
    problems: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROBLEM_SCHEMA))
    rejected_rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED_SCHEMA))
    header: tuple[str, ...] = ()
    read: int = 0
    rejected: int = 0
    duplicate: int = 0
    covers: tuple[date, date] | None = None
    snapshot: bool = False
    covers_all_accounts: bool = False
    mapping: str = ""
    edit: bool = False
    people: Path | None = None
    names: Path | None = None
    links: Path | None = None
    log: bool = False
    rows: str = ""
    declares: bool = False
    complete: bool | None = None
    erased: int = 0
    marks: Marks | None = None
    partial: bool = False
    keys: tuple[str, ...] = ()


def row_key(key: tuple[str, ...]) -> pl.Expr:
    """The one text that a row of a keyed table goes by: its id, or its key columns with their values."""
    if len(key) == 1:
        return pl.col(key[0]).cast(pl.String)
    return pl.concat_str([pl.format(f"{name}={{}}", pl.col(name).cast(pl.String).fill_null("")) for name in key], separator="|")
