"""What one viewer may see of the store at one moment of its log. Every frame is scoped here, below the reports and pages."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date

import polars as pl

from data.accounts.aliases import meanings, merged_history
from data.accounts.history import account_history
from data.log.keyed_rows import batch_list
from data.log.moments import data_version, table_versions
from data.log.places import rows_of
from data.log.row_history import row_history
from data.log.tables import timezone_of
from data.schema import ACCOUNTS, TABLES
from data.store.reading_once import Readable
from data.store.standing_files import StandingFiles
from data.store.standing_rows import OF_ACCOUNTS, OF_ALIASES, OF_LINES, changed_by, no_owner
from data.viewer import EVERYONE, NotAllowed, Viewer

COMPANY_WIDE = ("costs", "closes", "finance_arr", "account_aliases", "sign_offs", "people", "covers")
NOT_GROUPED = {"account_id", "name", "parent_id", "created_on", "live_on", "seats", "headcount", "is_stub", "batch", "line"}


class View(StandingFiles):
    """Scoped frames of one moment. `where` narrows to accounts whose column has one of the given values.

    as_of: the day of which states of accounts are told; left out, the newest one. Whose accounts a viewer sees is always who has them now:
    for `owner` as known then, for rights as known now. Who does not see all is told no parent that is none of theirs.
    Raises NotAllowed for a viewer with rights who was not let do anything yet.
    """

    def __init__(
        self,
        store: Readable,
        viewer: Viewer = EVERYONE,
        known_at: int | str | None = None,
        where: Sequence[tuple[str, Sequence[str]]] = (),
        as_of: date | None = None,
    ) -> None:
        if not viewer.is_settled:
            raise NotAllowed("Rows are handed out to who was let do something with them: see Viewer.allowed.")
        self._closing = ExitStack()
        self._looked_up: dict[tuple[object, ...], pl.DataFrame] = {}
        self._past = None if known_at is None else store
        self._readings = store.readings
        self.viewer, self.as_of = viewer, as_of
        self._may_read: frozenset[str] | None = None
        self.where = tuple((column, tuple(values)) for column, values in where if values)
        self.cursor = self._closing.enter_context(store.reading())
        try:
            self.data_version = data_version(self.cursor, known_at)
            self._versions = self._readings.once((self.data_version, "versions"), lambda: table_versions(self.cursor, self.data_version))
            self.timezone = self._settled(("timezone",), lambda: timezone_of(self.cursor))
            self._told_of = self._day_of_states()
            self._known(viewer)
            self.meaning = self._shared(("meanings",), lambda: meanings(self._as_written("account_aliases")), OF_ALIASES)
            self._contracts = self._shared(("lines of accounts",), lambda: self._current("contracts"), OF_LINES)
            self._accounts = self._settled(
                ("in scope", *self._scope_of(viewer, self.where)), lambda: self._scoped(self._everybody()), OF_ACCOUNTS
            )
        except BaseException:
            self._closing.close()
            raise

    def __enter__(self) -> "View":
        return self

    def __exit__(self, *exc: object) -> None:
        self._closing.close()

    def _known(self, viewer: Viewer) -> None:
        """Raises WrongParameter for a viewer whom no import has ever named as an owner, so that a slip of the pen is no empty company."""
        named = "select 1 from rows_accounts where owner = ? limit 1"
        if viewer.owner is not None and not self.cursor.execute(named, [viewer.owner]).fetchall():
            raise no_owner(viewer.owner)

    def _of_now(self, accounts: pl.DataFrame) -> pl.DataFrame:
        """The accounts as the newest log has them: a right holds for who has it now, whatever moment of the log is looked at."""
        if self._past is None:
            return accounts
        with View(self._past) as newest:
            return newest.accounts()

    def accounts(self) -> pl.DataFrame:
        """Accounts in scope: the contract's columns, attributes as text columns, is_stub, batch, line."""
        return self._accounts

    def account_history(self, column: str) -> pl.DataFrame:
        """What a column of the accounts in scope has said over time: account_id, since, value; see account_history.py."""
        history = self._shared(("history", column), lambda: merged_history(self._history(column), self.meaning), OF_ACCOUNTS)
        return history.join(self._accounts, on="account_id", how="semi")

    def _history(self, column: str) -> pl.DataFrame:
        return account_history(self.cursor, self._heard_by("accounts", None), column)

    def row_history(self, table: str, column: str) -> pl.DataFrame:
        """What each batch has said in a column of the rows in scope of a keyed table; see row_history.py. Costs as much as there are such
        rows in all batches."""
        self._check_read(changed_by(table))
        return row_history(self.cursor, table, self._heard(table), column, self.table(table)["row_key"].to_list())

    def contracts(self) -> pl.DataFrame:
        """Contract lines in scope, as they stand, with OF_LINES of line_history.py (of a state, one row for each part of a line), and feed,
        said_on and end_said_on of ends.py."""
        return self._contracts.join(self._accounts, on="account_id", how="semi").sort("row_key")

    def currencies(self) -> dict[str, int]:
        """How many contract lines of the whole store are in each currency: one reporting currency holds for all viewers."""
        count = lambda: dict(self._contracts.drop_nulls("currency").group_by("currency").len().sort("currency").rows())  # noqa: E731
        return self._settled(("currencies",), count, OF_LINES)

    def table(self, name: str) -> pl.DataFrame:
        """Rows of a keyed table in scope, as they stand, with row_key, batch and line. Costs, closes and finance's list are for those who see all."""
        if name == "contracts":
            return self.contracts()
        frame = self._current(name)
        if TABLES[name].by_account:
            return frame.join(self._accounts, on="account_id", how="semi").sort("row_key")
        return frame.clear() if name in COMPANY_WIDE and not self.viewer.sees_all else frame

    def finance_arr(self) -> pl.DataFrame:
        """Finance's list in scope: for those who see all without filters also accounts that no import has named."""
        frame = self._current("finance_arr")
        return frame if self._sees_whole else frame.join(self._accounts, on="account_id", how="semi").sort("row_key")

    def erased_figures(self, close_id: str) -> pl.DataFrame:
        """What accounts that were erased since added to the figures of a close: account_id (the label that stands for one), then cents
        and counts as the close has them. For those who see all; empty otherwise."""
        query = """select label as account_id, opening_mrr, closing_mrr, retained_mrr, arr, opened, kept from erased_figures
            where close_id = ? order by erasure"""
        found = self.cursor.sql(query, params=[close_id]).pl()
        return found if self._sees_whole else found.clear()

    def filter_values(self, column: str) -> list[str]:
        """The values that accounts in scope have in a column, sorted; empty where the column is unknown."""
        if column not in self._accounts.columns:
            return []
        return sorted(self._accounts[column].drop_nulls().cast(pl.String).unique().to_list())

    def columns(self) -> list[str]:
        """Account columns by which figures can be grouped: those of the contract that hold a value, then attributes."""
        core = [name for name in ACCOUNTS.names if name not in NOT_GROUPED and self._accounts[name].null_count() < self._accounts.height]
        return core + [name for name in self._accounts.columns if name not in NOT_GROUPED and name not in ACCOUNTS.names]

    def _keys_in_files(self, table: str, row_key: str) -> list[str]:
        lines = self._contracts.filter(pl.col("row_key") == row_key) if table == "contracts" else None
        return [row_key] if lines is None else lines["key_in_files"].to_list()

    def source(self, table: str, row_key: str) -> pl.DataFrame:
        """Every standing batch that gave a row: batch, file, line, newest first. Empty where the row is out of scope."""
        visible = self.accounts().rename({"account_id": "row_key"}) if table == "accounts" else self.table(table)
        if not visible.filter(pl.col("row_key") == row_key).height:
            return pl.DataFrame(schema={"batch": pl.Int32, "file": pl.String, "line": pl.Int64})
        entries = [
            *self._keys_in_files(table, row_key),
            *(self.meaning.filter(pl.col("meant") == row_key)["alias"] if table == "accounts" else ()),
        ]
        query = (
            f"select batch, file, line from {rows_of(table, self._heard(table))} join batches using (batch) "
            f"where list_contains(?, row_key) and batch in {batch_list(self._standing_of(table))}"
        )
        return self.cursor.sql(query, params=[entries]).pl().sort("batch", descending=True)
