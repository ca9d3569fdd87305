"""What cannot be asked of an import says what can, on the command line (2), through the API (422) and in a mapping file, alike.

Never a traceback, never another meaning in silence, and nothing comes in.
"""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from cli import app
from data.importing import saved_mappings
from data.importing.mapping import Mapping
from data.importing.options import offered
from data.store import open_stores
from data.store.store import Store
from server.api import api
from server.tokens import keep_token

ACCOUNTS = "account_id,name,created_on\nA,One,2024-01-31\n"
CONTRACTS = "contract_id,account_id,starts_on,ends_on,amount,period,currency,seats\n1,A,2024-01-01,2024-12-31,10,1 month,USD,2\n"
FILES = {"accounts": ACCOUNTS, "contracts": CONTRACTS}
ITSELF = {table: dict(zip(names := text.splitlines()[0].split(","), names, strict=True)) for table, text in FILES.items()}
WRONG = [
    ("contracts", "date_order", "ydm", "Give dmy, mdy or ymd."),
    ("contracts", "ends_on", "Maybe", "Give inclusive or exclusive."),
    ("contracts", "amount_per", "seats", "Give line or seat."),
    ("contracts", "decimal", "banana", "Give comma or point."),
    ("contracts", "encoding", "latin-99", "Give the name of a text encoding"),
    ("contracts", "snapshot", "maybe", "Give true, false or confirmed."),
    ("contracts", "covers", "2021", "Give one day or two"),
    ("contracts", "covers", "2021-12-31..2021-01-31", "Give one day or two"),
    ("contracts", "nonsense", "1", "there is no such option. Options: ends_on, date_order"),
    ("contracts", "rows", "banana", "records or state"),
    ("accounts", "snapshot", "yes", "options.snapshot is for contracts, not for accounts. Leave it out."),
    ("accounts", "ends_on", "inclusive", "options.ends_on is for contracts, not for accounts. Leave it out."),
    ("accounts", "amount_per", "seat", "options.amount_per is for contracts, not for accounts. Leave it out."),
    ("accounts", "covers_all_accounts", "yes", "options.covers_all_accounts is for usage_events, not for accounts. Leave it out."),
]
IN_A_MAPPING = [
    ("columns = 5", "columns: '5' is not a table of entries"),
    ('key = "account_id"', 'Write it as key = ["contract_id"].'),
    ("[columns]\naccount_id = 5", "columns.account_id: '5' is not the name of a column of the file"),
    ('[columns]\nnope = "name"', "nope: the table accounts has no such column"),
    ('[values]\nname = "x"', "values.name: 'x' is not a table of entries"),
    ('[when]\nname = "x"', "when.name: 'x' is no condition"),
    ("[constants]\nname = [1]", "constants.name: '[1]' is not one value"),
    ('[constants]\ncreated_on = "soon"', "constants.created_on: 'soon' is "),
    ("nonsense = 1", "A mapping has a table and may have"),
    ("[options]\nsnapshot = true", "options.snapshot is for contracts, not for accounts"),
    ("[options]\ndate_order = 5", "options.date_order: '5' is not allowed. Give dmy, mdy or ymd."),
]
RIGHT = [
    ("contracts", "date_order", "DMY"), ("contracts", "ends_on", "Inclusive"), ("contracts", "amount_per", "Seat"),
    ("contracts", "decimal", "Point"), ("contracts", "encoding", "UTF-8"), ("contracts", "snapshot", "Yes"), ("accounts", "sheet", "Lines"),
    ("accounts", "covers", "2021-01-31"), ("accounts", "newest_by", "created_on"),
]  # fmt: skip


