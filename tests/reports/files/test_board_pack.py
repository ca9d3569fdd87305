"""The board pack and single PDFs: totals equal to the reports, readable, dated; imported text is set as text."""

import io
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import fastexcel
import pytest
from pypdf import PdfReader

from data.importing.run import import_file
from data.parameters import WrongParameter
from data.store.store import Store
from data.viewer import Viewer
from reports.catalogue import REPORTS, run
from reports.files import board_charts, tables
from reports.files.answers import files_of
from reports.files.board_pack import Cover, board_pack
from reports.files.cohort_tables import cohort_section
from reports.files.pdf import as_pdf, told
from reports.report import Question
from tests.books import company
from tests.house.test_scope import FOREIGN

LOOK = Question(as_of=date(2023, 12, 28), start=date(2023, 6, 30), end=date(2023, 12, 28))
MADE = datetime(2024, 1, 3, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = company(tmp_path_factory.mktemp("pack") / "own.duckdb")
    yield opened
    opened.close()


def words(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.fixture(scope="module")
def pack(store):
    return board_pack(store, Viewer(), LOOK, ["xlsx", "pdf"], MADE)


def test_the_workbook_has_the_figures_of_the_reports(pack, store):
    book = fastexcel.read_excel(pack["xlsx"])
    figures = {row[0]: row[1] for row in book.load_sheet("Figures").to_polars().rows()}
    assert figures["ARR"] == pytest.approx(11194.44)  # 12 x 932.87, as the test of agreement reckons it
    assert figures["NRR"] == pytest.approx(932.87 / 911.20)
    assert figures["Logo retention"] == pytest.approx(2 / 3)
    moved = book.load_sheet("Movements of MRR").to_polars()
    assert moved["Closing MRR"][-1] == run("movements", store, Viewer(), LOOK).total("closing")
    about = dict(book.load_sheet("About", header_row=None).to_polars().rows())
    assert about["rules"] == "house" and about["put together"] == "2024-01-03 09:30 UTC" and int(about["data version"]) > 0
    assert "Definitions" in book.sheet_names


def test_the_figures_of_a_pack_are_those_of_its_period(store):
    """Of the third quarter, put together on 28 December: on 30 September 12 x (100.10 + 777.77) = 10,534.44, and not what came after."""
    quarter = replace(LOOK, end=date(2023, 9, 30))
    book = fastexcel.read_excel(board_pack(store, Viewer(), quarter, ["xlsx"], MADE)["xlsx"])
    figures = {row[0]: row[1] for row in book.load_sheet("Figures").to_polars().rows()}
    assert figures["ARR"] == pytest.approx(10534.44) and figures["NRR"] == pytest.approx(877.87 / 911.20)
    assert book.load_sheet("Movements of MRR").to_polars()["Closing MRR"][-1] == pytest.approx(877.87)


def test_the_workbook_has_days_that_are_days_and_charts_that_excel_draws(pack, store):
    moved = fastexcel.read_excel(pack["xlsx"]).load_sheet("Movements of MRR").to_polars()
    assert moved["Month"].dtype.is_temporal() and moved["Closes on"].dtype.is_temporal()
    assert not [name for name in moved.columns if "_" in name]
    with zipfile.ZipFile(io.BytesIO(pack["xlsx"])) as parts:
        drawn = len([name for name in parts.namelist() if name.startswith("xl/charts/chart")])
    came_up = run("renewal-rate", store, Viewer(), LOOK).totals["renewals"] > 0
    assert drawn == 2 + came_up  # ARR and bridge; the company is too young for retention over twelve months


def test_the_charts_show_the_figures(store):
    """On the last day of the period ARR is 11,194.44; the bridge goes from 911.20 to 932.87 step by step."""
    moved = run("movements", store, Viewer(), LOOK)
    days = board_charts.points(moved)
    assert (days[0], days[-1]) == (date(2023, 6, 30), date(2023, 12, 28))
    bars = board_charts.arr_bars({day: run("arr", store, Viewer(), replace(LOOK, start=None, end=day)) for day in days})
    assert (bars[0].value, bars[-1].value) == (911_20 * 12, 1_119_444)
    steps = board_charts.bridge(moved)
    assert (steps[0].value, steps[-1].value) == (91120, 93287)
    assert steps[0].value + sum(step.value for step in steps[1:-1]) == steps[-1].value
    assert board_charts.base(steps) == 91120 - 5500 / 2  # it opens lowest, and expansion of 55.00 takes it highest


def test_a_cover_says_whose_it_is_compares_and_tells_thousands(store):
    """ARR 11,194.44 is 11.2 thousand; on 30 June, where the period before closes, it was 12 x 911.20 = 10.9 thousand."""
    before = replace(LOOK, start=date(2022, 12, 31), end=date(2023, 6, 30))
    cover = Cover("Fern & Sons", "Read *this* #now.", before, "in the previous period", thousands=True)
    said = words(board_pack(store, Viewer(), LOOK, ["pdf"], MADE, cover)["pdf"]).replace("\n", " ")
    for told_there in ("Fern & Sons: board pack", "Read *this* #now.", "11.2", "10.9 in the previous period", "thousands of"):
        assert told_there in said
    assert "11,194.44" not in said
    book = fastexcel.read_excel(board_pack(store, Viewer(), LOOK, ["xlsx"], MADE, cover)["xlsx"])
    assert {row[0]: row[1] for row in book.load_sheet("Figures").to_polars().rows()}["ARR"] == pytest.approx(11194.44)
    about = dict(book.load_sheet("About", header_row=None).to_polars().rows())
    assert about["company"] == "Fern & Sons"


def test_the_paper_has_them_too_and_few_pages(pack):
    told_words = words(pack["pdf"])
    for figure in ("11,194.44", "102.4%", "932.87", "2 of 3 accounts", "2024-01-03 09:30 UTC", "Definitions", "1 / "):
        assert figure in told_words
    assert len(PdfReader(io.BytesIO(pack["pdf"])).pages) <= 5


def test_cohorts_are_on_paper_as_a_triangle(store):
    """All three began in the first quarter: 3 accounts, then 2 of 3. Cedar's 33.33 of 911.20 went, Birch grew by 55.00."""
    section = cohort_section(run("cohorts", store, Viewer(), replace(LOOK, per="quarter")), "logo")
    assert section.rows[0][:3] == ["2023 Q1", "3", "100.0%"]
    assert cohort_section(run("cohorts", store, Viewer(), LOOK), "logo").rows[0][0] == "2023-01"
    assert section.rows[0][3:6] == ["100.0%", "66.7%", "66.7%"][: len(section.rows[0]) - 3]
    net = cohort_section(run("cohorts", store, Viewer(), replace(LOOK, per="quarter")), "net")
    assert net.rows[0][4] == f"{877.87 / 911.20:.1%}"
    assert "Logo retention of cohorts" in words(board_pack(store, Viewer(), LOOK, ["pdf"])["pdf"])


def test_a_csm_gets_a_pack_of_own_accounts_and_nobody_an_empty_one(store):
    own = words(board_pack(store, Viewer("one@example.com"), LOOK, ["pdf"])["pdf"])
    assert not [word for word in FOREIGN if word in own]
    assert "Nothing to show" in words(
        board_pack(store, Viewer(), replace(LOOK, filters=(("segment", ("None of them",)),)), ["pdf", "xlsx"])["pdf"]
    )


def test_another_format_is_refused_with_those_there_are(store):
    with pytest.raises(WrongParameter, match="xlsx or pdf, not as csv"):
        files_of(store, "board-pack", {}, ["csv"], made_at=MADE)


@pytest.mark.parametrize("name", list(REPORTS))
def test_every_report_can_be_a_pdf(store, name):
    assert as_pdf(run(name, store, Viewer(), LOOK)).startswith(b"%PDF")


def test_imported_text_is_no_markup(store, tmp_path):
    from data.importing.run import import_file

    file = tmp_path / "accounts.csv"
    file.write_text('account_id,name\nA,"#panic(1) *bold* $x$ @ref <l> \\u{41}"\n')
    batch = import_file(store, file, table="accounts").batch.batch
    report = run("arr", store, Viewer(), LOOK)
    assert "#panic(1) *bold* $x$ @ref <l>" in words(as_pdf(report)).replace("\n", " ")
    store.undo(batch)
    assert tables.as_xlsx(report)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(None, "money", "–"), (-123456, "money", "−1,234.56"), (-0.031, "ratio", "−3.1%"), (1234.5, "number", "1,234.5"), (12, "count", "12")],
)
def test_numbers_read_well(value, unit, words):
    assert told(value, unit) == words


