"""A close, contracts and rates that are corrected after it, other rules and a later day: what each moved, beside a second computation."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.built import copied
from tests.second.answers import command
from tests.second.books import Book, Row, write
from tests.second.company import Company
from tests.second.customer import Rates
from tests.second.restated import FIGURES, parts, restated
from tests.second.test_random_books import DAYS, company, imported, made

OPENS, TO, LATER = date(2024, 11, 30), date(2025, 11, 30), date(2026, 6, 10)


def rates(book: Book) -> list[Row]:
    """Those of 2025 a tenth higher."""
    return [row | {"rate": round(row["rate"] * 1.1, 4)} if row["day"] >= date(2025, 1, 1) else row for row in book.fx_rates]


def closed_and_corrected(seed: int, store: Path, rules: str) -> tuple[Company, Company]:
    """The company as it was closed, and as it is known after."""
    book, folder = Book(seed), store.parent
    rows = book.corrected(seed)
    command(store, "close", "--who", "finance", "--as-of", DAYS[1], "--from", OPENS, "--to", TO, "--rules", rules)
    imported(store, "contracts", write(rows, folder / "corrected.csv"), "--set", "rows=records")
    imported(store, "fx_rates", write(rates(book), folder / "rates.csv"))
    contracts = {(row["contract_id"], row["line_id"]): row for one in (book.contracts, rows) for row in one}
    return company(book, DAYS[1]), replace(company(book, DAYS[1], [*contracts.values()]), rates=Rates(rates(book)))


def answered(
    store: Path, as_of: date, rules: str, opens: date = OPENS, to: date = TO
) -> tuple[dict[tuple[str, str], dict[str, float]], dict[str, float]]:
    """Rows by account and cause (what each choice of the rules moved is added up), and the totals."""
    answer = json.loads(command(store, "report", "restatement", "--json", "--as-of", as_of, "--from", opens, "--to", to, "--rules", rules))
    found: dict = defaultdict(lambda: dict.fromkeys(FIGURES, 0.0))
    for row in answer["rows"]:
        for name in FIGURES:
            found[row["account_id"], row["cause"]][name] += row[name]
    return {key: row for key, row in found.items() if any(abs(value) > 0.001 for value in row.values())}, answer["totals"]


def apart(mine: dict[str, int], told: dict[str, float]) -> list[str]:
    return [name for name in FIGURES if abs(mine[name] / 100 - told[name]) > 0.001]


@pytest.mark.parametrize(
    ("seed", "rules", "as_of"),
    [
        (1, ("house", "house"), LATER),
        *(
            pytest.param(seed, rules, as_of, marks=pytest.mark.long)
            for seed, rules, as_of in (
                (1, ("house", "stripe"), DAYS[1]), (2, ("house", "strict"), LATER), (3, ("stripe", "house"), LATER), (4, ("chartmogul", "house"), DAYS[1]),
            )
        ),
    ],
)  # fmt: skip
def test_what_lies_between_a_close_and_now(seed, rules, as_of, tmp_path):
    """Every account and cause, and the figures of then and of now, add up to the cent."""
    store = copied(f"random book {seed}", lambda folder: made(seed, folder), tmp_path) / "own.duckdb"
    was, now = closed_and_corrected(seed, store, rules[0])
    now = replace(now, as_of=as_of)
    mine, (told, totals) = restated(was, now, rules, OPENS, TO), answered(store, as_of, rules[1])
    assert not [key for key in mine.keys() ^ told.keys()]
    assert not [(key, mine[key], told[key]) for key in mine if apart(mine[key], told[key])]
    for side, seen in (("published", was.under(rules[0])), ("present", now.under(rules[1]))):
        sums = {name: sum(row[name] for row in parts(seen, OPENS, TO).values()) for name in FIGURES}
        assert not apart(sums, {name: totals[f"{side}_{name}"] for name in FIGURES})
