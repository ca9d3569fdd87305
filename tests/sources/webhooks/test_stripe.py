"""What Stripe's events say of contract lines: amounts where they are told whole, ends, and items that are gone, whenever that comes."""

import json
from datetime import UTC, date, datetime

import pytest

from data.kept_webhooks import Kept, Row, path_of
from data.store.view import View
from data.viewer import EVERYONE
from data.work import pulls
from sources import description
from sources.webhooks import stripe
from sources.webhooks.bringing import bring
from sources.webhooks.events import NoEvent
from sources.webhooks.hook import hook_of
from sources.webhooks.signatures import Shown
from tests.new_store import new_store

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
DAY = 86_400
BEGAN = 1_679_609_767  # 2023-03-23, of the example of https://docs.stripe.com/api/subscriptions/object


def price(number: int = 1, cents: int | None = 1000, **more) -> dict:
    return {
        "id": f"price_{number}", "object": "price", "billing_scheme": "per_unit", "currency": "usd", "nickname": None, "product": f"prod_{number}",
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}, "transform_quantity": None,
        "unit_amount": cents, "unit_amount_decimal": None if cents is None else str(cents),
    } | more  # fmt: skip


def item(number: int = 1, quantity: int | None = 1, **more) -> dict:
    return {"id": f"si_{number}", "object": "subscription_item", "quantity": quantity, "price": price(number)} | more


def subscription(*items: dict, **more) -> dict:
    return {
        "id": "sub_1", "object": "subscription", "customer": "cus_Na6dX7aXxi11N4", "status": "active", "currency": "usd", "start_date": BEGAN,
        "cancel_at": None, "cancel_at_period_end": False, "canceled_at": None, "ended_at": None, "trial_end": None, "discounts": [],
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "items": {"object": "list", "has_more": False, "data": list(items or [item()])},
    } | more  # fmt: skip


def event(number: int, found: dict, days: float = 0, before: dict | None = None, kind: str = "updated") -> dict:
    data = {"object": found} | ({"previous_attributes": before} if before else {})
    made = int(NOW.timestamp() + days * DAY)
    return {"id": f"evt_{number}", "object": "event", "type": f"customer.subscription.{kind}", "created": made, "data": data}


def lines(said: dict) -> list[dict]:
    found = stripe.event_of(json.dumps(said).encode(), Shown(()))
    assert found and found.made
    (part,) = stripe.parts()
    return part.rows(said, Row(1, found.kind, found.id, found.key, found.body, found.made, NOW))


@pytest.fixture
def billing(tmp_path):
    store = new_store(tmp_path / "own.duckdb")
    description.write(store.path, "billing", 'kind = "webhook"\nsignature = "stripe"\nsecret = "BILLING"\n')
    hook, kept = hook_of(store.path, "billing"), Kept(path_of(store.path, "billing"))

    def send(*said: dict) -> dict[str, dict]:
        """The lines that stand after events, by their ids."""
        for one in said:
            kept.keep(hook.event(json.dumps(one).encode(), Shown(())), NOW)
        bring(store, hook, kept, lambda: NOW)
        return {row["line_id"]: row for row in View(store, EVERYONE).contracts().to_dicts()}

    send.store = store
    yield send
    store.close()


def test_a_subscription_becomes_a_line_for_each_of_its_items(billing):
    """3 seats at 10.00 are 30.00 a month, 1 at 50.00 is 50.00 a year."""
    year = item(2, price=price(2, 5000, recurring={"interval": "year", "interval_count": 1}))
    found = billing(event(1, subscription(item(1, 3), year), kind="created"))
    told = {name: (str(row["amount"]), row["period"], row["seats"], row["starts_on"], row["ends_on"]) for name, row in found.items()}
    began = date(2023, 3, 23)
    assert told == {"si_1": ("30.0000", "1 month", 3, began, None), "si_2": ("50.0000", "1 year", 1, began, None)}
    assert {(row["account_id"], row["currency"], row["feed"]) for row in found.values()} == {("cus_Na6dX7aXxi11N4", "USD", "stripe")}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [({}, "10.00"), ({"currency": "jpy"}, "1000"), ({"currency": "kwd"}, "1.000"), ({"unit_amount": None, "unit_amount_decimal": "1050.5"}, "10.505"),
     ({"billing_scheme": "tiered"}, None), ({"transform_quantity": {"divide_by": 5, "round": "up"}}, None), ({"unit_amount": 0, "unit_amount_decimal": "0"}, "0.00"),
     ({"unit_amount": None, "unit_amount_decimal": None}, None), ({"recurring": {"interval": "month", "usage_type": "metered"}}, None)],
)  # fmt: skip
def test_an_amount_is_told_where_the_event_says_all_of_it(changed, expected):
    (line,) = lines(event(1, subscription(item(price=price(**changed)))))
    assert line["amount"] == expected


@pytest.mark.parametrize("more", [{"discounts": ["di_1"]}, {"discount": {"id": "di_1"}}])
def test_with_a_discount_of_which_there_is_an_id_alone_the_amount_is_not_known(more):
    assert lines(event(1, subscription(**more)))[0]["amount"] is None
    assert lines(event(1, subscription(item(discounts=["di_1"]))))[0]["amount"] is None


