"""Usage of an account on a day, a second time: in plain Python over single events, from the words of the glossary alone.

events: (account, feed, day, user or None, event name). A feed is a dict: day_gap and usual_gap (days), complete (covers all accounts),
declared (days that files claimed to cover, beside those with events).
"""

from datetime import date, timedelta
from itertools import pairwise

ONE = timedelta(days=1)
PATIENCE, FORGOTTEN, USERS_KNOWN, NEVER = 3, 60, 240, date.max


def covered(name: str, feed: dict, events: list[tuple]) -> list[date]:
    """Days with an event of anybody or declared, and those between two such days not further apart than three of their usual gaps."""
    told = sorted({day for _, of, day, _, _ in events if of == name} | set(feed["declared"]))
    days = set(told)
    for left, right in pairwise(told):
        if (right - left).days <= PATIENCE * feed["day_gap"]:
            days |= {left + ONE * n for n in range((right - left).days)}
    return sorted(days)


def window(days: list[date], length: int, skipped: int, slack: float) -> tuple[date, date] | None:
    """The last `length` of the days but for the last `skipped`: first and last. Too few, but for `slack`, or over more than twice: None."""
    kept = days[: len(days) - skipped] if skipped else days
    if len(days) < skipped + length - slack or not kept:
        return None
    first, last = kept[max(0, len(kept) - length)], kept[-1]
    return (first, last) if (last - first).days + 1 <= 2 * length else None


def usage_by_hand(account: str, live_from: date | None, day: date, feeds: dict[str, dict], events: list[tuple]) -> dict:
    nothing = dict.fromkeys(("dau", "wau", "mau", "mau_before", "events", "events_before", "features_used", "trend"))
    own = [one for one in events if one[0] == account and one[2] <= day]
    if live_from is None or live_from > day:
        return nothing | {"state": "not_live"}
    by_then = {name: feed | {"declared": [one for one in feed["declared"] if one <= day]} for name, feed in feeds.items()}
    calendars = {name: covered(name, feed, [one for one in events if one[2] <= day]) for name, feed in by_then.items()}
    its = [name for name, feed in feeds.items() if calendars[name] and (feed["complete"] or any(one[1] == name for one in own))]
    if not its:
        return nothing | {"state": "not_tracked"}
    behind = {name: (day - calendars[name][-1]).days for name in its}
    live = [name for name in its if behind[name] <= PATIENCE * feeds[name]["usual_gap"]]
    waited_for = [name for name in its if name not in live and behind[name] <= FORGOTTEN]
    if not live or waited_for:
        return nothing | {"state": "feed_stopped"}
    days = [one for one in calendars[live[0]] if all(one in calendars[name] for name in live)]
    slack = PATIENCE * max(feeds[name]["day_gap"] for name in live)
    month, before = (window(days, 30, skipped, slack) for skipped in (0, 30))
    if month is None and not own:
        return nothing | {"state": "not_tracked"}

    def within(span: tuple[date, date] | None) -> list[tuple] | None:
        return None if span is None else [one for one in own if span[0] <= one[2] <= span[1]]

    parts = {"dau": window(days, 1, 0, 0), "wau": window(days, 7, 0, slack), "mau": month, "mau_before": before}
    found = {name: within(span) for name, span in parts.items()}
    people = {name: None if some is None else len({one[3] for one in some} - {None}) for name, some in found.items()}
    used = bool(found["mau"]) if month else bool(own)
    told = (found["mau"] or []) + (found["mau_before"] or []) if month else [one for one in own if (day - one[2]).days <= USERS_KNOWN]
    if not {one[3] for one in told} - {None}:  # no user is named of what was used
        people |= dict.fromkeys(("dau", "wau", "mau")) if used else {}
        people |= {"mau_before": None} if found["mau_before"] else {}
    row = people | {
        "events": None if month is None else len(found["mau"]),
        "events_before": None if before is None else len(found["mau_before"]),
        "features_used": None if month is None else len({one[4] for one in found["mau"]}),
        "state": "used" if used else "unused",
    }
    begun = max(live_from, min((one[2] for one in own), default=NEVER) if not any(feeds[name]["complete"] for name in live) else live_from)
    if before is None or before[0] < begun:  # the account was not there, or nobody could see it: that is not zero
        row |= dict.fromkeys(("mau_before", "events_before"))
    changes = [
        row[now] / row[then] - 1 for now, then in (("mau", "mau_before"), ("events", "events_before")) if row[now] is not None and row[then]
    ]
    return row | {"trend": min(changes) if changes else None}
