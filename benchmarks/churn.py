"""Twenty made-up companies with a planted signal: AUC on later time, calibration over all of them, and what shuffling does.

python -m benchmarks.churn [COMPANIES] or, for how long it takes with 2,000 accounts and their 30,000 opportunities or more,
python -m benchmarks.churn --time (elapsed seconds, and those of the processor; only the former count, and only on an idle machine).
"""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import polars as pl

from models.account_model import learned
from models.calibration import calibration
from models.card import Verdict
from models.churn import train
from models.features import INPUTS, features
from models.observations import observations, outlook
from tests.models.generated import FIRST, company

T = TypeVar("T")
ROLES = {"outcome": "churned", "time": "as_of", "matured": "matured_on", "group": "account_id"}


def main(seeds: int = 20) -> None:
    tested, least, passed = [], 1.0, 0
    for seed in range(seeds):
        began = time.monotonic()
        made = company(seed)
        looked = observations(made.history.lines, made.effective, since=FIRST, until=made.until, grace_days=30)
        table = features(looked, made.history)
        found = train(table, features=INPUTS, baselines={"usage fell": "usage_fell"}, case="case", **ROLES)
        shuffled = train(table.with_columns(pl.col("churned").shuffle(seed=seed)), features=INPUTS, **ROLES)
        tested.append(found.tested.select("churned", "probability"))
        least, passed = min(least, found.card.model.auc), passed + (shuffled.card.verdict == Verdict.USABLE)
        print(
            f"seed {seed:>2}: AUC {found.card.model.auc:.3f}, slope {found.card.slope:.2f}, {found.card.verdict}; "
            f"shuffled: AUC {shuffled.card.model.auc:.3f}, {shuffled.card.verdict}; {time.monotonic() - began:.1f} s"
        )
    pooled = pl.concat(tested)
    slope, intercept = calibration(pooled["churned"].cast(pl.Int64).to_numpy(), pooled["probability"].to_numpy())
    print(f"least AUC {least:.3f}; pooled calibration slope {slope:.3f}, intercept {intercept:.3f}; shuffled and yet passed: {passed}")


def timed() -> None:
    made = company(0)
    looked = observations(made.history.lines, made.effective, since=FIRST, until=made.until, grace_days=30)
    table = _timed(f"features of {looked.height:,} looks at 2,000 accounts", lambda: features(looked, made.history))
    found = _timed("training with validation", lambda: learned(table, made.history.lines, baselines={"usage fell": "usage_fell"}))
    ahead = features(outlook(made.history.lines, as_of=made.until), made.history)
    if model := found.model:
        _timed(f"scoring {ahead.height:,} accounts", lambda: model.probabilities(ahead))


def _timed(words: str, work: Callable[[], T]) -> T:
    began, busy = time.monotonic(), time.process_time()
    done = work()
    print(f"{words}: {time.monotonic() - began:.2f} s, {time.process_time() - busy:.2f} s of the processor", flush=True)
    return done


if __name__ == "__main__":
    timed() if "--time" in sys.argv else main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
