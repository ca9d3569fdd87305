"""Twenty made-up companies with a planted signal: AUC on later time, calibration over all of them, and what shuffling does."""

import sys
import time

import polars as pl

from models.calibration import calibration
from models.card import Verdict
from models.churn import train
from models.features import INPUTS, features
from models.observations import observations
from tests.models.generated import FIRST, company

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


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
