"""A column that cannot be used as it was asked for is named, with what is wrong with it."""

from datetime import date, timedelta

import polars as pl
import pytest

from models.churn import train
from models.table import Roles, prepared

ROWS = pl.DataFrame(
    {"late": [True, False, True], "day": [date(2024, 1, 1) + timedelta(days=n) for n in range(3)], "size": [1.0, 2.0, None]}
)


def refused(table: pl.DataFrame, **roles: object) -> str:
    with pytest.raises(ValueError) as error:
        train(table, **({"features": ["size"], "outcome": "late", "time": "day"} | roles))
    return str(error.value)


def test_text_is_no_input():
    words = refused(ROWS.with_columns(size=pl.Series(["big", "small", None])))
    assert words == "size: holds text (big, small). An input is a number, true or false: make it one, or leave it out."


def test_a_day_is_no_input():
    assert refused(ROWS.with_columns(size=pl.col("day"))).startswith("size: holds values of type Date.")


def test_yes_and_no_are_no_outcome():
    words = refused(ROWS.with_columns(late=pl.Series(["Yes", "No", "Yes"])))
    assert words == 'late: holds text (No, Yes). The outcome is true or false as in pl.col("late") == "No".'


def test_other_numbers_than_0_and_1_are_no_outcome():
    assert refused(ROWS.with_columns(late=pl.Series([0, 1, 2]))).startswith("late: holds other numbers than 0 and 1.")
    assert prepared(ROWS.with_columns(late=pl.Series([0, 1, 1])), Roles(["size"], "late", "day")).outcomes.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("values", "words"), [([1.0, float("inf"), 2.0], "1 infinite value."), ([float("-inf")] * 2 + [1.0], "2 infinite values.")]
)
def test_infinite_values_are_counted(values, words):
    assert f"size: holds {words}" in refused(ROWS.with_columns(size=pl.Series(values)))


def test_text_is_no_time():
    assert refused(ROWS.with_columns(day=pl.Series(["a", "b", "c"]))).startswith("day: holds text (a, b, c).")


def test_a_constant_input_is_named_when_nothing_else_is_there():
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(400)]
    table = pl.DataFrame({"late": [n % 2 == 0 for n in range(400)], "day": days, "size": [1.0] * 400})
    card = train(table, features=["size"], outcome="late", time="day").card
    assert (card.words, card.constant) == ("No input (size) has two different values, so there is nothing to learn from.", ("size",))


def test_one_is_one():
    card = train(ROWS.head(2), features=["size"], outcome="late", time="day", named=("losses", "kept"), named_one=("loss", "kept")).card
    assert card.words.startswith("There is 1 loss and 1 kept to learn from.")
