"""Forecasts that are kept and held against what happened, calls in sum, and targets: of a company whose quarters are reckoned by hand."""

from datetime import date

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.viewer import EVERYONE, Grant, NotAllowed, Viewer
from data.work import targets
from data.work.renewal_calls import Call
from data.work.targets import Target
from reports.catalogue import definition, run
from reports.forecast.calling import make_call
from reports.forecast.keeping import keep
from reports.forecast.log import _certain_quarters
from reports.report import Question
from tests.forecast_company import DAY, ONE, TWO, forecast_company, told_in_euros

Q1, Q2 = date(2025, 1, 1), date(2025, 4, 1)
EVE = date(2024, 12, 31)
THOUSAND = 100_000  # cents


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = forecast_company(tmp_path_factory.mktemp("forecast") / "own.duckdb")
    yield opened
    opened.close()


def asked(store, name: str, viewer: Viewer = EVERYONE, **more):
    return run(name, store, viewer, Question(**{"as_of": DAY, **more}))


@pytest.fixture(scope="module")
def called(store):
    make_call(store, Viewer(owner=TWO), "A15", Q2, Call("commit", 18_000.0))  # 16,000 are due: 2,000 of it is growth
    make_call(store, Viewer(owner=ONE), "A16", date(2025, 5, 1), Call("at_risk", 8_000.0))  # of 17,000


def test_calls_in_sum_tell_apart_what_nobody_has_said_anything_of(store, called):
    found = asked(store, "calls-by-quarter")
    row = found.rows.row(0, named=True)
    said = {name: row[name] for name in ("renewals", "called", "not_called")}
    assert said == {"renewals": 5, "called": 2, "not_called": 3}
    money = ("due_arr", "due_called", "calls_renewing", "calls_growth", "due_commit", "said_commit", "due_at_risk", "due_not_called")
    assert [row[name] for name in money] == [one * THOUSAND for one in (62, 33, 24, 2, 16, 18, 17, 29)]
    by_owner = asked(store, "calls-by-owner").rows.filter(quarter=Q2)
    assert dict(by_owner.select("owner", "due_not_called").rows()) == {ONE: 5 * THOUSAND, TWO: 24 * THOUSAND}
    assert by_owner["due_arr"].sum() == 62 * THOUSAND and by_owner["calls_renewing"].sum() == 24 * THOUSAND
    forecast = asked(store, "forecast").rows.row(0, named=True)
    assert row["model_called"] + row["model_not_called"] == forecast["renewing_arr"]


def test_a_forecast_is_kept_once_a_day_by_whoever_may(store, called):
    with pytest.raises(NotAllowed):
        keep(store, viewer=Viewer(rights=(Grant("view", "model"),)))
    with pytest.raises(NotAllowed):
        keep(store, viewer=Viewer(rights=(Grant("configure", "model", (("owner", (ONE,)),)),)))
    with pytest.raises(EditRefused, match="a forecast is kept as of 2025-03-31, the newest day"):
        keep(store, day=EVE)
    assert keep(store) == 3 * 4 + 3, "four quarters of the company and two owners, and calls of one quarter for each"
    assert keep(store) == 0
    with_view = asked(store, "forecast").rows
    kept = _kept(store)
    told = kept.filter(owner="*", source="past_rates").sort("quarter")
    assert told["renewing_arr"].to_list() == with_view["renewing_arr"].to_list()
    calls = kept.filter(source="calls")
    assert dict(calls.select("owner", "due_arr").rows()) == {"*": 33 * THOUSAND, ONE: 17 * THOUSAND, TWO: 16 * THOUSAND}
    assert dict(calls.select("owner", "renewing_arr").rows()) == {"*": 24 * THOUSAND, ONE: 8 * THOUSAND, TWO: 16 * THOUSAND}


def _kept(store) -> pl.DataFrame:
    from data.store.view import View
    from reports.forecast.log import kept_forecasts

    with View(store) as view:
        return kept_forecasts(view, "USD")


@pytest.fixture(scope="module")
def logged(store):
    """As if forecasts of the first quarter had been kept on its eve, and in the middle of it."""
    rows = [
        {"made_on": made, "quarter": Q1, "source": "past_rates", "owner": owner, "currency": "USD", "due_arr": due * 1000.0,
         "renewing_arr": expected * 1000.0, "renewing_low": low * 1000.0, "renewing_high": high * 1000.0, "range_level": 0.8}
        for made, owner, due, expected, low, high in (
            (EVE, "*", 48, 44, 40, 47), (EVE, ONE, 32, 30, 17, 32), (EVE, TWO, 16, 14, 13, 15), (date(2025, 2, 15), "*", 15, 14, 13, 15),
        )
    ]  # fmt: skip
    commit_frame(store, "forecasts", pl.DataFrame(rows), "forecasts", "holdfast")
    moved = pl.DataFrame({"account_id": ["A12"], "owner": [TWO]})  # 13,000 that were one's when the forecast was made
    yield commit_frame(store, "accounts", moved, "logged in the app", "browser", edit=True)


