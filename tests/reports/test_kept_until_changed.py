"""What was worked out is kept until something changes that it comes of: after each deed every report answers as on a store just opened."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from data.importing.run import import_file
from data.log.moments import LOGGED
from data.store.activities import log_activity
from data.store.reading_once import FIGURES, IN_FILES
from data.store.readings import Readings
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from data.work.writing import write
from reports.catalogue import REPORTS, run
from reports.files import tables
from reports.report import Question
from tests.books import company
from tests.reports.test_books import DAY

VIEWERS = (EVERYONE, Viewer("one@example.com"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(company(tmp_path / "own.duckdb")) as opened:
        yield opened


def answers(store: Store, names: list[str]) -> list[str]:
    every = [run(name, store, viewer, Question(as_of=DAY)) for name in names for viewer in VIEWERS]
    return [f"{tables.as_json(one)} {one.totals} {one.notes}" for one in every]


def imported(store: Store, tmp_path: Path, table: str, text: str) -> int:
    (tmp_path / f"{table}.csv").write_text(text)
    batch = import_file(store, tmp_path / f"{table}.csv", table=table, options={"rows": "records"} if table == "contracts" else {}).batch
    assert batch
    return batch.batch


def deeds(store: Store, tmp_path: Path) -> list[Callable[[], object]]:
    """One of every kind: what people do on pages, files, and taking them back."""
    batches: list[int] = []
    line = "contract_id,account_id,starts_on,ends_on,amount,period,currency\nA-9,A,2023-01-01,2024-12-31,50,month,USD\n"
    return [
        lambda: write(store, EVERYONE, "goals", [{"account_id": "A", "title": "One", "state": "open"}]),
        lambda: batches.append(log_activity(store, EVERYONE, "A", "conversation", DAY, "Hello", "one@example.com", "negative").batch),
        lambda: log_activity(store, EVERYONE, "A", "task", DAY, "Call", "one@example.com"),
        lambda: store.undo(batches[0]),
        lambda: batches.append(imported(store, tmp_path, "contracts", line)),
        lambda: store.undo(batches[1]),
        lambda: imported(store, tmp_path, "tickets", f"ticket_id,account_id,opened_at\nT-9,A,{DAY}T08:00:00Z\nT-8,A,{DAY}T09:00:00Z\n"),
        lambda: imported(store, tmp_path, "usage_events", f"account_id,user_id,event,occurred_at\nA,u-9,login,{DAY}T08:00:00Z\n"),
        lambda: write(store, EVERYONE, "accounts", [{"account_id": "A", "owner": "two@example.com"}]),
        lambda: store.redo(batches[0]),
    ]


@pytest.mark.long
def test_after_every_deed_each_report_answers_as_on_a_store_just_opened(store, tmp_path):
    names, said = list(REPORTS), set()
    answers(store, names)
    for deed in deeds(store, tmp_path):
        deed()
        warm = answers(store, names)
        store.readings = Readings()
        assert warm == answers(store, names)
        said.add("".join(warm))
    assert len(said) == 10, "every deed changes an answer: at least the data version"


def counted(store: Store, of: tuple[str, ...]) -> int:
    """How often something is worked out anew: 0 where it was kept."""
    times: list[int] = []

    def work() -> pl.DataFrame:
        times.append(1)
        return pl.DataFrame({"n": [1]})

    with View(store) as view:
        view.worked_out(("told", of), work, of)
    return len(times)


def test_what_comes_of_figures_is_kept_while_people_work(store, tmp_path):
    assert [counted(store, of) for of in (FIGURES, IN_FILES, FIGURES, IN_FILES)] == [1, 1, 0, 0]
    write(store, EVERYONE, "goals", [{"account_id": "A", "title": "One", "state": "open"}])
    assert [counted(store, of) for of in (FIGURES, IN_FILES)] == [0, 0]
    log_activity(store, EVERYONE, "A", "conversation", DAY, "Hello", "one@example.com")
    assert [counted(store, of) for of in (FIGURES, IN_FILES)] == [1, 0]
    imported(store, tmp_path, "tickets", f"ticket_id,account_id,opened_at\nT-9,A,{DAY}T08:00:00Z\n")
    assert [counted(store, of) for of in (FIGURES, IN_FILES)] == [1, 1]


@pytest.mark.parametrize(("table", "of"), [("goals", FIGURES), ("activities", IN_FILES), ("tickets", ("contracts",))])
def test_what_is_worked_out_reads_nothing_that_it_does_not_name(store, table, of):
    with View(store) as view, pytest.raises(RuntimeError, match=f"reads .*{table}"):
        view.worked_out(("told",), lambda: view.table(table), of)


def test_what_is_worked_out_within_is_named_too(store):
    with View(store) as view, pytest.raises(RuntimeError, match=LOGGED):
        view.worked_out(("told",), lambda: view.worked_out(("within",), lambda: pl.DataFrame({"n": [1]})), IN_FILES)


def test_rights_to_a_past_moment_are_those_of_now(store):
    """What was worked out of a past moment for who had an account then is not theirs once the account is another's."""
    mine = Viewer(rights=(), person="one@example.com", operation="view", scope=(("owner", ("one@example.com",)),))

    def seen() -> set[str]:
        with View(store, mine, known_at=past) as view:
            return {*view.worked_out(("accounts",), lambda: view.accounts().select("account_id"))["account_id"]}

    past = store.imports()["batch"].max()
    before = seen()
    assert "A" in before
    write(store, EVERYONE, "accounts", [{"account_id": "A", "owner": "two@example.com"}])
    assert seen() == before - {"A"}
