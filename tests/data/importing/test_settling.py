"""What is asked of a feed whose files are states, when, and that it is asked once."""

from datetime import date
from pathlib import Path

import pytest

from data.importing.mapping import Mapping
from data.importing.outcome import Outcome
from data.importing.run import import_file
from data.importing.settling import for_next_files
from data.log.file_days import day_in_name
from data.store.store import Store
from data.store.view import View

JAN, FEB, MAR = date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)
COLUMNS = {name: name for name in ("contract_id", "account_id", "product", "starts_on", "amount")}


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "store" / "own.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def put(store, tmp_path):
    def file(name: str, *rows: str, header: str = ",".join(COLUMNS), mapping: Mapping | None = None, **answers: object) -> Outcome:
        path: Path = tmp_path / name
        path.write_text("\n".join((header, *rows)))
        columns = {column: column for column in header.split(",")}
        chosen = mapping or Mapping("contracts", feed="billing", columns=columns, constants={"period": "1 month", "currency": "USD"})
        return import_file(store, path, mapping=chosen, options=answers)

    return file


def asked(outcome: Outcome) -> list[str]:
    assert not outcome.questions or outcome.batch is None
    return [question.option for question in outcome.questions]


def amounts(store: Store) -> list[tuple]:
    with View(store) as view:
        rows = view.contracts().sort("key_in_files", "starts_on").select("key_in_files", "starts_on", "ends_on", "amount").rows()
    return [(*row[:3], int(row[3])) for row in rows]


S1, MORE = "s1,A,Pro,2024-06-01,100", "s1,A,Pro,2024-06-01,140"
S2 = "s2,B,Pro,2024-06-01,50"
BEGAN = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("subs-2025-01-31.csv", JAN), ("subs_20250131.csv", JAN), ("subs 2025_01_31 (1).csv", JAN), ("31-01-2025.xlsx", JAN),
        ("31.01.2025.csv", JAN), ("MRR 31 Jan 2025.xlsx", JAN), ("MRR January 31, 2025.xlsx", JAN), ("export_20250131T093000Z.csv", JAN),
        ("export_20250131093000.csv", JAN), ("subs_2025-01-31_2025-01-31.csv", JAN), ("03-04-2025.csv", None), ("subs.csv", None),
        ("subs_2025-01-01_2025-01-31.csv", None), ("2025-01.csv", None), ("2025-13-01.csv", None), ("export_1706659200.csv", None),
        ("Subscriptions (1).csv", None),
    ],
)  # fmt: skip
def test_the_day_in_a_files_name_is_taken_where_it_is_the_only_one(name, day):
    assert day_in_name(name) == day


def test_the_same_again_and_more_of_it_is_not_asked_about(store, put):
    assert asked(put("a.csv", S1)) == []
    assert asked(put("b.csv", S1, S2)) == []


def test_other_terms_are_asked_about_and_the_answer_holds_for_the_feed(store, put):
    put("lines-2025-01-31.csv", S1)
    refused = put("lines-2025-02-28.csv", MORE)
    assert asked(refused) == ["rows"]
    assert "s1 has amount 100 in an earlier file of “billing”, and 140 in this one" in refused.problems[0].reason
    assert put("lines-2025-02-28.csv", MORE, rows="state").batch
    assert put("lines-2025-03-31.csv", "s1,A,Pro,2024-06-01,150").batch
    assert amounts(store) == [("s1", BEGAN, FEB, 100), ("s1", FEB, MAR, 140), ("s1", MAR, None, 150)]


def test_records_stay_corrections(store, put):
    put("lines-2025-01-31.csv", S1)
    assert put("lines-2025-02-28.csv", MORE, rows="records").batch
    assert put("lines-2025-03-31.csv", "s1,A,Pro,2024-06-01,150").batch
    assert amounts(store) == [("s1", BEGAN, None, 150)]


def test_the_day_is_asked_where_nothing_tells_it(store, put):
    assert asked(put("lines.csv", S1, rows="state")) == ["covers"]
    assert put("lines.csv", S1, rows="state", covers="2025-01-31").batch
    assert asked(put("lines (1).csv", MORE)) == ["covers"]
    assert put("lines (1).csv", MORE, covers=FEB).batch
    assert amounts(store) == [("s1", BEGAN, FEB, 100), ("s1", FEB, None, 140)]


def test_a_day_that_is_given_goes_before_that_of_the_name(store, put):
    put("lines-2025-01-31.csv", S1, rows="state", covers="2025-01-15")
    with View(store) as view:
        assert view.contracts()["known_since"].to_list() == [date(2025, 1, 15)]


