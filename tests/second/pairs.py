"""Pairs of products of which one starts when the other ends, and what each answer would move. Written from docs/GLOSSARY.md alone."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.second import renewals
from tests.second.company import Company
from tests.second.following import Following
from tests.second.lines import DAY, Line

NONE = "no product"
Pair = tuple[str, str]


def asked(company: Company) -> dict[Pair, dict[str, Any]]:
    """One row for each pair that is asked or answered, as of the day looked at."""
    met: dict[Pair, list[tuple[str, Line, Line]]] = defaultdict(list)
    for account, following in company.following.items():
        for old, line in _met(following, company.agreed, company.as_of):
            met[old.product or NONE, line.product or NONE].append((account, old, line))
    told = {(from_ or NONE, to or NONE): is_ for from_, to, is_ in company.choices.pairs}
    rows = {pair: _asked(company, pair, found) for pair, found in met.items() if pair not in told}
    return rows | {pair: {"answer": answer} for pair, answer in told.items()}


def _met(following: Following, agreed: Collection[Line], day: date) -> list[tuple[Line, Line]]:
    """Lines that end and the ones that start within the grace, all of them booked by the day, where nothing goes on with the first within
    the grace, and the second with nothing. What is no renewal is asked only of what is still to begin."""
    known, grace = [line for line in following.parts if line.is_booked(day)], timedelta(days=max(1, following.customer.choices.grace))
    left = [
        old for old in known if old.ends_on and not any(one.starts_on < old.ends_on + grace for one in following.after(old) if one in known)
    ]
    found = [(old, line) for old in left for line in known if following.changes_plan(old, line)]
    return [(old, line) for old, line in found if renewals.has_agreed_term(old, agreed) or line.starts_on > day]


def _asked(company: Company, pair: Pair, found: list[tuple[str, Line, Line]]) -> dict[str, Any]:
    ended, accounts, sums = {old for _, old, _ in found}, {account for account, _, _ in found}, Counter()
    for line in ended:
        sums[line.currency] += line.worth((line.ends_on or company.as_of) - DAY)[1]
    arr = sum(company.rates.convert(cents, currency, company.as_of) for currency, cents in sums.items())
    return {"answer": None, "times": len(ended), "accounts": len(accounts), "arr": arr} | _moved(company, pair)


def _moved(company: Company, pair: Pair) -> dict[str, Any]:
    of_both = _having(company, *(None if name == NONE else name for name in pair))
    now, change, addition = (_counts(_said(of_both, pair, is_)) for is_ in (None, "change", "addition"))
    return {
        "carr_if_change": change["carr"] - now["carr"], "carr_if_addition": addition["carr"] - now["carr"],
        "kept_if_change": change["kept"] - now["kept"], "lost_if_addition": addition["lost"] - now["lost"],
        "kept_arr_if_change": change["kept_arr"] - now["kept_arr"],
    }  # fmt: skip


def _having(company: Company, *products: str | None) -> Company:
    """The accounts with lines of both products: an answer moves nothing in others."""
    kept = [{line.account_id for line in company.lines if line.product == product} for product in products]
    both = set.intersection(*kept)
    return replace(company, lines=[line for line in company.lines if line.account_id in both], accounts={account: {} for account in both})


def _said(company: Company, pair: Pair, answer: str | None) -> Company:
    old, new = (None if name == NONE else name for name in pair)
    pairs = company.choices.pairs + (((old, new, answer),) if answer else ())
    return replace(company, choices=replace(company.choices, pairs=pairs))


def _counts(company: Company) -> Counter[str]:
    """CARR, and how many renewals there ever were that were kept and lost."""
    sums: Counter[str] = Counter()
    for following in company.following.values():
        sums["carr"] += following.carr(company.as_of)
        for row in renewals.came_up(following, company.agreed, date.min, company.as_of).values():
            sums["kept_arr"] += row["kept"]
            sums["kept" if row["state"] in ("on_time", "late") else row["state"]] += 1
    return sums
