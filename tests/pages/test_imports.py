"""The import page as a person meets it: recognised, mapped, asked, checked, previewed, in, undone; and read once only."""

import io
import json
from datetime import date

import pytest
import xlsxwriter
from streamlit.testing.v1 import AppTest

from data.importing import saved_mappings
from data.importing.reader import process
from data.store import open_stores
from data.store.view import View
from tests.books import ACCOUNTS, company
from tests.pages.showing import shown

CONTRACTS = b"""subscription id,customer id,plan name,start date,end date,mrr
1,A,Basic,01/02/2025,,100.10
2,B,Suite,01/03/2025,,777.77
3,C,Suite,01/01/2025,08/01/2026,=1+1
4,,Suite,01/01/2025,,33.33
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample" / "sample.duckdb"))
    yield open_stores.store("own")
    open_stores.close_all()


def page(**query: str) -> AppTest:
    return shown("imports", **{"as_of": "2025-12-31", **query})


def dropped(*files: tuple[str, bytes], **query: str) -> AppTest:
    test = page(**query)
    for name, content in files:
        test.file_uploader[0].upload(name, content)
    return test.run()


def button(test: AppTest, label: str):
    return next(one for one in test.button if one.label.startswith(label))


def answer(test: AppTest, option: str, value: str) -> None:
    """Choose an answer to a question of the page, by what it is about."""
    next(one for one in test.pills if one.key.endswith(f"-answer-{option}")).set_value(value).run()


def select(test: AppTest, label: str):
    return next(one for one in test.selectbox if one.label == label)


def read_by(monkeypatch) -> list[str]:
    """What is done in child processes from now on, in their order."""
    begun, start = [], process.forked
    monkeypatch.setattr(process, "forked", lambda job: begun.append(json.loads(job.read_text())["action"]) or start(job))
    return begun


def written(test: AppTest) -> str:
    return " ".join(element.value for element in test.markdown)


def figures(test: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in test.metric}


def test_the_first_minute_shows_three_files_and_what_each_needs(own):
    told = " ".join(element.value for element in page().markdown)
    for part in ("1  Accounts", "2  Contracts", "3  Usage events", "**Needed:** Account id, Starts on, Amount, Period", "Then you see ARR"):
        assert part in told


def test_what_is_open_is_asked_and_then_come_the_check_the_preview_and_the_result(own):
    test = dropped(("contracts.csv", CONTRACTS))
    for option, value in (("currency", "EUR"), ("ends_on", "exclusive"), ("date_order", "dmy")):
        assert not [one for one in test.button if one.label.startswith("Import ")]
        answer(test, option, value)
    assert not test.pills
    assert [one.label for one in test.button if "-unsay-" in (one.key or "")] == [
        "Currency: EUR", "An end is: The first day that no longer is", "Order of days: Day first (31/12/2025)"
    ]  # fmt: skip
    shown = figures(test)
    assert [shown[name] for name in ("Rows read", "Can go in", "Rejected", "Repeated in the file")] == ["4", "2", "2", "0"]
    assert shown["ARR"] == "€10.5K"  # 12 x (100.10 + 777.77) = 10,534.44
    assert next(one.value for one in test.dataframe if "reason" in one.value)["line"].to_list() == [4, 5]
    assert "2 new, 2 rejected · ARR +€10.5K" in written(test)
    button(test, "Import 2 rows").click().run()
    assert not test.exception
    assert "It is in: batch 1]  \n4 rows read, 2 new, 2 rejected" in written(test)
    assert own.imports()["accepted"].to_list() == [2]
    button(test, "Undo batch 1").click().run()
    assert "It was undone, and counts nowhere" in written(test)
    assert own.imports()["standing"].to_list() == [False]
    button(test, "Redo batch 1").click().run()
    assert own.imports()["standing"].to_list() == [True]


def test_a_file_is_read_once_however_often_the_page_runs(own, monkeypatch):
    begun = read_by(monkeypatch)
    test = dropped(("accounts.csv", ACCOUNTS.encode()))
    for _ in range(3):
        test.run()
    assert begun == ["inspect", "stage", "first_rows"]  # the last: twenty rows, to show how they are read
    next(box for box in test.selectbox if box.label == "Segment").set_value("region")
    button(test, "Check again").click().run()
    assert begun[3:] == ["stage", "first_rows"]  # under the changed mapping


def test_a_contracts_file_is_looked_at_once_and_read_once_for_all_that_is_answered(own, monkeypatch):
    begun = read_by(monkeypatch)
    lines = b"contract_id,account_id,starts_on,ends_on,amount,period\n1,A,2025-01-01,2025-12-31,100,1 month\n"
    test = dropped(("lines.csv", lines))
    for option, value in (("ends_on", "inclusive"), ("currency", "EUR")):
        answer(test, option, value)
    assert [begun.count(action) for action in ("inspect", "stage")] == [1, 1]
    button(test, "Import 1 row").click().run()
    assert own.imports()["accepted"].to_list() == [1]
    assert [begun.count(action) for action in ("inspect", "stage")] == [1, 1]


def test_a_header_cell_with_a_line_break_is_mapped_saved_and_found_again(own):
    odd = b'"Account\nid","Name\r\n(full)"\nA,Alder\nB,Birch\n'
    test = dropped(("odd.csv", odd))
    shown = {box.label: box for box in test.selectbox}
    assert shown["Account id"].value == "Account\nid"
    assert not [option for option in shown["Account id"].options if "\n" in option]
    shown["Name"].set_value("Name\r\n(full)")
    button(test, "Check again").click().run()
    button(test, "Save this mapping").click().run()
    again = dropped(("odd2.csv", odd.replace(b"A,", b"C,")))
    assert next(box for box in again.selectbox if box.label == "Mapping").value == "accounts"
    button(again, "Import 2 rows").click().run()
    assert saved_mappings.load(own.path, "accounts").columns == {"account_id": "Account\nid", "name": "Name\r\n(full)"}
    assert own.imports()["accepted"].to_list() == [2]


def test_the_sheet_that_is_named_is_the_one_that_goes_in(own):
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held)
    for name, rows in (("Notes", [["Nothing"]]), ("Customers", [["account_id", "name"], ["A", "Alder"]])):
        for number, row in enumerate(rows):
            book_sheet = book.get_worksheet_by_name(name) or book.add_worksheet(name)
            book_sheet.write_row(number, 0, row)
    book.close()
    test = dropped(("book.xlsx", held.getvalue()))
    assert select(test, "Sheet").options == ["Found by itself: Customers", "Notes", "Customers"]
    select(test, "Sheet").set_value("Customers").run()
    button(test, "Import 1 row").click().run()
    assert own.imports().select("table", "accepted").rows() == [("accounts", 1)]


def test_a_changed_mapping_is_what_is_imported_and_can_be_saved(own):
    test = dropped(("crm.csv", b"wer,wie\nA,Alder\nB,Birch\n"))
    select(test, "What is in crm.csv").set_value("accounts").run()
    assert "Still needed for Accounts: Account id" in test.info[0].value
    next(box for box in test.selectbox if box.label == "Account id").set_value("wer")
    next(box for box in test.selectbox if box.label == "Name").set_value("wie")
    next(one for one in test.text_input if one.label == "Name of this feed").set_value("crm list")
    button(test, "Check again").click().run()
    button(test, "Save this mapping").click().run()
    assert saved_mappings.load(own.path, "crm list").columns == {"account_id": "wer", "name": "wie"}
    again = dropped(("crm2.csv", b"wer,wie\nC,Cedar\n"))
    assert next(box for box in again.selectbox if box.label == "Mapping").value == "crm list"
    button(again, "Import 1 row").click().run()
    assert own.imports().select("feed", "accepted").rows() == [("crm list", 1)]


def test_several_files_go_in_together_accounts_first(own):
    usage = b"account_id,user_id,event,occurred_at\nA,ann,open,2025-10-01T10:00:00Z\n"
    test = dropped(("usage.csv", usage), ("accounts.csv", ACCOUNTS.encode()), ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256))))
    assert "The file is a picture." in written(test)
    assert "3 files:** 2 ready, 1 not usable" in written(test)
    assert "accounts.csv, usage.csv. Not: photo.csv." in [one.value for one in test.caption]
    button(test, "Import all 2 files").click().run()
    assert own.imports().sort("batch").select("table", "accepted").rows() == [("accounts", 3), ("usage_events", 1)]


def test_files_and_answers_outlive_a_reload(own):
    test = dropped(("contracts.csv", CONTRACTS), ("calls.csv", b"wer,wie\nA,Alder\n"))
    answer(test, "currency", "EUR")
    again = page(desk=test.query_params["desk"])
    assert "2 files:** 2 waiting for an answer" in written(again)
    assert [one.label for one in again.button if "-unsay-" in (one.key or "")] == ["Currency: EUR"]
    elsewhere = page()
    assert "contracts.csv, calls.csv" in written(elsewhere)
    button(elsewhere, "Go on with them").click().run()
    assert "2 files:** 2 waiting for an answer" in written(elsewhere)


def test_which_column_names_the_account_is_asked_before_anything_of_a_drop_goes_in(own):
    """Its ids are those of another program; its names are those of the accounts beside it."""
    accounts = b"account_id,name,industry\n1,Alder,Retail\n2,Birch,Retail\n"
    tickets = b"ticket_id,customer id,customer name,opened_at\nT1,cus_1,Alder,2025-01-01T08:00:00Z\nT2,cus_2,Birch,2025-01-02T08:00:00Z\n"
    test = dropped(("accounts.csv", accounts), ("tickets.csv", tickets))
    assert "2 files:** 1 ready, 1 waiting for an answer" in written(test)
    answer(test, "account_from", "customer name")
    button(test, "Import all 2 files").click().run()
    assert not test.exception
    assert own.imports().sort("batch")["table"].to_list() == ["accounts", "tickets", "account_aliases"]
    with View(own) as view:
        assert view.table("tickets").sort("ticket_id")["account_id"].to_list() == ["1", "2"]


def test_suggested_answers_are_confirmed_for_all_files_by_one_click_and_taken_back_one_by_one(own):
    answers = b"Submitted At,Account ID,How satisfied are you with our support?\n2025-03-24,A,5\n2025-03-25,B,2\n"
    lines = b"Customer,Start,End,Annual value,Currency\nA,2025-01-01,2025-12-31,9600,USD\n"
    test = dropped(("answers.csv", answers), ("lines.csv", lines))
    assert "2 files:** 2 waiting for an answer" in written(test) and "An end is: The last day that is paid for" in written(test)
    button(test, "Use these 2 answers").click().run()
    assert "2 files:** 2 ready" in written(test)
    button(test, "An end is: The last day that is paid for").click().run()
    assert "2 files:** 1 ready, 1 waiting for an answer" in written(test)
    answer(test, "ends_on", "exclusive")
    button(test, "Import all 2 files").click().run()
    with View(own) as view:
        assert view.contracts()["ends_on"].to_list() == [date(2025, 12, 31)]
        assert view.table("surveys")["kind"].to_list() == ["csat"]  # A's; B waits for its account


def test_what_several_files_ask_alike_is_answered_once(own):
    test = dropped(("one.csv", CONTRACTS), ("two.csv", CONTRACTS.replace(b"A,Basic", b"D,Basic")))
    assert sorted(one.key for one in test.pills) == ["shared-answer-currency", "shared-answer-ends_on"]
    for option, value in (("currency", "EUR"), ("ends_on", "exclusive"), ("date_order", "dmy")):
        answer(test, option, value)
    assert not test.pills
    button(test, "Import all 2 files").click().run()
    assert own.imports()["table"].to_list() == ["contracts", "contracts"]


def test_the_header_row_can_be_said(own):
    test = dropped(("list.csv", b"account_id,name,region\nKey,Label,Area\nA,Alder,North\nB,Birch,South\n"))
    select(test, "Header row").set_value("2").run()
    select(test, "What is in list.csv").set_value("accounts").run()
    select(test, "Account id").set_value("Key")
    button(test, "Check again").click().run()
    button(test, "Import 2 rows").click().run()
    assert own.imports().select("table", "accepted").rows() == [("accounts", 2)]


def test_spellings_are_joined_by_a_click_and_options_set_where_their_effect_is_seen(own):
    test = dropped(
        ("crm.csv", b"account_id,name,segment,created_on\nA,Alder,SMB,01/02/2025\nB,Birch,smb,03/04/2025\nC,Cedar,SMB,05/04/2025\n")
    )
    answer(test, "date_order", "dmy")
    select(test, "Order of days").set_value("mdy").run()
    read = next(one.value for one in test.dataframe if "Created on as read" in one.value)
    assert read["Created on as read"].to_list() == ["2025-01-02", "2025-03-04", "2025-05-04"]
    button(test, "Join 1 value").click().run()
    button(test, "Import 3 rows").click().run()
    with View(own) as view:
        assert view.accounts()["segment"].to_list() == ["SMB", "SMB", "SMB"]


def test_rejected_rows_are_fixed_on_the_page_and_sent_again(own):
    test = dropped(("crm.csv", b"account_id,name\nA,Alder\n,Birch\n"))
    test.session_state[test.data_editor[0].key] = {"edited_rows": {0: {"account_id": "B"}}, "added_rows": [], "deleted_rows": []}
    button(test, "Send the fixed rows").click().run()
    assert not test.exception
    button(test, "Import all 2 files").click().run()
    assert own.imports().sort("file").select("file", "accepted", "rejected").rows() == [
        ("crm.csv", 1, 1), ("fixed rows of crm.csv", 1, 0)
    ]  # fmt: skip


def test_a_snapshot_that_ends_much_waits_until_a_person_has_looked(own):
    lines = b"contract_id,account_id,starts_on,ends_on,amount,period,currency\n1,A,2025-01-01,,100,1 month,EUR\n2,B,2025-01-01,,20,1 month,EUR\n"
    test = dropped(("all.csv", lines))
    test.checkbox[0].check()
    button(test, "Check again").click().run()
    button(test, "Import 2 rows").click().run()  # the first of its feed: there is nothing that could end
    later = dropped(("fewer.csv", lines.rsplit(b"2,B", 1)[0]))
    later.checkbox[0].check()
    button(later, "Check again").click().run()
    assert "takes away 17% of ARR" in later.warning[0].value  # 20 of 120
    assert not [one for one in later.button if one.label.startswith("Import 1 row")]
    later.checkbox[-1].check().run()
    button(later, "Import 1 row").click().run()
    assert own.imports()["accepted"].to_list() == [0, 2]


def test_text_of_a_file_is_shown_as_text(own):
    test = dropped(("![x](http://evil.example/a.png).csv", b"<b>one</b>,[two](http://evil.example)\n1,2\n"))
    told = " ".join(element.value for element in [*test.markdown, *test.error, *test.info])
    assert "![x](" not in told and "<b>" not in told


def test_a_write_that_fails_says_that_nothing_was_kept(own, monkeypatch):
    test = dropped(("accounts.csv", ACCOUNTS.encode()))
    monkeypatch.setattr(type(own), "commit", lambda *_, **__: (_ for _ in ()).throw(OSError("No space left on device")))
    button(test, "Import 3 rows").click().run()
    assert not test.exception
    assert "nothing of it was kept: No space left on device" in test.error[0].value
    assert own.imports().is_empty()
    monkeypatch.undo()


def test_a_csm_and_the_sample_company_have_no_place_to_drop_files(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    company(tmp_path / "own.duckdb").close()
    company(tmp_path / "sample.duckdb").close()
    for query in ({"viewer": "one@example.com"}, {"company": "sample"}):
        test = page(**query)
        assert not test.file_uploader
        assert not [one for one in test.button if one.label in ("Undo", "Redo")]
    open_stores.close_all()


def test_the_history_takes_back_where_it_lists(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    company(tmp_path / "own.duckdb").close()
    test = page()
    assert [one.label for one in test.button if one.label in ("Undo", "Redo")] == ["Undo"] * 3
    button(test, "Undo").click().run()
    assert [one.label for one in test.button if one.label in ("Undo", "Redo")] == ["Redo", "Undo", "Undo"]
    open_stores.close_all()


def test_what_came_in_is_signed_off_on_the_page(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    company(tmp_path / "own.duckdb").close()
    test = page()
    assert "Not signed off yet." in " ".join(one.value for one in test.caption)
    next(one for one in test.text_input if one.label == "Your name").set_value("Dana")
    button(test, "Sign off").click().run()
    assert not test.exception
    assert "Signed off by Dana on" in " ".join(one.value for one in test.caption)
    open_stores.close_all()


def test_names_that_one_account_fits_are_matched_by_one_click_and_taken_back_by_one(own):
    accounts = b"account_id,name\n1,Alder GmbH\n2,Birch Ltd\n3,Cedar\n4,Cedar Inc\n"
    tickets = b"ticket_id,account_id,opened_at\n" + b"".join(
        b"T%d,%s,2025-01-01T08:00:00Z\n" % (at, name) for at, name in enumerate((b"alder", b"birch", b"cedar corp", b"nobody"))
    )
    test = dropped(("accounts.csv", accounts), ("tickets.csv", tickets))
    button(test, "Import all 2 files").click().run()
    button(test, "Match the 2 that just one account fits").click().run()
    assert not test.exception
    with View(own) as view:
        assert view.names_without_account()["written"].to_list() == ["cedar corp", "nobody"]
    assert own.imports()["table"][0] == "account_aliases" and own.imports()["read"][0] == 2
    next(one for one in test.button if one.key == f"mark-{own.imports()['batch'][0]}").click().run()
    with View(own) as view:
        assert view.names_without_account().height == 4
