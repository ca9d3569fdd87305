"""Dialogs of Today as they are filled in: one task each, answers with a reason, and who was overtaken keeps what they typed."""

from datetime import date

import polars as pl
from streamlit.testing.v1 import AppTest

from data.store.edits import commit_frame
from data.store.view import View
from data.viewer import EVERYONE
from data.work import answers, tasks
from data.work.answers import Item
from tests.waiting import PATIENCE

DAY = date(2023, 12, 28)
ROW = "{'account_id': 'A', 'name': 'Alder', 'owner': 'one@example.com', 'kind': 'usage_fell', 'why': 'Events 9 → 2', 'basis': 'events', 'worse_from': -1.4, 'seen': 0}"
FORMS = {
    "task": "task_dialogs._set_form(choice, task_dialogs.account_row(choice, 'A'), 'usage_fell')",
    "change": "task_dialogs._change_form(choice, st.session_state.setdefault('row', tasks(choice)[0]), seen)",
    **{what: f"item_dialogs._form(choice, {{'usage_fell': {ROW}}}, '{what}', {{'usage_fell': seen}})" for what in ("snoozed", "handed_over", "wrong")},
}  # fmt: skip


def drawn(form: str, seen: int = 0) -> AppTest:
    """A page of what a dialog draws, which keeps what it was opened with as the dialog does."""
    test = AppTest.from_string(
        "import streamlit as st\n"
        "from pages.parts import item_dialogs, task_dialogs, today_tasks\n"
        "from pages.ui import doing, filters\n"
        "tasks = lambda choice: today_tasks.report(choice).rows.to_dicts()\n"
        "choice = filters.bar()\n"
        f"seen = st.session_state.setdefault('seen', doing.Seen({seen}))\n"
        f"{FORMS[form]}\n"
        "task_dialogs.last_done(choice, 'account-A')\n",
        default_timeout=PATIENCE,
    )
    test.query_params.update({"company": "own", "as_of": f"{DAY}"})
    test.run()
    assert not test.exception
    return test


def field(fields, label):
    return next(one for one in fields if one.label == label)


def rows(store, table):
    with View(store) as view:
        return view.table(table).to_dicts()


def said(test) -> str:
    return " ".join(one.value for one in (*test.caption, *test.error, *test.warning))


def test_a_task_is_set_for_the_owner_a_week_ahead_and_taken_back(small):
    test = drawn("task")
    field(test.text_input, "What is to be done").input("Call Ann")
    test = field(test.button, "Set it").click().run()
    kept = [(one["account_id"], one["body"], one["owner"], one["due_on"], one["about"]) for one in rows(small, "activities")]
    assert kept == [("A", "Call Ann", "one@example.com", date(2024, 1, 4), "usage_fell")]
    assert "Task set: Call Ann, due 4 Jan 2024" in said(test)
    field(test.button, "Undo").click().run()
    assert rows(small, "activities") == []


def test_a_second_click_and_a_second_window_make_no_second_task(small):
    first, second = drawn("task"), drawn("task")
    for test in (first, second, first):
        field(test.text_input, "What is to be done").input("Call Ann")
        field(test.button, "Set it").click().run()
    assert len(rows(small, "activities")) == 1
    assert "there already" in said(second)
    assert field(second.text_input, "What is to be done").value == "Call Ann"


def test_what_is_empty_is_refused_and_nothing_written(small):
    for form, label, told in (
        ("task", "Set it", "Say what is to be done: it is empty."), ("snoozed", "Put off", "Say why: it is empty."),
        ("handed_over", "Hand over", "Say what they are to do: it is empty."), ("wrong", "Mark as wrong", "Say why: it is empty."),
    ):  # fmt: skip
        assert told in said(field(drawn(form).button, label).click().run())
    assert rows(small, "activities") == rows(small, "item_answers") == []


def test_a_day_that_is_over_is_refused_and_what_was_typed_stays(small):
    test = drawn("snoozed")
    field(test.text_input, "Why").input("Holidays")
    field(test.date_input, "Until").set_value(date(2023, 12, 1))
    test = field(test.button, "Put off").click().run()
    assert "Choose a day after 2023-12-28" in said(test)
    assert (field(test.text_input, "Why").value, rows(small, "item_answers")) == ("Holidays", [])


def test_each_answer_is_kept_with_its_undo(small):
    test = drawn("handed_over")
    field(test.selectbox, "To whom").set_value("two@example.com")
    field(test.text_input, "What they are to do").input("Call Ann")
    test = field(test.button, "Hand over").click().run()
    assert "Handed over to two@example.com" in said(test)
    assert (
        [one["owner"] for one in rows(small, "activities")]
        == [one["handed_to"] for one in rows(small, "item_answers")]
        == ["two@example.com"]
    )
    field(test.button, "Undo").click().run()
    assert rows(small, "activities") == rows(small, "item_answers") == []


def test_who_was_overtaken_is_told_what_stands_and_may_say_it_again(small):
    item = Item("A", "usage_fell", "Events 9 → 2", "events", -1.4, 0)
    test = drawn("wrong")
    field(test.text_input, "What is wrong with it").input("They count elsewhere")
    answers.put_off(small, EVERYONE, item, date(2024, 1, 9), "Holidays", day=DAY, way="inbox")
    test = field(test.button, "Mark as wrong").click().run()
    assert "inbox changed this" in said(test)
    assert field(test.text_input, "What is wrong with it").value == "They count elsewhere"
    assert [one["answer"] for one in rows(small, "item_answers")] == ["snoozed"]


def test_a_task_is_changed_and_who_was_overtaken_sees_what_stands(small):
    first = tasks.set_task(small, EVERYONE, "A", "Call", "one@example.com", date(2024, 1, 4), day=DAY)
    test = drawn("change", first.batch)
    (one,) = rows(small, "activities")
    tasks.change(small, EVERYONE, one["activity_id"], first.batch, title="Write", owner="two@example.com", due_on=date(2024, 1, 5), day=DAY)
    field(test.text_input, "What is to be done").input("Visit")
    test = field(test.button, "Save").click().run()
    assert "Now: Write; two@example.com; 5 Jan 2024; open" in said(test)
    assert rows(small, "activities")[0]["body"] == "Write"
    field(test.button, "Save").click().run()
    assert rows(small, "activities")[0]["body"] == "Visit"


def test_a_task_is_given_to_those_alone_who_see_the_account(small):
    people = {"email": ["mo@example.com", "lee@example.com"], "name": ["Mo", "Lee"], "role": ["executive", "csm"]}
    commit_frame(small, "people", pl.DataFrame(people), "people", "analyst", edit=True)
    assert field(drawn("task").selectbox, "Who does it").options == ["one@example.com", "Mo · mo@example.com"]
