"""The sample company and a real one: a period closed and contracts corrected after it, and finance's list beside ours, row by row."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sample.company import LAST_DAY
from tests import companies
from tests.datasets import needs_datasets
from tests.second.answers import command
from tests.second.books import Row, write
from tests.second.company import Company
from tests.second.lines import DAY, add_months, full_month, month_end
from tests.second.restated import FIGURES, parts, restated
from tests.second.test_compared import Dumped
from tests.second.test_reconciled import arr, differences, otherwise, reconciled
from tests.second.test_restated import answered, apart

pytestmark = pytest.mark.long

SAMPLE = (month_end(add_months(LAST_DAY, -2)), LAST_DAY)
RAVENSTACK = (date(2024, 1, 31), date(2025, 2, 10))  # closed on the first, some in grace, looked at again on the second
SENT = ("contract_id", "line_id", "account_id", "product", "starts_on", "ends_on", "amount", "period", "currency", "cancelled_on")


def corrected(contracts: list[Row], seed: int) -> list[Row]:
    """Every thirtieth line with another price, another end, or notice given."""
    draw = Random(seed)
    return [_corrected({name: row[name] for name in SENT}, draw) for row in draw.sample(contracts, len(contracts) // 30)]


def _corrected(row: Row, draw: Random) -> Row:
    kind = draw.choice(("price", "end", "notice"))
    if kind == "price":
        return row | {"amount": round(float(row["amount"]) * draw.choice((0.5, 1.1, 2)), 2)}
    if kind == "notice" and row["ends_on"]:
        return row | {"cancelled_on": max(row["starts_on"], row["ends_on"] - timedelta(days=40))}
    ends_on = row["ends_on"] or row["starts_on"] + timedelta(days=200)
    return row | {"ends_on": max(row["starts_on"] + DAY, ends_on + timedelta(days=draw.choice((-20, 7, 45))))}


def period(day: date) -> tuple[date, date]:
    end = full_month(day)
    return full_month(add_months(end, -12)), end


def restatement(store: Path, feed: str, days: tuple[date, date], rules: tuple[str, str]) -> list[str]:
    """Where the two differ after a close on the first day, seen on the second."""
    before, (opens, to) = Dumped(store), period(days[0])
    command(store, "close", "--who", "finance", "--as-of", days[0], "--from", opens, "--to", to, "--rules", rules[0])
    file = write(corrected(before.contracts, 1), store.parent / "corrected.csv")
    command(store, "import", file, "--table", "contracts", "--feed", feed, "--set", "ends_on=exclusive", "--set", "rows=records")
    was, now = before.company(days[0]), Dumped(store).company(days[1])
    mine = restated(was, now, rules, opens, to)
    told, totals = answered(store, days[1], rules[1], opens, to)
    found = [f"{key}: only in one" for key in mine.keys() ^ told.keys()]
    found += [f"{key}: {mine[key]} and {told[key]}" for key in mine.keys() & told.keys() if apart(mine[key], told[key])]
    for side, seen in (("published", was.under(rules[0])), ("present", now.under(rules[1]))):
        sums = {name: sum(row[name] for row in parts(seen, opens, to).values()) for name in FIGURES}
        found += [f"{side} {name}" for name in apart(sums, {name: totals[f"{side}_{name}"] for name in FIGURES})]
    assert mine
    return found


def lists(company: Company, days: Iterable[date], seed: int) -> list[Row]:
    """Most as ours, some left out, halved, of another month, without grace, in a month, or of an account that nobody knows."""
    draw, rows = Random(seed), []
    for day in days:
        seen = replace(company, as_of=day)
        others: list[dict[str, int]] = [values for _, values in otherwise(seen, "house", day)]
        for account, cents in arr(seen, day).items():
            kind = draw.random()
            if kind > 0.1 and (cents or kind > 0.8):
                told = draw.choice(others)[account] if kind > 0.6 else cents // 2 if kind > 0.5 else cents
                rows.append({"account_id": account, "day": day, "amount": told / 100})
        rows.append({"account_id": "N999", "day": day, "amount": 100})
    return rows


def unlike_finance(store: Path, days: Iterable[date]) -> list[str]:
    company = Dumped(store).company(date.min)
    listed, found = lists(company, days, 5), []
    command(store, "import", write(listed, store.parent / "finance.csv"), "--table", "finance_arr", "--feed", "finance")
    for day in days:
        theirs = {row["account_id"]: round(row["amount"] * 100) for row in listed if row["day"] == day}
        for rules in ("house", "stripe"):
            mine: dict[str, Any] = reconciled(replace(company, as_of=day), rules, day, theirs)
            found += [f"{day} {rules} {words}" for words in differences(store, mine, "--as-of", day, "--rules", rules)]
    return found


@pytest.mark.parametrize("rules", [("house", "house"), ("house", "stripe")])
def test_a_close_of_the_sample_company(rules, tmp_path):
    store = companies.sample_company(tmp_path / "own.duckdb")
    assert not restatement(store, "sample contracts", SAMPLE, rules)


def test_the_list_of_finance_of_the_sample_company(tmp_path):
    assert not unlike_finance(companies.sample_company(tmp_path / "own.duckdb"), SAMPLE)


@needs_datasets
@pytest.mark.parametrize("rules", [("strict", "house")])
def test_a_close_of_a_real_company(rules, tmp_path):
    store = companies.ravenstack("ravenstack_iso", tmp_path / "own.duckdb")
    assert not restatement(store, "contracts", RAVENSTACK, rules)


@needs_datasets
def test_the_list_of_finance_of_a_real_company(tmp_path):
    assert not unlike_finance(companies.ravenstack("ravenstack_iso", tmp_path / "own.duckdb"), RAVENSTACK)
