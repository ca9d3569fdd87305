"""Files as people have them: what is taken, what is turned away, and what is said about it."""

import gzip
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
import xlsxwriter

from data.importing.mapping import Mapping, MappingError
from data.importing.outcome import Outcome
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
from tests.companies import ravenstack
from tests.datasets import FOLDER, needs_datasets

HEADER = "contract_id,account_id,starts_on,ends_on,amount,period,currency\n"


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "store" / "own.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def run(store, tmp_path):
    def import_text(text: str | bytes, name: str = "file.csv", **more: object) -> Outcome:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return import_file(store, path, **more)

    return import_text


def adds_up(outcome: Outcome) -> bool:
    batch = outcome.batch
    return batch.accepted + batch.rejected + batch.duplicate == batch.read


def contracts(store: Store) -> pl.DataFrame:
    with View(store) as view:
        return view.contracts()


def test_good_rows_go_in_and_each_bad_one_is_named(store, run):
    rows = [
        "c1,A,2024-01-01,2025-01-01,1200,1 year,USD",
        "c2,A,tomorrow,2025-01-01,1200,1 year,USD",
        "c3,,2024-01-01,,10,1 month,USD",
        "c4,A,2024-05-01,2024-04-01,10,1 month,USD",
        "c5,A,2024-01-01,,-10,1 month,USD",
        "c6,A,0203-01-01,,10,1 month,USD",
        "c7,A,2024-01-01,,10,sometimes,USD",
    ]
    outcome = run(HEADER + "\n".join(rows))
    assert (outcome.batch.read, outcome.batch.accepted, outcome.batch.rejected) == (7, 2, 5)
    told = [(problem.line, problem.column, problem.value) for problem in outcome.problems]
    assert told == [
        (3, "starts_on", "tomorrow"),
        (4, "account_id", None),
        (5, "ends_on", "2024-04-01"),
        (7, "starts_on", "0203-01-01"),
        (8, "period", "sometimes"),
    ]
    assert all(problem.reason and problem.file == "file.csv" for problem in outcome.problems)
    assert contracts(store)["contract_id"].to_list() == ["c1", "c5"]  # a reduction is a line too
    assert store.rejected_rows(1)["cells"][0].to_list()[0] == "c2"


def test_lines_are_those_of_the_file_also_after_a_cell_with_line_breaks(run):
    outcome = run('account_id,name\nA,"two\nlines"\n,missing\nB,fine\n', table="accounts")
    assert [problem.line for problem in outcome.problems] == [4]


def test_strict_takes_nothing_when_a_row_is_bad(store, run):
    outcome = run(HEADER + "c1,A,2024-01-01,,5,1 month,USD\nc2,A,never,,5,1 month,USD\n", strict=True)
    assert outcome.refused
    assert store.imports().height == 0


def test_a_dry_run_counts_and_leaves_nothing(store, run):
    outcome = run(HEADER + "c1,A,2024-01-01,,5,1 month,USD\n", dry_run=True)
    assert outcome.batch.accepted == 1
    assert store.imports().height == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n\n  \n", "empty"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "The file is a picture"),
        ("report.csv", b"%PDF-1.7\n1 0 obj\n", "The file is a PDF"),
        ("lies.parquet", b"PAR1 but not really", "cannot be read"),
        ("lies.xlsx", b"PK\x03\x04" + b"\x00" * 50, "damaged or cut off"),
        ("other.csv", b"colour,taste\nred,sweet\n", "matches no table"),
        ("rowless.csv", b"account_id,name\n", "no rows"),
        ("cut.csv.gz", gzip.compress(b"account_id,name\na,b\n" * 9000)[:-40], "damaged"),
    ],
)
def test_files_that_are_no_table_are_refused_with_words(store, run, name, content, said):
    outcome = run(content, name)
    assert outcome.refused
    assert any(part in outcome.problems[0].reason for part in said.split("|")), outcome.problems
    assert (store.imports().height, store.check()) == (0, [])


def test_a_packed_bomb_is_stopped(store, run):
    outcome = run(gzip.compress(b"a,b\n" * 60_000_000, compresslevel=9), "bomb.csv")
    assert outcome.refused
    assert "unpacks to more than" in outcome.problems[0].reason


def test_a_spreadsheet_with_one_cell_at_the_far_end_is_stopped(store, run, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "far.xlsx")
    sheet = book.add_worksheet()
    sheet.write(0, 0, "account_id")
    sheet.write(1048575, 16383, "x")
    book.close()
    outcome = run((tmp_path / "far.xlsx").read_bytes(), "far.xlsx")
    assert outcome.refused
    assert outcome.problems[0].reason


