"""Each row of the table of statuses in the docs: a subscription of 100 a month since 1 January 2025, in the vendor's own layout, exported on
30 June 2025; what counts in February, on the day of the export, and in August."""

import csv
import io
import re
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from data.importing.choice_words import bare
from data.importing.known_exports import shapes
from data.importing.run import import_file
from data.store.store import Store
from data.viewer import Viewer
from reports.catalogue import run
from reports.report import Question

DOCS = Path(__file__).parents[4] / "docs" / "SUBSCRIPTION_STATUSES.md"
DAYS = (date(2025, 2, 28), date(2025, 6, 30), date(2025, 8, 31))
# What each effect pays on those days: ends are 10 April where it has ended and 15 July where it is going to, starts 1 August.
PAYS = {
    "counts": (100, 100, 100), "until": (100, 100, 0), "ended": (100, 0, 0), "trial": (0, 0, 0), "start": (0, 0, 100), "not yet": (0, 0, 0),
    "never": (0, 0, 0), "paused": (100, 0, 0), "unpaid": (100, 0, 0),
}  # fmt: skip
CHARTMOGUL_COUNTS = ("Chargebee", "Maxio", "Stripe")  # whose pauses
BEGAN, ENDED, ENDS, STARTS = "2025-01-01", "2025-04-10", "2025-07-15", "2025-08-01"
ANSWERS = {"snapshot": "no"}
# Of each vendor: the cells of a subscription that runs, where its status stands, what a person answers, and the cells of each status.
VENDORS = {
    "Stripe": (
        {"id": "", "Customer ID": "", "Plan": "pro", "Quantity": "1", "Currency": "usd", "Interval": "month", "Amount": "100.00", "Status": "",
         "Created (UTC)": BEGAN, "Start Date (UTC)": BEGAN, "Current Period End (UTC)": ENDS, "Trial End (UTC)": "", "Canceled At (UTC)": "", "Ended At (UTC)": ""},
        ("id", "Customer ID", "Status"), {},
        {"trialing": {"Trial End (UTC)": ENDS}, "canceled": {"Canceled At (UTC)": "2025-03-20", "Ended At (UTC)": ENDED}, "paused": {"Trial End (UTC)": "2025-02-01"}},
    ),
    "Chargebee": (
        {"subscriptions.id": "", "customers.id": "", "subscriptions.plan_id": "pro", "subscriptions.plan_quantity": "2",
         "subscriptions.plan_unit_price": "50.00", "subscriptions.currency_code": "USD", "subscriptions.billing_period": "1",
         "subscriptions.billing_period_unit": "month", "subscriptions.status": "", "subscriptions.start_date": "", "subscriptions.trial_end": "",
         "subscriptions.current_term_end": ENDS, "subscriptions.started_at": BEGAN, "subscriptions.activated_at": "2025-05-01",
         "subscriptions.cancelled_at": "", "subscriptions.pause_date": "", "subscriptions.resume_date": ""},
        ("subscriptions.id", "customers.id", "subscriptions.status"), {},
        {"In Trial": {"subscriptions.trial_end": ENDS}, "Future": {"subscriptions.start_date": STARTS, "subscriptions.started_at": ""},
         "Paused": {"subscriptions.pause_date": ENDED}, "Cancelled": {"subscriptions.cancelled_at": ENDED}, "Transferred": {"subscriptions.cancelled_at": ENDED}},
    ),
    "Recurly": (
        {"id": "", "account_id": "", "plan_id": "pro", "state": "", "activated_at": BEGAN, "created_at": BEGAN, "canceled_at": "", "expires_at": "",
         "current_term_started_at": "", "current_term_ends_at": ENDS, "trial_ends_at": "", "paused_at": "", "currency": "USD", "unit_amount": "35",
         "quantity": "2", "add_ons_total": "30", "subtotal": "100"},
        ("id", "account_id", "state"), {"period": "1 month"},
        {"canceled": {"canceled_at": "2025-03-20", "expires_at": ENDS}, "expired": {"expires_at": ENDED}, "paused": {"paused_at": ENDED},
         "future": {"activated_at": "", "current_term_started_at": STARTS}, "failed": {"activated_at": ""}},
    ),
    "Paddle": (
        {"id": "", "status": "", "customer_id": "", "currency_code": "USD", "started_at": BEGAN, "first_billed_at": BEGAN, "next_billed_at": ENDS,
         "paused_at": "", "canceled_at": "", "billing_cycle_interval": "month", "billing_cycle_frequency": "1", "items_price_id": "pri",
         "items_price_unit_price_amount": "5000", "items_quantity": "2"},
        ("id", "customer_id", "status"), {},
        {"trialing": {"first_billed_at": ""}, "paused": {"paused_at": ENDED}, "canceled": {"canceled_at": ENDED}, "deleted": {"canceled_at": ENDED}},
    ),
    "Zuora": (
        {"Subscription: Name": "", "Account: Name": "", "Subscription: Status": "", "Subscription: Subscription Start Date": BEGAN,
         "Subscription: Term End Date": ENDED, "Subscription: Cancelled Date": "", "Rate Plan Charge: MRR": "100.00", "Account: Currency": "USD"},
        ("Subscription: Name", "Account: Name", "Subscription: Status"), {"ends_on": "exclusive"},
        {"Cancelled": {"Subscription: Cancelled Date": ENDS}},
    ),
    "Maxio": (
        {"id": "", "customer_id": "", "state": "", "product_name": "pro", "product_price_in_cents": "10000", "product_interval": "1", "product_interval_unit": "month",
         "currency": "USD", "activated_at": BEGAN, "created_at": BEGAN, "trial_ended_at": "", "on_hold_at": "", "canceled_at": "", "expires_at": ""},
        ("id", "customer_id", "state"), {},
        {"trialing": {"trial_ended_at": ENDS}, "on_hold": {"on_hold_at": ENDED}, "canceled": {"canceled_at": ENDED}, "expired": {"expires_at": ENDED},
         "awaiting_signup_date": {"activated_at": STARTS}, "awaiting_signup": {"activated_at": ""}},
    ),
    "Braintree": (
        {"Subscription ID": "", "Customer ID": "", "Plan ID": "pro", "Status": "", "Price": "100.00", "Currency": "USD", "First Billing Date": BEGAN,
         "Billing Period End Date": "2025-04-09", "Created At": BEGAN, "Updated At": "2025-04-09"},
        ("Subscription ID", "Customer ID", "Status"), {"period": "1 month"}, {"Pending": {"First Billing Date": STARTS, "Created At": STARTS}},
    ),
    "Zoho": (
        {"Subscription ID": "", "Customer Name": "", "Plan Name": "pro", "Status": "", "Amount": "100.00", "Currency Code": "USD", "Interval": "1",
         "Interval Unit": "months", "Created Date": BEGAN, "Activated Date": BEGAN, "Trial Ends On": "", "Current Term Ends On": ENDED, "Cancelled Date": ""},
        ("Subscription ID", "Customer Name", "Status"), {},
        {"Trial": {"Trial Ends On": ENDS, "Activated Date": ""}, "Future": {"Activated Date": STARTS}, "Non Renewing": {"Current Term Ends On": ENDS},
         "Cancelled": {"Cancelled Date": ENDED}},
    ),
    "Lago": (
        {"external_id": "", "lago_id": "l", "external_customer_id": "", "plan_code": "pro", "plan_amount_cents": "10000", "plan_amount_currency": "USD",
         "plan_interval": "monthly", "status": "", "subscription_at": BEGAN, "started_at": BEGAN, "ending_at": "", "terminated_at": ""},
        ("external_id", "external_customer_id", "status"), {},
        {"pending": {"subscription_at": STARTS, "started_at": ""}, "canceled": {"subscription_at": STARTS, "started_at": ""}, "terminated": {"terminated_at": ENDED}},
    ),
    "HubSpot": (
        {"Record ID": "", "Associated Company": "", "Subscription Name": "pro", "Subscription Status": "", "Start Date": BEGAN, "End Date": "",
         "Billing Frequency": "Monthly", "Recurring Amount": "100", "Currency": "USD"},
        ("Record ID", "Associated Company", "Subscription Status"), {},
        {"Scheduled": {"Start Date": STARTS}, "Canceled": {"End Date": ENDED}, "Expired": {"End Date": ENDED}},
    ),
    "RevenueCat": (
        {"rc_original_app_user_id": "", "product_identifier": "", "product_duration": "P6M", "start_time": BEGAN, "effective_end_time": ENDS, "refunded_at": "",
         "unsubscribe_detected_at": "2025-02-01", "is_trial_period": "false", "store": "stripe", "price_in_usd": "600.00"},
        ("rc_original_app_user_id", "product_identifier", None), {}, {"(trial)": {"is_trial_period": "true", "price_in_usd": "0.00"}},
    ),
    "Salesforce": (
        {"Contract Number": "", "Account Name": "", "Status": "", "Contract Start Date": BEGAN, "Contract End Date": "", "Monthly Price": "100.00", "Currency": "USD"},
        ("Contract Number", "Account Name", "Status"), {"rows": "records", "ends_on": "inclusive"},
        {"Expired": {"Contract End Date": "2025-04-09"}, "Terminated": {"Contract End Date": "2025-04-09"}},
    ),
}  # fmt: skip
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|")[:3])
    for line in DOCS.read_text(encoding="utf-8").split("| Vendor |")[1].splitlines()[2:]
    if line.startswith("|")
]


