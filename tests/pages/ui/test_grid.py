"""Of a long table the first rows come with the page, and the others, in the same order, from where the page says."""

import json
from types import SimpleNamespace

import pytest
from streamlit import runtime

from pages.ui import grid


@pytest.fixture
def beside(monkeypatch):
    """What is put beside the page, by the key it is put under."""
    put: dict[str, bytes] = {}

    def add(content: bytes, kind: str, key: str) -> str:
        put[key] = content
        return f"/media/{kind}"

    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(media_file_mgr=SimpleNamespace(add=add)))
    return put


def table(rows: int) -> dict:
    columns = [{"name": "name", "values": [f"Account {at}" for at in range(rows)]}, {"name": "arr", "values": list(range(rows))}]
    return {"count": rows, "columns": columns, "link": {"column": "name", "ids": [f"A{at}" for at in range(rows)]}}


def test_a_table_of_few_rows_comes_whole(beside):
    sent = json.loads(grid.sent(table(400), "grid-few")["json"])
    assert (len(sent["columns"][0]["values"]), sent["rest"], beside) == (400, None, {})


def test_the_rows_after_the_first_four_hundred_wait_beside_the_page(beside):
    sent = json.loads(grid.sent(table(403), "grid-many")["json"])
    assert [len(column["values"]) for column in sent["columns"]] == [400, 400] and len(sent["link"]["ids"]) == 400
    assert (sent["count"], sent["rest"]) == (403, "/media/application/json")
    rest = json.loads(beside["beside-grid-many"])
    assert rest == {"values": [["Account 400", "Account 401", "Account 402"], [400, 401, 402]], "ids": ["A400", "A401", "A402"]}


def test_a_long_table_without_links_has_none_beside_the_page_either(beside):
    sent = json.loads(grid.sent(table(401) | {"link": None}, "grid-plain")["json"])
    assert sent["link"] is None and json.loads(beside["beside-grid-plain"])["ids"] is None
