"""What holds of every health score, whatever is chosen and whoever is scored."""

from dataclasses import replace
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.account_measures import AGED, MEASURES
from metrics.health import components, limited, positions, scores, settled
from metrics.scorecard import Scorecard, resolved
from tests.metrics.scorecards import accounts, scorecards

DAY = date(2024, 1, 31)
SCHEMA = {
    "account_id": pl.String, "segment": pl.String, "age_days": pl.Int64, "days_to_renewal": pl.Int64, **dict.fromkeys(MEASURES, pl.Float64),
    **{f"{name}_age": pl.Int64 for name in AGED},
}  # fmt: skip


def frame(rows: list[dict]) -> pl.LazyFrame:
    return pl.DataFrame(rows, schema=SCHEMA).with_columns(day=pl.lit(DAY)).lazy()


def told(rows: list[dict], card: Scorecard) -> list[tuple]:
    """account_id, score, band and known weight of each account, in their order."""
    seen = frame(rows)
    none = pl.LazyFrame(schema={"account_id": pl.String, "day": pl.Date})
    found = settled(scores(components(seen, card), card), limited(seen, card), none, card)
    return found.select("account_id", "score", "band", "known_weight", "exception").sort("account_id").collect().rows()


def only(card: Scorecard) -> set[str]:
    return {one.name for one in card.measures}


@settings(max_examples=30, deadline=None)
@given(scorecards(), accounts())
def test_a_score_lies_between_0_and_100_and_its_parts_add_up(card, rows):
    parts = components(frame(rows), card).collect()
    assert parts.height == len(rows) * len(card.measures)
    for (account,), own in parts.group_by("account_id"):
        known, score = own.filter(~pl.col("missing")), next(row[1] for row in told(rows, card) if row[0] == account)
        assert own["full_weight"].sum() == 1 or abs(own["full_weight"].sum() - 1) < 1e-9
        assert own.filter("missing")["effective_weight"].sum() == 0
        if known.is_empty():
            assert score is None
        else:
            assert abs(known["effective_weight"].sum() - 1) < 1e-9 and abs(own["points"].sum() - score) < 1e-5
            assert -1e-9 <= score <= 100 + 1e-9


@settings(max_examples=30, deadline=None)
@given(scorecards(), accounts(most=1), st.data())
def test_more_of_a_measure_moves_the_score_the_way_of_its_curve(card, rows, data):
    """A measure that is known goes up; what else is known stays, so that no weight moves."""
    row = rows[0]
    life = positions(frame(rows), card).collect()["lifecycle"][0]
    own = resolved(card, row["segment"], life, row["age_days"])
    measure = data.draw(st.sampled_from(own.measures))
    low, more = data.draw(st.integers(-300, 600)) / 10, data.draw(st.integers(1, 300)) / 10
    before, after = (told([row | {measure.name: value, **_young(measure.name)}], card)[0][1] for value in (low, low + more))
    rises = measure.scale[-1][1] >= measure.scale[0][1]
    assert before is not None and after is not None
    assert after >= before - 1e-5 if rises else after <= before + 1e-5


def _young(name: str) -> dict:
    return {f"{name}_age": 0} if name in AGED else {}


@settings(max_examples=20, deadline=None)
@given(scorecards(), accounts(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(card, rows, random):
    mixed = list(rows)
    random.shuffle(mixed)
    assert told(rows, card) == told(mixed, card)
    alone = [one for row in rows for one in told([row], card)]
    assert told(rows, card) == alone


@settings(max_examples=20, deadline=None)
@given(scorecards(), accounts())
def test_a_measure_that_is_missing_everywhere_changes_no_score(card, rows):
    """One more measure, in a group that is there or in one of its own, of which nothing is known."""
    free = sorted(set(MEASURES) - only(card))
    more = replace(card.measures[0], name=free[0], weight=7.0, max_age_days=None)
    silent = [row | {free[0]: None} for row in rows]
    bare = replace(card, limits=())
    beside = replace(bare, measures=(*bare.measures, more))
    group = replace(bare.groups[0], name="own", weight=9.0, share=None)
    apart = replace(bare, groups=(*bare.groups, group), measures=(*bare.measures, replace(more, group="own")))
    for other in (beside, apart):
        assert [row[1] for row in told(silent, other)] == [row[1] for row in told(silent, bare)]


@settings(max_examples=20, deadline=None)
@given(scorecards(), accounts())
def test_a_score_resolved_for_an_account_is_the_same_score(card, rows):
    for row, (_, lifecycle) in zip(
        rows, positions(frame(rows), card).select("account_id", "lifecycle").sort("account_id").collect().rows(), strict=True
    ):
        own = resolved(card, row["segment"], lifecycle, row["age_days"])
        assert not own.variants and not own.segments
        assert told([row], own)[0][1:4] == told([row], card)[0][1:4]
