"""What states of contracts mean: the rules one by one, and random states against a second computation in plain Python."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.schema import CONTRACTS
from data.store.store import Store, StoreError
from data.store.view import View
from tests.data.log.expected_lines import TERMS, File, expected
from tests.data.log.stagings import staged
from tests.new_store import new_store

JAN, FEB, MAR, APR = (date(2025, month, day) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30)))
BEGAN = date(2024, 9, 12)
PLAIN = {
    "contract_id": "s", "account_id": "A", "product": "Pro", "starts_on": BEGAN, "ends_on": None, "amount": 100, "period": "1 month",
    "currency": "USD", "seats": 1, "is_trial": False,
}  # fmt: skip


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    (tmp_path / "parts").mkdir()
    yield opened
    opened.close()


def typed(rows: list[dict]) -> list[dict]:
    return [row | ({"amount": Decimal(row["amount"])} if "amount" in row else {}) for row in rows]


@pytest.fixture
def put(store, tmp_path):
    """Import one file: a day makes it a state, none a file of records."""

    def file(day: date | None, *rows: dict, **more: object) -> int:
        told = typed([{"row_key": row.get("contract_id", "s"), **row} for row in rows])
        state = {"rows": "state", "covers": (day, day)} if day else {}
        schema = {"row_key": pl.String, "line": pl.Int64} | {column.name: column.dtype for column in CONTRACTS.columns}
        return store.commit(staged(tmp_path / "parts", "contracts", told, schema=schema, **state | more)).batch

    return file


def says(**values: object) -> dict:
    return PLAIN | values


def lines(store: Store, *names: str, **more: object) -> list[tuple]:
    names = names or ("starts_on", "ends_on", "amount")
    with View(store, **more) as view:
        rows = view.contracts().sort("key_in_files", "starts_on").select(*names).rows()
    return [tuple(int(value) if isinstance(value, Decimal) else value for value in row) for row in rows]


def test_another_amount_is_a_change_from_the_day_of_the_state(store, put):
    put(JAN, says())
    put(MAR, says(amount=250))
    assert lines(store) == [(BEGAN, MAR, 100), (MAR, None, 250)]
    assert lines(store, "contract_id", "row_key", "line_key", "known_since", "batch") == [
        ("s", "s", "s", JAN, 1),
        ("s", "s from 2025-03-31", "s", None, 2),
    ]
    assert lines(store, known_at=1) == [(BEGAN, None, 100)]


def test_the_order_of_import_does_not_matter(store, put):
    put(MAR, says(amount=60))
    put(JAN, says(amount=50))
    put(FEB, says(amount=70))
    assert lines(store) == [(BEGAN, FEB, 50), (FEB, MAR, 70), (MAR, None, 60)]
    store.undo(3)
    assert lines(store) == [(BEGAN, MAR, 50), (MAR, None, 60)]
    store.redo(3)
    store.undo(2)
    assert lines(store, "starts_on", "amount", "known_since") == [(BEGAN, 70, FEB), (MAR, 60, None)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("seats", 5),
        ("product", "Team"),
        ("is_trial", True),
        ("discount", 0.5),
        ("currency", "EUR"),
        ("period", "1 year"),
        ("account_id", "B"),
    ],
)
def test_other_terms_are_changes_too(store, put, column, value):
    put(JAN, says(**({column: None} if column == "discount" else {})))
    put(FEB, says(**{column: value}))
    assert lines(store, "starts_on", column) == [(BEGAN, PLAIN.get(column)), (FEB, value)]


def test_a_change_is_dated_by_the_file_where_it_lies_between_the_states(store, put):
    put(JAN, says(changed_on=BEGAN))
    put(MAR, says(amount=180, changed_on=date(2025, 2, 10)))
    put(APR, says(amount=190, changed_on=date(2025, 2, 10)))  # says nothing of this change
    assert lines(store) == [(BEGAN, date(2025, 2, 10), 100), (date(2025, 2, 10), APR, 180), (APR, None, 190)]


def test_the_first_state_is_known_since_the_day_that_the_file_gives(store, put):
    put(MAR, says(changed_on=date(2025, 2, 10)))
    assert lines(store, "starts_on", "known_since") == [(BEGAN, date(2025, 2, 10))]


def test_another_end_is_knowledge_and_no_change(store, put):
    put(JAN, says(ends_on=date(2025, 9, 12)))
    put(FEB, says(ends_on=date(2025, 6, 12), cancelled_on=date(2025, 2, 20), churn_reason="price"))
    assert lines(store, "starts_on", "ends_on", "cancelled_on", "churn_reason") == [(BEGAN, date(2025, 6, 12), date(2025, 2, 20), "price")]
    put(MAR, says())
    assert lines(store, "ends_on", "cancelled_on") == [(None, date(2025, 2, 20))]  # the March file has no column cancelled_on


def test_an_end_that_passed_and_is_later_now_is_a_renewal(store, put):
    put(JAN, says(ends_on=date(2025, 3, 12)))
    put(MAR, says(ends_on=date(2026, 3, 12), amount=120))
    assert lines(store) == [(BEGAN, date(2025, 3, 12), 100), (date(2025, 3, 12), date(2026, 3, 12), 120)]
    assert lines(store, "line_key", "line_ends_on") == [("s", date(2025, 3, 12)), ("s from 2025-03-12", date(2026, 3, 12))]


def test_a_line_that_had_ended_and_is_back_is_a_new_stretch(store, put):
    put(JAN, says(ends_on=date(2025, 1, 20)))
    put(MAR, says())
    assert lines(store) == [(BEGAN, date(2025, 1, 20), 100), (MAR, None, 100)]


def test_an_end_in_the_past_is_believed_and_may_be_corrected(store, put):
    put(JAN, says())
    put(FEB, says(ends_on=date(2025, 1, 10)))
    put(MAR, says(ends_on=date(2025, 1, 15)))
    assert lines(store) == [(BEGAN, date(2025, 1, 15), 100)]


def test_a_later_start_is_the_next_line_and_an_earlier_one_is_knowledge(store, put):
    put(JAN, says(ends_on=date(2025, 2, 12)))
    put(MAR, says(starts_on=date(2025, 2, 12), ends_on=date(2026, 2, 12), amount=150))
    assert lines(store) == [(BEGAN, date(2025, 2, 12), 100), (date(2025, 2, 12), date(2026, 2, 12), 150)]
    put(APR, says(starts_on=date(2025, 2, 15), ends_on=date(2026, 2, 12), amount=150))
    assert lines(store) == [(BEGAN, date(2025, 2, 12), 100), (date(2025, 2, 15), date(2026, 2, 12), 150)]


def test_a_start_that_was_planned_is_moved(store, put):
    put(JAN, says(starts_on=date(2025, 3, 1)))
    put(FEB, says(starts_on=date(2025, 4, 1)))
    assert lines(store) == [(date(2025, 4, 1), None, 100)]


def test_what_a_complete_state_leaves_out_ends_on_its_day_and_may_come_back(store, put):
    other = says(contract_id="t")
    put(JAN, says(), other, snapshot=True)
    put(FEB, other, snapshot=True)
    assert lines(store)[0] == (BEGAN, FEB, 100)
    put(APR, says(), other, snapshot=True)
    assert lines(store)[:2] == [(BEGAN, FEB, 100), (APR, None, 100)]
    put(MAR, says(), other, snapshot=True)  # comes late
    assert lines(store)[:2] == [(BEGAN, FEB, 100), (MAR, None, 100)]
    store.undo(2)
    assert lines(store)[0] == (BEGAN, None, 100)


def test_what_an_incomplete_state_leaves_out_goes_on(store, put):
    put(JAN, says(), says(contract_id="t"))
    put(FEB, says(contract_id="t"))
    assert lines(store) == [(BEGAN, None, 100)] * 2


def test_an_end_without_a_day_is_the_day_of_the_state_that_says_it_first(store, put):
    put(JAN, says(has_ended=False), says(contract_id="t", has_ended=True))
    put(FEB, says(has_ended=True), says(contract_id="t", has_ended=True))
    put(MAR, says(has_ended=True), says(contract_id="t", has_ended=True))
    assert lines(store) == [(BEGAN, FEB, 100), (BEGAN, BEGAN, 100)]  # when t ended, nobody knows: it counts nothing


def test_a_column_less_says_nothing_and_an_empty_cell_clears(store, put):
    put(JAN, says(seats=3, discount=0.5))
    put(FEB, {name: value for name, value in says(discount=None).items() if name != "seats"})
    put(MAR, says(seats=None, discount=None))
    assert lines(store, "starts_on", "seats", "discount") == [(BEGAN, 3, 0.5), (FEB, 3, None), (MAR, None, None)]


def test_a_row_without_a_start_begins_on_the_day_of_its_first_state(store, put):
    bare = {name: value for name, value in says(amount=650).items() if name != "starts_on"}
    put(JAN, says(starts_on=JAN, amount=500))
    put(FEB, bare, bare | {"contract_id": "t"})
    assert lines(store) == [(JAN, FEB, 500), (FEB, None, 650), (FEB, None, 650)]


def test_an_edit_wins_over_every_state_until_it_is_withdrawn(store, put):
    put(JAN, says())
    put(FEB, says(amount=250))
    put(None, {"amount": 90, "ends_on": date(2025, 12, 31)}, edit=True)
    put(MAR, says(amount=300))
    assert lines(store) == [(BEGAN, date(2025, 12, 31), 90)]
    store.undo(3)
    assert lines(store) == [(BEGAN, FEB, 100), (FEB, MAR, 250), (MAR, None, 300)]


def test_records_before_a_state_are_what_held_until_it(store, put):
    put(None, says())
    put(None, says(amount=110))
    put(FEB, says(amount=250))
    assert lines(store, "starts_on", "ends_on", "amount", "known_since", "batch") == [(BEGAN, FEB, 110, None, 2), (FEB, None, 250, None, 3)]


def test_records_after_states_correct_them_and_later_states_change_them(store, put):
    put(JAN, says())
    put(FEB, says(amount=250))
    put(None, says(amount=200))
    assert lines(store) == [(BEGAN, None, 200)]
    put(MAR, says(amount=220))
    assert lines(store) == [(BEGAN, MAR, 200), (MAR, None, 220)]


def test_a_feed_is_declared_anew_by_a_later_import_and_back_by_its_undo(store, put):
    put(None, says(), covers=(JAN, JAN))
    put(None, says(amount=110), covers=(FEB, FEB))
    assert lines(store) == [(BEGAN, None, 110)]
    put(MAR, says(amount=250), declares=True)
    assert lines(store) == [(BEGAN, FEB, 100), (FEB, MAR, 110), (MAR, None, 250)]
    put(APR, says(amount=260))
    put(None, says(amount=1), feed="other", declares=True, rows="records")
    store.undo(5)
    store.undo(3)
    assert lines(store) == [(BEGAN, APR, 110), (APR, None, 260)]


def test_two_states_of_a_day_are_one_the_later_wins(store, put):
    put(JAN, says())
    put(FEB, says(amount=1))
    put(FEB, says(amount=250))
    assert lines(store) == [(BEGAN, FEB, 100), (FEB, None, 250)]


def test_a_state_has_a_day_and_is_of_contracts_or_accounts(store, put, tmp_path):
    with pytest.raises(StoreError, match="its day is not known"):
        put(None, says(), rows="state")
    with pytest.raises(StoreError, match="Only contracts and accounts"):
        store.commit(staged(tmp_path / "parts", "tickets", [{"row_key": "t"}], rows="state", covers=(JAN, JAN)))


def test_that_a_line_is_still_so_is_news_and_the_same_day_again_is_not(store, put):
    put(JAN, says())
    put(FEB, says())
    put(FEB, says(), says(contract_id="t"))
    counts = store.imports().sort("batch").select("accepted", "duplicate").rows()
    assert counts == [(1, 0), (1, 0), (1, 1)]


# ---- what becomes of a subscription ----


def test_a_trial_that_converts_pays_from_its_end(store, put):
    put(JAN, says(status="trial", trial_ends_on=date(2025, 2, 10)))
    assert lines(store, "starts_on", "status") == [(BEGAN, "trial")]
    put(MAR, says(status="paying", trial_ends_on=None))
    assert lines(store, "starts_on", "status") == [(BEGAN, "trial"), (date(2025, 2, 10), "paying")]


def test_a_pause_is_dated_by_the_file_and_stays_when_the_file_forgets_it(store, put):
    put(JAN, says(status="paying", paused_on=None))
    put(FEB, says(status="paused", paused_on=date(2025, 2, 12)))
    put(APR, says(status="paying", paused_on=None))
    assert lines(store, "starts_on", "status", "paused_on") == [
        (BEGAN, "paying", None),
        (date(2025, 2, 12), "paused", date(2025, 2, 12)),
        (APR, "paying", None),
    ]


def test_a_pause_between_two_states_of_which_neither_saw_it(store, put):
    put(JAN, says(status="paying"))
    put(APR, says(status="paying", paused_on=date(2025, 2, 12), resumes_on=date(2025, 3, 12)))
    put(APR + timedelta(days=1), says(status="paying", paused_on=None, resumes_on=None))
    named = lines(store, "starts_on", "paused_on", "resumes_on")
    assert named[0] == (BEGAN, date(2025, 2, 12), date(2025, 3, 12))  # what no state said before reaches back


@pytest.mark.parametrize("status", ["paused", "unpaid"])
def test_what_is_stopped_on_no_day_is_so_from_the_first_state_that_says_so(store, put, status):
    put(JAN, says(status="paying"))
    put(FEB, says(status=status))
    put(MAR, says(status=status))
    assert lines(store, "starts_on", "status", "paused_on") == [(BEGAN, "paying", None), (FEB, status, FEB)]
    store.undo(1)
    assert lines(store, "starts_on", "paused_on") == [(BEGAN, FEB)]


def test_what_had_not_begun_runs_since_its_start_once_it_has(store, put):
    put(JAN, says(status="not_begun"))
    assert lines(store, "starts_on", "status") == [(BEGAN, "not_begun")]
    put(FEB, says(status="paying"))
    assert lines(store, "starts_on", "status") == [(BEGAN, "paying")]


def test_a_status_says_nothing_of_states_before_it_that_had_none(store, put):
    put(JAN, says())
    put(FEB, says(status="unpaid", has_ended=True))
    assert lines(store, "starts_on", "ends_on", "status") == [(BEGAN, FEB, None)]


# ---- random states against the second computation ----

DAYS = [date(2025, month, 28) for month in range(1, 6)]
MOMENTS = st.sampled_from([None, date(2024, 9, 1), *(day + timedelta(days=shift) for day in DAYS for shift in (-13, 0, 9))])
NAMES = ("starts_on", "ends_on", "changed_on", "has_ended", *TERMS)
VALUES = {
    "starts_on": st.sampled_from([date(2024, 9, 1), date(2025, 2, 1), date(2025, 3, 28), date(2025, 7, 1)]), "ends_on": MOMENTS,
    "changed_on": MOMENTS, "has_ended": st.sampled_from([None, False, False, True]), "account_id": st.sampled_from("AAB"),
    "product": st.just("Pro"), "amount": st.integers(1, 3), "currency": st.just("USD"), "seats": st.sampled_from([None, 1, 1, 2]),
    "is_trial": st.just(False), "status": st.sampled_from([None, None, "paying", "trial", "not_begun", "paused", "unpaid"]),
    "trial_ends_on": MOMENTS, "paused_on": MOMENTS, "resumes_on": MOMENTS,
}  # fmt: skip
ROW = st.fixed_dictionaries(VALUES)
WHOLE = st.sampled_from([None, True, False])  # None: nobody said
LEFT_OUT = st.sets(st.sampled_from(["ends_on", "changed_on", "has_ended", "seats", "amount", "status", "paused_on"]), max_size=1)


@st.composite
def files(draw) -> list[File]:
    found = []
    for batch in range(1, draw(st.integers(2, 6)) + 1):
        kind = draw(st.sampled_from(["state"] * 6 + ["records", "edit"]))
        without = draw(LEFT_OUT)
        only = draw(st.sampled_from([("amount",), ("ends_on",)])) if kind == "edit" else NAMES
        columns = tuple(name for name in only if kind == "edit" or name not in without)
        rows = {
            key: {name: value for name, value in draw(ROW).items() if name in columns}
            for key in draw(st.sets(st.sampled_from("st"), min_size=1))
        }
        feed = draw(st.sampled_from(["feed"] * 5 + ["other"]))
        day = draw(st.sampled_from(DAYS)) if kind == "state" else None
        found.append(File(batch, kind, rows, columns, day, feed, draw(WHOLE) if kind == "state" else None))
    return found


def imported(store: Store, folder, file: File) -> None:
    rows = typed([{"row_key": key, "contract_id": key, "period": "1 month", **row} for key, row in file.rows.items()])
    if file.kind == "edit":
        rows = [{name: value for name, value in row.items() if name != "period"} for row in rows]
    schema = {"row_key": pl.String, "line": pl.Int64} | {column.name: column.dtype for column in CONTRACTS.columns}
    state = {"rows": "state", "covers": (file.day, file.day), "complete": file.complete} if file.day else {"edit": file.kind == "edit"}
    store.commit(staged(folder, "contracts", rows, schema=schema, feed=file.feed, **state))


def found(store: Store, listed: set[str]) -> list[tuple]:
    with View(store) as view:
        rows = view.contracts().filter(pl.col("key_in_files").is_in(listed))
    shown = rows.select(
        "key_in_files", "starts_on", "ends_on", "line_starts_on", "line_ends_on", "known_since", "batch",
        *(pl.col(name).cast(pl.Int64).cast(pl.String) if name == "amount" else pl.col(name) for name in TERMS),
    )  # fmt: skip
    return sorted(((*row[:7], *(str(value) for value in row[7:])) for row in shown.rows()), key=str)


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(files())
def test_random_states_say_what_plain_python_says(tmp_path_factory, told):
    folder = tmp_path_factory.mktemp("random")
    store = new_store(folder / "own.duckdb")
    (folder / "parts").mkdir()
    for file in told:
        imported(store, folder / "parts", file)
    listed = {key for file in told if file.kind == "state" for key in file.rows}
    day = {file.batch: file.day or file.batch for file in told}  # of two states of one day, either may be named

    def dated(rows: list[tuple]) -> list[tuple]:
        return sorted(((*row[:6], day[row[6]], *row[7:]) for row in rows), key=str)

    assert dated(found(store, listed)) == dated(expected(told, NAMES))
    with View(store) as view:
        lines = view.contracts()
        assert lines["row_key"].is_unique().all()
        inside = lines.sort("line_key", "starts_on").with_columns(after=pl.col("starts_on").shift(-1).over("line_key"))
        assert inside.filter(pl.col("after").is_not_null() & (pl.col("after") != pl.col("ends_on"))).is_empty()
    store.close()
    store.path.unlink()
