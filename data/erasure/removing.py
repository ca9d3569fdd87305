"""Taking rows out of every table, whatever batch brought them and whether it stands, and blanking words out of all that stays.

It runs in a transaction: for a preview it is given up, for an erasure it changes the copy that becomes the store.
"""

import tomllib
from collections.abc import Iterable, Sequence

import duckdb

from data.erasure.subjects import Found
from data.erasure.words import WRITTEN_OTHERWISE, Blanks, as_words, id_stands_out, is_told_apart, plain
from data.log.quantities import has_quantity, summed
from data.log.tables import local_time
from data.schema import KEYED_TABLES, TABLES
from data.store import integrity

Counts = dict[tuple[str, int | None], int]  # rows that go, by table and batch
NAMED_IN = {
    "accounts": ("row_key",), "account_aliases": ("account_id", "alias"), "similar_looks": ("account_id", "other_account_id"),
}  # fmt: skip
"""The columns by which rows of a table are an account's, where it is not account_id alone."""
IDS = ("account_id", "contact_id", "user_id", "parent_id", "contract_id", "email", "alias", "person_id", "anonymous_id", "other_user_id")
OWN = (
    "meta", "log", "checksums", "rows_people", "rows_covers", "snapshots", "month_logs", "holders", "usage_bits", "usage_counts", "usage_spans", "usage_event_bits", "usage_told_apart", "usage_quantities", "quantities_lost",
    "usage_events", "event_ids", "users", "user_links", "erasures", "erased_keys", "erased_rows", "erased_figures", "reduced", "audit",
)  # fmt: skip
STAYS_AS_IT_IS = (
    "owner",
    "team",
    "closed_by",
    "signed_by",
    "who",
    "contact_id",
    "contract_id",
    "sha256",
    "action",
    "columns",
    "table_name",
)
NAMES_OF_OTHERS = (("rows_contacts", "name"), ("rows_contacts", "email"), ("rows_contacts", "row_key"), ("rows_accounts", "name"))
WORDS_OF_MANY = (
    "segment", "plan", "industry", "region", "lifecycle", "product", "next_product", "unit", "kind", "event", "status", "priority", "feed",
    "currency", "period", "row_key", "account_id", "parent_id", "alias", "name", "rules", "billing_system", "close_id", "column", "reason",
)  # fmt: skip

FREE_TEXTS = (
    ("batches", "mapping"), ("rows_item_answers", "reason"), ("rows_play_runs", "reason"), ("rows_play_runs", "name"), ("rows_saved_views", "name"), ("rows_plays", "name"),
)  # fmt: skip
"""Columns that people write in their own words although others of that name have words of many."""


