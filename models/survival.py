"""How long customers stay, where many still do: the share that stays, and whether two groups differ."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

from language import tr


def kaplan_meier(spells: pl.DataFrame, *, level: float = 0.95) -> pl.DataFrame:
    """The share that stays longer than each length of time, counting those who still stay and those first seen mid-life.

    spells: duration (any unit, not negative), event (whether it ended; false: it was still on when last seen), and, where accounts
    were first seen later than they began, entry (how long they had lasted by then; null or 0: seen from the beginning). An
    account counts as at risk only after its entry: to ignore that inflates survival.
    Returns one row per duration in order: duration, at_risk, events (counts), survival (ratio), low and high (at `level`,
    log-log; null where survival is 0 or 1). Empty where there is no spell. Raises ValueError for a spell that ends before its entry.
    Source: Kaplan and Meier 1958; entry: Klein and Moeschberger, Survival Analysis, 4.6.
    """
    rows = _read(spells)
    lengths = np.unique(rows["duration"].to_numpy())
    at_risk, events = _at_risk(rows, lengths), _events(rows, lengths)
    counted = pl.DataFrame({"duration": lengths, "at_risk": at_risk, "events": events})
    stay, leave = pl.col("at_risk") - pl.col("events"), pl.col("events")
    wide = pl.lit(float(stats.norm.ppf((1 + level) / 2))) * (leave / (pl.col("at_risk") * stay)).cum_sum().sqrt() / pl.col("survival").log()
    inside = pl.col("survival").is_between(0, 1, closed="none")
    return counted.with_columns(survival=(stay / pl.col("at_risk")).cum_prod()).with_columns(
        low=pl.when(inside).then(pl.col("survival").pow((-wide).exp())), high=pl.when(inside).then(pl.col("survival").pow(wide.exp()))
    )


def _read(spells: pl.DataFrame) -> pl.DataFrame:
    """Seen from the beginning means before any length, so that an end at length 0 counts too."""
    entry = pl.col("entry").cast(pl.Float64) if "entry" in spells.columns else pl.lit(None, dtype=pl.Float64)
    rows = spells.with_columns(
        pl.col("duration").cast(pl.Float64), pl.col("event").cast(pl.Boolean), entry=pl.when(entry > 0).then(entry).otherwise(float("-inf"))
    )
    if rows.filter((pl.col("duration") < 0) | (pl.col("duration") <= pl.col("entry"))).height:
        raise ValueError(tr("duration: a spell lasts no time, or ends before it was first seen. Leave such spells out."))
    return rows


def _at_risk(rows: pl.DataFrame, lengths: np.ndarray) -> np.ndarray:
    """Spells that were seen before each length and had not ended before it."""
    entered, left = (np.searchsorted(np.sort(rows[name].to_numpy()), lengths, side="left") for name in ("entry", "duration"))
    return (entered - left).astype(np.int64)


def _events(rows: pl.DataFrame, lengths: np.ndarray) -> np.ndarray:
    ended = np.sort(rows.filter("event")["duration"].to_numpy())
    return (np.searchsorted(ended, lengths, side="right") - np.searchsorted(ended, lengths, side="left")).astype(np.int64)


@dataclass(frozen=True)
class LogRank:
    """chi2 on one degree of freedom and its p; ends that the first group had, and would have had if the two were alike."""

    chi2: float
    p: float
    observed: int
    expected: float


def log_rank(first: pl.DataFrame, second: pl.DataFrame) -> LogRank:
    """Whether two groups stay equally long. Frames as for kaplan_meier. nan where nothing ended.

    Source: Mantel 1966; Klein and Moeschberger, Survival Analysis, 7.3.
    """
    one, both = _read(first), pl.concat([_read(frame).select("duration", "event", "entry") for frame in (first, second)])
    lengths = np.unique(both.filter("event")["duration"].to_numpy())
    n, n_one = _at_risk(both, lengths), _at_risk(one, lengths)
    d, d_one = _events(both, lengths), _events(one, lengths)
    expected, several = d * n_one / n, n > 1
    part = (n_one / n * (1 - n_one / n) * d)[several] * ((n - d)[several] / (n - 1)[several])
    spread = part.sum()
    chi2 = float((d_one.sum() - expected.sum()) ** 2 / spread) if spread > 0 else float("nan")
    return LogRank(chi2, float(stats.chi2.sf(chi2, 1)), int(d_one.sum()), float(expected.sum()))
