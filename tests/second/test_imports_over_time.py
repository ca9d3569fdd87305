"""Files of three feeds, one after the other: what was read, rejected, lost and late, beside a second computation of the glossary."""

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.second.answers import command
from tests.second.books import write
from tests.second.sent import File, fresh, over_time

FIRST = date(2024, 1, 1)
NAMES = ("feed", "state", "read", "accepted", "rejected", "duplicate", "rejected_share", "usual_rejected_share", "days_missing", "emptier")
LOOKED_AT = [FIRST + timedelta(days=days) for days in (-20, 3, 40, 61, 70, 80, 95, 120, 400)]


# 1 of 10, then 6 of 50: 12 % are two points above 10 %. Of the right rows 9 of 9, then 44 of 44, then 8 of 10: a fifth fewer.
ON_THE_EDGE = [
    File("edge", *counts, {"seats": seats, "product": counts[0] - counts[1]}) for *counts, seats in ((10, 1, 9), (50, 6, 44), (10, 0, 8))
]


def contracts(draw: Random, number: int) -> File:
    read = draw.choice((10, 20, 50, 100))
    wrong = min(read * draw.choice((0, 0, 10, 12, 14, 30)) // 100, read // 2)
    full = read - wrong
    return File("billing", read, wrong, {name: full * draw.choice((10, 10, 8, 6, 5)) // 10 for name in ("seats", "product")})


def usage(draw: Random, number: int) -> File:
    start, step = FIRST + timedelta(days=7 * number + draw.choice((0, 0, -3, 4))), 1 + number % 2
    days = [start + timedelta(days=at) for at in range(0, draw.choice((7, 7, 3)), step)]
    return File("product", len(days), 0, days=days)


def written(file: File, number: int, folder: Path) -> Path:
    if file.days:
        rows = [{"account_id": "A1", "user_id": f"u{number}", "event": "login", "occurred_at": f"{day}T10:00:00Z"} for day in file.days]
    else:
        rows = [_contract(file, f"{number}-{at}", at) for at in range(file.read)]
    return write(rows, folder / f"{number:02d}.csv")


def _contract(file: File, name: str, at: int) -> dict[str, Any]:
    """The first rows are right."""
    says = {"seats": 5, "product": "Core"}
    told = {column: value if at < file.said[column] else None for column, value in says.items()}
    start = "2024-01-01" if at < file.right else "one day"
    return {"contract_id": name, "account_id": f"A{at}", "starts_on": start, "amount": 10, "period": "1 month", "currency": "USD"} | told


def differs(one: Any, other: Any) -> bool:
    if isinstance(one, Fraction | float | int) and isinstance(other, float | int):
        return abs(float(one) - other) > 1e-9
    return (one.isoformat() if isinstance(one, date) else one) != other


@pytest.fixture
def made(tmp_path: Path) -> tuple[list[File], Path]:
    """Files in the order in which they came; the fourth is undone again."""
    draw = Random(1)
    files = [contracts(draw, number) if number % 2 else usage(draw, number) for number in range(16)] + ON_THE_EDGE
    for number, file in enumerate(files):
        table = "usage_events" if file.days else "contracts"
        said = ("covers_accounts=all",) if file.days else ("ends_on=exclusive", "rows=records")
        options = [word for one in said for word in ("--set", one)]
        command(tmp_path / "own.duckdb", "import", written(file, number, tmp_path), "--table", table, "--feed", file.feed, *options)
    command(tmp_path / "own.duckdb", "undo", 4)
    return files[:3] + files[4:], tmp_path / "own.duckdb"


def test_each_file_against_the_earlier_ones_and_each_feed_on_a_day(made):
    files, store = made
    told = json.loads(command(store, "report", "import-quality", "--json"))
    mine = over_time(files)
    found = [
        (row["batch"], name, own[name], row[name])
        for own, row in zip(mine, reversed(told["rows"]), strict=True)
        for name in NAMES
        if differs(own[name], row[name])
    ]
    assert not found
    assert {row["state"] for row in mine} == {"as usual", "more rejected", "days missing", "columns emptier"}
    assert told["totals"]["read"] == sum(file.read for file in files) and told["totals"]["rejected"] == sum(file.wrong for file in files)
    for day in LOOKED_AT:
        rows = {row["feed"]: row for row in json.loads(command(store, "report", "feeds", "--json", "--as-of", day))["rows"]}
        own = fresh(files, day)
        assert not [(day, name, value, rows["product"][name]) for name, value in own.items() if differs(value, rows["product"][name])]
        assert rows["billing"]["state"] == "no days"
        for feed, row in rows.items():
            of = [file for file in files if file.feed == feed]
            assert (row["batches"], row["read"], row["rejected"]) == (len(of), sum(one.read for one in of), sum(one.wrong for one in of))
