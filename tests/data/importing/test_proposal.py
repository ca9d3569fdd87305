"""Which table a file is: weighed against its whole header and its values, with how sure that is; asked where it is not sure enough."""

import polars as pl
import pytest

from data.importing.contract_columns import period_columns
from data.importing.evidence import points
from data.importing.known_exports import why_not_kept
from data.importing.other_lists import what_is_missing
from data.importing.proposal import SURE, Candidate, Proposal, proposal, propose, proposed


def seen(text: str) -> Proposal:
    """The proposal for a table of text: cells parted by bars, the header first."""
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return proposal(header, pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row"))


PLAIN = "customer_id|product|start_date|end_date|amount|currency\nA1|Core|2024-07-01|2025-07-01|12000|USD\nA2|Core|2024-08-01|2025-08-01|6000|USD"
CRM = (
    "Record Id|Account Name|Account Owner|Account Type|Annual Revenue|Industry|Created Time|Status|Currency\n"
    "z1|Alder|Dana|Customer|1200000|Energy|2024-01-15 10:00|Active|USD\nz2|Birch|Kim|Customer|80000|Retail|2024-02-15 10:00|Active|USD"
)
BOTH = (
    "_id|name|owner|phase|health|customerFrom|renewalDate|arr|currency\n"
    "5f01|Alder|Dana|Ongoing|8|2024-01-15|2026-01-15|12000|USD\n5f02|Birch|Kim|Onboarding|6|2025-02-01|2026-02-01|6000|USD"
)


def test_who_did_what_in_which_workspace_is_usage_and_a_day_of_submitting_is_that_of_an_answer():
    events = seen("Timestamp|Workspace|User|Action\n2025-03-01 10:00:00|alder.example|ann@alder.example|share")
    assert events.question is None and events.best.mapping.columns == {
        "occurred_at": "Timestamp", "account_id": "Workspace", "user_id": "User", "event": "Action",
    }  # fmt: skip
    answers = seen("Response ID|Submitted|Company|How likely are you to recommend us?\nr1|2025-03-01|Alder|9\nr2|2025-03-02|Birch|4")
    assert answers.question is None and answers.best.mapping.columns["answered_at"] == "Submitted"
    assert answers.best.mapping.constants == {"kind": "nps"}


@pytest.mark.parametrize(
    ("text", "table"),
    [
        (PLAIN, "contracts"),
        (CRM, "accounts"),  # what a customer earns in a year is no contract
        (
            "Company|Module|Monthly fee|Live since|Account manager\nAlder|Core|400|2024-03-01|Dana\nAlder|Reports|150|2024-09-01|Dana",
            "contracts",
        ),
        ("Client|Next renewal|Annual recurring revenue|CSM|Risk\nAlder|2025-09-30|24000|Dana|low", "contracts"),
        ("Customer|Customer since|ARR (USD)|Notes\nAlder|2023-05-01|7200.25|", "contracts"),
        ("Customer|Month|Revenue\nAlder|2024-07|100\nAlder|2024-08|150", "contracts"),
        ("Kunde|Jan-24|Feb-24|Mrz-24\nAhorn|100|100|150", "contracts"),
        ("Kunde|Vertragsbeginn|Vertragsende|Jahreswert\nAhorn|01.01.2025|31.12.2025|12.500,00", "contracts"),
        ("客户名称|合同开始日期|合同结束日期|年度金额\n松江|2025-01-15|2026-01-14|12500", "contracts"),
        ("account_id|name|segment\nA|Alder|Small", "accounts"),
        ("account_id\nA", "accounts"),
        ("Company name|Owner|Industry\nAlder|Dana|Energy", "accounts"),
        ("Date|Customer|Type|Notes|CSM\n12/09/2026|Alder|Call|talked|Anna", "activities"),
        ("conversation_id|created_at|closed_at|company_name|subject\n1|2026-09-01 10:00|2026-09-02 10:00|Alder|Help", "tickets"),
        ("Customer|Ended|Reason\nAlder|2025-03-31|price", "churn_events"),
        ("user_id|account_id|event|timestamp\nu|A|saved|2024-01-01 10:00", "usage_events"),
        ("month|kind|amount\n2024-01|sales|100", "costs"),
        ("day|currency|rate\n2024-01-01|EUR|1.1", "fx_rates"),
    ],
)
def test_the_table_that_a_file_is(text, table):
    found = seen(text)
    assert (found.best.mapping.table, found.question) == (table, None)


def test_two_tables_that_are_close_are_asked_about_with_what_speaks_for_each():
    found = seen(BOTH)
    asked = found.question
    assert (asked.option, set(asked.choices) >= {"accounts", "contracts"}) == ("table", True)
    assert {found.best.mapping.table, found.runner_up.mapping.table} == {"accounts", "contracts"}
    assert "arr" in asked.text and "owner" in asked.text
    assert seen(PLAIN).runner_up.certainty < 1 - SURE


def test_certainty_is_what_is_left_beside_the_likeliest_other_and_sure_two_points_ahead():
    header = BOTH.splitlines()[0].split("|")
    one, other = (candidate for candidate in seen(BOTH).candidates[:2])
    assert one.certainty == pytest.approx(1 / (1 + 2 ** (other.points - one.points)))  # even: 1/2; one ahead: 2/3; two: 4/5
    mapping = propose(header).__class__("accounts", columns={"account_id": "account_id"})
    at = [Proposal((Candidate(mapping, 2.0, certainty),)) for certainty in (SURE, SURE - 1e-9)]
    assert SURE == 1 / (1 + 2.0**-2)
    assert [one.question is None for one in at] == [True, False]


def test_a_known_export_is_certain():
    found = seen("Record ID|Company name|Company owner\n9|Alder|Dana")
    assert (found.best.certainty, found.runner_up, found.question) == (1.0, None, None)


def test_several_rows_of_one_customer_speak_against_accounts():
    header = ["customer_id", "owner", "team", "remark"]
    one = pl.DataFrame({"customer_id": ["A", "B"], "owner": ["x", "y"], "team": ["t", "t"], "remark": ["1", "2"]})
    twice = one.with_columns(customer_id=pl.lit("A"))
    mapping = proposed(header, one, "accounts")
    assert points(mapping, header, one) - points(mapping, header, twice) == 2


@pytest.mark.parametrize(
    ("spare", "cells", "less"),
    [
        ("Zugangsgeld", ("1.500,00", "250,50"), 1),  # amounts that nobody explains
        ("Zugangsgeld", ("€ 1500", "€ 250"), 1),
        ("Zuletzt", ("2025-01-13", "2025-02-20"), 1),
        ("Zugangsgeld", ("12", "15"), 0),  # may be counts of anything
        ("Phone", ("12.50", "13.50"), -1),  # about a company: a point more
        ("Date", ("2025-01-13", "2025-02-20"), 2),
        ("invoice id", ("i1", "i2"), 2),
    ],
)
def test_what_a_list_of_accounts_would_not_have(spare, cells, less):
    header, sample = ["Company", "Owner"], pl.DataFrame({"Company": ["A", "B"], "Owner": ["x", "y"]})
    mapping = proposed(header, sample, "accounts")
    more = sample.with_columns(pl.Series(spare, cells))
    assert points(mapping, header, sample) - points(mapping, [*header, spare], more) == less


def test_what_nobody_explains_is_asked_about_and_not_taken_for_accounts():
    found = seen("Empresa|Plano|Data|Zugangsgeld\nAmieiro|Pro|13/01/2025|1.500,00")
    assert found.question is None or "accounts" in found.question.choices
    assert found.best is None or found.best.certainty < SURE


def test_an_end_without_a_reason_is_no_churn_and_a_cancellation_is_the_end_of_a_line_that_has_no_other():
    assert (
        seen("Customer|Ended\nAlder|2025-03-31").best is None
        or seen("Customer|Ended\nAlder|2025-03-31").best.mapping.table != "churn_events"
    )
    columns = proposed(["Customer", "Start", "MRR", "Cancelled at"], pl.DataFrame(), "contracts").columns
    assert (columns["ends_on"], "cancelled_on" in columns) == ("Cancelled at", False)
    both = proposed(["Customer", "Start", "End", "MRR", "Cancelled at"], pl.DataFrame(), "contracts").columns
    assert (both["ends_on"], both["cancelled_on"]) == ("End", "Cancelled at")
    assert "ends_on" not in proposed(["account_id", "starts_on", "amount", "cancelled_on"], pl.DataFrame(), "contracts").columns


@pytest.mark.parametrize(
    ("header", "amount", "period"),
    [
        ("Customer|Start|ACV", "ACV", "1 year"),
        ("Customer|Start|MRR|ARR", "MRR", "1 month"),
        ("Customer|Start|TCV|End", "TCV", "term"),
        ("Customer|Start|TCV|ACV", "ACV", "1 year"),
        ("Customer|Start|Price", "Price", None),
        ("Customer|Start|Monthly fee|Setup fee", "Monthly fee", "1 month"),
        ("Kunde|Beginn|Quartalsbetrag", "Quartalsbetrag", "3 month"),
        ("Customer|Start|Annual value|Billing frequency", "Annual value", "1 year"),  # how often it is billed does not change it
        ("Customer|Start|Annual revenue|Monthly amount", "Monthly amount", "1 month"),  # what the customer earns is no price
    ],
)
def test_what_an_amount_pays_for(header, amount, period):
    mapping = propose(header.split("|"), "contracts")
    assert (mapping.columns["amount"], mapping.constants.get("period")) == (amount, period)


def test_a_price_beside_its_interval_and_count():
    text = (
        "subscription_id|customer_id|currency|unit_amount|quantity|interval|interval_count|start_date\ns1|c1|usd|5000|2|month|1|2024-07-01"
    )
    mapping = seen(text).best.mapping
    assert mapping.joined == {"period": ("interval_count", "interval")}
    assert (mapping.options["amount_unit"], mapping.options["amount_per"]) == ("cents", "seat")
    sample = pl.DataFrame({"bill_period_months": ["1", "12"], "Billing": ["monthly", "yearly"]})
    assert period_columns(["bill_period_months"], sample) == ("bill_period_months",)
    assert period_columns(["Billing"], sample) == ("Billing",)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("customer_id|invoice_date|invoice_amount|invoice_number", "list of invoices"),
        ("Kunde|Rechnungsnummer|Rechnungsdatum|Betrag", "list of invoices"),
        ("Client|N° de facture|Date de facture|Montant total", "list of invoices"),
        ("Date|Num|Customer|Due date|Amount due", "list of invoices"),
        ("Payment date|Customer|Amount received|Payment method", "list of payments"),
        ("客户|付款日期|付款方式|付款金额", "list of payments"),
        ("Customer|Jan|Feb|Mar", "without their year"),
        ("Kunde|Q1 2024|Q2 2024", "quarters"),
        ("Date|Name|Type|Gross|Fee|Net|Transaction ID", "list of payments"),
        ("Opportunity Name|Account Name|Stage|Close Date|Amount", "deals or opportunities"),
    ],
)
def test_lists_that_are_not_kept_say_what_to_bring_instead(header, words):
    assert words in why_not_kept(header.split("|"))


@pytest.mark.parametrize(
    "header", ["Customer|Contract start|ACV|Payment terms|Invoice number", "Customer|Start|Payment method|Monthly fee|Last payment date"]
)
def test_a_contract_list_that_knows_its_invoices_stays_one(header):
    assert why_not_kept(header.split("|")) is None


def test_what_a_header_that_fits_nothing_lacks():
    assert "no column says what is paid" in what_is_missing(["Customer", "Start", "End"])
    assert "sums of all customers" in what_is_missing(["Month", "MRR", "New MRR"])
    assert "thousands" in what_is_missing(["Customer", "Start", "ARR (k€)"])
    assert what_is_missing(["colour", "taste"]) is None
