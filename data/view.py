"""What one viewer may see of the store at one moment of its log. Every frame is scoped here, below the reports and pages."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from data.account_history import account_history
from data.keyed_log import batch_list, current_attributes, current_rows
from data.layout import timezone_of
from data.schema import ACCOUNTS, KEYED_TABLES, TABLES
from data.scope import EVERYONE, Viewer
from data.usage_log import counting, reused_ids

if TYPE_CHECKING:
    from data.store import Store

COMPANY_WIDE = ("costs", "closes", "finance_arr")
NOT_GROUPED = {"account_id", "name", "parent_id", "created_on", "live_on", "seats", "is_stub", "batch", "line"}


def data_version(cursor: duckdb.DuckDBPyConnection, known_at: int | str | None = None) -> int:
    """The last log entry that counts: all of them, those up to a batch's import, or those by an instant (ISO, UTC)."""
    if known_at is None:
        return cursor.execute("select coalesce(max(seq), 0) from log").fetchall()[0][0]
    if isinstance(known_at, int) or str(known_at).isdigit():
        row = cursor.execute("select min(seq) from log where batch = ? and action = 'import'", [int(known_at)]).fetchall()[0][0]
        if row is None:
            raise ValueError(
                f"known_at: there is no batch {known_at}. Give the number of an import, or an instant like 2026-01-31T00:00:00Z."
            )
        return row
    try:
        instant = datetime.fromisoformat(str(known_at))
    except ValueError:
        raise ValueError(f"known_at: {known_at!r} is neither a batch number nor an instant like 2026-01-31T00:00:00Z.") from None
    naive = pl.Series([instant]).dt.replace_time_zone(None).item() if instant.tzinfo is None else _utc(instant)
    return cursor.execute("select coalesce(max(seq), 0) from log where logged_at <= ?", [naive]).fetchall()[0][0]


def _utc(instant: datetime) -> datetime:
    return (instant - instant.utcoffset()).replace(tzinfo=None)


def standing_batches(cursor: duckdb.DuckDBPyConnection, version: int) -> list[int]:
    """The batches that stand at a data version: imported by then, and not undone by then."""
    query = "select batch from log where seq <= ? group by batch having arg_max(action, seq) <> 'undo' order by batch"
    return [batch for (batch,) in cursor.execute(query, [version]).fetchall()]


