"""How far a piece of work has come, told by the work itself: a share between 0 and 1, and what is being done."""

from collections.abc import Callable

Progress = Callable[[float, str], object]


def silent(share: float, doing: str) -> None:
    """Nobody waits to be told."""


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """The progress of a part of the work that takes the whole from one share to another."""
    return lambda share, doing: progress(start + (end - start) * share, doing)
