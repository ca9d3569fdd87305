"""Lists that look like something that is kept and are not, told by the words of their headers: what each is, and what to bring instead."""

from collections.abc import Iterable

from data.importing.headers import UNKNOWN, meanings
from data.importing.layouts import month_columns

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
OF_AN_INVOICE = {"id", "date", "amount", "total", "paid", "due", "status"}
OF_A_PAYMENT = {"id", "date", "amount", "total", "method", "status", "type"}
ASKED_FOR = ({"amount", "due"}, {"paid", "amount"}, {"due", "total"}, {"due"})


def other_list(header: Iterable[str]) -> str | None:
    """For a list of invoices, payments or deals: what it is, and what to bring instead. None for anything else.

    A list that says when contracts start is none of these, whatever it knows of their invoices.
    """
    said = [meanings(name) - {UNKNOWN} for name in header]
    if any("start" in told and not told & {"period", "invoice"} for told in said):
        return None
    if _deals(said):
        return DEALS
    if _invoices(said):
        return INVOICES
    return PAYMENTS if _payments(said) else None


def _invoices(said: list[frozenset[str]]) -> bool:
    about = [told for told in said if "invoice" in told and told & OF_AN_INVOICE and "period" not in told]
    due = any({"due", "date"} <= told for told in said) and any({"amount", "due"} <= told or {"amount", "paid"} <= told for told in said)
    return len(about) > 1 or due or (len(about) == 1 and any(told in ASKED_FOR or {"due", "date"} == told for told in said))


def _payments(said: list[frozenset[str]]) -> bool:
    about = [told for told in said if "payment" in told and told & OF_A_PAYMENT and not told & {"period", "next"}]
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
