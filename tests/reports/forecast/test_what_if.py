"""What if, and saved scenarios: held against the forecast itself and against arithmetic on its pieces."""

from contextlib import closing
from datetime import date, timedelta

import polars as pl
import pytest

from benchmarks.forecast_coverage import FIRST, company
from data.parameters import WrongParameter
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE, Grant, Viewer
from data.work import scenarios
from data.work.scenarios import Wanted
from metrics.months import months_later
from reports.catalogue import run
from reports.report import Question, question_of

DAY = months_later(FIRST, 48) - timedelta(days=1)
MADE = company(seed=1, shock=0.3, accounts=150)
SHARED = ["expected_arr", "expected_arr_low", "expected_arr_high", "nrr", "nrr_low", "nrr_high", "grr"]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """All accounts are of the segment SMB, but for the last ten, which are of Large."""
    contracts = MADE.known_by(DAY).drop("a_year")
    contracts = contracts if "line_id" in contracts.columns else contracts.with_columns(line_id=pl.lit("1"))
    known = contracts["account_id"].unique().sort()
    segments = ["SMB"] * (len(known) - 10) + ["Large"] * 10
    with closing(Store.open(tmp_path_factory.mktemp("what-if") / "own.duckdb")) as opened:
        commit_frame(opened, "accounts", pl.DataFrame({"account_id": known, "name": known, "segment": segments}), "crm", "analyst")
        commit_frame(opened, "contracts", contracts, "billing", "analyst")
        yield opened


def asked(store, name="what-if", what_if=None, viewer=EVERYONE):
    return run(name, store, viewer, Question(as_of=DAY, what_if=what_if))


def changed(store, what_if) -> list[dict]:
    report = asked(store, what_if=what_if)
    return report.rows.filter(pl.col("name") != "As expected").to_dicts()


def test_as_expected_is_the_forecast(store):
    plain, forecast = asked(store), asked(store, "forecast")
    assert plain.rows.select("quarter", "ends_on", *SHARED).equals(forecast.rows.select("quarter", "ends_on", *SHARED))
    assert plain.rows["difference"].to_list() == [0, 0, 0, 0] and plain.totals["today_arr"] == forecast.totals["today_arr"]


def test_a_price_change_of_everything_from_now_on(store):
    """Of what nothing comes up for, and of what is due, ARR is ten percent more once it has changed: never more than a tenth in all."""
    plain = asked(store).rows["expected_arr"].to_list()
    rows = changed(store, '[{"price": 0.1}]')
    assert [row["difference"] for row in rows] == [row["expected_arr"] - one for row, one in zip(rows, plain, strict=True)]
    gains = [row["difference"] / one for row, one in zip(rows, plain, strict=True)]
    assert gains == sorted(gains) and gains[0] > 0 and gains[-1] <= 0.1 + 1e-9


def test_where_nobody_leaves_who_still_may_the_first_quarters_losses_come_back(store):
    """With every renewal made, and nobody without a term leaving, what remains lost is what is in grace, and what notice is given for. What
    comes back is then what the pieces of the first quarter were expected to lose, and grows as those who stay do: within a tenth."""
    pieces = asked(store, "forecast-renewals").rows.filter(pl.col("quarter") == pl.col("quarter").min())
    may_go = pieces.filter(pl.col("kind") != "in grace", pl.col("source") != "notice")["expected_loss"].sum()
    assert may_go > 0
    first = changed(store, '[{"renewal": 1.0, "churn": 0.0}]')[0]
    assert 0.9 * may_go < first["difference"] < 1.1 * may_go
    assert first["nrr"] == pytest.approx(first["expected_arr"] / asked(store).totals["today_arr"])


def test_assumptions_count_alike_in_whatever_order_they_stand(store):
    """Twenty points more for all and ten fewer for SMB is ten more there, whichever is said first; fives add up to one of ten."""
    orders = ('[{"renewal": 0.2}, {"segment": "SMB", "renewal": -0.1}]', '[{"segment": "SMB", "renewal": -0.1}, {"renewal": 0.2}]')
    first, second = (changed(store, one) for one in orders)
    assert [row["expected_arr"] for row in first] == [row["expected_arr"] for row in second]
    assert changed(store, '[{"renewal": 0.05}, {"renewal": 0.05}]') == [
        row | {"assumptions": "All accounts: renewal rate +5.0 points. All accounts: renewal rate +5.0 points."}
        for row in changed(store, '[{"renewal": 0.1}]')
    ]


