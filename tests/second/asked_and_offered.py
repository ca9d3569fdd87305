"""What customers are offered, have and ask for, and who stays a user. Written from docs/GLOSSARY.md and data/request_ranking.toml alone.

ARR of a product is left out where reductions take all that its contract is worth: what they leave of which product is not said there.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from math import sqrt
from pathlib import Path
from statistics import median
from typing import Any

from tests.second.company import Company
from tests.second.customer import Customer
from tests.second.lines import month_end
from tests.second.renewals import ahead
from tests.second.whole import Whole

Row = dict[str, Any]
FORMULA = tomllib.loads((Path(__file__).resolve().parents[2] / "data" / "request_ranking.toml").read_text())
CUSTOMERS = ("paying", "free", "in_grace", "trial")
AFTER, DAY = timedelta(days=90), timedelta(days=1)


# Whitespace


def whitespace(whole: Whole, company: Company) -> dict[tuple[str, str], Row]:
    """State and ARR by customer and product; what is in a currency without a rate is there, and adds no ARR."""
    day, never = company.as_of, {"state": "never", "arr": 0}
    every = {account: whole.in_any_currency(account, day, one) for account, one in company.customers.items()}
    found = {account: _products(one, day) for account, one in every.items()}
    rated = {account: _products(company.customers[account], day) for account in whole.rateless}
    for account, own in rated.items():
        found[account] = {name: row | {"arr": own.get(name, never)["arr"]} for name, row in found[account].items()}
    products = {product for own in found.values() for product in own}
    customers = [account for account, one in every.items() if one.state(day) in CUSTOMERS]
    return {(account, product): found[account].get(product, never) for account in customers for product in products}


def _products(customer: Customer, day: date) -> dict[str, Row]:
    """Of one account, what it has, tries or had."""
    counting, priced_on, _ = customer.counted(day)
    own: dict[str, Row] = {}
    for line in customer.parts:
        if line.ends_on and line.ends_on <= day:
            own[_called(line.product)] = {"state": "had", "arr": 0}
    for line in customer.trials:
        if line.is_live(day):
            own[_called(line.product)] = {"state": "in_trial", "arr": 0}
    for product in {_called(line.product) for line in counting if not line.is_reduction}:
        lines = [line for line in counting if _called(line.product) == product]
        is_cut = any(sum(one.worth(priced_on)[1] for one in counting if one.purse == line.purse) < 0 for line in lines)
        own[product] = {"state": "has", "arr": None if is_cut else customer.total(lines, priced_on, day)[1]}
    return own


def _called(product: str | None) -> str:
    return product or "no product"


# Offers


def offers(rows: Iterable[Row], company: Company, opens_on: date, closes_on: date) -> Row:
    """What came of those that ended in a period, and what the accounts that took one pay before and after."""
    sound = [row for row in rows if row["made_on"] <= company.as_of and _is_sound(row, company)]
    ended = [row for row in sound if row["closed_on"] and opens_on < row["closed_on"] <= closes_on]
    won = [row for row in ended if row["result"] == "won"]
    days = [(row["closed_on"] - row["made_on"]).days for row in ended]
    return {
        "closed": len(ended), "won": len(won), "lost": len(ended) - len(won), "days_to_close": median(days) if days else None,
        "days_to_win": median((row["closed_on"] - row["made_on"]).days for row in won) if won else None, **_wilson(len(won), len(ended)),
        "open_at_end": sum(row["made_on"] <= closes_on and (not row["closed_on"] or row["closed_on"] > closes_on) for row in sound),
        **_uplift(won, company),
    }  # fmt: skip


def _is_sound(row: Row, company: Company) -> bool:
    is_whole = (row["result"] is None) == (row["closed_on"] is None)
    rated = row["currency"] == company.rates.currency or row["currency"] in company.rates.of
    in_order = row["closed_on"] is None or row["closed_on"] >= row["made_on"]
    return row["account_id"] in company.accounts and (row["amount"] or 0) > 0 and rated and is_whole and in_order


def _wilson(won: int, ended: int) -> Row:
    if not ended:
        return dict.fromkeys(("conversion", "conversion_low", "conversion_high"))
    z, share = 1.959963984540054, won / ended
    middle, wide = share + z * z / (2 * ended), z * sqrt(share * (1 - share) / ended + z * z / (4 * ended**2))
    low, high = ((middle + sign * wide) / (1 + z * z / ended) for sign in (-1, 1))
    return {"conversion": share, "conversion_low": low, "conversion_high": high}


def _uplift(won: Iterable[Row], company: Company) -> Row:
    """MRR for each account on the day before, and 90 days after."""
    of: dict[str, list[Row]] = defaultdict(list)
    young = 0
    for row in won:
        if row["closed_on"] + AFTER > company.as_of:
            young += 1
        else:
            of[row["account_id"]].append(row)
    pairs, nothing = [], 0
    for account, own in of.items():
        customer = company.customers[account]
        before = customer.mrr(min(row["made_on"] for row in own) - DAY)
        if before > 0:
            pairs.append((before, customer.mrr(max(row["closed_on"] for row in own) + AFTER)))
        else:
            nothing += 1
    was, now = (sum(side) for side in zip(*pairs, strict=True)) if pairs else (0, 0)
    told = {"took": len(pairs), "too_young": young, "not_paying_before": nothing, "mrr_before": was / 100, "mrr_after": now / 100}
    return told | {"arpu_uplift": now / was - 1 if was else None}


# Requests for features


def requests(rows: Iterable[Row], votes: Iterable[Row], whole: Whole, company: Company) -> dict[str, Row]:
    """Points, priority, who asks and what they pay, by request that stands for itself, with the place of those that have a priority."""
    day = company.as_of
    every = {row["request_id"]: row for row in rows}
    roots = {name: _root(name, every) for name in every}
    begun = {roots[name] for name, row in every.items() if row["created_on"] is None or row["created_on"] <= day}
    there = {name: row for name, row in every.items() if roots[name] in begun}
    voters: dict[str, set[str]] = defaultdict(set)
    for vote in votes:
        if vote["request_id"] in there and (vote["asked_on"] is None or vote["asked_on"] <= day):
            voters[roots[vote["request_id"]]].add(vote["account_id"])
    found = {name: _request(row, voters[name], whole, company) for name, row in there.items() if roots[name] == name}
    waiting = [name for name, row in found.items() if row["priority"] and not row["is_over"]]
    ordered = sorted(waiting, key=lambda name: _order(found[name], there[name]))
    return {name: row | {"rank": ordered.index(name) + 1 if name in ordered else None} for name, row in found.items()}


def _root(name: str, there: dict[str, Row]) -> str:
    """What the merges lead to; a request that is merged in a circle, or into none, stands for itself."""
    seen = [name]
    while (into := there[seen[-1]]["merged_into"]) is not None:
        if into not in there:
            return seen[-1]
        if into in seen:
            return name if name in seen[seen.index(into) :] else into
        seen.append(into)
    return seen[-1]


def _request(row: Row, voters: set[str], whole: Whole, company: Company) -> Row:
    day, known = company.as_of, voters & company.accounts.keys()
    states = {account: whole.in_any_currency(account, day, company.customers[account]).state(day) for account in known}
    asking = [account for account, state in states.items() if state in CUSTOMERS]
    renewing = [account for account in asking if ahead(company.following[account], company.agreed, AFTER.days)]
    is_over = row["status"] == "declined" or (row["status"] == "shipped" and not (row["shipped_on"] and row["shipped_on"] > day))
    told = {
        "customers": len(asking), "arr": _arr(company, asking), "renewing": len(renewing), "exposure": _arr(company, renewing),
        "former_customers": sum(state == "churned" for state in states.values()),
        "prospects": sum(state == "prospect" for state in states.values()), "without_account": len(voters) - len(states), "is_over": is_over,
    }  # fmt: skip
    return told | _points(row, len(asking), is_over=is_over)


def _arr(company: Company, accounts: Iterable[str]) -> float:
    return sum(company.customers[account].balance(company.as_of)[1] for account in accounts) / 100


def _points(row: Row, customers: int, *, is_over: bool) -> Row:
    effort = row["effort_days"]
    if is_over or not customers or row["value"] is None or effort is None or effort <= 0:
        return dict.fromkeys(("points", "priority", "decision"))
    reach = max((points for least, points in FORMULA["reach"].items() if customers >= int(least)), default=0)
    cheap = max((points for most, points in FORMULA["effort"].items() if effort <= float(most)), default=0)
    points = reach + FORMULA["value"][row["value"]] + cheap
    priority = next((name for name in ("P0", "P1", "P2") if points >= FORMULA["priority"][name]), "P3")
    of = FORMULA["individual_decision" if customers <= FORMULA["individual"]["up_to"] else "common"]
    return {"points": points, "priority": priority, "decision": of[priority]}


def _order(row: Row, request: Row) -> tuple:
    return -row["points"], -row["customers"], -row["arr"], request["effort_days"]


# Usage cohorts


def usage_cohorts(whole: Whole, day: date) -> dict[tuple[str, str, int], Row]:
    """Size, known and active of users and of accounts, by the month of the first use and months since; of one feed."""
    calendar = next(iter(whole.usage.calendars.values()))
    told = [event for event in whole.usage.events if event[2] <= day]
    known_days = {one for one in calendar if one <= whole.usage.covered_to(next(iter(whole.usage.feeds)), day)}
    users, accounts = defaultdict(set), defaultdict(set)
    for account, _, on, user, _, _ in told:
        accounts[account].add(_month(on))
        if user is not None:
            users[account, user].add(_month(on))
    months: list[date] = []
    month = _month(calendar[0])
    while month_end(month) <= day:
        months.append(month)
        month = month_end(month) + DAY
    whole_months = {month for month in months if all(month + DAY * at in known_days for at in range(month_end(month).day))}
    return {
        (of, f"{first:%Y-%m}", period): row
        for of, items in (("users", users), ("accounts", accounts))
        for (first, period), row in _cohorts(items, months, whole_months, _month(calendar[0])).items()
    }


def _month(day: date) -> date:
    return day.replace(day=1)


def _cohorts(items: dict[Any, set[date]], months: list[date], whole_months: set[date], begins: date) -> dict[tuple[date, int], Row]:
    of: dict[date, list[set[date]]] = defaultdict(list)
    for active in items.values():
        if min(active) > begins:
            of[min(active)].append(active)
    rows = {}
    for first, own in of.items():
        for month in (one for one in months if one >= first and one in whole_months):
            period = (month.year - first.year) * 12 + month.month - first.month
            active = sum(month in one for one in own)
            rows[first, period] = {"size": len(own), "known": len(own), "active": active, "share": active / len(own)}
    return rows
