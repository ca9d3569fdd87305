"""Each kind of item on its edge: the account with the problem has a row, the one just short of it has none."""

from datetime import date

import polars as pl
import pytest

from metrics import today as kinds

DAY = date(2024, 6, 30)


def found(function, **columns: list) -> list[tuple]:
    frame = pl.DataFrame({"account_id": ["has", "has not"], **columns}).lazy()
    return function(frame).select("account_id", "why").collect().rows()


def renewals(**changed: list) -> dict[str, list]:
    none = pl.Series([None, None], dtype=pl.Date)
    ends = [date(2024, 9, 28), date(2024, 9, 29)]
    return {"ends_on": ends, "days_left": [90, 91], "unprepared": [True, True], "last_conversation": none, "cancelled_on": none} | changed


def use(mau=(5, 5), mau_before=(5, 5), events=(50, 50), events_before=(50, 50), trend=(0.0, 0.0)) -> dict:
    """Usage of two accounts that goes on as it was, where nothing else is said."""
    return {"mau": mau, "mau_before": mau_before, "events": events, "events_before": events_before, "trend": trend}


@pytest.mark.parametrize(
    ("function", "columns", "why"),
    [
        (kinds.renewals_without_conversation, renewals(), "Renews in 90 days and no conversation is logged"),
        (
            kinds.renewals_without_conversation,
            renewals(days_left=[5, 5], unprepared=[True, False], last_conversation=[date(2024, 1, 2), DAY]),
            "Renews in 5 days and the last conversation was on 2024-01-02",
        ),
        (kinds.notice_given, renewals(cancelled_on=[date(2024, 6, 1), None]), "Notice given on 2024-06-01; ends in 90 days"),
        (kinds.health_fell, {"score": [50.0, 50.0], "change": [-15.0, -14.9]}, "Health 65 → 50 in 30 days"),
        (kinds.usage_fell, use(mau=[7, 8], mau_before=[10, 11]), "Monthly actives 10 → 7 in 30 days"),
        (kinds.usage_fell, use(mau=[0, 0], mau_before=[3, 2]), "Monthly actives 3 → 0 in 30 days"),
        (kinds.usage_fell, use(events=[86, 148], events_before=[210, 210]), "Events 210 → 86 in 30 days"),  # -59 %, and -29.5 %
        (kinds.usage_fell, use(events=[0, 0], events_before=[30, 29]), "Events 30 → 0 in 30 days"),
        (kinds.usage_fell, use(mau=[7, 7], mau_before=[10, 10], trend=[-0.3, None]), "Monthly actives 10 → 7 in 30 days"),
        (
            kinds.never_started,
            {"started_on": [DAY, DAY], "days_since_start": [30, 29], "days_seen": [30, 29]},
            "Started 30 days ago, not onboarded",
        ),
        (
            kinds.never_started,
            {"started_on": [DAY, DAY], "days_since_start": [40, 40], "days_seen": [30, 29]},
            "Started 40 days ago, not onboarded",
        ),
        (kinds.tickets_rising, {"opened": [4, 3], "opened_before": [2, 2]}, "Tickets 2 → 4 in 30 days"),
        (kinds.tickets_rising, {"opened": [3, 2], "opened_before": [0, 0]}, "Tickets 0 → 3 in 30 days"),
        (kinds.champion_silent, {"name": ["Kim", "Lou"], "silent_days": [30, 29]}, "Champion Kim not seen for 30 days"),
        (kinds.seats_full, {"mau": [9, 8], "seats": [10, 10]}, "9 of 10 seats used"),
        (kinds.risk_rose, {"churn_probability": [0.3, 0.3], "churn_probability_before": [0.1, 0.25]}, "Churn risk 10 % → 30 %"),
    ],
)
def test_a_kind_on_its_edge(function, columns, why):
    assert found(function, **columns) == [("has", why)]


def test_a_renewal_with_notice_is_told_once():
    given = renewals(days_left=[5, 5], cancelled_on=[date(2024, 6, 1), date(2024, 6, 1)])
    assert found(kinds.renewals_without_conversation, **given) == []


def test_unknown_usage_is_no_fall_and_no_full_seats():
    nothing = pl.Series([None, None], dtype=pl.Int64)
    assert found(kinds.usage_fell, **use(mau=nothing, mau_before=[9, 9])) == []
    assert found(kinds.seats_full, mau=nothing, seats=[1, 1]) == []


