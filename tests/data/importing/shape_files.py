"""One file for each export that is known: the vendor's own columns and ways of writing, with values of our own."""

import gzip
import io
import json
import zipfile
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class ShapeFile:
    """A file, what a person answers about it (`--set`), the table it goes into, and its rows there; or the words that refuse it."""

    name: str
    file: str
    content: bytes
    table: str | None = None
    rows: tuple[dict, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    rejected: int = 0
    duplicate: int = 0
    words: str = ""


def table(header: str, *rows: str, sign: str = ",", encoding: str = "utf-8", end: str = "\n") -> bytes:
    """Text of a header (with commas) and rows, parted by `sign`."""
    return end.join([header.replace(",", sign), *rows, ""]).encode(encoding)


def record(header: str, values: dict[str, str]) -> str:
    """A row of a wide table: the values where they are named, blanks elsewhere."""
    names = header.split(",")
    assert set(values) <= set(names), set(values) - set(names)
    return ",".join(values.get(name, "") for name in names)


def wide(header: str, *rows: dict[str, str], **how: str) -> bytes:
    return table(header, *(record(header, row) for row in rows), **how)


def lines(*records: dict) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in records).encode()


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "."), content)
    return out.getvalue()


def parquet(*records: dict) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(list(records)).write_parquet(out)
    return out.getvalue()


def event(account: str | None, user: str | None, name: str, at: str, **more: object) -> dict:
    return {"account_id": account, "user_id": user, "event": name, "occurred_at": at, **more}


MIXPANEL = (
    {"event": "Signed up", "properties": {"time": 1602611311, "$insert_id": "a1", "distinct_id": "u1", "company_id": "A", "mp_processing_time_ms": 1602625711874}},
    {"event": "Report", "properties": {"time": 1704784217.602, "$insert_id": "a2", "distinct_id": "u2", "$user_id": "u2", "$browser": "Chrome", "company_id": "A", "mp_lib": "web"}},
    {"event": "Report", "properties": {"time": 1704784217602, "$insert_id": "a3", "distinct_id": "u1", "company_id": "B", "screen_height": 900}},
)  # fmt: skip
AMPLITUDE = {
    "server_received_time": "2021-05-27 12:00:01.000000", "app": 1, "device_carrier": None, "city": "Ulm", "user_id": "u1", "uuid": "w1",
    "event_time": "2021-05-27 11:59:53.710000", "platform": "Web", "os_version": "90", "amplitude_id": 5, "processed_time": "2021-05-27 12:00:05.000000",
    "version_name": None, "ip_address": "127.0.0.1", "paying": None, "dma": None, "group_properties": {}, "user_properties": {"plan": "pro"},
    "client_upload_time": "2021-05-27 12:00:00.000000", "$insert_id": "i1", "event_type": "report opened", "library": "js/8", "device_type": "Mac",
    "server_upload_time": "2021-05-27 12:00:01.000000", "event_id": 12, "groups": {"company_id": "A"}, "event_properties": {"tab": "x"}, "data": {},
    "device_id": "d", "language": "German", "country": "Germany", "region": "BW", "session_id": -1, "device_family": "Mac", "client_event_time": "2021-05-27 11:59:53.000000",
}  # fmt: skip
AMPLITUDE_TABLE = (
    "app,amplitude_id,user_id,device_id,event_time,server_upload_time,client_event_time,client_upload_time,event_id,session_id,event_type,"
    "amplitude_event_type,version_name,_schema,adid,groups,idfa,library,processed_time,user_creation_time,platform,os_name,uuid,_insert_id"
)
STRIPE = (
    "id,Customer ID,Customer Name,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Cancellation Reason,Created (UTC),Start (UTC),Start Date (UTC),"
    "Current Period Start (UTC),Current Period End (UTC),Trial Start (UTC),Trial End (UTC),Canceled At (UTC),Ended At (UTC),senderShopifyCustomerId (metadata)"
)
STRIPE_INVOICES = (
    "id,Customer,Subscription,Status,Currency,Amount Due,Subtotal,Tax,Tax Percent,Total,Amount Paid,Total Discount Amount,Exclusive Tax Amount,"
    "Inclusive Tax Amount,Starting Balance,Ending Balance,Date (UTC),Due Date (UTC),Paid At (UTC),Period Start (UTC),Period End (UTC),Paid,Closed,Forgiven"
)
CHARGEBEE = (
    "subscriptions.id,subscriptions.plan_id,subscriptions.plan_quantity,subscriptions.plan_unit_price,subscriptions.status,subscriptions.start_date,"
    "subscriptions.trial_start,subscriptions.trial_end,subscriptions.current_term_start,subscriptions.current_term_end,"
    "subscriptions.remaining_billing_cycles,subscriptions.created_at,subscriptions.started_at,subscriptions.cancelled_at,subscriptions.po_number,"
    "subscriptions.auto_collection,subscriptions.pause_date,subscriptions.resume_date,customers.id,addresses.first_name,addresses.zip,subscriptions.cf_note"
)
RECURLY = (
    "id,created_at,updated_at,activated_at,canceled_at,expires_at,account_id,plan_id,object,uuid,state,current_period_started_at,current_period_ends_at,"
    "current_term_started_at,current_term_ends_at,trial_started_at,trial_ends_at,remaining_billing_cycles,total_billing_cycles,renewal_billing_cycles,"
    "auto_renew,paused_at,remaining_pause_cycles,currency,unit_amount,quantity,add_ons_total,subtotal,collection_method,expiration_reason"
)
REVENUECAT = (
    "rc_original_app_user_id,rc_last_seen_app_user_id_alias,country,product_identifier,start_time,end_time,grace_period_end_time,effective_end_time,"
    "store,is_auto_renewable,is_trial_period,is_in_intro_offer_period,is_sandbox,price_in_usd,takehome_percentage,store_transaction_id,"
    "refunded_at,unsubscribe_detected_at,billing_issues_detected_at,renewal_number,is_trial_conversion"
)
ZENDESK = (
    "Summation column,Id,Requester,Requester id,Requester external id,Requester email,Requester domain,Submitter,Assignee,Group,Subject,Tags,Status,"
    "Priority,Via,Ticket type,Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,Resolution time,"
    "Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,First reply time in minutes,Urgency [list],Effort Logged [dec],"
    "Non-billable [flag],JIRA ID [txt],Priority [list]"
)
SALESFORCE_OBJECT = (
    "Id,IsDeleted,MasterRecordId,Name,Type,ParentId,BillingStreet,BillingCity,BillingState,BillingPostalCode,BillingCountry,Phone,Fax,"
    "AccountNumber,Website,Industry,AnnualRevenue,NumberOfEmployees"
)
SNOWPLOW = (
    "app_id,platform,etl_tstamp,collector_tstamp,dvce_created_tstamp,event,event_id,txn_id,name_tracker,v_tracker,user_id,user_ipaddress,domain_userid,"
    "domain_sessionidx,network_userid,geo_country,page_url,event_name,se_category,se_action"
)

