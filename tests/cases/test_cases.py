"""Files as teams export them, each with what is right: one folder a case, laid out as case_running says."""

import shutil
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from server import inbox
from tests.cases.case_running import faults, misspelt
from tests.cases.case_table import table
from tests.new_store import new_store

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/case.toml"))
OF_A_KIND = {folder.name.split("_")[0]: folder for folder in reversed(CASES)}  # the first of each


def first_step(folder: Path) -> dict:
    return tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))["step"][0]


def tried(folders: list[Path]) -> list:
    """The folders as parameters: what teams reported and the first of each kind with every change, the others among the long tests."""
    soon = {folder for folder in folders if "_reported_" in folder.name} | {*OF_A_KIND.values()}
    return [pytest.param(one, id=one.name, marks=() if one in soon else pytest.mark.long) for one in folders]


ASKING = [folder for folder in CASES if "asks" in first_step(folder)]


@pytest.mark.parametrize("folder", tried(CASES))
def test_the_case_comes_out_right(folder, tmp_path, monkeypatch):
    monkeypatch.delenv("HOLDFAST_TIMEZONE", raising=False)
    assert faults(folder, tmp_path) == []


@pytest.mark.parametrize("folder", tried(ASKING))
def test_what_is_asked_is_refused_through_the_inbox_with_the_question(folder, tmp_path):
    step = first_step(folder)
    (tmp_path / "inbox").mkdir()
    with closing(new_store(tmp_path / "own.duckdb")) as store:
        for name in step["files"]:
            landed = Path(shutil.copy(folder / name, tmp_path / "inbox"))
            outcome = inbox.handle(store, landed)
            assert outcome.refused and outcome.questions, outcome.problems
            told = (tmp_path / "inbox" / "refused" / f"{name}.txt").read_text()
            assert all(question.text in told for question in outcome.questions)
            assert "set" in step or {question.option for question in outcome.questions} == {*step["asks"]}
        assert store.imports().height == 0


def test_a_wrong_figure_a_wrong_question_and_a_strange_word_are_told(tmp_path):
    case = tmp_path / "case"
    case.mkdir()
    (case / "a.csv").write_text("contract_id,account_id,starts_on,amount,period\n1,A,2025-01-01,100,1 month\n")
    (case / "case.toml").write_text(
        'kind = "x"\ntitle = "x"\nsource = "x"\nright = "x"\n[[step]]\nfiles = ["a.csv"]\nasks = ["period"]\n'
        '[[step]]\nfiles = ["a.csv"]\nset = { currency = "USD" }\naccepted = 2\n'
        '[[expect]]\nreport = "arr"\nparams = { as_of = "2025-06-30" }\ntotals = { arr = 1201.0 }\n'
        '[[expect]]\nreport = "arr"\nparams = { as_of = "2025-06-30" }\nwhere = { account_id = "A" }\nrow = { arr = 1200.0 }\n'
    )
    told = faults(case, tmp_path)
    assert [fault.split(":")[0] for fault in told] == ["step 1", "step 2", "arr {'rules'"]
    assert "arr is 1200.0, not 1201.0" in told[2]
    assert misspelt({"kind": "", "titel": "", "step": []}) == [
        "titel is no word of a case",
        "right is lacking",
        "source is lacking",
        "title is lacking",
    ]


def test_the_table_has_a_line_for_each_case_with_what_is_right(tmp_path):
    case = tmp_path / "days_x"
    case.mkdir()
    (case / "case.toml").write_text('kind = "days"\ntitle = "a | b"\nsource = "x"\nright = "1 +\\n 1 = 2"\ntried = "at first"\n')
    assert table(tmp_path).splitlines()[-1] == "| days | `days_x` | a / b | 1 + 1 = 2 | at first |"
