"""What would change if the feature catalogue said something else: looked at over the store as it would be, of which nothing remains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from data.store.preview import previewed
from data.store.store import Store
from data.viewer import Viewer
from data.work.feature_catalogue import Entry, staged
from reports.health.health import health
from reports.report import Question
from reports.usage.usage_depth import usage_depth

FIGURES = ("state", "mau", "features_used", "breadth", "score", "band")


@dataclass(frozen=True)
class Changed:
    """How many accounts in scope would have another value of each of FIGURES; monthly actives of all customers, before and after."""

    accounts: Mapping[str, int]
    mau_before: int
    mau: int


def would_change(store: Store, viewer: Viewer, question: Question, entries: Sequence[Entry]) -> Changed:
    """What the entries would change of the figures of accounts on the day looked at. Raises what `put` raises."""
    before = _figures(store, viewer, question)
    with staged(store, viewer, entries) as frame, previewed(store, frame) as as_if:
        after = _figures(as_if, viewer, question)
    both = before.join(after, on="account_id", suffix="_after")
    differ = {name: int(both.select(pl.col(name).ne_missing(pl.col(f"{name}_after")).sum()).item()) for name in FIGURES}
    mau = [int(one.filter("customer")["mau"].sum()) for one in (before, after)]
    return Changed(differ, *mau)


def _figures(store: Store, viewer: Viewer, question: Question) -> pl.DataFrame:
    use = usage_depth(store, viewer, question).rows.select("account_id", "state", "mau", "features_used", "breadth", "customer")
    scores = health(store, viewer, question).rows.select("account_id", "score", "band")
    return use.join(scores, on="account_id", how="left")
