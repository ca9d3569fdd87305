"""What Stripe's events are, and the contract lines that they become: https://docs.stripe.com/api/events, https://docs.stripe.com/api/subscriptions

An event of a subscription has all of it, as it was then: one line for each of its items. An item that is gone is in no later event but in
what the event that took it away says was there before (`previous_attributes`, whole since version 2017-05-25), and ends on that day,
whenever that event comes. What an item costs is told where the event says all of it: a price with tiers, in packages or by use, and a
subscription with discounts, of which events have no more than ids, leave the amount empty, and reports say that it is not known.
"""

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from operator import itemgetter

from data.importing.mapping import Mapping
from data.kept_webhooks import Event, Row
from sources.webhooks.events import Json, NoEvent, Part, at, moment, read
from sources.webhooks.order import comes_after
from sources.webhooks.signatures import Shown

SUBSCRIPTION = "customer.subscription."
KIND = "subscription"
PAUSED = "not collected"
"""What is said of a subscription for which no payment is collected just now (`pause_collection`), whatever its status."""
WHOLE = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
THOUSANDTHS = {"BHD", "JOD", "KWD", "OMR", "TND"}
"""Currencies whose smallest unit is not the hundredth: https://docs.stripe.com/currencies"""
COLUMNS = ("contract_id", "line_id", "account_id", "product", "kind", "starts_on", "ends_on", "trial_ends_on", "changed_on", "cancelled_on",
           "amount", "period", "currency", "seats", "status", "churn_reason")  # fmt: skip
STATUS = {
    "active": "paying", "past_due": "paying", "canceled": "ended", "unpaid": "unpaid", "paused": "never_paid", "trialing": "trial",
    "incomplete": "not_begun", "incomplete_expired": "never_paid", PAUSED: "paused",
}  # fmt: skip
"""As the dashboard's export of subscriptions is read: data/importing/shapes/stripe_subscriptions.toml."""
PLACE, PLACES = timedelta(milliseconds=2), {"created": timedelta(milliseconds=1), "deleted": timedelta(milliseconds=3)}
"""Where an event stands within its second: a subscription is created first, and deleted last."""
LINES = Mapping(
    "contracts", feed="stripe", key=("contract_id", "line_id"), columns={name: name for name in COLUMNS},
    constants={"billing_system": "stripe"}, values={"status": STATUS}, options={"rows": "state", "ends_on": "exclusive"},
)  # fmt: skip


def event_of(body: bytes, shown: Shown) -> Event | None:
    """One event of Stripe; None for one that is not used. Raises NoEvent."""
    found = read(body)
    if not isinstance(found, dict) or not isinstance(found.get("type"), str) or not isinstance(found.get("id"), str):
        raise NoEvent("The body is no event of Stripe: it has no id, or no type.")
    subject, made = at(found, "data.object.id"), moment(found.get("created"))
    if not found["type"].startswith(SUBSCRIPTION) or at(found, "data.object.object") != KIND or not isinstance(subject, str):
        return None
    place = PLACES.get(found["type"].removeprefix(SUBSCRIPTION), PLACE)
    return Event(KIND, body, found["id"], subject, made and made + place)


def parts(*, beside_api: bool = False) -> tuple[Part, ...]:
    """What events of subscriptions become: their items as they are, with the end of those that are gone. beside_api: the list is asked for
    as well, so that what is sold goes by the name that it has there."""
    lines, gone = partial(_lines, beside_api=beside_api), partial(_gone, beside_api=beside_api)
    each = itemgetter("contract_id", "line_id")
    return (Part("", "contracts", lines, (KIND,), LINES, "stripe", latest=True, each=each, late=gone, after=comes_after),)


def _lines(event: Json, row: Row, *, beside_api: bool = False) -> list[Json]:
    """One line for each item of a subscription, and for each that the event says is gone."""
    found = event["data"]["object"]
    return [*_gone(event, row, beside_api=beside_api), *(_line(found, item, row.made, beside_api=beside_api) for item in _items(found))]


def _line(found: Json, item: Json, made: datetime, *, beside_api: bool) -> Json:
    price: Json = item.get("price") or item.get("plan") or {}
    every: Json = price.get("recurring") or price
    product, told = price.get("product"), found.get("cancellation_details")
    return {
        "contract_id": found["id"], "line_id": item.get("id"), "account_id": _id(found.get("customer")),
        "product": (_id(product) if beside_api else None) or price.get("nickname") or _id(product),
        "kind": "usage" if every.get("usage_type") == "metered" else "recurring",
        "starts_on": _day(found.get("start_date") or found.get("created")), "ends_on": _end(found, item),
        "trial_ends_on": _day(found.get("trial_end")), "changed_on": made.date().isoformat(),
        "cancelled_on": _day(found.get("canceled_at")),
        "amount": _amount(found, item, price), "period": f"{every.get('interval_count') or 1} {every.get('interval')}",
        "currency": str(price.get("currency") or found.get("currency") or "").upper(), "seats": item.get("quantity"),
        "status": PAUSED if found.get("pause_collection") else found.get("status"),
        "churn_reason": at(told, "feedback") or at(told, "comment"),
    }  # fmt: skip


def _end(found: Json, item: Json) -> str | None:
    """The first day that is not covered: it has ended, or is to end; a subscription that runs on has none."""
    if found.get("ended_at") or found.get("cancel_at"):
        return _day(found.get("ended_at") or found.get("cancel_at"))
    period = found.get("current_period_end") or item.get("current_period_end")  # of the item since version 2025-03-31
    return _day(period) if found.get("cancel_at_period_end") else None


def _amount(found: Json, item: Json, price: Json) -> str | None:
    """What a period costs before tax; None where the event does not say all of it."""
    unclear = (
        price.get("billing_scheme") == "tiered" or price.get("transform_quantity") or at(price, "recurring.usage_type") == "metered"
        or price.get("usage_type") == "metered" or found.get("discount") or found.get("discounts") or item.get("discounts")
    )  # fmt: skip
    names = ("unit_amount_decimal", "unit_amount", "amount_decimal", "amount")
    each = next((price[name] for name in names if price.get(name) is not None), None)
    quantity = item.get("quantity")
    if unclear or each is None or quantity is None:
        return None
    currency = str(price.get("currency") or found.get("currency") or "").upper()
    try:
        return str((Decimal(str(each)) * Decimal(str(quantity))).scaleb(-(0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2)))
    except InvalidOperation:
        return None


def _gone(event: Json, row: Row, *, beside_api: bool = False) -> list[Json]:
    """The items that an event says were there before and are there no more, each with the day of the event as its end; none where it does
    not have all that are there."""
    found, before = event["data"]["object"], at(event, "data.previous_attributes.items")
    still = {item.get("id") for item in _items(found)}
    gone = [] if at(found, "items.has_more") else [item for item in _items({"items": before}) if item.get("id") not in still]
    return [_line(found, item, row.made, beside_api=beside_api) | {"ends_on": row.made.date().isoformat()} for item in gone]


def _items(found: Json) -> list[Json]:
    items = at(found, "items.data")
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _id(found: object) -> str | None:
    """The id of an object, which is told as its id or whole."""
    return found.get("id") if isinstance(found, dict) else found if isinstance(found, str) else None


def _day(said: object) -> str | None:
    found: datetime | None = moment(said) if said else None
    return found.date().isoformat() if found else None