def file_of(vendor: str) -> str:
    cells, (key, account, status), _, own = VENDORS[vendor]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(cells))
    writer.writeheader()
    for word in (word for name, word, _ in ROWS if name == vendor):
        named = {key: word, account: word} | ({status: word} if status else {})
        writer.writerow(cells | named | own.get(word, {}))
    return out.getvalue()


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """The store with a vendor's file, made when it is first asked for."""
    made: dict[str, Store] = {}

    def of(vendor: str) -> Store:
        if vendor not in made:
            folder = tmp_path_factory.mktemp(vendor)
            path = folder / f"{vendor.lower()}_2025-06-30.csv"
            path.write_text(file_of(vendor))
            made[vendor] = Store.open(folder / "own.duckdb")
            rows = {} if "rows" in VENDORS[vendor][2] or vendor == "RevenueCat" else ANSWERS
            outcome = import_file(made[vendor], path, options=rows | VENDORS[vendor][2])
            assert outcome.batch and outcome.batch.rejected == 0, outcome.problems
        return made[vendor]

    yield of
    for store in made.values():
        store.close()


@pytest.fixture(scope="module")
def paid(stores):
    """What each status of a vendor pays on the three days under a set of rules."""

    @cache
    def under(vendor: str, rules: str) -> dict[str, tuple]:
        frames = [run("arr", stores(vendor), Viewer(None), Question(as_of=day, rules=rules)).rows for day in DAYS]
        found = [dict(frame.select("account_id", "mrr").rows()) for frame in frames]
        return {account: tuple(on_day[account] // 100 for on_day in found) for account in found[0]}

    return under


@pytest.mark.parametrize(("vendor", "status", "effect"), ROWS, ids=lambda value: value)
def test_a_status_counts_as_the_docs_say(paid, vendor, status, effect):
    assert paid(vendor, "house")[status] == paid(vendor, "strict")[status] == PAYS[effect]
    counts = effect == "paused" and vendor in CHARTMOGUL_COUNTS
    assert paid(vendor, "chartmogul")[status] == ((100, 100, 100) if counts else PAYS[effect])


def test_every_status_of_a_known_export_is_in_the_docs():
    named = {(bare(vendor), alike(status)) for vendor, status, _ in ROWS}
    told = [shape for shape in shapes() if shape.mapping["table"] == "contracts"]
    read = {(shape.name.split("_")[0], alike(word)) for shape in told for word in shape.mapping.get("values", {}).get("status", {})}
    assert read - named == set()
    assert {vendor for vendor, _ in named - read} == {"salesforce", "revenuecat"}  # by common words; by days of its own


def alike(status: str) -> str:
    """A status however it is spelt."""
    return bare(status).replace("canceled", "cancelled")


def test_an_unknown_status_is_turned_away_in_words(tmp_path):
    path = tmp_path / "stripe_2025-06-30.csv"
    path.write_text(file_of("Stripe").replace(",active,", ",dormant,"))
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        outcome = import_file(store, path, options=ANSWERS)
    assert outcome.batch.rejected == 1
    [told] = [one for one in outcome.problems if one.rejected]
    assert (told.column, told.value) == ("Status", "dormant")
    assert re.search("no status of which it is known what it means", told.reason)