PRODUCT_ANALYTICS = [
    ShapeFile("mixpanel raw export", "export.jsonl", lines(*MIXPANEL), "usage_events", (
        event("A", "u1", "Signed up", "2020-10-13T17:48:31"), event("A", "u2", "Report", "2024-01-09T07:10:17.602"),
        event("B", "u1", "Report", "2024-01-09T07:10:17.602"),
    )),
    ShapeFile("mixpanel profiles", "engage.json", json.dumps({
        "page": 0, "page_size": 1000, "session_id": "s", "status": "ok", "total": 1,
        "results": [{"$distinct_id": "u1", "$properties": {"$created": "2024-01-01T00:00:00", "$email": "ann@alder.example", "$first_name": "Ann", "$last_seen": "2024-02-01T00:00:00"}}],
    }).encode(), words="profiles"),
    ShapeFile("mixpanel events table from the page", "Events.csv", table("Event Name,Time,Distinct ID,City", "Report,2024-01-09T07:10:17,u1,Ulm"), "usage_events", (event("Ulm", "u1", "Report", "2024-01-09T07:10:17"),), {"account_from": "City"}),
    ShapeFile("amplitude export API", "export.zip", zipped(**{"100/100_2021-05-27_11#0__json__gz".replace("/", "_"): gzip.compress(lines(AMPLITUDE, AMPLITUDE | {"uuid": "w2", "user_id": None, "event_time": "2021-05-28 00:00:00.000000"}))}), "usage_events", (
        event("A", "u1", "report opened", "2021-05-27T11:59:53.710"), event("A", "amplitude_id 5", "report opened", "2021-05-28T00:00:00"),  # without a user id: Amplitude's own
    )),
    ShapeFile("amplitude chart", "chart.csv", b'"\tSegment","\t2024-01-01","\t2024-01-02"\n"\tAll Users","\t12","\t15"\n', words="chart"),
    ShapeFile("amplitude warehouse, semicolons", "events.csv", wide(
        AMPLITUDE_TABLE, {"app": "1", "amplitude_id": "5", "user_id": "u1", "event_time": "2021-05-27 11:59:53.710000", "session_id": "-1", "event_type": "report opened", "groups": '"{""company_id"": ""A""}"', "uuid": "w1"},
    ).replace(b",", b";"), "usage_events", (event("A", "u1", "report opened", "2021-05-27T11:59:53.710"),)),
    ShapeFile("posthog batch export, json lines", "events.jsonl", lines(
        {"uuid": "p1", "event": "$pageview", "distinct_id": "u1", "person_id": "q", "properties": '{"$browser": "Chrome", "$group_0": "A"}', "person_properties": "{}", "timestamp": "2024-03-01T10:00:00Z", "_inserted_at": "2024-03-01T10:00:05Z", "new_field": 1},
    ), "usage_events", (event("A", "u1", "$pageview", "2024-03-01T10:00:00"),)),
    ShapeFile("posthog batch export, parquet", "events.parquet", parquet(
        {"uuid": "p1", "event": "$pageview", "distinct_id": "u1", "properties": '{"$group_0": "A"}', "person_properties": "{}", "timestamp": "2024-03-01T10:00:00Z"},
    ), "usage_events", (event("A", "u1", "$pageview", "2024-03-01T10:00:00"),)),
    ShapeFile("posthog events api", "events.json", json.dumps({"next": None, "results": [
        {"id": "p1", "distinct_id": "u1", "properties": {"$group_0": "A"}, "event": "saved", "timestamp": "2024-03-01T10:00:00.000000+00:00", "person": {}, "elements": [], "elements_chain": ""},
    ]}).encode(), "usage_events", (event("A", "u1", "saved", "2024-03-01T10:00:00"),)),
    ShapeFile("segment tracks", "tracks.csv", table(
        "anonymous_id,context_ip,context_group_id,event,event_text,id,received_at,sent_at,user_id", "x,127.0.0.1,A,report_opened,Report Opened,s1,2024-03-01 10:00:02,2024-03-01 10:00:00,u1",
    ), "usage_events", (event("A", "u1", "report_opened", "2024-03-01T10:00:00"),)),
    ShapeFile("segment users", "users.csv", table("id,context_ip,received_at,email,plan", "u1,127.0.0.1,2024-03-01 10:00:02,ann@alder.example,pro"), words="users"),
    ShapeFile("segment groups", "groups.csv", table(
        "anonymous_id,context_ip,group_id,id,received_at,sent_at,user_id,name,industry,employees",
        "x,127.0.0.1,A,s1,2024-03-01 10:00:02,2024-03-01 10:00:00,u1,Alder,Timber,20", "x,127.0.0.1,A,s2,2024-04-01 10:00:02,2024-04-01 10:00:00,u2,Alder Ltd,Timber,25",
    ), "accounts", ({"account_id": "A", "name": "Alder Ltd", "industry": "Timber", "employees": "25"},), duplicate=1),
    ShapeFile("pendo feature events, connector", "feature_event.csv", table(
        "account_id,feature_id,remote_ip,server_name,timestamp,user_agent,visitor_id,_fivetran_synced,app_id,num_events,num_minutes,param_parameter,_fivetran_id",
        "A,f1,127.0.0.1,x,2024-03-01 10:00:00+00:00,ua,v1,2024-03-02 00:00:00,1,12,3,,q",
    ), "usage_events", (event("A", "v1", "f1", "2024-03-01T10:00:00", quantity=12.0),)),
    ShapeFile("pendo accounts", "account_history.csv", table(
        "id,last_updated_at,agent_is_paying,agent_name,agent_planlevel,first_visit,last_visit,salesforce_type", "A,2024-03-01 00:00:00,true,Alder,Pro,2023-01-05 10:00:00,2024-02-28 10:00:00,Customer",
    ), "accounts", ({"account_id": "A", "name": "Alder", "plan": "Pro", "agent_is_paying": "true"},)),
    ShapeFile("pendo visitors", "visitor_history.csv", table(
        "id,last_updated_at,account_id,agent_email,agent_role,first_visit,last_visit", "v1,2024-03-01 00:00:00,A,ann@alder.example,admin,2023-01-05 10:00:00,2024-02-28 10:00:00",
    ), "contacts", ({"contact_id": "v1", "account_id": "A", "email": "ann@alder.example"},)),
    ShapeFile("pendo aggregation, raw", "features.json", json.dumps({"results": [
        {"visitorId": "v1", "accountId": "A", "featureId": "f1", "numEvents": 4, "numMinutes": 1, "hour": 1709287200000},
    ]}).encode(), "usage_events", (event("A", "v1", "f1", "2024-03-01T10:00:00", quantity=4.0),)),
    ShapeFile("ga4 report", "report.csv", (
        b"# ----------------------------------------\n# Google Analytics report\n# Account: Alder\n# Property: Site\n# ----------------------------------------\n#\n"
        b"# Start date: 20240101\n# End date: 20240131\nNth day,Active users\n0000,5\n0001,7\n\n# Start date: 20240101\n# End date: 20240131\nCountry,Active users\nGermany,9\n"
    ), words="Google Analytics"),
    ShapeFile("ga4 events, connector", "events.csv", table(
        "date,name,timestamp,user_pseudo_id,user_id,param_ga_session_id,param_page_location", "20240301,page_view,2024-03-01 10:00:00,1.2,u1,77,https://alder.example/",
    ), "usage_events", (event("https://alder.example/", "u1", "page_view", "2024-03-01T10:00:00"),), {"account_from": "param_page_location"}),
    ShapeFile("snowplow atomic events", "events.tsv", wide(
        SNOWPLOW, {"app_id": "A", "platform": "web", "collector_tstamp": "2024-03-01 10:00:00.123", "event": "struct", "event_id": "e1", "user_id": "u1", "domain_userid": "d", "event_name": "saved"},
    ).replace(b",", b"\t"), "usage_events", (event("A", "u1", "saved", "2024-03-01T10:00:00.123"),), {"account_from": "app_id"}),
    ShapeFile("metabase accounts, another language", "accounts.csv", (
        'ID,Email,First Name,Last Name,Plan,Source,Seats,Created At,Trial Ends At,Canceled At,Trial Converted,Active Subscription,Legacy Plan,Latitude,Longitude,Country\n'
        '"1,001",ann@alder.example,Ann,Lee,Basic,Facebook,5,"setembro 15, 2020, 4:11 PM","setembro 29, 2020, 4:11 PM",,true,true,false,24.53256000° N,81.10000000° W,BR\n'
    ).encode(), "accounts", ({"account_id": "1,001", "name": "ann@alder.example", "plan": "Basic", "seats": 5, "created_on": "2020-09-15", "region": "BR", "Source": "Facebook"},)),
    ShapeFile("metabase events that name accounts by e-mail", "events.csv", (
        'ID,Account ID,Event,Timestamp,Page URL,Button Label\n"2,177",ann@alder.example,Button Clicked,"março 15, 2022, 1:10 AM",https://x.example/,Subscribe\n'
    ).encode(), "usage_events", (event("ann@alder.example", None, "Button Clicked", "2022-03-15T01:10:00"),)),
    ShapeFile("metabase invoices", "invoices.csv", (
        b'ID,Account ID,Payment,Expected Invoice,Plan,Date Received\n1,ann@alder.example,"2,177.1",true,Basic,"setembro 15, 2020, 4:11 PM"\n'
    ), words="invoices"),
    ShapeFile("metabase feedback", "feedback.csv", (
        b'ID,Account ID,Email,Date Received,Rating,Rating Mapped,Body\n1,ann@alder.example,ann@alder.example,"setembro 15, 2020, 4:11 PM",5,Great,"Good,\nreally"\n'
    ), "surveys", ({"survey_id": "1", "account_id": "ann@alder.example", "score": 5.0, "comment": "Good,\nreally", "answered_at": "2020-09-15T16:11:00"},), {"kind": "csat"}),
]  # fmt: skip

