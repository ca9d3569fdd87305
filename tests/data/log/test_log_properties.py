"""Random sequences of imports, re-imports, overlaps, snapshots, states in any order, edits, undos, redos and kills end where importing
only what stands would.

A kill is a SIGKILL of a process that was importing, undoing or redoing, at any line of the work or inside the engine (killing.py);
what it leaves is opened by the next step, and the log then says whether the work was done.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.store.store import Store
from data.store.view import View
from data.store.writing import LinesCutAnew
from reports.catalogue import REPORTS
from reports.report import Question
from tests.data.log.answers import BY_IMPORT, OF_THE_LOG, answered
from tests.data.log.killing import commit, killed, mark
from tests.data.log.stagings import staged


def account(key: str, **more: object) -> dict:
    return {"row_key": key, "account_id": key, **more}


def line(key: str, owner: str, month: int, amount: int, ends_on: date | None = None) -> dict:
    more = {"amount": Decimal(amount), "period": "1 month", "currency": "USD", "kind": "recurring", "is_trial": False}
    return {"row_key": key, "contract_id": key, "account_id": owner, "starts_on": date(2024, month, 1), "ends_on": ends_on, **more}


def sold(product: str, amount: int, **more: object) -> dict:
    """A line of a contract that may have several."""
    return line("7", "A", 1, amount) | {"product": product} | more


def by_product(product: str, amount: int) -> dict:
    return sold(product, amount, row_key=f"contract_id=7|product={product}|starts_on=2024-01-01")


def months(owner: str, paid: dict[int, int]) -> list[dict]:
    more = {"account_id": owner, "period": "1 month", "currency": "USD"}
    return [
        more | {"row_key": f"account_id={owner}|starts_on=2024-0{at}-01", "starts_on": date(2024, at, 1), "amount": amount}
        for at, amount in paid.items()
    ]


def events(*days: tuple[str, int], **more: object) -> list[dict]:
    return [
        {"account_id": who, "user_id": "u", "event": "open", "occurred_at": datetime(2024, 1, day, tzinfo=UTC), **more} for who, day in days
    ]


def ticket(key: str, owner: str, day: int, priority: str | None) -> dict:
    return {"row_key": key, "ticket_id": key, "account_id": owner, "opened_at": datetime(2024, 1, day), "priority": priority}


def on(month: int, complete: bool = False) -> dict:
    """A state of the first of a month."""
    return {"rows": "state", "covers": (date(2024, month, 1), date(2024, month, 1)), "feed": "list", "snapshot": complete}


def these_are_all(month: int) -> dict:
    return {"snapshot": True, "covers": (date(2024, month, 1), date(2024, month, 1))}


EACH = "contract_id,product,starts_on"
OF_ONE = {"feed": "moving", "keys": ("contract_id", EACH)}  # a file by itself goes by its contracts
FILES = {  # name: table, rows, and what is particular to the file
    "accounts": ("accounts", [account("A", name="Old", plan="Pro"), account("B", name="Bee", plan="Pro")], {}),
    "a column less": ("accounts", [account("A", plan="Basic")], {}),
    "a cell cleared": ("accounts", [account("A", name="New", plan=None), account("C", name="Sea", plan=None)], {}),
    "an edit of an account": ("accounts", [account("A", name="By hand")], {"edit": True}),
    "lines": ("contracts", [line("1", "A", 1, 10), line("2", "B", 1, 20, date(2024, 9, 1))], {}),
    "lines, changed": ("contracts", [line("2", "C", 2, 25), line("3", "B", 1, 7)], {}),
    "an edit of an end": ("contracts", [{"row_key": "1", "contract_id": "1", "ends_on": date(2024, 11, 1)}], {"edit": True}),
    "all lines in March": ("contracts", [line("1", "A", 1, 10), line("3", "B", 1, 7), line("4", "A", 6, 50)], these_are_all(3)),
    "all lines in May": ("contracts", [line("3", "B", 1, 7)], these_are_all(5)),
    "all lines of another feed": ("contracts", [line("1", "A", 1, 10), line("9", "Z", 1, 3)], these_are_all(4) | {"feed": "other"}),
    "a contract of one line": ("contracts", [sold("x", 11)], OF_ONE),
    "the other line alone": ("contracts", [sold("y", 13)], OF_ONE),
    "a contract of two lines": ("contracts", [by_product("x", 11), by_product("y", 12)], {"feed": "moving", "keys": (EACH, "contract_id,product")}),
    "a log of months": ("contracts", months("A", {1: 30, 2: 30, 3: 45}), {"feed": "log", "log": True, "covers": (date(2024, 1, 1), date(2024, 3, 31))}),
    "a log that goes on": ("contracts", months("A", {3: 30, 4: 30}), {"feed": "log", "log": True, "covers": (date(2024, 3, 1), date(2024, 5, 31))}),
    "the list in February": ("contracts", [line("5", "A", 1, 40), line("6", "B", 1, 8)], on(2)),
    "the list in March": ("contracts", [line("5", "A", 1, 70), line("6", "C", 1, 8, date(2024, 3, 15))], on(3)),
    "the list in March again": ("contracts", [line("5", "A", 1, 75)], on(3)),
    "the list in May, complete": ("contracts", [line("6", "B", 1, 9), line("3", "B", 1, 6)], on(5, complete=True)),
    "the list in June": ("contracts", [line("5", "A", 1, 90)], on(6)),
    "records of the list": ("contracts", [line("5", "A", 1, 33)], {"feed": "list", "covers": (date(2024, 1, 9), date(2024, 1, 9))}),
    "the list declared": ("contracts", [line("6", "B", 1, 8)], on(4) | {"declares": True}),
    "an edit in the list": ("contracts", [{"row_key": "5", "amount": Decimal(77)}], {"edit": True}),
    "accounts in February": ("accounts", [account("A", plan="Pro"), account("B", plan="Basic")], on(2)),
    "accounts in May": ("accounts", [account("A", plan="Free")], on(5)),
    "events": ("usage_events", events(("A", 1), ("A", 1), ("A", 2)), {}),
    "events that overlap": ("usage_events", events(("A", 1), ("A", 3), ("B", 2)), {}),
    "events three times": ("usage_events", events(("A", 1), ("A", 1), ("A", 1), ("B", 2)), {}),
    "events with ids": ("usage_events", events(("A", 1), event_id="x") + events(("B", 2), event_id="y"), {}),
    "events of another feed": ("usage_events", events(("A", 1), ("C", 9)), {"feed": "other"}),
    "tickets": ("tickets", [ticket("t", "A", 3, "high"), ticket("v", "B", 5, "low")], {}),
    "tickets, changed": ("tickets", [ticket("t", "A", 3, None)], {}),
}  # fmt: skip
whats = st.one_of(st.sampled_from(list(FILES)), st.integers(0, 6))  # a file to import, or the number of one to undo or redo
LINES = 900  # most imports have 370 to 890 lines of ours, the first of a table more; see test_killing.py for what happens above
kills = st.tuples(whats, st.integers(1, LINES), st.sampled_from((0, 0, 300, 1_500, 6_000)))
steps = st.lists(st.one_of(whats, whats, kills), min_size=2, max_size=8)
LOOKED_AT = Question(as_of=date(2024, 7, 1), start=date(2024, 1, 31), end=date(2024, 6, 30))
SLOW = {
    "account-changes",
    "accounts",
    "compare-rules",
    "not-started",
    "today",
    "today-by-owner",
}  # looked at once, after a sequence with a bit of all


class Place(NamedTuple):
    """A folder with every file staged and an empty store to copy."""

    folder: Path
    parts: dict
    numbers: Iterator[int]

    def __repr__(self) -> str:
        """Short: a sequence that fails is told with it."""
        return f"Place({self.folder.name})"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores")
    (folder / "staging").mkdir()
    Store.open(folder / "empty.duckdb").close()
    parts = {name: staged(folder / "staging", table, rows, **more) for name, (table, rows, more) in FILES.items()}
    return Place(folder, parts, count())


def fresh(place) -> Store:
    folder, _, numbers = place
    return Store.open(shutil.copy(folder / "empty.duckdb", folder / f"{next(numbers)}.duckdb"))


def put(store: Store, place, names: list[str]) -> Store:
    for name in names:
        store.commit(place[1][name])
    return store


def drop(store: Store) -> None:
    store.close()
    store.path.unlink()


def seen(store: Store, known_at: int | None = None) -> list[list[tuple]]:
    days = (date(2024, 1, 1), date(2024, 1, 31))
    with View(store, known_at=known_at) as view:
        frames = [
            view.accounts(),
            view.account_history("plan"),
            view.contracts(),
            view.table("tickets"),
            view.usage_days(*days),
            view.usage_months(*days),
        ]
        frames.append(view.usage_span(days[1]))
    return [sorted(frame.select(sorted(set(frame.columns) - OF_THE_LOG)).rows(), key=str) for frame in frames]


def answer_of(store: Store, name: str) -> tuple:
    """What a report answers, or why it cannot be had."""
    try:
        return answered(store, name, LOOKED_AT)
    except ValueError as error:
        return (str(error),)


class Played:
    """A store, the files imported into it, and which of them stand."""

    def __init__(self, place) -> None:
        self.place, self.store = place, fresh(place)
        self.done: list[str] = []
        self.standing: list[bool] = []
        self.then: list[list[str]] = []  # per import, the files that stood just after it
        self.struck = 0  # kills that came before the work was done

    def stands(self) -> list[str]:
        return [name for name, stands in zip(self.done, self.standing, strict=True) if stands]

    def step(self, what: str | int | tuple) -> None:
        if isinstance(what, tuple):
            self._killed(*what)
        elif isinstance(what, str):
            put(self.store, self.place, [what])
            self._imported(what)
        elif self.done:
            at = what % len(self.done)
            with suppress(LinesCutAnew):  # the files that would be left cannot be told apart: nothing is done
                (self.store.undo if self.standing[at] else self.store.redo)(at + 1)
                self.standing[at] = not self.standing[at]

    def _imported(self, name: str) -> None:
        self.done.append(name)
        self.standing.append(True)
        self.then.append(self.stands())

    def _killed(self, what: str | int, line: int, microseconds: int) -> None:
        if isinstance(what, int) and not self.done:
            return
        at = what % len(self.done) if isinstance(what, int) else len(self.done)
        work = partial(commit, file=self.place[1][what]) if isinstance(what, str) else partial(mark, batch=at + 1, undo=self.standing[at])
        self.store.close()
        acknowledged = killed(self.store.path, work, line, microseconds)
        self.store = Store.open(self.store.path)
        log = self.store.imports().sort("batch")["standing"].to_list()
        done = log != self.standing
        self.struck += not done
        assert done or not acknowledged
        if isinstance(what, str):
            assert log == self.standing + [True] * done
            if done:
                self._imported(what)
        else:
            self.standing[at] ^= done
            assert log == self.standing


def played(place, sequence: list) -> Played:
    found = Played(place)
    for what in sequence:
        found.step(what)
    return found


FAST = st.sampled_from(sorted(set(REPORTS) - SLOW - BY_IMPORT))


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(steps, FAST)
def test_only_what_stands_counts(place, sequence, report):
    only_what_stands_counts(place, sequence, report)


@settings(max_examples=12, deadline=None)
@given(steps, FAST)
def test_only_what_stands_counts_in_a_few_sequences(place, sequence, report):
    only_what_stands_counts(place, sequence, report)


def only_what_stands_counts(place, sequence: list, report: str) -> None:
    play = played(place, sequence)
    only = put(fresh(place), place, play.stands())
    assert seen(play.store) == seen(only)
    assert answer_of(play.store, report) == answer_of(only, report)
    drop(only)
    drop(play.store)


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(steps, st.integers(0, 8))
def test_a_past_moment_is_as_if_only_what_stood_then_had_come(place, sequence, moment):
    the_past_is_what_stood_then(place, sequence, moment)


@settings(max_examples=6, deadline=None)
@given(steps, st.integers(0, 8))
def test_a_past_moment_of_a_few_sequences(place, sequence, moment):
    the_past_is_what_stood_then(place, sequence, moment)


def the_past_is_what_stood_then(place, sequence: list, moment: int) -> None:
    play = played(place, ["accounts", *sequence])
    at = moment % len(play.then)
    past = put(fresh(place), place, play.then[at])
    assert seen(play.store, known_at=at + 1) == seen(past)
    assert play.store.check() == []
    drop(past)
    drop(play.store)


@pytest.mark.parametrize("report", sorted(SLOW))
def test_slow_reports_too(place, report):
    sequence = [
        "accounts",
        "lines",
        "events",
        "all lines in March",
        "events that overlap",
        1,
        "all lines in May",
        "an edit of an end",
        2,
        1,
        3,
    ]
    play = played(place, sequence)
    only = put(fresh(place), place, play.stands())
    assert answer_of(play.store, report) == answer_of(only, report)
    drop(only)
    drop(play.store)


@pytest.mark.long
def test_every_import_killed_at_a_hundred_moments_is_there_whole_or_not_at_all(place):
    sequence = list(FILES) * 6
    moments = np.random.default_rng(7).integers(1, LINES, len(sequence))
    play = Played(place)
    for number, name in enumerate(sequence):
        play.step((name, int(moments[number]), (0, 300, 3_000)[number % 3]))
    assert play.store.check() == []
    only = put(fresh(place), place, play.stands())
    assert seen(play.store) == seen(only)
    assert 20 < play.struck < len(sequence)  # most kills came before the end of the work, and some after it
    drop(only)
    drop(play.store)
