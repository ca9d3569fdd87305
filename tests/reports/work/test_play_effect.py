"""Did the plays work: planted effects on made-up companies, what cannot be told, scope, and what ARR kept has cost."""

from contextlib import closing
from datetime import date, timedelta

import polars as pl
import pytest

from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from metrics.balances import balances
from metrics.play_looks import arr_on
from reports.books import opened_books
from reports.catalogue import run
from reports.report import Question
from tests.reports.work.play_company import LAST, OWNERS, PLAY, STARTS, build

EFFECT, LIFT, COST = 0.4, 1.3, 120.0


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A play that helps, with 120.00 written down for each start."""
    folder = tmp_path_factory.mktemp("planted")
    store = Store.open(folder / "own.duckdb")
    truth = build(store, folder, 0, effect=EFFECT, lift=LIFT, accounts=400)
    with View(store) as view:
        runs = view.table("play_runs").select("run_id", "account_id", "started_at")
    steps = runs.with_columns(step=pl.lit(1), status=pl.lit("done"), effort_cost=pl.lit(COST), done_on=pl.lit(date(2023, 7, 4)))
    commit_frame(store, "play_steps", steps, "logged in the app", "analyst")
    yield store, truth
    store.close()


def told(store, viewer=EVERYONE, by="matched", **asked) -> dict[str, dict]:
    rows = run("play-effect", store, viewer, Question(**asked)).rows
    return {row["of_what"]: row for row in rows.filter(compared_by=by).iter_rows(named=True)}


def test_a_planted_effect_lies_in_its_interval(planted):
    store, truth = planted
    found = told(store)
    renewed = found["renewed"]
    pairs = run("play-effect-pairs", store, EVERYONE, Question()).rows
    true = pairs["account_id"].unique().replace_strict(truth.raised, return_dtype=pl.Float64).mean()
    assert renewed["difference_low"] <= true <= renewed["difference_high"]
    assert (renewed["effect"], found["arr_kept"]["effect"], found["weekly_actives"]["effect"]) == ("more", "more", "more")
    # Plays went to accounts in a worse mood: against all others as they are, part of what it did is hidden.
    assert renewed["unmatched_difference"] < renewed["difference"] - 0.03
    assert renewed["told"].startswith("Renewed more often than similar accounts: ")


def test_pairs_are_alike_and_say_what_is_compared(planted):
    store, _ = planted
    renewed = told(store)["renewed"]
    pairs = run("play-effect-pairs", store, EVERYONE, Question())
    rows = pairs.rows.with_columns(apart=(pl.col("arr").log() - pl.col("similar_arr").log()).abs())
    assert rows["apart"].max() <= 0.6932
    assert (rows["risk"] - rows["similar_risk"]).abs().max() <= 10
    assert (rows["days_to_renewal"] - rows["similar_days_to_renewal"]).abs().max() <= 45
    assert (rows["usage_trend"] - rows["similar_usage_trend"]).abs().max() <= 0.25
    assert rows.group_by("account_id", "started_on").agg(pl.col("similar_weight").sum())["similar_weight"].to_list() == pytest.approx(
        [1.0] * renewed["got_it"]
    )
    # Who got it renewed as the contracts say: their second line is there.
    with View(store) as view:
        second = view.contracts().filter(pl.col("line_id") == "2")["account_id"].to_list()
    own = rows["account_id"].unique()
    assert renewed["with_play"] == pytest.approx(own.is_in(second).mean())
    assert rows["similar_id"].n_unique() == renewed["similar_accounts"]
    assert not set(rows["similar_id"]) & set(own)
    alike = run("play-effect-balance", store, EVERYONE, Question()).rows
    assert alike["apart_after"].abs().max() < 0.25 < alike["apart_before"].abs().max()


def test_what_arr_kept_has_cost(planted):
    store, _ = planted
    kept = told(store)["arr_kept"]
    assert kept["play_cost"] == kept["got_it"] * 12_000  # cents: 120.00 for each of them
    assert kept["cost_per_arr"] == pytest.approx(kept["play_cost"] / kept["arr_effect"], rel=1e-6)
    assert kept["arr_effect_low"] > 0
    assert kept["cost_told"].startswith("It cost $")


def test_without_an_effect_none_is_shown_and_nothing_of_cost(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        build(store, tmp_path, 1)
        found = told(store)
    for what in ("renewed", "arr_kept", "weekly_actives"):
        assert found[what]["effect"] == "not_shown"
        assert found[what]["difference_low"] < 0 < found[what]["difference_high"]
    kept = found["arr_kept"]
    assert (kept["play_cost"], kept["cost_per_arr"]) == (None, None)
    assert kept["cost_told"] == "What ARR kept has cost is not told: by this comparison it may be none."


def test_where_every_account_in_trouble_got_it_nothing_can_be_told(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        build(store, tmp_path, 2, effect=EFFECT, accounts=120, everyone=True)
        renewed = told(store)["renewed"]
        pairs = run("play-effect-pairs", store, EVERYONE, Question()).rows
    assert (renewed["effect"], renewed["difference"], renewed["with_play"]) == ("cannot_tell", None, None)
    assert renewed["told"].startswith("Cannot tell: of ")
    assert renewed["nobody_alike"] > renewed["got_it"] / 2
    assert pairs.is_empty()


def test_before_renewals_are_certain_it_says_from_which_day_on(planted):
    store, truth = planted
    day = STARTS[-1] + timedelta(days=10)
    renewed = told(store, as_of=day)["renewed"]
    # The twentieth of their ends, by the contracts, and the grace of 30 days after it.
    with View(store) as view:
        first = view.contracts().filter(pl.col("line_id") == "1", pl.col("account_id").is_in([*truth.raised]))
    twentieth = first["ends_on"].sort()[19] + timedelta(days=30)
    assert (renewed["effect"], renewed["certain_by"], renewed["got_it"]) == ("cannot_tell", twentieth, 0)
    assert renewed["told"] == (
        f"Cannot tell yet: the outcome of 0 accounts that got it is certain, 20 are needed. It will be from {twentieth.day} {twentieth:%b} {twentieth.year} on."
    )


def test_it_is_worked_out_of_the_accounts_in_scope(planted):
    store, truth = planted
    owner = Viewer(OWNERS[1])
    pairs = run("play-effect-pairs", store, owner, Question()).rows
    with View(store, owner) as view:
        own = set(view.accounts()["account_id"])
    assert pairs.height and {*pairs["account_id"], *pairs["similar_id"]} <= own
    assert told(store, owner)["renewed"]["plays_started"] == len(own & {*truth.raised})
    few = told(store, filters=(("account_id", tuple([*truth.raised][:5])),))["renewed"]
    assert (few["effect"], few["difference"]) == ("cannot_tell", None)
    assert few["told"] == "Cannot tell: the outcome of 5 accounts that got it is certain, 20 are needed."


def test_an_empty_store_has_no_play(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        for name in ("play-effect", "play-effect-pairs", "play-effect-balance"):
            assert run(name, store, EVERYONE, Question()).rows.is_empty()


def test_arr_of_looks_is_that_of_balances(planted):
    store, _ = planted
    with opened_books(store, EVERYONE, Question()) as books:
        days = [STARTS[0], date(2023, 9, 1), LAST]
        looks = books.names().select("account_id").join(pl.LazyFrame({"day": days}), how="cross")
        ours = arr_on(looks, books.effective, **books.money).sort("account_id", "day").collect()
        usual = balances(books.effective, days=days, **books.money).filter(pl.col("live") > 0).sort("account_id", "day").collect()
    assert ours.rows() == usual.select("account_id", "day", "arr").rows()


def test_accounts_held_out_by_chance_are_told_apart(planted):
    store, truth = planted
    assert told(store, by="by_chance") == {}
    with View(store) as view:
        others = [one for one in view.accounts()["account_id"].sort() if one not in truth.raised and one != "LAST"][:50]
        second = set(view.contracts().filter(pl.col("line_id") == "2")["account_id"])
    held = [
        {"holdout_id": one, "account_id": one, "play_id": PLAY, "reason": "usage_fell 2023-05", "held_out_on": STARTS[0]} for one in others
    ]
    commit_frame(store, "play_holdouts", pl.DataFrame(held), "logged in the app", "holdfast")
    renewed = told(store, by="by_chance")["renewed"]
    first, other = (sum(one in second for one in some) / len(some) for some in (truth.raised, others))
    assert (renewed["with_play"], renewed["without_play"]) == pytest.approx((first, other))
    assert renewed["difference"] == pytest.approx(first - other)
    assert (renewed["got_it"], renewed["similar_accounts"]) == (len(truth.raised), 50)
    assert renewed["told"].startswith("By chance, the strongest evidence: ")
    listed = run("play-holdouts", store, EVERYONE, Question(as_of=STARTS[0]))
    assert (listed.totals["left_alone"], listed.rows["held_out_until"].unique().to_list()) == (50, [date(2024, 5, 15)])
    assert told(store)["renewed"]["plays_started"] == len(truth.raised)
