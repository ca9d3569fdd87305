"""Health week by week, against the report of each day by itself, against a company that ends with the week, and by hand."""

import csv
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.importing.run import import_file
from data.parameters import WrongParameter
from data.store.store import Store
from data.viewer import EVERYONE
from data.work.writing import NOTHING, write
from reports.catalogue import run
from reports.health.scorecard import in_file, to_toml
from reports.report import Question

FIRST, LAST, WEEKS = date(2024, 1, 1), date(2024, 12, 29), 45  # a Monday, and a Sunday: no week ends on a day with usage
SILENT = (date(2024, 6, 3), date(2024, 6, 28))  # no usage of anybody
NOBODY_CALLED = (date(2024, 2, 1), date(2024, 5, 20))  # no conversation of anybody
TOLD = ["score", "band", "known_weight", "exception"]
Files = dict[str, list[dict[str, object]]]


def day(rng: Random, first: date = FIRST, last: date = LAST) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def random_company(seed: int) -> Files:
    """Twelve accounts who come, go, lapse for some days, give notice and come back; used from Monday to Friday, with a month of silence."""
    rng = Random(seed)
    names = [f"A{number:02}" for number in range(12)]
    files: Files = {
        "accounts": [
            {"account_id": name, "name": name, "segment": rng.choice(["SMB", "Large"]), "owner": f"{rng.choice('xy')}@example.com"}
            for name in names
        ],
        "contracts": [],
        "usage": [],
        "tickets": [],
        "surveys": [],
        "activities": [],
    }
    for name in names:
        starts = day(rng, FIRST, date(2024, 5, 1))
        for number in range(rng.choice([1, 2, 3])):
            ends = starts + timedelta(days=rng.choice([60, 120, 400]))
            notice = day(rng, starts, ends) if rng.random() < 0.3 else None
            files["contracts"].append(
                {
                    "contract_id": f"{name}-{number}",
                    "account_id": name,
                    "product": "P",
                    "starts_on": starts,
                    "ends_on": ends,
                    "amount": 1200,
                    "period": "1 year",
                    "currency": "USD",
                    "seats": rng.randint(2, 6),
                    "booked_on": starts,
                    "cancelled_on": notice,
                    "is_trial": "false",
                }
            )
            starts = ends + timedelta(days=rng.choice([0, 0, 10, 29, 30, 70]))
        users = rng.randint(1, 5)
        for back in range((LAST - FIRST).days + 1):
            used = FIRST + timedelta(days=back)
            if used.weekday() < 5 and not SILENT[0] <= used <= SILENT[1]:
                for user in range(users):
                    if rng.random() < 0.3:
                        files["usage"].append(
                            {"account_id": name, "user_id": f"{name}u{user}", "event": rng.choice("abcdef"), "occurred_at": used}
                        )
        for number in range(rng.randint(0, 5)):
            opened = day(rng)
            solved = day(rng, opened, LAST) if rng.random() < 0.7 else None
            files["tickets"].append(
                {
                    "ticket_id": f"{name}t{number}",
                    "account_id": name,
                    "opened_at": opened,
                    "resolved_at": solved,
                    "csat": rng.randint(1, 5) if solved else None,
                }
            )
        for number in range(rng.randint(0, 3)):
            files["surveys"].append(
                {
                    "survey_id": f"{name}s{number}",
                    "account_id": name,
                    "kind": rng.choice(["nps", "csat"]),
                    "score": rng.randint(1, 5),
                    "answered_at": day(rng),
                }
            )
        for number in range(rng.randint(0, 4)):
            held = day(rng)
            if not NOBODY_CALLED[0] <= held <= NOBODY_CALLED[1]:
                files["activities"].append(
                    {
                        "activity_id": f"{name}c{number}",
                        "account_id": name,
                        "kind": "conversation",
                        "done_on": held,
                        "sentiment": rng.choice(["negative", "neutral", "positive"]),
                    }
                )
    return files


def until(files: Files, last: date) -> Files:
    """What is left where everything that came after a day is deleted, an end that is agreed but not what came of it."""
    came = {"usage": "occurred_at", "tickets": "opened_at", "surveys": "answered_at", "activities": "done_on", "contracts": "booked_on"}
    kept = {name: [row for row in rows if name not in came or row[came[name]] <= last] for name, rows in files.items()}
    later = {"tickets": "resolved_at", "contracts": "cancelled_on"}
    for name, column in later.items():
        kept[name] = [
            row | ({column: None} | ({"csat": None} if name == "tickets" else {}) if row[column] and row[column] > last else {})
            for row in kept[name]
        ]
    return kept


def stored(folder: Path, files: Files) -> Store:
    folder.mkdir()
    store = Store.open(folder / "own.duckdb")
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        options = {"ends_on": "exclusive"} if name == "contracts" else {}
        assert import_file(store, folder / f"{name}.csv", options=options).batch is not None, name
    return store


@pytest.fixture(scope="module")
def files() -> Files:
    return random_company(7)


@pytest.fixture(scope="module")
def store(tmp_path_factory, files) -> Iterator[Store]:
    with closing(stored(tmp_path_factory.mktemp("history") / "whole", files)) as opened:
        yield opened


def history(store: Store, last: date = LAST, weeks: int = WEEKS, **asked) -> pl.DataFrame:
    return run("health-history", store, EVERYONE, Question(as_of=last, weeks=weeks, **asked)).rows