def test_a_line_that_is_missing_is_asked_about_once(store, put):
    put("lines-2025-01-31.csv", S1, S2, rows="state")
    assert asked(put("lines-2025-03-31.csv", S1)) == ["snapshot"]
    assert put("lines-2025-03-31.csv", S1, snapshot="no").batch
    assert asked(put("lines-2025-04-30.csv", S2)) == []
    assert amounts(store) == [("s1", BEGAN, None, 100), ("s2", BEGAN, None, 50)]


def test_an_earlier_state_that_has_more_is_asked_about_and_the_answer_holds_for_the_later_one(store, put):
    put("lines-2025-03-31.csv", S1, rows="state")
    assert asked(put("lines-2025-01-31.csv", S1, S2)) == ["snapshot"]
    assert put("lines-2025-01-31.csv", S1, S2, snapshot="yes").batch
    assert amounts(store) == [("s1", BEGAN, None, 100), ("s2", BEGAN, MAR, 50)]


def test_what_had_ended_anyway_is_not_missed(store, put):
    ends = ",".join([*COLUMNS, "ends_on"])
    assert put("lines-2025-01-31.csv", f"{S1},", f"{S2},2025-02-15", header=ends, rows="state").batch
    assert put("lines-2025-02-28.csv", f"{S1},", header=ends).batch


def test_answers_of_a_file_hold_for_the_next_one_of_the_same_columns(store, put):
    bare = Mapping("contracts", feed="billing", columns=COLUMNS)
    put("lines-2025-01-31.csv", S1, mapping=bare, rows="state", period="1 month", currency="EUR")
    assert put("lines-2025-02-28.csv", MORE, mapping=bare).batch
    with View(store) as view:
        assert set(view.contracts()["currency"]) == {"EUR"}
    other = Mapping("contracts", feed="billing", columns=COLUMNS | {"amount": "yearly"})
    refused = put("lines-2025-03-31.csv", "s1,A,Pro,2024-06-01,1", header="contract_id,account_id,product,starts_on,yearly", mapping=other)
    assert asked(refused) == ["period"]


def test_a_sheet_without_starts_is_asked_since_when_and_what_comes_later_begins_on_its_day(store, put):
    header = "account_id,product,amount"
    assert asked(put("mrr-2025-01-31.csv", "A,Pro,100", header=header, rows="state")) == ["starts_on"]
    assert put("mrr-2025-01-31.csv", "A,Pro,100", header=header, rows="state", starts_on="2024-06-01").batch
    assert put("mrr-2025-02-28.csv", "A,Team,140", "B,Pro,50", header=header).batch
    assert amounts(store) == [("A", BEGAN, FEB, 100), ("A", FEB, None, 140), ("B", FEB, None, 50)]


def test_a_feed_of_records_is_declared_a_state_by_a_later_file_and_undo_takes_that_back(store, put):
    put("lines-2025-01-31.csv", S1)
    put("lines-2025-02-28.csv", MORE, rows="records")
    put("lines-2025-03-31.csv", "s1,A,Pro,2024-06-01,150", rows="state")
    assert amounts(store) == [("s1", BEGAN, FEB, 100), ("s1", FEB, MAR, 140), ("s1", MAR, None, 150)]
    store.undo(3)
    assert amounts(store) == [("s1", BEGAN, None, 140)]


def test_the_days_of_one_file_are_not_kept_for_the_next():
    kept = for_next_files(Mapping("contracts", constants={"starts_on": "2025-01-31"}, options={"rows": "state", "covers": JAN}))
    assert kept.constants == {}
    assert kept.options == {"rows": "state"}


def test_an_answer_about_a_discount_is_kept_for_the_feed_and_not_for_a_file_without_one(store, tmp_path):
    def brought(name: str, text: str, **answers: str) -> Outcome:
        (tmp_path / name).write_text(text)
        return import_file(store, tmp_path / name, feed="sheet", options=answers)

    head = "Contract,Customer,Start,MRR,Currency"
    first = f"{head},Discount\nc1,A,2025-01-01,90.00,USD,0.1\n"
    assert asked(brought("a.csv", first)) == ["discounts"]
    assert brought("a.csv", first, discounts="taken_off").batch
    assert brought("b.csv", f"{head},Discount\nc2,B,2025-01-01,45.00,USD,0.1\n").batch
    assert brought("c.csv", f"{head}\nc3,C,2025-01-01,20.00,USD\n").batch
    with View(store) as view:
        assert view.contracts().sort("contract_id").select("amount", "discount").rows() == [(90, None), (45, None), (20, None)]
