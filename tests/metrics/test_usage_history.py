"""Weeks and features on a few days of usage, counted by hand."""

from datetime import date

import polars as pl

from metrics.usage_history import feature_use, weekly_actives

AS_OF = date(2024, 3, 31)


def test_weeks_end_on_the_day_looked_at_and_begin_with_the_first_user():
    users = pl.LazyFrame(
        {
            "account_id": ["A", "A"], "user_id": ["u", "v"], "month": [date(2024, 3, 1)] * 2,
            "bits": [1 << 16 | 1 << 30, 1 << 30],  # u on the 17th and 31st, v on the 31st
        }
    )  # fmt: skip
    rows = weekly_actives(pl.LazyFrame({"account_id": ["A", "B"]}), users, as_of=AS_OF, weeks=5).collect().rows()
    assert rows == [("A", date(2024, 3, 17), 1), ("A", date(2024, 3, 24), 0), ("A", date(2024, 3, 31), 2)]


def test_an_account_that_was_used_before_the_weeks_is_silent_in_them_not_absent():
    """u came on 5 January alone; the two weeks before 31 March have nobody, which is 0."""
    users = pl.LazyFrame({"account_id": ["A"], "user_id": ["u"], "month": [date(2024, 1, 1)], "bits": [1 << 4]})
    rows = weekly_actives(pl.LazyFrame({"account_id": ["A", "B"]}), users, as_of=AS_OF, weeks=2).collect().rows()
    assert rows == [("A", date(2024, 3, 24), 0), ("A", date(2024, 3, 31), 0)]


def test_an_account_that_is_known_to_have_been_used_before_is_silent_not_absent():
    """Nobody of A is given, but that somebody was there before; nothing is known of B."""
    users = pl.LazyFrame(schema={"account_id": pl.String, "user_id": pl.String, "month": pl.Date, "bits": pl.Int64})
    accounts, known = (pl.LazyFrame({"account_id": names}) for names in (["A", "B"], ["A"]))
    rows = weekly_actives(accounts, users, as_of=AS_OF, weeks=2, known=known).collect().rows()
    assert rows == [("A", date(2024, 3, 24), 0), ("A", date(2024, 3, 31), 0)]


def test_a_week_that_usage_does_not_cover_is_not_told():
    """u came on 10 and 31 March; the 19th is missing for everybody: the week of 18 to 24 March is not known, that of 11 to 17 is 0."""
    users = pl.LazyFrame({"account_id": ["A"], "user_id": ["u"], "month": [date(2024, 3, 1)], "bits": [1 << 9 | 1 << 30]})
    covered = pl.Series([date(2024, 3, day) for day in range(1, 32) if day != 19])
    rows = weekly_actives(pl.LazyFrame({"account_id": ["A"]}), users, as_of=AS_OF, weeks=4, covered=covered).collect()
    assert rows["wau"].to_list() == [1, 0, None, 1]


def test_features_of_thirty_days_and_the_thirty_before():
    days = [date(2024, 3, 31), date(2024, 3, 2), date(2024, 3, 1), date(2024, 2, 1), date(2024, 1, 31)]
    names = ["start", "open", "open", "open", "open"]
    frame = pl.LazyFrame({"account_id": ["A"] * 5, "event": names, "feature": ["Start"] * 5, "day": days, "count": [1, 2, 4, 8, 16]})
    # The window is 2 to 31 March (1 + 2); the thirty days before it are 1 February to 1 March (4 + 8).
    assert feature_use(frame, as_of=AS_OF).collect().rows() == [("A", "Start", "open, start", 3, 12, date(2024, 3, 31))]
