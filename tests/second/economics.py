"""Unit economics of a month, as the glossary tells them: over the twelve months up to its close."""

from collections import Counter
from datetime import date
from typing import Any

from tests.second import renewals
from tests.second.company import Company, left_between, moved, share
from tests.second.lines import month_before

WINDOW, CLOSED_MONTHS, LOST, HARDLY = 12, 3, 5, 0.1
TWO_SIDED_95 = 1.959963984540054


def of_month(company: Company, closes_on: date) -> dict[str, Any]:
    """Money in cents, but for what is an average of accounts: units."""
    plain = lives(company.without_grace, closes_on)
    told = lives(company, closes_on)
    told |= {f"{name}_without_grace": plain[name] for name in ("arpa", "customer_churn", "ltv")}
    told |= won(company, closes_on) | renewed(company, closes_on)
    told["ltv_to_cac"] = divided(told["ltv"], told["cac"])
    told["payback_months"] = divided(told["cac"], times(told["arpa"], told["gross_margin"]))
    lost_renewals = told["due"] - told["renewed"]
    told["renewal_period"] = (
        divided(told["term_months"], 1 - told["renewal_rate"]) if lost_renewals >= LOST and told["term_months"] else None
    )
    told["ltv_by_renewal"] = times(told["arpa"], told["gross_margin"], told["renewal_period"])
    return told


def divided(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole is not None and whole > 0 else None


def times(*factors: float | None) -> float | None:
    product = 1.0
    for factor in factors:
        if factor is None:
            return None
        product *= factor
    return product


def window(company: Company, closes_on: date) -> list[date]:
    """The closes of the twelve months up to one, since the first in which anybody had a line."""
    first = company.first_line
    days = [closes_on]
    while len(days) < WINDOW:
        days.append(month_before(days[-1]))
    return [day for day in days if day >= first]


def counts(company: Company, closes_on: date) -> Counter[str]:
    """Accounts and cents of a year's moves."""
    found: Counter[str] = Counter()
    for day in window(company, closes_on):
        if day not in company.counted:
            company.counted[day] = counts_of_month(company, day)
        found.update(company.counted[day])
    return found


def counts_of_month(company: Company, closes_on: date) -> Counter[str]:
    found, opens = Counter(), month_before(closes_on)
    for customer in company.customers.values():
        moves, left = moved(customer, opens, closes_on), left_between(customer, opens, closes_on)
        found.update({name: cents for name, cents in moves.items() if name != "fx"})
        found["opening_accounts"] += customer.mrr(opens) > 0
        found["churned_accounts"] += moves.get("churn", 0) > 0
        found["paid_and_left"] += bool(left)
    return found


def lives(company: Company, closes_on: date) -> dict[str, Any]:
    """What an account brings until it is lost."""
    found, mrr = counts(company, closes_on), company.mrr(closes_on)
    accounts = sum(customer.mrr(closes_on) > 0 for customer in company.customers.values())
    left = found["paid_and_left"] if company.choices.paid_and_left else 0
    lost, exposed = found["churned_accounts"] + left, found["opening_accounts"] + left
    is_told = len(window(company, closes_on)) >= CLOSED_MONTHS
    churn = share(lost, exposed) if is_told else None
    arpa, margin = share(mrr / 100, accounts), company.margin(closes_on)
    brings = times(arpa, margin) if lost >= LOST and is_told else None
    shortest, longest = (divided(times(arpa, margin), bound) if is_told else None for bound in reversed(wilson(lost, exposed)))
    bounds = (longest, shortest) if margin is not None and margin < 0 else (shortest, longest)
    ups, downs = found["new"] + found["reactivation"] + found["expansion"], found["contraction"] + found["churn"]
    return {
        **{name: found[name] for name in ("opening_accounts", "churned_accounts")},
        "paid_and_left": left,
        **{"lost_accounts": lost, "exposed_accounts": exposed, "accounts": accounts, "mrr_cents": mrr},
        **{"arpa": arpa, "gross_margin": margin, "customer_churn": churn},
        "annual_churn": None if churn is None else 1 - (1 - churn) ** 12,
        "ltv": divided(brings, churn),
        "ltv_without_margin": divided(arpa, churn) if lost >= LOST else None,
        "ltv_low": bounds[0],
        "ltv_high": bounds[1],
        "quick_ratio": share(ups, downs) if is_told else None,
    }


def wilson(lost: int, exposed: int) -> tuple[float | None, float | None]:
    """Wilson's interval (95 %) of a share: (p + zz/2n -+ z sqrt(p(1-p)/n + zz/4nn)) / (1 + zz/n); of nothing the lower bound is 0."""
    if not exposed:
        return None, None
    p, z, n = lost / exposed, TWO_SIDED_95, exposed
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    low = (p + z * z / (2 * n) - half) / (1 + z * z / n) if lost else 0.0
    return low, (p + z * z / (2 * n) + half) / (1 + z * z / n)


def won(company: Company, closes_on: date) -> dict[str, Any]:
    """What winning an account cost: new accounts of the months of which costs are known."""
    days = {day.replace(day=1): day for day in window(company, closes_on)}
    spent = [row for row in company.costs if row["kind"] in ("sales", "marketing") and row["month"].replace(day=1) in days]
    paid_for = [days[first] for first in {row["month"].replace(day=1) for row in spent}]
    newcomers = sum(moved(one, month_before(day), day).get("new", 0) > 0 for day in paid_for for one in company.customers.values())
    cac = share(float(sum(row["amount"] for row in spent)), newcomers) if len(days) >= CLOSED_MONTHS else None
    return {"new_paid_for": newcomers if spent else None, "cac": cac}


def renewed(company: Company, closes_on: date) -> dict[str, Any]:
    """Renewals decided in the year, and the mean length of what ended."""
    opens = month_before(window(company, closes_on)[-1])
    rows = [row for one in company.following.values() for row in renewals.came_up(one, company.agreed, opens, closes_on).values()]
    decided = [row for row in rows if row["state"] in renewals.DECIDED]
    kept = sum(row["state"] != "lost" for row in decided)
    settled = [row for row in rows if row["state"] != "open"]
    terms = [float(max(row["terms"])) for row in decided]
    on_time = sum(row["state"] == "on_time" for row in settled)
    months: Counter[str] = Counter()
    for customer in company.customers.values():
        months.update(renewals.account_months(customer, company.agreed, opens, closes_on))
    told = {"due": len(decided), "renewed": kept, "with_term": months["with_term"]}
    if len(window(company, closes_on)) < CLOSED_MONTHS:
        return told | dict.fromkeys(("term_months", "renewal_rate", "renewal_rate_without_grace"))
    rates = {"renewal_rate": share(kept, len(decided)), "renewal_rate_without_grace": share(on_time, len(settled))}
    return told | rates | {"term_months": share(sum(terms), len(terms))}
