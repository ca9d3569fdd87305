"""Lists that look like something that is kept and are not, told by the words of their headers: what each is, and what to bring instead."""

import re

from data.importing.headers import UNKNOWN, header_words, meanings
from data.importing.layouts import month_columns
from data.importing.reader.dates import ACCENTS, MONTH_OF

INVOICES = (
    "This is a list of invoices. An invoice says what was billed once, not what runs from when to when. Bring the subscriptions or contracts "
    "behind it, with start, amount and period; or the revenue of each customer by month."
)
PAYMENTS = (
    "This is a list of payments. A payment says what came in once, not what runs from when to when. Bring the subscriptions or contracts "
    "behind it, with start, amount and period; or the revenue of each customer by month."
)
DEALS = (
    "These are deals or opportunities. They do not say what is billed from when to when: export contracts or subscriptions, or give a "
    "mapping by hand."
)
BEGINS, OF_A_BEGIN = {"start", "renewal"}, {"contract", "customer", "date", "next", "product", "service", "term"}
OF_AN_INVOICE = {"id", "date", "amount", "total", "paid", "due", "status"}
QUARTER = re.compile(r"(?i)(?:q[1-4][\s/'-]*(?:\d{4}|\d{2})|(?:\d{4}|\d{2})[\s/-]*q[1-4]|q[1-4])")
OF_A_PAYMENT = {"id", "date", "amount", "total", "method", "status", "type"}
ASKED_FOR = ({"amount", "due"}, {"paid", "amount"}, {"due", "total"}, {"due"})


def other_list(header: list[str]) -> str | None:
    """For a list of invoices, payments or deals: what it is, and what to bring instead. None for anything else.

    A list that says when contracts start is none of these, whatever it knows of their invoices.
    """
    said = [meanings(name) for name in header]
    if without_year := _without_year(header):
        return without_year
    if any(told & BEGINS and told <= BEGINS | OF_A_BEGIN for told in said):
        return None
    said = [told - {UNKNOWN} for told in said]
    if _deals(said):
        return DEALS
    if _invoices(said):
        return INVOICES
    return PAYMENTS if _payments(said) else None


def _without_year(header: list[str]) -> str | None:
    """For columns of months without a year, or of quarters: what to write instead."""
    months = [name for name in header if _less_blanks(name) in MONTH_OF]
    survey = any(header_words(name) in ("response id", "responseid", "respondent id") for name in header)  # Q1 is a question there
    quarters = [] if survey else [name for name in header if QUARTER.fullmatch(name.strip())]
    if len(months) > 1 and len({MONTH_OF[_less_blanks(name)] for name in months}) == len(months):
        return f"The columns {', '.join(months[:3])} ... name months without their year. Write them as {months[0]} 2024, or 2024-01."
    if len(quarters) > 1:
        return (
            f"The columns {', '.join(quarters[:3])} ... are quarters. Bring what each customer paid in each month, or contract lines with "
            "start, amount and period."
        )
    return None


def _less_blanks(name: str) -> str:
    return name.strip().rstrip(".").lower().translate(ACCENTS)


def _invoices(said: list[frozenset[str]]) -> bool:
    about = [told for told in said if "invoice" in told and told & OF_AN_INVOICE and "period" not in told]
    amounts = any(told and told <= {"amount", "total", "due", "paid", "tcv"} and "date" not in told for told in said)
    due = any(told == {"due", "date"} for told in said) and amounts
    return len(about) > 1 or due or (len(about) == 1 and any(told in ASKED_FOR or {"due", "date"} == told for told in said))


def _payments(said: list[frozenset[str]]) -> bool:
    about = [told for told in said if "payment" in told and told & OF_A_PAYMENT and not told & {"period", "next"}]
    money = any(told & {"amount", "price", "tax"} for told in said)
    if money and any({"payment", "id"} <= told for told in said):
        return True
    received = any({"amount", "paid"} <= told or told == {"paid"} for told in said)
    return len(about) > 1 or (bool(about) and received)


def _deals(said: list[frozenset[str]]) -> bool:
    stages = sum("stage" in told for told in said)
    money = any(told & {"amount", "price", "revenue", "arr", "acv", "tcv"} for told in said)
    return (any("opportunity" in told for told in said) and stages > 0) or (stages > 1 and money)


def what_is_missing(header: list[str]) -> str | None:
    """For a header that fits no table: what it seems to be, and what it lacks; None where it seems to be nothing that is known."""
    said = [meanings(name) for name in header]
    customers = any("customer" in told for told in said)
    lasts = any(told & {"start", "end", "renewal"} for told in said)
    money = any(told & {"mrr", "arr", "acv", "tcv", "amount", "price", "revenue"} for told in said)
    if customers and lasts and not money:
        return "It looks like contracts, and no column says what is paid. Export it again with the amount and how long it pays for."
    if not customers and money and (month_columns(header) or any(told == {"month"} for told in said)):
        return "These look like sums of all customers. Export them for each customer: one row a customer, or a customer and month."
    thousands = [name for name, told in zip(header, said, strict=True) if UNKNOWN in told and told & {"mrr", "arr", "acv", "tcv", "amount"}]
    if customers and thousands:
        return f"The header {thousands[0]!r} is not understood. Where it means thousands, write the amounts out; else map it by hand."
    return None