STATE = {"covers": "2024-06-01"}  # of what runs, the day of the export has to be said where the file's name does not
BILLING = [
    ShapeFile("stripe subscriptions", "subscriptions.csv", wide(
        STRIPE,
        {"id": "sub_1", "Customer ID": "cus_1", "Customer Name": "Alder", "Plan": "Pro", "Quantity": "3", "Currency": "usd", "Interval": "month", "Amount": "1250.00", "Status": "active", "Created (UTC)": "2024-01-31 10:00", "Start (UTC)": "2024-02-01 00:00", "Current Period End (UTC)": "2024-06-01 00:00", "Canceled At (UTC)": "2024-05-20 12:00"},
        {"id": "sub_2", "Customer ID": "cus_2", "Plan": "Pro", "Quantity": "1", "Currency": "usd", "Interval": "year", "Amount": "900.00", "Status": "canceled", "Created (UTC)": "2023-02-01 00:00", "Start (UTC)": "2023-08-01 00:00", "Current Period End (UTC)": "2024-02-01 00:00", "Ended At (UTC)": "2024-02-01 00:00"},
    ), "contracts", (
        {"contract_id": "sub_1", "account_id": "cus_1", "amount": "1250.00", "period": "1 month", "currency": "USD", "starts_on": "2024-01-31", "changed_on": "2024-02-01", "ends_on": None, "cancelled_on": "2024-05-20", "is_trial": False, "seats": 3},
        {"contract_id": "sub_2", "account_id": "cus_2", "amount": "900.00", "period": "1 year", "starts_on": "2023-02-01", "ends_on": "2024-02-01"},
    ), STATE | {"amount_per": "line"}),
    ShapeFile("stripe subscriptions with a decimal comma", "subscriptions.csv", wide(
        STRIPE, {"id": "sub_1", "Customer ID": "cus_1", "Plan": "Pro", "Currency": "eur", "Interval": "month", "Amount": '"1234,56"', "Status": "active", "Start (UTC)": "2024-02-01 00:00"},
    ), "contracts", ({"contract_id": "sub_1", "amount": "1234.56", "currency": "EUR"},), STATE),
    ShapeFile("stripe invoices", "invoices.csv", wide(STRIPE_INVOICES, {"id": "in_1", "Customer": "cus_1", "Subscription": "sub_1", "Status": "paid", "Amount Due": "10.00"}), words="list of invoices"),
    ShapeFile("stripe balance history", "balance.csv", table(
        "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description,Customer Facing Currency", "txn_1,charge,ch_1,-824.08,0.00,-824.08,eur,2017-01-28 01:13,2017-02-04 00:00,x,eur",
    ), words="balance"),
    ShapeFile("chargebee subscriptions", "Subscriptions.csv", wide(
        CHARGEBEE, {"subscriptions.id": "s1", "subscriptions.plan_id": "pro", "subscriptions.plan_quantity": "4", "subscriptions.plan_unit_price": "25.50", "subscriptions.status": "Non Renewing", "subscriptions.current_term_end": "2024-12-31", "subscriptions.started_at": "2024-01-01", "subscriptions.cancelled_at": "2025-01-01", "customers.id": "00123"},
    ), "contracts", ({"contract_id": "s1", "account_id": "00123", "amount": "102.00", "period": "1 month", "seats": 4, "starts_on": "2024-01-01", "ends_on": "2025-01-01", "currency": "EUR"},), STATE | {"period": "1 month", "currency": "EUR"}),
    ShapeFile("chargebee addons", "SubscriptionAddons.csv", table("Subscription Id,Addon Id,Addon Quantity,Addon Unit Price", "s1,extra,2,5.00"), words="addons"),
    ShapeFile("chargebee coupons", "SubscriptionCoupons.csv", table("Subscription Id,Coupon Id", "s1,TEN"), words="coupons"),
    ShapeFile("recurly subscriptions, several versions", "subscription_history.csv", wide(
        RECURLY,
        {"id": "r1", "created_at": "2024-01-01 00:00:00", "updated_at": "2024-01-01 00:00:00", "activated_at": "2024-01-02 00:00:00", "account_id": "A", "plan_id": "p", "uuid": "u", "state": "active", "current_term_ends_at": "2024-06-01 00:00:00", "auto_renew": "true", "currency": "EUR", "unit_amount": "10", "quantity": "7", "subtotal": "70"},
        {"id": "r1", "created_at": "2024-01-01 00:00:00", "updated_at": "2024-03-01 00:00:00", "activated_at": "2024-01-02 00:00:00", "account_id": "A", "plan_id": "p", "uuid": "u", "state": "active", "current_term_ends_at": "2024-06-01 00:00:00", "auto_renew": "true", "currency": "EUR", "unit_amount": "12", "quantity": "7", "subtotal": "84"},
    ), "contracts", ({"contract_id": "r1", "account_id": "A", "amount": "84.00", "period": "1 month", "currency": "EUR", "starts_on": "2024-01-02", "ends_on": None, "auto_renew": True},), STATE | {"period": "1 month"}, duplicate=1),
    ShapeFile("revenuecat transactions", "transactions.csv", wide(
        REVENUECAT, {"rc_original_app_user_id": "u1", "product_identifier": "pro", "start_time": "2024-01-01 00:00:00", "end_time": "2023-12-31 00:00:00", "effective_end_time": "2024-02-01 00:00:00", "store": "app_store", "is_auto_renewable": "true", "is_trial_period": "false", "price_in_usd": "9.99", "renewal_number": "1"},
    ), words="transactions"),
]  # fmt: skip