def test_what_stands_beside_a_figure_is_in_its_unit_and_of_what_is_counted(tmp_path):
    """A pays 2,000.00 a month throughout; B paid 5,000.00 a month from 3 to 20 July: in thousands 5.0. C's year ends
    in September and is renewed on the day, D's ends, with notice, and is not; E's ends on 20 December and is in grace: 1 of 2 decided."""
    lines = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency,cancelled_on\n"
    lines += "1,A,Basic,2023-01-01,,2000,1 month,USD,\n2,B,Basic,2023-07-03,2023-07-20,5000,1 month,USD,2023-07-10\n"
    lines += "3,C,Basic,2022-09-01,2023-09-01,1200,term,USD,\n4,C,Basic,2023-09-01,2024-09-01,1200,term,USD,\n"
    lines += "5,D,Basic,2022-09-01,2023-09-01,1200,term,USD,2023-08-01\n6,E,Basic,2022-12-20,2023-12-20,1200,term,USD,\n"
    (tmp_path / "contracts.csv").write_text(lines)
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        assert import_file(opened, tmp_path / "contracts.csv", table="contracts", options={"ends_on": "exclusive"}).batch is not None
        said = " ".join(words(board_pack(opened, Viewer(), LOOK, ["pdf"], MADE, Cover(thousands=True))["pdf"]).split())
    assert "1 account with MRR 5.0 that paid and left between two closes" in said
    assert "50.0% by count, 1 of 2 decided" in said and "by value, 1.2 of 2.4" in said


def test_the_largest_accounts_are_the_largest_also_by_group(store):
    """Alder (SMB) pays 1,201.20 a year, Birch (Large) 9,993.24: by region APAC stands before EMEA, by segment Large before SMB."""
    for by in ("segment", "region", "owner"):
        said = words(board_pack(store, Viewer(), replace(LOOK, by=by), ["pdf"], MADE)["pdf"]).replace("\n", " ")
        table = said[said.index("largest accounts") :]
        assert table.index("Birch") < table.index("Alder")