def test_what_was_kept_stands_beside_what_happened(store, logged):
    found = asked(store, "forecast-log")
    told = {row["owner"]: row for row in found.rows.filter(quarter=Q1, quarters_ahead=1).to_dicts()}
    assert [told["*"][name] for name in ("due_arr", "renewed", "error")] == [48 * THOUSAND, 29 * THOUSAND, 15 * THOUSAND]
    assert told["*"]["error_share"] == pytest.approx(15 / 48) and told["*"]["in_range"] is False and told["*"]["forecast_on"] == EVE
    # 0, 2, 12, 14: 1 + 3 + 13 + 0 went on of 32; 1, 13: 2 + 10 of 16. The account that was given away since counts where it was
    assert [told[ONE][name] for name in ("renewed", "error", "in_range")] == [17 * THOUSAND, 13 * THOUSAND, True]
    assert [told[TWO][name] for name in ("renewed", "error", "in_range")] == [12 * THOUSAND, 2 * THOUSAND, False]
    assert "Of 1 quarter it is certain what happened; bias and error are told from 4 on." in found.notes
    row = asked(store, "forecast-accuracy").rows.filter(owner="*", source="past_rates").row(0, named=True)
    assert [row[name] for name in ("quarters", "bias", "bias_share", "with_range", "in_range")] == [1, None, None, 1, 0]


def test_a_quarter_that_is_not_over_or_is_in_grace_is_not_certain_yet(store, logged):
    early = asked(store, "forecast-log", as_of=date(2025, 3, 30)).rows.filter(quarter=Q1)
    assert set(early["not_certain"]) == {"ahead"} and early["renewed"].null_count() == early.height
    assert early["error"].null_count() == early.height and early["in_range"].null_count() == early.height


def test_who_sees_some_sees_their_own_forecasts_alone(store, logged):
    owners = set(asked(store, "forecast-log", Viewer(owner=ONE)).rows["owner"])
    assert owners == {ONE}
    assert set(asked(store, "forecast-accuracy", Viewer(owner=TWO)).rows["owner"]) == {TWO}


def test_what_a_forecast_would_have_been_is_told_apart(store):
    found = asked(store, "forecast-past")
    row = found.rows.filter(quarter=Q1, owner="*").row(0, named=True)
    assert [row[name] for name in ("forecast_on", "due_arr", "renewed", "renewals")] == [EVE, 48 * THOUSAND, 29 * THOUSAND, 6]
    assert row["error"] == row["renewing_arr"] - row["renewed"]
    owners = found.rows.filter(pl.col("owner") != "*", quarter=Q1)
    assert owners["renewing_arr"].sum() == pytest.approx(row["renewing_arr"], abs=2) and owners["renewed"].sum() == row["renewed"]
    assert "None of these forecasts was made then" in found.notes[-1]


def test_a_gap_is_closed_by_the_renewals_that_add_the_most(store, called):
    targets.add(store, EVERYONE, Target(Q2, "renewed_arr", 60_000), "USD")
    targets.add(store, EVERYONE, Target(Q2, "arr", 10_000_000), "USD")
    targets.add(store, EVERYONE, Target(Q1, "arr", 1), "USD")
    targets.add(store, EVERYONE, Target(Q1, "renewed_arr", 40_000), "USD")
    targets.add(store, EVERYONE, Target(Q2, "renewed_arr", 1_000, owner=ONE), "USD")
    rows = {(row["quarter"], row["measure"], row["owner"]): row for row in asked(store, "forecast-gap").rows.to_dicts()}
    forecast = asked(store, "forecast").rows.row(0, named=True)
    whole = rows[Q2, "renewed_arr", "*"]
    assert whole["expected_amount"] == forecast["renewing_arr"]
    assert whole["gap"] == 60 * THOUSAND - forecast["renewing_arr"]
    assert whole["movable"] == 4, "15 is stood for; 4, 5, 16 and 17 can be moved"
    assert rows[Q2, "arr", "*"]["gap_state"] == "not_closable" and rows[Q2, "arr", "*"]["needed"] == 4
    assert rows[Q1, "arr", "*"]["gap_state"] == "over" and rows[Q2, "renewed_arr", ONE]["gap_state"] == "closed"
    behind = rows[Q1, "renewed_arr", "*"]  # of 48,000 that came up 29,000 went on
    assert [behind[name] for name in ("gap_state", "expected_amount", "gap")] == ["over", 29 * THOUSAND, 11 * THOUSAND]
    listed = asked(store, "forecast-gap-accounts").rows.filter(quarter=Q2, measure="renewed_arr", owner="*")
    assert listed["adds"].to_list() == sorted(listed["adds"].to_list(), reverse=True)
    assert (listed["due_arr"] - listed["expected_amount"]).to_list() == listed["adds"].to_list()
    missing, left = whole["gap"], []
    for adds in listed["adds"]:
        missing = max(missing - adds, 0)
        left.append(missing)
    assert listed["gap_left"].to_list() == left and listed.height == whole["needed"]
    assert set(asked(store, "forecast-gap", Viewer(owner=ONE)).rows["owner"]) == {ONE}


