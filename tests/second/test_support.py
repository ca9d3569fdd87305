"""Tickets and answers as they stood on a day, row by row, and what accounts are told of them, beside a second computation."""

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests import companies
from tests.built import copied
from tests.datasets import needs_datasets
from tests.second.answers import command, held
from tests.second.support import resolved_at
from tests.second.test_random_accounts import BEFORE, STOPPED, made

MADE = (BEFORE, date(2025, 8, 2), STOPPED, date(2026, 1, 20))
RAVENSTACK = tuple(map(date.fromisoformat, ("2022-12-15", "2023-03-31", "2024-01-17", "2024-06-30", "2024-12-31", "2025-01-20")))
RATED, ANSWERED = timedelta(days=180), timedelta(days=365)
Rows = list[dict[str, Any]]


class Voices:
    """Tickets and answers to surveys from the tables as `dump` writes them."""

    def __init__(self, store: Path) -> None:
        command(store, "dump", store.parent / "dump")
        self.tickets, self.surveys = (
            pl.read_parquet(store.parent / "dump" / f"{name}.parquet").to_dicts() for name in ("tickets", "surveys")
        )

    def as_of(self, day: date) -> tuple[dict[str, tuple], set[str]]:
        """Tickets opened by the day with the days of reply and resolution by then (a status that says so wins), and answers given by then."""
        opened = [row for row in self.tickets if row["opened_at"].date() <= day]
        tickets = {row["ticket_id"]: (by(day_of(row["first_reply_at"]), day), by(day_of(resolved_at(row)), day)) for row in opened}
        return tickets, {row["survey_id"] for row in self.surveys if row["answered_at"].date() <= day}

    def measures(self, day: date) -> dict[str, dict[str, float]]:
        """By measure and account: tickets open, the mean rating of 180 days, the latest answer of 365."""
        open_, rated, latest = defaultdict(float), defaultdict(list), {}
        for row in self.tickets:
            closed = day_of(resolved_at(row))
            if row["opened_at"].date() <= day and (closed is None or closed > day):
                open_[row["account_id"]] += 1
            if row["csat"] is not None and closed and day - RATED < closed <= day:
                rated[row["account_id"]].append(row["csat"])
        for row in sorted(self.surveys, key=lambda one: one["answered_at"]):
            days_ago = day - row["answered_at"].date()
            if row["kind"] == "csat" and timedelta() <= days_ago < RATED:
                rated[row["account_id"]].append(row["score"])
            if row["kind"] == "nps" and timedelta() <= days_ago < ANSWERED:
                latest[row["account_id"]] = row["score"]
        return {"open_tickets": open_, "csat_rating": {key: sum(one) / len(one) for key, one in rated.items()}, "nps_answer": latest}


def by(happened: date | None, day: date) -> date | None:
    return happened if happened and happened <= day else None


def day_of(moment: datetime | str | None) -> date | None:
    return datetime.fromisoformat(moment).date() if isinstance(moment, str) else moment and moment.date()


def rows(store: Path, report: str, day: date) -> Rows:
    return json.loads(command(store, "report", report, "--json", "--as-of", day))["rows"]


def differences(store: Path, days: tuple[date, ...]) -> list[str]:
    with held(store):
        return differences_on(store, days)


def differences_on(store: Path, days: tuple[date, ...]) -> list[str]:
    voices, found = Voices(store), []
    for day in days:
        tickets, answers = voices.as_of(day)
        told = {row["ticket_id"]: (day_of(row["first_reply_at"]), day_of(row["resolved_at"])) for row in rows(store, "tickets", day)}
        found += [
            f"{day} {key}: {tickets.get(key)} and {told.get(key)}"
            for key in tickets.keys() | told.keys()
            if tickets.get(key) != told.get(key)
        ]
        found += [f"{day} {key}: only in one" for key in answers ^ {row["survey_id"] for row in rows(store, "surveys", day)}]
        found += of_accounts(voices.measures(day), rows(store, "health", day), day)
    return found


def of_accounts(measures: dict[str, dict[str, float]], told: Rows, day: date) -> list[str]:
    found = []
    for row in told:
        for one in row["components"] or ():
            of = measures.get(one["name"])
            mine = None if of is None else of.get(row["account_id"], 0 if one["name"] == "open_tickets" and not one["missing"] else None)
            if of is not None and (
                mine != pytest.approx(one["value"]) if one["value"] is not None else mine is not None and not one["missing"]
            ):
                found.append(f"{day} {row['account_id']} {one['name']}: {mine} and {one['value']}")
    return found


def test_what_is_told_of_made_up_tickets_and_answers(tmp_path):
    store = copied("random accounts 1", lambda folder: made(1, folder), tmp_path) / "own.duckdb"
    assert not differences(store, MADE)


@pytest.mark.long
@needs_datasets
def test_what_is_told_of_the_tickets_of_a_real_company(tmp_path):
    store = companies.ravenstack("ravenstack_iso", tmp_path / "own.duckdb")
    assert not differences(store, RAVENSTACK)
