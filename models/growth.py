"""How much customers who stay grow and shrink, learned from past windows: shares by segment, and how far windows differed."""

from dataclasses import dataclass

import numpy as np
import polars as pl

LEAST_ACCOUNTS = 30  # accounts, counted once a window, from which on a segment has shares of its own
LEAST_QUARTERS = 4  # past quarters with customers, below which growth is not known
LONGEST = 4
NOT_KNOWN = (float("nan"),) * 3
Key = tuple[int, str | None, bool]


@dataclass(frozen=True)
class Shares:
    """Of the ARR that stayed; nan where not known. accounts: that they rest on, once a window."""

    expansion: float
    contraction: float
    capped: float
    accounts: int


@dataclass(frozen=True)
class PastGrowth:
    """shares: by steps (1 to 4), segment and whether the account renewed in the window, see _shares. common, own: variances of growth
    between quarters that all accounts share, and of an account's own; of `capped` the same by steps. quarters: how many there were,
    weighted by ARR."""

    shares: dict[Key, Shares]
    common: float
    own: float
    capped_common: tuple[float, ...]
    capped_own: tuple[float, ...]
    quarters: int

    def of(self, steps: int, segment: str | None, renewed: bool) -> Shares:
        """The shares of a segment, or of all where it has too few accounts; nan where growth without a renewal is not known."""
        return self.shares[steps, segment, renewed]

    def spread(self, concentration: float) -> float:
        """The standard deviation of a quarter's growth of a book whose squared ARR by account is such a share of its squared ARR."""
        return float(np.sqrt(self.common + self.own * concentration))

    def capped_spread(self, concentration: float) -> np.ndarray:
        """The same of `capped`, over one to four quarters."""
        return np.sqrt(np.array(self.capped_common) + np.array(self.capped_own) * concentration)


def past_growth(windows: pl.DataFrame, segments: list[str | None]) -> PastGrowth | None:
    """What past windows (metrics.those_who_stay.growth_of_stayers) say; None with fewer than LEAST_QUARTERS, or LEAST_ACCOUNTS."""
    singles = windows.filter(pl.col("steps") == 1)
    by_day = singles.group_by("day").agg(pl.col("base").sum()).filter(pl.col("base") > 0).sort("day")
    if by_day.height < LEAST_QUARTERS or singles["accounts"].sum() < LEAST_ACCOUNTS:
        return None
    everybodys = [
        *segments,
        *(one for one in windows["group"].unique() if one not in segments),
    ]  # how windows differ is of all, whoever looks
    shares = {
        (steps, segment, renewed): _shares(windows, steps, segment, renewed)
        for steps in range(1, LONGEST + 1)
        for segment in everybodys
        for renewed in (False, True)
    }
    (common, own), quarters = _spread(singles, shares, "net"), _weighted(by_day["base"].to_numpy())
    capped = [_spread(windows.filter(pl.col("steps") == steps), shares, "capped") for steps in range(1, LONGEST + 1)]
    return PastGrowth(shares, common, own, tuple(one[0] for one in capped), tuple(one[1] for one in capped), max(int(quarters), 2))


def _weighted(base: np.ndarray) -> float:
    """How many equally large windows tell as much."""
    size = base.astype(float)
    return float(size.sum() ** 2 / (size**2).sum())


def _shares(windows: pl.DataFrame, steps: int, segment: str | None, renewed: bool) -> Shares:
    """Of the segment and of who renewed or not; of all segments where that is too few; of shorter windows, taken as long, where that still
    is; of all accounts where the shortest have too few.

    Where nearly every past window held a renewal, what grew, grew with renewals: of accounts that renew nothing that says nothing.
    """
    of_length = windows.filter(pl.col("steps") == steps)
    own = of_length.filter(pl.col("renewed") == renewed)
    for rows in (own.filter(pl.col("group").eq_missing(pl.lit(segment, pl.String))), own):
        if rows["accounts"].sum() >= LEAST_ACCOUNTS:
            return _of(rows)
    if steps == 1:
        return _of(of_length) if renewed or _with_renewals(of_length) < LEAST_ACCOUNTS else Shares(*NOT_KNOWN, 0)
    return _longer(_shares(windows, steps - 1, segment, renewed), 1 if renewed else steps / (steps - 1))


def _with_renewals(windows: pl.DataFrame) -> int:
    return int(windows.filter("renewed")["accounts"].sum())


def _longer(shares: Shares, times: float) -> Shares:
    return Shares(shares.expansion * times, shares.contraction * times, shares.capped * times, shares.accounts)


def _of(rows: pl.DataFrame) -> Shares:
    base = float(rows["base"].sum())
    up, down, capped = (float(rows[name].sum()) / base if base else 0.0 for name in ("expansion", "contraction", "capped"))
    return Shares(up, down, capped, int(rows["accounts"].sum()))


def _spread(windows: pl.DataFrame, shares: dict[Key, Shares], of: str) -> tuple[float, float]:
    """Variances of a window's growth around what is expected of it: what all accounts share, and an account's own.

    An account's own is taken from how far accounts lie from their share; what windows differ by beyond that is shared.
    """
    if windows.is_empty():
        return 0.0, 0.0
    keys = windows.select("steps", "group", "renewed").rows()
    known = [shares.get((steps, group, renewed), Shares(0.0, 0.0, 0.0, 0)) for steps, group, renewed in keys]
    share = np.nan_to_num(np.array([one.expansion - one.contraction if of == "net" else one.capped for one in known]))
    base, squares = windows["base"].to_numpy().astype(float), windows["base_squares"].to_numpy()
    value = (windows["expansion"] - windows["contraction"] if of == "net" else windows["capped"]).to_numpy().astype(float)
    about = windows.with_columns(
        off=pl.Series(value - share * base),
        own=pl.Series(windows[f"{of}_squares"].to_numpy() - 2 * share * windows[f"{of}_by_base"].to_numpy() + share**2 * squares),
    )
    by_day = about.group_by("day").agg(pl.col("off", "own", "base", "base_squares").sum()).filter(pl.col("base") > 0).sort("day")
    own = float(about["own"].sum()) / max(float(squares.sum()), 1.0)
    size, weight = by_day["base"].to_numpy().astype(float), _weighted(by_day["base"].to_numpy())
    off = by_day["off"].to_numpy() / size
    between = float((size * off**2).sum() / size.sum()) * weight / max(weight - 1, 0.5)
    by_chance = float((size * own * by_day["base_squares"].to_numpy() / size**2).sum() / size.sum())
    return _steady(max(between - by_chance, 0.0)), _steady(own)


def _steady(value: float) -> float:
    """Without the last digits, which depend on the order of rows."""
    return float(f"{value:.9g}")
