"""What CSMs see, beside the second computation: health, usage, Today, tickets and surveys, row by row."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.second import support
from tests.second.answers import command, plain
from tests.second.today import Today
from tests.second.whole import Whole

WORDS = {"Notice given on": "notice_given", "Notice given for a part on": "notice_on_part", "Not renewed since": "lapsed_renewal"}
USAGE = ("dau", "wau", "mau", "mau_before", "events", "events_before", "features_used", "trend", "state")
HEALTH = ("state", "score", "band", "change", "exception", "known_weight")
ITEM = ("urgency", "state", "arr", "days_to_end", "certainty", "priority")
TICKET = ("first_reply_at", "resolved_at", "updated_at", "csat", "status")
Told = dict[str, dict[str, Any]]


def answer(store: Path, report: str, day: date) -> dict[str, Any]:
    return json.loads(command(store, "report", report, "--json", "--as-of", day))


def rows(store: Path, report: str, day: date, key: str = "account_id") -> Told:
    return {row[key]: row for row in answer(store, report, day)["rows"]}


def differences(whole: Whole, store: Path, day: date, *, risk: bool = False) -> list[str]:
    """Where the two differ on a day, over all these reports; risk: with the churn probabilities that `accounts` tells."""
    mine = Today(whole, day, probabilities(store, day) if risk else None)
    found = [
        *of_health(mine, rows(store, "health", day)), *of_usage(mine, rows(store, "usage", day)), *of_today(mine, answer(store, "today", day)),
        *of_renewals(mine, answer(store, "renewals", day)),
        *unequal("tickets", support.as_of(whole.tickets, day), rows(store, "tickets", day, "ticket_id"), TICKET),
        *unequal("surveys", support.answers(whole.surveys, day), rows(store, "surveys", day, "survey_id"), ("score",)),
    ]  # fmt: skip
    return [f"{day} {words}" for words in found]


def probabilities(store: Path, day: date) -> dict[str, tuple[float | None, float | None]]:
    """Of a loss, on the day and 30 days before it."""
    now, then = (rows(store, "accounts", one) for one in (day, day - timedelta(days=30)))
    return {account: (row["churn_probability"], then[account]["churn_probability"]) for account, row in now.items()}


def of_health(mine: Today, told: Told) -> list[str]:
    found = []
    for account, row in told.items():
        kind = next((kind for words, kind in WORDS.items() if (row["exception"] or "").startswith(words)), None)
        found += unequal("health", {account: mine.health[account]}, {account: row | {"exception": kind}}, HEALTH)
        if row["components"]:
            parts = {one["name"]: one["value"] for one in row["components"]}
            found += unequal("measure", {account: mine.stands[account].measures()}, {account: parts}, parts)
    return found


def of_usage(mine: Today, told: Told) -> list[str]:
    return unequal("usage", {id_: stands.used | {"seats": stands.seats} for id_, stands in mine.stands.items()}, told, (*USAGE, "seats"))


def of_today(mine: Today, told: dict[str, Any]) -> list[str]:
    """Items of one account and kind in the order of their weight, the totals, and the order of the accounts."""
    items = mine.items()
    found = unequal("today", by_kind(items), by_kind(told["rows"]), ITEM)
    found += unequal("today", {"": totals(items)}, {"": told["totals"]}, totals(items))
    highest = [
        row["priority"]
        for row, before in zip(told["rows"], [None, *told["rows"]], strict=False)
        if not before or before["account_id"] != row["account_id"]
    ]
    return found + ([] if highest == sorted(highest, reverse=True) else ["today: not in the order of the accounts' highest items"])


def of_renewals(mine: Today, told: dict[str, Any]) -> list[str]:
    """Which renewals ahead are unprepared, with the last conversation, and what that comes to."""
    listed = {f"{row['account_id']} {row['ends_on']}": row for row in told["rows"]}
    rows = mine.renewals_ahead()
    sums = {"renewals_unprepared": sum(row["unprepared"] for row in rows.values()) if mine.logs_conversations else None}
    sums["arr_unprepared"] = sum(row["arr"] / 100 for row in rows.values() if row["unprepared"]) if mine.logs_conversations else None
    return [
        *unequal("renewals", rows, listed, ("unprepared", "last_conversation")), *unequal("renewals", {"": sums}, {"": told["totals"]}, sums)
    ]  # fmt: skip


def by_kind(items: Iterable[dict[str, Any]]) -> Told:
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(items, key=lambda row: row["certainty"]):
        name, number = f"{row['account_id']} {row['kind']}", 0
        while f"{name} {number}" in found:
            number += 1
        found[f"{name} {number}"] = row
    return found


def totals(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts and ARR of accounts, each of which counts once."""
    worth: dict[str, dict[str, float]] = defaultdict(dict)
    for row in items:
        worth[row["urgency"]][row["account_id"]] = row["arr"]
    sums = {"items": len(items), "accounts": sum(map(len, worth.values())), "arr": sum(sum(of.values()) for of in worth.values())}
    sums |= {f"arr_{urgency}": sum(of.values()) for urgency, of in worth.items()}
    fell = {row["account_id"] for row in items if row["kind"] in ("health_fell", "usage_fell")}
    return sums | {f"accounts_{urgency}": len(of) for urgency, of in worth.items()} | {"health_or_usage_fell": len(fell)}


def unequal(report: str, mine: Told, told: Told, names: Iterable[str]) -> list[str]:
    """Rows that only one of the two has, and values that differ."""
    found = [f"{report} {key}: only in one" for key in sorted(mine.keys() ^ told.keys())]
    for key in sorted(mine.keys() & told.keys()):
        pairs = ((name, mine[key].get(name), told[key][name]) for name in names)
        found += [f"{report} {key} {name}: {one} and {other}" for name, one, other in pairs if differs(name, one, other)]
    return found


def differs(name: str, one: Any, other: Any) -> bool:
    """Money may differ by the cent to which it is rounded."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) > (0.0051 if name.startswith(("arr", "priority")) else 1e-5)
    if isinstance(one, datetime):
        return other is None or datetime.fromisoformat(other) != one
    return plain(one) != other
