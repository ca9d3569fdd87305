"""Money told in another currency: every amount at the one rate, ratios as they were."""

from contextlib import closing
from datetime import date

import fastexcel
import pytest

from data.importing.run import import_file
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.files.board_pack import Cover, board_pack
from reports.files.translated import rates, translated
from reports.report import Question
from tests.books import company

LOOK = Question(as_of=date(2023, 12, 28), start=date(2023, 6, 30), end=date(2023, 12, 28))
RATES = "day,currency,rate\n2023-01-01,EUR,1.10\n2023-12-01,EUR,1.25\n2024-01-15,EUR,2.00\n2024-01-15,GBP,1.30\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("translated")
    (folder / "fx_rates.csv").write_text(RATES)
    with closing(company(folder / "own.duckdb")) as opened:
        assert import_file(opened, folder / "fx_rates.csv").batch
        yield opened


def test_a_currency_is_offered_at_its_last_rate_by_the_day_one_that_begins_later_is_not(store):
    """A euro was 1.25 dollars by 28 December: a dollar 0.80 euro."""
    found = rates(store, EVERYONE, run("arr", store, EVERYONE, LOOK))
    assert [*found] == ["EUR"]
    assert str(found["EUR"]) == "money told in EUR at the rate of 2023-12-01: 1 USD = 0.8 EUR"


def test_amounts_go_by_the_rate_and_ratios_and_counts_stay(store):
    """ARR 11,194.44 x 0.8 = 8,955.552; Alder's 12 x 100.10 = 1,201.20 x 0.8 = 960.96."""
    arr, kept = run("arr", store, EVERYONE, LOOK), run("retention", store, EVERYONE, LOOK)
    rate = rates(store, EVERYONE, arr)["EUR"]
    told = translated(arr, rate)
    assert (told.currency, told.total("arr")) == ("EUR", 8955.55)
    assert told.rows.filter(account_id="A")["arr"].to_list() == [960_96]
    assert told.total("accounts_paying") == arr.total("accounts_paying")
    assert translated(kept, rate).total("nrr") == kept.total("nrr")
    assert told.rows.schema == arr.rows.schema


def test_the_pack_is_in_the_currency_chosen_and_says_the_rate(store):
    rate = rates(store, EVERYONE, run("arr", store, EVERYONE, LOOK))["EUR"]
    book = fastexcel.read_excel(board_pack(store, EVERYONE, LOOK, ["xlsx"], None, Cover(rate=rate))["xlsx"])
    figures = {row[0]: row[1] for row in book.load_sheet("Figures").to_polars().rows()}
    assert figures["ARR"] == pytest.approx(8955.55)
    about = dict(book.load_sheet("About", header_row=None).to_polars().rows())
    assert about["currency"] == "EUR" and about["rate"].startswith("money told in EUR")
