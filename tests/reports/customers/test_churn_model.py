"""Training on a store: the card, the predictions in the log, what a CSM sees, and the pages of the past."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score
from typer.testing import CliRunner

from cli import app
from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from language.catalogue import speaking
from models.candidates import Model, Scale
from models.keeping import NotAModel, keep, kept
from reports.catalogue import run
from reports.customers.churn_training import look_ahead, model_path, train
from reports.customers.risk import churn_risk, standing_model
from reports.report import Question
from tests.books import company
from tests.companies import crm_company, ravenstack, sample_company
from tests.datasets import FOLDER, needs_datasets
from tests.second import churn_card

DAY = date(2026, 10, 31)  # the sample's last day


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    store = Store.open(sample_company(tmp_path_factory.mktemp("sample") / "sample.duckdb"))
    trained = train(store)
    yield store, trained
    store.close()


def card_of(store: Store, viewer: Viewer = EVERYONE, **asked: object):
    return run("churn-model", store, viewer, Question(**asked))


def auc_within_a_lead(tested: pl.DataFrame) -> float:
    """The mean of the AUCs of each lead, weighed by the losses in it."""
    each = [(part["churned"].sum(), roc_auc_score(part["churned"], part["probability"])) for part in tested.partition_by("lead_days")]
    return sum(losses * area for losses, area in each) / sum(losses for losses, _ in each)


def saved(store: Store, purpose: str, version: str) -> pl.DataFrame:
    with View(store) as view:
        return view.table("predictions").filter(pl.col("purpose") == purpose, pl.col("model_version") == version)


def test_the_card_says_what_the_saved_predictions_say(sample):
    store, trained = sample
    totals, tested = card_of(store).totals, saved(store, "test", trained.version)
    assert totals["verdict"] == "usable"
    assert totals["auc"] == pytest.approx(auc_within_a_lead(tested))
    assert totals["brier"] == pytest.approx(brier_score_loss(tested["churned"], tested["probability"]))
    looks = tested.select("lead_days", "churned", "probability").rows()
    assert (totals["lift"], totals["slope"]) == pytest.approx((churn_card.lift(looks), churn_card.slope(looks)), rel=1e-5)
    assert (totals["predicted"], totals["observed"]) == pytest.approx((tested["probability"].mean(), tested["churned"].mean()))
    lost = tested.filter("churned")
    assert totals["held_out_outcomes"] == lost.select("account_id", "due_on").n_unique()


def test_the_outlook_is_one_row_per_account_of_what_lies_ahead(sample):
    store, trained = sample
    ahead = saved(store, "outlook", trained.version)
    assert ahead.height == ahead["account_id"].n_unique() > 0
    assert set(ahead["as_of"]) == {DAY}
    assert ahead["due_on"].min() > DAY
    totals = card_of(store).totals
    assert 0 < totals["limit_low"] < totals["limit_high"] < 0.97  # of 18 losses and more that the scale rests on, none allows more
    assert ahead["probability"].is_between(totals["limit_low"], totals["limit_high"]).all()
    with View(store) as view:
        risk = churn_risk(view, DAY)
        asked = risk.join(ahead, on="account_id").filter(pl.col("churn_probability") != pl.col("probability"))
        assert (risk.height, asked.height) == (ahead.height, 0)
        mean = saved(store, "test", trained.version).group_by("lead_days").agg(pl.col("churned").mean())
        lost = dict(mean.iter_rows())
        leads = ahead.select(
            "account_id", from_as_far=pl.col("lead_days").map_elements(lambda days: next(n for n in (30, 60, 90) if days <= n))
        )
        twice = pl.col("from_as_far").replace_strict({lead: 2 * rate for lead, rate in lost.items()}, return_dtype=pl.Float64)
        flagged = risk.join(leads, on="account_id").filter(pl.col("churn_probability") >= twice)
        assert set(flagged["account_id"]) == set(risk.filter("likely")["account_id"])
        assert churn_risk(view, date(2026, 12, 31)).is_empty()  # 61 days later it is no prediction of that day
        assert churn_risk(view, date(2026, 10, 30)).is_empty()  # the day before, there was none


def test_the_renewals_carry_probability_and_reasons(sample):
    store, trained = sample
    rows = run("renewals", store, EVERYONE, Question(as_of=DAY)).rows
    said = saved(store, "outlook", trained.version).select("account_id", "probability", ends_on="due_on")
    joined = rows.join(said, on=["account_id", "ends_on"])
    assert joined.height
    assert joined.filter(pl.col("churn_probability") != pl.col("probability")).is_empty()
    assert rows.filter(pl.col("cancelled_on").is_not_null())["churn_probability"].null_count() == rows["cancelled_on"].count()


def test_reasons_are_numbers_next_to_those_of_accounts_like_it(sample):
    store, trained = sample
    told = [line for text in saved(store, "outlook", trained.version)["reasons"].drop_nulls() for line in text.split("\n")]
    assert told
    told = [line for line in told if line != "no conversation on record"]
    assert not [line for line in told if "because" in line or not any(sign.isdigit() for sign in line)]
    assert [line for line in told if "accounts like it" in line]


def alike_of(store: Store, viewer: Viewer = EVERYONE, **asked: object) -> pl.DataFrame:
    return run("similar-accounts", store, viewer, Question(**asked)).rows


def test_similar_accounts_are_other_ones_of_the_past_and_ended_as_told(sample):
    store, trained = sample
    rows = alike_of(store)
    told = saved(store, "outlook", trained.version)
    assert set(rows["account_id"]) == set(told.filter(pl.col("reasons").str.contains("most like it"))["account_id"])
    each = rows.group_by("account_id").agg(pl.col("similar_id").n_unique(), pl.len(), places=pl.col("place").sort().str.join(" "))
    assert set(each.select("similar_id", "len", "places").rows()) == {(8, 8, "1 2 3 4 5 6 7 8")}
    assert rows.filter(pl.col("similar_id") == pl.col("account_id")).is_empty()
    # What came of each was certain by the day, 30 days of grace after the end; nothing later was looked at.
    assert (rows["looked_on"] < rows["ended_on"]).all()
    assert rows.filter(pl.col("outcome") != "lost")["ended_on"].max() <= DAY - timedelta(days=30)
    left = run("churned-accounts", store, EVERYONE, Question(start=date(2020, 1, 1))).rows.select(
        similar_id="account_id", ended_on="churned_on"
    )
    lost = rows.filter(pl.col("outcome") == "lost").select("similar_id", "ended_on")
    assert lost.height and lost.join(left, on=["similar_id", "ended_on"], how="anti").is_empty()


def test_what_a_similar_account_paid_then_is_its_arr_of_that_day(sample):
    store, _ = sample
    row = alike_of(store).row(0, named=True)
    then = run("accounts", store, EVERYONE, Question(as_of=row["looked_on"])).rows.filter(account_id=row["similar_id"])
    assert then["arr"].to_list() == [row["arr_then"]]


def test_in_what_accounts_are_alike_is_told_in_the_language_spoken(sample):
    store, _ = sample
    with speaking("zh_Hans"):
        told = "".join(alike_of(store)["alike_in"].drop_nulls())
    assert told and not any("a" <= letter <= "z" for letter in told)


def test_a_similar_account_that_the_viewer_does_not_see_is_told_without_anything_that_says_who_it_is(sample):
    store, _ = sample
    owner, every = Viewer("csm1@example.com"), alike_of(store)
    mine = set(run("accounts", store, owner, Question()).rows["account_id"])
    rows, both = alike_of(store, owner), ["account_id", "place", "likeness", "outcome", "alike_in", "apart_in"]
    assert set(rows["account_id"]) == mine & set(every["account_id"])
    hidden, seen = rows.filter(pl.col("similar_id").is_null()), rows.drop_nulls("similar_id")
    assert hidden.height and seen.height and set(seen["similar_id"]) <= mine
    assert hidden.select("similar_name", "looked_on", "ended_on", "arr_then").null_count().row(0) == (hidden.height,) * 4
    assert rows.select(both).rows() == every.filter(pl.col("account_id").is_in(mine)).select(both).rows()
    one = rows["account_id"][0]
    assert alike_of(store, owner, filters=(("account_id", (one,)),)).equals(rows.filter(account_id=one))


def test_training_again_on_the_same_data_adds_nothing(sample):
    store, trained = sample
    before = store.version()
    assert train(store).version == trained.version
    assert store.version() == before


def test_predictions_do_not_move_the_day_that_reports_look_at(sample):
    store, _ = sample
    assert card_of(store).parameters["as_of"] == DAY
    with View(store) as view:
        assert not set(view.feeds()["table"]) & {"predictions", "churn_models"}


def test_a_kept_model_says_the_same(sample, tmp_path):
    store, trained = sample
    model = kept(model_path(store, trained.version))
    assert model.inputs == trained.card.inputs
    keep(model, tmp_path / "again.skops")
    assert (kept(tmp_path / "again.skops").scale, model.within) == (model.scale, "lead_days")


def test_a_file_with_foreign_types_is_not_loaded(tmp_path):
    keep(Model(CliRunner(), Scale(1.0, 0.0), ()), tmp_path / "odd.skops")
    with pytest.raises(NotAModel, match="CliRunner"):
        kept(tmp_path / "odd.skops")


def test_a_csm_gets_the_card_and_own_predictions_alone(sample):
    store, _ = sample
    owner = Viewer("csm1@example.com")
    assert card_of(store, owner).totals["auc"] == card_of(store).totals["auc"]
    with pytest.raises(ValueError, match="no account has, or ever had"):
        card_of(store, Viewer("nobody@example.com"))
    with View(store, owner) as view:
        mine = set(view.accounts()["account_id"])
        assert set(churn_risk(view, DAY)["account_id"]) <= mine
        assert set(view.table("predictions")["account_id"]) <= mine


def test_undoing_an_import_that_was_learned_from_puts_the_model_out_of_use_until_redone(sample):
    store, trained = sample
    surveys = store.imports().filter(pl.col("table") == "surveys")["batch"][0]
    store.undo(surveys)
    try:
        assert card_of(store).totals["verdict"] == "outdated"
        with View(store) as view, View(store, known_at=store.imports()["batch"].max()) as then:
            assert churn_risk(view, DAY).is_empty()
            assert standing_model(then, DAY).in_use  # what was known when it was trained
    finally:
        store.redo(surveys)
    with View(store) as view:
        assert standing_model(view, DAY).version == trained.version
        assert churn_risk(view, DAY).height


def test_a_model_of_before_probabilities_had_limits_is_to_be_trained_anew(sample):
    store, trained = sample
    assert "train" not in (card_of(store).totals["warnings"] or "").lower()
    told = replace(trained.card, limits=None).to_json()
    row = {"model_version": "older", "trained_as_of": DAY, "verdict": "usable", "card": told, "learned_from": ""}
    written = commit_frame(store, "churn_models", pl.DataFrame([row]), "churn model", "local").batch
    try:
        assert "before probabilities were held" in card_of(store).totals["warnings"]
    finally:
        store.undo(written)


def test_before_it_was_trained_there_is_no_model(sample):
    store, trained = sample
    first = store.imports().filter(pl.col("table") == "predictions")["batch"].min()
    assert card_of(store, known_at=first).totals["verdict"] == "not_trained"
    assert card_of(store, as_of=date(2026, 10, 30)).totals["verdict"] == "not_trained"
    assert card_of(store).totals["model_version"] == trained.version


def test_a_later_day_is_looked_at_with_the_model_that_stands(sample):
    store, trained = sample
    later = date(2026, 11, 14)
    assert look_ahead(store, as_of=later) > 0
    assert look_ahead(store, as_of=later) == 0
    with View(store) as view:
        found = churn_risk(view, later)
        assert found["account_id"].is_unique().all()
        assert later in set(found["predicted_on"])
        assert set(churn_risk(view, DAY)["predicted_on"]) == {DAY}
    said = saved(store, "outlook", trained.version).filter(pl.col("as_of") == later)
    store.undo(store.imports()["batch"].max())
    assert said.height and saved(store, "outlook", trained.version).filter(pl.col("as_of") == later).is_empty()


def test_without_a_model_there_is_nothing_to_look_ahead_with(tmp_path):
    store = company(tmp_path / "own.duckdb")
    with pytest.raises(ValueError, match="no churn model in use"):
        look_ahead(store)
    store.close()


def test_a_small_company_is_told_why_there_is_no_model(tmp_path):
    store = company(tmp_path / "own.duckdb")
    assert "has been trained" in card_of(store).totals["words"]
    trained = train(store)
    report = card_of(store)
    assert report.totals["verdict"] == "too_few_outcomes"
    # One line of the three accounts ended: C's, on 2023-08-01, and it never came back; usage begins in December.
    assert (trained.card.outcomes, trained.card.kept) == (0, 0)
    assert "3 accounts 1 ever stopped paying, and 0 of them came back" in report.totals["words"]
    assert "as seen by 2023-11-01, the last day on which a line starts" in report.totals["words"]
    assert "Usage is known from 2023-12-01 on" in report.totals["words"]
    assert saved(store, "outlook", trained.version).is_empty()
    store.close()


def test_an_empty_store_can_be_asked_to_train(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    said = CliRunner().invoke(app, ["train"])
    assert said.exit_code == 0, said.output
    assert "There are 0 losses and 0 renewals kept" in said.stdout
    kept_on = CliRunner().invoke(app, ["train", "--keep"])
    assert (kept_on.exit_code, "no churn model in use" in kept_on.output) == (2, True)


def test_reports_read_predictions_that_were_withdrawn_no_more(tmp_path):
    store = company(tmp_path / "own.duckdb")
    row = {"account_id": "A", "as_of": DAY, "due_on": DAY, "lead_days": 0, "purpose": "outlook", "probability": 0.5, "model_version": "m"}
    batch = commit_frame(store, "predictions", pl.DataFrame([row]), "churn model", "test").batch
    store.undo(batch)
    with View(store) as view:
        assert view.table("predictions").is_empty()
    store.close()


@needs_datasets
def test_ravenstack_is_refused_and_told_why(tmp_path):
    store = Store.open(ravenstack("ravenstack_iso", tmp_path / "own.duckdb"))
    card = train(store).card
    assert card.verdict == "too_few_outcomes"
    lines = pl.read_csv(FOLDER / "ravenstack_iso" / "ravenstack_subscriptions.csv").filter(pl.col("mrr_amount") > 0, ~pl.col("is_trial"))
    open_ended = lines["end_date"].null_count()
    assert f"{open_ended:,} have no end" in card.words and "came back" in card.words
    store.close()


@needs_datasets
def test_the_crm_company_declines_with_figures_that_its_predictions_confirm(tmp_path):
    store = Store.open(crm_company(tmp_path / "own.duckdb"))
    trained = train(store)
    totals, tested = card_of(store).totals, saved(store, "test", trained.version)
    # Accounts whose last line has ended, and none of whose lines starts within 30 days of an end: counted from the file.
    raw = pl.read_csv(FOLDER / "crm_simulation" / "subscription.csv", try_parse_dates=True).filter(pl.col("mrr") > 0)
    assert totals["outcomes"] == losses_in(raw)
    assert totals["auc"] == pytest.approx(auc_within_a_lead(tested))
    assert totals["verdict"] == "no_better_than_rivals"
    assert saved(store, "outlook", trained.version).is_empty()
    store.close()


def losses_in(raw: pl.DataFrame) -> int:
    """Ends of paid time after which nothing starts for 30 days, seen by the last start, in plain Python; of accounts that were looked at."""
    until, found = raw["start_date"].max(), 0
    for lines in raw.partition_by("account_id"):
        spans = sorted(lines.select("start_date", "end_date").rows())
        reached = spans[0][1]
        for start, end in [*spans[1:], (date(9999, 1, 1), None)]:
            if (start - reached).days >= 30 and (until - reached).days >= 30:
                found += 1
            reached = max(reached, end) if end else reached
    return found
