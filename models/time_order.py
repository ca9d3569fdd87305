"""Rows in time order: what may be learned from, what is held out, and what falls between because its outcome was not yet known."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from models.evaluation import Parts, parts_of

HELD_OUT = 0.5  # share of the outcomes that is held out
STRETCHES = 3  # of the held-out time, each looked at after learning from all before it
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

    The held-out time is the latest that has the last HELD_OUT of the cases of the rarer kind. Rows before it whose outcome was not
    certain when it began are neither (embargo).
    """
    begins = rows.time_at(1 - HELD_OUT)
    learn = certain_by(rows, begins)
    held_out = rows.where(pl.col(rows.time) >= begins)
    return learn, held_out, rows.table.height - learn.table.height - held_out.table.height


def certain_by(rows: Rows, begins: date | int) -> Rows:
    """What was looked at before a time, and certain when it began."""
    return rows.where((pl.col(rows.time) < begins) & (pl.col(rows.matured) <= begins))


def folds(rows: Rows) -> list[tuple[Rows, Rows]]:
    """Pairs of earlier and later rows: each later stretch with all that was certain when it began."""
    return _one_after_another(rows, [rows.time_at(FIRST_FOLD + (1 - FIRST_FOLD) * number / FOLDS) for number in range(FOLDS)])


def stretches(rows: Rows, held_out: Rows) -> list[tuple[Rows, Rows]]:
    """The held-out time in STRETCHES with about as many cases of the rarer kind, each with all of `rows` that was certain when it began."""
    first = held_out.table[held_out.time].min()
    return _one_after_another(rows, [first, *(held_out.time_at(number / STRETCHES) for number in range(1, STRETCHES))])


def _one_after_another(rows: Rows, marks: list) -> list[tuple[Rows, Rows]]:
    found = []
    for number, begins in enumerate(marks):
        later = pl.col(rows.time) >= begins
        if number + 1 < len(marks):
            later &= pl.col(rows.time) < marks[number + 1]
        found.append((certain_by(rows, begins), rows.where(later)))
    return [(before, after) for before, after in found if before.rarer() and after.table.height]
