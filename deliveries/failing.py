"""What stops a delivery, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass
class DeliveryFailed(Exception):
    """A delivery stopped: why, what to do, how many requests or transactions were tried, and from when on trying again makes sense, where
    the target said so. No secret is in it."""

    reason: str
    what_to_do: str = ""
    attempts: int = 1
    try_again_at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.reason} {self.what_to_do}".strip()


@dataclass(frozen=True)
class Sent:
    """What a target took. rows: how many. attempts: requests, transactions or files. rejected: what it said of rows that it did not take,
    by their place among those that were handed over."""

    rows: int
    attempts: int = 1
    rejected: tuple[tuple[int, str], ...] = ()
