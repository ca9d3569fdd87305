"""Every figure of a board pack: the workbook's are those of the reports, cell by cell, and the headlines, the largest accounts and the
words beside them are those of the second computation; by segment, in another currency and in thousands, too."""

import io
import json
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import fastexcel
import pytest
from pypdf import PdfReader

from data.store.store import Store
from data.viewer import Viewer
from reports.catalogue import run
from reports.files.board_pack import Cover, board_pack
from reports.files.translated import rates
from reports.report import Question
from tests.built import copied
from tests.second import renewals
from tests.second.answers import Asked, command, held, over_a_year
from tests.second.books import Book
from tests.second.company import add, kept_of, share
from tests.second.test_random_books import DAYS, company, made

SHEETS = {
    "ARR by account": "arr", "Movements of MRR": "movements", "Retention": "retention", "Retention over trailing twelve": "retention-series",
    "Renewal rate": "renewal-rate", "Cohorts": "cohorts",
}  # fmt: skip
OF_A_DAY = ("arr", "cohorts")  # told of the last day of the period, and asked without its first
AS_OF = DAYS[1]
GROUPED = [None, "segment"]


@dataclass
class Headlines:
    """What the pack of a year says of a company; money in cents of its own currency."""

    asked: Asked

    @property
    def customers(self) -> list:
        return [*self.asked.company.customers.values()]

    def sums(self, *, plain: bool = False) -> dict[str, int]:
        company = self.asked.company.without_grace if plain else self.asked.company
        found: dict[str, int] = dict.fromkeys(("opening_mrr", "closing_mrr", "retained_mrr", "opening_accounts", "retained_accounts"), 0)
        for one in company.customers.values():
            add(found, kept_of(one, self.asked.opens_on, self.asked.closes_on))
        return found

    @cached_property
    def money(self) -> dict[str, int]:
        day = self.asked.closes_on
        return {"ARR": sum(one.balance(day)[1] for one in self.customers), "MRR": sum(one.mrr(day) for one in self.customers)}

    @cached_property
    def ratios(self) -> dict[str, float | None]:
        kept = self.sums()
        return {
            "NRR": share(kept["closing_mrr"], kept["opening_mrr"]),
            "GRR": share(kept["retained_mrr"], kept["opening_mrr"]),
            "Logo retention": share(kept["retained_accounts"], kept["opening_accounts"]),
        }

    @cached_property
    def renewed(self) -> dict[str, Any]:
        company, period = self.asked.company, (self.asked.opens_on, self.asked.closes_on)
        return renewals.rate(row for one in company.following.values() for row in renewals.came_up(one, company.agreed, *period).values())

    def largest(self) -> list[str]:
        worth = {account: one.balance(self.asked.closes_on)[1] for account, one in self.asked.company.customers.items()}
        return [account for account in sorted(worth, key=lambda one: -worth[one])[:10] if worth[account] > 0]


def sheet(book: fastexcel.ExcelReader, name: str) -> list[tuple]:
    return book.load_sheet(name).to_polars().rows()


def plain(value: Any) -> Any:
    """A cell of a sheet or of JSON as one of both: days, months as their first day, numbers to eight digits."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, str) and len(value) == 7 and value[4] == "-":
        return f"{value}-01"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return round(float(value), 8)


def words(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", " ")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return copied("random book 1", lambda folder: made(1, folder), tmp_path) / "own.duckdb"


@pytest.fixture(scope="module")
def headlines() -> Headlines:
    return Headlines(over_a_year(company(Book(1), AS_OF)))


def asked(by: str | None, headlines: Headlines) -> list[object]:
    one = headlines.asked
    return ["--as-of", AS_OF, "--from", one.opens_on, "--to", one.closes_on, *(["--by", by] if by else [])]


@pytest.mark.parametrize("by", GROUPED)
def test_every_cell_of_the_workbook_is_that_of_its_report(by, store, headlines, tmp_path):
    options, answers = asked(by, headlines), {}
    with held(store):
        command(store, "board-pack", "--xlsx", tmp_path / "pack.xlsx", *options)
        for report in SHEETS.values():
            takes = options if report not in OF_A_DAY else options[:2] + options[4:]
            answers[report] = json.loads(command(store, "report", report, "--json", *takes))["rows"]
    book = fastexcel.read_excel(tmp_path / "pack.xlsx")
    for name, report in SHEETS.items():
        rows = answers[report]
        kept = [[plain(value) for key, value in row.items() if by or key != "group"] for row in rows]
        assert [[plain(value) for value in row][: len(kept[0])] for row in sheet(book, name)] == kept, name


def test_headlines_are_those_of_the_second_computation(store, headlines, tmp_path):
    command(store, "board-pack", "--xlsx", tmp_path / "pack.xlsx", "--pdf", tmp_path / "pack.pdf", *asked("segment", headlines))
    figures = {row[0]: row[1:] for row in sheet(fastexcel.read_excel(tmp_path / "pack.xlsx"), "Figures")[:6]}
    assert {name: figures[name][0] for name in headlines.money} == pytest.approx(
        {name: value / 100 for name, value in headlines.money.items()}
    )
    assert {name: figures[name][0] for name in headlines.ratios} == pytest.approx(headlines.ratios, abs=1e-8)
    said, rate = words((tmp_path / "pack.pdf").read_bytes()), headlines.renewed
    renewed = rate["on_time"] + rate["late"]
    assert f"{100 * rate['rate_by_count']:.1f}% by count, {renewed} of {renewed + rate['lost']} decided" in said
    assert f"by value, {rate['kept'] / 100:,.2f} of {rate['due'] / 100:,.2f}" in said
    table = said[said.index("largest accounts") :]
    assert [word for word in table.split() if word.startswith("N0")][: len(headlines.largest())] == headlines.largest()


def test_in_another_currency_and_in_thousands(store, headlines):
    """Every amount at the rate of the period's last day, and what is in the currency of its own line stays."""
    one = headlines.asked
    question = Question(as_of=AS_OF, start=one.opens_on, end=one.closes_on)
    with closing(Store.open(store)) as opened:
        rate = rates(opened, Viewer(), run("arr", opened, Viewer(), question))["EUR"]
        quality = run("quality", opened, Viewer(), question).rows
        pack = board_pack(opened, Viewer(), question, ["xlsx", "pdf"], None, Cover(rate=rate, thousands=True))
    last = max(
        row for row in ((row["day"], row["rate"]) for row in Book(1).fx_rates if row["currency"] == "EUR") if row[0] <= one.closes_on
    )
    assert (rate.day, round(1 / rate.rate, 4)) == (last[0].isoformat(), last[1])
    book = fastexcel.read_excel(pack["xlsx"])
    figures = {row[0]: row[1] for row in sheet(book, "Figures")[:6]}
    for name, value in headlines.money.items():
        assert figures[name] == pytest.approx(value / 100 / last[1], abs=0.0051)
    assert {name: figures[name] for name in headlines.ratios} == pytest.approx(headlines.ratios, abs=1e-8)
    found = sheet(book, "Data that does not fit together")
    assert [row[4] for row in found] == [None if arr is None else arr / 100 for arr in quality["arr"]]
    assert f"{headlines.money['ARR'] / 100_000 / last[1]:,.1f}" in words(pack["pdf"])
