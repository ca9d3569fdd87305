"""Size bands on their edges: the band of the opening, else of the close."""

from datetime import date

from metrics.sizes import size_bands
from tests.metrics.books import effective

START, END = date(2021, 1, 31), date(2021, 6, 30)


def line(account: str, yearly: str, starts: date = date(2020, 1, 1), ends: date | None = None) -> dict:
    return {
        "account_id": account,
        "contract_id": f"{account}{starts}",
        "starts_on": starts,
        "ends_on": ends,
        "amount": yearly,
        "period": "1 year",
    }


def test_a_band_s_upper_end_belongs_to_the_next():
    rows = [line("A", "999.99"), line("B", "1000"), line("C", "49999.99"), line("D", "250000")]
    found = dict(size_bands(effective(*rows), start=START, end=END).collect().rows())
    assert found == {"A": "1: under 1K", "B": "2: 1K to 10K", "C": "3: 10K to 50K", "D": "5: 250K and more"}


def test_the_opening_rules_and_a_newcomer_has_the_band_of_the_close():
    grown = [line("A", "500", ends=date(2021, 3, 1)), line("A", "20000", date(2021, 3, 1))]
    rows = [*grown, line("B", "20000", date(2021, 3, 1)), line("C", "700", date(2021, 8, 1))]
    found = dict(size_bands(effective(*rows), start=START, end=END).collect().rows())
    assert found == {"A": "1: under 1K", "B": "3: 10K to 50K", "C": None}
