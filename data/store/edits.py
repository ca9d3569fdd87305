"""Writing rows from inside the program as one batch: what people note on a page, and what models predict.

Such a batch is undone, redone and read as of a past moment like any import.
"""

import hashlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

from data.erasure.keys import KeyLost
from data.log import workspace
from data.log.staged import Staged, row_key
from data.schema import TABLES, Table
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EVERYONE, Actor, Viewer


class EditRefused(ValueError):
    """The rows cannot be written; the message names the column or account at fault and what to do."""


def commit_frame(
    store: Store, table: str, frame: pl.DataFrame, feed: str, who: str | Actor, edit: bool = False, viewer: Viewer = EVERYONE,
    told: Mapping[str, Any] | None = None,
) -> BatchResult:  # fmt: skip
    """Write the rows of `frame` to a table with a key, as one batch: all of them, or none.

    frame: columns of the table's contract; columns that it lacks change nothing, a null clears. Where the table has an id of its
    own (activity_id, survey_id ...) and the frame lacks it, new ids are given. edit: whether the values win over later files
    until the batch is undone. who: stands in the log. A viewer writes for the accounts in its scope alone. told: what the audit
    says of it besides, in values that are no person's.
    Returns the batch with its counts. Raises EditRefused for an unknown table or column, a missing or wrong value, a key given
    twice, no rows, or an account out of scope.
    """
    with staged_frame(store, table, frame, feed, edit, viewer) as staged:
        try:
            return store.commit(staged, who, told=told)
        except KeyLost as lost:
            raise EditRefused(str(lost)) from None


@contextmanager
def staged_frame(
    store: Store, table: str, frame: pl.DataFrame, feed: str, edit: bool = False, viewer: Viewer = EVERYONE
) -> Generator[Staged]:
    """The rows of `frame` ready to be written, for as long as this is open; see `commit_frame`."""
    contract = _contract(table)
    rows = _typed(_with_ids(frame, contract), contract)
    _check(rows, contract)
    _check_scope(store, rows, contract, viewer)
    with workspace.place(workspace.folder(store.path), "edit") as place:
        yield _staged(place / "part0.parquet", rows, contract, feed, edit)


def _contract(table: str) -> Table:
    if table not in TABLES or table == "usage_events":
        keyed = ", ".join(name for name in TABLES if name != "usage_events")
        raise EditRefused(f"table: rows cannot be written to {table!r}. Tables: {keyed}.")
    return TABLES[table]


def _with_ids(frame: pl.DataFrame, contract: Table) -> pl.DataFrame:
    own = contract.key[0]
    if len(contract.key) > 1 or own == "account_id" or own in frame.columns:
        return frame
    return frame.with_columns(pl.Series(own, [uuid4().hex for _ in range(frame.height)], dtype=pl.String))


def _typed(frame: pl.DataFrame, contract: Table) -> pl.DataFrame:
    """The frame in the types of the contract; instants in UTC, without their zone, as the store keeps them."""
    unknown = [name for name in frame.columns if name not in contract.names]
    if unknown:
        raise EditRefused(f"{unknown[0]}: the table {contract.name} has no such column. Columns: {', '.join(contract.names)}.")
    try:
        typed = frame.with_columns(pl.col(name).cast(contract.column(name).dtype) for name in frame.columns)
    except pl.exceptions.PolarsError as error:
        raise EditRefused(f"A value does not fit its column of {contract.name}: {error}") from None
    instants = [name for name in frame.columns if contract.column(name).kind == "instant"]
    return typed.with_columns(pl.col(instants).dt.replace_time_zone(None)) if instants else typed


def _check(rows: pl.DataFrame, contract: Table) -> None:
    if rows.is_empty():
        raise EditRefused(f"There are no rows to write to {contract.name}.")
    goes_on = contract.name == "accounts" or (contract.begun_by and contract.begun_by not in rows.columns)
    needed = {*contract.key, *(("account_id",) if contract.by_account else ())} | (set() if goes_on else {*contract.required})
    for name in sorted(needed):
        if name not in rows.columns or rows[name].null_count():
            raise EditRefused(f"{name}: the table {contract.name} needs a value in every row. {contract.column(name).meaning}")
    for name in rows.columns:
        choices = contract.column(name).choices
        if choices and not rows[name].drop_nulls().is_in(list(choices)).all():
            raise EditRefused(f"{name}: takes one of {', '.join(choices)}.")
    if rows.select(contract.key).is_duplicated().any():
        raise EditRefused(f"{', '.join(contract.key)}: two rows have the same. Keep one of them.")


def _check_scope(store: Store, rows: pl.DataFrame, contract: Table, viewer: Viewer) -> None:
    if viewer.sees_all:
        return
    with View(store, viewer) as view:
        seen = set(view.accounts()["account_id"])
        taken = view.table(contract.name) if contract.by_account else rows
    foreign = _others_under(store, rows, contract, taken)
    if not contract.by_account or set(rows["account_id"]) - seen or foreign:
        raise EditRefused(f"{contract.name}: rows can be written for your own accounts alone.")


def _others_under(store: Store, rows: pl.DataFrame, contract: Table, own: pl.DataFrame) -> bool:
    """Whether a row would overwrite one that stands and is not among the viewer's own."""
    key = list(contract.key)
    with View(store) as whole:
        stand = whole.table(contract.name) if contract.by_account else rows
    return bool(rows.join(stand, on=key, how="semi").join(own, on=key, how="anti").height)


def _staged(path: Path, rows: pl.DataFrame, contract: Table, feed: str, edit: bool) -> Staged:
    keyed = rows.with_row_index("line", offset=1).with_columns(pl.col("line").cast(pl.Int64), row_key=row_key(contract.key))
    keyed.write_parquet(path, compression="lz4", statistics=False)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Staged(contract.name, feed, feed, digest, (path,), tuple(rows.columns), header=tuple(rows.columns), read=rows.height, edit=edit)
