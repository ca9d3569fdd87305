"""One way in: whoever brings a file, it is looked at once, read once, and told how far it has come by the work itself."""

from pathlib import Path

import pytest
import xlsxwriter
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from cli import app
from data.importing.mapping import Mapping
from data.importing.reader import process
from data.importing.reader_jobs import digest
from data.importing.run import import_file, standing_under
from data.store import open_stores
from data.store.store import Store
from server import inbox
from server.api import api
from server.tokens import keep_token

CONTRACTS = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n1,A,Basic,2024-01-01,2024-12-31,10,1 month,USD\n"
KNOWN = ("contract_id", "account_id", "product", "starts_on", "ends_on", "amount", "period", "currency")
MAPPING = Mapping("contracts", feed="billing", columns={name: name for name in KNOWN}, options={"ends_on": "inclusive"})
# As an earlier version wrote it: every name in quotes, days as text, a flag as it was given.
WRITTEN_BEFORE = """table = "contracts"
feed = "billing"
[columns]
"contract_id" = "contract_id"
"account_id" = "account_id"
"product" = "product"
"starts_on" = "starts_on"
"ends_on" = "ends_on"
"amount" = "amount"
"period" = "period"
"currency" = "currency"
[options]
"ends_on" = "inclusive"
"covers" = ["2024-01-01", "2024-12-31"]
"snapshot" = "true"
"""


@pytest.fixture
def begun(monkeypatch) -> list[Path]:
    """The jobs for which a reader was started."""
    jobs, start = [], process.forked
    monkeypatch.setattr(process, "forked", lambda job: jobs.append(job) or start(job))
    return jobs


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    opened = Store.open(tmp_path / "own.duckdb")
    yield opened
    opened.close()
    open_stores.close_all()


@pytest.fixture
def contracts(tmp_path) -> Path:
    (tmp_path / "contracts.csv").write_text(CONTRACTS)
    return tmp_path / "contracts.csv"


def test_a_contracts_file_is_looked_at_once_and_read_once(store, contracts, begun):
    assert import_file(store, contracts).batch.accepted == 1
    assert len(begun) == 2  # looked at for its mapping and for what it leaves open; read
    assert import_file(store, contracts, mapping=MAPPING).batch
    assert len(begun) == 4
    assert import_file(store, contracts, mapping=MAPPING, once=True).repeated
    assert len(begun) == 4


def test_so_is_a_workbook(store, tmp_path, begun):
    with xlsxwriter.Workbook(tmp_path / "lines.xlsx") as book:
        for number, line in enumerate(CONTRACTS.splitlines()):
            book.get_worksheet_by_name("Lines") or book.add_worksheet("Lines")
            book.get_worksheet_by_name("Lines").write_row(number, 0, line.split(","))
    assert import_file(store, tmp_path / "lines.xlsx").batch.accepted == 1
    assert len(begun) == 2


def test_with_a_mapping_that_leaves_nothing_open_a_file_is_only_read(store, tmp_path, begun):
    (tmp_path / "a.csv").write_text("account_id,name\nA,One\n")
    assert import_file(store, tmp_path / "a.csv", mapping=Mapping("accounts", columns={"account_id": "account_id"})).batch
    assert len(begun) == 1


def test_the_inbox_looks_at_a_file_once(store, contracts, begun):
    asked = inbox.handle(store, contracts)
    assert [question.option for question in asked.questions] == ["ends_on"]
    assert len(begun) == 2


def test_the_command_line_and_the_api_look_at_a_file_once(store, contracts, begun):
    store.close()
    assert CliRunner().invoke(app, ["import", str(contracts), "--dry-run"]).exit_code == 0
    assert len(begun) == 2
    with TestClient(api, root_path="/api") as client:
        headers = {"Authorization": f"Bearer {keep_token(store.path)}"}
        sent = client.post("/imports", files={"file": ("contracts.csv", CONTRACTS.encode())}, data={"dry_run": "true"}, headers=headers)
    assert sent.status_code == 200 and len(begun) == 4


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        (CONTRACTS, ["Reading f.csv", "Writing 1 rows", "Comparing 1 rows with what is known", "Writing 1 rows", "Keeping", "Done"]),
        (
            "account_id,user_id,event,occurred_at\nA,u,open,2024-01-02T03:04:05Z\n",
            [
                "Reading f.csv",
                "Writing 1 rows",
                "Naming users",
                "Writing 1 rows",
                "Looking for events",
                "Adding up days",
                "Keeping",
                "Done",
            ],
        ),
    ],
    ids=["contracts", "events"],
)
def test_progress_comes_from_the_work_and_only_rises(store, tmp_path, text, phases):
    heard: list[tuple[float, str]] = []
    (tmp_path / "f.csv").write_text(text)
    assert import_file(store, tmp_path / "f.csv", progress=lambda share, doing: heard.append((share, doing))).batch
    shares = [share for share, _ in heard]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    told = [doing for _, doing in heard if not doing.startswith("Read ")]  # how many rows were read by then, where that takes a while
    assert all(doing.startswith(phase) for doing, phase in zip(told, phases, strict=True)), told


def test_a_file_is_known_again_under_a_mapping_that_an_earlier_version_wrote(store, contracts):
    mapping = Mapping(**MAPPING.__dict__ | {"options": {"ends_on": "inclusive", "covers": "2024-01-01..2024-12-31", "snapshot": True}})
    first = import_file(store, contracts, mapping=mapping).batch
    with store.writing() as cursor:
        cursor.execute("update batches set mapping = ?", [WRITTEN_BEFORE])
    assert import_file(store, contracts, mapping=mapping, once=True).batch == first
    assert standing_under(store, digest(contracts), MAPPING) is None  # without the snapshot it says something else
    store.undo(first.batch)
    assert standing_under(store, digest(contracts), mapping) is None


def test_what_an_earlier_version_took_and_this_one_does_not_is_another_mapping(store, contracts):
    import_file(store, contracts, mapping=MAPPING)
    with store.writing() as cursor:
        cursor.execute("update batches set mapping = ?", ['table = "contracts"\n[options]\nends_on = "Maybe"\n'])
    assert standing_under(store, digest(contracts), MAPPING) is None