def test_each_week_is_what_the_report_of_its_day_says(store):
    """The second way: the report of health, asked of each week's day by itself."""
    found = history(store)
    customers = 0
    for (week,), rows in list(found.group_by("week", maintain_order=True))[::3]:
        own = run("health", store, EVERYONE, Question(as_of=week)).rows
        known = own.filter(pl.col("score").is_not_null() | pl.col("band").is_not_null()).sort("account_id").select("account_id", *TOLD)
        assert_frame_equal(
            rows.filter(pl.col("score").is_not_null() | pl.col("band").is_not_null()).sort("account_id").select("account_id", *TOLD), known
        )
        assert not rows.filter(~pl.col("customer"))["score"].count()
        customers += rows["customer"].sum()
    assert found["week"].n_unique() == WEEKS and customers > 100 and found["band"].drop_nulls().n_unique() == 4
    assert found["exception"].str.head(6).n_unique() >= 3  # notice, lapsed, and none


@pytest.mark.parametrize("back", [12, 26, 36])
def test_what_came_after_a_week_changes_nothing_of_it(tmp_path, store, files, back):
    last = LAST - timedelta(weeks=back)
    with closing(stored(tmp_path / "then", until(files, last))) as then:
        known = history(then, last, WEEKS - back)
    found = history(store).filter(pl.col("week") <= last)
    assert_frame_equal(found, known)


def steady(last: date) -> Files:
    """One account with 10 seats, of whose people 5 come every day and do one thing."""
    days = [FIRST + timedelta(days=back) for back in range((last - FIRST).days + 1)]
    return {
        "accounts": [{"account_id": "A", "name": "Alder"}],
        "contracts": [
            {"contract_id": "1", "account_id": "A", "starts_on": FIRST, "ends_on": "2026-01-01", "amount": 1200, "period": "1 year", "currency": "USD", "seats": 10}
        ],
        "usage": [{"account_id": "A", "user_id": f"u{user}", "event": "open", "occurred_at": used} for used in days for user in range(5)],
    }  # fmt: skip


def published(store: Store, number: int, at: datetime, text: str) -> None:
    row = {"version": number, "configuration": text, "author": "Dana", "published_at": at, "note": "Try", "based_on": 0}
    write(store, EVERYONE, "score_versions", [row], seen=[NOTHING])


def test_a_version_holds_from_the_end_of_the_week_on_in_which_it_was_published(tmp_path):
    """5 of 10 seats are 66 2/3 points (40 + 40 x 0.2 / 0.3), no change 80, one feature 15, all of the month in the week 100: usage 0.6 x
    66 2/3 + 0.4 x 80 = 72, adoption 0.6 x 15 + 0.4 x 100 = 49. By the file they weigh 40 and 20 of 100, which is 64 1/3 and 60 % known;
    by version 1 both weigh 20, of 80: 60.5 and 50 %. It comes on a Wednesday; a later one cannot be read here, and changes nothing."""
    last = date(2024, 4, 28)
    file = (64.333333, "watch", 0.6)
    changed = (60.5, "watch", 0.5)
    with closing(stored(tmp_path / "steady", steady(last))) as store:
        card = in_file()
        groups = tuple(replace(group, weight=20) if group.name == "usage" else group for group in card.groups)
        published(store, 1, datetime(2024, 4, 17, 9, tzinfo=UTC), to_toml(replace(card, groups=groups)))
        published(store, 2, datetime(2024, 4, 24, 9, tzinfo=UTC), "format = 99")

        def told(**asked) -> dict[date, tuple]:
            rows = history(store, last, 5, **asked)
            return {row["week"]: (row["version"], row["score"], row["band"], row["known_weight"]) for row in rows.iter_rows(named=True)}

        ends = [last - timedelta(weeks=back) for back in (4, 3, 2, 1, 0)]
        assert told() == dict(zip(ends, [(0, *file)] * 3 + [(1, *changed)] * 2, strict=True))
        assert told(version="now") == told(version="1") == dict.fromkeys(ends, (1, *changed))
        assert told(version="0") == dict.fromkeys(ends, (0, *file))
        notes = run("health-history", store, EVERYONE, Question(as_of=last)).notes
        assert "Version 1 of the health score from the week up to 2024-04-21 on." in notes
        with pytest.raises(WrongParameter, match="version: '2' is none"):
            history(store, last, 5, version="2")


def test_before_the_first_contract_and_after_the_last_there_is_no_score(tmp_path):
    """A begins on 1 January, a Monday; asked for two years there are the 17 weeks from then on. B ends on 1 March and has 30 days of grace:
    Sunday 24 March is within them, and what follows has no score."""
    files = steady(date(2024, 4, 28))
    files["accounts"].append({"account_id": "B", "name": "Birch"})
    files["contracts"].append(files["contracts"][0] | {"contract_id": "2", "account_id": "B", "ends_on": "2024-03-01"})
    with closing(stored(tmp_path / "ended", files)) as store:
        rows = history(store, date(2024, 4, 28), 104)
        empty = history(store, date(2023, 12, 1), 104)
    assert rows.group_by("account_id").len().sort("account_id").rows() == [("A", 17), ("B", 17)]
    held = (
        rows.filter("customer")
        .group_by("account_id")
        .agg(pl.col("week").min(), last="week")
        .select("account_id", "week", pl.col("last").list.max())
    )
    assert held.sort("account_id").rows() == [("A", date(2024, 1, 7), date(2024, 4, 28)), ("B", date(2024, 1, 7), date(2024, 3, 24))]
    assert rows.filter(~pl.col("customer"))["score"].null_count() == 5
    assert empty.is_empty()
