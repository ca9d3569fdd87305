"""Every hostile file gets an answer: counted, reasoned, in time; the store stays whole, and nothing of a file is in a log."""

import logging
import os
import resource
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import pytest

from data.importing.reader import forked
from data.importing.run import Outcome, import_file
from data.store.store import Store
from tests.data.importing.hostile import CATEGORIES, INJECTED, SECRET, encodings

SECONDS = 30  # of work, whoever else is at work on the machine


def worked() -> float:
    """Seconds of work so far, by this process and by the readers that were forked for it."""
    own, helper = resource.getrusage(resource.RUSAGE_SELF), forked._KEEPER.helper
    ticks = Path(f"/proc/{helper.process.pid}/stat").read_text().rpartition(")")[2].split()[13:15] if helper else (0, 0)
    return own.ru_utime + own.ru_stime + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def faults(outcome: Outcome, seconds: float) -> list[str]:
    """What is wrong with an answer; empty where it is one that a user can work with."""
    found = [f"took {seconds:.0f} s"] if seconds > SECONDS else []
    batch, told = outcome.batch, [*outcome.problems, *outcome.questions]
    if batch is None and not told:
        found.append("refused without a word")
    if batch and batch.accepted + batch.rejected + batch.duplicate != batch.read:
        found.append(f"{batch.accepted} + {batch.rejected} + {batch.duplicate} is not {batch.read}")
    if batch and batch.rejected and not any(problem.line for problem in outcome.problems):
        found.append("rejected rows without a line")
    found += ["hung"] if any("half an hour" in problem.reason for problem in outcome.problems) else []
    found += [f"no reason in {problem}" for problem in outcome.problems if not problem.reason]
    return found + [
        f"words of the program: {one.reason}" for one in outcome.problems if "Traceback" in one.reason or "Error(" in one.reason
    ]


@pytest.mark.long
@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.__name__)
def test_each_is_answered(tmp_path, category: Callable, caplog, capfd):
    all_are_answered(tmp_path, category(), caplog, capfd)


@pytest.mark.long
def test_one_in_nine_is_answered(tmp_path, caplog, capfd):
    all_are_answered(tmp_path, [file for category in CATEGORIES for file in category()][::9], caplog, capfd)


def all_are_answered(tmp_path, files: Iterable[tuple[str, bytes]], caplog, capfd) -> None:
    caplog.set_level(logging.DEBUG)
    wrong: dict[str, list[str]] = {}
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        for number, (name, content) in enumerate(files):
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / name.replace("/", "_")).write_bytes(content)
            began = worked()
            try:
                outcome = import_file(store, folder / name.replace("/", "_"))
                found = faults(outcome, worked() - began)
            except Exception as error:
                found = [repr(error)]
            if found:
                wrong[name] = found
        assert not wrong
        assert store.check() == []
    told = capfd.readouterr()
    assert SECRET not in caplog.text + told.out + told.err


def test_there_are_at_least_three_hundred():
    assert sum(1 for category in CATEGORIES for _ in category()) >= 300


@pytest.mark.long
def test_words_arrive_as_they_were_written(tmp_path):
    """Encodings that say or show what they are, and texts that a program could run, come out letter for letter."""
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        for name, content in encodings():
            kind, _, word = name.removesuffix(".csv").rpartition("-")
            if kind in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
                (tmp_path / "f.csv").write_bytes(content)
                assert import_file(store, tmp_path / "f.csv", table="accounts").batch
                assert word in store_names(store), name
        for text in INJECTED:
            if "\x00" not in text:
                (tmp_path / "g.csv").write_text('account_id,name\nA1,"' + text.replace('"', '""') + '"\n', newline="")
                assert import_file(store, tmp_path / "g.csv", table="accounts").batch
                assert text.strip() in store_names(store), text


def store_names(store: Store) -> list[str]:
    from data.store.view import View

    with View(store) as view:
        return view.accounts()["name"].to_list()
