"""Rows in time order: what may be learned from, what is held out, and what falls between because its outcome was not yet known."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from models.evaluation import Parts, parts_of

HELD_OUT_AIM = 20  # outcomes that the held-out time should have
LEAST_SHARE, LARGEST_SHARE = 0.3, 0.5  # of the outcomes, to be held out
GROUP, CASE, ROW, PART = "_group", "_case", "_row", "_part"  # columns that a table gets: who, what once, which, judged apart
FOLDS = 3
FIRST_FOLD = 0.4  # of the outcomes to learn from come before the first fold


@dataclass(frozen=True)
class Rows:
    """A table with its roles: `time` when a row was looked at, `matured` when its outcome was certain, `case` what happened once.

    part: the column by whose values rows are told apart when they are judged.
    """

    table: pl.DataFrame
    outcome: str
    time: str
    matured: str
    case: str
    part: str

    def where(self, condition: pl.Expr) -> "Rows":
        return self.of(self.table.filter(condition))

    def of(self, table: pl.DataFrame) -> "Rows":
        """Other rows with the same roles."""
        return replace(self, table=table)

    @property
    def outcomes(self) -> np.ndarray:
        return self.table[self.outcome].cast(pl.Int64).to_numpy()

    @property
    def parts(self) -> Parts:
        return parts_of(self.outcomes, self.table[self.part].to_numpy())

    def cases(self, outcome: bool) -> int:
        """Different cases that ended so."""
        return self.table.filter(pl.col(self.outcome) == outcome)[self.case].n_unique()

    def rarer(self) -> int:
        return min(self.cases(True), self.cases(False))

    def time_at(self, share: float) -> date | int:
        """The time after which 1 - `share` of the cases of the rarer kind were still looked at."""
        kind = self.cases(True) <= self.cases(False)
        last = self.table.filter(pl.col(self.outcome) == kind).group_by(self.case).agg(pl.col(self.time).max())[self.time].sort()
        return last[min(int(share * len(last)), len(last) - 1)]


def hold_out(rows: Rows) -> tuple[Rows, Rows, int]:
    """What may be learned from, what is held out, and how many rows are neither.

    The held-out time is the latest that has the last 30 % of the cases of the rarer kind, or up to half where that is needed for
    HELD_OUT_AIM of them. Rows before it whose outcome was not certain when it began are used for neither (embargo).
    """
    share = min(max(HELD_OUT_AIM / max(rows.rarer(), 1), LEAST_SHARE), LARGEST_SHARE)
    begins = rows.time_at(1 - share)
    learn = rows.where((pl.col(rows.time) < begins) & (pl.col(rows.matured) <= begins))
    held_out = rows.where(pl.col(rows.time) >= begins)
    return learn, held_out, rows.table.height - learn.table.height - held_out.table.height


def folds(rows: Rows) -> list[tuple[Rows, Rows]]:
    """Pairs of earlier and later rows: each later stretch with all that was certain when it began."""
    marks = [rows.time_at(FIRST_FOLD + (1 - FIRST_FOLD) * number / FOLDS) for number in range(FOLDS)]
    found = []
    for number, begins in enumerate(marks):
        later = pl.col(rows.time) >= begins
        if number + 1 < FOLDS:
            later &= pl.col(rows.time) < marks[number + 1]
        earlier = (pl.col(rows.time) < begins) & (pl.col(rows.matured) <= begins)
        found.append((rows.where(earlier), rows.where(later)))
    return [(before, after) for before, after in found if before.rarer() and after.table.height]
