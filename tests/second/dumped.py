"""A whole company from its tables as `dump` writes them, with single events added up by account, user and day."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from tests.second.answers import command
from tests.second.customer import Choices
from tests.second.growing import Growing
from tests.second.lines import read
from tests.second.service_levels import Promises
from tests.second.used import Event, Usage
from tests.second.whole import Row, Whole

PROMISED = ("sla_targets", "support_calendars", "holidays")
RECORDS = ("tickets", "surveys", "activities", "contacts")


def dumped(store: Path, folder: Path, *, claimed: bool = False, complete: Collection[str] = ()) -> Whole:
    """claimed: whether the files of usage claim the days that they cover. complete: feeds that tell of every account."""
    command(store, "dump", folder)
    rows = {
        table: pl.read_parquet(folder / f"{table}.parquet").to_dicts()
        for table in ("accounts", "contracts", "fx_rates", "imports", "plan_steps", "plan_features", *RECORDS, *PROMISED)
    }
    imports = [row for row in rows["imports"] if row["table"] == "usage_events"]
    covers = {row["feed"]: days_of(row) for row in imports} if claimed else {}
    usage = Usage(events(folder, {row["batch"]: row["feed"] for row in imports}), complete, covers)
    own = {table: rows[table] for table in RECORDS}
    accounts = {row["account_id"]: row for row in rows["accounts"]}
    promises = Promises(*(rows[table] for table in PROMISED))
    growing = Growing(rows["plan_steps"], rows["plan_features"], rows["contacts"], rows["imports"], usage)
    lines = read(rows["contracts"])
    return Whole(accounts, lines, usage, rates=rows["fx_rates"], choices=Choices(), promises=promises, growing=growing, **own)


def days_of(row: Row) -> set[date]:
    first, last = row["covers_from"], row["covers_to"]
    return {first + timedelta(days=turn) for turn in range((last - first).days + 1)}


def events(folder: Path, feeds: dict[int, str]) -> Iterator[Event]:
    """Those of a contract are its account's."""
    contracts = (
        pl.scan_parquet(folder / "contracts.parquet").drop_nulls("contract_id").group_by("contract_id").agg(of=pl.col("account_id").first())
    )
    single = pl.scan_parquet(folder / "usage_events.parquet").join(contracts, on="contract_id", how="left")
    named = single.with_columns(account_id=pl.coalesce("account_id", "of"), day=pl.col("occurred_at").cast(pl.Date)).drop_nulls(
        "account_id"
    )
    for account, batch, day, user, event, count in (
        named.group_by("account_id", "batch", "day", "user_id", "event").len().collect().iter_rows()
    ):
        yield account, feeds[batch], day, user, event, count
