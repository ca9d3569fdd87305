"""Usage against a second computation from the glossary, on random feeds that begin, pause, stop and are replaced; and the edges by hand."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.coverage import FEEDS, Coverage
from metrics.usage import COUNTED, Used, usage_on
from tests.metrics.usage_by_hand import usage_by_hand

FIRST = date(2024, 1, 1)
COMPARED = (*COUNTED, "trend", "state")
SPAN = 200
offsets = st.integers(0, SPAN)
stretches = st.lists(st.tuples(offsets, st.integers(1, 90), st.sampled_from([1, 1, 2, 7])), min_size=1, max_size=3)
events = st.tuples(
    st.sampled_from("ABC"), st.sampled_from(["web", "web", "app"]), st.integers(0, 89), st.sampled_from([None, "u", "v", "w", "x"]),
    st.sampled_from(["open", "share"]),
)  # fmt: skip
feeds = st.fixed_dictionaries(
    {"day_gap": st.sampled_from([1.0, 1.0, 7.0]), "usual_gap": st.sampled_from([1.0, 7.0, 30.0]), "complete": st.booleans(),
     "declared": st.lists(st.tuples(offsets, st.integers(1, 40)), max_size=2)}
)  # fmt: skip


def at(offset: int) -> date:
    return FIRST + timedelta(days=offset)


def used(told: list[tuple], known: dict[str, dict]) -> Used:
    """Events as the store rolls them up."""
    frame = pl.DataFrame(
        told, schema={"account_id": pl.String, "feed": pl.String, "day": pl.Date, "user_id": pl.String, "event": pl.String}, orient="row"
    )
    bit = pl.lit(2, dtype=pl.Int64).pow(pl.col("day").dt.day().cast(pl.Int64) - 1)

    def months(item: str) -> pl.LazyFrame:
        once = frame.select("account_id", item, "day").unique()
        return once.group_by("account_id", item, month=pl.col("day").dt.month_start()).agg(bits=bit.sum()).lazy()

    every = [(name, one["day_gap"], max(one["day_gap"], one["usual_gap"]), one["complete"]) for name, one in known.items()]
    claimed = [(name, day) for name, one in known.items() for day in one["declared"]]
    days = pl.concat([frame.select("feed", "day"), pl.DataFrame(claimed, schema={"feed": pl.String, "day": pl.Date}, orient="row")])
    seen = frame.group_by("account_id", "feed").agg(first_seen=pl.col("day").min())
    daily = frame.group_by("account_id", "day").agg(count=pl.len().cast(pl.Int64))
    return Used(
        months("user_id"),
        months("event").rename({"event": "feature"}),
        daily.lazy(),
        Coverage(pl.DataFrame(every, schema=FEEDS, orient="row"), days.unique(), seen),
    )


def found(told: list[tuple], known: dict[str, dict], live: dict[str, date | None], days: list[date]) -> dict[tuple[str, date], dict]:
    accounts = pl.DataFrame(
        {"account_id": list(live), "live_on": list(live.values())}, schema={"account_id": pl.String, "live_on": pl.Date}
    )
    seen = accounts.lazy().select("account_id").join(pl.LazyFrame({"day": days}, schema={"day": pl.Date}), how="cross")
    rows = usage_on(seen, accounts.lazy().with_columns(first_start=pl.lit(None, dtype=pl.Date)), used(told, known)).collect()
    return {(row["account_id"], row["day"]): {name: row[name] for name in COMPARED} for row in rows.to_dicts()}


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries({"web": st.tuples(feeds, stretches), "app": st.tuples(feeds, stretches)}), st.lists(events, max_size=60),
    st.fixed_dictionaries({name: st.one_of(st.none(), offsets) for name in "ABC"}), st.lists(st.integers(-5, SPAN + 110), min_size=1, max_size=4),
)  # fmt: skip
def test_usage_is_what_a_count_by_hand_says(made, wanted, live, looked):
    known, told = {}, []
    for name, (feed, parts) in made.items():
        declared = [at(first + n) for first, length in feed["declared"] for n in range(length)]
        known[name] = feed | {"usual_gap": max(feed["usual_gap"], feed["day_gap"]), "declared": declared}
        told += [("other", name, at(first + n), "z", "open") for first, length, step in parts for n in range(0, length, step)]
        told += [(who, name, at(parts[0][0] + back), user, event) for who, of, back, user, event in wanted if of == name]
    starts, days = {name: None if one is None else at(one) for name, one in live.items()}, [at(one) for one in looked]
    expected = {(who, day): usage_by_hand(who, starts[who], day, known, told) for who in live for day in days}
    assert found(told, known, starts, days) == {key: {name: row[name] for name in COMPARED} for key, row in expected.items()}


ONE_FEED = {"web": {"day_gap": 1.0, "usual_gap": 1.0, "complete": False, "declared": []}}


def daily(who: str, *stretches: tuple[int, int], user: str = "u", times: int = 1) -> list[tuple]:
    return [(who, "web", at(n), user, "open") for first, last in stretches for n in range(first, last + 1) for _ in range(times)]


def one(told: list[tuple], day: int, *, known=ONE_FEED, live: int = 0) -> dict:
    return found(told, known, {"A": at(live)}, [at(day)])["A", at(day)]


def test_a_late_feed_is_read_on_its_last_covered_day_and_a_stopped_one_tells_nothing():
    """A's user came daily up to day 99. Three days later the windows still end on day 99; on the fourth the feed has stopped."""
    told = daily("A", (0, 99))
    assert [one(told, day)["wau"] for day in (99, 102, 103)] == [1, 1, None]
    assert [one(told, day)["events"] for day in (99, 102, 103)] == [30, 30, None]
    assert [one(told, day)["state"] for day in (99, 102, 103)] == ["used", "used", "feed_stopped"]


