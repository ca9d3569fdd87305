"""Distinct users in a window, against a count of the days themselves."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.windows import counted_between, distinct_active, distinct_between, distinct_in, last_active, numbered

FIRST = date(2023, 11, 1)
seen_days = st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from([None, "u", "v", "w"]), st.integers(0, 150)), min_size=1, max_size=30)


def bits(seen: list[tuple]) -> pl.LazyFrame:
    months: dict[tuple, int] = {}
    for account, user, offset in seen:
        day = FIRST + timedelta(days=offset)
        key = (account, user, day.replace(day=1))
        months[key] = months.get(key, 0) | 1 << (day.day - 1)
    rows = [(*key, value) for key, value in months.items()]
    return pl.LazyFrame(rows, schema={"account_id": pl.String, "user_id": pl.String, "month": pl.Date, "bits": pl.Int64}, orient="row")


@settings(max_examples=100, deadline=None)
@given(seen_days, st.integers(1, 70), st.integers(0, 40), st.integers(60, 150))
def test_a_window_counts_who_was_there(seen, days, before, looked):
    day = FIRST + timedelta(days=looked)
    until, since = day - timedelta(days=before), day - timedelta(days=before + days - 1)
    observations = pl.LazyFrame({"account_id": ["A", "B"], "day": [day, day]})
    found = distinct_active(bits(seen), observations, item="user_id", days=days, before=before, name="n").collect()
    for account in "AB":
        users = {user for who, user, at in seen if who == account and user and since <= FIRST + timedelta(days=at) <= until}
        counted = found.filter(pl.col("account_id") == account)["n"].to_list()
        assert counted == ([len(users)] if users else [])


def test_the_last_active_day_looks_no_further_than_the_day():
    seen = [("A", "u", 0), ("A", "u", 30), ("A", "u", 45), ("A", "v", 44), ("A", "w", 46)]
    found = last_active(bits(seen), item="user_id", until=FIRST + timedelta(days=45)).collect()
    assert dict(found.select("user_id", "last_day").rows()) == {"u": FIRST + timedelta(days=45), "v": FIRST + timedelta(days=44)}


everyone = "ABCDEF"
windows_asked = st.lists(st.tuples(st.integers(0, 150), st.integers(0, 70)), min_size=6, max_size=6)
shared = st.booleans()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(everyone), st.sampled_from([None, "u", "v"]), st.integers(0, 150)), min_size=1, max_size=40),
       windows_asked, shared)  # fmt: skip
def test_windows_that_accounts_share_and_those_of_their_own_count_the_same_users_and_events(seen, asked, together):
    """Six accounts with a window each are matched one by one; of one window for all it is counted at once."""
    spans = [asked[0 if together else at] for at in range(6)]
    until = [FIRST + timedelta(days=last) for last, _ in spans]
    since = [FIRST + timedelta(days=last - length) for last, length in spans]
    looked = pl.LazyFrame({"account_id": list(everyone), "day": until, "since": since, "until": until})
    told = pl.LazyFrame(
        [(account, FIRST + timedelta(days=offset)) for account, _, offset in seen],
        schema={"account_id": pl.String, "day": pl.Date},
        orient="row",
    )
    daily = told.group_by("account_id", "day").agg(count=pl.len())
    users = distinct_between(bits(seen), looked, item="user_id", name="n").collect()
    kept = distinct_in(bits(seen), {"n": looked}, item="user_id", own=numbered(bits(seen), "user_id"))["n"].collect()
    assert kept.sort("account_id").equals(users.sort("account_id"))
    events = dict(counted_between(daily, looked, name="n").select("account_id", "n").collect().rows())
    for account, first, last in zip(everyone, since, until, strict=True):
        inside = [who for one, who, offset in seen if one == account and first <= FIRST + timedelta(days=offset) <= last]
        counted = {who for who in inside if who}
        assert users.filter(pl.col("account_id") == account)["n"].to_list() == ([len(counted)] if counted else [])
        assert events[account] == len(inside)
