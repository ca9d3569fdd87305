"""A day's work on Today: tasks are set and done in place, things are answered, put aside, and taken back."""

from datetime import date

import pytest

from data.importing.run import import_file
from data.store import open_stores
from data.store.view import View
from data.viewer import EVERYONE
from data.work import answers, tasks
from pages.parts import task_dialogs
from reports.catalogue import run
from reports.report import Question
from tests.pages.showing import everything, shown

DAY = "2024-06-30"
CONTRACTS = """contract_id,account_id,starts_on,ends_on,amount,period,currency,cancelled_on
1,A,2024-01-01,2025-01-01,1200,1 year,USD,2024-06-20
2,B,2024-01-01,2025-01-01,600,1 year,USD,
"""
ACCOUNTS = "account_id,name,owner\nA,Alder,dana@example.com\nB,Birch,kim@example.com\n"


@pytest.fixture
def store(empty, tmp_path):
    """Alder has given notice; Birch is fine."""
    for name, text in {"accounts": ACCOUNTS, "contracts": CONTRACTS}.items():
        (tmp_path / f"{name}.csv").write_text(text)
        assert import_file(empty, tmp_path / f"{name}.csv", options={"ends_on": "exclusive"} if name == "contracts" else {}).batch
    return open_stores.store("own")


def today():
    test = shown("today", as_of=DAY)
    assert not test.exception
    return test


def button(test, label):
    return next(one for one in test.button if one.label == label)


def captions(test) -> str:
    return " ".join(one.value for one in test.caption)


def rows(store, table):
    with View(store) as view:
        return view.table(table).to_dicts()


def headline(test) -> str:
    return test.header[0].value


def test_a_task_is_done_undone_done_and_opened_again_in_place(store):
    tasks.set_task(store, EVERYONE, "A", "Call Ann", None, date(2024, 6, 30), day=date(2024, 6, 30))
    test = today()
    assert headline(test) == "1 due today; 1 account needs somebody"
    assert "1 open task" in everything(test), "beside what the account needs"
    test = button(test, "Done").click().run()
    assert headline(test) == "1 account needs somebody" and "1 open task" not in everything(test)
    assert "Done: Call Ann" in captions(test)
    assert any("1 thing done today" in one.label for one in test.expander)
    test = button(test, "Undo").click().run()
    assert headline(test) == "1 due today; 1 account needs somebody"
    assert rows(store, "activities")[0]["status"] == "open"


def test_what_was_put_aside_is_counted_and_stays_in_its_place_with_its_undo(store):
    item = answers.item_of(run("today", store, EVERYONE, Question(as_of=date(2024, 6, 30))).rows.row(0, named=True))
    answers.mark_wrong(store, EVERYONE, item, "They stay", day=date(2024, 6, 30), holds=90)
    test = today()
    assert headline(test) == "Nothing needs you today"
    assert [one.label for one in test.expander if "wrong" in one.label] == ["1 marked as wrong"]
    assert not [one for one in test.button if one.label == "Log"]


def test_who_may_only_look_is_offered_no_deed(store, monkeypatch):
    monkeypatch.setattr(task_dialogs, "may_set", lambda choice: False)
    tasks.set_task(store, EVERYONE, "A", "Call Ann", None, date(2024, 6, 30), day=date(2024, 6, 30))
    assert not {"Done", "Change", "Log", "Task", "Play", "Put aside"} & {one.label for one in today().button}


def test_who_was_overtaken_at_a_task_is_told_and_it_is_done_once(store):
    batch = tasks.set_task(store, EVERYONE, "A", "Call", "dana@example.com", date(2024, 6, 30), day=date(2024, 6, 30)).batch
    test = today()
    (one,) = rows(store, "activities")
    tasks.finish(store, EVERYONE, one["activity_id"], date(2024, 6, 30), batch, way="inbox")
    test = button(test, "Done").click().run()
    assert any("inbox changed this" in one.value for one in test.toast)
    assert rows(store, "activities")[0]["done_by"] == "inbox"
    assert any("1 thing done today" in one.label for one in test.expander)