@pytest.fixture
def store(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own" / "own.duckdb"))
    for table, text in FILES.items():
        (tmp_path / f"{table}.csv").write_text(text)
    Store.open(tmp_path / "own" / "own.duckdb").close()
    yield tmp_path / "own" / "own.duckdb"
    open_stores.close_all()


@pytest.fixture
def command(store, tmp_path):
    def run(table: str, *asked: object):
        return CliRunner().invoke(app, ["import", str(tmp_path / f"{table}.csv"), *map(str, asked)])

    return run


@pytest.fixture
def client(store):
    with TestClient(api, root_path="/api", raise_server_exceptions=True) as opened:
        opened.headers["Authorization"] = f"Bearer {keep_token(store)}"
        yield opened


def send(client: TestClient, name: str, **fields: str):
    return client.post("/imports", files={"file": (f"{name}.csv", FILES[name].encode())}, data=fields)


def as_toml(table: str, option: str, value: object) -> str:
    columns = "\n".join(f'{name} = "{name}"' for name in ITSELF[table])
    return f'table = "{table}"\n[columns]\n{columns}\n[options]\n{option} = {json.dumps(value)}\n'


def assert_wrong(done, told: str, store: Path) -> None:
    assert done.exit_code == 2 and told in done.stderr, (done.exit_code, done.stderr)
    assert "Traceback" not in done.stderr
    kept = Store.open(store)
    assert kept.imports().is_empty()
    kept.close()


@pytest.mark.parametrize(("table", "option", "value", "told"), WRONG)
def test_a_wrong_option_on_the_command_line(store, command, tmp_path, table, option, value, told):
    assert_wrong(command(table, "--set", f"{option}={value}"), told, store)
    (tmp_path / "m.toml").write_text(as_toml(table, option, value))
    assert_wrong(command(table, "--mapping", tmp_path / "m.toml"), told, store)


@pytest.mark.parametrize(("table", "option", "value", "told"), WRONG)
def test_a_wrong_option_through_the_api(client, table, option, value, told):
    for answer in (send(client, table, options=json.dumps({option: value})), send(client, table, mapping=as_toml(table, option, value))):
        assert answer.status_code == 422 and told in answer.json()["detail"]
    assert client.get("/imports").json()["imports"] == []


@pytest.mark.parametrize(("entry", "told"), IN_A_MAPPING)
def test_a_wrong_entry_of_a_mapping(store, command, client, tmp_path, entry, told):
    columns = "" if "olumns" in entry else '\n[columns]\naccount_id = "account_id"\n'
    text = f'table = "accounts"\n{entry}\n' if not entry.startswith("[") else f'table = "accounts"{columns}\n{entry}\n'
    answer = send(client, "accounts", mapping=text)
    assert answer.status_code == 422 and told in answer.json()["detail"], answer.text
    open_stores.close_all()
    (tmp_path / "m.toml").write_text(text)
    assert_wrong(command("accounts", "--mapping", tmp_path / "m.toml"), told, store)


@pytest.mark.parametrize("table", ["invoices", "", "predictions", "Accounts "])
def test_an_unknown_table(store, command, client, tmp_path, table):
    told = f"table: there is no table '{table}' to import into. Tables: accounts, contacts, contracts"
    if table:  # an empty field of a form is none
        answer = send(client, "accounts", table=table)
        assert answer.status_code == 422 and told in answer.json()["detail"], answer.text
        open_stores.close_all()
    assert_wrong(command("accounts", "--table", table), told, store)
    (tmp_path / "m.toml").write_text(f'table = "{table}"\n')
    assert_wrong(command("accounts", "--mapping", tmp_path / "m.toml"), told, store)


def test_a_mapping_for_another_table(store, command, client, tmp_path):
    text, told = as_toml("accounts", "sheet", "x"), "table: the mapping is for accounts, not for contracts. Leave one of the two out."
    assert send(client, "accounts", mapping=text, table="contracts").json()["detail"] == told
    open_stores.close_all()
    (tmp_path / "m.toml").write_text(text)
    assert_wrong(command("accounts", "--mapping", tmp_path / "m.toml", "--table", "contracts"), told, store)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("currency=EUR", "currency: the file says it itself, in its column 'currency'. Leave currency out"),
        ("key=nope", "nope: the table contracts has no such column"),
        ("booked_on=31.02.2024", "constants.booked_on: '31.02.2024' is "),
        ("kind=monthly", "constants.kind: 'monthly' is none of recurring, usage, one_off, adjustment"),
    ],
)
def test_an_answer_that_cannot_be_given(store, command, client, answer, told):
    name, value = answer.split("=")
    sent = send(client, "contracts", options=json.dumps({name: value}))
    assert sent.status_code == 422 and told in sent.json()["detail"], sent.text
    open_stores.close_all()
    assert_wrong(command("contracts", "--set", answer), told, store)


@pytest.mark.parametrize("sent", ["dmy", "[1]", '"x"', "{", "null"])
def test_options_that_are_no_object(client, sent):
    answer = send(client, "accounts", options=sent)
    assert answer.status_code == 422 and "options: give a JSON object" in answer.json()["detail"]


