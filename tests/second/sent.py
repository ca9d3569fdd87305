"""Files as they are sent, one after the other: how many of their rows are wrong or known already, and how each feed stands on a day."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any

TWO_POINTS, A_FIFTH = Fraction(2, 100), Fraction(1, 5)
DAY = timedelta(days=1)


@dataclass
class File:
    """One file: its feed, how many rows it has, how many of them are wrong or known already, how many of the right ones say each column, the
    days of its events, and the first and last day that it claims to cover."""

    feed: str
    read: int
    wrong: int
    said: dict[str, int] = field(default_factory=dict)
    days: list[date] = field(default_factory=list)
    known: int = 0
    claims: tuple[date, date] | None = None

    @property
    def right(self) -> int:
        return self.read - self.wrong

    @property
    def covered(self) -> list[date]:
        """Without what lies between days with events."""
        claimed = [self.claims[0] + DAY * at for at in range((self.claims[1] - self.claims[0]).days + 1)] if self.claims else []
        return sorted({*self.days, *claimed})

    def share(self, column: str) -> Fraction:
        return Fraction(self.said[column], self.right)


def over_time(files: list[File]) -> list[dict[str, Any]]:
    """Each file against the earlier ones of its feed."""
    return [_against(file, [one for one in files[:at] if one.feed == file.feed]) for at, file in enumerate(files)]


def _against(file: File, earlier: list[File]) -> dict[str, Any]:
    share = Fraction(file.wrong, file.read)
    usual = median(Fraction(one.wrong, one.read) for one in earlier) if earlier else None
    covered = max((day for one in earlier for day in one.covered), default=None)
    missing = max(0, (file.covered[0] - covered).days - 1) if covered and file.covered else None
    emptier = _emptier(file, earlier[-1]) if earlier and file.said else None
    states = {
        "more rejected than accepted": file.wrong > file.right, "more rejected": usual is not None and share >= usual + TWO_POINTS,
        "days missing": bool(missing), "columns emptier": bool(emptier), "as usual": True,
    }  # fmt: skip
    return {
        "feed": file.feed, "state": next(state for state, holds in states.items() if holds), "read": file.read,
        "accepted": file.right - file.known, "rejected": file.wrong, "duplicate": file.known, "rejected_share": share,
        "usual_rejected_share": usual, "days_missing": missing, "emptier": emptier,
    }  # fmt: skip


def _emptier(file: File, before: File) -> str | None:
    both = file.said.keys() & before.said.keys()
    names = [name for name in sorted(both) if before.share(name) - file.share(name) >= A_FIFTH]
    return ", ".join(f"{name} {_percent(before.share(name))} → {_percent(file.share(name))}" for name in names) or None


def _percent(share: Fraction) -> str:
    return f"{round(float(share * 100))} %"


def fresh(files: list[File], day: date) -> dict[str, Any]:
    """How a feed stands on a day, as its coverage is known now."""
    days = sorted({one for file in files for one in file.covered})
    if not days:
        return {"state": "no days", "covers_from": None, "covers_to": None, "usual_gap_days": None, "expected_on": None}
    lasts = sorted({file.covered[-1] for file in files if file.covered})
    gap = max([_middle(lasts), *(_middle(file.days) for file in files), 1])
    behind, expected = (day - days[-1]).days, days[-1] + timedelta(days=2 * -(-gap // 1))
    state = "stopped" if behind > 3 * gap else "late" if day > expected else "fresh"
    return {"state": state, "covers_from": days[0], "covers_to": days[-1], "usual_gap_days": gap, "expected_on": expected}


def _middle(days: list[date]) -> float:
    """The usual distance from one day to the next."""
    return median((after - before).days for before, after in pairwise(days)) if len(days) > 1 else 0


class Known:
    """Which events had been sent: without an id each counts as often as in the file that has it most often, with one once."""

    def __init__(self) -> None:
        self.files: dict[str, list[Counter]] = defaultdict(list)

    def take(self, feed: str, events: Iterable[Any], *, with_ids: bool) -> int:
        """How many of a file's events stood already, or stand twice in it."""
        told, before = Counter(events), self.files[feed]
        most = {one: max((file[one] for file in before), default=0) for one in told}
        before.append(told)
        if with_ids:
            return sum(count - (most[one] == 0) for one, count in told.items())
        return sum(min(count, most[one]) for one, count in told.items())

    def undo(self, feed: str, number: int) -> None:
        """Of the files of a feed, from 0 on."""
        self.files[feed][number].clear()