class View:
    """Scoped frames of one moment. `where` narrows to accounts whose column has one of the given values."""

    def __init__(
        self,
        store: "Store",
        viewer: Viewer = EVERYONE,
        known_at: int | str | None = None,
        where: Sequence[tuple[str, Sequence[str]]] = (),
        cursor: duckdb.DuckDBPyConnection | None = None,
    ) -> None:
        self._closing = ExitStack()
        self._looked_up: dict[tuple[object, ...], pl.DataFrame] = {}
        self.previewed: object = None  # the counts of a batch that is only being looked at
        self.viewer = viewer
        self.where = tuple((column, tuple(values)) for column, values in where)
        self.cursor = cursor or self._closing.enter_context(store.reading())
        try:
            self.data_version = data_version(self.cursor, known_at)
            self.standing = standing_batches(self.cursor, self.data_version)
            self.timezone = timezone_of(self.cursor)
            self._contracts = self._current("contracts")
            self._accounts = self._scoped(self._all_accounts())
        except BaseException:
            self._closing.close()
            raise

    def __enter__(self) -> "View":
        return self

    def __exit__(self, *exc: object) -> None:
        self._closing.close()

    def _once(self, key: tuple[object, ...], look_up: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """A view is one moment: what several parts of a report ask is looked up once. Frames are never changed in place."""
        if key not in self._looked_up:
            self._looked_up[key] = look_up()
        return self._looked_up[key]

    def _current(self, table: str) -> pl.DataFrame:
        return self._once(("current", table), lambda: self._current_now(table))

    def _current_now(self, table: str) -> pl.DataFrame:
        frame = self.cursor.sql(current_rows(table, self.standing)).pl().sort("row_key")
        instants = [column.name for column in TABLES[table].columns if column.kind == "instant"]
        return frame.with_columns(pl.col(instants).dt.replace_time_zone("UTC")) if instants else frame

    def _all_accounts(self) -> pl.DataFrame:
        """Accounts with their attributes as columns, and a stub for each account that only contracts name."""
        known = self._current("accounts").drop("account_id").rename({"row_key": "account_id"}).with_columns(is_stub=pl.lit(False))
        attributes = self.cursor.sql(current_attributes(self.standing)).pl()
        if attributes.height:
            wide = attributes.pivot("name", index="row_key", values="value").rename({"row_key": "account_id"})
            taken = set(known.columns) - {"account_id"}
            known = known.join(wide.select("account_id", pl.exclude("account_id", *taken)), on="account_id", how="left")
        stubs = (
            self._contracts.join(known, on="account_id", how="anti")
            .group_by("account_id")
            .agg(pl.col("batch").max(), pl.col("line").first())
            .with_columns(name=pl.col("account_id"), is_stub=pl.lit(True))
        )
        return pl.concat([known, stubs], how="diagonal").with_columns(pl.col("name").fill_null(pl.col("account_id"))).sort("account_id")

    def _scoped(self, accounts: pl.DataFrame) -> pl.DataFrame:
        if not self.viewer.sees_all:
            accounts = accounts.filter(pl.col("owner") == self.viewer.owner)
        for column, values in self.where:
            if values and column not in accounts.columns:
                raise ValueError(f"Accounts have no column {column!r}. Columns: {', '.join(sorted(accounts.columns))}.")
            if values:
                accounts = accounts.filter(pl.col(column).cast(pl.String).is_in(list(values)))
        return accounts

    def accounts(self) -> pl.DataFrame:
        """Accounts in scope: the contract's columns, attributes as text columns, is_stub, batch, line."""
        return self._accounts

    def account_history(self, column: str) -> pl.DataFrame:
        """What a column of the accounts in scope has said over time: account_id, since, value; see account_history.py."""
        history = self._once(("history", column), lambda: account_history(self.cursor, self.standing, column))
        return history.join(self._accounts, on="account_id", how="semi")

    def contracts(self) -> pl.DataFrame:
        """Contract lines in scope, as they stand."""
        return self._contracts.join(self._accounts, on="account_id", how="semi").sort("row_key")

    def currencies(self) -> dict[str, int]:
        """How many contract lines of the whole store are in each currency: one reporting currency holds for all viewers."""
        return dict(self._contracts.drop_nulls("currency").group_by("currency").len().sort("currency").rows())

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
        everything = self.viewer.sees_all and not any(values for _, values in self.where)
        return frame if everything else frame.join(self._accounts, on="account_id", how="semi").sort("row_key")

    def usage_months(self, since: date, until: date) -> pl.DataFrame:
        """Active days per user and month: account_id, user_id (null = not known), month, bits (bit d-1 = active on day d)."""
        return self._usage(
            f"""select a.account_id, u.user_id, b.month, bit_or(b.bits)::bigint as bits
            from usage_bits b join scope_subjects a using (subject) left join users u on u.user_no = b.user_no
            where b.batch in {batch_list(self.standing)} and b.month between date_trunc('month', ?::date) and ?::date
            group by 1, 2, 3""",
            since,
            until,
        ).sort("account_id", "month", "user_id")

    def feature_months(self, since: date, until: date) -> pl.DataFrame:
        """Days with an event per event name and month: account_id, event, month, bits (bit d-1 = on day d). Whole months are returned."""
        return self._usage(
            f"""select a.account_id, n.event, date_trunc('month', c.day)::date as month, bit_or(1::bigint << (day(c.day) - 1)) as bits
            from (select * from usage_counts where batch in {batch_list(self.standing)}
                  and day between date_trunc('month', ?::date) and last_day(?::date)) c
            join scope_subjects a using (subject) join event_names n using (event_no) group by 1, 2, 3""",
            since,
            until,
        ).sort("account_id", "month", "event")

    def usage_days(self, since: date, until: date) -> pl.DataFrame:
        """Events per account, event name and day: account_id, event, day, count. Both days are included."""
        return self._usage(
            f"""select a.account_id, n.event, c.day, sum(c.n)::bigint as count
            from (select * from usage_counts where day between ? and ? and {counting(self.standing)}) c
            join scope_subjects a using (subject) join event_names n using (event_no) group by 1, 2, 3""",
            since,
            until,
        ).sort("account_id", "day", "event")

    def usage_span(self, until: date) -> pl.DataFrame:
        """First and last day with an event, up to `until`: account_id, first_seen, last_seen."""
        return self._usage(
            f"""select a.account_id, min(s.first_day) as first_seen, max(s.last_day) as last_seen
            from (select subject, first_day, last_day from usage_spans where batch in {batch_list(self.standing)} and last_day <= ?
                  union all by name
                  select subject, min(day) as first_day, max(day) as last_day from usage_counts where batch in {batch_list(self.standing)}
                    and day between date_trunc('month', ?::date) and ? group by subject) s
            join scope_subjects a using (subject) group by 1""",
            until,
            until,
            until,
        ).sort("account_id")

    def user_first_days(self, starts: pl.DataFrame, until: date) -> pl.DataFrame:
        """The first active day of each user on or after the account's start, up to `until`: account_id, user_id, first_day.

        starts: account_id, started_on. A null user_id stands for the users that the export does not name.
        """
        since_start = "case when b.month < s.started_on then b.bits & ~((1 << (day(s.started_on) - 1)::integer) - 1) else b.bits end"
        return self._usage(
            f"""select account_id, user_id, min(first_day) as first_day from (
                select account_id, user_id, (month + bit_count((bits & -bits) - 1)::integer) as first_day from (
                    select a.account_id, u.user_id, b.month, {since_start} as bits
                    from usage_bits b join scope_subjects a using (subject) join scope_starts s using (account_id)
                    left join users u on u.user_no = b.user_no
                    where b.batch in {batch_list(self.standing)} and b.month >= date_trunc('month', s.started_on))
                where bits <> 0)
            where first_day <= ?::date group by 1, 2""",
            until,
            starts=starts,
        ).sort("account_id", "first_day", "user_id")

    def event_first_days(self, starts: pl.DataFrame, events: Sequence[str], until: date) -> pl.DataFrame:
        """The first day of each of `events` on or after the account's start, up to `until`: account_id, event, first_day."""
        return self._usage(
            f"""select a.account_id, n.event, min(c.day) as first_day
            from usage_counts c join event_names n using (event_no) join scope_subjects a using (subject)
            join scope_starts s using (account_id)
            where c.batch in {batch_list(self.standing)} and c.day between s.started_on and ?::date and list_contains(?, n.event)
            group by 1, 2""",
            until,
            list(events),
            starts=starts,
        ).sort("account_id", "event")

    def usage_by_contract(self) -> pl.DataFrame:
        """Events per account, contract (null where the export names the account) and day: account_id, contract_id, day, count."""
        return self._usage(
            f"""select a.account_id, s.contract_id, c.day, sum(c.n)::bigint as count
            from (select * from usage_counts where {counting(self.standing)}) c
            join scope_subjects a using (subject) join subjects s using (subject) group by 1, 2, 3"""
        ).sort("account_id", "contract_id", "day")

    def recorded(self, table: str, column: str) -> tuple[date | None, date | None, float | None]:
        """First and last day on which the whole company has a row, and the usual days between two such days; None without rows.

        It says whether a table is kept at all, so that an account without rows can be told from a table that nobody fills.
        """
        query = f"""with days as (select distinct "{column}"::date as d from rows_{table} where batch in {batch_list(self.standing)} and "{column}" is not null),
            steps as (select d, date_diff('day', lag(d) over (order by d), d) as step from days)
            select min(d), max(d), median(step)::double from steps"""
        return self.cursor.execute(query).fetchall()[0]

    def waiting(self) -> pl.DataFrame:
        """Standing rows whose account no import has named: table, rows. For those who see all; empty otherwise."""
        if not self.viewer.sees_all:
            return pl.DataFrame(schema={"table": pl.String, "rows": pl.Int64})
        known = self._current("accounts")
        frames = [self._current(name) for name in KEYED_TABLES if TABLES[name].by_account and name != "accounts"]
        names = [name for name in KEYED_TABLES if TABLES[name].by_account and name != "accounts"]
        counts = [frame.join(known, on="account_id", how="anti").height for frame in frames]
        return pl.DataFrame({"table": names, "rows": counts}, schema={"table": pl.String, "rows": pl.Int64}).filter(pl.col("rows") > 0)

    def reused_event_ids(self) -> int:
        """How many event ids stand for more than one event; all of them are kept."""
        if not self.viewer.sees_all:
            return 0
        return reused_ids(self.cursor, self.standing)

    def _usage(self, query: str, *parameters: object, starts: pl.DataFrame | None = None) -> pl.DataFrame:
        """Run a query over the rollups; scope_subjects says which subject belongs to which account in scope."""
        if starts is None:
            return self._once((query, *parameters), lambda: self._usage_now(query, parameters, {}))
        return self._usage_now(query, parameters, {"scope_starts": starts})

    def _usage_now(self, query: str, parameters: Sequence[object], more: dict[str, pl.DataFrame]) -> pl.DataFrame:
        frames = {"scope_subjects": self._once(("subjects",), self._subjects)} | more
        for name, frame in frames.items():
            self.cursor.register(name, frame.to_arrow())
        try:
            return self.cursor.sql(query, params=list(parameters)).pl()
        finally:
            for name in frames:
                self.cursor.unregister(name)

    def _subjects(self) -> pl.DataFrame:
        subjects = self.cursor.sql("select subject, account_id, contract_id from subjects").pl()
        owners = self._contracts.filter(pl.col("contract_id").is_not_null()).group_by("contract_id").agg(pl.col("account_id").first())
        direct = subjects.filter(pl.col("account_id").is_not_null()).select("subject", "account_id")
        through = subjects.filter(pl.col("account_id").is_null()).select("subject", "contract_id").join(owners, on="contract_id")
        found = pl.concat([direct, through.select("subject", "account_id")])
        return found.join(self._accounts, on="account_id", how="semi")

    def feeds(self) -> pl.DataFrame:
        """One row per feed and table: last import, days covered, usual gap in days, counts. Empty where nothing stands.

        What the program wrote itself (predictions) is no feed: it never moves the day that reports look at.
        """
        return self._once(("feeds",), self._feeds)

    def _feeds(self) -> pl.DataFrame:
        own = ", ".join(f"'{name}'" for name, table in TABLES.items() if table.by_program)
        return (
            self.cursor.sql(
                f"""with ordered as (
                    select b.*, l.logged_at, date_diff('day', lag(covers_to) over (partition by feed, table_name order by covers_to), covers_to) as step
                    from batches b join log l on l.batch = b.batch and l.action = 'import' where b.batch in {batch_list(self.standing)} and b.table_name not in ({own}))
                select feed, table_name as "table", max(logged_at) as last_import_at, min(covers_from) as covers_from, max(covers_to) as covers_to,
                       greatest(coalesce(max(day_gap), 1), coalesce(median(step) filter (where step > 0), 1))::double as usual_gap_days,
                       bool_or(covers_all_accounts) as covers_all_accounts, count(*) as batches,
                       sum(read)::bigint as read, sum(rejected)::bigint as rejected
                from ordered group by 1, 2 order by 1, 2"""
            )
            .pl()
            .with_columns(pl.col("last_import_at").dt.replace_time_zone("UTC"))
        )

    def last_covered_day(self) -> date | None:
        """The last day that usage covers; None without usage."""
        return self.feeds().filter(pl.col("table") == "usage_events")["covers_to"].max()

    def last_import_at(self) -> datetime | None:
        """When the newest standing batch came in (UTC); None in an empty store."""
        return self.feeds()["last_import_at"].max()

    def filter_values(self, column: str) -> list[str]:
        """The values that accounts in scope have in a column, sorted; empty where the column is unknown."""
        if column not in self._accounts.columns:
            return []
        return sorted(self._accounts[column].drop_nulls().cast(pl.String).unique().to_list())

    def columns(self) -> list[str]:
        """Account columns by which figures can be grouped: those of the contract that hold a value, then attributes."""
        core = [name for name in ACCOUNTS.names if name not in NOT_GROUPED and self._accounts[name].null_count() < self._accounts.height]
        return core + [name for name in self._accounts.columns if name not in NOT_GROUPED and name not in ACCOUNTS.names]

    def source(self, table: str, row_key: str) -> pl.DataFrame:
        """Every standing batch that gave a row: batch, file, line, newest first. Empty where the row is out of scope."""
        visible = self.accounts().rename({"account_id": "row_key"}) if table == "accounts" else self.table(table)
        if not visible.filter(pl.col("row_key") == row_key).height:
            return pl.DataFrame(schema={"batch": pl.Int32, "file": pl.String, "line": pl.Int64})
        query = f"select batch, file, line from rows_{table} join batches using (batch) where row_key = ? and batch in {batch_list(self.standing)}"
        return self.cursor.sql(query, params=[row_key]).pl().sort("batch", descending=True)