@pytest.mark.parametrize("value", [["dmy"], {"a": 1}, 5, True, None])
def test_options_of_another_type_through_the_api(client, value):
    answer = send(client, "accounts", options=json.dumps({"date_order": value}))
    assert answer.status_code == 422 and "Give dmy, mdy or ymd." in answer.json()["detail"]


@pytest.mark.parametrize(("table", "option", "value"), RIGHT)
def test_what_works_works_everywhere(store, command, client, tmp_path, table, option, value):
    assert send(client, table, options=json.dumps({option: value}), dry_run="true").status_code == 200
    assert send(client, table, mapping=as_toml(table, option, value), dry_run="true").status_code == 200
    open_stores.close_all()
    done = command(table, "--set", f"{option}={value}")
    assert done.exit_code == 0, done.stderr
    (tmp_path / "m.toml").write_text(as_toml(table, option, value))
    assert command(table, "--mapping", tmp_path / "m.toml").exit_code == 0


def test_one_day_as_text_is_the_day_that_the_file_covers(store, command):
    assert command("accounts", "--set", "covers=2021-01-31").exit_code == 0
    kept = Store.open(store)
    assert [str(kept.imports()[name][0]) for name in ("covers_from", "covers_to")] == ["2021-01-31", "2021-01-31"]
    kept.close()


def test_an_inclusive_end_is_the_day_after_whatever_its_capitals(store, command):
    assert command("contracts", "--set", "ends_on=Inclusive").exit_code == 0
    kept = Store.open(store)
    with kept.reading() as cursor:
        assert [str(day) for (day,) in cursor.sql("select ends_on from rows_contracts").fetchall()] == ["2025-01-01"]
    kept.close()


ODD = '"Account\nid","Name, ""full""\r\nor short"\nA,One\n'


def test_a_header_cell_with_a_line_break_works_from_end_to_end(store, command, client, tmp_path, monkeypatch):
    columns = {"account_id": "Account\nid", "name": 'Name, "full"\r\nor short'}
    text = Mapping("accounts", columns=columns).to_toml()
    monkeypatch.setitem(FILES, "odd", ODD)
    assert send(client, "odd", mapping=text, dry_run="true").json()["batches"][0]["accepted"] == 1
    saved_mappings.save(store, "odd", Mapping.from_toml(text))
    assert send(client, "odd", mapping="odd", dry_run="true").json()["batches"][0]["accepted"] == 1
    open_stores.close_all()
    (tmp_path / "odd.csv").write_text(ODD, newline="")
    (tmp_path / "m.toml").write_text(text)
    assert "nothing was imported" in command("odd", "--table", "contracts").stderr  # and names the columns in one line of words
    assert command("odd", "--mapping", tmp_path / "m.toml", "--strict").exit_code == 0
    kept = Store.open(store)
    with kept.reading() as cursor:
        assert cursor.sql("select account_id, name from rows_accounts").fetchall() == [("A", "One")]
    kept.close()


def test_what_came_in_before_a_wrong_file_is_said(store, command, tmp_path):
    done = command("contracts", tmp_path / "accounts.csv", "--set", "ends_on=inclusive", "--json")
    assert done.exit_code == 2 and "not for accounts" in done.stderr
    assert [(one["file"], one["accepted"]) for one in json.loads(done.stdout)["batches"]] == [("contracts.csv", 1)]


def test_a_fault_of_ours_is_told_as_one_and_names_no_content(store, command, client, tmp_path, monkeypatch, caplog):
    """A mapping that reading cannot take although it was checked: what a mistake of the program would look like."""
    monkeypatch.setattr(Mapping, "to_toml", lambda self: 'table = "accounts"\n[columns]\naccount_id = ["qzSECRETqz"]\n')
    answer = send(client, "accounts")
    told = answer.json()["detail"]
    assert answer.status_code == 500 and "a fault in Holdfast while the file was read (MappingError at mapping.py:" in told
    open_stores.close_all()
    done = command("accounts")
    assert done.exit_code == 1 and "a fault in Holdfast" in done.stderr and "Traceback" not in done.stderr
    assert "MappingError at mapping.py:" in caplog.text and "in _columns" in caplog.text
    assert "qzSECRETqz" not in told + done.stderr + caplog.text


def test_help_and_the_api_describe_every_option(client):
    told = CliRunner().invoke(app, ["import", "--help"], env={"COLUMNS": "1000"}).stdout
    described = json.dumps(client.get("/openapi.json").json())
    for option in offered():
        assert f"{option.name}: {option.meaning} Give {option.allowed}." in told
        assert option.meaning in described
