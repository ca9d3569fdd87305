"""The parts of the score: weights, points and bands. Written from docs/GLOSSARY.md and the file of the score alone."""

import tomllib
from itertools import pairwise
from pathlib import Path

SCORE = tomllib.loads((Path(__file__).resolve().parents[2] / "data" / "health.toml").read_text())
GROUPS = {name: group for name, group in SCORE["groups"].items()}
FELT = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
CUSTOMERS = ("paying", "in_grace", "free", "trial")


def points(scale: list[list[float]], value: float) -> float:
    """Straight lines between the pairs of value and points, the end values beyond."""
    if value <= scale[0][0]:
        return scale[0][1]
    for (left, low), (right, high) in pairwise(scale):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return scale[-1][1]


def banded(score: float, little: bool, cap: str | None) -> str:
    """The whole number that is shown decides; little known stands aside but for notice on all; a cap lowers and never lifts."""
    order = list(SCORE["bands"])
    if little:
        return order[0] if cap == order[0] else "little_known"
    own = next(name for name, upper in SCORE["bands"].items() if int(score + 0.5) <= upper)
    return min(own, cap or own, key=order.index)


def weighed(found: dict[str, float | None]) -> tuple[float | None, float]:
    """The score and the known share of the weight: what is missing gives up its weight in its group, an empty group among the groups."""
    whole, known, reached, weights = sum(group["weight"] for group in GROUPS.values()), 0.0, 0.0, 0.0
    for group in GROUPS.values():
        parts = {name: part for name, part in group.items() if isinstance(part, dict)}
        told = [name for name in parts if found[name] is not None]
        weight = sum(parts[name]["weight"] for name in told)
        known += group["weight"] / whole * weight / sum(part["weight"] for part in parts.values())
        if told:
            reached += group["weight"] * sum(points(parts[name]["scale"], found[name]) * parts[name]["weight"] for name in told) / weight
            weights += group["weight"]
    return (reached / weights if weights else None), known
