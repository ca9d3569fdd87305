"""Every revenue report over random books, beside a second computation of the glossary."""

from datetime import date
from pathlib import Path

import pytest

from tests.built import copied
from tests.second.answers import REPORTS, Asked, answered, command, held, over_a_year, unequal
from tests.second.books import Book, Row, write
from tests.second.company import Company
from tests.second.customer import Choices, Rates
from tests.second.lines import read
from tests.second.renewals import agreed_ends

SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3, 4, 7)))
DAYS = (date(2024, 10, 17), date(2025, 12, 9))
BRIDGE = ("movements", "retention")


def imported(store: Path, table: str, file: Path, *more: str) -> None:
    exclusive = ("--set", "ends_on=exclusive") if table == "contracts" else ()
    command(store, "import", file, "--table", table, "--feed", table, *exclusive, *more)


def made(seed: int, folder: Path) -> None:
    for table, file in Book(seed).write(folder).items():
        imported(folder / "own.duckdb", table, file)


def company(book: Book, as_of: date, contracts: list[Row] | None = None) -> Company:
    lines = read(book.contracts if contracts is None else contracts)
    accounts = {row["account_id"]: row for row in book.accounts}
    return Company(lines, accounts, as_of, Rates(book.fx_rates), Choices(), book.costs, agreed_ends(lines, date.today()))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return copied("random book 1", lambda folder: made(1, folder), tmp_path) / "own.duckdb"


@pytest.mark.parametrize("seed", SEEDS)
def test_every_report_says_what_the_glossary_says(seed, tmp_path):
    store = copied(f"random book {seed}", lambda folder: made(seed, folder), tmp_path) / "own.duckdb"
    found = []
    with held(store):
        for day in DAYS:
            asked = over_a_year(company(Book(seed), day))
            for report in REPORTS:
                found += unequal(report, asked, answered(store, report, "--as-of", day))
    assert not found


@pytest.mark.long
@pytest.mark.parametrize("rules", ["strict", "chartmogul", "stripe"])
def test_every_report_under_other_rules(rules, store):
    asked = over_a_year(company(Book(1), DAYS[1]).under(rules))
    with held(store):
        assert not [words for one in REPORTS for words in unequal(one, asked, answered(store, one, "--as-of", DAYS[1], "--rules", rules))]


def test_a_parent_is_one_customer_with_all_below_it(store):
    """Seats are those of its accounts together, which a single customer does not have."""
    asked = over_a_year(company(Book(1), DAYS[1]).of_families())
    for report in (*BRIDGE, "arr"):
        assert not unequal(report, asked, answered(store, report, "--as-of", DAYS[1], "--level", "parent"), but_for="seats")


def test_what_is_signed_by_the_day_looked_at(store):
    opens, closes_on = date(2024, 6, 30), date(2025, 6, 30)
    asked = Asked(company(Book(1), DAYS[0]).as_signed(), opens, closes_on)
    for report in BRIDGE:
        options = ("--as-of", DAYS[0], "--from", opens, "--to", closes_on, "--booked")
        assert not unequal(report, asked, answered(store, report, *options))


def test_the_segments_of_now_and_of_then(store, tmp_path):
    """Each account is in the segment of the last state by the day; before the first state in that of the first."""
    book, states = Book(1), {}
    for day in (date(2024, 6, 15), date(2025, 2, 28), date(2025, 8, 10)):
        states[day] = {row["account_id"]: row["segment"] for row in book.moved(day)}
        imported(store, "accounts", write(book.moved(day), tmp_path / f"{day}.csv"), "--set", "rows=state", "--set", f"covers={day}")

    def then(account: str, day: date) -> str:
        return states[max((one for one in states if one <= day), default=min(states))][account]

    def now(account: str, day: date) -> str:
        return then(account, DAYS[1])

    for groups, segments in ((then, "then"), (now, "now")):
        asked = over_a_year(company(book, DAYS[1]), groups)
        for report in BRIDGE:
            assert not unequal(report, asked, answered(store, report, "--as-of", DAYS[1], "--by", "segment", "--segments", segments))


@pytest.mark.long
def test_what_was_known_after_each_import_and_what_stands_after_an_undo(store, tmp_path):
    """Batches 1 to 4 are the book, 5 and 6 correct some of its lines; then 5 is undone."""
    book = Book(1)
    first, second = book.corrected(1), book.corrected(2)
    for at, rows in enumerate((first, second)):
        imported(store, "contracts", write(rows, tmp_path / f"corrected{at}.csv"), "--set", "rows=records")
    known = (([], 4), ([first], 5), ([first, second], 6))
    looks = [(corrections, ("--known-at", batch)) for corrections, batch in known]
    assert not [words for corrections, options in looks for words in differences(store, book, corrections, options)]
    command(store, "undo", 5)
    assert not differences(store, book, [second], ())


def differences(store: Path, book: Book, corrections: list[list[Row]], options: tuple) -> list[str]:
    """The bridge and the list of renewals of a book with its corrections: the newest row of a line is right."""
    rows = {(row["contract_id"], row["line_id"]): row for one in (book.contracts, *corrections) for row in one}
    asked = over_a_year(company(book, DAYS[1], [*rows.values()]))
    reports = ("arr", *BRIDGE, "renewals")
    with held(store):
        return [words for report in reports for words in unequal(report, asked, answered(store, report, "--as-of", DAYS[1], *options))]