CRM = [
    ShapeFile("salesforce report with footers", "report.csv", (
        b'"Account ID","Account Name","Account Owner","Type","Billing Country","Created Date"\n'
        b'"00600000263E109","Alder","Dana Ray","Customer","Germany","1/31/2024"\n"00600000263e109","Birch","Dana Ray","Customer","France","12/2/2023"\n'
        b'"0060000026AbCdE","Cedar","Kim Oh","Partner","France","2/13/2024"\n\n"Grand Totals (3 records)"\n\n"Accounts of the north"\n"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
        b'"Confidential Information - Do Not Distribute"\n"Generated By:  Dana Ray  11/25/2026 9:15 AM"\n'
    ), "accounts", (
        {"account_id": "00600000263E109", "name": "Alder", "owner": "Dana Ray", "created_on": "2024-01-31"}, {"account_id": "00600000263e109", "name": "Birch", "created_on": "2023-12-02"},
        {"account_id": "0060000026AbCdE", "name": "Cedar", "segment": "Partner", "created_on": "2024-02-13"},
    )),
    ShapeFile("salesforce report, real copyright sign", "report.csv", (
        "Account ID,Account Name,Account Owner\n00600000263E109,Alder,Dana Ray\n\nTotal,1,\n\nConfidential Information - Do Not Distribute,,\nCopyright © 2000-2026 salesforce.com,,\n"
    ).encode("cp1252"), "accounts", ({"account_id": "00600000263E109", "name": "Alder"},)),
    ShapeFile("salesforce opportunity history", "history.csv", table(
        "Opportunity ID,Opportunity Name,From Stage,To Stage,Stage Duration,Last Modified,Amount,Close Date,Stage,Created Date", "00600000263E109,Renewal,Prospect,Won,5,1/2/2024,100.00,1/31/2024,Won,12/1/2023",
    ), words="opportunities"),
    ShapeFile("salesforce object export", "Account.csv", "".join(
        ",".join(f'"{cell}"' for cell in row.split(",")) + "\r\n"
        for row in (SALESFORCE_OBJECT, record(SALESFORCE_OBJECT, {"Id": "0015g00000AbCdEAAX", "IsDeleted": "false", "Name": "Alder", "Type": "Customer", "ParentId": "0015g00000XyZzzAAX", "BillingCountry": "Germany", "Website": "alder.example", "Industry": "Timber", "AnnualRevenue": "24120000"}))
    ).encode(), "accounts", ({"account_id": "0015g00000AbCdEAAX", "name": "Alder", "parent_id": "0015g00000XyZzzAAX", "region": "Germany", "industry": "Timber", "AnnualRevenue": "24120000"},)),
    ShapeFile("salesforce opportunities, connector", "sf_opportunity_data.csv", table(
        "id,account_id,name,type,amount,close_date,is_closed,is_won,stage_name,created_date", "006A,001A,Renewal,New,24120000,2024-01-31,true,true,Closed Won,2023-12-01",
    ), words="opportunities"),
    ShapeFile("hubspot companies", "companies.csv", table(
        "Record ID,Company name,Company Domain Name,Company owner,Create Date,Phone Number,Last Activity Date (GMT+1),City,Country/Region,Industry",
        "9001,Alder,alder.example,Dana Ray,2024-02-01 09:30,+49 1,2024-05-01 10:00,Ulm,Germany,TIMBER",
    ), "accounts", ({"account_id": "9001", "name": "Alder", "owner": "Dana Ray", "created_on": "2024-02-01", "region": "Germany", "industry": "TIMBER", "Company Domain Name": "alder.example"},)),
    ShapeFile("hubspot companies, German, UTF-16 and tabs", "unternehmen.csv", table(
        "Datensatz-ID,Unternehmensname,Unternehmens-Domain-Name,Zuständiger Mitarbeiter,Erstellungsdatum,Telefonnummer,Stadt,Land/Region,Branche",
        "9001\tAlder\talder.example\tDana Ray\t2024-02-01 09:30\t+49 1\tUlm\tDeutschland\tHOLZ", sign="\t", encoding="utf-16",
    ), "accounts", ({"account_id": "9001", "name": "Alder", "owner": "Dana Ray", "created_on": "2024-02-01", "region": "Deutschland", "industry": "HOLZ"},)),
    ShapeFile("hubspot companies, Spanish", "empresas.csv", table(
        "ID de registro,Nombre de la empresa,Nombre de dominio de la empresa,Propietario de la empresa,Fecha de creación,Ciudad,País/región,Sector", "9001,Alder,alder.example,Dana Ray,2024-02-01 09:30,Ulm,Alemania,X",
    ), "accounts", ({"account_id": "9001", "name": "Alder", "owner": "Dana Ray", "created_on": "2024-02-01", "region": "Alemania"},)),
    ShapeFile("hubspot companies, French", "entreprises.csv", table(
        "ID de fiche d'informations,Nom de l'entreprise,Nom de domaine de l'entreprise,Propriétaire de l'entreprise,Date de création,Ville,Pays/région,Secteur", "9001,Alder,alder.example,Dana Ray,2024-02-01 09:30,Ulm,Allemagne,X",
    ), "accounts", ({"account_id": "9001", "name": "Alder", "owner": "Dana Ray", "created_on": "2024-02-01", "region": "Allemagne"},)),
    ShapeFile("hubspot companies, Portuguese", "empresas.csv", table(
        "ID do registro,Nome da empresa,Nome do domínio da empresa,Proprietário da empresa,Data de criação,Cidade,País/Região,Setor", "9001,Alder,alder.example,Dana Ray,2024-02-01 09:30,Ulm,Alemanha,X",
    ), "accounts", ({"account_id": "9001", "name": "Alder", "owner": "Dana Ray", "created_on": "2024-02-01", "region": "Alemanha"},)),
    ShapeFile("hubspot contacts with the company that is first", "contacts.csv", table(
        "Record ID,First Name,Last Name,Email,Primary Company,Associated Company,Associated Company IDs,Associated Company IDs (Primary)",
        "551,Kim,Ng,kim@alder.example,Alder,Alder;Birch,9001;9002,9001",
    ), "contacts", ({"contact_id": "551", "account_id": "9001", "name": "Kim Ng", "email": "kim@alder.example"},)),
    ShapeFile("hubspot contacts that know their company by its name alone", "contacts.csv", table(
        "Record ID,First Name,Last Name,Email,Phone Number,Company Name,Lifecycle Stage,Create Date", "551,Kim,Ng,kim@alder.example,,Alder,Customer,2025-01-01 10:00",
    ), "contacts", ({"contact_id": "551", "account_id": "Alder", "name": "Kim Ng", "email": "kim@alder.example"},)),
    ShapeFile("hubspot contacts, associated companies by name", "contacts.csv", table(
        "First Name,Last Name,Email,Job Title,Associated Company", "Kim,Ng,kim@alder.example,CTO,Alder",
    ), "contacts", ({"contact_id": "kim@alder.example", "account_id": "Alder", "name": "Kim Ng"},)),
    ShapeFile("hubspot contacts, German", "kontakte.csv", table(
        "Datensatz-ID,Vorname,Nachname,E-Mail,Telefonnummer,Zugeordnetes Unternehmen", "551,Kim,Ng,kim@alder.example,,Alder",
    ), "contacts", ({"contact_id": "551", "account_id": "Alder", "name": "Kim Ng", "email": "kim@alder.example"},)),
    ShapeFile("hubspot contacts, names of the API", "contacts.csv", table(
        "hs_object_id,firstname,lastname,email,jobtitle,associatedcompanyid", "551,Kim,Ng,kim@alder.example,CTO,9001",
    ), "contacts", ({"contact_id": "551", "account_id": "9001", "name": "Kim Ng", "email": "kim@alder.example"},)),
    ShapeFile("people of any tool, with first and last name", "people.csv", table(
        "Contact ID,First Name,Last Name,Account Name,Title,Phone,Email,Contact Owner", "0031,Kim,Ng,Alder,CTO,,kim@alder.example,Ines",
    ), "contacts", ({"contact_id": "0031", "account_id": "Alder", "name": "Kim Ng", "email": "kim@alder.example"},)),
    ShapeFile("hubspot tickets", "tickets.csv", table(
        "Ticket ID,Ticket name,Pipeline,Ticket status,Create date,Close date,Priority,Ticket owner,Associated Company,Associated Company IDs",
        "71,No login,Support,Closed,2026-09-01 10:00,2026-09-02 10:00,High,Sam,Alder,9001",
    ), "tickets", ({"ticket_id": "71", "account_id": "9001", "subject": "No login", "opened_at": "2026-09-01T10:00:00", "resolved_at": "2026-09-02T10:00:00", "status": "Closed"},)),
    ShapeFile("zendesk tickets, classic export with its minutes", "tickets.csv", table(
        "Id,Requester,Organization,Subject,Status,Priority,Via,Ticket type,Created at,Updated at,Solved at,Satisfaction Score,Reopens,Replies,"
        "First reply time in minutes,First reply time in minutes within business hours,Full resolution time in minutes",
        "101,Ann,Alder,Export,Closed,High,Email,Problem,2025-03-07 16:30,2025-03-12 09:00,2025-03-10 10:30,Good,1,2,30,30,3960",
        "102,Bea,Birch,Login,Open,Urgent,Web,Incident,2025-03-08 09:00,2025-03-11 09:00,,Offered,0,3,2910,60,",
        "103,Bea,Birch,Hours,New,Low,Web,Question,2025-03-11 09:00,2025-03-11 09:00,,,0,0,0,0,",
        "104,Bea,Birch,Price,Solved,Low,Chat,Question,2025-03-11 09:00,2025-03-11 09:00,,,0,1,1.5,0,90",
    ), "tickets", (  # Friday 16:30 + 30 min; Saturday 9:00 + 2,910 min = 2 days 0:30 later; never answered; 1.5 min, and 90 min = 10:30
        {"ticket_id": "101", "account_id": "Alder", "first_reply_at": "2025-03-07T17:00:00", "resolved_at": "2025-03-10T10:30:00", "csat": None, "reopened": 1, "kind": "Problem", "channel": "Email"},
        {"ticket_id": "102", "first_reply_at": "2025-03-10T09:30:00", "resolved_at": None, "reopened": 0},
        {"ticket_id": "103", "first_reply_at": None, "resolved_at": None},
        {"ticket_id": "104", "first_reply_at": "2025-03-11T09:01:30", "resolved_at": "2025-03-11T10:30:00"},
    )),
    ShapeFile("zendesk explore, with metrics", "explore.csv", table(
        "Ticket ID,Ticket organization name,Ticket created - Timestamp,Ticket status,SUM(Reopens),SUM(First reply time (min)),SUM(Full resolution time (min))",
        "41,Alder,2026-11-20T09:41:00,Solved,2,19,1440", "42,Birch,2026-11-20T09:41:00,Open,0,,",
    ), "tickets", (
        {"ticket_id": "41", "first_reply_at": "2026-11-20T10:00:00", "resolved_at": "2026-11-21T09:41:00", "reopened": 2},
        {"ticket_id": "42", "first_reply_at": None, "resolved_at": None},
    )),
    ShapeFile("zendesk tickets, from the API with metric sets", "tickets.jsonl", lines(
        {"id": 101, "organization_id": 9001, "requester_id": 7, "ticket_form_id": 1, "created_at": "2025-03-07T16:30:00Z", "updated_at": "2025-03-12T09:00:00Z", "type": "problem", "subject": "Export", "priority": "high", "status": "closed", "via": {"channel": "email"}, "satisfaction_rating": {"score": "good"},
         "metric_set": {"solved_at": "2025-03-10T10:30:00Z", "reopens": 1, "replies": 2, "reply_time_in_minutes": {"calendar": 30, "business": 12}, "full_resolution_time_in_minutes": {"calendar": 3960, "business": 90}}},
        {"id": 102, "organization_id": 9002, "requester_id": 8, "ticket_form_id": 1, "created_at": "2025-03-08T09:00:00Z", "updated_at": "2025-03-08T09:00:00Z", "type": None, "subject": "Login", "priority": None, "status": "new", "via": {"channel": "web"}, "satisfaction_rating": {"score": "unoffered"},
         "metric_set": {"solved_at": None, "reopens": 0, "replies": 0, "reply_time_in_minutes": {"calendar": None, "business": None}, "full_resolution_time_in_minutes": {"calendar": None, "business": None}}},
    ), "tickets", (
        {"ticket_id": "101", "account_id": "9001", "first_reply_at": "2025-03-07T17:00:00", "resolved_at": "2025-03-10T10:30:00", "csat": None, "reopened": 1, "channel": "email"},
        {"ticket_id": "102", "account_id": "9002", "first_reply_at": None, "resolved_at": None, "reopened": 0},
    )),
    ShapeFile("zendesk metrics without their tickets", "metrics.jsonl", lines(
        {"id": 1, "ticket_id": 101, "created_at": "2025-03-07T16:30:00Z", "reply_time_in_minutes": {"calendar": 30, "business": 12}, "full_resolution_time_in_minutes": {"calendar": 3960, "business": 90}},
    ), words="name no organization"),
    ShapeFile("intercom conversations, on the workspace's clock", "conversations.csv", table(
        "Conversation ID,Conversation started at (America/New_York),Channel,Company name,Current conversation state,"
        "Conversation first replied at (America/New_York),Conversation first closed at (America/New_York),Last teammate rating",
        "215001,2025-03-07 18:00:00,Email,Alder,closed,2025-03-07 18:30:00,2025-03-10 09:00:00,5", "215002,2025-03-10 09:00:00,Chat,Birch,open,,,",
    ), "tickets", (  # EST is 5 hours behind UTC, EDT since 9 March 4 hours
        {"ticket_id": "215001", "opened_at": "2025-03-07T23:00:00", "first_reply_at": "2025-03-07T23:30:00", "resolved_at": "2025-03-10T13:00:00", "csat": 5.0, "channel": "Email"},
        {"ticket_id": "215002", "opened_at": "2025-03-10T13:00:00", "first_reply_at": None},
    )),
    ShapeFile("intercom conversations, from the API", "conversations.jsonl", lines(
        {"type": "conversation", "id": "215001", "created_at": 1741370400, "updated_at": 1741608000, "state": "closed", "priority": "not_priority", "title": None, "source": {"type": "email", "subject": "Export"}, "company": {"company_id": "A1"},
         "statistics": {"time_to_admin_reply": 300, "first_admin_reply_at": 1741372200, "last_close_at": 1741608000, "count_reopens": 1}, "conversation_rating": {"rating": 4}},
    ), "tickets", (  # 1741370400 = 2025-03-07 18:00 UTC; the 300 seconds leave office hours out
        {"ticket_id": "215001", "account_id": "A1", "opened_at": "2025-03-07T18:00:00", "first_reply_at": "2025-03-07T18:30:00", "resolved_at": "2025-03-10T12:00:00", "csat": 4.0, "reopened": 1, "subject": "Export"},
    )),
    ShapeFile("jira issues as feature requests", "jira.csv", table(
        "Summary,Issue key,Issue id,Issue Type,Status,Priority,Resolution,Created,Updated,Resolved,Votes,Labels,Labels,Sprint,Sprint,Custom field (Story Points),Comment,Comment,Status Category",
        'Export,PRD-1,10001,Story,Selected,High,,02/May/24 9:30 AM,03/May/24 10:00 AM,,4,a,b,S1,S2,5,"02/May/24 9:35 AM;kim;First",,To Do',
        "Mobile,PRD-2,10002,New Feature,Done,Low,Done,12/Jun/24 2:05 PM,13/Jun/24 1:00 PM,13/Jun/24 1:00 PM,1,,,,,8,,,Done",
        "Polish,PRD-3,10003,Story,Done,Low,Won't Do,12/Jun/24 2:05 PM,13/Jun/24 1:00 PM,13/Jun/24 1:00 PM,0,,,,,8,,,Done",
    ), "feature_requests", (
        {"request_id": "PRD-1", "title": "Export", "status": "open", "created_on": "2024-05-02", "shipped_on": None, "votes": 4, "effort_days": None},
        {"request_id": "PRD-2", "status": "shipped", "shipped_on": "2024-06-13", "votes": 1, "effort_days": None},
        {"request_id": "PRD-3", "status": "declined", "shipped_on": None, "votes": 0},
    ), {"table": "feature_requests"}),
    ShapeFile(
        "jira issues, German",
        "jira.csv",
        table(
            "Zusammenfassung,Vorgangsschlüssel,Vorgangs-ID,Vorgangstyp,Status,Priorität,Lösung,Erstellt,Aktualisiert,Erledigt,Stimmen",
            "Freigaben;PRD-1;10001;Story;In Arbeit;Hoch;;02/Mai/24 9:30 AM;03/Mai/24 10:00 AM;;4",
            "Mobil;PRD-2;10002;Story;Fertig;Hoch;Fertig;02/Mai/24 9:30 AM;03/Mai/24 10:00 AM;03/Dez/24 10:00 AM;1",
            sign=";",
        ),
        "feature_requests",
        (
            {"request_id": "PRD-1", "title": "Freigaben", "status": "in progress", "created_on": "2024-05-02", "shipped_on": None, "votes": 4},
            {"request_id": "PRD-2", "status": "shipped", "shipped_on": "2024-12-03"},
        ),
        {"table": "feature_requests"},
    ),
    ShapeFile(
        "zendesk explore, with days and no times",
        "explore.csv",
        table("Ticket ID,Ticket organization name,Ticket created - Date,Ticket status,First reply time (min)", "41,Alder,2026-11-20,Solved,19"),
        "tickets",
        ({"ticket_id": "41", "opened_at": "2026-11-20T00:00:00", "first_reply_at": None},),
    ),
    ShapeFile(
        "canny votes, one of nobody's company",
        "votes.csv",
        table("Post ID,Post Title,Voter Email,Company,Created", "p1,Approval,ann@alder.example,,2024-05-02", "p1,Approval,bea@birch.example,Birch,2024-05-02"),
        "request_votes",
        ({"account_id": "ann@alder.example", "contact_id": "ann@alder.example"}, {"account_id": "Birch"}),
    ),
    ShapeFile("jira issues as tickets", "jira.csv", table(
        "Summary,Issue key,Issue Type,Status,Priority,Created,Resolved,Custom field (Customer)",
        "No login,SUP-1,Bug,Done,High,01/Sep/26 10:00 AM,02/Sep/26 10:00 AM,Alder",
    ), "tickets", ({"ticket_id": "SUP-1", "account_id": "Alder", "subject": "No login", "kind": "Bug", "opened_at": "2026-09-01T10:00:00", "resolved_at": "2026-09-02T10:00:00"},), {"table": "tickets"}),
    ShapeFile("canny posts", "posts.csv", table(
        "Title,Details,Status,Votes,Board,Category,Author,Created,URL,MRR",
        "Approval flow,Two approve,under review,8,Features,Core,Ann,2024-05-02,https://alder.canny.example/p/approval,4500",
        "Excel export,,complete,6,Features,Core,Bea,2024-05-03,https://alder.canny.example/p/excel,900",
    ), "feature_requests", (
        {"request_id": "https://alder.canny.example/p/approval", "title": "Approval flow", "status": "under review", "votes": 8, "topic": "Core", "created_on": "2024-05-02", "effort_days": None},
        {"request_id": "https://alder.canny.example/p/excel", "status": "shipped", "votes": 6},
    )),
    ShapeFile("canny posts, from the API", "posts.jsonl", lines(
        {"id": "553c", "title": "Approval flow", "details": "Two approve", "status": "planned", "score": 8, "commentCount": 2, "created": "2024-05-02T10:00:00.000Z", "board": {"id": "b1", "name": "Features"}, "category": None, "url": "https://x.example/p"},
        {"id": "553d", "title": "Excel", "details": "", "status": "on ice", "score": 1, "commentCount": 0, "created": "2024-05-03T10:00:00.000Z", "board": {"id": "b1", "name": "Features"}, "category": None, "url": "https://x.example/q"},
    ), "feature_requests", (
        {"request_id": "553c", "title": "Approval flow", "status": "planned", "votes": 8, "topic": "Features", "created_on": "2024-05-02"},
        {"request_id": "553d", "status": None, "votes": 1},
    )),
    ShapeFile("canny votes", "votes.csv", table(
        "Post URL,Post Title,Voter Name,Voter Email,Company,MRR,Created",
        "https://alder.canny.example/p/approval,Approval flow,Ann,ann@alder.example,Alder,4500,2024-05-02", "https://alder.canny.example/p/approval,Approval flow,Bea,bea@birch.example,Birch,900,2024-05-03",
    ), "request_votes", (
        {"request_id": "https://alder.canny.example/p/approval", "account_id": "Alder", "contact_id": "ann@alder.example", "asked_on": "2024-05-02"},
        {"account_id": "Birch", "contact_id": "bea@birch.example", "asked_on": "2024-05-03"},
    )),
    ShapeFile("canny votes, from the API", "votes.jsonl", lines(
        {"id": "v1", "created": "2024-05-02T10:00:00.000Z", "board": {"id": "b1"}, "post": {"id": "553c", "title": "Approval flow"}, "voter": {"id": "u1", "email": "ann@alder.example", "userID": "77"}, "company": {"id": "A1"}},
    ), "request_votes", ({"vote_id": "v1", "request_id": "553c", "account_id": "A1", "contact_id": "77", "asked_on": "2024-05-02"},)),
    ShapeFile("productboard features", "features.csv", table(
        "entity_name,description,status_name,Effort,Health,component_name,pb_url,created_at",
        "Approval flow,Two approve,Candidate,16,On track,Core,https://alder.productboard.example/f/1,2024-05-02", "Excel export,,Released,4,,Core,https://alder.productboard.example/f/2,2024-05-03",
    ), "feature_requests", (  # hours, 8 to a day
        {"request_id": "https://alder.productboard.example/f/1", "title": "Approval flow", "status": "under review", "effort_days": 2.0, "topic": "Core"},
        {"request_id": "https://alder.productboard.example/f/2", "status": "shipped", "effort_days": 0.5},
    ), {"effort_unit": "hours"}),
    ShapeFile("productboard notes", "notes.csv", table(
        "Note title,Note text,Feature,Feature ID,Company name,User email,Created at", "Approvals please,We wait for it,Approval flow,F-1,Alder,ann@alder.example,2024-05-02 10:00",
        "Thanks,Nice,,,Birch,bea@birch.example,2024-05-03 10:00",
    ), "request_votes", ({"request_id": "F-1", "account_id": "Alder", "contact_id": "ann@alder.example", "note": "Approvals please", "asked_on": "2024-05-02"},), rejected=1),
    ShapeFile("productboard notes that name no feature", "notes.csv", table("Note title,User email,Company name,Created at", "Approvals,ann@alder.example,Alder,2024-05-02"), words="name no feature"),
    ShapeFile("hubspot deals as offers", "deals.csv", table(
        "Record ID,Deal Name,Deal Stage,Deal Type,Amount,Currency,Deal owner,Close Date,Create Date,Associated Company,Associated Company IDs",
        "1,Upgrade,Closed Won,Existing Business,12000,EUR,Dana,2024-04-15,2024-01-10,Alder,9001", "2,First,Negotiation,New Business,9000,EUR,Dana,2024-12-15,2024-01-10,Birch,9002",
        "3,Seats,Negotiation,Existing Business,5000,EUR,Dana,2024-12-15,2024-03-10,Cedar,9003",
    ), "offers", (  # the close date of the open one is when it is expected
        {"offer_id": "1", "account_id": "9001", "title": "Upgrade", "amount": "12000.00", "stage": "Closed Won", "result": "won", "closed_on": "2024-04-15", "made_on": "2024-01-10"},
        {"offer_id": "3", "account_id": "9003", "stage": "Negotiation", "result": None, "closed_on": None},
    ), {"table": "offers"}, rejected=1),
    ShapeFile("salesforce opportunities as offers", "opportunities.csv", table(
        "Opportunity ID,Opportunity Name,Account Name,Type,Stage,Amount,Amount Currency,Close Date,Created Date,Opportunity Owner",
        "006A,Seats,Alder,Existing Customer - Upgrade,Closed Lost,5000,USD,4/15/2024,1/10/2024,Dana", "006B,More,Birch,Existing Customer - Upgrade,Prospecting,700,USD,12/15/2024,1/31/2024,Dana",
    ), "offers", (
        {"offer_id": "006A", "account_id": "Alder", "kind": "upgrade", "result": "lost", "closed_on": "2024-04-15", "made_on": "2024-01-10"},
        {"offer_id": "006B", "result": None, "closed_on": None, "made_on": "2024-01-31"},
    ), {"table": "offers"}),
    ShapeFile("delighted people", "people.csv", table(
        "Person ID,Person Email,Company,Last Sent At", "p1,ann@alder.example,Alder,2024-05-30 08:00:00 UTC", "p2,bea@birch.example,Birch,",
    ), "survey_requests", ({"account_id": "Alder", "contact_id": "p1", "kind": "nps", "asked_at": "2024-05-30T08:00:00"},), {"kind": "nps"}, rejected=1),
    ShapeFile("jira service management", "jira.csv", table(
        "Summary,Issue key,Issue id,Issue Type,Status,Priority,Reporter,Created,Resolved,Custom field (Organizations)",
        "No login,SUP-1,10001,Bug,Done,High,Kim,01/Sep/26 10:00 AM,02/Sep/26 10:00 AM,Alder",
    ), "tickets", ({"ticket_id": "SUP-1", "account_id": "Alder", "subject": "No login", "opened_at": "2026-09-01T10:00:00", "resolved_at": "2026-09-02T10:00:00", "status": "Done"},)),
    ShapeFile("salesforce cases, a report", "cases.csv", table(
        "Case Number,Account Name,Contact Name,Subject,Status,Priority,Date/Time Opened,Date/Time Closed,Case Owner",
        "00001026,Alder,Kim,No login,Closed,High,9/13/2026 10:00 AM,9/14/2026 10:00 AM,Sam",
    ), "tickets", ({"ticket_id": "00001026", "account_id": "Alder", "subject": "No login", "opened_at": "2026-09-13T10:00:00", "resolved_at": "2026-09-14T10:00:00", "priority": "High"},)),
    ShapeFile("intercom conversations, a report", "conversations.csv", table(
        "Conversation ID,Conversation started at (UTC),Current conversation state,Channel,Company name,Conversation first replied at (UTC),"
        "Conversation last closed at (UTC),Conversation rating",
        "215,2026-09-01 10:00:00,closed,Email,Alder,2026-09-01 10:05:00,2026-09-02 12:00:00,5", "216,2026-09-03 10:00:00,open,Conversation,Birch,,,",
    ), "tickets", (
        {"ticket_id": "215", "account_id": "Alder", "opened_at": "2026-09-01T10:00:00", "first_reply_at": "2026-09-01T10:05:00", "resolved_at": "2026-09-02T12:00:00", "csat": 5.0},
        {"ticket_id": "216", "account_id": "Birch", "resolved_at": None, "status": "open"},
    )),
    ShapeFile("intercom conversations, with who wrote", "intercom.csv", table(
        "message_id,message_body,message_type,message_created_at,message_author_email,message_author_companies,conversation_id,conversation_state,"
        "conversation_created_at,conversation_first_response_at,conversation_closed_at",
        "m1,hi,conversation_message,2026-09-01 10:00:00,kim@alder.example,Alder,215,closed,2026-09-01 10:00:00,2026-09-01 10:05:00,2026-09-02 12:00:00",
    ), "tickets", ({"ticket_id": "215", "account_id": "Alder", "opened_at": "2026-09-01T10:00:00", "resolved_at": "2026-09-02T12:00:00", "status": "closed"},)),
    ShapeFile("zendesk explore", "explore.csv", table(
        "Ticket ID,Ticket organization name,Ticket created - Timestamp,Ticket solved - Timestamp,Ticket status,Ticket priority,Ticket subject",
        "41,Alder,2026-11-20T09:41:00,2026-11-21T10:00:00,Solved,High,No login",
    ), "tickets", ({"ticket_id": "41", "subject": "No login", "account_id": "Alder", "opened_at": "2026-11-20T09:41:00", "resolved_at": "2026-11-21T10:00:00", "priority": "High"},)),
    ShapeFile("zendesk tickets, a view without the organization", "view.csv", table(
        "Summation column,ID,Subject,Requester,Requested,Status", "1,41,Help,Ann,2026-11-20 09:41,Open",
    ), words="Add the column Organization"),
    ShapeFile("google forms, German", "umfrage.csv", table(
        "Zeitstempel,Firma,E-Mail-Adresse,Wie wahrscheinlich ist eine Weiterempfehlung?,Warum?",
        "21.09.2026 10:00:00,Alder,kim@alder.example,9,gut",
    ), "surveys", ({"account_id": "Alder", "kind": "nps", "score": 9.0, "answered_at": "2026-09-21T10:00:00"},)),
    ShapeFile("surveymonkey, answers below their questions", "monkey.csv", (
        b"Respondent ID,Collector ID,Start Date,End Date,Email Address,How likely is it that you would recommend us to a colleague?,,Your company\n"
        b",,,,,Response,NPS group,Open-Ended Response\n"
        b"114,4,09/21/2026 10:00:00 AM,09/21/2026 10:02:00 AM,kim@alder.example,9,Promoter,Alder\n"
    ), "surveys", ({"survey_id": "114", "account_id": "Alder", "kind": "nps", "score": 9.0},), {"account_from": "Open-Ended Response"}),
    ShapeFile("hubspot deals", "deals.csv", table(
        "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date,Create Date,Pipeline,Associated Company,Associated Company IDs,Associated Contact IDs", "1,Renewal,won,$125000,Dana Ray,2024-04-15,2024-01-10,Sales,Alder,9001;9002,5",
    ), words="deals"),
    ShapeFile("zendesk tickets, classic report", "tickets.csv", wide(
        ZENDESK, {"Summation column": "1", "Id": "77", "Requester": "Ann", "Requester email": "ann@alder.example", "Organization": "Alder Ltd", "Subject": "=1+1", "Status": "Closed", "Priority": "High", "Ticket type": "Incident", "Created at": "2024-05-01 10:00", "Solved at": "2024-05-02 10:00", "Satisfaction Score": "Offered", "Effort Logged [dec]": "1.5", "Priority [list]": "p1"},
    ), "tickets", ({"ticket_id": "77", "account_id": "Alder Ltd", "subject": "=1+1", "opened_at": "2024-05-01T10:00:00", "resolved_at": "2024-05-02T10:00:00", "priority": "High", "status": "Closed"},)),
    ShapeFile("zendesk tickets, a view", "Your_unsolved_tickets.csv", table(
        "Summation column,Subject,ID,Requester,Requested,Status,Priority,Organization,Assignee", "1,Help,4101,Ann,2024-05-01 10:00,Open,High,Alder Ltd,Sam",
    ), "tickets", ({"ticket_id": "4101", "account_id": "Alder Ltd", "subject": "Help", "opened_at": "2024-05-01T10:00:00", "resolved_at": None, "priority": "High", "status": "Open"},)),
    ShapeFile("zendesk organizations", "organization_data.csv", table(
        "id,created_at,details,external_id,group_id,name,notes,shared_comments,shared_tickets,updated_at,url", "360,2024-01-01 10:00:00,,A,,Alder,,false,false,2024-02-01 10:00:00,https://x.example/360",
    ), "accounts", ({"account_id": "360", "name": "Alder", "created_on": "2024-01-01"},)),
    ShapeFile("intercom companies", "company_data.csv", table(
        "id,updated_at,company_id,created_at,industry,last_request_at,monthly_spend,plan_id,plan_name,remote_created_at,session_count,size,user_count,website,name",
        "1,2024-05-01 00:00:00,A,2024-02-01 00:00:00,Timber,2024-05-01 00:00:00,50,p,Pro,2024-01-15 00:00:00,20,30,5,alder.example,Alder",
    ), "accounts", ({"account_id": "A", "name": "Alder", "plan": "Pro", "industry": "Timber", "created_on": "2024-01-15", "website": "alder.example"},)),
    ShapeFile("nps with quotes, line breaks and other scripts", "nps.csv", (
        "\ufeffcategory,subcategory,date,feedback,score,user_role,license_sku,server_version\n"
        'NPS,,2024-03-01,"Works well,\nsays \\""everybody\\"" here",9,admin,A,7.1\nNPS,,2024-03-02,"とても良い",7,user,A,7.1\nNPS,,2024-03-03,,,user,B,7.1\n'
    ).encode(), "surveys", (
        {"account_id": "A", "kind": "nps", "score": 9.0, "comment": 'Works well,\nsays \\"everybody\\" here', "answered_at": "2024-03-01T00:00:00"},
        {"account_id": "A", "score": 7.0, "comment": "とても良い"},
    ), {"account_from": "license_sku"}, rejected=1),
    ShapeFile("delighted answers", "survey_response.csv", table("id,person,score,comment,person_properties,created_at", '1,p1,9,Good,"{""company"": ""A""}",2024-03-01 10:00:00'), "surveys", (
        {"survey_id": "1", "account_id": "A", "contact_id": "p1", "kind": "nps", "score": 9.0, "answered_at": "2024-03-01T10:00:00"},
    ), {"kind": "nps"}),
]  # fmt: skip

