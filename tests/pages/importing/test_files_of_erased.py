"""Old files of somebody who was erased, dropped on the page once more: newer exports go in without them, and no upload is kept."""

import shutil
from contextlib import closing

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from data.erasure.erasing import FIGURES, erase
from data.erasure.subjects import PERSON, Subject
from data.store import open_stores
from data.viewer import EVERYONE
from tests.erased import EMAIL, FILES, NAME, company, everything, left_in
from tests.pages.showing import shown

pytestmark = pytest.mark.long
NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})
NEWER = {"contacts.csv": "P-900,B,Ann Other,ann@birch.example,user\n", "surveys.csv": "N-9,B,P-503,nps,5,,2023-12-04T10:00:00Z\n"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample" / "sample.duckdb"))
    with closing(company(tmp_path / "own.duckdb")) as store:
        erase(store, EVERYONE, Subject(PERSON, EMAIL), lambda _store, _accounts: NO_CLOSES)
    shutil.rmtree(tmp_path / "files")
    yield tmp_path
    open_stores.close_all()


def dropped(files: dict[str, str]) -> AppTest:
    test = shown("imports", as_of="2023-12-31")
    for name, text in files.items():
        test.file_uploader[0].upload(name, text.encode())
    return test.run()


def left(folder) -> list[str]:
    open_stores.close_all()
    rows = [row for row in everything(folder / "own.duckdb") if NAME.lower() in row.lower() or EMAIL in row or "P-501" in row]
    return [*rows, *left_in(folder, [NAME.encode(), EMAIL.encode()])]


def test_those_that_are_in_already_are_let_go(folder):
    test = dropped(FILES)
    assert not test.exception
    told = sorted(one.value.partition(" ")[0] for one in test.info if "somebody who was erased" in one.value)
    assert told == ["accounts.csv", "contacts.csv", "surveys.csv", "usage.csv"]  # the others name nobody
    assert left(folder) == []


def test_newer_ones_go_in_without_who_was_erased(folder):
    test = dropped({name: FILES[name] + more for name, more in NEWER.items()})
    for _ in NEWER:
        if going := [one for one in test.button if one.label.startswith("Import ")]:
            going[0].click().run()
    assert not test.exception
    log = open_stores.store("own").imports().head(2)
    counts = {row["table"]: (row["accepted"], row["erased"]) for row in log.iter_rows(named=True)}
    # Of the surveys N-9, and N-2: what a later file says of who was erased is blanked out without the number of the erasure.
    assert counts == {"contacts": (1, 1), "surveys": (2, 1)}
    assert left(folder) == []
