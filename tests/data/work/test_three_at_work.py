"""Three people of different scopes at work, deed by deed, with stale pages, undo and redo: what is there in the end is what still stands.

The model below is plain Python: a list of batches, of which those that stand are laid over each other, column by column.
"""

import random
import shutil
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from data.approvals.undoing import mark
from data.store.edits import EditRefused, commit_frame
from data.store.store import REDO, UNDO, Store
from data.store.view import View
from data.viewer import EDIT, VIEW, Grant, NotAllowed, Viewer
from data.viewer import UNDO as TO_UNDO
from data.work import answers, churn_reasons, conversations, plays, tasks
from data.work.templates import shipped
from data.work.writing import NOTHING, ChangedSince, write

DAY, LATER = date(2026, 6, 1), date(2026, 6, 9)
OWNERS = {"A": "ann", "B": "ann", "C": "ben", "D": "cat"}
PLAY = next(iter(shipped()))
REACH = {"ann": "AB", "ben": "ABC", "cat": "CD"}
SCOPES = {"ann": (("owner", ("ann",)),), "ben": (("team", ("north",)),), "cat": (("owner", ("ben", "cat")),)}
PEOPLE = {
    who: Viewer(rights=tuple(Grant(one, kind, scope) for one in (EDIT, TO_UNDO, VIEW) for kind in ("accounts", "activities")), person=who)
    for who, scope in SCOPES.items()
}
KEYS = {
    "activities": ("activity_id",), "item_answers": ("account_id", "item"), "goals": ("goal_id",), "play_runs": ("run_id",),
    "play_steps": ("run_id", "step"), "churn_answers": ("account_id", "churned_on"), "next_steps": ("account_id",),
}  # fmt: skip
NOT_COMPARED = {"started_at", "done_at", "steps", "task_id"}
Row = dict[str, Any]


@dataclass
class Batch:
    """What one deed wrote: of one table, by key."""

    who: str
    table: str
    rows: dict[tuple, Row]
    stands: bool = True


@dataclass
class Model:
    """All batches by number; what a table holds is what the standing ones say, the later ones over the earlier."""

    batches: dict[int, Batch] = field(default_factory=dict)

    def table(self, name: str) -> dict[tuple, Row]:
        found: dict[tuple, Row] = {}
        for number, batch in sorted(self.batches.items()):
            for key, row in batch.rows.items() if batch.stands and batch.table == name else ():
                found[key] = found.get(key, {}) | row | {"batch": number}
        begun = "started_by" if name == "play_runs" else None  # a play whose start was taken back is none, whatever was said of it later
        return {key: row for key, row in found.items() if begun is None or begun in row}

    def seen(self) -> dict[tuple, int]:
        return {(name, *key): row["batch"] for name in KEYS for key, row in self.table(name).items()}


@dataclass
class Deed:
    """Who does what, to which account, which of several, and whether the page was drawn at their last deed (stale) or just now."""

    who: str
    what: str
    account: str
    which: int
    stale: bool


BACK = ("undo", "redo")
THEMES = (
    ("set", "set", "finish", "finish", "reopen", "change"),
    ("start", "start", "step", "step", "step", "stop"),
    ("put_off", "wrong", "open_again", "goal", "churn", "log"),
    ("log", "set", "finish", "change", "put_off", "goal", "start", "step", "churn"),
)


FIRST = {"finish": "set", "reopen": "finish", "change": "set", "step": "start", "stop": "start", "redo": "undo"}
"""What is done in place of a deed for which there is nothing yet."""


def deeds_of(chance: random.Random) -> list[Deed]:
    """Deeds of one kind, most of them by somebody who may do them, and about the account that two of the three share."""
    theme, found = chance.choice(THEMES), list[Deed]()
    for at in range(chance.randint(4, 7)):
        what = chance.choice(theme if at < 2 or chance.random() < 0.6 else BACK)
        account = chance.choice("AAAAACCD")
        inside = [who for who, reach in REACH.items() if account in reach]
        who = chance.choice(inside if chance.random() < 0.9 else [*PEOPLE])
        found.append(Deed(who, what, account, chance.randrange(2), chance.random() < 0.3))
    return found


