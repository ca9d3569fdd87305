"""Lists in own words for tables that are never guessed: found where the table is given, and in no other file."""

import tomllib

import polars as pl
import pytest

from data.importing.headers import header_words
from data.importing.own_names import NAMES, own_names
from data.importing.proposal import proposal
from data.schema import TABLES

# Headers in English, German and Chinese, in an order of their own, with columns that are none; and what each is.
LISTS = {
    "offers": [
        {"Opportunity Name": "title", "Customer": "account_id", "Offer date": "made_on", "Annual amount": "amount", "Colour": ""},
        {"Kunde": "account_id", "Bezeichnung": "title", "Angeboten am": "made_on", "Jahresbetrag": "amount", "Grund": "reason"},
        {"客户": "account_id", "商机名称": "title", "提出日期": "made_on", "年金额": "amount", "负责人": "owner"},
    ],
    "referrals": [
        {"Customer": "account_id", "Asked": "asked_on", "Referred company": "referred"},
        {"Kunde": "account_id", "Angefragt am": "asked_on", "Empfohlene Firma": "referred"},
        {"客户": "account_id", "请求日期": "asked_on", "被推荐公司": "referred"},
    ],
    "plan_steps": [
        {"Edition": "plan", "Step": "place", "Seat limit": "seats"},
        {"Tarif": "plan", "Reihenfolge": "place", "Plätze": "seats"},
        {"套餐": "plan", "顺序": "place", "席位上限": "seats"},
    ],
    "plan_features": [
        {"Feature name": "feature", "Edition": "plan", "Limit per month": "monthly_limit"},
        {"Funktion": "feature", "Tarif": "plan", "Monatslimit": "monthly_limit"},
        {"功能": "feature", "套餐": "plan", "每月上限": "monthly_limit"},
    ],
    "sla_targets": [
        {"SLA policy": "target_id", "Severity": "priority", "First response hours": "first_reply_hours", "Valid from": "starts_on"},
        {"Ziel": "target_id", "Priorität": "priority", "Reaktionszeit (h)": "first_reply_hours", "Gültig ab": "starts_on"},
        {"编号": "target_id", "优先级": "priority", "首次响应时限（小时）": "first_reply_hours", "生效日期": "starts_on"},
    ],
    "support_calendars": [
        {"Name": "calendar", "Timezone": "time_zone", "Mon": "monday", "Sun": "sunday"},
        {"Kalender": "calendar", "Zeitzone": "time_zone", "Montag": "monday", "Sonntag": "sunday"},
        {"日历": "calendar", "时区": "time_zone", "周一": "monday", "星期日": "sunday"},
    ],
    "holidays": [
        {"Schedule": "calendar", "Date": "day", "Holiday": "name"},
        {"Kalender": "calendar", "Datum": "day", "Feiertag": "name"},
        {"日历": "calendar", "日期": "day", "节日": "name"},
    ],
    "survey_requests": [
        {"Company": "account_id", "Recipient": "contact_id", "Survey": "kind", "Sent at": "asked_at"},
        {"Kunde": "account_id", "Empfänger": "contact_id", "Umfrage": "kind", "Versendet am": "asked_at"},
        {"客户": "account_id", "收件人": "contact_id", "问卷类型": "kind", "发送时间": "asked_at"},
    ],
    "feature_requests": [
        {"Key": "request_id", "Summary": "title", "Person-days": "effort_days", "Area": "topic", "Upvotes": "votes"},
        {"Wunsch-Nr.": "request_id", "Funktionswunsch": "title", "Aufwand (PT)": "effort_days", "Bereich": "topic", "Stimmen": "votes"},
        {"需求编号": "request_id", "需求名称": "title", "人天": "effort_days", "模块": "topic", "票数": "votes"},
    ],
    "request_votes": [
        {"Feature request": "request_id", "Account": "account_id", "Voter email": "contact_id", "Voted on": "asked_on"},
        {"Wunsch": "request_id", "Kunde": "account_id", "Ansprechpartner": "contact_id", "Gewünscht am": "asked_on"},
        {"需求编号": "request_id", "客户": "account_id", "提出人": "contact_id", "提出日期": "asked_on"},
    ],
}  # fmt: skip
EVERY = [(table, header) for table, several in LISTS.items() for header in several]


@pytest.mark.parametrize(("table", "header"), EVERY, ids=[f"{table} {next(iter(header))}" for table, header in EVERY])
def test_a_list_in_own_words_is_mapped_where_its_table_is_given(table, header):
    sample = pl.DataFrame(schema=dict.fromkeys(header, pl.String))
    found = proposal([*header], sample, table).best.mapping
    assert found.columns == {target: source for source, target in header.items() if target}
    assert not TABLES[table].lacking(found.given)


@pytest.mark.parametrize(("table", "header"), EVERY, ids=[f"{table} {next(iter(header))}" for table, header in EVERY])
def test_it_is_proposed_for_none_of_these_tables_unasked(table, header):
    found = proposal([*header], pl.DataFrame(schema=dict.fromkeys(header, pl.String)))
    assert not {one.mapping.table for one in found.candidates} & {*LISTS}


def test_every_name_is_written_as_headers_are_read_and_stands_for_a_column_of_a_table_that_is_never_guessed():
    told = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    assert set(told) == set(LISTS)
    for table, columns in told.items():
        assert TABLES[table].by_name and set(columns) <= set(TABLES[table].names)
        assert all(name == header_words(name) for names in columns.values() for name in names)
    assert own_names("tickets", "ticket_id") == ()


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (["Request", "Title"], {"request_id": "Request", "title": "Title"}),
        (["Feature"], {"request_id": "Feature", "title": "Feature"}),
        (["Title"], {"request_id": "Title", "title": "Title"}),
    ],
)
def test_a_request_without_an_id_goes_by_its_title(header, wanted):
    found = proposal(header, pl.DataFrame(schema=dict.fromkeys(header, pl.String)), "feature_requests").best.mapping
    assert found.columns == wanted
