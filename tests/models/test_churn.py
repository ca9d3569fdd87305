"""The estimator finds what was planted, refuses what is chance or too little, and its card is what its predictions say."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from models.calibration import calibration
from models.card import Card, Verdict
from models.churn import train
from models.features import INPUTS, features
from models.observations import observations
from tests.models.generated import FIRST, company

ROLES = {"outcome": "churned", "time": "as_of", "matured": "matured_on", "group": "account_id", "case": "case"}
BASELINES = {"usage fell": "usage_fell"}
SEEDS = (0, 1, 2)


def table(seed: int) -> pl.DataFrame:
    made = company(seed)
    looked = observations(made.history.lines, made.effective, since=FIRST, until=made.until, grace_days=30)
    return features(looked, made.history)


class OfSeeds(dict):
    """What is made of a seed, made when it is first asked for."""

    def __init__(self, make):
        self.make = make

    def __missing__(self, seed: int):
        self[seed] = self.make(seed)
        return self[seed]


@pytest.fixture(scope="module")
def tables():
    return OfSeeds(table)


@pytest.fixture(scope="module")
def trained(tables):
    return OfSeeds(lambda seed: train(tables[seed], features=INPUTS, baselines=BASELINES, **ROLES))


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_a_planted_signal_is_found_in_later_time(trained, seed):
    card = trained[seed].card
    assert card.verdict == Verdict.USABLE
    assert card.model.auc >= 0.75
    assert card.model.brier < card.baselines[0].brier


@pytest.mark.long
def test_probabilities_mean_what_they_say_over_the_seeds(trained):
    tested = pl.concat([trained[seed].tested.select("churned", "probability") for seed in SEEDS])
    slope, _ = calibration(tested["churned"].cast(pl.Int64).to_numpy(), tested["probability"].to_numpy())
    assert 0.8 <= slope <= 1.2


@pytest.mark.parametrize("seed", [SEEDS[0], *(pytest.param(seed, marks=pytest.mark.long) for seed in SEEDS[1:])])
def test_shuffled_outcomes_are_refused_with_an_auc_within_chance(tables, seed):
    mixed = tables[seed].with_columns(pl.col("churned").shuffle(seed=seed))
    found = train(mixed, features=INPUTS, baselines=BASELINES, **ROLES | {"case": None})
    assert (found.card.verdict, found.model) == (Verdict.NO_BETTER_THAN_BASELINES, None)
    losses, kept = found.tested["churned"].sum(), (~found.tested["churned"]).sum()
    # Hanley and McNeil 1982: the standard error of an AUC without signal; four of them hold 99.99 %.
    assert abs(found.card.model.auc - 0.5) <= 4 * np.sqrt((losses + kept + 1) / (12 * losses * kept))


def test_the_card_is_what_the_saved_predictions_say(trained):
    found, card = trained[0].tested, trained[0].card
    happened, said = found["churned"].to_list(), found["probability"].to_list()
    assert card.model.auc == pytest.approx(roc_auc_score(happened, said))
    assert card.model.brier == pytest.approx(brier_score_loss(happened, said))
    top = sorted(zip(said, happened, strict=True), reverse=True)[: len(said) // 10]
    assert card.model.lift == pytest.approx(sum(lost for _, lost in top) / len(top) / (sum(happened) / len(happened)), rel=0.02)
    assert sum(row["rows"] for row in card.reliability) == len(said)
    assert sum(row["outcomes"] for row in card.reliability) == sum(happened)
    assert card.splits[1].outcomes == found.filter("churned")["case"].n_unique()
    last = found.filter(pl.col("as_of") == found["as_of"].max())  # what is used is the model of the last stretch
    assert trained[0].model.probabilities(last) == pytest.approx(last["probability"].to_numpy())


def test_what_is_learned_was_certain_before_the_test_began(trained, tables):
    learn, held_out = trained[0].card.splits
    frame = tables[0].filter(pl.col("as_of") <= date.fromisoformat(learn.end), pl.col("matured_on") <= date.fromisoformat(held_out.start))
    assert learn.rows == frame.height
    assert trained[0].card.rows == learn.rows + held_out.rows + trained[0].card.embargoed
    assert trained[0].tested["as_of"].min() == date.fromisoformat(held_out.start)


def test_what_is_seen_later_changes_nothing_that_was_said_before(trained, tables):
    """Inputs of the last days of the table are turned upside down: only what is said on those days may change."""
    late = pl.col("as_of") >= tables[0]["as_of"].max() - timedelta(days=60)
    turned = tables[0].with_columns(pl.when(late).then(-pl.col(name)).otherwise(name).alias(name) for name in ("wau_log", "events_log"))
    again = train(turned, features=INPUTS, baselines=BASELINES, **ROLES)
    first = trained[0].tested["as_of"].min() + timedelta(days=60)
    said = [found.tested.filter(pl.col("as_of") < first)["probability"].to_list() for found in (trained[0], again)]
    assert said[0] == said[1]


def test_an_account_like_none_before_is_not_given_certainty(trained):
    model, card = trained[0].model, trained[0].card
    odd = (
        trained[0].tested.head(2).with_columns(pl.lit(sign * 1e6).alias(name) for sign, name in ((-1, "wau_change"), (-1, "events_change")))
    )
    for frame in (odd, odd.with_columns(-pl.col("wau_change"), -pl.col("events_change"))):
        assert ((model.probabilities(frame) >= card.limits[0]) & (model.probabilities(frame) <= card.limits[1])).all()
    assert 0 < card.limits[0] < card.limits[1] < 1
    assert trained[0].tested["probability"].is_between(0.001, 0.98).all()


def test_a_column_written_afterwards_is_named_and_refused(tables):
    planted = tables[0].with_columns(left_later=pl.when("churned").then(1.0))
    found = train(planted, features=[*INPUTS, "left_later"], baselines=BASELINES, **ROLES)
    assert found.card.verdict == Verdict.KNOWS_THE_OUTCOME
    assert "left_later" in found.card.words
    assert found.model is None


def few(losses: int, kept: int = 400, days: int = 600) -> pl.DataFrame:
    """Losses told apart with certainty but for some noise, spread evenly in time."""
    rng = np.random.default_rng(0)
    lost = np.array([True] * losses + [False] * kept)
    at = np.concatenate([np.linspace(0, days, losses), np.linspace(0, days, kept)]).astype(int)
    return pl.DataFrame({"lost": lost, "day": [date(2020, 1, 1) + timedelta(days=int(d)) for d in at], "signal": rng.normal(2.5 * lost, 1)})


def card_of(losses: int, kept: int = 400) -> Card:
    return train(few(losses, kept), features=["signal"], outcome="lost", time="day").card


@pytest.mark.parametrize(("losses", "kept"), [(29, 400), (400, 29), (0, 400), (400, 0), (0, 0)])
def test_fewer_than_thirty_of_the_rarer_kind_are_refused(losses, kept):
    card = card_of(losses, kept)
    assert card.verdict == Verdict.TOO_FEW_OUTCOMES
    assert (card.outcomes, card.kept) == (losses, kept)
    assert f"{losses} cases with the outcome" in card.words and "30" in card.words


def test_thirty_in_even_time_are_enough_to_be_tried():
    assert card_of(60).verdict == Verdict.USABLE
    assert card_of(30).model is not None


def test_fewer_than_fifteen_in_the_held_out_time_are_refused():
    # Losses are spread evenly; all but fourteen of those that were kept were looked at before the later half began.
    late = pl.col("lost").not_().cum_sum() > 386
    frame = few(60).with_columns(day=pl.when(pl.col("lost")).then("day").when(late).then(date(2021, 8, 1)).otherwise(date(2020, 1, 2)))
    card = train(frame, features=["signal"], outcome="lost", time="day").card
    assert card.verdict == Verdict.TOO_FEW_HELD_OUT
    assert "14 of the rarer kind" in card.words


def test_outcomes_are_counted_in_cases_not_in_looks():
    thrice = pl.concat([few(20)] * 3).with_columns(case=pl.int_range(pl.len()) % 420)
    card = train(thrice, features=["signal"], outcome="lost", time="day", case="case").card
    assert (card.verdict, card.outcomes) == (Verdict.TOO_FEW_OUTCOMES, 20)


def test_a_baseline_that_is_as_good_is_not_beaten():
    frame = few(200)
    card = train(frame, features=["signal"], outcome="lost", time="day", baselines={"the signal itself": "signal"}).card
    assert card.verdict == Verdict.NO_BETTER_THAN_BASELINES
    assert "the signal itself" in card.words


def by_distance(rows: int = 900) -> pl.DataFrame:
    """Looks from near and far; the outcome comes from far away three times as often, and the distance is all that any input knows."""
    rng = np.random.default_rng(5)
    far = rng.random(rows) < 0.5
    lost = rng.random(rows) < np.where(far, 0.45, 0.15)
    return pl.DataFrame({"lost": lost, "week": np.arange(rows) // 10, "lead": np.where(far, 90, 30), "noise": rng.normal(size=rows)})


def test_how_far_ahead_was_looked_is_no_merit():
    asked = {"features": ["lead", "noise"], "outcome": "lost", "time": "week"}
    assert train(by_distance(), **asked).card.verdict == Verdict.USABLE  # where nobody says that the distance is one
    card = train(by_distance(), **asked, within="lead").card
    assert card.verdict == Verdict.NO_BETTER_THAN_BASELINES
    assert card.model.auc == pytest.approx(0.5, abs=0.1)


def test_what_is_known_without_a_model_has_to_be_beaten():
    """The outcome depends on the group alone, of which the input knows a blurred picture."""
    rng = np.random.default_rng(11)
    group = rng.integers(0, 4, 900)
    lost, signal = rng.random(900) < np.array([0.05, 0.2, 0.4, 0.6])[group], group + rng.normal(size=900)
    frame = pl.DataFrame({"lost": lost, "day": np.arange(900) // 10, "group": group, "signal": signal})
    assert train(frame, features=["signal"], outcome="lost", time="day").card.verdict == Verdict.USABLE
    card = train(frame, features=["signal"], outcome="lost", time="day", known={"rate by group": ["group"]}).card
    assert card.verdict == Verdict.NO_BETTER_THAN_BASELINES
    assert "rate by group" in card.words


def test_one_input_of_bookkeeping_that_does_as_well_alone_is_named_and_refused():
    frame = few(200).with_columns(noise=pl.Series(np.random.default_rng(6).normal(size=600)))
    asked = {"features": ["signal", "noise"], "outcome": "lost", "time": "day"}
    assert train(frame, **asked).card.verdict == Verdict.USABLE
    card = train(frame, **asked, bookkeeping=["signal", "noise"]).card
    assert card.verdict == Verdict.CARRIED_BY_BOOKKEEPING
    assert "signal" in card.words
    assert card.alone[0].name == "signal"


@pytest.mark.parametrize(
    ("frame", "verdict"),
    [
        (few(1, 1), Verdict.TOO_FEW_OUTCOMES),  # two accounts
        (few(1), Verdict.TOO_FEW_OUTCOMES),  # one loss
        (few(400, 0), Verdict.TOO_FEW_OUTCOMES),  # everybody lost
        (few(100, 100).with_columns(day=date(2020, 1, 1)), Verdict.TOO_FEW_TO_LEARN),  # all on one day
    ],
)
def test_a_book_without_a_past_is_plainly_refused(frame, verdict):
    card = train(frame, features=["signal"], outcome="lost", time="day").card
    assert (card.verdict, card.model) == (verdict, None)
    assert card.words.endswith("made.")


def test_any_table_will_do_also_with_numbers_for_time_and_missing_values():
    rng = np.random.default_rng(4)
    signal = rng.normal(size=900)
    frame = pl.DataFrame(
        {
            "late": rng.random(900) < 1 / (1 + np.exp(2 - 2 * signal)),
            "week": np.arange(900) // 9,
            "signal": np.where(rng.random(900) < 0.2, np.nan, signal),
            "flag": signal > 1,
            "empty": [None] * 900,
        },
        schema_overrides={"empty": pl.Float64},
    ).with_columns(pl.col("signal").fill_nan(None))
    found = train(frame, features=["signal", "flag", "empty"], outcome="late", time="week")
    assert found.card.verdict == Verdict.USABLE
    assert found.card.inputs == ("signal", "flag")
    assert found.tested.columns == [*frame.columns, "probability"]


def test_inputs_that_never_vary_teach_nothing():
    frame = few(100).with_columns(signal=1.0)
    assert train(frame, features=["signal"], outcome="lost", time="day").card.verdict == Verdict.NOTHING_TO_LEARN_FROM


@pytest.mark.parametrize(("name", "features_"), [("nothing", ["nothing"]), ("lost", ["lost"]), ("day", ["signal", "day"])])
def test_wrong_columns_are_named(name, features_):
    with pytest.raises(ValueError, match=name):
        train(few(40), features=features_, outcome="lost", time="day")


def test_a_card_survives_being_written_down(trained):
    for card in (trained[0].card, card_of(3)):
        assert Card.from_json(card.to_json()) == card
