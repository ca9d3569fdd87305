"""Stripe asked by its API, and sending besides: one line for both, and whichever is newer counts, in whatever order they come."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from data.kept_webhooks import Kept, path_of
from data.store.view import View
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from sources import description, waiting
from sources.fetched import Fetched
from sources.pulling import pull
from sources.webhooks import beside
from sources.webhooks.bringing import bring, is_due
from sources.webhooks.hook import hook_of
from sources.webhooks.signatures import Shown
from tests.new_store import new_store
from tests.sources.webhooks.test_stripe import item, price, subscription

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


class Stripe:
    """Both ways to one account of Stripe: a subscription of so many seats at 10.00 a month, asked for and sent."""

    def __init__(self, store):
        self.store, self.asked, self.meanwhile = store, 0, lambda: None
        description.write(store.path, "api", 'vendor = "stripe"\nsecret = "KEY"\n')
        description.write(store.path, "sent", 'kind = "webhook"\nsignature = "stripe"\nsecret = "HOOK"\n')
        self.source, self.hook = description.load(store.path, "api"), hook_of(store.path, "sent")
        self.kept = Kept(path_of(store.path, "sent"))

    def ask(self, seats, hours=0.0, **more):
        """A pull of the list, which has so many seats."""

        def fetch(source, since, folder, *, now, ended):
            self.asked += 1
            row = dict.fromkeys(source.fields) | {
                "subscription": "sub_1", "subscription_item": "si_1", "customer": "cus_Na6dX7aXxi11N4", "product": "prod_1", "status": "active",
                "start_date": 1_679_609_767, "cancel_at_period_end": False, "currency": "usd", "unit_amount_decimal": "1000",
                "interval_count": 1, "interval": "month", "quantity": seats,
            }  # fmt: skip
            (folder / "rows.jsonl").write_text(json.dumps(row) + "\n")
            self.meanwhile()
            return Fetched(folder / "rows.jsonl", 1, **more)

        return pull(self.store, self.source, lambda: NOW + timedelta(hours=hours), fetch=fetch)

    def send(self, seats, made, number=1, *, bring_in=True):
        """An event of so many hours after NOW, which comes an hour after that at the latest."""
        said = {
            "id": f"evt_{number}", "object": "event", "type": "customer.subscription.updated", "created": int(NOW.timestamp() + made * 3600),
            "data": {"object": subscription(item(1, seats, price=price(1, nickname="Pro")))},
        }  # fmt: skip
        assert self.kept.keep(self.hook.event(json.dumps(said).encode(), Shown(())), NOW + timedelta(hours=made)) == "kept"
        return self.bring(max(made, 0)) if bring_in else []

    def bring(self, hours):
        """What came is imported, so many hours and a half after NOW."""
        return bring(self.store, self.hook, self.kept, lambda: NOW + timedelta(hours=hours + 0.5))

    def line(self):
        """Seats and product of the line as it stands last; one alone counts."""
        (row,) = View(self.store, EVERYONE).contracts().filter(pl.col("ends_on").is_null()).to_dicts()
        assert row["contract_id"], row["line_id"] == ("sub_1", "si_1")
        return row["seats"], row["product"]


@pytest.fixture
def stripe(tmp_path):
    store = new_store(tmp_path / "own.duckdb")
    made = Stripe(store)
    yield made
    made.kept.close()
    store.close()


def test_what_is_sent_of_before_the_list_was_asked_for_is_late_however_late_it_comes(stripe):
    stripe.ask(3)
    assert stripe.send(2, made=-1) == [] and stripe.kept.waiting().events == 0
    assert stripe.line() == (3, "prod_1")
    stripe.send(4, made=1, number=2)
    # One line, though two ways bring it: 4 x 10.00 x 12 = 480.00 a year.
    assert stripe.line() == (4, "prod_1")
    assert run("arr", stripe.store, EVERYONE, Question(as_of=NOW.date() + timedelta(days=1), rules="strict")).totals["arr"] == 48_000


def test_the_list_that_is_asked_for_after_an_event_counts(stripe):
    stripe.send(2, made=-1)
    stripe.ask(3)
    assert stripe.line() == (3, "prod_1")
    stripe.send(5, made=-2, number=2)
    assert stripe.line() == (3, "prod_1")


def test_what_is_sent_while_the_list_is_asked_for_comes_after_it(stripe):
    def meanwhile():
        assert stripe.send(7, made=0.01) == [] and not is_due(stripe.store, stripe.hook, stripe.kept, NOW + timedelta(days=1))

    stripe.meanwhile = meanwhile
    stripe.ask(3)
    assert stripe.line() == (3, "prod_1") and stripe.kept.waiting().events == 1
    stripe.bring(1)
    assert stripe.line() == (7, "prod_1")


def test_a_list_that_waited_is_asked_for_anew_and_takes_nothing_back(stripe):
    stripe.ask(3, fields={"quantity": "int64"})
    assert stripe.ask(4, hours=1, fields={"quantity": "text"}).outcome == "waiting" and waiting.file(stripe.store.path, "api")
    stripe.send(6, made=2)
    assert stripe.ask(6, hours=3, fields={"quantity": "int64"}).outcome == "imported" and stripe.asked == 3
    assert stripe.line() == (6, "prod_1") and waiting.file(stripe.store.path, "api") is None


def test_only_the_whole_of_the_same_vendor_says_how_all_is(stripe):
    assert beside.asked_at(stripe.store, stripe.hook.source, NOW) is None
    stripe.ask(3, hours=24 * 400)  # by a clock that was ahead
    assert beside.asked_at(stripe.store, stripe.hook.source, NOW) is None
    stripe.ask(3, hours=1)
    assert beside.asked_at(stripe.store, stripe.hook.source, NOW + timedelta(hours=2)) == NOW + timedelta(hours=1)
    description.write(stripe.store.path, "other", 'vendor = "chargebee"\nsecret = "KEY"\n[settings]\nsite = "acme"\n')
    assert [one.name for one in beside.apis(stripe.store.path, stripe.hook.source)] == ["api"]
    assert [one.name for one in beside.hooks(stripe.store.path, stripe.source)] == ["sent"]
