"""The rows that stand at one moment, newest value per key and column, with the accounts that are meant, and who of these is in scope."""

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date

import polars as pl

from data.accounts.aliases import as_meant, merged
from data.log.ends import with_feeds
from data.log.keyed_rows import current, current_attributes, current_rows, no_rows
from data.log.line_history import as_recorded, line_history
from data.log.listings import keys, listings
from data.log.moments import LOGGED, standing_at
from data.log.places import Place, has_states, places
from data.parameters import WrongParameter
from data.schema import ACCOUNTS, TABLES
from data.store.reading_once import ReadingOnce
from data.viewer import Scope

# The tables by which what is read changes.
OF_ALIASES = ("account_aliases",)
OF_LINES = ("contracts", *OF_ALIASES)
OF_ACCOUNTS = ("accounts", *OF_LINES)
KEPT_BEFORE = "\x1fattribute"  # said of a column while two of one name are joined
OWN_COLUMNS = ("is_stub", "batch", "line")  # of accounts, beside the contract's


def no_owner(named: str) -> WrongParameter:
    """What is said of an owner whom nothing in sight names."""
    return WrongParameter(f"viewer: no account has, or ever had, the owner {named!r}.")


def _having(scope: Scope, accounts: pl.DataFrame) -> pl.DataFrame:
    """The accounts that have one of the values of a scope."""
    has = [pl.col(column).cast(pl.String).is_in(list(values)) for column, values in scope if column in accounts.columns]
    return accounts.filter(pl.any_horizontal(has)) if has else accounts.clear()


def _with_attributes(known: pl.DataFrame, wide: pl.DataFrame) -> pl.DataFrame:
    """Accounts with their attributes as columns. One that was kept before the contract had a column of its name fills that column."""
    both = [name for name in wide.columns if name in ACCOUNTS.names and name != "account_id"]
    ours = {*known.columns} - {*both, "account_id"}
    joined = known.join(wide.select(name for name in wide.columns if name not in ours), on="account_id", how="left", suffix=KEPT_BEFORE)
    filled = (pl.coalesce(name, pl.col(name + KEPT_BEFORE).cast(ACCOUNTS.column(name).dtype, strict=False)).alias(name) for name in both)
    return joined.with_columns(*filled).drop(name + KEPT_BEFORE for name in both)


def _by_themselves(accounts: pl.DataFrame) -> pl.DataFrame:
    """Accounts in scope without what only others say: a parent that is none of them, and attributes that none of them has."""
    others = [
        name for name in accounts.columns if name not in (*ACCOUNTS.names, *OWN_COLUMNS) and accounts[name].null_count() == len(accounts)
    ]
    known = pl.col("parent_id").is_in(accounts["account_id"].implode())
    return accounts.drop(others).with_columns(parent_id=pl.when(known).then("parent_id"))


def changed_by(table: str) -> tuple[str, ...]:
    """By what a table changes: its files, and of activities what is logged on a page."""
    return (table, LOGGED) if table == "activities" else (table,)


