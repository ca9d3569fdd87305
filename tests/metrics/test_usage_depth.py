"""Users by class, and one person's share, counted by hand."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from metrics.usage_depth import CLASSES, hangs_on_one, users_by_class

SPANS = pl.LazyFrame(
    {
        "account_id": ["A", "B", "C", "D"],
        "month_from": [date(2024, 6, 1), None, date(2024, 6, 1), date(2024, 6, 1)],
        "month_to": [date(2024, 6, 30), None, date(2024, 6, 30), date(2024, 6, 30)],
        "before_from": [date(2024, 5, 2), None, date(2024, 5, 2), None],
        "before_to": [date(2024, 5, 31), None, date(2024, 5, 31), None],
    }
)


def bits(*days: tuple[str, str | None, date]) -> pl.LazyFrame:
    frame = pl.DataFrame(days, schema={"account_id": pl.String, "user_id": pl.String, "day": pl.Date}, orient="row").unique()
    months = frame.group_by("account_id", "user_id", month=pl.col("day").dt.month_start())
    return months.agg(bits=(2 ** (pl.col("day").dt.day().cast(pl.Int64) - 1)).sum().cast(pl.Int64)).lazy()


def firsts(*days: tuple[str, str | None, date]) -> pl.LazyFrame:
    frame = pl.DataFrame(days, schema={"account_id": pl.String, "user_id": pl.String, "day": pl.Date}, orient="row")
    return frame.group_by("account_id", "user_id").agg(first_day=pl.col("day").min()).lazy()


def found(*days: tuple[str, str | None, date]) -> dict[str, dict]:
    rows = users_by_class(firsts(*days), bits(*days), SPANS).collect()
    return {row["account_id"]: row for row in rows.to_dicts()}


def test_each_user_is_in_one_class_and_the_most_active_one_is_named():
    """ann came first in June (new, 2 days); bob was there in May and June (returning, 4 days); cat in March and June (resurrected, 1 day);
    dan in May alone and eve in April alone (dormant). 1 May is in no window: of fay, active then and on 1 June, it makes no returning one."""
    days = [
        *(("A", "ann", date(2024, 6, day)) for day in (1, 30)),
        *(("A", "bob", day) for day in (date(2024, 5, 31), *(date(2024, 6, one) for one in (3, 4, 5, 6)))),
        *(("A", "cat", day) for day in (date(2024, 3, 9), date(2024, 6, 9))),
        ("A", "dan", date(2024, 5, 2)), ("A", "eve", date(2024, 4, 9)), ("A", None, date(2024, 6, 9)),
        *(("A", "fay", day) for day in (date(2024, 5, 1), date(2024, 6, 1))),
        ("A", "gus", date(2024, 7, 1)),  # after the last covered day: not known yet
        ("B", "ben", date(2024, 6, 9)),  # its windows are not covered
    ]  # fmt: skip
    told = found(*days)
    assert [*told] == ["A"]
    assert told["A"] == {
        "account_id": "A", "users_known": 6, "users_new": 1, "users_returning": 1, "users_resurrected": 2, "users_dormant": 2,
        "activity_days": 2 + 4 + 1 + 1, "top_user": "bob", "top_user_days": 4,
    }  # fmt: skip


def test_without_a_month_before_nobody_is_in_a_class_and_the_most_active_is_named_all_the_same():
    told = found(*(("D", "dan", date(2024, 6, day)) for day in (1, 2)), ("D", "eve", date(2024, 6, 3)))["D"]
    assert {told[name] for name in ("users_known", *CLASSES)} == {None}
    assert (told["activity_days"], told["top_user"], told["top_user_days"]) == (3, "dan", 2)


def test_where_nobody_was_there_nobody_is_the_most_active():
    told = found(("C", "ann", date(2024, 5, 9)))["C"]
    assert (told["users_dormant"], told["activity_days"], told["top_user"], told["top_user_days"]) == (1, 0, None, 0)


@given(st.lists(st.tuples(st.just("A"), st.sampled_from("uvwxyz"), st.dates(date(2024, 3, 1), date(2024, 6, 30))), min_size=1, max_size=40))
def test_classes_add_up_to_the_users_known_and_are_what_a_count_by_hand_says(days):
    told = found(*days)["A"]
    users = {user: sorted(day for _, one, day in days if one == user) for _, user, _ in days}
    june = {user for user, seen in users.items() if any(day >= date(2024, 6, 1) for day in seen)}
    new = {user for user, seen in users.items() if seen[0] >= date(2024, 6, 1)}
    may = {user for user, seen in users.items() if any(date(2024, 5, 2) <= day < date(2024, 6, 1) for day in seen)}
    expected = (len(new), len(june & may), len(june - may - new), len(users.keys() - june))
    assert tuple(told[name] for name in CLASSES) == expected
    assert told["users_known"] == len(users) == sum(expected)


def test_use_hangs_on_one_from_four_fifths_of_ten_days_on():
    """8 of 10 is 80 %; 7 of 10 is less; 9 days are too few to say; of one seat somebody has to do it all."""
    rows = pl.DataFrame(
        {"activity_days": [10, 10, 9, 10, 10, None], "top_user_days": [8, 7, 9, 10, 10, None], "seats": [5, 5, 5, 1, None, 5]}
    )
    assert rows.select(told=hangs_on_one(pl.col("seats")))["told"].to_list() == [True, False, None, None, True, None]