def test_a_key_that_is_not_unique_is_refused_with_one_that_is(run):
    rows = "A,p,2024-01-01,5,1 month\nA,q,2024-01-01,6,1 month\n"
    mapping = Mapping(
        "contracts", key=("account_id", "starts_on"), columns={n: n for n in ("account_id", "product", "starts_on", "amount", "period")}
    )
    outcome = run("account_id,product,starts_on,amount,period\n" + rows, mapping=mapping)
    assert outcome.refused
    assert "lines 2 and 3" in outcome.problems[0].reason
    assert "account_id, product, starts_on" in outcome.problems[0].reason


def test_an_id_claimed_twice_is_taken_once(run):
    outcome = run("account_id,name\nA,One\nA,Other\nB,Two\nB,Two\n")
    batch = outcome.batch
    assert (batch.read, batch.accepted, batch.rejected, batch.duplicate) == (4, 2, 1, 1)
    assert "already on line 2" in outcome.problems[0].reason


def test_the_same_file_again_adds_nothing(run):
    text = HEADER + "c1,A,2024-01-01,,5,1 month,USD\nc2,A,2024-01-01,,5,1 month,USD\n"
    run(text)
    again = run(text)
    assert (again.batch.accepted, again.batch.duplicate) == (0, 2)
    assert adds_up(again)


@pytest.mark.parametrize(
    ("written", "option", "meant"),
    [
        ("03/04/2026", "dmy", date(2026, 4, 3)),
        ("03/04/2026", "mdy", date(2026, 3, 4)),
        ("13/04/2026", "", date(2026, 4, 13)),
        ("04/13/2026", "", date(2026, 4, 13)),
        ("2026/4/3", "", date(2026, 4, 3)),
        ("2026-04-03T23:30:00-02:00", "", date(2026, 4, 3)),  # the day that is written, whatever its offset says
        ("1775174400", "", date(2026, 4, 3)),  # seconds since 1970
        ("1775174400000", "", date(2026, 4, 3)),  # milliseconds
    ],
)
def test_days_as_exports_write_them(store, run, written, option, meant):
    options = {"date_order": option} if option else {}
    run(f"contract_id,account_id,starts_on,amount,period\nc,A,{written},5,1 month\n", options=options)
    assert contracts(store)["starts_on"].to_list() == [meant]


def test_days_that_could_be_either_are_asked(store, run):
    outcome = run("contract_id,account_id,starts_on,amount,period\nc,A,03/04/2026,5,1 month\n")
    assert outcome.questions[0].option == "date_order"
    assert store.imports().height == 0


@pytest.mark.parametrize(
    ("written", "options", "meant"),
    [
        ('"1,234.56"', {}, "1234.56"),
        ('"1.234,56"', {}, "1234.56"),
        ("$85000", {}, "85000"),
        ('"€ 12,5"', {}, "12.5"),
        ('"1,234"', {"decimal": "point"}, "1234"),
        ('"1,234"', {"decimal": "comma"}, "1.234"),
    ],
)
def test_money_as_exports_write_it(store, run, written, options, meant):
    run(f"contract_id,account_id,starts_on,amount,period\nc,A,2024-01-01,{written},1 month\n", options=options)
    assert contracts(store)["amount"].to_list() == [Decimal(meant)]


def test_a_comma_that_could_be_either_is_asked(run):
    outcome = run('contract_id,account_id,starts_on,amount,period\nc,A,2024-01-01,"1,234",1 month\n')
    assert outcome.questions[0].option == "decimal"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(store, run, encoding, delimiter):
    rows = ["account_id,name", "00123,Café Zürich", "1e5,Société Générale à Orléans"]
    run("\r\n".join(rows).replace(",", delimiter).encode(encoding))
    with View(store) as view:
        assert view.accounts().select("account_id", "name").rows() == [("00123", "Café Zürich"), ("1e5", "Société Générale à Orléans")]


def test_title_rows_comments_and_totals_are_no_rows(store, run):
    run('Customer list\n# from 2024\n\naccount_id,name,plan\nA,One,Pro\n\nTotal,,\n"Confidential Information - Do Not Distribute",,\n')
    with View(store) as view:
        assert view.accounts()["account_id"].to_list() == ["A"]


def test_excel_json_lines_and_parquet_say_the_same_as_csv(store, run, tmp_path):
    frame = pl.DataFrame({"account_id": ["007", "8"], "name": ["One", "Two"]})
    frame.write_excel(tmp_path / "a.xlsx")
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_ndjson(tmp_path / "a.jsonl")
    run(frame.write_csv())
    for name in ("a.xlsx", "a.parquet", "a.jsonl"):
        outcome = import_file(store, tmp_path / name)
        assert (outcome.batch.read, outcome.batch.duplicate) == (2, 2), name


