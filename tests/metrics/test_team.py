"""Who has how much on their hands, counted by hand; and the day in short."""

from datetime import date, timedelta

import polars as pl

from metrics.summary import lines
from metrics.team import load, without_contact

DAY = date(2024, 6, 30)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def frame(columns: list[str], *rows: tuple) -> pl.DataFrame:
    shape = {name: pl.Date if name.endswith("_on") or name == "since" else None for name in columns}
    return pl.DataFrame(rows, schema=columns, orient="row", schema_overrides={name: kind for name, kind in shape.items() if kind})


ACCOUNTS = frame(
    ["account_id", "owner", "arr", "since"], ("A", "dana", 100, ago(400)), ("B", "dana", 250, ago(30)), ("C", "dana", 5, ago(29)),
    ("D", "kim", 900, None), ("E", None, 7, ago(400)),
)  # fmt: skip
TALKS = frame(
    ["account_id", "owner", "done_on"],
    ("A", "dana", ago(29)),
    ("A", "dana", ago(3)),
    ("B", "kim", ago(30)),
    ("D", "kim", DAY + timedelta(days=1)),
)


def test_without_contact_on_its_edges():
    """A was talked with 29 days ago, B 30 days ago; C is a customer for 29 days; D's talk lies ahead; E was never talked with."""
    found = without_contact(ACCOUNTS.lazy(), TALKS.lazy(), day=DAY, days=30).collect()
    assert sorted(found["account_id"]) == ["B", "D", "E"]
    assert sorted(without_contact(ACCOUNTS.lazy(), TALKS.lazy(), day=DAY, days=31).collect()["account_id"]) == ["D", "E"]


def test_load_counts_accounts_by_owner_tasks_by_who_does_them_and_deeds_by_who_did_them():
    tasks = frame(
        ["owner", "state", "done_on", "done_by"], ("dana", "overdue", None, None), ("dana", "ahead", None, None), ("mo", "due_today", None, None),
        ("dana", "done", ago(6), "kim"), ("dana", "done", ago(7), "kim"), (None, "no_day", None, None),
    )  # fmt: skip
    items = frame(["account_id", "owner"], ("A", "dana"), ("A", "dana"), ("B", "dana"), ("D", "kim"))
    silent = frame(["account_id"], ("B",), ("D",), ("E",))
    found = load(*(one.lazy() for one in (ACCOUNTS, tasks, items, silent, TALKS)), day=DAY).collect()
    names = ("owner", "accounts", "arr", "tasks", "overdue", "items", "needing", "without_contact", "done_lately", "talks_lately")
    assert found.select(names).rows() == [
        ("kim", 1, 900, 0, 0, 1, 1, 1, 1, 0), ("dana", 3, 355, 2, 1, 3, 2, 1, 0, 1), (None, 1, 7, 1, 0, 0, 0, 1, 0, 0),
        ("mo", 0, 0, 1, 0, 0, 0, 0, 0, 0),
    ]  # fmt: skip


def test_contact_that_nobody_logs_is_not_known():
    nothing = frame(["account_id", "owner"]).cast(pl.String).lazy()
    tasks = (
        frame(["owner", "state", "done_on", "done_by"])
        .cast({"owner": pl.String, "state": pl.String, "done_on": pl.Date, "done_by": pl.String})
        .lazy()
    )
    found = load(ACCOUNTS.lazy(), tasks, nothing, None, TALKS.lazy(), day=DAY).collect()
    assert found["without_contact"].to_list() == [None, None, None]


def test_the_day_in_short_counts_each_account_once_in_its_line():
    """Usage fell at A and B (300 together, A once); one task is overdue, two due today at A; of those ahead one is due in 7 days."""
    items = frame(["account_id", "kind", "arr"], ("A", "usage_fell", 100), ("B", "usage_fell", 200), ("A", "never_started", 100))
    tasks = frame(
        ["account_id", "state", "days_left", "arr", "done_on"], ("B", "overdue", -1, 200, None), ("A", "due_today", 0, 100, None),
        ("A", "due_today", 0, 100, None), ("C", "ahead", 7, None, None), ("A", "ahead", 8, 100, None), ("A", "done", None, 100, ago(6)),
        ("A", "done", None, 100, ago(7)),
    )  # fmt: skip
    talks = frame(["account_id", "done_on", "arr"], ("B", ago(6), 200), ("B", ago(0), 200), ("A", ago(7), 100))
    found = lines(items, tasks, frame(["account_id", "arr"], ("D", 50)), talks, day=DAY)
    assert found.rows() == [
        ("changed", "usage_fell", 2, 2, 300), ("due", "overdue", 1, 1, 200), ("due", "due_today", 2, 1, 100), ("due", "due_soon", 1, 1, 0),
        ("due", "renewals", 1, 1, 50), ("done", "tasks_done", 1, 1, 100), ("done", "conversations", 2, 1, 200),
    ]  # fmt: skip
