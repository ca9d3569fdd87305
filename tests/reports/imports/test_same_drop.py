"""What files dropped together tell of each other: the account's column, accounts without events, the day of an export."""

import pytest

from data.importing import uploads
from data.importing.desk import OnDesk, Told
from data.importing.run import take
from data.store.store import Store
from reports.imports.import_plan import ASKS, READY, asked_alike, planned
from reports.imports.same_drop import together

LIST = "account_id,name,domain\n1,Alder GmbH,alder.example\n2,Birch,birch.example\n3,Cedar,cedar.example\n"
LINES = (
    "contract_id,account_id,client name,client e-mail,product,starts_on,amount,period,currency\n"
    "c1,cus_1,Alder GmbH,ap@alder.example,Core,2025-01-01,100,1 month,USD\nc2,cus_2,Birch,ap@birch.example,Core,2025-01-01,100,1 month,USD\n"
)
EVENTS = "account_id,user_id,event,occurred_at\nalder.example,ann,open,2025-05-01T10:00:00Z\n"
STATE = "id,Customer ID,Customer Name,Status,Currency,Interval,Amount,Created (UTC),Current Period End (UTC)\n"
STATE += "sub_1,cus_1,Alder GmbH,active,usd,month,100.00,2025-03-03 08:00,2025-07-01 08:00\n"
SOLD = "Customer,Start,End,Annual value,Currency\nBirch,2025-01-01,2025-12-31,9600,USD\nCedar,2025-03-01,2026-02-28,4800,USD\n"


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "s.duckdb")
    yield opened
    opened.close()


def plan_of(store: Store, files: dict[str, str], **answers: dict[str, str]) -> dict:
    """The plan of files by their names without their ends; answers to each by that name."""
    held = [uploads.keep(store.path, f"{name}{hash(text)}", name, memoryview(text.encode())) for name, text in files.items()]
    plan = [planned(store, OnDesk(draft, Told(answers=answers.get(draft.file.partition(".")[0], {})))) for draft in held]
    return {one.draft.file.partition(".")[0]: one for one in together(store, plan)}


def asked(one) -> dict[str, str]:
    """What a file asks, each with the answer that is suggested."""
    return {question.option: question.suggested for question in one.questions}


def test_a_list_of_accounts_beside_it_says_which_column_names_the_account(store):
    plan = plan_of(store, {"accounts.csv": LIST, "lines.csv": LINES})
    assert (plan["accounts"].state, plan["lines"].state, plan["lines"].ready) == (READY, ASKS, None)
    # both columns are accounts as often; the names are so sign by sign, the addresses only by their domains
    assert asked(plan["lines"]) == {"account_from": "client name"}
    assert plan["lines"].questions[0].hint == "2 of 2 in client name are known accounts, and none of those in account_id is."
    said = plan_of(store, {"accounts.csv": LIST, "lines.csv": LINES}, lines={"account_from": "client name"})
    assert (said["lines"].state, said["lines"].mapping.columns["account_id"]) == (READY, "client name")
    assert plan_of(store, {"lines.csv": LINES})["lines"].state == READY  # with no account known the id stands


def test_where_the_id_names_some_accounts_too_nothing_is_suggested(store):
    plan = plan_of(store, {"accounts.csv": LIST, "lines.csv": LINES.replace("cus_1", "1")})
    assert asked(plan["lines"]) == {"account_from": ""}


def test_accounts_without_events_are_counted_under_the_account_that_each_name_means(store):
    """Lines name Alder and Birch, events Alder by its domain: one account is without."""
    files = {"accounts.csv": LIST, "lines.csv": LINES, "events.csv": EVENTS}
    plan = plan_of(store, files, lines={"account_from": "client name"})
    assert asked(plan["events"]) == {"covers_accounts": ""} and plan["events"].questions[0].text.startswith("1 account with a contract has")
    both = EVENTS + "birch.example,bob,open,2025-05-01T10:00:00Z\n"
    assert plan_of(store, files | {"events.csv": both}, lines={"account_from": "client name"})["events"].state == READY


def test_whether_a_feed_tells_of_every_account_is_asked_once(store):
    first = plan_of(store, {"lines.csv": LINES, "events.csv": EVENTS}, events={"covers_accounts": "all"})
    for name in ("lines", "events"):
        assert take(store, first[name].ready, who="me").batch
    june = plan_of(store, {"june.csv": EVENTS.replace("2025-05", "2025-06")})["june"]
    assert (june.state, june.questions) == (READY, ())


def test_the_day_of_an_export_is_suggested_by_the_names_of_others_and_never_taken_unasked(store):
    plan = plan_of(store, {"companies 2025-06-30.csv": LIST, "subscriptions.csv": STATE})
    assert plan["subscriptions"].state == ASKS
    assert asked(plan["subscriptions"])["covers"] == "2025-06-30"


@pytest.mark.parametrize("others", [("a 2025-06-30.csv", "b 2025-07-01.csv"), ("a 2025-03-02.csv",), ("a.csv",)])
def test_no_day_is_suggested_where_names_differ_or_it_lies_before_what_began(store, others):
    files = {name: LIST.replace("Cedar", f"Cedar {at}") for at, name in enumerate(others)}
    assert asked(plan_of(store, files | {"subscriptions.csv": STATE})["subscriptions"])["covers"] == ""


@pytest.mark.parametrize(
    ("question", "scores", "kind"),
    [
        ("How satisfied are you?", "45", "csat"),
        ("How satisfied are you?", "48", ""),  # of another scale
        ("How likely are you to recommend us?", "34", "nps"),
        ("How satisfied are you, and would you recommend us?", "45", ""),
        ("Score", "45", ""),
    ],
)
def test_the_kind_of_a_survey_is_suggested_by_its_question_where_its_scores_allow_it(store, question, scores, kind):
    rows = "".join(f"2025-03-0{at},{at},{score}\n" for at, score in enumerate(scores, start=1))
    plan = plan_of(store, {"answers.csv": f"Submitted At,Account ID,{question}\n{rows}".replace(question, f'"{question}"')})
    assert asked(plan["answers"]) == {"kind": kind}


def test_what_has_a_suggestion_is_confirmed_and_not_asked_for_several_files_at_once(store):
    plan = plan_of(store, {"sold.csv": SOLD, "more.csv": SOLD.replace("Birch", "Alder")})
    assert [asked(one) for one in plan.values()] == [{"ends_on": "inclusive"}] * 2
    assert asked_alike([*plan.values()]) == {}
    fresh = SOLD.replace("2025-12-31", "2025-12-15").replace("2026-02-28", "2026-01-15")
    plan = plan_of(store, {"sold.csv": fresh, "more.csv": fresh.replace("Birch", "Alder")})
    assert [asked(one) for one in plan.values()] == [{"ends_on": ""}] * 2
    assert [*asked_alike([*plan.values()])] == ["ends_on"]