SPREADSHEETS = [
    ShapeFile("title rows above, notes and totals below", "customers.csv", (
        b"Customers of the north,,\nAs of 31 May 2024,,\n,,\nAccount ID,Account Name,Plan\n00123,Alder,Pro\n1e5,Birch,Basic\nTotal,2,\nNote: Birch is on trial,,\nAsk the sales team\n"
    ), "accounts", ({"account_id": "00123", "name": "Alder"}, {"account_id": "1e5", "name": "Birch"})),
    ShapeFile("semicolons, decimal comma, days with points, Latin letters", "vertraege.csv", (
        "contract_id;account_id;kind;starts_on;ends_on;amount;period;currency\n1;Kühn;recurring;31.01.2024;31.12.2024;1.234,56 €;1 month;EUR\n"
        "2;Öl;adjustment;15.02.2024;;(1.000,00);1 month;EUR\n"
    ).encode("cp1252"), "contracts", (
        {"contract_id": "1", "account_id": "Kühn", "starts_on": "2024-01-31", "ends_on": "2024-12-31", "amount": "1234.56"}, {"contract_id": "2", "account_id": "Öl", "amount": "-1000.00"},
    )),
    ShapeFile("excel serial days and short dates", "contracts.csv", (
        b'contract_id,account_id,starts_on,amount,period,currency\n1,A,41030,"2,177.10",1 month,USD\n2,B,41061,"$1,000.00",1 month,USD\n'
    ), "contracts", ({"contract_id": "1", "starts_on": "2012-05-01", "amount": "2177.10"}, {"contract_id": "2", "starts_on": "2012-06-01", "amount": "1000.00"})),
    ShapeFile("padded cells, five ways to say yes, three to say nothing", "contacts.csv", (
        b"contact_id , account_id,name,is_champion\r\n C1 ,\tA, Ann ,TRUE\r\nC2,A,?,yes\r\nC3,A,-,1\r\nC4,A,N/A,True\r\nC5,A,Bo,false\r\n"
    ), "contacts", (
        {"contact_id": "C1", "account_id": "A", "name": "Ann", "is_champion": True}, {"contact_id": "C2", "is_champion": True}, {"contact_id": "C3", "is_champion": True},
        {"contact_id": "C4", "is_champion": True}, {"contact_id": "C5", "is_champion": False},
    )),
    ShapeFile("day first or month first, said by a person", "tickets.csv", table(
        "ticket_id,account_id,opened_at", "1,A,2/1/2024 3:00", "2,A,3/4/2024 23:15",
    ), "tickets", ({"ticket_id": "1", "opened_at": "2024-01-02T03:00:00"}, {"ticket_id": "2", "opened_at": "2024-04-03T23:15:00"}), {"date_order": "dmy"}),
    ShapeFile("slashes with the year first", "tickets.csv", table("ticket_id,account_id,opened_at", "1,A,2020/9/21", "2,A,2023-07-28 3:00"), "tickets", (
        {"ticket_id": "1", "opened_at": "2020-09-21T00:00:00"}, {"ticket_id": "2", "opened_at": "2023-07-28T03:00:00"},
    )),
]  # fmt: skip
SHAPE_FILES = [*PRODUCT_ANALYTICS, *BILLING, *CRM, *SPREADSHEETS]
