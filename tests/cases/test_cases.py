"""Files as teams export them, each with what is right: one folder a case, laid out as case_running says."""

from pathlib import Path

import pytest

from tests.cases.case_running import faults, misspelt

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/case.toml"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_case_comes_out_right(folder, tmp_path, monkeypatch):
    monkeypatch.delenv("HOLDFAST_TIMEZONE", raising=False)
    assert faults(folder, tmp_path) == []


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
