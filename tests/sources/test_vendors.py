"""Each vendor that is known, from three lines in a file to figures in the store, against an imitation of its API; expected by hand."""

import random
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import polars as pl
import polars.selectors as cs
import pytest

from data.audit.reading import Asked, entries
from data.store.edits import commit_frame
from data.store.view import View
from data.viewer import EVERYONE, VIEW, Grant, NotAllowed, Viewer
from data.work.pulls import Pulled
from reports.catalogue import run
from reports.report import Question
from sources import deeds, http
from sources.description import load, names, parsed, save, text
from sources.fetched import SourceWaits
from sources.keys import SourceError
from sources.pulling import pull
from sources.vendors import names as vendors
from tests.new_store import new_store
from tests.outward import vendors as like
from tests.outward.api import Api, Reply, api
from tests.outward.vendors import coupon, item, seconds, subscription

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = {
    "chargebee": {"site": "acme"}, "salesforce": {"domain": "acme", "client_id": "consumer"},
    "zendesk": {"subdomain": "acme", "email": "ada@example.com"}, "mixpanel": {"service_account": "ada", "project_id": "77", "timezone": "UTC"},
    "posthog": {"project_id": "42"},
}  # fmt: skip


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_KEY", "k3y")
    opened = new_store(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def three_lines(vendor: str, more: str = "") -> str:
    """What a person writes, with the settings that the vendor needs."""
    told = "".join(f'{name} = "{value}"\n' for name, value in SETTINGS.get(vendor, {}).items())
    return f'vendor = "{vendor}"\nsecret = "KEY"\nschedule = "0 5 * * *"\n{more}' + (f"[settings]\n{told}" if told else "")


def at(vendor: str, running: Api, more: str = "") -> Any:
    """The source of a vendor whose address is that of the imitation."""
    place = parsed(vendor, three_lines(vendor, more)).url.split("/", 3)[3]
    lines = three_lines(vendor, f'url = "{running.url}/{place}"\n{more}')
    if vendor == "salesforce":
        lines += f'[auth]\nby = "oauth"\ntoken_url = "{running.url}/services/oauth2/token"\nclient_id = "{{client_id}}"\n'
    return parsed(vendor, lines)


def pulled(store: Any, vendor: str, running: Api, day: int = 0, more: str = "") -> Pulled:
    """One pull of a vendor's imitation."""
    fetch = partial(http.fetch, sleep=lambda wait: None, rng=random.Random(3))
    return pull(store, at(vendor, running, more), lambda: NOW + timedelta(days=day), fetch=fetch)


def known(store: Any, *accounts: str) -> None:
    """Accounts that are there before: what is of others waits until they come."""
    commit_frame(store, "accounts", pl.DataFrame({"account_id": accounts, "name": accounts}), "crm", "analyst")


def rows(store: Any, table: str, *columns: str) -> list[tuple]:
    with View(store) as view:
        found = {"contracts": lambda: view.contracts(), "accounts": lambda: view.accounts()}.get(table, lambda: view.table(table))()
        return sorted(found.select(columns).with_columns(cs.datetime().dt.replace_time_zone(None)).rows(), key=str)


def arr(store: Any, day: date) -> int:
    """ARR in cents."""
    return run("arr", store, Viewer(), Question(as_of=day, end=day)).totals["arr"]


@pytest.mark.parametrize("vendor", vendors())
def test_three_lines_are_enough_and_are_all_that_is_written(vendor, tmp_path):
    source = parsed("mine", three_lines(vendor))
    assert source.kind == "http" and source.table and source.secrets == ("KEY",) and source.url.startswith("https://")
    save(tmp_path / "own.duckdb", source)
    assert names(tmp_path / "own.duckdb") == ["mine"] and load(tmp_path / "own.duckdb", "mine") == source
    written = (tmp_path / "sources" / "mine.toml").read_text()
    assert len(written.split("[settings]")[0].strip().splitlines()) <= 4  # the three, and the kind
    save(tmp_path / "own.duckdb", source.model_copy(update={"paused": True}))
    again = load(tmp_path / "own.duckdb", "mine")
    assert again.paused and again.model_copy(update={"paused": False, "written": source.written}) == source


def test_a_vendor_that_is_not_known_and_a_setting_that_is_missing_are_said():
    with pytest.raises(SourceError, match="vendor: write one of chargebee, hubspot"):
        parsed("mine", three_lines("strype"))
    with pytest.raises(SourceError, match=r"settings: site is missing.*: the name of your site"):
        parsed("mine", 'vendor = "chargebee"\nsecret = "KEY"\n')


# Stripe


def books() -> list[dict[str, Any]]:
    """Eight subscriptions. On 1 March 2026 they come to, a year:

    a: 3 x 49.00 a month = 1,764.00. b: 1,200.00 a year less 25 % = 900.00. c: 100.00 a month = 1,200.00, and what is used beside it is not
    known. d: 20.00 a month until 1 April = 240.00. e: on trial. f: ended on 15 January (12,000 yen, which has no smaller part).
    g: 30.00 less 5.00 a month = 300.00. h: a coupon of its first invoice alone, 10.00 a month = 120.00. In all 4,524.00.
    """
    metered = {"interval": "month", "interval_count": 1, "usage_type": "metered"}
    return [
        subscription("a", "cus_a", item("a", "4900", quantity=3), created="2025-01-01"),
        subscription("b", "cus_b", item("b", "120000", "year"), created="2025-02-01", discounts=[coupon(percent_off=25.0)]),
        subscription("c", "cus_c", item("c", "10000"), item("used", "2", quantity=None, recurring=metered), created="2025-03-01"),
        subscription("d", "cus_d", item("d", "2000"), created="2025-04-01", cancel_at_period_end=True, canceled_at=seconds("2026-02-20")),
        subscription("e", "cus_e", item("e", "9900"), created="2026-02-20", status="trialing", trial_end=seconds("2026-03-20")),
        subscription("f", "cus_f", item("f", "12000", "year", currency="jpy"), created="2025-01-15", status="canceled", ended_at=seconds("2026-01-15"), currency="jpy"),
        subscription("g", "cus_g", item("g", "3000"), created="2025-05-01", discounts=[coupon(amount_off=500)]),
        subscription("h", "cus_h", item("h", "1000"), created="2025-05-02", discounts=[coupon(percent_off=50, duration="once")]),
    ]  # fmt: skip


def test_stripe_from_its_api_to_arr(store):
    held = books()
    with api(like.stripe(lambda: held)) as running:
        first = pulled(store, "stripe", running)
        assert (first.outcome, first.rows, first.requests, first.problem) == (
            "imported",
            8,
            3,
            "Rows that are left out, as the source says: 1.",
        )
        assert arr(store, date(2026, 3, 1)) == 4524_00
        held[0]["items"]["data"][0]["quantity"] = 4  # 4 x 49.00 a month = 2,352.00, 588.00 more
        held[7] |= {"status": "canceled", "ended_at": seconds("2026-03-02"), "canceled_at": seconds("2026-03-02")}  # 120.00 less
        second = pulled(store, "stripe", running, day=1)
        assert second.outcome == "imported", second
        assert arr(store, date(2026, 3, 2)) == 4524_00 + 588_00 - 120_00
        assert arr(store, date(2026, 3, 1)) == 4524_00
        held[2] |= {
            "status": "canceled",
            "ended_at": seconds("2026-03-03"),
            "canceled_at": seconds("2026-03-03"),
        }  # 1,200.00 of 4,992.00 less: too much unattended
        third = pulled(store, "stripe", running, day=2)
    assert third.outcome == "waiting" and arr(store, date(2026, 3, 3)) == 4992_00, third
    assert ("cus_f", "JPY", 12000) in [(a, c, int(m)) for a, c, m in rows(store, "contracts", "account_id", "currency", "amount")]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("more items", {"items": {"has_more": True, "data": [item("a", "4900")]}}),
        ("several discounts", {"discounts": [coupon(percent_off=5), coupon(percent_off=10)]}),
        ("discounts of items", {"items": {"data": [item("a", "4900") | {"discounts": ["di_1"]}]}}),
        ("shared discounts", {"discounts": [coupon(amount_off=500)], "items": {"data": [item("a", "4900"), item("b", "100")]}}),
        (
            "discounts of products",
            {"discounts": [coupon(percent_off=5, applies_to={"products": ["p"]})], "items": {"data": [item("a", "1"), item("b", "1")]}},
        ),
        ("discounts of customers", {"customer": {"id": "cus_a", "discount": {"id": "di_1"}}}),
        ("tiers", {"items": {"data": [item("a", None, billing_scheme="tiered")]}}),
        ("packages", {"items": {"data": [item("a", "4900", transform_quantity={"divide_by": 10, "round": "up"})]}}),
    ],
)
def test_what_stripe_leaves_open_waits_and_goes_on_when_it_is_accepted(name, change, tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_KEY", "k3y")
    source = parsed("stripe", three_lines("stripe"))
    with api(like.stripe(lambda: [subscription("a", "cus_a", item("a", "4900")) | change])) as running:
        here = source.model_copy(update={"url": f"{running.url}/v1/subscriptions"})
        with pytest.raises(SourceWaits, match="The first is sub_a") as open_still:
            http.fetch(here, None, tmp_path, now=NOW)
        assert f'accept = ["{name}"]' in open_still.value.what_to_do
        assert http.fetch(here.model_copy(update={"accept": (name,)}), None, tmp_path, now=NOW).rows


def test_a_subscription_of_stripe_whose_payments_are_not_collected_is_paused_and_pays_again_later(store):
    """10.00 and 200.00 a month: 2,520.00; while the first is not collected 2,400.00. Its status stays active there."""
    held = [subscription("a", "cus_a", item("a", "1000")), subscription("b", "cus_b", item("b", "20000"))]
    with api(like.stripe(lambda: held)) as running:
        for day, paused, paid in ((0, None, 2520_00), (1, {"behavior": "void", "resumes_at": None}, 2400_00), (2, None, 2520_00)):
            held[0]["pause_collection"] = paused
            took = pulled(store, "stripe", running, day=day)
            assert (took.outcome, took.problem) == ("imported", None)
            assert arr(store, NOW.date() + timedelta(days=day)) == paid


def test_a_pull_that_is_left_open_waits_with_what_to_do_and_takes_nothing(store):
    held = [subscription("a", "cus_a", item("a", "4900"), discounts=[coupon(percent_off=5), coupon(percent_off=10)])]
    with api(like.stripe(lambda: held)) as running:
        first = pulled(store, "stripe", running)
        assert (first.outcome, first.batch, rows(store, "contracts", "account_id")) == ("waiting", None, [])
        assert "several discounts" in first.problem and 'accept = ["several discounts"]' in first.what_to_do
        assert pulled(store, "stripe", running, more='accept = ["several discounts"]\n').outcome == "imported"
    assert arr(store, date(2026, 3, 1)) == 558_60  # 49.00 x 12 = 588.00, less 5 %


def test_what_a_pull_leaves_open_is_accepted_by_its_name_kept_in_its_file_and_audited(store):
    held = [subscription("a", "cus_a", item("a", "4900"), discounts=[coupon(percent_off=5), coupon(percent_off=10)])]
    with api(like.stripe(lambda: held)) as running:
        deeds.write(store, EVERYONE, "stripe", three_lines("stripe", f'# ours\nurl = "{running.url}/v1/subscriptions"\n'))
        asked = deeds.pull(store, EVERYONE, "stripe", lambda: NOW)
        assert asked.outcome == "waiting" and asked.what_to_do.endswith('Or answer: sources answer stripe accept="several discounts"')
        [question] = deeds.one(store, EVERYONE, "stripe", NOW).asked
        assert (question.option, question.choices) == ("accept", ("several discounts",))
        with pytest.raises(SourceError, match=r"accept: there is nothing called 'coupons'\. It may be more items, several discounts"):
            deeds.answer(store, EVERYONE, "stripe", {"accept": "coupons"}, lambda: NOW)
        with pytest.raises(NotAllowed):
            deeds.answer(store, Viewer(rights=(Grant(VIEW, "imports"),)), "stripe", {"accept": "several discounts"}, lambda: NOW)
        taken = deeds.answer(store, EVERYONE, "stripe", {"accept": "several discounts"}, lambda: NOW + timedelta(hours=1))
    assert taken.outcome == "imported" and deeds.one(store, EVERYONE, "stripe", NOW).asked == ()
    assert load(store.path, "stripe").accept == ("several discounts",) and "# ours" in text(store.path, "stripe")
    with store.reading() as cursor:
        done = entries(cursor, Asked()).filter(pl.col("object") == "source")["detail"].to_list()
    assert '{"accept":"several discounts","answers":["accept"],"source":"stripe"}' in done


# Chargebee


def plan(name: str, cents: int, quantity: int = 1, kind: str = "plan") -> dict[str, Any]:
    return {
        "item_price_id": name,
        "item_type": kind,
        "quantity": quantity,
        "unit_price": cents // quantity,
        "amount": cents,
        "object": "subscription_item",
    }


def of_chargebee(
    name: str, *items: dict[str, Any], status: str = "active", period: tuple[int, str] = (1, "month"), **more: Any
) -> dict[str, Any]:
    begun = seconds("2025-01-01")
    return {
        "id": name, "customer_id": f"c{name}", "status": status, "currency_code": "USD", "billing_period": period[0], "billing_period_unit": period[1],
        "created_at": begun, "started_at": begun, "current_term_end": seconds("2026-04-01"), "updated_at": begun, "deleted": False, "object": "subscription",
        "subscription_items": list(items),
    } | more  # fmt: skip


def test_chargebee_from_its_api_to_arr(store):
    """a: 5 x 20.00 a month = 1,200.00 a year. b: 90.00 a quarter = 360.00. c: not renewed, until 15 March: 60.00 a month = 720.00. d: cancelled
    in January. e: 50.00 once, beside 10.00 a month = 120.00. In all 2,400.00; without c 1,680.00."""
    held = [
        of_chargebee("a", plan("pro-USD-monthly", 10000, 5)),
        of_chargebee("b", plan("basic-USD-quarterly", 9000), period=(3, "month")),
        of_chargebee(
            "c",
            plan("plus-USD-monthly", 6000),
            status="non_renewing",
            cancelled_at=seconds("2026-03-15"),
            cancel_schedule_created_at=seconds("2026-02-01"),
        ),
        of_chargebee("d", plan("pro-USD-monthly", 99900), status="cancelled", cancelled_at=seconds("2026-01-10")),
        of_chargebee("e", plan("small-USD-monthly", 1000), plan("setup-USD", 5000, kind="charge")),
    ]
    with api(like.chargebee(lambda: held)) as running:
        first = pulled(store, "chargebee", running)
        assert (first.outcome, first.rows, first.requests) == ("imported", 5, 3), first
        assert (arr(store, date(2026, 3, 1)), arr(store, date(2026, 3, 20))) == (2400_00, 1680_00)
        held[4]["subscription_items"] = [plan("tiny-USD-monthly", 500)]  # another item in the place of the one before: 60.00 less
        second = pulled(store, "chargebee", running, day=1)
    assert second.outcome == "imported", second
    assert arr(store, date(2026, 3, 2)) == 2340_00


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("old catalog", {"plan_id": "basic", "subscription_items": None}),
        ("addons", {"subscription_items": [plan("a", 1000), plan("seats-USD", 500, kind="addon")]}),
        ("coupons", {"coupons": [{"coupon_id": "ten", "applied_count": 1}]}),
        ("discounts", {"discounts": [{"id": "d", "percentage": 10}]}),
    ],
)
def test_what_chargebee_leaves_open_waits(name, change, tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_KEY", "k3y")
    source = parsed("chargebee", three_lines("chargebee"))
    with api(like.chargebee(lambda: [of_chargebee("s1", plan("a", 1000)) | change])) as running:
        here = source.model_copy(update={"url": f"{running.url}/api/v2/subscriptions"})
        with pytest.raises(SourceWaits, match="s1") as asked:
            http.fetch(here, None, tmp_path, now=NOW)
        assert asked.value.accept == ("" if name == "old catalog" else name)  # of the old one there is nothing to take
        assert http.fetch(here.model_copy(update={"accept": (name,)}), None, tmp_path, now=NOW).rows


# HubSpot


def company(number: int, name: str, changed: str = "2026-02-01T10:00:00.000Z", **more: Any) -> dict[str, Any]:
    told = {
        "name": name,
        "domain": f"{name.lower()}.example",
        "createdate": "2025-05-01T09:30:00.000Z",
        "hs_lastmodifieddate": changed,
        "secret_notes": "x",
    }
    return {"id": str(number), "properties": told | more, "createdAt": "2025-05-01T09:30:00.000Z", "updatedAt": changed, "archived": False}


def test_hubspot_companies_become_accounts_and_what_did_not_change_is_left_out(store):
    held = [company(n, name) for n, name in enumerate(["Alder", "Birch", "Cedar"], start=901)]
    held[0]["properties"] |= {"industry": "SOFTWARE", "hubspot_owner_id": "77", "country": "Germany", "lifecyclestage": "customer"}
    with api(like.hubspot("/crm/v3/objects/companies", lambda: held)) as running:
        first = pulled(store, "hubspot", running)
        assert (first.outcome, first.rows, first.requests, first.cursor_to) == ("imported", 3, 2, "instant:2026-02-01T10:00:00+00:00"), (
            first
        )
        held[1] = company(902, "Birch & Sons", "2026-03-02T08:00:00.000Z")
        held.append(company(904, "Dogwood", "2026-03-02T09:00:00.000Z"))
        held[0], held[2] = (one | {"updatedAt": "2026-01-01T00:00:00.000Z"} for one in (held[0], held[2]))
        second = pulled(store, "hubspot", running, day=1)
    assert (second.outcome, second.rows) == ("imported", 2), second
    assert rows(store, "accounts", "account_id", "name") == [
        ("901", "Alder"),
        ("902", "Birch & Sons"),
        ("903", "Cedar"),
        ("904", "Dogwood"),
    ]
    assert ("901", "SOFTWARE", "77", "Germany", "customer") in rows(
        store, "accounts", "account_id", "industry", "owner", "region", "lifecycle"
    )


def test_hubspot_tickets_are_of_their_company(store):
    told = {"subject": "It does not start", "hs_pipeline_stage": "4", "hs_ticket_priority": "HIGH", "createdate": "2026-02-01T10:00:00Z"}
    closed = told | {"closed_date": "2026-02-03T10:00:00Z", "first_agent_reply_date": "2026-02-01T11:00:00Z", "source_type": "EMAIL"}
    ticket = {"id": "5", "properties": closed, "createdAt": "2026-02-01T10:00:00Z", "updatedAt": "2026-02-03T10:00:00Z", "archived": False}
    ticket |= {"associations": {"companies": {"results": [{"id": "901", "type": "ticket_to_company"}]}}}
    known(store, "901")
    with api(like.hubspot("/crm/v3/objects/tickets", lambda: [ticket])) as running:
        first = pulled(store, "hubspot_tickets", running)
    assert first.outcome == "imported", first
    assert rows(store, "tickets", "ticket_id", "account_id", "opened_at", "first_reply_at", "resolved_at", "channel") == [
        ("5", "901", *(datetime(2026, 2, day, hour) for day, hour in ((1, 10), (1, 11), (3, 10))), "EMAIL")
    ]


# Salesforce


def account(number: int, name: str, changed: str) -> dict[str, Any]:
    told = {"IsDeleted": False, "ParentId": None, "Type": "Customer", "Industry": "Energy", "BillingCountry": "DE", "OwnerId": "005A"}
    return {
        "Id": f"001{number:015}",
        "Name": name,
        "CreatedDate": "2025-01-01T00:00:00.000+0000",
        "SystemModstamp": f"2026-{changed}T00:00:00.000+0000",
    } | told


def test_salesforce_accounts_by_a_query_with_tokens_that_end(store):
    held = [account(n, f"Account {n}", "02-01") for n in range(1, 6)]
    with api(like.salesforce(lambda: held)) as running:
        first = pulled(store, "salesforce", running)
        assert (first.outcome, first.rows, first.cursor_to) == ("imported", 5, "instant:2026-02-01T00:00:00+00:00"), first
        held[2] = account(3, "Renamed", "03-01")
        second = pulled(store, "salesforce", running, day=1)
    assert second.outcome == "imported", second
    assert [name for _, name in rows(store, "accounts", "account_id", "name")] == [
        "Account 1",
        "Account 2",
        "Renamed",
        "Account 4",
        "Account 5",
    ]
    assert "SystemModstamp >= 2026-01-31T23:00:00.000Z" in [asked.query["q"] for asked in running.asked if "q" in asked.query][-1]


# Zendesk


def ticket(number: int, changed: str, **more: Any) -> dict[str, Any]:
    told = {
        "ticket_form_id": 1,
        "requester_id": 9,
        "organization_id": 700 + number % 2,
        "created_at": "2026-02-01T10:00:00Z",
        "status": "open",
        "type": "question",
    }
    measured = {"solved_at": None, "replies": 1, "reopens": 0, "reply_time_in_minutes": {"calendar": 90, "business": 30}}
    return {"id": number, "updated_at": changed, "subject": f"Ticket {number}", "priority": "high", "metric_set": measured} | told | more


def test_zendesk_tickets_go_on_where_the_export_ended(store):
    """First replies 90 minutes after 10:00. Of the seven, one was deleted."""
    held = [ticket(n, f"2026-02-{n:02}T12:00:00Z") for n in range(1, 7)] + [ticket(7, "2026-02-07T12:00:00Z", status="deleted")]
    known(store, "700", "701")
    with api(like.zendesk(lambda: held)) as running:
        first = pulled(store, "zendesk", running)
        assert (first.outcome, first.rows, first.retries) == ("imported", 6, 1), first
        held[0] = ticket(1, "2026-03-01T12:30:00Z", status="solved")
        held[0]["metric_set"] |= {"solved_at": "2026-03-01T12:30:00Z"}
        held.append(ticket(8, "2026-03-01T12:30:00Z"))
        second = pulled(store, "zendesk", running, day=1)
        third = pulled(store, "zendesk", running, day=2)
    assert (second.outcome, second.rows, third.outcome) == ("imported", 2, "nothing new"), (second, third)
    assert [name for (name,) in rows(store, "tickets", "ticket_id")] == ["1", "2", "3", "4", "5", "6", "8"]
    assert ("1", "701", datetime(2026, 2, 1, 11, 30), datetime(2026, 3, 1, 12, 30), "solved") in rows(
        store, "tickets", "ticket_id", "account_id", "first_reply_at", "resolved_at", "status"
    )


# Intercom


def test_intercom_companies_are_scrolled_and_begun_anew_where_that_breaks_off(store):
    changed = seconds("2026-02-01")
    held = [
        {"type": "company", "id": f"i{n}", "company_id": f"A{n}", "name": f"Company {n}", "plan": {"name": "Pro"}, "industry": None, "created_at": changed,
         "remote_created_at": changed, "updated_at": changed + n, "monthly_spend": 10, "session_count": 3, "user_count": 2}
        for n in range(5)
    ]  # fmt: skip
    good, broken = like.intercom_companies(lambda: held), iter([False, False, True, *[False] * 50])

    def answering(asked: Any) -> Any:
        answer = good(asked)
        return Reply(answer.body, fault="half") if next(broken) else answer

    with api(answering) as running:
        first = pulled(store, "intercom", running)
    assert (first.outcome, first.rows, first.retries) == ("imported", 5, 1), first
    assert len(running.asked) == 3 + 4  # two pages and a broken one; then three pages and the empty one at the end
    assert rows(store, "accounts", "account_id", "plan") == [(f"A{n}", "Pro") for n in range(5)]


def talk(number: int, changed: str, **more: Any) -> dict[str, Any]:
    opened = seconds("2026-02-01T10:00:00")
    told = {"first_admin_reply_at": opened + 600, "last_close_at": opened + 3600, "count_reopens": 0}
    return {
        "type": "conversation", "id": str(number), "created_at": opened, "updated_at": seconds(changed), "state": "closed", "priority": "not_priority",
        "title": None, "statistics": told, "conversation_rating": {"rating": 5}, "source": {"type": "email", "subject": "Hello"},
    } | more  # fmt: skip


def test_intercom_conversations_are_tickets_and_ask_for_their_account(store):
    """Replied to after 10 minutes, closed after an hour."""
    held = [talk(n, f"2026-02-{n:02}") for n in range(1, 4)]
    known(store, "A1")
    with api(like.intercom_conversations(lambda: held)) as running:
        first = pulled(store, "intercom_conversations", running)
        assert first.outcome == "waiting" and "account" in first.problem.lower(), first
        held[:] = [one | {"company": {"type": "company", "id": "i1", "company_id": "A1", "name": "Company 1"}} for one in held]
        source = three_lines("intercom_conversations", f'url = "{running.url}/conversations/search"\n')
        second = pull(store, parsed("intercom_conversations", source), lambda: NOW, from_start=True)
    assert second.outcome == "imported", second
    assert rows(store, "tickets", "ticket_id", "account_id", "first_reply_at", "resolved_at", "csat")[0] == (
        "1", "A1", datetime(2026, 2, 1, 10, 10), datetime(2026, 2, 1, 11), 5.0,
    )  # fmt: skip


# Mixpanel and PostHog


def used(number: int, moment: str, account: str = "A", name: str = "opened") -> dict[str, Any]:
    told = {
        "time": seconds(moment),
        "$insert_id": f"e{number}",
        "distinct_id": f"user{number % 2}",
        "mp_processing_time_ms": seconds(moment) * 1000,
    }
    return {"event": name, "properties": told | {"account_id": account}}


def usage(store: Any) -> int:
    """Usage events that stand, of accounts that are known."""
    with View(store) as view:
        return int(view.event_use(date(2026, 1, 1), date(2026, 3, 31))["count"].sum())


def test_mixpanel_events_come_with_those_that_came_late(store):
    held = [used(n, f"2026-02-{10 + n}T10:00:00") for n in range(10)]
    more = 'begin = "2026-02-01"\n'
    known(store, "A")
    with api(like.mixpanel(lambda: held)) as running:
        first = pulled(store, "mixpanel", running, more=more)
        assert (first.outcome, first.rows, first.requests) == ("imported", 10, 5), first  # 29 days, seven a request
        held += [used(20, "2026-02-26T10:00:00"), used(21, "2026-03-01T13:00:00")]  # the first of them late, within five days
        second = pulled(store, "mixpanel", running, day=1, more=more)
    assert (second.outcome, second.rows, second.requests) == ("imported", 2, 1), second
    assert running.asked[-1].query["from_date"] == "2026-02-24"  # five days before the pull of 1 March
    assert usage(store) == 12


def test_mixpanel_without_a_first_day_says_what_to_write(store):
    with api(like.mixpanel(list)) as running:
        first = pulled(store, "mixpanel", running)
    assert first.outcome == "failed" and "begin" in first.what_to_do and running.asked == []


def test_posthog_events_of_one_moment_are_all_there(store):
    """Seven events, five of them of one moment, three a page: a page that goes on behind a moment would leave two out."""
    moment = "2026-02-10T10:00:00.000Z"
    held = [
        {"uuid": f"u{n}", "event": "opened", "timestamp": moment if n < 5 else f"2026-02-2{n}T00:00:00.000Z", "distinct_id": f"d{n}", "person_id": f"p{n}",
         "properties": '{"$browser": "Chrome"}', "$group_0": "A"}
        for n in range(7)
    ]  # fmt: skip
    known(store, "A")
    with api(like.posthog(lambda: held)) as running:
        first = pulled(store, "posthog", running)
        assert (first.outcome, first.rows) == ("imported", 7), first
        held.append(held[0] | {"uuid": "u9", "timestamp": "2026-02-25T12:00:00.000Z"})  # late, within a day before the newest
        second = pulled(store, "posthog", running, day=1)
    assert second.outcome == "imported", second
    assert usage(store) == 8


@pytest.mark.parametrize("vendor", ["stripe", "zendesk", "mixpanel"])
def test_a_key_that_is_refused_says_what_the_vendor_needs(vendor, store, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_KEY", "other-secret")
    answering = {"stripe": like.stripe, "zendesk": like.zendesk, "mixpanel": like.mixpanel}[vendor](list)
    with api(answering) as running:
        first = pulled(store, vendor, running, more='begin = "2026-02-01"\n')
    assert first.outcome == "failed" and "secret KEY (401)" in first.problem
    assert "other-secret" not in f"{first.problem}{first.what_to_do}" and len(running.asked) == 1


# A flaky source ends equal to a perfect one.


def held_by(vendor: str) -> tuple[Any, str]:
    """An imitation of a vendor with some rows, and what its source needs beside."""
    events = [used(n, f"2026-02-{1 + n:02}T10:00:00") for n in range(28)]
    made = {
        "stripe": (like.stripe(books), ""),
        "chargebee": (like.chargebee(lambda: [of_chargebee(f"s{n}", plan("a", 1000), created_at=seconds("2025-01-01") + n) for n in range(9)]), ""),
        "hubspot": (like.hubspot("/crm/v3/objects/companies", lambda: [company(n, f"Company {n}") for n in range(9)]), ""),
        "salesforce": (like.salesforce(lambda: [account(n, f"Account {n}", "02-01") for n in range(9)]), ""),
        "zendesk": (like.zendesk(lambda: [ticket(n, f"2026-02-{n:02}T12:00:00Z") for n in range(1, 10)]), ""),
        "intercom_conversations": (like.intercom_conversations(lambda: [talk(n, f"2026-02-{n:02}") for n in range(1, 10)]), ""),
        "mixpanel": (like.mixpanel(lambda: events), 'begin = "2026-01-01"\n'),
        "posthog": (like.posthog(lambda: [{"uuid": f"u{n}", "timestamp": f"2026-02-0{1 + n // 4}T00:00:00.000Z", "properties": "{}"} for n in range(14)]), ""),
    }  # fmt: skip
    return made[vendor]


@pytest.mark.parametrize(
    "vendor", ["stripe", "chargebee", "hubspot", "salesforce", "zendesk", "intercom_conversations", "mixpanel", "posthog"]
)
def test_with_three_faults_in_ten_answers_each_vendor_gives_the_same_file(vendor, tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_KEY", "k3y")
    files = []
    for share, seed in ((0.0, 0), (0.3, 1), (0.3, 2)):
        answering, more = held_by(vendor)
        with api(answering, share=share, seed=seed, kinds=("500", "429", "reset", "half")) as running:
            source = at(vendor, running, f"tries = 40\ntimeout_seconds = 0.25\nlongest_wait_seconds = 4000\n{more}")
            found = http.fetch(source, None, tmp_path, now=NOW, sleep=lambda wait: None, rng=random.Random(seed))
        files.append(found.path.read_bytes())
        assert not share or (running.faults and found.retries)
    assert files[0].count(b"\n") >= 8 and files == [files[0]] * 3


@pytest.mark.parametrize("seed", [1, 4])
def test_a_flaky_api_comes_to_the_same_figures(seed, store):
    with api(like.stripe(books), share=0.3, seed=seed) as running:
        first = pulled(store, "stripe", running, more="tries = 40\ntimeout_seconds = 0.25\n")
    assert (first.outcome, arr(store, date(2026, 3, 1))) == ("imported", 4524_00), first
    assert first.retries >= len(running.faults) > 0


@pytest.mark.parametrize(("zone", "day"), [("UTC", date(2026, 2, 10)), ("America/New_York", date(2026, 2, 11))])
def test_mixpanel_needs_the_zone_of_its_project(zone, day, store):
    """Older projects count seconds on their own clock: 23:30 of 10 February in New York is 04:30 of the 11th in UTC, by which days are cut."""
    known(store, "A")
    with api(like.mixpanel(lambda: [used(1, "2026-02-10T23:30:00")])) as running:
        more = f'begin = "2026-02-01"\nanswers = {{ timezone = "{zone}" }}\n'
        assert pulled(store, "mixpanel", running, more=more).outcome == "imported"
    with View(store) as view:
        assert view.event_use(date(2026, 1, 1), date(2026, 3, 31))["last_used"].to_list() == [day]
    with pytest.raises(SourceError, match=r"settings: timezone is missing.*: the zone of the project"):
        parsed("mine", three_lines("mixpanel").replace('timezone = "UTC"\n', ""))
