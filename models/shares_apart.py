"""Shares of two groups compared by an exact test, and what may be said of many that were compared at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma

SURE = 0.05
MORE, FEWER, NOTHING, TOO_FEW = "stands_out", "rarer", "no_difference", "too_few_to_say"
TOLERANCE = 1e-9  # probabilities that are as small as the one seen, but for rounding


@dataclass(frozen=True)
class Table:
    """How many of two groups have something: `has` of `whole` in the first, `others_have` of `others` in the second."""

    has: int
    whole: int
    others_have: int
    others: int


@dataclass(frozen=True)
class Apart:
    """p: how often chance gets as far, by itself. corrected: the same for all that was compared at once, at most 1; None where these
    groups are too small for any difference to be more than chance. finding: MORE or FEWER in the first group than in the second, beyond
    chance among all that was compared; NOTHING; TOO_FEW."""

    p: float
    corrected: float | None
    finding: str


def exact_p(table: Table) -> float:
    """How often chance deals as unlikely a table or a less likely one, both sums as they are, either way. Source: R. A. Fisher, The Design
    of Experiments (1935); both sides as Freeman and Halton, Biometrika 38 (1951)."""
    dealt = _dealt(table)
    seen = dealt[table.has - _least(table)]
    return min(1.0, sum(one for one in dealt if one <= seen * (1 + TOLERANCE)))


def least_p(table: Table) -> float:
    """The least p that any table with these sums can have."""
    dealt = _dealt(table)
    return min(1.0, sum(one for one in dealt if one <= min(dealt) * (1 + TOLERANCE)))


def together(tables: Sequence[Table], sure: float = SURE) -> list[Apart]:
    """What may be said of tables that were compared at once, so that in 95 of 100 such lists nothing is called more than chance by luck.

    Tables in which no difference could be more than chance are not counted among those tried. Source: R. E. Tarone, Biometrics 46 (1990).
    """
    least = [least_p(one) for one in tables]
    tried = _tried(least, sure)
    return [_apart(one, can, tried, sure) for one, can in zip(tables, least, strict=True)]


def _tried(least: Sequence[float], sure: float) -> int:
    """By how many p is multiplied: the smallest count of which no more tables could reach a p that small."""
    return next((count for count in range(1, len(least) + 1) if sum(one <= sure / count for one in least) <= count), 1)


def _apart(table: Table, least: float, tried: int, sure: float) -> Apart:
    p = exact_p(table)
    if least > sure / tried:
        return Apart(p, None, TOO_FEW)
    corrected = min(1.0, p * tried)
    more = table.has * table.others > table.others_have * table.whole
    return Apart(p, corrected, NOTHING if corrected > sure else MORE if more else FEWER)


def _least(table: Table) -> int:
    return max(0, table.has + table.others_have - table.others)


def _dealt(table: Table) -> list[float]:
    """The probability of each number in the first group that has it, from the least on, where it is dealt by chance."""
    having, everybody = table.has + table.others_have, table.whole + table.others
    most = min(having, table.whole)
    ways = _ways(everybody, table.whole)
    return [
        exp(_ways(having, count) + _ways(everybody - having, table.whole - count) - ways) for count in range(_least(table), most + 1)
    ]  # fmt: skip


def _ways(of: int, some: int) -> float:
    """The logarithm of in how many ways some are taken of a number."""
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)
