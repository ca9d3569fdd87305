"""Files that tell what each account paid in each month: what becomes of them, what is asked, and what is turned away."""

from datetime import date

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.outcome import Outcome
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "store" / "own.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def run(store, tmp_path):
    def import_text(text: str, name: str = "log.csv", **options: str) -> Outcome:
        (tmp_path / name).write_text(text)
        return import_file(store, tmp_path / name, options=options)

    return import_text


def lines(store: Store) -> list[tuple]:
    with View(store) as view:
        found = view.contracts().select("account_id", "starts_on", "ends_on", pl.col("amount").cast(pl.Float64), "period")
    return sorted(found.rows())


LOG = "Customer,Month,Revenue,Currency\n"


def test_a_line_for_each_stretch_of_the_same_amount_and_the_last_runs_on(store, run):
    outcome = run(LOG + "Alder,2024-07,100,USD\nAlder,2024-08,100,USD\nAlder,2024-09,150,USD\nBirch,2024-07,80,USD\nBirch,2024-09,80,USD\n")
    assert (outcome.batch.table, outcome.batch.read, outcome.batch.accepted) == ("contracts", 5, 5)
    assert lines(store) == [
        ("Alder", date(2024, 7, 1), date(2024, 9, 1), 100.0, "1 month"),
        ("Alder", date(2024, 9, 1), None, 150.0, "1 month"),
        ("Birch", date(2024, 7, 1), date(2024, 8, 1), 80.0, "1 month"),
        ("Birch", date(2024, 9, 1), None, 80.0, "1 month"),
    ]


def test_a_file_without_columns_of_months_is_refused_with_its_columns(store, tmp_path):
    (tmp_path / "f.csv").write_text("Customer,Amount\nAlder,100\n")
    mapping = Mapping("contracts", columns={"account_id": "Customer"}, constants={"period": "1 month"}, options={"layout": "months"})
    outcome = import_file(store, tmp_path / "f.csv", mapping=mapping)
    assert outcome.batch is None and not outcome.questions
    assert "No columns stand for months" in outcome.problems[0].reason and "Customer, Amount" in outcome.problems[0].reason


def test_months_as_columns_are_the_same_and_each_customer_is_one_row(store, run):
    outcome = run("Customer,CSM,Jul-24,Aug-24,Sep-24,Oct-24\nAlder,Dana,100,100,150,\nBirch,Kim,80,-,80,\nCedar,Kim,,,,\n")
    assert (outcome.batch.read, outcome.batch.accepted, outcome.batch.rejected) == (3, 3, 0)
    assert [(account, start, end, amount) for account, start, end, amount, _ in lines(store)] == [
        ("Alder", date(2024, 7, 1), date(2024, 9, 1), 100.0),
        ("Alder", date(2024, 9, 1), None, 150.0),  # nobody has an amount in October: it is not over, not lost
        ("Birch", date(2024, 7, 1), date(2024, 8, 1), 80.0),
        ("Birch", date(2024, 9, 1), None, 80.0),
    ]


def test_a_bad_cell_takes_its_whole_line_out_and_is_named_by_its_month(store, run):
    outcome = run("Customer,Jul-24,Aug-24\nAlder,100,soon\nBirch,80,80\n")
    assert (outcome.batch.read, outcome.batch.accepted, outcome.batch.rejected) == (2, 1, 1)
    assert [(one.line, one.column, one.value) for one in outcome.problems] == [(2, "Aug-24", "soon")]
    assert store.rejected_rows(1)["cells"][0].to_list() == ["Alder", "100", "soon"]
    assert [line[0] for line in lines(store)] == ["Birch"]


def test_several_rows_of_a_month_are_added_up_and_said(store, run):
    outcome = run(LOG + "Alder,2024-07,100,USD\nAlder,2024-07,100,USD\nAlder,2024-08,200,USD\n")
    assert (outcome.batch.read, outcome.batch.accepted, outcome.batch.duplicate) == (3, 3, 0)
    assert [(one.line, one.rejected) for one in outcome.problems] == [(3, False)]
    assert [(line[1], line[3]) for line in lines(store)] == [(date(2024, 7, 1), 200.0)]


def test_the_same_log_again_says_nothing_new_and_a_longer_one_only_what_it_adds(run):
    text = LOG + "Alder,2024-07,100,USD\nAlder,2024-08,100,USD\n"
    run(text)
    assert (run(text).batch.accepted, run(text).batch.duplicate) == (0, 2)
    longer = run(text + "Alder,2024-09,100,USD\n").batch
    assert (longer.read, longer.accepted, longer.duplicate) == (3, 1, 2)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("A,2024-01,100,USD\nA,2024-02,100,USD\nA,2024-04,100,USD\n", "month after 2024-02"),
        ("".join(f"{who},2024-{month:02},300,USD\n" for who, months in {"A": (1, 4, 7), "B": (2, 5, 8), "C": (3, 6, 9)}.items() for month in months), "look like bills"),
        ("A,2024-01,0,USD\nA,2024-02,0,USD\n", "No row has an amount"),
    ],
)  # fmt: skip
def test_what_is_no_log_of_months_says_what_to_bring(store, run, rows, words):
    outcome = run(LOG + rows)
    assert outcome.refused and words in outcome.problems[0].reason
    assert store.imports().height == 0


def test_a_last_month_with_few_of_the_accounts_is_asked_about(store, run):
    rows = "".join(f"{who},2024-0{month},100,USD\n" for month in (1, 2) for who in "ABCDE") + "A,2024-03,100,USD\n"
    asked = run(LOG + rows).questions[0]
    assert (asked.option, asked.choices) == ("covers", ("2024-01-01..2024-03-31", "2024-01-01..2024-02-29"))
    assert run(LOG + rows, covers=asked.choices[1]).batch.accepted == 11
    assert [line[2] for line in lines(store)] == [None] * 5  # nobody has left
    run(LOG + rows, covers=asked.choices[0])
    assert [line[2] for line in lines(store)] == [None] + [date(2024, 3, 1)] * 4


def test_products_and_currencies_have_lines_of_their_own(store, run):
    run("customer,product,month,mrr,currency\nA,Core,2024-01,100,USD\nA,Core,2024-02,100,USD\nA,Add-on,2024-02,20,USD\n")
    assert [(start, amount) for _, start, _, amount, _ in lines(store)] == [(date(2024, 1, 1), 100.0), (date(2024, 2, 1), 20.0)]


def test_a_log_of_annual_figures_is_annual(store, run):
    run("customer,month,ARR,currency\nA,2024-01,1200,USD\nA,2024-02,1200,USD\n")
    assert [line[3:] for line in lines(store)] == [(1200.0, "1 year")]