def test_what_changes_nothing_says_so(store):
    assert asked(store, what_if='[{"churn": 0.5}]').notes == asked(store).notes  # some have no term here
    report = asked(store, what_if='[{"segment": "Large", "churn": 0.5}]')
    large = asked(store, "forecast-renewals").rows.filter(pl.col("kind") == "no term")
    assert any("all of these accounts have a term" in note for note in report.notes) == (
        large.join(segments(store, "Large"), on="account_id").is_empty()
    )


def segments(store, name):
    return run("accounts", store, EVERYONE, Question(as_of=DAY)).rows.filter(pl.col("segment") == name).select("account_id")


def test_segments_add_up_and_a_later_start_changes_nothing_before(store):
    both = [changed(store, f'[{{"segment": "{one}", "renewal": 0.1}}]')[-1]["difference"] for one in ("SMB", "Large")]
    assert sum(both) == pytest.approx(changed(store, '[{"renewal": 0.1}]')[-1]["difference"], abs=4) and min(both) > 0
    later = changed(store, '[{"renewal": 0.1, "since": 3}]')
    assert [row["difference"] == 0 for row in later] == [True, True, False, False]


def test_what_cannot_be_is_refused_with_what_there_is(store):
    with pytest.raises(WrongParameter, match=r"none of these accounts has the segment 'Huge'\. Their segments: Large, SMB"):
        asked(store, what_if='[{"segment": "Huge", "price": 0.1}]')
    with pytest.raises(WrongParameter, match=r"what_if: forecast does not take it"):
        question_of({"what_if": "[]"}, of="forecast", takes=("as_of",))


def test_saved_scenarios_are_told_with_their_figures_to_who_may_see_them(store):
    ann = Viewer(rights=(Grant("edit", "views"), Grant("view", "accounts"), Grant("view", "revenue")), person="ann@example.com")
    ben = Viewer(rights=ann.rights, person="ben@example.com")
    scenarios.save(store, ann, Wanted("Own", '[{"renewal": 0.1}]', DAY))
    scenarios.save(store, ann, Wanted("For all", '[{"price": 0.1}]', DAY, "Board", is_shared=True, in_board_pack=True))
    scenarios.save(store, ann, Wanted("Gone", '[{"segment": "Huge", "price": 0.1}]', date(2020, 1, 1), is_shared=True))
    seen = {one.person: asked(store, "scenarios", viewer=one) for one in (ann, ben)}
    names = {person: report.rows["name"].unique(maintain_order=True).to_list() for person, report in seen.items()}
    assert names == {"ann@example.com": ["As expected", "For all", "Gone", "Own"], "ben@example.com": ["As expected", "For all", "Gone"]}
    told = seen["ben@example.com"]
    assert [row["difference"] for row in told.rows.filter(name="For all").to_dicts()] == [
        row["difference"] for row in changed(store, '[{"price": 0.1}]')
    ]
    assert told.rows.filter(name="Gone")["difference"].to_list() == [0, 0, 0, 0]
    assert any(note.startswith("Gone: none of these accounts is of that segment") for note in told.notes)


def test_where_there_is_no_forecast_nothing_is_held_against_it(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        commit_frame(opened, "accounts", pl.DataFrame({"account_id": ["A"], "name": ["Alder"], "segment": ["SMB"]}), "crm", "analyst")
        contracts = {
            "contract_id": ["1"],
            "line_id": ["1"],
            "account_id": ["A"],
            "starts_on": [date(2022, 1, 1)],
            "ends_on": [date(2023, 6, 1)],
        }
        money = {"amount": [1200.0], "period": ["1 year"], "currency": ["USD"], "product": ["Pro"]}
        commit_frame(opened, "contracts", pl.DataFrame(contracts | money), "billing", "analyst")
        report = asked(opened, what_if='[{"price": 0.1}]')
        assert report.rows["expected_arr"].null_count() == report.rows.height == 8 and report.notes
