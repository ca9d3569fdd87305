"""Renewals that came up and those ahead, as the glossary tells them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from tests.second.customer import Customer
from tests.second.following import Following
from tests.second.lines import DAY, Line, add_months, closes, month_before, months_between, pays_regularly

DECIDED = ("on_time", "late", "lost")


def agreed_ends(lines: Iterable[Line], known_on: date) -> set[Line]:
    """Lines of one feed, all imported on a day, whose end was known beforehand."""
    every = [line for line in lines if pays_regularly(line)]
    stating = [line for line in every if line.notice_days is not None or line.cancelled_on is not None or line.auto_renew is not None]
    stand = set(every) if _half_end(every, known_on) else set(stating) if _half_end(stating, known_on) else set()
    return {line for line in every if line.ends_on and (line in stand or line.period == "term" or line.ends_on > known_on)}


def _half_end(lines: Iterable[Line], known_on: date) -> bool:
    """Whether at least half of the lines that run on the last day on which one starts have an end; where none runs, they stand."""
    last = max((line.starts_on for line in lines if line.starts_on <= known_on), default=known_on)
    running = [line for line in lines if line.is_live(last) and (line.ends_on is None or not line.rolls_monthly)]
    return 2 * sum(line.ends_on is not None for line in running) >= len(running)


def came_up(following: Following, agreed: Collection[Line], opens: date, to: date) -> dict[date, dict[str, Any]]:
    """Of each day on which lines of a customer ended at an agreed end: due, kept and how it came out."""
    customer, ended, rows = following.customer, defaultdict(list), {}
    for line in customer.parts:
        if line.ends_on and line.ends_on <= customer.as_of and has_agreed_term(line, agreed) and line not in following.steps:
            ended[line.ends_on].append(line)
    for day in sorted(ended):
        row = _came_out(following, day, ended[day])
        before = sum(other["kept"] for other in rows.values() if other["nexts"] & row["nexts"])
        rows[day] = row | {"kept": min(row["due"], max(0, row["kept"] - before))}
    return {day: row for day, row in rows.items() if opens < day <= to and row["due"] > 0}


def _came_out(following: Following, day: date, ended: list[Line]) -> dict[str, Any]:
    customer, grace = following.customer, following.customer.choices.grace
    limit = day + timedelta(days=max(1, grace))
    nexts = {line for old in ended for line in following.after(old) if line.starts_on <= customer.as_of}
    begins = min((line.starts_on for line in nexts), default=date.max)
    with_notice = all(customer.has_notice(line) for line in ended)
    state = "lost"
    if begins <= day:
        state = "on_time"
    elif begins < limit and not with_notice and grace:
        state = "late"
    elif _asks(following, ended, day if with_notice else limit):
        state = "open"
    elif customer.as_of < limit and grace and not with_notice:
        state = "in_grace"
    renewed_on = max(day, begins) if state in ("on_time", "late") else None
    begun = {line for line in nexts if renewed_on and line.is_live(renewed_on)}
    kept = worth(customer, begun, renewed_on, customer.live(renewed_on)) if renewed_on else 0
    terms = [months_between(line.starts_on, day) for line in ended]
    return {"due": due(customer, ended, day), "kept": kept, "state": state, "renewed_on": renewed_on, "terms": terms, "nexts": begun}


def _asks(following: Following, ended: list[Line], until: date) -> bool:
    """Whether a line of another product may have taken the place: after notice it would have had to on the day."""
    begun = [line for line in following.parts if line.starts_on <= min(until, following.customer.as_of)]
    return any(following.changes_plan(old, line) for old in ended for line in begun)


def due(customer: Customer, ended: Iterable[Line], day: date) -> int:
    """ARR in cents of what ends, on its last day, less the reductions that end with it."""
    return worth(customer, ended, day - DAY, [line for line in customer.live(day - DAY) if line.ends_on == day])


def worth(customer: Customer, lines: Iterable[Line], day: date, beside: Iterable[Line]) -> int:
    """ARR in cents of lines less the reductions of their contract and product, at most what the contract is worth on the day."""
    sold, sums = {(*line.purse, line.product) for line in lines}, defaultdict(int)
    down = [line for line in beside if line.is_reduction and (*line.purse, line.product) in sold]
    for line in [*lines, *down]:
        sums[line.purse] += line.worth(day)[1]
    currencies: dict[str, int] = defaultdict(int)
    for purse, cents in sums.items():
        whole = sum(line.worth(day)[1] for line in customer.live(day) if line.purse == purse)
        currencies[purse[1]] += max(0, min(cents, whole))
    return sum(customer.rates.convert(cents, currency, customer.as_of) for currency, cents in currencies.items())


def ahead(following: Following, agreed: Collection[Line], within: int) -> dict[date, dict[str, Any]]:
    """Of each day within so many days on which something ends that nothing booked goes on with: its ARR on the last day."""
    customer, ending, today = following.customer, defaultdict(list), following.customer.as_of
    for line in customer.parts:
        ends_on = _agreed_end(line, agreed, today)
        if ends_on and today < ends_on <= today + timedelta(days=within) and line.is_booked(today) and _is_listed(following, line):
            ending[ends_on].append(line)
    rows = {day: _listed(customer, day, lines) for day, lines in ending.items()}
    return {day: row for day, row in rows.items() if row["arr"] > 0}


def _is_listed(following: Following, line: Line) -> bool:
    return line not in following.steps and not following.is_gone_on_with(line, following.customer.as_of)


def _agreed_end(line: Line, agreed: Collection[Line], today: date) -> date | None:
    """Its end; where it renews itself for twelve months or more, that of its current period; none for what rolls monthly."""
    if line.ends_on:
        return line.ends_on if has_agreed_term(line, agreed) else None
    count, unit = line.period.split() if line.period != "term" else ("0", "")
    months = int(count) * {"month": 1, "year": 12}.get(unit.rstrip("s"), 0)
    if not line.auto_renew or months < 12:
        return None
    periods = max(0, (today.year - line.starts_on.year) * 12 + today.month - line.starts_on.month) // months
    return next(end for turn in (0, 1, 2) if (end := add_months(line.starts_on, months * (periods + turn))) > max(today, line.starts_on))


def _listed(customer: Customer, day: date, lines: list[Line]) -> dict[str, Any]:
    notice = min((day - timedelta(days=line.notice_days) for line in lines if line.notice_days is not None), default=None)
    noticed = all(customer.has_notice(line) for line in lines)
    return {"arr": due(customer, lines, day), "days_left": (day - customer.as_of).days, "notice_by": notice, "notice": noticed}


def rate(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Counts and rates over renewals that came up; those open or in grace are in no rate."""
    rows = [*rows]
    decided = [row for row in rows if row["state"] in DECIDED]
    kept = [row for row in decided if row["state"] != "lost"]
    worth = sum(row["due"] for row in decided)
    counts = {state: sum(row["state"] == state for row in rows) for state in (*DECIDED, "in_grace", "open")}
    settled = [row for row in rows if row["state"] != "open"]
    sums = {"renewals": len(rows), "due": worth, "kept": sum(row["kept"] for row in decided)}
    sums["due_in_grace"] = sum(row["due"] for row in rows if row["state"] == "in_grace")
    return (
        counts
        | sums
        | {
            "rate_by_count": len(kept) / len(decided) if decided else None,
            "rate_by_value": sums["kept"] / worth if worth else None,
            "rate_by_count_without_grace": counts["on_time"] / len(settled) if settled else None,
        }
    )


def has_agreed_term(line: Line, agreed: Collection[Line]) -> bool:
    return not line.rolls_monthly and line in agreed


def has_term(customer: Customer, agreed: Collection[Line], day: date) -> bool:
    """Whether the customer had a line of more than 31 days with an agreed end."""
    return any(has_agreed_term(line, agreed) for line in customer.counted(day)[0] if not line.is_reduction)


def account_months(customer: Customer, agreed: Collection[Line], opens: date, to: date) -> dict[str, int]:
    """Months that a paying customer began with and without a term, and how many without one were its last."""
    found = {"with_term": 0, "without_term": 0, "churned_without_term": 0}
    for closes_on in closes(opens, to):
        before = month_before(closes_on)
        if customer.mrr(before) > 0:
            name = "with_term" if has_term(customer, agreed, before) else "without_term"
            found[name] += 1
            if name == "without_term" and not customer.is_retained(closes_on):
                found["churned_without_term"] += 1
    return found
