"""What the health score and the churn model both look at is the same figure: the same account on the same day, on random companies."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from metrics.account_measures import MEASURES
from metrics.scorecard import Measure, Scorecard
from models.features import SHARED, features
from reports.books import Books, opened_books
from reports.customers.churn_training import history_of
from reports.health.health import health_rows
from reports.health.scorecard import in_file
from reports.report import Question
from reports.usage.usage import usage_rows
from tests.new_store import new_store

FIRST, LAST = date(2023, 1, 1), date(2024, 12, 31)
USED_FROM = 300  # days after FIRST: before, there are contracts and no usage
days = st.integers(0, (LAST - FIRST).days)
late = st.integers(USED_FROM, (LAST - FIRST).days)
lines = st.tuples(days, st.sampled_from([None, 30, 45, 365, 730]), st.sampled_from([None, 0, 3, 8]), st.sampled_from([False, False, True]))
use = st.tuples(st.sampled_from([None, "ann", "bob", "cat", "dan"]), st.sampled_from(["open", "report", "share"]), late)
tickets = st.tuples(days, st.sampled_from([None, 0, 4, 90]), st.sampled_from([None, 1, 3, 5]))
surveys = st.tuples(st.sampled_from(["nps", "csat"]), st.integers(0, 10), days)
talks = st.tuples(st.sampled_from(["conversation", "conversation", "task"]), days)
accounts = st.fixed_dictionaries(
    {
        "seats": st.sampled_from([None, 5]), "lines": st.lists(lines, min_size=1, max_size=3), "use": st.lists(use, max_size=25),
        "tickets": st.lists(tickets, max_size=4), "surveys": st.lists(surveys, max_size=4), "talks": st.lists(talks, max_size=3),
    }
)  # fmt: skip


def day(offset: int | None) -> str:
    return "" if offset is None else str(FIRST + timedelta(days=offset))


def noon(offset: int | None) -> str:
    return "" if offset is None else f"{day(offset)}T12:00:00Z"


def tables(company: list[dict]) -> dict[str, list[list]]:
    """The files of a company; a table without rows is not there."""
    found = {
        "accounts": [["account_id", "name", "seats"]], "contracts": [["contract_id", "account_id", "starts_on", "ends_on", "amount", "period",
        "currency", "seats", "is_trial"]], "usage_events": [["account_id", "user_id", "event", "occurred_at"]],
        "tickets": [["ticket_id", "account_id", "opened_at", "resolved_at", "csat"]],
        "surveys": [["survey_id", "account_id", "kind", "score", "answered_at"]],
        "activities": [["activity_id", "account_id", "kind", "done_on"]],
    }  # fmt: skip
    for number, one in enumerate(company):
        who = f"A{number}"
        found["accounts"].append([who, who, one["seats"]])
        for at, (start, length, seats, trial) in enumerate(one["lines"]):
            end = None if length is None else start + length
            found["contracts"].append([f"{who}-{at}", who, day(start), day(end), 100, "1 month", "USD", seats, str(trial).lower()])
        found["usage_events"] += [[who, user, event, noon(at)] for user, event, at in one["use"]]
        for at, (start, took, csat) in enumerate(one["tickets"]):
            found["tickets"].append([f"{who}-{at}", who, noon(start), noon(None if took is None else start + took), csat])
        found["surveys"] += [[f"{who}-{at}", who, kind, score, noon(on)] for at, (kind, score, on) in enumerate(one["surveys"])]
        found["activities"] += [[f"{who}-{at}", who, kind, day(on)] for at, (kind, on) in enumerate(one["talks"])]
    return {name: rows for name, rows in found.items() if len(rows) > 1}


def stored(folder: Path, company: list[dict]) -> Store:
    store = new_store(folder / "own.duckdb")
    for name, rows in tables(company).items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        outcome = import_file(store, folder / f"{name}.csv", table=name)
        assert outcome.batch and not outcome.batch.rejected, outcome
    return store


def paying_on(books: Books, looked: date) -> list[str]:
    """The accounts that the model may look at on a day: a paid line of theirs runs."""
    ends = pl.col("ends_on").is_null() | (pl.col("ends_on") > looked)
    return sorted(set(books.lines.filter("paying", pl.col("starts_on") <= looked, ends).collect()["account_id"]))


def of_every_measure() -> Scorecard:
    """The scorecard with what it leaves out, so that its parts name every measure."""
    card = in_file()
    others = {*MEASURES} - {one.name for one in card.measures}
    more = tuple(Measure(name, card.groups[0].name, 1, ((0, 0), (1, 100))) for name in sorted(others))
    return replace(card, measures=(*card.measures, *more))


def as_the_reports_say(store: Store, looked: date) -> dict[str, dict]:
    """The shared measures on a day: the parts of the health score, and beside them the report on usage."""
    with opened_books(store, EVERYONE, Question(as_of=looked)) as books:
        used = {row["account_id"]: row for row in usage_rows(books).to_dicts()}
        scored = {row["account_id"]: row["components"] for row in health_rows(books, of_every_measure()).to_dicts()}
        found = {}
        for who in paying_on(books, looked):
            parts = {part["name"]: part["value"] for part in scored[who] if part["name"] in MEASURES}
            found[who] = {name: parts[name] if name in parts else used[who][name] for name in SHARED}
    return found


def as_the_model_sees(store: Store, wanted: dict[date, list[str]]) -> dict[tuple[str, date], dict]:
    """The same of all days at once, from the history that a training on the last day takes."""
    rows = [(who, looked, 90, None) for looked, names in wanted.items() for who in names]
    schema = {"account_id": pl.String, "as_of": pl.Date, "lead_days": pl.Int64, "term_days": pl.Int64}
    with opened_books(store, EVERYONE, Question(as_of=LAST)) as books:
        seen = features(pl.DataFrame(rows, schema=schema, orient="row"), history_of(books, LAST))
    return {(row["account_id"], row["as_of"]): {name: row[name] for name in SHARED} for row in seen.to_dicts()}


@pytest.mark.long
@settings(max_examples=10, deadline=None)
@given(st.lists(accounts, min_size=1, max_size=12), st.lists(late, min_size=1, max_size=4, unique=True))
def test_every_shared_measure_is_one_figure(company, looked):
    with TemporaryDirectory() as folder:
        store = stored(Path(folder), company)
        said = {FIRST + timedelta(days=at): as_the_reports_say(store, FIRST + timedelta(days=at)) for at in looked}
        seen = as_the_model_sees(store, {on: list(found) for on, found in said.items()})
        store.close()
    assert seen == {(who, on): measured for on, found in said.items() for who, measured in found.items()}


def test_most_measures_of_a_lively_company_are_known(tmp_path):
    """So that the test above compares figures and not gaps."""
    one = {"seats": None, "lines": [(0, None, 8, False)], "use": [("ann", "open", 700), ("bob", "share", 690)],
           "tickets": [(650, 4, 5), (699, None, 1)], "surveys": [("nps", 3, 400), ("nps", 9, 600), ("csat", 3, 640)],
           "talks": [("conversation", 690), ("task", 700)]}  # fmt: skip
    store, on = stored(tmp_path, [one]), FIRST + timedelta(days=700)
    expected = {
        "wau": 1, "mau": 2, "stickiness": 1 / 2, "seats": 8, "seat_use": 2 / 8, "features_used": 2, "open_tickets": 1, "csat_rating": (5 + 3) / 2,
        "nps_answer": 9, "days_since_conversation": 10, "conversation_sentiment": None,
    }  # fmt: skip
    assert as_the_reports_say(store, on) == {"A0": expected}
    assert as_the_model_sees(store, {on: ["A0"]}) == {("A0", on): expected}
    store.close()
