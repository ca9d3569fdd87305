"""Health, usage, activation, Today, tickets and surveys of made-up companies, beside a second computation of the glossary."""

from datetime import date
from pathlib import Path

import pytest

from tests.built import copied
from tests.second import customers, pairs
from tests.second.accounts_kept import Made
from tests.second.activation import activation, by_day
from tests.second.answers import answered, command, held, told
from tests.second.customers import rows, unequal
from tests.second.whole import Whole

SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3, 4, 6)))
BEFORE, STOPPED = date(2024, 12, 15), date(2025, 11, 20)
DAYS = (BEFORE, date(2025, 3, 20), date(2025, 8, 2), STOPPED, date(2025, 12, 31), date(2026, 1, 20))
ACTIVATION = ("unmeasured", "activated_on", "days_to_activate", "state")
PAIR = ("times", "accounts", "arr", "carr_if_change", "carr_if_addition", "kept_if_change", "kept_arr_if_change", "lost_if_addition")


def made(seed: int, folder: Path) -> None:
    company = Made(seed)
    for table, file in company.write(folder).items():
        said = {"contracts": ("ends_on=exclusive",), "usage_events": (f"covers_accounts={'all' if company.every else 'listed'}",)}
        options = [word for one in said.get(table, ()) for word in ("--set", one)]
        command(folder / "own.duckdb", "import", file, "--table", table, "--feed", table, *options)


def of_activation(whole: Whole, store: Path, day: date) -> list[str]:
    mine = {account: row for account in whole.accounts if (row := activation(whole, account, day))}
    return [f"{day} {words}" for words in unequal("activation", mine, rows(store, "activation", day), ACTIVATION)]


def of_activation_by_day(whole: Whole, store: Path, day: date) -> list[str]:
    told = {(row["of"], row["days"]): row for row in customers.answer(store, "activation-curve", day)["rows"]}
    return [f"{day} {words}" for words in unequal("activation-curve", by_day(whole, day), told, ("not_yet", "activated", "share"))]


def of_pairs(whole: Whole, store: Path, day: date) -> list[str]:
    mine = {
        " -> ".join(pair): {name: told(row[name], is_cents=name.startswith(("arr", "carr", "kept_arr"))) for name in PAIR}
        for pair, row in pairs.asked(whole.company(day)).items()
    }
    other = {" -> ".join(pair): row for pair, row in answered(store, "product-pairs", "--as-of", day).items()}
    return [f"{day} {words}" for words in unequal("product-pairs", mine, other, PAIR)]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_csms_see_is_what_the_glossary_says(seed, tmp_path):
    store = copied(f"random accounts {seed}", lambda folder: made(seed, folder), tmp_path) / "own.duckdb"
    whole = Made(seed).whole()
    comparisons = (customers.differences, of_activation, of_activation_by_day, of_pairs)
    with held(store):
        found = [difference for day in DAYS for compare in comparisons for difference in compare(whole, store, day)]
    assert not found


def test_a_feed_that_stops_lowers_no_score(tmp_path):
    """Events come once a week up to 22 October. On 20 November, 29 days later, nobody is at risk but by notice, and no change is told."""
    store = copied("random accounts 2", lambda folder: made(2, folder), tmp_path) / "own.duckdb"
    found = rows(store, "accounts", STOPPED).values()
    unseen = [row for row in found if row["usage_state"] == "feed_stopped"]
    assert unseen
    assert all(row["band"] in (None, "little_known") or (row["exception"] or "").startswith("Notice given on") for row in unseen)
    assert all(row["change"] is None for row in unseen)
