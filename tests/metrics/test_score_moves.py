"""What another score would move, counted by hand."""

import polars as pl

from metrics.score_moves import NO_BAND, band_moves, other_band, to_and_from

MOVED = pl.DataFrame(
    [
        ("a", "watch", "at_risk", 100),
        ("b", "watch", "at_risk", 200),
        ("c", "at_risk", "healthy", 50),
        ("d", "healthy", "healthy", 1000),
        ("e", None, "watch", None),
        ("f", None, None, 7),
        ("g", "at_risk", None, None),
    ],
    schema={"account_id": pl.String, "band_now": pl.String, "band_then": pl.String, "arr": pl.Int64},
    orient="row",
)


def test_from_which_band_to_which():
    found = band_moves(MOVED.lazy()).collect().rows()
    assert found[0] == ("watch", "at_risk", 2, 300)
    assert set(found[1:]) == {
        ("at_risk", "healthy", 1, 50), ("healthy", "healthy", 1, 1000), (NO_BAND, "watch", 1, None), (NO_BAND, NO_BAND, 1, 7),
        ("at_risk", NO_BAND, 1, None),
    }  # fmt: skip


def test_what_comes_to_at_risk_and_leaves_it():
    """a and b come with 300; c and g leave, of which only c's ARR is known. Five of seven change."""
    assert to_and_from(MOVED, "at_risk") == {
        "all": 7, "changed": 5, "into": 2, "out": 2, "unpriced": 1, "into_arr": 300, "out_arr": 50,
    }  # fmt: skip
    assert to_and_from(MOVED.clear(), "at_risk") == dict.fromkeys(("all", "changed", "into", "out", "unpriced", "into_arr", "out_arr"), 0)


def test_those_of_another_band():
    assert other_band(MOVED)["account_id"].to_list() == ["a", "b", "c", "e", "g"]
    assert other_band(MOVED, ["account_id"]).columns == ["account_id"]
