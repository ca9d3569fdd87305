"""Random events in Parquet files as a data lake has them, and all that a view says of usage."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.rollups.bringing import Brought, bring, folder_of, known_of
from data.rollups.definition import ALL, Definition
from data.rollups.engines import Engine
from data.rollups.files import Files
from data.rollups.making import Made, alone, make
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE

FEED = "lake"
FIRST, LAST = date(2023, 9, 1), date(2024, 5, 31)
# Around the nights in which clocks change, and the ends of months, in Europe, America and Lord Howe, which moves by half an hour.
NIGHTS = (
    datetime(2023, 10, 29), datetime(2024, 3, 31), datetime(2023, 11, 5, 5), datetime(2024, 3, 10, 6), datetime(2023, 9, 30, 14), datetime(2024, 4, 6, 14),
    datetime(2023, 12, 31, 22), datetime(2024, 2, 29, 23), datetime(2024, 1, 31, 10),
)  # fmt: skip
ACCOUNTS = ("A", "B", "  C ", "Ünïcode 株式会社", None, "O'Neil \\ Sons", "nobody knows")
CONTRACTS = ("1", "2", None, None)
USERS = ("ann", "bob", "ann", None, "", "Zoë\u00a0", "#N/A", "1.00023E+10", "u`\"'")
EVENTS = ("open", "export", "secret_feature", " open", "#REF!", None, "日本")
QUANTITIES = (None, None, 0.0, 1.0, -2.0, 0.1, 0.25, 0.3, 1234567.891, 1e15, -0.000000001, 2.5, 1e20, float("nan"), float("inf"))
COLUMNS = {
    "account_id": "account",
    "contract_id": "contract",
    "user_id": "user",
    "event": "what",
    "occurred_at": "when",
    "quantity": "how much",
}


def mapping(*, ids: bool = False, zone: str = "") -> Mapping:
    columns = COLUMNS | ({"event_id": "id"} if ids else {})
    return Mapping("usage_events", FEED, columns=columns, values={"event": {"日本": "japan"}}, options={"timezone": zone} if zone else {})


def drawn(chance: random.Random, count: int) -> pl.DataFrame:
    """Random rows, some of them twice or three times; ids of events are few, so that some stand for several."""
    rows = []
    for _ in range(count):
        day = datetime(2023, 9, 20) + timedelta(
            days=chance.randrange(230), seconds=chance.randrange(86400), microseconds=chance.choice((0, 999_999))
        )
        moment = chance.choice((day, chance.choice(NIGHTS) + timedelta(minutes=15 * chance.randrange(-8, 20))))
        moment = chance.choice((moment,) * 30 + (None, datetime(1969, 12, 31), datetime(2100, 1, 1)))
        row = [chance.choice(values) for values in (ACCOUNTS, CONTRACTS, USERS, EVENTS)] + [moment, chance.choice(QUANTITIES)]
        rows += [[*row, chance.choice((None, f"id-{chance.randrange(count)}"))]] * chance.choice((1, 1, 1, 2, 3))
    schema = {
        **dict.fromkeys(("account", "contract", "user", "what"), pl.String),
        "when": pl.Datetime("us"),
        "how much": pl.Float64,
        "id": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def daily() -> pl.DataFrame:
    """An event of Birch on every day, so that whoever looks at the days of a file sees none without one."""
    days = pl.datetime_range(datetime(2023, 9, 21, 12), datetime(2024, 5, 5, 12), "1d", eager=True)
    every = {"account": "B", "contract": None, "user": "bob", "what": "open", "how much": None, "id": None}
    return pl.DataFrame({"when": days}).select(
        **{name: pl.lit(value, pl.Float64 if name == "how much" else pl.String) for name, value in every.items()}, when=pl.col("when")
    )


def as_written(rows: pl.DataFrame, form: str) -> pl.DataFrame:
    """The rows with their moments in another form: of UTC, in nanoseconds, as days."""
    moment = {
        "utc": pl.col("when").dt.replace_time_zone("UTC"), "nanoseconds": pl.col("when").cast(pl.Datetime("ns")), "day": pl.col("when").dt.date(), "local": pl.col("when"),
        "milliseconds": pl.col("when").cast(pl.Datetime("ms")),
    }  # fmt: skip
    return rows.with_columns(moment[form])


def export(folder: Path, name: str, rows: pl.DataFrame, form: str = "local") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    as_written(rows, form).write_parquet(path)
    return path


def imported(store: Store, folder: Path, told: Mapping) -> None:
    """Import the files of a folder one by one."""
    for path in sorted(folder.rglob("*.parquet")):
        assert import_file(store, path, mapping=told).batch is not None


def rolled(
    store: Store, engine: Engine, folder: Path, told: Mapping, *, parts: bool = False, apart: tuple[str, ...] = (ALL,), again: bool = False
) -> tuple[Made, Brought]:
    """Roll the files of a folder up, and bring the months in."""
    known, out = known_of(store, FEED, EVERYONE), folder_of(store.path, FEED)
    contents = {month: one.content for month, one in known.months.items()}
    with alone(out):
        made = make(engine, Files(str(folder)), Definition(told, known.zone, apart, parts), out, in_store=contents, again=again)
        return made, bring(store, FEED, EVERYONE, again=again)


def seen(store: Store) -> dict[str, pl.DataFrame]:
    """All that a view says of usage but for its feeds, which say how it came in."""
    days = (FIRST, LAST)
    with View(store) as view:
        starts = view.accounts().select("account_id", started_on=pl.lit(date(2023, 10, 10)))
        names = ["open", "export", "secret_feature", "japan"]
        found = {
            "months": view.usage_months(*days), "features": view.feature_months(*days), "days": view.usage_days(*days), "daily": view.usage_daily(*days),
            "span": view.usage_span(LAST), "told days": view.usage_told_days(*days), "first days": view.user_first_days(starts, LAST),
            "contracts": view.usage_by_contract(), "first events": view.event_first_days(starts, names, LAST), "quantities": view.usage_quantities(*days),
            "amounts": view.amounts(names, *days), "use": view.event_use(*days), "by event": view.event_months(["export"], *days), "waiting": view.waiting(),
            "seen in": view.usage_seen_in(LAST), "accounts by day": view.usage_accounts_by_day(*days),
        }  # fmt: skip
    return {name: frame.sort(frame.columns) for name, frame in found.items()}


def differences(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> list[str]:
    return [name for name in one if not one[name].equals(other[name])]


def lake(folder: Path) -> Path:
    """A folder with one event."""
    folder.mkdir(parents=True)
    one = {"account_id": ["A"], "user_id": ["ann"], "event": ["open"], "occurred_at": [datetime(2024, 1, 2)]}
    pl.DataFrame(one).write_parquet(folder / "1.parquet")
    return folder


def plain() -> Mapping:
    """The mapping of `lake`."""
    return Mapping("usage_events", FEED, columns={name: name for name in ("account_id", "user_id", "event", "occurred_at")})