def test_calls_that_were_kept_later_on_the_same_day_are_held_against_their_own_renewals(tmp_path):
    """A forecast is kept before anybody has said anything, and once more after a call: the call's row is of the second moment."""
    opened = forecast_company(tmp_path / "own.duckdb")
    keep(opened)
    make_call(opened, EVERYONE, "A15", Q2, Call("commit", 16_000.0))
    assert keep(opened) == 2, "of the company, and of its owner"
    later = [
        {"contract_id": "C15-2025", "line_id": "1", "account_id": "A15", "product": "Basic", "starts_on": Q2, "ends_on": date(2026, 4, 1),
         "amount": 12_000.0, "period": "1 year", "currency": "USD"}
    ]  # fmt: skip
    commit_frame(opened, "contracts", pl.DataFrame(later), "billing", "analyst")
    found = asked(opened, "forecast-log", as_of=date(2025, 8, 31)).rows.filter(quarter=Q2, owner="*")
    assert {row["source"]: row["renewed"] for row in found.to_dicts()} == {"past_rates": 12 * THOUSAND, "calls": 12 * THOUSAND}
    opened.close()


def test_why_there_is_no_row_is_said_as_it_is(tmp_path):
    """Kept on 31 March in USD: its first quarter begins the day after. Then figures are told in EUR, and it counts no more."""
    opened = forecast_company(tmp_path / "own.duckdb")
    assert "No forecast is kept yet" in asked(opened, "forecast-log").notes[0]
    keep(opened)
    said = "A forecast is kept, the newest of 2025-03-31. Its first whole quarter begins on 2025-04-01: what happens is told from then on."
    assert [asked(opened, name).notes for name in ("forecast-log", "forecast-accuracy")] == [(said,)] * 2
    assert asked(opened, "forecast-log", as_of=EVE).notes == ("By 2024-12-31 no forecast was kept: the first one is of 2025-03-31.",)
    of_a_segment = Viewer(rights=(Grant("view", "revenue", (("segment", ("Small",)),)),))
    assert asked(opened, "forecast-log", of_a_segment).notes == ("Of the accounts that you see no forecast is kept yet.",)
    told_in_euros(opened)
    note = asked(opened, "forecast-log", as_of=date(2025, 4, 30)).notes[0]
    assert note.startswith("Forecasts are kept in USD, but figures are told in EUR now")
    opened.close()


def test_a_quarter_is_certain_where_the_whole_company_is():
    """In the second row of each quarter an owner is certain while the company is still in grace."""

    def rows(*errors):
        return pl.DataFrame(
            [{"quarter": quarter, "quarters_ahead": 1, "owner": owner, "source": source, "error": error}
             for quarter, owner, source, error in errors], schema_overrides={"error": pl.Int64},
        )  # fmt: skip

    quarters = [date(2024, 1 + 3 * number, 1) for number in range(4)]
    owners = [(Q1, "*", "model", None), (Q1, ONE, "model", 5), (quarters[0], "*", "model", 7), (quarters[0], "*", "calls", None)]
    assert _certain_quarters(rows(*owners), 4) == 0
    assert _certain_quarters(rows(*owners, (quarters[1], "*", "model", 1)), 4) == 1
    assert _certain_quarters(rows((Q1, ONE, "model", 5), (Q1, TWO, "model", None)), 4) == 0, "who sees both: not of all"
    assert _certain_quarters(rows(*[(one, "*", source, 1) for one in quarters for source in ("model", "calls")]), 4) == 4


def test_what_happened_is_told_by_the_rules_by_which_forecasts_are_kept(store, logged):
    rows = [asked(store, name, rules="strict").rows for name in ("forecast-log", "forecast-accuracy")]
    assert [one.to_dicts() for one in rows] == [asked(store, name).rows.to_dicts() for name in ("forecast-log", "forecast-accuracy")]
    assert "rules" not in definition("forecast-log").accepts
