"""What would lift an account: what is told of those below the highest band, and that the score says the same once it is so."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from metrics.scorecard import Limit
from reports.catalogue import run
from reports.health import health_lift
from reports.health.scorecard import in_file, to_toml
from reports.report import Question
from tests.reports.customers.test_accounts import DAY, stored

ANSWERS = "survey_id,account_id,kind,score,answered_at\nS1,good,nps,0,2024-06-01\nS2,good,csat,1,2024-06-02\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """`good` is used to the full, has no ticket open, answered 0 and rates support with 1: 60 x (96 % of usage and adoption) ... on watch."""
    folder = tmp_path_factory.mktemp("lift")
    with closing(stored(folder)) as opened:
        (folder / "surveys.csv").write_text(ANSWERS)
        assert import_file(opened, folder / "surveys.csv", table="surveys").batch
        yield opened


def told(store: Store, **asked) -> dict[str, list[dict]]:
    rows = run("health-lift", store, EVERYONE, Question(as_of=DAY, **asked)).rows
    return {account: own.to_dicts() for (account,), own in rows.group_by("account_id", maintain_order=True)}


def test_a_measure_that_would_be_enough(store):
    """Weights 40, 20, 15, 15 of 90. usage: seats 100 x 0.6 + trend 80 x 0.4 = 92; adoption 100 (ten features, everybody each day); support:
    tickets 100, rating 0: 50; sentiment 0. (3680 + 2000 + 750) / 90 = 71.44; to 75.5 it lacks 4.06 points, 24.3 of the answer's 100: 4 gives
    26.67 (4.44 points), 3 gives 20. The rating has 7.5 of 90 and needs 48.67 of 100: 3.3 gives 40 + 9 = 49."""
    good = told(store)["good"]
    assert good[0]["score"] == pytest.approx(6430 / 90, abs=1e-6)
    assert (good[0]["band"], good[0]["next_band"], round(good[0]["points_needed"], 2)) == ("watch", "healthy", 4.06)
    found = {row["figure"]: (row["value"], row["value_needed"], round(row["points_gained"], 2), row["together"]) for row in good}
    assert found == {"nps_answer": (0.0, 4.0, 4.44, 1), "csat_rating": (1.0, 3.3, 4.08, 1)}
    assert [row["told"] for row in good] == ["NPS answer from 0 to 4", "CSAT rating from 1 to 3.3"]


def test_once_it_is_so_the_score_says_the_same(store, tmp_path):
    with closing(stored(tmp_path)) as other:
        (tmp_path / "surveys.csv").write_text(ANSWERS.replace("nps,0", "nps,4"))
        assert import_file(other, tmp_path / "surveys.csv", table="surveys").batch
        found = run("health", other, EVERYONE, Question(as_of=DAY)).rows.filter(account_id="good")
        assert "good" not in told(other)
    assert (found["band"].item(), round(found["score"].item(), 4)) == ("healthy", round(6430 / 90 + 400 / 90, 4))


def test_what_holds_an_account_back_whatever_its_score(store):
    found = told(store)
    assert found["leaving"][0]["told"] == "Notice given on 2024-06-10: this caps the band, whatever the score."
    assert (found["lapsed"][0]["points_needed"], found["lapsed"][0]["figure"], found["lapsed"][0]["band"]) == (None, None, "watch")
    assert found["silent"][0]["told"].startswith("Little known: 8% of the weight is known, and 40% are needed. Not known: ")
    assert {name for name, rows in found.items() if len(rows) > 1} == {"good"}


def test_of_very_many_accounts_the_lowest_are_told(store, monkeypatch):
    monkeypatch.setattr(health_lift, "MOST_ACCOUNTS", 1)
    report = run("health-lift", store, EVERYONE, Question(as_of=DAY))
    assert report.rows["account_id"].unique().to_list() == ["good"]
    assert report.notes == ("Left out: 3 accounts with higher scores. Name them to see what would lift them.",)


def test_a_band_set_by_hand_and_an_exception_of_the_team(tmp_path):
    """`good` is set to watch until August. The team lets nobody be more than on watch whose trend lies below 5 %: none of them grows."""
    with closing(stored(tmp_path)) as other:
        row = {
            "override_id": "O",
            "account_id": "good",
            "band": "watch",
            "reason": "New CFO.",
            "owner": "dana",
            "starts_on": date(2024, 6, 1),
            "ends_on": date(2024, 8, 1),
        }
        commit_frame(other, "score_overrides", pl.DataFrame([row]), "app", "dana")
        card = replace(in_file(), limits=(Limit("no growth", "usage_trend", "watch", below=0.05),))
        version = {"version": 1, "configuration": to_toml(card), "author": "d", "published_at": datetime(2024, 1, 1, tzinfo=UTC)}
        commit_frame(other, "score_versions", pl.DataFrame([version]), "app", "dana")
        found = told(other)
        changed = run("health-change", other, EVERYONE, Question(as_of=DAY)).rows.filter(account_id="good").row(0, named=True)
    assert found["good"][0]["told"] == "dana has set the band to watch until 2024-08-01: New CFO. Until then no score moves it."
    assert found["back"][0]["told"] == "Usage trend below 5%: at most Watch. This caps the band, whatever the score."
    assert (changed["moved"], changed["why_band"]) == (0.0, "")


def test_an_empty_store(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        assert run("health-lift", store, EVERYONE, Question()).rows.height == 0
