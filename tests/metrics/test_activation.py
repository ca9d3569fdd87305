"""Milestones on accounts small enough to read, the edges of every state, and published rates."""

from datetime import date, timedelta

import polars as pl
import pytest

from metrics.activation import activation, funnel, milestones, steps

START = date(2024, 1, 10)
PEOPLE = {"account_id": pl.String, "user_id": pl.String, "first_day": pl.Date}
EVENTS = {"account_id": pl.String, "event": pl.String, "first_day": pl.Date}
FIRST_USE = {"title": "First use", "kind": "event"}
THREE = {"title": "Three people", "kind": "users", "at_least": 3}
HALF = {"title": "Half of the seats", "kind": "seat_share", "at_least": 0.5}


def people(*rows: tuple[str, str | None, int]) -> pl.LazyFrame:
    """(account, user, days after the start)"""
    full = [(account, user, START + timedelta(days=days)) for account, user, days in rows]
    return pl.LazyFrame(full, schema=PEOPLE, orient="row")


def account(name: str = "A", *, seats: int | None = 4, last_seen: date | None = date(2024, 6, 1), started_on: date = START) -> dict:
    return {"account_id": name, "name": name, "live_on": None, "started_on": started_on, "seats": seats, "last_seen": last_seen}


def seen(entries: list[dict], who: pl.LazyFrame, *accounts: dict, events: tuple = (), feed: str = "live", covered_from=date(2024, 1, 1)):
    types = {"live_on": pl.Date, "seats": pl.Int64, "last_seen": pl.Date}
    frame = pl.DataFrame(accounts or [account()], schema_overrides=types).lazy()
    happened = pl.LazyFrame(events, schema=EVENTS, orient="row")
    reached = steps(frame, who, happened, wanted=milestones(entries)).collect().lazy()
    return activation(frame, reached, covered_from=covered_from, feed=feed).collect(), reached


def state(*arguments: object, **more: object) -> str:
    return seen(*arguments, **more)[0]["state"].item()


def test_the_last_milestone_dates_the_activation():
    """Users came on days 0, 2, 2 and 9: the third person on day 2; half of four seats is two, reached on day 2, too."""
    who = people(("A", "u", 0), ("A", "v", 2), ("A", "w", 2), ("A", "x", 9))
    row = seen([FIRST_USE, THREE, HALF], who)[0].row(0, named=True)
    assert (row["state"], row["activated_on"], row["days_to_activate"]) == ("activated", date(2024, 1, 12), 2)
    assert row["milestones"] == ["First use (day 0)", "Three people (day 2)", "Half of the seats (day 2)"]


@pytest.mark.parametrize(("within", "expected"), [(2, "activated"), (1, "on_the_way"), (None, "activated")])
def test_a_milestone_reached_too_late_does_not_count(within, expected):
    limited = THREE | ({} if within is None else {"within_days": within})
    assert state([FIRST_USE, limited], people(("A", "u", 0), ("A", "v", 1), ("A", "w", 2))) == expected


@pytest.mark.parametrize(("seats", "expected"), [(6, "activated"), (7, "on_the_way"), (None, "activated"), (0, "activated")])
def test_a_share_of_seats_on_its_edge_and_left_out_without_seats(seats, expected):
    """Three of 6 is half, three of 7 is not; without seats the account is judged by the other milestones."""
    who = people(("A", "u", 0), ("A", "v", 1), ("A", "w", 2))
    assert state([FIRST_USE, HALF], who, account(seats=seats)) == expected


def test_users_that_the_export_does_not_name_are_not_counted_as_one():
    nameless = people(("A", None, 0))
    assert state([FIRST_USE, THREE], nameless) == "activated"  # by its first use alone: people cannot be counted here
    assert state([THREE], nameless) == "not_tracked"


def test_a_named_event_counts_from_the_start():
    wanted = [{"title": "Report", "kind": "event", "event": "report_created"}]
    assert state(wanted, people(("A", "u", 0)), events=[("A", "report_created", date(2024, 1, 20))]) == "activated"
    assert state(wanted, people(("A", "u", 0)), events=[("A", "login", date(2024, 1, 20))]) == "not_started"


