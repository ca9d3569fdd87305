"""Change of plan, or addition: the pairs of products that are asked, and what each answer would move. Written from docs/GLOSSARY.md alone."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from tests.second import renewals
from tests.second.company import Company
from tests.second.following import Following
from tests.second.lines import DAY, Line

NAMELESS = "no product"
Pair = tuple[str | None, str | None]


def asked(company: Company) -> dict[tuple, dict[str, Any]]:
    """One row for each pair of products of which nobody has said what it is; money in cents."""
    found: dict[Pair, set[Line]] = defaultdict(set)
    for following in company.following.values():
        for old, line in _met(following, company.agreed):
            found[old.product, line.product].add(old)
    return {(pair[0] or NAMELESS, pair[1] or NAMELESS): _row(company, pair, lines) for pair, lines in found.items()}


def _met(following: Following, agreed: Collection[Line]) -> list[tuple[Line, Line]]:
    ended = [line for line in following.parts if renewals.has_agreed_term(line, agreed) and not following.after(line)]
    return [(old, line) for old in ended for line in following.parts if following.changes_plan(old, line)]


def _row(company: Company, pair: Pair, lines: set[Line]) -> dict[str, Any]:
    accounts = {line.account_id for line in lines}
    whole = replace(company, lines=[line for line in company.lines if line.account_id in accounts], accounts={key: {} for key in accounts})
    now, change, addition = (_figures(_said(whole, pair, answer)) for answer in (None, "change", "addition"))
    return {
        "times": len(lines), "accounts": len(accounts), "arr": _worth(company, lines),
        "carr_if_change": change["carr"] - now["carr"], "carr_if_addition": addition["carr"] - now["carr"],
        "kept_if_change": change["kept"] - now["kept"], "lost_if_addition": addition["lost"] - now["lost"],
    }  # fmt: skip


def _worth(company: Company, lines: set[Line]) -> int:
    """ARR of their last days, added up by currency and then converted at the rates of the day."""
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.currency] += line.worth((line.ends_on or company.as_of) - DAY)[1]
    return sum(company.rates.convert(cents, currency, company.as_of) for currency, cents in sums.items())


def _said(company: Company, pair: Pair, answer: str | None) -> Company:
    pairs = company.choices.pairs + (((*pair, answer),) if answer else ())
    return replace(company, choices=replace(company.choices, pairs=pairs))


def _figures(company: Company) -> dict[str, int]:
    """CARR of the day, and the renewals up to it that were kept and lost."""
    states = [
        row["state"]
        for one in company.following.values()
        for row in renewals.came_up(one, company.agreed, date.min, company.as_of).values()
    ]
    carr = sum(one.carr(company.as_of) for one in company.following.values())
    return {"carr": carr, "kept": sum(state in ("on_time", "late") for state in states), "lost": states.count("lost")}
