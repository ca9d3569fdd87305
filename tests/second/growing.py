"""Clear signs that an account grows, as they stand on Today. Written from the entries on growth of docs/GLOSSARY.md alone.

Signs of headcount are left out: they need what accounts said of it at other times.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from tests.second.used import Usage

Row = dict[str, Any]
DAY = timedelta(days=1)
WEIGHTS = {"plan_full": 0.2, "limit_near": 0.3, "higher_plan_used": 0.2, "volume_grew": 0.1, "new_team": 0.15}


@dataclass
class Growing:
    """What is sold in which plan, and the contacts with the batch that told of each last; `imports` are rows of the log."""

    plans: list[Row] = field(default_factory=list)
    features: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    imports: list[Row] = field(default_factory=list)
    usage: Usage = field(default_factory=lambda: Usage([]))

    @cached_property
    def places(self) -> dict[str, Row]:
        return {_plain(row["plan"]): row for row in self.plans}

    @cached_property
    def counts(self) -> dict[str, dict[str, Counter[date]]]:
        """Events of the features that are told of plans, by account, feature and day."""
        told, found = {row["feature"] for row in self.features}, defaultdict(lambda: defaultdict(Counter))
        for account, _, day, _, event, count in self.usage.events:
            if event in told:
                found[account][event][day] += count
        return found

    def most_seats(self, plan: str | None) -> int | None:
        return self.places.get(_plain(plan), {}).get("seats")

    def of(self, account: str, plan: str | None, day: date, *, seats: int | None, live_from: date | None, is_known: bool) -> set[str]:
        """The kinds that are clear of an account on a day. is_known: whether its usage is, used or unused."""
        found = {"plan_full"} if seats and self.most_seats(plan) and seats >= self.most_seats(plan) else set()
        if self._has_new_team(account, day):
            found.add("new_team")
        if is_known:
            found |= {"limit_near"} if self._is_at_a_limit(account, plan, day) else set()
            found |= {"higher_plan_used"} if self._uses_more_than_it_has(account, plan, day) else set()
            found |= {"volume_grew"} if self._grew(account, live_from, day) else set()
        return found

    def _times(self, account: str, event: str, first: date, last: date) -> int:
        return sum(count for day, count in self.counts.get(account, {}).get(event, {}).items() if first <= day <= last)

    def _is_at_a_limit(self, account: str, plan: str | None, day: date) -> bool:
        running = day.replace(day=1)
        is_whole = (day + DAY).day == 1
        before = (running - DAY).replace(day=1)
        months = [(running, day)] if is_whole else [(before, running - DAY), (running, day)]
        limits = [row for row in self.features if _plain(row["plan"]) == _plain(plan) and (row["monthly_limit"] or 0) > 0]
        return any(self._times(account, row["feature"], *month) >= row["monthly_limit"] for row in limits for month in months)

    def _uses_more_than_it_has(self, account: str, plan: str | None, day: date) -> bool:
        own = self.places.get(_plain(plan))
        if own is None:
            return False
        sold = defaultdict(list)
        for row in self.features:
            sold[row["feature"]].append(self.places.get(_plain(row["plan"]), {}).get("place"))
        higher = [feature for feature, at in sold.items() if all(at) and min(at) > own["place"]]
        return any(self._times(account, feature, day - 29 * DAY, day) >= 30 for feature in higher)

    def _grew(self, account: str, live_from: date | None, day: date) -> bool:
        last = self.usage.last_covered(account, day)
        first_seen = min((days[0] for days in self.usage.days_of.get(account, {}).values()), default=None)
        settled = None if last is None else last - 89 * DAY
        if settled is None or live_from is None or first_seen is None or live_from > settled or first_seen > settled:
            return False
        its = self.usage.going_on(account, day)[0]
        asked = {last - turn * DAY for turn in range(56)}
        if not all(asked <= set(self.usage.calendars[name]) for name in its):
            return False
        now, before = (self._events(account, last - (skipped + 27) * DAY, last - skipped * DAY) for skipped in (0, 28))
        return before >= 100 and now >= 1.5 * before

    def _events(self, account: str, first: date, last: date) -> int:
        return sum(one.events for one in self.usage.between(account, self.usage.days_of.get(account, {}), first, last))

    @cached_property
    def logged(self) -> dict[int, tuple[date, bool]]:
        """The day of each batch of contacts, and whether it is the first of its feed."""
        own = sorted((row for row in self.imports if row["table"] == "contacts" and row["standing"]), key=lambda row: row["batch"])
        first: dict[str, int] = {}
        for row in own:
            first.setdefault(row["feed"], row["batch"])
        return {row["batch"]: (row["imported_at"].date(), first[row["feed"]] == row["batch"]) for row in own}

    @cached_property
    def last_day(self) -> date:
        return max((days[-1] for days in self.usage.calendars.values()), default=date.max)

    def _has_new_team(self, account: str, day: date) -> bool:
        """On the newest day the whole log is heard."""
        heard = [(*self.logged[row["batch"]], row) for row in self._contacts[account] if row["batch"] in self.logged]
        heard = [one for one in heard if one[0] <= day or day >= self.last_day]
        old = {_plain(row["department"]) for _, is_first, row in heard if is_first and row["department"]}
        new = [(on, row) for on, is_first, row in heard if not is_first and row["department"] and _plain(row["department"]) not in old]
        return bool(old) and any(on > day - 90 * DAY for on, _ in new)

    @cached_property
    def _contacts(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.contacts:
            found[row["account_id"]].append(row)
        return found


def _plain(text: str | None) -> str:
    return (text or "").strip().casefold()


def weighed(kinds: Iterable[str]) -> list[tuple[str, float]]:
    return [(kind, WEIGHTS[kind]) for kind in kinds]
