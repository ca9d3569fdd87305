"""What needs somebody on a day, as the glossary tells it: without the churn model and champions. Written from docs/GLOSSARY.md alone."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.metrics.usage_by_hand import covered
from tests.second import renewals
from tests.second.activation import activation
from tests.second.following import Following
from tests.second.health import MONTH, Kept, Seen, health, of_account
from tests.second.lines import add_months

AHEAD, NOW, NO_END, NEAR = 90, 30, 365, 90
Item = tuple[str, float]  # kind and certainty


def today(kept: Kept, day: date, agreed: set) -> list[dict[str, Any]]:
    """One row per item of accounts with ARR."""
    rows = []
    for account in kept.accounts:
        seen = Seen(kept, account, day, day)
        arr, end = seen.customer.balance(day)[1], seen.customer.next_end(day)
        left = (end - day).days if end else None
        items = [*_items(kept, seen, day, agreed)] if arr > 0 else []
        near = NEAR / (NEAR + max(0, NO_END if left is None else left))
        about = {"account_id": account, "arr": arr / 100, "days_to_end": left, "urgency": _urgency(items, left), "state": seen.state}
        rows += [about | {"kind": kind, "certainty": sure, "priority": arr * near * sure / 100} for kind, sure in items]
    return rows


def _urgency(items: list[Item], left: int | None) -> str:
    if any(kind == "notice_given" for kind, _ in items) or (left is not None and left <= NOW):
        return "now"
    return "soon" if left is not None and left <= AHEAD else "later"


def _items(kept: Kept, seen: Seen, day: date, agreed: set) -> Iterator[Item]:
    row, used = health(kept, seen.account, day), seen.usage
    if (row["exception"] or "").startswith("notice"):
        yield "notice_given", 1.0
    yield from _unprepared(kept, seen, day, agreed)
    if row["change"] is not None and row["change"] <= -15:
        yield "health_fell", min(1.0, -row["change"] / 50)
    if fell := _fell(used):
        yield "usage_fell", fell
    if seen.state in ("paying", "in_grace") and _never_started(kept, seen.account, day):
        yield "never_started", 0.6
    now, before = (_opened(kept, seen.account, until) for until in (day, day - MONTH))
    if now >= 3 and now >= 2 * before:
        yield "tickets_rising", 0.3
    if used["mau"] is not None and seen.seats and used["mau"] >= 0.9 * seen.seats:
        yield "seats_full", 0.2


def _unprepared(kept: Kept, seen: Seen, day: date, agreed: set) -> Iterator[Item]:
    talks = [row["done_on"] for row in of_account(kept.activities, seen.account) if row["kind"] == "conversation"]
    logs = any(row["kind"] == "conversation" for row in kept.activities)  # whenever: who logs some keeps them
    if not logs or any(add_months(day, -3) <= done_on <= day for done_on in talks):
        return
    for ends_on in renewals.ahead(Following(seen.customer), agreed, AHEAD):
        if not any(line.ends_on == ends_on and seen.customer.has_notice(line) for line in seen.customer.parts):
            yield "renewal_unprepared", 0.5


def _fell(used: dict) -> float:
    if used["trend"] is None:
        return 0.0
    pairs = (("mau", 3), ("events", 30))
    falls = [
        1 - used[name] / used[f"{name}_before"]
        for name, fewest in pairs
        if used[name] is not None and (used[f"{name}_before"] or 0) >= fewest
    ]
    return max((fall for fall in falls if fall >= 0.3), default=0.0)


def _never_started(kept: Kept, account: str, day: date) -> bool:
    """Not started 30 days after the start, both by the day and by the last covered one."""
    row, (name, feed) = activation(kept, account, day), next(iter(kept.feeds.items()))
    until = max((one for one in covered(name, feed, kept.events) if one <= day), default=None)
    lines = [line.starts_on for line in kept.lines if line.account_id == account]
    start = kept.accounts[account]["live_on"] or min(lines, default=day)
    return row is not None and row["state"] == "not_started" and until is not None and min(day, until) - start >= MONTH


def _opened(kept: Kept, account: str, until: date) -> int:
    since = until - timedelta(days=30)
    return sum(since < row["opened_at"].date() <= until for row in of_account(kept.tickets, account))