class StandingRows(ReadingOnce):
    """The part of a view that reads rows as they stand, of everybody, and the accounts in scope."""

    timezone: str
    as_of: date | None
    meaning: pl.DataFrame
    _contracts: pl.DataFrame

    def _everybody(self) -> pl.DataFrame:
        return self._shared(("all accounts", self._told_of), self._all_accounts, OF_ACCOUNTS)

    def _standing_of(self, table: str) -> list[int]:
        read = lambda: sorted(place.batch for place in self._heard_by(table, None))  # noqa: E731
        return self._settled(("standing", table), read, changed_by(table))

    def _has_batches(self, table: str) -> bool:
        """Whether any batch of a table has come by this moment: where none has, there is nothing to ask the log."""
        return any(name in self._versions for name in changed_by(table))

    @property
    def usage_standing(self) -> list[int]:
        """The standing batches of usage events."""
        return self._standing_of("usage_events")

    @property
    def hidden_events(self) -> tuple[str, ...]:
        """The events that the feature catalogue hides, in order."""
        return tuple(self._current("feature_catalogue").filter(pl.col("is_hidden").fill_null(False))["event"].sort())

    def _day_of_states(self) -> date | None:
        """The day of which states of accounts are told; None where accounts have none, and every day reads the same."""
        return self.as_of if self.as_of and has_states(self._heard_by("accounts", None)) else None

    def _current(self, table: str) -> pl.DataFrame:
        """Rows as they stand, each with the account that is meant; what the program wrote of an entry merged since is left out."""
        written = self._as_written(table)
        if table in ("accounts", "account_aliases") or "account_id" not in written.columns:
            return written
        if TABLES[table].by_program:
            return written.filter(~pl.col("account_id").is_in(self.meaning["alias"].to_list()))
        return as_meant(written, self.meaning)

    def _as_written(self, table: str) -> pl.DataFrame:
        self._check_read(changed_by(table))
        return self._shared(
            ("current", table, self._told_of if table == "accounts" else None), lambda: self._read(table), changed_by(table)
        )

    def _read(self, table: str) -> pl.DataFrame:
        if table != "contracts" and not self._has_batches(table):
            return no_rows(table)
        frame = self._lines() if table == "contracts" else current(self.cursor, table, self._heard(table))
        frame = frame.sort("row_key")
        begun_by = TABLES[table].begun_by
        frame = frame.filter(pl.col(begun_by).is_not_null()) if begun_by else frame
        instants = [column.name for column in TABLES[table].columns if column.kind == "instant"]
        return frame.with_columns(pl.col(instants).dt.replace_time_zone("UTC")) if instants else frame

    def _heard(self, table: str) -> Sequence[Place]:
        """The standing batches of a table, in the order in which they are heard."""
        return self._heard_by(table, self.as_of if table == "accounts" else None)

    def _heard_by(self, table: str, day: date | None) -> Sequence[Place]:
        if not self._has_batches(table):
            return []
        read = lambda: places(self.cursor, table, standing_at(self.data_version), day)  # noqa: E731
        return self._settled(("places", table, day), read, changed_by(table))

    def _lines(self) -> pl.DataFrame:
        """Contract lines: of records the newest values, of states what held from when to when."""
        heard = self._heard("contracts")
        if not has_states(heard):
            return with_feeds(as_recorded(current(self.cursor, "contracts", heard)), self.cursor, heard)
        only_states = all(place.day for place in heard)
        recorded = self.cursor.sql(current_rows("contracts", [] if only_states else heard, leaving_out=keys(heard))).pl()
        every = pl.concat([as_recorded(recorded), line_history(listings(self.cursor, heard), heard)], how="vertical_relaxed")
        return with_feeds(every, self.cursor, heard)

    def _all_accounts(self) -> pl.DataFrame:
        """Accounts with their attributes as columns, and a stub for each account that only contracts name."""
        known = self._listed(self._current("accounts"), self._heard("accounts"))
        stubs = (
            self._contracts.join(known, on="account_id", how="anti")
            .group_by("account_id")
            .agg(pl.col("batch").max(), pl.col("line").first())
            .with_columns(name=pl.col("account_id"), is_stub=pl.lit(True))
        )
        return pl.concat([known, stubs], how="diagonal").with_columns(pl.col("name").fill_null(pl.col("account_id"))).sort("account_id")

    def _listed(self, rows: pl.DataFrame, heard: Sequence[Place]) -> pl.DataFrame:
        """The accounts that imports have named, each once, with their attributes as columns."""
        known = rows.drop("account_id").rename({"row_key": "account_id"}).with_columns(is_stub=pl.lit(False))
        attributes = self.cursor.sql(current_attributes(heard)).pl()
        if attributes.height:
            wide = attributes.pivot("name", index="row_key", values="value").rename({"row_key": "account_id"})
            known = _with_attributes(known, wide)
        return merged(known, self.meaning)

    def _scoped(self, accounts: pl.DataFrame) -> pl.DataFrame:
        if not self.viewer.sees_all:
            accounts = _by_themselves(accounts.join(self._in_scope(accounts), on="account_id", how="semi"))
        for column, values in self.where:
            if column not in accounts.columns:
                raise WrongParameter(f"Accounts have no column {column!r}. Columns: {', '.join(sorted(accounts.columns))}.")
            accounts = accounts.filter(pl.col(column).cast(pl.String).is_in(list(values)))
        return accounts

    def _in_scope(self, accounts: pl.DataFrame) -> pl.DataFrame:
        """The accounts that the viewer has now, whoever had them on the day looked at."""
        now = self._heard_by("accounts", None)
        if self.as_of and has_states(now):
            accounts = self._listed(current(self.cursor, "accounts", now), now)
        owner, scope = self.viewer.owner, self.viewer.scope
        if scope is not None:
            accounts = accounts.join(_having(scope, self._of_now(accounts)), on="account_id", how="semi")
        return accounts if owner is None else self._of_owner(accounts, owner)

    @abstractmethod
    def _of_now(self, accounts: pl.DataFrame) -> pl.DataFrame:
        """The accounts as the newest log has them: a right holds for who has it now, whatever moment of the log is looked at."""

    def _of_owner(self, accounts: pl.DataFrame, owner: str) -> pl.DataFrame:
        """The accounts of one owner. Who may not see that there are any is answered as where there is none."""
        found = accounts.filter(pl.col("owner") == owner)
        if found.is_empty() and self.viewer.scope is not None:
            raise no_owner(owner)
        return found

    def _subjects(self) -> pl.DataFrame:
        subjects = as_meant(self.cursor.sql("select subject, account_id, contract_id from subjects").pl(), self.meaning)
        owners = self._contracts.filter(pl.col("contract_id").is_not_null()).group_by("contract_id").agg(pl.col("account_id").first())
        direct = subjects.filter(pl.col("account_id").is_not_null()).select("subject", "account_id")
        through = subjects.filter(pl.col("account_id").is_null()).select("subject", "contract_id").join(owners, on="contract_id")
        found = pl.concat([direct, through.select("subject", "account_id")])
        return found.join(self._accounts, on="account_id", how="semi")
