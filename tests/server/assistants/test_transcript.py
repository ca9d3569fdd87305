"""The questions and answers of the documentation: each call that it states is made again, and says what stands there."""

import json
import re
from functools import reduce
from pathlib import Path

import pytest

from data.store import open_stores
from tests.companies import crm_company
from tests.datasets import needs_datasets
from tests.server.assistants.asked import ask

TOLD = (Path(__file__).parents[3] / "docs" / "ASSISTANTS.md").read_text()
CALL = re.compile(r"^- `(\w+)` `(\{.*?\})`: (.+)$", re.MULTILINE)
FIGURE = re.compile(r"`([\w.-]+)` = ([^,]+)")


def at(found, path: str):
    return reduce(lambda held, step: held[int(step)] if isinstance(held, list) else held[step], path.split("."), found)


@needs_datasets
@pytest.mark.long
def test_every_call_of_the_documentation_says_what_stands_there(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(crm_company(tmp_path / "crm.duckdb")))
    calls = [(name, json.loads(given), FIGURE.findall(told)) for name, given, told in CALL.findall(TOLD)]
    assert len(calls) == 4 and sum(len(figures) for *_, figures in calls) == 23
    answers = ask(*((name, given) for name, given, _ in calls))
    open_stores.close_all()
    for (name, given, figures), answer in zip(calls, answers, strict=True):
        for path, value in figures:
            assert at(answer.structured_content, path) == json.loads(value), (name, given, path)
