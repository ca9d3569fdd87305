"""How many renewals were lost in the past, and accounts without a term left: by segment and band of health where there are enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

LEAST = 30  # cases from which on a group has a rate of its own, as a churn model needs of either outcome
BOTH, BAND, SEGMENT, ALL = "segment and band", "band", "segment", "all"
LEVELS: tuple[tuple[str, tuple[str, ...]], ...] = ((BOTH, ("segment", "band")), (BAND, ("band",)), (SEGMENT, ("segment",)), (ALL, ()))


@dataclass(frozen=True)
class Rate:
    """lost of so many: share is (lost + 1/2) / (of + 1), so that what has not happened yet is not told to be impossible. level: the group
    that it is of: BOTH, BAND, SEGMENT or ALL."""

    lost: int
    of: int
    level: str

    @property
    def share(self) -> float:
        return (self.lost + 0.5) / (self.of + 1)


@dataclass(frozen=True)
class Rates:
    """Rates by group: the finest one with LEAST cases counts; none at all where all together are fewer."""

    groups: dict[tuple[str, tuple[str | None, ...]], tuple[int, int]] = field(default_factory=dict)

    def of(self, segment: str | None, band: str | None = None) -> Rate | None:
        """The rate for a segment and band; without a band, by segment alone."""
        known = {"segment": segment, "band": band}
        for level, columns in LEVELS:
            if "band" in columns and band is None:
                continue
            lost, of = self.groups.get((level, tuple(known[name] for name in columns)), (0, 0))
            if of >= LEAST:
                return Rate(lost, of, level)
        return None


def rates(cases: pl.DataFrame) -> Rates:
    """The rates of cases: segment and band (null where not known), cases and lost (numbers). One row may stand for several."""
    counted = [(level, name, _counted(cases, name)) for level, name in LEVELS if set(name) <= set(cases.columns)]
    return Rates({(level, tuple(row[: len(names)])): (row[-2], row[-1]) for level, names, rows in counted for row in rows})


def _counted(cases: pl.DataFrame, names: Sequence[str]) -> Iterable[tuple]:
    sums = [pl.col("lost").cast(pl.Int64).sum(), pl.col("cases").cast(pl.Int64).sum()]
    if not names:
        return cases.select(sums).rows()
    known = cases.filter(pl.col("band").is_not_null()) if "band" in names else cases
    return known.group_by(list(names)).agg(sums).rows()
