"""The page of feature requests: the ranked list, one request opened, what is done there and undone, and the formula with its preview."""

from datetime import date

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.store.edits import commit_frame
from data.store.view import View
from pages.parts.feature_requests import worth
from pages.parts.request_formula import in_words, preview
from tests.pages.showing import everything, grids, shown
from tests.waiting import PATIENCE

DAY = date(2023, 12, 28)


@pytest.fixture
def asked(small):
    """A wishes two things, one of which is there; C left long ago and wished the first."""
    requests = {"request_id": ["flow", "dark", "same"], "title": ["Approval flow", "Dark mode", "Sign-off"], "value": ["efficiency",
    "experience", None],
                "effort_days": [5.0, 3.0, None], "status": ["open", "shipped", None], "shipped_on": [None, DAY, None],
                "merged_into": [None, None, "flow"]}  # fmt: skip
    commit_frame(small, "feature_requests", pl.DataFrame(requests), "tool", "analyst")
    votes = {"vote_id": ["1", "2", "3", "4"], "request_id": ["flow", "flow", "dark", "same"], "account_id": ["A", "C", "A", "B"]}
    commit_frame(small, "request_votes", pl.DataFrame(votes), "tool", "analyst")
    return small


def row(store, table, own):
    with View(store) as view:
        return view.table(table).filter(pl.col(f"{'request' if table == 'feature_requests' else 'vote'}_id") == own).row(0, named=True)


def click(page, key):
    found = page.button(key=key).click().run()
    assert not found.exception
    return found


def test_nothing_written_down_says_what_to_do(small):
    page = shown("feature_requests")
    assert not page.exception
    assert "No feature request is written down yet" in everything(page) and "import it from your tool" in everything(page)


def test_the_list_says_priority_and_why_and_who_asks(asked):
    """A and B ask: 2 + 8 + 3 points. C has left and is no customer."""
    page = shown("feature_requests")
    assert not page.exception
    said = everything(page)
    assert "1 feature request, none for now" in said and "2 customers" in said
    assert "P1" in said and "reach: 2 customers ask: 2" in said and "13 points: P1" in said and "1 duplicate" in said


def test_one_request_is_opened_by_its_link_and_says_who_asks(asked):
    page = shown("feature_requests", request="flow")
    assert not page.exception
    assert "Approval flow" in everything(page) and "1 former customer" in everything(page)
    assert set(grids(page)["who-asks"]["name"]) == {"Alder", "Birch", "Cedar"}
    gone = shown("feature_requests", request="gone")
    assert not gone.exception and "To be decided" in everything(gone)


def test_who_asked_for_what_is_shipped_is_told_and_that_is_undone(asked):
    page = shown("feature_requests", request="dark")
    assert "1 account is to be told" in everything(page)
    told = click(page, "tell-A")
    assert row(asked, "request_votes", "3")["told_on"] == DAY and "Everybody was told" in everything(told)
    click(told, "undo-request-dark")
    assert row(asked, "request_votes", "3")["told_on"] is None


def test_a_duplicate_is_one_of_its_own_again(asked):
    page = click(shown("feature_requests", request="flow"), "unmerge-same")
    assert row(asked, "feature_requests", "same")["merged_into"] is None
    click(page, "undo-request-flow")
    assert row(asked, "feature_requests", "same")["merged_into"] == "flow"


def form(of, request="flow"):
    """A page of what a dialog draws."""
    test = AppTest.from_string(
        "import streamlit as st\n"
        "from pages.parts import request_dialogs, request_formula\n"
        "from pages.ui import doing, filters, loaders\n"
        "from pages.ui.choice import unfiltered\n"
        "choice = filters.bar()\n"
        "rows = loaders.report(choice.company, 'feature-requests', choice.viewer, choice.now).rows.to_dicts()\n"
        f"row = next(one for one in rows if one['request_id'] == '{request}')\n"
        "seen = st.session_state.setdefault('seen', doing.Seen(row['batch']))\n"
        f"{of}\n",
        default_timeout=PATIENCE,
    )
    test.query_params.update({"company": "own", "as_of": f"{DAY}"})
    test.run()
    assert not test.exception
    return test


def named(fields, label):
    return next(one for one in fields if one.label == label)


def test_a_decision_is_written_with_its_reason(asked):
    page = form("request_dialogs._decide_form(choice, row, 'here', seen)")
    page.radio[0].set_value("paid work")
    page = named(page.button, "Save").click().run()
    assert "say why it is decided so" in page.error[0].value
    named(page.text_area, "Why").set_value("They pay")
    assert not named(page.button, "Save").click().run().exception
    found = row(asked, "feature_requests", "flow")
    assert (found["decision"], found["decision_reason"]) == ("paid work", "They pay")


