"""After an erasure whatever can be taken away is searched for who went: every report, the board pack, every table; and once more after the
old files were brought in again."""

import io
import zipfile

import polars as pl
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from data.store import open_stores
from reports.catalogue import REPORTS
from server.tokens import keep_token
from tests.access.company import as_text, said_in
from tests.erased import COMPANY, EMAIL, FILES, NAME, company, everything

pytestmark = pytest.mark.long
PERSON = {"kind": "person", "named": EMAIL, "confirm": EMAIL}
ACCOUNT = {"kind": "account", "named": "ACC-77", "same": ["account:Xylophone"], "confirm": "ACC-77"}
OF_PERSON = (NAME, "Quirrel Zelda", EMAIL, "P-501")
OF_ACCOUNT = (*OF_PERSON, COMPANY, "ACC-77", "Xylophone", "K-9001", "mo@xylo.example")
WHOM = pytest.mark.parametrize(("whom", "words"), [(PERSON, OF_PERSON), (ACCOUNT, OF_ACCOUNT)], ids=["a person", "an account"])
BY_THE_COMMAND = ("arr", "accounts", "contacts", "quality", "logged")


@pytest.fixture
def client(tmp_path, monkeypatch):
    from server.api import api

    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample" / "sample.duckdb"))
    company(tmp_path / "own.duckdb").close()
    open_stores.store("own")
    with TestClient(api, headers={"Authorization": f"Bearer {keep_token(tmp_path / 'own.duckdb')}"}) as asked:
        yield asked
    open_stores.close_all()


def has(said: str, words: tuple[str, ...]) -> set[str]:
    """Which of the words a text has; that of a PDF comes without blanks."""
    folded = "".join(said.lower().split())
    return {word for word in words if "".join(word.lower().split()) in folded}


def exported(client: TestClient, words: tuple[str, ...]) -> dict[str, set[str]]:
    """Each answer that has any of the words, and which."""
    asked = {
        f"{name}.{kind}{more}": f"/reports/{name}?format={kind}{more}" for name in REPORTS for kind in ("csv", "xlsx") for more in of(name)
    }
    said = {name: said_in(_given(client, path)) for name, path in asked.items()}
    said |= {f"board pack as {kind}": said_in(_given(client, f"/reports/board-pack?format={kind}")) for kind in ("pdf", "xlsx")}
    said |= {
        "tables": _tables(_given(client, "/dump")),
        "imports": _given(client, "/imports").decode(),
        "audit": _given(client, "/audit").decode(),
    }
    found = {name: has(text, words) for name, text in said.items()}
    return {name: some for name, some in found.items() if some}


def of(name: str) -> tuple[str, ...]:
    """What a report is asked besides: also of one account alone, where it can be."""
    return ("", "&account=B") if "account" in REPORTS[name].accepts else ("",)


def _given(client: TestClient, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code in (200, 422), (path, answer.text)  # 422: a figure that cannot be told of so little
    return answer.content


def _tables(packed: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(packed)) as book:
        return "".join(name + as_text(pl.read_parquet(book.read(name)).rows()) for name in book.namelist())


def by_the_command(folder, words: tuple[str, ...]) -> set[str]:
    """The same from the command line, of some reports, as files."""
    from cli import app

    found: set[str] = set()
    for name in BY_THE_COMMAND:
        files = [folder / f"{name}.csv", folder / f"{name}.xlsx"]
        done = CliRunner().invoke(app, ["report", name, "--csv", str(files[0]), "--xlsx", str(files[1])])
        assert done.exit_code == 0, done.output
        found |= has(done.output, words).union(*(has(said_in(file.read_bytes()), words) for file in files))
    return found


def brought_by_the_api(client: TestClient) -> list[int]:
    """How many rows of each old file are left out."""
    erased = []
    for name, text in FILES.items():
        table = name.removesuffix(".csv").replace("usage", "usage_events")
        answer = client.post("/imports", files={"file": (name, text.encode())}, data={"table": table})
        assert answer.status_code == 200, answer.text
        erased.append(answer.json()["batches"][0]["erased"])
    return erased


@WHOM
def test_no_export_names_who_was_erased_also_after_the_old_files_come_again(client, tmp_path, whom, words):
    before = exported(client, words)
    assert set().union(*before.values()) == {*words}, "each of the words is found before"
    assert client.post("/erasures", json=whom).status_code == 200
    assert exported(client, words) == {}
    assert brought_by_the_api(client) == ([0, 0, 1, 1, 0, 81] if whom is PERSON else [1, 1, 2, 1, 1, 162])
    assert exported(client, words) == {}
    open_stores.close_all()
    assert by_the_command(tmp_path, words) == set()
    assert not [row for row in everything(tmp_path / "own.duckdb") if has(row, words)]
