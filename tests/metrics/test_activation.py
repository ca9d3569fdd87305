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


COVERED_TO = date(2024, 6, 30)


def account(
    name: str = "A", *, seats: int | None = 4, last_seen: date | None = date(2024, 6, 1), started_on: date = START,
    covered_to: date | None = COVERED_TO, all_accounts: bool = False,
) -> dict:  # fmt: skip
    return {
        "account_id": name, "name": name, "live_on": None, "started_on": started_on, "seats": seats, "last_seen": last_seen,
        "covered_to": covered_to, "all_accounts": all_accounts,
    }  # fmt: skip


def seen(entries: list[dict], who: pl.LazyFrame, *accounts: dict, events: tuple = (), covered_from=date(2024, 1, 1), names_users=True):
    types = {"live_on": pl.Date, "seats": pl.Int64, "last_seen": pl.Date, "covered_to": pl.Date}
    frame = pl.DataFrame(accounts or [account()], schema_overrides=types).with_columns(covered_from=pl.lit(covered_from)).lazy()
    happened = pl.LazyFrame(events, schema=EVENTS, orient="row")
    reached = steps(frame, who, happened, wanted=milestones(entries), names_users=names_users).collect().lazy()
    return activation(frame, reached).collect(), reached


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


@pytest.mark.parametrize(("seats", "expected"), [(6, "activated"), (7, "on_the_way"), (None, "not_measured"), (0, "not_measured")])
def test_a_share_of_seats_on_its_edge_and_not_measured_without_seats(seats, expected):
    """Three of 6 is half, three of 7 is not; without seats all that can be measured is reached, and nobody knows the rest."""
    who = people(("A", "u", 0), ("A", "v", 1), ("A", "w", 2))
    assert state([FIRST_USE, HALF], who, account(seats=seats)) == expected


def test_users_that_the_export_does_not_name_are_not_counted_as_one():
    nameless = people(("A", None, 0))
    assert state([FIRST_USE, THREE], nameless) == "not_measured"  # its first use is reached: people cannot be counted here
    assert state([THREE], nameless) == "not_tracked"


def test_a_milestone_that_cannot_be_measured_is_reached_by_nobody_and_in_no_rate():
    """Where usage names no users, also a silent account has no number of people: of neither three people can be said."""
    rows, reached = seen([FIRST_USE, THREE], people(("A", None, 0)), account("A"), account("B"), names_users=False)
    assert rows.sort("account_id").select("state", "followed", "unmeasured").rows() == [
        ("not_measured", False, 1),
        ("not_started", False, 1),
    ]
    assert funnel(reached).collect().select("entered", "reached", "conversion").rows() == [(2, 1, 0.5), (0, 0, None)]
    # Where it names some, silence of B is no people: it is measured, and counts.
    named = seen([FIRST_USE, THREE], people(("A", "u", 0)), account("A"), account("B"))[0]
    assert named["followed"].to_list() == [True, True]


def test_a_named_event_counts_from_the_start():
    wanted = [{"title": "Report", "kind": "event", "event": "report_created"}]
    assert state(wanted, people(("A", "u", 0)), events=[("A", "report_created", date(2024, 1, 20))]) == "activated"
    assert state(wanted, people(("A", "u", 0)), events=[("A", "login", date(2024, 1, 20))]) == "not_started"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        ({"last_seen": date(2024, 6, 1)}, "not_started"),  # it has been seen, though not since its start
        ({"last_seen": None, "all_accounts": True}, "not_started"),  # the feed names every account: nothing means nothing
        ({"last_seen": None, "covered_to": None}, "not_tracked"),  # in no feed: silence is not zero
        ({"last_seen": None, "all_accounts": True, "covered_to": START}, "not_started"),  # as of the day on which the feed stopped
        ({"last_seen": None, "all_accounts": True, "covered_to": START - timedelta(days=1)}, "not_tracked"),  # it started unseen
    ],
)
def test_silence_is_not_zero(one, expected):
    assert state([FIRST_USE, THREE], people(), account(**one)) == expected


@pytest.mark.parametrize(("covered", "expected"), [(30, "not_started"), (29, "not_tracked")])
def test_who_never_had_an_event_in_a_feed_of_all_accounts_has_not_started_whenever_it_began(covered, expected):
    """It began years before usage is covered; thirty days without an event say that it does not use the product."""
    first = date(2024, 1, 1)
    old = account(last_seen=None, all_accounts=True, started_on=date(2020, 1, 1), covered_to=first + timedelta(days=covered))
    row = seen([FIRST_USE, THREE], people(), old, covered_from=first)[0].row(0, named=True)
    assert (row["state"], row["followed"]) == (expected, False)


def test_the_rate_stays_when_the_feed_stops():
    """Ten accounts, six activated, four silent: 60 %. Nothing that came after the last covered day changes it."""
    stopped = {"covered_to": START + timedelta(days=20)}
    book = [account(f"a{n}", **stopped) for n in range(10)] + [account("new", started_on=START + timedelta(days=21), **stopped)]
    rows = seen([FIRST_USE], people(*[(f"a{n}", "u", 1) for n in range(6)]), *book)[0]
    assert rows.filter(pl.col("account_id") == "new")["state"].item() == "not_tracked"
    followed = rows.filter("followed")
    assert ((followed["state"] == "activated").sum(), followed.height) == (6, 10)


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