class Removal:
    """What one erasure takes out of the store that a cursor writes to. number: of the erasure, by which what stays names who went."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, found: Found, number: int) -> None:
        self.cursor, self.found = cursor, found
        self.rows: Counts = {}
        self.blanked: Counts = {}
        self.in_stead = f"erased-{number}"
        self.every = Blanks(found.terms, self.in_stead)
        self.apart = Blanks({term for term in found.terms if is_told_apart(term)}, self.in_stead)

    def run(self) -> None:
        """Take rows out and blank words out; keep how many of which batch, and make the checksums of those batches anew."""
        self._keyed()
        self._events()
        self._turned_away()
        self._delivered()
        self._words()
        touched = {batch for _, batch in (*self.rows, *self.blanked) if batch is not None}
        for batch in sorted(touched):
            table = self.cursor.execute("select table_name from batches where batch = ?", [batch]).fetchall()[0][0]
            integrity.forget_checksums(self.cursor, batch)
            integrity.write_checksums(self.cursor, batch, table)

    def _keyed(self) -> None:
        for name, column, ids in self._where_rows_are():
            if ids:
                self._out(name, f'list_contains(?, "{column}")', [ids])

    def _where_rows_are(self) -> Iterable[tuple[str, str, list[str]]]:
        accounts = self.found.accounts
        for table in KEYED_TABLES if accounts else ():
            columns = NAMED_IN.get(table, ("account_id",))
            yield from ((f"rows_{table}", column, accounts) for column in columns if column in ("row_key", *TABLES[table].names))
        if accounts:
            yield "attributes", "row_key", accounts
        contacts = self.found.contacts
        yield from ((f"rows_{table}", "contact_id", contacts) for table in KEYED_TABLES if "contact_id" in TABLES[table].names)

    def _out(self, table: str, condition: str, values: list, *, counted: bool = True) -> None:
        """Take rows of a table out, and count them by batch."""
        if counted:
            for batch, n in self.cursor.execute(f"select batch, count(*) from {table} where {condition} group by 1", values).fetchall():
                self.rows[table, batch] = self.rows.get((table, batch), 0) + n
        self.cursor.execute(f"delete from {table} where {condition}", values)

    def _events(self) -> None:
        """Events of users or accounts that go, and what they add to the rollups. Counts of days whose events are kept no more name nobody,
        and stay where the account does."""
        self.cursor.execute("create or replace temp table gone_subjects as select subject from subjects where list_contains(?, account_id) or (account_id is null and list_contains(?, contract_id))",
                            [self.found.accounts, sorted(self.found.contracts)])  # fmt: skip
        keys = [f"{one.account}/{one.id}" for one in self.found.users]
        self.cursor.execute(
            "create or replace temp table gone_users as select user_no, subject from users left join subjects using (subject) "
            "where subject in (from gone_subjects) or list_contains(?, coalesce(account_id, contract_id, '') || '/' || user_id)",
            [keys],
        )
        self.cursor.execute("create or replace temp table gone_events as select batch, line, user_no, event_no, occurred_at, quantity from usage_events where user_no in (select user_no from gone_users)")  # fmt: skip
        self._counts()
        self._quantities()
        for table in ("usage_events", "usage_bits", "usage_event_bits"):
            self._out(table, "user_no in (select user_no from gone_users)", [])
        for table in ("event_ids", "event_marks", "held_events"):
            self._out(table, "(batch, line) in (select (batch, line) from gone_events)", [], counted=table == "event_ids")
        self.cursor.execute("delete from users where user_no in (select user_no from gone_users)")
        self.cursor.execute("delete from subjects where subject in (from gone_subjects)")
        ids = sorted({one.id for one in self.found.users})
        still = "select user_id from users where user_id is not null"
        self._out(
            "user_links",
            f"(list_contains(?, one) and one not in ({still})) or (list_contains(?, other) and other not in ({still}))",
            [ids, ids],
        )
        for table in ("gone_subjects", "gone_users", "gone_events"):
            self.cursor.execute(f"drop table {table}")

    def _counts(self) -> None:
        """The counts per day without the events that go, and the first and last days that follow from them."""
        run = self.cursor.execute
        run(
            f"""create or replace temp table fewer as select e.batch, u.subject, e.event_no, {local_time(self.cursor)}::date as day,
            coalesce(h.holder, 0) as holder, count(*) as n from gone_events e join gone_users u using (user_no)
            left join held_events h on h.batch = e.batch and h.line = e.line group by all"""
        )
        run(
            """create or replace temp table counts_left as select batch, subject, event_no, day, holder, c.n - coalesce(f.n, 0) as n, coalesce(f.n, 0) as gone
            from (select batch, subject, event_no, day, holder, sum(n)::bigint as n from usage_counts
                where subject in (select subject from fewer) group by all) c left join fewer f using (batch, subject, event_no, day, holder)
            where subject not in (from gone_subjects)"""
        )
        gone = """select batch, sum(n)::bigint from (select batch, gone as n from counts_left
            union all select batch, n from usage_counts where subject in (from gone_subjects)) group by 1 having sum(n) > 0"""
        self.rows |= {("usage_counts", batch): n for batch, n in run(gone).fetchall()}
        run("create or replace temp table spans_of as select distinct batch, subject from fewer union select distinct batch, subject from usage_counts where subject in (from gone_subjects)")  # fmt: skip
        run("delete from usage_counts where subject in (select subject from fewer) or subject in (from gone_subjects)")
        run("insert into usage_counts select batch, subject, event_no, day, holder, n from counts_left where n > 0 order by day")
        run("delete from usage_spans where (batch, subject) in (select (batch, subject) from spans_of)")
        run(
            """insert into usage_spans select batch, subject, date_trunc('month', day)::date as month, min(day), max(day) from usage_counts
            where (batch, subject) in (select (batch, subject) from spans_of) group by all order by month"""
        )
        for table in ("fewer", "counts_left", "spans_of"):
            run(f"drop table {table}")

    def _quantities(self) -> None:
        """The sums of quantities without the events that go; as with counts, those of days whose events are kept no more stay."""
        run = self.cursor.execute
        run(
            f"""create or replace temp table gone_quantities as select e.batch, u.subject, e.event_no, {local_time(self.cursor)}::date as day,
            coalesce(h.holder, 0) as holder, {summed("quantity")} from gone_events e join gone_users u using (user_no)
            left join held_events h on h.batch = e.batch and h.line = e.line where {has_quantity("quantity")} group by all"""
        )
        run(
            """create or replace temp table quantities_left as select batch, subject, event_no, day, holder, c.n - coalesce(g.n, 0) as n,
            c.total - coalesce(g.total, 0) as total, c.below - coalesce(g.below, 0) as below
            from (select batch, subject, event_no, day, holder, sum(n)::bigint as n, sum(total) as total, sum(below) as below from usage_quantities
                where subject in (select subject from gone_quantities) and subject not in (from gone_subjects) group by all) c
            left join gone_quantities g using (batch, subject, event_no, day, holder)"""
        )
        run("delete from usage_quantities where subject in (select subject from gone_quantities) or subject in (from gone_subjects)")
        run("insert into usage_quantities select * from quantities_left where n > 0 order by batch, day")
        for table in ("gone_quantities", "quantities_left"):
            run(f"drop table {table}")

    def _turned_away(self) -> None:
        """Rejected rows that are of who goes, with what was said of them; and what was said of rows that are gone."""
        lines = [(batch, line) for batch, line, cells, places in self._rejected() if self._is_of(cells, places)]
        self._lines("rejected_rows", lines)
        self._lines("problems", lines)
        values = [*self.found.accounts, *self.found.contacts, *(one.id for one in self.found.users)]
        self._out("problems", "list_contains(?, value)", [values])

    def _rejected(self) -> Iterable[tuple[int, int, list[str | None], list[int]]]:
        """Every rejected row with the places of the cells that hold ids."""
        query = "select batch, line, cells, header, mapping from rejected_rows join batches using (batch) order by batch, line"
        for batch, line, cells, header, mapping in self.cursor.execute(query).fetchall():
            yield batch, line, cells or [], id_places(header or [], mapping or "")

    def _is_of(self, cells: Sequence[str | None], places: Sequence[int]) -> bool:
        ids = {*self.found.accounts, *self.found.contacts, *self.found.contracts, *(one.id for one in self.found.users)}
        named = {plain(term) for term in self.found.terms if is_told_apart(term) or id_stands_out(term)}
        return any(place < len(cells) and (cells[place] or "").strip() in ids for place in places) or any(
            plain(cell) in named for cell in cells if cell
        )

    def _lines(self, table: str, lines: Sequence[tuple[int, int]]) -> None:
        for batch, line in lines:
            self._out(table, "(batch, line) = (?, ?)", [batch, line])

    def _delivered(self) -> None:
        """What the log of deliveries says of rows by their keys: an id as short as 42 is told apart there by no form, so the text goes."""
        ids = as_words(self.found.ids)
        query = "select rowid, batch, problem from rows_deliveries where problem is not null"
        for row, batch, problem in self.cursor.execute(query).fetchall():
            if ids.search(problem):
                self.cursor.execute("update rows_deliveries set problem = ? where rowid = ?", [self.in_stead, row])
                self.blanked["rows_deliveries", batch] = self.blanked.get(("rows_deliveries", batch), 0) + 1

    def _words(self) -> None:
        if self.found.accounts:
            self.cursor.execute("update rows_accounts set parent_id = null where list_contains(?, parent_id)", [self.found.accounts])
        columns = "select table_name, column_name, data_type from duckdb_columns() where data_type in ('VARCHAR', 'VARCHAR[]') and database_name = current_database() and schema_name = 'main' order by all"
        for table, column, kind in self.cursor.execute(columns).fetchall():
            if table in OWN or column in STAYS_AS_IT_IS or (table, column) in NAMES_OF_OTHERS:
                continue
            blanks = self.apart if column in WORDS_OF_MANY and (table, column) not in FREE_TEXTS else self.every
            if blanks.terms:
                self._column(table, column, blanks, is_list=kind.endswith("[]"))

    def _column(self, table: str, column: str, blanks: Blanks, *, is_list: bool) -> None:
        """Blank terms out of one column; JSON keeps being JSON."""
        text = f'''array_to_string("{column}", chr(31))''' if is_list else f'"{column}"'
        hinted = " or ".join([*(f"contains(lower({text}), ?)" for _ in blanks.hints), f"regexp_matches({text}, '{WRITTEN_OTHERWISE}')"])
        rows = self.cursor.execute(f'select rowid, "{column}" from {table} where {hinted}', blanks.hints).fetchall()
        changed = [(row, value, new) for row, value in rows if (new := _blanked(value, blanks)) != value]
        if not changed:
            return
        batched = "batch" in _columns_of(self.cursor, table)
        counted = f"select {'batch' if batched else 'null'}, count(*) from {table} where list_contains(?, rowid) group by 1"
        for batch, n in self.cursor.execute(counted, [[row for row, _, _ in changed]]).fetchall():
            self.blanked[table, batch] = self.blanked.get((table, batch), 0) + n
        for row, _, new in changed:
            self.cursor.execute(f'update {table} set "{column}" = ? where rowid = ?', [new, row])


def _blanked(value: str | list[str | None], blanks: Blanks) -> str | list[str | None]:
    return blanks.value(value) if isinstance(value, str) else [one if one is None else blanks.text(one) for one in value]


def _columns_of(cursor: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    query = "select column_name from duckdb_columns() where table_name = ? and database_name = current_database()"
    return {name for (name,) in cursor.execute(query, [table]).fetchall()}


def id_places(header: Sequence[str], mapping: str) -> list[int]:
    """The places in a file's rows at which it has ids of accounts, contacts, users or contracts, by the mapping that it came under."""
    try:
        columns = tomllib.loads(mapping).get("columns", {})
    except tomllib.TOMLDecodeError:
        columns = {}
    sources = {source for target, source in columns.items() if target in IDS} or ({*IDS} if not columns else set())
    return [place for place, name in enumerate(header) if name in sources]


def in_all(counts: Counts) -> dict[str, int]:
    """Rows by table, over all batches."""
    found: dict[str, int] = {}
    for (table, _), n in sorted(counts.items(), key=lambda one: one[0][0]):
        found[table] = found.get(table, 0) + n
    return found
