"""Known exports map themselves: the columns as vendors name them, one made-up row each, and what then stands in the store."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from data.importing.known_exports import by_shape, shapes, why_not_kept
from data.importing.outcome import Outcome
from data.importing.proposal import believable, proposed
from data.importing.run import import_file
from data.schema import TABLES
from data.store.store import Store
from data.store.view import View
from tests.datasets import FOLDER, needs_datasets

# Headers as the vendors' documentation and public exports have them, with values of our own.
STRIPE = {
    "id": "sub_1", "Customer ID": "cus_1", "Customer Name": "Alder", "Customer Email": "a@example.com", "Plan": "Pro", "Quantity": "3",
    "Currency": "usd", "Interval": "month", "Amount": "1,250.00", "Status": "active", "Cancellation Reason": "", "Created (UTC)": "2024-01-31 10:00",
    "Start Date (UTC)": "2024-02-01 00:00", "Current Period Start (UTC)": "2024-05-01 00:00", "Current Period End (UTC)": "2024-06-01 00:00",
    "Trial Start (UTC)": "", "Trial End (UTC)": "", "Canceled At (UTC)": "2024-05-20 12:00", "Ended At (UTC)": "",
}  # fmt: skip
CHARGEBEE = {
    "subscriptions.id": "s1", "subscriptions.plan_id": "pro", "subscriptions.plan_quantity": "4", "subscriptions.plan_unit_price": "25.50",
    "subscriptions.status": "Non Renewing", "subscriptions.start_date": "", "subscriptions.current_term_end": "2024-12-31",
    "subscriptions.started_at": "2024-01-01", "subscriptions.cancelled_at": "2025-01-01", "customers.id": "00123", "addresses.zip": "1",
}  # fmt: skip
RECURLY = {
    "id": "r1", "created_at": "2024-01-01 00:00:00", "activated_at": "2024-01-02 00:00:00", "canceled_at": "", "expires_at": "", "account_id": "A",
    "plan_id": "p", "uuid": "u", "state": "active", "current_term_ends_at": "2024-06-01 00:00:00", "auto_renew": "true", "currency": "EUR",
    "unit_amount": "10", "quantity": "7", "subtotal": "70", "updated_at": "2024-01-05 00:00:00",
}  # fmt: skip
USAGE = {
    "pendo": {"account_id": "A", "feature_id": "f1", "timestamp": "2024-05-01 10:00:00", "visitor_id": "v", "num_events": "12", "num_minutes": "3"},
    "segment": {"anonymous_id": "x", "context_group_id": "A", "event": "f1", "event_text": "F1", "id": "e1", "received_at": "2024-05-01T10:00:00Z", "user_id": "v"},
    "posthog": {"uuid": "e1", "event": "f1", "distinct_id": "v", "timestamp": "2024-05-01T10:00:00Z", "properties.$group_0": "A"},
    "amplitude": {"event_type": "f1", "event_time": "2024-05-01 10:00:00.000000", "amplitude_id": "9", "uuid": "e1", "user_id": "v", "groups.company_id": "A", "session_id": "-1"},
    "mixpanel": {"event": "f1", "properties.time": "1714557600", "properties.$insert_id": "e1", "properties.distinct_id": "v", "properties.company_id": "A"},
}  # fmt: skip
ACCOUNTS = {
    "hubspot": {"Record ID": "9", "Company name": "Alder", "Company owner": "Dana", "Create Date": "2024-02-01 09:30", "Industry": "Software"},
    "salesforce": {"Id": "00600000263E109", "IsDeleted": "false", "Name": "Alder", "ParentId": "", "BillingCountry": "DE", "Industry": "Software"},
    "intercom": {"id": "1", "company_id": "A", "created_at": "2024-02-01 00:00:00", "monthly_spend": "5", "session_count": "2", "user_count": "3", "name": "Alder"},
}  # fmt: skip
ZENDESK = {
    "Summation column": "1", "Id": "77", "Requester": "Ann", "Requester email": "a@example.com", "Organization": "Alder", "Subject": "=1+1", "Status": "Closed",
    "Priority": "High", "Ticket type": "Incident", "Created at": "2024-05-01 10:00", "Solved at": "2024-05-02 10:00", "Satisfaction Score": "Offered",
    "Priority [list]": "p1",
}  # fmt: skip


STATE = {"covers": "2024-06-01"}  # the day of the export


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "store" / "own.duckdb")
    yield opened
    opened.close()


def put(store: Store, folder, row: dict[str, str], **more: object) -> Outcome:
    path = folder / "export.csv"
    pl.DataFrame([row]).write_csv(path)
    return import_file(store, path, **more)


def lines(store: Store) -> dict:
    with View(store) as view:
        return view.contracts().row(0, named=True)


def test_stripe_subscriptions_run_on_until_they_end(store, tmp_path):
    assert put(store, tmp_path, STRIPE, options=STATE | {"amount_per": "line"}).batch.accepted == 1
    found = lines(store)
    assert (found["account_id"], found["amount"], found["period"], found["currency"]) == ("cus_1", Decimal("1250.00"), "1 month", "USD")
    assert (found["starts_on"], found["ends_on"], found["cancelled_on"], found["is_trial"]) == (
        date(2024, 2, 1),
        None,
        date(2024, 5, 20),
        False,
    )


def test_a_price_for_one_seat_is_that_of_all_seats_and_how_often_must_be_said(store, tmp_path):
    asked = put(store, tmp_path, CHARGEBEE, options=STATE)
    assert asked.batch is None and [question.option for question in asked.questions] == ["period"]
    assert put(store, tmp_path, CHARGEBEE, options=STATE | {"period": "1 month"}).batch.accepted == 1
    found = lines(store)
    assert (found["account_id"], found["amount"], found["seats"]) == ("00123", Decimal("102.00"), 4)  # 4 x 25.50
    assert (found["starts_on"], found["ends_on"], found["is_trial"]) == (date(2024, 1, 1), date(2025, 1, 1), False)


def test_recurly_multiplies_too(store, tmp_path):
    assert put(store, tmp_path, RECURLY, options=STATE | {"period": "1 month"}).batch.accepted == 1
    assert (lines(store)["amount"], lines(store)["auto_renew"]) == (Decimal("70"), True)


@pytest.mark.parametrize("name", list(USAGE))
def test_events_of_each_tool_land_on_their_account_and_day(store, tmp_path, name):
    assert put(store, tmp_path, USAGE[name]).batch.accepted == 1
    put(store, tmp_path, {"account_id": "A", "name": "Alder"})
    with View(store) as view:
        day = view.usage_days(date(2024, 1, 1), date(2024, 12, 31)).row(0, named=True)
        assert (day["account_id"], day["event"], day["day"]) == ("A", "f1", date(2024, 5, 1))


@pytest.mark.parametrize("name", list(ACCOUNTS))
def test_accounts_of_each_tool_have_id_and_name(store, tmp_path, name):
    assert put(store, tmp_path, ACCOUNTS[name]).batch.table == "accounts"
    with View(store) as view:
        found = view.accounts().row(0, named=True)
    assert found["name"] == "Alder"
    assert found["account_id"] in ("9", "00600000263E109", "A")


def test_zendesk_tickets(store, tmp_path):
    outcome = put(store, tmp_path, ZENDESK)
    assert (outcome.batch.table, outcome.batch.accepted, outcome.batch.waiting) == ("tickets", 1, 1)


def test_every_shape_names_columns_that_exist_and_is_found_by_what_it_needs():
    for shape in shapes():
        every = [*shape.needs[0], *(names[0] for names in shape.mapping["columns"].values())]
        assert set(shape.mapping["columns"]) <= set(TABLES[shape.mapping["table"]].names), shape.name
        table = shape.mapping["table"] if shape.named_only else None
        assert by_shape(every, table) is not None, shape.name
        assert shape.named_only or why_not_kept(every) is None, shape.name


def test_a_shape_that_the_header_alone_does_not_tell_is_taken_where_the_table_is_given():
    deals = ["Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date", "Create Date", "Associated Company IDs"]
    assert by_shape(deals) is None and "These are deals" in why_not_kept(deals)
    assert by_shape(deals, "contracts") is None
    assert by_shape(deals, "offers").columns["offer_id"] == "Record ID"


def test_the_zone_behind_the_columns_of_an_export_does_not_hide_its_shape():
    header = ["Conversation ID", "Conversation started at (America/New_York)", "Last teammate rating", "Company name"]
    assert by_shape(header).columns["opened_at"] == header[1]
    assert by_shape(["Conversation ID", "Conversation started at (of the first)", "Company name"]) is None


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            "day",
            ["2024-01-31", "1/2/2024", "1714557600", "setembro 15, 2020, 4:11 PM", "31. Jan 2024"],
            ["a@example.com", "Pro", "yes"],
        ),
        ("money", ["1,250.00", "$85000", "€ 12,5", "USD 5", "(3.00)"], ["a@example.com", "Enterprise 3", "n/a at all"]),
        ("integer", ["5", "1,000", "3.0"], ["five", "5 users"]),
        ("bool", ["TRUE", "no", "1"], ["partner", "2024"]),
        ("currency", ["usd", "EUR"], ["dollar", "1250"]),
    ],
)
def test_values_tell_what_a_column_cannot_be(kind, good, bad):
    column = next(column for table in TABLES.values() for column in table.columns if column.kind == kind)
    assert all(believable(column, [value]) for value in good), [value for value in good if not believable(column, [value])]
    assert not [value for value in bad if believable(column, [value])]
    assert believable(column, []) and believable(column, [None, " "])


def test_a_name_alone_does_not_make_a_date():
    sample = pl.DataFrame({"account_id": ["A"], "signup date": ["by partner"], "create date": ["2024-01-01"]})
    assert proposed(sample.columns, sample).columns == {"account_id": "account_id", "created_on": "create date"}


@needs_datasets
def test_samples_of_exports_are_taken_or_refused_with_what_to_bring_instead(store):
    told = {}
    for path in sorted((FOLDER / "export_samples").rglob("*.csv")):
        outcome = import_file(store, path)
        told[f"{path.parent.name}/{path.name}"] = outcome.batch.table if outcome.batch else outcome.problems[0].reason.split(".")[0]
    assert told == {
        "export_samples/hubspot_companies_sample.csv": "accounts",
        "export_samples/hubspot_deals_sample.csv": "These are deals",
        "export_samples/zendesk_tickets_header.csv": "The file has a header and no rows",
        "hubspot/company_data.csv": "accounts",
        "hubspot/contact_data.csv": "These contacts name no company by its id",
        "hubspot/deal_data.csv": "These are deals",
        "hubspot/owner_data.csv": "This is a list of owners",
        "hubspot/ticket_company_data.csv": "This joins tickets and companies",
        "hubspot/ticket_data.csv": "These tickets name no company",
        "stripe/coupon_data.csv": "This is a list of coupons",
        "stripe/customer_data.csv": "accounts",
        "stripe/discount_data.csv": "This is a list of discounts given",
        "stripe/invoice_data.csv": "This is a list of invoices",
        "stripe/invoice_line_item_data.csv": "This is a list of invoice lines",
        "stripe/plan_data.csv": "This is a price list",
        "stripe/price_data.csv": "This is a price list",
        "stripe/product_data.csv": "This is a list of products",
        "stripe/subscription_data.csv": "These subscriptions have no amount",
        "stripe/subscription_item_data.csv": "These subscription items have no amount",
        "zendesk/organization_data.csv": "accounts",
        "zendesk/ticket_data.csv": "tickets",
        "zendesk/user_data.csv": "contacts",
    }
