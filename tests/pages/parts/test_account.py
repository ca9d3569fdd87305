"""The account page: an account with much and one with nothing; and what is changed in place."""

from datetime import date

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.store.edits import commit_frame
from data.store.view import View
from data.viewer import EVERYONE
from data.work import goals
from data.work.conversations import Conversation, NextStep, log
from data.work.goals import Goal
from data.work.ownership import give
from data.work.stakeholders import Person, change
from reports.catalogue import run
from reports.report import Question
from tests.pages.showing import grids, shown
from tests.waiting import PATIENCE

DAY = date(2023, 12, 28)


def words(test):
    return [one.value for one in (*test.markdown, *test.caption)]


def rows(store, table):
    with View(store) as view:
        return view.table(table) if table != "accounts" else view.accounts()


def field(fields, label):
    return next(one for one in fields if one.label == label)


def press(test, label):
    return field(test.button, label).click().run()


def dialog(part: str, form: str, kept: str) -> AppTest:
    """A page of what a dialog draws for account A. kept: the row and what was seen of it, as they were when it was opened."""
    test = AppTest.from_string(
        "import streamlit as st\n"
        f"from pages.parts import {part} as part\n"
        "from pages.parts.account_asked import of\n"
        "from pages.ui import doing, filters\n"
        "choice = filters.bar()\n"
        f"{kept}\n"
        f"part.{form}\n",
        default_timeout=PATIENCE,
    )
    test.query_params.update({"company": "own", "as_of": f"{DAY}"})
    return test.run()


STEP = (
    "row = st.session_state.setdefault('row', of(choice, 'next-steps', 'A').rows.row(0, named=True))\n"
    "seen = st.session_state.setdefault('seen', doing.Seen(row['{batch}']))"
)
OFFERED = "\noffered = st.session_state.setdefault('offered', part._offered(choice, row))"
PERSON = (
    "row = st.session_state.setdefault('row', of(choice, 'stakeholders', 'A').rows.row(0, named=True))\n"
    "seen = st.session_state.setdefault('seen', doing.Seen(row['batch']))"
)
GOAL = PERSON.replace("stakeholders", "goals")


def test_an_account_with_little_says_what_is_not_known(small):
    test = shown("account", account="C")
    assert not test.exception
    said = words(test)
    assert "**Next step:** none is set." in said
    assert any("**No conversation is known.** Since 29 Sep 2023, 90 days ago:" in one for one in said)
    assert any("No contacts are known: none of this account is imported." in one for one in said)
    assert "No task, ticket or late goal is open." in said


@pytest.fixture
def told(small):
    """Account A with a conversation, a step that is late, two contacts, an open ticket, and a goal that is late."""
    people = {"contact_id": ["C-1", "C-2"], "account_id": ["A", "A"], "name": ["Ann", "Bob"], "role": ["manager", "user"],
              "is_champion": [True, False], "left_on": [date(2023, 12, 1), None]}  # fmt: skip
    commit_frame(small, "contacts", pl.DataFrame(people), "crm", "analyst")
    ticket = {"ticket_id": ["T"], "account_id": ["A"], "opened_at": [date(2023, 12, 5)], "subject": ["Export stops"]}
    commit_frame(small, "tickets", pl.DataFrame(ticket), "desk", "analyst")
    log(small, EVERYONE, Conversation("A", date(2023, 12, 10), "Agreed"), NextStep("Show the board", date(2023, 12, 20)))
    goals.add(small, EVERYONE, "A", Goal("Close in three days", due_on=date(2023, 12, 1)), date(2023, 11, 1))
    return small


def test_the_first_screen_tells_what_is_late_open_and_missing(told):
    test = shown("account", account="A")
    said = " ".join(words(test))
    assert not test.exception
    assert "**Next step:** Show the board, by 20 Dec 2023" in said and "Overdue" in said
    assert "**Since the last conversation**, 10 Dec 2023 (18 days ago)" in said
    assert "Export stops" in said and "Close in three days" in said
    assert "No decision maker known" in said and "Champion Ann is none any more since 2023-12-01" in said
    assert "Only one person known" in said
    assert "Conversation: Agreed" in said


