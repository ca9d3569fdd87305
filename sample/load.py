"""Put the sample company into a store of its own, through the same import that everybody uses."""

import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from data import private
from data.importing.mapping import Mapping
from data.importing.options import Options
from data.importing.run import import_file
from data.schema import TABLES
from data.store import open_stores
from data.store.edits import commit_frame
from data.store.store import Store
from reports.customers.churn_training import train
from sample import churn_reasons, expected, growth, requests, rescue
from sample.company import DAYS, LAST_DAY, generate
from sample.team import team

FILES = {
    "accounts.csv": 0.1,  # and how much of the work is done once it is in
    "contacts.csv": 0.2,
    "contracts.csv": 0.25,
    "usage_events.parquet": 0.3,
    "tickets.csv": 0.55,
    "surveys.csv": 0.57,
    "survey_requests.csv": 0.58,
    "activities.csv": 0.6,
    "costs.csv": 0.62,
    "sla_targets.csv": 0.63,
    "support_calendars.csv": 0.63,
    "holidays.csv": 0.63,
}
Told = Callable[[float, str], object]


def yesterday() -> date:
    """The last day that is over: what the sample company is made up to, so that it looks as one whose exports come in every night."""
    return datetime.now(UTC).date() - timedelta(days=1)


def say(share: float, doing: str) -> None:
    """How far the making is, on the terminal."""
    print(f"  {share:4.0%}  {doing}", flush=True)


def load_of_today(path: Path | str, told: Told) -> None:
    """The sample company as it is today, its churn model trained."""
    load(path, last_day=yesterday(), told=told)


def load(
    path: Path | str, *, trained: bool = True, last_day: date = LAST_DAY, told: Told = lambda _, __: None, accounts: int = 300,
    events: int = 2_000_000,
) -> None:  # fmt: skip
    """Make the sample store at `path`, in place of one that is there, known up to `last_day`. It appears whole or not at all.

    accounts, events: about how many. `told` is called with the share that is done, and what is done next, in words.
    """
    path = Path(path).expanduser().resolve()
    private.place_for(path)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="sample-") as folder:
        told(0.0, f"Making up {accounts:,} accounts and {events / 1e6:.3g} million events")
        generate(Path(folder), accounts=accounts, events=events, last_day=last_day)
        made = Path(folder) / "made" / path.name
        _fill(made, Path(folder), last_day, told)
        if trained:
            told(0.65, "Training the churn model on their past")
            _train(made)
            _expect(made, last_day)
        open_stores.put_in_place(made, path)
    told(1.0, "Done")


def _fill(made: Path, folder: Path, last_day: date, told: Told) -> None:
    store = Store.open(made)
    for name, share in FILES.items():
        told(share, f"Importing {name}")
        _import(store, folder / name, last_day)
    commit_frame(store, "people", team(), "team", "sample")
    rescue.play(store, last_day)
    churn_reasons.answered(store, last_day)
    requests.ask_for(store, last_day)
    growth.grown(store, last_day)
    store.close()


def _train(path: Path) -> None:
    """Let the pages show a churn model at work, as they do once somebody has trained one."""
    store = Store.open(path)
    train(store, who="sample")
    store.close()


def _expect(path: Path, last_day: date) -> None:
    """After training: some calls are made against what the model says."""
    store = Store.open(path)
    expected.expected(store, last_day)
    store.close()


def _import(store: Store, path: Path, last_day: date) -> None:
    table = path.stem
    header = pl.read_parquet_schema(path).keys() if path.suffix == ".parquet" else pl.read_csv(path, n_rows=0).columns
    options: Options = {"covers": (last_day - timedelta(days=DAYS), last_day)} if table == "usage_events" else {}
    columns = {name: name for name in header if name in TABLES[table].names}
    mapping = Mapping(table, feed=f"sample {table}", columns=columns, options=options)
    outcome = import_file(store, path, mapping=mapping)
    if outcome.batch is None or outcome.batch.rejected:
        raise RuntimeError(f"The sample's {path.name} was not taken whole: {outcome.problems[:3]}")
