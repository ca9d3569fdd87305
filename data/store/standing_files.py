"""What the files that stand tell of themselves: their feeds, days, problems, and rows of no account."""

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl

from data.accounts.aliases import as_meant
from data.log.ends import feeds_of_lines
from data.log.import_records import filled_columns, import_problems, import_records
from data.log.keyed_rows import batch_list
from data.schema import IMPORTED_TABLES, TABLES
from data.store.reading_once import IN_FILES
from data.store.standing_rows import StandingRows, changed_by
from data.usage.events import counting, of_unknown_contracts, reused_ids

OF_CONTRACTS = "contract_usage"  # usage that names nothing but a contract


class StandingFiles(StandingRows):
    """The part of a view that tells of files and feeds, whoever's rows are in them."""

    def first_batches(self, table: str) -> list[int]:
        """The first standing batch of each feed of a table."""
        firsts: dict[str, int] = {}
        for place in sorted(self._heard(table), key=lambda one: one.batch):
            firsts.setdefault(place.feed, place.batch)
        return sorted(firsts.values())

    def told_by(self, table: str, columns: Sequence[str]) -> pl.DataFrame:
        """What the feed of each standing file of a table has ever told of some columns, whoever's rows those are: batch, feed, and for each
        column whether any row of the feed has a value. So what a feed never tells can be told apart from what has not happened."""
        self._check_read(changed_by(table))
        ever = ", ".join(f'count("{name}") > 0 as "{name}"' for name in columns)
        standing = batch_list(self._standing_of(table))
        query = f"""with told as (select feed, {ever} from rows_{table} join batches using (batch) where batch in {standing} group by feed)
            select batch, told.* from batches join told using (feed) where batch in {standing} order by batch"""
        return self._shared(("told by", table, *columns), lambda: self.cursor.sql(query).pl(), changed_by(table))

    def import_moments(self, table: str) -> pl.DataFrame:
        """When the standing files of a table came in, and the last day that each covers: feed, imported_at (UTC), covers_to."""
        query = f"""select feed, logged_at as imported_at, covers_to from batches join log using (batch)
            where action = 'import' and not coalesce(edit, false) and batch in {batch_list(self._standing_of(table))} order by 2"""
        found = self._shared(("import moments", table), lambda: self.cursor.sql(query).pl(), changed_by(table))
        return found.with_columns(pl.col("imported_at").dt.replace_time_zone("UTC"))

    def first_said(self, table: str) -> date | None:
        """The first day of which a standing file of a table tells: the last one that it covers, else that of its import; None without."""
        query = f"""select min(coalesce(covers_to, logged_at::date)) from batches join log using (batch)
            where action = 'import' and batch in {batch_list(self._standing_of(table))}"""
        return self._settled(("first said", table), lambda: self.cursor.execute(query).fetchall()[0][0], changed_by(table))

    def ends_in_feeds(self) -> pl.DataFrame:
        """What each feed's lines say of their ends, of all accounts, since it is the feed that is judged: one row for each line, with feed,
        starts_on, ends_on, states_more (notice or self-renewal is stated), newest and ends_are (see ends.py). No account, no amount."""
        own = pl.col("auto_renew").is_not_null() | pl.col("notice_days").is_not_null()
        lines = self._contracts.filter(pl.col("kind").fill_null("recurring") == "recurring", ~pl.col("is_trial").fill_null(False))
        told = lines.select("line_key", "feed", starts_on="line_starts_on", ends_on="line_ends_on", states_more=own).unique()
        return told.drop("line_key").join(feeds_of_lines(self.cursor, self._heard("contracts")), on="feed")

    def recorded(self, table: str, column: str, kind: str | None = None) -> tuple[date | None, date | None, float | None]:
        """First and last day on which the whole company has a row, of a kind where one is given, and the usual days between two such
        days; None without rows.

        It says whether a table is kept at all, so that an account without rows can be told from a table that nobody fills.
        """
        self._check_read(changed_by(table))
        of_kind = f"and kind = '{kind}'" if kind else ""
        query = f"""with days as (select distinct "{column}"::date as d from rows_{table} where batch in {batch_list(self._standing_of(table))} and "{column}" is not null {of_kind}),
            steps as (select d, date_diff('day', lag(d) over (order by d), d) as step from days)
            select min(d), max(d), median(step)::double from steps"""
        return self._settled(("recorded", table, column, kind), lambda: self.cursor.execute(query).fetchall()[0], changed_by(table))

    def recorded_days(self, table: str, column: str, kind: str | None = None) -> list[date]:
        """The days of which `recorded` tells, the earliest first."""
        self._check_read(changed_by(table))
        of_kind = f"and kind = '{kind}'" if kind else ""
        query = f"""select distinct "{column}"::date as d from rows_{table}
            where batch in {batch_list(self._standing_of(table))} and "{column}" is not null {of_kind} order by 1"""
        read = lambda: [day for (day,) in self.cursor.execute(query).fetchall()]  # noqa: E731
        return self._settled(("recorded days", table, column, kind), read, changed_by(table))

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