def test_a_request_is_written_down_changed_and_shipped(asked):
    page = form("request_dialogs._add_form(choice, 'here', 'B')")
    named(page.text_input, "What customers ask for").set_value("Webhooks")
    named(page.button, "Save").click().run()
    with View(asked) as view:
        new = view.table("feature_requests").filter(title="Webhooks")["request_id"][0]
        assert view.table("request_votes").filter(request_id=new)["account_id"].to_list() == ["B"]
    page = form("request_dialogs._change_form(choice, row, 'here', seen)", new)
    named(page.number_input, "Person-days").set_value(0.0)
    assert "above zero" in named(page.button, "Save").click().run().error[0].value
    named(page.number_input, "Person-days").set_value(4.0)
    named(page.selectbox, "What it brings").set_value("scope")
    named(page.button, "Save").click().run()
    assert (row(asked, "feature_requests", new)["effort_days"], row(asked, "feature_requests", new)["value"]) == (4, "scope")
    named(form("request_dialogs._ship_form(choice, row, 'here', seen)", new).button, "Save").click().run()
    assert row(asked, "feature_requests", new)["shipped_on"] == DAY


def test_a_customer_asks_and_another_request_says_the_same(asked):
    page = form("request_dialogs.vote_fields(choice, 'dark', 'Dark mode', 'B', 'here')")
    named(page.text_area, "What they said").set_value("At night")
    named(page.button, "Save").click().run()
    with View(asked) as view:
        assert view.table("request_votes").filter(request_id="dark", account_id="B")["note"].to_list() == ["At night"]
    page = form("request_dialogs._merge_form(choice, row, 'here', seen)", "dark")
    named(page.selectbox, "The one that stays").set_value("flow")
    named(page.button, "Merge").click().run()
    assert row(asked, "feature_requests", "dark")["merged_into"] == "flow"


def test_what_a_conversation_asked_for_is_kept_with_it(asked):
    page = form("from pages.parts import conversation\nconversation._form(choice, conversation._account(choice, 'B'), '', doing.Seen(0))")
    named(page.multiselect, "What they asked you to build").set_value(["flow"])
    assert not named(page.button, "Save").click().run().exception
    with View(asked) as view:
        assert view.table("request_votes").filter(request_id="flow", account_id="B").height == 1
        assert view.table("activities").filter(account_id="B", kind="conversation").height == 1


def test_a_number_of_the_formula_is_changed_with_a_preview(asked):
    """Approval flow has 13 points: from 13 on it is P0."""
    rules = "loaders.report(choice.company, 'request-formula', choice.viewer, unfiltered(choice.now)).rows.to_dicts()"
    page = form(f"request_formula._form(choice, {rules})")
    assert "Nothing is changed yet." in [one.value for one in page.caption]
    page = page.number_input(key="rule-priority.P0").set_value(9).run()
    assert "P0 needs a higher score" in page.error[0].value
    page = page.number_input(key="rule-priority.P0").set_value(13).run()
    assert page.info[0].value == "Would change the priority of 1 request"
    assert "Approval flow: P1, next quarter → P0, now" in everything(page)
    page.button(key="save-formula").click().run()
    assert "1 of 1 requests is for now: Approval flow" in everything(shown("feature_requests"))


def test_the_account_says_what_it_asks_for(asked):
    page = shown("account", account="A")
    assert not page.exception
    assert "Asks for 2 features" in [one.label for one in page.expander]


def test_a_preview_counts_whose_priority_would_change():
    moved = [{"title": "A", "priority_before": "P1", "priority": "P0", "decision_before": "next quarter", "decision": "now"},
             {"title": "B", "priority_before": "P2", "priority": "P2", "decision_before": "paid work", "decision": "later"}]  # fmt: skip
    assert preview(moved) == "Would change the priority of 1 request, and the decision alone of 1 more"
    assert preview([]) == "Would change the priority of 0 requests"
    assert in_words(moved[0]) == "A: P1, next quarter → P0, now"


def test_the_page_speaks_chinese(asked):
    for query in ({}, {"request": "flow"}, {"request": "dark"}):
        page = shown("feature_requests", language="zh_Hans", **query)
        assert not page.exception and "customers" not in everything(page).replace("customers_", "")


def test_money_is_left_out_where_there_is_none():
    class Told:
        currency = "USD"

        def shown(self, name, value):
            return value

    assert worth({"customers": 1, "arr": 0, "exposure": 0}, Told()) == "1 customer"
