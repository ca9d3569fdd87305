"""Who went from which band to which over a period, of made-up companies: written from docs/GLOSSARY.md alone."""

import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.built import copied
from tests.second.accounts_kept import Made
from tests.second.answers import command, held, told
from tests.second.customers import unequal
from tests.second.health import CUSTOMERS
from tests.second.stands import NO_RATE, Stands
from tests.second.test_random_accounts import made
from tests.second.whole import Whole

PERIODS = ((date(2025, 3, 31), date(2025, 12, 31)), (date(2025, 9, 30), date(2025, 11, 20)))
MONEY = ("customers", "opening_arr", "closing_arr")


def place(seen: Stands, then: Stands, came: dict[str, str]) -> str:
    """The band of a customer, by what was known on the day; of who is none where such accounts come from or go to, by whether it has paid.
    Whether it is one is told as seen from the close."""
    if seen.state in (*CUSTOMERS, NO_RATE):
        return then.health()["band"] or "not_scored"
    return came["paid" if seen.state == "churned" else "never paid"]


def flow(whole: Whole, opens: date, closes: date) -> dict[str, dict[str, Any]]:
    """Accounts and ARR of both days by where they stood on each."""
    company, opening = whole.company(closes), whole.company(opens)
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(MONEY, 0))
    for account, customer in company.customers.items():
        then, now = (Stands(whole, account, day, customer) for day in (opens, closes))
        first = Stands(whole, account, opens, opening.customers[account])
        before = place(then, first, {"paid": "came_back", "never paid": "new"})
        after = place(now, now, {"paid": "churned", "never paid": "trial_ended"})
        if before in ("came_back", "new") and after in ("churned", "trial_ended"):
            continue
        cell = found[f"{before} {after}"]
        cell["customers"] += 1
        cell["opening_arr"] += customer.balance(opens)[1]
        cell["closing_arr"] += customer.balance(closes)[1]
    return {name: {one: told(value, is_cents=one != "customers") for one, value in cell.items()} for name, cell in found.items()}


def answered(store: Path, opens: date, closes: date) -> dict[str, dict[str, Any]]:
    asked = ("--json", "--as-of", closes, "--from", opens, "--to", closes)
    rows = json.loads(command(store, "report", "health-flow", *asked))["rows"]
    return {f"{row['band_before']} {row['band_after']}": row for row in rows}


@pytest.mark.parametrize("seed", (1, pytest.param(2, marks=pytest.mark.long)))
def test_the_flow_between_bands_is_what_the_glossary_says(seed, tmp_path):
    store = copied(f"random accounts {seed}", lambda folder: made(seed, folder), tmp_path) / "own.duckdb"
    whole = Made(seed).whole()
    with held(store):
        found = [words for days in PERIODS for words in unequal("flow", flow(whole, *days), answered(store, *days), MONEY)]
    assert not found
