"""What two sets of rules make of one book, line by line, as the glossary tells it."""

from collections import defaultdict
from dataclasses import fields, replace
from typing import Any

from tests.second.company import Company
from tests.second.customer import RULES, Choices, Customer, under
from tests.second.lines import Line

CAUSES = {
    "grace": "in grace", "ending_discounts": "discount that ends", "end_on_notice": "notice given", "arr_from_mrr": "ARR from MRR",
    "free_is_churn": "free customer",
}  # fmt: skip
Key = tuple[str, Any, Any]  # account, contract, line
Worth = tuple[int, int]  # MRR and ARR in cents, converted line by line


def compared(company: Company, one: str, other: str, names: dict[Line, Key]) -> dict[Key, dict[str, Any]]:
    """One row a line that is worth something else; `names` calls the lines of the company."""
    first, second = worth(company, RULES[one], names), worth(company, RULES[other], names)
    singly = {name: worth(company, replace(RULES[one], **{name: getattr(RULES[other], name)}), names) for name in moved(one, other)}
    return {
        key: {"arr_one": left[1], "arr_other": right[1], "mrr_one": left[0], "mrr_other": right[0], "difference": right[1] - left[1]}
        | {"cause": cause({name: values.get(key, (0, 0)) for name, values in singly.items()}, right)}
        for key in first.keys() | second.keys()
        if (left := first.get(key, (0, 0))) != (right := second.get(key, (0, 0)))
    }


def moved(one: str, other: str) -> list[str]:
    names = [field.name for field in fields(Choices) if field.name in CAUSES]
    return [name for name in names if getattr(RULES[one], name) != getattr(RULES[other], name)]


def cause(singly: dict[str, Worth], right: Worth) -> str:
    """The one choice that alone makes all the difference."""
    alone = [CAUSES[name] for name, value in singly.items() if value == right]
    return alone[0] if len(alone) == 1 else "several choices together"


def worth(company: Company, choices: Choices, names: dict[Line, Key]) -> dict[Key, Worth]:
    """What each line that counts on the day brings; a reduction what it takes off."""
    seen: dict[str, dict[Line, Key]] = defaultdict(dict)
    for line in company.lines:
        seen[line.account_id][under(line, choices, company.as_of)] = names[line]
    found = {}
    for called in seen.values():
        customer = Customer(called, company.as_of, company.rates, choices)
        found |= {called[line]: value for line, value in taken_apart(customer, called).items() if value != (0, 0)}
    return found


def taken_apart(customer: Customer, called: dict[Line, Key]) -> dict[Line, Worth]:
    """Of each line that counts what it brings; reductions, the earliest first, take off at most what is left of their contract."""
    counted, priced_on, _ = customer.counted(customer.as_of)
    found, left = {}, defaultdict(lambda: [0, 0])
    for line in sorted(counted, key=lambda one: (one.is_reduction, one.starts_on, called[one])):
        values = [max(value, -there) for value, there in zip(line.worth(priced_on), left[line.purse], strict=True)]
        left[line.purse] = [there + value for there, value in zip(left[line.purse], values, strict=True)]
        month, year = (converted(customer, value, line.currency) for value in values)
        found[line] = (month, year)
    return found


def converted(customer: Customer, value: int, currency: str) -> int:
    size = customer.rates.convert(abs(value), currency, customer.as_of)
    return size if value >= 0 else -size