def test_rank_is_money_times_nearness_times_certainty():
    """A: 1,000 x 90/(90+0) x 0.5 = 500; B: 3,000 x 90/(90+90) x 0.2 = 300, and its second item x 0.1 = 150; C pays nothing."""
    items = pl.LazyFrame(
        {
            "account_id": ["B", "A", "B", "C"],
            "kind": ["x", "x", "y", "x"],
            "figure": ["f"] * 4,
            "why": ["w"] * 4,
            "certainty": [0.1, 0.5, 0.2, 1.0],
        }
    )
    accounts = pl.LazyFrame({"account_id": ["A", "B", "C"], "arr": [100000, 300000, 0], "days_to_end": [0, 90, 1]})
    rows = kinds.ranked(items, accounts).select("account_id", "kind", "priority").collect().rows()
    assert rows == [("A", "x", 50000), ("B", "y", 30000), ("B", "x", 15000)]


def test_an_open_end_is_a_year_away():
    """1,000 x 90/(90+365) x 1 = 197.80."""
    item = pl.LazyFrame({"account_id": ["A"], "kind": ["x"], "figure": ["f"], "why": ["w"], "certainty": [1.0]})
    accounts = pl.LazyFrame({"account_id": ["A"], "arr": [100000], "days_to_end": pl.Series([None], dtype=pl.Int64)})
    assert kinds.ranked(item, accounts).collect()["priority"].to_list() == [19780]


def test_urgency_is_the_accounts_and_changes_at_30_and_90_days():
    accounts = {"A": 30, "B": 31, "C": 90, "D": 91, "E": None, "F": 200}
    items = [(account, "seats_full") for account in accounts] + [("F", "notice_given")]
    drawn = pl.LazyFrame(items, schema=["account_id", "kind"], orient="row").with_columns(
        figure=pl.lit("f"), why=pl.lit("w"), certainty=pl.lit(1.0)
    )
    money = pl.LazyFrame({"account_id": [*accounts], "arr": [100] * 6, "days_to_end": [*accounts.values()]})
    found = kinds.ranked(drawn, money).select("account_id", "urgency").unique().sort("account_id").collect()
    assert found.rows() == [("A", "now"), ("B", "soon"), ("C", "soon"), ("D", "later"), ("E", "later"), ("F", "now")]


@pytest.mark.parametrize(
    ("function", "columns", "rests_on"),
    [
        (kinds.renewals_without_conversation, renewals(), ("2024-09-28", None, None)),
        (kinds.notice_given, renewals(cancelled_on=[date(2024, 6, 1), None]), ("2024-06-01", None, None)),
        (kinds.health_fell, {"score": [50.0, 50.0], "change": [-15.0, -14.9]}, (None, -50.0, -35.0)),  # 15 points lower: 35
        (kinds.usage_fell, use(mau=[7, 8], mau_before=[10, 11]), ("people", -7.0, -4.9)),  # 30 % lower
        (kinds.usage_fell, use(events=[86, 148], events_before=[210, 210]), ("events", -86.0, -60.2)),
        (kinds.never_started, {"started_on": [DAY, DAY], "days_since_start": [30, 29], "days_seen": [30, 29]}, ("2024-06-30", None, None)),
        (kinds.tickets_rising, {"opened": [4, 3], "opened_before": [2, 2]}, (None, 4.0, 8.0)),
        (kinds.champion_silent, {"name": ["Kim", "Lou"], "silent_days": [30, 29]}, ("Kim", None, None)),
        (kinds.seats_full, {"mau": [9, 8], "seats": [10, 10]}, (None, 0.9, 1.0)),
        (kinds.risk_rose, {"churn_probability": [0.3, 0.3], "churn_probability_before": [0.1, 0.25]}, (None, 0.3, 0.4)),
    ],
)
def test_what_tells_another_trouble_and_from_where_it_is_clearly_worse(function, columns, rests_on):
    frame = pl.DataFrame({"account_id": ["has", "has not"], **columns}).lazy()
    (found,) = function(frame).select("basis", "measure", "worse_from").collect().rows()
    assert found[0] == rests_on[0]
    assert found[1:] == pytest.approx(rests_on[1:])