def test_a_pause_of_the_feed_lowers_nothing_afterwards():
    """Days 60 to 69 are missing for everybody: on day 79 the month holds days 70 to 79 and 40 to 59, 30 in all, each with one event."""
    told = daily("A", (0, 59), (70, 120))
    assert (one(told, 79)["events"], one(told, 79)["events_before"], one(told, 79)["trend"]) == (30, 30, 0.0)
    assert one(told, 65)["state"] == "feed_stopped"
    # Where a file claims to cover the ten days, nothing was used in them: 20 events of days 50 to 59 and 70 to 79.
    claimed = {"web": ONE_FEED["web"] | {"declared": [at(n) for n in range(60, 70)]}}
    assert (one(told, 79, known=claimed)["events"], one(told, 79, known=claimed)["trend"]) == (20, 20 / 30 - 1)


def test_before_coverage_is_not_zero():
    """Usage is covered from day 0: on day 40 the 30 days before the last 30 would reach back to day -19, and there is no trend yet."""
    told = daily("A", (0, 200))
    assert [one(told, day, live=-400)["trend"] for day in (40, 55, 56, 59)] == [None, None, 0.0, 0.0]
    assert [one(told, day, live=-400)["mau"] for day in (10, 25, 26)] == [None, None, 1]  # 27 of 30 days, but for three usual gaps


def test_an_account_newly_live_or_newly_tracked_has_no_trend_yet():
    """Others are seen from day 0 on; A is live and seen from day 50: its 60 days are full on day 109."""
    told = daily("other", (0, 200)) + daily("A", (50, 200))
    assert [one(told, day, live=50)["trend"] for day in (70, 108, 109)] == [None, None, 0.0]
    assert [one(told, day, live=0)["trend"] for day in (70, 108, 109)] == [None, None, 0.0]
    # On day 70 the 30 days before the last 30 are days 11 to 40, on day 108 days 49 to 78: not known, and neither 0 nor a part of them.
    assert [one(told, day, live=50)["events_before"] for day in (70, 108, 109)] == [None, None, 30]
    assert [one(told, day, live=50)["mau_before"] for day in (70, 108, 109)] == [None, None, 1]
    # In a feed that covers all accounts it used nothing before day 50: on day 89, 30 events against 10 of days 50 to 59.
    every = {"web": ONE_FEED["web"] | {"complete": True}}
    assert one(told, 89, known=every)["trend"] == min(1 / 1 - 1, 30 / 10 - 1) == 0.0


def test_the_trend_looks_at_volume_as_well():
    """The same two people, 210 events in 30 days and then 86: 86 / 210 - 1 = -59 %, where people alone would say 0 %."""
    before = daily("A", (0, 29), times=6) + daily("A", (0, 29), user="v")
    now = daily("A", (30, 59), times=2) + [("A", "web", at(30 + n), "v", "open") for n in range(26)]
    row = one(before + now, 59)
    assert (row["mau_before"], row["mau"], row["events_before"], row["events"]) == (2, 2, 210, 86)
    assert row["trend"] == pytest.approx(86 / 210 - 1)
    assert row["trend"] == pytest.approx(-0.59, abs=0.001)


def test_where_no_user_is_named_the_trend_is_that_of_volume():
    told = [("A", "web", at(n), None, "open") for n in range(60) for _ in range(2 if n < 30 else 1)]
    assert (one(told, 59)["mau"], one(told, 59)["trend"]) == (None, 30 / 60 - 1)


def test_users_that_nobody_named_are_not_none():
    """A used 30 times in the first 30 days, without a user, and nothing in the next, while B goes on: nobody used it then, and how many did before
    is not known."""
    told = [("A", "web", at(n), None, "open") for n in range(30)] + daily("B", (0, 59))
    row = one(told, 59)
    assert (row["mau"], row["events"], row["events_before"], row["mau_before"]) == (0, 0, 30, None)


def test_of_two_feeds_one_that_stops_hides_its_accounts_and_no_other():
    """Both feeds run from day 0; the app's ends on day 100. On day 110 A (web alone) is seen, B (both) and C (app alone) are not."""
    both = {"web": ONE_FEED["web"], "app": ONE_FEED["web"]}
    told = daily("A", (0, 200)) + daily("B", (0, 200)) + [(who, "app", at(n), "u", "open") for who in "BC" for n in range(101)]
    live = dict.fromkeys("ABC", at(0))
    states = {day: [found(told, both, live, [at(day)])[who, at(day)]["state"] for who in "ABC"] for day in (100, 110, 161)}
    # Sixty days after it stopped, B goes on with the feed that it has; C has none.
    assert states == {
        100: ["used", "used", "used"], 110: ["used", "feed_stopped", "feed_stopped"], 161: ["used", "used", "feed_stopped"],
    }  # fmt: skip


def test_who_is_in_no_feed_is_not_tracked_and_unused_where_a_feed_covers_all_accounts():
    told = daily("other", (0, 100))
    every = {"web": ONE_FEED["web"] | {"complete": True}}
    assert (one(told, 90)["state"], one(told, 90, known=every)["state"]) == ("not_tracked", "unused")
    assert one(told, 10, known=every)["state"] == "not_tracked"  # ten days are too few to say that it uses nothing