def test_the_last_day_covered_becomes_the_first_not_covered(store, run):
    run("contract_id,account_id,starts_on,ends_on,amount,period\nc,A,2024-01-01,2024-12-31,5,1 month\n", options={"ends_on": "inclusive"})
    assert contracts(store)["ends_on"].to_list() == [date(2025, 1, 1)]


def test_a_mapping_translates_takes_when_and_says_constants(store, run):
    text = """
        table = "usage_events"
        feed = "product"
        [columns]
        account_id = "acc"
        occurred_at = "at"
        event = "kind"
        [values.event]
        "0" = "search"
        [when]
        quantity = { column = "n", if = "unit", equals = "pages" }
    """
    mapping = Mapping.from_toml(text)
    assert Mapping.from_toml(mapping.to_toml()) == mapping
    run("acc,at,kind,n,unit\nA,2024-01-02 10:00,0,7,pages\nA,2024-01-03 10:00,0,9,users\n", mapping=mapping)
    found = (
        store._connection.cursor()
        .execute("select event, occurred_at, quantity from usage_events join event_names using (event_no) order by 2")
        .fetchall()
    )
    day = datetime(2024, 1, 2, 10, tzinfo=UTC).replace(tzinfo=None)
    assert found == [("search", day, 7.0), ("search", day.replace(day=3), None)]


def test_columns_that_stay_attributes_may_be_called_as_ours_are(run, store):
    text = "account_id,name,value,line,variable,row_key\nA,One,5,x,y,z\n"
    outcome = run(text, mapping=Mapping("accounts", columns={"account_id": "account_id"}))
    assert outcome.batch and outcome.batch.accepted == 1, outcome.problems
    with store.reading() as cursor:
        kept = cursor.sql("select name, value from attributes order by name").fetchall()
    assert kept == [("line of the file", "x"), ("name", "One"), ("row_key", "z"), ("value", "5"), ("variable", "y")]


@pytest.mark.parametrize(
    "text", ["table = ", 'table = "x"', 'table = "accounts"\n[columns]\nnope = "a"', 'table = "accounts"\n[options]\nnope = 1', "a = 1"]
)
def test_mappings_that_cannot_be_used_say_why(text):
    with pytest.raises(MappingError, match=r"TOML|no table|no such column|no such option|A mapping has"):
        Mapping.from_toml(text)


def test_a_mapping_that_names_a_column_the_file_lacks_is_refused(run):
    outcome = run("account_id\nA\n", mapping=Mapping("accounts", columns={"account_id": "account_id", "name": "label"}))
    assert "no column 'label'" in outcome.problems[0].reason


def test_other_columns_of_accounts_are_kept_as_attributes(store, run):
    run("account_id,name,Referral source\nA,One,partner\n")
    with View(store) as view:
        assert view.columns() == ["Referral source"]
        assert view.filter_values("Referral source") == ["partner"]


@needs_datasets
@pytest.mark.parametrize("save", ["ravenstack_iso", "ravenstack_dmy"])
def test_ravenstack_needs_no_mapping(store, save):
    outcomes = [import_file(store, path) for path in sorted((FOLDER / save).iterdir())]
    counts = {outcome.batch.table: (outcome.batch.accepted, outcome.batch.rejected) for outcome in outcomes}
    assert counts == {
        "accounts": (500, 0),
        "churn_events": (600, 0),
        "usage_events": (25000, 0),
        "contracts": (5000, 0),
        "tickets": (2000, 0),
    }
    reused = next(outcome for outcome in outcomes if outcome.batch.table == "usage_events").problems
    assert len(reused) == 42  # 21 ids, each on two lines
    with View(store) as view:
        assert view.usage_days(date(2000, 1, 1), date(2030, 1, 1))["count"].sum() == 25000


@needs_datasets
def test_both_saves_of_ravenstack_say_the_same(tmp_path):
    seen = []
    for save in ("ravenstack_iso", "ravenstack_dmy"):
        store = Store.open(ravenstack(save, tmp_path / save / "own.duckdb"))
        with View(store) as view:
            frames = [view.table(name).drop("batch", "line") for name in ("contracts", "churn_events", "tickets")]
            flags = ("is_trial", "churn_flag")
            accounts = view.accounts().drop("batch", "line").with_columns(pl.col(flags).str.to_lowercase())
            seen.append([*frames, accounts, view.usage_days(date(2000, 1, 1), date(2030, 1, 1)), view.usage_by_contract()])
        store.close()
    for iso, dmy in zip(*seen, strict=True):
        assert iso.equals(dmy)
