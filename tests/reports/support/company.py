"""A company whose tickets are planted, one for each thing that support can show, and the day on which it is looked at."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from data.importing.run import import_file
from data.schema import TABLES
from data.store.edits import commit_frame
from data.store.store import Store
from reports.report import Question

DAY = date(2024, 6, 12)  # a Wednesday
ASKED = Question(as_of=DAY, start=date(2024, 5, 31), end=DAY)
NOW = datetime(2024, 6, 13, tzinfo=UTC)  # when that day is over
FILES = {
    "accounts": """account_id,name,plan,owner
A,Alder,Pro,one@example.com
B,Birch,Basic,two@example.com
C,Cedar,Pro,two@example.com
""",
    "contracts": """contract_id,account_id,product,starts_on,amount,period,currency,seats
1,A,Suite,2023-01-01,100.00,1 month,USD,10
2,B,Suite,2023-01-01,200.00,1 month,USD,4
3,C,Suite,2023-01-01,300.00,1 month,USD,
""",
    "sla_targets": """target_id,priority,plan,first_reply_hours,resolution_hours,calendar,starts_on,ends_on
urgent,Urgent,,1,8,office,,
urgent-pro,URGENT,pro,1,4,office,,
normal,normal,,4,24,,,
odd-one,P9,,4,24,,,
low-one,low,,8,,,,2024-06-30
low-two,low,,8,40,,2024-06-01,
""",
    "support_calendars": """calendar,time_zone,monday,tuesday,wednesday,thursday,friday
office,Europe/Berlin,09:00-17:00,09:00-17:00,09:00-17:00,09:00-17:00,09:00-17:00
""",
    "holidays": """calendar,day,name
office,2024-06-11,Anniversary
elsewhere,2024-06-11,Of a calendar that is not there
""",
    # Berlin is two hours ahead. 2024-06-07 is a Friday; Tuesday the 11th is a holiday of the office.
    "tickets": """ticket_id,account_id,opened_at,first_reply_at,resolved_at,priority,status,subject,topic,reopened
T-met,A,2024-06-07T08:00:00Z,2024-06-07T08:30:00Z,2024-06-07T11:00:00Z,urgent,solved,Export fails,exports,0
T-late,A,2024-06-07T14:00:00Z,2024-06-07T15:30:00Z,2024-06-10T12:00:00Z,urgent,solved,RE: Export fails,Exports,1
T-open,B,2024-06-10T14:00:00Z,,,urgent,open,Login broken (1),,0
T-run,C,2024-06-12T14:30:00Z,,,urgent,open,Login broken (22),,0
T-normal,B,2024-06-10T10:00:00Z,2024-06-10T14:00:00Z,2024-06-11T10:00:01Z,Normal,solved,Invoice address,,0
T-none,A,2024-06-10T10:00:00Z,2024-06-10T11:00:00Z,,P2,open,,,
T-two,A,2024-06-10T10:00:00Z,2024-06-10T11:00:00Z,,low,open,,,
T-after,C,2024-06-10T10:00:00Z,2024-06-10T13:00:00Z,2024-06-10T12:00:00Z,normal,solved,,,
T-silent,C,2024-06-10T10:00:00Z,,2024-06-10T12:00:00Z,normal,solved,,,
""",
}  # fmt: skip


BEFORE = """ticket_id,account_id,opened_at,first_reply_at,priority,status
T-before,C,2024-06-10T10:00:00Z,2024-06-10T09:00:00Z,normal,open
"""
"""What no file brings in any more, and stands in stores all the same."""


def planted(folder: Path, leaving_out: tuple[str, ...] = (), written: dict[str, str] | None = None, **other: str) -> Store:
    """The company in a new store; the caller closes it. other: files in place of those of FILES. written: rows beside them as they may
    stand in an older store, whatever a file would be refused for; BEFORE where none are named."""
    store = Store.open(folder / "support.duckdb")
    for name, text in (FILES | other).items():
        if name not in leaving_out:
            path = folder / f"{name}.csv"
            path.write_text(text)
            done = import_file(store, path, table=name, options={"rows": "records"} if name == "accounts" else {})
            assert done.batch and not done.batch.rejected, (name, done.problems)
    for name, text in ({"tickets": BEFORE} if written is None else written).items():
        commit_frame(store, name, _typed(name, text), "older", "test")
    return store


def _typed(table: str, text: str) -> pl.DataFrame:
    told = pl.read_csv(text.encode(), infer_schema=False)
    return told.select(_cast(pl.col(name), TABLES[table].column(name).dtype) for name in told.columns)


def _cast(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Date:
        return column.str.to_date()
    return column.str.to_datetime(time_zone="UTC") if dtype == pl.Datetime("us", "UTC") else column.cast(dtype)