def test_the_time_line_is_filtered_by_kind(told):
    test = shown("account", account="A")
    kinds = next(one for one in test.get("button_group") if "Tickets 1" in one.options)
    assert {"Money 1", "Tickets 1", "People 1", "Conversations 1", "Goals 1"} <= set(kinds.options)
    test = kinds.set_value(["tickets"]).run()
    lines = next(one.value for one in test.markdown if one.value.startswith("| Day | What"))
    assert "Export stops" in lines and "Basic starts" not in lines
    assert "account_id" not in grids(test)


def test_a_next_step_is_changed_in_place_and_who_was_overtaken_is_told(told):
    test = dialog("account_now", "_step_form(choice, row, seen)", STEP.format(batch="step_batch"))
    field(test.text_input, "Next step").input("Call Bob")
    log(told, EVERYONE, Conversation("A", DAY, "Hi"), NextStep("Other"), rows(told, "next_steps")["batch"][0])
    test = press(test, "Save")
    assert any("changed this at" in one.value for one in test.warning)
    assert any("Now: next step Other" in one.value for one in test.caption)
    press(test, "Save")
    assert rows(told, "next_steps")["next_step"].to_list() == ["Call Bob"]


def test_an_owner_is_changed_in_place(told):
    test = dialog("account_now", "_owner_form(choice, row, offered, seen)", STEP.format(batch="batch") + OFFERED)
    field(test.selectbox, "Owner").set_value("two@example.com")
    give(told, EVERYONE, "A", "three@example.com", rows(told, "accounts").filter(account_id="A")["batch"][0])
    test = press(test, "Save")
    assert any("Now: owner three@example.com." in one.value for one in test.caption)
    press(test, "Save")
    assert rows(told, "accounts").filter(account_id="A")["owner"].to_list() == ["two@example.com"]


def test_a_contact_is_changed_in_place_and_who_was_overtaken_is_told(told):
    test = dialog("account_people", "_form(choice, 'A', row, seen)", PERSON)
    assert field(test.text_input, "Name").value == "Bob"
    field(test.selectbox, "Role").set_value("decision maker")
    change(told, EVERYONE, "C-2", "A", Person("Bob", role="technical"), rows(told, "contacts").filter(contact_id="C-2")["batch"][0])
    test = press(test, "Save")
    assert any("Now: Bob, technical." in one.value for one in test.caption)
    press(test, "Save")
    bob = rows(told, "contacts").filter(contact_id="C-2").row(0, named=True)
    assert (bob["role"], bob["is_champion"], bob["left_on"]) == ("decision maker", False, None)


def test_a_contact_is_added_and_a_wrong_address_is_told(told):
    test = dialog("account_people", "_form(choice, 'A', None, doing.Seen(0))", "pass")
    field(test.text_input, "Name").input("Dee")
    field(test.text_input, "E-mail").input("dee")
    test = press(test, "Save")
    assert "is no e-mail address" in test.error[0].value and rows(told, "contacts").height == 2
    field(test.text_input, "E-mail").input("dee@alder.example")
    press(test, "Save")
    assert rows(told, "contacts").filter(name="Dee").select("email", "role", "is_champion").rows() == [("dee@alder.example", None, None)]


def test_a_goal_is_closed_in_place_with_what_shows_it(told):
    test = dialog("account_goals", "_close_form(choice, row, seen)", GOAL)
    test = press(test, "Save")
    assert "say what shows that it was reached" in test.error[0].value
    field(test.text_area, "What shows it").input("Mail of 4 December")
    press(test, "Save")
    goal = rows(told, "goals").row(0, named=True)
    assert (goal["state"], goal["evidence"], goal["closed_on"]) == ("reached", "Mail of 4 December", DAY)
    assert run("goals", told, EVERYONE, Question(as_of=DAY)).totals["overdue"] == 0


def test_a_goal_is_changed_in_place(told):
    test = dialog("account_goals", "_form(choice, 'A', row, seen)", GOAL)
    field(test.text_input, "Target").input("3 days")
    press(test, "Save")
    goal = rows(told, "goals").row(0, named=True)
    assert (goal["title"], goal["target"], goal["state"], goal["due_on"]) == ("Close in three days", "3 days", "open", date(2023, 12, 1))


def test_who_may_not_change_anything_sees_no_button_for_it(told):
    labels = {one.label for one in shown("account", account="A", known_at=None, viewer="one@example.com").button}
    assert {"Next step", "Owner", "Add"} <= labels
