"""What the accounts of a company used, by account and day. Written from docs/GLOSSARY.md alone; quick enough for millions of events."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

DAY = timedelta(days=1)
USUAL_GAPS, FORGOTTEN, USERS_KNOWN = 3, 60, 240
FIGURES = ("dau", "wau", "mau", "mau_before", "events", "events_before", "features_used", "trend")
Event = tuple[str, str, date, str | None, str, int]  # account, feed, day, user, event, how many


@dataclass
class Feed:
    """One feed of usage: the days on which anybody had an event, and whether it tells of every account."""

    name: str
    is_complete: bool
    days: list[date] = field(default_factory=list)
    claimed: set[date] = field(default_factory=set)

    @property
    def usual_gap(self) -> float:
        return float(median([(right - left).days for left, right in pairwise(self.days)] or [1]))

    def told(self) -> list[date]:
        """Those days, and the ones that files claim."""
        return sorted({*self.days, *self.claimed})

    def covered(self) -> list[date]:
        """The same, and those between two of them not further apart than three usual gaps."""
        told = self.told()
        found = set(told)
        for left, right in pairwise(told):
            if (right - left).days <= USUAL_GAPS * self.usual_gap:
                found |= {left + DAY * turn for turn in range((right - left).days)}
        return sorted(found)


@dataclass
class OnDay:
    """What an account did on a day in a feed."""

    events: int = 0
    users: set[str] = field(default_factory=set)
    features: set[str] = field(default_factory=set)


class Usage:
    """All events of a company, kept by account, feed and day."""

    def __init__(self, events: Iterable[Event], complete: Iterable[str] = (), claimed: dict[str, set[date]] | None = None) -> None:
        self.of: dict[str, dict[str, dict[date, OnDay]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(OnDay)))
        self.seen: dict[tuple[str, str], set[date]] = defaultdict(set)
        days: dict[str, set[date]] = defaultdict(set)
        self.events = [*events]
        for account, feed, day, user, event, count in self.events:
            one = self.of[account][feed][day]
            one.events += count
            one.features.add(event)
            if user is not None:
                one.users.add(user)
                self.seen[account, user].add(day)
            days[feed].add(day)
        self.feeds = {name: Feed(name, name in complete, sorted(found), (claimed or {}).get(name, set())) for name, found in days.items()}
        self.calendars = {name: feed.covered() for name, feed in self.feeds.items()}
        self.told = {name: feed.told() for name, feed in self.feeds.items()}
        self.days_of = {account: {feed: sorted(days) for feed, days in feeds.items()} for account, feeds in self.of.items()}

    def its_feeds(self, account: str, day: date) -> list[str]:
        """Feeds that could tell of the account by the day."""
        began = {feed for feed, days in self.days_of.get(account, {}).items() if days[0] <= day}
        return [name for name, days in self.calendars.items() if days[0] <= day and (self.feeds[name].is_complete or name in began)]

    def covered_to(self, name: str, day: date) -> date:
        """What comes after the day closes no gap yet."""
        days = self.told[name]
        return days[bisect_right(days, day) - 1]

    def going_on(self, account: str, day: date) -> tuple[list[str], bool]:
        """Its feeds that go on, and whether one that has stopped is still waited for."""
        its = self.its_feeds(account, day)
        behind = {name: (day - self.covered_to(name, day)).days for name in its}
        live = [name for name in its if behind[name] <= USUAL_GAPS * self.feeds[name].usual_gap]
        return live, any(behind[name] <= FORGOTTEN for name in its if name not in live)

    def last_covered(self, account: str, day: date) -> date | None:
        """The last day that all of its feeds cover, of those that go on."""
        live, waits = self.going_on(account, day)
        return min(self.covered_to(name, day) for name in live) if live and not waits else None

    def between(self, account: str, feeds: Iterable[str], first: date, last: date) -> list[OnDay]:
        found = []
        for feed in feeds:
            days = self.days_of.get(account, {}).get(feed, [])
            found += [self.of[account][feed][day] for day in days[bisect_left(days, first) : bisect_right(days, last)]]
        return found

    def figures(self, account: str, live_from: date | None, day: date) -> dict[str, Any]:
        nothing: dict[str, Any] = dict.fromkeys(FIGURES)
        if live_from is None or live_from > day:
            return nothing | {"state": "not_live"}
        its = self.its_feeds(account, day)
        if not its:
            return nothing | {"state": "not_tracked"}
        live, waits = self.going_on(account, day)
        if not live or waits:
            return nothing | {"state": "feed_stopped"}
        return nothing | self._figures(account, live_from, day, its, live)

    def _figures(self, account: str, live_from: date, day: date, its: list[str], live: list[str]) -> dict[str, Any]:
        days = sorted(set.intersection(*(set(self.calendars[name]) for name in live)))
        days = days[: bisect_right(days, min(self.covered_to(name, day) for name in live))]
        slack = USUAL_GAPS * max(self.feeds[name].usual_gap for name in live)
        spans = {
            "dau": window(days, 1, 0, 0), "wau": window(days, 7, 0, slack), "mau": window(days, 30, 0, slack), "mau_before": window(days, 30, 30, slack)
        }  # fmt: skip
        found = {name: None if span is None else self.between(account, its, *span) for name, span in spans.items()}
        ever = self.between(account, its, date.min, day)
        if found["mau"] is None and not ever:
            return {"state": "not_tracked"}
        used = bool(ever) if found["mau"] is None else bool(found["mau"])
        recent = (
            self.between(account, its, day - USERS_KNOWN * DAY, day) if found["mau"] is None else found["mau"] + (found["mau_before"] or [])
        )
        row: dict[str, Any] = {name: None if some is None else len(users(some)) for name, some in found.items()}
        if not users(recent):
            row |= {"mau_before": None} if found["mau_before"] else {}
            row |= dict.fromkeys(("dau", "wau", "mau")) if used else {}
        row["events"] = None if found["mau"] is None else sum(one.events for one in found["mau"])
        row["events_before"] = None if found["mau_before"] is None else sum(one.events for one in found["mau_before"])
        row["features_used"] = None if found["mau"] is None else len({name for one in found["mau"] for name in one.features})
        before = spans["mau_before"]
        if before is None or before[0] < self._seen_from(account, live_from, live):
            row["mau_before"] = row["events_before"] = None
        falls = [
            row[now] / row[then] - 1
            for now, then in (("mau", "mau_before"), ("events", "events_before"))
            if row[now] is not None and row[then]
        ]
        return row | {"trend": min(falls, default=None), "state": "used" if used else "unused"}

    def _seen_from(self, account: str, live_from: date, live: list[str]) -> date:
        if any(self.feeds[name].is_complete for name in live):
            return live_from
        return max(live_from, min((days[0] for days in self.days_of.get(account, {}).values()), default=date.max))


def users(some: Iterable[OnDay]) -> set[str]:
    return {user for one in some for user in one.users}


def window(days: list[date], length: int, skipped: int, slack: float) -> tuple[date, date] | None:
    """The last covered days but for the last `skipped`: none where they are too few, or lie in more than twice as many days."""
    kept = days[: len(days) - skipped]
    if not kept or len(kept) < length - slack:
        return None
    first, last = kept[max(0, len(kept) - length)], kept[-1]
    return (first, last) if (last - first).days < 2 * length else None
