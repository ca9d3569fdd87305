"""Renewals from files to report: order, risk in words, scope, and a conversation that is logged and taken back."""

from datetime import date

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from models.card import Card, Split, Verdict
from reports.catalogue import run
from reports.report import Question

ACCOUNTS = "account_id,name,owner\nA,Alder,one@example.com\nB,Birch,two@example.com\nC,Cedar,two@example.com\n"
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats,notice_days,auto_renew,cancelled_on
1,A,Pro,2023-03-01,2024-03-01,1200,1 year,USD,10,30,true,
2,B,Pro,2023-02-01,2024-02-01,2400,1 year,USD,10,,,2023-12-24
3,C,Pro,2023-02-10,2024-02-10,3600,1 year,USD,10,,,
"""
TALKS = "activity_id,account_id,kind,status,done_on\n1,B,conversation,done,2023-12-20\n2,C,conversation,done,2023-12-21\n"
USAGE = "account_id,user_id,event,occurred_at\n" + "".join(f"C,u{n},open,2023-12-2{n}T10:00:00Z\n" for n in range(8))
DAY = Question(as_of=date(2024, 1, 1))


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    for name, text in (("accounts.csv", ACCOUNTS), ("contracts.csv", CONTRACTS), ("activities.csv", TALKS), ("usage.csv", USAGE)):
        (tmp_path / name).write_text(text)
        assert import_file(opened, tmp_path / name).batch, name
    yield opened
    opened.close()


def test_those_at_risk_first_then_without_a_conversation_then_the_soonest(store):
    """Of B notice is given; with A nobody has talked; C is talked to and ends before A does."""
    report = run("renewals", store, EVERYONE, DAY)
    assert report.rows["account_id"].to_list() == ["B", "A", "C"]
    assert report.rows.select("at_risk", "risk", "risk_from").row(0) == (True, 1.0, "notice")
    row = report.rows.row(1, named=True)
    assert (row["notice_by"], row["days_left"], row["arr"], row["auto_renew"]) == (date(2024, 1, 31), 60, 120_000, True)
    assert report.rows["unprepared"].to_list() == [False, True, False]
    assert report.totals["arr"] == 120_000 + 240_000 + 360_000
    assert (report.totals["renewals_unprepared"], report.totals["arr_unprepared"]) == (1, 120_000)


def test_notice_is_risk_and_said_first(store):
    birch = run("renewals", store, EVERYONE, DAY).rows.row(0, named=True)
    assert birch["at_risk"]
    assert birch["reasons"][0] == "Notice given on 2023-12-24"
    assert run("renewals", store, EVERYONE, DAY).totals["arr_at_risk"] >= 240_000


def test_the_window_is_the_askers(store):
    assert run("renewals", store, EVERYONE, Question(as_of=DAY.as_of, within=35)).rows["account_id"].to_list() == ["B"]
    with pytest.raises(ValueError, match="within"):
        run("renewals", store, EVERYONE, Question(within=0))


def test_a_csm_sees_own_renewals(store):
    report = run("renewals", store, Viewer("one@example.com"), DAY)
    assert report.rows["account_id"].to_list() == ["A"]
    assert report.totals["arr"] == 120_000


def test_that_none_is_logged_at_all_is_said_only_where_it_is_so(store, tmp_path):
    """Conversations with B and C are logged, with A none: its owner is not told that nobody logs any."""
    assert run("renewals", store, EVERYONE, DAY).notes == ()
    assert run("renewals", store, Viewer("one@example.com"), DAY).notes == (
        "No conversation with any of these accounts is logged; with others there are.",
    )
    store.undo(int(store.imports().filter(pl.col("table") == "activities")["batch"].item()))
    for viewer in (EVERYONE, Viewer("one@example.com")):
        assert run("renewals", store, viewer, DAY).notes[0].startswith("No conversation is logged at all")


def test_a_logged_conversation_moves_the_renewal_back_and_undoing_it_brings_it_forward(store):
    frame = pl.DataFrame({"account_id": ["A"], "kind": ["conversation"], "done_on": [date(2023, 12, 31)]})
    batch = commit_frame(store, "activities", frame, "app activities", "test").batch
    rows = run("renewals", store, EVERYONE, DAY).rows
    assert rows["account_id"].to_list() == ["B", "C", "A"]
    store.undo(batch)
    assert run("renewals", store, EVERYONE, DAY).rows["account_id"].to_list() == ["B", "A", "C"]


@pytest.mark.parametrize(("probability", "risky"), [(0.2, True), (0.19, False)])
def test_a_loss_twice_as_likely_as_usual_is_a_risk(store, probability, risky):
    """The tested time had 10 losses in 100 observations: a risk is what lies at 20 % or above."""
    tested = Split("test", "2023-01-01", "2023-09-30", 100, 10, 90, 10)
    card = Card(Verdict.USABLE, "It may be used.", 20, 200, 300, splits=(tested,))
    model = {"model_version": "m", "trained_as_of": DAY.as_of, "verdict": "usable", "card": card.to_json(), "learned_from": ""}
    commit_frame(store, "churn_models", pl.DataFrame([model]), "test", "test")
    said = {"as_of": DAY.as_of, "due_on": date(2024, 3, 31), "lead_days": 90, "purpose": "outlook", "model_version": "m"}
    commit_frame(store, "predictions", pl.DataFrame([{"account_id": "C", "probability": probability, **said}]), "test", "test")
    cedar = run("renewals", store, EVERYONE, DAY).rows.filter(pl.col("account_id") == "C").row(0, named=True)
    assert (cedar["churn_probability"], cedar["at_risk"]) == (probability, risky)


def test_where_nobody_logs_conversations_that_is_said(store):
    assert run("renewals", store, EVERYONE, DAY).notes == ()
    store.undo(3)
    report = run("renewals", store, EVERYONE, DAY)
    assert "No conversation is logged at all" in report.notes[0]
    assert report.rows["unprepared"].to_list() == [None] * 3, "nobody logs, so nothing is known of whom nobody talked to"
    assert (report.totals["renewals_unprepared"], report.totals["arr_unprepared"]) == (None, None)
    assert (report.totals["renewals"], report.totals["arr_at_risk"] > 0) == (3, True)


def test_reasons_name_the_measures_that_cost_the_most(tmp_path):
    """Worked by hand: lost points are .4 x (100 - 10) = 36, .3 x 60 = 18 and .3 x 55 = 16.5; a strong one and a missing one are silent."""
    from metrics.reasons import weak_measures

    parts = [
        ("open_tickets", 5.0, 45.0, 0.3),
        ("seat_use", 0.08, 10.0, 0.4),
        ("usage_trend", -0.43, 40.0, 0.3),
        ("stickiness", 0.5, 70.0, 0.3),
        ("csat_rating", None, None, 0.0),
    ]
    components = [dict(zip(("name", "value", "score", "effective_weight"), part, strict=True)) for part in parts]
    frame = pl.LazyFrame(
        {"account_id": ["A", "B"], "components": [components, []]},
        schema_overrides={
            "components": pl.List(pl.Struct({"name": pl.String, "value": pl.Float64, "score": pl.Float64, "effective_weight": pl.Float64}))
        },
    )
    assert weak_measures(frame).collect().rows() == [("A", ["Seat use 8 %", "Usage trend −43 %"])]
