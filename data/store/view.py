"""What one viewer may see of the store at one moment of its log. Every frame is scoped here, below the reports and pages."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from copy import copy
from datetime import date, datetime
from typing import Protocol, Self, TypeVar

import duckdb
import polars as pl

from data.accounts.aliases import as_meant, meanings, merged, merged_history
from data.accounts.history import account_history
from data.log.ends import feeds_of_lines, with_feeds
from data.log.import_records import filled_columns, import_problems, import_records
from data.log.keyed_rows import batch_list, current, current_attributes, current_rows, no_rows
from data.log.line_history import as_recorded, line_history
from data.log.listings import keys, listings
from data.log.moments import LOGGED, data_version, standing_at, standing_batches, table_versions
from data.log.places import Place, has_states, places
from data.log.row_history import row_history
from data.log.tables import timezone_of
from data.parameters import WrongParameter
from data.schema import ACCOUNTS, IMPORTED_TABLES, TABLES, WORK_TABLES
from data.store.readings import Readings
from data.usage.events import counting, of_unknown_contracts, reused_ids
from data.usage.view import UsageView
from data.viewer import EVERYONE, NotAllowed, Scope, Viewer

COMPANY_WIDE = ("costs", "closes", "finance_arr", "account_aliases", "sign_offs", "people", "covers")
T = TypeVar("T")
OF_CONTRACTS = "contract_usage"  # usage that names nothing but a contract
# The tables by which what is read changes.
OF_ALIASES = ("account_aliases",)
OF_LINES = ("contracts", *OF_ALIASES)
OF_ACCOUNTS = ("accounts", *OF_LINES)
IN_FILES = tuple(name for name in TABLES if name not in WORK_TABLES)
"""What no conversation or task that is logged on a page changes."""
FIGURES = (*IN_FILES, LOGGED)


def no_owner(named: str) -> WrongParameter:
    """What is said of an owner whom nothing in sight names."""
    return WrongParameter(f"viewer: no account has, or ever had, the owner {named!r}.")


KEPT_BEFORE = "\x1fattribute"  # said of a column while two of one name are joined
OWN_COLUMNS = ("is_stub", "batch", "line")  # of accounts, beside the contract's
NOT_GROUPED = {"account_id", "name", "parent_id", "created_on", "live_on", "seats", "headcount", "is_stub", "batch", "line"}


class Readable(Protocol):
    """What a view is made on: a store, or a store as it would be."""

    readings: Readings

    def reading(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]: ...


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


def _told_by(table: str) -> tuple[str, ...]:
    """By what a table changes: its files, and of activities what is logged on a page."""
    return (table, LOGGED) if table == "activities" else (table,)


class View(UsageView):
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

    def _everybody(self) -> pl.DataFrame:
        return self._shared(("all accounts", self._told_of), self._all_accounts, OF_ACCOUNTS)

    def _known(self, viewer: Viewer) -> None:
        """Raises WrongParameter for a viewer whom no import has ever named as an owner, so that a slip of the pen is no empty company."""
        named = "select 1 from rows_accounts where owner = ? limit 1"
        if viewer.owner is not None and not self.cursor.execute(named, [viewer.owner]).fetchall():
            raise no_owner(viewer.owner)

    def _once(self, key: tuple[object, ...], look_up: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """A view is one moment: what several parts of a report ask is looked up once. Frames are never changed in place."""
        if key not in self._looked_up:
            self._looked_up[key] = look_up()
        return self._looked_up[key]

    def _version(self, of: Sequence[str]) -> int:
        """The last log entry that changes what is read of some tables; where none is named, of all from which figures come. The day's work
        changes no figure, so that what is worked out is not worked out anew after each task that somebody closes."""
        return max(self._versions.get(name, 0) for name in ("", *(of or FIGURES)))

    @property
    def standing(self) -> list[int]:
        """The batches that stand at this moment."""
        return self._readings.once((self.data_version, "standing"), lambda: standing_batches(self.cursor, self.data_version))

    def _standing_of(self, table: str) -> list[int]:
        read = lambda: sorted(place.batch for place in self._heard_by(table, None))  # noqa: E731
        return self._settled(("standing", table), read, _told_by(table))

    def _has_batches(self, table: str) -> bool:
        """Whether any batch of a table has come by this moment: where none has, there is nothing to ask the log."""
        return any(name in self._versions for name in _told_by(table))

    @property
    def usage_standing(self) -> list[int]:
        """The standing batches of usage events."""
        return self._standing_of("usage_events")

    @property
    def hidden_events(self) -> tuple[str, ...]:
        """The events that the feature catalogue hides, in order."""
        return tuple(self._current("feature_catalogue").filter(pl.col("is_hidden").fill_null(False))["event"].sort())

    def _settled(self, key: tuple[object, ...], look_up: Callable[[], T], of: Sequence[str] = ()) -> T:
        """What the log says at this moment, whoever looks, is looked up once for all views of the store, and again once batches of the
        tables `of` change it."""
        return self._readings.once((self._version(of), *key), look_up)

    def _shared(self, key: tuple[object, ...], look_up: Callable[[], pl.DataFrame], of: Sequence[str] = ()) -> pl.DataFrame:
        """The same for frames, which one view asks for several times."""
        return self._once(key, lambda: self._settled(key, look_up, of))

    def worked_out(self, key: tuple[object, ...], work: Callable[[], pl.DataFrame], of: Sequence[str] = ()) -> pl.DataFrame:
        """What comes of what this view sees is worked out once for all views of the same moment, viewer, filters and, where accounts have
        states, day of these. key: what is worked out, and all else that it depends on, a day that is looked at among it. of: the tables that it is read from; all that figures come from, where
        none is named. The day's work is not read in it: RuntimeError."""
        scope = self._scope_of(self.viewer, self.where)
        self._check_read(of or FIGURES)
        return self._once((*scope, *key), lambda: self._settled((*scope, *key), lambda: self._reading(of or FIGURES, work), of))

    def _scope_of(self, viewer: Viewer, where: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[object, ...]:
        return "worked out", self._seen(viewer), where, self._told_of

    def _reading(self, of: Sequence[str], work: Callable[[], T]) -> T:
        """Let something be worked out that reads some tables alone: it is kept until these change."""
        before, self._may_read = self._may_read, frozenset(of)
        try:
            return work()
        finally:
            self._may_read = before

    def _check_read(self, of: Sequence[str]) -> None:
        """Raises RuntimeError where what is worked out reads a table that it did not name: it would be kept when that changes."""
        strange = set(of) - self._may_read if self._may_read is not None else None
        if strange:
            raise RuntimeError(f"What is worked out reads {', '.join(sorted(strange))}, and is not said to come of it.")

    def by_account(self, key: tuple[object, ...], work: Callable[[Self], pl.DataFrame], of: Sequence[str] = ()) -> pl.DataFrame:
        """As worked_out, of rows that each say of one account (account_id) what they say whoever else is looked at. They are worked out of
        everybody, once for all viewers, and those of the accounts in scope are taken from there. work: works them out of the view that it
        is given, be it this one or that of everybody."""
        if self._sees_whole or not self._is_shared(key, of):
            return self.worked_out(key, lambda: work(self), of)
        return self._once(("taken", *key), lambda: self._of_mine(self._whole().by_account(key, work, of)))

    def learned(self, key: tuple[object, ...], work: Callable[[Self], pl.DataFrame], of: Sequence[str] = ()) -> pl.DataFrame:
        """As worked_out, of what is learned of everybody and tells of no single account, such as the rate of a segment: the same whoever
        looks and whatever is filtered. work: works it out of the view that it is given, which is that of everybody."""
        whole = self if self._sees_whole else self._whole()
        return whole.worked_out(key, lambda: work(whole), of)

    def _is_shared(self, key: tuple[object, ...], of: Sequence[str]) -> bool:
        """Whether rows are taken from those of everybody: where these are held, or many will ask for them."""
        held = (self._version(of), *self._scope_of(EVERYONE, ()), *key)
        return not self.looks_at_few or self._readings.held(held) is not None

    @property
    def looks_at_few(self) -> bool:
        """Whether it is accounts by their ids, or a moment that has gone, that are looked at, for which few will ask."""
        return self._past is not None or any(column == "account_id" for column, _ in self.where)

    def _of_mine(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(pl.col("account_id").is_in(self._accounts["account_id"].implode()))

    def _whole(self) -> Self:
        """The same moment as it is for who sees all, to work out what others take their rows from: never handed out."""
        whole = copy(self)
        whole.viewer, whole.where, whole._looked_up, whole._accounts = EVERYONE, (), {}, self._everybody()
        return whole

    def _seen(self, viewer: Viewer) -> tuple[str | None, Scope | None, int]:
        """Which accounts a viewer sees: the same for all who see the same. Of a past moment rights are those of now, and so change with
        the newest log."""
        now = 0 if self._past is None or viewer.scope is None else data_version(self.cursor)
        return viewer.owner, viewer.scope, now

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
        self._check_read(_told_by(table))
        return self._shared(("current", table, self._told_of if table == "accounts" else None), lambda: self._read(table), _told_by(table))

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
        return self._settled(("places", table, day), read, _told_by(table))

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

    def _of_now(self, accounts: pl.DataFrame) -> pl.DataFrame:
        """The accounts as the newest log has them: a right holds for who has it now, whatever moment of the log is looked at."""
        if self._past is None:
            return accounts
        with View(self._past) as newest:
            return newest.accounts()

    def _of_owner(self, accounts: pl.DataFrame, owner: str) -> pl.DataFrame:
        """The accounts of one owner. Who may not see that there are any is answered as where there is none."""
        found = accounts.filter(pl.col("owner") == owner)
        if found.is_empty() and self.viewer.scope is not None:
            raise no_owner(owner)
        return found

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
        self._check_read(_told_by(table))
        return row_history(self.cursor, table, self._heard(table), column, self.table(table)["row_key"].to_list())

    def first_batches(self, table: str) -> list[int]:
        """The first standing batch of each feed of a table."""
        firsts: dict[str, int] = {}
        for place in sorted(self._heard(table), key=lambda one: one.batch):
            firsts.setdefault(place.feed, place.batch)
        return sorted(firsts.values())

    def told_by(self, table: str, columns: Sequence[str]) -> pl.DataFrame:
        """What the feed of each standing file of a table has ever told of some columns, whoever's rows those are: batch, feed, and for each
        column whether any row of the feed has a value. So what a feed never tells can be told apart from what has not happened."""
        self._check_read(_told_by(table))
        ever = ", ".join(f'count("{name}") > 0 as "{name}"' for name in columns)
        standing = batch_list(self._standing_of(table))
        query = f"""with told as (select feed, {ever} from rows_{table} join batches using (batch) where batch in {standing} group by feed)
            select batch, told.* from batches join told using (feed) where batch in {standing} order by batch"""
        return self._shared(("told by", table, *columns), lambda: self.cursor.sql(query).pl(), _told_by(table))

    def import_moments(self, table: str) -> pl.DataFrame:
        """When the standing files of a table came in, and the last day that each covers: feed, imported_at (UTC), covers_to."""
        query = f"""select feed, logged_at as imported_at, covers_to from batches join log using (batch)
            where action = 'import' and not coalesce(edit, false) and batch in {batch_list(self._standing_of(table))} order by 2"""
        found = self._shared(("import moments", table), lambda: self.cursor.sql(query).pl(), _told_by(table))
        return found.with_columns(pl.col("imported_at").dt.replace_time_zone("UTC"))

    def first_said(self, table: str) -> date | None:
        """The first day of which a standing file of a table tells: the last one that it covers, else that of its import; None without."""
        query = f"""select min(coalesce(covers_to, logged_at::date)) from batches join log using (batch)
            where action = 'import' and batch in {batch_list(self._standing_of(table))}"""
        return self._settled(("first said", table), lambda: self.cursor.execute(query).fetchall()[0][0], _told_by(table))

    def contracts(self) -> pl.DataFrame:
        """Contract lines in scope, as they stand, with OF_LINES of line_history.py (of a state, one row for each part of a line), and feed,
        said_on and end_said_on of ends.py."""
        return self._contracts.join(self._accounts, on="account_id", how="semi").sort("row_key")

    def ends_in_feeds(self) -> pl.DataFrame:
        """What each feed's lines say of their ends, of all accounts, since it is the feed that is judged: one row for each line, with feed,
        starts_on, ends_on, states_more (notice or self-renewal is stated), newest and ends_are (see ends.py). No account, no amount."""
        own = pl.col("auto_renew").is_not_null() | pl.col("notice_days").is_not_null()
        lines = self._contracts.filter(pl.col("kind").fill_null("recurring") == "recurring", ~pl.col("is_trial").fill_null(False))
        told = lines.select("line_key", "feed", starts_on="line_starts_on", ends_on="line_ends_on", states_more=own).unique()
        return told.drop("line_key").join(feeds_of_lines(self.cursor, self._heard("contracts")), on="feed")

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

    def recorded(self, table: str, column: str, kind: str | None = None) -> tuple[date | None, date | None, float | None]:
        """First and last day on which the whole company has a row, of a kind where one is given, and the usual days between two such
        days; None without rows.

        It says whether a table is kept at all, so that an account without rows can be told from a table that nobody fills.
        """
        self._check_read(_told_by(table))
        of_kind = f"and kind = '{kind}'" if kind else ""
        query = f"""with days as (select distinct "{column}"::date as d from rows_{table} where batch in {batch_list(self._standing_of(table))} and "{column}" is not null {of_kind}),
            steps as (select d, date_diff('day', lag(d) over (order by d), d) as step from days)
            select min(d), max(d), median(step)::double from steps"""
        return self._settled(("recorded", table, column, kind), lambda: self.cursor.execute(query).fetchall()[0], _told_by(table))

    def recorded_days(self, table: str, column: str, kind: str | None = None) -> list[date]:
        """The days of which `recorded` tells, the earliest first."""
        self._check_read(_told_by(table))
        of_kind = f"and kind = '{kind}'" if kind else ""
        query = f"""select distinct "{column}"::date as d from rows_{table}
            where batch in {batch_list(self._standing_of(table))} and "{column}" is not null {of_kind} order by 1"""
        read = lambda: [day for (day,) in self.cursor.execute(query).fetchall()]  # noqa: E731
        return self._settled(("recorded days", table, column, kind), read, _told_by(table))

    def waiting(self) -> pl.DataFrame:
        """Standing rows whose account no import has named: written (what they call it, or the contract), table, rows; of usage that names a
        contract alone, which no import has named either, the table is of_contracts. For those who see all; empty otherwise."""
        names = self.names_without_account()
        if not self._sees_whole:
            return names.clear()
        known = self._contracts.select("contract_id").drop_nulls().unique()
        used = of_unknown_contracts(self.cursor, self.usage_standing, known).with_columns(table=pl.lit(OF_CONTRACTS))
        return pl.concat([names, used.select(names.columns)]).sort("table", "written")

    def names_without_account(self) -> pl.DataFrame:
        """What files call an account that no import has named, as written: written, table, rows. For those who see all; else empty."""
        shape = {"written": pl.String, "table": pl.String, "rows": pl.Int64}
        if not self.viewer.sees_all:
            return pl.DataFrame(schema=shape)
        names = [name for name in IMPORTED_TABLES if TABLES[name].by_account and name not in ("accounts", "usage_events")]
        keyed = [self._unknown(self._current(name)).select("account_id", table=pl.lit(name), rows=pl.lit(1, pl.Int64)) for name in names]
        subjects = as_meant(self.cursor.sql("select subject, account_id from subjects where account_id is not null").pl(), self.meaning)
        used = self._usage_now(
            f"""select u.account_id, 'usage_events' as "table", sum(c.n)::bigint as rows
            from (select * from usage_counts where {counting(self.usage_standing)}) c join unknown_subjects u using (subject) group by 1""",
            (),
            {"unknown_subjects": self._unknown(subjects)},
        )
        told = pl.concat([*keyed, used]).group_by("account_id", "table").agg(pl.col("rows").sum())
        return told.rename({"account_id": "written"}).select(*shape).sort("written", "table")

    def _unknown(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows whose account no import has named, also not under another name; a name that was said to stand for itself, or nobody, waits
        no more."""
        known = as_meant(self._as_written("accounts"), self.meaning)
        aliases = self._as_written("account_aliases")
        settled = aliases.filter(pl.col("alias") == pl.col("account_id")).select("account_id")
        return rows.drop_nulls("account_id").join(known, on="account_id", how="anti").join(settled, on="account_id", how="anti")

    def of_unknown_accounts(self, table: str) -> pl.DataFrame:
        """Rows of a keyed table whose account no import has named. For those who see all without filters; empty otherwise."""
        rows = self._unknown(self._current(table))
        return rows if self._sees_whole else rows.clear()

    def reused_event_ids(self) -> pl.DataFrame:
        """Events whose id stands for more than one; all of them are kept. event_id, account_id (null where no import has named it; nothing of
        these for who sees less), day."""
        named = reused_ids(self.cursor, self.usage_standing).join(
            self._subjects(), on="subject", how="left" if self._sees_whole else "inner", maintain_order="left"
        )
        return named.filter(pl.len().over("event_id") > 1).select("event_id", "account_id", "day")

    @property
    def _sees_whole(self) -> bool:
        return self.viewer.sees_all and not self.where

    def _subjects(self) -> pl.DataFrame:
        subjects = as_meant(self.cursor.sql("select subject, account_id, contract_id from subjects").pl(), self.meaning)
        owners = self._contracts.filter(pl.col("contract_id").is_not_null()).group_by("contract_id").agg(pl.col("account_id").first())
        direct = subjects.filter(pl.col("account_id").is_not_null()).select("subject", "account_id")
        through = subjects.filter(pl.col("account_id").is_null()).select("subject", "contract_id").join(owners, on="contract_id")
        found = pl.concat([direct, through.select("subject", "account_id")])
        return found.join(self._accounts, on="account_id", how="semi")

    def feeds(self) -> pl.DataFrame:
        """One row per feed and table: last import, days covered, usual gap in days, counts. Empty where nothing stands.

        What the program wrote itself (predictions) and what people write in it is no feed: it never moves the day that reports look at.
        """
        return self._shared(("feeds",), self._feeds, IN_FILES)

    def _feeds(self) -> pl.DataFrame:
        own = ", ".join(f"'{name}'" for name, table in TABLES.items() if table.by_program or table.in_app or table.of_team)
        gap = "case when bool_or(rolled_up) then median(day_gap) else max(day_gap) end"  # months of rollups came at once, as parts of one
        query = f"""with ordered as (
                select b.*, regexp_matches(coalesce(b.mapping, ''), 'covers_(all_)?accounts') as says, l.logged_at, m.batch is not null as rolled_up,
                case when m.batch is null then date_diff('day', lag(covers_to) over (partition by feed, table_name order by covers_to), covers_to) end as step
                from batches b join log l on l.batch = b.batch and l.action = 'import' left join (select batch from rollup_months) m on m.batch = b.batch where b.batch in {batch_list(self.standing)} and b.table_name not in ({own})
                and not coalesce(b.edit, false))
            select feed, table_name as "table", max(logged_at) as last_import_at, min(covers_from) as covers_from, max(covers_to) as covers_to,
                   greatest(coalesce({gap}, 1), coalesce(median(step) filter (where step > 0), 1))::double as usual_gap_days,
                   coalesce({gap}, 1)::double as day_gap, coalesce(arg_max(covers_all_accounts, batch) filter (where says), false) as covers_all_accounts,
                    bool_or(says) as accounts_said, count(*) as batches,
                   sum(read)::bigint as read, sum(rejected)::bigint as rejected
            from ordered group by 1, 2 order by 1, 2"""
        return self.cursor.sql(query).pl().with_columns(pl.col("last_import_at").dt.replace_time_zone("UTC"))

    def import_records(self) -> pl.DataFrame:
        """One row per standing file; see import_records.py. For those who see all; empty otherwise."""
        found = import_records(self.cursor, self.standing)
        return found if self.viewer.sees_all else found.clear()

    def import_problems(self) -> pl.DataFrame:
        """What was said of each standing file's rows; see import_records.py. For those who see all; empty otherwise."""
        found = import_problems(self.cursor, self.standing)
        return found if self.viewer.sees_all else found.clear()

    def filled_columns(self) -> pl.DataFrame:
        """How full the columns of each standing file are; see import_records.py. For those who see all; empty otherwise."""
        found = filled_columns(self.cursor, self.standing)
        return found if self.viewer.sees_all else found.clear()

    def last_covered_day(self) -> date | None:
        """The last day that usage covers; None without usage."""
        last = self.feeds().filter(pl.col("table") == "usage_events")["covers_to"].max()
        return last if isinstance(last, date) else None

    def last_import_at(self) -> datetime | None:
        """When the newest standing batch came in (UTC); None in an empty store."""
        last = self.feeds()["last_import_at"].max()
        return last if isinstance(last, datetime) else None

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
            f"select batch, file, line from rows_{table} join batches using (batch) "
            f"where list_contains(?, row_key) and batch in {batch_list(self._standing_of(table))}"
        )
        return self.cursor.sql(query, params=[entries]).pl().sort("batch", descending=True)
