"""A conversation is written down in a dialog, with its next step; who was overtaken is told, and nothing typed is lost."""

from datetime import date

import polars as pl
from streamlit.testing.v1 import AppTest

from data.store.edits import commit_frame
from data.store.view import View
from data.viewer import EVERYONE
from data.work.conversations import NextStep, set_next_step
from data.work.writing import NOTHING
from tests.waiting import PATIENCE


def drawn():
    """A page of what the dialog draws, which keeps what it was opened with as the dialog does."""
    test = AppTest.from_string(
        "import streamlit as st\n"
        "from pages.parts import conversation\n"
        "from pages.ui import doing, filters\n"
        "choice = filters.bar()\n"
        "row = st.session_state.setdefault('row', conversation._account(choice, 'A'))\n"
        "seen = st.session_state.setdefault('seen', doing.Seen(row['step_batch']))\n"
        "conversation._form(choice, row, 'usage_fell', seen)\n",
        default_timeout=PATIENCE,
    )
    test.query_params.update({"company": "own", "as_of": "2023-12-28"})
    return test.run()


def field(fields, label):
    return next(one for one in fields if one.label == label)


def rows(store, table):
    with View(store) as view:
        return view.table(table) if table != "accounts" else view.accounts()


def test_who_took_part_what_was_said_and_the_next_step_are_kept(small):
    people = {"contact_id": ["C-1", "C-2"], "account_id": ["A", "A"], "name": ["Ann Lee", "Gone"], "left_on": [None, date(2023, 12, 1)]}
    commit_frame(small, "contacts", pl.DataFrame(people), "crm", "analyst")
    test = drawn()
    assert field(test.multiselect, "Who took part").options == ["Ann Lee"]
    field(test.multiselect, "Who took part").set_value(["C-1"])
    field(test.text_area, "What was said").input("They want the board by July")
    field(test.text_input, "Next step").input("Show the board")
    field(test.date_input, "Due on").set_value(date(2024, 1, 5))
    test = field(test.button, "Save").click().run()
    assert not test.exception
    kept = rows(small, "activities").select("account_id", "kind", "done_on", "body", "contacts", "owner", "about").rows()
    assert kept == [("A", "conversation", date(2023, 12, 28), "They want the board by July", "C-1", "one@example.com", "usage_fell")]
    step = rows(small, "next_steps").select("next_step", "next_step_due_on").rows()
    assert step == [("Show the board", date(2024, 1, 5))]


def test_who_was_overtaken_is_told_keeps_what_was_typed_and_may_say_it_again(small):
    test = drawn()
    field(test.text_area, "What was said").input("Long talk")
    field(test.text_input, "Next step").input("Show the board")
    set_next_step(small, EVERYONE, "A", NextStep("Call Ann"), NOTHING)
    test = field(test.button, "Save").click().run()
    assert any("changed this at" in one.value for one in test.warning)
    assert any("Now: next step Call Ann; owner one@example.com." in one.value for one in test.caption)
    assert rows(small, "activities").is_empty()
    assert field(test.text_area, "What was said").value == "Long talk"
    field(test.button, "Save").click().run()
    assert rows(small, "activities")["body"].to_list() == ["Long talk"]
    assert rows(small, "next_steps")["next_step"].to_list() == ["Show the board"]


def test_what_was_just_logged_is_taken_back_where_it_was_done(small):
    test = drawn()
    field(test.text_area, "What was said").input("Long talk")
    field(test.text_input, "Next step").input("Show the board")
    test = field(test.button, "Save").click().run()
    _, done = test.session_state["just-done"]
    assert (done.place, done.words, len(done.batches)) == ("account-A", "Conversation logged", 2)
    for batch in done.batches:
        small.undo(batch)
    assert rows(small, "activities").is_empty() and rows(small, "next_steps").is_empty()