@pytest.mark.parametrize(
    ("more", "expected"),
    [({}, None), ({"ended_at": BEGAN + DAY, "cancel_at": BEGAN}, "2023-03-24"), ({"cancel_at": BEGAN + 2 * DAY}, "2023-03-25"),
     ({"current_period_end": BEGAN}, None), ({"current_period_end": BEGAN, "cancel_at_period_end": True}, "2023-03-23")],
)  # fmt: skip
def test_a_subscription_that_runs_on_has_no_end(more, expected):
    assert lines(event(1, subscription(**more)))[0]["ends_on"] == expected
    since_2025 = item(current_period_end=BEGAN)
    assert lines(event(1, subscription(since_2025, cancel_at_period_end=True)))[0]["ends_on"] == "2023-03-23"


def test_statuses_are_read_as_those_of_the_export(billing):
    states = {"active": "paying", "past_due": "paying", "trialing": "trial", "unpaid": "unpaid"}
    for number, (said, meant) in enumerate(states.items()):
        assert billing(event(number, subscription(status=said), days=number / 100))["si_1"]["status"] == meant
    assert billing(event(9, subscription(pause_collection={"behavior": "void"}), days=1))["si_1"]["status"] == "paused"


def test_an_item_that_is_gone_ends_on_the_day_of_its_event_however_late_that_comes(billing):
    """Of two items the second goes on the 26th; the event of the 27th says nothing of it any more, and comes first."""
    billing(event(1, subscription(item(1), item(2)), days=-10, kind="created"))
    found = billing(event(3, subscription(item(1, 5)), days=-1))
    assert found["si_2"]["ends_on"] is None and found["si_1"]["seats"] == 5
    found = billing(event(2, subscription(item(1)), days=-2, before={"items": {"data": [item(1), item(2)]}}))
    assert found["si_2"]["ends_on"] == date(2026, 11, 26) and found["si_1"]["seats"] == 5


def test_within_one_batch_the_newest_of_each_item_counts(billing):
    gone = event(2, subscription(item(1)), days=-2, before={"items": {"data": [item(1), item(2)]}})
    found = billing(event(3, subscription(item(1, 5)), days=-1), gone, event(1, subscription(item(1), item(2)), days=-10))
    assert (found["si_1"]["seats"], found["si_2"]["ends_on"]) == (5, date(2026, 11, 26))


def test_a_list_that_is_not_whole_says_of_none_that_it_is_gone():
    said = event(1, subscription(item(1)), before={"items": {"data": [item(1), item(2)]}})
    said["data"]["object"]["items"]["has_more"] = True
    assert [line["line_id"] for line in lines(said)] == ["si_1"]


def test_events_of_other_things_are_not_used_and_bodies_that_are_no_events_are_told():
    for said in ({"id": "evt_1", "type": "invoice.paid", "data": {"object": {"id": "in_1"}}}, event(1, {"object": "subscription"}),
                 {"id": "evt_1", "type": "customer.subscription.updated", "object": "v2.core.event"}):  # fmt: skip
        assert stripe.event_of(json.dumps(said).encode(), Shown(())) is None
    for body in (b"[1]", b'{"type": "x"}', b"x"):
        with pytest.raises(NoEvent):
            stripe.event_of(body, Shown(()))


def seats(number: int, n: int, before: int | None, days: float = 0, **more) -> dict:
    """An event after which there are so many seats, and before which there were so many; all of one second."""
    had = None if before is None else {"items": {"data": [item(1, before)]}}
    return event(number, subscription(item(1, n)), days, had, **more)


def test_events_of_one_second_are_ordered_by_what_each_says_was_before(billing):
    # 1 was made 2, and 2 was made 3; however they come, 3 is the newest.
    assert billing(seats(1, 3, 2, -3), seats(2, 2, 1, -3))["si_1"]["seats"] == 3
    assert billing(seats(3, 4, 3, -2), seats(4, 5, 4, -2), seats(5, 6, 5, -2))["si_1"]["seats"] == 6
    assert billing(seats(6, 9, 8, -1), seats(7, 7, 6, -1), seats(8, 8, 7, -1))["si_1"]["seats"] == 9


def test_what_is_created_comes_before_what_changes_and_what_is_deleted_last_within_a_second(billing):
    ended = {"status": "canceled", "ended_at": int(NOW.timestamp())}
    gone = event(1, subscription(item(1, 9), **ended), kind="deleted")
    found = billing(gone, seats(2, 2, 1), seats(3, 1, None, kind="created"))
    assert (found["si_1"]["seats"], found["si_1"]["ends_on"]) == (9, NOW.date())
    assert billing(event(4, subscription(item(1, 7))))["si_1"]["seats"] == 9  # in a batch of its own, too


def test_where_nothing_tells_the_order_within_a_second_that_is_said(billing):
    billing(event(1, subscription(item(1, 2)), -2), event(2, subscription(item(1, 3)), -2))
    log = pulls.pulls(billing.store)[0].problem
    assert log is not None and log.startswith("Events of the same second as others about the same, which say nothing of their order: 1.")
    billing(event(3, subscription(item(1, 4)), -2))  # of the second of those which are in
    assert "say nothing of their order: 1." in (pulls.pulls(billing.store)[0].problem or "")
    billing(event(4, subscription(item(1, 5)), -1))
    assert pulls.pulls(billing.store)[0].problem is None
