"""Portfolio health as PDF and workbook, of the nine accounts of which every figure is known by hand."""

import io
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import fastexcel
import pytest
from pypdf import PdfReader

from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from language import speaking
from reports.files.portfolio_pack import portfolio_pack
from reports.report import Question
from tests.built import copied
from tests.reports.health.test_portfolio import PERIOD, made

MADE = datetime(2024, 7, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = copied("portfolio of nine", made, tmp_path_factory.mktemp("pack"))
    with closing(Store.open(folder / "own.duckdb")) as opened:
        yield opened


@pytest.fixture(scope="module")
def pack(store):
    return portfolio_pack(store, EVERYONE, PERIOD, ["xlsx", "pdf"], MADE)


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_the_paper_says_the_finding_the_figures_and_why(pack):
    found = pages(pack["pdf"])
    whole = " ".join(found)
    assert len(found) <= 3
    assert "1 customer with $1.20K ARR fell to at risk from 2024-03-31 to 2024-06-30" in whole
    assert "In another band than shown then since the score was changed, and not counted as moved: 1." in whole
    assert "ARR at risk $1.20K 11.2% of the ARR in a band; $2.40K at first" in whole  # 1,200 of 1,200 + 4,200 + 5,300
    assert "−60: NPS answer 9 to 3 (−60)" in whole
    assert "put together 2024-07-02 09:30 UTC" in whole


def test_the_matrix_adds_up_on_paper(pack):
    """Seven customers with 6,900 at first; at the close A is at risk, B and C on watch with 4,200, D and F healthy with 5,300."""
    whole = " ".join(pages(pack["pdf"]))
    assert "All 1 · $1.20K 2 · $4.20K 2 · $5.30K 2 · $1.60K 1 · $300 1" in whole
    assert "Healthy 1 · $1.20K 1 · $900 2 · $2.10K" in whole


def test_the_workbook_has_groups_moves_flow_and_definitions(pack):
    book = fastexcel.read_excel(pack["xlsx"])
    assert [*book.sheet_names] == [
        "By segment", "Who moved", "Flow", "Every customer", "Charts", "Definitions", "About", "Machine names",
    ]  # fmt: skip
    groups = book.load_sheet("By segment").to_polars()
    assert dict(groups.select("Group", "Customers").rows()) == {"SMB": 3, "Large": 5}
    moved = book.load_sheet("Who moved").to_polars()
    assert moved.select("Name", "Direction", "Band before", "Band after", "ARR at stake").row(0) == (
        "Alder",
        "Fell",
        "Healthy",
        "At risk",
        1200,
    )
    flow = book.load_sheet("Flow").to_polars()
    assert (flow["Customers"].sum(), flow["Opening ARR"].sum(), flow["Closing ARR"].sum()) == (9, 6900, 12600)
    assert book.load_sheet("Every customer").to_polars().height == 9
    with zipfile.ZipFile(io.BytesIO(pack["xlsx"])) as parts:
        assert len([name for name in parts.namelist() if name.startswith("xl/charts/chart")]) == 2


def test_it_speaks_chinese(store):
    with speaking("zh_Hans"):
        written = portfolio_pack(store, EVERYONE, PERIOD, ["pdf", "xlsx"], MADE)
    whole = "".join(pages(written["pdf"])).replace(" ", "")
    assert "客户组合健康度" in whole and "有1个客户" in whole and "at_risk" not in whole
    assert "流动" in fastexcel.read_excel(written["xlsx"]).sheet_names


def test_a_csm_gets_the_own_portfolio_alone_and_nobody_is_said(store):
    own = " ".join(pages(portfolio_pack(store, Viewer("one@example.com"), PERIOD, ["pdf"], MADE)["pdf"]))
    assert "Alder" in own and not [name for name in ("Elm", "Fir", "Ivy", "two@example.com") if name in own]
    nobody = replace(PERIOD, filters=(("segment", ("None of them",)),))
    written = portfolio_pack(store, EVERYONE, nobody, ["pdf", "xlsx"], MADE)
    assert "Nobody is a customer on the days looked at" in " ".join(pages(written["pdf"]))


def test_of_an_empty_store_it_says_so(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as empty:
        assert "Nobody is a customer" in " ".join(pages(portfolio_pack(empty, EVERYONE, Question(), ["pdf", "xlsx"], MADE)["pdf"]))
