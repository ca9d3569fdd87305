"""Who has come to use what they bought, as of the last covered day. Written from docs/GLOSSARY.md and the file of milestones alone."""

import tomllib
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from tests.second.lines import Line
from tests.second.used import Event
from tests.second.whole import Whole

MILESTONES = tomllib.loads((Path(__file__).resolve().parents[2] / "data" / "activation.toml").read_text())["milestones"]
FOLLOWED = timedelta(days=30)


def seats_at_first(lines: list[Line], said: int | None) -> int | None:
    """Those with which its contracts began: of one product they add, the largest product counts; else those of the accounts file."""
    first = min((line.starts_on for line in lines), default=None)
    products: dict[str | None, int] = {}
    for line in lines:
        if line.starts_on == first and line.seats is not None:
            products[line.product] = products.get(line.product, 0) + line.seats
    return max(products.values(), default=said)


def reached_on(one: dict, users: list[date], events: list[Event], seats: int | None) -> date | None:
    """The day of a milestone: of the first event, or of the user who made it enough; `users` holds the first day of each, sorted."""
    if one["kind"] == "event":
        return min((day for _, _, day, _, event, _ in events if event == one.get("event", event)), default=None)
    needed = one["at_least"] if one["kind"] == "users" else ceil(round(one["at_least"] * (seats or 0), 6))
    return users[needed - 1] if 0 < needed <= len(users) else None


def activation(whole: Whole, account: str, day: date) -> dict[str, Any] | None:
    """State, days and how many milestones cannot be measured; None for who has not started. One feed."""
    (name, feed), columns = next(iter(whole.usage.feeds.items())), whole.accounts[account]
    lines = whole.lines_of[account]
    start = columns["live_on"] or min((line.starts_on for line in lines), default=None)
    if start is None or start > day:
        return None
    calendar = whole.usage.calendars[name]
    until = max((one for one in calendar if one <= day), default=None)
    ever = [one for one in whole.usage.events if one[0] == account and one[2] <= day]
    told = [one for one in ever if one[2] >= start]
    firsts = {user: min(one[2] for one in told if one[3] == user) for _, _, _, user, _, _ in told if user}
    seats = seats_at_first(lines, columns["seats"])
    named = bool(firsts) if told else any(one[3] for one in whole.usage.events if one[2] <= day)
    unmeasured = [one for one in MILESTONES if one["kind"] != "event" and (not named or (one["kind"] == "seat_share" and not seats))]
    days = [reached_on(one, sorted(firsts.values()), told, seats) for one in MILESTONES if one not in unmeasured]
    late = start < calendar[0] - FOLLOWED
    row = {"unmeasured": len(unmeasured), "activated_on": None, "days_to_activate": None}
    if all(days) and not unmeasured:
        last = max(one for one in days if one)
        return row | {"state": "activated"} | ({} if late else {"activated_on": last, "days_to_activate": (last - start).days})
    return row | {
        "state": "not_measured" if all(days) else _short_of(until, start, ever, days, feed.is_complete, late=late, begins=calendar[0])
    }


def _short_of(until: date | None, start: date, ever: list, days: list, is_complete: bool, *, late: bool, begins: date) -> str:
    seen = until is not None and start <= until and (bool(ever) or is_complete)
    silent = not ever and is_complete and until is not None and until - begins >= FOLLOWED
    if not seen or (late and not silent):
        return "not_tracked"
    return "on_the_way" if any(days) else "not_started"


def by_day(whole: Whole, day: date) -> dict[tuple[str, int], dict[str, Any]]:
    """By group and day since the start: how many are not activated yet and seen, how many are activated on it, and the share by then."""
    spells = [one for account in whole.accounts if (one := _spell(whole, account, day))]
    last = max((start + timedelta(days=seen) for start, _, seen, is_activated in spells if not is_activated), default=None)
    until = last or next(iter(whole.usage.calendars.values()))[0]
    groups = {"all": spells, "newer": [one for one in spells if one[0] > until - timedelta(days=365)]}
    groups["earlier"] = [one for one in spells if one not in groups["newer"]]
    return {(of, days): row for of, own in groups.items() for days, row in _shares(own).items()}


def _spell(whole: Whole, account: str, day: date) -> tuple[date, int, int, bool] | None:
    """Start, days from it to the first day seen, days to the activation or the last day seen, and whether it was activated; None for who
    is not followed, or was activated by the first covered day."""
    row, begins = activation(whole, account, day), next(iter(whole.usage.calendars.values()))[0]
    if row is None or row["state"] == "not_tracked" or row["unmeasured"]:
        return None
    start = whole.accounts[account]["live_on"] or min(line.starts_on for line in whole.lines_of[account])
    if start < begins - FOLLOWED:
        return None
    entry, is_activated = (begins - start).days, row["state"] == "activated"
    seen = row["days_to_activate"] if is_activated else (whole.usage.covered_to(next(iter(whole.usage.feeds)), day) - start).days
    return None if entry > 0 and seen <= entry else (start, entry, seen, is_activated)


def _shares(spells: list[tuple[date, int, int, bool]]) -> dict[int, dict[str, Any]]:
    left, rows = 1.0, {}
    for days in sorted({seen for *_, seen, _ in spells}):
        there = [one for one in spells if one[2] >= days and (one[1] <= 0 or one[1] < days)]
        on_it = sum(is_activated and seen == days for *_, seen, is_activated in there)
        left *= 1 - on_it / len(there)
        if on_it or days == max(seen for *_, seen, _ in spells):
            rows[days] = {"not_yet": len(there), "activated": on_it, "share": 1 - left}
    return rows
