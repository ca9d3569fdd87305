"""How often the interval holds a play's planted effect: python -m benchmarks.play_effect [SEEDS]

Made-up companies in stores of their own, each once with a play that helps and once with one that does nothing; about four seconds each.
"""

import sys
import tempfile
from contextlib import closing
from pathlib import Path

import polars as pl

from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from tests.reports.work.play_company import build


def held(seed: int, effect: float) -> dict[str, bool | None]:
    """Whether the interval holds the true effect on renewals, and none on usage; None where nothing is told."""
    with tempfile.TemporaryDirectory() as folder, closing(Store.open(Path(folder) / "own.duckdb")) as store:
        truth = build(store, Path(folder), seed, effect=effect)
        rows = {row["of_what"]: row for row in run("play-effect", store, EVERYONE, Question()).rows.iter_rows(named=True)}
        own = run("play-effect-pairs", store, EVERYONE, Question()).rows["account_id"].unique()
    true = own.replace_strict(truth.raised, return_dtype=pl.Float64).mean()
    return {what: _holds(rows[what], meant) for what, meant in (("renewed", true), ("weekly_actives", 0.0))}


def _holds(row: dict, true: object) -> bool | None:
    return None if row["difference"] is None else bool(row["difference_low"] <= float(str(true)) <= row["difference_high"])


def main(seeds: int) -> None:
    for effect in (0.25, 0.0):
        found = [held(seed, effect) for seed in range(seeds)]
        for what in ("renewed", "weekly_actives"):
            told = [one[what] for one in found if one[what] is not None]
            print(f"planted {effect:.2f}, {what}: held on {sum(told)} of {len(told)} companies, cannot tell on {seeds - len(told)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
