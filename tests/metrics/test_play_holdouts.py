"""Chance that holds accounts out: the same for the same, even over many, and each account counted once."""

from datetime import date

import polars as pl

from metrics.play_holdouts import chance, drawn, is_drawn

DAY = date(2024, 1, 10)


def test_chance_is_the_same_for_the_same_and_even_over_many():
    drawn_ = [chance(f"A{n}", "play", "reason") for n in range(2000)]
    assert drawn_ == [chance(f"A{n}", "play", "reason") for n in range(2000)]
    assert all(0 <= one < 1 for one in drawn_)
    # Of 2,000 even draws 400 lie below 0.2, give or take 18 (a standard deviation).
    assert abs(sum(one < 0.2 for one in drawn_) - 400) < 4 * 18
    assert chance("A1", "play", "reason") != chance("A1", "play", "other") != chance("A1", "else", "other")


def test_without_a_share_nobody_is_drawn():
    rows = pl.DataFrame({"account_id": ["A", "B"], "reason": ["x", "x"]})
    assert is_drawn(rows, "play", None).to_list() == [False, False]
    assert is_drawn(rows, "play", 1.0).to_list() == [True, True]


def test_each_account_counts_once_by_its_first_decision():
    """A held out; B started by itself; C held out, then started by hand; D released; E started by itself before anybody was held out; F by
    hand; G started by itself first and held out later."""
    held = pl.LazyFrame(
        [("A", DAY, None), ("C", DAY, None), ("D", DAY, date(2024, 1, 20)), ("G", date(2024, 3, 1), None)],
        schema={"account_id": pl.String, "held_out_on": pl.Date, "released_on": pl.Date}, orient="row",
    )  # fmt: skip
    runs = pl.LazyFrame(
        [
            ("B", "by itself", date(2024, 1, 12)), ("C", "dana", date(2024, 2, 1)), ("E", "by itself", date(2024, 1, 9)),
            ("F", "dana", date(2024, 1, 12)), ("G", "by itself", date(2024, 1, 15)),
        ],
        schema={"account_id": pl.String, "started_by": pl.String, "started_on": pl.Date}, orient="row",
    )  # fmt: skip
    looks, neither = drawn(held, runs)
    assert sorted(looks.collect().rows()) == [
        ("A", False, date(2024, 1, 9)),
        ("B", True, date(2024, 1, 11)),
        ("G", True, date(2024, 1, 14)),
    ]
    assert neither == 2
