"""What needs a CSM on a day. Written from the entry *Today* of docs/GLOSSARY.md, and what it leads to, alone."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from tests.second import renewals, support
from tests.second.company import Company
from tests.second.growing import weighed
from tests.second.lines import add_months
from tests.second.stands import Stands
from tests.second.started import is_never_started
from tests.second.whole import Row, Whole

AHEAD, NO_END = 90, 365
DAYS_30, DAYS_180 = timedelta(days=30), timedelta(days=180)
DAY = timedelta(days=1)


class Today:
    """All accounts of a company on a day; `probabilities` are those of a loss on the day and 30 days before it, by account."""

    def __init__(self, whole: Whole, day: date, probabilities: dict[str, tuple[float | None, float | None]] | None = None) -> None:
        self.whole, self.day, self.probabilities = whole, day, probabilities or {}
        self.company: Company = whole.company(day)

    @cached_property
    def logs_conversations(self) -> bool:
        return any(row["kind"] == "conversation" and row["done_on"] and row["done_on"] <= self.day for row in self.whole.activities)

    @cached_property
    def stands(self) -> dict[str, Stands]:
        company = self.company
        return {one: Stands(self.whole, one, self.day, customer) for one, customer in company.customers.items()}

    @cached_property
    def before(self) -> dict[str, Stands]:
        then = self.day - DAYS_30
        known = self.whole.company(then).customers  # as seen from then: what came of it later is not known
        return {one: Stands(self.whole, one, then, known[one]) for one in self.company.customers}

    @cached_property
    def health(self) -> dict[str, Row]:
        return {account: self._health(account) for account in self.stands}

    def _health(self, account: str) -> Row:
        now, then = self.stands[account].health(), self.before[account].health()
        return now | {
            "state": self.stands[account].state,
            "change": None if now["little"] or then["little"] else now["score"] - then["score"],
        }

    @cached_property
    def arr(self) -> dict[str, Row]:
        return self.company.arr()

    def items(self) -> list[Row]:
        """One row for each thing that needs somebody, in any order."""
        return [row for account, stands in self.stands.items() if self.arr[account]["arr"] for row in self._of(account, stands)]

    def _of(self, account: str, stands: Stands) -> Iterable[Row]:
        arr, ends = self.arr[account]["arr"] / 100, self.arr[account]["next_end"]
        days = (ends - self.day).days if ends else None
        found = list(self._kinds(account, stands))
        noticed = any(kind == "notice_given" for kind, _ in found)
        urgency = "now" if noticed or (days is not None and days <= 30) else "soon" if days is not None and days <= 90 else "later"
        for kind, certainty in found:
            priority = arr * certainty * 90 / (90 + (NO_END if days is None else days))
            yield {
                "account_id": account, "kind": kind, "arr": arr, "days_to_end": days, "certainty": certainty, "priority": priority,
                "urgency": urgency, "state": stands.state,
            }  # fmt: skip

    def _kinds(self, account: str, stands: Stands) -> Iterable[tuple[str, float]]:
        health = self.health[account]
        if health["exception"] in ("notice_given", "notice_on_part"):
            yield "notice_given", 1.0
        yield from [("renewal_unprepared", 0.5)] * self._unprepared(account)
        now, then = self.probabilities.get(account, (None, None))
        if now is not None and then is not None and now - then >= 0.1 - 1e-9:
            yield "risk_rose", now
        if health["change"] is not None and health["change"] <= -15:
            yield "health_fell", min(1.0, -health["change"] / 50)
        if fall := usage_fall(stands.used):
            yield "usage_fell", fall
        if is_never_started(self.whole, stands):
            yield "never_started", 0.6
        recent = support.opened_within(stands.rows("tickets"), self.day - 29 * DAY, self.day)
        if recent >= 3 and recent >= 2 * support.opened_within(stands.rows("tickets"), self.day - 59 * DAY, self.day - DAYS_30):
            yield "tickets_rising", 0.3
        if self.whole.promises.past_due(stands.rows("tickets"), self.whole.accounts[account].get("plan"), self.day):
            yield "sla_breached", 0.5
        if self._silent_champions(account, stands):
            yield "champion_silent", 0.4
        plan = self.whole.accounts[account].get("plan")
        seats = stands.seats or self.whole.growing.most_seats(plan)
        if stands.used["mau"] is not None and seats and stands.used["mau"] >= 0.9 * seats:
            yield "seats_full", 0.2
        known = stands.used["state"] in ("used", "unused")
        yield from weighed(self.whole.growing.of(account, plan, self.day, seats=stands.seats, live_from=stands.live_from, is_known=known))

    def renewals_ahead(self) -> dict[str, Row]:
        """The renewals of the next 90 days by account and day: ARR, the last conversation, and whether nobody has talked for three months."""
        found = {}
        for account, following in self.company.following.items():
            talked = max((day for day in self._talks(account) if day <= self.day), default=None)
            unprepared = (talked is None or talked < add_months(self.day, -3)) if self.logs_conversations else None
            for ends_on, row in renewals.ahead(following, self.whole.agreed, AHEAD).items():
                found[f"{account} {ends_on}"] = {"arr": row["arr"], "last_conversation": talked, "unprepared": unprepared}
        return found

    def _talks(self, account: str) -> list[date]:
        return [row["done_on"] for row in self.whole.of["activities"][account] if row["kind"] == "conversation" and row["done_on"]]

    def _unprepared(self, account: str) -> int:
        """How many renewals of the next 90 days, without notice, nobody has talked about."""
        listed = renewals.ahead(self.company.following[account], self.whole.agreed, AHEAD)
        since = add_months(self.day, -3)
        if not self.logs_conversations or any(since <= day <= self.day for day in self._talks(account)):
            return 0
        return sum(not row["notice"] for row in listed.values())

    def _silent_champions(self, account: str, stands: Stands) -> int:
        until = self.whole.usage.last_covered(account, self.day)
        if until is None:
            return 0
        return sum(self._is_silent(account, row, until) for row in stands.rows("contacts") if row["is_champion"])

    def _is_silent(self, account: str, contact: Row, until: date) -> bool:
        seen = self.whole.usage.seen
        days = seen.get((account, contact["contact_id"]), set()) | seen.get((account, contact["email"]), set())
        last = max((day for day in days if day <= self.day), default=None)
        return last is not None and last > self.day - DAYS_180 and (until - last).days >= 30


def usage_fall(used: dict[str, Any]) -> float | None:
    """The larger fall of monthly actives and events, where it is 30 % or more of enough of them."""
    falls = []
    for now, then, enough in (("mau", "mau_before", 3), ("events", "events_before", 30)):
        if used[now] is not None and used[then] is not None and used[then] >= enough:
            falls.append(1 - used[now] / used[then])
    worst = max(falls, default=0.0)
    return worst if worst >= 0.3 - 1e-9 else None