@pytest.mark.parametrize(
    ("last_seen", "feed", "expected"),
    [
        (date(2024, 6, 1), "live", "not_started"),  # it has been seen, though not since its start
        (None, "complete", "not_started"),  # the feed names every account: nothing means nothing
        (None, "live", "not_tracked"),  # silence is not zero
        (date(2024, 6, 1), "stopped", "not_tracked"),
    ],
)
def test_silence_is_not_zero(last_seen, feed, expected):
    assert state([FIRST_USE, THREE], people(), account(last_seen=last_seen), feed=feed) == expected


@pytest.mark.parametrize(("days_before", "expected", "followed"), [(30, "on_the_way", True), (31, "not_tracked", False)])
def test_what_happened_before_usage_is_covered_is_not_known(days_before, expected, followed):
    covered = START + timedelta(days=days_before)
    row = seen([FIRST_USE, THREE], people(("A", "u", 40)), covered_from=covered)[0].row(0, named=True)
    assert (row["state"], row["followed"]) == (expected, followed)


def test_an_account_that_started_unseen_can_be_activated_but_not_dated():
    row = seen([FIRST_USE], people(("A", "u", 90)), covered_from=START + timedelta(days=80))[0].row(0, named=True)
    assert (row["state"], row["activated_on"], row["days_to_activate"], row["milestones"]) == ("activated", None, None, ["First use"])


def test_published_activation_rate():
    """E-57, blog.growrockets.com: 90 of 500 is 18 %."""
    accounts = [account(f"a{n}") for n in range(500)]
    rows = seen([FIRST_USE], people(*[(f"a{n}", "u", 1) for n in range(90)]), *accounts)[0]
    assert (rows["state"] == "activated").sum() / rows["followed"].sum() == 0.18


def test_published_funnel():
    """E-57, lotoftools.org: .90 x .78 x .82 = 57.56 %. Of 5,000 accounts 4,500, 3,510 (x .78) and, rounded, 2,878 (x .82) get on."""
    counts = [5000, 4500, 3510, 2878]
    rows = [
        (f"a{n}", step, f"s{step}", True, START if n < counts[step] else None, 0 if n < counts[step] else None)
        for n in range(5000)
        for step in (1, 2, 3)
    ]
    schema = {"account_id": pl.String, "step": pl.Int32, "title": pl.String, "measurable": pl.Boolean, "day": pl.Date, "days": pl.Int64}
    table = funnel(pl.LazyFrame(rows, schema=schema, orient="row")).collect()
    assert table["entered"].to_list() == counts[:3]
    assert table["reached"].to_list() == counts[1:]
    assert table["conversion"].to_list() == pytest.approx([0.90, 0.78, 0.82], abs=1e-4)
    assert table["overall"][-1] == pytest.approx(0.5756, abs=5e-5)


def test_who_skips_a_milestone_leaves_the_funnel_and_what_cannot_be_measured_holds_nobody_up():
    wanted = [FIRST_USE, THREE, HALF]
    who = people(("A", "u", 0), ("A", "v", 1), ("B", "u", 0), ("C", "u", 0), ("C", "v", 0), ("C", "w", 0))
    _, reached = seen(wanted, who, account("A", seats=4), account("B", seats=9), account("C", seats=None))
    table = funnel(reached).collect()
    # A reached half of its seats but never three people; C has no seats to share.
    assert table.select("entered", "reached").rows() == [(3, 3), (3, 1), (0, 0)]
    assert table["conversion"].to_list() == [1.0, pytest.approx(1 / 3), None]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([], "at least one"),
        ([{"title": "x", "kind": "wish"}], "event, users, seat_share"),
        ([{"kind": "event"}], "give a title"),
        ([HALF | {"at_least": 50}], "share of seats"),
        ([FIRST_USE | {"often": 2}], "often is not known"),
    ],
)
def test_milestones_that_cannot_be_used_are_named(entries, words):
    with pytest.raises(ValueError, match=words):
        milestones(entries)
