"""Health, usage, activation and Today of made-up companies, beside a second computation of the glossary."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.built import copied
from tests.second.accounts_kept import Made
from tests.second.activation import activation
from tests.second.answers import command, plain
from tests.second.health import Kept, Seen, health
from tests.second.renewals import agreed_ends
from tests.second.today import today

SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3, 4, 6)))
BEFORE, STOPPED = date(2024, 12, 15), date(2025, 11, 20)
DAYS = (BEFORE, date(2025, 3, 20), date(2025, 8, 2), STOPPED, date(2025, 12, 31), date(2026, 1, 20))
WORDS = {"Notice given on": "notice_given", "Notice given for a part on": "notice_on_part", "Not renewed since": "lapsed_renewal"}
USAGE = ("dau", "wau", "mau", "mau_before", "events", "events_before", "features_used", "trend", "state")


def made(seed: int, folder: Path) -> None:
    company = Made(seed)
    for table, file in company.write(folder).items():
        said = {"contracts": ("ends_on=exclusive",), "usage_events": (f"covers_accounts={'all' if company.every else 'listed'}",)}
        options = [word for one in said.get(table, ()) for word in ("--set", one)]
        command(folder / "own.duckdb", "import", file, "--table", table, "--feed", table, *options)


def rows(store: Path, report: str, day: date) -> dict[str, dict]:
    return {row["account_id"]: row for row in json.loads(command(store, "report", report, "--json", "--as-of", day))["rows"]}


def differs(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) > 1e-5
    return one != other


def of_health(kept: Kept, store: Path, day: date) -> list[str]:
    found = []
    for account, row in rows(store, "health", day).items():
        mine = health(kept, account, day)
        told = row | {"exception": next((kind for words, kind in WORDS.items() if (row["exception"] or "").startswith(words)), None)}
        found += [
            f"{day} {account} {name}: {mine[name]} and {told[name]}"
            for name in ("state", "score", "band", "change", "exception", "known_weight")
            if differs(mine[name], told[name])
        ]
    return found


def of_usage(kept: Kept, store: Path, day: date) -> list[str]:
    found = []
    for account, row in rows(store, "usage", day).items():
        seen = Seen(kept, account, day, day)
        mine = {name: seen.usage[name] for name in USAGE} | {"seats": seen.seats}
        found += [f"{day} {account} {name}: {value} and {row[name]}" for name, value in mine.items() if differs(value, row[name])]
    return found


def of_activation(kept: Kept, store: Path, day: date) -> list[str]:
    told = rows(store, "activation", day)
    mine = {account: row for account in kept.accounts if (row := activation(kept, account, day))}
    found = [f"{day} {account}: only in one" for account in told.keys() ^ mine.keys()]
    for account in told.keys() & mine.keys():
        pairs = {name: (plain(value), told[account][name]) for name, value in mine[account].items()}
        found += [f"{day} {account} {name}: {one} and {other}" for name, (one, other) in pairs.items() if differs(one, other)]
    return found


def of_today(kept: Kept, store: Path, day: date) -> list[str]:
    """Items in any order: two that are alike stand twice."""
    told = json.loads(command(store, "report", "today", "--json", "--as-of", day))
    mine = today(kept, day, agreed_ends(kept.lines, date.today()))
    names = ("account_id", "kind", "urgency", "state", "arr", "days_to_end", "certainty", "priority")
    one, other = (sorted(tuple(row[name] for name in names) for row in rows) for rows in (mine, told["rows"]))
    if len(one) != len(other):
        return [f"{day} today: {sorted({row[:2] for row in one} ^ {row[:2] for row in other})}: only in one"]
    found = [f"{day} today: {left} and {right}" for left, right in zip(one, other, strict=True) if any(map(apart, left, right))]
    worth = {row["urgency"]: {} for row in mine}
    for row in mine:
        worth[row["urgency"]][row["account_id"]] = row["arr"]
    sums = {f"arr_{urgency}": sum(of.values()) for urgency, of in worth.items()} | {
        f"accounts_{name}": len(of) for name, of in worth.items()
    }
    return found + [
        f"{day} {name}: {value} and {told['totals'][name]}" for name, value in sums.items() if apart(value, told["totals"][name])
    ]


def apart(one: object, other: object) -> bool:
    """Whether they differ by more than the cent to which money is rounded."""
    return abs(one - other) > 0.0051 if isinstance(one, float) and isinstance(other, int | float) else one != other


@pytest.mark.parametrize("seed", SEEDS)
def test_health_usage_activation_and_today_are_what_the_glossary_says(seed, tmp_path):
    store = copied(f"random accounts {seed}", lambda folder: made(seed, folder), tmp_path) / "own.duckdb"
    kept = Made(seed).kept()
    found = [
        difference for day in DAYS for compare in (of_health, of_usage, of_activation, of_today) for difference in compare(kept, store, day)
    ]
    assert not found


def test_a_feed_that_stops_lowers_no_score(tmp_path):
    """Events come once a week up to 22 October. On 20 November, 29 days later, nobody is at risk but by notice, and no change is told."""
    store = copied("random accounts 2", lambda folder: made(2, folder), tmp_path) / "own.duckdb"
    found = rows(store, "accounts", STOPPED).values()
    unseen = [row for row in found if row["usage_state"] == "feed_stopped"]
    assert unseen
    assert all(row["band"] in (None, "little_known") or (row["exception"] or "").startswith("Notice given on") for row in unseen)
    assert all(row["change"] is None for row in unseen)