@dataclass
class Work:
    """The store and the model side by side."""

    store: Store
    model: Model = field(default_factory=Model)
    screens: dict[str, dict[tuple, int]] = field(default_factory=dict)
    tasks: int = 0

    def do(self, deed: Deed) -> None:
        """One deed in both: written in both, or refused by both for the same cause."""
        now = self.model.seen()
        screen = self.screens.get(deed.who, {}) if deed.stale else now
        self.screens[deed.who] = now
        expected, act = getattr(self, f"_{deed.what}")(deed, screen)
        while act is None and deed.what in FIRST:
            deed = replace(deed, what=FIRST[deed.what])
            expected, act = getattr(self, f"_{deed.what}")(deed, screen)
        if act is None:
            return
        try:
            done = act()
        except (EditRefused, NotAllowed) as error:
            assert isinstance(expected, type), (deed, error)
            assert isinstance(error, expected) or (expected is EditRefused and isinstance(error, NotAllowed)), (deed, error)
            assert isinstance(error, ChangedSince) == (expected is ChangedSince), (deed, error)
            return
        assert not isinstance(expected, type), (deed, "should have been refused", expected)
        for number, batch in zip(done, expected, strict=True):
            self.model.batches[number.batch] = batch

    def _within(self, deed: Deed) -> bool:
        return deed.account in REACH[deed.who]

    def _written(self, deed: Deed, screen: dict, table: str, key: tuple, row: Row, act) -> tuple:
        """What is expected of one row that is written over what was seen."""
        if not self._within(deed):
            return EditRefused, act
        stands = self.model.table(table).get(key, {}).get("batch", NOTHING)
        if screen.get((table, *key), NOTHING) != stands:
            return ChangedSince, act
        return [Batch(deed.who, table, {key: row})], act

    # -- conversations and tasks

    def _log(self, deed: Deed, _screen: dict) -> tuple:
        held = conversations.Conversation(deed.account, DAY, f"talk {deed.which}")
        row = {"account_id": deed.account, "kind": "conversation", "owner": deed.who, "status": "done", "done_on": DAY, "body": held.said}

        def act() -> list:
            done = conversations.log(self.store, PEOPLE[deed.who], held)
            expected[0].rows = {(_id_of(self.store, done[0].batch),): row}
            return done

        expected = [Batch(deed.who, "activities", {})]
        return (expected if self._within(deed) else EditRefused), act

    def _set(self, deed: Deed, _screen: dict) -> tuple:
        self.tasks += 1
        key, title, owner = f"T{self.tasks}", f"do {deed.which}", OWNERS[deed.account]
        row = {"account_id": deed.account, "kind": "task", "status": "open", "body": title, "owner": owner, "due_on": LATER}
        same = [
            one for one in _open_tasks(self.model) if (one["account_id"], one.get("body"), one.get("owner")) == (deed.account, title, owner)
        ]
        act = lambda: [tasks.set_task(self.store, PEOPLE[deed.who], deed.account, title, owner, LATER, day=DAY, task_id=key)]  # noqa: E731
        if not self._within(deed):
            return EditRefused, act
        return (tasks.AlreadySet if any(one["due_on"] == LATER for one in same) else [Batch(deed.who, "activities", {(key,): row})]), act

    def _one_task(self, deed: Deed) -> tuple[tuple, Row] | None:
        every = self.model.table("activities").items()
        found = [(key, row) for key, row in every if row["kind"] == "task" and row["account_id"] == deed.account and _is_there(row)]
        return found[deed.which % len(found)] if found else None

    def _on_task(self, deed: Deed, screen: dict, said: Row, act) -> tuple:
        key, row = self._one_task(deed) or ((None,), {})
        if key == (None,):
            return None, None
        whole = {"account_id": row["account_id"], "kind": "task"} | said
        twin = not _is_done(row | whole) and any(
            _same_task(one, row | whole)
            for other, one in self.model.table("activities").items()
            if other != key and one["kind"] == "task" and not _is_done(one)
        )
        expected, act = self._written(deed, screen, "activities", key, whole, act(key[0], screen.get(("activities", *key), NOTHING)))
        return (tasks.AlreadySet if twin and isinstance(expected, list) else expected), act

    def _finish(self, deed: Deed, screen: dict) -> tuple:
        said = {"status": "done", "done_on": DAY, "done_by": deed.who}
        return self._on_task(deed, screen, said, lambda key, seen: lambda: [tasks.finish(self.store, PEOPLE[deed.who], key, DAY, seen)])

    def _reopen(self, deed: Deed, screen: dict) -> tuple:
        said = {"status": "open", "done_on": None, "done_by": None}
        return self._on_task(deed, screen, said, lambda key, seen: lambda: [tasks.reopen(self.store, PEOPLE[deed.who], key, DAY, seen)])

    def _change(self, deed: Deed, screen: dict) -> tuple:
        said = {"body": f"do {deed.which}", "owner": deed.who, "due_on": LATER}
        more = {"title": said["body"], "owner": deed.who, "due_on": LATER, "day": DAY}
        return self._on_task(deed, screen, said, lambda key, seen: lambda: [tasks.change(self.store, PEOPLE[deed.who], key, seen, **more)])

    # -- what is said to things on Today

    def _item(self, deed: Deed, screen: dict) -> answers.Item:
        kind = ("usage_fell", "health_fell")[deed.which]
        return answers.Item(deed.account, kind, "42 -> 18", None, None, screen.get(("item_answers", deed.account, kind), NOTHING))

    def _answered(self, deed: Deed, screen: dict, answer: str, reason: str, until: date | None, act) -> tuple:
        item = self._item(deed, screen)
        row = {"answer": answer, "reason": reason, "until": until, "given_by": deed.who, "given_on": DAY, "why": item.why}
        return self._written(deed, screen, "item_answers", (item.account_id, item.kind), row, lambda: [act(item)])

    def _put_off(self, deed: Deed, screen: dict) -> tuple:
        act = lambda item: answers.put_off(self.store, PEOPLE[deed.who], item, LATER, "holidays", day=DAY)  # noqa: E731
        return self._answered(deed, screen, "snoozed", "holidays", LATER, act)

    def _wrong(self, deed: Deed, screen: dict) -> tuple:
        act = lambda item: answers.mark_wrong(self.store, PEOPLE[deed.who], item, "two teams", day=DAY, holds=30)  # noqa: E731
        return self._answered(deed, screen, "wrong", "two teams", DAY + timedelta(days=30), act)

    def _open_again(self, deed: Deed, screen: dict) -> tuple:
        act = lambda item: answers.take_back(self.store, PEOPLE[deed.who], item, day=DAY)  # noqa: E731
        return self._answered(deed, screen, "open_again", answers.TAKEN_BACK, None, act)

    # -- goals, churn reasons

    def _goal(self, deed: Deed, screen: dict) -> tuple:
        key = f"G-{deed.account}{deed.which}"
        row = {"goal_id": key, "account_id": deed.account, "title": f"as {deed.who}", "state": "open", "set_on": DAY}
        seen = [screen.get(("goals", key), NOTHING)]
        return self._written(deed, screen, "goals", (key,), row, lambda: [write(self.store, PEOPLE[deed.who], "goals", [row], seen=seen)])

    def _churn(self, deed: Deed, screen: dict) -> tuple:
        reason = ("price.budget_cut", "service.support")[deed.which]
        seen = screen.get(("churn_answers", deed.account, DAY), NOTHING)
        said = churn_reasons.Given(deed.account, DAY, reason, "mail", "csm", None, seen)
        row = {"reason_id": reason, "evidence": "mail", "said_by": "csm", "is_preventable": None, "given_by": deed.who}
        act = lambda: [churn_reasons.answer(self.store, PEOPLE[deed.who], [said])]  # noqa: E731
        return self._written(deed, screen, "churn_answers", (deed.account, DAY), row, act)

    # -- plays

    def _start(self, deed: Deed, _screen: dict) -> tuple:
        reason = f"reason {deed.which}"
        key = plays.run_id_of(PLAY, deed.account, reason)
        runs = [row for row in self.model.table("play_runs").values() if row["account_id"] == deed.account]
        row = {
            "account_id": deed.account, "play_id": PLAY, "reason": reason, "owner": OWNERS[deed.account], "started_on": DAY,
            "started_by": deed.who, "state": "running", "ended_on": None, "outcome": None, "start": object(),
        }  # fmt: skip
        act = lambda: [plays.start(self.store, PEOPLE[deed.who], PLAY, deed.account, reason, day=DAY)]  # noqa: E731
        if not self._within(deed):
            return EditRefused, act
        again = any(one["reason"] == reason or one["state"] == "running" for one in runs)
        return (plays.StartedAlready if again else [Batch(deed.who, "play_runs", {(key,): row})]), act

    def _one_run(self, deed: Deed) -> tuple[str, Row] | None:
        found = [(key[0], row) for key, row in self.model.table("play_runs").items() if row["account_id"] == deed.account]
        return found[deed.which % len(found)] if found else None

    def _step(self, deed: Deed, screen: dict) -> tuple:
        found = self._one_run(deed)
        if not found:
            return None, None
        run, row = found
        key = (run, 1)
        before = self.model.table("play_steps").get(key, {})
        own = before if before.get("start") is row["start"] else {}
        seen = screen.get(("play_steps", *key), NOTHING)
        status = ("done", "open")[deed.which]
        done = status == "done"
        moved = status != own.get("status", "open")
        told = (
            {"done_on": DAY if done else None, "done_by": deed.who if done else None}
            if moved
            else {n: own.get(n) for n in ("done_on", "done_by")}
        )
        said = {"account_id": deed.account, "status": status, "start": row["start"], **told}
        act = lambda: [plays.step(self.store, PEOPLE[deed.who], run, 1, seen, day=DAY, status=status)]  # noqa: E731
        if not self._within(deed) or row["state"] != "running":
            return EditRefused, act
        return self._written(deed, screen, "play_steps", key, said, act)

    def _stop(self, deed: Deed, screen: dict) -> tuple:
        found = self._one_run(deed)
        if not found:
            return None, None
        run, row = found
        said = {"account_id": row["account_id"], "state": "stopped", "ended_on": DAY, "outcome": "over"}
        seen = screen.get(("play_runs", run), NOTHING)
        act = lambda: [plays.stop(self.store, PEOPLE[deed.who], run, seen, day=DAY, why="over")]  # noqa: E731
        if self._within(deed) and row["state"] != "running":
            return EditRefused, act
        return self._written(deed, screen, "play_runs", (run,), said, act)

    # -- undo and redo

    def _undo(self, deed: Deed, _screen: dict) -> tuple:
        return self._mark(deed, UNDO, stands=True)

    def _redo(self, deed: Deed, _screen: dict) -> tuple:
        return self._mark(deed, REDO, stands=False)

    def _mark(self, deed: Deed, action: str, *, stands: bool) -> tuple:
        """Of one's own batches, of any account; what it would bring twice is refused."""
        own = [number for number, batch in sorted(self.model.batches.items()) if batch.who == deed.who and batch.stands == stands]
        if not own:
            return None, None
        number = own[-1 - deed.which % len(own)]
        batch = self.model.batches[number]

        def act() -> list:
            mark(self.store, action, number, PEOPLE[deed.who], "browser")
            batch.stands = not stands
            return []

        before = _twice(self.model)
        after = _twice(Model(self.model.batches | {number: replace(batch, stands=not stands)}))
        return (EditRefused if after > before else []), act


