"""What lies between a published figure and the present one, cause by cause, as the glossary tells it."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from tests.second.company import Company, kept_of

FIGURES = ("opening_mrr", "closing_mrr", "retained_mrr", "arr")
ROWS, RATES, RULES, LATER = (
    "contracts changed",
    "exchange rates changed",
    "rules changed",
    "seen on a later day: grace, renewals and notice",
)
Parts = dict[str, dict[str, int]]


def parts(company: Company, opens: date, to: date) -> Parts:
    """What each account adds to the figures of a period, in cents; `arr` is of its last day."""
    found = {}
    for account, customer in company.customers.items():
        kept = kept_of(customer, opens, to)
        values = {name: kept.get(name, 0) for name in FIGURES[:3]} | {"arr": customer.balance(to)[1]}
        if any(values.values()):
            found[account] = values
    return found


def restated(was: Company, now: Company, rules: tuple[str, str], opens: date, to: date) -> dict[tuple[str, str], dict[str, int]]:
    """One row for each account and cause: other contracts at the rates of then, their rates, other rules, a later day."""
    old, new = rules
    with_rows = replace(now, as_of=was.as_of, rates=was.rates)
    seen = (
        was.under(old),
        with_rows.under(old),
        replace(now, as_of=was.as_of).under(old),
        replace(now, as_of=was.as_of).under(new),
        now.under(new),
    )
    steps = [parts(company, opens, to) for company in seen]
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for cause, before, after in zip((ROWS, RATES, RULES, LATER), steps[:-1], steps[1:], strict=True):
        for account in before.keys() | after.keys():
            moved = {name: after.get(account, {}).get(name, 0) - before.get(account, {}).get(name, 0) for name in FIGURES}
            if any(moved.values()):
                found[account, cause] = moved
    return dict(found)
