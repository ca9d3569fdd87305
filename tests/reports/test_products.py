"""What is said of products: read from its file, refused in words where it cannot be, and asked for once a pair."""

from contextlib import closing
from datetime import date

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.products import products
from reports.report import Question

CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,booked_on,seats
1,A,Basic,2024-07-01,2025-07-01,1200,1 year,USD,2024-06-01,10
2,A,Pro,2025-07-01,2026-07-01,3000,1 year,USD,2025-05-01,10
3,B,Basic,2024-08-01,2025-08-01,1200,1 year,USD,2024-06-01,10
4,B,Pro,2025-08-10,2026-08-10,3000,1 year,USD,2025-05-01,10
"""
BEFORE, AFTER = (
    Question(as_of=date(2025, 6, 1), within=90),
    Question(as_of=date(2025, 9, 30), start=date(2025, 6, 30), end=date(2025, 9, 30)),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("products")
    (folder / "contracts.csv").write_text(CONTRACTS)
    with closing(Store.open(folder / "own.duckdb")) as opened:
        assert import_file(opened, folder / "contracts.csv", options={"ends_on": "exclusive"}).batch
        yield opened


def say(monkeypatch, tmp_path, text: str) -> None:
    (tmp_path / "own.toml").write_text(text)
    monkeypatch.setenv("HOLDFAST_PRODUCTS", str(tmp_path / "own.toml"))


def told(store) -> tuple:
    """CARR of A and B before, how many renewals are listed then, and the states of the two afterwards."""
    carr = run("arr", store, EVERYONE, BEFORE).totals["carr"] // 100
    listed, became = run("renewals", store, EVERYONE, BEFORE), run("renewal-rate", store, EVERYONE, AFTER)
    return carr, listed.rows.height, became.rows["state"].to_list()


def test_until_somebody_says_so_a_pair_is_open_and_asked_once(store):
    """The larger counts, Pro: 3,000 + 3,000. Both renewals of Basic stay on the list, and are open afterwards."""
    assert told(store) == (6_000, 2, ["open", "open"])
    asked = run("quality", store, EVERYONE, AFTER).rows.filter(pl.col("check") == "change of plan or addition")
    assert asked.select("subject", "detail", "arr").rows() == [
        ("Basic -> Pro", "Pro started when Basic ended, times: 2. Change of plan, or addition?", 240_000)
    ]
    assert run("renewal-rate", store, EVERYONE, AFTER).totals["rate_by_count"] is None


def test_a_change_of_plan_goes_on_with_what_ended(store, monkeypatch, tmp_path):
    """A on the day, B nine days late; of 1,200 each all is kept."""
    say(monkeypatch, tmp_path, '[[pairs]]\nfrom = "Basic"\nto = "Pro"\nis = "change"\n')
    assert told(store) == (6_000, 0, ["on_time", "late"])
    assert run("renewal-rate", store, EVERYONE, AFTER).totals["kept"] == 240_000
    assert not run("quality", store, EVERYONE, AFTER).totals["change of plan or addition"]


def test_an_addition_goes_on_with_nothing(store, monkeypatch, tmp_path):
    """1,200 + 3,000 of each; Basic is lost."""
    say(monkeypatch, tmp_path, '[[pairs]]\nfrom = "Basic"\nto = "Pro"\nis = "addition"\n')
    assert told(store) == (8_400, 2, ["lost", "lost"])


def test_seats_that_add(store, monkeypatch, tmp_path):
    day = Question(as_of=date(2025, 8, 15))
    assert run("arr", store, EVERYONE, day).totals["seats"] == 20
    say(monkeypatch, tmp_path, '[products.Pro]\nseats = "add"\n')
    assert run("arr", store, EVERYONE, day).totals["seats"] == 20  # Basic is over: 10 + 10 of Pro


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[products.Pro]\nseats = "sum"\n', "products.Pro.seats: 'sum' is not allowed. Give add or largest."),
        ('[[pairs]]\nfrom = "Basic"\nto = "Pro"\nis = "maybe"\n', "is: change or addition"),
        ("[other]\n", "other is not known. Entries: products, pairs."),
        ("[[", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(tmp_path, text, words):
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(ValueError, match=words):
        products(tmp_path / "own.toml")