def _is_done(row: Row) -> bool:
    return row.get("done_on") is not None or row.get("status") == "done"


def _is_there(row: Row) -> bool:
    """Whether a task says what, whose or until when: of one that was taken back later deeds may still stand."""
    return any(row.get(name) is not None for name in ("body", "owner", "due_on"))


def _open_tasks(model: Model) -> list[Row]:
    return [row for row in model.table("activities").values() if row["kind"] == "task" and not _is_done(row)]


def _same_task(one: Row, other: Row) -> bool:
    return bool(one.get("due_on")) and all(one.get(name) == other.get(name) for name in ("account_id", "body", "owner", "due_on"))


def _twice(model: Model) -> int:
    """How many open tasks and running plays are there once more."""
    told = [tuple(row.get(name) for name in ("account_id", "body", "owner", "due_on")) for row in _open_tasks(model) if row.get("due_on")]
    running = [(row["account_id"], row["play_id"]) for row in model.table("play_runs").values() if row["state"] == "running"]
    return len(told) - len(set(told)) + len(running) - len(set(running))


def _id_of(store: Store, batch: int) -> str:
    with View(store) as view:
        return view.table("activities").filter(pl.col("batch") == batch)["activity_id"][0]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A store of four accounts, which each sequence begins with a copy of."""
    folder = tmp_path_factory.mktemp("template")
    accounts = {
        "account_id": list(OWNERS),
        "name": list(OWNERS),
        "owner": list(OWNERS.values()),
        "team": ["north", "north", "north", "south"],
    }
    with closing(Store.open(folder / "own.duckdb")) as store:
        commit_frame(store, "accounts", pl.DataFrame(accounts), "crm", "analyst")
    return folder


def compared(model: Model, store: Store) -> None:
    """Each table holds what the standing batches say, and the log says the same of which stand."""
    with View(store) as view:
        for name, key in KEYS.items():
            told = {tuple(row[one] for one in key): row for row in view.table(name).to_dicts()}
            expected = model.table(name)
            assert told.keys() == expected.keys(), name
            for one, row in expected.items():
                names = {*row} - NOT_COMPARED - {"start"}
                assert {n: told[one][n] for n in names} == {n: row[n] for n in names}, (name, one)
    stands = dict(store.imports().select("batch", "standing").rows())
    assert {number: stands[number] for number in model.batches} == {number: batch.stands for number, batch in model.batches.items()}
    for batch in model.batches.values():
        reach = REACH[batch.who]
        assert all(row.get("account_id", key[0]) in reach for key, row in batch.rows.items() if batch.table != "goals")


@pytest.mark.long
@settings(
    max_examples=300,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(chance=st.randoms(use_true_random=True))
def test_what_is_there_in_the_end_is_what_stands(template, tmp_path_factory, chance):
    folder = tmp_path_factory.mktemp("own") / "copy"
    shutil.copytree(template, folder)
    with closing(Store.open(folder / "own.duckdb")) as store:
        work = Work(store)
        for deed in deeds_of(chance):
            work.do(deed)
        compared(work.model, store)
        assert _twice(work.model) == 0
    shutil.rmtree(folder)
