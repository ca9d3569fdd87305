"""Put the sample company into a store of its own, through the same import that everybody uses."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path

import polars as pl

from data import private
from data.importing.mapping import Mapping
from data.importing.options import Options
from data.importing.run import import_file
from data.schema import TABLES
from data.store.store import Store
from reports.customers.churn_training import train
from sample.company import LAST_DAY, MONTHS, generate

FILES = (
    "accounts.csv",
    "contacts.csv",
    "contracts.csv",
    "usage_events.parquet",
    "tickets.csv",
    "surveys.csv",
    "activities.csv",
    "costs.csv",
)


def load(path: Path | str, *, trained: bool = True) -> None:
    """Make the sample store at `path`, in place of one that is there. It appears whole or not at all; a churn model is trained on it then."""
    path = Path(path).expanduser().resolve()
    private.place_for(path)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="sample-") as folder:
        generate(Path(folder))
        made = Path(folder) / "made" / "sample.duckdb"
        store = Store.open(made)
        for name in FILES:
            _import(store, Path(folder) / name)
        store.close()
        os.replace(made, path)
    if trained:
        _train(path)


def _train(path: Path) -> None:
    """Let the pages show a churn model at work, as they do once somebody has trained one."""
    store = Store.open(path)
    train(store, who="sample")
    store.close()


def _import(store: Store, path: Path) -> None:
    table = path.stem
    header = pl.read_parquet_schema(path).keys() if path.suffix == ".parquet" else pl.read_csv(path, n_rows=0).columns
    covers = (LAST_DAY - timedelta(days=MONTHS * 30), LAST_DAY)
    options: Options = {"covers": covers} if table == "usage_events" else {}
    columns = {name: name for name in header if name in TABLES[table].names}
    mapping = Mapping(table, feed=f"sample {table}", columns=columns, options=options)
    outcome = import_file(store, path, mapping=mapping)
    if outcome.batch is None or outcome.batch.rejected:
        raise RuntimeError(f"The sample's {path.name} was not taken whole: {outcome.problems[:3]}")
