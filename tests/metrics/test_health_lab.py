"""The health lab's figures, by hand."""

from datetime import date

import polars as pl
import pytest

from metrics.health_lab import enough_on, found_by_calling, renewed_by_band, renewed_by_score, series, usual_calls

DAY = date(2024, 3, 5)


def test_of_the_accounts_in_a_band_so_many_renewed():
    """81 of 263 is the published example: 25.53 % to 36.62 % (Newcombe 1998, table I, method 3)."""
    names = [f"A{at}" for at in range(264)]
    seen = pl.LazyFrame(
        {"account_id": names, "as_of": [DAY] * 264, "lead_days": [90] * 264, "churned": [at >= 81 for at in range(264)], "group": [None] * 264},
        schema_overrides={"group": pl.String},
    )  # fmt: skip
    scored = pl.LazyFrame({"account_id": names, "day": [DAY] * 264, "score": [50.0] * 263 + [None], "band": ["watch"] * 263 + [None]})
    (row,) = renewed_by_band(seen, scored).rows(named=True)
    assert (row["lead_days"], row["band"], row["observations"], row["renewed"]) == (90, "watch", 263, 81)
    assert (round(row["renewed_low"], 4), round(row["renewed_high"], 4)) == (0.2553, 0.3662)
    assert row["renewed_share"] == pytest.approx(81 / 263)


def test_equal_scores_are_never_in_two_stretches():
    scores, left = [10.0, 10.0, 10.0, 20.0, 30.0, None], [True, True, False, False, False, True]
    found = renewed_by_score(pl.LazyFrame({"score": scores, "churned": left}), bins=2)
    assert found.select("bin", "score_low", "score_high", "observations", "renewed").rows() == [
        (1, 10.0, 10.0, 3, 1),
        (2, 20.0, 30.0, 2, 2),
    ]


def test_a_group_has_the_points_of_its_known_measures_by_their_weights():
    """60 of weight 0.3 and 90 of weight 0.1 are (18 + 9) / 0.4 = 67.5."""
    parts = pl.LazyFrame(
        {
            "account_id": ["A"] * 3, "day": [DAY] * 3, "name": ["seat_use", "usage_trend", "csat_rating"], "group": ["usage", "usage", "support"],
            "score": [60.0, 90.0, None], "effective_weight": [0.3, 0.1, 0.0], "points": [18.0, 9.0, None],
        }
    )  # fmt: skip
    scored = pl.LazyFrame({"account_id": ["A", "B"], "day": [DAY] * 2, "score": [67.5, None]}, schema_overrides={"score": pl.Float64})
    first, second = series(parts, scored).sort("account_id").rows(named=True)
    assert first == {
        "account_id": "A", "day": DAY, "score": 67.5, "group usage": 67.5, "measure seat_use": 60.0, "measure usage_trend": 90.0
    }  # fmt: skip
    assert set(second.values()) == {"B", DAY, None}


def calls(points: list[float | None], left: list[bool], owners: list[str | None], capacity: int) -> dict:
    rows = {
        "account_id": [str(at) for at in range(len(points))],
        "as_of": [DAY] * len(points),
        "churned": left,
        "points": points,
        "owner": owners,
    }
    return found_by_calling(pl.LazyFrame(rows, schema_overrides={"owner": pl.String, "points": pl.Float64}), capacity)


def test_calls_find_more_than_as_many_calls_by_chance():
    """Ana calls her lowest two of four, both of which leave, where chance finds one; Ben's one leaves, and he calls it by chance, too:
    3 found against 2 by chance. Of five accounts three are called."""
    found = calls([10, 20, 30, 40, 50, None], [True, True, False, False, True, True], ["Ana"] * 4 + ["Ben"] * 2, 2)
    assert found == {"called_share": pytest.approx(3 / 5), "caught_share": pytest.approx(1.0), "lift": pytest.approx(3 / 2)}


def test_of_equal_points_at_the_edge_each_is_called_in_part():
    """One call between two with equal points, one of which leaves: half of it is found, which is chance."""
    assert calls([10, 10], [True, False], [None, None], 1) == {"called_share": 0.5, "caught_share": 0.5, "lift": 1.0}


def test_where_nobody_left_there_is_no_lift():
    assert set(calls([10, 20], [False, False], ["Ana"] * 2, 1).values()) == {None}


def test_with_how_many_accounts_one_talks_in_the_middle_month():
    """Ana talks with A and B in March and with A alone in April, Ben with three in March: the middle of 1, 2, 3."""
    held = [("Ana", "A", 3), ("Ana", "B", 3), ("Ana", "A", 3), ("Ana", "A", 4), ("Ben", "C", 3), ("Ben", "D", 3), ("Ben", "E", 3)]
    rows = {
        "account_id": [account for _, account, _ in held], "owner": [owner for owner, *_ in held], "kind": ["conversation"] * len(held),
        "done_on": [date(2024, month, 7) for *_, month in held],
    }  # fmt: skip
    assert usual_calls(pl.LazyFrame(rows), since=date(2024, 1, 1), until=date(2024, 12, 31)) == 2
    assert usual_calls(pl.LazyFrame(rows), since=date(2024, 5, 1), until=date(2024, 12, 31)) is None


def known(churned: int, renewed: int) -> pl.DataFrame:
    return pl.DataFrame({"matured_on": [DAY] * (churned + renewed), "churned": [True] * churned + [False] * renewed})


def due(*days: date) -> pl.DataFrame:
    return pl.DataFrame({"matured_on": days}, schema={"matured_on": pl.Date})


def test_the_day_on_which_there_will_be_enough_is_counted_in_what_is_due():
    """One of four left; of four more due each brings a quarter, so the second is there with the fourth."""
    days = [date(2024, month, 1) for month in (4, 5, 6, 7, 8)]
    assert enough_on(known(1, 3), due(*days), churned=True, needed=2, days=1000) == date(2024, 7, 1)
    assert enough_on(known(1, 3), due(*days), churned=False, needed=6, days=1000) == date(2024, 7, 1)  # 3 and 4 x 0.75


def test_what_grows_too_old_counts_no_more():
    """The one that left is too old from 2024-04-04: five that are due, of which four come later, bring no two."""
    days = [date(2024, month, 1) for month in (4, 5, 6, 7, 8)]
    assert enough_on(known(1, 3), due(*days), churned=True, needed=2, days=30) is None


def test_it_is_not_known_where_nothing_is_due_or_nobody_left():
    assert enough_on(known(1, 3), due(), churned=True, needed=2, days=1000) is None
    assert enough_on(known(0, 3), due(DAY), churned=True, needed=2, days=1000) is None
